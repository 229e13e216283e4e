package feed

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var (
	site = &url.URL{Scheme: "https", Host: "www.mofr.example", Path: "/rss/news.xml"}
	row  = news.Source{ID: "mofr", Timezone: "Asia/Shanghai", Language: "en"}
	noon = Options{Now: time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)}
)

// rss2 wraps items into a channel of the Ministry of Rivers.
func rss2(items string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Ministry of Rivers</title>` +
		`<link>https://www.mofr.example/</link>` + items + `</channel></rss>`
}

func atom1(entries string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Ministry of Rivers</title><link href="https://www.mofr.example/"/>` + entries + `</feed>`
}

const (
	dam  = `<item><title>Dam opened</title><link>https://www.mofr.example/a</link><guid>g1</guid></item>`
	weir = `<item><title>Weir closed</title><link>https://www.mofr.example/b</link><guid>g2</guid></item>`
)

// hard are documents that readers refuse or garble, with the titles that a
// person finds in them.
var hard = []struct{ name, doc, titles string }{
	{"plain", rss2(dam + weir), "Dam opened|Weir closed"},
	{"junk before the root", "Warning: mysql_connect() in /www/rss.php on line 3\n" + rss2(dam), "Dam opened"},
	{"PHP warning in markup", "<br />\n<b>Notice</b>: Undefined index in <b>rss.php</b><br />\n" + rss2(dam), "Dam opened"},
	{"blank lines first", "\n\n  " + rss2(dam), "Dam opened"},
	{"mark and blanks", "\uFEFF \n" + rss2(dam), "Dam opened"},
	{"two prologs", `<?xml version="1.0"?>` + rss2(dam), "Dam opened"},
	{"XML 1.1", strings.Replace(rss2(dam), `version="1.0"`, `version="1.1"`, 1), "Dam opened"},
	{"declared gb2312, is UTF-8", strings.Replace(rss2(`<item><title>大坝建成</title></item>`), "UTF-8", "gb2312", 1), "大坝建成"},
	{"declared nonsense", strings.Replace(rss2(dam), "UTF-8", "x-river", 1), "Dam opened"},
	{"licence longer than a look", "<!-- " + strings.Repeat("licence ", 4000) + "-->" + rss2(dam), "Dam opened"},
	{"feed in a comment first", "<!-- <rss><channel></channel></rss> -->" + rss2(dam), "Dam opened"},
	{"junk behind the root", rss2(dam) + "<!-- 0.3 s --><script>x()</script> & <", "Dam opened"},
	{"bare ampersand", rss2(`<item><title>Rivers & Lakes</title></item>`), "Rivers & Lakes"},
	{"HTML entity", rss2(`<item><title>Caf&eacute;&nbsp;talks</title></item>`), "Café talks"},
	{"control characters", rss2("<item><title>Dam\x00 op\x0bened</title></item>"), "Dam opened"},
	{"noncharacter", rss2("<item><title>Dam\uFFFE opened</title></item>"), "Dam opened"},
	{"illegal references", rss2("<item><title>Dam&#8; open&#x0;ed&#xD800;&#1114112;</title></item>"), "Dam opened"},
	{"illegal reference in an attribute", rss2(`<item><title>Dam</title><enclosure url="https://x.example/a&#8;.pdf"/></item>`), "Dam"},
	{"reference without a semicolon", rss2("<item><title>Dam&#8 open&#101d</title></item>"), "Dam opened"},
	{"windows-1252 references", rss2("<item><title>The dam&#146;s &#147;gate&#148;</title></item>"), "The dam’s “gate”"},
	{"bidirectional controls", rss2("<item><title>Dam\u202E opened</title></item>"), "Dam opened"},
	{"stray <", rss2(`<item><title>Level < 3 m, flow <5</title></item>`), "Level < 3 m, flow <5"},
	{"< before a letter", rss2(`<item><title>If a<b and c</title></item>`), "If a<b and c"},
	{"Chinese in angle brackets", rss2(`<item><title>水利部<图>发布</title></item>`), "水利部<图>发布"},
	{"< in an attribute", rss2(`<item><title>Dam</title><category domain="a<b">x</category></item>`), "Dam"},
	{"]]> in text", rss2(`<item><title>Dam ]]> opened</title></item>`), "Dam ]]> opened"},
	{"nested CDATA", rss2(`<item><title><![CDATA[Dam <![CDATA[was]]> opened]]></title></item>`), "Dam was opened"},
	{"split CDATA", rss2(`<item><title><![CDATA[Dam ]]]]><![CDATA[> opened]]></title></item>`), "Dam ]]> opened"},
	{"-- in a comment", rss2(`<!-- a -- b -->` + dam), "Dam opened"},
	{"comment in a title", rss2(`<item><title>Dam <!-- not -->opened</title></item>`), "Dam opened"},
	{"unquoted attributes", strings.Replace(rss2(dam), `version="2.0"`, `version=2.0`, 1), "Dam opened"},
	{"attribute without a value", rss2(`<item hidden><title>Dam</title></item>`), "Dam"},
	{"attributes without a blank", rss2(`<item a="1"b="2"><title>Dam</title></item>`), "Dam"},
	{"duplicate attribute", rss2(`<item a="1" a="2"><title>Dam</title></item>`), "Dam"},
	{"name with two colons", rss2(`<item><title>Dam</title><a:b:c>x</a:b:c></item>`), "Dam"},
	{"undeclared prefix", rss2(`<item><title>Dam</title><ssxx:id>x</ssxx:id></item>`), "Dam"},
	{"declared entity", `<!DOCTYPE rss [<!ENTITY min "Ministry of Rivers"> <!ENTITY e '&#233;'>]>` + rss2(`<item><title>&min;: Caf&e;</title></item>`), "Ministry of Rivers: Café"},
	{"entity naming an entity", `<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "x">]>` + rss2(`<item><title>Dam &a;</title></item>`), "Dam &b;"},
	{"external entity", `<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + rss2(`<item><title>Dam &a;</title></item>`), "Dam &a;"},
	{"upper case", `<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>Dam</TITLE></ITEM></CHANNEL></RSS>`, "Dam"},
	{"cut off in an item", rss2(dam + weir)[:len(rss2(dam))], "Dam opened"},
	{"cut off in the last tag", strings.TrimSuffix(rss2(dam), "s>"), "Dam opened"},
	{"cut off in CDATA", strings.TrimSuffix(rss2(dam), "</channel></rss>") + `<item><title><![CDATA[Weir`, "Dam opened"},
	{"cut off RDF", rdfHead + `<item rdf:about="https://www.mofr.example/a"><title>Dam</title></item><item rdf:about="b"><title>We`, "Dam"},
	{"cut off Atom", strings.TrimSuffix(atom1(`<entry><title>Dam</title></entry><entry><title>Weir</title>`), "</feed>"), "Dam"},
	{"mismatched end tag", rss2(`<item><title>Dam</titel></item>` + weir), "Dam|Weir closed"},
	{"unclosed item", rss2(`<item><title>Dam</title>` + weir), "Dam|Weir closed"},
	{"unclosed title", rss2(`<item><title>Dam<link>https://www.mofr.example/a</link></item>` + weir), "Dam|Weir closed"},
	{"stray end tag", rss2(`</p>` + dam + `</div>` + weir), "Dam opened|Weir closed"},
	{"unclosed br", rss2(`<item><title>Dam</title><description>one<br>two<img src=a></description></item>` + weir), "Dam|Weir closed"},
	{"crossed tags", rss2(`<item><title>Dam</title><description><b><i>x</b></i></description></item>` + weir), "Dam|Weir closed"},
	{"page around Atom", `<!DOCTYPE html><html><body><p>News</p>` + atom1(`<entry><title>Dam</title></entry>`) + `</body></html>`, "Dam"},
	{"prefixed Atom", `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Dam</a:title></a:entry></a:feed>`, "Dam"},
	{"Atom 0.3", `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Dam</title></entry></feed>`, "Dam"},
	{"Atom title in HTML", atom1(`<entry><title type="html">Dam &lt;b&gt;opened&lt;/b&gt; &amp;amp; shut</title></entry>`), "Dam opened & shut"},
	{"Atom title in XHTML", atom1(`<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Dam <b>opened</b></div></title></entry>`), "Dam opened"},
	{"Atom title as text", atom1(`<entry><title>Use &lt;b&gt; and &amp;lt;</title></entry>`), "Use <b> and &lt;"},
	{"markup in an RSS title", rss2(`<item><title>&lt;b&gt;Dam&lt;/b&gt; opened</title></item>`), "Dam opened"},
	{"about markup in an RSS title", rss2(`<item><title>The &lt;title&gt; element &amp;amp; you</title></item>`), "The <title> element &amp; you"},
	{"entity in a CDATA title", rss2(`<item><title><![CDATA[Rivers &amp; Lakes]]></title></item>`), "Rivers & Lakes"},
	{"script in a title", rss2(`<item><title>&lt;script&gt;alert(1)&lt;/script&gt;</title></item>`), "<script>alert(1)</script>"},
	{"no title", rss2(`<item><description>The dam was opened by the minister today.</description></item>`), "The dam was opened by the minister today."},
	{"JSON", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"Dam"},{"id":2,"title":"Weir"}]}`, "Dam|Weir"},
	{"JSON with a mark", "\uFEFF" + `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"Dam"}]}`, "Dam"},
	{"JSON with commas", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"Dam, ]",},],}`, "Dam, ]"},
	{"JSON with a line feed in a string", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"Dam\nopened\"}]}", "Dam opened"},
	{"JSON cut off", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"Dam"},{"id":"2","ti`, "Dam"},
	{"JSON with a wrong type", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"Dam","tags":"x"}]}`, "Dam"},
}

const rdfHead = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>x</title></channel>`

func titles(l Listing) string {
	var out []string
	for _, e := range l.Entries {
		out = append(out, e.Title)
	}
	return strings.Join(out, "|")
}

func TestHardInputsGiveTheirTitles(t *testing.T) {
	for _, c := range hard {
		t.Run(c.name, func(t *testing.T) {
			l, p := Read([]byte(c.doc), row, site, noon)
			if p != nil {
				t.Fatalf("refused: %s (%s), repairs %q", p.Words, p.Class, l.Repairs)
			}
			if got := titles(l); got != c.titles {
				t.Errorf("got titles %q, want %q; repairs %q, warnings %q", got, c.titles, l.Repairs, l.Warnings)
			}
		})
	}
}
