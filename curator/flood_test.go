package curator

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// brought are entries numbered from one, all of an age.
func brought(from, n int, age time.Duration) (entries []news.Entry) {
	for k := range n {
		entries = append(entries, entry(from+k, age+time.Duration(k)*time.Minute))
	}
	return entries
}

func undated(entries []news.Entry) []news.Entry {
	for n := range entries {
		entries[n].Date = news.Date{}
	}
	return entries
}

// spate is a source with a past: so many entries a day, fresh ones, for some days.
func spate(t *testing.T, days, each int) (*memory, *Curator, news.Source) {
	t.Helper()
	src := row("mer")
	m, c := live(t, src)
	for d := range days {
		m.now = start.Add(time.Duration(24*(d+1)) * time.Hour)
		m.accept(c, listing(src, brought(10_000+1000*d, each, -time.Duration(24*(d+1))*time.Hour)...))
	}
	m.now = start.Add(time.Duration(24*(days+1)) * time.Hour)
	return m, c, src
}

// wellKnown are entries that a source lists beside others, so that its listing
// is no new beginning.
func wellKnown(m *memory, n int) (entries []news.Entry) {
	for k := range n {
		e := entry(90_000+k, 0)
		e.ID, e.Date.Time = fmt.Sprint("known-", k), m.now.Add(-time.Hour)
		entries = append(entries, e)
	}
	return entries
}

// swell has a poll of new entries among others that are known by then, and says
// how they were taken, and how many entered.
func swell(m *memory, c *Curator, src news.Source, entries []news.Entry) (as map[news.As]int, entered int) {
	m.t.Helper()
	known := wellKnown(m, len(entries)+1)
	for _, e := range known {
		if _, ok := m.Find(src.Origin, news.ByID, e.ID); !ok {
			m.accept(c, listing(src, e))
		}
	}
	as = map[news.As]int{}
	d := m.accept(c, listing(src, append(slices.Clone(entries), known...)...))
	for _, r := range d.Ruling.Items {
		if r.Class == news.First {
			as[r.As]++
		}
	}
	return as, len(d.Ruling.Enter)
}

func TestFloods(t *testing.T) {
	old := 100 * time.Hour
	for name, tt := range map[string]struct {
		days, each int
		entries    []news.Entry
		news, wait int
	}{
		"as many as may":          {0, 0, brought(100, 20, old), 20, 0},
		"one more":                {0, 0, brought(100, 21, old), 20, 1},
		"many":                    {0, 0, brought(100, 300, old), 20, 280},
		"undated":                 {0, 0, undated(brought(100, 50, old)), 20, 30},
		"fresh are not capped":    {0, 0, brought(100, 300, -20*time.Hour), 300, 0},
		"fresh and old":           {0, 0, append(brought(100, 30, -20*time.Hour), brought(200, 30, old)...), 50, 10},
		"a source that has much":  {5, 30, brought(100, 100, old), 90, 10},
		"a source that has more":  {5, 40, brought(100, 100, old), 100, 0},
		"too old for news at all": {0, 0, brought(100, 60, 31*24*time.Hour), 0, 0},
	} {
		m, c, src := spate(t, tt.days, tt.each)
		as, entered := swell(m, c, src, tt.entries)
		if as[news.AsNews] != tt.news || as[news.AsWaiting] != tt.wait {
			t.Errorf("%s: taken as %v, want %d news, %d waiting", name, as, tt.news, tt.wait)
		}
		if want := len(tt.entries) - tt.wait; entered != want {
			t.Errorf("%s: %d entered, want %d", name, entered, want)
		}
	}
}

// What counts is the day, over several polls; the next day counts for itself.
func TestAFloodOverADay(t *testing.T) {
	m, c, src := spate(t, 0, 0)
	for n, want := range []int{0, 0, 10, 15, 15} {
		m.now = m.now.Add(time.Hour)
		if as, _ := swell(m, c, src, brought(1000+100*n, []int{5, 10, 15, 15, 15}[n], 100*time.Hour)); as[news.AsWaiting] != want {
			t.Errorf("poll %d: %v, want %d waiting", n, as, want)
		}
	}
	for m.now.Day() == start.AddDate(0, 0, 1).Day() {
		m.now = m.now.Add(time.Hour)
	}
	if as, _ := swell(m, c, src, brought(2000, 20, 100*time.Hour)); as[news.AsWaiting] != 0 {
		t.Errorf("the next day: %v", as)
	}
}

