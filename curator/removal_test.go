package curator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// watched is a source of n releases, read an hour apart, with its ledger.
type watched struct {
	*memory
	c       *Curator
	src     news.Source
	ids     []news.ItemID
	entries []news.Entry
}

func watchedOf(t *testing.T, n int, change func(*news.Publication)) *watched {
	t.Helper()
	p := publication(page("moc"))
	if change != nil {
		change(&p)
	}
	c := curate(t, p)
	w := &watched{memory: newMemory(t, start), c: c, src: p.Sources[0]}
	for k := range n {
		e := entry(k+1, time.Duration(k)*25*time.Hour)
		e.ID = ""
		w.entries = append(w.entries, e)
	}
	listed := slices.Clone(w.entries)
	for k := range listed {
		listed[k].Digest, listed[k].HTML = "", ""
	}
	for _, r := range w.accept(c, listing(w.src, listed...)).Ruling.Items {
		w.ids = append(w.ids, r.Item)
	}
	for k, id := range w.ids {
		w.accept(c, reading(w.src, news.TaskArticle, id, w.entries[k]))
	}
	w.rule(c.Fill(w.memory))
	return w
}

// well notes that the list was read well just now.
func (w *watched) well(condition news.Condition) {
	s := w.polls[string(w.src.Origin)+w.src.URLs[0]]
	s.Condition = condition
	if condition.Well() {
		s.LastGood = w.now
	}
	w.polls[string(w.src.Origin)+w.src.URLs[0]] = s
}

// look lets a look at an item find something.
func (w *watched) look(k int, saw news.Sighting) news.Decision {
	b := reading(w.src, news.TaskLook, w.ids[k], w.entries[k])
	b.Saw = saw
	if t, ok := w.tasks["look "+w.ids[k].String()]; ok {
		b.Beside, b.Last = t.Beside, t.Last
	}
	delete(w.tasks, "look "+w.ids[k].String())
	switch saw {
	case news.SawNothing:
		b.Status, b.Problem, b.Entries = 404, &news.Problem{Class: news.ClassStatus}, nil
	case news.SawOutage, news.SawChallenge:
		b.Status, b.Problem, b.Entries, b.State.Failures = 503, &news.Problem{Class: news.ClassStatus}, nil, 1
	}
	return w.accept(w.c, b)
}

// run does the looks that are planned until a moment, by what a page shows
// then.
func (w *watched) run(until time.Time, shows func(k int, at time.Time) news.Sighting) {
	for {
		var next *news.Task
		for _, t := range w.tasks {
			if t.Kind == news.TaskLook && (next == nil || t.Due.Before(next.Due)) {
				next = &t
			}
		}
		if next == nil || next.Due.After(until) {
			w.now = until
			return
		}
		if next.Due.After(w.now) {
			w.now = next.Due
		}
		w.now = w.now.Add(time.Second)
		w.well(news.OK)
		w.now = w.now.Add(time.Second)
		k := slices.Index(w.ids, next.Item)
		w.look(k, shows(k, w.now))
	}
}

func only(victim int, saw news.Sighting) func(int, time.Time) news.Sighting {
	return func(k int, _ time.Time) news.Sighting {
		if k == victim {
			return saw
		}
		return news.SawPage
	}
}

