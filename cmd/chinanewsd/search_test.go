package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// newsOf is a feed of releases: titles, and the text of each.
func newsOf(name string, releases ...string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>t</title><link>/</link><description>d</description>`)
	for n := 0; n < len(releases); n += 2 {
		fmt.Fprintf(&b, `<item><title>%s</title><link>/%s/%d.html</link><guid>%s-%d</guid><pubDate>%s</pubDate><description>%s</description></item>`,
			releases[n], name, n, name, n, time.Now().Add(-time.Duration(n+10*int(name[0]-'a'))*time.Hour).UTC().Format(time.RFC1123), releases[n+1])
	}
	return b.String() + `</channel></rss>`
}

// searchSite has two sources of two languages, one of which may show titles
// only, and a feed that does not take everything.
func searchSite(t *testing.T) *siteFile {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", newsOf("a", "Ministry of Harbours on tariff quotas", "The rare earth duty of the river states. &lt;script&gt;alert(1)&lt;/script&gt; ends.",
		"Dredging begins", "A tariff is raised at Port Selin.", "Hidden tariff", "not for readers"))
	o.set("/b.xml", newsOf("b", "商務部就稀土出口答記者問", "发言人说：关税不变。", "岚山港开港", "稀土一词。"))
	o.set("/c.xml", newsOf("c", "Restricted tariff notice", "secretword in the text"))
	o.set("/d.xml", newsOf("d", "Dredging begins", "A tariff is raised at Port Selin."))
	s.write(feedRow("a", o.URL+"/a.xml")+strings.Replace(feedRow("b", o.URL+"/b.xml"), "language: en", "language: zh-CN", 1)+
		strings.Replace(feedRow("c", o.URL+"/c.xml"), "government", "restricted", 1)+strings.Replace(feedRow("d", o.URL+"/d.xml"), "language", "rank: 900, language", 1),
		"  - {id: all, title: All, languages: all, where: 'not has(title, \"hidden\")'}\n  - {id: zh, title: 中文, language: zh-CN}\n")
	s.create()
	s.do(0, "poll")
	return s
}

// What is wrong is named by its flag.
func TestSearchFlags(t *testing.T) {
	c := news.Config{Publication: news.Publication{Sources: []news.Source{{ID: "a"}}}, File: "config.yaml"}
	for _, tt := range []struct {
		cmd  searchCmd
		want string
	}{
		{searchCmd{Since: "yesterday"}, `--since: "yesterday" is no day`},
		{searchCmd{Until: "2026-02-30"}, `--until: "2026-02-30" is no day`},
		{searchCmd{Source: "b"}, `--source: no source "b" in config.yaml`},
		{searchCmd{Source: "a", Since: "2026-11-01", Until: "2026-11-23"}, ""},
	} {
		if err := tt.cmd.valid(c); err == nil && tt.want != "" || err != nil && (tt.want == "" || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%+v: %v, want %q", tt.cmd, err, tt.want)
		}
	}
}

func TestSearchCommand(t *testing.T) {
	s := searchSite(t)
	check := func(want int, titles []string, args ...string) {
		t.Helper()
		out, stderr := s.do(want, append([]string{"search"}, args...)...)
		var got []string
		for line := range strings.Lines(out) {
			var f finding
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if !strings.HasPrefix(f.Story, "http://news.example/stories/") || f.Date == "" || f.Source == "" || f.Lang == "" || f.URL == "" {
				t.Errorf("found %s", line)
			}
			got = append(got, f.Title)
		}
		if strings.Join(got, "|") != strings.Join(titles, "|") {
			t.Errorf("search %q finds %q, want %q (%s)", args, got, titles, stderr)
		}
	}
	all := func() {
		t.Helper()
		check(0, []string{"Ministry of Harbours on tariff quotas", "Restricted tariff notice", "Dredging begins"}, "tariff", "--json")
		check(0, []string{"商務部就稀土出口答記者問", "岚山港开港"}, "稀土", "--json")
		check(0, []string{"商務部就稀土出口答記者問"}, "商务部", "关税", "--lang", "zh", "--json")
		check(0, []string{"Dredging begins"}, "tariff is raised", "--json", "--source", "a")
		check(1, nil, "raised tariff", "--json")
		check(1, nil, "hidden")
		check(1, nil, "secretword")
		check(1, nil, "tariff", "--until", "2020-01-01")
		check(2, nil, "tariff", "--since", "yesterday")
		check(2, nil, "tariff", "--source", "none")
		check(2, nil, "!?")
	}
	all()
	stop := runDaemon(t, s)
	all()
	stop()
	if out, _ := s.do(0, "search", "dredging"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "Dredging begins  http://news.example/stories/") {
		t.Errorf("search says %q", out)
	}
	if out, _ := s.do(0, "rebuild"); !strings.Contains(out, "7 items in the search index") {
		t.Errorf("rebuild says %q", out)
	}
	s.do(0, "verify")
	all()
}

// asking asks a site's public pages. The machine may be busy: what matters is
// what is found, so one that was cut is asked again.
func asking(t *testing.T, s *siteFile) func(target string, headers ...string) *httptest.ResponseRecorder {
	h := s.open()
	if err := h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	public := h.public()
	return func(target string, headers ...string) (w *httptest.ResponseRecorder) {
		for range 20 {
			r := httptest.NewRequest("GET", target, nil)
			for n := 0; n < len(headers); n += 2 {
				r.Header.Set(headers[n], headers[n+1])
			}
			w = httptest.NewRecorder()
			public.ServeHTTP(w, r)
			if w.Code != http.StatusServiceUnavailable && !strings.Contains(w.Body.String(), "There was no time") {
				return w
			}
		}
		return w
	}
}

func TestSearchPages(t *testing.T) {
	ask := asking(t, searchSite(t))
	page := ask("/search?q=" + url.QueryEscape("tariff")).Body.String()
	if strings.Count(page, "<h3") != 3 || strings.Count(page, "Dredging begins") != 1 || !strings.Contains(page, "A <mark>tariff</mark> is raised") || strings.Contains(page, "Hidden") {
		t.Errorf("the page shows\n%s", page)
	}
	if w := ask("/search?q=" + strings.Repeat("a", 201)); w.Code != 400 {
		t.Errorf("a long query gives %d", w.Code)
	}
	for _, bad := range []string{"/search.atom", "/search.rss?q=!", "/search.json?q=a&source=none", "/search.atom?q=a&from=2026-13-01", "/search.atom?q=a&after=zz"} {
		if w := ask(bad); w.Code != 400 || len(w.Body.String()) < 10 {
			t.Errorf("%s: %d %s", bad, w.Code, w.Body)
		}
	}
	if w := ask("/search.xml?q=a"); w.Code != 404 {
		t.Errorf("a format that is none: %d", w.Code)
	}
}

// A search is a feed too: its entries are those of the feeds.
func TestSearchFeeds(t *testing.T) {
	ask := asking(t, searchSite(t))
	entries := ask("/feeds/all.atom").Body.String()
	var doc struct {
		Title   string `xml:"title"`
		Entries []struct {
			ID string `xml:"id"`
		} `xml:"entry"`
	}
	text := ask("/search.atom?lang=en&q=tariff").Body.Bytes()
	if err := xml.Unmarshal(text, &doc); err != nil || len(doc.Entries) != 3 || !strings.HasSuffix(doc.Title, ": tariff") {
		t.Fatalf("the feed is\n%s (%v)", text, err)
	}
	for _, e := range doc.Entries {
		if !strings.Contains(entries, "<id>"+e.ID+"</id>") {
			t.Errorf("entry %s is not that of the feed", e.ID)
		}
	}
	for target, want := range map[string]string{"/search.rss?q=tariff": "application/rss+xml", "/search.json?q=tariff": "application/feed+json", "/search.atom?q=tariff": "application/atom+xml"} {
		w := ask(target)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), want) || w.Header().Get("Cache-Control") != "public, max-age=60" || !strings.Contains(w.Header().Get("Link"), target) || !strings.Contains(w.Body.String(), "http://news.example"+target) {
			t.Errorf("%s: %d %v", target, w.Code, w.Header())
		}
		if again := ask(target, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
			t.Errorf("%s again: %d", target, again.Code)
		}
		if b := ask(target, "Sec-Fetch-Dest", "document"); b.Code != 302 || b.Header().Get("Location") != "/search?q=tariff" {
			t.Errorf("a browser is sent to %q by %d", b.Header().Get("Location"), b.Code)
		}
	}
}

// What readers see of a search is bounded in time: one that finds no place
// among others is cut.
func TestSearchWaitsForItsPlace(t *testing.T) {
	s := searchSite(t)
	h := s.open()
	if err := h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	for range cap(searches) {
		searches <- struct{}{}
	}
	defer func() {
		for range cap(searches) {
			<-searches
		}
	}()
	r, err := newLibrary(h, h.press).Search(t.Context(), news.Query{Phrases: []news.Phrase{"tariff"}})
	if err != nil || !r.Cut {
		t.Errorf("%+v, %v", r, err)
	}
	w := httptest.NewRecorder()
	h.public().ServeHTTP(w, httptest.NewRequest("GET", "/search.atom?q=tariff", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("the feed answers %d", w.Code)
	}
}
