package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
)

var robotsTable = []struct {
	robots, path string
	ok           bool
}{
	{"", "/x", true},
	{"User-agent: *\nDisallow:", "/x", true},
	{"User-agent: *\nDisallow: /", "/x", false},
	{"User-agent: *\nDisallow: /", "/robots.txt", true},
	{"User-agent: *\nDisallow: /a", "/b", true},
	{"User-agent: *\nDisallow: /a", "/ab", false},
	{"User-agent: *\nDisallow: /a/", "/a", true},
	{"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
	{"User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", false},
	{"User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
	{"User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", false},
	{"User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", true},
	{"User-agent: *\nDisallow: /*?", "/x?y=1", false},
	{"User-agent: *\nDisallow: /a*b*c", "/axxbyyc", false},
	{"User-agent: *\nDisallow: /a*b*c", "/axxc", true},
	{"User-agent: *\nDisallow: /$", "/", false},
	{"User-agent: *\nDisallow: /$", "/x", true},
	{"User-agent: *\nAllow: /$\nDisallow: /", "/", true},
	{"User-agent: *\nDisallow: /a%3Cb", "/a<b", true},
	{"User-agent: *\nDisallow: /a%7Eb", "/a~b", false},
	{"User-agent: *\nDisallow: /a~b", "/a%7Eb", false},
	{"User-agent: *\nDisallow: /新闻", "/%E6%96%B0%E9%97%BB/1", false},
	{"User-agent: *\nDisallow: /%e6%96%b0", "/%E6%96%B0", false},
	{"User-agent: *\nDisallow: /A", "/a", true},
	{"User-agent: chinanewsd\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", false},
	{"User-agent: ChinaNewsD\nDisallow: /", "/x", false},
	{"User-agent: *\nDisallow: /\n\nUser-agent: chinanewsd\nDisallow:", "/x", true},
	{"User-agent: *\nDisallow: /\n\nUser-agent: chinanewsd\nDisallow: /y", "/x", true},
	{"User-agent: chinanewsd-other\nDisallow: /", "/x", true},
	{"User-agent: other\nUser-agent: chinanewsd\nDisallow: /x", "/x", false},
	{"User-agent: chinanewsd\nDisallow: /x\n\nUser-agent: b\nDisallow: /\n\nUser-agent: chinanewsd\nDisallow: /y", "/y", false},
	{"User-agent: chinanewsd\nDisallow: /x\n\nUser-agent: b\nDisallow: /z\n\nUser-agent: chinanewsd\nDisallow: /y", "/z", true},
	{"user-agent:*\ndisallow:/x", "/x", false},
	{"USER-AGENT: *\nDISALLOW: /x", "/x", false},
	{"User-agent: * # all\nDisallow: /x # this", "/x", false},
	{"\uFEFFUser-agent: *\nDisallow: /x", "/x", false},
	{"User-agent: *\r\nDisallow: /x\r\n", "/x", false},
	{"Disallow: /x", "/x", true},
	{"User-agent: *\nSitemap: http://x/\nDisallow: /x", "/x", false},
	{"User-agent: *\nnonsense\nDisallow: /x", "/x", false},
	{"<html><body>Not found</body></html>", "/x", true},
	{"User-agent: *\nDisallow: /x\nUser-agent: other\nDisallow: /y", "/y", true},
	{"User-agent: *\nCrawl-delay: 5\nDisallow: /x", "/x", false},
	{"User-agent: *\rDisallow: /\r", "/x", false},
	{"User-agent: chinanewsd\nSitemap: https://x.example/s.xml\nUser-agent: other\nDisallow: /", "/x", false},
	{"User-agent: *\nDisallow: /foo-%24", "/foo-$", false},
	{"User-agent: *\nDisallow: /foo-%24", "/foo-", true},
	{"User-agent: *\nDisallow: /a-%2A.html", "/a-*.html", false},
	{"User-agent: *\nDisallow: /a-%2A.html", "/a-b.html", true},
	{"User-agent: *\nDisallow: /a$b", "/a$b/c", false},
	{"User-agent: *\nDisallow: /a$b", "/a", true},
	{"User-agent: chinanewsd/1.0\nDisallow: /", "/x", false},
}

func TestRobotsRules(t *testing.T) {
	for _, tt := range robotsTable {
		if got := parseRobots([]byte(tt.robots)).allow(tt.path); got != tt.ok {
			t.Errorf("%q for %s: %v, want %v", tt.robots, tt.path, got, tt.ok)
		}
	}
	if d := parseRobots([]byte("User-agent: *\nCrawl-delay: 2.5")).delay; d != 2500*time.Millisecond {
		t.Errorf("crawl-delay %v", d)
	}
	for _, bad := range []string{"-1", "x", "1e99"} {
		if d := parseRobots([]byte("User-agent: *\nCrawl-delay: " + bad)).delay; d != 0 {
			t.Errorf("crawl-delay %s is %v", bad, d)
		}
	}
}

// robotsSite answers robots.txt as a test wants and feeds otherwise.
func robotsSite(t *testing.T, robots *atomic.Pointer[http.HandlerFunc]) (string, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/robots") {
			asked.Add(1)
			(*robots.Load())(w, r)
			return
		}
		fmt.Fprint(w, oneItem)
	}))
	t.Cleanup(server.Close)
	return server.URL, &asked
}

