package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// revise rules that an entry is another reading of the item with its id.
func revise(l *Ledger, b news.Batch) (d news.Decision) {
	for n, e := range b.Entries {
		i, _ := l.Item(news.NewItemID(b.Source, news.ByID, e.ID))
		d.Keep = append(d.Keep, n)
		d.Ruling.Items = append(d.Ruling.Items, news.ItemRuling{N: n, Item: i.ID, How: news.ByID, Rev: len(i.Revisions) + 1, Class: news.Edit})
	}
	return d
}

// revised is a record of items 0 to 9, of which 3 was read three times: with
// the same text, and with another.
func revised(t *testing.T) *Store {
	t.Helper()
	s, _ := create(t)
	accept(t, s, batch(1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
	for id, change := range map[byte]string{2: "", 3: " and more"} {
		b := batch(id, 3)
		b.Entries[0].Title += " again"
		b.Entries[0].HTML += change
		if _, err := s.Accept(context.Background(), b, revise); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func itemNumbered(n string) news.ItemID { return news.NewItemID("a", news.ByID, "id-"+n) }

// The text of what is no longer at its address may be nowhere else: it stays.
func TestPruneLeavesWhatIsGone(t *testing.T) {
	s := revised(t)
	for n, tt := range []struct {
		state news.Presence
		stays bool
	}{{news.Missing, true}, {news.Removed, true}, {news.Unlisted, false}, {news.Present, false}} {
		id := itemNumbered(fmt.Sprint(n + 1))
		seen := func(*Ledger) (d news.Decision) {
			d.Ruling.Removal = []news.Removal{{Item: id, State: tt.state, Looks: 3}}
			return d
		}
		if _, err := s.Rule(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
		later := map[news.ItemID]bool{itemNumbered("2"): n < 1, itemNumbered("3"): n < 2, itemNumbered("4"): n < 3}
		if _, err := s.PruneTexts(t.Context(), noon.Add(time.Hour), func(*Ledger) map[news.ItemID]bool { return later }, "test"); err != nil {
			t.Fatal(err)
		}
		view(t, s, func(l *Ledger) {
			i, _ := l.Item(id)
			if _, html, err := l.Texts(i.ShownPos(), i.Shown); err != nil || (html != "") != tt.stays {
				t.Errorf("%q: the text is %q, %v", tt.state, html, err)
			}
		})
	}
	verify(t, s)
}

func TestPruneTexts(t *testing.T) {
	s := revised(t)
	before := verify(t, s)
	kept := itemNumbered("7")
	standing := func(*Ledger) map[news.ItemID]bool { return map[news.ItemID]bool{kept: true} }
	if n, err := s.PruneTexts(t.Context(), noon, standing, "test"); n != 0 || err != nil {
		t.Errorf("%d texts of items as young as noon went, %v", n, err)
	}
	n, err := s.PruneTexts(t.Context(), noon.Add(time.Hour), standing, "test")
	if err != nil || n != before.Texts-2 {
		t.Errorf("%d texts went, %v; want all but those of item 7 of %d", n, err, before.Texts)
	}
	r := verify(t, s)
	if r.Texts != 2 || r.Pruned != n || r.Records != before.Records+1 || !strings.Contains(r.String(), "thrown away as the record says") {
		t.Errorf("report %s, before %s", r, before)
	}
	if n, err := s.PruneTexts(t.Context(), noon.Add(time.Hour), standing, "test"); n != 0 || err != nil {
		t.Errorf("%d texts went a second time, %v", n, err)
	}
	view(t, s, func(l *Ledger) {
		i, _ := l.Item(itemNumbered("3"))
		summary, html, err := l.Texts(i.ShownPos(), i.Shown)
		if summary+html != "" || err != nil || i.Shown.Digest == "" || len(i.Revisions) != 3 {
			t.Errorf("of the item there is %q %q %v, %d revisions", summary, html, err, len(i.Revisions))
		}
		if i, _ = l.Item(kept); i.Shown.Refs == nil {
			t.Error("item 7 has no texts")
		} else if _, html, err = l.Texts(i.ShownPos(), i.Shown); html == "" || err != nil {
			t.Errorf("item 7 has %q, %v", html, err)
		}
	})
	rebuilt, err := s.Rebuild(t.Context())
	if err != nil || len(rebuilt.Differs) > 0 {
		t.Errorf("rebuilt %+v, %v", rebuilt, err)
	}
	accept(t, s, batch(9, 3)) // known
	view(t, s, func(l *Ledger) {
		if got := l.Feed("f").News; got != 10 {
			t.Errorf("%d stories have entered, want the 10 from before", got)
		}
	})
}

// A text that stays and referred to one that goes gets its bytes.
func TestPruneBequeaths(t *testing.T) {
	s := revised(t)
	var going []news.TextAt
	var staying int
	view(t, s, func(l *Ledger) {
		i, _ := l.Item(itemNumbered("3"))
		all := newInventory(l).of(i)
		for _, at := range all {
			if at.Pos == i.Pos {
				going = append(going, at)
			}
		}
		staying = len(all) - len(going)
	})
	if len(going) != 2 || staying != 4 {
		t.Fatalf("going %v, staying %d", going, staying)
	}
	err := s.commit(t.Context(), func(tx *bbolt.Tx, at time.Time) error {
		return prune(tx, at, news.Prune{Texts: going, Why: news.ByErasure, Who: "test"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, s); r.Pruned != 2 {
		t.Errorf("report %s", r)
	}
	view(t, s, func(l *Ledger) {
		i, _ := l.Item(itemNumbered("3"))
		for _, r := range i.Revisions[1:] {
			e, err := l.Entry(r.Pos, r.N)
			if err != nil {
				t.Fatal(err)
			}
			if summary, html, err := l.Texts(r.Pos, e); err != nil || summary != "Summary 3" || !strings.HasPrefix(html, "<p>Release 3") {
				t.Errorf("revision %d: %q, %.30q, %v", r.Rev, summary, html, err)
			}
		}
	})
}

// A text that is missing, or whose tombstone no record bears out, is damage.
func TestVerifyTellsPrunedFromLost(t *testing.T) {
	for name, hurt := range map[string]func(tx *bbolt.Tx, key []byte) error{
		"deleted":                  func(tx *bbolt.Tx, key []byte) error { return tx.Bucket(bucketTexts).Delete(key) },
		"a record that is none":    func(tx *bbolt.Tx, key []byte) error { return tombstone(tx, key, 4) },
		"a record to come":         func(tx *bbolt.Tx, key []byte) error { return tombstone(tx, key, 99) },
		"a prune of other texts":   func(tx *bbolt.Tx, key []byte) error { return tombstone(tx, key, 8) },
		"a tombstone without name": func(tx *bbolt.Tx, key []byte) error { return put(tx.Bucket(bucketTexts), key, []byte{packedGone}) },
		"an empty value":           func(tx *bbolt.Tx, key []byte) error { return put(tx.Bucket(bucketTexts), key, nil) },
	} {
		s := revised(t)
		standing := func(*Ledger) map[news.ItemID]bool { return map[news.ItemID]bool{itemNumbered("7"): true} }
		if _, err := s.PruneTexts(t.Context(), noon.Add(time.Hour), standing, "test"); err != nil {
			t.Fatal(err)
		}
		var key []byte
		view(t, s, func(l *Ledger) {
			i, _ := l.Item(itemNumbered("7"))
			key = textKey(i.Pos, i.Shown.Refs[0].N)
		})
		if err := s.db.Update(func(tx *bbolt.Tx) error { return hurt(tx, key) }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Verify(t.Context()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "of record 2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func tombstone(tx *bbolt.Tx, key []byte, pos uint64) error {
	return put(tx.Bucket(bucketTexts), key, append([]byte{packedGone}, posKey(pos)...))
}

func TestPruneRecordFormat(t *testing.T) {
	p := news.Prune{Texts: []news.TextAt{{Pos: 12, N: 0}, {Pos: 300, N: 4}}, Why: news.ByRetention, Who: "chinanewsd"}
	text, err := json.Marshal(p)
	if want := `{"texts":[[12,0],[300,4]],"why":"retention","who":"chinanewsd"}`; string(text) != want || err != nil {
		t.Errorf("%s, %v; want %s", text, err, want)
	}
	var back news.Prune
	if err := json.Unmarshal(text, &back); err != nil || len(back.Texts) != 2 || back.Texts[1] != p.Texts[1] {
		t.Errorf("read back %+v, %v", back, err)
	}
	for _, bad := range []string{`{"texts":[[1]]}`, `{"texts":[[1,2,3]]}`, `{"texts":[[-1,0]]}`, `{"texts":[[1,"x"]]}`, `{"texts":[5]}`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s was read", bad)
		}
	}
}
