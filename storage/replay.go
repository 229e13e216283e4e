package storage

import (
	"time"

	"chinanews/news"
)

// Fact is a record as a replay needs it; at most one of its parts is set.
type Fact struct {
	Pos     uint64
	At      time.Time
	Batch   *news.Batch // its entries with their texts, as far as these are there
	Ruling  *news.Ruling
	Editing *news.Editing
	Missing int // texts of the batch that were thrown away
}

// Fact reads the record at a position, from 1 to before Next.
func (l *Ledger) Fact(pos uint64) (f Fact, err error) {
	if f, err = l.Bare(pos); err == nil && f.Batch != nil {
		err = l.fill(&f)
	}
	return f, err
}

// Bare is Fact, but that entries are as they are recorded: their texts are not
// read.
func (l *Ledger) Bare(pos uint64) (f Fact, err error) {
	r, err := readRecord(l.tx, pos)
	if err != nil {
		return f, err
	}
	f = Fact{Pos: pos, At: r.At}
	switch r.kind {
	case kindBatch:
		f.Batch = new(news.Batch)
		if err := decodeBody(r, f.Batch); err != nil {
			return f, err
		}
		if again, err := repeats(l.tx, r); again || err != nil {
			f.Batch = nil
			return f, err
		}
		return f, nil
	case kindRuling:
		f.Ruling = new(news.Ruling)
		return f, decodeBody(r, f.Ruling)
	case kindEdit:
		f.Editing = new(news.Editing)
		return f, decodeBody(r, f.Editing)
	}
	return f, nil
}

// fill puts the texts of a batch's entries back into them.
func (l *Ledger) fill(f *Fact) (err error) {
	for n := range f.Batch.Entries {
		e := &f.Batch.Entries[n]
		for _, ref := range e.Refs {
			if !l.there(news.TextAt{Pos: f.Pos, N: ref.N}) {
				f.Missing++
			}
		}
		if e.Summary, e.HTML, err = l.Texts(f.Pos, *e); err != nil {
			return err
		}
		e.Refs = nil
	}
	return nil
}
