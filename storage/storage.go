// Package storage keeps the record in one bbolt file: facts that are only ever
// appended, what follows from them and can be folded anew, and state that
// costs manners to lose and never content. RECORD.md beside this file has the
// data model.
//
// It decides nothing: the function that rules on a batch comes from the caller
// and is run inside the transaction that records it.
package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Errors that callers ask for. Each comes wrapped in words that say what to
// do.
var (
	ErrNone    = errors.New("no record")
	ErrExists  = errors.New("a record is there already")
	ErrLost    = errors.New("the record is missing")
	ErrForeign = errors.New("not a record of chinanewsd")
	ErrNewer   = errors.New("record of a newer version")
	ErrDamaged = errors.New("damaged record")
	ErrSite    = errors.New("record of another site")
	ErrClock   = errors.New("clock cannot be believed")
	ErrClosed  = errors.New("record is closed")
	ErrDisk    = errors.New("writing the record")
)

// InUseError says that another process has the record open.
type InUseError struct {
	Dir string
	PID int // 0: unknown
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("the record in %s is in use by another process; stop it first", e.Dir)
	}
	return fmt.Sprintf("the record in %s is in use by pid %d; stop it first", e.Dir, e.PID)
}

// Options are how a store is opened; the zero value is useful.
type Options struct {
	Now     func() time.Time // nil: time.Now, compared with the monotonic clock
	Compare bool             // Now is compared with it too, as if it were the machine's
	Site    string           // site.id of the configuration; empty: what the record has, random at creation
	Scratch bool             // nothing is brought to disk for good: the record is to be thrown away
	Mend    bool             // what follows from the record is made anew when that alone is damaged
	// Features are those by which an item that may be the same release as
	// another, or a version of it, is found. Pure. Nil: none is found; a store
	// that is opened with them later has those of before.
	Features func(news.Entry) []uint64
	Note     func(string) // is told what was done to the file when it was opened; nil: nobody
	// Share is given what was changed of state that nodes share, by the caller's
	// goroutine after the commit and before the request returns, which returns
	// its error. Nil: there is one node.
	Share func(context.Context, []news.Cell) error

	compactAbove int64 // bytes; 0: the constant. Tests have small files
}

func (o Options) clock() func() time.Time {
	if o.Now == nil {
		return time.Now
	}
	return o.Now
}

func (o Options) note(what string) {
	if o.Note != nil {
		o.Note(what)
	}
}

const (
	fileName      = "news.db"
	pageSize      = 16 << 10
	schemaVersion = 2
)

// Store is an open record. It is safe for concurrent use; one process at a
// time has it open.
type Store struct {
	db      *bbolt.DB
	lock    *os.File
	now     func() time.Time
	elapsed func() time.Duration // of the monotonic clock; nil: Now is believed
	site    string
	warcs   *warcs // captures; the committer writes them
	queue   chan *request
	done    chan struct{} // closed when the committer has ended
	steps   atomic.Uint64 // of the committer: one as it begins to write, one as it has written
	work    work

	closing sync.Once
	stop    chan struct{} // closed by Close

	indexing sync.Mutex // held by Index

	features func(news.Entry) []uint64

	member atomic.Bool // the record follows a log that several nodes share
	share  func(context.Context, []news.Cell) error
	note   func(string)
}

// genesis is the body of record 1.
type genesis struct {
	Mark        string `json:"mark"`
	Store       string `json:"store"`
	Site        string `json:"site"`
	Incarnation string `json:"incarnation"`
}

// Create makes a new record in dir, which is made when it is missing. It
// refuses a directory in which a news.db stands, of whatever size, and one in
// which a record once was. The file is complete, or it is not there.
func Create(dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("creating the data directory: %w; make it writable or set `data` to another", err)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fileName)
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		lock.Close()
		return nil, fmt.Errorf("%w: %s", ErrExists, path)
	}
	if err := absent(dir); errors.Is(err, ErrLost) {
		lock.Close()
		return nil, err
	}
	if err := createFile(path, o); err != nil {
		lock.Close()
		return nil, fmt.Errorf("creating %s: %w", path, err)
	}
	return open(dir, lock, o)
}

// createFile makes a record with nothing in it but its first mark.
func createFile(path string, o Options) error {
	return replaceFile(path, func(tmp string) error {
		db, err := bbolt.Open(tmp, 0o600, &bbolt.Options{PageSize: pageSize, FreelistType: bbolt.FreelistMapType, Timeout: time.Second})
		if err != nil {
			return err
		}
		err = db.Update(func(tx *bbolt.Tx) error { return begin(tx, o) })
		return errors.Join(err, db.Sync(), db.Close())
	})
}

// begin writes record 1 and the empty buckets.
func begin(tx *bbolt.Tx, o Options) error {
	site := o.Site
	if site == "" {
		site = randomID()
	}
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	err := errors.Join(putJSON(meta, keySchema, schemaVersion), putJSON(meta, keyFolding, foldingVersion), putJSON(meta, keySite, site))
	if err != nil {
		return err
	}
	body, err := json.Marshal(genesis{"genesis", randomID(), site, randomID()})
	if err != nil {
		return err
	}
	rec, err := appendRecord(tx, kindMark, o.clock()(), body)
	if err != nil {
		return err
	}
	if err := fold(tx, derived(tx), rec); err != nil {
		return err
	}
	if err := errors.Join(makeWords(tx), makeNear(tx)); err != nil {
		return err
	}
	return follow(tx, o.Features)
}

