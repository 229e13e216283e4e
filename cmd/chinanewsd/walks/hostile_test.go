package walks

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
)

// payloads are what the injections are tried with.
func payloads(t *testing.T) (list []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/injections.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		var p []byte
		for line != "" {
			r, wide, rest, err := strconv.UnquoteChar(line, 0)
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if line = rest; wide {
				p = append(p, string(r)...)
			} else {
				p = append(p, byte(r)) // also what is no UTF-8
			}
		}
		list = append(list, string(p))
	}
	if len(list) < 200 {
		t.Fatalf("only %d payloads", len(list))
	}
	return list
}

// packed joins payloads to texts of at most so many characters, as far as one
// payload is not longer.
func packed(list []string, most int) (texts []string) {
	text := ""
	for _, p := range list {
		if text != "" && utf8.RuneCountInString(text)+utf8.RuneCountInString(p)+5 > most {
			texts, text = append(texts, text), ""
		}
		if text != "" {
			text += " and "
		}
		text += p
	}
	return append(texts, text)
}

// hostile is the web site of an office that writes payloads wherever it can: an
// item for each, with the payload in every slot. In a quick run it is an item
// for four, which are far from each other in the list; addresses are still of
// one each. Its documents are valid, so that whatever is refused is refused for
// what it says.
type hostile struct {
	server  *httptest.Server
	each    [][]string           // by item
	list    []string             // by item, all that it has in one text
	some    func(n, of int) bool // which payloads the other kinds of lists have
	begun   time.Time
	edition atomic.Int32 // its texts are changed with it
}

func newHostile(t *testing.T, list []string) *hostile {
	h := &hostile{begun: time.Now(), some: func(n, of int) bool { return long() || n%3 == of }}
	items := (len(list) + 3) / 4
	if long() {
		items = len(list)
	}
	for n := range items {
		var own []string
		for k := n; k < len(list); k += items {
			own = append(own, list[k])
		}
		h.each, h.list = append(h.each, own), append(h.list, strings.Join(own, " "))
	}
	h.edition.Store(1)
	mux := http.NewServeMux()
	for path, doc := range map[string]func() (string, []byte){"/a.json": h.json, "/a.rss": h.rss, "/a.atom": h.atom, "/list/{$}": h.listing, "/new.json": h.json, "/new/{$}": h.listing} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			kind, body := doc()
			w.Header().Set("Content-Type", kind)
			w.Write(body)
		})
	}
	mux.HandleFunc("GET /list/{n}", h.article)
	mux.HandleFunc("GET /new/{n}", h.article)
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nAllow: /\n") })
	h.server = httptest.NewServer(mux)
	t.Cleanup(h.server.Close)
	return h
}

// title names a payload's release, so that it can be found.
func (h *hostile) title(kind string, n int) string { return fmt.Sprintf("%s%d %s", kind, n, h.list[n]) }

// text is longer than its payload, and no two are alike. The second edition
// says something else.
func (h *hostile) text(n int) string {
	var own strings.Builder
	for _, p := range h.each[n] {
		q := html.EscapeString(p)
		fmt.Fprintf(&own, "<div>%s</div>\n<p><a href=\"%s\" title='%s'>a</a> <img src=\"%s\" alt=\"%s\"></p>\n", p, q, q, q, q)
	}
	return fmt.Sprintf("<p>Paragraph %d of office %d opens %d places on %d roads.</p>%s<p>It costs %d million, in edition %d, and employs %d.</p>", n, n*7919, n*104729%9973, n*31, own.String(), n*1299709%7919, h.edition.Load(), n*15485863%9241)
}

func (h *hostile) at(n int) time.Time {
	return h.begun.Add(-time.Hour - time.Duration(n)*8*time.Minute)
}

// link is an address with a payload in it, or which is one.
func (h *hostile) link(kind string, n int) string {
	if n%4 == 3 {
		return h.each[n][len(kind)%len(h.each[n])]
	}
	return fmt.Sprintf("%s/%s/%d?a=%s#%s", h.server.URL, kind, n, h.list[n], h.list[n])
}

func (h *hostile) json() (string, []byte) {
	type object = map[string]any
	var items []object
	for n, p := range h.list {
		files := []object{{"url": h.server.URL + "/f.pdf?" + url.QueryEscape(p), "mime_type": p, "title": p, "size_in_bytes": n}}
		for _, one := range h.each[n] {
			files = append(files, object{"url": one, "mime_type": "image/png", "title": one})
		}
		items = append(items, object{
			"id": p, "url": h.link("json", n), "external_url": p, "title": h.title("J", n), "summary": p, "content_html": h.text(n), "content_text": p, "date_published": h.at(n).Format(time.RFC3339), "date_modified": p,
			"image": p, "banner_image": p, "language": p, "tags": []string{p, "b" + p}, "authors": []object{{"name": p, "url": p, "avatar": p}},
			"attachments": files,
		})
	}
	p := strings.Join(h.list, " ")
	body, err := json.Marshal(object{"version": "https://jsonfeed.org/version/1.1", "title": p, "description": p, "icon": p, "home_page_url": p, "items": items, "authors": []object{{"name": p}}})
	if err != nil {
		return "text/plain", []byte(err.Error())
	}
	return "application/feed+json", body
}

