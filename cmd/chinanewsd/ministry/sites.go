package ministry

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const feedRow = `  - id: lanshan-external-relations
    publisher: {en: "Lanshan Ministry of External Relations"}
    rights: government
    tags: [diplomacy]
    url: BASE/feed.xml
    kind: feed
    language: en
    rank: 10`

const pageRow = `  - id: lanshan-commerce
    publisher: {en: "Lanshan Ministry of Commerce and Works"}
    rights: government
    tags: [economy]
    url: BASE/news/index.html
    kind: html
    language: en
    rank: 20
    list: {item: ["ul.releases li"], date: "span.day"}
    article: {title: ["h1"], date: ["p.date"], body: ["div.text"]}`

const chineseRow = `  - id: beiling-waijiaobu
    publisher: {en: "Beiling Ministry of Foreign Affairs", zh-CN: "北岭国外交部"}
    rights: government
    tags: [diplomacy]
    url: BASE/xw/index.htm
    kind: html
    language: zh-CN
    rank: 10
    list: {item: ["div.list li"], date: "em"}
    article: {title: ["#title"], date: ["#info"], body: ["#content"]}`

var beijing = time.FixedZone("+08:00", 8*3600)

// site serves documents that are made when they are asked for, with robots.txt,
// validators and 304.
func site(contentType string, documents func(path string) (string, bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "# Readers are welcome.\nUser-agent: *\nAllow: /\n")
			return
		}
		body, ok := documents(r.URL.Path)
		if !ok {
			http.Error(w, "There is no such page.", http.StatusNotFound)
			return
		}
		sum := sha256.Sum256([]byte(body))
		tag := `"` + hex.EncodeToString(sum[:8]) + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	})
}

type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Content string    `xml:"xmlns:content,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  guid   `xml:"guid"`
	Date  string `xml:"pubDate"`
	Body  string `xml:"content:encoded"`
}

type guid struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

// feedSite publishes an RSS feed with full texts.
func (w *World) feedSite() http.Handler {
	return site("application/rss+xml; charset=utf-8", func(path string) (string, bool) {
		if path != "/feed.xml" {
			return "", false
		}
		doc := rss{Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", Title: "Lanshan Ministry of External Relations",
			Link: "/", About: "Releases of the ministry"}
		for _, r := range w.releases("a") {
			doc.Items = append(doc.Items, rssItem{r.title, "/releases/" + r.id + ".html", guid{false, "ler-" + r.id},
				r.at.UTC().Format(time.RFC1123), markup(r)})
		}
		text, err := xml.MarshalIndent(doc, "", " ")
		return xml.Header + string(text), err == nil
	})
}

func markup(r release) string {
	var b strings.Builder
	for _, p := range r.paragraphs {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	return b.String()
}

// pageSite publishes a list with days and pages with times.
func (w *World) pageSite() http.Handler {
	return site("text/html; charset=utf-8", func(path string) (string, bool) {
		if path == "/news/index.html" {
			return w.englishList(), true
		}
		r, ok := w.find("b", path, "/news/t", ".html")
		if !ok {
			return "", false
		}
		return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%[1]s - Ministry of Commerce and Works</title></head><body>
<div class="crumbs">Home &gt; News &gt; Release</div>
<h1>%[1]s</h1><p class="date">%[2]s</p>
<div class="text">%[3]s<p>Suggest to a friend:</p></div>
<form action="/suggest"><input name="mail"><input type="submit" value="Send"></form><a href="javascript:window.print()">Print</a></body></html>`,
			html.EscapeString(r.title), r.at.In(beijing).Format("2 January 2006, 15:04"), markup(r)), true
	})
}

func (w *World) englishList() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>News</title></head><body><h1>News</h1><ul class="releases">`)
	for _, r := range w.releases("b") {
		fmt.Fprintf(&b, "\n<li><a href=\"./t%s.html\">%s</a> <span class=\"day\">%s</span></li>", r.id, html.EscapeString(r.title), r.at.In(beijing).Format(time.DateOnly))
	}
	return b.String() + "\n</ul></body></html>"
}

// find finds the release that a path names.
func (w *World) find(ministry, path, prefix, suffix string) (release, bool) {
	name, ok := strings.CutPrefix(strings.TrimSuffix(path, suffix), prefix)
	for _, r := range w.releases(ministry) {
		if ok && r.id == name && strings.HasSuffix(path, suffix) {
			return r, true
		}
	}
	return release{}, false
}

// chineseSite publishes in GB18030, which it calls gb2312, as many sites do.
func (w *World) chineseSite() http.Handler {
	return site("text/html; charset=gb2312", func(path string) (string, bool) {
		page, ok := w.chinesePage(path)
		if !ok {
			return "", false
		}
		encoded, err := simplifiedchinese.GB18030.NewEncoder().String(page)
		return encoded, err == nil
	})
}

func (w *World) chinesePage(path string) (string, bool) {
	head := `<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>`
	if path == "/xw/index.htm" {
		var b strings.Builder
		b.WriteString(head + `新闻</title></head><body><div class="list"><ul>`)
		for _, r := range w.releases("c") {
			fmt.Fprintf(&b, "\n<li><a href=\"t%s.htm\">%s</a><em>[%s]</em></li>", r.id, r.title, r.at.In(beijing).Format(time.DateOnly))
		}
		return b.String() + "\n</ul></div></body></html>", true
	}
	r, ok := w.find("c", path, "/xw/t", ".htm")
	if !ok {
		return "", false
	}
	var text strings.Builder
	for _, p := range r.paragraphs {
		text.WriteString("<p>　　" + p + "</p>\n")
	}
	return fmt.Sprintf(`%s%s_北岭国外交部</title></head><body><div>首页 &gt; 新闻</div><h1 id="title">%s</h1>
<div id="info">发布时间：%s　来源：北岭国外交部</div>
<div id="content">%s<p>推荐给朋友</p></div></body></html>`, head, r.title, r.title, r.at.In(beijing).Format("2006年01月02日 15:04"), text.String()), true
}
