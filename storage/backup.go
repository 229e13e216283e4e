package storage

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// A backup is a tar of news.db, captures/kept-*.warc.gz, config.yaml and, in
// include/, the files that it includes by their paths from its folder, and at its
// end backup.json, which says what stands before it: one without that is
// torn.
const (
	manifestName = "backup.json"
	configName   = "config.yaml"
	includeDir   = "include"
	captureDir   = "captures"
	keptCaptures = "kept-*.warc.gz"
)

// manifest is backup.json.
type manifest struct {
	Backup int               `json:"backup"` // version of the format: 1
	At     time.Time         `json:"at"`
	Pos    uint64            `json:"pos"`
	Link   string            `json:"link"`
	SHA256 map[string]string `json:"sha256"` // of each file
}

// Included is a file that config.yaml includes, by its path from the folder of
// that, with slashes.
type Included struct {
	Name string
	Text []byte
}

// Backup writes a copy of the record as it is now, with the captures that are
// kept for ever and the configuration it is given, while the record is in use.
// The pages that it copies cannot be used again meanwhile: write to what takes
// bytes quickly. What was written is whole only when Backup returns no error;
// CheckBackup tells.
func (s *Store) Backup(ctx context.Context, w io.Writer, config []byte, included ...Included) error {
	err := s.db.View(func(tx *bbolt.Tx) error {
		tip, err := readTip(tx)
		if err != nil {
			return err
		}
		a := &archive{ctx: ctx, tar: tar.NewWriter(w), manifest: manifest{
			Backup: 1, At: s.now().UTC().Truncate(time.Second), Pos: tip.Pos, Link: hex.EncodeToString(tip.Link[:]), SHA256: make(map[string]string)}}
		err = a.add(fileName, tx.Size(), func(w io.Writer) error {
			_, err := tx.WriteTo(w)
			return err
		})
		if err != nil {
			return err
		}
		if err := a.captures(filepath.Dir(s.db.Path())); err != nil {
			return err
		}
		if err := a.bytes(configName, config); err != nil {
			return err
		}
		for _, file := range included {
			if err := a.bytes(includeDir+"/"+file.Name, file.Text); err != nil {
				return err
			}
		}
		return a.close()
	})
	if ctx.Err() != nil { // bbolt says it in words alone
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("copying the record: %w", err)
	}
	return nil
}

// archive is a backup that is being written.
type archive struct {
	ctx      context.Context
	tar      *tar.Writer
	manifest manifest
}

func (a *archive) add(name string, size int64, write func(io.Writer) error) error {
	err := a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: a.manifest.At, Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := write(&counted{a.ctx, a.tar, sum}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.manifest.SHA256[name] = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (a *archive) bytes(name string, b []byte) error {
	return a.add(name, int64(len(b)), func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// captures adds what is kept for ever. These files only grow: the part that is
// there now has all that the record names.
func (a *archive) captures(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, captureDir, keptCaptures))
	if err != nil {
		return err
	}
	for _, path := range files {
		if err := a.capture(path); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) capture(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.add(captureDir+"/"+filepath.Base(path), info.Size(), func(w io.Writer) error {
		_, err := io.CopyN(w, f, info.Size())
		return err
	})
}

func (a *archive) close() error {
	text, err := json.Marshal(a.manifest)
	if err != nil {
		return err
	}
	if err := a.bytes(manifestName, text); err != nil {
		return err
	}
	return a.tar.Close()
}

// counted digests what goes through, until ctx ends.
type counted struct {
	ctx context.Context
	w   io.Writer
	sum hash.Hash
}

func (c *counted) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	c.sum.Write(b)
	return c.w.Write(b)
}

// KeepBackup writes a backup that stream gives to a new file, under a
// temporary name until it is on disk and was checked by opening it. A path that
// is a directory gets a name of time, position and link in it. It refuses a
// path at which something stands.
func KeepBackup(ctx context.Context, path string, stream func(io.Writer) error) (c Copy, err error) {
	dir, named := filepath.Dir(path), true
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		dir, named = path, false
	} else if err == nil {
		return c, fmt.Errorf("%w: %s; a backup is never written over a file, name another", os.ErrExist, path)
	}
	tmp, err := os.CreateTemp(dir, ".backup-*.new")
	if err != nil {
		return c, fmt.Errorf("writing a backup: %w; make the directory, or name another", err)
	}
	defer os.Remove(tmp.Name())
	step()
	if err := errors.Join(stream(tmp), tmp.Sync(), tmp.Close()); err != nil {
		return c, fmt.Errorf("writing a backup: %w; nothing was kept of it", err)
	}
	step()
	if c, err = CheckBackup(ctx, tmp.Name()); err != nil {
		return c, fmt.Errorf("a backup was written and is not good, and not kept: %w", err)
	}
	step()
	if !named {
		path = filepath.Join(dir, c.name())
	}
	if err := settle(tmp.Name(), path); err != nil {
		return c, err
	}
	c.File = path
	step()
	return c, syncDir(dir)
}

// leftover is how old a temporary file is that its maker has left.
const leftover = 24 * time.Hour

// ThinBackups deletes what the newest keep backups of a data directory leave,
// and what crashes left of others. Files with names of their own stay.
func ThinBackups(dir string, keep int) error {
	return ThinFolder(filepath.Join(dir, backupDir), keep)
}

// ThinFolder does so in any folder, which should have the backups of one record
// alone.
func ThinFolder(folder string, keep int) error {
	var err error
	for n, c := range copiesIn(folder) {
		if n >= keep {
			err = errors.Join(err, os.Remove(c.File))
		}
	}
	for _, pattern := range []string{".backup-*.new", ".check-*"} {
		left, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, path := range left {
			if info, e := os.Lstat(path); e == nil && time.Since(info.ModTime()) > leftover {
				err = errors.Join(err, os.RemoveAll(path))
			}
		}
	}
	return err
}

// settle gives a file its name, at which nothing may stand.
func settle(tmp, path string) error {
	err := os.Link(tmp, path)
	if err == nil || errors.Is(err, os.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) { // no links here
		return fmt.Errorf("%w: %s", os.ErrExist, path)
	}
	return os.Rename(tmp, path)
}