func randomID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// absent is the refusal where no news.db stands: ErrLost where one once stood.
func absent(dir string) error {
	if lost(dir) {
		return fmt.Errorf("%w: %s is not there, and what belongs to it is; %s", ErrLost, filepath.Join(dir, fileName), restoreAdvice(dir, ""))
	}
	return fmt.Errorf("%w in %s", ErrNone, dir)
}

// Open opens the record in dir. ErrNone means that there is none, ErrLost that
// there is none and once was.
func Open(dir string, o Options) (*Store, error) {
	path := filepath.Join(dir, fileName)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return nil, absent(dir)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	return open(dir, lock, o)
}

func open(dir string, lock *os.File, o Options) (*Store, error) {
	s := &Store{lock: lock, warcs: &warcs{dir: filepath.Join(dir, captureDir)}, now: o.Now, features: o.Features, share: o.Share, note: o.note,
		queue: make(chan *request), done: make(chan struct{}), stop: make(chan struct{})}
	if s.now == nil || o.Compare {
		begin := time.Now()
		s.now, s.elapsed = o.clock(), func() time.Duration { return time.Since(begin) }
	}
	path := filepath.Join(dir, fileName)
	db, err := openWhole(dir, o)
	if err != nil {
		lock.Close()
		return nil, err
	}
	sweep(dir)
	s.db = db
	db.NoSync, db.NoGrowSync = o.Scratch, o.Scratch
	if err := s.check(path, o); err != nil {
		return nil, errors.Join(err, db.Close(), lock.Close())
	}
	if err := errors.Join(haveDerived(db), haveWords(db), haveNear(db, o.Features), s.joined()); err != nil {
		return nil, errors.Join(err, db.Close(), lock.Close())
	}
	go s.commitLoop(&clock{elapsed: s.elapsed, started: s.now()})
	s.renew(o)
	if err := s.tidy(context.Background()); err != nil {
		o.note(fmt.Sprintf("captures that must go are still there: %v; it is tried again at the next start", err))
	}
	return s, nil
}

// openWhole opens the file in a data directory, looked through, and brought to
// what it should be.
func openWhole(dir string, o Options) (*bbolt.DB, error) {
	path := filepath.Join(dir, fileName)
	db, err := openAdvised(dir)
	if errors.Is(err, errDerived) && o.Mend {
		db, err = mended(path, o)
	}
	if err != nil {
		return nil, err
	}
	if db, err = current(db, path, o); err != nil {
		return nil, err
	}
	return compacted(db, path, o)
}

// current is a file of this program's schema: the one that was opened, or what
// it was brought to. It closes what it does not return.
func current(db *bbolt.DB, path string, o Options) (*bbolt.DB, error) {
	var schema int
	err := db.View(func(tx *bbolt.Tx) (err error) {
		schema, err = schemaOf(tx)
		return err
	})
	switch {
	case err != nil:
		err = fmt.Errorf("%s: %w; set `data` to another directory, or put a backup in its place with `chinanewsd restore FILE --instead`", path, err)
	case schema > schemaVersion:
		err = fmt.Errorf("%s: %w: schema %d, this program knows %d; install the newer chinanewsd", path, ErrNewer, schema, schemaVersion)
	case schema == schemaUnsealed:
		return migrated(db, path, o)
	case schema != schemaVersion:
		err = fmt.Errorf("%s: %w: schema %d; %s", path, ErrDamaged, schema, restoreHint)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// check reads which site the record is of.
func (s *Store) check(path string, o Options) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if err := getJSON(meta, keySite, &s.site); err != nil {
			return fmt.Errorf("%s: %w: %w", path, ErrDamaged, err)
		}
		if o.Site != "" && o.Site != s.site {
			return fmt.Errorf("%s: %w: site.id is %q there and %q in the configuration; an identity never changes: set site.id to %q or leave it empty",
				path, ErrSite, s.site, o.Site, s.site)
		}
		return nil
	})
}

// Site is the site's identity, fixed when the record was made.
func (s *Store) Site() string { return s.site }

// Tip is the end of the chain.
type Tip struct {
	Pos  uint64
	Link [32]byte
}

// Tip returns the last record's position and link.
func (s *Store) Tip() (tip Tip, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		tip, err = readTip(tx)
		return err
	})
	return tip, err
}

// Close ends what runs, waits for it, and gives the file back. Requests that
// were not committed fail with ErrClosed.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.stop)
		<-s.done
		err = errors.Join(s.db.Close(), s.lock.Close())
	})
	return err
}

// Hosts and sources are named in keys by strings without NUL.
func joined(parts ...string) []byte {
	n := 0
	for _, p := range parts {
		n += len(p) + 1
	}
	key := make([]byte, 0, n)
	for i, p := range parts {
		if i > 0 {
			key = append(key, 0)
		}
		key = append(key, p...)
	}
	return key
}
