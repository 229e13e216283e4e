package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// An erasure destroys what was said in a story: texts and notices at once, in
// the transaction that records it; captures after that, since they lie in
// files. What is doomed is written down, so that a crash on the way leaves the
// rest to the next start.
var bucketDoomed = []byte("doomed") // state, of this node: file NUL offset -> position of the prune record

// erase destroys the texts of a story's items and of its notices, dooms its
// captures, forgets the listings' pages, and records that.
func (s *Store) erase(tx *bbolt.Tx, at time.Time, story news.Story, who string) error {
	l, err := ledgerAt(tx, at)
	if err != nil {
		return err
	}
	r, err := l.remains(story)
	if err != nil {
		return err
	}
	if err := r.findBodies(s.warcs); err != nil {
		return err
	}
	p := news.Prune{Texts: r.texts, Bodies: slices.Sorted(maps.Keys(r.bodies)), Story: story.ID, Why: news.ByErasure, Who: who}
	if err := prune(tx, at, p); err != nil {
		return err
	}
	return r.destroy(tx)
}

// destroy destroys what is there of a story beside its texts, or dooms it.
func (r *remains) destroy(tx *bbolt.Tx) error {
	if err := forget(tx, slices.Collect(maps.Keys(r.items))...); err != nil { // those without a text, too
		return err
	}
	if err := r.forgetPages(tx); err != nil {
		return err
	}
	return doom(tx, r.bodies, r.l.next)
}

// remains finds what is there of a story in the record.
func (l *Ledger) remains(story news.Story) (*remains, error) {
	r := &remains{l: l, items: make(map[news.ItemID]news.Item), read: make(map[uint64]bool), sources: make(map[news.Origin]bool), bodies: make(map[string]bool)}
	return r, r.gather(story)
}

// remains are what is there of a story.
type remains struct {
	l       *Ledger
	items   map[news.ItemID]news.Item
	sources map[news.Origin]bool
	read    map[uint64]bool // positions of batches that have a reading
	names   []string        // by which documents that have the items are known
	texts   []news.TextAt
	bodies  map[string]bool // SHA-256 of captures
}

// gather finds the texts of a story, and what it is known by.
func (r *remains) gather(story news.Story) error {
	for _, id := range story.Items {
		i, ok := r.l.Item(id)
		if !ok {
			continue
		}
		r.items[id], r.sources[i.Source] = i, true
		for _, rev := range i.Revisions {
			if err := r.reading(id, rev); err != nil {
				return err
			}
		}
	}
	for _, of := range []news.FeedName{news.FeedEdits, news.FeedRemovals} {
		for n := range r.l.notices(of) {
			if _, ours := r.items[n.Item]; ours {
				r.add(n.Pos, n.Refs)
			}
		}
	}
	return nil
}

// reading finds the texts of one reading: of an item's own page all that the
// batch has, of a listing the item's entry.
func (r *remains) reading(id news.ItemID, rev news.Revision) error {
	r.read[rev.Pos] = true
	b, err := r.l.Batch(rev.Pos)
	if err != nil {
		return err
	}
	for n, e := range b.Entries {
		if n == rev.N || b.Item == id {
			r.add(rev.Pos, e.Refs)
			r.names = append(r.names, namesOf(e)...)
		}
	}
	return nil
}

func (r *remains) add(pos uint64, refs []news.Ref) {
	for _, ref := range refs {
		at := news.TextAt{Pos: pos, N: ref.N}
		if r.l.there(at) && !slices.Contains(r.texts, at) {
			r.texts = append(r.texts, at)
		}
	}
}

// namesOf are what an entry is called in the documents of its source: the id,
// and the last part of its address, without what links may leave out.
func namesOf(e news.Entry) (names []string) {
	for _, address := range []string{e.URL, e.RawURL} {
		address, _, _ = strings.Cut(address, "#")
		last := path.Base(strings.TrimSuffix(address, "/"))
		if stem := strings.TrimSuffix(last, path.Ext(last)); len(stem) >= 6 {
			last = stem
		}
		if len(last) >= 4 {
			names = append(names, last)
		}
	}
	if len(e.ID) >= 4 {
		names = append(names, e.ID)
	}
	return names
}

// mentions reports whether a document has one of the names.
func mentions(body []byte, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return bytes.Contains(body, []byte(name)) })
}

