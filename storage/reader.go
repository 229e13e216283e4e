package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

var (
	// ErrReading says that a record was opened to be read.
	ErrReading = errors.New("the record was opened to be read only")
	// ErrOlder says that a record is of an earlier version and was not brought
	// to this one.
	ErrOlder = errors.New("record of an earlier version")
)

// OpenToRead opens the record in dir as Open does, with all its checks, and
// changes nothing in the directory: nothing is made anew, brought to this
// version (ErrOlder) or tidied, no file is made, and whatever would write fails
// with ErrReading. While it is open no other process opens the record.
func OpenToRead(dir string, o Options) (*Store, error) {
	path := filepath.Join(dir, fileName)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return nil, absent(dir)
	}
	lock, err := borrowLock(dir)
	if err != nil {
		return nil, err
	}
	db, err := openReading(path)
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrForeign) {
		err = fmt.Errorf("%s: %w; %s", path, err, restoreAdvice(dir, " --instead"))
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s := &Store{db: db, lock: lock, now: o.clock(), features: o.Features, warcs: &warcs{dir: filepath.Join(dir, captureDir)},
		queue: make(chan *request), done: make(chan struct{}), stop: make(chan struct{})}
	if err := errors.Join(ofToday(db, path), s.check(path, o)); err != nil {
		return nil, errors.Join(err, db.Close(), lock.Close())
	}
	go func() { defer close(s.done); s.refuse(ErrReading) }()
	return s, nil
}

// refuse stands in for the committer.
func (s *Store) refuse(err error) {
	for {
		select {
		case <-s.stop:
			return
		case r := <-s.queue:
			finish([]*request{r}, err)
		}
	}
}

// borrowLock is takeLock without a trace: the pid in it stays its last owner's.
func borrowLock(dir string) (*os.File, error) {
	f, err := os.Open(filepath.Join(dir, lockName))
	if errors.Is(err, os.ErrNotExist) { // nobody ever took it; the directory itself will do
		f, err = os.Open(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("locking the data directory: %w; run the command as the daemon's user", err)
	}
	for begin := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
			return f, nil
		}
		if time.Since(begin) > lockWait {
			defer f.Close()
			return nil, &InUseError{Dir: dir, PID: readPID(f)}
		}
	}
}

// openReading is openGuarded for a file that is not to be written.
func openReading(path string) (db *bbolt.DB, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the record: %w; run the command as the daemon's user", err)
	}
	defer f.Close()
	t := new(pageTree)
	if err := sound(f, t); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true, FreelistType: bbolt.FreelistMapType, Timeout: time.Second, NoStatistics: true})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := wellFormed(db, t); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrDamaged, err), db.Close())
	}
	return db, nil
}

// ofToday refuses a file of another schema than this program's.
func ofToday(db *bbolt.DB, path string) error {
	var schema int
	err := db.View(func(tx *bbolt.Tx) (err error) {
		schema, err = schemaOf(tx)
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case schema > schemaVersion:
		return fmt.Errorf("%s: %w: schema %d, this program knows %d; install the newer chinanewsd", path, ErrNewer, schema, schemaVersion)
	case schema < schemaVersion:
		return fmt.Errorf("%s: %w: schema %d, this program's is %d", path, ErrOlder, schema, schemaVersion)
	}
	return nil
}
