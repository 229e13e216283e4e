package origintest

import (
	"bytes"
	"compress/flate"
	"fmt"
	"strings"
	"sync"
)

// explosions are documents that cost far more to read than to send.
func explosions() []Attack {
	var laughs strings.Builder
	laughs.WriteString(`<!ENTITY l0 "ha">`)
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&laughs, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	out := []Attack{
		document("entities", withDTD(laughs.String(), "&l11;"), "", "malformed"),
		document("entities-quadratic", withDTD(`<!ENTITY a "`+strings.Repeat("a", 100_000)+`">`, strings.Repeat("&a;", 10_000)), "", "malformed"),
		document("entity-outside", withDTD(`<!ENTITY x SYSTEM "http://127.0.0.1:9/canary">`, "&x;"), "", "malformed"),
		document("entity-file", withDTD(`<!ENTITY x SYSTEM "file:///etc/hostname">`, "&x;"), "", "malformed"),
		document("entity-parameter", withDTD(`<!ENTITY % p SYSTEM "http://127.0.0.1:9/canary.dtd"> %p;`, "text"), "", "malformed"),
		document("dtd-outside", `<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/canary.dtd">`+rssBegin+oneItem+rssEnd, ""),
		document("xinclude", rssBegin+`<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://127.0.0.1:9/canary"/>`+oneItem+rssEnd, ""),
		document("nesting", rssBegin+strings.Repeat("<a>", 2_600_000), "too-deep"),
		document("nesting-closed", rssBegin+"<item><title>x</title>"+strings.Repeat("<a>", 500_000)+strings.Repeat("</a>", 500_000)+"</item>"+rssEnd, "too-deep"),
		document("namespaces", rssBegin+nested(2500)+rssEnd, "too-deep", "too-large"),
		document("namespaces-cut", rssBegin+nested(2500)[:100_000], "too-deep", "too-large"),
		document("attributes", rssBegin+"<item "+attributes(300_000)+">x</item>"+rssEnd, "too-large", "too-deep"),
		document("items", rssBegin+strings.Repeat("<item><title>a</title></item>", 270_000)+rssEnd, "", "too-large"),
		document("items-empty", rssBegin+strings.Repeat("<item/>", 1_100_000)+rssEnd, "", "too-large"),
		document("wide", rssBegin+"<item><title>t</title><guid>1</guid>"+strings.Repeat("<x:a>b</x:a>", 95_000)+"</item>"+rssEnd, "", "too-large"),
		document("wide-attributes", rssBegin+"<item><title>t</title><guid>1</guid>"+strings.Repeat("<x:a "+attributes(100)+"/>", 2_900)+"</item>"+rssEnd, "", "too-large"),
		document("wide-items", rssBegin+strings.Repeat("<item><title>a</title><link>/b</link>"+strings.Repeat("<category>c</category>", 40)+"</item>", 1900)+rssEnd, "", "too-large"),
		document("long-title", rssBegin+"<item><title>"+strings.Repeat("long ", 1_500_000)+"</title></item>"+rssEnd, "", "too-large"),
		document("long-name", rssBegin+"<"+strings.Repeat("n", 7_000_000)+">"+rssEnd, "too-large", "too-deep", "malformed", "no-items"),
		document("json-deep", `{"version":"https://jsonfeed.org/version/1.1","title":"t","items":`+strings.Repeat("[", 7_000_000), "too-deep", "too-large", "malformed"),
		document("json-items", `{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[`+strings.Repeat(`{"id":"a"},`, 600_000)+`{}]}`, "", "too-large"),
		html("html-nesting", strings.Repeat("<div>", 1_500_000), "too-deep", "too-large"),
		html("html-tags", strings.Repeat("<i>x</i>", 950_000), "too-deep", "too-large", "selector-empty"),
		html("html-unclosed", strings.Repeat("<b><li>x", 950_000), "too-deep", "too-large", "selector-empty", ""),
		html("html-attributes", "<p "+attributes(400_000)+">", "too-deep"),
		html("html-links", strings.Repeat(`<li><a href="/a">b</a></li>`, 280_000), "", "too-deep", "too-large"),
		html("html-formatting", "<p>"+formatting(400)+strings.Repeat("<p>x</p>", 70_000), "too-deep"),
		html("html-wide", strings.Repeat("<p>x", 140_000), "selector-empty"),
		html("html-attributes-wide", strings.Repeat("<p "+attributes(100)+">", 2_900), "selector-empty"),
		html("html-tables", strings.Repeat("<table><tr><td>", 500_000), "too-deep", "too-large", "selector-empty"),
	}
	return append(out, compressed()...)
}

func withDTD(dtd, text string) string {
	return `<?xml version="1.0"?><!DOCTYPE rss [` + dtd + `]><rss version="2.0"><channel><title>t</title><link>/</link><description>d</description><item><title>` + text + `</title></item></channel></rss>`
}

// nested is elements within one another, each in a namespace of its own.
func nested(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<n%d:a xmlns:n%d="http://n.test/%d">`, i, i, i)
	}
	for i := range n {
		fmt.Fprintf(&b, "</n%d:a>", n-1-i)
	}
	return b.String()
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="b" `, i)
	}
	return b.String()
}

// formatting is elements that are left open, each unlike the others.
func formatting(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	return b.String()
}

// document is a feed that is as it is.
func document(name, doc string, classes ...string) Attack {
	return Attack{Name: name, Classes: classes, serve: func(v *victim) { v.page("application/rss+xml", doc) }}
}

// html is a page for a row that looks for list items.
func html(name, body string, classes ...string) Attack {
	return Attack{Name: name, HTML: true, Classes: classes, serve: func(v *victim) {
		v.page("text/html; charset=utf-8", "<!DOCTYPE html><html><head><title>Notices</title></head><body>"+body)
	}}
}

// compressed are bodies that grow when they are unpacked, or are packed in a
// way that nobody asked for.
func compressed() []Attack {
	blanks := sync.OnceValue(bomb)
	feed := rssBegin + oneItem + rssEnd
	return []Attack{
		packed("gzip-bomb", "gzip", blanks, "too-large"),
		packed("gzip-unsaid", "", blanks, "too-large"),
		packed("gzip-of-gzip", "gzip", func() string { return zipped(zipped(feed)) }, "not-a-feed", "encoding", "malformed"),
		packed("gzip-twice", "gzip, gzip", func() string { return zipped(zipped(feed)) }, "not-a-feed", "encoding", "malformed"),
		packed("gzip-then-rubbish", "gzip", func() string { return zipped(feed) + strings.Repeat("rubbish", 100) }, "", "truncated", "encoding"),
		packed("deflate", "deflate", func() string { return deflated(feed) }, "encoding"),
		packed("br", "br", func() string { return "\x8b\x02\x80" + feed }, "encoding"),
		packed("zstd", "zstd", func() string { return "\x28\xb5\x2f\xfd\x24" + feed }, "encoding"),
		packed("compress-bomb", "deflate", func() string { return deflated(strings.Repeat(" ", 64<<20)) }, "encoding"),
	}
}

func packed(name, encoding string, body func() string, classes ...string) Attack {
	return Attack{Name: name, Classes: classes, serve: func(v *victim) {
		headers := []string{"Content-Type: application/rss+xml"}
		if encoding != "" {
			headers = append(headers, "Content-Encoding: "+encoding)
		}
		v.head(headers...)
		v.say(body())
	}}
}

func deflated(doc string) string {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return ""
	}
	z.Write([]byte(doc))
	z.Close()
	return b.String()
}
