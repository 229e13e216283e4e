package packages

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Behind the web servers of the examples the site is what it should be.
func TestBehindWebServers(t *testing.T) {
	for name, start := range map[string]func(*front){"nginx": (*front).nginx, "caddy": (*front).caddy} {
		t.Run(name, func(t *testing.T) {
			need(t, name)
			f := open(t)
			start(f)
			f.until("the web server serves", func() bool {
				resp, err := f.client("127.0.0.9").Get(public + "/feeds/notices.atom")
				if err == nil {
					resp.Body.Close()
				}
				return err == nil && resp.StatusCode == http.StatusOK
			})
			f.reads()
			f.hidesAdmin()
			f.limits()
			f.sitsAtDesk()
			f.keepsTokens()
		})
	}
}

// asked is the answer to a request with header fields, in pairs.
func (f *front) asked(c *http.Client, address string, fields ...string) (*http.Response, string) {
	f.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		f.Fatal(err)
	}
	for n := 0; n < len(fields); n += 2 {
		r.Header.Set(fields[n], fields[n+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		f.Fatal(err)
	}
	return resp, string(body)
}

// reads reads as readers do: http leads to https, and the name of the host, codings
// and validators come through.
func (f *front) reads() {
	f.Helper()
	c := f.client("127.0.0.2")
	plain, _ := f.asked(c, "http://news.example.org/feeds/notices?before=2")
	if at := plain.Header.Get("Location"); plain.StatusCode/100 != 3 || at != public+"/feeds/notices?before=2" {
		f.Errorf("http leads to %q with %d", at, plain.StatusCode)
	}
	was, _ := f.asked(c, public+"/alt/feeds/notices")
	if at := was.Header.Get("Location"); was.StatusCode != http.StatusMovedPermanently || at != public+"/feeds/notices" {
		f.Errorf("the address of before leads to %q with %d: the name of the host does not come through", at, was.StatusCode)
	}
	feed, text := f.asked(c, public+"/feeds/notices.atom")
	if strings.Count(text, "<entry") != 3 || !strings.Contains(text, `href="`+public+`/feeds/notices.atom"`) {
		f.Errorf("the feed is %d %s", feed.StatusCode, text)
	}
	if again, _ := f.asked(c, public+"/feeds/notices.atom", "If-None-Match", feed.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		f.Errorf("asked again with %s: %d", feed.Header.Get("ETag"), again.StatusCode)
	}
	if packed, _ := f.asked(c, public+"/feeds/notices.atom", "Accept-Encoding", "gzip"); packed.Header.Get("Content-Encoding") != "gzip" {
		f.Errorf("packed: %v", packed.Header)
	}
}

// hidesAdmin looks for what is the operator's alone.
func (f *front) hidesAdmin() {
	f.Helper()
	if got("http://"+f.admin+"/status.json") == "" {
		f.Error("the admin listener is not there")
	}
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/status.json", "/debug/pprof/", "/debug/pprof/heap", "/feeds/health.atom", "/reload"} {
		if resp, _ := f.asked(f.client("127.0.0.2"), public+path); resp.StatusCode != http.StatusNotFound {
			f.Errorf("%s is answered with %d", path, resp.StatusCode)
		}
	}
}

// limits has a client search more than it may: that one waits, whatever it says of
// itself, and another does not.
func (f *front) limits() {
	f.Helper()
	greedy, searches := f.client("127.0.0.2"), public+"/search?q=harbour"
	waits := func() bool {
		for n := range 600 {
			if resp, _ := f.asked(greedy, searches, "X-Forwarded-For", fmt.Sprintf("192.0.2.%d", n%250)); resp.StatusCode == http.StatusTooManyRequests {
				return true
			}
		}
		return false
	}
	if !waits() {
		f.Error("a client searches as often as it likes")
	}
	if resp, _ := f.asked(f.client("127.0.0.3"), searches); resp.StatusCode != http.StatusOK {
		f.Errorf("another client is answered with %d", resp.StatusCode)
	}
}

// sitsAtDesk signs in, and listens to events.
func (f *front) sitsAtDesk() {
	f.Helper()
	c := f.client("127.0.0.4")
	form := url.Values{"name": {"editor"}, "password": {password}, "next": {"/desk/"}}
	r, err := http.NewRequest(http.MethodPost, public+"/desk/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		f.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", public)
	resp, err := c.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) != 1 || !resp.Cookies()[0].Secure {
		f.Fatalf("signing in: %d %v", resp.StatusCode, resp.Header)
	}
	events, err := c.Get(public + "/desk/events")
	if err != nil {
		f.Fatal(err)
	}
	defer events.Body.Close()
	if line, err := bufio.NewReader(events.Body).ReadString('\n'); err != nil || line != "retry: 5000\n" {
		f.Errorf("the first event is %q: %v, %d", line, err, events.StatusCode)
	}
}

// keepsTokens reads a feed by its token, also when the daemon is gone: no log has it.
func (f *front) keepsTokens() {
	f.Helper()
	secret := public + "/t/" + token + "/feeds/inner.atom"
	c := f.client("127.0.0.5")
	if resp, text := f.asked(c, secret); resp.StatusCode != http.StatusOK || strings.Count(text, "<entry") != 3 {
		f.Errorf("the feed for a token: %d %s", resp.StatusCode, text)
	}
	f.asked(c, strings.Replace(secret, "https:", "http:", 1))
	f.leave()
	if resp, _ := f.asked(c, secret); resp.StatusCode != http.StatusBadGateway {
		f.Errorf("without a daemon: %d", resp.StatusCode)
	}
	if logs := f.logs(); strings.Contains(logs, token) {
		f.Errorf("a log has the token:\n%s", logs)
	}
}
