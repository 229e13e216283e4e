package fetcher

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"chinanews/news"
)

// Limits of what one listing may leave with its articles; RFC 6265, section
// 6.1, asks for at least so much.
const (
	maxCookies = 50
	maxCookie  = 4 << 10
)

// cookies are those that listings gave, by source. Only rows that ask for it
// have any; they live as long as the process and are written nowhere.
type cookies struct {
	mu   sync.Mutex
	jars map[news.Origin]*jar
}

// jar is one source's cookies (RFC 6265). The nil jar keeps none.
type jar struct {
	*cookiejar.Jar
	held int
}

func newJar() *jar {
	kept, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil
	}
	return &jar{Jar: kept}
}

func newCookies() *cookies { return &cookies{jars: make(map[news.Origin]*jar)} }

// open is the jar for a task: an empty one for a listing, which is asked as by
// a stranger, and what that gave for its articles.
func (c *cookies) open(src news.Source, kind news.TaskKind) *jar {
	switch {
	case !src.Cookies:
		return nil
	case kind == news.TaskListing:
		return newJar()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jars[src.Origin]
}

// keep takes what a listing gave. A listing that gives nothing, as one that did
// not change may, leaves what is there.
func (c *cookies) keep(src news.Source, j *jar) {
	if j == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if j.held > 0 || c.jars[src.Origin] == nil {
		c.jars[src.Origin] = j
	}
}

// lacks reports whether a source's listing has still to be had whole, for the
// cookies that its articles need.
func (c *cookies) lacks(src news.Source) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return src.Cookies && c.jars[src.Origin] == nil
}

// take puts the cookies of an answer into the jar, as far as they fit.
func (j *jar) take(u *url.URL, resp *http.Response) {
	if j == nil {
		return
	}
	for _, c := range resp.Cookies() {
		if j.held < maxCookies && len(c.Raw) <= maxCookie {
			j.SetCookies(u, []*http.Cookie{c})
			j.held++
		}
	}
}

// header is the Cookie of a request to an address; empty when there is none.
func (j *jar) header(u *url.URL) string {
	if j == nil {
		return ""
	}
	var pairs []string
	for _, c := range j.Cookies(u) {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}
