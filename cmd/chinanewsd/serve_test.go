package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chinanews/feedout/gate"
	"chinanews/news"
)

// everywhere are addresses of every kind that the public site has.
func (s *outsider) everywhere() []string {
	s.reads("pair", 1, news.AsNews, "open")
	s.rule(news.Ruling{})
	s.rummage()
	paths := []string{"/nothing", "/feeds/nothing.atom", "/feeds/nothing/", "/feeds/open/?page=99", "/search?q=zq", "/search.atom?q=zq", "/hub", "/t/x/", "/opml.xml", "/sitemap.xml",
		"/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feeds", "/feeds/open", "/feeds/open/page/2/", "/feeds/open/2026/11/26/", "/feeds/open/archive/1-1.atom"}
	for path := range s.seen {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// What a request says of its host reaches no link, header or page.
func TestNobodyNamesOurHost(t *testing.T) {
	s := newOutsider(t)
	const evil = "zqevil.example"
	paths := s.everywhere()
	if len(paths) < 40 {
		t.Fatalf("only %d addresses: %q", len(paths), paths)
	}
	h, shown := s.h.press.shelf.Before(s.h.public()), 0
	for _, path := range paths {
		for _, dest := range []string{"", "document"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host, r.URL.Host = evil, evil
			for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Server", "X-Original-Host", "X-Host", "X-Forwarded-For", "X-Forwarded-Prefix", "Origin"} {
				r.Header.Set(name, evil)
			}
			r.Header.Set("X-Forwarded-Proto", "zqevil")
			r.Header.Set("Forwarded", "host="+evil+";proto=zqevil")
			r.Header.Set("Referer", "http://"+evil+"/")
			r.Header.Set("X-Original-URL", "/zqevil")
			r.Header.Set("Sec-Fetch-Dest", dest)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code == http.StatusOK {
				shown++
			}
			if said := fmt.Sprint(w.Header()) + w.Body.String(); strings.Contains(said, "zqevil") {
				t.Errorf("GET %s (%s): %d repeats the host that was asked for:\n%s", path, dest, w.Code, said)
			}
		}
	}
	if shown < 40 {
		t.Errorf("only %d answers showed anything", shown)
	}
}

// An address that tries to be another one is refused, wherever it would lead;
// so is what asks for anything but reading.
func TestCrookedAddresses(t *testing.T) {
	s := newOutsider(t)
	s.reads("pair", 1, news.AsNews, "open")
	s.rule(news.Ruling{})
	h := s.h.press.shelf.Before(s.h.public())
	answers := func(method, target string) *http.Response {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return &http.Response{StatusCode: http.StatusBadRequest} // so says net/http
		}
		r := httptest.NewRequest(method, "/", nil)
		r.URL, r.RequestURI = u, target
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	story := "/stories/" + s.story("pair").Address(10)
	for _, right := range []string{"/feeds/open.atom", "/feeds/open/", "/feeds/zqhush.atom", "/feeds/open/edits.atom", "/opml.xml", "/search.atom?q=a%2Fb%00..", "/site.css", story} {
		if resp := answers("GET", right); resp.StatusCode >= 400 && !strings.Contains(right, "zqhush") {
			t.Errorf("%s: %d", right, resp.StatusCode)
		}
		path, query, _ := strings.Cut(right, "?")
		first, rest, _ := strings.Cut(path[1:], "/")
		for _, wrong := range []string{
			"/../" + path[1:], "/x/.." + path, "/" + first + "/../" + first + "/" + rest, path + "/..", path + "/../../../etc/passwd", "/%2e%2e" + path, "/x/%2E%2E" + path,
			"/" + first + "%2f" + rest, "/" + first + "%2F" + rest, "/" + first + "%5c" + rest, "/" + first + `\` + rest, "//" + first + "/" + rest, "/" + first + "//" + rest,
			path + "%00", path + "%00.atom", "/%00" + path, path + "%2f", "/%2f" + path[1:], path + "%2e", "//zqevil.example" + path, path + "%5c..%5c", "/.%2e" + path,
		} {
			resp := answers("GET", wrong+"?"+query)
			if resp.StatusCode < 400 || resp.StatusCode > 499 || resp.Header.Get("Location") != "" {
				t.Errorf("GET %s: %d to %q", wrong, resp.StatusCode, resp.Header.Get("Location"))
			}
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
			resp := answers(method, right)
			if resp.StatusCode != 405 && !strings.Contains(right, "zqhush") || resp.StatusCode == 405 && resp.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, right, resp.StatusCode, resp.Header.Get("Allow"))
			}
		}
	}
}

// What costs much is counted for each client, what is on the shelf is not.
func TestPaced(t *testing.T) {
	h := &house{cfg: news.Config{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}
	paced := h.paced(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	refused := func(from, path string, n int) (refused int) {
		for range n {
			r := httptest.NewRequest("GET", path, nil)
			r.RemoteAddr = "127.0.0.1:1"
			r.Header.Set("X-Forwarded-For", from)
			w := httptest.NewRecorder()
			if paced.ServeHTTP(w, r); w.Code == http.StatusTooManyRequests {
				refused++
			}
		}
		return refused
	}
	for path, rate := range map[string]gate.Rate{"/search?q=a": searchRate, "/search.atom?q=a": searchRate, "/feeds/open/": pageRate, "/nothing": pageRate, "/hub": hubRate} {
		from := fmt.Sprintf("203.0.113.%d", len(path))
		if n := refused(from, path, rate.Burst); n != 0 {
			t.Errorf("%s: %d refused of the first %d", path, n, rate.Burst)
		}
		if n := refused(from, path, 3*rate.Burst); n < rate.Burst {
			t.Errorf("%s: only %d refused of the next %d", path, n, 3*rate.Burst)
		}
	}
	for _, path := range []string{"/feeds/open.atom", "/opml.xml", "/site.css"} {
		if n := refused("203.0.113.200", path, 5*pageRate.Burst); n != 0 {
			t.Errorf("%s: %d refused", path, n)
		}
	}
}

// crowd are clients that hold connections and do little with them.
type crowd struct {
	t       *testing.T
	to      string
	readers sync.WaitGroup
}

// join sends something from the n-th address, and reads a byte a second until
// the test ends.
func (c *crowd) join(n int, say string) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 9, byte(n>>8), byte(n))}}
	conn, err := d.Dial("tcp", c.to)
	if errors.Is(err, syscall.EADDRNOTAVAIL) {
		c.t.Skipf("this machine has not the many loopback addresses of a crowd: %v", err)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	fmt.Fprint(conn, say)
	c.readers.Go(func() {
		defer conn.Close()
		for one := make([]byte, 1); waited(c.t.Context(), time.Second); {
			if _, err := conn.Read(one); err != nil {
				return
			}
		}
	})
}

// Slow clients, half of whom never say what they want and half of whom take
// what they get at a byte a second, hold their connections and nothing else.
func TestSlowClients(t *testing.T) {
	n := 60
	if os.Getenv("CHINANEWS_LONG") != "" {
		n = 500
	}
	s := newOutsider(t)
	s.rule(news.Ruling{})
	at := s.listens()
	c := &crowd{t: t, to: at}
	t.Cleanup(c.readers.Wait)
	for i := range n {
		say := "GET /feeds/open.atom HTTP/1.1\r\nHost: n.example\r\nX-Slow: "
		if i%2 == 0 {
			say += "\r\n\r\n"
		}
		c.join(i, say)
	}
	var took []time.Duration
	for range 4 * n {
		began := time.Now()
		resp, err := http.Get("http://" + at + "/feeds/open.atom")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || err != nil || len(body) == 0 {
			t.Fatalf("%d, %d bytes, %v", resp.StatusCode, len(body), err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	t.Logf("%d requests beside %d slow clients: median %v, 99 of 100 within %v", len(took), n, took[len(took)/2], took[len(took)*99/100])
}

// listens serves to the end of the test, as the daemon does.
func (s *outsider) listens() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	done := make(chan error)
	ctx := s.t.Context()
	go func() { done <- serve(ctx, s.h.gated(l), s.h.entrance()) }()
	s.t.Cleanup(func() {
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
	return l.Addr().String()
}

// A header that never ends, or is too long, ends its connection.
func TestHeaderLimits(t *testing.T) {
	s := newOutsider(t)
	s.rule(news.Ruling{})
	at := s.listens()
	for _, tt := range []struct{ name, say, want string }{
		{"long", "GET /feeds/open.atom HTTP/1.1\r\nHost: n.example\r\nX-Long: " + strings.Repeat("x", 40<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		{"many", "GET /feeds/open.atom HTTP/1.1\r\nHost: n.example\r\n" + strings.Repeat("X-Many: x\r\n", 4<<10) + "\r\n", "HTTP/1.1 431"},
		{"address", "GET /feeds/open.atom?" + strings.Repeat("x", 40<<10) + " HTTP/1.1\r\nHost: n.example\r\n\r\n", "HTTP/1.1 431"},
		{"no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "HTTP/1.1 400"},
		{"no host", "GET /feeds/open.atom HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"two hosts", "GET /feeds/open.atom HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400"},
		{"right", "GET /feeds/open.atom HTTP/1.1\r\nHost: n.example\r\n\r\n", "HTTP/1.1 200"},
		{"never", "GET /feeds/open.atom HTTP/1.1\r\nHost: n.example\r\n", ""},
	} {
		conn, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		go io.WriteString(conn, tt.say)
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		line, err := bufio.NewReader(conn).ReadString('\n')
		if !strings.HasPrefix(line, tt.want) || tt.want == "" && err != io.EOF && !strings.Contains(line, "408") {
			t.Errorf("%s: %q, %v; want %q", tt.name, line, err, tt.want)
		}
	}
}
