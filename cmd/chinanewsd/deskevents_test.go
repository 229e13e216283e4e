package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/feedout/desk"
	"chinanews/feedout/signin"
	"chinanews/feedout/validity"
)

// listening is a page that listens to the desk's events over a socket, by all
// that the daemon serves with.
type listening struct {
	*testing.T
	lines chan string
	body  io.ReadCloser
}

func (s *deskSite) listen(addr, cookie string) *listening {
	s.Helper()
	r, err := http.NewRequest("GET", "http://"+addr+"/desk/events", nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	resp, err := http.DefaultClient.Do(r)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		s.Fatalf("events: %v, %v", resp, err)
	}
	l := &listening{s.T, make(chan string, 100), resp.Body}
	go func() {
		defer close(l.lines)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			l.lines <- lines.Text()
		}
	}()
	s.Cleanup(func() { resp.Body.Close() })
	return l
}

// hears waits for a line; empty: for the end.
func (l *listening) hears(want string) {
	l.Helper()
	for deadline := time.After(20 * time.Second); ; {
		select {
		case line, more := <-l.lines:
			if !more && want == "" || more && line == want && want != "" {
				return
			}
			if !more {
				l.Fatalf("it ended before %q", want)
			}
		case <-deadline:
			l.Fatalf("%q was not heard", want)
		}
	}
}

// Pages hear of what changes for as long as their session lasts, longer than the
// server gives a request to be read; the daemon's stop does not wait for them.
func TestEvents(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, s.h.gated(l), s.serve) }()
	go func() { <-ctx.Done(); s.h.bell.Close() }()
	addr := l.Addr().String()
	li, ann := s.in("Li Wei", teaPassword), s.in("Ann Bell", bikes)
	one, other, anns := s.listen(addr, li), s.listen(addr, li), s.listen(addr, ann)
	other.body.Close()
	if !testing.Short() {
		time.Sleep(headerTimeout + 500*time.Millisecond)
	}
	s.h.bell.Ring(desk.BellSource)
	one.hears("event: source")
	anns.hears("event: source")
	s.ask("POST", "/desk/sign-out", li, "everywhere=1")
	one.hears("")
	if resp := s.ask("GET", "/desk/events", li, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("after signing out events answer %s", resp.Status)
	}
	s.h.bell.Ring(desk.BellSource)
	anns.hears("event: source")
	begun := time.Now()
	stop()
	anns.hears("")
	if err := <-done; err != nil || time.Since(begun) > stopWithin {
		t.Errorf("the stop took %s, %v", time.Since(begun), err)
	}
}

// The queue is a feed for who has its address, and nothing for others.
func TestQueueFeed(t *testing.T) {
	s := newDeskSite(t, "https://news.example/x")
	cookie := s.in("Li Wei", teaPassword)
	made := func(do string) string {
		resp := s.ask("POST", "/desk/queue-address", cookie, "do="+do)
		page, _ := io.ReadAll(resp.Body)
		_, after, _ := strings.Cut(string(page), `value="https://news.example/x/desk/queue.atom?token=`)
		token, _, _ := strings.Cut(after, `"`)
		return token
	}
	feed := func(token string) (int, string, http.Header) {
		resp := s.ask("GET", "/desk/queue.atom?token="+token, "", "")
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body), resp.Header
	}
	first := made("new")
	code, body, header := feed(first)
	if code != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "application/atom+xml") || header.Get("Cache-Control") != "no-store" || header.Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("the feed: %d %v", code, header)
	}
	for _, p := range validity.Check(validity.Document{Format: validity.Atom, Address: "https://news.example/x/desk/queue.atom?token=" + first, Body: []byte(body)}) {
		t.Error(p)
	}
	second := made("new")
	for _, token := range []string{"", first, second + "x", strings.ToLower(second), signin.Digest(second)} {
		if code, body, _ := feed(token); code != http.StatusNotFound || strings.Contains(body, "<feed") {
			t.Errorf("token %q: %d", token, code)
		}
	}
	if code, _, _ := feed(second); code != http.StatusOK || len(second) != 43 {
		t.Errorf("the new address: %d", code)
	}
	if page, _ := io.ReadAll(s.ask("GET", "/desk/you", cookie, "").Body); strings.Contains(string(page), second) {
		t.Error("the address is shown again")
	}
	if s.ask("GET", "/desk/queue.atom", cookie, "").StatusCode != http.StatusNotFound {
		t.Error("a cookie opens the feed: a link in a mail would show it")
	}
	made("end")
	if code, _, _ := feed(second); code != http.StatusNotFound {
		t.Errorf("an address that was ended: %d", code)
	}
	if strings.Contains(s.log.String(), second) || strings.Contains(s.log.String(), first) {
		t.Error("the log has the address")
	}
}

