package origintest

import (
	"fmt"
	"strings"
	"time"
)

// forms are the sites about the form of requests, and about what bodies may
// cost (E, F).
func forms() []*site {
	return []*site{
		{name: "gzip", serve: func(v *visit) {
			if !strings.Contains(v.r.Header.Get("Accept-Encoding"), "gzip") {
				v.news(0, 10)
				return
			}
			v.set("Content-Encoding", "gzip", "Vary", "Accept-Encoding").body(zipped(v.feed("", 0, 10)))
		}, judge: has(68, 10, "gzip is asked for and read")},
		{name: "gzip-unsaid", serve: func(v *visit) { v.body(zipped(v.feed("", 0, 10))) }, judge: has(69, 10, "a gzip body without a header does no harm")},
		{name: "gzip-lie", serve: func(v *visit) { v.set("Content-Encoding", "gzip").news(0, 10) }, judge: has(69, 10, "a header without a gzip body does no harm")},
		{name: "cookies", serve: func(v *visit) { v.set("Set-Cookie", "session=fixture; Path=/").news(0, 10) }, judge: func(t *trial) {
			for _, r := range t.log {
				t.says(73, r.Header.Get("Cookie") == "", "a cookie was sent back")
			}
		}},
		{name: "exact", paths: []string{"/A%7Eb%2Fc/Feed.XML/?x=1&&y=%e4&z"}, serve: func(v *visit) { v.news(0, 10) }, judge: func(t *trial) {
			for _, r := range t.log {
				t.says(76, strings.HasSuffix(r.URI, "/A%7Eb%2Fc/Feed.XML/?x=1&&y=%e4&z"), "asked for %s", r.URI)
			}
		}},
		{name: "closes", serve: func(v *visit) { v.set("Connection", "close").news(0, 10) }, judge: has(80, 10, "Connection: close works")},
		{name: "http-1-0", serve: func(v *visit) {
			v.raw("HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + v.feed("", 0, 10))
		}, judge: has(80, 10, "HTTP/1.0 works")},
		{name: "http-2", https: true, serve: func(v *visit) { v.news(0, 10) }, judge: func(t *trial) {
			t.says(80, len(t.log) > 0 && t.log[0].Proto == "HTTP/2.0", "HTTP/2 is spoken")
			has(80, 10, "HTTP/2 works")(t)
		}},
		{name: "dead-aaaa", serve: func(v *visit) { v.news(0, 10) }, judge: func(t *trial) {
			if t.o.poller.Base == "" {
				has(81, 10, "a dead IPv6 address falls back to IPv4")(t)
			}
		}},
		{name: "early-hints", serve: func(v *visit) {
			v.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/xml\r\n\r\n" + v.feed("", 0, 10))
		}, judge: has(91, 10, "interim answers are skipped")},
		{name: "octet-stream", serve: func(v *visit) {
			v.set("Content-Type", []string{"application/octet-stream", "text/html", "text/plain"}[v.n%3]).news(0, 10)
		}, judge: has(90, 10, "a feed is a feed whatever its Content-Type")},
		{name: "charset", serve: func(v *visit) {
			doc := strings.ReplaceAll(v.feed("", 0, 10), "Notice", "\xb9\xab\xb8\xe6")
			v.set("Content-Type", "application/rss+xml; charset=gbk").body(doc)
		}, judge: func(t *trial) {
			if t.o.poller.Published != nil {
				t.says(89, len(t.published()) == 10 && strings.HasPrefix(t.published()[0], "公告"), "the charset of the header is used: %.40q", fmt.Sprint(t.published()))
			}
		}},
		heavy(84, "stall-header", func(v *visit) { v.stall("") }),
		heavy(85, "drip", func(v *visit) { v.set("Content-Type", "text/xml"); v.stall("<rss> ") }),
		heavy(86, "endless", func(v *visit) { v.pour(1 << 40) }),
		heavy(87, "huge", func(v *visit) { v.pour(50 << 20) }),
		bombing(heavy(71, "bomb", func(v *visit) { v.set("Content-Encoding", "gzip").body(bomb()) })),
	}
}

// bombing wants nothing of a site's entries: they stand behind what no poller
// should unpack.
func bombing(s *site) *site {
	judge := s.judge
	s.judge = func(t *trial) {
		judge(t)
		has(71, 0, "nothing behind 64 MiB of blanks is read")(t)
	}
	return s
}

// has wants so many entries, and never more.
func has(no, n int, words string) func(*trial) {
	return func(t *trial) {
		if t.o.poller.Published != nil {
			t.says(no, len(t.published()) == n, "%s (%d entries, want %d)", words, len(t.published()), n)
		}
	}
}

// heavy is a site that keeps a poller as long as it lets itself be kept.
func heavy(no int, name string, serve func(*visit)) *site {
	return &site{name: name, serve: serve, judge: func(t *trial) {
		for _, r := range t.log {
			if !r.Closed.IsZero() {
				took := r.Closed.Sub(r.At)
				t.says(no, took <= t.o.poller.Timeout+5*time.Second, "%s: kept the poller for %v", name, took)
			}
		}
		t.says(no, len(t.log) > 1, "%s: the poller lives and goes on", name)
	}}
}

// pour writes a valid feed of so many bytes, as long as somebody reads.
func (v *visit) pour(size int) {
	v.Bad = true
	v.set("Content-Type", "application/rss+xml")
	fmt.Fprint(v.w, "<rss version=\"2.0\"><channel><title>t</title><link>/</link><description>d</description>")
	item := "<item><title>One of many</title><description>" + strings.Repeat("word ", 800) + "</description></item>"
	for sent := 0; sent < size; sent += len(item) {
		if _, err := fmt.Fprint(v.w, item); err != nil {
			return
		}
	}
	fmt.Fprint(v.w, "</channel></rss>")
}

// bomb is a feed with 64 MiB of blanks in it, as 64 kB of gzip.
func bomb() string {
	blanks := zipped(strings.Repeat(" ", 16<<20))
	return zipped(rssBegin) + strings.Repeat(blanks, 4) + zipped(oneItem+rssEnd)
}
