package main

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/news"
)

// client is a connection without a network: it asks the same again and again,
// and throws away what it is told.
type client struct {
	request []byte
	left    int
	rest    []byte
	over    context.CancelFunc
}

func (c *client) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		if c.left == 0 {
			c.over()
			return 0, io.EOF
		}
		c.left--
		c.rest = c.request
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *client) Write(p []byte) (int, error)      { return len(p), nil }
func (c *client) Close() error                     { return nil }
func (c *client) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (c *client) RemoteAddr() net.Addr             { return c.LocalAddr() }
func (c *client) SetDeadline(time.Time) error      { return nil }
func (c *client) SetReadDeadline(time.Time) error  { return nil }
func (c *client) SetWriteDeadline(time.Time) error { return nil }

// lobby lets one client in.
type lobby struct {
	client net.Conn
	ctx    context.Context
}

func (d *lobby) Accept() (net.Conn, error) {
	if c := d.client; c != nil {
		d.client = nil
		return c, nil
	}
	<-d.ctx.Done()
	return nil, net.ErrClosed
}

func (d *lobby) Close() error   { return nil }
func (d *lobby) Addr() net.Addr { return d.client.LocalAddr() }

// BenchmarkAnswer compares what an answer costs beside the kernel's work: by a
// handler that writes prepared bytes and headers, on a server without limits,
// and by all that the daemon serves with.
func BenchmarkAnswer(b *testing.B) {
	body := make([]byte, 50_000) // that nothing makes smaller
	rand.NewChaCha8([32]byte{}).Read(body)
	shelf := feedout.NewShelf()
	shelf.Put("/feeds/open.rss", feedout.Sheet{Body: body, ContentType: feedout.RSS.ContentType(), Cache: feedout.KeepFeed, Page: "/feeds/open/", Modified: time.Now().Add(-time.Hour),
		Link: `<http://news.example/feeds/open.rss>; rel="self"`})
	h := &house{cfg: news.Config{}, press: &press{shelf: shelf}}
	bare := func(w http.ResponseWriter, r *http.Request) {
		hd := w.Header()
		hd["Etag"], hd["Last-Modified"], hd["Vary"] = []string{`"v1"`}, []string{"Fri, 20 Nov 2026 00:00:00 GMT"}, []string{"Accept-Encoding"}
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(304)
			return
		}
		hd["Content-Type"] = []string{"application/rss+xml; charset=utf-8"}
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			hd["Content-Encoding"] = []string{"gzip"}
		}
		hd["Content-Length"] = []string{strconv.Itoa(len(body))}
		w.Write(body)
	}
	for name, s := range map[string]*http.Server{
		"bare": {Handler: http.HandlerFunc(bare)},
		"ours": {Handler: shelf.Before(http.HandlerFunc(bare)), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: stallTimeout, IdleTimeout: idleTimeout},
	} {
		for kind, header := range map[string]string{"200": "", "304": "If-None-Match: *\r\n"} {
			if name == "bare" && kind == "304" {
				header = "If-None-Match: \"v1\"\r\n"
			}
			b.Run(kind+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				ctx, cancel := context.WithCancel(b.Context())
				c := &client{request: []byte("GET /feeds/open.rss HTTP/1.1\r\nHost: n.example\r\nAccept-Encoding: gzip\r\n" + header + "\r\n"), left: b.N, over: cancel}
				var l net.Listener = &lobby{c, ctx}
				if name == "ours" {
					l = h.gated(l)
				}
				s.Serve(l)
			})
		}
	}
}
