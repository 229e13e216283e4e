package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// anybody is signed in as who a request names.
type anybody struct{}

func (anybody) Visitor(r *http.Request) (desk.Visitor, bool) {
	return desk.Visitor{Name: r.Header.Get("Who"), Lang: "en"}, r.Header.Get("Who") != ""
}

// sitting is a desk over a record with a feed that holds.
type sitting struct {
	t    *testing.T
	site *siteFile
	from *origin
	h    *house
	desk http.Handler
}

// sitDown has four releases of one source wait in a feed that holds; another
// source has one of them, too.
func sitDown(t *testing.T) *sitting {
	t.Helper()
	s := &sitting{t: t, site: newSite(t), from: newOrigin(t)}
	s.from.set("/a.xml", rssOf("A", 0, 1))
	s.from.set("/b.xml", rssOf("A", 1, 1))
	s.site.write(feedRow("a", s.from.URL+"/a.xml")+feedRow("b", s.from.URL+"/b.xml"), allFeed+"  - {id: held, title: Held, languages: all, hold: true}\n")
	s.site.create()
	s.poll()
	s.from.set("/a.xml", rssOf("A", 0, 4))
	s.poll()
	s.open()
	return s
}

func (s *sitting) poll() {
	s.t.Helper()
	if s.h != nil {
		s.h.close()
		s.h = nil
	}
	s.site.do(0, "poll")
}

func (s *sitting) open() {
	s.t.Helper()
	s.h = s.site.open()
	s.t.Cleanup(func() {
		if s.h != nil {
			s.h.close()
		}
	})
	s.h.press = newPress(s.h.store, s.h.cfg.Publication, s.h.flow.rows)
	s.desk = desk.New(desk.Office{Site: func() news.Site { return s.h.cfg.Site }, People: anybody{}, Queue: editors{s.h}, Stories: editors{s.h}})
}

// asks sends a request and follows where it leads.
func (s *sitting) asks(who, method, path string, form url.Values) (status int, page string) {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Who", who)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.desk.ServeHTTP(w, r)
	if to := w.Header().Get("Location"); w.Code == http.StatusSeeOther {
		to, _, _ = strings.Cut(to, "#")
		return s.asks(who, "GET", to, nil)
	}
	body, _ := io.ReadAll(w.Body)
	return w.Code, string(body)
}

func (s *sitting) page(path string) string {
	s.t.Helper()
	status, page := s.asks("eve", "GET", path, nil)
	if status != http.StatusOK {
		s.t.Fatalf("GET %s: %d\n%s", path, status, page)
	}
	return page
}

// act acts as somebody, on what they saw.
func (s *sitting) act(who, name, seen, act string, more ...string) (status int, page string) {
	s.t.Helper()
	form := url.Values{"act": {act}, "seen": {seen}}
	for n := 0; n+1 < len(more); n += 2 {
		form.Add(more[n], more[n+1])
	}
	path := "/desk/stories/" + name + "/acts"
	if strings.Contains(name, "/") {
		path = "/desk/floods/" + name + "/acts"
	}
	return s.asks(who, "POST", path, form)
}

// done is act that must be done: its page says so.
func (s *sitting) done(who, name, act string, more ...string) (page string) {
	s.t.Helper()
	status, page := s.act(who, name, s.seen(), act, more...)
	if status != http.StatusOK || !strings.Contains(page, `<div id="status" class="note"`) {
		s.t.Fatalf("%s %v: %d\n%s", act, more, status, page)
	}
	return page
}

// seen is the end of the record.
func (s *sitting) seen() (seen string) {
	s.view(func(l *storage.Ledger) { seen = fmt.Sprint(l.Next() - 1) })
	return seen
}

func (s *sitting) view(f func(*storage.Ledger)) {
	s.t.Helper()
	if err := s.h.store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		s.t.Fatal(err)
	}
}

var lineNames = regexp.MustCompile(`<li id="line-\d+" data-story="([^"]+)"`)

// waits are the names of the queue's lines.
func (s *sitting) waits() (names []string) {
	for _, m := range lineNames.FindAllStringSubmatch(s.page("/desk/"), -1) {
		names = append(names, m[1])
	}
	return names
}

// first is a story that waits.
func (s *sitting) first() string {
	s.t.Helper()
	names := s.waits()
	if len(names) == 0 {
		s.t.Fatalf("nothing waits:\n%s", s.page("/desk/"))
	}
	return names[0]
}

// both is the story that two sources have.
func (s *sitting) both() (address string) {
	s.view(func(l *storage.Ledger) {
		for story := range l.Stories() {
			if len(story.Items) == 2 {
				address = story.Address
			}
		}
	})
	return address
}

// in are the feeds that a story is in.
func (s *sitting) in(address string) (feeds string) {
	s.view(func(l *storage.Ledger) {
		story, _ := l.StoryAt(address)
		feeds = strings.Join(s.h.feedsWith(l, story), " ")
	})
	return feeds
}

