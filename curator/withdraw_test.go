package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

// withdrawn is a live record of which the first story was withdrawn.
func withdrawn(t *testing.T, erased bool, sources ...news.Source) (*memory, *Curator, news.StoryID) {
	t.Helper()
	m, c := live(t, sources...)
	id := news.StoryID(m.order[0])
	m.withdrawn[id] = news.Withdrawal{At: m.now, Reason: "a mistake", Erased: erased}
	d := m.rule(c.Edit(m, news.Editing{Scope: news.Scope{Story: id}, Act: news.ActWithdraw}))
	if len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Why != news.LeftWithdrawn || d.Ruling.Leave[0].Story != id {
		t.Fatalf("withdrawn: left %+v", d.Ruling.Leave)
	}
	if len(d.Tasks) != 1 || d.Tasks[0].Kind != news.TaskDecide || !d.Tasks[0].Due.Equal(m.now.Add(news.StubFor)) {
		t.Fatalf("withdrawn: tasks %+v", d.Tasks)
	}
	m.now = m.now.Add(time.Hour)
	return m, c, id
}

// Whatever comes later, a story that was withdrawn enters no feed.
func TestAWithdrawnStoryNeverEntersAgain(t *testing.T) {
	src, other := row("mer"), row("agency")
	edited := entry(1, time.Hour)
	edited.HTML, edited.Digest = "<p>Another text.</p>", news.TextDigest("Another text.")
	copied := entry(1, time.Hour)
	copied.ID = "agency-1"
	late := copied
	late.URL, late.HTML, late.Digest = "https://agency.example/1", "", ""
	paged := page("paper")
	wide := publication(src, other, paged)
	wide.Feeds = append(wide.Feeds, wide.Feeds[0])
	wide.Feeds[1].ID, wide.Feeds[1].Name = "second", "second"
	for name, after := range map[string]func(m *memory, c *Curator, id news.StoryID) []news.Decision{
		"an edit": func(m *memory, c *Curator, _ news.StoryID) []news.Decision {
			return []news.Decision{m.accept(c, listing(src, edited))}
		},
		"another copy": func(m *memory, c *Curator, _ news.StoryID) []news.Decision {
			return []news.Decision{m.accept(c, listing(other, copied))}
		},
		"a decision": func(m *memory, c *Curator, id news.StoryID) []news.Decision {
			return []news.Decision{m.rule(c.Decide(m, news.Task{Kind: news.TaskDecide, Source: "mer", Item: news.ItemID(id)}))}
		},
		"a changed rule": func(m *memory, _ *Curator, _ news.StoryID) []news.Decision {
			c := curate(t, wide)
			return []news.Decision{m.rule(c.Refold(m)), m.rule(c.Fill(m)), m.rule(c.Refold(m))}
		},
		"a merge": func(m *memory, c *Curator, _ news.StoryID) []news.Decision {
			a := m.accept(c, listing(paged, late))
			text := entry(1, time.Hour)
			text.URL = late.URL
			return []news.Decision{a, m.accept(c, reading(paged, news.TaskArticle, m.order[len(m.order)-1], text))}
		},
	} {
		for _, erased := range []bool{false, true} {
			m, c, id := withdrawn(t, erased, src, other, paged)
			for _, d := range after(m, c, id) {
				if len(d.Ruling.Enter)+len(d.Ruling.Updated)+len(d.Ruling.Notices) > 0 {
					t.Errorf("%s (erased %v): it entered or was told of: %+v", name, erased, d.Ruling)
				}
			}
			if s, _ := m.Story(id); len(s.Feeds) > 0 {
				t.Errorf("%s (erased %v): it is in %v", name, erased, s.Feeds)
			}
		}
	}
}

