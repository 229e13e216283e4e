package storage

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// A file is compacted when it is opened if it is larger than this and more
// than half of its pages are free.
const compactAbove = 64 << 20

// Compact writes the file of the record in dir, which must not be open, anew
// without its free pages, and returns its sizes in bytes. A crash leaves the
// old file or the new one.
func Compact(dir string, o Options) (before, after int64, err error) {
	path := filepath.Join(dir, fileName)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return 0, 0, absent(dir)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return 0, 0, err
	}
	defer lock.Close()
	db, err := openAdvised(dir)
	if err != nil {
		return 0, 0, err
	}
	if db, err = current(db, path, o); err != nil {
		return 0, 0, err
	}
	if before, err = fileSize(path); err == nil {
		err = compact(db, path)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return before, before, fmt.Errorf("compacting %s: %w; it is as it was", path, err)
	}
	after, err = fileSize(path)
	return before, after, err
}

// compact writes an open file anew and renames it into place; db keeps the old
// one open.
func compact(db *bbolt.DB, path string) error {
	return replaceFile(path, func(tmp string) error {
		small, err := bbolt.Open(tmp, 0o600, &bbolt.Options{PageSize: pageSize, FreelistType: bbolt.FreelistMapType, NoSync: true, Timeout: time.Second})
		if err != nil {
			return err
		}
		err = bbolt.Compact(small, db, 16<<20)
		if err == nil {
			err = sameTip(db, small)
		}
		return errors.Join(err, small.Sync(), small.Close())
	})
}

func sameTip(a, b *bbolt.DB) error {
	tip := func(db *bbolt.DB) (t Tip, err error) {
		err = db.View(func(tx *bbolt.Tx) error {
			t, err = readTip(tx)
			return err
		})
		return t, err
	}
	ta, err := tip(a)
	if err != nil {
		return err
	}
	tb, err := tip(b)
	if err == nil && ta != tb {
		err = fmt.Errorf("%w: the new file ends at record %d and not %d", ErrDamaged, tb.Pos, ta.Pos)
	}
	return err
}

// compacted is the file without its free pages when most of its pages are, or
// the file itself, also when there is no room for another.
func compacted(db *bbolt.DB, path string, o Options) (*bbolt.DB, error) {
	if roomy, err := sparse(path, o); err != nil || !roomy {
		return db, err
	}
	size, err := fileSize(path)
	if err == nil {
		err = compact(db, path)
	}
	if err != nil {
		o.note(fmt.Sprintf("%s is mostly free pages and could not be compacted: %v; it is used as it is", path, err))
	}
	if err := db.Close(); err != nil { // whatever happened: what has the name now is the record
		return nil, err
	}
	if after, e := fileSize(path); e == nil && err == nil {
		o.note(fmt.Sprintf("%s was mostly free pages and was compacted from %d to %d bytes", path, size, after))
	}
	return openGuarded(path)
}

// sparse reports whether a file is large and most of its pages are free.
func sparse(path string, o Options) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() <= cmp.Or(o.compactAbove, compactAbove) {
		return false, err
	}
	free, all, err := pages(f)
	return 2*free > all, err
}

// pages counts the pages of a sound file that nothing is in, and all.
func pages(f io.ReaderAt) (free, all uint64, err error) {
	t := &pageTree{file: f, head: newestHead(readHeads(f))}
	t.seen = make([]bool, t.head.end)
	err = t.freelist()
	return t.free, t.head.end, err
}

func fileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
