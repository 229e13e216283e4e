package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// fold takes one record into what is derived. It reads records and what was
// folded before, and nothing else: no clock, no configuration, no text. Live
// and rebuilt are the same because both come through here.
func fold(tx *bbolt.Tx, root *bbolt.Bucket, r Record) error {
	if r.Pos == 1 {
		if err := makeDerived(root); err != nil {
			return err
		}
	}
	f := &folder{tx, root, r}
	if r.kind != kindBatch && r.kind != kindRuling {
		if err := f.journal(); err != nil {
			return err
		}
	}
	switch r.kind {
	case kindMark: // of the file, not of what is in it
		return f.restored()
	case kindPrune:
		return f.prune()
	case kindConfig:
		return f.config()
	case kindBatch:
		return f.batch()
	case kindRuling:
		return f.ruling()
	case kindEdit:
		return f.edit()
	}
	return fmt.Errorf("record %d is of %s, which this program does not know", r.Pos, r.Kind)
}

// folder folds one record.
type folder struct {
	tx   *bbolt.Tx
	root *bbolt.Bucket
	rec  Record
}

// config notes where the configuration is, and which ids its rows and feeds
// have from now on.
func (f *folder) config() error {
	var p news.Publication
	if err := json.Unmarshal(f.rec.Body, &p); err != nil {
		return err
	}
	if err := f.reset(p); err != nil {
		return err
	}
	for _, s := range p.Sources {
		if err := bindID(f.root.Bucket(derivedSources), string(s.Origin), s.ID); err != nil {
			return err
		}
	}
	access := private(f.root)
	for _, feed := range p.Feeds {
		if err := bindID(f.root.Bucket(derivedNames), string(feed.Name), feed.ID); err != nil {
			return err
		}
		access[feed.Name] = !feed.Public()
		if err := f.digesting(feed); err != nil {
			return err
		}
	}
	return errors.Join(putJSON(f.root.Bucket(derivedConfig), keyPos, f.rec.Pos), putJSON(f.root.Bucket(derivedConfig), keyPrivate, access))
}

// private says of each feed that ever was whether it was private when it was
// last configured.
func private(root *bbolt.Bucket) map[news.FeedName]bool {
	all, ok := get[map[news.FeedName]bool](root.Bucket(derivedConfig), keyPrivate)
	if !ok {
		all = make(map[news.FeedName]bool)
	}
	return all
}

// bindID makes an id the one that a name has.
func bindID(b *bbolt.Bucket, name, id string) error {
	ids, _ := get[[]string](b, []byte(name))
	ids = slices.DeleteFunc(ids, func(known string) bool { return known == id })
	return putJSON(b, []byte(name), append(ids, id))
}

func (f *folder) batch() error {
	var b struct{ ID news.BatchID }
	if err := json.Unmarshal(f.rec.Body, &b); err != nil {
		return err
	}
	_, err := f.first(b.ID)
	return err
}

// first notes where a batch or an act is. One that comes again, as what nodes
// share may have it, has a place in the record, and nothing follows from it.
func (f *folder) first(id news.BatchID) (bool, error) {
	b := f.root.Bucket(derivedBatches)
	if find(b, id[:]) != nil {
		return false, nil
	}
	return true, put(b, id[:], posKey(f.rec.Pos))
}

// apartFrom notes where a ruling is that does not follow what it is on.
func (f *folder) apartFrom(pos uint64) error {
	if pos == 0 || pos+1 == f.rec.Pos {
		return nil
	}
	b, err := f.root.CreateBucketIfNotExists(derivedRuled)
	if err != nil {
		return err
	}
	return put(b, posKey(pos), posKey(f.rec.Pos))
}

func (f *folder) ruling() error {
	var r news.Ruling
	if err := json.Unmarshal(f.rec.Body, &r); err != nil {
		return err
	}
	if err := f.apartFrom(r.Through); err != nil {
		return err
	}
	if err := f.items(r); err != nil {
		return err
	}
	for _, s := range r.States {
		if err := f.change(s.Item, func(i *news.Item) { i.State = s.State }); err != nil {
			return err
		}
	}
	crossed, err := f.removals(r)
	if err != nil {
		return err
	}
	if err := f.stories(r); err != nil {
		return err
	}
	if err := f.feeds(r); err != nil {
		return err
	}
	if err := f.mark(crossed); err != nil {
		return err
	}
	if err := f.siblings(r.Siblings); err != nil {
		return err
	}
	if err := f.waits(r.Waits); err != nil {
		return err
	}
	if err := f.digests(r.Digests); err != nil {
		return err
	}
	return f.notices(r.Notices)
}

