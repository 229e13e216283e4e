package fetcher

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// beside is a site whose pages count how often they are asked for beside its
// robots.txt.
func beside(t *testing.T, robots http.HandlerFunc) (address string, asked *int) {
	t.Helper()
	asked = new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/robots.txt") {
			robots(w, r)
			return
		}
		*asked++
		fmt.Fprint(w, oneItem)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

const forbidAll = "User-agent: *\nDisallow: /\n"

// A robots.txt that is there and does not come whole forbids what it may have
// forbidden.
func TestRobotsThatCannotBeRead(t *testing.T) {
	for name, robots := range map[string]http.HandlerFunc{
		"long": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, forbidAll)
			for range 6 << 10 {
				fmt.Fprint(w, "#"+strings.Repeat("x", 1022)+"\n")
			}
		},
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, forbidAll)
		},
		"in an encoding not asked for": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, forbidAll)
		},
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, zipped(forbidAll))
		},
		"stalling": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, forbidAll)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		address, asked := beside(t, robots)
		f := newFetcher(t, func(o *Options) { o.Fetching.Timeout = news.Duration(500 * time.Millisecond) })
		b := fetch(t, f, row(address+"/f"), listing(address+"/f", news.FetchState{}))
		if *asked > 0 || b.Problem == nil {
			t.Errorf("a robots.txt that is %s: the page was asked %d times, problem %v", name, *asked, b.Problem)
		}
	}
}

// The pages' deadline is robots.txt's too.
func TestRobotsShareTheDeadline(t *testing.T) {
	address, asked := beside(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(150 * time.Millisecond)
		http.Redirect(w, r, r.URL.Path+"a", http.StatusFound)
	})
	f := newFetcher(t, func(o *Options) { o.Fetching.Timeout = news.Duration(200 * time.Millisecond) })
	b := fetch(t, f, row(address+"/f"), listing(address+"/f", news.FetchState{}))
	if b.Problem == nil || b.Problem.Class != news.ClassTimeout || *asked > 0 {
		t.Errorf("robots.txt redirects slowly: %v, the page was asked %d times", b.Problem, *asked)
	}
}

func TestRobotsAskForAPause(t *testing.T) {
	address, asked := beside(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	f := newFetcher(t)
	f.Remember([]news.HostState{{Host: address, Status: 200, Robots: "User-agent: *\nDisallow: /z", Fetched: noon.Add(-25 * time.Hour)}})
	b := fetch(t, f, row(address+"/f"), listing(address+"/f", news.FetchState{}))
	if *asked > 0 || !b.State.RetryAfter.Equal(noon.Add(time.Hour)) {
		t.Errorf("the page was asked %d times though its host wants a pause; next at %v", *asked, b.State.RetryAfter)
	}
}

// Rules of any number of hosts, however long, take bounded memory; one that
// was let go is asked for again.
func TestRobotsTakeBoundedMemory(t *testing.T) {
	asked := 0
	address, _ := beside(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprint(w, "User-agent: *\n"+strings.Repeat("Disallow: /a\n", 39_000))
	})
	f := newFetcher(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(address, "http://"), ":")
	now := noon
	ask := func(n int) news.Batch {
		now = now.Add(time.Second) // what was used at the same time is let go by chance
		u := fmt.Sprintf("http://127.0.1.%d:%s/f", n, port)
		b, err := f.Fetch(t.Context(), row(u), listing(u, news.FetchState{}), now)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	f.transport.(*http.Transport).DialContext = toServer(address)
	for n := range 60 {
		ask(n + 1)
	}
	if f.robots.held > maxRules {
		t.Errorf("the rules take %d bytes", f.robots.held)
	}
	before := asked
	ask(60)
	if asked != before {
		t.Error("a robots.txt that is known was asked for again")
	}
	ask(1)
	if asked != before+1 {
		t.Errorf("a robots.txt that was let go was asked for %d times", asked-before)
	}
	for _, h := range ask(99).Hosts {
		if len(h.Robots) > maxKept {
			t.Errorf("the store is to keep %d bytes of one host", len(h.Robots))
		}
	}
}

func TestIdleHostsAreForgotten(t *testing.T) {
	f := newFetcher(t)
	for n := range 1000 {
		f.robots.host(fmt.Sprint("http://h", n, ".example"), noon)
	}
	f.robots.host("http://kept.example", noon).state.Pause = noon.Add(100 * time.Hour)
	f.robots.sweep(noon.Add(30 * time.Hour))
	if len(f.robots.hosts) != 1 {
		t.Errorf("%d hosts are remembered, want the one that asked for a pause", len(f.robots.hosts))
	}
}
