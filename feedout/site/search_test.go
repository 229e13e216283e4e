package site

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"chinanews/news"
)

// finder finds what it was given, and keeps what it was asked.
type finder struct {
	Results
	err   error
	asked news.Query
	named string // of a publisher beside the others
}

func (f *finder) Sources() []news.Source {
	return []news.Source{ministry, embassy, {ID: "named", Publisher: news.NamesOf(map[string]string{"en": f.named})}}
}

func (f *finder) Search(_ context.Context, q news.Query) (Results, error) {
	f.asked = q
	return f.Results, f.err
}

func searchable(f *finder) Options { return Options{Version: "1.0", Search: f} }

// Moments of many sources are said in one zone, as on Home.
func TestSearchSaysOneZone(t *testing.T) {
	f := &finder{Results: Results{Items: []Item{item(51, "en", func(i *Item) {
		i.Lead.Shown.Date = news.Date{Precision: news.Minute, Zone: "+00:00", Time: noon}
	})}}}
	page := get(New(library(), searchable(f)), "GET", "/search?q=rivers").Body.String()
	if strings.Contains(page, "04:00 UTC") || !strings.Contains(page, "12:00 Beijing time") {
		t.Errorf("the date of a find: %s", page)
	}
}

func TestSearchPage(t *testing.T) {
	lib := library()
	hostile := item(50, "en", func(i *Item) {
		i.Lead.Shown.Title = `Tariff <script>alert("tariff")</script> & more`
		i.HTML = `<p>` + strings.Repeat("Long before it. ", 40) + `The <b>tar</b>iff &lt;img src=x onerror=tariff&gt; ends.</p>`
	})
	f := &finder{Results: Results{Items: []Item{lib.items[0], lib.items[1], hostile}, More: news.Place{At: 7}.String()}}
	h := New(lib, searchable(f))
	page := get(h, "GET", "/search?"+url.Values{"q": {`tariff "rivers & roads"`}, "lang": {"en"}, "source": {"moc"}, "from": {"2026-01-02"}, "to": {"2026-11-30"}}.Encode()).Body.String()
	for _, want := range []string{
		`value="tariff &#34;rivers &amp; roads&#34;"`, `<option value="en" selected>English`, `<option value="moc" selected>Ministry of Commerce`, `value="2026-01-02"`, `value="2026-11-30"`,
		`<mark>Rivers &amp; Roads</mark>`, `<mark>Tariff</mark> &lt;script&gt;alert(&#34;<mark>tariff</mark>&#34;)&lt;/script&gt; &amp; more`,
		`it. The <mark>tariff</mark> &lt;img src=x onerror=<mark>tariff</mark>&gt; ends.`,
		`<a rel="next" href="/search?after=` + f.More + `&amp;from=2026-01-02&amp;lang=en&amp;q=tariff&#43;%22rivers&#43;%26&#43;roads%22&amp;source=moc&amp;to=2026-11-30">`, `href="/search.atom?from=2026-01-02&amp;lang=en`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") || t.Failed() {
		t.Errorf("the page is\n%s", page)
	}
	if q := f.asked; len(q.Phrases) != 2 || q.Lang != "en" || q.From != "2026-01-02" || q.To != "2026-11-30" || len(q.Origins) != 1 || q.Limit > news.MostFound {
		t.Errorf("asked %+v", q)
	}
	get(h, "GET", "/search?q=a&after="+f.More)
	if f.asked.After != (news.Place{At: 7}) {
		t.Errorf("asked after %+v", f.asked.After)
	}
}

