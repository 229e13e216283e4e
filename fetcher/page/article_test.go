package page

import (
	"fmt"
	"strings"
	"testing"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

const (
	paragraph = "The ministry said that work on the bridge goes on, and that it will be opened in the spring of next year. "
	absatz    = "交通部说，大桥的工程正在按计划进行，预计明年春天通车，届时两岸的路程将缩短一个小时。"
)

// page is a page of no family: its <title>, and what stands over its text.
func page(label, above string) []byte {
	body := strings.Repeat("<p>"+paragraph+"</p><p>"+absatz+"</p>", 4)
	return []byte("<html><head><title>" + label + "</title></head><body><div class=nav><a href=/>Home</a></div><div><div class=top>" + above + "</div><div class=text>" + body + "</div></div></body></html>")
}

func TestTitles(t *testing.T) {
	listed := news.Entry{URL: "https://m.example/x", Title: "What the list said"}
	for _, tt := range []struct{ label, above, want string }{
		{"Bridge nearly done_Ministry of Works", "<h1><a href='/'>Ministry of Works</a></h1><div class=t>Bridge nearly done</div>", "Bridge nearly done"},
		{"大桥工程接近完成-新闻-交通部", "<h1><img src=logo.png alt=交通部></h1><b>大桥工程接近完成</b>", "大桥工程接近完成"},
		{"大桥工程接近完成 建设司_交通部", "<p>大桥工程接近完成</p>", "大桥工程接近完成"},
		{"Ministry of Works|Bridge nearly done", "<h1>Bridge nearly done</h1>", "Bridge nearly done"},
		{"News", "<h1>Bridge nearly done</h1>", "Bridge nearly done"},
		{"新闻动态--交通部", "<h3>交通部</h3><h5>大桥工程接近完成</h5><p>发布时间：2026-11-20</p>", "大桥工程接近完成"},
		{"交通部", "", "What the list said"},
		{"Anna Bell on the bridge", "<p>Anna Bell</p><h1>A bridge too near</h1>", "A bridge too near"},
	} {
		e, _, p := read(page(tt.label, tt.above), news.Source{}, news.Task{Listed: listed}, at(t, listed.URL))
		if p != nil || e.Title != tt.want {
			t.Errorf("%q over %q: title %q, want %q; %v", tt.label, tt.above, e.Title, tt.want, p)
		}
	}
	e, _, p := read([]byte(strings.Replace(string(page("x", "")), "<head>", `<head><meta name=ArticleTitle content="大桥&lt;br&gt;接近&amp;nbsp;完成">`, 1)), news.Source{}, news.Task{}, at(t, listed.URL))
	if p != nil || e.Title != "大桥 接近 完成" {
		t.Errorf("markup in a title: %q, %v", e.Title, p)
	}
}

func TestDatelines(t *testing.T) {
	const title = "<h1>Bridge nearly done</h1>"
	for _, tt := range []struct{ above, want string }{
		{title + "<p>发布时间：2026-11-20 09:30 来源：交通部</p>", "2026-11-20 09:30"},
		{title + "<p>来源：交通部　发布日期：2026年11月20日</p>", "2026-11-20"},
		{title + "<div><span>2026-11-20</span> · <span>Office</span></div>", "2026-11-20"},
		{title + "<p>November 20, 2026 | Office</p>", "2026-11-20"},
		{"<p>Fri, Nov 20, 2026</p>" + title, "2026-11-20"},
		{title + "<p>更新时间：2026-11-21 10:00 发布时间：2026-11-20 09:30</p>", "2026-11-20 09:30"},
		{title + "<p>[11月20日 11时30分]</p>", "2026-11-20 11:30"},
		{title + `<p>[06月24日 11時30分]</p><img src="/img/20190624_a.jpg">`, "2019-06-24 11:30"},
		{title + "<p><a href=/1>Report of 2026-11-01</a></p><p>2026-11-20</p>", "2026-11-20"},
		{title + "<p>On November 18, 2026 the minister went to see the bridge。</p>", ""},
		{"<p>On sale since 2019-01-01</p>", ""},
	} {
		e, _, p := read(page("Bridge nearly done - Works", tt.above), news.Source{}, news.Task{Listed: news.Entry{URL: "https://m.example/x"}}, at(t, "https://m.example/x"))
		if got := date(e.Date); p != nil || got != tt.want {
			t.Errorf("%s: date %q, want %q; %v", tt.above, got, tt.want, p)
		}
	}
	day := strings.Replace(string(page("Bridge nearly done", title+"<p>2026-11-20 09:30</p>")), "<head>", `<head><meta name=publishdate content=2026-11-20>`, 1)
	if e, _, _ := read([]byte(day), news.Source{}, news.Task{}, at(t, "https://m.example/x")); date(e.Date) != "2026-11-20 09:30" {
		t.Errorf("the day for programs wins over the minute for people: %v", e.Date)
	}
}

// A date may stand in any of the elements that a selector matches, even in a
// script.
func TestSelectedDates(t *testing.T) {
	text := page("Bridge", `<h1>Bridge</h1><script>var a = 1</script><script>fbrq = "2026年11月20日 09:30"; x = "2019-01-01"</script><i>Office</i><i>2026-11-19</i>`)
	for _, tt := range []struct {
		article  news.Article
		want     string
		warnings int
	}{
		{news.Article{Date: []string{"script"}, DateRegex: `fbrq = "(.*?)"`}, "2026-11-20 09:30", 0},
		{news.Article{Date: []string{"i"}}, "2026-11-19", 0},
		{news.Article{Date: []string{".gone", "i"}}, "2026-11-19", 0},
		{news.Article{Date: []string{"h1"}}, "", 1},
	} {
		e, warnings, p := read(text, news.Source{Article: tt.article}, news.Task{}, at(t, "https://m.example/x"))
		if got := date(e.Date); p != nil || got != tt.want || len(warnings) != tt.warnings {
			t.Errorf("%+v: date %q, want %q; %q, %v", tt.article, got, tt.want, warnings, p)
		}
	}
}

// A page that a script draws has its text for search engines only.
func TestSchema(t *testing.T) {
	body := strings.Repeat(paragraph, 4) + `\n\n` + absatz
	for _, described := range []string{
		`{"@type":"NewsArticle","headline":"Bridge nearly done","datePublished":"2026-11-20T09:30:00+08:00","articleBody":"` + body + `"}`,
		`[{"@type":"Organization","name":"x"},{"@type":"NewsArticle","headline":"Bridge nearly done","datePublished":"2026-11-20T09:30:00+08:00","articleBody":"` + body + `"}]`,
		`{"@graph":[{"@type":"WebSite"},{"@type":"NewsArticle","headline":"Bridge nearly done","datePublished":"2026-11-20T09:30:00+08:00","articleBody":"` + body + `"}]}`,
	} {
		text := `<title>Works</title><script type="application/ld+json">{"broken": </script><script type="application/ld+json">` + described + `</script><div id=app><p>Loading, please wait.</p></div>`
		e, _, p := read([]byte(text), news.Source{}, news.Task{}, at(t, "https://m.example/x"))
		if p != nil || e.Title != "Bridge nearly done" || date(e.Date) != "2026-11-20 09:30" || !strings.HasSuffix(clean.Text(e.HTML), "\n"+absatz) || !strings.HasPrefix(e.HTML, "<p>The ministry") {
			t.Errorf("%.60s: %+v, %v", described, e, p)
		}
	}
}

func TestAuthors(t *testing.T) {
	const title = "<h1>Bridge nearly done</h1>"
	listed := news.Task{Listed: news.Entry{Authors: []string{"Listed"}}}
	for _, tt := range []struct {
		above string
		task  news.Task
		want  string
	}{
		{title + "<p>2026-11-20 来源：<a href=/>交通部</a> 浏览：37</p>", news.Task{}, "交通部"},
		{title + "<p>来源：交通部 作者：方禾</p>", news.Task{}, "方禾"},
		{title + "<p>来源：交通部</p>", listed, "Listed"},
		{title + "<p>来源： | 发布时间：2026-11-20 | 浏览次数：<b>2168</b></p>", news.Task{}, ""},
		{title + "<p>By Anna Bell</p>", news.Task{}, "Anna Bell"},
		{title + "<p>Source: Ministry of Works | 2026-11-20</p>", news.Task{}, "Ministry of Works"},
		{title, news.Task{}, ""},
	} {
		e, _, p := read(page("Bridge nearly done - Works", tt.above), news.Source{}, tt.task, at(t, "https://m.example/x"))
		if got := strings.Join(e.Authors, ","); p != nil || got != tt.want {
			t.Errorf("%s: authors %q, want %q; %v", tt.above, got, tt.want, p)
		}
	}
	for begin, want := range map[string]string{"（记者方禾、柳 舟）": "方禾,柳舟", "新华社北京11月20日电（记者方禾）": "方禾", "新华社北京11月20日电 ": "新华社",
		"BEIJING, Nov. 20 (Xinhua) -- ": "Xinhua", "（本报记者 方禾 摄影）": "方禾"} {
		text := strings.Replace(string(page("Bridge nearly done", title)), "<p>"+paragraph, "<p>"+begin+paragraph, 1)
		if e, _, _ := read([]byte(text), news.Source{}, news.Task{}, at(t, "https://m.example/x")); strings.Join(e.Authors, ",") != want {
			t.Errorf("a text that begins %q: authors %q, want %q", begin, e.Authors, want)
		}
	}
	for name, person := range map[string]bool{"104363": false, "a@b.example": false, "证券时报网": false, "works": false, "方禾": true, "Anna Bell": true, "": false} {
		if personal(name) != person {
			t.Errorf("%q is a person's name: %v", name, !person)
		}
	}
}

// A list of other releases under a text is no part of it.
func TestListsUnderTexts(t *testing.T) {
	others := "<ul>"
	for i := range 12 {
		others += fmt.Sprintf(`<li><a href="/%d.html">Another release of the ministry, number %d</a><p>The ministry of works said more on this subject in another release that is long enough.</p></li>`, i, i)
	}
	text := strings.Replace(string(page("Bridge nearly done", "<h1>Bridge nearly done</h1>")), "</body>", others+"</ul></body>", 1)
	e, _, p := read([]byte(text), news.Source{}, news.Task{}, at(t, "https://m.example/x"))
	if body := clean.Text(e.HTML); p != nil || !strings.HasPrefix(body, paragraph[:20]) || !strings.HasSuffix(body, absatz) {
		t.Errorf("body %q, %v", body, p)
	}
}

func TestFiles(t *testing.T) {
	text := []byte(`<h1>Notice</h1><div id=b><p>See <a href="a.pdf">the table</a>.</p></div><div class="attachment"><a href="b.docx">Form</a><a href="/x.html">x</a></div>
<p>附件：<a href="c.ofd">公告</a> <a href="a.pdf">the table</a></p><div class=side><a href="/handbook.pdf">Handbook</a></div>`)
	listed := news.Entry{Files: []news.File{{URL: "https://m.example/p.jpg"}}}
	e, _, p := read(text, news.Source{Article: news.Article{Body: []string{"#b"}}}, news.Task{Listed: listed}, at(t, "https://m.example/n/x.html"))
	var got []string
	for _, f := range e.Files {
		got = append(got, strings.TrimPrefix(f.URL, "https://m.example/")+" "+f.Title)
	}
	if want := "p.jpg |n/a.pdf the table|n/b.docx Form|n/c.ofd 公告"; p != nil || strings.Join(got, "|") != want {
		t.Errorf("files %q, want %q; %v", got, want, p)
	}
}

// The row's keys win, the profile's fill; one that is named needs no sign.
func TestProfiles(t *testing.T) {
	text := page("Bridge nearly done", "<h1>Bridge nearly done</h1><h2>Second heading</h2><i>2026-11-20</i>")
	never := news.Profile{Name: "never", Signs: []news.Sign{{Has: "#gone"}}, Article: news.Article{Body: []string{".text p"}}}
	empty := news.Profile{Name: "empty", Signs: []news.Sign{{Has: "h1"}}, Article: news.Article{Body: []string{"#gone"}}}
	fits := news.Profile{Name: "fits", Signs: []news.Sign{{URL: "other"}, {Has: "h2", Text: "Second", URL: `/n/`}}, Article: news.Article{Title: []string{"h2"}, Date: []string{"i"}, Body: []string{".text"}}}
	o := Options{Now: now, Profiles: []news.Profile{never, empty, fits}}
	for _, tt := range []struct {
		row                  news.Source
		profile, title, body string
		warnings             int
	}{
		{news.Source{}, "fits", "Second heading", paragraph, 0},
		{news.Source{Profile: "auto"}, "fits", "Second heading", paragraph, 0},
		{news.Source{Article: news.Article{Title: []string{"h1"}}}, "fits", "Bridge nearly done", paragraph, 0},
		{news.Source{Profile: "never"}, "never", "Bridge nearly done", paragraph, 0},
		{news.Source{Profile: "empty"}, "", "Bridge nearly done", paragraph, 1},
		{news.Source{Profile: "none"}, "", "Bridge nearly done", paragraph, 0},
		{news.Source{Article: news.Article{Body: []string{"h2"}}}, "empty", "Bridge nearly done", "Second heading", 0},
	} {
		r, p := Article(text, tt.row, news.Task{}, at(t, "https://m.example/n/x.html"), o)
		if p != nil || r.Profile != tt.profile || r.Entry.Title != tt.title || !strings.HasPrefix(clean.Text(r.Entry.HTML), tt.body[:10]) || len(r.Warnings) != tt.warnings {
			t.Errorf("row %+v: profile %q, title %q, body %.40q, %q, %v", tt.row, r.Profile, r.Entry.Title, r.Entry.HTML, r.Warnings, p)
		}
	}
}

func TestProfilesOfLists(t *testing.T) {
	text := []byte(`<title>New design</title><ul class=a><li><a href="/1">One</a></li></ul><ul class=b><li><a href="/2">Two</a></li><li><a href="/3">Three</a></li></ul>`)
	o := Options{Now: now, Profiles: []news.Profile{
		{Name: "empty", Signs: []news.Sign{{Has: "ul"}}, List: news.List{Item: []string{".gone"}}},
		{Name: "article", Signs: []news.Sign{{Has: "ul"}}, Article: news.Article{Body: []string{"ul"}}},
		{Name: "a", Signs: []news.Sign{{Has: ".a"}}, List: news.List{Item: []string{".a li"}}},
		{Name: "b", Signs: []news.Sign{{Has: ".b"}}, List: news.List{Item: []string{".b li"}, LinkSkip: "3"}},
	}}
	for _, tt := range []struct {
		row     news.Source
		profile string
		entries int
	}{
		{news.Source{}, "a", 1},
		{news.Source{Profile: "b"}, "b", 1},
		{news.Source{Profile: "b", List: news.List{LinkSkip: "2"}}, "b", 1},
		{news.Source{List: news.List{Item: []string{"li"}}}, "", 3},
		{news.Source{List: news.List{LinkMatch: "[12]"}}, "", 2},
		{news.Source{Profile: "none"}, "", 0},
		{news.Source{Profile: "empty"}, "", 0},
	} {
		tt.row.URLs = []string{"https://m.example/n/"}
		l, p := List(text, tt.row, at(t, "https://m.example/n/"), o)
		if l.Profile != tt.profile || len(l.Entries) != tt.entries || (p == nil) != (tt.entries > 0) {
			t.Errorf("row %+v: profile %q, %d entries, %v", tt.row, l.Profile, len(l.Entries), p)
		}
		if p != nil && (p.Condition != news.Redesigned || p.Class != news.ClassSelectorEmpty || !strings.Contains(p.Words, "chinanewsd discover https://m.example/n/")) {
			t.Errorf("row %+v: %v", tt.row, p)
		}
	}
}

func TestReaderNamesTheProfiles(t *testing.T) {
	one := Digest([]news.Profile{{Name: "a"}})
	other := Digest([]news.Profile{{Name: "a", About: "changed"}})
	for profile, differs := range map[string]bool{"": true, "auto": true, "a": true, "none": false} {
		row := news.Source{Profile: profile}
		if (Reader(row, one) != Reader(row, other)) != differs {
			t.Errorf("a row with profile %q has another reader when profiles change: %v", profile, !differs)
		}
	}
}
