package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/fetcher/induce"
	"chinanews/news"
)

// ministryPage is a list of n releases in a page of a ministry, and their
// pages.
func ministryPages(o *origin, folder string, n int) {
	var rows strings.Builder
	for i := range n {
		day := time.Now().In(beijing).AddDate(0, 0, -i-1)
		path := fmt.Sprintf("t%s_%d.html", day.Format("20060102"), 4000-i)
		title := fmt.Sprintf("部长会见第%d批来访的湖区代表团并出席签字仪式", 100-i)
		fmt.Fprintf(&rows, `<li><a href="./%s">%s</a><span>%s</span></li>`, path, title, day.Format("2006-01-02"))
		o.set(folder+path, `<html><head><title>`+title+`_湖区部</title></head><body><div class="top"><a href="/">首页</a></div><h1>`+title+`</h1><div class="info">发布时间：`+day.Format("2006-01-02 15:04")+`　来源：湖区部</div><div class="TRS_Editor">`+
			strings.Repeat("<p>　　部长表示，双方将继续推进已经开始的工作，港口将在冬季之前重新开放。</p>", 5)+`</div><form>推荐给朋友</form></body></html>`)
	}
	page := `<html><head><title>要闻_湖区部</title></head><body><div class="nav"><a href="/">首页</a><a href="/zz/">机构设置与职能介绍</a></div><div class="news"><ul>` + rows.String() + `</ul></div><script>createPageHTML(12, 0, "index", "html");</script></body></html>`
	o.set(folder, page)
	o.set(folder+"index_1.html", page)
}

// discovered runs the command and reads its row back.
func discover(t *testing.T, s *siteFile, status int, address string) (stdout, stderr string, row news.Source) {
	t.Helper()
	stdout, stderr = s.do(status, "discover", address)
	if stdout == "" {
		return stdout, stderr, row
	}
	dir := filepath.Dir(s.file)
	file := filepath.Join(dir, "discovered.yaml")
	text := "site: {contact: c}\nsources:\n" + stdout + "feeds:\n- {id: all}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, checks())
	if err != nil {
		t.Fatalf("the row does not load: %v\n%s", err, stdout)
	}
	return stdout, stderr, cfg.Sources[0]
}

func TestDiscoverList(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/yw/", 15)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	stdout, stderr, row := discover(t, s, 0, o.URL+"/xw/yw/")
	if row.Kind != news.KindHTML || row.Language != "zh-CN" || row.Rights != news.Media || row.Name != "要闻" || row.PublisherIn("zh-CN") != "湖区部" {
		t.Errorf("row %+v", row)
	}
	if row.Profile != "trs" || len(row.List.Item) > 0 || row.Pages.Pattern != "index_{n}.html" {
		t.Errorf("row %s", stdout)
	}
	if !strings.Contains(stdout, "# worked out from") || strings.Contains(stdout, "UNSURE") {
		t.Errorf("comments of %s", stdout)
	}
	for _, want := range []string{"15 items", "湖区代表团", "… and 5 items more", "Releases", "characters: 部长表示"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("the preview lacks %q:\n%s", want, stderr)
		}
	}
	if asked := o.total(); asked > 1+1+maxAsked+1+maxReleases {
		t.Errorf("%d requests were made", asked)
	}
	if _, err := os.Stat(s.data); err == nil {
		t.Error("discover stored something")
	}
}

// A second page that is not there is left out: it would fail at each poll.
func TestDiscoverSecondPage(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/yw/", 5)
	o.set("/xw/yw/index_1.html", "<p>System</p>")
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	stdout, stderr, row := discover(t, s, 0, o.URL+"/xw/yw/")
	if row.Pages.Pattern != "" || !strings.Contains(stdout, "pages is left out") || !strings.Contains(stderr, "pages is left out") {
		t.Errorf("row %s\n%s", stdout, stderr)
	}
}

// The row is appended as it is printed, and a poll reads by it.
func TestDiscoveredRowPolls(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/yw/", 6)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	stdout, _, row := discover(t, s, 0, o.URL+"/xw/yw/")
	s.write(stdout, allFeed)
	s.create()
	out, _ := s.do(0, "poll", "--json")
	var p polled
	if err := json.Unmarshal([]byte(strings.SplitN(out, "\n", 2)[0]), &p); err != nil || p.Source != row.ID || p.Items != 12 { // on two pages
		t.Errorf("poll says %s (%v)", out, err)
	}
	if _, stderr := s.do(1, "discover", o.URL+"/xw/yw/"); !strings.Contains(stderr, row.ID) {
		t.Errorf("of an address that is configured it says %s", stderr)
	}
}

