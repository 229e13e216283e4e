package clean

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"chinanews/news"
)

// sameAsParsed holds what a build makes of markup against what the policy and
// the parser make of it, and reports whether it was sure of itself.
func sameAsParsed(t interface{ Errorf(string, ...any) }, in string) bool {
	sure := regular(news.Legal(in), func(*html.Node) {})
	p := Read(in, base, true)
	if want := mended(news.Legal(in), base); p.HTML != want {
		t.Errorf("%q is cleaned to\n     %q\nwant %q", in, p.HTML, want)
	} else if want := parsedText(want); p.Text != want {
		t.Errorf("%q is cleaned to the text\n     %q\nwant %q", in, p.Text, want)
	}
	if want := parsedText(news.Legal(in)); p.Was != want {
		t.Errorf("%q had the text\n     %q\nwant %q", in, p.Was, want)
	}
	if got, want := Text(in), parsedText(in); got != want {
		t.Errorf("%q has the text\n     %q\nwant %q", in, got, want)
	}
	return sure
}

// sameLinks holds the links of cleaned markup against what a document of it has.
func sameLinks(t interface{ Errorf(string, ...any) }, in string) {
	markup := HTML(in, base)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(markup))
	if err != nil {
		t.Errorf("%q: %v", markup, err)
		return
	}
	var want []Link
	for _, n := range doc.Find("a[href]").Nodes {
		href, _ := goquery.NewDocumentFromNode(n).Attr("href")
		want = append(want, Link{href, NodeText(n)})
	}
	if got := Links(markup); !slices.Equal(got, want) {
		t.Errorf("%q has the links %q, want %q", markup, got, want)
	}
}

func TestLinksAreThoseOfADocument(t *testing.T) {
	for _, in := range slices.Concat(plainMarkup, mendedMarkup, vectors) {
		sameLinks(t, in)
	}
	piece := rapid.OneOf(rapid.Custom(func(t *rapid.T) string { return tame(t, 4) }), rapid.SampledFrom(plainMarkup), rapid.SampledFrom(mendedMarkup), rapid.SampledFrom(vectors))
	rapid.Check(t, func(t *rapid.T) { sameLinks(t, strings.Join(rapid.SliceOfN(piece, 1, 4).Draw(t, "pieces"), "")) })
}

// plainMarkup is what feeds are full of, and a build must be sure of.
var plainMarkup = []string{
	"", "text", "a &amp; b &lt;c&gt; &nbsp;d&copy;e &#20013; &bogus; & f &#x202e;g", "<p>One</p>\n<p>Two <b>bold <i>and</i></b> x</p>", "<P CLASS=a>x</P>",
	"<p>\u3000\u3000部长<strong>\u3000会见</strong>\u3000\u3000\u3000x</p>", "<p><span style='color:red'>部</span><span>长</span> <span> </span>x</p>",
	`<p><a href="../a.pdf" target="_blank">x</a> <a name=top>y</a> <a title="t">z</a> <a href="javascript:x()">w</a></p>`, `<a href="?a=1&amp;b=2">x</a>`, `<a href=" /x " href="/y">x</a>`,
	`<img src="a.jpg" alt="A" width=10 height=5 /><br><br/><hr><img data-original="b.jpg" src="p.gif">`, `<p><img src="p.gif" width="1" height="1"></p>`, `<img src="javascript:x" alt="">`,
	"<ul><li>a</li><li>b<ol start=3><li>c</li></ol></li></ul><dl><dt>a</dt><dd>b</dd></dl>", "<div><p>x</p><!-- c --><blockquote><h2>y</h2>z</blockquote></div>",
	"<p>a<!-- x -->b<font color=red>c</font>d</p>", "<b><div>x</div>y</b>", "<center><b>x</b></center>", "<div> <p></p> x</div>", "<p>a<span> </span>b</p>", `<abbr title="x&amp;y">z</abbr>`,
	"<figure><img src=a.jpg><figcaption>x</figcaption></figure>", "<div\n class=\"a\"\n>x</div >", "<p>x<br />\u3000y</p>", `<ol start="1x"><li>x</li></ol>`, `<img alt='a "b"' src="/a b.jpg">`,
	"<p>&am<!-- -->p;</p>", "<p>&am<ins></ins>p;</p>", "<a href='mailto:a@b.example'>x</a>", "<pre>\n\n x\n</pre>", "<pre>x<b>\n</b></pre>", "<p>x<script async>if (a < b && c) x('<p>')</script>y<style>a{}</style>z</p>", `<iframe src="x"><p></iframe>`, "<a href=x><img src=y></img></a>",
	`<a href="x?a=1&b=2&#038;c=%20&amp;d&&copy=3&lt;&eacute;">x</a>`, `<img src="x?a&amp;b" alt="&#10;&#13;&#0;&x=">`, "<p><u>x<s>y<small>z</small></s></u></p>",
}

