package page

import (
	"net/url"
	"strings"
	"testing"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

func at(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// read reads an article by the row alone.
func read(text []byte, row news.Source, task news.Task, base *url.URL) (news.Entry, []string, *news.Problem) {
	r, p := Article(text, row, task, base, Options{Now: now})
	return r.Entry, r.Warnings, p
}

// say is an entry as a test names it: address, title, date.
func say(e news.Entry) string {
	d := e.Date.Day()
	if e.Date.Precision == news.Minute {
		d = e.Date.In().Format("2006-01-02 15:04")
	}
	return strings.TrimPrefix(e.URL, "https://m.example") + " | " + e.Title + " | " + d
}

func TestList(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		row        news.Source
		want       []string
	}{
		{"relative links and dates beside them", `<ul><li><a href="./202611/t1.html">Ministers meet</a><span>2026-11-20</span></li><li><a href="../x/t2.html">Rail link opens</a>(2026/11/19)</li></ul>`,
			news.Source{List: news.List{Item: []string{"li"}}}, []string{"/news/202611/t1.html | Ministers meet | 2026-11-20", "/x/t2.html | Rail link opens | 2026-11-19"}},
		{"base element", `<base href="https://m.example/other/"><li><a href="t.html">Title of it</a>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/other/t.html | Title of it | "}},
		{"cut title in an attribute", `<li><a href="/1" title="A long title that was cut in the list">A long title that…</a></li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | A long title that was cut in the list | "}},
		{"title and date by selector", `<li><a href="/1" title="Full">x</a><em data-t="2026-11-20 09:30">y</em></li>`, news.Source{List: news.List{Item: []string{"li"}, Title: []string{"a@title"}, Date: []string{"em@data-t"}}}, []string{"/1 | Full | 2026-11-20 09:30"}},
		{"links by pattern", `<a href="/about">About</a><a href="/n/202611/t20261120_5.html">Release</a><a href="/lsfw/t20261121_6.html">Visa</a><a href="https://o.example/n/t20261120_7.html">Other</a>`,
			news.Source{List: news.List{LinkMatch: `t\d{8}_\d+\.html$`, LinkSkip: "/lsfw/", SameHost: true}, URLDateRegex: `/t(\d{8})_`}, []string{"/n/202611/t20261120_5.html | Release | 2026-11-20"}},
		{"date in the title wins over that of a migration", `<a href="/t20240530_1.html">Press Conference on February 16, 2022</a>`,
			news.Source{List: news.List{LinkMatch: `t\d+`}, DateFrom: []news.DateOrigin{news.FromTitle, news.FromURL}, TitleDateRegex: `on ([A-Z][a-z]+ \d{1,2}, \d{4})`, URLDateRegex: `/t(\d{8})_`}, []string{"/t20240530_1.html | Press Conference on February 16, 2022 | 2022-02-16"}},
		{"no year", `<li><a href="/1">Around the New Year</a> [12-31]</li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | Around the New Year | 2025-12-31"}},
		{"twice on the page", `<li><a href="/1"><img></a></li><li><a href="/1">Short</a></li><li><a href="/1">The longer title</a> 2026-11-20</li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | The longer title | 2026-11-20"}},
		{"links that are none", `<li><a href="javascript:x()">J</a><li><a href="mailto:a@b.c">M</a><li><a href="#top">T</a><li>no link<li><a href="//%81.e:x%F1;top:0">P</a><li><a href="/ok">Good</a>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/ok | Good | "}},
		{"rewritten", `<li><a href="https://old.example/eng/1.html#x">Moved</a>`, news.Source{List: news.List{Item: []string{"li"}}, Rewrite: [][2]string{{"https://old.example/", "https://m.example/"}}}, []string{"/eng/1.html | Moved | "}},
		{"rewritten to another host", `<li><a href="/1.html">Moved</a><li><a href="https://o.example/2.html">Other</a>`, news.Source{List: news.List{Item: []string{"li"}, SameHost: true}, Rewrite: [][2]string{{"https://m.example/", "https://new.example/"}}}, []string{"https://new.example/1.html | Moved | "}},
		{"rewritten to the same host", `<li><a href="https://old.example/1.html">Moved</a>`, news.Source{List: news.List{Item: []string{"li"}, SameHost: true}, Rewrite: [][2]string{{"https://old.example/", "https://m.example/"}}}, []string{"/1.html | Moved | "}},
		{"first selector that finds something", `<p class=a><a href="/1">One</a></p>`, news.Source{List: news.List{Item: []string{".gone", ".a", "p"}}}, []string{"/1 | One | "}},
		{"limit", `<li><a href="/1">One</a><li><a href="/2">Two</a><li><a href="/3">Three</a>`, news.Source{List: news.List{Item: []string{"li"}, Limit: 2}}, []string{"/1 | One | ", "/2 | Two | "}},
		{"the item is the link", `<a class=i href="/1">One <b>bold</b></a>`, news.Source{List: news.List{Item: []string{"a.i"}}}, []string{"/1 | One bold | "}},
		{"link by selector", `<li><a href="/no">x</a><a class=t href="/1">One</a>`, news.Source{List: news.List{Item: []string{"li"}, Link: []string{"a.t"}}}, []string{"/1 | One | "}},
		{"date after a bare link", `<ul><li><a href="/1">One</a></li><span>2026/11/20</span><li><a href="/2">Two</a></li><span>2026/11/19</span></ul>`, news.Source{List: news.List{LinkMatch: "."}}, []string{"/1 | One | 2026-11-20", "/2 | Two | 2026-11-19"}},
		{"dates in the rows of a table", `<table><tr><td><a href="/1">One</a></td><td>Office</td><td>2026年11月20日</td></tr><tr><td><a href="/2">Two</a></td><td>Office</td><td>2026年11月19日</td></tr></table>`, news.Source{List: news.List{LinkMatch: "."}}, []string{"/1 | One | 2026-11-20", "/2 | Two | 2026-11-19"}},
		{"bare links with dates between them", `<div><a href="/1">One</a> 11-20<br><a href="/2">Two</a> 11-19<br></div>`, news.Source{List: news.List{Item: []string{"a"}}}, []string{"/1 | One | 2026-11-20", "/2 | Two | 2026-11-19"}},
		{"bare links beside others", `<ul><li><span>(2026-11-20 22:26:38)</span><a href="/c/">[Social]</a> <a href="/n/1">One</a></li><li><span>(2026-11-19 22:00:14)</span><a href="/c/">[Social]</a> <a href="/n/2"><img></a><a href="/n/2">Two</a></li></ul>`, news.Source{List: news.List{LinkMatch: "/n/"}}, []string{"/n/1 | One | 2026-11-20 22:26", "/n/2 | Two | 2026-11-19 22:00"}},
		{"no year but in the address", `<li><a href="/2019/0624/1.html">One</a> 06-24 11:30</li><li><a href="/2019/0623/2.html">Two</a> 06-24</li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/2019/0624/1.html | One | 2019-06-24 11:30", "/2019/0623/2.html | Two | 2026-06-24"}},
		{"bare links without dates", `<p>Since 2026-01-01</p><p><a href="/1">One</a> <a href="/2">Two</a></p>`, news.Source{List: news.List{LinkMatch: "."}}, []string{"/1 | One | ", "/2 | Two | "}},
		{"date inside the link", `<li><a href="/1"><span>Trade office opens</span><em>2026-11-20</em></a></li><li><a href="/2">Second office opens (2026-11-19)</a></li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | Trade office opens | 2026-11-20", "/2 | Second office opens | 2026-11-19"}},
		{"a title cut without a mark", `<li><a href="/1" title="A long title that was cut in the list">A long title that</a><li><a href="/2" title="Opens in a new window">Short</a>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | A long title that was cut in the list | ", "/2 | Short | "}},
		{"picture and column are linked too", `<li><a href="/1"><img src=x></a>[<a href="/news/">News</a>] <a href="/1">The longest of the three</a> 2026-11-20</li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | The longest of the three | 2026-11-20"}},
		{"a date in the title and another beside it", `<li><a href="/1">Conference of 2026年11月18日 in full</a><span>2026-11-20</span></li>`, news.Source{List: news.List{Item: []string{"li"}}}, []string{"/1 | Conference of 2026年11月18日 in full | 2026-11-20"}},
		{"dates in addresses", `<a href="/a/202611/20/WS1.html">One</a><a href="/2026/11-19/2.shtml">Two</a><a href="/2026_11_18_3.shtml">Three</a><a href="/202611/4.html">Four</a>`, news.Source{List: news.List{LinkMatch: "."}}, []string{"/a/202611/20/WS1.html | One | 2026-11-20", "/2026/11-19/2.shtml | Two | 2026-11-19", "/2026_11_18_3.shtml | Three | 2026-11-18", "/202611/4.html | Four | "}},
		{"markup in an attribute and in a script", `<script type="text/x"><li><a href="/1">One</a> 2026-11-20</li></script><div data-list="&lt;li&gt;&lt;a href='/2'&gt;Two&lt;/a&gt;&lt;/li&gt;"></div>`, news.Source{List: news.List{Markup: []string{"[data-list]@data-list", "script"}, Item: []string{"li"}}}, []string{"/2 | Two | "}},
		{"date by regex and layout", `<li><a href="/1">One</a><i>No. 7, 05.11.26</i>`, news.Source{List: news.List{Item: []string{"li"}, Date: []string{"i"}, DateRegex: `(\d\d\.\d\d\.\d\d)`, DateLayouts: []string{"02.01.06"}}}, []string{"/1 | One | 2026-11-05"}},
	} {
		l, p := List([]byte(tt.page), tt.row, at(t, "https://m.example/news/index.html"), Options{Now: now})
		if p != nil {
			t.Errorf("%s: %v", tt.name, p)
			continue
		}
		var got []string
		for _, e := range l.Entries {
			got = append(got, say(e))
		}
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

func TestListProblems(t *testing.T) {
	row := news.Source{List: news.List{Item: []string{"ul.gone li"}, LinkMatch: "x"}}
	_, p := List([]byte("<title>New design</title><a href=/1>a</a><a href=/2>b</a>"), row, at(t, "https://m.example/"), Options{Now: now})
	if p == nil || p.Class != news.ClassSelectorEmpty || p.Condition != news.Redesigned || !strings.Contains(p.Words, "ul.gone li") || !strings.Contains(p.Words, "New design") || !strings.Contains(p.Words, "2 links") {
		t.Errorf("a page without entries: %+v", p)
	}
	_, p = List([]byte("<li><a href=/1>a</a><li><a href=https://o.example/2>b</a>"), news.Source{List: news.List{Item: []string{"li"}, LinkSkip: "m.example", SameHost: true}}, at(t, "https://m.example/"), Options{Now: now})
	if p == nil || !strings.Contains(p.Words, "list.link_skip refuses 1 of the links") || !strings.Contains(p.Words, "list.same_host refuses 1 of the links") {
		t.Errorf("a page whose links are not wanted: %+v", p)
	}
	if _, p := List([]byte(strings.Repeat("<div>", 2000)), row, nil, Options{}); p == nil || p.Class != news.ClassTooDeep {
		t.Errorf("a page too deep: %+v", p)
	}
	l, p := List([]byte(`<li><a href="/1">One</a><i>soon</i>`), news.Source{List: news.List{Item: []string{"li"}, Date: []string{"i"}}}, at(t, "https://m.example/"), Options{Now: now})
	if p != nil || len(l.Warnings) != 1 || l.Entries[0].Date.Raw != "soon" {
		t.Errorf("a date that cannot be read: %+v, %v", l, p)
	}
}

const release = `<html><head><title>Ministers meet_Ministry of Works</title><meta name="PubDate" content="2026-11-20 09:30"><meta name="description" content="What the two ministers spoke about when they met in the port."></head>
<body><div class="crumbs">Home &gt; News</div><h1>Ministers meet</h1><p class="info">Published: 2026-11-20 09:30</p>
<div id="text"><p>　　The ministers met. See <a href="./P1.pdf">the table</a>.</p><script>x()</script><p>Suggest to a friend:</p><p class="ad">Buy this</p><img src="W1.jpg" alt="The port"></div>
<form>Suggest</form></body></html>`

func TestArticle(t *testing.T) {
	listed := news.Entry{ID: "id", URL: "https://m.example/news/202611/t1.html", Title: "Ministers…", Date: news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: now, Origin: news.FromList}}
	row := news.Source{Language: "en", Article: news.Article{Body: []string{".gone", "#text"}, Remove: []string{".ad"}}}
	e, warnings, p := read([]byte(release), row, news.Task{Listed: listed}, at(t, listed.URL))
	if p != nil || len(warnings) > 0 {
		t.Fatalf("%v, %v", p, warnings)
	}
	if e.ID != "id" || e.URL != listed.URL || e.Title != "Ministers meet" || e.Date.In().Format("2006-01-02 15:04") != "2026-11-20 09:30" || e.Date.Origin != news.FromArticle {
		t.Errorf("entry %+v", e)
	}
	body := clean.Text(e.HTML)
	if body != "The ministers met. See the table." || strings.Contains(e.HTML, "script") || !strings.Contains(e.HTML, `src="https://m.example/news/202611/W1.jpg"`) {
		t.Errorf("body %q of %s", body, e.HTML)
	}
	if len(e.Files) != 1 || e.Files[0].URL != "https://m.example/news/202611/P1.pdf" || e.Files[0].Type != "application/pdf" {
		t.Errorf("files %+v", e.Files)
	}
	if !strings.HasPrefix(e.Summary, "What the two ministers") || e.Digest == "" || e.Lang != "en" {
		t.Errorf("summary %q, digest %q, language %s", e.Summary, e.Digest, e.Lang)
	}
}

func TestArticleDates(t *testing.T) {
	page := func(meta, title string) []byte {
		if strings.HasPrefix(meta, "<p>") {
			return []byte("<title>" + title + "</title><h1>" + title + "</h1>" + meta + "<div id=b><p>Text.</p></div>")
		}
		return []byte("<title>" + title + "</title>" + meta + "<h1>" + title + "</h1><div id=b><p>Text.</p></div>")
	}
	day := news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: at8(2026, 11, 20), Origin: news.FromList}
	for _, tt := range []struct {
		name, meta, url string
		listed          news.Date
		row             news.Source
		want            string
	}{
		{"the page's, more precise than the list's", `<meta name=PubDate content="2026-11-20 09:30">`, "/x.html", day, news.Source{}, "2026-11-20 09:30"},
		{"the page's day beats the list's other day", `<meta name=PubDate content="2026-11-18 09:30">`, "/x.html", day, news.Source{}, "2026-11-18 09:30"},
		{"the list's when the page has none", "", "/t20240530_1.html", day, news.Source{}, "2026-11-20"},
		{"the address when nobody says", "", "/t20240530_1.html", news.Date{}, news.Source{}, "2024-05-30"},
		{"by selector and regex", "<i>No. 2026-01-01 of 2026年11月19日</i>", "/x.html", day, news.Source{Article: news.Article{Date: []string{"i"}, DateRegex: `of (.*)`}}, "2026-11-19"},
		{"the row's order", `<meta name=PubDate content="2026-11-20 09:30">`, "/t20240530_1.html", day, news.Source{DateFrom: []news.DateOrigin{news.FromURL, news.FromArticle}}, "2024-05-30"},
		{"none", "", "/x.html", news.Date{}, news.Source{}, ""},
		{"under the title", "<p>2026-11-19 08:15 Ministry of Works</p>", "/x.html", day, news.Source{}, "2026-11-19 08:15"},
		{"a sentence under the title tells of another day", "<p>The bridge was closed on November 12, 2026</p>", "/x.html", day, news.Source{}, "2026-11-20"},
		{"a sentence under the title tells of this day", "<p>外交部发言人2026年11月20日15:00答记者问</p>", "/x.html", day, news.Source{}, "2026-11-20 15:00"},
		{"a sentence is better than nothing", "<p>The bridge was closed on November 12, 2026</p>", "/x.html", news.Date{}, news.Source{}, "2026-11-12"},
		{"an event still to come", "<p>发布日期：2026年12月23日</p>", "/x.html", news.Date{}, news.Source{}, ""},
		{"when an event is", "<p>时间：2026年11月18日（星期三）上午10时</p><p>地点：无锡市</p>", "/x.html", day, news.Source{}, "2026-11-20"},
		{"of an event, in its heading", "<p>会议时间：2026年11月18日</p><p>报名截止日期：2026年11月10日</p>", "/x.html", day, news.Source{}, "2026-11-20"},
		{"published, under when it was made", "<p>成文日期：2026-11-10</p><p>发布日期：2026-11-20 10:00</p>", "/x.html", day, news.Source{}, "2026-11-20 10:00"},
		{"months", "<p>（2026年1—10月份）</p><p>2026-11-14 10:00 来源：统计局</p>", "/x.html", news.Date{}, news.Source{}, "2026-11-14 10:00"},
		{"a fruit", "<p>Date palms planted in 1978 and 2026-11-02</p>", "/x.html", day, news.Source{}, "2026-11-20"},
	} {
		tt.row.Article.Body = []string{"#b"}
		e, _, p := read(page(tt.meta, "Title"), tt.row, news.Task{Listed: news.Entry{URL: "https://m.example" + tt.url, Date: tt.listed}}, at(t, "https://m.example"+tt.url))
		if p != nil {
			t.Fatal(p)
		}
		if got := strings.Split(say(e), " | ")[2]; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestArticleWithoutRow(t *testing.T) {
	long := strings.Repeat("The ministry said that work on the bridge goes on, and that it will be opened in the spring of next year. ", 12)
	text := "<html><head><title>Bridge nearly done - Ministry of Works</title></head><body><nav><a href=/>Home</a></nav><div><article><p>" + long + "</p><p>" + long + "</p></article></div><footer>Contact</footer></body></html>"
	e, _, p := read([]byte(text), news.Source{}, news.Task{}, at(t, "https://m.example/x"))
	if p != nil || e.Title != "Bridge nearly done" || !strings.HasPrefix(clean.Text(e.HTML), "The ministry said") || strings.Contains(e.HTML, "Contact") {
		t.Errorf("%+v, %v", e, p)
	}
	_, _, p = read([]byte("<title>System</title><p></p>"), news.Source{Article: news.Article{Body: []string{"#gone"}}}, news.Task{}, at(t, "https://m.example/x"))
	if p == nil || p.Condition != news.Redesigned || !strings.Contains(p.Words, "#gone") || !strings.Contains(p.Words, "System") {
		t.Errorf("a page without text: %+v", p)
	}
	e, warnings, _ := read([]byte("<h1>T</h1><i>some day ago</i><div id=b>x</div>"), news.Source{Article: news.Article{Date: []string{"i"}, Body: []string{"#b"}}}, news.Task{}, at(t, "https://m.example/x"))
	if len(warnings) != 1 || e.Date.Raw != "some day ago" {
		t.Errorf("an unreadable date: %v, %v", e.Date, warnings)
	}
}

func TestReaderNamesWhatDecides(t *testing.T) {
	row := news.Source{ID: "a", List: news.List{Item: []string{"li"}}}
	same, other := row, row
	same.ID, same.Name, same.Rank, same.URLs, same.Interval = "b", "n", 3, []string{"u"}, 5
	other.Article.Body = []string{"#b"}
	if Reader(row, "") != Reader(same, "") || Reader(row, "") == Reader(other, "") {
		t.Errorf("readers %s, %s, %s", Reader(row, ""), Reader(same, ""), Reader(other, ""))
	}
}

func TestSelectors(t *testing.T) {
	for sel, ok := range map[string]bool{"a": true, "ul.x > li:not(.y)": true, "a@title": true, "@href": true, "meta:PubDate": true, "a:has(b)": true,
		"": false, "a@": false, "[[": false, "meta:": false, `meta:a"b`: false, "a@b c": false} {
		if err := CheckSelector(sel); (err == nil) != ok {
			t.Errorf("%q: %v, want taken %v", sel, err, ok)
		}
	}
}

func FuzzList(f *testing.F) {
	f.Add(`<ul><li><a href="/1" title=x>A…</a> [11-22]</li></ul>`, "li")
	f.Add(release, "a@href")
	f.Fuzz(func(t *testing.T, page, sel string) {
		row := news.Source{List: news.List{Item: []string{sel}}}
		l, p := List([]byte(page), row, &url.URL{Scheme: "https", Host: "m.example"}, Options{Now: now, MaxItems: 100})
		if p == nil && len(l.Entries) == 0 || len(l.Entries) > 100 {
			t.Errorf("%d entries, %v", len(l.Entries), p)
		}
		for _, e := range l.Entries {
			if e.URL == "" || e.Title == "" || e.Title != news.Line(e.Title) {
				t.Errorf("entry %+v", e)
			}
		}
	})
}

func FuzzArticle(f *testing.F) {
	f.Add(release)
	f.Add("<p>x")
	f.Fuzz(func(t *testing.T, page string) {
		e, _, p := read([]byte(page), news.Source{}, news.Task{}, &url.URL{Scheme: "https", Host: "m.example"})
		if p == nil && clean.Text(e.HTML) == "" {
			t.Error("neither text nor problem")
		}
	})
}
