package site

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chinanews/news"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// shelf is a library in memory.
type shelf struct {
	items []Item
	err   error
}

func (s *shelf) Site() news.Site {
	return news.Site{Title: "China News", BaseURL: "https://news.example.org", Language: "en", Publisher: "the editors", Contact: "ops@example.org", Links: []news.Link{{Title: "Imprint", URL: "https://example.org/imprint"}}}
}

func (s *shelf) Feeds() []news.Feed {
	return []news.Feed{{ID: "china-news", Name: "china-news", Title: "China News", Description: "Releases", Language: "en"}, {ID: "zh", Name: "zh", Title: "中国新闻", Language: "zh-CN"}}
}

func (s *shelf) Newest(lang string, n int) ([]Item, error) { return s.items, s.err }

func (s *shelf) Page(feed string, number, size int) (Listing, error) {
	for _, f := range s.Feeds() {
		if f.ID == feed {
			from := min((number-1)*size, len(s.items))
			return Listing{f, s.items[from:min(from+size, len(s.items))], len(s.items)}, s.err
		}
	}
	return Listing{}, ErrNotFound
}

func (s *shelf) Story(address string) (Item, error) {
	for _, i := range s.items {
		if i.Address == address || address == "a"+i.Address {
			return i, s.err
		}
	}
	return Item{}, ErrNotFound
}

func (s *shelf) Sources() ([]SourceLine, error) {
	return []SourceLine{{Source: ministry, Condition: news.OK, LastGood: noon, Next: noon.Add(time.Hour)}, {Source: news.Source{ID: "new"}}}, s.err
}

var ministry = news.Source{ID: "moc", Origin: "moc", Rights: news.Government, URLs: []string{"https://moc.example/news/"}, Interval: news.Duration(30 * time.Minute),
	Publisher: map[string]string{"en": "Ministry of Commerce", "zh-CN": "商务部"}}

// item is a release as pages show it.
func item(n byte, lang string, change func(*Item)) Item {
	i := Item{Feed: (&shelf{}).Feeds()[0]}
	if lang == "zh" {
		i.Feed = (&shelf{}).Feeds()[1]
	}
	i.Story = news.StoryID{n}
	i.Address = i.Story.Address(news.AddressLength)
	i.Lead = news.Item{ID: news.ItemID{n}, Source: "moc", FirstSeen: noon, State: news.Read, ShownRev: 1, Revisions: []news.Revision{{Rev: 1, Class: news.First}},
		Shown: news.Entry{Title: fmt.Sprintf("Release %d", n), URL: "https://moc.example/1.html", Lang: lang, Locale: lang,
			Date: news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: time.Date(2017, 12, 10, 16, 0, 0, 0, time.UTC)}}}
	i.HTML = `<p>Text of the release.</p><img src="https://moc.example/p.jpg" alt="The port"/>`
	if change != nil {
		change(&i)
	}
	i.Carriers = []news.Carrier{{Item: i.Lead, Source: ministry}}
	return i
}

