package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// soakReaders read a house's site while it lives.
type soakReaders struct {
	door *pipes // the house's public listener
	wg   sync.WaitGroup

	mu       sync.Mutex
	statuses map[int]int
	problems []string
}

const soakSite = "http://news.test"

// begin lets so many feed readers, a browser, an editor and two who are rude
// come until ctx ends.
func (r *soakReaders) begin(ctx context.Context, feeds int) {
	r.statuses = make(map[int]int)
	for n := range feeds {
		r.wg.Go(func() { r.subscriber(ctx, n) })
	}
	r.wg.Go(func() { r.browser(ctx) })
	r.wg.Go(func() { r.editor(ctx) })
	r.wg.Go(func() { r.rude(ctx, "GET /feeds/all.rss HTTP/1.1\r\nHost: news.test\r\n") })
	r.wg.Go(func() { r.rude(ctx, "GET /feeds/all.rss HTTP/1.1\r\nHost: news.test\r\n\r\n") })
}

func (r *soakReaders) client(keep bool) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return r.door.dial(ctx) }, DisableKeepAlives: !keep},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// get asks for an address; headers are pairs.
func (r *soakReaders) get(ctx context.Context, c *http.Client, path string, headers ...string) (body, etag string) {
	req, err := http.NewRequestWithContext(ctx, "GET", soakSite+path, nil)
	if err != nil {
		r.complain(err.Error())
		return "", ""
	}
	for n := 0; n < len(headers); n += 2 {
		req.Header.Set(headers[n], headers[n+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		if ctx.Err() == nil {
			r.complain(fmt.Sprintf("%s: %v", path, err))
		}
		return "", ""
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(resp.Body)
	if ctx.Err() != nil {
		return "", ""
	}
	r.mu.Lock()
	r.statuses[resp.StatusCode]++
	r.mu.Unlock()
	if err != nil || resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNotModified {
		r.complain(fmt.Sprintf("%s answers %s, %v", path, resp.Status, err))
	}
	return string(doc), resp.Header.Get("ETag")
}

func (r *soakReaders) complain(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.problems) < 20 {
		r.problems = append(r.problems, what)
	}
}

// subscriber polls feeds every so often with what it has of them.
func (r *soakReaders) subscriber(ctx context.Context, n int) {
	c := r.client(n%2 == 0)
	etags := make(map[string]string)
	for waited(ctx, time.Duration(11+n)*time.Minute) {
		for _, feed := range []string{"all", "few"} {
			path := "/feeds/" + feed + "." + string(formats[n%3])
			_, etag := r.get(ctx, c, path, "If-None-Match", etags[path], "User-Agent", fmt.Sprintf("Reader/%d", n))
			etags[path] = etag
		}
	}
	c.CloseIdleConnections()
}

var siteLink = regexp.MustCompile(`href="(/[a-z][^"#]*)"`)

// browser looks at the site's pages, and at where they lead.
func (r *soakReaders) browser(ctx context.Context) {
	c := r.client(true)
	rng := rand.New(rand.NewPCG(9, 9))
	for waited(ctx, 11*time.Minute) {
		for _, path := range []string{"/", "/feeds/all/", "/search?q=office", "/opml.xml"} {
			body, _ := r.get(ctx, c, path)
			if links := siteLink.FindAllStringSubmatch(body, -1); len(links) > 0 {
				if to := strings.ReplaceAll(links[rng.IntN(len(links))][1], "&amp;", "&"); !strings.HasPrefix(to, "/desk") {
					r.get(ctx, c, to)
				}
			}
		}
	}
	c.CloseIdleConnections()
}

// editor is at the desk, with a page that listens.
func (r *soakReaders) editor(ctx context.Context) {
	c := r.client(true)
	defer c.CloseIdleConnections()
	form := url.Values{"name": {"Li Wei"}, "password": {teaPassword}}
	resp, err := c.PostForm(soakSite+"/desk/sign-in", form)
	if err != nil || len(resp.Cookies()) != 1 {
		r.complain(fmt.Sprintf("the editor does not come in: %v, %v", resp, err))
		return
	}
	resp.Body.Close()
	cookie := resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value
	for waited(ctx, 13*time.Minute) {
		for _, path := range []string{"/desk/", "/desk/sources/", "/desk/you"} {
			r.get(ctx, c, path, "Cookie", cookie)
		}
		r.listen(ctx, c, cookie)
	}
}

func (r *soakReaders) listen(ctx context.Context, c *http.Client, cookie string) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", soakSite+"/desk/events", nil)
	if err != nil {
		r.complain(err.Error())
		return
	}
	req.Header.Set("Cookie", cookie)
	resp, err := c.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		if ctx.Err() == nil {
			r.complain(fmt.Sprintf("events: %v, %v", resp, err))
		}
		return
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

// rude says something and then neither reads nor leaves, until it is shown out.
func (r *soakReaders) rude(ctx context.Context, what string) {
	for waited(ctx, 5*time.Minute) {
		conn, err := r.door.dial(ctx)
		if err != nil {
			return
		}
		io.WriteString(conn, what)
		waited(ctx, 4*time.Minute)
		conn.Close()
	}
}
