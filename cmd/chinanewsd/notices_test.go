package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// told is a site whose record has a release of two versions, and one that is
// as it was.
type toldSite struct {
	t       *testing.T
	h       *house
	changed news.Item
	same    news.Item
}

func newTold(t *testing.T, rights string) *toldSite {
	o, s := newOrigin(t), newSite(t)
	first := rssOf("A", 0, 2)
	o.set("/feed.xml", first)
	s.write(strings.Replace(feedRow("a", o.URL+"/feed.xml"), "government", rights, 1), allFeed)
	s.create()
	s.do(0, "poll")
	o.set("/feed.xml", strings.Replace(first, "Text of release 1 ", "Another text of release 1 ", 1))
	s.do(0, "poll")
	told := &toldSite{t: t, h: s.open()}
	told.view(func(l *storage.Ledger) {
		for m := range l.Entries("all", news.AsNews) {
			if i, _ := l.Item(m.Lead); len(i.Revisions) > 1 {
				told.changed = i
			} else {
				told.same = i
			}
		}
	})
	if n := len(told.changed.Versions()); n != 2 || told.same.ID.IsZero() {
		t.Fatalf("the changed release has %d versions, want 2", n)
	}
	if err := told.h.publish(context.Background(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	return told
}

func (s *toldSite) view(f func(*storage.Ledger)) {
	s.t.Helper()
	if err := s.h.store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		s.t.Fatal(err)
	}
}

// rule records notices, as the curator would, and prints.
func (s *toldSite) rule(r news.Ruling) {
	s.t.Helper()
	_, err := s.h.store.Rule(context.Background(), func(l *storage.Ledger) news.Decision {
		for n := range r.Notices {
			r.Notices[n].Seq = l.Feed(r.Notices[n].Of).News + 1
		}
		return news.Decision{Ruling: r}
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.h.press.print(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *toldSite) edit(rev int, was, now string) news.Notice {
	i := s.changed
	return news.Notice{Of: news.FeedEdits, Item: i.ID, Rev: rev, Story: i.Story, Feeds: []news.FeedName{"all"},
		Words: news.Telling{Title: i.Shown.Title, URL: i.Shown.URL, Lang: "en", Seen: i.FirstSeen, Differences: []news.Difference{{Class: news.EditName, Was: was, Now: now}}}}
}

func (s *toldSite) removal(nth int, state news.Presence) news.Notice {
	i := s.same
	return news.Notice{Of: news.FeedRemovals, Item: i.ID, Nth: nth, State: state, Story: i.Story, Feeds: []news.FeedName{"all"},
		Words: news.Telling{Title: i.Shown.Title, URL: i.Shown.URL, Lang: "en", Seen: i.FirstSeen, Since: i.FirstSeen}}
}

// get asks the public listener.
func (s *toldSite) get(path string, headers ...string) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://news.example"+path, nil)
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	s.h.public().ServeHTTP(w, r)
	return w
}

// entries are the entries of an Atom document as they stand in it, by id.
func (s *toldSite) entries(path string) map[string]string {
	s.t.Helper()
	w := s.get(path)
	var feed struct {
		Entries []struct {
			ID   string `xml:"id"`
			Text string `xml:",innerxml"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &feed); err != nil || w.Code != 200 {
		s.t.Fatalf("%s: %d %v\n%s", path, w.Code, err, w.Body)
	}
	out := make(map[string]string)
	for _, e := range feed.Entries {
		out[e.ID] = e.Text
	}
	return out
}

func TestNoticesArePublishedAndFrozen(t *testing.T) {
	s := newTold(t, "government")
	for _, path := range []string{"/feeds/removals.atom", "/feeds/all/removals.atom"} {
		if n := len(s.entries(path)); n != 0 {
			t.Errorf("%s has %d entries before anything happened", path, n)
		}
	}
	s.rule(news.Ruling{Notices: []news.Notice{s.removal(1, news.Removed)}})
	before := s.entries("/feeds/edits.atom")
	for path, want := range map[string]string{"/feeds/edits.atom": "Changed: A release 1", "/feeds/all/edits.atom": "/compare/1..2", "/feeds/removals.atom": "No longer at its address: A release 0", "/feeds/all/removals.atom": "It is kept here."} {
		found := s.entries(path)
		for _, text := range found {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", path, want, text)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s has %d entries, want 1", path, len(found))
		}
	}
	s.rule(news.Ruling{Notices: []news.Notice{s.edit(3, "Another text", "A third text"), s.removal(2, news.Present)}})
	after := s.entries("/feeds/edits.atom")
	for id, text := range before {
		if after[id] != text {
			t.Errorf("an entry changed after it was published:\n%s\nwas\n%s", after[id], text)
		}
	}
	if len(after) != 2 || len(s.entries("/feeds/removals.atom")) != 2 {
		t.Errorf("%d edits, want 2", len(after))
	}
	if global, own := s.entries("/feeds/removals.atom"), s.entries("/feeds/all/removals.atom"); fmt.Sprint(global) != fmt.Sprint(own) {
		t.Error("a notice is not one entry in both its feeds")
	}
}

// A notice of a feed that is not published is nowhere.
func TestNoticesOfOthersStayUnknown(t *testing.T) {
	s := newTold(t, "government")
	secret := s.edit(2, "secret", "words")
	secret.Feeds = []news.FeedName{"private"}
	s.rule(news.Ruling{Notices: []news.Notice{secret}})
	for _, path := range []string{"/feeds/edits.atom", "/feeds/edits.rss", "/feeds/edits.json", "/feeds/edits/", "/feeds/all/edits.atom", "/feeds/all/edits/"} {
		if w := s.get(path); w.Code != 200 || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d\n%s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/feeds/private/edits.atom", "/feeds/private/edits/", "/feeds/all/other.atom", "/feeds/all/edits.pdf", "/feeds/all/edits/x.atom", "/feeds//edits.atom"} {
		if w := s.get(path); w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

func TestNoticesAreFound(t *testing.T) {
	s := newTold(t, "government")
	s.rule(news.Ruling{Notices: []news.Notice{s.edit(2, "Text", "Another text")}})
	for path, page := range map[string]string{"/feeds/edits.atom": "/feeds/edits/", "/feeds/all/removals.json": "/feeds/all/removals/"} {
		w := s.get(path, "Sec-Fetch-Dest", "document")
		if w.Code != 302 || w.Header().Get("Location") != page {
			t.Errorf("a browser at %s: %d %s, want %s", path, w.Code, w.Header().Get("Location"), page)
		}
		if got := s.get(path).Header().Get("Link"); got != "<http://news.example"+path+`>; rel="self", <http://news.example/hub>; rel="hub"` {
			t.Errorf("%s: Link is %s", path, got)
		}
		if s.get(page).Code != 200 {
			t.Errorf("%s is not there", page)
		}
	}
	opml := s.get("/opml.xml").Body.String()
	first, second := strings.Index(opml, "/feeds/all.atom"), strings.Index(opml, "/feeds/edits.atom")
	if first < 0 || second < first || strings.Index(opml, "/feeds/removals.atom") < second || strings.Contains(opml, "all/edits") {
		t.Errorf("the list of feeds is\n%s", opml)
	}
	for _, path := range []string{"/", "/feeds/all/"} {
		if body := s.get(path).Body.String(); !strings.Contains(body, "edits/\"") || !strings.Contains(body, "removals/\"") {
			t.Errorf("%s does not lead to edits and removals", path)
		}
	}
}

// Versions are as they stood, and stay so.
func TestVersions(t *testing.T) {
	s := newTold(t, "government")
	story := "/stories/" + news.StoryID(s.changed.ID).Address(news.AddressLength)
	for path, want := range map[string][2]string{
		"/versions/1": {">Text of release 1 of A", "Another text"}, "/versions/2": {"Another text of release 1 of A", ">Text of release 1"},
		"/versions/1.txt": {"\nText of release 1 of A", "Another text"}, "/versions/2.json": {"Another text of release 1 of A", "private"}, "": {"/compare/1..2", "private"}, ".json": {"/versions/2\"", "private"},
		"/compare/1..2": {"<ins>Another text", "private"},
	} {
		w := s.get(story + path)
		if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, want[0]) || strings.Contains(body, want[1]) {
			t.Errorf("%s: %d, must have %q and not %q:\n%s", path, w.Code, want[0], want[1], body)
		}
	}
	for _, path := range []string{"/versions/3", "/compare/1..3", "/versions/1?of=" + news.StoryID(s.same.ID).Address(10), "/of/" + news.StoryID(s.same.ID).Address(10) + "/versions/1"} {
		if w := s.get(story + path); w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
	s.rule(news.Ruling{Leave: []news.Leaving{{Feed: "all", Story: s.changed.Story, Why: "rule"}}})
	for _, path := range []string{"", ".json", "/versions/1", "/versions/2.txt", "/versions/1.json", "/compare/1..2"} {
		if w := s.get(story + path); w.Code != 404 {
			t.Errorf("%s of a story that no feed carries: %d, want 404", path, w.Code)
		}
	}
}

// A removal is said first in the feed that carries the release, and no more
// when it is back.
func TestRemovedInItsFeed(t *testing.T) {
	s := newTold(t, "government")
	before := s.entries("/feeds/all.atom")
	moved := []news.Update{{Feed: "all", Story: s.same.Story}}
	s.rule(news.Ruling{Removal: []news.Removal{{Item: s.same.ID, State: news.Removed, Looks: 3}}, Updated: moved})
	const line = "No longer at its address since "
	if got := strings.Count(s.get("/feeds/all.atom").Body.String(), line); got != 2 {
		t.Errorf("said %d times, want in one entry's summary and content", got)
	}
	if page := s.get("/stories/" + s.same.Story.Address(10)).Body.String(); !strings.Contains(page, line) {
		t.Errorf("the story's page does not say it:\n%s", page)
	}
	s.rule(news.Ruling{Removal: []news.Removal{{Item: s.same.ID}}, Updated: moved})
	after := s.entries("/feeds/all.atom")
	for id, text := range after {
		if strings.Contains(text, line) || len(before[id]) != len(text) {
			t.Errorf("back, the entry is\n%s, was\n%s", text, before[id])
		}
	}
}

// What a feed drops because it is gone stays where the removals lead.
func TestDroppedIsKeptWhereRemovalsLead(t *testing.T) {
	s := newTold(t, "government")
	story := "/stories/" + s.same.Story.Address(10)
	s.rule(news.Ruling{Removal: []news.Removal{{Item: s.same.ID, State: news.Removed, Looks: 3}}, Notices: []news.Notice{s.removal(1, news.Removed)},
		Leave: []news.Leaving{{Feed: "all", Story: s.same.Story, Why: "removed"}}})
	for _, text := range s.entries("/feeds/all.atom") {
		if strings.Contains(text, story) {
			t.Errorf("the entry is still in its feed:\n%s", text)
		}
	}
	if doc := s.get("/feeds/removals.atom").Body.String(); !strings.Contains(doc, story) {
		t.Errorf("the removals do not lead to it:\n%s", doc)
	}
	for _, path := range []string{story, story + "/versions/1", story + ".json"} {
		if w := s.get(path); w.Code != 200 || !strings.Contains(w.Body.String(), "Text of release 0") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// The rights of a source bind what is told of its changes.
func TestNoticesKeepRights(t *testing.T) {
	for rights, quoted := range map[string]bool{"government": true, "media": true, "restricted": false} {
		s := newTold(t, rights)
		s.rule(news.Ruling{Notices: []news.Notice{s.edit(2, "the old words", "the new words")}})
		for _, path := range []string{"/feeds/edits.rss", "/feeds/edits.atom", "/feeds/edits.json", "/feeds/all/edits.atom", "/feeds/edits/"} {
			if body := s.get(path).Body.String(); strings.Contains(body, "the old words") != quoted || !strings.Contains(body, "A name was changed.") {
				t.Errorf("%s, %s: quoted is to be %v:\n%s", rights, path, quoted, body)
			}
		}
	}
}

// A notice is there as long as the release is: not when a rule took that out
// of its feed.
func TestNoticesGoWithTheirRelease(t *testing.T) {
	s := newTold(t, "government")
	s.rule(news.Ruling{Notices: []news.Notice{s.removal(1, news.Removed)}})
	count := func(want int) {
		t.Helper()
		for _, path := range []string{"/feeds/edits.atom", "/feeds/all/edits.atom"} {
			if n := len(s.entries(path)); n != want {
				t.Errorf("%s has %d entries, want %d", path, n, want)
			}
		}
		if page := s.get("/feeds/edits/").Body.String(); strings.Contains(page, "Changed: ") != (want > 0) {
			t.Errorf("the page of edits, want %d:\n%s", want, page)
		}
	}
	count(1)
	before := s.changes()
	s.rule(news.Ruling{Leave: []news.Leaving{{Feed: "all", Story: s.changed.Story, Why: news.LeftRule}}})
	count(0)
	if after := s.changes(); !after[0].After(before[0]) || !after[1].After(before[1]) {
		t.Error("the feeds of edits were not marked as changed when the release left")
	}
	before = s.changes()
	s.rule(news.Ruling{Enter: []news.Entering{{Feed: "all", Story: s.changed.Story, Seq: 9, As: news.AsHistory, Lead: s.changed.ID}}})
	count(1)
	if after := s.changes(); !after[0].After(before[0]) || !after[1].After(before[1]) {
		t.Error("the feeds of edits were not marked as changed when the release came again")
	}
}

// changes are when the feeds of edits changed last, by the record.
func (s *toldSite) changes() (at [2]time.Time) {
	s.view(func(l *storage.Ledger) { at = [2]time.Time{l.Feed("edits").Changed, l.Feed("all/edits").Changed} })
	return at
}

// An entry says that its release is gone, or is back, as soon as that is ruled,
// though its `updated` waits for its hour.
func TestPresenceMarksItsFeed(t *testing.T) {
	s := newTold(t, "government")
	state := func() (f news.FeedState) {
		s.view(func(l *storage.Ledger) { f = l.Feed("all") })
		return f
	}
	for _, tt := range []struct {
		to    news.Presence
		marks bool
	}{{news.Missing, false}, {news.Removed, true}, {news.Removed, false}, {news.Present, true}} {
		before := state()
		s.rule(news.Ruling{Removal: []news.Removal{{Item: s.same.ID, State: tt.to, Looks: 1}}})
		if after := state(); after.Changed.After(before.Changed) != tt.marks {
			t.Errorf("%q: the feed was marked: %v, want %v", tt.to, !tt.marks, tt.marks)
		}
	}
}