// mendedMarkup is what a build must leave to those who mend.
var mendedMarkup = []string{
	"<p>a<p>b", "<p>a</b></p>", "<p><div>x</div></p>", "<a href=x><b><a href=y>z</a></b></a>", "<b><b>x</b></b>", "<li>x</li>", "<ul><p><li>x</li></p></ul>", "<h1><h2>x</h2></h1>", "<h1><p>x</p></h1>",
	"<p/>x", "<script>x<!--</script>", "<script>x</b></script>", "<script/>x</script>", "<iframe>x</IFRAME>", "<pre>\n</pre>", "<pre>\n<!-- -->\nx</pre>", "<table><tr><td>x</td></tr></table>", "<svg></svg>", "<!doctype html>", "<?xml?>", "<![CDATA[x]]>", "<!--> x -->", "<!---> x -->", "<!-- a --!> b -->",
	"a < b", "a <", "0&#13A", "<p", "<p>x", "x</p>", "</br>", "<br></br>", "<p =a>x</p>", "<p a\"b>x</p>", `<a href="x&copy">z</a>`, `<a href="x&copyy">z</a>`, `<a href="x&bogus;y">z</a>`, `<a href="x&semi;y">z</a>`, `<a href="x&#12ab;">z</a>`, `<a href="x&#12=">z</a>`, `<a href="x&#;">z</a>`, `<a href="x&ampx;">z</a>`, "<img>", "<span><img></span>",
	"<a href=x/>y</a>", `<a href="x>y</a>`, "<a href=>y</a>", "<a href=x`y>z</a>", "<p:x>y</p:x>", "<p-x>y</p-x>", "<nobr>x</nobr>", "<dt>x</dt>", "<ul><dd>x</dd></ul>", "<p><hr></p>", "<custom>x</custom>", "</p x>", "<p></p/>",
	strings.Repeat("a<!---->", 3000), strings.Repeat("<div>", 80) + strings.Repeat("</div>", 80), strings.Repeat("<span>", 600) + strings.Repeat("</span>", 600),
}

func TestBuildTakesPlainMarkupAndNoOther(t *testing.T) {
	for _, in := range plainMarkup {
		if !sameAsParsed(t, in) {
			t.Errorf("no build is sure of %q", in)
		}
	}
	for _, in := range mendedMarkup {
		if sameAsParsed(t, in) {
			t.Errorf("a build is sure of %q", in)
		}
	}
	for _, in := range vectors {
		sameAsParsed(t, in)
	}
}

// tame is markup that nests as it should, for the most part.
func tame(t *rapid.T, depth int) string {
	var b strings.Builder
	for range rapid.IntRange(0, 4).Draw(t, "pieces") {
		if depth == 0 || rapid.Bool().Draw(t, "leaf") {
			b.WriteString(rapid.SampledFrom([]string{"text", " ", "\u3000", "\n", "&nbsp;", "&amp;lt;", "&#x3000;", "<br>", "<br/>", "<hr>", "<!-- x -->", "<!---->", "&", "中文", "\u3000\u3000\u3000", "\u00a0",
				`<img src="a.jpg">`, `<img src=x width=1 height=1>`, "<img alt=x>", "<img data-src=/b>", "<wbr>", "\x00", "\r\n", "\u202e", "&#8238;", "&#0;", "&#13;", "a&#13", "&#xd;", "<script>x</script>", "<iframe></iframe>", "</img>"}).Draw(t, "leaf"))
			continue
		}
		name := rapid.SampledFrom([]string{"p", "b", "i", "span", "div", "a", "em", "strong", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h3", "blockquote", "font", "center", "ins", "q", "cite", "figure",
			"small", "u", "SPAN", "section", "pre", "tt"}).Draw(t, "name")
		attrs := rapid.SampledFrom([]string{"", " class=x", ` href="/a?b=1&amp;c"`, ` href="//h/x" title='a"b'`, ` title=" x  y "`, " href=javascript:x", " start=7", ` style="a:b"`, "\n", ` href="a b"`, " HREF=X href=y", ` href=""`, " hidden"}).Draw(t, "attributes")
		b.WriteString("<" + name + attrs + ">" + tame(t, depth-1) + "</" + name + ">")
	}
	return b.String()
}

func TestBuildMakesTheTreeOfTheParser(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { sameAsParsed(t, tame(t, 5)) })
	piece := rapid.OneOf(rapid.SampledFrom(plainMarkup), rapid.SampledFrom(mendedMarkup), rapid.SampledFrom(vectors), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		sameAsParsed(t, strings.Join(rapid.SliceOfN(piece, 1, 4).Draw(t, "pieces"), ""))
	})
}

func FuzzBuild(f *testing.F) {
	for _, list := range [][]string{plainMarkup, mendedMarkup, vectors} {
		for _, in := range list {
			f.Add(in)
		}
	}
	f.Fuzz(func(t *testing.T, in string) { sameAsParsed(t, in) })
}

// What one markup cost to join is not held against the next.
func TestBuildForgetsWhatItJoined(t *testing.T) {
	for n := range 8 {
		if !regular(strings.Repeat("a<!---->", 1000), func(*html.Node) {}) {
			t.Fatalf("no build is sure after %d others", n)
		}
	}
}
