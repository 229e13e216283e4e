package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

const (
	lockName = "news.lock"
	lockWait = time.Second
)

// takeLock takes the directory's lock and writes our pid into it. The kernel
// gives the lock back when the process dies, however it dies.
func takeLock(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data directory: %w; make it writable for this user, or set `data` to another", err)
	}
	for begin := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if time.Since(begin) > lockWait {
			defer f.Close()
			return nil, &InUseError{Dir: dir, PID: readPID(f)}
		}
	}
	if err := f.Truncate(0); err == nil {
		f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

func readPID(f *os.File) int {
	text, _ := io.ReadAll(io.LimitReader(f, 32))
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// restoreHint is what to do about damage that is found in an open record.
const restoreHint = "stop the daemon and put a backup in its place with `chinanewsd restore FILE --instead`"

// openAdvised opens the file in a data directory, which may be damaged. A
// refusal says what to do, and changes nothing.
func openAdvised(dir string) (*bbolt.DB, error) {
	path := filepath.Join(dir, fileName)
	db, err := openGuarded(path)
	if errors.Is(err, ErrDamaged) {
		if facts, e := mendable(path); e == nil {
			return nil, errors.Join(fmt.Errorf("%s: %w: %w; `chinanewsd rebuild` makes that anew", path, errDerived, err), facts.Close())
		}
	}
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrForeign) {
		return nil, fmt.Errorf("%s: %w; %s", path, err, restoreAdvice(dir, " --instead"))
	}
	return db, err
}

// openGuarded opens a file that may be damaged: what bbolt would take for a
// new database, fault on or panic over becomes an error. The file is not
// changed by a refusal.
func openGuarded(path string) (*bbolt.DB, error) { return openBut(path, nil) }

// openFacts is openGuarded for a file in which what can be made anew may be
// damaged. Of that nothing may be read, and nothing may be written.
func openFacts(path string) (*bbolt.DB, error) { return openBut(path, remade) }

// openBut opens a file without a look at the buckets to skip.
func openBut(path string, skip func([]byte) bool) (*bbolt.DB, error) {
	return openBy(path, &pageTree{skip: skip})
}

// openBy opens a file of which a tree finds the pages in their places.
func openBy(path string, t *pageTree) (db *bbolt.DB, err error) {
	if err := plausible(path, t); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, Timeout: time.Second, NoStatistics: true, InitialMmapSize: mapped(path)})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	db.AllocSize = growAtOnce
	if err := wellFormed(db, t); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrDamaged, err), db.Close())
	}
	return db, nil
}

// mapped is how much of a file is mapped into memory from the beginning: room
// to grow. A file that outgrows that is mapped anew, and for that the writer,
// and with it every new reader, waits until the last reader has ended; a backup
// reads long.
func mapped(path string) int {
	size, err := fileSize(path)
	if err != nil || strconv.IntSize < 64 {
		return 0
	}
	return int(size) + roomToGrow
}

const (
	roomToGrow = 8 << 30 // bytes of addresses
	growAtOnce = 1 << 20 // bytes of the file
)

// The two heads of bbolt's file format, after their page's header. Offsets of
// their fields from their beginning; the checksum is FNV-1a of what stands
// before it.
const (
	pageHeader     = 16
	magicOffset    = 0
	sizeOffset     = 8
	rootOffset     = 16
	freelistOffset = 32
	endOffset      = 40
	txOffset       = 48
	checksumOffset = 56
	metaLength     = 64
	boltMagic      = 0xED0CDAED
)

// errHead says that bbolt would open the file as it was before or after its
// last transaction, and nothing tells which.
var errHead = fmt.Errorf("%w: one of its two heads is not sound, and the last that was written may be missing; "+
	"`chinanewsd restore` of the file itself takes it as it is", ErrDamaged)

// mendHead makes of a file with one sound head one that opens by that.
func mendHead(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	page := make([]byte, 2*pageSize)
	if _, err := f.ReadAt(page, 0); err != nil {
		return errors.Join(err, f.Close())
	}
	good, bad := 0, 1
	if readHead(page[pageHeader:]).end == 0 {
		good, bad = 1, 0
	}
	copied := page[good*pageSize : (good+1)*pageSize]
	binary.LittleEndian.PutUint64(copied, uint64(bad)) // the page's own number
	_, err = f.WriteAt(copied, int64(bad)*pageSize)
	return errors.Join(err, f.Sync(), f.Close())
}

// plausible refuses what bbolt must not see: an empty file, which it would
// take for a new database; one of another kind; one that is shorter than it
// says, which would be a memory fault; pages that lead nowhere or for ever.
func plausible(path string, t *pageTree) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("opening the record: %w; make %s readable and writable for this user", err, path)
	}
	defer f.Close()
	return sound(f, t)
}