func (o *origin) total() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, asked := range o.asked {
		n += asked
	}
	return n
}

func TestDiscoverFeeds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		page  string
		feeds map[string]string
		want  string // the feed's path
	}{
		{"the address is one", "", map[string]string{"/start": rssOf("A", 0, 3)}, "/start"},
		{"declared", `<link rel="alternate" type="application/rss+xml" href="/news.xml"><p>News</p>`, map[string]string{"/news.xml": rssOf("A", 0, 3)}, "/news.xml"},
		{"linked", `<a href="/rss/politics.xml">RSS</a>`, map[string]string{"/rss/politics.xml": rssOf("A", 0, 3)}, "/rss/politics.xml"},
		{"where feeds often are", `<p>News</p>`, map[string]string{"/feed": rssOf("A", 0, 3)}, "/feed"},
		{"the first is dead", `<link rel="alternate" type="application/rss+xml" href="/old.xml"><a href="/new.rss">New</a>`, map[string]string{"/old.xml": strings.ReplaceAll(rssOf("A", 0, 3), time.Now().Format(" 2006 "), " 2018 "), "/new.rss": rssOf("A", 0, 3)}, "/new.rss"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, s := newOrigin(t), newSite(t)
			o.set("/start", tt.page)
			for path, doc := range tt.feeds {
				o.set(path, doc)
			}
			for i := range 3 {
				o.set(fmt.Sprintf("/%d.html", i), "<h1>A release</h1><article><p>"+strings.Repeat("The text of the release, as its page has it. ", 12)+"</p></article>")
			}
			s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
			_, stderr, row := discover(t, s, 0, o.URL+"/start")
			if row.Kind != news.KindFeed || len(row.URLs) != 1 || row.URLs[0] != o.URL+tt.want || row.Body != news.BodyPage {
				t.Errorf("row %+v\n%s", row, stderr)
			}
			if asked := o.total(); asked > 2+maxAsked+maxReleases {
				t.Errorf("%d requests were made", asked)
			}
		})
	}
}

// A site's feed of something else does not stand in for the list.
func TestDiscoverUnrelatedFeed(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/yw/", 8)
	o.set("/rss.xml", rssOf("Jobs", 0, 3))
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	stdout, _, row := discover(t, s, 0, o.URL+"/xw/yw/")
	if row.Kind != news.KindHTML || !strings.Contains(stdout, "none of the releases of this page") {
		t.Errorf("row %s", stdout)
	}
}

// foreign are the hosts of a captured page.
var foreign = regexp.MustCompile(`https?://[a-z0-9.-]+`)