// items folds readings: new items, and revisions of known ones.
func (f *folder) items(r news.Ruling) error {
	if len(r.Items) == 0 {
		return nil
	}
	rec, err := readRecord(f.tx, r.Through)
	if err != nil {
		return err
	}
	var b news.Batch
	if err := json.Unmarshal(rec.Body, &b); err != nil {
		return err
	}
	for _, ruling := range r.Items {
		if ruling.N < 0 || ruling.N >= len(b.Entries) {
			return fmt.Errorf("record %d rules on entry %d of %d", f.rec.Pos, ruling.N, len(b.Entries))
		}
		if err := f.item(b, rec, ruling); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) item(b news.Batch, rec Record, r news.ItemRuling) error {
	e := b.Entries[r.N]
	i, known := get[news.Item](f.root.Bucket(derivedItems), r.Item[:])
	if !known {
		i = news.Item{ID: r.Item, Source: b.Source, How: r.How, Key: r.Key, As: r.As, Pos: rec.Pos, FirstSeen: rec.At}
		if err := f.firstSeen(i, r.N); err != nil {
			return err
		}
		if err := f.flood(i); err != nil {
			return err
		}
	}
	before, from := i, i.Shown.URL
	if !known {
		before = news.Item{}
	}
	last := b.Last
	if r.Unsure || r.Class == news.First {
		last = time.Time{}
	}
	i.Revisions = append(i.Revisions, news.Revision{Rev: r.Rev, Pos: rec.Pos, N: r.N, At: rec.At, Last: last,
		Kind: b.Kind, Class: r.Class, Edits: r.Edits, Reader: b.Reader, Fingerprint: e.Fingerprint()})
	if r.Class != news.Reread {
		i.Shown, i.ShownRev = e, r.Rev
	}
	restated := r.Class == news.Reread && (r.State != "" && r.State != i.State || i.Presence == news.Removed)
	if r.State != "" {
		i.State = r.State
	}
	err := errors.Join(f.keys(b.Source, e, r), f.tallied(before, i, r.Class), putRow(f.root.Bucket(derivedItems), r.Item[:], i))
	switch {
	case err != nil || !known:
		return err
	case restated: // documents say that a text is missing, and when it was last seen
		return f.mark([]news.ItemID{i.ID})
	case i.Shown.URL != from: // documents name the addresses of carriers
		s := f.story(i.Story)
		return f.mention(f.places(s, s.Feeds), i.ID)
	}
	return nil
}

// firstSeen makes a new item findable by its time and by its own key.
func (f *folder) firstSeen(i news.Item, n int) error {
	at := binary.BigEndian.AppendUint64(joined(string(i.Source), ""), uint64(i.FirstSeen.UnixMilli()))
	at = binary.BigEndian.AppendUint64(at, i.Pos)
	at = binary.BigEndian.AppendUint32(at, uint32(n))
	if err := put(f.root.Bucket(derivedTime), at, i.ID[:]); err != nil {
		return err
	}
	return f.offer(derivedKeys, itemKey(i.Source, i.How, i.Key), i.ID)
}

// keys makes an item findable by all that a reading of it offers. A key that
// leads to another item stays with it.
func (f *folder) keys(origin news.Origin, e news.Entry, r news.ItemRuling) error {
	if e.ID != "" {
		if err := f.offer(derivedKeys, itemKey(origin, news.ByID, e.ID), r.Item); err != nil {
			return err
		}
	}
	if e.URL != "" {
		if err := f.offer(derivedKeys, itemKey(origin, news.ByURL, e.Canonical()), r.Item); err != nil {
			return err
		}
		if err := f.offer(derivedTwins, short(string(news.ByURL), e.Canonical()), r.Item); err != nil {
			return err
		}
	}
	if e.Digest != "" && e.Title != "" {
		key := news.TextKey(news.Folded(e.Title), "", e.Digest)
		if err := f.offer(derivedTwins, short(string(news.ByText), key), r.Item); err != nil {
			return err
		}
	}
	return put(f.root.Bucket(derivedTitles), titleKey(origin, e.Title, e.Date.Day()), r.Item[:])
}

func (f *folder) offer(bucket, key []byte, id news.ItemID) error {
	b := f.root.Bucket(bucket)
	if find(b, key) != nil {
		return nil
	}
	return put(b, key, id[:])
}

func (f *folder) change(id news.ItemID, do func(*news.Item)) error {
	i, ok := get[news.Item](f.root.Bucket(derivedItems), id[:])
	if !ok {
		return fmt.Errorf("record %d rules on item %s, which is not there", f.rec.Pos, id)
	}
	do(&i)
	return putRow(f.root.Bucket(derivedItems), id[:], i)
}

// short is the digest under which long keys are filed.
func short(parts ...string) []byte {
	sum := sha256.Sum256(joined(parts...))
	return sum[:16]
}

func itemKey(origin news.Origin, how news.How, key string) []byte {
	return short(string(origin), string(how), key)
}

func titleKey(origin news.Origin, title, day string) []byte {
	return short(string(origin), news.Folded(title), day)
}
