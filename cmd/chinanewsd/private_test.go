package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chinanews/storage"
)

const (
	officeToken = "ZqofficeToken-1234567890"
	bothToken   = "ZqbothToken_12345678901"
)

// newInsider makes an outsider who has a token, and has asked for everything.
func newInsider(t *testing.T, token string) *outsider {
	s := newOutsider(t)
	s.scene()
	s.below = "/t/" + token
	s.rummage()
	return s
}

// Who has a token finds what the feeds that it opens carry, in all its forms.
func TestInsider(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	s := newInsider(t, officeToken)
	all := strings.Join(slices.Collect(maps.Values(s.seen)), "\n")
	for _, word := range []string{"ZqOfficeTitle", "ZqOfficeWords", "ZqofficeNote", "ZqofficeRetitled", "ZqprivateReason", mark("private", 2) + "title", mark("private", 1) + "text", mark("private", 2) + "told",
		mark("privatezh", 1) + "text", mark("shared", 1) + "text", mark("keptelsewhere", 2) + "text", mark("keptelsewhere", 2) + "told", mark("noted", 1) + "text"} {
		if !strings.Contains(all, word) {
			t.Errorf("with a token, nobody finds %s", word)
		}
	}
	s.onlyOffice()
	s.nowhere("ZqCellarTitle")
	s.nowhere(mark("cellar", 1))
	for _, word := range []string{"ZqReader", "ZqEditor", bothToken} {
		s.nowhere(word)
	}
}

// onlyOffice wants nothing of what neither private feed carries, whether it is
// public or not, and no link out of the token's site.
func (s *outsider) onlyOffice() {
	for _, name := range []string{"plain", "old", "kept", "both", "pair", "pairzh", "main", "merged", "dropped", "hidden", "stopped", "unapproved", "embargoed", "withdrawn", "privatemerged", "flood", "prefer"} {
		s.nowhere(mark(name, 1))
		s.nowhere(mark(name, 2))
	}
	for target := range s.seen {
		if !strings.HasPrefix(target, s.below+"/") {
			s.t.Errorf("a token's site leads out of it, to %s", target)
		}
	}
}

// A token may open several feeds: all of them are on one site.
func TestInsiderOfSeveralFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	s := newInsider(t, bothToken)
	all := strings.Join(slices.Collect(maps.Values(s.seen)), "\n")
	for _, word := range []string{"ZqOfficeTitle", "ZqCellarTitle", mark("private", 2) + "text", mark("cellar", 1) + "text"} {
		if !strings.Contains(all, word) {
			t.Errorf("with a token for both, nobody finds %s", word)
		}
	}
	s.onlyOffice()
	s.nowhere(officeToken)
}

