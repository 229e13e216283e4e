package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

func TestRepostIsOneStory(t *testing.T) {
	a, b := row("a"), row("b")
	m, c := live(t, a, b)
	e := entry(1, 0)
	e.ID, e.URL = "b-1", "https://b.example/1"
	e.Date.Time = e.Date.Time.Add(5 * time.Hour)
	d := m.accept(c, listing(b, e))
	if len(d.Ruling.Enter) != 0 || len(d.Ruling.Updated) != 0 {
		t.Errorf("a repost moved the feed: %+v", d.Ruling)
	}
	s, _ := m.Story(news.StoryID(m.order[0]))
	if len(s.Items) != 2 {
		t.Errorf("the story has %d carriers, want 2", len(s.Items))
	}
}

func TestSameAddressAcrossSourcesIsOneStory(t *testing.T) {
	a, b := row("a"), page("b")
	m, c := live(t, a, b)
	d := m.accept(c, listing(b, news.Entry{URL: "http://m.example/1.html", Title: "Announcement no. 1", Lang: "en"}))
	if len(d.Ruling.Stories) != 1 || d.Ruling.Stories[0].Story != news.StoryID(m.order[0]) {
		t.Errorf("an embassy's link to the ministry's page: %+v, want the ministry's story", d.Ruling.Stories)
	}
}

func TestDailyBulletinsStayApart(t *testing.T) {
	a, b := row("a"), row("b")
	m, c := live(t, a, b)
	one := news.Entry{ID: "1", URL: "https://m.example/b1", Title: "Daily bulletin", Digest: "same", Date: day("2026-11-20")}
	two := news.Entry{ID: "2", URL: "https://m.example/b2", Title: "Daily bulletin", Digest: "same", Date: day("2026-11-21")}
	far := news.Entry{ID: "3", URL: "https://b.example/b3", Title: "Daily bulletin", Digest: "same", Date: day("2026-11-02")}
	m.accept(c, listing(a, one, two))
	m.accept(c, listing(b, far))
	stories := map[news.StoryID]bool{}
	for _, i := range m.items {
		stories[i.Story] = true
	}
	if len(stories) != 4 { // and the release that made the feed live
		t.Errorf("%d stories, want 4: equal phrasing on other days must not merge", len(stories))
	}
}

func TestLateTextMergesIntoTheOlderStory(t *testing.T) {
	a, b := row("a"), page("b")
	m, c := live(t, a, b)
	listed := news.Entry{URL: "https://b.example/1", Title: "Announcement 1", Lang: "en", Date: entry(1, time.Hour).Date}
	id := m.accept(c, listing(b, listed)).Ruling.Items[0].Item
	young := m.items[id].Story
	full := entry(1, time.Hour)
	full.ID, full.URL = "", listed.URL
	d := m.accept(c, reading(b, news.TaskArticle, id, full))
	if len(d.Ruling.Alias) != 1 || d.Ruling.Alias[0].From != young || len(d.Ruling.Enter) != 0 {
		t.Fatalf("a reposted page: %+v, want an alias and no entry", d.Ruling)
	}
	old, _ := m.Story(news.StoryID(m.order[0]))
	if s, _ := m.Story(young); s.ID != old.ID || len(s.Items) != 2 {
		t.Errorf("the younger story resolves to %v with %d carriers, want %v with 2", s.ID, len(s.Items), old.ID)
	}
}

func TestMergeOfTwoPublishedStoriesLeavesOne(t *testing.T) {
	a, b := row("a"), page("b")
	m, c := live(t, a, b)
	listed := news.Entry{URL: "https://b.example/1", Title: "Announcement 1", Lang: "en", Date: entry(1, time.Hour).Date}
	id := m.accept(c, listing(b, listed)).Ruling.Items[0].Item
	m.rule(c.Decide(m, news.Task{Kind: news.TaskDecide, Source: b.Origin, Item: id})) // in without its text
	full := entry(1, time.Hour)
	full.ID, full.URL = "", listed.URL
	d := m.accept(c, reading(b, news.TaskArticle, id, full))
	if len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Why != "merged" {
		t.Errorf("two published stories became one: %+v, want the younger to leave", d.Ruling)
	}
}

