package storage

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"

	"chinanews/news"
)

// A message is what nodes tell one another of one record: a byte that says in
// which version it is written, and a gob, compressed. Of a gob, fields that are
// not known are left alone: a newer program may add some without a new version.
const messageVersion = 1

// message is a record that has no position yet, with its texts.
type message struct {
	Kind  kind
	Body  []byte   // as it is recorded, byte for byte
	Texts []string // in the order of the references in Body
	Batch []byte   // a gob of heard: the answer as its node had it

	LinkPos uint64   // of a ruling: the last record that its node had,
	Link    [32]byte // and its link
}

// heard is what judging an answer takes beside what is recorded of it.
type heard struct {
	Batch  news.Batch       // without the texts of what is recorded, which the message has
	Keep   []int            // which of its entries are recorded
	Before *news.FetchState // what was remembered of its address; nil: it was never asked
}

func (m message) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(m); err != nil {
		return nil, err
	}
	enc, err := packer()
	if err != nil {
		return nil, err
	}
	if b.Len() > maxUnpacked {
		return nil, fmt.Errorf("%w: %d of %d bytes", ErrLarge, b.Len(), maxUnpacked)
	}
	return enc.EncodeAll(b.Bytes(), []byte{messageVersion}), nil
}

// decodeMessage reads what encode wrote.
func decodeMessage(data []byte) (m message, err error) {
	switch {
	case len(data) == 0 || data[0] == 0:
		return m, fmt.Errorf("%w: a message that is none", ErrDamaged)
	case data[0] > messageVersion:
		return m, fmt.Errorf("%w: a message of version %d, this program knows %d: upgrade this node", ErrNewer, data[0], messageVersion)
	}
	dec, err := unpacker()
	if err != nil {
		return m, err
	}
	text, err := dec.DecodeAll(data[1:], nil)
	if err == nil {
		err = decodeGob(text, &m)
	}
	if err != nil {
		return m, fmt.Errorf("%w: a message: %w", ErrDamaged, err)
	}
	switch m.Kind {
	case kindConfig, kindBatch, kindRuling, kindEdit, kindPrune:
		return m, nil
	}
	return m, fmt.Errorf("%w: a message of %s: upgrade this node", ErrNewer, m.Kind)
}

// decodeGob reads a gob, which may be of anybody's making.
func decodeGob(text []byte, into any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a gob that cannot be read: %v", r)
		}
	}()
	return gob.NewDecoder(bytes.NewReader(text)).Decode(into)
}

func encodeGob(v any) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(v)
	return b.Bytes(), err
}

// read decodes the body, and holds the texts against the references in it: what
// is recorded must be whole.
func (m message) read() (f account, err error) {
	f.message = m
	r := Record{kind: m.Kind, Body: m.Body}
	switch m.Kind {
	case kindBatch:
		err = json.Unmarshal(m.Body, &f.batch)
		f.id = f.batch.ID
	case kindRuling:
		err = json.Unmarshal(m.Body, &f.ruling)
	case kindEdit:
		err = json.Unmarshal(m.Body, &f.edit)
		f.id = f.edit.ID
	case kindPrune:
		err = json.Unmarshal(m.Body, &f.prune)
	case kindConfig:
		err = json.Unmarshal(m.Body, &configBody{})
	}
	if err != nil {
		return f, fmt.Errorf("%w: a message of a %s: %w", ErrDamaged, m.Kind, err)
	}
	refs, err := refsOf(r)
	if err != nil {
		return f, err
	}
	fits := len(refs) == len(m.Texts)
	for n := 0; fits && n < len(refs); n++ {
		fits = refs[n] == refTo(n, refs[n].Part, m.Texts[n])
	}
	for _, n := range f.ruling.Notices {
		fits = fits && len(n.Refs) == 1
	}
	if !fits {
		return f, fmt.Errorf("%w: a message of a %s whose texts are not those that it names", ErrDamaged, m.Kind)
	}
	return f, nil
}

// account is a message's record as it is read; what is of another kind is zero.
type account struct {
	message
	id     news.BatchID
	batch  news.Batch
	ruling news.Ruling
	edit   news.Editing
	prune  news.Prune
}

// hear reads the answer as its node had it, with the texts.
func (m message) hear() (h heard, err error) {
	if err := decodeGob(m.Batch, &h); err != nil {
		return h, err
	}
	var recorded news.Batch
	if err := json.Unmarshal(m.Body, &recorded); err != nil {
		return h, err
	}
	if len(h.Keep) != len(recorded.Entries) {
		return h, fmt.Errorf("%d of its entries are recorded, and it names %d", len(recorded.Entries), len(h.Keep))
	}
	for k, n := range h.Keep {
		if n < 0 || n >= len(h.Batch.Entries) {
			return h, fmt.Errorf("it has no entry %d", n)
		}
		e := &h.Batch.Entries[n]
		for _, ref := range recorded.Entries[k].Refs {
			if ref.N < 0 || ref.N >= len(m.Texts) {
				return h, fmt.Errorf("it has no text %d", ref.N)
			}
			if ref.Part == news.PartSummary {
				e.Summary = m.Texts[ref.N]
			} else {
				e.HTML = m.Texts[ref.N]
			}
		}
	}
	return h, nil
}
