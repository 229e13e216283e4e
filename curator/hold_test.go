package curator

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

func heldFeed(name string, of news.Feed) news.Feed {
	of.ID, of.Name, of.Hold, of.Dates = name, news.FeedName(name), true, news.DatesEntered
	return of
}

func waiting(m *memory, name news.FeedName) (n int) {
	for _, q := range m.queue {
		if q.Feed == name {
			n++
		}
	}
	return n
}

// A new feed that holds starts empty: of a whole history the newest wait, as
// many as its first contents would have been.
func TestANewFeedThatHoldsStartsEmpty(t *testing.T) {
	a, b := row("a"), row("b")
	p := publication(a, b)
	m, c := newMemory(t, start), curate(t, p)
	m.accept(c, listing(a, brought(1, 30, time.Hour)...))
	m.accept(c, listing(b, brought(100, 200, 90*24*time.Hour)...))
	m.rule(c.Fill(m))
	approved := news.StoryID(m.order[3])
	m.edit(c, news.Editing{Scope: news.Scope{Story: approved}, Act: news.ActApprove})

	held := heldFeed("held", p.Feeds[0])
	held.Limit = 7
	p.Feeds = append(p.Feeds, held)
	c = curate(t, p)
	m.rule(c.Refold(m))
	m.now = m.now.Add(time.Hour)
	m.rule(c.Fill(m))
	if in := m.inFeed("held"); in[news.AsNews]+in[news.AsHistory] != 1 || m.feeds["held"].Filled == 0 || c.Unfilled(m) {
		t.Fatalf("filled with %v, state %+v; want only what was approved before", in, m.feeds["held"])
	}
	if n := waiting(m, "held"); n != 6 && n != 7 {
		t.Errorf("%d wait, want as many as the limit is, but the approved one", n)
	}
	m.now = m.now.Add(time.Hour)
	if d := m.accept(c, listing(a, entry(500, -time.Hour))); len(d.Ruling.Enter) != 1 || len(d.Ruling.Waits) != 1 {
		t.Errorf("what is new: %+v", d.Ruling)
	}
	old := news.StoryID(m.order[200])
	d := m.edit(c, news.Editing{Scope: news.Scope{Story: old, Feed: "held"}, Act: news.ActApprove})
	if len(d.Ruling.Enter) != 1 || d.Ruling.Enter[0].As != news.AsHistory || !d.Ruling.Enter[0].Published.Equal(m.now) || d.Ruling.Enter[0].Rev != 1 {
		t.Errorf("an old story that is approved: %+v", d.Ruling.Enter)
	}
	m.now = m.now.Add(time.Hour)
	if d := m.rule(c.Refold(m)); !d.Ruling.Empty() {
		t.Errorf("the same configuration again: %+v", d.Ruling)
	}
}

// A feed that holds and newly takes what it did not: what is fresh waits, the
// rest is not asked for.
func TestAWiderFeedThatHoldsAsksForWhatIsFresh(t *testing.T) {
	a := row("a")
	p := publication(a)
	p.Feeds[0] = heldFeed("all", p.Feeds[0])
	p.Feeds[0].Where = `has(title, "nothing")`
	m, c := newMemory(t, start), curate(t, p)
	m.feeds["all"] = news.FeedState{Filled: 1}
	m.accept(c, listing(a, entry(1, time.Hour)))
	for n := range 10 {
		m.now = m.now.Add(24 * time.Hour)
		m.accept(c, listing(a, entry(2+n, -time.Duration(24*(n+1))*time.Hour)))
	}
	p.Feeds[0].Where = ""
	c = curate(t, p)
	d := m.rule(c.Refold(m))
	if len(d.Ruling.Enter) > 0 || len(d.Ruling.Waits) != 3 {
		t.Errorf("entered %d, %d wait, want the three of the last 48 h", len(d.Ruling.Enter), len(d.Ruling.Waits))
	}
}

