package curator

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

func (m *memory) Entries(name news.FeedName, as news.As) iter.Seq[news.Membership] {
	in := slices.DeleteFunc(slices.Collect(maps.Values(m.members)), func(e news.Membership) bool {
		return e.Feed != name || e.As != as || e.Left != ""
	})
	slices.SortFunc(in, func(a, b news.Membership) int { return cmp.Compare(b.Seq, a.Seq) })
	return slices.Values(in)
}

// foldDigests marks what a digest has, as storage does.
func (m *memory) foldDigests(r news.Ruling) {
	for _, d := range r.Digests {
		for key, e := range m.members {
			if e.Feed == d.Feed && e.As == news.AsNews && e.Left == "" && e.Seq > d.After && e.Seq <= d.Through && e.Digest == 0 {
				e.Digest = d.Seq
				m.members[key] = e
			}
		}
		s := m.feeds[d.Feed]
		s.Digests, s.Through = d.Seq, d.Through
		m.feeds[d.Feed] = s
	}
}

// daily is a newsroom whose first feed has one entry a day. start is 12:00 in
// Beijing on 23 November, and the release of the newsroom came at 13:00.
func daily(t *testing.T, at string) *newsroom {
	t.Helper()
	r := openNewsroom(t, func(p *news.Publication) { p.Feeds[0].Digest = at })
	r.plan()
	return r
}

// plan makes the tasks that a start makes.
func (r *newsroom) plan() {
	for _, task := range r.c.Digests(r) {
		r.tasks[task.Name()] = task
	}
}

// digested are the digests of some decisions: seq, day, and the numbers of
// what is in them.
func digested(all []news.Decision) (out []string) {
	for _, d := range all {
		for _, x := range d.Ruling.Digests {
			out = append(out, fmt.Sprintf("%d %s (%d..%d]", x.Seq, x.Day, x.After, x.Through))
		}
	}
	return out
}

// arrive has a release enter.
func (r *newsroom) arrive(n int) {
	e := entry(n, 0)
	e.Date.Time = r.now
	r.accept(r.c, listing(r.p.Sources[0], e, entry(1, time.Hour)))
}

func TestClosing(t *testing.T) {
	zone := news.Location(beijing)
	for _, tt := range []struct{ digest, at, last string }{
		{"07:00", "2026-11-23 07:00", "2026-11-23 07:00"}, {"07:00", "2026-11-23 06:59", "2026-11-22 07:00"}, {"07:00", "2026-11-23 23:59", "2026-11-23 07:00"},
		{"00:00", "2026-11-23 00:00", "2026-11-23 00:00"}, {"23:59", "2026-03-01 12:00", "2026-02-28 23:59"}, {"07:00", "1990-07-01 12:00", "1990-07-01 07:00"},
	} {
		f, err := newFeed(news.Feed{Digest: tt.digest}, nil, nil)
		at, _ := time.ParseInLocation("2006-01-02 15:04", tt.at, zone)
		if err != nil || tt.at[:4] != "1990" && f.closing(at.UTC()).In(zone).Format("2006-01-02 15:04") != tt.last {
			t.Errorf("at %s %s closed last %v, want %s (%v)", tt.at, tt.digest, f.closing(at), tt.last, err)
		}
		if last := f.closing(at); last.After(at) || !f.nextClosing(at).After(at) {
			t.Errorf("at %s: closed at %v, closes at %v", tt.at, last, f.nextClosing(at))
		}
	}
	if _, err := New(news.Publication{Feeds: []news.Feed{{ID: "f", Digest: "7 am"}}}, 0); err == nil {
		t.Error("a digest at no time of day is taken")
	}
}

func TestADigestADay(t *testing.T) {
	r := daily(t, "07:00")
	day := 24 * time.Hour
	next := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	if got := r.tasks["decide feed all"].Due; !got.Equal(next) {
		t.Fatalf("the first digest is due at %v, want %v", got, next)
	}
	if got := digested(r.until(r.c, next.Add(-time.Minute))); got != nil {
		t.Errorf("before it closes there are digests %q", got)
	}
	if got, want := digested(r.until(r.c, next)), []string{"1 2026-11-23 (0..2]"}; !slices.Equal(got, want) {
		t.Errorf("the first day gives %q, want %q", got, want)
	}
	if got := digested(r.until(r.c, next.Add(2*day))); got != nil {
		t.Errorf("days on which nothing entered have digests %q", got)
	}
	r.now = next.Add(2*day + time.Hour)
	r.arrive(3)
	if got, want := digested(r.until(r.c, next.Add(3*day))), []string{"2 2026-11-26 (2..3]"}; !slices.Equal(got, want) {
		t.Errorf("then a day gives %q, want %q", got, want)
	}
	if d := r.c.Decide(r, news.Task{Kind: news.TaskDecide, Feed: "all"}); !d.Ruling.Empty() || len(d.Tasks) != 1 {
		t.Errorf("decided again at once: %+v", d)
	}
	for _, name := range []news.FeedName{"other", "no such feed"} {
		if d := r.c.Decide(r, news.Task{Kind: news.TaskDecide, Feed: name}); !d.Ruling.Empty() || len(d.Tasks) != 0 {
			t.Errorf("a feed without digest, %s, is decided on: %+v", name, d)
		}
	}
}