// sound is plausible for an open file.
func sound(f *os.File, t *pageTree) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is no file", ErrForeign)
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: the file is empty", ErrForeign)
	}
	first, second := readHeads(f)
	newer := newestHead(first, second)
	need := max(first.end, second.end) * pageSize
	switch {
	case need == 0:
		return ErrForeign
	case first.end == 0 || second.end == 0:
		return errHead
	case newer.pageSize != pageSize:
		return fmt.Errorf("%w: its pages have %d bytes", ErrForeign, newer.pageSize)
	case need > uint64(info.Size()):
		return fmt.Errorf("%w: it is cut off, %d of %d bytes are there", ErrDamaged, info.Size(), need)
	}
	t.file, t.head = f, newer
	if err := t.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// readHeads reads both heads; of a file that has none both are zero.
func readHeads(f io.ReaderAt) (first, second head) {
	text := make([]byte, pageSize+pageHeader+metaLength)
	if n, _ := f.ReadAt(text, 0); n < len(text) {
		return first, second
	}
	return readHead(text[pageHeader:]), readHead(text[pageSize+pageHeader:])
}

func newestHead(first, second head) head {
	if second.tx > first.tx {
		return second
	}
	return first
}

func readHead(meta []byte) head {
	sum := fnv.New64a()
	sum.Write(meta[:checksumOffset])
	if binary.LittleEndian.Uint32(meta[magicOffset:]) != boltMagic || binary.LittleEndian.Uint64(meta[checksumOffset:]) != sum.Sum64() {
		return head{}
	}
	return head{
		pageSize: binary.LittleEndian.Uint32(meta[sizeOffset:]),
		root:     binary.LittleEndian.Uint64(meta[rootOffset:]),
		freelist: binary.LittleEndian.Uint64(meta[freelistOffset:]),
		end:      binary.LittleEndian.Uint64(meta[endOffset:]),
		tx:       binary.LittleEndian.Uint64(meta[txOffset:]),
	}
}

// wellFormed checks what can be told of an open file when its pages were
// followed: that values have their checksums, and buckets their names.
func wellFormed(db *bbolt.DB, t *pageTree) error {
	return readable(db, func(tx *bbolt.Tx) error {
		schema, err := schemaOf(tx)
		switch {
		case errors.Is(err, ErrDamaged):
			return err
		case schema != schemaVersion:
			return nil
		case t.unsealed != nil:
			return t.unsealed
		}
		return wellNamed(tx, t.skip != nil)
	})
}

// readable reads a file that may be damaged, in this goroutine, where a memory
// fault is a panic that can be recovered from.
func readable(db *bbolt.DB, read func(*bbolt.Tx) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pages cannot be read: %v", r)
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return db.View(read)
}

// walk reads every key and value of an open file and then has bbolt check every
// page. That is in a goroutine of its own, and must not come to what the first
// pass cannot read.
func walk(db *bbolt.DB) error {
	return readable(db, func(tx *bbolt.Tx) error {
		t := &touching{left: tx.Size()}
		err := tx.ForEach(t.bucket)
		if err == nil {
			err = wellNamed(tx, false)
		}
		if err != nil {
			return err
		}
		for e := range tx.Check() {
			if err == nil {
				err = e
			}
		}
		return err
	})
}

// touching reads all bytes of a file. More of them than the file has are a
// circle.
type touching struct{ left int64 }

func (t *touching) bucket(name []byte, b *bbolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		if t.left -= int64(len(k) + len(v) + 1); t.left < 0 {
			return errors.New("pages lead in a circle")
		}
		if v == nil {
			return t.bucket(k, b.Bucket(k))
		}
		if _, err := unseal(k, v); err != nil {
			return fmt.Errorf("%s: %w", place(name, k), err)
		}
		return nil
	})
}

// place names a key to a person.
func place(bucket, key []byte) string {
	switch {
	case string(bucket) == "log" && len(key) == 8:
		return fmt.Sprintf("record %d", binary.BigEndian.Uint64(key))
	case string(bucket) == "texts" && len(key) == 12:
		return fmt.Sprintf("text %d of record %d", binary.BigEndian.Uint32(key[8:]), binary.BigEndian.Uint64(key))
	}
	return fmt.Sprintf("key %x of bucket %s", key, legible(bucket))
}

// legible is a name as it is, or, of numbers, in hexadecimal.
func legible(name []byte) string {
	for _, c := range name {
		if c < ' ' || c > '~' {
			return fmt.Sprintf("%x", name)
		}
	}
	return string(name)
}