func TestRobotsAnswers(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		class   news.Class
	}{
		{"allowed", text("User-agent: *\nDisallow: /other"), ""},
		{"forbidden", text("User-agent: *\nDisallow: /"), news.ClassRobots},
		{"not found", http.NotFound, ""},
		{"refused", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, ""},
		{"failing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, news.ClassStatus},
		{"redirects in a circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, ""},
		{"redirected", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.Redirect(w, r, "/robots2", http.StatusMovedPermanently)
				return
			}
			fmt.Fprint(w, "User-agent: *\nDisallow: /")
		}, news.ClassRobots},
		{"redirected to a private address", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/robots.txt", http.StatusFound)
		}, ""},
		{"huge", text("User-agent: *\nDisallow: /\n" + strings.Repeat("# more\n", 200_000)), news.ClassRobots},
	} {
		var robots atomic.Pointer[http.HandlerFunc]
		robots.Store(&tt.handler)
		url, _ := robotsSite(t, &robots)
		b := fetch(t, newFetcher(t), row(url), listing(url+"/feed", news.FetchState{}))
		if class(b) != tt.class {
			t.Errorf("%s: class %q (%v), want %q", tt.name, class(b), b.Problem, tt.class)
		}
		src := row(url)
		src.Robots = false
		if b := fetch(t, newFetcher(t), src, listing(url+"/feed", news.FetchState{})); b.Problem != nil {
			t.Errorf("%s, and robots: false in the row: %v", tt.name, b.Problem)
		}
	}
}

func TestRobotsAreKept(t *testing.T) {
	forbid, fail := text("User-agent: *\nDisallow: /feed"), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	var robots atomic.Pointer[http.HandlerFunc]
	robots.Store(&forbid)
	url, asked := robotsSite(t, &robots)
	f := newFetcher(t)
	at := func(f *Fetcher, now time.Time) news.Batch {
		b, err := f.Fetch(context.Background(), row(url), listing(url+"/feed", news.FetchState{}), now)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := at(f, noon)
	at(f, noon.Add(23*time.Hour))
	if asked.Load() != 1 || len(first.Hosts) != 1 || first.Hosts[0].Status != 200 {
		t.Errorf("asked %d times, learned %+v", asked.Load(), first.Hosts)
	}
	robots.Store(&fail)
	if b := at(f, noon.Add(25*time.Hour)); class(b) != news.ClassRobots || asked.Load() != 2 {
		t.Errorf("what was said before holds while the site fails: %q after %d requests", class(b), asked.Load())
	}
	if b := at(f, noon.Add(60*24*time.Hour)); class(b) != news.ClassStatus {
		t.Errorf("after two months of failing: %q", class(b))
	}
	g := newFetcher(t)
	g.Remember(first.Hosts)
	before := asked.Load()
	if b := at(g, noon.Add(time.Hour)); class(b) != news.ClassRobots || asked.Load() != before {
		t.Errorf("remembered over a restart: %q after %d requests", class(b), asked.Load()-before)
	}
}

func TestPaceHoldsTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(func(string) news.HostRule {
			return news.HostRule{Connections: 2, Delay: news.Duration(2 * time.Second)}
		})
		begin := time.Now()
		for n := range 5 {
			leave, err := p.enter(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := time.Since(begin), time.Duration(n)*2*time.Second; got != want {
				t.Errorf("request %d began after %v, want %v", n, got, want)
			}
			leave()
		}
		p.slow("a", 10*time.Second)
		leave, _ := p.enter(t.Context(), "a")
		leave()
		before := time.Now()
		leave, _ = p.enter(t.Context(), "a")
		leave()
		if got := time.Since(before); got != 10*time.Second {
			t.Errorf("with a crawl-delay of 10 s the next began after %v", got)
		}
		if leave, _ := p.enter(t.Context(), "b"); leave != nil && time.Since(before) != 10*time.Second {
			t.Error("another host waited")
		}
	})
}

func TestPaceHoldsTheConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(func(string) news.HostRule { return news.HostRule{Connections: 1} })
		leave, _ := p.enter(t.Context(), "a")
		entered := false
		go func() {
			second, err := p.enter(t.Context(), "a")
			if err == nil {
				entered = true
				second()
			}
		}()
		synctest.Wait()
		if entered {
			t.Error("two at once")
		}
		leave()
		synctest.Wait()
		if !entered {
			t.Error("the second never came in")
		}
		ctx, cancel := context.WithCancel(t.Context())
		held, _ := p.enter(t.Context(), "a")
		defer held()
		cancel()
		if _, err := p.enter(ctx, "a"); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while waiting: %v", err)
		}
	})
}

// A panic of a parser is one answer's failure.
func TestPanicIsContained(t *testing.T) {
	b := news.Batch{}
	_, p := (*Fetcher)(nil).answer(context.Background(), &b, request{task: news.Task{Kind: news.TaskListing}})
	if p == nil || p.Class != news.ClassPanic {
		t.Errorf("problem %+v, want a contained panic", p)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a$\nAllow: /b", "/xa")
	f.Add("User-agent: chinanewsd\nCrawl-delay: 5", "/%zz%")
	f.Fuzz(func(t *testing.T, robots, path string) {
		r := parseRobots([]byte(robots))
		r.allow(path)
		if r.delay < 0 {
			t.Errorf("delay %v", r.delay)
		}
		if n := normalPath(path); normalPath(n) != n {
			t.Errorf("%q is written %q and then %q", path, n, normalPath(n))
		}
	})
}
