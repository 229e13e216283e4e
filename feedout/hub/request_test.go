package hub

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change []string
		status int
		says   string
	}{
		{"no mode", []string{"hub.mode", ""}, 400, "hub.mode is missing"},
		{"another mode", []string{"hub.mode", "SUBSCRIBE"}, 400, `hub.mode "SUBSCRIBE" is not known`},
		{"a mode of the hub's own", []string{"hub.mode", "denied"}, 400, "is not known"},
		{"a stranger's ping", []string{"hub.mode", "publish", "hub.url", topic}, 403, "It need not be told"},
		{"no topic", []string{"hub.topic", ""}, 400, "hub.topic is missing"},
		{"no callback", []string{"hub.callback", ""}, 400, "hub.callback is missing"},
		{"callback: a path", []string{"hub.callback", "/cb"}, 400, "no web address"},
		{"callback: a name", []string{"hub.callback", "reader.example/cb"}, 400, "no web address"},
		{"callback: no host", []string{"hub.callback", "https:///cb"}, 400, "no web address"},
		{"callback: only a port", []string{"hub.callback", "https://:443/cb"}, 400, "no web address"},
		{"callback: opaque", []string{"hub.callback", "https:reader.example"}, 400, "no web address"},
		{"callback: ftp", []string{"hub.callback", "ftp://reader.example/"}, 400, "no web address"},
		{"callback: script", []string{"hub.callback", "javascript:alert(1)"}, 400, "no web address"},
		{"callback: a file", []string{"hub.callback", "file:///etc/passwd"}, 400, "no web address"},
		{"callback: userinfo", []string{"hub.callback", "https://a:b@reader.example/"}, 400, "a name and password"},
		{"callback: empty userinfo", []string{"hub.callback", "https://@reader.example/"}, 400, "a name and password"},
		{"callback: a fragment", []string{"hub.callback", callback + "#x"}, 400, "fragment"},
		{"callback: an empty fragment", []string{"hub.callback", callback + "#"}, 400, "fragment"},
		{"callback: a line end", []string{"hub.callback", callback + "\r\nX: y"}, 400, "no address"},
		{"callback: a space", []string{"hub.callback", callback + " HTTP/1.1"}, 400, "no address"},
		{"callback: NUL", []string{"hub.callback", callback + "\x00"}, 400, "no address"},
		{"callback: not encoded", []string{"hub.callback", callback + "/新"}, 400, "no address"},
		{"callback: no port", []string{"hub.callback", "https://reader.example:99999999/"}, 403, "is not asked from here: a port too high"},
		{"callback: broken escape", []string{"hub.callback", "https://reader.example/%zz"}, 400, "no address"},
		{"callback: long", []string{"hub.callback", callback + strings.Repeat("x", maxAddress)}, 400, "longer than 2048"},
		{"callback: refused", []string{"hub.callback", "https://refused.example/"}, 403, "is not asked from here: refused"},
		{"a secret of 200 bytes", []string{"hub.secret", strings.Repeat("s", 200)}, 400, "hub.secret has 200 bytes"},
		{"a secret that is not UTF-8", []string{"hub.secret", "\xff\xfe"}, 400, "hub.secret is not UTF-8"},
		{"a lease of words", []string{"hub.lease_seconds", "long"}, 400, "no number of seconds"},
		{"a lease below nothing", []string{"hub.lease_seconds", "-1"}, 400, "no number of seconds"},
		{"a lease with a fraction", []string{"hub.lease_seconds", "1e6"}, 400, "no number of seconds"},
		{"markup", []string{"hub.mode", "<script>alert(1)</script>" + strings.Repeat("x", 5000)}, 400, "is not known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.hub.by.Load().Check = refusing
				w.refused(typical(tt.change...), tt.status, tt.says)
				if w.visits() > 0 || len(w.kept()) > 0 {
					w.Errorf("%d were asked, kept %v", w.visits(), w.kept())
				}
			})
		})
	}
}

func refusing(u *url.URL) error {
	switch {
	case u.Host == "refused.example":
		return errors.New("refused")
	case len(u.Port()) > 5:
		return errors.New("a port too high")
	}
	return nil
}

