package origintest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// visit is one request at a site.
type visit struct {
	*Request
	o    *Origin
	site *site
	r    *http.Request
	w    http.ResponseWriter
	n    int           // how often the path was asked before
	t    time.Duration // since the origin was made, in the poller's clock
}

// hours is how many of its hours the story is old.
func (v *visit) hours() float64 { return float64(v.t) / float64(v.o.poller.Hour) }

// seconds is a time of the story as headers write it.
func (v *visit) seconds(hours float64) string {
	return fmt.Sprint(int64(hours * v.o.poller.Hour.Seconds()))
}

// date is a moment of the story as headers write it.
func (v *visit) date(hours float64) string {
	return time.Now().Add(time.Duration(hours * float64(v.o.poller.Hour))).UTC().Format(http.TimeFormat)
}

// at is the address of a path of a site.
func (v *visit) at(name, path string) string { return v.o.address(v.o.sites[name], path) }

// set sets headers as they are written here, by pairs.
func (v *visit) set(pairs ...string) *visit {
	for i := 0; i < len(pairs); i += 2 {
		v.w.Header()[http.CanonicalHeaderKey(pairs[i])] = []string{pairs[i+1]}
	}
	return v
}

// body answers with a document.
func (v *visit) body(doc string) {
	if v.w.Header().Get("Content-Type") == "" {
		v.set("Content-Type", "application/rss+xml; charset=utf-8")
	}
	v.w.Write([]byte(doc))
}

// news answers with a feed of releases from..to-1, the newest first.
func (v *visit) news(from, to int) { v.body(v.feed("", from, to)) }

// daily answers with ten releases, to which each day of the story adds one, and
// with validators: those that are empty are not given. What the poller has is
// not sent again.
func (v *visit) daily(etag, modified string) {
	day := int(v.hours() / 24)
	if etag != "" {
		etag = strings.ReplaceAll(etag, "$", fmt.Sprint(day))
		v.set("ETag", etag)
	}
	if modified != "" {
		modified = strings.ReplaceAll(modified, "$", fmt.Sprint(day))
		v.set("Last-Modified", modified)
	}
	asked := v.r.Header
	if etag != "" && first(asked["If-None-Match"]) == etag || etag == "" && modified != "" && first(asked["If-Modified-Since"]) == modified {
		v.w.WriteHeader(http.StatusNotModified)
		return
	}
	v.news(day, day+10)
}

// fail answers with an error.
func (v *visit) fail(status int) {
	v.Bad = true
	v.set("Content-Type", "text/html")
	v.w.WriteHeader(status)
	fmt.Fprint(v.w, "<html><body><h1>Error</h1><p>This page cannot be shown now.</p></body></html>")
}

// to redirects.
func (v *visit) to(status int, address string) {
	v.set("Location", address)
	v.w.WriteHeader(status)
}

// raw writes to the connection what no server would, and closes it.
func (v *visit) raw(text string) {
	v.Bad = true
	conn, buf, err := http.NewResponseController(v.w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	buf.WriteString(text)
	buf.Flush()
}

// stall keeps the connection until the poller gives up, writing a byte a
// second when drip is set.
func (v *visit) stall(drip string) {
	v.Bad = true
	for i := 0; ; i++ {
		select {
		case <-v.r.Context().Done():
			return
		case <-time.After(time.Second):
			if drip != "" {
				fmt.Fprintf(v.w, "%c", drip[i%len(drip)])
				http.NewResponseController(v.w).Flush()
			}
		}
	}
}

// feed is an RSS document; head is put into its channel.
func (v *visit) feed(head string, from, to int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>Office of %s</title><link>%s</link><description>Notices</description>%s`,
		v.site.name, v.at(v.site.name, "/"), head)
	for i := to - 1; i >= from; i-- {
		b.WriteString(v.item(i, fmt.Sprint(v.site.name, "-", i), v.title(i), "", v.dated(i)))
	}
	return b.String() + "</channel></rss>"
}

func (v *visit) title(i int) string {
	return fmt.Sprintf("Notice %d of the office of %s", i, v.site.name)
}

// dated is when a release was made: ten lie in the past when the story begins.
func (v *visit) dated(i int) string {
	at := v.o.start.Add(time.Duration(i-9) * v.o.poller.Hour)
	if i >= 10 {
		at = v.o.start.Add(time.Duration(i-9) * 24 * v.o.poller.Hour)
	}
	return "<pubDate>" + at.UTC().Format(time.RFC1123Z) + "</pubDate>"
}

func (v *visit) item(i int, id, title, more, date string) string {
	return fmt.Sprintf(`<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid>%s<description>The office of %s says in notice %d what it has to say, once.%s</description></item>`,
		title, v.at(v.site.name, fmt.Sprintf("/%d.html", i)), id, date, v.site.name, i, more)
}

func zipped(doc string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(doc))
	z.Close()
	return b.String()
}
