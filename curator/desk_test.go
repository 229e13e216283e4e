package curator

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// random is a record on which everything happens in no order, and beside it
// one that differs in nothing but that no editor acts on it.
type random struct {
	*rand.Rand
	t       *testing.T
	r, twin *newsroom
	entries []news.Entry
	doing   string
	updated map[placeKey]time.Time
	dated   map[placeKey]time.Time
	holds   bool // feeds begin and end to hold
}

func newRandom(t *testing.T, seed uint64, holds bool) *random {
	change := func(p *news.Publication) {
		f := p.Feeds[0]
		f.ID, f.Name, f.Prefer = "english", "english", "en"
		p.Feeds = append(p.Feeds, f)
	}
	x := &random{Rand: rand.New(rand.NewPCG(seed, 0)), t: t, r: openNewsroom(t, change), twin: openNewsroom(t, change),
		updated: map[placeKey]time.Time{}, dated: map[placeKey]time.Time{}, holds: holds}
	x.entries = []news.Entry{entry(2, 0), entry(1, time.Hour)}
	for key, m := range x.r.members {
		_ = key
		x.updated[placeKey{m.Feed, m.Story}], x.dated[placeKey{m.Feed, m.Story}] = m.Updated, m.Published
	}
	x.r.folding = x.watch
	return x
}

// watch checks what a decision says of dates: `published` never changes, and
// `updated` moves for what sources change once an hour at most, and for editors'
// words.
func (x *random) watch(d news.Decision) {
	entered := make(map[placeKey]bool)
	for _, e := range d.Ruling.Enter {
		key := placeKey{e.Feed, e.Story}
		if before, ok := x.dated[key]; ok && !before.Equal(e.Published) {
			x.t.Errorf("%s: the date of %s in %s was %v and is %v", x.doing, e.Story, e.Feed, before, e.Published)
		} else if !ok {
			x.dated[key], x.updated[key] = e.Published, e.Published
		}
		entered[key] = true
	}
	words := strings.HasPrefix(x.doing, "words")
	for _, u := range d.Ruling.Updated {
		key := placeKey{u.Feed, u.Story}
		before := x.updated[key]
		i, _ := x.r.Item(news.ItemID(u.Story))
		changed := x.doing == "poll" || before.Before(i.Edited()) || x.holds && x.doing == "configure"
		switch {
		case !words && !changed && !entered[key]:
			x.t.Errorf("%s: updated of %s in %s moves for nothing", x.doing, u.Story, u.Feed)
		case !words && !before.Equal(x.dated[key]) && x.r.now.Sub(before) < time.Hour && !entered[key] && x.doing != "configure":
			x.t.Errorf("%s: updated of %s in %s moves after %v", x.doing, u.Story, u.Feed, x.r.now.Sub(before))
		}
		x.updated[key] = x.r.now
	}
}

// both lets something happen in both records.
func (x *random) both(do func(*newsroom)) {
	do(x.r)
	do(x.twin)
}

func (x *random) poll() {
	x.doing = "poll"
	switch n := len(x.entries) + 1; x.IntN(3) {
	case 0:
		k := x.IntN(len(x.entries))
		x.entries[k] = saying(x.entries[k], fmt.Sprintf("The province is given %d measures, as statement %d says.", x.IntN(1000), x.IntN(1000)))
	default:
		e := entry(n, 0)
		e.Date.Time, e.Lang = x.r.now, []string{"en", "zh"}[n%2]
		e.Title = fmt.Sprintf("%s announcement %d", []string{"Plain", "Special"}[n/2%2], n)
		x.entries = append(x.entries, e)
		if n%4 == 1 {
			a, b := news.NewItemID("mer", news.ByID, e.ID), news.NewItemID("mer", news.ByID, fmt.Sprint("id-", n-1))
			x.both(func(r *newsroom) { r.pair(a, b) })
		}
	}
	x.both(func(r *newsroom) { r.accept(r.c, listing(r.p.Sources[0], x.entries...)) })
}

func (x *random) flood() {
	x.doing = "flood"
	var more []news.Entry
	for k := range 24 {
		e := entry(1000+len(x.entries)+k, 0)
		e.Date.Time = x.r.now.Add(-100 * time.Hour)
		more = append(more, e)
	}
	x.entries = append(x.entries, more...)
	x.both(func(r *newsroom) {
		known := wellKnown(r.memory, 50)
		if _, ok := r.Find("mer", news.ByID, known[49].ID); !ok {
			r.accept(r.c, listing(r.p.Sources[0], known[:25]...))
			r.accept(r.c, listing(r.p.Sources[0], known...))
		}
		r.accept(r.c, listing(r.p.Sources[0], append(known, more...)...))
	})
}

func (x *random) scope() news.Scope {
	if days := x.floods(); len(days) > 0 && x.IntN(8) == 0 {
		return news.Scope{Source: "mer", Day: days[x.IntN(len(days))]}
	}
	s, _ := x.r.Story(news.StoryID(x.r.order[x.IntN(min(len(x.r.order), 12))]))
	return news.Scope{Story: s.ID, Feed: []news.FeedName{"", "", "all", "held", "other", "english"}[x.IntN(6)]}
}

func (x *random) floods() []string {
	days := make(map[string]bool)
	for _, i := range x.r.items {
		if i.As == news.AsWaiting {
			days[floodDay(i.FirstSeen)] = true
		}
	}
	return slices.Sorted(maps.Keys(days))
}