// A removal is claimed once, after looks over a day, with its evidence; it ends
// when the page is back.
func TestRemovalIsConfirmedAndReversed(t *testing.T) {
	w := watchedOf(t, 8, nil)
	w.run(start.Add(23*time.Hour), only(2, news.SawNothing))
	if i := w.items[w.ids[2]]; i.Presence != news.Missing || i.Missed.IsZero() || len(w.notices) != 0 {
		t.Fatalf("within a day: %+v, notices %v", i, w.notices)
	}
	w.run(start.Add(30*time.Hour), only(2, news.SawNothing))
	i := w.items[w.ids[2]]
	if i.Presence != news.Removed || i.Looks < leastLooks || len(w.notices) != 1 {
		t.Fatalf("after a day: %q, %d looks, notices %v", i.Presence, i.Looks, w.notices)
	}
	n := w.notices[0]
	if n.Nth != 1 || n.State != news.Removed || n.Words.URL != w.entries[2].URL || n.Words.Since != i.Missed || !n.Words.Seen.Before(i.Missed) ||
		len(n.Words.Looks) != i.Looks || fmt.Sprint(n.Feeds) != "[all]" {
		t.Errorf("notice %+v", n)
	}
	if m, _ := w.Membership("all", news.StoryID(w.ids[2])); !m.Updated.Equal(n.Words.Looks[len(n.Words.Looks)-1].At) || m.Left != "" {
		t.Errorf("its entry: %+v", m)
	}
	w.run(start.Add(20*24*time.Hour), only(-1, ""))
	if i := w.items[w.ids[2]]; i.Presence != news.Present || i.Looks != 0 || len(w.notices) != 2 || w.notices[1].Nth != 2 || w.notices[1].State != news.Present {
		t.Errorf("back: %+v, notices %+v", i, w.notices)
	}
}

// Feeds that drop what is removed take it again when it is back, without
// making it new; others keep it.
func TestRemovalLeavesFeedsThatDrop(t *testing.T) {
	w := watchedOf(t, 8, func(p *news.Publication) {
		f := p.Feeds[0]
		f.ID, f.Name, f.OnRemoval = "dropping", "dropping", news.RemovalDrop
		p.Feeds = append(p.Feeds, f)
	})
	story := news.StoryID(w.ids[2])
	left := func(feed news.FeedName) string { m, _ := w.Membership(feed, story); return m.Left }
	w.run(start.Add(30*time.Hour), only(2, news.SawHome))
	if left("all") != "" || left("dropping") != "removed" || len(w.notices[0].Feeds) != 2 {
		t.Errorf("left all %q, dropping %q, told in %v", left("all"), left("dropping"), w.notices[0].Feeds)
	}
	w.rule(w.c.Refold(w.memory))
	if left("dropping") != "removed" {
		t.Error("a changed configuration let it in again")
	}
	w.run(start.Add(20*24*time.Hour), only(-1, ""))
	m, _ := w.Membership("dropping", story)
	if m.Left != "" || m.As != news.AsHistory || len(w.notices) != 2 || len(w.notices[1].Feeds) != 2 {
		t.Errorf("back: %+v, notices %+v", m, w.notices[1:])
	}
}

// Who was told that a release is gone is told that it is back, also when its
// story was merged meanwhile; who was not is not told of that; and of what we
// withdrew nobody is.
func TestBackIsToldWhereGoneWas(t *testing.T) {
	for _, tt := range []struct {
		name      string
		gone, now func(w *watched) // before it is gone, and after
		notices   int
	}{
		{"merged", nil, func(w *watched) { w.mergeInto(0, 2) }, 2},
		{"never led", func(w *watched) { w.mergeInto(0, 2) }, nil, 0},
		{"withdrawn", nil, func(w *watched) { w.withdrawn[news.StoryID(w.ids[2])] = news.Withdrawal{At: w.now} }, 1},
	} {
		w := watchedOf(t, 8, func(p *news.Publication) { p.Feeds[0].OnRemoval = news.RemovalDrop })
		if tt.gone != nil {
			tt.gone(w)
		}
		w.run(start.Add(30*time.Hour), only(2, news.SawNothing))
		if i := w.items[w.ids[2]]; i.Presence != news.Removed {
			t.Fatalf("%s: %q", tt.name, i.Presence)
		}
		if tt.now != nil {
			tt.now(w)
		}
		w.run(start.Add(20*24*time.Hour), only(-1, ""))
		if i := w.items[w.ids[2]]; i.Presence != news.Present || len(w.notices) != tt.notices {
			t.Errorf("%s: %q, notices %+v; want %d", tt.name, i.Presence, w.notices, tt.notices)
		}
	}
}

