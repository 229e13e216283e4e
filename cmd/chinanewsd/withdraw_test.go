package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// addressOf is the address of an item's story.
func (s *toldSite) addressOf(i news.Item) (address string) {
	s.view(func(l *storage.Ledger) { address = l.Address(i.Story) })
	return address
}

// What is withdrawn leaves documents, pages and notices; a stub and the reason
// stand there instead.
func TestAWithdrawnStoryLeavesEverything(t *testing.T) {
	s := newTold(t, "government")
	s.rule(news.Ruling{Notices: []news.Notice{s.edit(2, "Text", "Another text"), s.removal(1, news.Removed)}})
	address := s.addressOf(s.changed)
	done, err := s.h.edit(context.Background(), wish{Story: "https://news.example/stories/" + address, Act: news.ActWithdraw, Args: news.Args{Reason: "A mistake."}, Who: "eve"})
	if err != nil || fmt.Sprint(done.Left) != "[all]" || done.Pos == 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if err := s.h.press.print(context.Background()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/feeds/all.atom": "at:deleted-entry", "/feeds/all.rss": "<title>Withdrawn</title>", "/feeds/all.json": `"title": "Withdrawn"`} {
		body := s.get(path).Body.String()
		if !strings.Contains(body, want) || !strings.Contains(body, "A mistake.") || strings.Contains(body, s.changed.Shown.Title) || !strings.Contains(body, s.same.Shown.Title) {
			t.Errorf("%s:\n%s", path, body)
		}
	}
	for _, path := range []string{"/stories/" + address, "/stories/" + address + "/versions/1", "/stories/" + address + "/compare/1..2"} {
		if w := s.get(path); w.Code != 410 || !strings.Contains(w.Body.String(), "A mistake.") || strings.Contains(w.Body.String(), s.changed.Shown.Title) {
			t.Errorf("%s: %d\n%s", path, w.Code, w.Body)
		}
	}
	for path, want := range map[string]int{"/feeds/edits.atom": 0, "/feeds/all/edits.atom": 0, "/feeds/removals.atom": 1} {
		if got := s.entries(path); len(got) != want {
			t.Errorf("%s has %d entries, want %d", path, len(got), want)
		}
	}
	for _, path := range []string{"/", "/feeds/all/", "/feeds/edits/"} {
		if w := s.get(path); w.Code != 200 || strings.Contains(w.Body.String(), s.changed.Shown.Title) {
			t.Errorf("%s: %d, with the story", path, w.Code)
		}
	}
}

// What a feed had dropped, since its page was gone, is withdrawn from where it
// is still told of.
func TestADroppedStoryIsWithdrawn(t *testing.T) {
	s := newTold(t, "government")
	s.rule(news.Ruling{Removal: []news.Removal{{Item: s.same.ID, State: news.Removed, Looks: 3}}, Notices: []news.Notice{s.removal(1, news.Removed)},
		Leave: []news.Leaving{{Feed: "all", Story: s.same.Story, Why: news.LeftRemoved}}})
	var before, after news.FeedState
	s.view(func(l *storage.Ledger) { before = l.Feed("all/removals") })
	address := s.addressOf(s.same)
	if _, err := s.h.edit(context.Background(), wish{Story: address, Act: news.ActWithdraw, Args: news.Args{Reason: "A mistake."}, Who: "eve"}); err != nil {
		t.Fatal(err)
	}
	s.view(func(l *storage.Ledger) { after = l.Feed("all/removals") })
	if !after.Changed.After(before.Changed) {
		t.Error("the feed's removals were not marked as changed")
	}
	for _, page := range []string{"", "/versions/1", ".json"} {
		if w := s.get("/stories/" + address + page); w.Code != 410 || !strings.Contains(w.Body.String(), "A mistake.") {
			t.Errorf("%q: %d", page, w.Code)
		}
	}
	if w := s.get("/feeds/all/removals/"); strings.Contains(w.Body.String(), s.same.Shown.Title) {
		t.Error("its notice is there still")
	}
}

// The command works on the record, and through the daemon that holds it.
func TestWithdrawCommand(t *testing.T) {
	for _, running := range []bool{false, true} {
		o, s := newOrigin(t), newSite(t)
		o.set("/feed.xml", rssOf("A", 0, 2))
		s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
		s.create()
		s.do(0, "poll")
		address, item := someStory(t, s)
		os.Mkdir(filepath.Join(s.data, backupFolder), 0o700)
		os.WriteFile(filepath.Join(s.data, backupFolder, "old.tar"), nil, 0o600)
		os.WriteFile(filepath.Join(s.data, "news.db.before-restore-x"), nil, 0o600)
		stop := func() {}
		if running {
			stop = runDaemon(t, s)
		}
		if _, stderr := s.do(2, "withdraw", "nothing", "--reason", "x"); !strings.Contains(stderr, `no story is known as "nothing"`) {
			t.Errorf("a story that is not there: %s", stderr)
		}
		if _, stderr := s.do(2, "withdraw", address, "--reason", " "); !strings.Contains(stderr, "--reason is empty") {
			t.Errorf("no reason: %s", stderr)
		}
		if out, _ := s.do(0, "withdraw", address, "--reason", "A mistake."); !strings.Contains(out, "it has left all; a stub says so there for 30 days") || strings.Contains(out, "erased") {
			t.Errorf("withdrawn: %s", out)
		}
		if _, stderr := s.do(1, "withdraw", address, "--reason", "again"); !strings.Contains(stderr, "withdrawn already") || !strings.Contains(stderr, "A mistake.") {
			t.Errorf("withdrawn twice: %s", stderr)
		}
		out, _ := s.do(0, "withdraw", address, "--reason", "A mistake.", "--erase")
		for _, want := range []string{"erased: its texts", "The log keeps its titles, addresses", "compact", "may hold it", "old.tar", "before-restore-x"} {
			if !strings.Contains(out, want) {
				t.Errorf("erased, without %q: %s", want, out)
			}
		}
		stop()
		if out, _ := s.do(0, "verify"); !strings.Contains(out, "sound: ") || !strings.Contains(out, "erased: record ") || !strings.Contains(out, "2 more thrown away") && !strings.Contains(out, "1 more thrown away") {
			t.Errorf("verify: %s", out)
		}
		s.do(0, "poll")
		h := s.open()
		err := h.store.View(context.Background(), func(l *storage.Ledger) error {
			i, _ := l.Item(item)
			summary, html, err := l.Texts(i.ShownPos(), i.Shown)
			if summary+html != "" {
				t.Errorf("the text is %q %q", summary, html)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		h.close()
	}
}

// someStory is the address of a story that is in a feed, and the item that
// leads it.
func someStory(t *testing.T, s *siteFile) (address string, item news.ItemID) {
	t.Helper()
	h := s.open()
	defer h.close()
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for m := range l.Entries("all", news.AsNews) {
			address, item = l.Address(m.Story), m.Lead
		}
		return nil
	})
	if err != nil || address == "" {
		t.Fatal(err, address)
	}
	return address, item
}
