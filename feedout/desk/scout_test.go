package desk

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chinanews/news"
)

var updateScout = flag.Bool("update-scout", false, "write the golden files of sources and the scout anew")

// speaker is everybody, in a language.
type speaker struct{ lang string }

func (s speaker) Visitor(*http.Request) (Visitor, bool) {
	return Visitor{Name: "lin", Lang: s.lang}, true
}

// told is a scout that has come to something.
type told struct {
	look  *Look
	begun []Quest
	left  int
	err   error
}

func (s *told) Begin(_ string, q Quest) error { s.begun = append(s.begun, q); return s.err }
func (s *told) Abandon(string)                { s.left++ }
func (s *told) Seen(string) (Look, bool) {
	if s.look == nil {
		return Look{}, false
	}
	return *s.look, true
}

func lakeOffice(lang string, scout Scout, sources Sources) Office {
	return Office{Site: func() news.Site {
		return news.Site{Title: "Lake News", BaseURL: "http://news.example/x", Language: "en"}
	}, Version: "1", People: speaker{lang}, Scout: scout, Sources: sources}
}

// reply is an answer of the desk; to a form, where there is one.
func reply(o Office, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "http://news.example"+path, nil)
	if form != nil {
		r = httptest.NewRequest("POST", "http://news.example"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	w := httptest.NewRecorder()
	New(o).ServeHTTP(w, r)
	return w
}

// golden compares what is within the page with a file.
func golden(t *testing.T, name, page string) {
	t.Helper()
	_, main, _ := strings.Cut(page, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	file := filepath.Join("testdata", name+".golden")
	if *updateScout {
		os.MkdirAll("testdata", 0o755)
		if err := os.WriteFile(file, []byte("<main"+main), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != "<main"+main {
		t.Errorf("%s is not as its golden file (%v; -update-scout writes it):\n%s", name, err, main)
	}
}

var (
	monday = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	sample = Sample{Title: "部长会见湖区代表团", URL: "https://lakes.example/t1.html", Lang: "zh", Date: news.Date{Raw: "2026-11-23", Precision: news.Day, Zone: "+08:00", Time: monday.Truncate(24 * time.Hour).Add(-8 * time.Hour)}, Chars: 300, Text: "部长表示，港口将在冬季之前重新开放…"}
	failed = Sample{Title: "湖区公告", URL: "https://lakes.example/t2.html", Lang: "zh", Error: "the answer has no text"}
)

// foundLook is a look at a list that ended well.
func foundLook() *Look {
	return &Look{Quest: Quest{Address: "https://lakes.example/xw/"}, Began: monday, Over: true, Asked: []string{"https://lakes.example/xw/"}, Kind: "list", Sure: 93, Reasons: []string{"15 links look alike"}, Hints: []string{"https://lakes.example/zz/"},
		Listings: []Listing{{URL: "https://lakes.example/xw/", Items: []Sample{sample, sample, sample, sample, sample, sample, sample, sample, sample, sample, sample}, Articles: []Sample{sample, failed}}},
		Row:      "  - id: lakes\n    url: https://lakes.example/xw/\n",
		Place:    &RowPlace{Config: "/etc/chinanewsd/config.yaml", File: "/etc/chinanewsd/config.yaml", Spot: Spot{Line: 12}, Indented: true, Feed: "  - {id: lakes, title: Lakes, language: zh-CN, sources: [lakes]}\n", After: &Spot{Line: 20}, Moved: true, Check: "chinanewsd check --config /etc/chinanewsd/config.yaml", Reload: "sudo systemctl reload chinanewsd"}}
}

func looks() map[string]*Look {
	return map[string]*Look{
		"scout-empty":   nil,
		"scout-begun":   {Quest: Quest{Address: "https://lakes.example/xw/"}},
		"scout-running": {Quest: Quest{Address: "https://lakes.example/xw/"}, Asked: []string{"https://lakes.example/xw/", "https://lakes.example/rss.xml"}},
		"scout-found":   foundLook(),
		"scout-hints":   {Quest: Quest{Address: "https://lakes.example/"}, Over: true, Kind: "home", Words: "it is a front page; choose one of its lists", Hints: []string{"https://lakes.example/xw/", "javascript:alert(1)", "data:text/html,x"}},
		"scout-refused": {Quest: Quest{Address: "http://127.0.0.1:18473/"}, Over: true, Kind: "other", Words: `127.0.0.1:18473 is on this machine, so it is not asked; if you mean it, write into the configuration: fetch: {allow: ["127.0.0.1:18473"]} and, where the daemon runs, say chinanewsd reload`},
		"scout-already": {Quest: Quest{Address: "https://lakes.example/xw/"}, Over: true, Kind: "other", Words: "the source lakes asks that address already", Already: "lakes"},
		"scout-waiting": {Quest: Quest{Address: "https://lakes.example/xw/"}, Over: true, Kind: "other", Already: "lakes", Unstarted: true},
		"scout-trouble": {Quest: Quest{Row: "id: lakes\nurl: x"}, Over: true, Trouble: "it was not done within 5 minutes"},
		"scout-mistake": {Quest: Quest{Row: "- id: lakes\n  lits: x\n"}, Row: "- id: lakes\n  lits: x\n", Over: true, Mistakes: []Mistake{{Line: 2, Col: 3, What: "unknown key lits", Hint: "did you mean list?"}, {File: "config.yaml", Line: 1, Col: 1, What: "there are no feeds"}}},
		"scout-tried": {Quest: Quest{Row: "- id: lakes\n"}, Row: "- id: lakes\n", Over: true, Reasons: []string{"line 1:3: source lakes has no publisher"},
			Listings: []Listing{{URL: "https://lakes.example/xw/", State: news.Redesigned, Words: "list.item matches nothing", Hint: "look at its page", Profile: "trs", Charset: "gbk (of the page)", Warnings: []string{"2 dates in the future"}}, {URL: "https://lakes.example/zz/", State: news.OK, Words: "read well", Items: []Sample{sample}}},
			Place:    &RowPlace{Config: "config.yaml", File: "sources/lakes.yaml", New: true, Include: `"sources/*.yaml"`, Feeds: []string{"China News", "Lakes"}, Check: "chinanewsd check", Reload: "chinanewsd reload"}},
		"scout-replaced": {Quest: Quest{Row: "- id: lakes\n"}, Row: "- id: lakes\n", Over: true, Place: &RowPlace{Config: "config.yaml", Was: "config.yaml:7", Feeds: []string{"China News"}, Check: "chinanewsd check", Reload: "chinanewsd reload"}},
	}
}

func TestScoutPages(t *testing.T) {
	for name, look := range looks() {
		for _, lang := range []string{"en", "zh"} {
			w := reply(lakeOffice(lang, &told{look: look}, nil), "/desk/add", nil)
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d\n%s", name, w.Code, w.Body)
			}
			page := w.Body.String()
			golden(t, name+"-"+lang, page)
			running := look != nil && !look.Over
			if strings.Contains(page, "data-running") != running || strings.Contains(page, `<meta http-equiv="refresh" content="3; url=/x/desk/add">`) != running {
				t.Errorf("%s: whether it asks again is wrong", name)
			}
			if strings.Contains(page, "javascript:") || strings.Contains(page, "data:text") {
				t.Errorf("%s: an address that is none is offered", name)
			}
		}
	}
}

// What an editor sends comes to the scout as it is; what is no address does not.
func TestScoutBegins(t *testing.T) {
	for _, tt := range []struct {
		form   url.Values
		want   Quest
		status int
	}{
		{url.Values{"address": {" https://lakes.example/xw/ "}}, Quest{Address: "https://lakes.example/xw/"}, 303},
		{url.Values{"row": {"- id: a\r\n  url: x\r\n"}}, Quest{Row: "- id: a\r\n  url: x\r\n"}, 303},
		{url.Values{"source": {"lakes"}}, Quest{Source: "lakes"}, 303},
		{url.Values{}, Quest{}, 422},
		{url.Values{"row": {" \n"}}, Quest{}, 422},
		{url.Values{"address": {"lakes.example/xw/"}}, Quest{Address: "https://lakes.example/xw/"}, 303},
		{url.Values{"address": {"lakes"}}, Quest{}, 422},
		{url.Values{"address": {"the lakes. their news"}}, Quest{}, 422},
		{url.Values{"address": {"mailto:press@lakes.example"}}, Quest{}, 422},
		{url.Values{"address": {"javascript:alert(1.5)"}}, Quest{}, 422},
		{url.Values{"address": {"file:///etc/passwd"}}, Quest{}, 422},
		{url.Values{"address": {"javascript:alert(1)"}}, Quest{}, 422},
		{url.Values{"address": {"https:///x"}}, Quest{}, 422},
		{url.Values{"address": {"https://lakes.example/" + strings.Repeat("x", mostAddress)}}, Quest{}, 422},
	} {
		s := &told{}
		w := reply(lakeOffice("en", s, nil), "/desk/add", tt.form)
		if w.Code != tt.status || (tt.status == 303) != (len(s.begun) == 1) || len(s.begun) == 1 && s.begun[0] != tt.want {
			t.Errorf("%v: %d, begun %v", tt.form, w.Code, s.begun)
		}
		if w.Code == 303 && w.Header().Get("Location") != "/x/desk/add#look" {
			t.Errorf("it leads to %s", w.Header().Get("Location"))
		}
		if w.Code == 422 && !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%v: it does not say why", tt.form)
		}
	}
	s := &told{}
	if w := reply(lakeOffice("en", s, nil), "/desk/add/abandon", url.Values{}); w.Code != 303 || s.left != 1 {
		t.Errorf("abandoning: %d, %d", w.Code, s.left)
	}
	if reply(lakeOffice("en", s, nil), "/desk/add?address=https://lakes.example/", nil); len(s.begun) != 0 {
		t.Error("a link begins a look")
	}
	if w := reply(lakeOffice("en", &told{err: &Refusal{Words: "not now"}}, nil), "/desk/add", url.Values{"source": {"x"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "not now") {
		t.Errorf("a refusal: %d", w.Code)
	}
	if w := reply(lakeOffice("en", nil, nil), "/desk/add", nil); w.Code != 404 {
		t.Errorf("without a scout: %d", w.Code)
	}
}

// A look that is under way is not thrown away for another unless an editor says so.
func TestScoutAsksBeforeItLeaves(t *testing.T) {
	first, second := Quest{Address: "https://lakes.example/xw/"}, Quest{Address: "https://rivers.example/news/"}
	for _, tt := range []struct {
		form   url.Values
		over   bool
		status int
		begun  int
	}{
		{url.Values{"address": {second.Address}}, false, 409, 0},
		{url.Values{"row": {"id: <x>"}}, false, 409, 0},
		{url.Values{"address": {first.Address}}, false, 303, 0}, // twice the same
		{url.Values{"address": {second.Address}, "instead": {"1"}}, false, 303, 1},
		{url.Values{"address": {second.Address}}, true, 303, 1},
	} {
		s := &told{look: &Look{Quest: first, Over: tt.over}}
		w := reply(lakeOffice("en", s, nil), "/desk/add", tt.form)
		page := w.Body.String()
		if w.Code != tt.status || len(s.begun) != tt.begun || s.left > 0 {
			t.Errorf("%v: %d, begun %v", tt.form, w.Code, s.begun)
		}
		asks := strings.Contains(page, "A look at "+first.Address+" is under way.") && strings.Contains(page, `name="instead" value="1"`) && !strings.Contains(page, "refresh") && !strings.Contains(page, "scout.js")
		kept := strings.Contains(page, `name="address" value="`+second.Address+`"`) || strings.Contains(page, "id: &lt;x&gt;")
		if tt.status == 409 && (!asks || !kept) {
			t.Errorf("%v: it does not ask:\n%s", tt.form, page)
		}
	}
}

// Where rows go is said so that it can be done, in every case.
func TestRowPlaces(t *testing.T) {
	for _, tt := range []struct {
		place     RowPlace
		row, feed string
	}{
		{RowPlace{New: true}, "into a new file:", "the brackets behind feeds:"},
		{RowPlace{Spot: Spot{Line: 3, End: true}, After: &Spot{Line: 15}, Moved: true, Below: true}, "this file, after line 3 (at its end):", "after the row (after line 15, once the row is there), into:"},
		{RowPlace{Spot: Spot{Line: 3}, After: &Spot{Line: 2}}, "this file, after line 3:", "after line 2 of:"},
		{RowPlace{Spot: Spot{Line: 3, End: true}, Indented: true, After: &Spot{Line: 2, Instead: true}}, "spaces before it, into this file, after line 3 (at its end):", "the place of line 2 of:"},
		{RowPlace{Spot: Spot{Line: 3}, Indented: true, After: &Spot{Line: 20}, Moved: true}, "spaces before it, into this file, after line 3:", "after line 20, as lines are counted once the row is there, into:"},
		{RowPlace{Spot: Spot{Line: 3, Instead: true}, After: &Spot{Line: 9, Instead: true}, Moved: true}, "the place of line 3:", "the place of line 9, as lines are counted once the row is there, in:"},
		{RowPlace{After: &Spot{}}, "Copy the row into this file:", "It goes into:"},
	} {
		if row, feed := tt.place.ToRow("en"), tt.place.ToFeed("en"); !strings.HasSuffix(row, tt.row) || !strings.HasSuffix(feed, tt.feed) && !strings.Contains(feed, tt.feed) {
			t.Errorf("%+v: %q, %q", tt.place, row, feed)
		}
		if row, feed := tt.place.ToRow("zh"), tt.place.ToFeed("zh"); strings.Contains(row, "the") || strings.Contains(feed, "into") || strings.Contains(row+feed, "%!") {
			t.Errorf("%+v: %q, %q", tt.place, row, feed)
		}
	}
}

// hostile is what a page could put into each of its texts.
const hostile = `"'></textarea></title><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>{{.}}` + "\u202e\x00\x1b[0m"

// harmless finds what a page must not have made of hostile texts.
func harmless(t *testing.T, page string) {
	t.Helper()
	if strings.ContainsAny(page, "\x00\x1b") {
		t.Error("the page has control characters")
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"img", "iframe", "object", "embed", "style"}, n.Data) {
			t.Errorf("the page has <%s>", n.Data)
		}
		for _, a := range n.Attr {
			ours := strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "#")
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style":
				t.Errorf("<%s> has %s", n.Data, a.Key)
			case n.Data == "script" && !strings.HasPrefix(a.Val, "/x/desk/") && a.Key == "src", a.Key == "action" && !ours:
				t.Errorf("<%s> has %s %q", n.Data, a.Key, a.Val)
			case a.Key == "href" && !ours && !strings.HasPrefix(a.Val, "https://"):
				t.Errorf("a link leads to %q", a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			t.Errorf("a script of its own: %s", n.FirstChild.Data)
		}
	}
}

// All that a fetched page says is shown, and none of it is markup.
func TestScoutHostile(t *testing.T) {
	bad := Sample{Title: hostile, URL: "javascript:alert(1)//" + hostile, Lang: `zh" onclick="alert(1)`, Date: news.Date{Raw: hostile}, Text: hostile}
	worse := bad
	worse.Error, worse.URL = hostile, "https://lakes.example/\"onclick=alert(1)"
	look := &Look{Quest: Quest{Address: "https://lakes.example/" + hostile, Row: hostile}, Over: true, Trouble: hostile, Kind: hostile, Words: hostile, Sure: 3, Unsure: true,
		Mistakes: []Mistake{{File: hostile, What: hostile, Hint: hostile}}, Reasons: []string{hostile}, Hints: []string{hostile, "https://x.example/" + hostile, "javascript:alert(1)"},
		Listings: []Listing{{URL: hostile, State: news.Condition(hostile), Words: hostile, Hint: hostile, Profile: hostile, Charset: hostile, Warnings: []string{hostile}, Items: []Sample{bad, worse}, Articles: []Sample{bad, worse}}},
		Row:      hostile, Place: &RowPlace{Config: hostile, File: hostile, Include: hostile, Feeds: []string{hostile}, Check: hostile, Reload: hostile}}
	running := &Look{Quest: look.Quest, Asked: []string{hostile}}
	for _, l := range []*Look{look, running, {Over: true, Place: &RowPlace{Was: hostile, Feed: hostile}}} {
		for _, lang := range []string{"en", "zh"} {
			w := reply(lakeOffice(lang, &told{look: l}, nil), "/desk/add?address="+url.QueryEscape(hostile), nil)
			if w.Code != 200 {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
			harmless(t, w.Body.String())
		}
	}
}
