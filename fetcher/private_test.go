package fetcher

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"chinanews/news"
)

// toServer dials one server, whatever address is asked for.
func toServer(address string) dial {
	_, hostPort, _ := strings.Cut(address, "://")
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, hostPort)
	}
}

// What a proxy is asked for is what a guard without a proxy would permit.
func TestProxyIsNoWayIn(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.RequestURI)
		fmt.Fprint(w, oneItem)
	}))
	defer proxy.Close()
	host := strings.TrimPrefix(proxy.URL, "http://")
	for target, permitted := range map[string]bool{
		"http://m.example/f": true, "http://m.example:22/f": false, "http://intranet:8080/f": true, "http://intranet/f": false,
		"http://" + host + "/manager": false, "http://10.0.0.1/f": false, "http://localhost/f": false, "http://127.1/f": false,
	} {
		f := newFetcher(t, func(o *Options) {
			o.Fetching.Proxy, o.Fetching.Robots, o.Fetching.Allow = "http://u:p@"+host, false, []string{"intranet:8080"}
		})
		seen = nil
		b := fetch(t, f, row(target), listing(target, news.FetchState{}))
		if (b.Problem == nil) != permitted || len(seen) > 0 != permitted {
			t.Errorf("%s: %v, and the proxy saw %q", target, b.Problem, seen)
		}
	}
}

func TestProxyWithoutPort(t *testing.T) {
	for address, want := range map[string]string{"http://127.0.0.1": "127.0.0.1:80", "https://[::1]": "[::1]:443", "socks5://127.0.0.1": "127.0.0.1:1080", "socks5h://p.example:99": "p.example:99"} {
		f := newFetcher(t, func(o *Options) { o.Fetching.Proxy, o.Fetching.Allow = address, nil })
		if f.rules.proxy != want {
			t.Errorf("%s is dialled at %q, want %s", address, f.rules.proxy, want)
		}
	}
	_, err := New(Options{Fetching: news.Fetching{Proxy: "ftp://user:secret@p.example"}})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong proxy: %v, want an error without its password", err)
	}
}

// A row's headers may hold secrets: they go to the row's own site only.
func TestHeadersStayAtTheirSite(t *testing.T) {
	s := serve(t, text(oneItem))
	other := serve(t, text(oneItem))
	f := newFetcher(t)
	src := row(s.URL)
	src.Headers = map[string]string{"Authorization": "secret"}
	ask := func(src news.Source, address string) string {
		if _, err := f.Fetch(t.Context(), src, news.Task{Kind: news.TaskArticle, Source: "a", URL: address}, noon); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(address, s.URL) {
			return s.last().Header.Get("Authorization")
		}
		return other.last().Header.Get("Authorization")
	}
	if got := ask(src, s.URL+"/1"); got != "secret" {
		t.Errorf("the row's own site got %q", got)
	}
	if got := ask(src, other.URL+"/1"); got != "" {
		t.Errorf("another port of the host got %q", got)
	}
	src.URLs = []string{strings.Replace(s.URL, "http:", "https:", 1)}
	if got := ask(src, s.URL+"/1"); got != "" {
		t.Errorf("the site of an https row got %q in clear", got)
	}
}