// Nobody is told of a change before they could read it, and nobody twice.
func TestNoticesOfWhatIsHeld(t *testing.T) {
	token := func(f news.Feed) news.Feed { f.Access = news.AccessToken; return f }
	for name, tt := range map[string]struct {
		change func(*news.Publication)
		script [][3]string
	}{
		"one feed that holds": {func(p *news.Publication) { p.Feeds = p.Feeds[1:2] }, [][3]string{
			{"approve", "held", ""}, {"edit", "held@1 held?change", ""}, {"edit", "held@1 held?change", ""},
			{"approve", "held", "held edits 3 [held]"}, {"undo", "held@1 held?change", "held"}, {"approve", "held", "held"},
			{"edit", "held@3 held?change", ""}, {"open held", "held", "held edits 4 [held]"}}},
		"two feeds that hold": {func(p *news.Publication) { p.Feeds[0].Hold = true; p.Feeds = p.Feeds[:2] }, [][3]string{
			{"approve", "all held", ""}, {"edit", "all@1 held@1 all?change held?change", ""},
			{"approve all", "all held@1 held?change", "all edits 2 [all]"}, {"approve held", "all held", "held"}}},
		"two at once": {func(p *news.Publication) { p.Feeds[0].Hold = true; p.Feeds = p.Feeds[:2] }, [][3]string{
			{"approve", "all held", ""}, {"edit", "all@1 held@1 all?change held?change", ""}, {"approve", "all held", "all held edits 2 [all held]"}}},
		"a feed for some": {func(p *news.Publication) { p.Feeds[0] = token(p.Feeds[0]); p.Feeds = p.Feeds[:2] }, [][3]string{
			{"approve", "all held", ""}, {"edit", "all held@1 held?change", "all"}, {"approve", "all held", "held edits 2 [all held]"}}},
		"a feed for some alone": {func(p *news.Publication) { p.Feeds[0] = token(p.Feeds[0]); p.Feeds = p.Feeds[:1] }, [][3]string{
			{"edit", "all", "all edits 2 [all]"}}},
		"a feed for some holds, one for all too": {func(p *news.Publication) {
			p.Feeds[0] = token(p.Feeds[0])
			p.Feeds[0].Hold = true
			p.Feeds = p.Feeds[:2]
		}, [][3]string{
			{"approve", "all held", ""}, {"edit", "all@1 held@1 all?change held?change", ""},
			{"approve all", "all held@1 held?change", "all"}, {"approve held", "all held", "held edits 2 [all held]"}}},
	} {
		r := openNewsroom(t, tt.change)
		for n, line := range tt.script {
			d := r.do(line[0])
			if state, told := r.state(), told(d); state != line[1] || told != line[2] {
				t.Errorf("%s, line %d, %s: it stands %q, told %q; want %q, %q", name, n+1, line[0], state, told, line[1], line[2])
			}
			for _, notice := range d.Ruling.Notices {
				if len(notice.Words.Differences) == 0 || notice.Words.Seen.IsZero() {
					t.Errorf("%s, line %d: the notice says nothing: %+v", name, n+1, notice.Words)
				}
			}
		}
	}
}

// An approval names a reading, or an item; one of something else lets out
// nothing.
func TestWhatAnApprovalIsOf(t *testing.T) {
	for _, tt := range []struct {
		args news.Args
		want string
	}{
		{news.Args{}, "all held other"},
		{news.Args{Rev: 1}, "all held@1 other held?change"},
		{news.Args{Rev: 2}, "all held@2 other held?change"},
		{news.Args{Rev: 99}, "all held other"},
		{news.Args{Item: news.ItemID{9}}, "all other held?approval"},
	} {
		r := openNewsroom(t, nil)
		r.do("edit")
		r.do("edit")
		r.edit(r.c, news.Editing{Scope: news.Scope{Story: r.story}, Act: news.ActApprove, Args: tt.args})
		if got := r.state(); got != tt.want {
			t.Errorf("%+v: it stands %q, want %q", tt.args, got, tt.want)
		}
	}
}

// A story that is back has the id and the date that readers know it by, and the
// lead that it had, though a better one has come.
func TestWhatIsBackIsTheSame(t *testing.T) {
	better := row("best")
	better.Rank = 1
	r := openNewsroom(t, func(p *news.Publication) {
		p.Sources = append(p.Sources, better)
		for n := range p.Feeds {
			p.Feeds[n].Sources = append(p.Feeds[n].Sources, "best")
		}
	})
	before, _ := r.Membership("all", r.story)
	copied := r.shown
	copied.ID = "best-1"
	r.accept(r.c, listing(better, copied))
	if s, _ := r.Story(r.story); len(s.Items) != 2 {
		t.Fatalf("the copy is not of the story: %+v", s)
	}
	for _, act := range []string{"hide", "hold", "embargo 30m"} {
		r.do(act)
		r.do("undo")
		after, _ := r.Membership("all", r.story)
		if !after.Published.Equal(before.Published) || after.Lead != before.Lead || after.Link != before.Link || after.As != before.As {
			t.Errorf("%s and back: %+v, before %+v", act, after, before)
		}
	}
}

