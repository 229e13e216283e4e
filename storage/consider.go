package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"chinanews/news"
)

// Judge rules on what the log has. Its functions must be pure. Config may be
// nil: nothing follows from a configuration.
type Judge struct {
	Batch  func(*Ledger, news.Batch) news.Decision
	Edit   func(*Ledger, news.Editing) news.Decision
	Config func(*Ledger) news.Decision
}

// Verdict is what is to be said of a record that waited.
type Verdict struct {
	Pos      uint64        // of that record
	Prune    []byte        // of texts that must not stay, to be appended before Message; nil: none
	Message  []byte        // the ruling; nil: nothing is to be said
	Decision news.Decision // with the tasks that follow
}

// pollBefore answers for what was remembered of one address when it was asked.
type pollBefore struct {
	source news.Origin
	url    string
	state  news.FetchState
	known  bool
}

// Consider rules on the first record after a position that waits for a ruling;
// ok is false when none does. It writes nothing: what it says is to be appended
// to the log, and followed before the next is considered. The judge is shown the
// record as it is now, with the time of the one that waited. With an error that
// concerns one record, Pos is its position: what comes after it can be ruled on.
func (s *Store) Consider(ctx context.Context, after uint64, j Judge) (v Verdict, ok bool, err error) {
	err = s.View(ctx, func(l *Ledger) error {
		tip, err := readTip(l.tx)
		if err == nil {
			ok, err = l.considerNext(after, tip, j, &v)
		}
		return err
	})
	return v, ok && err == nil, err
}

// considerNext is Consider. The ruling names the end of the record that is on the
// log, which is not its end when something is supposed.
func (l *Ledger) considerNext(after uint64, on Tip, j Judge, v *Verdict) (ok bool, err error) {
	waiting := l.tx.Bucket(bucketUnruled)
	if waiting == nil {
		return false, nil
	}
	k, sealed := waiting.Cursor().Seek(posKey(after + 1))
	if k == nil {
		return false, nil
	}
	v.Pos = uint64At(k)
	m, err := decodeMessage(bare(k, sealed))
	if err == nil {
		err = l.consider(m, on, j, v)
	}
	if err != nil {
		return false, fmt.Errorf("ruling on record %d: %w", v.Pos, err)
	}
	return true, nil
}

// consider rules on the record at the verdict's position.
func (l *Ledger) consider(m message, on Tip, j Judge, v *Verdict) error {
	r, err := readRecord(l.tx, v.Pos)
	if err != nil {
		return err
	}
	at := &Ledger{tx: l.tx, derived: l.derived, at: r.At, next: v.Pos + 1}
	f, err := m.read()
	if err != nil {
		return err
	}
	quiet := false
	switch m.Kind {
	case kindBatch:
		at.next = v.Pos
		err = at.considerBatch(m, j, v)
		quiet = len(f.batch.Entries) == 0 && v.Decision.Ruling.Empty()
	case kindEdit:
		v.Decision = j.Edit(at, f.edit)
		if f.edit.Args.Erase {
			v.Prune, err = at.draftErasure(f.edit.Scope.Story, f.edit.Who, nil)
		}
	case kindConfig:
		if quiet = j.Config == nil; !quiet {
			v.Decision = j.Config(at)
		}
	}
	if err != nil || quiet {
		return err
	}
	v.Decision.Ruling.Through = v.Pos
	v.Message, err = draftRuling(on, v.Decision.Ruling)
	return err
}

// considerBatch rules on an answer, of which some entries are recorded.
func (l *Ledger) considerBatch(m message, j Judge, v *Verdict) error {
	h, err := m.hear()
	if err != nil {
		return err
	}
	l.before = &pollBefore{source: h.Batch.Source, url: h.Batch.URL}
	if h.Before != nil {
		l.before.state, l.before.known = *h.Before, true
	}
	if v.Decision, err = l.judge(&h, j); err != nil {
		return err
	}
	v.Prune, err = l.leftover(v.Pos, v.Decision.Ruling)
	return err
}

// leftover is a prune of the texts of a batch that turn out to be a reading of
// what was erased, or of nothing: what would be kept that no erasure finds. Nil:
// there are none.
func (l *Ledger) leftover(pos uint64, r news.Ruling) ([]byte, error) {
	b, err := l.Batch(pos)
	if err != nil {
		return nil, err
	}
	goes := make(map[int]bool)
	for n := range b.Entries {
		goes[n] = true
	}
	for _, i := range r.Items {
		delete(goes, i.N)
	}
	var erased news.StoryID
	for n, story := range l.erasedReadings(r) {
		goes[n], erased = true, story
	}
	var texts []news.TextAt
	for _, n := range slices.Sorted(maps.Keys(goes)) {
		for _, ref := range b.Entries[n].Refs {
			if at := (news.TextAt{Pos: pos, N: ref.N}); l.there(at) {
				texts = append(texts, at)
			}
		}
	}
	switch w, _ := l.Withdrawn(erased); {
	case len(texts) == 0:
		return nil, nil
	case w.Erased:
		return l.draftErasure(erased, w.Who, texts)
	}
	return draftJSON(kindPrune, news.Prune{Texts: texts, Why: news.ByRetention, Who: pruner})
}

// pruner is who prunes what nobody asked to.
const pruner = "chinanewsd"

// judge rules on an answer so that only recorded entries are ruled on, by their
// numbers in the record. One that would be kept and was not recorded said
// nothing new when it was read: it is judged as saying what is shown of its
// item, or, of an item that is not known, as not being there.
func (l *Ledger) judge(h *heard, j Judge) (news.Decision, error) {
	said := make(map[news.ItemID]bool)
	for {
		d := j.Batch(l, h.Batch)
		stray, ok := h.recorded(&d)
		if ok {
			return d, nil
		}
		if stray.n < 0 || stray.n >= len(h.Batch.Entries) {
			return d, fmt.Errorf("entry %d of %d is ruled on", stray.n, len(h.Batch.Entries))
		}
		if err := l.silence(h, stray, said[stray.item]); err != nil {
			return d, err
		}
		said[stray.item] = true
	}
}

// stray is an entry that is ruled on and was not recorded.
type stray struct {
	n    int // in the answer
	item news.ItemID
}

// recorded gives a decision the numbers of the record, or names an entry that
// has none.
func (h *heard) recorded(d *news.Decision) (s stray, ok bool) {
	items := slices.Clone(d.Ruling.Items)
	for k := range items {
		if items[k].N < 0 || items[k].N >= len(d.Keep) {
			return stray{n: -1}, false
		}
		n := d.Keep[items[k].N]
		if items[k].N = slices.Index(h.Keep, n); items[k].N < 0 {
			return stray{n, items[k].Item}, false
		}
	}
	d.Ruling.Items, d.Keep = items, h.Keep
	return s, true
}

// silence has an entry say what is known, or takes it out of the answer.
func (l *Ledger) silence(h *heard, s stray, out bool) error {
	h.Batch.Entries = slices.Clone(h.Batch.Entries)
	if i, known := l.Item(s.item); known && !out {
		e := i.Shown
		var err error
		if e.Summary, e.HTML, err = l.Texts(i.ShownPos(), e); err != nil {
			return err
		}
		e.Refs = nil
		h.Batch.Entries[s.n] = e
		return nil
	}
	h.Batch.Entries = slices.Delete(h.Batch.Entries, s.n, s.n+1)
	h.Keep = slices.Clone(h.Keep)
	for k, n := range h.Keep {
		if n > s.n {
			h.Keep[k]--
		}
	}
	return nil
}
