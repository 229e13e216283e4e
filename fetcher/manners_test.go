package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/news"
)

// refusing is a site whose paths answer with a status and Retry-After, but for
// /fine.
func refusing(t *testing.T, status int) *site {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/fine":
			w.Write([]byte(oneItem))
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(status)
		}
	})
}

func TestRetryAfterScope(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		asked  []string
		before int  // failures in a row
		held   bool // is the host left alone afterwards
	}{
		{"too many requests hold the host", 429, []string{"/a"}, 0, true},
		{"an address that says so for ever does not", 429, []string{"/a"}, 3, false},
		{"unavailable is the address", 503, []string{"/a"}, 0, false},
		{"twice is still the address", 503, []string{"/a", "/a"}, 0, false},
		{"two addresses are the host", 503, []string{"/a", "/b"}, 0, true},
	} {
		s, f := refusing(t, tt.status), newFetcher(t)
		for _, path := range tt.asked {
			fetch(t, f, row(s.URL), listing(s.URL+path, news.FetchState{Failures: tt.before}))
		}
		b := fetch(t, f, row(s.URL), listing(s.URL+"/fine", news.FetchState{}))
		held := b.Problem != nil && strings.Contains(b.Problem.Words, "left alone until 2026-11-23 05:00 UTC")
		if held != tt.held || held && !b.State.RetryAfter.Equal(noon.Add(time.Hour)) {
			t.Errorf("%s: %+v, want held %v", tt.name, b.Problem, tt.held)
		}
	}
}

// What a host asked for holds after a restart too.
func TestPauseIsRemembered(t *testing.T) {
	s, f := refusing(t, 429), newFetcher(t)
	f.Remember([]news.HostState{{Host: s.URL, Pause: noon.Add(time.Hour), Status: 404, Fetched: noon}})
	if b := fetch(t, f, row(s.URL), listing(s.URL+"/fine", news.FetchState{})); b.Problem == nil || s.count("/fine") > 0 {
		t.Errorf("asked within the pause: %v", b.Problem)
	}
	b, err := f.Fetch(context.Background(), row(s.URL), listing(s.URL+"/fine", news.FetchState{}), noon.Add(2*time.Hour))
	if err != nil || b.Problem != nil {
		t.Errorf("after the pause: %v %v", b.Problem, err)
	}
}

