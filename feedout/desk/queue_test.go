package desk

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chinanews/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

// guest is somebody who is signed in.
type guest Visitor

func (g guest) Visitor(*http.Request) (Visitor, bool) { return Visitor(g), g.Name != "" }

// shelf is a queue and stories that a test makes up.
type shelf struct {
	lines Lines
	flood Flood
	story Story
	found Finding
	comes Coming
	done  Done
	err   error // of acts
	acted []Wish
}

func (s *shelf) Waiting(context.Context) (int, error)           { return len(s.lines.Lines), nil }
func (s *shelf) Lines(context.Context, int, int) (Lines, error) { return s.lines, nil }
func (s *shelf) Flood(context.Context, string, string) (Flood, error) {
	return s.flood, nil
}
func (s *shelf) Coming(context.Context) (Coming, error)        { return s.comes, nil }
func (s *shelf) Find(context.Context, string) (Finding, error) { return s.found, nil }
func (s *shelf) Story(_ context.Context, address string) (Story, error) {
	if address != s.story.Address {
		return Story{}, ErrNotFound
	}
	return s.story, nil
}
func (s *shelf) Act(_ context.Context, w Wish) (uint64, error) {
	s.acted = append(s.acted, w)
	return 77, s.err
}
func (s *shelf) Done(context.Context, uint64) (Done, error) { return s.done, nil }

// sits is a desk at which somebody sits.
func sits(s *shelf, who guest) http.Handler {
	return New(Office{Site: func() news.Site {
		return news.Site{Title: "China News", BaseURL: "https://news.example/cn", Language: "en"}
	}, People: who, Queue: s, Stories: s})
}