// What is served below a token is not for caches of many, search engines or
// those that a reader follows a link to; and it is served as well as all else.
func TestPrivateAnswers(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	base := "/t/" + officeToken
	story := base + "/stories/" + s.story("private").Address(10)
	for target, want := range map[string]int{
		base: 301, base + "/": 200, base + "/zh/": 200, base + "/feeds/zqoffice.atom": 200, base + "/feeds/zqoffice.rss": 200, base + "/feeds/zqoffice.json": 200, base + "/feeds/zqoffice/": 200, base + "/feeds/zqoffice": 301,
		base + "/feeds/zqoffice/edits.atom": 200, base + "/feeds/removals.json": 200, base + "/feeds/edits/": 200, base + "/opml.xml": 200, base + "/search?q=" + mark("private", 2) + "text": 200, base + "/search.atom?q=" + mark("private", 2) + "text": 200,
		story: 200, story + ".json": 200, story + "/versions/1": 200, story + "/versions/1.txt": 200, story + "/compare/1..2": 200, base + "/feed": 301, base + "/site.css": 200, base + "/robots.txt": 200,
		base + "/feeds/zqhush.atom": 301, base + "/feeds/open.atom": 404, base + "/feeds/zqcellar.atom": 404, base + "/nothing": 404, base + base + "/": 404, base + "/sitemap.xml": 404, base + "/hub": 404,
	} {
		w := s.get(target, "Accept-Encoding", "gzip")
		h := w.Header()
		if w.Code != want || h.Get("Cache-Control") != "private, no-cache" || h.Get("X-Robots-Tag") != "noindex, nofollow" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d, want %d; %v", target, w.Code, want, h)
		}
		if strings.Contains(h.Get("Link"), "hub") {
			t.Errorf("%s names a hub: %s", target, h.Get("Link"))
		}
		head, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodHead, "http://news.example"+target, nil)
		if s.site.ServeHTTP(head, r); head.Code != want || head.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("HEAD %s: %d, want %d; %v", target, head.Code, want, head.Header())
		}
		if tag := h.Get("ETag"); want == 200 {
			if again := s.get(target, "Accept-Encoding", "gzip", "If-None-Match", tag); tag == "" || again.Code != 304 || again.Header().Get("Cache-Control") != "private, no-cache" {
				t.Errorf("%s again: %d for %q, %v", target, again.Code, tag, again.Header())
			}
		}
	}
	if w := s.get(base+"/feeds/zqoffice.atom", "Sec-Fetch-Dest", "document"); w.Code != 302 || w.Header().Get("Location") != base+"/feeds/zqoffice/" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a browser at a private feed: %d, %v", w.Code, w.Header())
	}
	if older := regexp.MustCompile(`href="http://news.example(/t/[^"]*)" rel="prev-archive"`).FindStringSubmatch(s.get(base + "/feeds/zqoffice.atom").Body.String()); older != nil {
		if w := s.get(older[1]); w.Code != 200 || w.Header().Get("Cache-Control") != "private, no-cache" || !strings.Contains(w.Body.String(), mark("private", 2)+"text") {
			t.Errorf("the archive at %s: %d, %v\n%.300s", older[1], w.Code, w.Header(), w.Body)
		}
		if w := s.get(strings.TrimPrefix(older[1], base)); w.Code != 404 {
			t.Errorf("the archive without the token: %d", w.Code)
		}
	}
	if page := s.get(story).Body.String(); strings.Contains(page, "weibo") || strings.Contains(page, "mailto:?") {
		t.Error("a private page offers to pass its address on")
	}
	if robots := s.get(base + "/robots.txt").Body.String(); robots != "User-agent: *\nDisallow: /\n" {
		t.Errorf("robots.txt below a token:\n%s", robots)
	}
	if robots := s.get("/robots.txt").Body.String(); !strings.Contains(robots, "Disallow: /t/\n") {
		t.Errorf("robots.txt:\n%s", robots)
	}
	if cite := s.get(story + "/versions/1.txt").Body.String(); strings.Contains(cite, officeToken) {
		t.Errorf("a citation has the token:\n%s", cite)
	}
}

// A token that is made is one that the configuration takes, each time another.
func TestMakeToken(t *testing.T) {
	file := newSite(t)
	file.write("  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en, publisher: A}\n", allFeed)
	made, said := file.do(0, "token")
	again, _ := file.do(0, "token")
	if made == again || strings.Contains(said, strings.TrimSpace(made)) || !strings.Contains(said, "tokens: [{name: WHO HAS IT, token: file:NAME}]") {
		t.Errorf("token prints %q, then %q, and says\n%s", made, again, said)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(file.file), "reader"), []byte(made), 0o600); err != nil {
		t.Fatal(err)
	}
	file.set("id: all", "id: all, access: token, tokens: [{name: reader, token: file:reader}]")
	if out, warned := file.do(0, "check"); !strings.Contains(out, "no problems") {
		t.Errorf("check: %s%s", out, warned)
	}
}

// What is no token is any path that is none, to the last byte.
func TestUnknownToken(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	any := s.get("/nothing")
	for _, token := range []string{"", "x", officeToken[1:], officeToken + "x", strings.ToLower(officeToken), "%5Aqoffice" + officeToken[8:], officeToken + "%00", "../t/" + officeToken, strings.Repeat("x", 4000), "ZqofficeToken-1234567891"} {
		for _, rest := range []string{"", "/", "/feeds/zqoffice.atom", "/feeds/zqoffice/", "/stories/" + s.story("private").Address(10), "/search?q=x", "/opml.xml", "/site.css", "/robots.txt"} {
			w := s.get("/t/" + token + rest)
			if w.Code != 404 || w.Body.String() != any.Body.String() || !maps.EqualFunc(w.Header(), any.Header(), slices.Equal) {
				t.Errorf("/t/%.60s%s: %d, %v", token, rest, w.Code, w.Header())
			}
		}
	}
}