// A story that was in a feed and turns out to be the release that was withdrawn
// leaves too.
func TestAStoryMergedIntoAWithdrawnOneLeaves(t *testing.T) {
	src, paged := row("mer"), page("paper")
	m, c, id := withdrawn(t, false, src, paged)
	late := entry(1, time.Hour)
	late.ID, late.URL, late.HTML, late.Digest = "paper-1", "https://paper.example/1", "", ""
	m.accept(c, listing(paged, late))
	twin := m.order[len(m.order)-1]
	m.now = m.now.Add(time.Hour)
	if d := m.rule(c.Decide(m, news.Task{Kind: news.TaskDecide, Source: "paper", Item: twin})); len(d.Ruling.Enter) != 1 {
		t.Fatalf("the unread twin did not enter: %+v", d.Ruling)
	}
	text := entry(1, time.Hour)
	text.URL = late.URL
	d := m.accept(c, reading(paged, news.TaskArticle, twin, text))
	if len(d.Ruling.Alias) != 1 || len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Story != news.StoryID(twin) || d.Ruling.Leave[0].Why != news.LeftWithdrawn {
		t.Errorf("merged: %+v", d.Ruling)
	}
	if s, _ := m.Story(id); len(s.Feeds) > 0 {
		t.Errorf("it is in %v", s.Feeds)
	}
}

func TestAStubEnds(t *testing.T) {
	m, c, id := withdrawn(t, false, row("mer"))
	task := news.Task{Kind: news.TaskDecide, Source: "mer", Item: news.ItemID(id)}
	if d := m.rule(c.Decide(m, task)); !d.Ruling.Empty() {
		t.Errorf("before its time: %+v", d.Ruling)
	}
	m.now = m.now.Add(news.StubFor)
	d := m.rule(c.Decide(m, task))
	if len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Why != news.LeftForGood || d.Ruling.Leave[0].Story != id {
		t.Errorf("when its time is over: %+v", d.Ruling)
	}
	if d := m.rule(c.Decide(m, task)); !d.Ruling.Empty() {
		t.Errorf("once more: %+v", d.Ruling)
	}
}

// A text that comes, or does not, after its release was withdrawn takes nothing
// from the task that ends the stub.
func TestATextLeavesTheStubsEnd(t *testing.T) {
	src := page("mer")
	for _, comes := range []bool{true, false} {
		m, c := live(t, src)
		id := m.order[0]
		i, _ := m.Item(id)
		m.withdrawn[i.Story] = news.Withdrawal{At: m.now}
		b := reading(src, news.TaskArticle, id, entry(1, time.Hour))
		if !comes {
			b.Entries, b.Problem, b.Status = nil, &news.Problem{Class: news.ClassStatus}, 503
		}
		d := m.accept(c, b)
		for _, task := range append(d.Done, d.Tasks...) {
			if task.Kind == news.TaskDecide && task.Item == id {
				t.Errorf("text comes %v: %+v", comes, task)
			}
		}
		if comes != (len(d.Ruling.Items) == 1) || i.State == news.Read {
			t.Errorf("text comes %v: %+v, before it was %s: this proves nothing", comes, d.Ruling.Items, i.State)
		}
	}
}

// What was erased is not read again, and not looked at.
func TestWhatWasErasedIsLeftAlone(t *testing.T) {
	src := page("mer")
	m, c := live(t, src)
	id := m.order[0]
	m.accept(c, reading(src, news.TaskArticle, id, entry(1, time.Hour)))
	i, _ := m.Item(id)
	if len(c.Pending(m, i)) == 0 {
		t.Fatal("no look is pending before")
	}
	m.withdrawn[i.Story] = news.Withdrawal{At: m.now, Erased: true}
	changed := entry(1, time.Hour)
	changed.Digest = news.TextDigest("changed")
	if d := m.accept(c, reading(src, news.TaskLook, id, changed)); !d.Ruling.Empty() || len(d.Keep)+len(d.Tasks) > 0 {
		t.Errorf("a look decided %+v", d)
	}
	changed.Title = "Another title"
	if d := m.accept(c, listing(src, changed)); !d.Ruling.Empty() || len(d.Keep)+len(d.Tasks) > 0 {
		t.Errorf("a listing decided %+v", d)
	}
	changed.URL += "?moved"
	if d := m.accept(c, listing(src, changed)); len(d.Tasks) > 0 {
		t.Errorf("a listing that has it elsewhere decided %+v", d)
	}
	if tasks := c.Pending(m, i); len(tasks) > 0 {
		t.Errorf("pending are %+v", tasks)
	}
}
