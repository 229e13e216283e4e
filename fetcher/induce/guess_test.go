package induce

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

func TestFeeds(t *testing.T) {
	p := open(t, `<head><link rel="alternate" type="application/atom+xml" title="Releases" href="/a.atom"><link rel="alternate" hreflang="fr" href="/fr/">
<link rel="ALTERNATE" type="application/rss+xml; charset=utf-8" href="/charset.xml"><link rel="alternate stylesheet" type="text/css" href="/x.css"></head>
<a href="http://www.mol.example/a.atom">the same</a><a href="/rss/politics.xml"><img src="xml.gif"></a><a href="news.rss?x=1">Feed of news</a><a href="/subscribe">RSS</a>
<a href="javascript:rss()">RSS</a><a href="/2026/atomic-energy.html">Atomic energy</a><a href="/feedback.html">Feedback</a><a href="/news/?feed=rss2">All</a>`, "https://www.mol.example/xw/index.html")
	var got []string
	for _, f := range p.Feeds() {
		got = append(got, strings.TrimPrefix(f.URL, "https://www.mol.example"))
	}
	want := []string{"/a.atom", "/rss/politics.xml", "/xw/news.rss?x=1", "/subscribe", "/news/?feed=rss2"}
	if !slices.Equal(got, want) {
		t.Errorf("feeds %q, want %q", got, want)
	}
}

func TestCommonFeeds(t *testing.T) {
	for address, want := range map[string]string{
		"https://m.example/xw/index.html": "https://m.example/xw/rss.xml",
		"https://m.example/xw/":           "https://m.example/xw/rss.xml",
		"https://m.example/xw":            "https://m.example/xw/rss.xml",
		"https://m.example":               "https://m.example/rss.xml",
	} {
		got := open(t, "<p>x", address).CommonFeeds()
		if got[0] != want || !slices.Contains(got, "https://m.example/feed") {
			t.Errorf("%s: %q", address, got)
		}
	}
}

func TestPages(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       news.Pages
	}{
		{"script of TRS", `<script>createPageHTML(67, 0, "index", "shtml");</script>`, news.Pages{Pattern: "index_{n}.shtml", First: 1, Max: 2}},
		{"script of the ministry", `<script>var countPage = 3; var x = "default"+"_" + i + "."+"shtml"; location.href="default_" + "." + "shtml"</script>`, news.Pages{Pattern: "default_{n}.shtml", First: 1, Max: 2}},
		{"one page only", `<script>createPageHTML(1, 0, "index", "shtml");</script>`, news.Pages{}},
		{"links", `<a href="index.html">1</a><a href="index_2.html">2</a>`, news.Pages{Pattern: "index_{n}.html", First: 2, Max: 3}},
		{"link to the next from zero", `<a href="index_1.html">下一页</a>`, news.Pages{Pattern: "index_{n}.html", First: 1, Max: 2}},
		{"query", `<a href="?page=2">Next</a>`, news.Pages{Pattern: "index.html?page={n}", First: 2, Max: 3}},
		{"folder elsewhere", `<a href="/news/page/2/">2</a>`, news.Pages{Pattern: "/news/page/{n}/", First: 2, Max: 3}},
		{"script only", `<a href="javascript:go(2)">2</a>`, news.Pages{}},
		{"a two that is something else", `<a href="/a/20261120_900.html">2</a>`, news.Pages{}},
	} {
		if got := open(t, tt.page, listAddress).pages(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	if got := open(t, `<a href="/news_2.html">2</a>`, "https://www.mol.example").pages(); got.Pattern != "news_{n}.html" {
		t.Errorf("of an address without a path: %+v", got)
	}
}

// Of a release's page, the sections that it names and its folder may be the
// list.
func TestCrumbs(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.mol.example/xw/fyr/202611/t20261120_1.html": "https://www.mol.example/xw/fyr/",
		"https://www.mol.example/a/2026/11/20/x.html":            "https://www.mol.example/a/",
		"https://www.mol.example/n1/2026/1120/c1001-4.html":      "https://www.mol.example/n1/",
		"https://www.mol.example/x.html":                         "https://www.mol.example/",
	} {
		k := open(t, site("Bridge", `<h1>Bridge</h1><div>`+englishText+`</div>`), address).Kind()
		if k.Kind != KindArticle || !slices.Contains(k.Hints, want) || k.Hints[0] != "https://www.mol.example/xw/" {
			t.Errorf("%s: %s %q", address, k.Kind, k.Hints)
		}
	}
}

