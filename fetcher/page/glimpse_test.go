package page

import (
	"net/url"
	"strings"
	"testing"

	"chinanews/news"
)

// glance opens a page and looks for a release there.
func glance(page []byte, title, markup string) (Glimpse, *news.Problem) {
	p, problem := Open(page, nil)
	if problem != nil {
		return Glimpse{}, problem
	}
	return p.Glance(title, markup), nil
}

// A text is found on any page that has a good part of it, whatever stands
// around it, and on none that has not.
func FuzzGlance(f *testing.F) {
	const text = "The dues for berth seven are three hundred lan a day from the first of the month. Masters who have paid in advance are given the difference at the counter of the harbour office."
	f.Add("<html><body><h1>404</h1>", "</body></html>", 0)
	f.Add("<title>您访问的页面不存在</title><p>", "</p>", 40)
	f.Add("<div><a href=/x>Masters who have paid</a>", "", 90)
	f.Add("<script>", "<input type=password>", 10)
	f.Add("<!--", "-->", 0)
	f.Fuzz(func(t *testing.T, before, after string, cut int) {
		if len(before)+len(after) > 10_000 {
			return
		}
		without, p := glance([]byte(before+after), "Dues for berth seven", "<p>"+text+"</p>")
		if p == nil && without.Text && !strings.Contains(before+after, "e") {
			t.Errorf("found in %q", before+after)
		}
		if strings.ContainsAny(before, "<&") { // may hide or tear what follows
			return
		}
		part := text[min(max(cut, 0), len(text)/2):]
		with, p := glance([]byte(before+"<p>"+part+"</p>"+after), "Dues for berth seven", "<p>"+text+"</p>")
		if p == nil && !with.Text && len(part) > len(text)/2 && cut%16 == 0 {
			t.Errorf("not found after %q", before)
		}
	})
}

// Words that stand in every footer, in links and in long texts are no notices.
func TestNotices(t *testing.T) {
	for _, tt := range []struct {
		page       string
		head, line Notice
	}{
		{"<h1>岚山港务局</h1><p>网站维护：信息中心</p>", SaysNothing, SaysNothing},
		{"<p><a href=/1>关于网页已删除的说明</a></p>", SaysNothing, SaysNothing},
		{"<p>" + strings.Repeat("港务局今日发布公告，", 9) + "您访问的页面不存在。</p>", SaysNothing, SaysNothing},
		{"<p>The minister was not found guilty of anything.</p>", SaysNothing, SaysNothing},
		{"<p>The committee found that the report does not exist in English.</p>", SaysNothing, SaysNothing},
		{"<p>404 tons of steel were landed.</p><h2>404 tons landed</h2>", SaysGone, SaysNothing}, // its title would speak for it
		{"<title>404 Not Found</title>", SaysGone, SaysNothing},
		{"<h1>Page not found</h1>", SaysGone, SaysGone},
		{"<p>The article has been removed.</p>", SaysNothing, SaysGone},
		{"<p>We can't find the page you asked for.</p>", SaysNothing, SaysGone},
		{"<p>对不起，没有找到您要的页面</p>", SaysNothing, SaysGone},
		{"<p>该信息已下线</p>", SaysNothing, SaysGone},
		{"<h1>系统维护</h1>", SaysDown, SaysNothing},
		{"<p>本站正在升级改版</p>", SaysNothing, SaysDown},
		{"<p>502 Bad Gateway</p>", SaysNothing, SaysDown},
		{"<h1>用户登录</h1>", SaysAsk, SaysNothing},
		{"<p>请输入验证码</p>", SaysNothing, SaysAsk},
	} {
		g, p := glance([]byte("<html><body>"+tt.page+"</body></html>"), "x", "")
		if p != nil || g.Head != tt.head || g.Line != tt.line {
			t.Errorf("%s: head %q, line %q (%v), want %q, %q", tt.page, g.Head, g.Line, p, tt.head, tt.line)
		}
	}
}

// What a page shows is the same before and after it was taken apart for its
// text.
func TestGlanceAfterArticle(t *testing.T) {
	profiles := families(t)
	for _, f := range fixturesOf(t, "article.html") {
		for _, row := range []news.Source{{}, {Profile: profileNone}} {
			p, problem := Open(append(f.text, "<nav><h1>404</h1><input type=password></nav>"...), f.base)
			if problem != nil {
				t.Fatal(f.file, problem)
			}
			markup := p.lines[len(p.lines)/2].Text
			before := p.Glance(p.label, "<p>"+markup+"</p>")
			if _, problem := p.Article(row, news.Task{}, Options{Now: now, Profiles: profiles}); problem != nil {
				t.Fatal(f.file, problem)
			}
			if after := p.Glance(p.label, "<p>"+markup+"</p>"); after != before || !before.Form || before.Head != SaysGone {
				t.Errorf("%s shows %+v after it was read, before %+v", f.file, after, before)
			}
		}
	}
}

// A page is opened once: what else is looked for in it builds no tree. Its lines
// are few: each is matched with patterns, which take memory under the race
// detector.
func TestOneTree(t *testing.T) {
	const lines, words = 20, 100
	at, err := url.Parse("https://harbour.example/a/t1.html")
	if err != nil {
		t.Fatal(err)
	}
	line := "<p>" + strings.Repeat("Berth <b>seven</b> is free. ", words) + "</p>"
	text := strings.Repeat(line, lines) + `<a href="t1_1.html">2</a>`
	p, problem := Open([]byte(text), at)
	if problem != nil {
		t.Fatal(problem)
	}
	if made := testing.AllocsPerRun(3, func() {
		if p.Next(at, 1) == "" || p.Glance("Berth seven", "<p>Berth seven is free.</p>").Short {
			t.Error("the next page, or the text, was not found")
		}
	}); made > lines*words {
		t.Errorf("%.0f allocations for a page of %d words in bold", made, lines*words)
	}
}
