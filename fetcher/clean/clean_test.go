package clean

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

var base, _ = url.Parse("https://www.moc.example/news/202611/t1.html")

func TestHTML(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"<p>One</p><p>Two</p>", "<p>One</p><p>Two</p>"},
		{"<p>\u3000\u3000部长会见</p>", "<p>部长会见</p>"},
		{"<p>&nbsp;&nbsp; text &nbsp;</p><p>&nbsp;</p>", "<p>text  </p>"},
		{"<p><strong>　　部长</strong>会见</p>", "<p><strong>部长</strong>会见</p>"},
		{"<div>一<br>　　二<br><b>　三</b></div>", "<div>一<br/>二<br/><b>三</b></div>"},
		{"<p>第一章　　总　则</p>", "<p>第一章　总　则</p>"},
		{`<img src="loading.gif" data-original="/W2.jpg">`, `<img src="https://www.moc.example/W2.jpg" alt=""/>`},
		{`<img data-src="javascript:x()" src="/a.jpg">`, ""},
		{"<ruby>子<rt>こ</rt></ruby>ども", "<ruby>子<rt>こ</rt></ruby>ども"},
		{`<a href="../a.pdf">x</a>`, `<a href="https://www.moc.example/news/a.pdf" rel="nofollow noopener">x</a>`},
		{`<a href="//cdn.example/a">x</a>`, `<a href="https://cdn.example/a" rel="nofollow noopener">x</a>`},
		{`<a href="mailto:a@b.example">x</a>`, `<a href="mailto:a@b.example" rel="nofollow noopener">x</a>`},
		{`<img src="./W1.jpg" alt="The minister" onerror="x()">`, `<img src="https://www.moc.example/news/202611/W1.jpg" alt="The minister"/>`},
		{`<img src="p.gif" width="1" height="1">`, ""},
		{`<img src="data:image/png;base64,AAAA">`, ""},
		{`<p class="a" style="color:red" id="b">x</p>`, "<p>x</p>"},
		{"<p>a<br>b</p>", "<p>a<br/>b</p>"},
		{"<p>unclosed <b>bold", "<p>unclosed <b>bold</b></p>"},
		{"<script>alert(1)</script><p>x</p>", "<p>x</p>"},
		{"<form><p>Suggest</p><input name=q></form>", "<p>Suggest</p>"},
		{"<table><tr><td colspan=2>a</td></tr></table>", "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>"},
		{"a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"},
		{"x\x00\x0by\u202ez", "xyz"},
		{"", ""},
	} {
		if got := HTML(tt.in, base); got != tt.want {
			t.Errorf("HTML(%q)\n = %q\nwant %q", tt.in, got, tt.want)
		}
	}
	if got := HTML(`<a href="/x">x</a>`, nil); got != "<span>x</span>" {
		t.Errorf("a relative link without a base is %q", got)
	}
}

// vectors are ways in which markup was made to run what it should not.
var vectors = []string{
	`<script>x()</script>`, `<SCRIPT SRC=//e.example/x.js></SCRIPT>`, `<scr<script>ipt>x()</script>`, `<img src=x onerror=x()>`,
	`<svg onload=x()>`, `<svg><script>x()</script></svg>`, `<svg><a xlink:href="javascript:x()"><text>y</text></a></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x()&gt;">`,
	`<a href="javascript:x()">y</a>`, `<a href="JaVaScRiPt:x()">y</a>`, `<a href="java&#10;script:x()">y</a>`, `<a href=" &#14; javascript:x()">y</a>`,
	`<a href="data:text/html,<script>x()</script>">y</a>`, `<a href="vbscript:x">y</a>`, `<a href="feed:javascript:x()">y</a>`,
	`<iframe src="javascript:x()"></iframe>`, `<iframe srcdoc="<script>x()</script>">`, `<object data="x.swf"></object>`, `<embed src=x>`,
	`<form action="https://e.example"><input></form>`, `<button formaction="javascript:x()">y</button>`, `<input autofocus onfocus=x()>`,
	`<body onload=x()>`, `<meta http-equiv=refresh content="0;url=https://e.example">`, `<base href="https://e.example/">`, `<link rel=stylesheet href=//e.example/x.css>`,
	`<style>@import "//e.example/x.css"</style>`, `<p style="background:url(//e.example/x)">y</p>`, `<div style="position:fixed">y</div>`,
	`<video><source onerror=x()></video>`, `<audio src=x onerror=x()>`, `<details open ontoggle=x()>`, `<marquee onstart=x()>`, `<isindex type=image src=1 onerror=x()>`,
	`<noscript><p title="</noscript><img src=x onerror=x()>">`, `<textarea><img title="</textarea><img src=x onerror=x()>">`, `<title><img title="</title><img src=x onerror=x()>">`,
	`<template><script>x()</script></template>`, `<xmp><p title="</xmp><img src=x onerror=x()>">`, `<plaintext><script>`, `<listing>&lt;img src=x onerror=x()&gt;</listing>`,
	`<!--><img src=x onerror=x()>-->`, `<!-- --!><img src=x onerror=x()> -->`, `<![CDATA[<img src=x onerror=x()>]]>`, `<?xml <img src=x onerror=x()>?>`,
	`<img src="https://t.example/p.gif" width=1 height=1>`, `<img srcset="https://t.example/p.gif 1x">`, `<img src=x:y onerror=x()>`, `<picture><source srcset=x></picture>`,
	`<a ping="https://t.example">y</a>`, `<a href="https://a.example" target=_blank onclick=x()>y</a>`, `<p id=cookie name=x>y</p>`, `<p onclick=x()>y`,
	`<a href="https://u:p@e.example/">y</a>`, `<a href='https://e.example/"onmouseover=x()'>y</a>`, `<img alt="" src="&quot;onerror=x()">`, "<a href=\"https://e.example/\x00javascript\">y</a>",
	`<frameset><frame src="javascript:x()">`, `<applet code=x>`, `<bgsound src=x>`, `<layer src=x>`, `<keygen autofocus onfocus=x()>`, `<select><option onclick=x()></select>`,
	`<svg><style><img src=x onerror=x()></style></svg>`, `<math href="javascript:x()">y</math>`, `<svg><foreignObject><iframe onload=x()></foreignObject></svg>`,
	`<p><svg><desc><p onclick=x()></desc></svg>`, `<table background="javascript:x()">`, `<td background=x>`, `<ol start="1x"><li value=x onclick=x()>`, `<q cite="javascript:x()">y</q>`,
	`<blockquote cite="javascript:x()">y</blockquote>`, `<del cite="javascript:x()">y</del>`, `<abbr title='"><script>x()</script>'>y</abbr>`, `<b/onclick=x()>y</b>`, `<b onclick=x()//>y`,
	`<img/src="x"/onerror=x()>`, `<img src=x onerror=&#120;()>`, `<<script>x()//<</script>`, `<p/<script>x()</script>`, `<custom-element onclick=x()>y</custom-element>`, `<slot onslotchange=x()>`,
	`<dialog open onclose=x()>`, `<portal src=x>`, `<a href="https://e.example" style="display:block;position:absolute;top:0">y</a>`, "<img src=\"https://e.example/x\" alt=\"\u202egpj\">",
}

