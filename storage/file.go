package storage

import (
	"errors"
	"os"
	"path/filepath"
)

// step is called between the writes of what must survive a crash at any of
// them; tests end the process there.
var step = func() {}

// replaceFile writes a whole file beside path, on disk, checks that it opens,
// and renames it into place. A crash before the rename leaves path as it was
// and a temporary file that the next attempt replaces; after it, the new file.
func replaceFile(path string, write func(tmp string) error) error {
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	step()
	if err := write(tmp); err != nil {
		return errors.Join(err, removed(tmp))
	}
	step()
	db, err := openGuarded(tmp)
	if err != nil {
		return errors.Join(err, removed(tmp))
	}
	if err := db.Close(); err != nil {
		return err
	}
	step()
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	step()
	return syncDir(filepath.Dir(path))
}

// sweep takes away what crashes left of files that were not finished; they are
// as large as the record, and may have what was erased since. The caller holds
// the directory's lock.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, ".restore-*"))
	for _, path := range append(left, filepath.Join(dir, fileName+".new")) {
		os.RemoveAll(path)
	}
}

// removed takes a temporary file away.
func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
