package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// Restored says what a restore did.
type Restored struct {
	Copy   Copy
	File   string   // the record that is there now
	Kept   []string // what stood in the way and was renamed
	Config string   // where the backup's configuration was put; empty: it had none

	Included string // the folder with the files that it includes; empty: none
}

// restoration is the body of the record of a restore.
type restoration struct {
	Mark string `json:"mark"`
	From struct {
		Pos  uint64 `json:"pos"`
		Link string `json:"link"`
	} `json:"from"`
	Incarnation string `json:"incarnation"`
}

// Restore puts the record of a backup into dir, which is made when it is
// missing. The record in dir must not be open. A news.db that stands there is
// refused with ErrExists; with instead it gets another name and stays. What is
// restored goes on from the backup as another incarnation, follows no log of
// several nodes, and nobody is signed in to the desk. All is unpacked and
// checked before anything is put into its place; a crash leaves the record that
// was there or the restored one.
func Restore(ctx context.Context, backup, dir string, instead bool, o Options) (Restored, error) {
	return putBackup(ctx, backup, dir, instead, o, func(path string, from Copy) error { return markRestored(path, from, dir, o) })
}

// putBackup puts the record of a backup into dir after something was done to it.
func putBackup(ctx context.Context, backup, dir string, instead bool, o Options, mark func(path string, from Copy) error) (r Restored, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, fmt.Errorf("making the data directory: %w; make it writable or name another", err)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return r, err
	}
	defer lock.Close()
	r.File = filepath.Join(dir, fileName)
	if _, err := os.Stat(backup); err != nil {
		return r, fmt.Errorf("the backup cannot be read: %w; name a file in %s, or a copy of yours", err, filepath.Join(dir, backupDir))
	}
	_, err = os.Lstat(r.File)
	if there := err == nil; there && !instead {
		return r, fmt.Errorf("%w: %s; with --instead it is kept under another name; --beside DIR restores into a directory without one", ErrExists, r.File)
	}
	sweep(dir)
	tmp, err := os.MkdirTemp(dir, ".restore-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(tmp)
	step()
	if r.Copy, err = unpackBackup(ctx, backup, tmp); err != nil {
		return r, err
	}
	step()
	if err := mark(filepath.Join(tmp, fileName), r.Copy); err != nil {
		return r, err
	}
	step()
	return r, r.place(tmp, dir, o.clock()())
}

// markedRestored is what the mark of a restore calls itself.
const markedRestored = "restored"

// markRestored says in a record where it was restored from, and which files of
// captures in the directory belong to another.
func markRestored(path string, from Copy, dir string, o Options) error {
	db, err := openGuarded(path)
	if err != nil {
		return err
	}
	s := &Store{db: db}
	if err := s.check(path, o); err != nil {
		return errors.Join(err, db.Close())
	}
	mark := restoration{Mark: markedRestored, Incarnation: randomID()}
	mark.From.Pos, mark.From.Link = from.Pos, from.Link
	err = db.Update(func(tx *bbolt.Tx) error {
		if err := putJSON(tx.Bucket(bucketMeta), keyIncarnation, mark.Incarnation); err != nil {
			return err
		}
		if err := closeOthers(tx, &warcs{dir: filepath.Join(dir, captureDir)}); err != nil {
			return err
		}
		if err := errors.Join(leaveDesk(tx), leaveCluster(tx)); err != nil {
			return err
		}
		return appendMark(tx, o.clock()(), mark)
	})
	return errors.Join(err, db.Sync(), db.Close())
}

// place puts what was unpacked into its place: what a record names first, the
// record last.
func (r *Restored) place(tmp, dir string, now time.Time) error {
	aside := ".before-restore-" + now.UTC().Format(copyTime)
	files, err := filepath.Glob(filepath.Join(tmp, captureDir, "*"))
	if err != nil {
		return err
	}
	if len(files) > 0 {
		if err := os.MkdirAll(filepath.Join(dir, captureDir), 0o700); err != nil {
			return err
		}
	}
	for _, path := range files {
		if err := r.put(path, filepath.Join(dir, captureDir, filepath.Base(path)), aside); err != nil {
			return err
		}
		step()
	}
	if len(files) > 0 {
		if err := syncDir(filepath.Join(dir, captureDir)); err != nil {
			return err
		}
	}
	if err := r.configuration(tmp, dir); err != nil {
		return err
	}
	step()
	if err := r.put(filepath.Join(tmp, fileName), r.File, aside); err != nil {
		return err
	}
	step()
	return syncDir(dir)
}

// configuration puts that of the backup, with what it includes, beside the
// record, under names that nothing reads.
func (r *Restored) configuration(tmp, dir string) error {
	config := filepath.Join(tmp, configName)
	if _, err := os.Lstat(config); err != nil {
		return nil
	}
	r.Config = filepath.Join(dir, configName+".restored")
	if err := os.Rename(config, r.Config); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(tmp, includeDir)); err != nil {
		return nil
	}
	r.Included = filepath.Join(dir, includeDir+".restored")
	return errors.Join(os.RemoveAll(r.Included), os.Rename(filepath.Join(tmp, includeDir), r.Included))
}

// put renames a file into its place. What stands there keeps its bytes under
// another name, and until the rename its own as well.
func (r *Restored) put(from, to, aside string) error {
	err := os.Link(to, to+aside)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // no links here, or it is none that can have one
		err = os.Rename(to, to+aside)
	}
	if err == nil {
		r.Kept = append(r.Kept, to+aside)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	step()
	return os.Rename(from, to)
}

// lost reports whether a directory without a news.db once had one.
func lost(dir string) bool {
	for _, pattern := range []string{fileName + ".before-restore-*", backupDir + "/*.tar", backupDir + "/" + fileName + "*", captureDir + "/*.warc.gz"} {
		if found, err := filepath.Glob(filepath.Join(dir, pattern)); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

// restoreAdvice is what to do about a record that cannot be used. It opens
// backups until it finds one that is good.
func restoreAdvice(dir, flag string) string {
	if c, ok := newestGood(dir); ok {
		return fmt.Sprintf("the newest good backup is of %s, up to record %d: `chinanewsd restore %s%s` puts it in place", c.At.Format(time.RFC3339), c.Pos, c.File, flag)
	}
	return fmt.Sprintf("%s has no good backup: `chinanewsd restore FILE%s` puts a copy from elsewhere in place, or set `data` to an empty directory to begin anew", filepath.Join(dir, backupDir), flag)
}
