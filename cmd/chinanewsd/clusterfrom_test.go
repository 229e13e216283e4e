package main

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/storage"
)

// shownAs is what a site answers at some addresses: ETags and bodies.
func (s *reloadSite) shownAs(paths []string) map[string]string {
	s.t.Helper()
	all := make(map[string]string)
	for _, path := range paths {
		resp, err := http.Get("http://" + s.addr + path)
		if err != nil {
			s.t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			s.t.Fatalf("%s: %s %s %v", path, resp.Status, body, err)
		}
		all[path] = resp.Header.Get("ETag") + "\n" + string(body)
	}
	return all
}

// exportedLines are a record's items with their ids, dates and versions.
func (s *reloadSite) exportedLines() string {
	s.t.Helper()
	var out strings.Builder
	if err := export(s.t.Context(), s.h.store, time.Time{}, &out); err != nil {
		s.t.Fatal(err)
	}
	return out.String()
}

// aloneBefore is a site of one node, of which a cluster's is made: the same rows
// and feeds, with news, and with what an editor did.
func aloneBefore(t *testing.T, o *origin) *reloadSite {
	t.Helper()
	s := &reloadSite{siteFile: newSite(t), origin: o}
	s.rows(feedRow("a", "ORIGIN/a.xml")+feedRow("b", "ORIGIN/b.xml"), allFeed+"hub: {allow: [127.0.0.0/8]}\n")
	s.begin()
	s.shows("all", "A release 2", "")
	s.shows("all", "B release 2", "")
	s.retitle(s.story(), "Retitled before")
	s.shows("all", "Retitled before", "")
	return s
}

// A cluster that begins with the record of one node shows what that showed, byte
// for byte: nothing is dated, told or asked for anew.
func TestClusterBeginsWithARecord(t *testing.T) {
	t.Parallel()
	all := laidSeats(t, 3)
	before := aloneBefore(t, all[0].origin)
	story := before.story()
	paths := []string{"/", "/feeds/all/", "/stories/" + story, "/stories/" + story + ".json", "/stories/" + story + "/versions/1", "/sitemap.xml", "/opml.xml"}
	for _, feed := range []string{"all", "all/edits", "edits", "removals"} {
		for _, format := range []string{"rss", "atom", "json"} {
			paths = append(paths, "/feeds/"+feed+"."+format)
		}
	}
	want, items, polls := before.shownAs(paths), before.exportedLines(), before.polls("/a.xml")
	tip, err := before.h.store.Tip()
	if err != nil {
		t.Fatal(err)
	}
	init := clusterInitCmd{From: before.data}
	if err := init.Run(before.terminal(all[0])); err == nil || !strings.Contains(err.Error(), "in use by pid") {
		t.Errorf("of a daemon that runs: %v", err)
	}
	before.end()
	if err := init.Run(before.terminal(all[0])); err != nil {
		t.Fatal(err)
	}
	all.begin()
	for _, s := range all {
		got := s.shownAs(paths)
		for _, path := range slices.Sorted(maps.Keys(want)) {
			if got[path] != want[path] {
				t.Errorf("%s shows another %s:\n%s\nbefore:\n%s", s.h.cfg.Cluster.Node, path, got[path], want[path])
			}
		}
		if got := s.exportedLines(); got != items {
			t.Errorf("%s has other items:\n%s\nbefore:\n%s", s.h.cfg.Cluster.Node, got, items)
		}
	}
	ruler, _ := all.ruler()
	if now, err := ruler.h.store.Tip(); err != nil || now != tip {
		t.Errorf("the record ends at %d (%v), before at %d", now.Pos, err, tip.Pos)
	}
	if n := before.polls("/a.xml"); n != polls {
		t.Errorf("a source was asked %d times more, within its interval", n-polls)
	}
	ruler.retitle(story, "Retitled after")
	all.show("Retitled after")
}

// terminal is where a command is given that is about another site.
func (s *reloadSite) terminal(of *reloadSite) *terminal {
	return &terminal{Context: s.t.Context(), config: of.file, out: io.Discard, err: io.Discard}
}

// What cannot be begun with is refused, and the data directory is left as it was.
func TestClusterBeginsWithNoOther(t *testing.T) {
	s := laidSeats(t, 1)[0]
	empty, old, member := t.TempDir(), newSite(t), newSite(t)
	old.create()
	member.create()
	store, err := storage.Open(member.data, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = begins(t.Context(), store)
	if err != nil || store.Close() != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{empty: "no record in", member.data: "is a node's of a cluster"} {
		if err := (clusterInitCmd{From: dir}).Run(s.terminal(s)); err == nil || !strings.Contains(err.Error(), "--from: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("of %s: %v, want %q", dir, err, want)
		}
		if left, _ := filepath.Glob(filepath.Join(s.data, "*")); len(left) > 0 {
			t.Errorf("of %s: it leaves %v", dir, left)
		}
	}
	s.create()
	record, err := os.ReadFile(filepath.Join(s.data, "news.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := (clusterInitCmd{From: old.data}).Run(s.terminal(s)); err == nil {
		t.Error("it is put over the record that is there")
	}
	if now, err := os.ReadFile(filepath.Join(s.data, "news.db")); err != nil || string(now) != string(record) {
		t.Errorf("the record that was there is another: %v", err)
	}
}
