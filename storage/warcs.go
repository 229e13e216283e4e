package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"chinanews/news"
)

const (
	warcExt  = ".warc.gz"
	software = "chinanewsd"
)

// warcs are the files of captures. What a transaction adds to them is held
// until flush, which brings it to disk before the transaction commits. A crash
// in between leaves bytes after a file's last record that no place covers: they
// are cut off before the next ones are written. The committer owns it; reading
// is safe beside it, for a written record does not change.
type warcs struct {
	dir     string
	open    map[string]string // day or kept-YEAR -> the file that this transaction adds to
	left    []string          // files that go when this transaction has committed
	pending []pending
	written map[string]int64 // file -> where it ended before this transaction
}

// pending is a record that is to be written.
type pending struct {
	placed
	bytes []byte
}

// reset forgets what was not written.
func (w *warcs) reset() { w.open, w.left, w.pending, w.written = nil, nil, nil, nil }

// undo takes what was written for a transaction that has failed off the disk,
// which may be full. What cannot be taken off is as what a crash leaves.
func (w *warcs) undo() {
	for file, end := range w.written {
		if end == 0 {
			os.Remove(w.path(file))
		} else {
			os.Truncate(w.path(file), end)
		}
	}
}

// writes notes where a file ended before this transaction.
func (w *warcs) writes(file string, end int64) {
	if w.written == nil {
		w.written = make(map[string]int64)
	}
	if _, before := w.written[file]; !before {
		w.written[file] = end
	}
}

// current is the file to add to of a day, or of what is kept for ever. One of
// which less is there than was written, or that the record knows nothing of,
// as after a restore, is left as it is, and another begun.
func (w *warcs) current(x *index, name string, at time.Time) (string, error) {
	if file, ok := w.open[name]; ok {
		return file, nil
	}
	for n := 1; ; n++ {
		file := numbered(name, n)
		end, err := x.end(file)
		if err != nil {
			return "", err
		}
		size, err := w.size(file)
		if err != nil {
			return "", err
		}
		if strange := end == 0 && size > 0; strange || size < end || find(x.left, []byte(file)) != nil {
			continue
		}
		if w.open == nil {
			w.open = make(map[string]string)
		}
		w.open[name] = file
		return file, w.begin(x, file, end, at)
	}
}

// begin writes the record that a new file begins with.
func (w *warcs) begin(x *index, file string, end int64, at time.Time) error {
	if end > 0 {
		return nil
	}
	record, err := info(file, at, software)
	if err != nil {
		return err
	}
	_, err = w.append(x, placed{file: file}, record)
	return err
}

func numbered(name string, n int) string {
	if n > 1 {
		name += "-" + strconv.Itoa(n)
	}
	return name + warcExt
}

// append adds a record to a file and files it.
func (w *warcs) append(x *index, p placed, record []byte) (placed, error) {
	var err error
	if p.offset, err = x.end(p.file); err != nil {
		return p, err
	}
	p.Len, p.Sum = int64(len(record)), digestOf(record)
	w.pending = append(w.pending, pending{p, record})
	return p, x.add(p)
}

// flush brings what is pending to disk. A disk that is full fails the whole
// transaction: nothing is acknowledged of which the evidence is not kept.
func (w *warcs) flush() error {
	if len(w.pending) == 0 {
		return nil
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return err
	}
	files := make(map[string][]pending)
	for _, p := range w.pending {
		files[p.file] = append(files[p.file], p)
	}
	for file, list := range files {
		if err := w.write(file, list); err != nil {
			return fmt.Errorf("writing captures: %w", err)
		}
	}
	w.pending = nil
	return nil
}

// write adds records to a file, after cutting off what a crash left at its end.
func (w *warcs) write(file string, list []pending) (err error) {
	f, err := os.OpenFile(w.path(file), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	begin := list[0].offset
	w.writes(file, begin)
	if err := f.Truncate(begin); err != nil {
		return err
	}
	for _, p := range list {
		if _, err := f.WriteAt(p.bytes, p.offset); err != nil {
			return err
		}
	}
	step()
	if err := f.Sync(); err != nil {
		return err
	}
	step()
	if begin > 0 {
		return nil
	}
	return errors.Join(syncDir(w.dir), syncDir(filepath.Dir(w.dir)))
}

func (w *warcs) path(file string) string { return filepath.Join(w.dir, file) }

// size is how long a file is; 0 when there is none.
func (w *warcs) size(file string) (int64, error) {
	info, err := os.Stat(w.path(file))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// bytes are those of a record on disk, held against their digest.
func (w *warcs) bytes(p placed) ([]byte, error) {
	f, err := os.Open(w.path(p.file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w: the file is gone", p, ErrNotKept)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readPlace(f, p)
}

func readPlace(f *os.File, p placed) ([]byte, error) {
	b := make([]byte, p.Len)
	if _, err := f.ReadAt(b, p.offset); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", p, ErrDamaged, err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != p.Sum {
		return nil, fmt.Errorf("%s: %w: its digest is another", p, ErrDamaged)
	}
	return b, nil
}

// read is the answer that a record on disk has.
func (w *warcs) read(p placed) (c news.Capture, err error) {
	b, err := w.bytes(p)
	if err != nil {
		return c, err
	}
	return unpacked(p, b)
}

// readPending is read for the committer, which has records not on disk yet.
func (w *warcs) readPending(p placed) (news.Capture, error) {
	for _, held := range w.pending {
		if held.file == p.file && held.offset == p.offset {
			return unpacked(p, held.bytes)
		}
	}
	return w.read(p)
}

func unpacked(p placed, b []byte) (c news.Capture, err error) {
	if c, err = readMember(b); err != nil {
		return c, fmt.Errorf("%s: %w: %w", p, ErrDamaged, err)
	}
	return c, nil
}

func decodePlace(key, sealed []byte) (p placed, err error) {
	v, err := unseal(key, sealed)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(v, &p); err != nil {
		return p, fmt.Errorf("%w: the place %q of a capture: %w", ErrDamaged, key, err)
	}
	return located(key, p), nil
}

// warcName is a file of a day, or of a year's captures that are kept for ever.
var warcName = regexp.MustCompile(`^(\d{4}-\d\d-\d\d|kept-\d{4})(-\d+)?\.warc\.gz$`)

// dayOf is the day that a file is of; empty for one that is kept for ever.
func dayOf(file string) string {
	part := warcName.FindStringSubmatch(file)
	if part == nil || len(part[1]) != len(time.DateOnly) {
		return ""
	}
	return part[1]
}

// strays are our files in which nothing lies: what a crash left, or what is
// newer than a backup that was restored.
func (w *warcs) strays(x *index) (files []string) {
	list, _ := os.ReadDir(w.dir)
	used := make(map[string]bool)
	for _, file := range x.files() {
		used[file] = true
	}
	for _, f := range list {
		if warcName.MatchString(f.Name()) && !used[f.Name()] {
			files = append(files, f.Name())
		}
	}
	return files
}