// What was erased is no witness: its page is not looked at.
func TestErasedItemsAreNoWitnesses(t *testing.T) {
	w := watchedOf(t, 3, nil)
	w.withdrawn[news.StoryID(w.ids[1])] = news.Withdrawal{At: w.now, Erased: true}
	w.now = w.now.Add(time.Hour)
	asked := make(map[news.ItemID]bool)
	for _, task := range w.look(0, news.SawNothing).Tasks {
		asked[task.Item] = true
	}
	if asked[w.ids[1]] || !asked[w.ids[2]] {
		t.Errorf("asked are %v", asked)
	}
}

// mergeInto makes the story of release k an alias of that of release to.
func (w *watched) mergeInto(to, k int) {
	from, older := news.StoryID(w.ids[k]), news.StoryID(w.ids[to])
	d := news.Decision{Ruling: news.Ruling{Alias: []news.AliasRuling{{From: from, To: older}}}}
	if m, _ := w.Membership("all", from); m.Left == "" {
		d.Ruling.Leave = []news.Leaving{{Feed: "all", Story: from, Why: news.LeftMerged}}
	}
	w.rule(d)
}

// Nothing is claimed while the site is not otherwise well.
func TestNoClaimWhileTheSiteIsNotWell(t *testing.T) {
	for _, tt := range []struct {
		name  string
		n     int
		well  func(w *watched)
		shows func(k int, at time.Time) news.Sighting
	}{
		{"all are gone", 8, nil, func(int, time.Time) news.Sighting { return news.SawNothing }},
		{"all are soft 404", 2, nil, func(int, time.Time) news.Sighting { return news.SawSoft }},
		{"four of twelve", 12, nil, func(k int, _ time.Time) news.Sighting {
			if k < 4 {
				return news.SawNothing
			}
			return news.SawRedesign
		}},
		{"it is alone", 1, nil, only(0, news.SawNothing)},
		{"the others are challenged", 8, nil, func(k int, _ time.Time) news.Sighting {
			if k == 0 {
				return news.SawNothing
			}
			return news.SawChallenge
		}},
		{"its list is thin", 8, func(w *watched) { w.well(news.Thin) }, only(0, news.SawNothing)},
		{"its list is ill", 8, func(w *watched) { w.well(news.Redesigned) }, only(0, news.SawNothing)},
	} {
		w := watchedOf(t, tt.n, nil)
		shows := func(k int, at time.Time) news.Sighting {
			if tt.well != nil {
				tt.well(w)
			}
			return tt.shows(k, at)
		}
		w.run(start.Add(25*24*time.Hour), shows)
		for _, i := range w.items {
			if i.Presence == news.Removed {
				t.Errorf("%s: %q is claimed to be removed", tt.name, i.Shown.Title)
			}
		}
		if w.items[w.ids[0]].Presence != news.Missing {
			t.Errorf("%s: it is %q, want missing", tt.name, w.items[w.ids[0]].Presence)
		}
	}
}

// An old release is found to be removed in the same time where hundreds are
// newer, which cannot speak for it.
func TestOldRemovalOfABusySource(t *testing.T) {
	w := watchedOf(t, 4, nil)
	for n := range 30 {
		w.now = w.now.Add(6 * time.Hour)
		var batch []news.Entry
		for k := range 20 {
			e := entry(100+20*n+k, -w.now.Sub(start))
			e.ID, e.Digest, e.HTML = "", "", ""
			batch = append(batch, e)
		}
		for k, r := range w.accept(w.c, listing(w.src, batch...)).Ruling.Items {
			w.ids, w.entries = append(w.ids, r.Item), append(w.entries, batch[k])
		}
	}
	w.run(w.now, only(-1, ""))
	from := w.now
	w.look(0, news.SawNothing)
	w.run(from.Add(27*time.Hour), only(0, news.SawNothing))
	if i := w.items[w.ids[0]]; i.Presence != news.Removed {
		t.Errorf("a day later it is %q after %d looks", i.Presence, i.Looks)
	}
}

