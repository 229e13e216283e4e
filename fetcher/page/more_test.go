package page

import (
	"net/url"
	"strings"
	"testing"

	"chinanews/news"
)

func TestNext(t *testing.T) {
	const first = "http://mod.example/xwfyr/16486172.html"
	for _, tt := range []struct {
		name, at, html string
		shown          int
		want           string
	}{
		{"by number", "", `<a href="16486172.html">1</a> <a href="16486172_2.html">2</a> <a href="16486172_3.html">3</a> <a href="16486172_2.html">下一页</a>`, 1, "16486172_2.html"},
		{"on the second", "16486172_2.html", `<a href="16486172.html">[1]</a> <a href="16486172_2.html">[2]</a> <a href="16486172_3.html">[3]</a>`, 2, "16486172_3.html"},
		{"on the last", "16486172_3.html", `<a href="16486172.html">1</a> <a href="16486172_2.html">2</a> <a href="16486172_3.html">3</a> <a href="16486172_3.html">下一页</a>`, 3, ""},
		{"numbers that begin with 0", "", `<a href="./16486172_1.html">2</a><a href="./16486172_2.html">3</a>`, 1, "16486172_1.html"},
		{"the first again under a number", "", `<a href="16486172_1.html">1</a><a href="16486172_2.html">2</a>`, 1, "16486172_2.html"},
		{"the next alone", "", `<a href="16486172-2.html">下一页 ›</a>`, 1, "16486172-2.html"},
		{"in English", "", `<a href="16486172_2.html">Next</a>`, 1, "16486172_2.html"},
		{"rel=next", "", `<link rel="next" href="/xwfyr/16486172_2.html">`, 1, "16486172_2.html"},
		{"rel=next of another release", "", `<a rel="next" href="16486173.html">16486172_ follows</a>`, 1, ""},
		{"a neighbour", "", `<a href="16486173.html">下一页</a> 16486172_`, 1, ""},
		{"a number of something else", "", `<a href="16486172_2.html">annex</a>`, 1, ""},
		{"another folder", "", `<a href="/other/16486172_2.html">2</a>`, 1, ""},
		{"another host", "", `<a href="http://m.example/xwfyr/16486172_2.html">2</a>`, 1, ""},
		{"a page is never skipped", "", `<a href="16486172_9.html">下一页</a>`, 1, ""},
		{"numbers everywhere", "", "16486172_x 16486172-1.htm 16486172_12345.html 16486172", 1, ""},
		{"a call", "", `<script>createPageHTML(3, 0, "16486172", "html");</script>`, 1, "16486172_1.html"},
		{"a call on a later page", "16486172_1.html", `<script>createPageHTML(3, 1, "16486172", "html");</script>`, 2, "16486172_2.html"},
		{"a call on the last page", "16486172_2.html", `<script>createPageHTML(3, 2, "16486172", "html");</script>`, 3, ""},
		{"a call of one page", "", `<script>createPageHTML(1, 0, "16486172", "html");</script>`, 1, ""},
		{"a list's call", "", `<script>createPageHTML(30, 0, "index", "html");</script>`, 1, ""},
		{"a count", "", `<script>var countPage = 2; document.write("<a href=\"16486172_"+next)</script>`, 1, "16486172_1.html"},
		{"a count in another script", "", `<script>var countPage = 2;</script><script>x("16486172_")</script>`, 1, ""},
		{"a count with the name", "", `<script>var countPage = 2//pages` + "\n" + `document.write("16486172_"+n+".html")</script>`, 1, "16486172_1.html"},
		{"a list's count", "", `<script>var countPage = 67; document.write("default_"+n)</script><p>"16486172_"</p>`, 1, ""},
		{"a script that forges", "", `<script>createPageHTML(999, 0, "../../x", "html")</script>`, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begin, err := url.Parse(first)
			if err != nil {
				t.Fatal(err)
			}
			at, err := begin.Parse(tt.at)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want != "" {
				want = "http://mod.example/xwfyr/" + want
			}
			p, problem := Open([]byte(tt.html), at)
			if problem != nil {
				t.Fatal(problem)
			}
			if got := p.Next(begin, tt.shown); got != want {
				t.Errorf("%q, want %q", got, want)
			}
			if tt.at == "" && want != "" && !GoesOn([]byte(tt.html), begin) {
				t.Error("it does not seem to go on")
			}
		})
	}
}

func TestJoin(t *testing.T) {
	pdf := news.File{URL: "https://a.example/1.pdf"}
	parts := []news.Entry{
		{Title: "Conference", HTML: "<p>One</p>", Files: []news.File{pdf}, Digest: "x"},
		{Title: "Conference (2)", HTML: "<p>Two</p>", Files: []news.File{pdf, {URL: "https://a.example/2.pdf"}}},
	}
	e := Join(parts, "en")
	if e.Title != "Conference" || e.HTML != "<p>One</p><p>Two</p>" || len(e.Files) != 2 || e.Digest != news.TextDigest("One Two") || len(parts[0].Files) != 1 {
		t.Errorf("joined %+v", e)
	}
	if Full(parts) || !Full([]news.Entry{{HTML: "<p>" + strings.Repeat("长", maxText/3+1) + "</p>"}}) {
		t.Error("what is full is not known")
	}
}

func FuzzNext(f *testing.F) {
	f.Add(`<a href="t1_2.html">2</a><script>createPageHTML(3,0,"t1","html")`, "https://a.example/b/t1.html", "", 1)
	f.Fuzz(func(t *testing.T, doc, first, at string, shown int) {
		begin, err := url.Parse(first)
		if err != nil || begin.Scheme != "https" || begin.Host == "" {
			return
		}
		here, err := begin.Parse(at)
		if err != nil {
			return
		}
		p, problem := Open([]byte(doc), here)
		if problem != nil {
			return
		}
		next := p.Next(begin, shown)
		if next != "" && here.String() == begin.String() && !GoesOn([]byte(doc), begin) {
			t.Errorf("%q goes on at %q, and does not seem to", first, next)
		}
		if u, err := url.Parse(next); next != "" && (err != nil || !OfArticle(begin, u)) {
			t.Errorf("%q goes on at %q, which is not its own", first, next)
		}
	})
}
