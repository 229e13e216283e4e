package induce

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/fetcher/charset"
	"chinanews/news"
)

// captures are real pages; they are no part of the repository.
const captures = "../../../shared/corpus/pages"

// captured is how many releases a person counts on a captured list page, and
// where the page is.
var captured = map[string]struct {
	items   int
	dated   bool
	address string
}{
	"mfa-list-fyrbt-00.html":           {15, true, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default.shtml"},
	"mfa-list-fyrbt-01.html":           {15, true, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default_1.shtml"},
	"mfa-list-fyrbt-02.html":           {15, true, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default_2.shtml"},
	"mfa-list-fyrbt-30.html":           {15, true, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default_30.shtml"},
	"mfa-list-fyrbt-60.html":           {15, true, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default_60.shtml"},
	"mfa-list-fyrbt-66.html":           {10, true, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default_66.shtml"},
	"list-dfa66-announcement.html":     {10, true, "https://www.dfa66.com/dfaets/news/infodisclosure/announcement/index.html"},
	"list-hsqhfunds-announcement.html": {20, true, "https://www.hsqhfunds.com/front/left_100186.jhtml"},
	"list-netease-rolling.html":        {40, true, "https://news.163.com/latest/"},
	"list-netease-international.html":  {140, false, "https://news.163.com/world/"},
	"list-163-1.html":                  {29, false, "https://news.163.com/"}, // the stream; the columns beside it are other lists
}

func capture(t testing.TB, name string) *Page {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(captures, name))
	if err != nil {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	text, problem := charset.Decode(raw, "", "")
	if problem != nil {
		t.Fatal(problem)
	}
	address := captured[name].address
	if address == "" {
		address = "https://www.example.gov.cn/xw/202011/t20201120_1.html"
	}
	return open(t, string(text.UTF8), address)
}

func captureNames(t *testing.T) []string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(captures, "*.html"))
	if len(files) == 0 {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	for n, f := range files {
		files[n] = filepath.Base(f)
	}
	return files
}

// The target is 95 % of the items on nine of ten pages.
func TestCapturedLists(t *testing.T) {
	captureNames(t)
	good := 0
	for name, want := range captured {
		lists := capture(t, name).Lists()
		if len(lists) == 0 {
			t.Logf("%-34s no list", name)
			continue
		}
		l, dated := lists[0], 0
		for _, e := range l.Items {
			if e.Date.Known() && e.Date.Origin == news.FromList {
				dated++
			}
		}
		t.Logf("%-34s %3d of %3d items, %3d dated, confidence %.2f, %q %q pages %q", name, len(l.Items), want.items, dated, l.Confidence, l.List.Item, l.List.Link, l.Pages.Pattern)
		if len(l.Items)*100 >= want.items*95 && len(l.Items)*100 <= want.items*105 && (!want.dated || dated == len(l.Items)) && l.Confidence >= Unsure {
			good++
		}
	}
	if good*10 < len(captured)*9 {
		t.Errorf("%d of %d captured lists were found", good, len(captured))
	}
}

// Every captured page that is no list is one of an article.
func TestCapturedArticles(t *testing.T) {
	refused, all := 0, 0
	for _, name := range captureNames(t) {
		if _, list := captured[name]; list {
			continue
		}
		all++
		p := capture(t, name)
		lists := p.Lists()
		if k := p.Kind(); k.Kind == KindArticle && (len(lists) == 0 || lists[0].Confidence < Unsure) {
			refused++
		} else {
			t.Logf("%s: %s, %d lists", name, k.Kind, len(lists))
		}
	}
	if refused*100 < all*93 {
		t.Errorf("%d of %d article pages were refused as lists", refused, all)
	}
}

// Mended by its titles, the list of a page is the one that they stand in, also
// when the page has another, stronger one.
func TestMendCaptured(t *testing.T) {
	p := capture(t, "list-163-1.html")
	titles := []string{"苹果下架中国区3万款应用 这一行要变天"}
	for _, l := range p.links {
		for a := range above(l.node) {
			if slices.Contains(classes(a), "mod_money") {
				titles = append(titles, l.title)
			}
		}
	}
	l, ok := p.Mend(titles)
	if !ok || len(l.Items) < 4 || !strings.Contains(l.List.Item[0], "mod_money") {
		t.Errorf("mended to %q with %d items (%q)", l.List.Item, len(l.Items), l.Reasons)
	}
}

// What Articles gives for releases of the ministry's captured pages reads them
// all.
func TestCapturedArticleSelectors(t *testing.T) {
	var samples []Sample
	for _, name := range captureNames(t) {
		if strings.HasPrefix(name, "mfa-zh-") && len(samples) < 3 {
			p := capture(t, name)
			u, _ := url.Parse("https://www.fmprc.gov.cn/web/zyxw/t1.shtml")
			p.asked = u
			samples = append(samples, Sample{p, news.Entry{URL: u.String(), Title: p.value("#News_Body_Title")}})
		}
	}
	a := Articles(samples)
	t.Logf("%+v", a)
	if len(a.Article.Body) != 1 || a.Article.Body[0] != "#News_Body_Txt_A" || a.Confidence < 0.9 {
		t.Errorf("%+v", a)
	}
}
