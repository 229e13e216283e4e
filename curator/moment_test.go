package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

// A moment that an editor names takes nothing from the one at which an item is
// published without its text, nor the other way round.
func TestMomentsDoNotReplaceEachOther(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	e := entry(7, time.Hour)
	e.ID, e.Digest, e.HTML = "", "", ""
	id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
	scope := news.Scope{Story: news.StoryID(id)}
	m.edit(c, news.Editing{Scope: scope, Act: news.ActEmbargo, Args: news.Args{Until: m.now.Add(20 * time.Minute)}})
	failed := reading(src, news.TaskArticle, id, e)
	failed.Entries, failed.Problem = nil, &news.Problem{Class: news.ClassTimeout}
	failed.State.Failures = 1
	m.accept(c, failed)
	begin := m.now
	m.edit(c, news.Editing{Scope: scope, Act: news.ActPin, Args: news.Args{Until: begin.Add(50 * time.Minute)}})

	m.until(c, begin.Add(25*time.Minute))
	if i, _ := m.Item(id); i.State != news.Listed {
		t.Errorf("when the embargo is over its text is given up: %s", i.State)
	}
	m.until(c, begin.Add(31*time.Minute))
	if e, ok := m.Membership("all", news.StoryID(id)); !ok || e.Pinned.IsZero() {
		t.Errorf("after the wait for its text: %v, %+v", ok, e)
	}
	m.until(c, begin.Add(51*time.Minute))
	if e, _ := m.Membership("all", news.StoryID(id)); !e.Pinned.IsZero() || e.Left != "" {
		t.Errorf("after its pin: %+v", e)
	}
}

// Two feeds move `updated` at two times: the first to come is planned, and
// leaves the other one its hour.
func TestEachFeedHasItsHour(t *testing.T) {
	r := openNewsroom(t, nil)
	r.do("retitle all =A")
	r.do("wait 30m")
	r.do("note other =B")
	d := r.do("edit")
	if told(d) != "edits 2 [all other]" {
		t.Fatalf("within the hour: %s", told(d))
	}
	for _, want := range []string{"all", "other", ""} {
		if got := told(r.do("wait 29m")); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}

// Tasks that are lost with a store's state are planned again.
func TestPendingMoments(t *testing.T) {
	for _, acts := range [][]string{
		{"embargo 2h"}, {"embargo all 3h", "embargo other 2h"}, {"pin all 2h"}, {"pin 5h", "embargo 2h"},
		{"retitle =A", "edit"}, {"retitle all =A", "wait 30m", "note other =B", "edit"}, {"withdraw"}, {"embargo 2h", "hide"}, {"hide", "undo"},
	} {
		r := openNewsroom(t, nil)
		for _, act := range acts {
			r.do(act)
		}
		i, _ := r.Item(news.ItemID(r.story))
		pending := make(map[string]news.Task)
		for _, task := range r.c.Pending(r, i) {
			pending[task.Name()] = task
		}
		if len(pending) != len(r.tasks) {
			t.Errorf("%v: pending %v, planned were %v", acts, pending, r.tasks)
		}
		for name, task := range r.tasks {
			if p := pending[name]; !p.Due.Equal(task.Due) || p.Source != task.Source || p.Item != task.Item || p.Story != task.Story {
				t.Errorf("%v: planned %+v, pending %+v", acts, task, p)
			}
		}
	}
}

// A moment of a record from before stories had moments of their own is heard.
func TestAnItemsMomentEndsAStub(t *testing.T) {
	r := openNewsroom(t, nil)
	r.do("withdraw")
	r.now = r.now.Add(news.StubFor)
	d := r.rule(r.c.Decide(r, news.Task{Kind: news.TaskDecide, Source: "mer", Item: news.ItemID(r.story)}))
	if len(d.Ruling.Leave) != 2 || d.Ruling.Leave[0].Why != news.LeftForGood {
		t.Errorf("left: %+v", d.Ruling.Leave)
	}
}

// A story that is merged into one that was withdrawn, be it long ago, has a
// stub that ends.
func TestALateStubEnds(t *testing.T) {
	for _, later := range []time.Duration{time.Hour, 2 * news.StubFor} {
		src, paged := row("mer"), page("paper")
		m, c, id := withdrawn(t, false, src, paged)
		m.until(c, m.now.Add(later))
		late := entry(1, time.Hour)
		late.ID, late.URL, late.HTML, late.Digest = "paper-1", "https://paper.example/1", "", ""
		m.accept(c, listing(paged, late))
		twin := m.order[len(m.order)-1]
		m.until(c, m.now.Add(latestText))
		if e, ok := m.Membership("all", news.StoryID(twin)); !ok || e.Left != "" {
			t.Fatalf("the unread twin did not enter: %+v", e)
		}
		text := entry(1, time.Hour)
		text.URL = late.URL
		m.accept(c, reading(paged, news.TaskArticle, twin, text))
		if e, _ := m.Membership("all", news.StoryID(twin)); e.Left != news.LeftWithdrawn {
			t.Fatalf("it is merged into %s and left for %q", id, e.Left)
		}
		m.until(c, m.now.Add(news.StubFor))
		if e, _ := m.Membership("all", news.StoryID(twin)); e.Left != news.LeftForGood {
			t.Errorf("after %v: its stub stands: %+v", later, e)
		}
	}
}
