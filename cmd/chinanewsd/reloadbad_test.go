package main

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// badReloads are configurations that are wrong in one place: what is written in
// the place of what, where it is wrong, and what it is called there.
var badReloads = []struct{ name, old, new, at, says string }{
	{"unknown key", "data: data", "data: data\ndatas: x", "datas", "datas"},
	{"key misspelt below", "timeout: 5s", "timeuot: 5s", "timeuot", "timeout"},
	{"no duration", "timeout: 5s", "timeout: 5 parsecs", "5 parsecs", "fetch.timeout: "},
	{"no port", "listen: 127.0.0.1:0", "listen: 127.0.0.1:99999", "127.0.0.1:99999", "listen"},
	{"no address to listen on", "listen: 127.0.0.1:0", "listen: nowhere", "nowhere", "listen"},
	{"base of another kind", "http://news.example", "ftp://news.example", `"ftp:`, "base_url"},
	{"two of a key", "data: data", "data: data\ndata: other", "data: other", "data"},
	{"tab", "data: data", "data: data\n\thub: off", "\thub", "tab"},
	{"open bracket", "feeds:\n", "feeds: [\n", "feeds: [", "']' not found"},
	{"list in the place of a word", "data: data", "data: [data]", "[data]", "data"},
	{"no such kind", "kind: feed", "kind: fed", "fed", "kind"},
	{"no such body", "body: feed", "body: fed", "fed", "body"},
	{"id with a space", "id: a,", "id: a b,", "a b", "id"},
	{"two of an id", "sources:\n", "sources:\n  - {id: a, url: \"http://b.example/\"}\n", "", "a"},
	{"no address", "id: a, url: \"http", "id: a, url: \"nowhere http", `"nowhere`, "url: "},
	{"no zone", "kind: feed", "kind: feed, timezone: Asia/Shangai", "Asia/Shangai", "timezone"},
	{"no language", "language: en", "language: \"not one\"", `"not one"`, "language"},
	{"interval of nothing", "kind: feed", "kind: feed, interval: 0s", "interval: 0s", "interval"},
	{"broken selector", "kind: feed", "kind: html, list: {item: [\"li[\"]}", `"li["`, "item"},
	{"broken layout", "kind: feed", "kind: feed, date_layouts: [\"no date\"]", `"no date"`, "date_layouts"},
	{"broken expression", "kind: feed", "kind: feed, exclude: \"(\"", `"("`, "exclude"},
	{"sources that are none", "languages: all", "languages: all, sources: [nothing]", "nothing", "nothing"},
	{"rule of an unknown field", "languages: all", "languages: all, where: 'has(titel, \"x\")'", "titel", "titel"},
	{"rule that does not end", "languages: all", "languages: all, where: 'has(title, \"x\"'", "", "where"},
	{"limit below nothing", "languages: all", "languages: all, limit: -1", "-1", "limit"},
	{"no such content", "languages: all", "languages: all, content: ful", "ful", "content"},
	{"no such link", "languages: all", "languages: all, link: orignal", "orignal", "link"},
	{"no time of day", "languages: all", "languages: all, digest: 7am", "7am", "digest"},
	{"reserved id", "id: all", "id: edits", "edits", "edits"},
	{"no connections", "connections: 8", "connections: 0", "0, delay", "connections"},
	{"no prefix", "127.0.0.0/8", "300.0.0.0/8", "300", "allow"},
	{"no proxy", "timeout: 5s", "timeout: 5s, proxy: \"gopher://x\"", `"gopher`, "proxy"},
	{"proxies that are none", "data: data", "data: data\ntrusted_proxies: [x]", "x]", "trusted_proxies"},
	{"no clock", "data: data", "data: data\nbackup: {at: \"25:00\"}", `"25:00"`, "at"},
	{"no keeping", "data: data", "data: data\nretention: {items: yesterday}", "yesterday", "items"},
	{"password in the clear", "data: data", "data: data\ndesk: {users: [{name: e, password: plain}]}", "plain", "password"},
	{"secret that is not there", "data: data", "data: data\ndesk: {users: [{name: e, password: file:nowhere}]}", "file:nowhere", "nowhere"},
	{"nothing in the environment", "data: data", "data: ${CHINANEWS_NOT_SET}", "${CHINA", "CHINANEWS_NOT_SET"},
	{"included from above", "data: data", "data: data\ninclude: [\"../x.yaml\"]", `"../x`, "../x.yaml"},
}

