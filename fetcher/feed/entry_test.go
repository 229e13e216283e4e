package feed

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chinanews/news"
)

// one reads a feed that must hold one entry.
func one(t *testing.T, doc string, src news.Source) (news.Entry, Listing) {
	t.Helper()
	l, p := Read([]byte(doc), src, site, noon)
	if p != nil || len(l.Entries) != 1 {
		t.Fatalf("got %d entries, problem %v", len(l.Entries), p)
	}
	return l.Entries[0], l
}

func item1(inner string) string { return rss2("<item>" + inner + "</item>") }

func TestEntryFields(t *testing.T) {
	id := func(e news.Entry) string { return e.ID }
	addr := func(e news.Entry) string { return e.URL }
	authors := func(e news.Entry) string { return strings.Join(e.Authors, "|") }
	tags := func(e news.Entry) string { return strings.Join(e.Tags, "|") }
	summary := func(e news.Entry) string { return e.Summary }
	raw := func(e news.Entry) string { return e.Date.Raw }
	files := func(e news.Entry) string { return fmt.Sprint(e.Files) }
	for _, c := range []struct {
		name, doc string
		of        func(news.Entry) string
		want      string
	}{
		{"guid byte for byte", item1(`<guid isPermaLink="false"> A-b_C?d=1&amp;e </guid>`), id, "A-b_C?d=1&e"},
		{"Atom id despite xml:base", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/"><entry><id>news/7 é</id><title>a</title></entry></feed>`, id, "news/7 é"},
		{"rdf:about", rdfHead + `<item rdf:about="https://www.mofr.example/a?x=1&amp;y"><title>a</title></item></rdf:RDF>`, id, "https://www.mofr.example/a?x=1&y"},
		{"guid before rdf:about", rdfHead + `<item rdf:about="u"><guid>g</guid><title>a</title></item></rdf:RDF>`, id, "g"},
		{"id too long", item1("<guid>" + strings.Repeat("g", 1025) + "</guid><title>a</title>"), id, ""},
		{"permalink guid as link", item1(`<guid>https://www.mofr.example/p</guid>`), addr, "https://www.mofr.example/p"},
		{"guid that is no permalink", item1(`<guid isPermaLink="false">https://www.mofr.example/p</guid>`), addr, ""},
		{"relative link", item1(`<link>/a/b.html</link>`), addr, "https://www.mofr.example/a/b.html"},
		{"relative link and xml:base", rss2(`<item xml:base="https://x.example/y/"><link>b.html</link></item>`), addr, "https://x.example/y/b.html"},
		{"atom:link in RSS", rss2(`<item xmlns:atom="http://www.w3.org/2005/Atom"><atom:link href="https://www.mofr.example/q"/></item>`), addr, "https://www.mofr.example/q"},
		{"alternate among Atom links", atom1(`<entry><link rel="self" href="https://x.example/s"/><link rel="alternate" type="application/pdf" href="https://x.example/p"/><link rel="alternate" type="text/html" href="https://x.example/h"/></entry>`), addr, "https://x.example/h"},
		{"user names", item1(`<link>https://www.mofr.example@evil.example/a</link>`), addr, "https://evil.example/a"},
		{"no web address", item1(`<link>javascript:alert(1)</link>`), addr, ""},
		{"another script", item1(`<link>https://水利.example/新闻?标题=坝 1</link>`), addr, "https://xn--kcrt84d.example/%E6%96%B0%E9%97%BB?%E6%A0%87%E9%A2%98=%E5%9D%9D%201"},
		{"per cent sign", item1(`<link>https://www.mofr.example/100%</link>`), addr, "https://www.mofr.example/100%25"},
		{"protocol-relative", item1(`<link>//www.mofr.example/a</link>`), addr, "https://www.mofr.example/a"},
		{"link over lines", item1("<link>\n https://www.mofr.example/a\n </link>"), addr, "https://www.mofr.example/a"},
		{"link too long", item1("<link>https://www.mofr.example/" + strings.Repeat("a", 3000) + "</link>"), addr, ""},
		{"IPv6 host", item1(`<link>http://[2001:db8::1]:8080/a</link>`), addr, "http://[2001:db8::1]:8080/a"},
		{"author with mail", item1(`<author>li@mofr.example (Li Wei)</author>`), authors, "Li Wei"},
		{"author before mail", item1(`<author>Li Wei &lt;li@mofr.example&gt;</author>`), authors, "Li Wei"},
		{"mail alone", item1(`<author>li@mofr.example</author>`), authors, ""},
		{"creators", rss2(`<item xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>李伟</dc:creator><dc:creator>Wang Fang</dc:creator></item>`), authors, "李伟|Wang Fang"},
		{"Atom feed's author", atom1(`<author><name>Press Office</name></author><entry><title>a</title></entry>`), authors, "Press Office"},
		{"categories once", item1(`<category>Dams</category><category> Dams </category><category>Rivers &amp; Lakes</category>`), tags, "Dams|Rivers & Lakes"},
		{"Atom term", atom1(`<entry><title>a</title><category term="dams" label="Dams"/></entry>`), tags, "dams"},
		{"summary of markup", item1(`<description>&lt;p&gt;The dam &amp;amp; weir&lt;/p&gt;</description>`), summary, "The dam & weir"},
		{"published before updated", atom1(`<entry><title>a</title><updated>2026-11-20T10:00:00Z</updated><published>2026-11-19T10:00:00Z</published></entry>`), raw, "2026-11-19T10:00:00Z"},
		{"dc:date", rss2(`<item xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date>2026-11-19T10:00:00Z</dc:date></item>`), raw, "2026-11-19T10:00:00Z"},
		{"enclosure", item1(`<enclosure url="/a.pdf" type="application/pdf" length="12"/><enclosure url="ftp://x/b"/>`), files, "[{https://www.mofr.example/a.pdf application/pdf  12}]"},
		{"JSON attachment", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a","attachments":[{"url":"https://x.example/a","mime_type":"a/b","title":"T","size_in_bytes":3}]}]}`, files, "[{https://x.example/a a/b T 3}]"},
		{"JSON author", `{"version":"https://jsonfeed.org/version/1","authors":[{"name":"Li"}],"items":[{"id":"1","title":"a"}]}`, authors, "Li"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if e, _ := one(t, c.doc, row); c.of(e) != c.want {
				t.Errorf("got %q, want %q", c.of(e), c.want)
			}
		})
	}
}

func TestRewriteAndRawURL(t *testing.T) {
	src := row
	src.Rewrite = [][2]string{{"http://old.example/", "https://www.mofr.example/"}}
	e, _ := one(t, item1(`<link>http://old.example/a?utm_source=rss</link>`), src)
	if e.URL != "https://www.mofr.example/a?utm_source=rss" || e.RawURL != "http://old.example/a?utm_source=rss" {
		t.Errorf("got %q, raw %q", e.URL, e.RawURL)
	}
}

func TestBodyAndDigest(t *testing.T) {
	long := strings.Repeat("The river rose by three metres. ", 20)
	e, _ := one(t, item1("<title>a</title><description>"+long+"</description>"), row)
	if e.HTML == "" || e.Digest != news.TextDigest(long) || e.Summary != strings.TrimSpace(long) {
		t.Errorf("a long description is the body: html %q, digest %q", e.HTML, e.Digest)
	}
	e, _ = one(t, item1("<title>a</title><description>Short &lt; 3</description>"), row)
	if e.HTML != "" || e.Summary != "Short < 3" || e.Digest == "" {
		t.Errorf("a short one is not: html %q, summary %q", e.HTML, e.Summary)
	}
	e, _ = one(t, rss2(`<item xmlns:content="http://purl.org/rss/1.0/modules/content/"><title>a</title><description>S</description><content:encoded><![CDATA[<p>Body<script>x</script></p>]]></content:encoded></item>`), row)
	if e.Summary != "S" || !strings.Contains(e.HTML, "<p>Body") || strings.Contains(e.HTML, "script") {
		t.Errorf("got summary %q, html %q", e.Summary, e.HTML)
	}
}

func TestBoundsAreKeptBetweenGraphemes(t *testing.T) {
	body := "&lt;p&gt;" + strings.Repeat("河水上涨。", 60_000) + "&lt;/p&gt;"
	doc := item1("<title>" + strings.Repeat("e\u0301", 800) + "</title><description>" + body + "</description>" +
		spread("<category>t%d</category>", 1000) + spread(`<enclosure url="/f%d"/>`, 1000))
	e, l := one(t, doc, row)
	if len(e.Title) > maxTitle || !strings.HasSuffix(e.Title, "e\u0301") {
		t.Errorf("the title has %d bytes and ends in %q", len(e.Title), e.Title[len(e.Title)-4:])
	}
	if len(e.HTML) > maxContent || len(e.Summary) > maxContent || len(e.Tags) != maxTags || len(e.Files) != maxFiles {
		t.Errorf("html %d, summary %d, tags %d, files %d", len(e.HTML), len(e.Summary), len(e.Tags), len(e.Files))
	}
	if len(l.Warnings) < 4 {
		t.Errorf("got warnings %q, want one for each bound", l.Warnings)
	}
}

func TestFirstWordsMakeATitle(t *testing.T) {
	e, _ := one(t, item1("<description>"+strings.Repeat("The river rose again ", 30)+"</description>"), row)
	if n := utf8.RuneCountInString(e.Title); n > maxWords || n < 60 || strings.HasSuffix(e.Title, " ") {
		t.Errorf("got %q, %d runes", e.Title, n)
	}
	e, _ = one(t, item1("<description>"+strings.Repeat("河水上涨", 60)+"</description>"), row)
	if utf8.RuneCountInString(e.Title) != maxWords || e.Lang != "zh" {
		t.Errorf("got %q in %s", e.Title, e.Lang)
	}
}

func TestRepairsAndWarningsAreNamed(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{"junk " + rss2(dam), "dropped 43 bytes before the root element"},
		{rss2("<item><title>a&#8;</title></item>"), "dropped a reference to an illegal character (1)"},
		{rss2(dam + weir)[:len(rss2(dam))], "the feed was cut off after 1 of 2 items"},
		{rss2("<item><title>a</title><pubDate>soon</pubDate></item>"), `none of the dates can be read, such as "soon"; set the row's date_layouts`},
		{`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a",}]}`, "dropped a comma before a bracket (1)"},
	} {
		l, _ := Read([]byte(c.doc), row, site, noon)
		if all := append(l.Repairs, l.Warnings...); !slices.Contains(all, c.want) {
			t.Errorf("got %q, want %q among them", all, c.want)
		}
	}
	if l, _ := Read([]byte(rss2(dam)), row, site, noon); len(l.Repairs)+len(l.Warnings) > 0 {
		t.Errorf("a clean feed gives %q %q", l.Repairs, l.Warnings)
	}
}