func contains(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("no %q in\n%s", w, page)
		}
	}
}

// What waits is approved, leaves the queue, and waits again when that is taken
// back.
func TestDeskApproves(t *testing.T) {
	s := sitDown(t)
	before := s.waits()
	if len(before) != 4 {
		t.Fatalf("wait: %q", before)
	}
	name := before[0]
	contains(t, s.page("/desk/"), "Waits for your approval for the feed “Held”.", `<span class="count" id="waits">4</span>`, `action="/desk/stories/`+name+`/acts"`, "Text of release")
	page := s.done("eve", name, "approve", "feed", "held", "back", "queue")
	contains(t, page, "<bdi>eve</bdi> <bdi>approved it in Held</bdi>", "It has entered Held.", `id="waits">3<`, `name="act" value="undo"`)
	if got := s.waits(); len(got) != 3 || s.in(name) != "all held" {
		t.Errorf("wait %q, in %s", got, s.in(name))
	}
	undoes := regexp.MustCompile(`name="undoes" value="(\d+)"`).FindStringSubmatch(page)[1]
	page = s.done("bob", name, "undo", "undoes", undoes)
	contains(t, page, "took back: approved it in Held", "It has left Held.", "It waits for Held.", "taken back by bob")
	if got := s.waits(); len(got) != 4 || s.in(name) != "all" {
		t.Errorf("after the undo wait %q, in %s", got, s.in(name))
	}
}

// Every act is done through its form, and is told of on the story's page.
func TestDeskActs(t *testing.T) {
	s := sitDown(t)
	name := s.first()
	for _, tt := range []struct {
		act  string
		more []string
		want string
	}{
		{"approve", nil, "approved it</bdi>"},
		{"hide", []string{"feed", "all"}, "It has left All."},
		{"pin", nil, "It stands first in Held until "},
		{"pin", []string{"until", "2050-12-01T08:00", "feed", "held"}, "pinned it until 1 December 2050, 08:00 Beijing time"},
		{"retitle", []string{"text", "Another\t <b>title</b>"}, "Another &lt;b&gt;title&lt;/b&gt;"},
		{"summary", []string{"text", "What it says"}, "wrote the summary “What it says”"},
		{"note", []string{"text", "按：已更正"}, "wrote the note “按：已更正”"},
		{"tag", []string{"tags", "trade, 外交，trade"}, "tagged it trade, 外交"},
		{"hold", nil, "It has left Held."},
		{"embargo", []string{"until", "9d"}, "put it under embargo until "},
	} {
		contains(t, s.done("eve", name, tt.act, tt.more...), tt.want)
	}
	for {
		page := s.page("/desk/stories/" + name)
		form := regexp.MustCompile(`name="undoes" value="(\d+)"><button name="act" value="undo">`).FindStringSubmatch(page)
		if form == nil {
			break
		}
		s.done("bob", name, "undo", "undoes", form[1])
	}
	if s.in(name) != "all" || strings.Count(s.page("/desk/stories/"+name), "taken back by bob") != 10 {
		t.Errorf("after the undos in %s:\n%s", s.in(name), s.page("/desk/stories/"+name))
	}
}

// What cannot be done says why, keeps what was typed, and records nothing.
func TestDeskRefuses(t *testing.T) {
	s := sitDown(t)
	name, before := s.both(), s.seen()
	long := strings.Repeat("题", 301)
	for _, tt := range []struct {
		act  string
		more []string
		want string
	}{
		{"burn", nil, "There is no such act: burn."},
		{"", nil, "There is no such act"},
		{"retitle", []string{"text", " \t"}, "Write something."},
		{"retitle", []string{"text", long}, "That is 301 characters; the most is 300."},
		{"retitle", []string{"text", long}, ">" + long + "</textarea>"},
		{"note", []string{"text", strings.Repeat("x", 2001)}, "the most is 2000."},
		{"tag", []string{"tags", ", ，"}, "Write 1 to 20 tags"},
		{"tag", []string{"tags", strings.Repeat("t", 51)}, "is too long; the most is 50 characters"},
		{"embargo", []string{"until", "soon"}, `name="until" value="soon"`},
		{"embargo", []string{"until", "1999-12-31"}, "That moment is over."},
		{"pin", []string{"until", "-3d"}, "Say until when"},
		{"merge", nil, "Choose the story that is the same release."},
		{"merge", []string{"other", name}, "one story already"},
		{"merge", []string{"other", "nowhere"}, "no story is known as"},
		{"split", nil, "Choose what is another release."},
		{"split", []string{"parts", "a", "parts", "b"}, "a split leaves something behind"},
		{"undo", nil, "Choose what is to be taken back."},
		{"undo", []string{"undoes", "1"}, "record 1 is no act on it"},
		{"withdraw", []string{"reason", " "}, "Say why, in 2000 characters at most"},
		{"hide", []string{"feed", "nowhere"}, "no feed &#34;nowhere&#34;"},
	} {
		status, page := s.act("eve", name, before, tt.act, tt.more...)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, tt.want) {
			t.Errorf("%s %.60q: %d, want %q\n%s", tt.act, tt.more, status, tt.want, page)
		}
	}
	if status, page := s.act("eve", name, "", "hide"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "does not say what was seen") {
		t.Errorf("without seen: %d\n%s", status, page)
	}
	for _, path := range []string{"/desk/stories/nowhere", "/desk/floods/a/2026-11-26", "/desk/floods/a/x", "/desk/floods/nowhere/2026-11-26"} {
		if status, page := s.asks("eve", "GET", path, nil); status != http.StatusNotFound {
			t.Errorf("%s: %d\n%s", path, status, page)
		}
		if status, page := s.asks("eve", "POST", path+"/acts", url.Values{"act": {"hide"}, "seen": {before}}); status == http.StatusOK {
			t.Errorf("acts on %s: %d\n%s", path, status, page)
		}
	}
	if status, _ := s.asks("", "POST", "/desk/stories/"+name+"/acts", url.Values{"act": {"hide"}, "seen": {before}}); status != http.StatusForbidden {
		t.Errorf("a stranger's act: %d", status)
	}
	if after := s.seen(); after != before {
		t.Errorf("the record went from %s to %s", before, after)
	}
}

