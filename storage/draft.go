package storage

import (
	"context"
	"encoding/json"
	"slices"

	"chinanews/news"
)

// Draft is what a node would record. It becomes a record of every node when
// its message was followed.
type Draft struct {
	Message   []byte        // for the log; opaque. Nil: there is nothing to be said to others
	Decision  news.Decision // what this node would decide
	Duplicate bool          // the batch id was seen before
}

// Draft works out what there is to record of an answer, and writes nothing.
// rule is as in Accept: which entries it keeps is what is recorded; what else it
// decides is its node's opinion, and the one who rules decides. Captures and the
// page do not go into the message. ErrLarge: no message holds it.
func (s *Store) Draft(ctx context.Context, b news.Batch, rule func(*Ledger, news.Batch) news.Decision) (d Draft, err error) {
	err = s.View(ctx, func(l *Ledger) error {
		if d.Duplicate = l.seen(b.ID); d.Duplicate {
			return nil
		}
		d.Decision = rule(l, b)
		if !l.worth(b, d.Decision) {
			return nil
		}
		d.Message, err = l.draftBatch(b, d.Decision)
		return err
	})
	return d, err
}

// seen reports whether a batch or an act has been recorded.
func (l *Ledger) seen(id news.BatchID) bool {
	return find(l.derived.Bucket(derivedBatches), id[:]) != nil
}

func (l *Ledger) draftBatch(b news.Batch, d news.Decision) ([]byte, error) {
	h := heard{Batch: b, Keep: d.Keep}
	if before, ok := l.Poll(b.Source, b.URL); ok {
		h.Before = &before
	}
	b.Entries = l.kept(b, d)
	m := message{Kind: kindBatch, Texts: refer(b.Entries)}
	h.Batch.Entries = l.sayable(h.Batch, d.Keep)
	h.Batch.Captures, h.Batch.Seen, h.Batch.Hosts = nil, nil, nil
	if b.Asked != nil {
		asked := *b.Asked
		asked.Older, asked.Text = nil, ""
		h.Batch.Asked = &asked
	}
	var err error
	if m.Body, err = json.Marshal(b); err != nil {
		return nil, err
	}
	if m.Batch, err = encodeGob(h); err != nil {
		return nil, err
	}
	return m.encode()
}

// sayable are all entries of an answer without the texts of those that are
// recorded, which a message has once, and of what was erased.
func (l *Ledger) sayable(b news.Batch, keep []int) []news.Entry {
	entries := slices.Clone(b.Entries)
	for _, n := range keep {
		entries[n].Summary, entries[n].HTML = "", ""
	}
	erased := l.erasedNames(b.Source)
	if len(erased) == 0 {
		return entries
	}
	for n := range entries {
		if slices.ContainsFunc(namesOf(entries[n]), func(name string) bool { return slices.Contains(erased, name) }) {
			entries[n].Summary, entries[n].HTML = "", ""
		}
	}
	return entries
}

// DraftEdit works out an editor's act as Edit does, and writes nothing: filled
// is the act with its story and revision. m is nil when the act was recorded
// before.
func (s *Store) DraftEdit(ctx context.Context, e news.Editing) (m []byte, filled news.Editing, err error) {
	err = s.View(ctx, func(l *Ledger) error {
		if l.seen(e.ID) {
			return nil
		}
		if _, err := l.editable(&e); err != nil {
			return err
		}
		m, err = draftJSON(kindEdit, e)
		return err
	})
	return m, e, err
}

func draftJSON(k kind, v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return message{Kind: k, Body: body}.encode()
}

// DraftRuling works out what a moment decides, and writes nothing. The message
// is nil when it decides nothing.
func (s *Store) DraftRuling(ctx context.Context, rule func(*Ledger) news.Decision) (d Draft, err error) {
	err = s.View(ctx, func(l *Ledger) error {
		d.Decision = rule(l)
		if d.Decision.Ruling.Empty() {
			return nil
		}
		on, err := readTip(l.tx)
		if err == nil {
			d.Message, err = draftRuling(on, d.Decision.Ruling)
		}
		return err
	})
	return d, err
}

// draftRuling is a ruling as a message. It holds for the record that it was made
// of, and names the end of that.
func draftRuling(on Tip, r news.Ruling) ([]byte, error) {
	r.Notices = slices.Clone(r.Notices)
	texts, err := telling(r.Notices)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return message{Kind: kindRuling, Body: body, Texts: texts, LinkPos: on.Pos, Link: on.Link}.encode()
}

// DraftConfig is what is published as a message; nil when the last config record
// says the same.
func (s *Store) DraftConfig(ctx context.Context, p news.Publication, who string) (m []byte, err error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	err = s.View(ctx, func(l *Ledger) error {
		if published(l, body) {
			return nil
		}
		m, err = draftJSON(kindConfig, configRecord(p, body, who))
		return err
	})
	return m, err
}