// Many real removals at once are claimed when enough others were seen.
func TestManyRemovalsAreToldLate(t *testing.T) {
	w := watchedOf(t, 60, nil)
	w.run(start.Add(30*24*time.Hour), func(k int, _ time.Time) news.Sighting {
		if k < 6 {
			return news.SawNothing
		}
		return news.SawPage
	})
	for k := range 6 {
		if i := w.items[w.ids[k]]; i.Presence != news.Removed {
			t.Errorf("release %d is %q", k, i.Presence)
		}
	}
}

// Whatever looks find and whenever, a claim rests on at least three looks in a
// row over at least a day, and a page that is seen ends it.
func TestClaimsRestOnLooks(t *testing.T) {
	kinds := []news.Sighting{news.SawPage, news.SawNothing, news.SawNothing, news.SawSoft, news.SawHome, news.SawOutage, news.SawChallenge, news.SawRedesign}
	claims := 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 5))
		w := watchedOf(t, 3, nil)
		var first time.Time
		looks := 0
		pages := 1 + random.IntN(len(kinds)-1)
		for range 40 {
			w.now = w.now.Add(time.Duration(random.IntN(600)) * time.Minute)
			w.well(news.OK)
			w.look(1, news.SawPage)
			if t, ok := w.tasks["look "+w.ids[1].String()]; ok {
				t.Beside = w.ids[0]
				w.tasks[t.Name()] = t
			}
			w.now = w.now.Add(time.Minute)
			saw := kinds[random.IntN(len(kinds))]
			if random.IntN(pages+1) > 0 {
				saw = kinds[1+random.IntN(len(kinds)-1)]
			}
			w.look(0, saw)
			switch {
			case saw == news.SawPage:
				first, looks = time.Time{}, 0
			case saw.Gone():
				if looks++; looks == 1 {
					first = w.now
				}
			}
			i := w.items[w.ids[0]]
			switch {
			case i.Presence == news.Removed && (looks < 3 || w.now.Sub(first) < 24*time.Hour):
				t.Fatalf("seed %d: removed after %d looks over %v", seed, looks, w.now.Sub(first))
			case looks == 0 && i.Presence != news.Present:
				t.Fatalf("seed %d: %q though its page was seen", seed, i.Presence)
			case looks > 0 && i.Presence != news.Missing && i.Presence != news.Removed, i.Looks != looks:
				t.Fatalf("seed %d: %q after %d looks (%d counted)", seed, i.Presence, looks, i.Looks)
			}
		}
		claims += len(w.notices)
	}
	if claims < 50 {
		t.Errorf("%d notices in all: this proves little", claims)
	}
}

// A page that is there half of the time, in a rhythm of the site's, is hardly
// ever taken for a removal: never in one of whole hours.
func TestRhythms(t *testing.T) {
	step, tried, claimed := 10*time.Minute, 0, make(map[time.Duration]int)
	if testing.Short() {
		step = 20 * time.Minute
	}
	for period := 20 * time.Minute; period <= 30*time.Hour; period += step {
		for phase := range 8 {
			w := watchedOf(t, 4, nil)
			w.run(start.Add(3*24*time.Hour), func(k int, at time.Time) news.Sighting {
				if k == 0 && (at.Sub(start)+period*time.Duration(phase)/8)%period < period/2 {
					return news.SawNothing
				}
				return news.SawPage
			})
			if tried++; len(w.notices) == 0 {
				continue
			}
			if claimed[period]++; period%time.Hour == 0 {
				t.Errorf("claimed where it goes every %v", period)
			}
		}
	}
	t.Logf("%d rhythms, claims by period: %v", tried, claimed)
	if 300*len(claimed) > tried {
		t.Error("that is too many")
	}
}