// reloadLine is the line in which something stands, from 1; 0: nowhere.
func reloadLine(text, what string) int {
	n := strings.Index(text, what)
	if what == "" || n < 0 {
		return 0
	}
	return 1 + strings.Count(text[:n], "\n")
}

var problemLine = regexp.MustCompile(`^(.+):(\d+):(\d+): (.+); (.+)$`)

// refuses has a configuration read that is wrong in one place.
func (s *reloadSite) refuses(t *testing.T, good, text, at, says string) {
	if text == good {
		t.Fatal("nothing is wrong")
	}
	if err := os.WriteFile(s.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	done := s.reload(false)
	if !done.Usage || len(done.Problems) == 0 {
		t.Fatalf("it came to %+v", done)
	}
	first := done.Problems[0]
	m := problemLine.FindStringSubmatch(first)
	if m == nil || m[1] != s.file || !strings.Contains(first, says) {
		t.Fatalf("it says %q", first)
	}
	line, _ := strconv.Atoi(m[2])
	col, _ := strconv.Atoi(m[3])
	if want := reloadLine(text, at); want > 0 && line != want || col < 1 || line < 1 {
		t.Errorf("it says %q, want line %d", first, want)
	}
	if !strings.Contains(s.log.String(), strings.ReplaceAll(m[4], `"`, `\"`)) || !strings.Contains(s.now().readiness(), first) {
		t.Errorf("the log or readiness does not say %q", first)
	}
	if r, err := s.now().reading(); err != nil || r.Reload.OK {
		t.Errorf("a metric says %+v (%v)", r.Reload, err)
	}
	o, err := s.now().overview(t.Context(), "")
	if err != nil || o.Daemon.Reload == nil || o.Daemon.Reload.OK || o.Daemon.Reload.Problems[0] != first {
		t.Errorf("the status says %+v (%v)", o.Daemon, err)
	}
	var page strings.Builder
	solid := func(text string) string { return strings.Join(strings.Fields(text), "") }
	if err := o.print(&page, inkFor(&page), o.Daemon.Since); err != nil || !strings.Contains(solid(page.String()), solid(first)) {
		t.Errorf("the status is\n%s", page.String())
	}
}

// A reload of what cannot be read changes nothing, and says where it is wrong
// and what to do: to who asked, in the log, in the status and beside readiness.
func TestReloadOfBadFiles(t *testing.T) {
	s := newReloadSite(t, rowA, allFeed)
	s.shows("all", "A release 2", "")
	good, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	documents := func() map[string]string {
		all := make(map[string]string)
		for _, path := range []string{"/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/feeds/edits.atom", "/opml.xml", "/feeds/all/"} {
			_, all[path] = s.get(path)
		}
		return all
	}
	shown, planned, h := documents(), s.planned(), s.now()
	tip, err := s.h.store.Tip()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range badReloads {
		t.Run(tt.name, func(t *testing.T) {
			s.refuses(t, string(good), strings.Replace(string(good), tt.old, tt.new, 1), tt.at, tt.says)
		})
	}
	if now := documents(); !maps.Equal(now, shown) {
		t.Errorf("documents are others:\n%v\n%v", now, shown)
	}
	if now := s.planned(); !maps.EqualFunc(now, planned, time.Time.Equal) || s.now() != h {
		t.Errorf("planned is %v, was %v", now, planned)
	}
	if now, err := s.h.store.Tip(); err != nil || now != tip {
		t.Errorf("the record is at %v, was at %v (%v)", now, tip, err)
	}
	if s.polls("/a.xml") != 1 {
		t.Errorf("a was asked %d times", s.polls("/a.xml"))
	}
	if err := os.WriteFile(s.file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	s.reload(true)
	if r, err := s.now().reading(); err != nil || !r.Reload.OK {
		t.Errorf("a metric says %+v (%v)", r.Reload, err)
	}
	if status, _ := s.get("/feeds/all.rss"); status != http.StatusOK || strings.Contains(s.now().readiness(), "not reloaded") {
		t.Errorf("it is not well again: %d, %s", status, s.now().readiness())
	}
}
