package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// The buckets of captures, state of this node alone.
var (
	bucketCaptures = []byte("captures") // file NUL offset -> placed
	bucketBodies   = []byte("bodies")   // SHA-256 of an answer's body -> file NUL offset
	bucketLeft     = []byte("left")     // file -> whether it goes, or went; else it is another record's too. No more is added to it
)

// ErrNotKept says that there is no capture of a digest: none was made, or
// retention or an erasure took it.
var ErrNotKept = errors.New("no capture is kept")

// place is where a WARC record lies in the files of captures. Together, the
// places of a file cover every byte of it.
type placed struct {
	Len     int64  `json:"len"`
	Sum     string `json:"sum"`               // SHA-256 of these bytes
	Capture string `json:"capture,omitempty"` // SHA-256 of the body; empty: the record that begins a file
	Pos     uint64 `json:"pos,omitempty"`     // of the batch
	Revisit bool   `json:"revisit,omitempty"` // the body is in another record of the file
	Kept    bool   `json:"kept,omitempty"`    // it was copied to what is kept for ever

	file   string
	offset int64
}

func (p placed) String() string {
	what := "the beginning"
	if p.Pos > 0 {
		what = fmt.Sprintf("a capture of record %d", p.Pos)
	}
	return fmt.Sprintf("%s, %s/%s at %d", what, captureDir, p.file, p.offset)
}

func placeKey(file string, offset int64) []byte {
	return binary.BigEndian.AppendUint64(joined(file, ""), uint64(offset))
}

func (p placed) key() []byte { return placeKey(p.file, p.offset) }

// located fills in what a place's key says.
func located(key []byte, p placed) placed {
	file, offset, _ := bytes.Cut(key, []byte{0})
	p.file, p.offset = string(file), int64(binary.BigEndian.Uint64(offset))
	return p
}

// index is where captures lie, by file and by digest.
type index struct{ places, bodies, left *bbolt.Bucket }

// indexOf is the index of a record, nil in one that never had a capture.
func indexOf(tx *bbolt.Tx) *index {
	x := &index{tx.Bucket(bucketCaptures), tx.Bucket(bucketBodies), tx.Bucket(bucketLeft)}
	if x.places == nil {
		return nil
	}
	return x
}

// makeIndex is indexOf for writing.
func makeIndex(tx *bbolt.Tx) (*index, error) {
	for _, name := range [][]byte{bucketCaptures, bucketBodies, bucketLeft} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return nil, err
		}
	}
	return indexOf(tx), nil
}

// body finds the response that has a body.
func (x *index) body(sha256 string) (p placed, ok bool) {
	id, err := hex.DecodeString(sha256)
	if err != nil || x == nil {
		return p, false
	}
	key := find(x.bodies, id)
	if key == nil {
		return p, false
	}
	p, ok = get[placed](x.places, key)
	return located(key, p), ok
}

// add files a record that was written. What is kept for ever stays where a body
// is found.
func (x *index) add(p placed) error {
	if err := putJSON(x.places, p.key(), p); err != nil {
		return err
	}
	if p.Revisit || p.Capture == "" {
		return nil
	}
	if of, ok := x.body(p.Capture); ok && dayOf(of.file) == "" {
		return nil
	}
	id, err := hex.DecodeString(p.Capture)
	if err != nil {
		return err
	}
	return put(x.bodies, id, p.key())
}

// drop takes a record off the files.
func (x *index) drop(p placed) error {
	if b, ok := x.body(p.Capture); ok && bytes.Equal(b.key(), p.key()) {
		id, _ := hex.DecodeString(p.Capture)
		if err := x.bodies.Delete(id); err != nil {
			return err
		}
	}
	return x.places.Delete(p.key())
}

// each calls do with what lies in a file, in order; in all files for "".
func (x *index) each(file string, do func(placed) error) error {
	if x == nil {
		return nil
	}
	prefix := []byte{}
	if file != "" {
		prefix = joined(file, "")
	}
	c := x.places.Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		p, err := decodePlace(k, v)
		if err != nil {
			return err
		}
		if err := do(p); err != nil {
			return err
		}
	}
	return nil
}

// files are the files that something lies in, in order, without reading what.
func (x *index) files() (names []string) {
	if x == nil {
		return nil
	}
	c := x.places.Cursor()
	for k, _ := c.First(); k != nil; {
		file, _, _ := bytes.Cut(k, []byte{0})
		names = append(names, string(file))
		k, _ = c.Seek(append(bytes.Clone(file), 1))
	}
	return names
}

// end is where a file ends by what lies in it.
func (x *index) end(file string) (int64, error) {
	c := x.places.Cursor()
	prefix := joined(file, "")
	last := c.Prev
	if k, _ := c.Seek(append(joined(file), 1)); k == nil {
		last = c.Last
	}
	k, v := last()
	if !bytes.HasPrefix(k, prefix) {
		return 0, nil
	}
	p, err := decodePlace(k, v)
	return p.offset + p.Len, err
}

// packedCapture is a capture and the record of it.
type packedCapture struct {
	news.Capture
	record []byte
}

// packCaptures is done before the transaction, which others wait for.
func packCaptures(list []news.Capture) (packed []packedCapture, err error) {
	for _, c := range list {
		record, err := response(c)
		if err != nil {
			return nil, fmt.Errorf("packing the answer of %s: %w", c.URL, err)
		}
		c.Body = nil // it is in the record
		packed = append(packed, packedCapture{c, record})
	}
	return packed, nil
}

// capture writes the answers of the batch at a position to the file of the day.
// A body that the file has already is not written again.
func (w *warcs) capture(tx *bbolt.Tx, at time.Time, pos uint64, list []packedCapture) error {
	if len(list) == 0 {
		return nil
	}
	x, err := makeIndex(tx)
	if err != nil {
		return err
	}
	file, err := w.current(x, at.UTC().Format(time.DateOnly), at)
	if err != nil {
		return fmt.Errorf("writing captures: %w; nothing was changed, free space or repair the disk", err)
	}
	for _, c := range list {
		p := placed{Capture: c.SHA256, Pos: pos, file: file}
		record := c.record
		if of, ok := x.body(c.SHA256); ok && of.file == file && doomedBy(tx, of) == 0 {
			older, err := w.readPending(of)
			if err != nil {
				return err
			}
			c.Body = older.Body // it is the same
			if record, err = revisit(c.Capture, older); err != nil {
				return err
			}
			p.Revisit = true
		}
		if _, err := w.append(x, p, record); err != nil {
			return err
		}
	}
	return nil
}

// Capture is an answer by the SHA-256 of its body. ErrNotKept says that it is
// not there; of several answers with one body it is the first of a day.
func (s *Store) Capture(sha256 string) (c news.Capture, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		return guarded(func() error {
			p, ok := indexOf(tx).body(sha256)
			if !ok || doomedBy(tx, p) > 0 {
				return fmt.Errorf("%w of %s", ErrNotKept, sha256)
			}
			c, err = s.warcs.read(p)
			return err
		})
	})
	return c, err
}
