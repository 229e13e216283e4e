package ministry

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var start = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

func ask(h http.Handler, path string, headers ...string) (status int, body string, header http.Header) {
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(text), w.Header()
}

func TestEventsHappenOnceInOrder(t *testing.T) {
	w := New(start)
	var last time.Duration
	total := 0
	for n := range 200 {
		for _, e := range w.Advance(start.Add(time.Duration(n) * time.Second / 2)) {
			total++
			if e.At < last || e.At > time.Duration(n)*time.Second/2 || e.Words == "" {
				t.Errorf("event %+v at %d", e, n)
			}
			last = e.At
		}
	}
	if want := len(script()); total != want || len(w.later) == 0 {
		t.Errorf("%d events, want %d", total, want)
	}
}

func TestSites(t *testing.T) {
	w := New(start)
	sites := w.Ministries()
	for n, tt := range []struct{ list, link, want string }{
		{"/feed.xml", "", "12,400 households"},
		{"/news/index.html", `href="\./(t[^"]+)"`, "Suggest to a friend:"},
		{"/xw/index.htm", `href="(t[^"]+)"`, "推荐给朋友"},
	} {
		status, body, header := ask(sites[n].Handler, tt.list)
		if n == 2 {
			if utf8.ValidString(body) {
				t.Error("the Chinese site is not in GB18030")
			}
			body, _ = simplifiedchinese.GB18030.NewDecoder().String(body)
		}
		if status != 200 || header.Get("ETag") == "" || !strings.Contains(sites[n].Row("http://base"), "http://base"+tt.list) {
			t.Errorf("%s: %d %v", tt.list, status, header)
		}
		if again, _, _ := ask(sites[n].Handler, tt.list, "If-None-Match", header.Get("ETag")); again != 304 {
			t.Errorf("%s: %d to its own ETag, want 304", tt.list, again)
		}
		if tt.link == "" {
			if !strings.Contains(body, tt.want) {
				t.Errorf("%s lacks %q", tt.list, tt.want)
			}
			continue
		}
		links := regexp.MustCompile(tt.link).FindAllStringSubmatch(body, -1)
		if len(links) < 6 {
			t.Errorf("%s has %d links", tt.list, len(links))
		}
		for _, l := range links {
			status, page, _ := ask(sites[n].Handler, tt.list[:strings.LastIndex(tt.list, "/")+1]+l[1])
			if n == 2 {
				page, _ = simplifiedchinese.GB18030.NewDecoder().String(page)
			}
			if status != 200 || !strings.Contains(page, tt.want) {
				t.Errorf("%s: %d, without %q", l[1], status, tt.want)
			}
		}
	}
	for _, s := range sites {
		if status, _, _ := ask(s.Handler, "/nothing"); status != 404 {
			t.Errorf("%s: %d for nothing", s.ID, status)
		}
		if _, body, _ := ask(s.Handler, "/robots.txt"); !strings.Contains(body, "Allow: /") {
			t.Errorf("%s: robots.txt says %q", s.ID, body)
		}
	}
}

func TestWhatTheScriptChanges(t *testing.T) {
	w := New(start)
	sites := w.Ministries()
	gone := "/news/tb03.html"
	if status, _, _ := ask(sites[1].Handler, gone); status != 200 {
		t.Errorf("%s: %d before it goes away", gone, status)
	}
	w.Advance(start.Add(time.Hour))
	_, feed, _ := ask(sites[0].Handler, "/feed.xml")
	if strings.Contains(feed, "12,400") || !strings.Contains(feed, "14,200 households") {
		t.Error("the number was not changed")
	}
	_, original, _ := ask(sites[0].Handler, "/feed.xml")
	status, repost, _ := ask(sites[1].Handler, "/news/tb90.html")
	if status != 200 || !strings.Contains(original, "common permit for carriers") || !strings.Contains(repost, "common permit for carriers") || !strings.Contains(repost, "<h1>From the Ministry") {
		t.Error("the repost is not there, or says something else")
	}
	if status, _, _ := ask(sites[1].Handler, gone); status != 404 {
		t.Errorf("%s: %d after it went away", gone, status)
	}
}