func TestWho(t *testing.T) {
	for _, tt := range []struct{ head, want string }{
		{`<title>要闻_湖区部</title>`, "要闻 | 湖区部 | zh-CN"},
		{`<meta name="SiteName" content="湖区部"><meta name="ColumnName" content="部长活动"><title>x</title>`, "部长活动 | 湖区部 | zh-CN"},
		{`<title>Press releases - Ministry of Lakes</title>`, "Press releases | Ministry of Lakes | zh-CN"},
		{`<title>Cross-border railways</title>`, "Cross-border railways |  | zh-CN"},
		{`<title>要闻-湖区部</title>`, "要闻 | 湖区部 | zh-CN"},
		{`<title></title>`, " |  | zh-CN"},
		{`<title>Ministry of Lanterns and Tides - Press Releases</title><body><h1>Press Releases</h1>`, "Ministry of Lanterns and Tides | Ministry of Lanterns and Tides | zh-CN"},
		{`<title>Ministry of Lanterns and Tides</title><body><h1>News</h1>`, "Ministry of Lanterns and Tides | Ministry of Lanterns and Tides | zh-CN"},
		{`<title>News | Lanterns Today | Home</title>`, "News | Lanterns Today | zh-CN"},
		{`<title>News | Home</title>`, "News |  | zh-CN"},
		{`<title>灯潮部_通知公告_首页</title>`, "灯潮部 | 灯潮部 | zh-CN"},
		{`<title>灯潮部发言人表态-灯潮部-中国灯塔网</title>`, "灯潮部发言人表态 | 灯潮部 | zh-CN"},
		{`<title>首页</title>`, "首页 |  | zh-CN"},
		{`<meta name="SiteName" content="首页"><meta property="og:site_name" content="News"><title>要闻_湖区部</title>`, "要闻 | 湖区部 | zh-CN"},
	} {
		w := open(t, "<html><head>"+tt.head, listAddress).Who([]news.Entry{{Title: "部长会见大使"}})
		if got := fmt.Sprintf("%s | %s | %s", w.Name, w.Publisher, w.Language); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.head, got, tt.want)
		}
	}
	for attr, want := range map[string]string{`lang="fr-FR"`: "fr", `lang="zh-CN"`: "en", ``: "en", `lang="x y"`: "en"} {
		if w := open(t, "<html "+attr+">", listAddress).Who([]news.Entry{{Title: "Le ministre a dit"}}); w.Language != want {
			t.Errorf("%s: %s, want %s", attr, w.Language, want)
		}
	}
}

