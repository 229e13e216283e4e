package storage

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// ErrBackup says that a file is no backup, or not a whole one.
var ErrBackup = errors.New("not a good backup")

// Copy is a backup in a file.
type Copy struct {
	File string    `json:"file"`
	Size int64     `json:"size"` // bytes
	At   time.Time `json:"at"`   // to a second
	Pos  uint64    `json:"pos"`  // of the tip
	Link string    `json:"link"` // of the tip; of a file that was not opened, its beginning
}

const copyTime = "2006-01-02T150405Z"

// name is the file name that a backup has when a person gives it none.
func (c Copy) name() string {
	return fmt.Sprintf("%s-%d-%.8s.tar", c.At.Format(copyTime), c.Pos, c.Link)
}

var copyName = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT\d{6}Z)-(\d+)-([0-9a-f]{8})\.tar$`)

// Copies are the backups in a data directory that were given names by the
// program, newest first, as their names have it.
func Copies(dir string) (list []Copy) {
	files, _ := os.ReadDir(filepath.Join(dir, backupDir))
	for _, f := range files {
		part := copyName.FindStringSubmatch(f.Name())
		info, err := f.Info()
		if part == nil || err != nil || !info.Mode().IsRegular() {
			continue
		}
		at, err := time.Parse(copyTime, part[1])
		if err != nil {
			continue
		}
		pos, _ := strconv.ParseUint(part[2], 10, 64)
		list = append(list, Copy{filepath.Join(dir, backupDir, f.Name()), info.Size(), at, pos, part[3]})
	}
	slices.SortFunc(list, func(a, b Copy) int {
		if order := b.At.Compare(a.At); order != 0 {
			return order
		}
		return strings.Compare(b.File, a.File)
	})
	return list
}

// CheckBackup unpacks a backup beside itself, or in the system's temporary
// directory, opens the record in it, follows its chain and reads each text. It
// takes a copy of a news.db as well. Nothing is left of the unpacked.
func CheckBackup(ctx context.Context, path string) (Copy, error) {
	c, _, err := CheckBackupAt(ctx, path, 0)
	return c, err
}

// CheckBackupAt is CheckBackup that also returns the link of the record at a
// position, in hexadecimal: the digest that the chain had when it ended there.
// With position 0 it returns none.
func CheckBackupAt(ctx context.Context, path string, pos uint64) (c Copy, link string, err error) {
	tmp, err := os.MkdirTemp(filepath.Dir(path), ".check-")
	if err != nil {
		tmp, err = os.MkdirTemp("", "chinanewsd-check-")
	}
	if err != nil {
		return c, "", err
	}
	defer os.RemoveAll(tmp)
	if c, err = unpackBackup(ctx, path, tmp); err != nil || pos == 0 {
		return c, "", err
	}
	db, err := openGuarded(filepath.Join(tmp, fileName))
	if err != nil {
		return c, "", err
	}
	link, err = linkAt(db, pos)
	return c, link, errors.Join(err, db.Close())
}

// LinkAt is the link of the record at a position, in hexadecimal: the digest that
// the chain had when it ended there. What it is worth Verify says.
func (s *Store) LinkAt(pos uint64) (string, error) { return linkAt(s.db, pos) }

func linkAt(db *bbolt.DB, pos uint64) (link string, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		tip, err := readTip(tx)
		if err != nil {
			return err
		}
		if pos == 0 || pos > tip.Pos {
			return fmt.Errorf("there is no record %d: they are numbered from 1 to %d", pos, tip.Pos)
		}
		r, err := readRecord(tx, pos)
		link = hex.EncodeToString(r.Link[:])
		return err
	})
	return link, err
}

// newestGood is the newest backup of a data directory that can be restored.
func newestGood(dir string) (Copy, bool) {
	for _, c := range Copies(dir) {
		if good, err := CheckBackup(context.Background(), c.File); err == nil {
			good.File = c.File
			return good, true
		}
	}
	return Copy{}, false
}

// unpackBackup unpacks a backup into dir and checks all of it.
func unpackBackup(ctx context.Context, path, dir string) (c Copy, err error) {
	f, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("reading a backup: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return c, err
	}
	if !info.Mode().IsRegular() {
		return c, fmt.Errorf("%s: %w: it is no file", path, ErrBackup)
	}
	m, err := unpackAny(ctx, f, dir)
	if err != nil {
		return c, fmt.Errorf("%s: %w: %w; take another", path, ErrBackup, err)
	}
	tip, at, err := checkCopy(ctx, filepath.Join(dir, fileName))
	if err != nil {
		return c, fmt.Errorf("%s: %w: %w; take another", path, ErrBackup, err)
	}
	c = Copy{path, info.Size(), at.Truncate(time.Second), tip.Pos, hex.EncodeToString(tip.Link[:])}
	if m == nil {
		return c, nil
	}
	if m.Pos != c.Pos || m.Link != c.Link {
		return c, fmt.Errorf("%s: %w: the record in it ends at %d, and it says %d; take another", path, ErrBackup, c.Pos, m.Pos)
	}
	c.At = m.At
	return c, nil
}

// unpackAny unpacks a tar, or copies what is a news.db itself; then the
// manifest is nil.
func unpackAny(ctx context.Context, f *os.File, dir string) (*manifest, error) {
	first, second := readHeads(f)
	if path := filepath.Join(dir, fileName); first.end+second.end > 0 {
		err := writeWhole(path, &until{ctx, f})
		if err == nil && (first.end == 0 || second.end == 0) {
			err = mendHead(path)
		}
		return nil, err
	}
	return unpackTar(tar.NewReader(&until{ctx, f}), dir)
}

// unpackTar unpacks what stands before the manifest and holds it against that.
func unpackTar(r *tar.Reader, dir string) (*manifest, error) {
	sums := make(map[string]string)
	for {
		h, err := r.Next()
		if err != nil {
			return nil, torn(err, len(sums))
		}
		if h.Name == manifestName {
			return readManifest(r, sums)
		}
		if _, twice := sums[h.Name]; twice || !ours(h) {
			return nil, fmt.Errorf("%q in it is none of ours", h.Name)
		}
		sum := sha256.New()
		path := filepath.Join(dir, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := writeWhole(path, io.TeeReader(r, sum)); err != nil {
			return nil, torn(err, len(sums)+1)
		}
		sums[h.Name] = hex.EncodeToString(sum.Sum(nil))
	}
}

// torn says in words how a tar ended.
func torn(err error, files int) error {
	switch {
	case errors.Is(err, tar.ErrHeader) && files == 0:
		return errors.New("it is none of chinanewsd's")
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is torn: its end is missing")
	}
	return err
}

// ours reports whether a file may stand in a backup.
func ours(h *tar.Header) bool {
	if h.Typeflag != tar.TypeReg {
		return false
	}
	if h.Name == fileName || h.Name == configName {
		return true
	}
	kept, err := filepath.Match(captureDir+"/"+keptCaptures, h.Name)
	return (kept && err == nil || strings.HasPrefix(h.Name, includeDir+"/")) && filepath.IsLocal(h.Name)
}

// maxManifest bounds a manifest: about a line for each file.
const maxManifest = 1 << 20

func readManifest(r io.Reader, sums map[string]string) (*manifest, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return nil, torn(err, 1)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("%s in it cannot be read: %w", manifestName, err)
	}
	if m.Backup != 1 {
		return nil, fmt.Errorf("it is of format %d; use the newer chinanewsd", m.Backup)
	}
	for name, want := range m.SHA256 {
		if sums[name] != want {
			return nil, fmt.Errorf("%s in it is damaged: its digest is another", name)
		}
	}
	if _, there := sums[fileName]; !there || len(sums) != len(m.SHA256) {
		return nil, fmt.Errorf("the files in it are not those that it names")
	}
	return &m, nil
}

// writeWhole writes a new file and brings it to disk.
func writeWhole(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// checkCopy opens a copy, brings it to this schema, and follows its chain.
// at is the time of its last record.
func checkCopy(ctx context.Context, path string) (tip Tip, at time.Time, err error) {
	db, err := openGuarded(path)
	if err != nil {
		return tip, at, err
	}
	if db, err = current(db, path, Options{}); err != nil {
		return tip, at, err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		report, err := verifyChain(ctx, tx)
		if err != nil {
			return err
		}
		tip, at, err = readTipAt(tx)
		tip = report.Tip
		return err
	})
	return tip, at, errors.Join(err, db.Close())
}

// until reads until ctx ends.
type until struct {
	ctx context.Context
	r   io.Reader
}

func (u *until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}