func (x *random) act() {
	e := news.Editing{Scope: x.scope(), Args: news.Args{Until: x.r.now.Add(time.Duration(x.IntN(300)) * time.Minute), Text: fmt.Sprint("words ", x.Int())}}
	acts := []news.Act{news.ActHide, news.ActHold, news.ActApprove, news.ActApprove, news.ActEmbargo, news.ActPin, news.ActRetitle, news.ActSummary, news.ActNote, news.ActTag}
	if e.Act = acts[x.IntN(len(acts))]; e.Scope.Source != "" {
		e.Act = acts[2*x.IntN(2)]
	}
	x.say(e.Act)
	x.r.edit(x.r.c, e)
}

// say notes what is being done: acts that may move `updated` at once are words.
func (x *random) say(a news.Act) {
	x.doing = string(a)
	if slices.Contains([]news.Act{news.ActRetitle, news.ActSummary, news.ActNote, news.ActApprove}, a) {
		x.doing = "words " + x.doing
	}
}

// undo takes back one of the acts that stand. It reports whether there was one.
func (x *random) undo() bool {
	var standing []news.Editing
	for _, key := range slices.Sorted(maps.Keys(x.r.decided)) {
		for _, a := range x.r.decided[key].Acts {
			if a.Undone == 0 {
				standing = append(standing, news.Editing{Scope: x.scopeOf(key), Act: a.Act, Undoes: a.Pos})
			}
		}
	}
	if len(standing) == 0 {
		return false
	}
	e := standing[x.IntN(len(standing))]
	x.say(e.Act)
	if x.holds {
		x.doing = "words undo"
	}
	x.r.edit(x.r.c, e)
	return true
}

// scopeOf finds the scope of a key.
func (x *random) scopeOf(key string) (s news.Scope) {
	words := strings.Fields(key)
	switch words[0] {
	case "flood":
		return news.Scope{Source: news.Origin(words[1]), Day: words[2]}
	case "feed":
		s.Feed = news.FeedName(words[1])
		words = words[2:]
	}
	if err := s.Story.UnmarshalText([]byte(words[1])); err != nil {
		x.t.Fatal(err)
	}
	return s
}

func (x *random) configure() {
	x.doing = "configure"
	n, where := x.IntN(3), []string{"", `has(title, "special")`}[x.IntN(2)]
	if n == 1 {
		n = 2 // the feed that holds is left alone: it would ask for what is fresh only
	}
	hold := x.holds && x.IntN(2) == 0
	x.both(func(r *newsroom) {
		r.configure(func(p *news.Publication) {
			p.Feeds[n].Where = where
			p.Feeds[n].Hold = hold
		})
	})
}

// restore loses all tasks, and plans what is pending.
func (x *random) restore() {
	x.doing = "restore"
	x.both(func(r *newsroom) {
		clear(r.tasks)
		for _, id := range r.order {
			i, _ := r.Item(id)
			for _, task := range r.c.Pending(r, i) {
				r.tasks[task.Name()] = task
			}
		}
	})
}

func (x *random) pass() {
	x.doing = "time"
	at := x.r.now.Add(time.Duration(1+x.IntN(150)) * time.Minute)
	x.both(func(r *newsroom) { r.until(r.c, at) })
}

func (x *random) step() {
	switch n := x.IntN(20); {
	case n < 5:
		x.pass()
	case n < 9:
		x.poll()
	case n < 15:
		x.act()
	case n < 18:
		x.undo()
	case n == 18:
		x.configure()
	case x.IntN(3) == 0:
		x.flood()
	default:
		x.restore()
	}
}

// Whatever happens in whatever order, every story is where it may be and
// nowhere else, the queue says what it waits for, and when all acts are taken
// back nothing is left of them.
func TestWhateverEditorsDo(t *testing.T) {
	runs, steps := 24, 80
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		runs = 400
	case testing.Short():
		runs, steps = 9, 40
	}
	for seed := range runs {
		x := newRandom(t, uint64(seed), seed%3 == 2)
		for n := range steps {
			x.step()
			if x.audit(); t.Failed() {
				t.Fatalf("seed %d, step %d: %s", seed, n, x.doing)
			}
		}
		for x.undo() {
			x.audit()
		}
		if x.pass(); !x.holds {
			x.compare()
		}
		if x.audit(); t.Failed() {
			t.Fatalf("seed %d, at the end", seed)
		}
	}
}

// compare checks that the feeds are those of the record without acts.
func (x *random) compare() {
	for _, f := range x.r.c.feeds {
		for _, id := range x.r.order {
			m, a := x.r.Membership(f.Name, news.StoryID(id))
			w, b := x.twin.Membership(f.Name, news.StoryID(id))
			a, b = a && m.Left == "", b && w.Left == ""
			if a != b || a && (!m.Published.Equal(w.Published) || m.Lead != w.Lead || m.Link != w.Link || m.Rev != w.Rev || m.Before != w.Before) {
				x.t.Errorf("%s in %s: %v %+v, without acts %v %+v", id, f.Name, a, m, b, w)
			}
		}
	}
	if len(x.r.queue) != len(x.twin.queue) {
		x.t.Errorf("%d lines wait, without acts %d", len(x.r.queue), len(x.twin.queue))
	}
}
