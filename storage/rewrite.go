package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// rewrite writes a file without its doomed captures, under another name: until
// the transaction commits, the old one is what the record knows; then it is a
// stray, which is removed at once, or at the next start.
func (w *warcs) rewrite(tx *bbolt.Tx, file string, at time.Time) error {
	if err := w.flush(); err != nil { // what this transaction has added to it
		return err
	}
	x := indexOf(tx)
	if err := w.leave(x, file); err != nil {
		return err
	}
	old, err := os.Open(w.path(file))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		defer old.Close()
	}
	var stay, doomed []placed
	err = x.each(file, func(p placed) error {
		if p.Pos == 0 || doomedBy(tx, p) > 0 {
			doomed = append(doomed, p)
		} else {
			stay = append(stay, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if old == nil { // what is gone need not be destroyed
		return dropAll(tx, x, doomed)
	}
	moved, err := w.copyOut(x, old, file, stay, at)
	if err != nil {
		return fmt.Errorf("writing %s without what was erased: %w", file, err)
	}
	if err := dropAll(tx, x, append(doomed, stay...)); err != nil {
		return err
	}
	for _, p := range moved {
		if err := x.add(p); err != nil {
			return err
		}
	}
	return nil
}

// dropAll takes records off the index.
func dropAll(tx *bbolt.Tx, x *index, list []placed) error {
	for _, p := range list {
		if err := x.drop(p); err != nil {
			return err
		}
		if b := tx.Bucket(bucketDoomed); b != nil {
			if err := b.Delete(p.key()); err != nil {
				return err
			}
		}
	}
	return nil
}

// unfinished is the name of a file while it is written anew.
const unfinished = "unfinished.warc.gz.new"

// copyOut copies records, as they are on disk, to a new file, and returns where
// they lie in it.
func (w *warcs) copyOut(x *index, old *os.File, file string, stay []placed, at time.Time) (moved []placed, err error) {
	if len(stay) == 0 {
		return nil, nil
	}
	name, err := w.free(x, baseOf(file))
	if err != nil {
		return nil, err
	}
	begin, err := info(name, at, software)
	if err != nil {
		return nil, err
	}
	w.writes(name, 0)
	f, err := os.OpenFile(w.path(unfinished), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
			err = errors.Join(os.Rename(w.path(unfinished), w.path(name)), syncDir(w.dir))
		}
	}()
	if _, err := f.Write(begin); err != nil {
		return nil, err
	}
	end := int64(len(begin))
	moved = append(moved, placed{Len: end, Sum: digestOf(begin), file: name})
	for _, p := range stay {
		step()
		if _, err := io.Copy(f, io.NewSectionReader(old, p.offset, p.Len)); err != nil {
			return nil, err
		}
		p.file, p.offset = name, end
		end += p.Len
		moved = append(moved, p)
	}
	return moved, nil
}

// free is a name at which no file is or was.
func (w *warcs) free(x *index, base string) (string, error) {
	for n := 1; ; n++ {
		file := numbered(base, n)
		end, err := x.end(file)
		if err != nil {
			return "", err
		}
		if size, err := w.size(file); err != nil {
			return "", err
		} else if end == 0 && size == 0 && find(x.left, []byte(file)) == nil {
			return file, nil
		}
	}
}

// baseOf is the day, or kept-YEAR, that a file is of.
func baseOf(file string) string {
	if part := warcName.FindStringSubmatch(file); part != nil {
		return part[1]
	}
	return strings.TrimSuffix(file, warcExt)
}

// leave has a file removed when the transaction has committed, and its name not
// used again until it is gone.
func (w *warcs) leave(x *index, file string) error {
	w.left = append(w.left, file)
	delete(w.open, baseOf(file))
	return putJSON(x.left, []byte(file), true)
}

// settled removes the files that a transaction left behind, when it has
// committed. One that stays after a crash is removed at the next start.
func (w *warcs) settled() {
	for _, file := range w.left {
		step()
		os.Remove(w.path(file))
	}
	w.left = nil
}

// leaving are the files that went, or that a crash kept from going.
func leaving(tx *bbolt.Tx) (files []string) {
	b := tx.Bucket(bucketLeft)
	if b == nil {
		return nil
	}
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if goes, _ := get[bool](b, k); goes {
			files = append(files, string(k))
		}
	}
	return files
}

// closeOthers has nothing added to, or cut off, files that have more than this
// record knows, or nothing that it knows: the record that was here before a
// restore, and is kept, has the rest. Nor do they go because this record once
// let a file of that name go.
func closeOthers(tx *bbolt.Tx, w *warcs) error {
	x, err := makeIndex(tx)
	if err != nil {
		return err
	}
	list, _ := os.ReadDir(w.dir)
	for _, f := range list {
		if !warcName.MatchString(f.Name()) {
			continue
		}
		end, err := x.end(f.Name())
		if err != nil {
			return err
		}
		size, err := w.size(f.Name())
		if err != nil {
			return err
		}
		if goes := find(x.left, []byte(f.Name())) != nil; size <= end && !goes {
			continue
		}
		if err := putJSON(x.left, []byte(f.Name()), false); err != nil {
			return err
		}
	}
	return nil
}

// tidy removes the files of captures that were left behind, and goes on with an
// erasure that a crash cut off.
func (s *Store) tidy(ctx context.Context) error {
	var left, doomed []string
	err := s.db.View(func(tx *bbolt.Tx) error {
		left, doomed = leaving(tx), doomedFiles(tx)
		return nil
	})
	if err != nil || len(left)+len(doomed) == 0 {
		return err
	}
	for _, file := range left {
		if err := os.Remove(s.warcs.path(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error {
		for _, file := range left {
			if err := tx.Bucket(bucketLeft).Delete([]byte(file)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.destroy(ctx)
}

// Remnants are files in the data directory that may hold what was erased and
// that an erasure does not reach: backups, what restores put aside, and files
// of captures that the record knows nothing of.
func (s *Store) Remnants() (files []string, err error) {
	dir := filepath.Dir(s.db.Path())
	for _, pattern := range []string{backupDir + "/*", "*.before-restore-*", captureDir + "/*.before-restore-*"} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		files = append(files, found...)
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		for _, file := range s.warcs.strays(indexOf(tx)) {
			files = append(files, s.warcs.path(file))
		}
		return nil
	})
	return files, err
}

// cut cuts off what crashes left at the ends of files: an answer that was not
// accepted may have what is erased.
func (w *warcs) cut(x *index) error {
	for _, file := range x.files() {
		end, err := x.end(file)
		if err != nil {
			return err
		}
		size, err := w.size(file)
		if err != nil {
			return err
		}
		if size <= end || find(x.left, []byte(file)) != nil {
			continue
		}
		if err := os.Truncate(w.path(file), end); err != nil {
			return err
		}
	}
	return nil
}
