package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Receipt says what became of a batch or a moment.
type Receipt struct {
	Pos       uint64 // of the batch's record; 0: nothing was recorded of it
	RulingPos uint64 // of the ruling; 0: nothing was ruled
	At        time.Time
	Ruling    news.Ruling
	Decision  news.Decision // what was decided, with what is state only
	Duplicate bool          // the batch id was seen before: nothing was changed
}

// Accept records a batch, the ruling on it and what follows from both, in one
// transaction, and returns when that is on disk: all or nothing. rule is
// called inside the transaction, perhaps more than once if that has to be
// repeated; it must be pure. Entries that the decision does not keep are not
// recorded; a batch of which nothing is kept, that nothing is ruled on, and
// that shows its source in the condition it was in, writes state only.
func (s *Store) Accept(ctx context.Context, b news.Batch, rule func(*Ledger, news.Batch) news.Decision) (rc Receipt, err error) {
	if err := s.alone(); err != nil {
		return rc, err
	}
	page, err := packPage(b)
	if err != nil {
		return rc, err
	}
	var captures []packedCapture
	if !b.Unchanged { // what says nothing new is hardly ever recorded: it is packed when it is
		if captures, err = packCaptures(b.Captures); err != nil {
			return rc, err
		}
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		rc = Receipt{At: at}
		l, err := ledgerAt(tx, at)
		if err != nil {
			return err
		}
		if rc.Duplicate = l.seen(b.ID); rc.Duplicate {
			return nil
		}
		d := rule(l, b)
		rc.Decision, rc.Ruling = d, d.Ruling
		if l.worth(b, d) {
			if err := record(tx, l, b, d, &rc); err != nil {
				return err
			}
			if b.Unchanged {
				if captures, err = packCaptures(b.Captures); err != nil {
					return err
				}
			}
			if err := s.warcs.capture(tx, at, rc.Pos, l.lawful(b, captures)); err != nil {
				return err
			}
		}
		return l.remember(b, d, page)
	})
	return rc, err
}

// remember keeps what is state of an answer: its page, what came of asking, what
// was learned for the next time, and tasks.
func (l *Ledger) remember(b news.Batch, d news.Decision, page []byte) error {
	if !mentions(b.Seen, l.erasedNames(b.Source)) {
		if err := writePage(l.tx, b, page); err != nil {
			return err
		}
	}
	b.State = stateAfter(b, d)
	return errors.Join(countOutcome(l.tx, b, l.at), writeState(l.tx, b, d))
}

// stateAfter is what is remembered of the address of an answer. Validators stand
// with what they validate, in one transaction: where entries were passed over,
// there are none.
func stateAfter(b news.Batch, d news.Decision) news.FetchState {
	if d.Whole {
		return b.State.Unheard()
	}
	return b.State
}

func ledgerAt(tx *bbolt.Tx, at time.Time) (*Ledger, error) {
	tip, err := readTip(tx)
	return &Ledger{tx: tx, derived: derived(tx), at: at, next: tip.Pos + 1}, err
}

// changedCondition reports whether a listing shows its source in another
// condition than the answer before. What leaves no state shows none.
func changedCondition(l *Ledger, b news.Batch) bool {
	if b.Kind != news.TaskListing || b.State.URL == "" {
		return false
	}
	before, _ := l.Poll(b.Source, b.URL)
	return before.Condition != b.Condition
}

// worth reports whether there is anything to record of a batch.
func (l *Ledger) worth(b news.Batch, d news.Decision) bool {
	return len(d.Keep) > 0 || !d.Ruling.Empty() || changedCondition(l, b)
}

// kept are the entries of a batch that are recorded, without the texts of what
// was erased.
func (l *Ledger) kept(b news.Batch, d news.Decision) []news.Entry {
	kept := make([]news.Entry, 0, len(d.Keep))
	for _, n := range d.Keep {
		kept = append(kept, b.Entries[n])
	}
	l.hush(d.Ruling, kept)
	return kept
}

// record appends a batch and its ruling and folds both.
func record(tx *bbolt.Tx, l *Ledger, b news.Batch, d news.Decision, rc *Receipt) error {
	b.Entries = l.kept(b, d)
	texts := refer(b.Entries)
	readings := make(map[int]news.ItemID)
	for _, r := range d.Ruling.Items {
		readings[r.N] = r.Item
	}
	err := writeTexts(tx, l.next, b.Entries, texts, func(n int) (news.Item, bool) { return l.Item(readings[n]) })
	if err != nil {
		return err
	}
	if rc.Pos, err = appendJSON(tx, kindBatch, rc.At, b); err != nil {
		return err
	}
	d.Ruling.Through = rc.Pos
	return recordRuling(tx, d.Ruling, rc)
}

