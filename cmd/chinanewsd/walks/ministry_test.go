package walks

import (
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

var beijing = time.FixedZone("+08:00", 8*3600)

// release is what the ministry publishes, in one of its sections.
type release struct {
	section string // news, xw or feed
	name    string // the last part of its address
	title   string
	html    string
	at      time.Time
}

// ministry is the web site of a made-up office: a list of pages in English at
// /news/, one in Chinese at /xw/, and a feed at /feed.xml. It lives as long as
// its test.
type ministry struct {
	server *httptest.Server

	mu       sync.Mutex
	releases []release
}

func newMinistry(t *testing.T, releases ...release) *ministry {
	m := &ministry{releases: releases}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "User-agent: *\nAllow: /\n") })
	mux.HandleFunc("GET /news/{$}", m.list("en", "Office of Rivers and Roads"))
	mux.HandleFunc("GET /xw/{$}", m.list("zh-CN", "河道与公路总局"))
	mux.HandleFunc("GET /{section}/{name}", m.page)
	mux.HandleFunc("GET /feed.xml", m.feed)
	m.server = httptest.NewServer(mux)
	t.Cleanup(m.server.Close)
	return m
}

// publish adds releases, or puts them in the place of those of their address.
func (m *ministry) publish(releases ...release) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range releases {
		m.withdraw(r.section, r.name)
		m.releases = append([]release{r}, m.releases...)
	}
}

// withdraw takes a release away. Its caller holds mu.
func (m *ministry) withdraw(section, name string) {
	for n, r := range m.releases {
		if r.section == section && r.name == name {
			m.releases = append(m.releases[:n:n], m.releases[n+1:]...)
			return
		}
	}
}

// of are the releases of a section.
func (m *ministry) of(section string) (found []release) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.releases {
		if r.section == section {
			found = append(found, r)
		}
	}
	return found
}

func (m *ministry) list(lang, office string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		section := strings.Trim(r.URL.Path, "/")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!DOCTYPE html><html lang=%q><head><title>%s</title></head><body><div class=menu><a href=\"/\">%s</a></div><ul class=releases>\n", lang, office, office)
		for _, r := range m.of(section) {
			fmt.Fprintf(w, "<li><a href=\"%s\">%s</a> <span class=day>%s</span></li>\n", r.name, html.EscapeString(r.title), r.at.In(beijing).Format("2006-01-02"))
		}
		fmt.Fprint(w, "</ul></body></html>")
	}
}

func (m *ministry) page(w http.ResponseWriter, r *http.Request) {
	for _, rel := range m.of(r.PathValue("section")) {
		if rel.name == r.PathValue("name") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>%s</title></head><body><div class=menu><a href=\"./\">Back</a></div><h1>%s</h1><p class=date>%s</p><div class=text>%s</div></body></html>",
				html.EscapeString(rel.title), html.EscapeString(rel.title), rel.at.In(beijing).Format("2006-01-02 15:04"), rel.html)
			return
		}
	}
	http.Error(w, "There is no such page.", http.StatusNotFound)
}

type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  string `xml:"guid"`
	Date  string `xml:"pubDate"`
	Text  string `xml:"description"`
}

func (m *ministry) feed(w http.ResponseWriter, _ *http.Request) {
	doc := rss{Version: "2.0", Title: "Rivers and Roads", Link: m.server.URL + "/", About: "Announcements"}
	for _, r := range m.of("feed") {
		link := m.server.URL + "/feed/" + r.name
		doc.Items = append(doc.Items, rssItem{r.title, link, link, r.at.In(beijing).Format(time.RFC1123Z), r.html})
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	if err := xml.NewEncoder(w).Encode(doc); err != nil {
		fmt.Fprintf(w, "<!-- %v -->", err)
	}
}

// fetching lets a daemon fetch from loopback, at once.
const fetching = `fetch: {allow: [127.0.0.0/8], hosts: {"*": {connections: 4, delay: 5ms, retries: 0}}}
`

// polling has lists read each second.
const polling = `defaults: {interval: 1s, min_interval: 1s, wait_for_text: 5s}
`

// rows are the ministry's three sources, as lines of a configuration.
func (m *ministry) rows() string {
	return strings.ReplaceAll(`  - id: rivers-news
    publisher: {en: Office of Rivers and Roads, zh-CN: 河道与公路总局}
    rights: government
    url: BASE/news/
    kind: html
    language: en
    list: {item: ["ul.releases li"], date: "span.day"}
    article: {title: ["h1"], date: ["p.date"], body: ["div.text"]}
  - id: rivers-xw
    publisher: {en: Office of Rivers and Roads, zh-CN: 河道与公路总局}
    rights: government
    url: BASE/xw/
    kind: html
    language: zh-CN
    list: {item: ["ul.releases li"], date: "span.day"}
    article: {title: ["h1"], date: ["p.date"], body: ["div.text"]}
  - id: rivers-feed
    publisher: {en: Secretariat of the River States, zh-CN: 河流国家秘书处}
    rights: government
    url: BASE/feed.xml
    kind: feed
    body: feed
    language: en
`, "BASE", m.server.URL)
}
