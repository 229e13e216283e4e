package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// visit polls a site once whose rows are changed before, at a moment that is
// later than now by so much, and says what became of the one source.
func (s *siteFile) visit(later time.Duration, change func(*news.Source)) *polled {
	s.t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range cfg.Sources {
		change(&cfg.Sources[n])
	}
	h, err := open(context.Background(), cfg, settings{log: quiet})
	if err != nil {
		s.t.Fatal(err)
	}
	defer h.close()
	h.flow.now = func() time.Time { return time.Now().Add(later) }
	r := &round{results: make(map[string]*polled)}
	if err := h.pollOnce(&terminal{context.Background(), io.Discard, io.Discard, ""}, nil, r.observe); err != nil {
		s.t.Fatal(err)
	}
	for _, p := range r.results {
		return p
	}
	s.t.Fatal("nothing was polled")
	return nil
}

// items are all that the record has, as lines "address title state".
func (s *siteFile) items() []string {
	s.t.Helper()
	h := s.open()
	defer h.close()
	var out []string
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for _, src := range h.rows {
			for i := range l.Items(src.Origin, time.Time{}) {
				_, html, err := l.Texts(i.ShownPos(), i.Shown)
				if err != nil {
					return err
				}
				out = append(out, fmt.Sprintf("%s %s %s %s", i.Shown.URL, i.Shown.Title, i.State, html))
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// pageRow is a row of a page whose articles stand in #b.
func pageRow(url, list string) string {
	return fmt.Sprintf("  - {id: b, url: \"%s\", kind: html, language: en, rights: open, list: {item: [%s]}, article: {body: [\"#b\"]}}\n", url, list)
}

func body(title, text string) string {
	return fmt.Sprintf(`<h1>%s</h1><div id="b"><p>%s</p></div>`, title, text)
}

func TestListingsThatAreJSON(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	var rows []string
	for n := range 5 {
		rows = append(rows, fmt.Sprintf(`{"docId":%d,"docTitle":"<em>Notice</em> number %d &amp; annex","publishDate":%d}`, 9007199254740993+n, n, time.Now().Add(-time.Duration(n)*time.Hour).UnixMilli()))
		o.set(fmt.Sprintf("/doc/%d.html", 9007199254740993+n), body(fmt.Sprintf("Notice number %d & annex", n), "What the notice says."))
	}
	rows = append(rows, `{"docTitle":"A notice without a number"}`)
	o.set("/list.jsonp", `china({"data":{"rows":[`+strings.Join(rows, ",")+`]}});`)
	s.write(pageRow(o.URL+"/list.jsonp", "li"), allFeed)
	s.create()
	asJSON := func(src *news.Source) {
		src.Kind, src.List = news.KindAuto, news.List{}
		src.JSON = news.JSON{Items: "data.rows", Title: "docTitle", Date: "publishDate", LinkTemplate: o.URL + "/doc/{docId}.html"}
	}
	p := s.visit(0, asJSON)
	if p.State != news.OK || p.New != 5 || p.texts != 5 || !slices.Contains(p.Warnings, "1 of 6 items have no link") {
		t.Fatalf("the first poll: %+v", p)
	}
	if members := s.members("all"); len(members) != 5 {
		t.Errorf("%d entries, want 5", len(members))
	}
	if got := s.items()[0]; !strings.Contains(got, "/doc/9007199254740993.html Notice number 0 & annex read") {
		t.Errorf("the first item is %q", got)
	}
	before := tip(s)
	s.visit(0, asJSON)
	if after := tip(s); after.Pos > before.Pos+2 { // the file's row and the changed one are two configurations
		t.Errorf("the tip moved from %d to %d though nothing is new", before.Pos, after.Pos)
	}
	o.set("/list.jsonp", `china({"result":{"list":[{"docId":1}]}})`)
	if p = s.visit(0, asJSON); p.State != news.Redesigned || p.Class != news.ClassSelectorEmpty || !strings.Contains(p.Error, "items: result.list") {
		t.Errorf("a list that moved: %+v", p)
	}
	o.set("/list.jsonp", "<!doctype html><html><title>Login</title><body>")
	if p = s.visit(0, func(src *news.Source) { asJSON(src); src.Kind = news.KindJSON }); p.State != news.HTMLInstead || p.Class != news.ClassNotAFeed {
		t.Errorf("a login page: %+v", p)
	}
	if members := s.members("all"); len(members) != 5 {
		t.Errorf("an error left %d entries of 5", len(members))
	}
}

func TestListingsOfADay(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	noon := time.FixedZone("", (12-time.Now().UTC().Hour())*3600) // where the day changes while this runs nowhere near
	zone := time.Now().In(noon).Format("-07:00")
	path := func(daysAgo int) string {
		return "/" + time.Now().In(noon).AddDate(0, 0, -daysAgo).Format("2006-01/02") + "/"
	}
	o.set(path(1)+"node.html", `<li><a href="c1.html">Yesterday's leading article</a></li>`)
	o.set(path(1)+"c1.html", body("Yesterday's leading article", "Its text."))
	s.write(pageRow(o.URL+"/list.html", "li"), allFeed)
	s.create()
	daily := func(src *news.Source) {
		src.URLs, src.Timezone = []string{o.URL + "/{2006-01}/{02}/node.html"}, zone
	}
	p := s.visit(0, daily)
	if p.State != news.OK || p.New != 1 || p.texts != 1 || o.asked[path(0)+"node.html"] != 1 {
		t.Fatalf("before today's is out: %+v, today's was asked for %d times", p, o.asked[path(0)+"node.html"])
	}
	o.set(path(0)+"node.html", `<li><a href="c1.html">Today's leading article</a></li>`)
	o.set(path(0)+"c1.html", body("Today's leading article", "Its text."))
	if p = s.visit(0, daily); p.State != news.OK || p.New != 1 {
		t.Errorf("when it is out: %+v", p)
	}
	if items := s.items(); len(items) != 2 {
		t.Errorf("items %q, want two of two days", items)
	}
	h := s.open()
	defer h.close()
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		state, ok := l.Poll("b", o.URL+"/{2006-01}/{02}/node.html")
		if !ok || state.FinalURL != o.URL+path(0)+"node.html" || state.Failures != 0 {
			t.Errorf("the state under the template: %+v", state)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestArticlesOfSeveralPages(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/list.html", `<ul><li><a href="/c.html">The spokesperson's press conference</a></li></ul>`)
	links := `<a href="c_2.html">2</a><a href="c_3.html">3</a>`
	for n, path := range []string{"/c.html", "/c_2.html"} {
		o.set(path, body("The spokesperson's press conference", fmt.Sprintf("Answer %d.", n+1))+links)
	}
	s.write(pageRow(o.URL+"/list.html", "li"), allFeed)
	s.create()
	same := func(*news.Source) {}
	p := s.visit(0, same)
	if p.missing != 1 || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "page 3 of the article, "+o.URL+"/c_3.html") {
		t.Fatalf("while a page is missing: %+v", p)
	}
	if items := s.items(); len(items) != 1 || strings.Contains(items[0], "Answer") {
		t.Errorf("half a text was recorded: %q", items)
	}
	o.set("/c_3.html", body("The spokesperson's press conference", "Answer 3.")+links)
	if p = s.visit(5*time.Minute, same); p.texts != 1 || p.missing != 0 {
		t.Errorf("when all pages are there: %+v", p)
	}
	if got := s.items()[0]; strings.Count(got, "Answer") != 3 || strings.Index(got, "Answer 2.") > strings.Index(got, "Answer 3.") {
		t.Errorf("the whole text is %q", got)
	}
}

func TestBulletinsAtOneAddress(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	s.write(pageRow(o.URL+"/list.html", "li"), allFeed)
	s.create()
	bulletins := func(src *news.Source) { src.Versions = news.VersionsItems }
	for day := range 3 {
		title := fmt.Sprintf("Flood bulletin number %d", day)
		o.set("/list.html", `<li><a href="/bulletin.html">`+title+`</a></li>`)
		o.set("/bulletin.html", body(title, fmt.Sprintf("The rivers stand at %d metres.", day)))
		for again := range 2 {
			if p := s.visit(0, bulletins); p.New != 1-again || p.texts != 1-again {
				t.Errorf("day %d, poll %d: %+v", day, again+1, p)
			}
		}
	}
	for n, item := range s.items() {
		if !strings.Contains(item, fmt.Sprintf("number %d read", n)) || !strings.Contains(item, fmt.Sprintf("at %d metres", n)) {
			t.Errorf("bulletin %d is %q", n, item)
		}
	}
	if out, _ := s.do(0, "rebuild"); !strings.Contains(out, "as the record has it") {
		t.Errorf("rebuild says %q", out)
	}
}

// goesOn is a listing of 10 releases a page, from the newest, all of this day.
func goesOn(o *origin, newest int) {
	today := time.Now().In(news.Location("Asia/Shanghai")).Format(time.DateOnly)
	for page := range 4 {
		var b strings.Builder
		for k := range 10 {
			n := newest - page*10 - k
			fmt.Fprintf(&b, "<li><a href=\"/p%d.html\">Release number %d of the ministry</a> %s</li>", n, n, today)
			o.set(fmt.Sprintf("/p%d.html", n), body(fmt.Sprintf("Release number %d of the ministry", n), fmt.Sprintf("What was said in release %d.", n)))
		}
		name := "/list/"
		if page > 0 {
			name = fmt.Sprintf("/list/index_%d.html", page)
		}
		o.set(name, b.String())
	}
}

func TestListingsThatGoOn(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	row := strings.Replace(pageRow(o.URL+"/list/", "li"), "kind:", `pages: {pattern: "index_{n}.html", first: 1, max: 2}, kind:`, 1)
	goesOn(o, 100)
	s.write(row, allFeed)
	s.create()
	same := func(*news.Source) {}
	p := s.visit(0, same)
	if p.State != news.OK || p.Items != 30 || p.New != 30 || p.Unchanged != 0 || p.texts != 30 {
		t.Fatalf("the baseline: %+v", p)
	}
	if o.asked["/list/index_3.html"] != 0 {
		t.Error("a page beyond max was asked for")
	}
	before := tip(s)
	if p = s.visit(0, same); p.Items != 10 || p.New != 0 || o.asked["/list/index_1.html"] != 1 {
		t.Errorf("nothing new: %+v; page 2 was asked for %d times, want once", p, o.asked["/list/index_1.html"])
	}
	if after := tip(s); after != before {
		t.Errorf("the tip moved from %d to %d", before.Pos, after.Pos)
	}
	entered := len(s.members("all"))
	goesOn(o, 115) // 15 new ones: page 2 holds five, and page 3 none
	if p = s.visit(0, same); p.New != 15 || o.asked["/list/index_1.html"] != 2 || o.asked["/list/index_2.html"] != 1 {
		t.Errorf("after a time away: %+v; pages were asked for %d and %d times", p, o.asked["/list/index_1.html"], o.asked["/list/index_2.html"])
	}
	if added := len(s.members("all")) - entered; added != 15 {
		t.Errorf("%d entries appear as new, want the 15 of both pages", added)
	}
	polls, tasks := 0, 0
	h := s.open()
	defer h.close()
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for _, address := range []string{"/list/", "/list/index_1.html", "/list/index_2.html"} {
			if _, ok := l.Poll("b", o.URL+address); ok {
				polls++
			}
		}
		for task := range l.Tasks() {
			if task.Page.Further() {
				tasks++
			}
		}
		return nil
	})
	if err != nil || polls != 1 || tasks != 0 {
		t.Errorf("%d poll states and %d page tasks are left, want 1 and 0 (%v)", polls, tasks, err)
	}
}

// A page that is not there is the end, and no failure of the source.
func TestAListingThatEnds(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	goesOn(o, 100)
	o.mu.Lock()
	delete(o.docs, "/list/index_2.html")
	o.mu.Unlock()
	s.write(strings.Replace(pageRow(o.URL+"/list/", "li"), "kind:", `pages: {pattern: "index_{n}.html", first: 1, max: 9}, kind:`, 1), allFeed)
	s.create()
	p := s.visit(0, func(*news.Source) {})
	if p.State != news.OK || p.Class != "" || p.Status != 200 || p.Items != 20 || len(p.Warnings) != 0 {
		t.Errorf("a list of two pages: %+v", p)
	}
	if members := s.members("all"); len(members) != 20 {
		t.Errorf("%d entries, want what the first contents of a feed take", len(members))
	}
}

// A row of a site family needs an address and nothing else: the answer says
// that it is a page of links, and the texts are those of their pages.
func TestARowOfAFamilyNeedsNothingElse(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	list, article := readFile(t, "../../config/profiles/trs/list.html"), readFile(t, "../../config/profiles/trs/article.html")
	o.set("/xwdt/", list)
	for _, name := range regexp.MustCompile(`\./(2026\d\d/t\d+_\d+\.html)`).FindAllStringSubmatch(list, -1) {
		o.set("/xwdt/"+name[1], article)
	}
	s.write(fmt.Sprintf("  - {id: office, url: \"%s/xwdt/\"}\n", o.URL), allFeed)
	s.create()
	s.do(0, "poll")
	items := s.items()
	if len(items) < 3 {
		t.Fatalf("items: %q", items)
	}
	for _, i := range items {
		if !strings.Contains(i, " "+string(news.Read)+" <") {
			t.Errorf("an item without a text: %.200s", i)
		}
	}
	s.do(0, "poll")
	if again := s.items(); !slices.Equal(items, again) {
		t.Errorf("polled again:\n%q\nbefore\n%q", again, items)
	}
}

// When a page of links takes the place of a feed that had texts, these stay.
func TestAPageInPlaceOfAFeedBlanksNothing(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a", `<rss version="2.0"><channel><title>t</title><item><title>The lake opens</title><link>/1.html</link><description>&lt;p&gt;Boats go out at noon.&lt;/p&gt;</description></item></channel></rss>`)
	s.write(fmt.Sprintf("  - {id: lake, url: \"%s/a\", list: {item: [li]}, article: {body: [div]}}\n", o.URL), allFeed)
	s.create()
	s.do(0, "poll")
	before := s.items()
	o.set("/a", `<ul><li><a href="/1.html">The lake opens</a> 2026-11-20</li></ul>`)
	s.do(0, "poll")
	if after := s.items(); !slices.Equal(before, after) || !strings.Contains(before[0], "Boats") {
		t.Errorf("%q\nbefore %q", after, before)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
