package main

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// changes has the source say something else in a release.
func (s *sitting) changes(release, from, to string) {
	s.t.Helper()
	s.from.mu.Lock()
	doc := s.from.docs["/a.xml"]
	s.from.mu.Unlock()
	changed := strings.Replace(doc, "Text of release "+release+" of A, "+from, "Text of release "+release+" of A, "+to, 1)
	if changed == doc {
		s.t.Fatalf("no release %s that says %q", release, from)
	}
	s.from.set("/a.xml", changed)
	s.poll()
	s.open()
}

// named is the story that has a title.
func (s *sitting) named(title string) (address string) {
	s.view(func(l *storage.Ledger) {
		for story := range l.Stories() {
			if titleOf(l, story) == title {
				address = story.Address
			}
		}
	})
	return address
}

// What a source changes between an editor's look and the approval is not
// approved: not by the form, and not by an approval that is recorded in the very
// moment.
func TestDeskApprovesNothingUnseen(t *testing.T) {
	s := sitDown(t)
	name, before := s.named("A release 3"), s.seen()
	s.changes("3", "said once", "said 12 times")
	for _, act := range []string{"approve", "retitle", "note"} {
		status, page := s.act("eve", name, before, act, "text", "A title", "feed", "")
		if status != http.StatusConflict || !strings.Contains(page, "Its source has changed what it says") || !strings.Contains(page, "said 12 times") {
			t.Errorf("%s of what was not seen: %d\n%s", act, status, page)
		}
	}
	if status, _ := s.act("eve", name, before, "pin"); status != http.StatusOK {
		t.Error("a pin is not about what the text says, and is refused")
	}
	contains(t, s.done("eve", name, "approve", "feed", "held"), "It has entered Held.")
	seen := s.seen()
	s.changes("3", "said 12 times", "said 99 times")
	contains(t, s.page("/desk/stories/"+name), "It has changed since it was approved for Held", "<del>12</del>", "<ins>99</ins>")
	var story news.Story
	s.view(func(l *storage.Ledger) { story, _ = l.StoryAt(name) })
	e := news.Editing{Who: "eve", Act: news.ActApprove, Scope: news.Scope{Story: story.ID, Feed: "held"}}
	rand.Read(e.ID[:])
	for _, tt := range []struct {
		seen string
		rev  int
	}{{seen, 2}, {s.seen(), 3}} {
		e.ID[0]++
		for n := range tt.seen {
			if n == 0 {
				e.Args.Seen = 0
			}
			e.Args.Seen = e.Args.Seen*10 + uint64(tt.seen[n]-'0')
		}
		if _, err := s.h.record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		s.view(func(l *storage.Ledger) {
			if m, _ := l.Membership("held", story.ID); m.Rev != tt.rev {
				t.Errorf("approved as of record %s the feed shows reading %d, want %d", tt.seen, m.Rev, tt.rev)
			}
		})
	}
}

// A withdrawal is asked for twice, leaves every feed, and cannot be taken back.
func TestDeskWithdraws(t *testing.T) {
	s := sitDown(t)
	name, before := s.first(), s.seen()
	status, page := s.act("eve", name, before, "withdraw", "reason", "A mistake <b>of ours</b>.")
	if status != http.StatusOK || s.seen() != before || !strings.Contains(page, `name="sure" value="1"`) || !strings.Contains(page, ">A mistake &lt;b&gt;of ours&lt;/b&gt;.</textarea>") {
		t.Fatalf("asked once: %d\n%s", status, page)
	}
	page = s.done("eve", name, "withdraw", "reason", "A mistake <b>of ours</b>.", "sure", "1", "erase", "1")
	contains(t, page, "It has left All; a stub says so there for 30 days.", "Its texts and captures are destroyed.", "withdrew it: “A mistake &lt;b&gt;of ours&lt;/b&gt;.”")
	if strings.Contains(page, `value="undo"`) || strings.Contains(page, `value="approve"`) || s.in(name) != "" {
		t.Errorf("what is withdrawn can be acted on; in %q\n%s", s.in(name), page)
	}
	if status, page := s.act("eve", name, s.seen(), "approve"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "withdrawn already") {
		t.Errorf("approval of what is withdrawn: %d\n%s", status, page)
	}
}

// The story that is the same release is looked for, merged with, and split off.
func TestDeskMerges(t *testing.T) {
	s := sitDown(t)
	one, other := s.named("A release 2"), s.named("A release 3")
	page := s.page("/desk/stories/" + one + "?q=" + url.QueryEscape("release 3"))
	contains(t, page, `name="other" value="`+other+`"`)
	if strings.Contains(page, `name="other" value="`+one+`"`) {
		t.Errorf("it may be merged with itself:\n%s", page)
	}
	page = s.done("eve", one, "merge", "other", other)
	into, gone := one, other
	if !strings.Contains(page, other+" leads to "+one+" from now on.") {
		into, gone = other, one
	}
	contains(t, page, "merged it with "+other, `name="parts"`, "Merged into it: "+gone)
	if s.page("/desk/stories/"+gone) == "" || len(s.waits()) != 3 {
		t.Errorf("wait %q", s.waits())
	}
	_, part := s.partOf(into)
	contains(t, s.done("eve", into, "split", "parts", part), "is a story of its own.", "split off what a has")
	if got := s.waits(); len(got) != 4 {
		t.Errorf("after the split wait %q", got)
	}
}

