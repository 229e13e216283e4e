package feed

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chinanews/fetcher/charset"
	"chinanews/news"
)

// learning is noon for a reader that wants to remember.
func learning() Options {
	o := noon
	o.Learn = true
	return o
}

// again reads a document with what is known of an earlier one, and demands what
// reading the whole gives. It returns how many entries were parsed for that; -1
// when the whole was read.
func again(t *testing.T, before, doc string) int {
	t.Helper()
	first, p := Read([]byte(before), row, site, learning())
	if p != nil || first.Known == nil {
		return -1
	}
	return afresh(t, first.Known, doc)
}

// afresh is again with what is known at hand.
func afresh(t *testing.T, k *Known, doc string) int {
	t.Helper()
	o := learning()
	o.MaxItems = defaultItems
	l, sure := k.read([]byte(doc), row, site, o)
	if !sure {
		return -1
	}
	whole, p := Read([]byte(doc), row, site, learning())
	if p != nil {
		t.Fatalf("read as well, and the whole is refused: %v\n%s", p, doc)
	}
	if whole.spoke() || l.spoke() || l.Advice != whole.Advice || len(l.Entries) != len(whole.Entries) {
		t.Fatalf("got %d entries, advice %v; want %d, %v; said %q %q\n%s", len(l.Entries), l.Advice, len(whole.Entries), whole.Advice, whole.Repairs, whole.Warnings, doc)
	}
	parsed := 0
	for n, e := range l.Entries {
		want := whole.Entries[n]
		if e.Short {
			want = short(want)
		} else {
			parsed++
		}
		if !reflect.DeepEqual(e, want) {
			t.Errorf("entry %d: got %+v, want %+v\n%s", n, e, want, doc)
		}
	}
	if whole.Known == nil || !reflect.DeepEqual(l.Known.entries(), whole.Known.entries()) || l.Known.frame != whole.Known.frame || l.Known.base != whole.Known.base || l.Known.bulk.tokens < whole.Known.bulk.tokens || l.Known.bulk.declared < whole.Known.bulk.declared || len(l.Known.bulk.namespaces) < len(whole.Known.bulk.namespaces) {
		t.Errorf("another thing is remembered than after reading the whole\n%s", doc)
	}
	return parsed
}

// edits are a document as it may come the next time, and how many of its items
// must be parsed then.
func edits(doc string) map[string]func() (string, int) {
	c, _ := cutAtItems([]byte(doc))
	n := len(c.items)
	item := func(i int) string { return doc[c.items[i].from:c.items[i].to] }
	with := func(items ...string) string {
		return doc[:c.items[0].from] + strings.Join(items, "\n") + doc[c.items[n-1].to:]
	}
	var all []string
	for i := range n {
		all = append(all, item(i))
	}
	edit := func(s string) string { return strings.Replace(s, ">", " a='1'>", 1) }
	fresh := func(s string) string { return strings.Replace(s, "</title>", " again</title>", 1) }
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	return map[string]func() (string, int){
		"one new":    func() (string, int) { return with(append([]string{fresh(all[0])}, all...)...), 1 },
		"one edited": func() (string, int) { return with(append(slices.Clone(all[:n-1]), edit(all[n-1]))...), 1 },
		"turned":     func() (string, int) { return with(reversed...), 0 },
		"one less":   func() (string, int) { return with(all[1:]...), 0 },
		"one twice":  func() (string, int) { return with(append(slices.Clone(all), all[0])...), 1 },
		"all of it": func() (string, int) {
			return with(append([]string{fresh(all[0]), edit(all[1])}, reversed[:n-2]...)...), 2
		},
	}
}

// edited tries the edits of a document, and reports whether it could.
func edited(t *testing.T, doc string) bool {
	t.Helper()
	l, p := Read([]byte(doc), row, site, learning())
	if p != nil || l.Known == nil || len(l.Entries) < 3 {
		return false
	}
	if got := afresh(t, l.Known, doc); got != len(l.Entries)-len(l.Known.entries()) {
		t.Errorf("%d of %d are parsed again, %d are known", got, len(l.Entries), len(l.Known.entries()))
	}
	for name, edit := range edits(doc) {
		changed, _ := edit()
		if got := afresh(t, l.Known, changed); got < 0 {
			t.Errorf("%s: the whole is read", name)
		}
	}
	return true
}

