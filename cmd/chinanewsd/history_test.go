package main

import (
	"context"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// carried is a record in which one story has three items: x leads in one feed
// and y in another; z led a story of its own until that was merged.
func carried(t *testing.T) (s *toldSite, x, y, z news.ItemID) {
	site := newSite(t)
	site.write("  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en, rights: government, publisher: Ministry}\n", allFeed+"  - {id: other, title: Other, languages: all}\n")
	site.create()
	s = &toldSite{t: t, h: site.open()}
	if err := s.h.publish(context.Background(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	id := func(key string) news.ItemID { return news.NewItemID("a", news.ByID, key) }
	x, y, z = id("x"), id("y"), id("z")
	story, merged := news.StoryID(x), news.StoryID(z)
	r := news.Ruling{
		Stories: []news.StoryRuling{{Item: x, Story: story, Address: story.Address(10)}, {Item: y, Story: story}, {Item: z, Story: merged, Address: merged.Address(10)}},
		Enter: []news.Entering{{Feed: "all", Story: story, Seq: 1, As: news.AsNews, Lead: x}, {Feed: "all", Story: merged, Seq: 2, As: news.AsNews, Lead: z},
			{Feed: "other", Story: story, Seq: 1, As: news.AsNews, Lead: y}},
	}
	s.accept(r, 1, "x", "y", "z")
	s.accept(news.Ruling{}, 2, "y", "z")
	s.rule(news.Ruling{Alias: []news.AliasRuling{{From: merged, To: story}}, Leave: []news.Leaving{{Feed: "all", Story: merged, Why: "merged"}}})
	return s, x, y, z
}

// accept records a reading of items, the n-th of each.
func (s *toldSite) accept(r news.Ruling, n int, keys ...string) {
	s.t.Helper()
	b := news.Batch{Source: "a", Kind: news.TaskListing, URL: "http://a.example/feed.xml", Condition: news.OK, ID: news.BatchID{byte(n)}}
	var keep []int
	for i, key := range keys {
		text := "<p>" + strings.Repeat(key, 3) + " said " + strings.Repeat("again", n) + "</p>"
		b.Entries = append(b.Entries, news.Entry{ID: key, URL: "http://a.example/" + key, Title: "Release " + key, Lang: "en", HTML: text, Digest: news.TextDigest(text)})
		ruling := news.ItemRuling{N: i, Item: news.NewItemID("a", news.ByID, key), How: news.ByID, Key: key, Rev: n, Class: news.First, As: news.AsNews, State: news.Read}
		if n > 1 {
			ruling.Class = news.Edit
		}
		r.Items, keep = append(r.Items, ruling), append(keep, i)
	}
	_, err := s.h.store.Accept(context.Background(), b, func(*storage.Ledger, news.Batch) news.Decision { return news.Decision{Ruling: r, Keep: keep} })
	if err != nil {
		s.t.Fatal(err)
	}
}

// The pages of an item's history are its own, whichever item the story's page
// shows, and stay where they were when its story was merged.
func TestHistoryIsOfOneItem(t *testing.T) {
	s, x, y, z := carried(t)
	story := "/stories/" + news.StoryID(x).Address(10)
	ofY, ofZ := "?of="+news.StoryID(y).Address(10), "?of="+news.StoryID(z).Address(10)
	for path, want := range map[string]string{
		story: "xxx said", story + "/versions/1": "xxx said", story + "/versions/1.txt" + ofY: "yyy said again\n", story + "/versions/2.json" + ofY: "yyy said againagain<",
		story + "/compare/1..2" + ofY: "<ins>", story + "/versions/2" + ofZ: "zzz said againagain",
	} {
		if w := s.get(path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, want %q:\n%s", path, w.Code, want, w.Body)
		}
	}
	for path, to := range map[string]string{
		"/stories/" + news.StoryID(z).Address(10) + "/versions/2.json": story + "/versions/2.json" + ofZ,
		"/stories/" + news.StoryID(z).Address(10):                      story,
		story + "/versions/1?of=" + news.StoryID(x).Address(10):        story + "/versions/1",
	} {
		if w := s.get(path); w.Code != 301 || w.Header().Get("Location") != to {
			t.Errorf("%s: %d %s, want %s", path, w.Code, w.Header().Get("Location"), to)
		}
	}
	if w := s.get(story + "/versions/2"); w.Code != 404 {
		t.Errorf("the second version of an item that has one: %d", w.Code)
	}
	n := news.Notice{Of: news.FeedEdits, Item: y, Rev: 2, Story: news.StoryID(x), Feeds: []news.FeedName{"other"}, Words: news.Telling{Title: "Release y", Lang: "en"}}
	s.rule(news.Ruling{Notices: []news.Notice{n}})
	if doc := s.get("/feeds/edits.atom").Body.String(); !strings.Contains(doc, story+"/compare/1..2"+ofY) {
		t.Errorf("the notice does not lead to its own item's versions:\n%s", doc)
	}
	if own := s.entries("/feeds/all/edits.atom"); len(own) != 0 {
		t.Errorf("a feed that never had the item's text tells of it: %v", own)
	}
}