// A flood is one line, opens to what came, and is let in or left in pages; not
// with what came since it was looked at.
func TestDeskFloods(t *testing.T) {
	s := sitDown(t)
	s.h.close()
	s.h = nil
	day := s.site.flood(3)
	s.open()
	name := "a/" + day
	contains(t, s.page("/desk/"), `data-story="`+name+`"`, "3 releases of Ministry", "They came at once", `action="/desk/floods/`+name+`/acts"`)
	page := s.page("/desk/floods/" + name)
	contains(t, page, "<h2>3 releases</h2>", `id="found"`, "Nobody has acted on it.")
	if n := len(regexp.MustCompile(`<li data-story=`).FindAllString(page, -1)); n != 3 {
		t.Errorf("%d releases are shown", n)
	}
	for _, act := range []string{"note", "pin"} {
		if status, page := s.act("eve", name, s.seen(), act, "text", "x"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "is a flood") {
			t.Errorf("%s: %d\n%s", act, status, page)
		}
	}
	if status, page := s.act("eve", name, "1", "approve"); status != http.StatusConflict || !strings.Contains(page, "3 more releases came with it.") {
		t.Errorf("what came since: %d\n%s", status, page)
	}
	page = s.done("eve", name, "hide")
	contains(t, page, "left them in pages")
	if len(s.waits()) != 4 {
		t.Errorf("wait %q", s.waits())
	}
	undoes := regexp.MustCompile(`name="undoes" value="(\d+)"`).FindStringSubmatch(page)[1]
	contains(t, s.done("bob", name, "undo", "undoes", undoes), "took back: left them in pages", "Let them in")
	if status, page := s.act("eve", name, undoes, "approve"); status != http.StatusConflict || !strings.Contains(page, "<bdi>bob</bdi></b> <bdi>took back: left them in pages") {
		t.Errorf("a stale act: %d\n%s", status, page)
	}
	s.done("eve", name, "approve")
}

// A page that was made before the curator merged its story into another acts on
// neither unseen: it names a part of what it would act on.
func TestDeskActsOnNoMergeUnseen(t *testing.T) {
	s := sitDown(t)
	from, to, before := s.named("A release 3"), s.named("A release 2"), s.seen()
	var merge news.Ruling
	s.view(func(l *storage.Ledger) {
		a, _ := l.StoryAt(from)
		b, _ := l.StoryAt(to)
		merge = news.Ruling{Alias: []news.AliasRuling{{From: a.ID, To: b.ID}}, Leave: []news.Leaving{{Feed: "all", Story: a.ID, Why: "merged"}}}
	})
	if _, err := s.h.store.Rule(t.Context(), func(*storage.Ledger) news.Decision { return news.Decision{Ruling: merge} }); err != nil {
		t.Fatal(err)
	}
	status, page := s.act("eve", from, before, "hide")
	if status != http.StatusConflict || !strings.Contains(page, "part of another story") || s.in(to) != "all" {
		t.Fatalf("%d, in %q\n%s", status, s.in(to), page)
	}
	contains(t, page, `action="/desk/stories/`+to+`/acts"`, `name="seen" value="`+s.seen()+`"`)
	if status, page = s.act("eve", to, s.seen(), "hide"); status != http.StatusOK || s.in(to) != "" {
		t.Errorf("all the same: %d, in %q\n%s", status, s.in(to), page)
	}
}

// Stories are found by words, addresses and ids, published or not.
func TestDeskFinds(t *testing.T) {
	s := sitDown(t)
	name := s.named("A release 3")
	s.done("eve", name, "hide")
	var id string
	s.view(func(l *storage.Ledger) { story, _ := l.StoryAt(name); id = story.ID.String() })
	for _, asked := range []string{name, strings.ToUpper(name), "release 3", `"text of release 3"`, "http://news.example/stories/" + name + "/versions/1", s.from.URL + "/3.html", id} {
		page := s.page("/desk/stories/?q=" + url.QueryEscape(asked))
		if n := strings.Count(page, "<li data-story="); n != 1 && asked != "release 3" || !strings.Contains(page, `data-story="`+name+`"`) {
			t.Errorf("%q finds %d:\n%s", asked, n, page)
		}
	}
	if n := strings.Count(s.page("/desk/stories/"), "<li data-story="); n != 4 {
		t.Errorf("%d newest", n)
	}
	contains(t, s.page("/desk/stories/?q=zebra"), "Nothing found.")
	contains(t, s.page("/desk/stories/?q="+strings.Repeat("x", 201)), "at most 200 characters")
	contains(t, s.page("/desk/stories/"+name), "eve hides it.", "readers have no page of it")
}