func get(h http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "http://elsewhere.example/", nil)
	u, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	r.URL = u
	h.ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	edited := item(3, "en", func(i *Item) {
		i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Edit, At: noon.Add(time.Hour)})
		i.Lead.Presence, i.Lead.Missed = news.Missing, noon.Add(2*time.Hour)
		i.Lead.Shown.Files = []news.File{{URL: "https://moc.example/a.pdf", Title: "Table", Type: "application/pdf"}}
	})
	zh := item(2, "zh", func(i *Item) { i.Lead.Shown.Title = "部长会见代表团" })
	h := New(&shelf{items: []Item{item(1, "en", nil), zh, edited}}, Options{Version: "1"})
	for _, tt := range []struct {
		target string
		want   []string
	}{
		{"/", []string{`<html lang="en">`, "<h1>China News</h1>", "部长会见代表团", `href="/zh/"`, "11 December 2017, Beijing time, day only", `type="application/atom+xml"`}},
		{"/zh/", []string{`<html lang="zh-CN">`, "最新消息", "2017年12月11日，北京时间，仅日期", "商务部", `href="/en/"`}},
		{"/feeds/china-news/", []string{">https://news.example.org/feeds/china-news.atom</a>", "china-news.rss", "Subscribe", `aria-current="page"`}},
		{"/feeds/zh/", []string{"订阅", "首页", `<html lang="zh-CN">`}},
		{"/stories/" + item(1, "en", nil).Address, []string{"Home</a> ›", "<h1>Release 1</h1>", "Ministry of Commerce", "moc.example</a>", "Carried by", "Suggest to a friend", "mailto:?body=Release%201%0Ahttps%3A%2F%2Fnews.example.org%2Fstories%2F", `class="picture" href="https://moc.example/p.jpg"`, "The port"}},
		{"/stories/" + zh.Address, []string{`<html lang="zh-CN">`, "推荐给朋友", "原文", "首次收录"}},
		{"/stories/" + edited.Address, []string{"Edited at the source", "no longer at its address", "Attachments", "a.pdf", "application/pdf"}},
		{"/polling", []string{"How we poll", "ops@example.org", "30m", "Ministry of Commerce", "ok"}},
		{"/about", []string{"not a website of any government"}},
		{"/site.css", []string{"prefers-color-scheme:dark"}},
		{"/robots.txt", []string{"User-agent: *"}},
		{"/favicon.ico", []string{"<svg"}},
	} {
		w := get(h, "GET", tt.target)
		if w.Code != 200 {
			t.Errorf("%s: status %d", tt.target, w.Code)
		}
		body := w.Body.String()
		for _, want := range tt.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", tt.target, want)
			}
		}
		if strings.Contains(body, "elsewhere.example") || strings.Contains(body, "<img") || strings.Contains(body, "<script") {
			t.Errorf("%s has the request's host, a picture or a script", tt.target)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && !strings.Contains(body, "not a website of any government") && !strings.Contains(body, "并非任何政府网站") {
			t.Errorf("%s has no footer", tt.target)
		}
	}
}

func TestRightsOnPages(t *testing.T) {
	for rights, want := range map[news.Rights]struct{ in, out string }{
		news.Government: {"Text of the release", "terms allow"}, news.Media: {"Summary only", "<p>Text of the release.</p><a"}, news.Restricted: {"Title only", "Text of the release"},
	} {
		i := item(1, "en", nil)
		i.Carriers[0].Source.Rights = rights
		body := get(New(&shelf{items: []Item{i}}, Options{}), "GET", "/stories/"+i.Address).Body.String()
		if !strings.Contains(body, want.in) || strings.Contains(body, want.out) {
			t.Errorf("%s: the page must have %q and not %q", rights, want.in, want.out)
		}
	}
}

func TestAddresses(t *testing.T) {
	var items []Item
	for n := range byte(70) {
		items = append(items, item(n+1, "en", nil))
	}
	h := New(&shelf{items: items}, Options{})
	for _, tt := range []struct {
		method, target string
		status         int
		location       string
	}{
		{"GET", "/feeds/china-news/?page=3", 200, ""}, {"GET", "/feeds/china-news/?page=4", 404, ""}, {"GET", "/feeds/china-news/?page=0", 404, ""},
		{"GET", "/feeds/china-news/?page=x", 404, ""}, {"GET", "/feeds/china-news/?page=99999999999999999999", 404, ""}, {"GET", "/feeds/china-news/?other=1", 200, ""},
		{"GET", "/feeds/none/", 404, ""}, {"GET", "/stories/none", 404, ""}, {"GET", "/stories/" + strings.Repeat("a", 200), 404, ""}, {"GET", "/nothing", 404, ""},
		{"GET", "/stories/a" + items[0].Address, 301, "/stories/" + items[0].Address},
		{"GET", "/feed", 301, "/feeds/china-news.atom"}, {"GET", "/rss.xml", 301, "/feeds/china-news.rss"}, {"GET", "/atom.xml", 301, "/feeds/china-news.atom"},
		{"GET", "/feeds", 301, "/"}, {"GET", "/feeds/zh", 301, "/feeds/zh/"}, {"GET", "/feeds/none", 404, ""},
		{"POST", "/", 405, ""}, {"DELETE", "/stories/x", 405, ""}, {"HEAD", "/", 200, ""},
		{"GET", "/../etc/passwd", 404, ""}, {"GET", "/site.css%00", 404, ""}, {"GET", "/feeds/%2e%2e/", 404, ""}, {"GET", "/feeds/..%2f..%2fx/", 404, ""}, {"GET", `/\\evil.example`, 404, ""},
	} {
		w := get(h, tt.method, tt.target)
		if w.Code != tt.status || w.Header().Get("Location") != tt.location {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.target, w.Code, w.Header().Get("Location"), tt.status, tt.location)
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", tt.target, w.Header())
		}
	}
}

