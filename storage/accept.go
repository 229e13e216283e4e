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
	Decision  news.Decision // that the ruling is of
	Duplicate bool          // the batch id was seen before: nothing was changed
}

// Accept records a batch, the ruling on it and what follows from both, in one
// transaction, and returns when that is on disk: all or nothing. rule is
// called inside the transaction, perhaps more than once if that has to be
// repeated; it must be pure. Entries that the decision does not keep are not
// recorded; a batch of which nothing is kept, that nothing is ruled on, and
// that shows its source in the condition it was in, writes state only.
func (s *Store) Accept(ctx context.Context, b news.Batch, rule func(*Ledger, news.Batch) news.Decision) (rc Receipt, err error) {
	page, err := packPage(b)
	if err != nil {
		return rc, err
	}
	captures, err := packCaptures(b.Captures)
	if err != nil {
		return rc, err
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		rc = Receipt{At: at}
		root := derived(tx)
		if find(root.Bucket(derivedBatches), b.ID[:]) != nil {
			rc.Duplicate = true
			return nil
		}
		l, err := ledgerAt(tx, at)
		if err != nil {
			return err
		}
		d := rule(l, b)
		rc.Ruling, rc.Decision = d.Ruling, d
		if len(d.Keep) > 0 || !d.Ruling.Empty() || changedCondition(l, b) {
			if err := record(tx, l, b, d, &rc); err != nil {
				return err
			}
			if err := s.warcs.capture(tx, at, rc.Pos, l.lawful(b, captures)); err != nil {
				return err
			}
		}
		if !mentions(b.Seen, l.erasedNames(b.Source)) {
			if err := writePage(tx, b, page); err != nil {
				return err
			}
		}
		return errors.Join(countOutcome(tx, b, at), writeState(tx, b, d))
	})
	return rc, err
}

func ledgerAt(tx *bbolt.Tx, at time.Time) (*Ledger, error) {
	tip, err := readTip(tx)
	return &Ledger{tx, derived(tx), at, tip.Pos + 1}, err
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

// record appends a batch and its ruling and folds both.
func record(tx *bbolt.Tx, l *Ledger, b news.Batch, d news.Decision, rc *Receipt) error {
	kept := make([]news.Entry, 0, len(d.Keep))
	for _, n := range d.Keep {
		kept = append(kept, b.Entries[n])
	}
	b.Entries = kept
	l.hush(d.Ruling, kept)
	readings := make(map[int]news.ItemID)
	for _, r := range d.Ruling.Items {
		readings[r.N] = r.Item
	}
	err := writeTexts(tx, l.next, b.Entries, func(n int) (news.Item, bool) { return l.Item(readings[n]) })
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
func recordRuling(tx *bbolt.Tx, r news.Ruling, rc *Receipt) (err error) {
	if r.Empty() {
		return nil
	}
	tip, err := readTip(tx)
	if err != nil {
		return err
	}
	if err := writeTellings(tx, tip.Pos+1, r.Notices); err != nil {
		return err
	}
	rc.Ruling = r
	if rc.RulingPos, err = appendJSON(tx, kindRuling, rc.At, r); err != nil {
		return err
	}
	return noteRead(tx, rc.RulingPos, r)
}

// appendJSON appends a record and folds it.
func appendJSON(tx *bbolt.Tx, k kind, at time.Time, v any) (uint64, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	r, err := appendRecord(tx, k, at, body)
	if err != nil {
		return 0, err
	}
	return r.Pos, fold(tx, derived(tx), r)
}

// Rule records what a moment decides, without a batch. rule is as in Accept;
// a decision that decides nothing writes its tasks only.
func (s *Store) Rule(ctx context.Context, rule func(*Ledger) news.Decision) (rc Receipt, err error) {
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

// Configure appends what is published when it is not what the last config
// record says, and with it, in one transaction, what rule makes of the change
// (nil: nothing). Receipt.Pos is 0 when nothing changed; then nothing is
// written, and neither clock nor disk matter.
func (s *Store) Configure(ctx context.Context, p news.Publication, who string, rule func(*Ledger) news.Decision) (rc Receipt, err error) {
	body, err := json.Marshal(p)
	if err != nil {
		return rc, err
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
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
		rc.Pos, err = appendJSON(tx, kindConfig, at, configBody{p, digest, who})
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
