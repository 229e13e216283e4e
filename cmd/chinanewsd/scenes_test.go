package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

var quiet = slog.New(slog.DiscardHandler)

func feedRow(id, url string) string {
	return fmt.Sprintf("  - {id: %s, url: \"%s\", kind: feed, language: en, rights: government, publisher: Ministry}\n", id, url)
}

// A poll that takes longer than an interval asks nothing twice.
func TestPollAsksOnce(t *testing.T) {
	var often atomic.Int32
	o := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/often.xml" {
			often.Add(1)
		}
		for waited := 0; r.URL.Path == "/slow.xml" && often.Load() < 2 && waited < 500; waited++ {
			time.Sleep(time.Millisecond)
		}
		fmt.Fprint(w, rssOf("A", 0, 5))
	}))
	defer o.Close()
	s := newSite(t)
	s.write(strings.Replace(feedRow("often", o.URL+"/often.xml"), "}", ", interval: 1ms, min_interval: 1ms}", 1)+feedRow("slow", o.URL+"/slow.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	if n := often.Load(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

func TestPollPublishesOnce(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("A", 0, 5))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	out, _ := s.do(0, "poll", "--json")
	var p polled
	if err := json.Unmarshal([]byte(out), &p); err != nil || p.Items != 5 || p.New != 5 || p.State != "ok" || p.Status != 200 {
		t.Errorf("poll says %s (%v)", out, err)
	}
	if n := len(s.members("all")); n != 5 {
		t.Errorf("%d entries, want 5", n)
	}
	o.set("/feed.xml", strings.Replace(rssOf("A", 1, 5), "Text of release 3", "Another text of release 3", 1))
	out, _ = s.do(0, "poll", "--json")
	if json.Unmarshal([]byte(out), &p); p.New != 1 || p.Edited != 1 || p.Unchanged != 3 {
		t.Errorf("the second poll says %s", out)
	}
	if n := len(s.members("all")); n != 6 {
		t.Errorf("%d entries, want 6", n)
	}
}

// tip is the end of the record.
func tip(s *siteFile) (tip storage.Tip) {
	h := s.open()
	defer h.close()
	tip, err := h.store.Tip()
	if err != nil {
		s.t.Fatal(err)
	}
	return tip
}

func TestPollThatFindsNothingNewRecordsNothing(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("A", 0, 5))
	o.set("/list.html", `<ul><li><a href="/x.html">A release with a name</a> 2026-11-20</li></ul>`)
	o.set("/x.html", `<h1>A release with a name</h1><div id="b"><p>Its text, long enough.</p></div>`)
	list := fmt.Sprintf("  - {id: b, url: \"%s/list.html\", kind: html, language: en, list: {item: [li]}, article: {body: [\"#b\"]}}\n", o.URL)
	s.write(feedRow("a", o.URL+"/feed.xml")+list, allFeed)
	s.create()
	s.do(0, "poll")
	before := tip(s)
	s.do(0, "poll")
	if after := tip(s); after != before {
		t.Errorf("the tip moved from %d to %d", before.Pos, after.Pos)
	}
	if o.asked["/x.html"] != 1 {
		t.Errorf("the article was asked %d times, want once", o.asked["/x.html"])
	}
}

func TestRenamedSourceBringsNothing(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("A", 0, 5))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	before := s.documents()
	s.write(strings.Replace(feedRow("renamed", o.URL+"/feed.xml"), "kind:", "was: [a], kind:", 1), allFeed)
	s.do(0, "poll")
	if after := s.documents(); after["/feeds/all.atom"] != before["/feeds/all.atom"] {
		t.Error("a renamed source changed the feed")
	}
	s.write(feedRow("again", o.URL+"/feed.xml"), allFeed)
	if _, stderr := s.do(2, "poll"); !strings.Contains(stderr, "was: [renamed]") {
		t.Errorf("renamed without `was`: %q, want what to write", stderr)
	}
}

func TestThirteenthSource(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	var rows string
	for n := range 13 {
		path := fmt.Sprintf("/%d.xml", n)
		o.set(path, rssOf(fmt.Sprintf("S%d", n), 0, 6))
		if n < 12 {
			rows += feedRow(fmt.Sprintf("s%d", n), o.URL+path)
		}
	}
	s.write(rows, allFeed)
	s.create()
	s.do(0, "poll")
	before := len(s.members("all"))
	o.set("/12.xml", rssOf("S12", 0, 100)) // an hour apart: 48 of them are fresh
	s.write(rows+feedRow("s12", o.URL+"/12.xml"), allFeed)
	s.do(0, "poll")
	if added := len(s.members("all")) - before; added != 20 {
		t.Errorf("%d entries appear as new, want the 20 that a first listing may bring", added)
	}
}

