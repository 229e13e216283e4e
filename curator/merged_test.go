package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

// A story that is merged into another waits for nobody any more under its own
// id: what the story waits for now, it waits for once.
func TestAMergedStoryWaitsOnce(t *testing.T) {
	for _, tt := range []struct{ act, old, young string }{
		{"", "all other held?approval", "all other held?approval"},
		{"hold", "?hold", "?hold"},
		{"hold all", "other all?hold held?approval", "other all?hold held?approval"},
		{"embargo 2h", "?embargo", "?embargo"},
		{"hide", "", ""},
		{"pin 2h", "all^ other^ held?approval", "all^ other^ held?approval"},
		{"approve", "", ""},
	} {
		for n, want := range []string{tt.old, tt.young} {
			r := openNewsroom(t, nil)
			other := entry(70, 0)
			other.Date.Time = r.now
			r.accept(r.c, listing(r.p.Sources[0], r.shown, other))
			stories := []news.StoryID{r.story, news.StoryID(r.order[2])}
			r.story = stories[n]
			if tt.act != "" {
				r.do(tt.act)
			}
			r.story = stories[0]
			r.edit(r.c, news.Editing{Scope: news.Scope{Story: r.story}, Act: news.ActMerge, Args: news.Args{Story: stories[1]}})
			if tt.act == "approve" { // what was approved stays, under the id that it has there
				r.showsInHeld(stories[n])
			} else if got := r.state(); got != want {
				t.Errorf("%q of story %d, merged: it stands %q, want %q", tt.act, n, got, want)
			}
			settled(t, r.memory, r.c, tt.act)
			r.undo(r.c, news.Scope{Story: r.story})
			settled(t, r.memory, r.c, tt.act+", apart again")
			consistent(t, r.memory)
		}
	}
}

// settled reports what would follow if every story were looked at again:
// nothing does, and nothing waits under an id that leads elsewhere.
func settled(t *testing.T, m *memory, c *Curator, doing string) {
	t.Helper()
	h := c.hear(m, news.Batch{})
	for s := range m.Stories() {
		h.touch(s.ID)
	}
	if r := h.decision().Ruling; !r.Empty() {
		t.Fatalf("%s: looked at again: enter %+v leave %+v updated %v leads %+v pins %+v waits %+v", doing, r.Enter, r.Leave, r.Updated, r.Leads, r.Pins, r.Waits)
	}
	for key, q := range m.queue {
		if s, _ := m.Story(q.Story); s.ID != q.Story {
			t.Fatalf("%s: %s waits for %s under an id that is an alias", doing, key, q.Why)
		}
	}
}

// Two stories that each have a version in another language become one: the feed
// that prefers their language has neither version beside it, and has both when
// it goes.
func TestVersionsOfStoriesThatBecomeOne(t *testing.T) {
	d := newDesk(t)
	p := publication(append(d.sources, row("zh"))...)
	p.Feeds[0].Prefer = "en"
	d.c = curate(t, p)
	var en, zh []news.StoryID
	for n := range 2 {
		id := d.publish(1, 40+n)
		e := entry(60+n, 0)
		e.Lang = "zh"
		e = saying(e, []string{"南浦大桥合龙。", "岭州粮食丰收。"}[n])
		d.pair(id, news.NewItemID("zh", news.ByID, e.ID))
		d.tick()
		d.hear(listing(p.Sources[5], e))
		en, zh = append(en, news.StoryID(id)), append(zh, news.StoryID(news.NewItemID("zh", news.ByID, e.ID)))
	}
	has := func(ids []news.StoryID) (n int) {
		for _, id := range ids {
			if m, ok := d.Membership("all", id); ok && m.Left == "" {
				n++
			}
		}
		return n
	}
	d.merge(en[0], en[1])
	for _, step := range []struct {
		do       func()
		name     string
		english  int
		versions int
	}{
		{func() {}, "merged", 1, 0},
		{func() { d.act(news.Editing{Act: news.ActHide, Scope: news.Scope{Story: en[0]}}) }, "hidden", 0, 2},
		{func() { d.takeBack(len(d.acts) - 1) }, "shown again", 1, 0},
		{func() { d.takeBack(0) }, "apart again", 2, 0},
		{func() { d.merge(zh[1], news.StoryID(d.order[0])) }, "one version joins another release", 2, 0},
	} {
		d.now = d.now.Add(time.Minute)
		if step.do(); has(en) != step.english || has(zh) != step.versions {
			t.Errorf("%s: the feed has %d and %d versions", step.name, has(en), has(zh))
		}
		settled(t, d.memory, d.c, step.name)
	}
}

// showsInHeld checks whose text the feed that holds shows.
func (r *newsroom) showsInHeld(want news.StoryID) {
	r.t.Helper()
	s, _ := r.Story(want)
	for _, id := range named(&s) {
		if m, ok := r.Membership("held", id); ok && m.Left == "" && m.Lead == news.ItemID(want) {
			return
		}
	}
	r.t.Errorf("the feed that holds does not show %s", want)
}

// An approval lets out the text of the story that it was of, though a story
// that nobody approved was merged with it before it could enter.
func TestAnApprovalIsOfWhatTheStoryWas(t *testing.T) {
	for n := range 2 {
		for _, rank := range []int{1, 1000} {
			other := row("two")
			other.Rank = rank
			r := openNewsroom(t, func(p *news.Publication) {
				p.Sources[0].Rank = 50
				p.Sources = append(p.Sources, other)
				for n := range p.Feeds {
					p.Feeds[n].Sources = append(p.Feeds[n].Sources, "two")
				}
			})
			e := entry(70, 0)
			e.Date.Time = r.now
			r.accept(r.c, listing(other, e))
			stories := []news.StoryID{r.story, news.StoryID(r.order[2])}
			r.story = stories[n]
			r.do("embargo 2h")
			r.do("approve")
			r.now = r.now.Add(time.Minute)
			r.edit(r.c, news.Editing{Scope: news.Scope{Story: stories[0]}, Act: news.ActMerge, Args: news.Args{Story: stories[1]}})
			r.do("wait 3h")
			r.showsInHeld(stories[n])
			settled(t, r.memory, r.c, "")
		}
	}
}