// A source whose page was redesigned: the stronger list is not the one.
func TestMend(t *testing.T) {
	e := english(20)
	titles := make([]string, 0, 8)
	for _, r := range e[12:] {
		titles = append(titles, r.title)
	}
	text := site("New design", `<ul class="strong">`+each(e[:12], `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ul><div class="weak">`+each(e[12:], `<p><a href="/n%[1]s">%[2]s</a></p>`)+`</div>`)
	p := open(t, text, listAddress)
	if l := p.Lists()[0]; !strings.Contains(l.List.Item[0], "strong") {
		t.Errorf("without titles: %q", l.List.Item)
	}
	titles[0] = strings.ToUpper(titles[0]) + "!"
	titles[1] = string([]rune(titles[1])[:25]) + "…"
	l, ok := p.Mend(titles)
	if !ok || !strings.Contains(l.List.Item[0], "weak") || len(l.Items) != 8 || l.Confidence < Unsure || !strings.Contains(l.Reasons[0], "8 of the titles") {
		t.Errorf("mended: %+v", l)
	}
	l, ok = p.Mend([]string{"A title that nobody has"})
	if !ok || l.Confidence > 0.5 {
		t.Errorf("with titles that are gone: %+v", l)
	}
	if _, ok := open(t, "<p>x", listAddress).Mend(titles); ok {
		t.Error("an empty page was mended")
	}
}

// releasePages are pages of releases by a form: %[1]s title, %[2]s day, %[3]s
// text.
func releasePages(t *testing.T, form string, rs []release, text string) []Sample {
	t.Helper()
	var out []Sample
	for _, r := range rs {
		p := open(t, fmt.Sprintf(form, r.title, r.on("2006-01-02 15:04"), text), "https://www.mol.example"+r.path)
		d := p.date(r.on("2006-01-02"))
		out = append(out, Sample{p, news.Entry{URL: "https://www.mol.example" + r.path, Title: r.title, Date: d}})
	}
	return out
}

func TestArticles(t *testing.T) {
	for _, tt := range []struct {
		name, form string
		want       news.Article
	}{
		{"of a family, title and date in meta", `<html><head><meta name="ArticleTitle" content="%[1]s"><meta name="PubDate" content="%[2]s"></head><body><div class="TRS_Editor">%[3]s</div></body></html>`,
			news.Article{Body: []string{".TRS_Editor"}}},
		{"names of its own", `<body><div class="hd"><a href=/>Home</a></div><div class="ct"><p class="tt">%[1]s</p><p class="dt">%[2]s  Reads: 17</p><div class="words">%[3]s</div></div></body>`,
			news.Article{Title: []string{"p.tt"}, Body: []string{"div.words"}}},
		{"h1 and time", `<body><article><h1>%[1]s</h1><time>%[2]s</time><div id="text-body">%[3]s</div></article></body>`,
			news.Article{Body: []string{"#text-body"}}},
	} {
		for lang, samples := range map[string][]Sample{"en": releasePages(t, tt.form, english(3), englishText), "zh": releasePages(t, tt.form, chinese(3), chineseText)} {
			a := Articles(samples)
			if fmt.Sprint(a.Article) != fmt.Sprint(tt.want) || a.Confidence < 0.9 {
				t.Errorf("%s, %s: %+v %.2f %q, want %+v", tt.name, lang, a.Article, a.Confidence, a.Reasons, tt.want)
			}
			for n, e := range readAll(samples, a.Article) {
				if e.Title != samples[n].Listed.Title || e.Date.Day() != samples[n].Listed.Date.Day() || e.HTML == "" {
					t.Errorf("%s, %s: read as %q of %s", tt.name, lang, e.Title, e.Date.Day())
				}
			}
		}
	}
	mixed := append(releasePages(t, `<h1>%[1]s</h1><i class="d">%[2]s</i><div id="one">%[3]s</div>`, english(2), englishText), releasePages(t, `<h1>%[1]s</h1><i class="d">%[2]s</i><div id="two">%[3]s</div>`, english(1), englishText)...)
	if a := Articles(mixed); !slices.Equal(a.Article.Body, []string{"#one", "#two"}) {
		t.Errorf("pages of two makes: %+v", a)
	}
	if a := Articles(nil); a.Confidence != 0 || len(a.Reasons) == 0 {
		t.Errorf("no pages: %+v", a)
	}
}

// An element that is a date comes before a sentence that names one; one that is
// to come is no release's.
func TestDatedBy(t *testing.T) {
	p := open(t, `<h1>The lake opens</h1><p class="lead">The council met on 3 November 2026 in the old port.</p><p class="next">28 November 2026</p><p class="when">Published: 20 November 2026</p>`, listAddress)
	if got := datedBy(Sample{Page: p}); len(got) < 2 || got[0] != "p.when" || slices.Contains(got, "p.next") || !slices.Contains(got, "p.lead") {
		t.Errorf("dates are in %q", got)
	}
	for text, want := range map[string]bool{"2026-11-20": true, "发布时间：2026年11月20日 09:30": true, "Nov 20th, 2026": true, "[ 11-20 ]": true, "2026-11-20T09:30:00Z": true, "星期五 二〇二六年十一月二十日": true,
		"会议于11月20日召开": false, "In force on 1 November": false, "2026-11-20 湖区部": false} {
		if wholly(text) != want {
			t.Errorf("%q is wholly a date: %v", text, !want)
		}
	}
}

func TestJSONRows(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`[{"TITLE":"关于沿海航运法草案公开征求意见的通知","URL":"/a/1.htm","DOCRELPUBTIME":"2026-11-20"}]`, "{ TITLE DOCRELPUBTIME URL   1}"},
		{`cb({"data":{"total":2,"list":[{"title":"Ministers meet in the port of Sandhaven","focus_date":"2026-11-20 09:30:00","url":"https://m.example/1.shtml","brief":"They met."},{"title":"Second round of talks on the boundary","focus_date":"2026-11-19 09:30:00","url":"https://m.example/2.shtml","brief":""}]}})`, "{data.list title focus_date url   2}"},
		{`{"list":[{"aid":"x1","title":"Ministers meet in the port of Sandhaven","ctime":"1763600000000"}]}`, "{list title ctime    1}"},
		{`{"a":[1,2,3]}`, ""}, {`nonsense`, ""}, {`)(`, ""}, {``, ""},
	} {
		r, ok := JSON([]byte(tt.text), now)
		got := ""
		if ok {
			got = fmt.Sprintf("{%s %s %s %s %s %s %d}", r.JSON.Items, r.JSON.Title, r.JSON.Date, r.JSON.Link, r.JSON.LinkTemplate, r.JSON.HTML, r.Count)
		}
		if got != tt.want {
			t.Errorf("%s:\n%q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"data":{"rows":[{"title":"关于沿海航运法草案公开征求意见的通知","url":"/1.html","date":1763600000000}]}}`)
	f.Add(`cb([{"a":[[[[{}]]]]}])`)
	f.Fuzz(func(t *testing.T, text string) {
		if r, ok := JSON([]byte(text), now); ok && (r.JSON.Title == "" || r.Count == 0) {
			t.Errorf("%+v", r)
		}
	})
}

// A share of none is not said.
func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "", 0.004: "", 0.01: ", 1 % dated", 1: ", 100 % dated"} {
		if got := percent(share, "dated"); got != want {
			t.Errorf("%v is said as %q, want %q", share, got, want)
		}
	}
}