// recordRuling appends a ruling unless it decides nothing.
func recordRuling(tx *bbolt.Tx, r news.Ruling, rc *Receipt) error {
	if r.Empty() {
		return nil
	}
	texts, err := telling(r.Notices)
	if err != nil {
		return err
	}
	rc.Ruling = r
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	rc.RulingPos, err = appendRuling(tx, rc.At, body, r, texts)
	return err
}

// appendRuling appends a ruling with what its notices say.
func appendRuling(tx *bbolt.Tx, at time.Time, body []byte, r news.Ruling, texts []string) (uint64, error) {
	if len(texts) > 0 {
		tip, err := readTip(tx)
		if err != nil {
			return 0, err
		}
		for n, text := range texts {
			if err := putText(tx, tip.Pos+1, r.Notices[n].Refs[0], text, nil); err != nil {
				return 0, err
			}
		}
	}
	pos, err := appendBody(tx, kindRuling, at, body)
	if err != nil {
		return 0, err
	}
	return pos, noteRead(tx, pos, r)
}

// appendJSON appends a record and folds it.
func appendJSON(tx *bbolt.Tx, k kind, at time.Time, v any) (uint64, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	return appendBody(tx, k, at, body)
}

func appendBody(tx *bbolt.Tx, k kind, at time.Time, body []byte) (uint64, error) {
	r, err := appendRecord(tx, k, at, body)
	if err != nil {
		return 0, err
	}
	return r.Pos, fold(tx, derived(tx), r)
}

// Rule records what a moment decides, without a batch. rule is as in Accept;
// a decision that decides nothing writes its tasks only.
func (s *Store) Rule(ctx context.Context, rule func(*Ledger) news.Decision) (rc Receipt, err error) {
	if err := s.alone(); err != nil {
		return rc, err
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		rc = Receipt{At: at}
		return decide(tx, &rc, rule)
	})
	return rc, err
}

// decide records what a rule makes of the record as it is now.
func decide(tx *bbolt.Tx, rc *Receipt, rule func(*Ledger) news.Decision) error {
	l, err := ledgerAt(tx, rc.At)
	if err != nil {
		return err
	}
	d := rule(l)
	rc.Decision = d
	if err := recordRuling(tx, d.Ruling, rc); err != nil {
		return err
	}
	return writeTasks(tx, d.Tasks, d.Done)
}

// configBody is the body of a config record.
type configBody struct {
	news.Publication
	Digest string `json:"digest"`
	Who    string `json:"who"`
}

func configRecord(p news.Publication, body []byte, who string) configBody {
	sum := sha256.Sum256(body)
	return configBody{p, hex.EncodeToString(sum[:]), who}
}

// Configure appends what is published when it is not what the last config
// record says, and with it, in one transaction, what rule makes of the change
// (nil: nothing). Receipt.Pos is 0 when nothing changed; then nothing is
// written, and neither clock nor disk matter.
func (s *Store) Configure(ctx context.Context, p news.Publication, who string, rule func(*Ledger) news.Decision) (rc Receipt, err error) {
	if err := s.alone(); err != nil {
		return rc, err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return rc, err
	}
	var same bool
	err = s.View(ctx, func(l *Ledger) error {
		same = published(l, body)
		return nil
	})
	if same || err != nil {
		return rc, err
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		rc = Receipt{At: at}
		l, err := ledgerAt(tx, at)
		if err != nil {
			return err
		}
		if published(l, body) {
			return nil
		}
		rc.Pos, err = appendJSON(tx, kindConfig, at, configRecord(p, body, who))
		if err != nil || rule == nil {
			return err
		}
		return decide(tx, &rc, rule)
	})
	return rc, err
}

// Publishes reports whether the last config record says the same: Configure
// would change nothing.
func (l *Ledger) Publishes(p news.Publication) bool {
	body, err := json.Marshal(p)
	return err == nil && published(l, body)
}

// published reports whether the last config record says the same.
func published(l *Ledger, body []byte) bool {
	before, ok := l.Publication()
	if !ok {
		return false
	}
	text, err := json.Marshal(before)
	return err == nil && bytes.Equal(text, body)
}
