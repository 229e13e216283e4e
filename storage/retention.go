package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// keepAtOnce bounds the bytes of captures that one transaction copies.
const keepAtOnce = 16 << 20

// Pruned is what PruneCaptures did.
type Pruned struct {
	Files []string // that are gone
	Kept  int      // captures of them that are kept for ever
}

// PruneCaptures removes the captures of all days before the one that a moment
// is in. Those that evidence needs are copied to what is kept for ever first:
// of items that their source changed, or that looks missed. A crash on the way
// leaves captures twice or all of them where they were; the next call goes on.
func (s *Store) PruneCaptures(ctx context.Context, before time.Time, who string) (done Pruned, err error) {
	day := before.UTC().Format(time.DateOnly)
	files, err := s.daysBefore(day)
	if err != nil || len(files) == 0 {
		return done, err
	}
	var trouble error
	files = slices.DeleteFunc(files, func(file string) bool {
		n, err := s.keepEvidence(ctx, file)
		done.Kept += n
		if err != nil {
			trouble = errors.Join(trouble, fmt.Errorf("keeping the evidence of %s, which stays: %w", file, err))
		}
		return err != nil
	})
	for _, file := range files {
		if err := s.dropDay(ctx, file, news.Prune{Captures: day, Why: news.ByRetention, Who: who}); err != nil {
			return done, errors.Join(trouble, err)
		}
		done.Files = append(done.Files, file)
	}
	return done, trouble
}

// dropDay has a file go, and records that, unless the record is several nodes'.
func (s *Store) dropDay(ctx context.Context, file string, p news.Prune) error {
	return s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		x := indexOf(tx)
		var all []placed
		if err := x.each(file, func(p placed) error { all = append(all, p); return nil }); err != nil {
			return err
		}
		if err := dropAll(tx, x, all); err != nil {
			return err
		}
		if err := s.warcs.leave(x, file); err != nil {
			return err
		}
		if s.member.Load() { // captures are this node's alone: the others need not know
			return nil
		}
		return prune(tx, at, p)
	})
}

// daysBefore are the files of days before one.
func (s *Store) daysBefore(day string) (files []string, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for _, file := range indexOf(tx).files() {
			if of := dayOf(file); of != "" && of < day {
				files = append(files, file)
			}
		}
		return nil
	})
	return files, err
}

// keepEvidence copies what evidence needs of a file, some in a transaction, and
// says how many it copied.
func (s *Store) keepEvidence(ctx context.Context, file string) (n int, err error) {
	for {
		var k keeper
		err := s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
			l, err := ledgerAt(tx, at)
			if err != nil {
				return err
			}
			k = keeper{warcs: s.warcs, tx: tx, index: indexOf(tx), ledger: l, at: at}
			return k.file(file)
		})
		n += k.copied
		if err != nil || !k.more {
			return n, err
		}
	}
}

// keeper copies captures to what is kept for ever, in one transaction.
type keeper struct {
	*warcs
	*index
	tx     *bbolt.Tx
	ledger *Ledger
	at     time.Time
	size   int64
	copied int
	more   bool // there is more than one transaction should hold

	responses map[string]placed // of the file, by the body that they have

	pos    uint64 // the last batch that was asked about
	needed bool
}

func (k *keeper) file(file string) error {
	var list []placed
	k.responses = make(map[string]placed)
	err := k.each(file, func(p placed) error {
		if p.Pos > 0 && !p.Revisit {
			k.responses[p.Capture] = p
		}
		if p.Pos > 0 && !p.Kept && doomedBy(k.tx, p) == 0 {
			list = append(list, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range list {
		if k.more = k.size >= keepAtOnce; k.more {
			return nil
		}
		if needed, err := k.evidence(p.Pos); err != nil || !needed {
			if err != nil {
				return err
			}
			continue
		}
		if err := k.keep(p); err != nil {
			return err
		}
	}
	return nil
}

// keep copies a capture, after the one that has its body.
func (k *keeper) keep(p placed) error {
	if p.Revisit {
		if of, ok := k.responses[p.Capture]; ok && !of.Kept {
			if err := k.keep(of); err != nil {
				return err
			}
		}
	}
	if now, ok := get[placed](k.places, p.key()); !ok || now.Kept {
		return nil
	}
	record, err := k.bytes(p)
	if errors.Is(err, ErrNotKept) {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := k.current(k.index, "kept-"+dayOf(p.file)[:4], k.at)
	if err != nil {
		return err
	}
	if _, err := k.warcs.append(k.index, placed{Capture: p.Capture, Pos: p.Pos, Revisit: p.Revisit, file: file}, record); err != nil {
		return err
	}
	k.size += p.Len
	k.copied++
	p.Kept = true
	return putJSON(k.places, p.key(), p)
}

// evidence reports whether the answers of a batch are needed: it is of an item
// that its source changed, or that looks missed.
func (k *keeper) evidence(pos uint64) (bool, error) {
	if k.pos == pos {
		return k.needed, nil
	}
	items, err := k.ledger.itemsOf(pos)
	k.pos = pos
	k.needed = slices.ContainsFunc(items, func(id news.ItemID) bool {
		i, ok := k.ledger.Item(id)
		return ok && (!i.Edited().IsZero() || i.Presence != news.Present && i.Presence != news.Unlisted || len(i.Evidence) > 0 || i.Notices > 0)
	})
	return k.needed, err
}

// itemsOf are the items that a batch and the ruling on it are of.
func (l *Ledger) itemsOf(pos uint64) (items []news.ItemID, err error) {
	b, err := l.Batch(pos)
	if err != nil {
		return nil, err
	}
	if !b.Item.IsZero() {
		items = append(items, b.Item)
	}
	at := l.rulingPos(pos)
	if at >= l.next {
		return items, nil
	}
	r, err := l.rulingAt(at)
	if err != nil || r.Through != pos {
		return items, err
	}
	for _, i := range r.Items {
		items = append(items, i.Item)
	}
	for _, x := range r.Removal {
		items = append(items, x.Item)
	}
	return items, nil
}

// RulingOf is the position of the ruling on a batch or on an act, 0 when nothing
// was ruled on it. On one node it follows what it is on; nodes that share a log
// have other records in between.
func (l *Ledger) RulingOf(pos uint64) uint64 {
	at := l.rulingPos(pos)
	rec, err := readRecord(l.tx, at)
	if err != nil || rec.kind != kindRuling {
		return 0
	}
	return at
}

// rulingPos is where the ruling on a record is, if there is one.
func (l *Ledger) rulingPos(pos uint64) uint64 {
	b := l.derived.Bucket(derivedRuled)
	if b == nil {
		return pos + 1
	}
	if v := find(b, posKey(pos)); len(v) == 8 {
		return uint64At(v)
	}
	return pos + 1
}

// rulingAt is the ruling recorded at a position; none when another record is.
func (l *Ledger) rulingAt(pos uint64) (r news.Ruling, err error) {
	rec, err := readRecord(l.tx, pos)
	if err != nil || rec.kind != kindRuling {
		return r, err
	}
	return r, decodeBody(rec, &r)
}