// The rows of captured list pages, unedited, read what a person counts: the
// target is 95 % of the items on nine of ten pages.
func TestDiscoverCaptured(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	const captures = "../../../shared/corpus/pages/"
	if _, err := os.Stat(captures); err != nil {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	good, counts := 0, map[string]int{"mfa-list-fyrbt-00": 15, "mfa-list-fyrbt-01": 15, "mfa-list-fyrbt-02": 15, "mfa-list-fyrbt-30": 15, "mfa-list-fyrbt-60": 15, "mfa-list-fyrbt-66": 10,
		"list-dfa66-announcement": 10, "list-hsqhfunds-announcement": 20, "list-netease-rolling": 40, "list-netease-international": 140, "list-163-1": 29}
	for name, want := range counts {
		text, err := os.ReadFile(captures + name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		o, s := newOrigin(t), newSite(t)
		o.set("/web/list/index.html", foreign.ReplaceAllString(string(text), o.URL))
		s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
		stdout, _ := s.do(0, "discover", "--json", o.URL+"/web/list/index.html")
		var f discovered
		if err := json.Unmarshal([]byte(stdout), &f); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-28s %3d of %3d, confidence %.2f", name, len(f.Items), want, f.Confidence)
		if len(f.Items)*100 >= want*95 && len(f.Items)*100 <= want*105 {
			good++
		}
	}
	if good*10 < len(counts)*9 {
		t.Errorf("%d of %d captured lists were found", good, len(counts))
	}
}

// What cannot be a source is refused with words that say what to do.
func TestDiscoverRefuses(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/", 4)
	o.set("/app", `<html><head><title>News</title></head><body><div id="root"></div><script>fetch("/api/news/list?page=1").then(show)</script></body></html>`)
	o.set("/wall", `<html><script>document.cookie="a=1";location.reload()</script></html>`)
	o.set("/rows.json", `{"code":0,"data":{"rows":[{"name":"x"},{"name":"y"}]}}`)
	o.set("/login", `<form><input name=u><input type="password" name=p></form>`)
	o.set("/home", `<link rel="alternate" type="application/rss+xml" href="/a.xml">`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	for path, want := range map[string]string{
		"/xw/" + fmt.Sprintf("t%s_4000.html", time.Now().In(beijing).AddDate(0, 0, -1).Format("20060102")): "one release",
		"/app":       "filled by script",
		"/wall":      "bot wall",
		"/rows.json": "write a row of kind json",
		"/login":     "password",
		"/a.xml":     "the source a",
		"/home":      "the source a already",
		"/none":      "404",
	} {
		stdout, stderr := s.do(1, "discover", o.URL+path)
		if stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: it says %q, want %q\n%s", path, stderr, want, stdout)
		}
	}
	if _, stderr := s.do(1, "discover", o.URL+"/app"); !strings.Contains(stderr, "/api/news/list?page=1") {
		t.Errorf("the address of the JSON is not named: %s", stderr)
	}
	s.do(2, "discover", "nonsense")
}

// The line that allows an address of this machine is there to be copied,
// wherever it is refused.
func TestRefusedAddressIsExplained(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "https://a.example/"), allFeed)
	s.set("127.0.0.0/8", "192.0.2.0/24")
	const want = `127.0.0.1:18473 is on this machine, so it is not asked; if you mean it, write into the configuration: fetch: {allow: ["127.0.0.1:18473"]} and, where the daemon runs, say chinanewsd reload`
	for _, args := range [][]string{{"discover"}, {"discover", "--json"}, {"try"}, {"try", "--json"}} {
		stdout, stderr := s.do(1, append(args, "http://127.0.0.1:18473/news/")...)
		if said := strings.ReplaceAll(stdout+stderr, `\"`, `"`); !strings.Contains(said, want) {
			t.Errorf("%v says %s", args, said)
		}
	}
}

func TestDiscoverJSON(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/", 5)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	stdout, _ := s.do(0, "discover", "--json", o.URL+"/xw/")
	var f discovered
	if err := json.Unmarshal([]byte(stdout), &f); err != nil || f.Kind != induce.KindList || len(f.Items) != 5 || len(f.Articles) != 3 || f.Row == "" || f.Confidence < induce.Unsure {
		t.Errorf("%+v, %v", f, err)
	}
}

