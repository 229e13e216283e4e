package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// soakOffice is a ministry of the soak: it publishes every few hours, corrects one
// release in four three hours later, and takes one in seven back after five.
type soakOffice struct {
	n              int
	id, host, form string
	start          time.Time
}

// officeForms are what listings are, by turns.
var officeForms = []string{"rss", "atom", "jsonfeed", "html", "json"}

const (
	officeListed    = 6
	officeCorrects  = 3 * time.Hour
	officeTakesBack = 5 * time.Hour
)

// soakNotice is a release as it stands now.
type soakNotice struct {
	n     int
	title string
	text  string
	url   string
	at    time.Time
}

func (o *soakOffice) every() time.Duration { return time.Duration(2+o.n%12) * time.Hour }

func (o *soakOffice) address() string { return "http://" + o.host + "/" + o.id + "/list" }

// notice is release n, if it is not taken back.
func (o *soakOffice) notice(n int, now time.Time) (r soakNotice, ok bool) {
	r = soakNotice{n: n, url: fmt.Sprintf("http://%s/%s/a/%d.html", o.host, o.id, n), at: o.start.Add(time.Duration(n-officeListed) * o.every())}
	age := now.Sub(r.at)
	r.title = fmt.Sprintf("%s, notice %d of office %d", officeProse(o.n, n, 6), n, o.n)
	r.text = officeProse(o.n, -n-1, 150)
	if n%4 == 1 && age > officeCorrects {
		r.text += fmt.Sprintf(" Corrected: the sum is %d yuan.", 1000+n)
	}
	return r, age >= 0 && (n%7 != 3 || age <= officeTakesBack)
}

// officeProse is so many words that no other release has.
func officeProse(office, n, words int) string {
	rng := rand.New(rand.NewPCG(uint64(office), uint64(n)))
	parts := strings.Fields(syllables)
	out := make([]string, words)
	for i := range out {
		for range 2 + rng.IntN(3) {
			out[i] += parts[rng.IntN(len(parts))]
		}
	}
	return strings.Join(out, " ")
}

// listed are the newest releases, the newest first.
func (o *soakOffice) listed(now time.Time) (list []soakNotice) {
	for n := officeListed + int(now.Sub(o.start)/o.every()); n >= 0 && len(list) < officeListed; n-- {
		if r, ok := o.notice(n, now); ok {
			list = append(list, r)
		}
	}
	return list
}

// ServeHTTP answers a poll or the page of a release, after a while. One office
// in five gives no validator.
func (o *soakOffice) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Duration(50+o.n*37%1000) * time.Millisecond)
	now := time.Now()
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/"+o.id+"/a/%d.html", &n); err == nil {
		o.page(w, n, now)
		return
	}
	doc := o.document(now)
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(doc)))
	if o.n%5 != 4 {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	fmt.Fprint(w, doc)
}

func (o *soakOffice) page(w http.ResponseWriter, n int, now time.Time) {
	r, ok := o.notice(n, now)
	if !ok {
		http.Error(w, "taken back", []int{http.StatusNotFound, http.StatusGone}[n%2])
		return
	}
	fmt.Fprintf(w, `<!DOCTYPE html><html><body><h1>%s</h1><div id="b"><p>%s</p></div></body></html>`, r.title, strings.ReplaceAll(r.text, " bo ", ".</p><p>"))
}

func (o *soakOffice) document(now time.Time) string {
	list := o.listed(now)
	switch o.form {
	case "rss":
		return rssNotices(list)
	case "atom":
		return atomNotices(list)
	case "jsonfeed":
		return jsonNotices(list)
	case "html":
		return htmlNotices(list)
	}
	return rowsOfNotices(list)
}

func rssNotices(list []soakNotice) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Office</title><link>/</link><description>Notices</description>`)
	for _, r := range list {
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate><description>%s</description></item>`,
			r.title, r.url, r.url, r.at.UTC().Format(time.RFC1123Z), r.text)
	}
	return b.String() + "</channel></rss>"
}

func atomNotices(list []soakNotice) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Office</title><id>urn:office</id><updated>2026-11-20T00:00:00Z</updated>`)
	for _, r := range list {
		at := r.at.UTC().Format(time.RFC3339)
		fmt.Fprintf(&b, `<entry><title>%s</title><link href="%s"/><id>%s</id><published>%s</published><updated>%s</updated><content type="html">%s</content></entry>`,
			r.title, r.url, r.url, at, at, html.EscapeString("<p>"+r.text+"</p>"))
	}
	return b.String() + "</feed>"
}

func jsonNotices(list []soakNotice) string {
	items := []map[string]string{}
	for _, r := range list {
		items = append(items, map[string]string{"id": r.url, "url": r.url, "title": r.title, "content_html": "<p>" + r.text + "</p>", "date_published": r.at.UTC().Format(time.RFC3339)})
	}
	doc, _ := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "Office", "items": items})
	return string(doc)
}

func htmlNotices(list []soakNotice) string {
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, `<li><a href="a/%d.html">%s</a> <span>%s</span></li>`, r.n, r.title, r.at.In(time.FixedZone("", 8*60*60)).Format("2006-01-02 15:04"))
	}
	return "<!DOCTYPE html><html><head><title>Office</title></head><body><ul>" + b.String() + "</ul></body></html>"
}

func rowsOfNotices(list []soakNotice) string {
	rows := []map[string]any{}
	for _, r := range list {
		rows = append(rows, map[string]any{"docId": r.n, "docTitle": r.title, "publishDate": r.at.UnixMilli()})
	}
	doc, _ := json.Marshal(map[string]any{"data": map[string]any{"rows": rows}})
	return string(doc)
}

// row is the office's row of the configuration.
func (o *soakOffice) row() string {
	how := "kind: feed, body: feed"
	switch {
	case o.form == "html":
		how = `kind: html, list: {item: [li]}, article: {body: ["#b"]}`
	case o.form == "json":
		how = fmt.Sprintf(`kind: json, json: {items: data.rows, title: docTitle, date: publishDate, link_template: "http://%s/%s/a/{docId}.html"}, article: {body: ["#b"]}`, o.host, o.id)
	case o.form == "atom" && o.n%2 == 0:
		how = `kind: feed, body: page, article: {body: ["#b"]}`
	}
	return fmt.Sprintf("  - {id: %s, url: \"%s\", language: en, rights: government, publisher: Office %d, %s}\n", o.id, o.address(), o.n, how)
}