// opens is the answer to GET, or, with a form, to POST.
func opens(h http.Handler, path string, form url.Values) (*http.Response, string) {
	r := httptest.NewRequest("GET", path, nil)
	if form != nil {
		r = httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

// scene is a queue and a story in which every text of others is given.
func scene(text func(string) string) *shelf {
	at := time.Date(2026, 11, 24, 2, 5, 0, 0, time.UTC)
	src := news.Source{ID: "mer", Publisher: news.NamesOf(map[string]string{"en": text("Ministry of Rivers"), "zh": text("河川部")}), Rights: news.Media}
	held, all := Named{"held", text("Held & checked")}, Named{"all", text("All")}
	day := news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)}
	brief := Brief{Address: "5gvf1n1epx", Title: text("Lake opens at noon"), Lang: "en", Source: src, Date: day, URL: "https://rivers.example/lake.html"}
	note := Deed{Pos: 12, At: at, Who: text("eve"), Act: news.ActNote, Words: text("Corrected since")}
	acts := []Deed{note, {Pos: 13, At: at, Who: text("bob"), Act: news.ActTag, Tags: []string{text("trade"), text("外交")}, Feed: held, Undone: 14, Undoer: text("eve")},
		{Pos: 15, At: at, Who: text("eve"), Act: news.ActWithdraw, Words: text("A mistake")}, {Pos: 16, At: at, Who: text("eve"), Act: news.ActMerge, Other: "rtsk1swakp"},
		{Pos: 17, At: at, Who: text("eve"), Act: news.ActSplit, Off: []string{"mer"}}, {Pos: 18, At: at, Who: text("eve"), Act: news.ActEmbargo, Until: at.Add(240 * time.Hour)}}
	waits := []Wait{{Why: "approval", Feed: held, Since: at}, {Why: "conflict", Since: at, Own: text("Lake opens at one")}}
	item := news.Item{ID: news.ItemID{1}, State: news.Read, FirstSeen: at, Shown: news.Entry{Title: text("Lake opens at one"), URL: brief.URL, Lang: "en", Date: day},
		Revisions: []news.Revision{{Rev: 1, At: at, Class: news.First}, {Rev: 2, At: at.Add(time.Hour), Class: news.Edit, Edits: []news.EditClass{news.EditNumber, news.EditHeadline}}}}
	part := Part{Carrier: news.Carrier{Item: item, Source: src}, Summary: text("It opens."), HTML: "<p>" + text("The lake opens.") + "</p>", Shown: 1, Changes: "<p>at <del>noon</del> <ins>one</ins></p>",
		Versions: []Version{{1, item.Revisions[0], true}, {2, item.Revisions[1], false}}, Joined: []Joined{{At: at, Evidence: text("the texts are nearly the same")}}}
	second := part
	second.Item.ID, second.Changes, second.HTML, second.Summary, second.Lost = news.ItemID{2}, "", "", "", true
	rule := Clause{Op: "and", True: true, Parts: []Clause{{Text: text(`has(title, "lake")`), True: true, Saw: text("found “lake”")}, {Op: "not", True: true, Parts: []Clause{{Text: "lang == \"zh\"", Saw: "lang is en"}}}}}
	places := []Place{{Feed: held, Hold: true, Reason: "approval", Judged: []Judged{{Item: item.ID, Source: "mer", Passes: true, Rules: []Clause{rule}}, {Item: second.Item.ID, Source: "b", Reason: "source"}}},
		{Feed: all, Here: true, In: true, Entry: news.Membership{Entering: news.Entering{Seq: 3, As: news.AsNews}, Entered: at}, Pinned: at.Add(time.Hour)},
		{Feed: Named{"zh", text("中文")}, Reason: "hidden", Who: text("bob"), Beside: "rtsk1swakp", Digest: text("in the digest of 24 November")}}
	flood := Flood{Seen: 20, Name: "mer/2026-11-24", Source: src, Day: "2026-11-24", Open: true, Items: 31, First: []Brief{brief}, Acts: acts[:1]}
	return &shelf{
		lines: Lines{Seen: 20, Total: 40, Lines: []Line{{Brief: brief, Name: brief.Address, Excerpt: text("The lake opens."), Reading: 2, Note: text("Corrected since"), Waits: waits, Last: note},
			{Brief: Brief{Address: "rtsk1swakp", Title: text("湖泊开放"), Lang: "zh", Source: src}, Name: "rtsk1swakp", Waits: []Wait{{Why: "embargo", Since: at, By: text("bob"), Until: at.Add(time.Hour), Act: 9}}},
			{Brief: Brief{Source: src}, Name: flood.Name, Items: 31, Waits: []Wait{{Why: "flood", Since: at}}}}},
		flood: flood,
		story: Story{Brief: brief, Seen: 20, Own: text("Lake opens at one"), Precis: text("It opens soon"), Note: text("Corrected since"), Tags: []string{text("trade")}, Public: true, Former: []string{"42jpndh9y4"},
			Parts: []Part{part, second}, Siblings: []Brief{{Address: "rtsk1swakp", Title: text("湖泊开放"), Lang: "zh", Source: src}}, Places: places, Waits: waits, Floods: []string{flood.Name}, Acts: acts, Behind: true},
		found: Finding{Found: []Brief{brief, {Address: "rtsk1swakp", Title: text("湖泊开放"), Lang: "zh", Source: src}}, More: true},
		done: Done{Deed: Deed{Pos: 21, At: at, Who: text("eve"), Act: news.ActRetitle, Words: text("Lake opens at noon")}, Name: brief.Address, Title: brief.Title, Lang: "en",
			Left: []Named{all}, Entered: []Named{held}, Updated: []Named{held, all}, Waits: []Named{{}}, Joined: []Leads{{"a", "b"}}, Parted: []string{"c"}},
	}
}

// pages are all that the queue and stories have.
var pages = map[string]struct {
	path string
	form url.Values
	err  error
}{
	"queue": {path: "/desk/?done=21"}, "find": {path: "/desk/stories/?q=lake"}, "story": {path: "/desk/stories/5gvf1n1epx?q=lake"}, "flood": {path: "/desk/floods/mer/2026-11-24"},
	"refused": {path: "/desk/stories/5gvf1n1epx/acts", form: url.Values{"act": {"pin"}, "seen": {"20"}, "until": {"<soon>"}}},
	"confirm": {path: "/desk/stories/5gvf1n1epx/acts", form: url.Values{"act": {"withdraw"}, "seen": {"20"}, "reason": {"A \"mistake\""}, "erase": {"1"}}},
	"stale": {path: "/desk/stories/5gvf1n1epx/acts", form: url.Values{"act": {"split"}, "seen": {"19"}, "feed": {"held"}, "parts": {"02000000000000000000000000000000"}},
		err: &Stale{Acts: []Deed{{Pos: 20, Who: "bob", Act: news.ActHide}}, Changed: true}},
}

