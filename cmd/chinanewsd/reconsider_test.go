package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pastSite is a site with a past: first contents, news, an edit, a second
// carrier, a withdrawal.
func pastSite(t *testing.T) *siteFile {
	o, s := newOrigin(t), newSite(t)
	first := rssOf("A", 0, 6)
	o.set("/a.xml", first)
	o.set("/b.xml", rssOf("B", 0, 3))
	s.write(feedRow("a", o.URL+"/a.xml")+feedRow("b", o.URL+"/b.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	o.set("/a.xml", strings.Replace(rssOf("A", 0, 9), "Text of release 1 ", "Another text of release 1 ", 1))
	s.do(0, "poll")
	o.set("/b.xml", rssOf("A", 7, 3)) // the other has some of its releases too
	s.do(0, "poll")
	address, _ := someStory(t, s)
	s.do(0, "withdraw", address, "--reason", "A mistake.")
	return s
}

// The same rules rule the same, whatever the record has.
func TestReconsiderFindsNothingWhereNothingChanged(t *testing.T) {
	s := pastSite(t)
	before := fileBytes(t, s)
	out, stderr := s.do(0, "rebuild", "--reconsider")
	if !strings.Contains(out, "today's rules would rule the same") {
		t.Errorf("reconsidered: %s%s", out, stderr)
	}
	if string(before) != string(fileBytes(t, s)) {
		t.Error("the record was changed")
	}
}

// Other rules are said in numbers and examples, and nothing is changed.
func TestReconsiderSaysWhatWouldBeOtherwise(t *testing.T) {
	s := pastSite(t)
	before := fileBytes(t, s)
	s.set("  - {id: all,", "  - {id: all, where: 'has(title, \"release 2\")',")
	out, _ := s.do(0, "rebuild", "--reconsider")
	for _, want := range []string{"nothing was changed", "stories that would not be in all", "“A release ", "and "} {
		if !strings.Contains(out, want) {
			t.Errorf("reconsidered, without %q: %s", want, out)
		}
	}
	if strings.Contains(out, "another item") || strings.Contains(out, "another class") {
		t.Errorf("a rule of a feed changed what items are: %s", out)
	}
	if string(before) != string(fileBytes(t, s)) {
		t.Error("the record was changed")
	}
}

// One of a kind is one.
func TestReconsiderCountsOne(t *testing.T) {
	for kind, want := range map[string]string{
		"stories that would be in selection": "1 story that would be in selection", "readings that were not ruled on": "1 reading that was not ruled on",
		"entries that would be another item": "1 entry that would be another item", "items that would enter otherwise": "1 item that would enter otherwise",
	} {
		if one, two := kinded(1, kind), kinded(2, kind); one != want || two != "2 "+kind {
			t.Errorf("%q and %q, want %q", one, two, want)
		}
	}
}

func fileBytes(t *testing.T, s *siteFile) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.data, "news.db"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A day of polling among ministries that misbehave, with lists, articles, looks
// and failures, is ruled the same when it is heard once more.
func TestReconsiderADay(t *testing.T) {
	dir := quickDisk(t)
	cfg := weekConfig(t, dir, 3)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		w := &week{start: time.Now(), now: make(map[string]int), last: make(map[string]time.Time), due: make(map[string]time.Time),
			late: make(map[string]time.Duration), shown: make(map[string]int)}
		net, stop := newWire(t, w)
		l := &life{t: t, cfg: cfg, set: settings{create: true, log: quiet, network: net.network(), observe: w.observe}}
		l.start()
		time.Sleep(24 * time.Hour)
		l.stop()
		time.Sleep(time.Minute)
		stop()
	})
	store, err := openStore(cfg, false, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if report, err := store.Verify(t.Context()); err != nil || report.Captures < 100 {
		t.Errorf("%d captures, %v", report.Captures, err)
	}
	var out strings.Builder
	if err := reconsider(t.Context(), cfg, store, &out); err != nil || !strings.Contains(out.String(), "would rule the same") {
		t.Errorf("%v: %s", err, out.String())
	}
}
