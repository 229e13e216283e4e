package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/config"
)

// Users of tests, with hashes that take as little time as may be.
const (
	teaPassword = "the tea is getting cold"
	teaHash     = "$argon2id$v=19$m=7168,t=5,p=1$c2FsdCBvZiBhIHRlc3QhIQ$qiwTeGG1oyud9880I9NLF9gAC654sACb38FioM7TRyg"
	newPassword = "a new password for all"
	newHash     = "$argon2id$v=19$m=7168,t=5,p=1$c2FsdCBvZiBhIHRlc3QhIQ$wwxhziWTTgSWqtsYNegb8Hfv4/z8JorsBpGgSXMlYuQ"
	bikes       = "four red bicycles here"
	bikesHash   = "$argon2id$v=19$m=7168,t=5,p=1$c2FsdCBvZiBhIHRlc3QhIQ$m1NSOJUTLr0XljqWy6tpoKEswklakY4F8IFYGt5uLfM"
)

// deskSite is a site with a desk, and what its log says.
type deskSite struct {
	*testing.T
	file  *siteFile
	base  string // address of the site
	h     *house
	serve http.Handler
	log   strings.Builder
}

// newDeskSite has Li Wei and Ann Bell at the desk.
func newDeskSite(t *testing.T, base string) *deskSite {
	s := &deskSite{T: t, file: newSite(t), base: base}
	s.file.write("  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en, publisher: A}\n", allFeed)
	s.file.set("http://news.example", base)
	s.users("Li Wei", teaHash, "Ann Bell", bikesHash)
	s.open()
	return s
}

// users writes who may sit at the desk into the configuration.
func (s *deskSite) users(namesAndHashes ...string) {
	s.Helper()
	text, err := os.ReadFile(s.file.file)
	if err != nil {
		s.Fatal(err)
	}
	before, _, _ := strings.Cut(string(text), "desk:")
	desk := "desk:\n  users:\n"
	for n := 0; n < len(namesAndHashes); n += 2 {
		name := fmt.Sprintf("hash-%d", n)
		if err := os.WriteFile(filepath.Join(filepath.Dir(s.file.file), name), []byte(namesAndHashes[n+1]+"\n"), 0o600); err != nil {
			s.Fatal(err)
		}
		desk += fmt.Sprintf("    - {name: %s, password: file:%s}\n", namesAndHashes[n], name)
	}
	if err := os.WriteFile(s.file.file, []byte(before+desk), 0o600); err != nil {
		s.Fatal(err)
	}
}

// open starts the house, perhaps again.
func (s *deskSite) open() {
	s.Helper()
	if s.h != nil {
		s.h.close()
	}
	cfg, err := config.Load(s.file.file, checks())
	if err != nil {
		s.Fatal(err)
	}
	if s.h, err = open(context.Background(), cfg, settings{create: true, log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { s.h.close() })
	if err := s.h.publish(s.Context(), s.base); err != nil {
		s.Fatal(err)
	}
	if err := s.h.openDesk(s.Context()); err != nil {
		s.Fatal(err)
	}
	s.serve = s.h.entrance()
}

// ask asks as a browser does whose cookies are those given. Headers are pairs.
func (s *deskSite) ask(method, path, cookies, form string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, s.base+path, strings.NewReader(form))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookies != "" {
		r.Header.Set("Cookie", cookies)
	}
	r.RemoteAddr = "203.0.113.7:4711"
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	w := httptest.NewRecorder()
	s.serve.ServeHTTP(w, r)
	return w.Result()
}

// signIn returns the answer to name and password.
func (s *deskSite) signIn(name, password string, headers ...string) *http.Response {
	return s.ask("POST", "/desk/sign-in", "", url.Values{"name": {name}, "password": {password}}.Encode(), headers...)
}

// in signs in and returns the cookie as a browser sends it.
func (s *deskSite) in(name, password string) string {
	s.Helper()
	resp := s.signIn(name, password)
	if resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) != 1 {
		s.Fatalf("%s does not come in: %s %v", name, resp.Status, resp.Header)
	}
	return resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value
}

// isIn reports whether a cookie opens the desk.
func (s *deskSite) isIn(cookie string) bool {
	return s.ask("GET", "/desk/you", cookie, "").StatusCode == http.StatusOK
}