func TestForms(t *testing.T) {
	form := typical().Encode()
	for name, tt := range map[string]struct {
		method, kind, body string
		status             int
		says               string
	}{
		"typical":              {"POST", "application/x-www-form-urlencoded", form, 202, "Accepted"},
		"with a charset":       {"POST", "application/x-www-form-urlencoded; charset=UTF-8", form, 202, "Accepted"},
		"no type":              {"POST", "", form, 415, "application/x-www-form-urlencoded"},
		"JSON":                 {"POST", "application/json", `{"hub.mode": "subscribe"}`, 415, "application/x-www-form-urlencoded"},
		"parts":                {"POST", "multipart/form-data; boundary=x", form, 415, "application/x-www-form-urlencoded"},
		"too large":            {"POST", "application/x-www-form-urlencoded", form + "&x=" + strings.Repeat("y", maxBody), 413, "larger than 16384 bytes"},
		"empty":                {"POST", "application/x-www-form-urlencoded", "", 400, "hub.mode is missing"},
		"not encoded":          {"POST", "application/x-www-form-urlencoded", "hub.mode=%zz", 400, "cannot be read"},
		"two callbacks":        {"POST", "application/x-www-form-urlencoded", form + "&hub.callback=https://b.example/", 400, "hub.callback stands 2 times"},
		"two secrets":          {"POST", "application/x-www-form-urlencoded", form + "&hub.secret=a&hub.secret=b", 400, "hub.secret stands 2 times"},
		"put":                  {"PUT", "application/x-www-form-urlencoded", form, 405, "POST"},
		"what it is":           {"GET", "", "", 200, "This is the WebSub hub of " + site},
		"what it is, by query": {"GET", "application/x-www-form-urlencoded", form, 200, "This is the WebSub hub of " + site},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				r := httptest.NewRequest(tt.method, "/hub?hub.mode=unsubscribe&hub.callback=https://q.example/", strings.NewReader(tt.body))
				r.Header.Set("Content-Type", tt.kind)
				rec := httptest.NewRecorder()
				w.hub.ServeHTTP(rec, r)
				h := rec.Header()
				if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.says) || h.Get("Content-Type") != "text/plain; charset=utf-8" || h.Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("status %d: %q %v", rec.Code, rec.Body, h)
				}
				if allow := h.Get("Allow"); (allow != "") != (tt.status == 405) {
					t.Errorf("status %d with Allow %q", rec.Code, allow)
				}
			})
		})
	}
}

// A body that breaks off is no request.
func TestABodyThatBreaksOff(t *testing.T) {
	inBubble(t, func(w *world) {
		r := httptest.NewRequest("POST", "/hub", io.MultiReader(strings.NewReader(typical().Encode()), brokenOff{}))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		w.hub.ServeHTTP(rec, r)
		if rec.Code != http.StatusBadRequest || w.visits() > 0 {
			t.Errorf("status %d: %s", rec.Code, rec.Body)
		}
	})
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Whatever is posted is answered in a few words, and what is accepted is a
// subscription that can be kept and delivered.
func FuzzRequest(f *testing.F) {
	f.Add(typical().Encode())
	f.Add(typical("hub.secret", "s", "hub.lease_seconds", "1", "hub.callback", callback+"?a=1&&b").Encode())
	f.Add("hub.mode=subscribe&hub.topic=" + url.QueryEscape(topic) + "&hub.callback=https%3A%2F%2F%5B%3A%3A1%5D%3A8%2F")
	f.Add("hub.mode=%00&hub.topic=%ff;;&=&&&")
	h := New(Options{Topics: topics, Site: site})
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/hub", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q, no := h.read(httptest.NewRecorder(), r)
		if no != nil {
			if no.status < 400 || no.status > 499 || len(no.words) > 2000 || strings.ContainsAny(no.words, "\x00\r\n") {
				t.Errorf("%d %q", no.status, no.words)
			}
			return
		}
		u, err := url.Parse(with(q.callback, url.Values{"hub.challenge": {"x"}}))
		switch {
		case err != nil || u.Host == "" || u.User != nil || u.Query().Get("hub.challenge") != "x" && !strings.Contains(q.callback, ";"):
			t.Errorf("accepted %q: asked at %v", q.callback, u)
		case q.lease < Shortest || q.lease > Longest || len(q.secret) > maxSecret || q.topic.Feed == "":
			t.Errorf("accepted %+v", q)
		}
	})
}