func TestRobotsThatFailAreNotAskedAtEachTurn(t *testing.T) {
	fail := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	var robots atomic.Pointer[http.HandlerFunc]
	robots.Store(&fail)
	url, asked := robotsSite(t, &robots)
	f := newFetcher(t)
	for n := range 5 {
		b, err := f.Fetch(context.Background(), row(url), listing(url+"/feed", news.FetchState{}), noon.Add(time.Duration(n)*time.Minute))
		if err != nil || b.Problem == nil || !strings.Contains(b.Problem.Words, "robots.txt") {
			t.Errorf("%v %v, want the words on robots.txt", b.Problem, err)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("robots.txt was asked for %d times in 5 minutes, want once", n)
	}
}

func TestMove(t *testing.T) {
	week := noon.AddDate(0, 0, -7)
	for _, tt := range []struct {
		name      string
		batch     news.Batch
		before    news.Moved
		permanent bool
		direct    bool
		want      news.Moved
	}{
		{"stays", news.Batch{}, news.Moved{}, false, false, news.Moved{}},
		{"moves", news.Batch{FinalURL: "b", Redirects: []string{"b"}}, news.Moved{}, true, false, news.Moved{To: "b", Since: noon}},
		{"agrees", news.Batch{FinalURL: "b", Redirects: []string{"b"}}, news.Moved{To: "b", Since: week}, true, false, news.Moved{To: "b", Since: week}},
		{"moves on", news.Batch{FinalURL: "c", Redirects: []string{"c"}}, news.Moved{To: "b", Since: week}, true, false, news.Moved{To: "c", Since: noon}},
		{"is back", news.Batch{}, news.Moved{To: "b", Since: week}, false, false, news.Moved{}},
		{"for a while only", news.Batch{FinalURL: "b", Redirects: []string{"b"}}, news.Moved{To: "b", Since: week}, false, false, news.Moved{}},
		{"fails on the way", news.Batch{Problem: &news.Problem{}}, news.Moved{To: "b", Since: week}, true, false, news.Moved{To: "b", Since: week}},
		{"asked directly", news.Batch{}, news.Moved{To: "b", Since: week}, false, true, news.Moved{To: "b", Since: week}},
		{"fails there", news.Batch{Problem: &news.Problem{}}, news.Moved{To: "b", Since: week}, false, true, news.Moved{}},
	} {
		tt.batch.Fetched = noon
		if got := move(tt.batch, tt.before, tt.permanent, tt.direct); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	task := listing("a", news.FetchState{Moved: news.Moved{To: "b", Since: week.Add(time.Second)}})
	if address, direct := start(news.Source{}, task, noon); address != "a" || direct {
		t.Errorf("begins with %s before the week is over", address)
	}
	if address, direct := start(news.Source{}, task, noon.Add(time.Second)); address != "b" || !direct {
		t.Errorf("begins with %s after a week", address)
	}
}

func TestRetryAfterValues(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "9223372036": 24 * time.Hour, "9223372037": 24 * time.Hour, "99999999999999999999": 24 * time.Hour,
		"-1": time.Minute, "0": time.Minute, "1.5": time.Minute, noon.Add(2 * time.Hour).Format(http.TimeFormat): 2 * time.Hour,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, noon).Sub(noon); got != want {
			t.Errorf("Retry-After: %s is %v, want %v", value, got, want)
		}
	}
	if at := retryAfter(http.Header{"Retry-After": {"soon"}}, noon); !at.IsZero() {
		t.Errorf("Retry-After: soon is %v", at)
	}
}

// A bot wall's wish for a pause is a wish like any other.
func TestRetryAfterOfABotWall(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, "<html><script>document.cookie='a=b';location.reload()</script></html>")
	})
	b := fetch(t, newFetcher(t), row(s.URL+"/f"), listing(s.URL+"/f", news.FetchState{}))
	if !b.State.RetryAfter.Equal(noon.Add(2*time.Hour)) || b.Condition != news.Challenged {
		t.Errorf("asked again at %v, condition %s", b.State.RetryAfter, b.Condition)
	}
}

// What a feed advises holds until a good answer says otherwise.
func TestAdviceOutlivesAnError(t *testing.T) {
	doc := strings.Replace(oneItem, "<title>t</title>", "<title>t</title><ttl>600</ttl><skipDays><day>Sunday</day></skipDays>", 1)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, doc) })
	f := newFetcher(t)
	good := fetch(t, f, row(s.URL+"/f"), listing(s.URL+"/f", news.FetchState{}))
	doc = "<html><body>Maintenance</body></html>"
	bad := fetch(t, f, row(s.URL+"/f"), listing(s.URL+"/f", good.State))
	if good.State.Advice.Every == 0 || bad.Problem == nil || bad.State.Advice != good.State.Advice {
		t.Errorf("advised %+v, and after an error page %+v", good.State.Advice, bad.State.Advice)
	}
}

func TestMoveIsReported(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, oneItem)
	})
	f := newFetcher(t)
	b := fetch(t, f, row(s.URL+"/a"), listing(s.URL+"/a", news.FetchState{}))
	again := fetch(t, f, row(s.URL+"/a"), listing(s.URL+"/a", b.State))
	for _, b := range []news.Batch{b, again} {
		if len(b.Warnings) != 1 || !strings.Contains(b.Warnings[0], s.URL+"/b") {
			t.Errorf("an address that moved for good: warnings %q", b.Warnings)
		}
	}
}
