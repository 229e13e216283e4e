package storage

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// tell lists what the index has of items that are to be found.
func tell(t *testing.T, s *Store) map[string]string {
	t.Helper()
	all := make(map[string]string)
	view(t, s, func(l *Ledger) {
		_, at, err := readTipAt(l.tx)
		if err != nil {
			t.Fatal(err)
		}
		x := nearOf(l.tx, at)
		x.items.ForEach(func(k, v []byte) error {
			if n, _ := x.traits(uint64At(k)); n.seen >= x.since {
				all[fmt.Sprintf("item %x", k)] = fmt.Sprintf("%x", v)
			}
			return nil
		})
		for g := range generationOf(seconds(at)) + 1 - generationOf(x.since) {
			for _, s := range x.stretch(generationOf(x.since) + g) {
				for n := range s.len() {
					row := s.row(n)
					t, ok := x.traits(row.number)
					if ok && t.seen >= x.since && t.dated == row.dated && slices.Contains(t.features, row.feature) {
						all[fmt.Sprintf("row %x", row)] = ""
					}
				}
			}
		}
	})
	return all
}

// Rebuilt is as it was, whatever was said, changed, thrown away, erased or
// reopened in between, also by a program without features.
func TestNearIsRebuilt(t *testing.T) {
	seeds, steps := uint64(2), 120
	switch {
	case long():
		seeds = 4
	case testing.Short():
		steps = 40
	}
	for seed := range seeds {
		h := &nearHistory{t: t, rnd: rand.New(rand.NewPCG(seed, 3)), erased: make(map[int]bool)}
		h.s, h.dir, h.clock = createNear(t)
		for step := range steps {
			h.step(step)
			h.scanned()
			verify(t, h.s)
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
		h.s = openNear(t, h.s, h.dir, h.clock.options())
		before := tell(t, h.s)
		if _, err := h.s.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		if after := tell(t, h.s); !maps.Equal(before, after) || len(before) < 20 {
			t.Errorf("seed %d: %d values before and %d after", seed, len(before), len(after))
		}
		verify(t, h.s)
	}
}

type nearHistory struct {
	t      *testing.T
	rnd    *rand.Rand
	s      *Store
	dir    string
	clock  *calendar
	erased map[int]bool
	blind  bool // opened without features
	first  int  // of the releases that are spoken of: it moves on
}

func (h *nearHistory) step(n int) {
	h.first = n
	switch k := h.rnd.IntN(20); {
	case k < 12:
		var all []release
		for range 1 + h.rnd.IntN(6) {
			all = append(all, h.anything())
		}
		hear(h.t, h.s, n, unlike(all)...)
	case k < 15:
		h.clock.days(h.rnd.IntN(16))
	case k == 15:
		nothing := func(*Ledger) map[news.ItemID]bool { return nil }
		if _, err := h.s.PruneTexts(h.t.Context(), h.clock.now.AddDate(0, 0, -h.rnd.IntN(40)), nothing, "test"); err != nil {
			h.t.Fatal(err)
		}
	case k == 16:
		h.erase(h.first + h.rnd.IntN(60))
	case k == 17:
		o := h.clock.options()
		if h.blind = h.rnd.IntN(2) == 0; h.blind {
			o.Features = nil
		}
		h.s = openNear(h.t, h.s, h.dir, o)
	case k == 18:
		if _, err := h.s.Rebuild(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *nearHistory) anything() release {
	some := func(most int) (text string) {
		for range h.rnd.IntN(most) {
			text += fmt.Sprint("w", h.rnd.IntN(400), " ")
		}
		return text
	}
	r := release{n: h.first + h.rnd.IntN(60), title: some(3), summary: some(4), html: some(8)}
	if h.rnd.IntN(4) > 0 {
		r.date = h.clock.now.AddDate(0, 0, -h.rnd.IntN(6))
	}
	return r
}

func (h *nearHistory) erase(n int) {
	known := false
	view(h.t, h.s, func(l *Ledger) { _, known = l.Item(news.NewItemID("a", news.ByID, fmt.Sprint("id-", n))) })
	if !known || h.erased[n] {
		return
	}
	h.erased[n] = true
	if _, _, err := withdraw(h.t, h.s, n, true); err != nil {
		h.t.Fatal(err)
	}
	view(h.t, h.s, func(l *Ledger) {
		i, _ := l.Item(news.NewItemID("a", news.ByID, fmt.Sprint("id-", n)))
		if has, _ := nearOf(l.tx, l.at).traits(number(i)); len(has.features) > 0 {
			h.t.Errorf("item %d has %d features after its erasure", n, len(has.features))
		}
		for _, s := range nearOf(l.tx, l.at).stretch(generationOf(seconds(i.FirstSeen))) {
			if s.without(number(i)).len() < s.len() {
				h.t.Errorf("item %d has rows after its erasure", n)
			}
		}
	})
}

// scanned compares a look with one at all items.
func (h *nearHistory) scanned() {
	if h.blind {
		return
	}
	r := h.anything()
	words := r.title + r.summary + r.html
	around, within := h.clock.now.AddDate(0, 0, -h.rnd.IntN(20)), time.Duration(h.rnd.IntN(20*24))*time.Hour
	var want []news.Shared
	var got []news.Shared
	view(h.t, h.s, func(l *Ledger) {
		asked := wordsOf(news.Entry{Title: words})
		features := brief(asked)
		got = l.Sharing(asked, around, within, 1000)
		numbers := make(map[news.ItemID]uint64)
		for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
			off := i.Dated().Time.Truncate(time.Second).Sub(around.Truncate(time.Second)).Abs()
			if i.FirstSeen.Before(l.at.Add(-findable).Truncate(time.Second)) || off > within || bereft(l.tx, i) {
				continue
			}
			e := i.Shown
			e.Summary, e.HTML, _ = l.Texts(i.ShownPos(), e)
			has := brief(wordsOf(e))
			n := 0
			for _, f := range features {
				if slices.Contains(has, f) {
					n++
				}
			}
			if numbers[i.ID] = number(i); n > 0 {
				want = append(want, news.Shared{Item: i.ID, Lang: i.Shown.Lang, N: n, Even: even(has)})
			}
		}
		slices.SortFunc(want, func(a, b news.Shared) int {
			if a.N != b.N {
				return b.N - a.N
			}
			return int(int64(numbers[a.Item]) - int64(numbers[b.Item]))
		})
	})
	if !reflect.DeepEqual(got, want) {
		h.t.Errorf("%q shares\n%v, want\n%v", words, got, want)
	}
}