// However late the moment is heard, what entered after it belongs to the next
// one; and after days in which no moment was heard there is one digest.
func TestADigestMadeLate(t *testing.T) {
	r := daily(t, "07:00")
	clear(r.tasks)
	r.now = time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC) // 10:00 in Beijing
	r.arrive(3)
	if r.plan(); !r.tasks["decide feed all"].Due.Equal(r.now) {
		t.Errorf("what waits is due at %v, want now", r.tasks["decide feed all"].Due)
	}
	if got, want := digested(r.until(r.c, r.now)), []string{"1 2026-11-23 (0..2]"}; !slices.Equal(got, want) {
		t.Errorf("after days offline: %q, want %q", got, want)
	}
	if got, want := digested(r.until(r.c, r.now.Add(24*time.Hour))), []string{"2 2026-11-26 (2..3]"}; !slices.Equal(got, want) {
		t.Errorf("then %q, want %q", got, want)
	}
}

func TestWhatADigestHas(t *testing.T) {
	morning := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		before, after []string // acts before the first digest and after it
		want          []string // what the release is in at the end: digest, and whether it is in the feed
	}{
		"nothing happens":         {nil, nil, []string{"1 true"}},
		"hidden before it":        {[]string{"hide everywhere"}, nil, []string{"0 false"}},
		"back after it":           {[]string{"hide everywhere"}, []string{"undo everywhere"}, []string{"2 true"}},
		"hidden after it":         {nil, []string{"hide everywhere"}, []string{"1 false"}},
		"hidden and back later":   {nil, []string{"hide everywhere", "undo everywhere"}, []string{"1 true"}},
		"hidden and back at once": {[]string{"hide everywhere", "undo everywhere"}, nil, []string{"1 true"}},
		"under embargo":           {[]string{"embargo everywhere 30h"}, nil, []string{"2 true"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := daily(t, "07:00")
			for _, line := range tt.before {
				r.do(line)
			}
			r.until(r.c, morning)
			for _, line := range tt.after {
				r.do(line)
			}
			r.arrive(7)
			r.until(r.c, morning.Add(48*time.Hour))
			m, _ := r.Membership("all", r.story)
			if got := []string{fmt.Sprint(m.Digest, " ", m.Left == "")}; !slices.Equal(got, tt.want) {
				t.Errorf("it is in digest and feed: %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever enters, leaves and comes back, and however often tasks are lost and
// the hour is another: all that was in the feed when a digest closed after it
// entered is in one digest, and no digest is empty or numbered twice.
func TestDigestsLoseNothing(t *testing.T) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		r := daily(t, "07:00")
		var made []news.Digested
		pass := func(d time.Duration) {
			for _, d := range r.until(r.c, r.now.Add(d)) {
				made = append(made, d.Ruling.Digests...)
			}
		}
		for n := range 60 {
			switch rnd.IntN(8) {
			case 0:
				s, _ := r.Story(news.StoryID(r.order[rnd.IntN(len(r.order))]))
				r.edit(r.c, news.Editing{Scope: news.Scope{Story: s.ID}, Act: news.ActHide})
			case 1:
				for key := range r.decided {
					x := random{r: r, t: t}
					if scope := x.scopeOf(key); slices.ContainsFunc(r.decided[key].Acts, func(a news.Acted) bool { return a.Undone == 0 }) {
						r.undo(r.c, scope)
						break
					}
				}
			case 2:
				clear(r.tasks)
				r.now = r.now.Add(time.Duration(rnd.IntN(72)) * time.Hour)
				r.plan()
			case 3:
				r.configure(func(p *news.Publication) { p.Feeds[0].Digest = fmt.Sprintf("%02d:00", rnd.IntN(24)) })
				r.plan()
			case 4, 5:
				pass(time.Duration(rnd.IntN(30)) * time.Hour)
			default:
				r.arrive(10 + n)
			}
		}
		pass(48 * time.Hour)
		has := make(map[uint64]int)
		for _, m := range r.members {
			if m.Feed == "all" && m.As == news.AsNews && m.Left == "" && m.Digest == 0 {
				t.Fatalf("seed %d: %+v is in no digest", seed, m)
			}
			if m.Feed == "all" {
				has[m.Digest]++
			}
		}
		for n, d := range made {
			if d.Seq != uint64(n+1) || d.Through <= d.After || n > 0 && d.After < made[n-1].Through || has[d.Seq] == 0 {
				t.Fatalf("seed %d: digests %+v", seed, made)
			}
		}
	}
}