func TestMergeKeepsAnEntryUnderItsID(t *testing.T) {
	a, b := row("a"), page("b")
	p := publication(a, b)
	p.Feeds[0].Sources = []string{"b"}
	c := curate(t, p)
	m := newMemory(t, start)
	m.accept(c, listing(a, entry(1, time.Hour)))
	listed := news.Entry{URL: "https://b.example/1", Title: "Announcement 1", Lang: "en", Date: entry(1, time.Hour).Date}
	id := m.accept(c, listing(b, listed)).Ruling.Items[0].Item
	m.rule(c.Fill(m))
	young := m.items[id].Story
	m.rule(c.Decide(m, news.Task{Kind: news.TaskDecide, Source: b.Origin, Item: id}))
	full := entry(1, time.Hour)
	full.ID, full.URL = "", listed.URL
	d := m.accept(c, reading(b, news.TaskArticle, id, full))
	if len(d.Ruling.Leave)+len(d.Ruling.Enter) != 0 {
		t.Errorf("the entry of b must stay as it is: %+v", d.Ruling)
	}
	full = saying(full, "changed")
	m.now = m.now.Add(2 * time.Hour)
	d = m.accept(c, reading(b, news.TaskLook, id, full))
	if len(d.Ruling.Updated) != 1 || d.Ruling.Updated[0].Story != young {
		t.Errorf("an edit of it: %+v, want `updated` of the entry under its own id", d.Ruling.Updated)
	}
}

func TestLeadIsTheBestRanked(t *testing.T) {
	a, b := page("a"), row("b")
	a.Rank = 10
	m, c := live(t, row("mer"), a, b)
	listed := news.Entry{URL: "https://m.example/9.html", Title: "Announcement 9", Lang: "en"}
	ida := m.accept(c, listing(a, listed)).Ruling.Items[0].Item
	d := m.accept(c, listing(b, entry(9, 0)))
	if len(d.Ruling.Enter) != 1 || d.Ruling.Enter[0].Lead == ida {
		t.Fatalf("entered %+v, want b to lead: a is not read yet", d.Ruling.Enter)
	}
	if got := d.Ruling.Enter[0].Link; got != "https://m.example/9.html" {
		t.Errorf("link %q, want the original", got)
	}
}

func TestRefold(t *testing.T) {
	src := row("mer")
	m, _ := live(t, src)
	p := publication(src)
	p.Feeds[0].Where = `has(title, "rail")`
	c := curate(t, p)
	d := m.rule(c.Refold(m))
	if len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Why != "rule" {
		t.Fatalf("a rule that nothing passes: %+v, want one to leave", d.Ruling)
	}
	m.now = m.now.Add(96 * time.Hour)
	d = m.rule(curate(t, publication(src)).Refold(m))
	if len(d.Ruling.Enter) != 1 || d.Ruling.Enter[0].As != news.AsHistory {
		t.Errorf("back without the rule: %+v, want history", d.Ruling.Enter)
	}
	d = m.rule(curate(t, publication(row("other"))).Refold(m))
	if len(d.Ruling.Leave) != 0 {
		t.Error("stories of a retired source stay")
	}
}

func TestLanguageAndWishes(t *testing.T) {
	src := row("mer")
	src.Include, src.Exclude = "(?i)china", "(?i)visa"
	p := publication(src)
	p.Feeds[0].Languages = []string{"en"}
	c := curate(t, p)
	m := newMemory(t, start)
	var entries []news.Entry
	for n, e := range []struct{ title, lang string }{
		{"China and Lanshan meet", "en"}, {"China visa notice", "en"}, {"Weather", "en"}, {"China 中国", "zh"},
	} {
		x := entry(n, 0)
		x.Title, x.Lang = e.title, e.lang
		entries = append(entries, x)
	}
	m.accept(c, listing(src, entries...))
	d := m.rule(c.Fill(m))
	if len(d.Ruling.Enter) != 1 || len(m.items) != 4 {
		t.Errorf("%d entered of %d recorded, want 1 of 4", len(d.Ruling.Enter), len(m.items))
	}
}