// Nobody can subscribe to a private feed at the hub, also who has its token: it is
// refused like a feed that is not there.
func TestNoHubForPrivateFeeds(t *testing.T) {
	s := newOutsider(t)
	subscribe := func(topic string) string {
		asked := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://news.example" + topic}, "hub.callback": {"https://reader.example/hook"}}
		r, w := httptest.NewRequest(http.MethodPost, "http://news.example/hub", strings.NewReader(asked.Encode())), httptest.NewRecorder()
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.site.ServeHTTP(w, r)
		return fmt.Sprint(w.Code, strings.ReplaceAll(w.Body.String(), topic, "TOPIC"))
	}
	none := subscribe("/feeds/none.atom")
	for _, topic := range []string{"/feeds/zqoffice.atom", "/feeds/zqoffice/edits.rss", "/feeds/zqhush.json", "/t/" + officeToken + "/feeds/zqoffice.atom", "/t/" + officeToken + "/feeds/edits.atom"} {
		if got := subscribe(topic); got != none || strings.HasPrefix(got, "2") {
			t.Errorf("%s: %q; of a feed that is not there, %q", topic, got, none)
		}
		if w := s.get("/t/" + officeToken + "/hub"); w.Code != 404 {
			t.Errorf("a hub below a token: %d", w.Code)
		}
	}
}

// A token that is taken out opens nothing, and those beside it what they did;
// nor does the token of a feed that became public.
func TestRevokedToken(t *testing.T) {
	file := newSite(t)
	row := "  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en}\n"
	feeds := "  - {id: open, title: Open}\n  - {id: office, title: Office, access: token, tokens: [{name: a, token: " + officeToken + "}, {name: b, token: " + bothToken + "}]}\n"
	file.write(row, feeds)
	file.create()
	asks := func(want map[string]int) {
		t.Helper()
		h := file.open()
		if err := h.publish(t.Context(), "http://news.example"); err != nil {
			t.Fatal(err)
		}
		s := &toldSite{t: t, h: h}
		for target, code := range want {
			if w := s.get(target); w.Code != code {
				t.Errorf("%s: %d, want %d", target, w.Code, code)
			}
		}
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
	}
	a, b := "/t/"+officeToken+"/feeds/", "/t/"+bothToken+"/feeds/"
	asks(map[string]int{a + "office.atom": 200, b + "office.atom": 200, a + "open.atom": 404, "/feeds/office.atom": 404})
	file.set("{name: a, token: "+officeToken+"}, ", "")
	asks(map[string]int{a + "office.atom": 404, b + "office.atom": 200})
	file.set("id: office", "id: bureau, was: [office]")
	asks(map[string]int{b + "office.atom": 301, b + "bureau.atom": 200, "/feeds/office.atom": 404, "/feeds/bureau.atom": 404})
	file.set(", access: token, tokens: [{name: b, token: "+bothToken+"}]", "")
	asks(map[string]int{b + "bureau.atom": 404, "/feeds/bureau.atom": 200})
}

// The record, what is told of it and the log know of no token.
func TestTokensStayOut(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	var log bytes.Buffer
	s.h.log = slog.New(slog.NewTextHandler(&log, nil))
	s.get("/t/" + officeToken + "/feeds/zqoffice.atom")
	told, err := s.h.overview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	s.view(func(l *storage.Ledger) {
		published, _ := l.Publication()
		if len(published.Feeds) != 4 {
			t.Errorf("the record knows %d feeds, want all 4", len(published.Feeds))
		}
		if err := json.NewEncoder(&log).Encode([]any{published, told}); err != nil {
			t.Fatal(err)
		}
	})
	if err := s.h.close(); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/feeds/zqoffice.atom", "/", "/stories/" + s.story("private").Address(10), "/opml.xml"} {
		w := s.get("/t/" + officeToken + page)
		if w.Code != 503 {
			t.Errorf("%s of a closed record: %d", page, w.Code)
		}
		log.Write(w.Body.Bytes())
	}
	if text := log.String(); strings.Contains(text, officeToken) || strings.Contains(text, bothToken) || !strings.Contains(text, "could not be rendered") {
		t.Errorf("a token is told, or a failure is not:\n%s", text)
	}
	files, err := filepath.Glob(filepath.Join(s.h.cfg.Data, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if held, err := os.ReadFile(file); err != nil || bytes.Contains(held, []byte(officeToken)) {
			t.Errorf("%s has a token (%v)", file, err)
		}
	}
}
