package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/news"
)

// next is the fetcher after one, with other options.
func next(t *testing.T, f *Fetcher, change func(*Options)) *Fetcher {
	t.Helper()
	o := Options{Fetching: settings(), Version: "1.2", BaseURL: "https://news.example"}
	change(&o)
	n, err := f.Next(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What is known of a host outlives the options: robots.txt is not asked for
// again, its pause and what a listing gave hold.
func TestNextKnowsWhatIsKnown(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "pass", Value: "1"})
		fmt.Fprint(w, oneItem)
	})
	f := newFetcher(t)
	src := row(s.URL + "/feed")
	src.Cookies = true
	fetch(t, f, src, listing(s.URL+"/feed", news.FetchState{}))
	f = next(t, f, func(o *Options) { o.BaseURL = "https://other.example"; o.Fetching.MaxItems = 7 })
	fetch(t, f, src, news.Task{Kind: news.TaskArticle, Source: "a", URL: s.URL + "/1.html"})
	if got := s.last(); got.Header.Get("Cookie") != "pass=1" || got.Header.Get("User-Agent") != "chinanewsd/1.2 (+https://other.example/polling; ops@example.org)" {
		t.Errorf("the article was asked for with %q by %q", got.Header.Get("Cookie"), got.Header.Get("User-Agent"))
	}
	if robots := s.count("/robots.txt"); robots != 1 {
		t.Errorf("robots.txt was asked for %d times", robots)
	}
	fetch(t, f, src, listing(s.URL+"/busy", news.FetchState{}))
	f = next(t, f, func(*Options) {})
	if b := fetch(t, f, src, listing(s.URL+"/feed", news.FetchState{})); b.Problem == nil || s.count("/feed") != 1 {
		t.Errorf("a host that asked for patience was asked %d times: %+v", s.count("/feed"), b.Problem)
	}
}

// Two fetchers that follow one another are one visitor: no more requests at
// once, and no less between two.
func TestNextKeepsThePace(t *testing.T) {
	var at, most atomic.Int32
	var mu sync.Mutex
	var begun []time.Time
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		begun = append(begun, time.Now())
		mu.Unlock()
		if n := at.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(20 * time.Millisecond)
		at.Add(-1)
		fmt.Fprint(w, oneItem)
	})
	const delay = 30 * time.Millisecond
	slow := func(o *Options) {
		o.Fetching.Hosts = []news.HostRule{{Pattern: "*", Connections: 1, Delay: news.Duration(delay)}}
	}
	f := newFetcher(t, slow)
	var all sync.WaitGroup
	for n := range 6 {
		if n%2 == 1 {
			f = next(t, f, slow)
		}
		by := f
		all.Go(func() {
			if _, err := by.Fetch(context.Background(), row(s.URL), listing(fmt.Sprintf("%s/%d", s.URL, n), news.FetchState{}), noon); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d requests at once", most.Load())
	}
	if all := begun[len(begun)-1].Sub(begun[0]); all < 4*delay {
		t.Errorf("%d requests within %v", len(begun), all)
	}
}