func TestWishesAreHeldAgainstTheText(t *testing.T) {
	src := page("moc")
	src.Include, src.Exclude = "(?i)export", "(?i)correction"
	m, c := live(t, row("mer"), src)
	for n, tt := range []struct {
		text  string
		enter int
	}{{"Of exports of timber.", 1}, {"Of the weather.", 0}, {"Of exports: a correction.", 0}} {
		e := entry(10+n, 0)
		e.ID, e.Digest, e.HTML = "", "", ""
		id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
		e.Digest, e.HTML = news.TextDigest(tt.text), "<p>"+tt.text+"</p>"
		d := m.accept(c, reading(src, news.TaskArticle, id, e))
		if len(d.Ruling.Enter) != tt.enter || m.items[id].State != news.Read {
			t.Errorf("%q: %d entered and the item is %s, want %d and read", tt.text, len(d.Ruling.Enter), m.items[id].State, tt.enter)
		}
	}
}

func TestNewBeginnings(t *testing.T) {
	src := row("mer")
	old := func(from, n int) []news.Entry {
		var out []news.Entry
		for k := range n {
			out = append(out, entry(from+k, 60*24*time.Hour+time.Duration(k)*time.Hour))
		}
		return out
	}
	for _, tt := range []struct {
		name    string
		prev    func(*news.FetchState)
		entries []news.Entry
		want    news.As
	}{
		{"after a redesign", func(s *news.FetchState) { s.Redesigned = true }, []news.Entry{entry(900, 20*24*time.Hour)}, news.AsHistory},
		{"ordinary, within max_age", func(*news.FetchState) {}, []news.Entry{entry(900, 20*24*time.Hour)}, news.AsNews},
		{"ordinary, beyond max_age", func(*news.FetchState) {}, []news.Entry{entry(900, 40*24*time.Hour)}, news.AsHistory},
		{"long silence, since then", func(s *news.FetchState) { s.LastGood = start.Add(-40 * 24 * time.Hour) }, []news.Entry{entry(900, 35*24*time.Hour)}, news.AsNews},
		{"long silence, before", func(s *news.FetchState) { s.LastGood = start.Add(-40 * 24 * time.Hour) }, []news.Entry{entry(900, 50*24*time.Hour)}, news.AsHistory},
		{"most unknown and old", func(*news.FetchState) {}, old(900, 12), news.AsHistory},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, c := live(t, src)
			s := m.polls["mer"+src.URLs[0]]
			tt.prev(&s)
			m.polls["mer"+src.URLs[0]] = s
			d := m.accept(c, listing(src, tt.entries...))
			for _, r := range d.Ruling.Items {
				if r.As != tt.want {
					t.Fatalf("enters as %s, want %s", r.As, tt.want)
				}
			}
		})
	}
}

func TestPending(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	e := entry(7, time.Hour)
	e.ID = ""
	id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
	if got := c.Pending(m, m.items[id]); len(got) != 2 || got[0].Kind != news.TaskArticle {
		t.Errorf("a listed item lost its tasks: %+v, want the article and its decision", got)
	}
	m.accept(c, reading(src, news.TaskArticle, id, e))
	if got := c.Pending(m, m.items[id]); len(got) != 1 || got[0].Kind != news.TaskLook {
		t.Errorf("a read item: %+v, want a look", got)
	}
	if got := c.Pending(m, m.items[m.order[0]]); len(got) != 0 {
		t.Errorf("an item that the feed carries whole: %+v, want nothing", got)
	}
}
