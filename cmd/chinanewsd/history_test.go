package main

import (
	"context"
	"strings"
	"testing"
	"time"

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
	ofY, ofZ := "/of/"+news.StoryID(y).Address(10), "/of/"+news.StoryID(z).Address(10)
	for path, want := range map[string]string{
		story: "xxx said", story + "/versions/1": "xxx said", story + ofY + "/versions/1.txt": "yyy said again\n", story + ofY + "/versions/2.json": "yyy said againagain<",
		story + ofY + "/compare/1..2": "<ins>", story + ofZ + "/versions/2": "zzz said againagain",
	} {
		if w := s.get(path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, want %q:\n%s", path, w.Code, want, w.Body)
		}
	}
	for path, to := range map[string]string{
		"/stories/" + news.StoryID(z).Address(10) + "/versions/2.json": story + ofZ + "/versions/2.json",
		"/stories/" + news.StoryID(z).Address(10):                      story,
		story + "/versions/1?of=" + news.StoryID(x).Address(10):        story + "/versions/1",
		story + "/of/" + news.StoryID(x).Address(10) + "/versions/1":   story + "/versions/1",
		story + "/versions/1.txt?of=" + news.StoryID(y).Address(10):    story + ofY + "/versions/1.txt",
		story + "/compare/1..2?of=" + news.StoryID(y).Address(10):      story + ofY + "/compare/1..2",
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
	if doc := s.get("/feeds/edits.atom").Body.String(); !strings.Contains(doc, story+ofY+"/compare/1..2") {
		t.Errorf("the notice does not lead to its own item's versions:\n%s", doc)
	}
	if own := s.entries("/feeds/all/edits.atom"); len(own) != 0 {
		t.Errorf("a feed that never had the item's text tells of it: %v", own)
	}
}

// What retention took is no change: a comparison with it says that it is lost,
// and a version that was read in an older answer names that.
func TestComparisonWithALostText(t *testing.T) {
	s, x, _, _ := carried(t)
	b := news.Batch{Source: "a", Kind: news.TaskLook, Item: x, ID: news.BatchID{9}, URL: "http://a.example/x", Capture: "c0ffee", Before: "be4be4",
		Entries: []news.Entry{{ID: "x", URL: "http://a.example/x", Title: "Release x", Lang: "en", HTML: "<p>Later words.</p>", Digest: news.TextDigest("later")}}}
	r := news.Ruling{Items: []news.ItemRuling{{Item: x, Rev: 2, Class: news.Edit, State: news.Read}}}
	_, err := s.h.store.Accept(context.Background(), b, func(*storage.Ledger, news.Batch) news.Decision { return news.Decision{Ruling: r, Keep: []int{0}} })
	if err != nil {
		t.Fatal(err)
	}
	story := "/stories/" + news.StoryID(x).Address(10)
	if body := s.get(story + "/versions/2.json").Body.String(); !strings.Contains(body, "be4be4") || strings.Contains(body, "c0ffee") {
		t.Errorf("the second version's capture:\n%s", body)
	}
	if body := s.get(story + "/compare/1..2").Body.String(); !strings.Contains(body, "<ins>") || strings.Contains(body, "no longer kept") {
		t.Errorf("compared while both are kept:\n%s", body)
	}
	none := func(*storage.Ledger) map[news.ItemID]bool { return nil }
	if _, err := s.h.store.PruneTexts(context.Background(), time.Now().Add(time.Hour), none, "test"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/compare/1..2": "The text of version 1 is no longer kept here.", "": "The text is no longer kept here.", "/versions/1.txt": "The text is no longer kept here."} {
		if body := s.get(story + path).Body.String(); !strings.Contains(body, want) || strings.Contains(body, "<ins>") || strings.Contains(body, "not available yet") {
			t.Errorf("%s lacks %q:\n%s", path, want, body)
		}
	}
}

// What two readers make of one page is no edit: a comparison shows what one of
// them read, or says that two did.
func TestComparisonOfOneReader(t *testing.T) {
	s, x, _, _ := carried(t)
	add := func(id byte, before, reader string, classes []news.Change, texts ...string) {
		t.Helper()
		b := news.Batch{Source: "a", Kind: news.TaskLook, Item: x, ID: news.BatchID{id}, URL: "http://a.example/x", Reader: reader, Before: before}
		var d news.Decision
		i := news.Item{}
		s.view(func(l *storage.Ledger) { i, _ = l.Item(x) })
		for n, text := range texts {
			b.Entries = append(b.Entries, news.Entry{ID: "x", URL: "http://a.example/x", Title: "Release x", Lang: "en", HTML: text, Digest: news.TextDigest(text)})
			d.Keep = append(d.Keep, n)
			d.Ruling.Items = append(d.Ruling.Items, news.ItemRuling{N: n, Item: x, Rev: len(i.Revisions) + n + 1, Class: classes[n], State: news.Read})
		}
		if _, err := s.h.store.Accept(context.Background(), b, func(*storage.Ledger, news.Batch) news.Decision { return d }); err != nil {
			t.Fatal(err)
		}
	}
	const menu = "<p>Menu of the site.</p>"
	add(11, "", "old", []news.Change{news.Fill}, menu+"<p>Exports rose 12 percent.</p>")
	add(12, "older", "new", []news.Change{news.Reread, news.Edit}, "<p>Exports rose 12 percent.</p>", "<p>Exports rose 14 percent.</p>")
	add(13, "", "newest", []news.Change{news.Edit}, "<p>Exports rose 15 percent.</p>")
	const apart = "different versions of this program"
	story := "/stories/" + news.StoryID(x).Address(10)
	for path, want := range map[string]bool{"/compare/2..3": false, "/compare/2..4": true, "/compare/3..4": true} {
		body := s.get(story + path).Body.String()
		if strings.Contains(body, apart) != want || !want && (strings.Contains(body, "Menu") || !strings.Contains(body, "<del>12</del>")) {
			t.Errorf("%s: says so: %v, want %v:\n%s", path, !want, want, body)
		}
	}
}
