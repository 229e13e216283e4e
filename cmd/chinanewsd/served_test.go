package main

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"chinanews/feedout"
)

// servedEnv is for those who measure: with ADDRESS FILE in it, the test serves
// the file at that address as /feeds/open.rss, by all that the daemon serves
// with, until it is ended:
//
//	go test -c -o served ./cmd/chinanewsd
//	CHINANEWS_TEST_SERVED="127.0.0.1:9502 feed.xml" ./served -test.run TestServed$ -test.timeout 0
//	wrk -t1 -c64 -d10s -H "Accept-Encoding: gzip" http://127.0.0.1:9502/feeds/open.rss
const servedEnv = "CHINANEWS_TEST_SERVED"

func TestServed(t *testing.T) {
	address, file, ok := strings.Cut(os.Getenv(servedEnv), " ")
	if !ok {
		t.Skip("nobody measures: " + servedEnv + " is not set")
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := newOutsider(t)
	s.h.press.shelf.Put("/feeds/open.rss", feedout.Sheet{
		Body: body, ContentType: feedout.RSS.ContentType(), Cache: feedout.KeepFeed, Page: "/feeds/open/", Modified: time.Now().Add(-time.Hour),
		Link: `<http://news.example/feeds/open.rss>; rel="self", <http://news.example/hub>; rel="hub"`,
	})
	boundMemory()
	if err := serve(t.Context(), s.h.gated(l), s.h.entrance()); err != nil {
		t.Fatal(err)
	}
}