// A story that is in a feed under the id of one that was merged into it leaves
// and is back under that id.
func TestAMergedStoryIsBackUnderItsId(t *testing.T) {
	r := openNewsroom(t, func(p *news.Publication) { p.Feeds[0].Where = `has(title, "Announcement 2")` })
	r.feeds["all"] = news.FeedState{Filled: 1} // nothing passed its rule when others were filled
	r.rule(r.c.Refold(r))
	older := news.StoryID(r.order[0])
	m, _ := r.Membership("all", r.story)
	if other, in := r.Membership("all", older); m.Left != "" || m.Entered.IsZero() || in {
		t.Fatalf("the older: %+v, the younger %+v", other, m)
	}
	r.rule(news.Decision{Ruling: news.Ruling{Alias: []news.AliasRuling{{From: r.story, To: older}}}})
	young := r.story
	r.story = older
	if d := r.do("hide all"); len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Story != young {
		t.Errorf("left: %+v", d.Ruling.Leave)
	}
	d := r.do("undo all")
	if !slices.ContainsFunc(d.Ruling.Enter, func(e news.Entering) bool { return e.Feed == "all" && e.Story == young }) {
		t.Errorf("entered: %+v", d.Ruling.Enter)
	}
}

// The order in which editors take acts back does not matter.
func TestActsAreTakenBackInAnyOrder(t *testing.T) {
	acts := []string{"hide", "hold all", "embargo 90m", "approve", "pin 90m"}
	for n := range len(acts) {
		r := openNewsroom(t, nil)
		var done []uint64
		for _, act := range acts {
			r.do(act)
			for _, d := range r.decided {
				if a := d.Acts[len(d.Acts)-1]; a.Act != "" && !slices.Contains(done, a.Pos) {
					done = append(done, a.Pos)
				}
			}
		}
		slices.Sort(done)
		for k := range done {
			pos := done[(k+n)%len(done)]
			for key, d := range r.decided {
				if slices.ContainsFunc(d.Acts, func(a news.Acted) bool { return a.Pos == pos }) {
					scope := news.Scope{Story: r.story}
					if key != scope.String() {
						scope.Feed = "all"
					}
					r.edit(r.c, news.Editing{Scope: scope, Undoes: pos})
				}
			}
		}
		if got := r.state(); got != "all other held?approval" {
			t.Errorf("order %d: it stands %q", n, got)
		}
	}
}

// What waits, waits for one thing, said once.
func TestRepeatedActsRuleNothing(t *testing.T) {
	for _, act := range []string{"hide", "hold", "approve", "embargo 30m", "pin all 30m", "hide all", "tag"} {
		r := openNewsroom(t, nil)
		r.do(act)
		before := r.state()
		r.now = r.now.Add(-time.Minute) // `embargo` and `pin` name the same moment again
		if d := r.do(act); r.state() != before || !d.Ruling.Empty() && len(d.Ruling.Leads) == 0 {
			t.Errorf("%s again: %+v, it stands %s", act, fmt.Sprintf("%+v", d.Ruling), r.state())
		}
	}
}

// What a source brought stays when its row is gone, and comes back when an act
// is taken back.
func TestWhatARetiredSourceBroughtStays(t *testing.T) {
	r := openNewsroom(t, nil)
	r.do("hide other")
	r.now = r.now.Add(time.Minute)
	r.configure(func(p *news.Publication) {
		p.Sources = []news.Source{row("heir")}
		for n := range p.Feeds {
			p.Feeds[n].Sources = []string{"heir"}
		}
	})
	if got := r.state(); got != "all" {
		t.Fatalf("it stands %q", got)
	}
	for _, line := range [][2]string{{"hide all", ""}, {"undo all", "all"}, {"undo other", "all other"}} {
		if r.do(line[0]); r.state() != line[1] {
			t.Errorf("%s: it stands %q, want %q", line[0], r.state(), line[1])
		}
	}
}

// What was hidden when its feed began to hold comes back with the text that
// was there, and not with one of another item that nobody approved.
func TestWhatComesBackIsWhatWasThere(t *testing.T) {
	for _, takes := range [][]string{{"a", "b"}, {"b"}} {
		a, b := row("a"), row("b")
		p := publication(a, b)
		c, m := curate(t, p), newMemory(t, start)
		m.accept(c, listing(a, entry(1, time.Hour)))
		m.rule(c.Fill(m))
		again := entry(1, time.Hour)
		again.ID = "other"
		m.now = m.now.Add(time.Hour)
		m.accept(c, listing(b, again))
		scope := news.Scope{Story: news.StoryID(m.order[0])}
		m.edit(c, news.Editing{Scope: scope, Act: news.ActHide})
		p.Feeds = slices.Clone(p.Feeds)
		p.Feeds[0].Hold, p.Feeds[0].Sources = true, takes
		c = curate(t, p)
		m.rule(c.Refold(m))
		m.undo(c, scope)
		s, _ := m.Story(scope.Story)
		if in := len(s.Feeds) > 0; len(s.Items) != 2 || in != (len(takes) == 2) {
			t.Errorf("taking %v: %+v", takes, s)
		}
		if q, waits := m.Waits("all", s.ID); waits != (len(takes) == 1) {
			t.Errorf("taking %v it waits: %v %+v", takes, waits, q)
		}
	}
}
