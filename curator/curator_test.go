package curator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var (
	start = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	china = "Asia/Shanghai"
)

// row is a source that gives its texts itself; page is one whose texts are on
// pages of their own.
func row(id string) news.Source {
	return news.Source{ID: id, Origin: news.Origin(id), Kind: news.KindFeed, Rank: 50, URLs: []string{"https://" + id + ".example/feed"},
		Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour), WaitForText: news.Duration(30 * time.Minute)}
}

func page(id string) news.Source {
	s := row(id)
	s.Kind = news.KindHTML
	return s
}

func publication(sources ...news.Source) news.Publication {
	f := news.Feed{ID: "all", Name: "all", Languages: []string{"all"}, Limit: 100, Fresh: news.Duration(48 * time.Hour), Link: news.LinkOriginal}
	for _, s := range sources {
		f.Sources = append(f.Sources, s.ID)
	}
	return news.Publication{Sources: sources, Feeds: []news.Feed{f}}
}

func curate(t *testing.T, p news.Publication) *Curator {
	t.Helper()
	c, err := New(p, 0)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// entry is a release as a feed has it: n numbers it, age is how long before
// start it is dated.
func entry(n int, age time.Duration) news.Entry {
	text := fmt.Sprintf("Release %d: the ministry announces measure number %d for the province.", n, n)
	return news.Entry{ID: fmt.Sprintf("id-%d", n), URL: fmt.Sprintf("https://m.example/%d.html", n),
		Title: fmt.Sprintf("Announcement %d", n), Lang: "en", Digest: news.TextDigest(text), HTML: "<p>" + text + "</p>",
		Date: news.Date{Precision: news.Minute, Zone: china, Time: start.Add(-age), Origin: news.FromFeed}}
}

func listing(s news.Source, entries ...news.Entry) news.Batch {
	return news.Batch{Source: s.Origin, Kind: news.TaskListing, URL: s.URLs[0], Reader: "r1", Condition: news.OK, Entries: entries}
}

// reading is the page of an item.
func reading(s news.Source, kind news.TaskKind, id news.ItemID, e news.Entry) news.Batch {
	return news.Batch{Source: s.Origin, Kind: kind, Item: id, URL: e.URL, Reader: "r1", Condition: news.OK, Entries: []news.Entry{e}}
}

func classes(d news.Decision) string {
	var out []string
	for _, r := range d.Ruling.Items {
		out = append(out, string(r.Class))
	}
	return strings.Join(out, " ")
}

// live is a record with a feed that has its first contents already.
func live(t *testing.T, sources ...news.Source) (*memory, *Curator) {
	t.Helper()
	c := curate(t, publication(sources...))
	m := newMemory(t, start)
	m.accept(c, listing(sources[0], entry(1, time.Hour)))
	m.rule(c.Fill(m))
	if m.feeds["all"].Filled == 0 {
		t.Fatal("the feed was not filled")
	}
	m.now = m.now.Add(time.Hour)
	return m, c
}

func TestSecondListingSaysNothing(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	d := m.accept(c, listing(src, entry(1, time.Hour)))
	if !d.Ruling.Empty() || len(d.Keep)+len(d.Tasks) > 0 {
		t.Errorf("an unchanged listing decided %+v", d)
	}
}

func TestNewsEntersOnce(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	d := m.accept(c, listing(src, entry(2, 0), entry(1, time.Hour)))
	if len(d.Ruling.Enter) != 1 || d.Ruling.Enter[0].As != news.AsNews || d.Ruling.Enter[0].Seq != 2 {
		t.Errorf("entered %+v, want one story as news with number 2", d.Ruling.Enter)
	}
	if len(d.Keep) != 1 || d.Keep[0] != 0 {
		t.Errorf("kept entries %v, want the new one alone", d.Keep)
	}
}

func TestFirstListing(t *testing.T) {
	src := row("mer")
	m, c := live(t, src, row("new"))
	var entries []news.Entry
	for n := range 40 {
		e := entry(100+n, time.Duration(n)*time.Hour)
		e.URL += "?new"
		entries = append(entries, e)
	}
	d := m.accept(c, listing(*c.sources["new"].Source, entries...))
	as := map[news.As]int{}
	for _, e := range d.Ruling.Enter {
		as[e.As]++
	}
	if as[news.AsNews] != firstFresh || as[news.AsHistory] != 40-firstFresh {
		t.Errorf("a first listing of 40 fresh entries entered as %v, want %d as news", as, firstFresh)
	}
}

func TestThirteenthSourceBringsOnlyFreshEntries(t *testing.T) {
	var rows []news.Source
	for n := range 13 {
		rows = append(rows, row(fmt.Sprintf("m%d", n)))
	}
	m, c := live(t, rows...)
	var entries []news.Entry
	for n := range 30 {
		e := entry(200+n, time.Duration(n)*24*time.Hour)
		entries = append(entries, e)
	}
	d := m.accept(c, listing(rows[12], entries...))
	var fresh int
	for _, e := range d.Ruling.Enter {
		if e.As == news.AsNews {
			fresh++
		}
	}
	if fresh != 2 { // today's and yesterday's
		t.Errorf("%d entries appear as new, want the 2 of the last 48 h", fresh)
	}
}

func TestFillTakesTheNewest(t *testing.T) {
	a, b := row("a"), row("b")
	p := publication(a, b)
	p.Feeds[0].Limit = 5
	c := curate(t, p)
	m := newMemory(t, start)
	for s, src := range []news.Source{a, b} {
		var entries []news.Entry
		for n := range 10 {
			entries = append(entries, entry(s*100+n, time.Duration(100+2*n+s)*24*time.Hour))
		}
		m.accept(c, listing(src, entries...))
	}
	d := m.rule(c.Fill(m))
	var got []time.Time
	for _, e := range d.Ruling.Enter {
		if e.As == news.AsNews {
			got = append(got, e.Published)
		}
	}
	if len(got) != 5 || !slices.IsSortedFunc(got, time.Time.Compare) || got[4] != start.Add(-100*24*time.Hour) {
		t.Errorf("filled with %v, want the five newest of both, oldest first", got)
	}
	if again := c.Fill(m); !again.Ruling.Empty() {
		t.Error("a feed is filled once")
	}
}

func TestArticleWay(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	e := entry(7, time.Hour)
	e.ID, e.Digest, e.HTML = "", "", ""
	d := m.accept(c, listing(src, e))
	if len(d.Ruling.Enter) != 0 {
		t.Fatal("a story entered before its text was read")
	}
	id := d.Ruling.Items[0].Item
	article, ok := m.tasks["article "+id.String()]
	if !ok || article.URL != e.URL {
		t.Fatalf("no task for the article: %v", m.tasks)
	}
	full := entry(7, time.Hour)
	full.ID = ""
	d = m.accept(c, reading(src, news.TaskArticle, id, full))
	if classes(d) != "fill" || len(d.Ruling.Enter) != 1 {
		t.Errorf("the article gave %q and entered %d stories, want fill and 1", classes(d), len(d.Ruling.Enter))
	}
	if m.items[id].State != news.Read {
		t.Errorf("the item is %s, want read", m.items[id].State)
	}
	if look := m.tasks["look "+id.String()]; look.Due != m.now.Add(time.Hour) {
		t.Errorf("first look at %v, want an hour after the first sight", look.Due)
	}
}

func TestTextThatDoesNotComeIsWaitedFor(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	e := entry(7, time.Hour)
	e.ID, e.Digest, e.HTML = "", "", ""
	id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
	failed := reading(src, news.TaskArticle, id, e)
	failed.Entries, failed.Problem = nil, &news.Problem{Class: news.ClassTimeout}
	failed.State.Failures = 1
	m.accept(c, failed)
	if retry := m.tasks["article "+id.String()]; retry.Due != m.now.Add(time.Minute) {
		t.Errorf("asked again at %v, want after a minute", retry.Due)
	}
	wait := m.tasks["decide "+id.String()]
	if wait.Due != m.now.Add(30*time.Minute) {
		t.Errorf("published without text at %v, want 30 minutes after the first attempt", wait.Due)
	}
	m.now = wait.Due
	d := m.rule(c.Decide(m, wait))
	if len(d.Ruling.Enter) != 1 || m.items[id].State != news.Unreadable {
		t.Errorf("entered %d stories, item %s; want 1, unreadable", len(d.Ruling.Enter), m.items[id].State)
	}
	full := entry(7, time.Hour)
	full.ID = ""
	d = m.accept(c, reading(src, news.TaskArticle, id, full))
	if classes(d) != "fill" || len(d.Ruling.Updated)+len(d.Ruling.Enter) != 0 {
		t.Errorf("a late text must be silent: %q, %+v", classes(d), d.Ruling)
	}
}

func TestEditMovesUpdatedOnceAnHour(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	edit := func(n int) news.Decision {
		return m.accept(c, listing(src, saying(entry(1, time.Hour), fmt.Sprint("changed", n))))
	}
	if d := edit(1); classes(d) != "edit" || len(d.Ruling.Updated) != 1 {
		t.Fatalf("first edit: %q, updated %v", classes(d), d.Ruling.Updated)
	}
	m.now = m.now.Add(10 * time.Minute)
	d := edit(2)
	if classes(d) != "edit" || len(d.Ruling.Updated) != 0 || len(d.Tasks) != 1 {
		t.Fatalf("second edit within the hour: %q, updated %v, tasks %v", classes(d), d.Ruling.Updated, d.Tasks)
	}
	m.now = d.Tasks[0].Due
	if d := m.rule(c.Decide(m, d.Tasks[0])); len(d.Ruling.Updated) != 1 {
		t.Error("the deferred update did not come")
	}
	if d := m.rule(c.Decide(m, d.Tasks[0])); len(d.Ruling.Updated) != 0 {
		t.Error("the deferred update came twice")
	}
}

func TestAnotherReaderIsNoEdit(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	var ids []news.ItemID
	var entries []news.Entry
	for n := range 100 {
		e := entry(300+n, time.Hour)
		e.ID = ""
		entries = append(entries, e)
	}
	for _, r := range m.accept(c, listing(src, entries...)).Ruling.Items {
		ids = append(ids, r.Item)
	}
	for n, id := range ids {
		m.accept(c, reading(src, news.TaskArticle, id, entries[n]))
	}
	before := fmt.Sprint(m.members)
	for n, id := range ids {
		e := entries[n]
		e.Title, e.Digest, e.HTML = "Home > News > "+e.Title, news.TextDigest(e.HTML+"print"), e.HTML+"<p>print</p>"
		b := reading(src, news.TaskLook, id, e)
		b.Reader = "r2"
		if d := m.accept(c, b); classes(d) != "reread" {
			t.Fatalf("another reader's text is %q, want reread", classes(d))
		}
		if m.items[id].Shown.Title != entries[n].Title {
			t.Fatal("a reread text is shown")
		}
	}
	if after := fmt.Sprint(m.members); after != before {
		t.Error("changed selectors changed entries")
	}
}

func TestLookFindsEditAbsenceAndReturn(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	e := entry(7, time.Hour)
	e.ID = ""
	id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
	m.accept(c, reading(src, news.TaskArticle, id, e))
	gone := reading(src, news.TaskLook, id, e)
	gone.Entries, gone.Problem, gone.Status = nil, &news.Problem{Class: news.ClassStatus}, 404
	for n := 1; n <= 2; n++ {
		if d := m.accept(c, gone); len(d.Ruling.Removal) != 1 || d.Ruling.Removal[0].Looks != n {
			t.Fatalf("look %d that finds nothing: %+v", n, d.Ruling.Removal)
		}
	}
	gone.Status = 503
	if d := m.accept(c, gone); len(d.Ruling.Removal) != 1 || d.Ruling.Removal[0].Saw != news.SawOutage || d.Ruling.Removal[0].Looks != 2 {
		t.Errorf("an outage says something of a page: %+v", d.Ruling.Removal)
	}
	d := m.accept(c, reading(src, news.TaskLook, id, saying(e, "changed")))
	if classes(d) != "edit" || len(d.Ruling.Removal) != 1 || d.Ruling.Removal[0].State != news.Present {
		t.Errorf("a page that is back, changed: %q, %+v", classes(d), d.Ruling.Removal)
	}
}

func TestListingsNewWordsAreAReasonToLook(t *testing.T) {
	src := page("moc")
	m, c := live(t, row("mer"), src)
	e := entry(7, time.Hour)
	e.ID, e.Digest, e.HTML = "", "", ""
	id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
	full := entry(7, time.Hour)
	full.ID = ""
	m.accept(c, reading(src, news.TaskArticle, id, full))
	e.Title = "Announcement 7 (corrected)"
	d := m.accept(c, listing(src, e))
	if classes(d) != "reread" || len(d.Tasks) != 1 || d.Tasks[0].Kind != news.TaskLook || d.Tasks[0].Due != m.now {
		t.Errorf("a changed list title: %q, tasks %+v; want reread and a look now", classes(d), d.Tasks)
	}
	if d := m.accept(c, listing(src, e)); len(d.Keep) != 0 {
		t.Error("the same list title was recorded twice")
	}
}

func TestRetiredSourceDecidesNothing(t *testing.T) {
	m, c := live(t, row("mer"))
	if d := c.Accept(m, listing(row("other"), entry(1, 0))); len(d.Keep) != 0 || !d.Ruling.Empty() {
		t.Error("a batch of a source that is not configured was ruled on")
	}
}

func TestWhereTextsAreTakenFrom(t *testing.T) {
	for _, tt := range []struct {
		row  news.Source
		read news.Kind
		want news.BodyFrom
	}{
		{news.Source{Kind: news.KindFeed}, "", news.BodyFeed}, {news.Source{Kind: news.KindHTML}, "", news.BodyPage}, {news.Source{Kind: news.KindAuto}, "", news.BodyFeed},
		{news.Source{Kind: news.KindAuto}, news.KindFeed, news.BodyFeed}, {news.Source{Kind: news.KindAuto}, news.KindHTML, news.BodyPage},
		{news.Source{Kind: news.KindAuto, List: news.List{LinkMatch: "x"}}, "", news.BodyPage}, {news.Source{Kind: news.KindFeed, Body: news.BodyPage}, "", news.BodyPage},
		{news.Source{Kind: news.KindHTML, Body: news.BodyNone}, news.KindHTML, news.BodyNone},
	} {
		if got := tt.row.TextFrom(tt.read); got != tt.want {
			t.Errorf("%+v read as %s: %s, want %s", tt.row, tt.read, got, tt.want)
		}
	}
}