// element is one of XML, with a text and attributes in pairs.
func element(name, text string, attributes ...string) string {
	var b bytes.Buffer
	b.WriteString("<" + name)
	for n := 0; n < len(attributes); n += 2 {
		b.WriteString(" " + attributes[n] + `="`)
		xml.EscapeText(&b, []byte(attributes[n+1]))
		b.WriteString(`"`)
	}
	b.WriteString(">")
	xml.EscapeText(&b, []byte(text))
	b.WriteString("</" + name + ">\n")
	return b.String()
}

func (h *hostile) rss() (string, []byte) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel>`)
	all := strings.Join(h.list, " ")
	b.WriteString(element("title", all) + element("link", h.server.URL) + element("description", all) + "<image>" + element("url", h.list[0]) + element("title", all) + "</image>")
	for n, p := range h.list {
		if !h.some(n, 0) {
			continue
		}
		b.WriteString("<item>" + element("title", h.title("R", n)) + element("link", h.link("rss", n)) + element("guid", "r"+p, "isPermaLink", "false") + element("author", p) + element("dc:creator", p) +
			element("category", p, "domain", p) + element("pubDate", h.at(n).Format(time.RFC1123Z)) + element("dc:date", p) + element("description", p) + element("content:encoded", h.text(n)) +
			element("enclosure", "", "url", p, "type", p, "length", p) + element("enclosure", "", "url", h.server.URL+"/e/"+url.PathEscape(p), "type", "audio/mpeg", "length", "1") +
			element("media:content", p, "url", p, "type", p, "medium", p) + element("media:title", p) + element("source", p, "url", p) + element("comments", p) + "</item>")
	}
	return "application/rss+xml", []byte(b.String() + "</channel></rss>")
}

func (h *hostile) atom() (string, []byte) {
	var b strings.Builder
	all := strings.Join(h.list, " ")
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">` + element("title", all, "type", "html") + element("id", "urn:hostile") + element("subtitle", all) + element("icon", h.list[0]) + element("updated", h.at(0).Format(time.RFC3339)))
	for n, p := range h.list {
		if !h.some(n, 1) {
			continue
		}
		b.WriteString("<entry>" + element("title", html.EscapeString(h.title("A", n)), "type", "html") + element("id", "a"+p) + element("link", "", "href", h.link("atom", n), "title", p) + element("link", "", "rel", "enclosure", "href", p, "type", p, "title", p) +
			"<author>" + element("name", p) + element("uri", p) + element("email", p) + "</author>" + element("category", "", "term", p, "label", p, "scheme", p) + element("updated", h.at(n).Format(time.RFC3339)) + element("published", p) +
			element("rights", p) + element("summary", p, "type", "html") + element("content", h.text(n), "type", "html") + "<source>" + element("title", p) + element("id", p) + "</source></entry>")
	}
	return "application/atom+xml", []byte(b.String() + "</feed>")
}

func (h *hostile) listing() (string, []byte) {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><title>" + html.EscapeString(strings.Join(h.list, " ")) + "</title></head><body><ul class=releases>\n")
	for n, p := range h.list {
		if h.some(n, 2) {
			fmt.Fprintf(&b, "<li><a href=\"%d?%s\">%s</a> <span class=day>%s %s</span></li>\n", n, html.EscapeString(url.QueryEscape(p)), html.EscapeString(h.title("L", n)), h.at(n).In(beijing).Format("2006-01-02"), html.EscapeString(p))
		}
	}
	return "text/html; charset=utf-8", []byte(b.String() + "</ul></body></html>")
}

// article is a page whose text is the payload's own markup, with nothing around
// it that would contain it.
func (h *hostile) article(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(h.list) {
		http.NotFound(w, r)
		return
	}
	p := html.EscapeString(h.list[n])
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!DOCTYPE html><html><head><title>%s</title><meta name="author" content="%s"></head><body><h1>%s</h1><p class=date>%s</p><div class=text>%s<p><a href="%s">%s</a> <a href="/f.pdf?%s">%s</a></p></div></body></html>`,
		p, p, html.EscapeString(h.title("L", n)), h.at(n).In(beijing).Format("2006-01-02 15:04"), h.text(n), p, p, url.QueryEscape(h.list[n]), p)
}

// rows are its sources, each with payloads for its publisher.
func (h *hostile) rows() string {
	quarter := (len(h.list) + 3) / 4
	var b strings.Builder
	for n, path := range []string{"a.json", "a.rss", "a.atom", "list/"} {
		own := quoted(line(strings.Join(h.list[n*quarter:min((n+1)*quarter, len(h.list))], " ")))
		fmt.Fprintf(&b, "  - {id: h%d, name: %s, publisher: {en: %s, zh-CN: %s}, rights: government, tags: [hostile], language: en, url: %q", n, own, own, own, h.server.URL+"/"+path)
		if n < 3 {
			b.WriteString(", kind: feed, body: feed}\n")
		} else {
			b.WriteString(`, kind: html, list: {item: ["ul.releases li"], date: "span.day"}, article: {title: ["h1"], date: ["p.date"], body: ["div.text"]}}` + "\n")
		}
	}
	return b.String()
}

// line is a text without what the configuration refuses in names.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, text)
}