// What came while we were away is no flood; had we looked just before, it is.
func TestWhatCameMeanwhileIsNoFlood(t *testing.T) {
	for looked, want := range map[bool]int{false: 0, true: 40} {
		src := row("agency")
		m, c := live(t, row("mer"), src)
		known := brought(100, 100, 90*24*time.Hour)
		m.accept(c, listing(src, known...))
		m.now = start.Add(8 * 24 * time.Hour)
		if looked {
			m.accept(c, listing(src, known...))
		}
		m.now = m.now.Add(time.Minute)
		d := m.accept(c, listing(src, append(brought(300, 60, -4*24*time.Hour), known...)...))
		n := 0
		for _, r := range d.Ruling.Items {
			if r.As == news.AsWaiting {
				n++
			}
		}
		if n != want || len(d.Ruling.Enter) != 60-want {
			t.Errorf("looked just before: %v; %d wait, want %d; %d entered", looked, n, want, len(d.Ruling.Enter))
		}
	}
}

// What a source brought longer ago teaches nothing.
func TestALongPastTeachesNothing(t *testing.T) {
	m, c, src := spate(t, 5, 40)
	m.now = m.now.Add(29 * 24 * time.Hour)
	if as, _ := swell(m, c, src, brought(100, 100, -30*24*time.Hour)); as[news.AsWaiting] != 80 {
		t.Errorf("%v, want 80 waiting", as)
	}
}

// flooded is a record of which 280 stories wait.
func flooded(t *testing.T) (*memory, *Curator, news.Scope) {
	m, c, src := spate(t, 0, 0)
	swell(m, c, src, brought(100, 300, 100*time.Hour))
	return m, c, news.Scope{Source: src.Origin, Day: floodDay(m.now)}
}

func (m *memory) inFeed(name news.FeedName) (as map[news.As]int) {
	as = map[news.As]int{}
	for s := range m.Stories() {
		if e, ok := m.Membership(name, s.ID); ok && e.Left == "" {
			as[e.As]++
		}
	}
	return as
}

func TestDecidingOnAFlood(t *testing.T) {
	m, c, scope := flooded(t)
	before := m.inFeed("all")
	for n, step := range []struct {
		act           news.Act // empty: the last one is taken back
		news, history int
	}{
		{news.ActApprove, 280, 0}, {"", 0, 0}, {news.ActHide, 0, 280}, {"", 0, 0}, {news.ActApprove, 280, 0},
		{news.ActHide, 280, 0}, // what is in stays as it is
		{"", 280, 0}, {"", 0, 0},
	} {
		m.now = m.now.Add(time.Hour)
		if step.act == "" {
			m.undo(c, scope)
		} else {
			m.edit(c, news.Editing{Scope: scope, Act: step.act})
		}
		got := m.inFeed("all")
		if got[news.AsNews]-before[news.AsNews] != step.news || got[news.AsHistory]-before[news.AsHistory] != step.history {
			t.Errorf("step %d: %v in the feed, before %v", n, got, before)
		}
	}
	if d := m.rule(c.Refold(m)); !d.Ruling.Empty() {
		t.Errorf("a configuration that did not change lets them in: %d enter", len(d.Ruling.Enter))
	}
}

// An approved flood enters in the order of its dates, and a new feed's first
// contents have nothing of one that waits.
func TestAFloodsOrder(t *testing.T) {
	m, _, scope := flooded(t)
	p := publication(row("mer"))
	second := p.Feeds[0]
	second.ID, second.Name, second.Limit = "second", "second", 1000
	p.Feeds = append(p.Feeds, second)
	c := curate(t, p)
	m.rule(c.Fill(m))
	if all, second := m.inFeed("all"), m.inFeed("second"); second[news.AsNews]+second[news.AsHistory] != all[news.AsNews]+all[news.AsHistory] {
		t.Errorf("a new feed has %v, the other %v", second, all)
	}
	d := m.edit(c, news.Editing{Scope: scope, Act: news.ActApprove})
	var last time.Time
	for _, e := range d.Ruling.Enter {
		if e.Feed != "all" {
			continue
		}
		if e.Published.Before(last) {
			t.Fatalf("%v enters after %v", e.Published, last)
		}
		last = e.Published
	}
}

// The past of a source is looked at only when there is reason to.
func TestFloodsCostNothingOnUsualDays(t *testing.T) {
	m, c, src := spate(t, 5, 30)
	looked := &lookedThrough{memory: m}
	c.Accept(looked, listing(src, brought(100, 20, 100*time.Hour)...))
	if looked.items > 20 {
		t.Errorf("%d items were looked through for a usual day", looked.items)
	}
}

// lookedThrough counts the items that are looked through.
type lookedThrough struct {
	*memory
	items int
}

func (l *lookedThrough) Items(o news.Origin, since time.Time) iter.Seq[news.Item] {
	return func(yield func(news.Item) bool) {
		for i := range l.memory.Items(o, since) {
			if l.items++; !yield(i) {
				return
			}
		}
	}
}