var active = map[string]bool{"script": true, "style": true, "iframe": true, "object": true, "embed": true, "form": true, "input": true, "button": true,
	"svg": true, "math": true, "base": true, "meta": true, "link": true, "video": true, "audio": true, "frame": true, "template": true, "source": true}

// harmless reports what is wrong with cleaned markup.
func harmless(t *testing.T, in, out string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<div>" + out + "</div>"))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Errorf("%q became %q, which is not well-formed: %v", in, out, err)
			break
		}
	}
	root, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if active[n.Data] {
			t.Errorf("%q became %q: <%s> survived", in, out, n.Data)
		}
		for _, a := range n.Attr {
			checkAttribute(t, in, n, a)
		}
	}
}

func checkAttribute(t *testing.T, in string, n *html.Node, a html.Attribute) {
	t.Helper()
	switch a.Key {
	case "href", "src":
		u, err := url.Parse(a.Val)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" || u.User != nil {
			t.Errorf("%q: %s=%q survived", in, a.Key, a.Val)
		}
	case "alt", "title", "rel", "colspan", "rowspan", "start":
	default:
		t.Errorf("%q: attribute %s of <%s> survived", in, a.Key, n.Data)
	}
}

func TestNothingActiveSurvives(t *testing.T) {
	for _, v := range vectors {
		for _, in := range []string{v, "<p>before</p>" + v + "<p>after</p>", "<table><tr><td>" + v} {
			harmless(t, in, HTML(in, base))
		}
	}
}

func TestCleaningAgainChangesNothing(t *testing.T) {
	piece := rapid.OneOf(rapid.SampledFrom(vectors), rapid.SampledFrom([]string{"<p>", "</p>", "<b>", "</i>", "<ul><li>", "text", "\u3000", "<a href=x>", "&lt;", "<table>", "<td>",
		"<div>", "</div>", "<span>", "</span>", "</a>", "<h1>", "</h2>", "<pre>", "\n", "</pre>", "<blockquote>", "<dl><dt>", "<dd>", "</ul>", "<br>", "</br>", "<hr>",
		"<ruby>", "<rt>", "<em>", "<code>", "<a href=javascript:x>", "<img src=a>", "<img src=javascript:x>", "<figure>", "<caption>", "<tr>", "</table>", "<q>", " "}), rapid.String())
	moved := HTML("<a href=x><table><a href=y>text", base)
	if again := HTML(moved, base); again != moved {
		t.Errorf("a link in a table in a link: %q, and cleaned again %q", moved, again)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "pieces"), "")
		once := HTML(in, base)
		if twice := HTML(once, base); twice != once {
			t.Fatalf("%q\nonce  %q\ntwice %q", in, once, twice)
		}
	})
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"},
		{"a<br>b", "a\nb"},
		{"<div><h1>T</h1>text <b>bold</b>.</div>", "T\ntext bold."},
		{"<ul><li>1</li><li>2</li></ul>", "1\n2"},
		{"<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
		{"<script>x</script>y<style>z</style>", "y"},
		{"\u3000\u3000部长", "部长"},
		{"plain", "plain"},
		{"<ruby>子<rp>(</rp><rt>こ</rt><rp>)</rp></ruby>ども", "子ども"},
		{"", ""},
	} {
		if got := Text(tt.in); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, v := range vectors {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := HTML(in, base)
		harmless(t, in, out)
		Text(in)
	})
}