// A page of a known family needs no selectors.
func TestDiscoverPrefersProfile(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/", 5)
	page := strings.Builder{}
	page.WriteString(`<html><head><title>要闻</title></head><body><div class="rebox_news"><ul>`)
	for n := range 12 {
		fmt.Fprintf(&page, `<li><a href="./t18395%02d.shtml">岚山国外交部发言人就第%d号海事通告答记者问</a>（2026-11-%02d）</li>`, n, n, n+1)
	}
	o.set("/web/list/", page.String()+`</ul></div></body></html>`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	stdout, stderr := s.do(0, "discover", o.URL+"/web/list/")
	if !strings.Contains(stdout, "profile: trs-2015") || strings.Contains(stdout, "list:") || !strings.Contains(stderr, "海事通告") {
		t.Errorf("%s\n%s", stdout, stderr)
	}
}

// A listing in JSON gets a row with the ways to its items.
func TestDiscoverRowsOfJSON(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/rows.json", `{"code":0,"data":{"rows":[{"docTitle":"关于沿海航运法草案公开征求意见的通知","publishDate":"2026-11-20 09:30:00","docUrl":"/art/1.html"},
		{"docTitle":"关于内河航道维护的公告（第十二号）","publishDate":"2026-11-19 09:30:00","docUrl":"/art/2.html"},{"docTitle":"港务局就冬季航行安全发布提示","publishDate":"2026-11-18 09:30:00","docUrl":"/art/3.html"}]}}`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	o.set("/rows.jsonp", "/**/china_1("+o.docs["/rows.json"]+");")
	for _, path := range []string{"/rows.json", "/rows.jsonp"} {
		stdout, _ := s.do(0, "discover", o.URL+path)
		for _, want := range []string{"kind: json", "items: data.rows", "title: docTitle", "date: publishDate", "link: docUrl", "language: zh"} {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: no %q in\n%s", path, want, stdout)
			}
		}
	}
}

// The row has a place for a publisher that is not known, and says what its
// rights mean.
func TestDiscoverUnknownPublisher(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/", 5)
	o.set("/rows.json", `[{"title":"关于内河航道维护的公告（第十二号）","url":"/1.html"},{"title":"港务局就冬季航行安全发布提示","url":"/2.html"}]`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	if stdout, _, _ := discover(t, s, 0, o.URL+"/xw/"); strings.Contains(stdout, "# publisher:") || !strings.Contains(stdout, "rights: media   # government: the full text goes out; media: summaries only\n") {
		t.Errorf("it says %s", stdout)
	}
	if stdout, _, _ := discover(t, s, 0, o.URL+"/rows.json"); !strings.Contains(stdout, "  # publisher: {zh-CN: NAME}") {
		t.Errorf("it says %s", stdout)
	}
}

// Of JSON that gives no row, discover says which keys the editor needs.
func TestDiscoverJSONByHand(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/ids", `cb({"list":[{"docId":7,"site":1,"title":"关于内河航道维护的公告（第十二号）"},{"docId":8,"site":1,"title":"港务局就冬季航行安全发布提示"}]})`)
	o.set("/markup", `cb({"data":[{"html":"<li><a href='/1.html'>关于内河航道维护</a></li><li><a href='/2.html'>港务局</a></li><li><a href='/3.html'>通知</a></li>"}]})`)
	o.set("/other", `cb({"code":0})`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	for path, want := range map[string]string{"/ids": "/{docId}.html", "/markup": "json.html: data.0.html", "/other": "json.link_template"} {
		if _, stderr := s.do(1, "discover", o.URL+path); !strings.Contains(stderr, want) || !strings.Contains(stderr, "kind json") {
			t.Errorf("%s: it says %q, want %q", path, stderr, want)
		}
	}
}

// A page's words cannot break out of the row that they stand in.
func TestRowQuotes(t *testing.T) {
	hostile := []string{"a: b", "it's", "- x", "# no", "true", "${HOME}", "x\n- id: evil", "{a, b}", "'", `"`, "\u2028y", "1", "null", "@x", "外交部：要闻", "a\x00b", "%", "*a", "&a", "!x", "a #b"}
	for _, text := range hostile {
		row := draft{id: "x", name: text, publisher: text, language: "en", url: "https://m.example/", kind: news.KindFeed, comments: []string{text}}
		src, err := row.source()
		if err != nil {
			t.Errorf("%q: %v\n%s", text, err, row.yaml())
			continue
		}
		want := strings.ReplaceAll(news.Line(text), "${", "$ {")
		if src.ID != "x" || src.Name != want || src.PublisherIn("en") != want {
			t.Errorf("%q became %q, %q", text, src.Name, src.PublisherIn("en"))
		}
	}
}

func TestRowIDs(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/": "mfa-jzhsl",
		"http://us.china-embassy.gov.cn/eng/zgyw/":              "us-china-embassy-zgyw",
		"https://taken.example/":                                "taken-2",
		"https://www.gov.cn/":                                   "source",
		"http://127.0.0.1:8080/xw/":                             "xw",
		"http://127.0.0.1:8080/":                                "source",
		"https://81.cn/":                                        "81-2",
		"https://www.163.com/":                                  "163-2",
	} {
		taken := []string{"taken", "81", "163"}
		if got := idFor(address, "要闻", func(id string) bool { return slices.Contains(taken, id) }); got != want {
			t.Errorf("%s has the id %q, want %q", address, got, want)
		}
	}
	for name, want := range map[string]string{"Ministry of Lanterns and Tides": "lanterns-tides", "Office of Rivers, Roads, Bridges and Locks": "rivers-roads-bridges", "Press Releases": "xw", "": "xw"} {
		for _, host := range []string{"127.0.0.1:8080", "[fd00::1]", "192.0.2.7"} {
			if got := idFor("http://"+host+"/xw/", name, func(string) bool { return false }); got != want {
				t.Errorf("%q at %s has the id %q, want %q", name, host, got, want)
			}
		}
		if got := idFor("https://lanterns.example/xw/", name, func(string) bool { return false }); got != "lanterns-xw" {
			t.Errorf("%q at a host with a name has the id %q", name, got)
		}
	}
}