func TestChangedSelectorsChangeNoEntry(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	var list strings.Builder
	for n := range 100 {
		fmt.Fprintf(&list, "<li><a href=\"/p%d.html\">Release number %d of the ministry</a> 2026-11-20</li>", n, n)
		o.set(fmt.Sprintf("/p%d.html", n), fmt.Sprintf(`<div id="crumbs">Home</div><h1>Release number %d of the ministry</h1><div id="all"><div id="body"><p>What was said in release %d.</p></div><p>The library of the ministry keeps a copy.</p></div>`, n, n))
	}
	o.set("/list.html", list.String())
	row := func(body string) string {
		return fmt.Sprintf("  - {id: b, url: \"%s/list.html\", kind: html, language: en, rights: open, list: {item: [li]}, article: {body: [\"%s\"]}}\n", o.URL, body)
	}
	s.write(row("#body"), allFeed)
	s.create()
	s.do(0, "poll")
	before := s.documents()
	if n := strings.Count(before["/feeds/all.atom"], "<entry"); n != 100 {
		t.Fatalf("%d entries, want 100", n)
	}
	s.write(row("#all"), allFeed)
	h := s.open()
	lookAtAll(t, h)
	h.close()
	after := s.documents()
	for path := range before {
		if before[path] != after[path] {
			t.Errorf("%s changed because selectors did", path)
		}
	}
	if out, _ := s.do(0, "export"); strings.Count(out, `"class":"reread"`) != 100 {
		t.Error("the new readings were not recorded")
	}
}

func TestRebuildGivesEqualFeeds(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 30))
	o.set("/b.xml", rssOf("A", 0, 30)) // the same releases, carried by b
	s.write(feedRow("a", o.URL+"/a.xml")+feedRow("b", o.URL+"/b.xml"), allFeed+"  - {id: some, title: Some, where: 'has(title, \"1*\")', limit: 3, window: 0s}\n")
	s.create()
	s.do(0, "poll")
	o.set("/a.xml", strings.ReplaceAll(rssOf("A", 3, 30), "said once", "said twice"))
	s.do(0, "poll")
	before := s.documents()
	if out, _ := s.do(0, "rebuild"); !strings.Contains(out, "as the record has it") {
		t.Errorf("rebuild says %q", out)
	}
	if after := s.documents(); !mapsEqual(before, after) {
		t.Error("rebuilt feeds are not byte-equal")
	}
	if out, _ := s.do(0, "verify"); !strings.HasPrefix(out, "sound: ") {
		t.Errorf("verify says %q", out)
	}
}

func mapsEqual(a, b map[string]string) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

func TestExport(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 2))
	s.write(feedRow("a", o.URL+"/a.xml")+strings.Replace(feedRow("m", o.URL+"/a.xml"), "government", "restricted", 1), allFeed)
	s.create()
	s.do(0, "poll")
	out, _ := s.do(0, "export", "--since", "2026-01-01")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var e exported
	if err := json.Unmarshal([]byte(lines[0]), &e); err != nil || len(lines) != 4 || e.Source != "a" || !strings.HasPrefix(e.GUID, "A-") || e.Story == "" || e.Text == "" || len(e.Revisions) != 1 {
		t.Errorf("export of %d lines begins %s (%v)", len(lines), lines[0], err)
	}
	for _, line := range lines {
		if strings.Contains(line, `"source":"m"`) && strings.Contains(line, "said once") {
			t.Error("a text that is restricted was exported")
		}
	}
	if out, _ := s.do(0, "export", "--since", "2099-01-01"); out != "" {
		t.Error("items of the past were exported")
	}
	s.do(2, "export", "--since", "yesterday")
}

func TestTry(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 2))
	o.set("/1.html", "<h1>Release</h1><article><p>Text of the page that is long enough to be found by readability, with a second sentence. And a third.</p></article>")
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	out, _ := s.do(0, "try", "a")
	if !strings.Contains(out, "items    2") || !strings.Contains(out, "A release 1") {
		t.Errorf("try says %s", out)
	}
	out, _ = s.do(0, "try", o.URL+"/a.xml", "--json")
	var r tried
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Items) != 2 || r.Items[0].Date.Raw == "" || r.Article != nil || r.Text != news.BodyFeed {
		t.Errorf("try --json says %s (%v)", out, err)
	}
	s.do(1, "try", o.URL+"/none.xml")
	s.do(2, "try", "nonsense")
	if _, err := os.Stat(s.data); err == nil {
		t.Error("try stored something")
	}
}

// Every captured feed is polled through the command: those that are feeds give
// all their items, the others a named error, a second poll records nothing, and
// what is published of them is valid.
func TestCapturedFeeds(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/corpus/feeds/*")
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, ".tsv") })
	if len(files) == 0 {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	if testing.Short() {
		files = files[:min(len(files), 12)]
	}
	counts := corpusCounts(t)
	o, s := newOrigin(t), newSite(t)
	var rows string
	names := make(map[string]string)
	for n, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		path, id := fmt.Sprintf("/%d", n), fmt.Sprintf("c%d", n)
		o.set(path, string(text))
		names[id] = filepath.Base(file)
		rows += feedRow(id, o.URL+path)
	}
	s.write(rows, allFeed)
	s.create()
	out, _ := s.do(0, "poll", "--json")
	for line := range strings.Lines(out) {
		var p polled
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		name := names[p.Source]
		t.Logf("%-45s %4d %-28s %s", name, p.Items, p.Charset, p.Error)
		if want := counts[name]; want != p.Items || (want == 0) != (p.Class != "" && p.Error != "") {
			t.Errorf("%s: %d items, want %d (%s: %s)", name, p.Items, want, p.Class, p.Error)
		}
	}
	before := tip(s)
	s.do(0, "poll")
	if after := tip(s); after != before {
		t.Errorf("a second poll recorded %d records", after.Pos-before.Pos)
	}
	s.do(0, "verify")
	publishedAreValid(t, s, "China", "中国")
}
