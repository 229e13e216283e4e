package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

func TestCorrectedNumberIsAnEdit(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	doc := strings.Replace(rssOf("A", 0, 3), "Text of release 1", "Growth of 6.1 percent to $5 billion", 1)
	o.set("/feed.xml", doc)
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	o.set("/feed.xml", strings.Replace(doc, "6.1 percent", "61 percent", 1))
	if out, _ := s.do(0, "poll"); !strings.Contains(out, "0 new, 1 edited") {
		t.Errorf("poll says %s", out)
	}
	if out, _ := s.do(0, "export"); !strings.Contains(out, "61 percent") {
		t.Errorf("the corrected text is not kept: %s", out)
	}
}

// Several listings of one new source have one allowance of news.
func TestNewSourceOfManyListings(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/old.xml", rssOf("Old", 0, 3))
	s.write(feedRow("old", o.URL+"/old.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	before := len(s.members("all"))
	var urls []string
	for n := range 3 {
		o.set(fmt.Sprintf("/%d.xml", n), strings.ReplaceAll(rssOf(fmt.Sprint("N", n), 0, 15), "<link>/", fmt.Sprintf("<link>/%d/", n)))
		urls = append(urls, fmt.Sprintf("%q", fmt.Sprintf("%s/%d.xml", o.URL, n)))
	}
	row := "  - {id: many, urls: [" + strings.Join(urls, ", ") + "], kind: feed, language: en, rights: government}\n"
	s.write(feedRow("old", o.URL+"/old.xml")+row, allFeed)
	s.do(0, "poll")
	if entered := len(s.members("all")) - before; entered != 20 {
		t.Errorf("a new source of three listings brought %d as news, want 20", entered)
	}
}

func TestPausedSourceIsNotAsked(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/list.html", `<ul><li><a href="/x.html">A release with a name</a> 2026-11-20</li></ul>`)
	row := fmt.Sprintf("  - {id: b, url: \"%s/list.html\", kind: html, language: en, list: {item: [li]}}\n", o.URL)
	s.write(row, allFeed)
	s.create()
	s.do(0, "poll") // the article is not there and will be asked for again
	o.asked = map[string]int{}
	s.write(strings.Replace(row, "id: b,", "id: b, paused: true,", 1), allFeed)
	h := s.open()
	h.flow.now = func() time.Time { return time.Now().Add(3 * time.Hour) }
	h.flow.idle = func() bool { return h.flow.table.idle(h.flow.now()) }
	if err := h.flow.load(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	if err := h.flow.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.close()
	if len(o.asked) > 0 {
		t.Errorf("a paused source was asked for %v", o.asked)
	}
	if out, _ := s.do(0, "poll", "b"); !strings.Contains(out, "b: paused") {
		t.Errorf("poll of a paused source says %q", out)
	}
}

// What a source did wrong at its last reading is said for as long as it does.
func TestWarningsStand(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", strings.TrimSuffix(rssOf("A", 0, 3), "</channel></rss>"))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	first, _ := s.do(0, "poll")
	_, warned, _ := strings.Cut(first, "\n")
	if again, _ := s.do(0, "poll"); strings.TrimSpace(warned) == "" || !strings.Contains(again, strings.TrimSpace(warned)) {
		t.Errorf("the second poll says %q, the first said %q", again, first)
	}
}

// A page that was redesigned is a new beginning, whatever else failed since.
func TestRedesignIsRemembered(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	row := fmt.Sprintf("  - {id: b, url: \"%s/list.html\", kind: html, language: en, body: none, list: {item: [li]}}\n", o.URL)
	items := func(from, n int) (doc string) {
		for k := range n {
			doc += fmt.Sprintf(`<li><a href="/%d.html">Release %d of the office</a> %s</li>`, from+k, from+k, time.Now().AddDate(0, 0, -7).Format(time.DateOnly))
		}
		return doc
	}
	o.set("/list.html", items(0, 5))
	s.write(row, allFeed)
	s.create()
	s.do(0, "poll")
	before := len(s.members("all"))
	o.set("/list.html", "<p>Under construction.</p>")
	s.do(1, "poll")
	delete(o.docs, "/list.html")
	s.do(1, "poll")
	o.set("/list.html", items(100, 9))
	s.do(0, "poll")
	if n := len(s.members("all")); n != before {
		t.Errorf("%d old entries came as news after a redesign", n-before)
	}
}

func TestFormerFeeds(t *testing.T) {
	bound := news.Bindings{Feeds: map[news.FeedName][]string{"f": {"f", "g"}, "gone": {"gone"}, "old": {"old", "taken"}, "h": {"h", "f2"}}}
	feeds := []news.Feed{{ID: "g", Name: "f"}, {ID: "taken", Name: "taken~2"}, {ID: "new", Name: "h", Was: []string{"f2"}}}
	h := moved("", former(bound, feeds), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for _, tt := range []struct {
		path, to string
		status   int
	}{
		{"/feeds/f.atom", "/feeds/g.atom", 301}, {"/feeds/f/", "/feeds/g/", 301}, {"/feeds/f2.rss", "/feeds/new.rss", 301},
		{"/feeds/f/archive/12-345.atom", "/feeds/g/archive/12-345.atom", 301}, {"/feeds/f/edits.json", "/feeds/g/edits.json", 301}, {"/feeds/f/removals/", "/feeds/g/removals/", 301}, {"/feeds/f/2026/11/23/", "/feeds/g/2026/11/23/", 301},
		{"/feeds/f/?page=2", "/feeds/g/?page=2", 301}, {"/feeds/f", "/feeds/g", 301}, {"/feeds/f/page/2/", "/feeds/g/page/2/", 301}, {"/feeds/f.atom?x=%0d%0aA:b", "/feeds/g.atom?x=%0d%0aA:b", 301}, {"/feeds/f/%0d%0aA:b", "/feeds/g/%0d%0aA:b", 301},
		{"/feeds/f//evil.example", "/feeds/g/evil.example", 301}, {"/feeds/f/..//..//evil.example", "/evil.example", 301},
		{"/feeds/gone/archive/1-2.atom", "", 410}, {"/feeds/gone.json", "", 410}, {"/feeds/old/", "", 410},
		{"/feeds/g.atom", "", 418}, {"/feeds/taken.atom", "", 418}, {"/feeds/never.atom", "", 418}, {"/", "", 418}, {"/feeds/", "", 418},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", tt.path, nil))
		if w.Code != tt.status || w.Header().Get("Location") != tt.to {
			t.Errorf("%s: %d to %q, want %d to %q", tt.path, w.Code, w.Header().Get("Location"), tt.status, tt.to)
		}
	}
}

// A text that another source brings later joins the story and leaves what
// subscribers have as it is.
func TestLateCarrierChangesNoEntry(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	row := func(id string) string {
		o.set("/"+id+".html", fmt.Sprintf(`<li><a href="/%s-1.html">Ministers open the rail link</a> %s</li>`, id, time.Now().UTC().Format(time.DateOnly)))
		return fmt.Sprintf("  - {id: %s, url: \"%s/%s.html\", kind: html, language: en, rights: government, publisher: Office %s, list: {item: [li]}, article: {body: [\"#b\"]}}\n", id, o.URL, id, id)
	}
	page := `<h1>Ministers open the rail link</h1><div id="b"><p>The rail link was opened today by both ministers.</p></div>`
	rows := row("a") + row("b")
	o.set("/a-1.html", page)
	s.write(rows, allFeed)
	s.create()
	s.do(0, "poll")
	before := s.documents()
	o.set("/b-1.html", page)
	h := s.open()
	for task := range tasksOf(t, h) {
		if task.Kind == news.TaskArticle {
			task.Due = time.Now()
			h.flow.table.put(task)
		}
	}
	h.flow.idle = func() bool { return h.flow.table.idle(h.flow.now().Add(-time.Hour)) }
	if err := h.flow.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var merged int
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for st := range l.Stories() {
			merged = max(merged, len(st.Items))
		}
		return nil
	})
	if err != nil || merged != 2 {
		t.Fatalf("the carrier did not join the story: %d items, %v", merged, err)
	}
	h.close()
	if !mapsEqual(before, s.documents()) {
		t.Error("a carrier that came later changed documents")
	}
}