func TestEditedFeedsAreReadInPart(t *testing.T) {
	items := func(pattern string) string { return strings.Join(numbered(pattern, 8), "\n  ") }
	plain := `<item><title>Dam %[1]d opened</title><link>/a/%[1]d.html</link><guid isPermaLink="false">g%[1]d</guid><pubDate>Fri, %02[1]d Nov 2026 06:00:00 GMT</pubDate><description><![CDATA[<p>Gate %[1]d, see <a href="x">x</a> </item> </p>]]></description></item>`
	about := `<item rdf:about="https://www.mofr.example/%[1]d"><title>Weir %[1]d</title><link>https://www.mofr.example/%[1]d</link></item>`
	entry := `<entry><id>tag:mofr.example,2026:%[1]d</id><title type="html">Lock %[1]d &amp;amp; key</title><link href="l/%[1]d"/><updated>2026-11-0%[1]dT10:00:00Z</updated><content type="html">&lt;p&gt;Lock&lt;/p&gt;</content></entry>`
	for name, doc := range map[string]string{
		"RSS": rss2(items(plain)), "Atom": atom1(items(entry)),
		"RDF":            rdfHead + items(about) + `</rdf:RDF>`,
		"RDF in it":      strings.Replace(rdfHead, "</channel>", items(about)+"</channel>", 1) + `</rdf:RDF>`,
		"scopes":         rss2(items(`<item xml:base="https://x.example/%[1]d/"><title>Lock</title><link>a</link><c:id xmlns:c="http://purl.org/rss/1.0/modules/content/">%[1]d</c:id></item>`)),
		"scopes in Atom": atom1(items(`<entry xml:lang="de"><id>%d</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Lock %[1]d<br/></div></title><content type="html" xml:base="https://x.example/%[1]d">&lt;a href="y"></content></entry>`)),
		"sequence":       strings.Replace(rdfHead, "</channel>", "<items><rdf:Seq><rdf:li resource='a'/><rdf:li>b</rdf:li></rdf:Seq></items></channel>", 1) + items(about) + `</rdf:RDF>`,
		"head behind":    rss2(items(plain) + "<ttl>60</ttl>"),
		"stylesheet":     strings.Replace(rss2(items(plain)), "<rss", "<?xml-stylesheet href='a.xsl'?>\n<!-- <item> --><rss", 1),
		"no text":        rss2(items(`<item><title>Level %d</title><link>/%[1]d</link></item>`)),
		"titles alone":   rss2(items(`<item><title>Level %d of the river</title></item>`)),
		"prefix in use":  strings.Replace(rss2(items(`<item><title>Level %d</title><dc:date>2026-11-0%[1]d</dc:date></item>`)), "<rss", `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if !edited(t, doc) {
				t.Error("nothing is remembered of it")
			}
			for name, edit := range edits(doc) {
				changed, want := edit()
				if got := again(t, doc, changed); got != want {
					t.Errorf("%s: %d are parsed, want %d", name, got, want)
				}
			}
		})
	}
}

func numbered(pattern string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf(pattern, i+1))
	}
	return out
}

// What could make an item say something else than it did is read whole.
func TestUnsureFeedsAreReadWhole(t *testing.T) {
	before := rss2(dam + weir)
	for name, doc := range map[string]string{
		"another site":          strings.Replace(before, "https://www.mofr.example/<", "https://www.mofr.example/en/<", 1),
		"another version":       strings.Replace(before, "2.0", "0.91", 1),
		"a namespace":           strings.Replace(before, "<rss", `<rss xmlns:dc="u"`, 1),
		"a namespace too many":  strings.Replace(before, dam, strings.Replace(dam, "<item>", "<item"+spread(` xmlns:n%d="u"`, 900)+">", 1), 1),
		"a base address":        strings.Replace(before, "<channel", `<channel xml:base="https://x.example/"`, 1),
		"a base address before": strings.Replace(before, "<item>", `<a xml:base="https://x.example/"/><item>`, 1),
		"a document type":       strings.Replace(before, "<rss", "<!DOCTYPE rss><rss", 1),
		"junk before":           strings.Replace(before, "<?xml", "Warning<?xml", 1),
		"two roots":             before + rss2(""),
		"two channels":          strings.Replace(before, "</channel>", "</channel><channel></channel>", 1),
		"cut off":               strings.TrimSuffix(before, "</channel></rss>"),
		"cut off in a tag":      strings.TrimSuffix(before, "s>"),
		"an item in a section":  strings.Replace(before, dam, "<description><![CDATA[ <![CDATA["+dam+"]]></description>", 1),
		"an item in a tag":      strings.Replace(before, dam, "<a b=\""+dam+"\"/>", 1),
		"an item in an item":    strings.Replace(before, dam, "<item><title>a</title>"+dam+"</item>", 1),
		"an item elsewhere":     strings.Replace(before, dam, "<image>"+dam+"</image>", 1),
		"an item beside":        strings.Replace(before, "</channel>", "</channel>"+dam, 1),
		"an unclosed element":   strings.Replace(before, dam, "<a>"+dam, 1),
		"a comment in it":       strings.Replace(before, "<item>", "<item><!-- a -->", 1),
		"a comment over two":    strings.Replace(before, dam, "<item><!--</item>", 1) + "-->",
		"a mended item":         strings.Replace(before, "Dam", "&#8;", 1),
		"a letter too many":     strings.Replace(before, "Dam", "\x01", 1),
		"a tag that ends not":   strings.Replace(before, dam, dam[:len(dam)-1], 1),
		"no item that is known": rss2(strings.ReplaceAll(dam, "Dam", "Lock")),
		"a page around it":      "<html><body>" + before + "</body></html>",
	} {
		if doc == before {
			t.Fatalf("%s: nothing was changed", name)
		}
		if again(t, before, doc) >= 0 {
			t.Errorf("%s: it is read in part", name)
		}
	}
	if again(t, before, before) != 0 {
		t.Error("what is as before is parsed")
	}
}

// A comment in which items stand hides them, wherever it is.
func TestItemsInCommentsAreNone(t *testing.T) {
	before := rss2(dam + weir)
	if got := again(t, before, rss2("<!--"+dam+"-->"+weir)); got != 0 {
		t.Errorf("%d are parsed", got)
	}
}

// A date that is read by the day of its reading is read each time.
func TestUnsettledDatesAreReadAgain(t *testing.T) {
	for date, want := range map[string]int{"11-19 08:00": 1, "2 hours ago": 1, "昨天 08:00": 1, "2026-11-19": 0, "soon": -1} { // -1: it is warned of

		doc := rss2(`<item><title>Weir</title><pubDate>` + date + `</pubDate></item>` + strings.Replace(dam, "<guid", "<pubDate>2026-11-19 08:00</pubDate><guid", 1))
		if got := again(t, doc, doc); got != want {
			t.Errorf("%s: %d are parsed, want %d", date, got, want)
		}
	}
}

// Each hard document after each other, for what hides in one may be known of
// the other.
func TestHardFeedsAfterOthers(t *testing.T) {
	parts := 0
	for _, before := range hard {
		l, p := Read([]byte(before.doc), row, site, learning())
		if p != nil || l.Known == nil {
			continue
		}
		for _, c := range hard {
			if afresh(t, l.Known, c.doc) >= 0 {
				parts++
			}
		}
	}
	if parts < len(hard)/2 {
		t.Errorf("only %d are read in part", parts)
	}
}

func TestCapturedFeedsAreReadInPart(t *testing.T) {
	capture(t, "feedreader-Rss20IndianExpress.xml")
	files, _ := filepath.Glob(filepath.Join(corpusDir, "*"))
	sure := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, p := charset.Decode(raw, "", "")
			if p == nil && edited(t, string(text.UTF8)) {
				sure++
			}
		})
	}
	t.Logf("%d of %d captured feeds are read in part", sure, len(files))
	if sure < len(files)/3 {
		t.Errorf("only %d of %d", sure, len(files))
	}
}

// What is remembered takes less than the text, and comes back as it was.
func TestKnownIsSmall(t *testing.T) {
	doc := rss2(strings.Join(numbered(`<item><title>水利部发布第%d号通知</title><link>https://www.mofr.example/2026/11/t2026_%[1]d.html</link><guid>https://www.mofr.example/2026/11/t2026_%[1]d.html</guid><pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate><description>关于第%[1]d号</description></item>`, 50), ""))
	l, _ := Read([]byte(doc), row, site, learning())
	if l.Known == nil || len(l.Known.entries()) != 50 {
		t.Fatal("not all of it is remembered")
	}
	if per := l.Known.Size() / 50; per > 150 {
		t.Errorf("%d bytes an item", per)
	}
}

func FuzzKnown(f *testing.F) {
	for _, c := range hard {
		f.Add(rss2(dam+weir), c.doc)
		f.Add(c.doc, c.doc)
	}
	f.Add(atom1(`<entry><id>1</id><title>a</title></entry><entry><id>2</id><title>b</title></entry>`), atom1(`<entry><id>2</id><title>b</title></entry><entry xml:lang="de"><id>3</id></entry>`))
	f.Add(rdfHead+`<item rdf:about="a"><title>a</title></item></rdf:RDF>`, rdfHead+`<item rdf:about="b"><title>b</title></item><item rdf:about="a"><title>a</title></item></rdf:RDF>`)
	f.Fuzz(func(t *testing.T, before, doc string) {
		again(t, strings.ToValidUTF8(before, "\uFFFD"), strings.ToValidUTF8(doc, "\uFFFD"))
		again(t, strings.ToValidUTF8(doc, "\uFFFD"), strings.ToValidUTF8(before, "\uFFFD"))
	})
}

// FuzzEdits puts hostile text before, into and between items that are known.
func FuzzEdits(f *testing.F) {
	for _, s := range []string{"<item>", "</item>", "<!--", "-->", "<![CDATA[", "]]>", "<a b='", "'>", "</channel>", "<channel>", "&#8;", "<title>", "</rss>", "<p>", "<", "x", dam} {
		for at := range uint16(3) {
			f.Add(s, at*40, "", uint16(300))
			f.Add(s, at*60, "-->", uint16(250))
		}
	}
	before := rss2(dam + weir + strings.Replace(dam, "g1", "g3", 1))
	l, _ := Read([]byte(before), row, site, learning())
	f.Fuzz(func(t *testing.T, a string, i uint16, b string, j uint16) {
		x, y := int(i)%len(before), int(j)%len(before)
		x, y = min(x, y), max(x, y)
		doc := strings.ToValidUTF8(before[:x]+a+before[x:y]+b+before[y:], "\uFFFD")
		afresh(t, l.Known, doc)
	})
}

// fifty is a feed of fifty items of 3.5 kB, and what follows it.
func fifty(fresh int) string {
	body := "<![CDATA[" + strings.Repeat("<p>The river rose by <b>three metres</b> at the gate, the ministry says.</p>\n", 44) + "]]>"
	pattern := `<item><title>Level of day %[1]d</title><link>https://www.mofr.example/%[1]d.html</link><guid isPermaLink="false">%[1]d</guid><pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate><description>` + body + "</description></item>\n"
	items := numbered(pattern, 50+fresh)
	return rss2(strings.Join(items[fresh:], ""))
}

// BenchmarkReadAgain reads a feed of 172 kB after one with as many other items,
// and by gofeed alone.
func BenchmarkReadAgain(b *testing.B) {
	l, p := Read([]byte(fifty(0)), row, site, learning())
	if p != nil || l.Known == nil {
		b.Fatal(p)
	}
	for _, fresh := range []int{0, 1, 50} {
		b.Run(fmt.Sprint("new=", fresh), func(b *testing.B) {
			doc, o := []byte(fifty(fresh)), learning()
			o.Known = l.Known
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if l, p := Read(doc, row, site, o); p != nil || countFull(l.Entries) != fresh {
					b.Fatal(p, countFull(l.Entries))
				}
			}
		})
	}
	for _, learn := range []bool{false, true} {
		b.Run(fmt.Sprint("whole/learn=", learn), func(b *testing.B) {
			doc, o := []byte(fifty(0)), noon
			o.Learn = learn
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, p := Read(doc, row, site, o); p != nil {
					b.Fatal(p)
				}
			}
		})
	}
	b.Run("gofeed", func(b *testing.B) { gofeedAlone(b, []byte(fifty(0))) })
}

func countFull(entries []news.Entry) (n int) {
	for _, e := range entries {
		if !e.Short {
			n++
		}
	}
	return n
}