func TestSearchPageAnswers(t *testing.T) {
	long := strings.Repeat("岚", news.MostQuery)
	for _, tt := range []struct {
		query  string
		found  finder
		status int
		says   string
	}{
		{"", finder{}, 200, "Words in title or text"}, {"?lang=zh", finder{}, 200, "标题或正文中的词语"}, {"?q=" + long, finder{}, 200, "没有找到"}, {"?q=x", finder{}, 200, "Nothing found"},
		{"?q=" + long + "x", finder{}, 400, "最多可查找200个字符"}, {"?q=", finder{}, 400, "at least one letter"}, {"?q=%20%22!%22", finder{}, 400, "at least one letter"}, {"?q=%ff%fe", finder{}, 400, "at least one letter"},
		{"?q=x&lang=English", finder{}, 400, "one of the languages"}, {"?q=x&lang=zh-CN", finder{}, 400, "one of the languages"}, {"?q=x&from=1", finder{}, 400, "2026-11-23"}, {"?q=x&to=2026-02-30", finder{}, 400, "2026-11-23"},
		{"?q=x&source=none", finder{}, 400, "no source"}, {"?q=x&after=zz", finder{}, 400, "no such page"}, {"?q=x&after=" + strings.Repeat("ff", 25), finder{}, 400, "no such page"}, {"?q=x&lang=&source=&from=&to=&after=", finder{}, 200, "Nothing found"},
		{"?q=x", finder{Results: Results{Cut: true}}, 200, "Narrow it down"}, {"?q=关税", finder{Results: Results{Cut: true}}, 200, "请缩小范围"}, {"?q=x", finder{err: errors.New("disk")}, 503, "cannot be read"}, {"?q=a*b(c", finder{}, 200, "Nothing found"},
	} {
		w := get(New(library(), searchable(&tt.found)), "GET", "/search"+tt.query)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("/search%s: %d\n%s", tt.query, w.Code, w.Body)
		}
	}
	if w := get(New(library(), Options{}), "GET", "/search?q=x"); w.Code != 404 {
		t.Errorf("a site without search answers %d", w.Code)
	}
}

// Every page leads to search, in its language, where there is one.
func TestSearchIsLinked(t *testing.T) {
	lib := library()
	h := New(lib, searchable(&finder{}))
	for target, link := range map[string]string{"/": "/search", "/zh/": "/search?lang=zh", "/feeds/zh/": "/search?lang=zh", "/feeds/china-news/": "/search", "/stories/" + lib.items[1].Address: "/search?lang=zh", "/about": "/search", "/nothing": "/search"} {
		if page := get(h, "GET", target).Body.String(); !strings.Contains(page, `<a href="`+link+`">`) {
			t.Errorf("%s has no link to %s", target, link)
		}
		if page := get(New(lib, Options{}), "GET", target).Body.String(); strings.Contains(page, "/search") {
			t.Errorf("%s leads to a search that is not there", target)
		}
	}
}

// Text that is marked is the text, whatever is in it.
func FuzzMarked(f *testing.F) {
	f.Add("China's U.S. tariffs <b>", "china us")
	f.Add("《关于》稀土 出口管制", "稀土出口")
	f.Add("a\xffb &amp; É ﬁ İ", "É i")
	f.Fuzz(func(t *testing.T, text, query string) {
		phrases, err := news.ParseQuery(query)
		if err != nil {
			return
		}
		page := string(marked(text, phrases))
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(page)
		if strings.ContainsAny(plain, "<>\"'") || strings.Count(page, "<mark>") != strings.Count(page, "</mark>") {
			t.Errorf("%q by %q is %q", text, query, page)
		}
		if all := news.HasAll(phrases, news.ForSearch(text)); all && !strings.Contains(page, "<mark>") {
			t.Errorf("%q has %q and nothing is marked: %q", text, query, page)
		}
	})
}

// A browser sends the form, and shows what it was sent.
func TestBrowserSearches(t *testing.T) {
	lib := library()
	server := httptest.NewServer(New(lib, searchable(&finder{Results: Results{Items: lib.items[:2]}})))
	t.Cleanup(server.Close)
	dom, logged := chromium(t, "--window-size=500,844", "--dump-dom", server.URL+"/search?q=minister")
	if !strings.Contains(dom, "<mark>Minister</mark>") || strings.Contains(logged, "Refused to") || strings.Contains(logged, "Content Security Policy") {
		t.Errorf("the browser shows\n%.3000s\n%.2000s", dom, logged)
	}
}