// findBodies finds the captures that have the story: answers that its pages
// were read from, and documents of its sources that name it.
func (r *remains) findBodies(w *warcs) error {
	var b news.Batch
	var at uint64
	return indexOf(r.l.tx).each("", func(p placed) (err error) {
		if p.Pos == 0 || p.Revisit || r.bodies[p.Capture] {
			return nil
		}
		if p.Pos != at {
			if b, err = r.l.Batch(p.Pos); err != nil {
				return err
			}
			at = p.Pos
		}
		_, ours := r.items[b.Item]
		switch {
		case !r.sources[b.Source]:
			return nil
		case r.read[p.Pos], ours && len(b.Entries) > 0:
			r.bodies[p.Capture] = true
			return nil
		}
		c, err := w.readPending(p)
		if err != nil || mentions(c.Body, r.names) { // what cannot be read may have it
			r.bodies[p.Capture] = true
		}
		return nil
	})
}

// forgetPages drops the pages of the sources' listings that are kept to be
// compared with: the next poll brings new ones.
func (r *remains) forgetPages(tx *bbolt.Tx) error {
	pages := tx.Bucket(bucketPages)
	if pages == nil {
		return nil
	}
	for source := range r.sources {
		prefix := joined(string(source), "")
		for k, _ := pages.Cursor().Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = pages.Cursor().Seek(prefix) {
			if err := pages.Delete(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// doom marks the captures of bodies to be destroyed.
func doom(tx *bbolt.Tx, bodies map[string]bool, pos uint64) error {
	doomed, err := tx.CreateBucketIfNotExists(bucketDoomed)
	if err != nil {
		return err
	}
	return indexOf(tx).each("", func(p placed) error {
		if p.Pos == 0 || !bodies[p.Capture] {
			return nil
		}
		return putJSON(doomed, p.key(), pos)
	})
}

// doomedBy is the prune record by which a capture must go; 0: it stays.
func doomedBy(tx *bbolt.Tx, p placed) uint64 {
	b := tx.Bucket(bucketDoomed)
	if b == nil {
		return 0
	}
	pos, _ := get[uint64](b, p.key())
	return pos
}

// doomedFiles are the files that have something to be destroyed.
func doomedFiles(tx *bbolt.Tx) []string {
	b := tx.Bucket(bucketDoomed)
	if b == nil {
		return nil
	}
	return (&index{places: b}).files()
}

// destroy writes the files of doomed captures anew without them, one in a
// transaction.
func (s *Store) destroy(ctx context.Context) error {
	for {
		left := false
		err := s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
			files := doomedFiles(tx)
			if left = len(files) > 0; !left {
				return s.warcs.cut(indexOf(tx))
			}
			return s.warcs.rewrite(tx, files[0], at)
		})
		if err != nil || !left {
			return err
		}
	}
}

// decodeBody reads the body of a record.
func decodeBody(r Record, into any) error {
	if err := json.Unmarshal(r.Body, into); err != nil {
		return fmt.Errorf("record %d: %w", r.Pos, err)
	}
	return nil
}

// hush takes the texts off entries that are readings of what was erased:
// nothing of it is kept again.
func (l *Ledger) hush(r news.Ruling, entries []news.Entry) {
	for n := range l.erasedReadings(r) {
		entries[n].Summary, entries[n].HTML = "", ""
	}
}

// erasedReadings are the entries that are readings of what was erased, with the
// story.
func (l *Ledger) erasedReadings(r news.Ruling) iter.Seq2[int, news.StoryID] {
	return func(yield func(int, news.StoryID) bool) {
		joins := make(map[news.ItemID]news.StoryID)
		for _, s := range r.Stories {
			joins[s.Item] = s.Story
		}
		for _, i := range r.Items {
			story, ok := joins[i.Item]
			if !ok {
				item, _ := l.Item(i.Item)
				story = item.Story
			}
			if w, _ := l.Withdrawn(story); w.Erased && !yield(i.N, story) {
				return
			}
		}
	}
}

// lawful are the answers of a batch that may be kept: not those that have what
// was erased.
func (l *Ledger) lawful(b news.Batch, list []packedCapture) (may []packedCapture) {
	if i, ok := l.Item(b.Item); ok {
		if w, _ := l.Withdrawn(i.Story); w.Erased {
			return nil
		}
	}
	names := l.erasedNames(b.Source)
	for n, c := range list {
		if !mentions(b.Captures[n].Body, names) {
			may = append(may, c)
		}
	}
	return may
}

// erasedNames are what the documents of a source call its items that were
// erased.
func (l *Ledger) erasedNames(source news.Origin) (names []string) {
	b := l.derived.Bucket(derivedErased)
	if b == nil {
		return nil
	}
	prefix := joined(string(source), "")
	c := b.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		more, _ := get[[]string](b, k)
		names = append(names, more...)
	}
	return names
}