// Of two editors who saw the same the second is told of the first, in whichever
// feed and under whichever address that was, with all that was typed; and can do
// it all the same.
func TestDeskConflict(t *testing.T) {
	s := sitDown(t)
	names := s.waits()
	name, other, before := names[0], names[1], s.seen()
	s.done("eve", name, "hide", "feed", "all")
	status, page := s.act("bob", name, before, "retitle", "text", "Bob's own title", "back", "queue")
	if status != http.StatusConflict {
		t.Fatalf("%d\n%s", status, page)
	}
	contains(t, page, "<b><bdi>eve</bdi></b> <bdi>hid it in All</bdi>", ">Bob&#39;s own title</textarea>", "Do it all the same", `name="back" value="queue"`)
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page)[1]
	if status, _ := s.act("bob", name, seen, "retitle", "text", "Bob's own title"); status != http.StatusOK {
		t.Errorf("all the same: %d", status)
	}
	before = s.seen()
	s.done("eve", name, "undo", "undoes", before)
	if status, page := s.act("bob", name, before, "hide"); status != http.StatusConflict || !strings.Contains(page, "took back: gave it the title “Bob&#39;s own title”") {
		t.Errorf("after an undo: %d\n%s", status, page)
	}
	before = s.seen()
	s.done("eve", name, "merge", "other", other)
	for _, one := range []string{name, other} {
		if status, page := s.act("bob", one, before, "approve"); status != http.StatusConflict || !strings.Contains(page, "merged it with") {
			t.Errorf("approval of %s after a merge: %d\n%s", one, status, page)
		}
	}
	name, part := s.partOf(name)
	s.done("eve", name, "split", "parts", part)
	if status, page := s.act("bob", name, before, "pin"); status != http.StatusConflict || !strings.Contains(page, "split off what") {
		t.Errorf("after a split: %d\n%s", status, page)
	}
}

// partOf is the id of the last item of a story, and where the story is now: of
// two that were merged either remains.
func (s *sitting) partOf(address string) (now, id string) {
	s.view(func(l *storage.Ledger) {
		story, _ := l.StoryAt(address)
		now, id = story.Address, story.Items[len(story.Items)-1].String()
	})
	return now, id
}

// Of editors who act at once on what they saw, one is first; no other act is
// lost or done unseen.
func TestDeskAtOnce(t *testing.T) {
	s := sitDown(t)
	name, seen := s.first(), s.seen()
	const editors = 8
	status := make([]int, editors)
	var all sync.WaitGroup
	for n := range editors {
		all.Go(func() {
			act, more := "note", []string{"text", fmt.Sprint("Note ", n)}
			if n%2 == 0 {
				act, more = "approve", []string{"feed", "held"}
			}
			status[n], _ = s.act(fmt.Sprint("editor ", n), name, seen, act, more...)
		})
	}
	all.Wait()
	done := 0
	for n, code := range status {
		switch code {
		case http.StatusOK:
			done++
		case http.StatusConflict:
		default:
			t.Errorf("editor %d: %d", n, code)
		}
	}
	acts := 0
	s.view(func(l *storage.Ledger) {
		story, _ := l.StoryAt(name)
		acts = len(l.Decisions(news.Scope{Story: story.ID}).Acts) + len(l.Decisions(news.Scope{Story: story.ID, Feed: "held"}).Acts)
	})
	if done != 1 || acts != 1 {
		t.Errorf("%d were told that it is done, %d acts are recorded", done, acts)
	}
}