func TestUnreadableRecord(t *testing.T) {
	h := New(&shelf{err: errors.New("disk is gone"), items: []Item{item(1, "en", nil)}}, Options{})
	for _, target := range []string{"/", "/feeds/china-news/", "/stories/" + item(1, "en", nil).Address, "/polling"} {
		if w := get(h, "GET", target); w.Code != 503 || strings.Contains(w.Body.String(), "disk is gone") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// injections try to leave the place where a text stands.
var injections = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg onload=alert(1)>`, `</title><script>x</script>`, `</a><form action=//e.example>`,
	`" onmouseover="x" a="`, `' onclick='x`, `javascript:alert(1)`, `&lt;script&gt;x&lt;/script&gt;`, `<!--`, `]]>`, `{{.}}`, `<base href=//e.example>`,
	`<meta http-equiv=refresh content=0>`, `<iframe src=//e.example>`, `</dd></dl></main>`, `<style>*{display:none}</style>`, "\x00<b>", `%3Cscript%3E`, `\u003cscript\u003e`,
}

func TestInjections(t *testing.T) {
	clean := structure(t, New(&shelf{items: []Item{item(1, "en", nil)}}, Options{}), item(1, "en", nil).Address)
	for _, bad := range injections {
		i := item(1, "en", func(i *Item) {
			i.Lead.Shown.Title, i.Summary, i.Lead.Shown.URL = bad, bad, "https://moc.example/1.html"
			i.Feed.Title, i.Feed.Description = bad, bad
		})
		i.Carriers[0].Source.Publisher = map[string]string{"en": bad, "zh-CN": bad}
		if got := structure(t, New(&shelf{items: []Item{i}}, Options{}), i.Address); got != clean {
			t.Errorf("%q changed the page's structure:\n%s\nwant\n%s", bad, got, clean)
		}
	}
	i := item(1, "en", func(i *Item) {
		i.Lead.Shown.URL = "javascript:alert(1)"
		i.Lead.Shown.Files = []news.File{{URL: "javascript:alert(2)", Title: "x"}}
	})
	if body := get(New(&shelf{items: []Item{i}}, Options{}), "GET", "/stories/"+i.Address).Body.String(); strings.Contains(body, `href="javascript`) {
		t.Error("an address that runs was linked")
	}
}

// structure is a page's elements and the names of their attributes.
func structure(t *testing.T, h http.Handler, address string) string {
	t.Helper()
	var b strings.Builder
	for _, target := range []string{"/", "/feeds/china-news/", "/stories/" + address} {
		doc, err := html.Parse(strings.NewReader(get(h, "GET", target).Body.String()))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode {
				b.WriteString(n.Data)
				for _, a := range n.Attr {
					b.WriteString(" " + a.Key)
				}
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

func TestSummary(t *testing.T) {
	long := item(1, "en", func(i *Item) { i.HTML = "<p>" + strings.Repeat("word ", 100) + "</p>" })
	if s := summary(long); !strings.HasSuffix(s, "word…") || len(s) > 210 {
		t.Errorf("summary %q", s)
	}
	zh := item(1, "zh", func(i *Item) { i.HTML = "<p>" + strings.Repeat("部长", 200) + "</p>" })
	if s := []rune(summary(zh)); len(s) != maxSummary+1 {
		t.Errorf("summary of %d characters", len(s))
	}
}

// A browser shows the pages as meant: nothing is refused by their own policy,
// and nothing runs over the edge of a phone.
func TestBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "browser") {
			t.Fatal("chromium is required here and missing")
		}
		t.Skip("needs chromium, which is not installed")
	}
	i := item(1, "en", func(i *Item) { i.Lead.Shown.Title = strings.Repeat("Averylongwordwithoutanyspace", 6) })
	server := httptest.NewServer(New(&shelf{items: []Item{i, item(2, "zh", nil)}}, Options{}))
	defer server.Close()
	for _, target := range []string{"/", "/zh/", "/feeds/china-news/", "/stories/" + i.Address, "/polling", "/about", "/nothing"} {
		out, err := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "--enable-logging=stderr", "--window-size=500,800",
			"--dump-dom", server.URL+target).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		if !strings.Contains(string(out), "<footer>") || strings.Contains(string(out), "Refused to") || strings.Contains(string(out), "violates the following Content Security Policy") {
			t.Errorf("%s in a browser:\n%.2000s", target, out)
		}
	}
}