func TestSniff(t *testing.T) {
	for doc, want := range map[string]Shape{
		"": ShapeEmpty, rss2(""): ShapeFeed, "\uFEFF" + atom1(""): ShapeFeed, "<!DOCTYPE html><p>": ShapeHTML, "<html>": ShapeHTML,
		`{"a":1}`: ShapeJSON, `[1]`: ShapeJSON, `{"version":"https://jsonfeed.org/version/1"}`: ShapeFeed, "text": ShapeOther, "<sitemapindex/>": ShapeOther,
		"<html><body><feed></feed>": ShapeHTML,
	} {
		if got := Sniff([]byte(doc)); got != want {
			t.Errorf("%q: got %s, want %s", doc, got, want)
		}
	}
}

func FuzzRepair(f *testing.F) {
	for _, c := range hard {
		f.Add([]byte(c.doc), true)
	}
	f.Fuzz(func(t *testing.T, doc []byte, balanced bool) {
		doc, _ = legalXML([]byte(strings.ToValidUTF8(string(doc), "\uFFFD")))
		out := outlineOf(doc)
		m := repair(doc[out.root:], out.entities, balanced)
		if len(m.doc) > 8*len(doc)+maxExpansion+256 {
			t.Errorf("%d bytes became %d", len(doc), len(m.doc))
		}
		if !balanced || out.shape != ShapeFeed || out.json {
			return
		}
		d := xml.NewDecoder(strings.NewReader(string(m.doc)))
		d.Strict = false
		d.Entity = xml.HTMLEntity
		for {
			if _, err := d.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("not well-formed: %v in %q", err, m.doc)
				}
				return
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, c := range hard {
		f.Add([]byte(c.doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		l, p := Read([]byte(strings.ToValidUTF8(string(doc), "\uFFFD")), row, site, noon)
		if p != nil && (len(l.Entries) > 0 || p.Words == "") || p == nil && len(l.Entries) == 0 {
			t.Errorf("%d entries with problem %v", len(l.Entries), p)
		}
		for _, e := range l.Entries {
			for _, s := range append([]string{e.Title, e.Summary, e.HTML, e.URL, e.ID}, append(e.Authors, e.Tags...)...) {
				if news.Legal(s) != s {
					t.Errorf("%q is not legal", s)
				}
			}
			if len(e.Title) > maxTitle || len(e.URL) > maxURL || len(e.HTML) > maxContent || e.URL != "" && !absolute(e.URL) {
				t.Errorf("out of bounds: %+v", e)
			}
		}
	})
}
