package site

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"chinanews/news"
)

// injections try to leave the place where a text stands.
var injections = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg onload=alert(1)>`, `</title><script>x</script>`, `</a><form action=//e.example>`,
	`" onmouseover="x" a="`, `' onclick='x`, `javascript:alert(1)`, `&lt;script&gt;x&lt;/script&gt;`, `&#60;script&#62;x`, `<!--`, `-->`, `]]>`, `<![CDATA[x`, `{{.}}`, `{{template "home.html"}}`,
	`<base href=//e.example>`, `<meta http-equiv=refresh content=0>`, `<iframe src=//e.example>`, `</dd></dl></main>`, `<style>*{display:none}</style>`, `</style><b>`, "\x00<b>", `%3Cscript%3E`, `\u003cscript\u003e`,
	`<math><mtext><table><mglyph><style><img src=x onerror=x>`, `<noscript><p title="</noscript><img src=x>">`, `<textarea></title>`, `<plaintext>`, `<xmp>`, `</body></html>`, `<link rel=stylesheet href=//e.example>`,
	`<a href="data:text/html,x">`, `<object data=x>`, `<video onerror=x src=x>`, `<details open ontoggle=x>`, `<input autofocus onfocus=x>`, `<portal src=//e.example>`, `<b id=content>`, "a\r\nSet-Cookie: x=y", "\u2028\u2029<i>",
	"\u202e<b>gnp.exe", "\xff\xfe<b>", "`<b>${x}`", `"><meta property=og:url content=//e.example>`, `//e.example/`, `<!DOCTYPE x><b>`, strings.Repeat("<", 3000), `+ADw-script+AD4-`, `<ſcript>`,
}

// Whatever a text says, a page keeps its elements and their attributes.
func TestInjections(t *testing.T) {
	poisoned := func(bad string) (*shelf, string) {
		i := item(1, "en", func(i *Item) {
			i.Lead.Shown.Title, i.Summary, i.HTML, i.Lead.State = bad, bad, "", news.Unreadable
			i.Lead.Shown.Authors, i.Lead.Shown.Tags = []string{bad}, []string{bad}
			i.Lead.Shown.Files = []news.File{{URL: "https://moc.example/a.pdf", Title: bad, Type: bad}}
			i.Lead.Shown.Date = news.Date{Raw: bad}
			i.Feed.Title, i.Feed.Description = bad, bad
		})
		i.Carriers[0].Source.Publisher = news.NamesOf(map[string]string{"en": bad, "zh-CN": bad})
		return &shelf{items: []Item{i}, lines: []SourceLine{{Source: i.Carriers[0].Source, Condition: news.Condition(bad)}},
			site: news.Site{Title: bad, BaseURL: "https://news.example.org", Language: "en", Publisher: bad, Links: []news.Link{{Title: bad, URL: "https://example.org/"}}}}, i.Address
	}
	lib, address := poisoned("harmless")
	want := structure(t, lib, address)
	if len(injections) < 40 {
		t.Fatal("too few")
	}
	for _, bad := range injections {
		lib, address := poisoned(bad)
		if got := structure(t, lib, address); got != want {
			t.Errorf("%.60q changed the structure:\n%s\nwant\n%s", bad, got, want)
		}
	}
}