// Lines of the queue's feed are those of the queue, each with an id of its own
// that stays, and the why in its reader's language.
func TestQueueFeedLines(t *testing.T) {
	file, both, alone := editSite(t)
	file.do(0, "edit", both, "retitle", "Title & \"ours\" <b>", "--who", "eve")
	file.do(0, "edit", both, "hold", "--who", "eve <eve@news.example>")
	file.do(0, "edit", alone, "embargo", "--until", "2050-12-01", "--who", "eve")
	file.flood(3)
	s := &deskSite{T: t, file: file, base: "http://news.example"}
	s.users("Li Wei", teaHash)
	s.open()
	list, err := s.h.waits(t.Context())
	again, _ := s.h.waits(t.Context())
	queue, _ := s.h.queue(t.Context())
	ids := make(map[string]bool)
	for n, q := range list {
		ids[q.ID] = true
		if q != again[n] || !q.Since.Equal(queue[n].Since) || q.Why != queue[n].Why || !strings.HasPrefix(q.Path, "/desk/") || !strings.HasSuffix(q.Path, "/"+queue[n].Name) {
			t.Errorf("line %d: %+v, then %+v, of %+v", n, q, again[n], queue[n])
		}
	}
	if err != nil || len(list) < 3 || len(ids) != len(list) || len(queue) != len(list) {
		t.Fatalf("%d lines of %d have %d ids, %v", len(list), len(queue), len(ids), err)
	}
	token, err := s.porter(t).NewQueueToken(t.Context(), "Li Wei")
	if err != nil || s.porter(t).Speak(t.Context(), "Li Wei", "zh") != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(s.ask("GET", "/desk/queue.atom?token="+token, "", "").Body)
	for _, p := range validity.Check(validity.Document{Format: validity.Atom, Address: "http://news.example/desk/queue.atom?token=" + token, Body: body}) {
		t.Error(p)
	}
	for _, want := range []string{"被eve &lt;eve@news.example&gt;暂扣。", "由eve设为禁发，至2050年12月1日", "3条消息同时涌入", "http://news.example/desk/floods/a/", "http://news.example/desk/stories/" + both, `xml:lang="zh-CN"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the feed lacks %q:\n%s", want, body)
		}
	}
}

// porter is another porter of the same desk.
func (s *deskSite) porter(t *testing.T) *signin.Porter {
	p, err := signin.New(t.Context(), signin.Options{Users: s.h.cfg.Users, Keep: bookOf{s.h.store}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The desk is the daemon's: nobody but its own users sees it, it is in no static
// file, and where it is off its page says how to turn it on.
func TestDeskIsNotPublic(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	public := s.h.public()
	for _, path := range []string{"/desk/", "/desk/sign-in", "/desk/desk.css", "/desk/queue.atom", "/desk/events", "/t/x/desk/"} {
		s.serve = public
		if resp := s.ask("GET", path, "", ""); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s is public: %s", path, resp.Status)
		}
	}
	s.serve = s.h.entrance()
	robots, _ := io.ReadAll(s.ask("GET", "/robots.txt", "", "").Body)
	if !strings.Contains(string(robots), "Disallow: /desk/\n") {
		t.Errorf("robots.txt: %s", robots)
	}
	for _, path := range []string{"/desk/", "/desk/sign-in", "/desk/no-such-page", "/desk/desk.css", "/desk/queue.atom", "/desk/events", "/desk"} {
		h := s.ask("GET", path, "", "").Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("X-Robots-Tag") != "noindex" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") == "" || strings.Contains(h.Get("Cache-Control"), "public") {
			t.Errorf("%s: %v", path, h)
		}
	}
	s.users()
	s.file.set("desk:\n  users:\n", "desk: {users: []}\n")
	s.open()
	resp := s.ask("GET", "/desk/", "", "")
	page, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusNotFound || !strings.Contains(string(page), "chinanewsd hash-password") || !strings.Contains(string(page), "users: [{name: editor, password: file:desk-editor}]") {
		t.Errorf("a desk that is off: %s\n%s", resp.Status, page)
	}
	if resp := s.ask("POST", "/desk/sign-in", "", "name=Li+Wei&password=x"); resp.StatusCode != http.StatusNotFound || len(resp.Cookies()) > 0 {
		t.Errorf("signing in where it is off: %s", resp.Status)
	}
}

// Somebody begins with nothing at all: the daemon runs and says what to do next.
// A record that has something is not emptied by a file that has lost it.
func TestBeginningWithNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	run := func(text string) (*deskSite, error) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := &deskSite{T: t, file: &siteFile{t, file, filepath.Join(dir, "data")}, base: "http://news.example"}
		cfg, err := config.Load(file, checks())
		if err != nil {
			return nil, err
		}
		h, err := open(t.Context(), cfg, settings{create: true, log: quiet})
		if err != nil {
			return nil, err
		}
		h.close()
		s.open()
		return s, nil
	}
	for _, text := range []string{"", "# nothing yet\n", "desk: {users: [{name: Li Wei, password: \"" + teaHash + "\"}]}\n"} {
		s, err := run(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for _, path := range []string{"/", "/zh/", "/about", "/polling", "/opml.xml", "/sitemap.xml", "/search?q=x"} {
			if resp := s.ask("GET", path, "", ""); resp.StatusCode != http.StatusOK {
				t.Errorf("%q: %s answers %s", text, path, resp.Status)
			}
		}
		if strings.HasPrefix(text, "desk") {
			page, _ := io.ReadAll(s.ask("GET", "/desk/", s.in("Li Wei", teaPassword), "").Body)
			for _, want := range []string{"To begin with", "Add a source", "A feed for what it brings is offered there, too", file, "Make a feed."} { // but not the last, another feed
				if strings.Contains(string(page), want) == (want == "Make a feed.") {
					t.Errorf("the first page is wrong in %q:\n%s", want, page)
				}
			}
		}
		s.h.close()
	}
	full := "sources:\n  - {id: a, url: \"http://a.example/\", kind: feed, language: en}\nfeeds:\n  - {id: f, title: F}\n"
	s, err := run(full)
	if err != nil {
		t.Fatal(err)
	}
	s.h.close()
	for _, tt := range [][2]string{
		{"", "says nothing of sources"}, {full[:strings.Index(full, "feeds:")], "says nothing of feeds"}, {"sources: []\n", "says nothing of feeds"}, {"sources: []\nfeeds: []\n", ""},
	} {
		text, want := tt[0], tt[1]
		s, err := run(text)
		if err != nil && (want == "" || !strings.Contains(err.Error(), want)) || err == nil && want != "" {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if err == nil {
			s.h.close()
		}
	}
}