func TestPagesOfTheQueue(t *testing.T) {
	for name, p := range pages {
		for _, lang := range []string{"en", "zh"} {
			s := scene(func(text string) string { return text })
			s.err = p.err
			_, page := opens(sits(s, guest{"eve", lang}), p.path, p.form)
			file := filepath.Join("testdata", name+"."+lang+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || string(want) != page {
				t.Errorf("%s is not as in %s (%v); -update writes it\n%s", name, file, err, page)
			}
		}
	}
}

// Nothing that a source, an editor or a configuration says becomes markup, in
// any place, nor an address that leads astray.
func TestHostileWords(t *testing.T) {
	for n, evil := range []string{
		`<script>zq()</script>`, `"><img src=x onerror=zq()>`, `' onfocus='zq()' autofocus='`, `</title></textarea></option><svg onload=zq()>`, `{{zq}}`, `javascript:zq()`, "\x00<svg \u202e>", `-->]]><svg>`, `&lt;zq&gt;`,
	} {
		for name, p := range pages {
			s := scene(func(text string) string { return text + evil })
			s.err = p.err
			s.story.URL, s.story.Parts[0].Item.Shown.URL, s.lines.Lines[0].URL = "javascript:zq()", `javascript:zq()//"`, "data:text/html,<script>zq()</script>"
			if p.form != nil {
				p.form = url.Values{"act": p.form["act"], "seen": {"20"}, "until": {evil}, "text": {evil}, "tags": {evil}, "reason": {evil}, "other": {evil}, "feed": {evil}, "parts": {evil}, "back": {evil}, "sure": p.form["sure"]}
			}
			_, page := opens(sits(s, guest{"eve" + evil, "en"}), p.path, p.form)
			if where := active(t, page); where != "" {
				t.Errorf("%s with words %d: %s in\n%s", name, n, where, page)
			}
		}
	}
}

// active finds what a page must not have.
func active(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "autofocus":
				return "<" + n.Data + " " + a.Key + ">"
			case (a.Key == "href" || a.Key == "src" || a.Key == "action") && !strings.HasPrefix(a.Val, "/cn/") && !strings.HasPrefix(a.Val, "https://rivers.example/") && !strings.HasPrefix(a.Val, "#"):
				return "<" + n.Data + " " + a.Key + "=" + a.Val + ">"
			}
		}
		ours := n.Data == "script" && len(n.Attr) == 2 && n.FirstChild == nil
		if n.Data == "zq" || n.Data == "svg" || n.Data == "img" || n.Data == "style" || n.Data == "script" && !ours {
			return "<" + n.Data + ">"
		}
	}
	return ""
}

// What was typed stays in the form, and goes on as it was typed.
func TestFormsKeepWhatWasTyped(t *testing.T) {
	s := scene(func(text string) string { return text })
	h := sits(s, guest{"eve", "en"})
	form := url.Values{"act": {"tag"}, "seen": {"5"}, "tags": {"trade, 外交；<b>"}, "feed": {"held"}, "back": {"queue"}}
	s.err = &Stale{Acts: []Deed{{Pos: 20, Who: "bob", Act: news.ActHide}}}
	resp, page := opens(h, "/desk/stories/5gvf1n1epx/acts", form)
	if resp.StatusCode != http.StatusConflict {
		t.Fatal(resp.Status)
	}
	s.err = nil
	resp, _ = opens(h, "/desk/stories/5gvf1n1epx/acts", fields(t, page, "act"))
	if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != "/cn/desk/?done=77#status" {
		t.Errorf("all the same: %s to %q", resp.Status, got)
	}
	want := Wish{Name: "5gvf1n1epx", Act: news.ActTag, Feed: "held", Tags: []string{"trade", "外交", "<b>"}, Who: "eve", Seen: 20}
	if len(s.acted) != 2 || fmt.Sprint(s.acted[1]) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", s.acted, want)
	}
}