// structure is the pages' elements and the names of their attributes.
func structure(t *testing.T, lib *shelf, address string) string {
	t.Helper()
	var b strings.Builder
	h := New(lib, Options{})
	for _, target := range []string{"/", "/feeds/china-news/", "/stories/" + address, "/polling", "/about"} {
		body := get(h, "GET", target).Body.String()
		if !utf8.ValidString(body) || strings.ContainsAny(body, "\x00\u202e") {
			t.Errorf("%s has characters that no page may have", target)
		}
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			b.WriteString(n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// A body is sanitised before it comes here. If that ever fails, it still can
// neither run, nor load, nor close what is around it.
func TestHostileBody(t *testing.T) {
	for _, bad := range append(injections, `<p onclick=x style="position:fixed" id=content class=skip>a</p>`, `<a href="java&#10;script:x">a</a>`, `<a href="https://u:p@moc.example/">a</a>`,
		`</div></article></main><footer>not a website of the editors</footer>`, `<img src=x onerror=x>`, `<img src="//e.example/p.gif">`, `<a href="https://e.example"><b><img src="https://e.example/1.gif"></b></a>`, `<p><p><div><table><p>`, strings.Repeat("<div>", 400)) {
		out := string(body("en", bad))
		page := get(New(&shelf{items: []Item{item(1, "en", func(i *Item) { i.HTML = bad + "<p>end</p>" })}}, Options{}), "GET", "/stories/"+item(1, "en", nil).Address).Body.String()
		wellFormed(t, bad, page)
		if strings.Count(page, "<main") != 1 || strings.LastIndex(page, "<footer>") < strings.LastIndex(page, `class="suggest"`) {
			t.Errorf("%.60q leaves its place", bad)
		}
		calmOnly(t, bad, out)
	}
}

// calmOnly wants a body with nothing in it that runs, loads or pretends.
func calmOnly(t *testing.T, in, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader("<!DOCTYPE html><body><div>" + out))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if active[n.Data] || n.Data == "img" || n.Namespace != "" {
			t.Errorf("%.60q: <%s> in the body", in, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "id" || a.Key == "src" || a.Key == "class" && a.Val != "picture" || a.Key == "href" && web(a.Val) != a.Val {
				t.Errorf("%.60q: %s=%q in the body", in, a.Key, a.Val)
			}
		}
	}
}

// wellFormed wants a page whose elements close in order: parsing it changes
// no element.
func wellFormed(t *testing.T, name, page string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) != 0 {
				t.Errorf("%.60q: %v stay open", name, open)
			}
			return
		case html.StartTagToken:
			tag, _ := z.TagName()
			switch string(tag) {
			case "meta", "link", "br", "hr", "img", "input":
			default:
				open = append(open, string(tag))
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(tag) {
				t.Errorf("%.60q: </%s> closes %v", name, tag, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func TestBody(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a</p>`: `<p>a</p>`,
		`<img src="https://m.example/p.jpg" alt="The port"/>`:             `<a class="picture" href="https://m.example/p.jpg" rel="nofollow noopener">The port</a>`,
		`<img alt="&lt;b&gt;" title="Map" src="http://m.example/p.jpg"/>`: `<a class="picture" href="http://m.example/p.jpg" rel="nofollow noopener">Map</a>`,
		`<img src="https://m.example/p.jpg" alt=""/>`:                     `<a class="picture" href="https://m.example/p.jpg" rel="nofollow noopener">picture</a>`,
		`<img alt="none"/>`: `<span class="picture">none</span>`,
		`<a href="https://m.example/"><em><img src="https://m.example/p.jpg" alt="P"/></em></a>`: `<a href="https://m.example/"><em><span class="picture">P</span></em></a>`,
		`<h1>Title</h1><h3>Part</h3>`:                                   `<h2>Title</h2><h3>Part</h3>`,
		`<a href="mailto:press@m.example" rel="nofollow">Press</a>`:     `<a href="mailto:press@m.example" rel="nofollow">Press</a>`,
		`<p class="x" style="y" id="z">a<br>b</p>`:                      `<p>a<br/>b</p>`,
		`a<svg><a href="x">b</a></svg>c`:                                `ac`,
		`<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>`: `<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>`,
		``: ``,
	} {
		if got := string(body("en", in)); got != want {
			t.Errorf("%s\n became %s\n want   %s", in, got, want)
		}
	}
	if got := string(body("zh", `<img src="https://m.example/p.jpg"/>`)); !strings.Contains(got, ">图片<") {
		t.Errorf("a picture on a Chinese page: %s", got)
	}
}

func TestExcerpt(t *testing.T) {
	long := item(1, "en", func(i *Item) { i.HTML = "<p>" + strings.Repeat("word ", 100) + "</p>" })
	if s := excerpt(long, 42); s != strings.Repeat("word ", 7)+"word…" {
		t.Errorf("excerpt %q", s)
	}
	zh := item(1, "zh", func(i *Item) { i.HTML = "<p>" + strings.Repeat("部长", 200) + "</p>" })
	if s := excerpt(zh, 20); s != strings.Repeat("部长", 10)+"…" {
		t.Errorf("excerpt %q", s)
	}
	family := item(1, "en", func(i *Item) { i.Summary = strings.Repeat("👨‍👩‍👧", 30) })
	if s := excerpt(family, 20); s != strings.Repeat("👨‍👩‍👧", 20)+"…" {
		t.Errorf("a grapheme was cut: %q", s)
	}
	for markup, want := range map[string]string{"<p>One</p><p>two<b>2</b> &amp;<br/>three</p>": "One two2 & three", "<ul><li>a</li><li>b</li></ul>": "a b", "": "", "12345": "12345"} {
		if s := excerpt(item(1, "en", func(i *Item) { i.HTML = markup }), 20); s != want {
			t.Errorf("excerpt of %s: %q, want %q", markup, s, want)
		}
	}
	table, long40 := "<table><tr><th>No.</th><td>47</td></tr></table>", strings.Repeat("ten signs ", 4)+"end."
	for markup, want := range map[string]string{table + "<p>" + long40 + "</p>": long40, "<p>" + long40 + "</p>" + table + "<p>More.</p>": long40 + " More.", "<p>Short.</p>" + table: "Short. No. 47", table: "No. 47", "<table>" + long40: long40} {
		if s := opening(markup); s != want {
			t.Errorf("opening of %s: %q, want %q", markup, s, want)
		}
	}
	if en, cn := teaser(long), teaser(zh); len([]rune(en)) > teaserLength+1 || len([]rune(cn)) != denseTeaserLength+1 {
		t.Errorf("teasers %q, %q", en, cn)
	}
	if s := excerpt(item(1, "en", func(i *Item) { i.HTML = strings.Repeat("<p>x</p>", 50000) }), 300); len(s) > 400 {
		t.Errorf("excerpt of %d bytes", len(s))
	}
}

// What a mail program is handed is what was meant, in any language.
func TestMail(t *testing.T) {
	s := &site{Library: &shelf{}}
	for _, title := range append(injections, "Minister Meets Delegation", "部长会见代表团", "100% & more + a=b?c#d", "Line\r\nBcc: all@example.org", "👨‍👩‍👧 “Rivers”") {
		i := item(1, "en", func(i *Item) { i.Lead.Shown.Title = title })
		raw := string(s.mail(i))
		query, ok := strings.CutPrefix(raw, "mailto:?")
		if !ok || strings.ContainsAny(query, " +\"'<>\r\n") {
			t.Errorf("%q gives %q", title, raw)
		}
		q, err := url.ParseQuery(query)
		if err != nil || len(q) != 2 {
			t.Errorf("%q gives %q: %v", title, raw, err)
		}
		want := news.Line(title)
		if q.Get("subject") != want || q.Get("body") != want+"\r\nhttps://news.example.org/stories/"+i.Address+"\r\n" {
			t.Errorf("%q: subject %q, body %q", title, q.Get("subject"), q.Get("body"))
		}
		page := get(New(&shelf{items: []Item{i}}, Options{}), "GET", "/stories/"+i.Address).Body.String()
		if _, rest, _ := strings.Cut(page, `href="mailto:`); html.UnescapeString("mailto:"+rest[:strings.IndexByte(rest, '"')]) != raw {
			t.Errorf("%q: the page links something else than %q", title, raw)
		}
	}
}

func TestLinks(t *testing.T) {
	for raw, want := range map[string]string{"https://a.example/x?y=1#z": "https://a.example/x?y=1#z", "http://u:p@a.example/": "http://a.example/", "javascript:alert(1)": "", "JAVASCRIPT:x": "", "data:text/html,x": "",
		"//a.example/": "", "/x": "", "": "", "https://": "", "ftp://a.example/": "", "mailto:a@a.example": "mailto:a@a.example", "https://a.example/%zz": "", "vbscript:x": "", " https://a.example/": ""} {
		if got := web(raw); got != want {
			t.Errorf("web(%q) is %q, want %q", raw, got, want)
		}
	}
	for raw, want := range map[string]string{"ops@example.org": "mailto:ops@example.org", "https://example.org/contact": "https://example.org/contact", "call us": "", "a@b?bcc=c@d": "", "": ""} {
		if got := reach(raw); got != want {
			t.Errorf("reach(%q) is %q, want %q", raw, got, want)
		}
	}
	if bare("https://u:p@a.example/x/") != "a.example/x" {
		t.Error(bare("https://u:p@a.example/x/"))
	}
	for _, bad := range []string{"javascript:alert(1)", "data:text/html,x", "//e.example/"} {
		i := item(1, "en", func(i *Item) {
			i.Lead.Shown.URL, i.Lead.Shown.Files = bad, []news.File{{URL: bad, Title: "x"}}
		})
		lib := &shelf{items: []Item{i}, lines: []SourceLine{{Source: news.Source{URLs: []string{bad}}}}, site: news.Site{Title: "t", Language: "en", Contact: bad}}
		for _, target := range []string{"/stories/" + i.Address, "/polling", "/about"} {
			if page := get(New(lib, Options{}), "GET", target).Body.String(); strings.Contains(page, `href="`+bad) || strings.Contains(page, "ZgotmplZ") {
				t.Errorf("%s links %q", target, bad)
			}
		}
	}
}

func FuzzBody(f *testing.F) {
	for _, bad := range injections {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		out := string(body("en", markup))
		if !utf8.ValidString(out) {
			t.Errorf("%q became %q", markup, out)
		}
		calmOnly(t, markup, out)
		calmOnly(t, markup, string(body("en", out)))
	})
}

// A summary of the source's own is shown whole when its rights allow a whole
// text, and bounded when not.
func TestAbstract(t *testing.T) {
	own := strings.Repeat("Every word counts. ", 100)
	i := item(1, "en", func(i *Item) { i.Summary = own })
	for rights, want := range map[news.Rights]int{news.Government: 1899, news.Media: 1000, news.Restricted: 0} {
		i.Carriers[0].Source.Rights = rights
		if got := abstract(i); len(got) > want+len("…") || len(got) < want-20 {
			t.Errorf("%s: %d bytes of the summary, want about %d", rights, len(got), want)
		}
	}
	i.Summary, i.HTML = "", "<p>"+own+"</p>"
	i.Carriers[0].Source.Rights = news.Media
	if got := abstract(i); len(got) > abstractLength+len("…") {
		t.Errorf("%d bytes of the body stand for a summary", len(got))
	}
}

// A text that cannot be shown is not shown as an empty one.
func TestTooDeep(t *testing.T) {
	i := item(1, "en", func(i *Item) { i.HTML = strings.Repeat("<div>", 2000) + "The beginning" })
	page := get(New(&shelf{items: []Item{i}}, Options{}), "GET", "/stories/"+i.Address).Body.String()
	if !strings.Contains(page, "The text is at the original.") || !strings.Contains(page, "The beginning") {
		t.Errorf("a text that nests too deep:\n%s", page)
	}
}