// Who acts on the second page of the queue comes back to it.
func TestQueueInPages(t *testing.T) {
	h := sits(scene(func(text string) string { return text }), guest{"eve", "en"})
	for back, want := range map[string]string{
		"queue": "/cn/desk/?done=77#status", "queue-30": "/cn/desk/?from=30&done=77#status", "queue-//evil.example": "/cn/desk/?done=77#status", "story": "/cn/desk/stories/5gvf1n1epx?done=77#status",
		"": "/cn/desk/stories/5gvf1n1epx?done=77#status", "//evil.example": "/cn/desk/stories/5gvf1n1epx?done=77#status",
	} {
		resp, _ := opens(h, "/desk/stories/5gvf1n1epx/acts", url.Values{"act": {"hide"}, "seen": {"20"}, "back": {back}})
		if got := resp.Header.Get("Location"); got != want {
			t.Errorf("back %q: to %q, want %q", back, got, want)
		}
	}
	_, page := opens(h, "/desk/?from=30", nil)
	for _, want := range []string{`href="/cn/desk/?from=33"`, `<a rel="prev" href="/cn/desk/">`, `name="back" value="queue-30"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	for _, from := range []string{"-5", "x", "99999999999999999999"} {
		if resp, _ := opens(h, "/desk/?from="+from, nil); resp.StatusCode != http.StatusOK {
			t.Errorf("from %s: %s", from, resp.Status)
		}
	}
}

// Where nothing waits while sources are read, the page says how far that is, and
// asks again.
func TestNothingWaitsYet(t *testing.T) {
	tides := news.Source{ID: "mlt", Publisher: news.NamesOf(map[string]string{"en": "Ministry of Tides", "zh": "潮汐部"})}
	sources := []Progress{{tides, 3, 6}, {tides, 1, 0}, {tides, 2, 0}, {tides, 0, 0}}
	for _, tt := range []struct {
		lang  string
		comes Coming
		want  []string
	}{
		{"en", Coming{}, []string{"Nothing waits.", "when its pages have been read"}},
		{"en", Coming{true, sources, 1}, []string{"Nothing waits yet.", "Ministry of Tides: 3 of 6 articles are read.", "Tides: 1 article is still", "Tides: 2 articles are still", "Tides: its list is still", "And 1 other source.", "when all are read."}},
		{"zh", Coming{false, sources, 4}, []string{"尚无待办。", "潮汐部：已读取3篇文章，共6篇。", "另有4个来源。", "会陆续出现"}},
	} {
		s := &shelf{comes: tt.comes}
		_, page := opens(sits(s, guest{"eve", tt.lang}), "/desk/", nil)
		if again := strings.Contains(page, `http-equiv="refresh"`); again != (len(tt.comes.Sources) > 0) {
			t.Errorf("%+v: asks again: %v", tt.comes, again)
		}
		for _, want := range tt.want {
			if !strings.Contains(page, want) {
				t.Errorf("no %q in\n%s", want, page)
			}
		}
	}
}

// fields are what a form of a page sends.
func fields(t *testing.T, page, id string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	values := url.Values{}
	for n := range doc.Descendants() {
		if n.Data == "form" && attr(n, "id") == id {
			for f := range n.Descendants() {
				if name := attr(f, "name"); name != "" {
					values.Add(name, attr(f, "value"))
				}
			}
		}
	}
	return values
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// A flood of which somebody has decided says so before anything else, in the
// words of the buttons, which are gone.
func TestDecidedFlood(t *testing.T) {
	for act, want := range map[news.Act]string{news.ActApprove: "let them in", news.ActHide: "left them in pages"} {
		s := scene(func(text string) string { return text })
		s.flood.Open, s.flood.Acts = false, []Deed{{Pos: 9, Who: "bob", Act: act, Flood: true}}
		_, page := opens(sits(s, guest{"eve", "en"}), "/desk/floods/mer/2026-11-24", nil)
		said, list := strings.Index(page, "<bdi>"+want+"</bdi>"), strings.Index(page, "<h2>31 releases</h2>")
		if said < 0 || said > list || strings.Contains(page, `id="acts"`) || strings.Contains(page, "They came at once") || strings.Count(page, `id="deeds"`) != 1 {
			t.Errorf("%s: %s", act, page)
		}
	}
}
