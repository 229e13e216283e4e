package page

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// captures are real pages; they are no part of the repository.
const captures = "../../../shared/corpus/pages"

var now = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// mfa is a ministry's row of 2020.
func mfa() news.Source {
	return news.Source{ID: "mfa-zh", Kind: news.KindHTML, Language: "zh-CN", Timezone: "Asia/Shanghai",
		List:    news.List{Item: []string{".rebox_news li"}, DateRegex: `\((\d{4}-\d{2}-\d{2})\)`},
		Article: news.Article{Title: []string{"#News_Body_Title"}, Date: []string{"#News_Body_Time"}, Body: []string{"#News_Body_Txt_A"}}}
}

func capture(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(captures, pattern))
	if len(files) == 0 {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	pages := make(map[string][]byte)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		pages[filepath.Base(f)] = text
	}
	return pages
}

// The captured lists are read by a row's selectors, and by none.
func TestCapturedLists(t *testing.T) {
	for _, row := range []news.Source{mfa(), {Language: "zh-CN"}} {
		readCapturedLists(t, row)
	}
}

func readCapturedLists(t *testing.T, row news.Source) {
	profiles := families(t)
	items := 0
	for name, text := range capture(t, "mfa-list-*.html") {
		base, _ := url.Parse("https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default.shtml")
		l, p := List(text, row, base, Options{Now: now, Profiles: profiles})
		if p != nil {
			t.Errorf("%s: %v", name, p)
			continue
		}
		if stated := len(regexp.MustCompile(`\(\d{4}-\d{2}-\d{2}\)`).FindAll(text, -1)); stated != len(l.Entries) {
			t.Errorf("%s: %d items, the page states %d dates", name, len(l.Entries), stated)
		}
		for _, e := range l.Entries {
			items++
			if e.Date.Precision != news.Day || e.Title == "" || !strings.HasPrefix(e.URL, "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/t") || e.Lang != "zh" {
				t.Errorf("%s: %+v", name, e)
			}
			if strings.Contains(e.Title, "(20") {
				t.Errorf("%s: the date stands in the title %q", name, e.Title)
			}
		}
	}
	if items != 85 {
		t.Errorf("%d items in all, want 85", items)
	}
}

// The captured articles' names hold the day, and their sources state it too.
func TestCapturedArticles(t *testing.T) {
	for _, row := range []news.Source{mfa(), {Language: "zh-CN"}} {
		readCapturedArticles(t, row)
	}
}

func readCapturedArticles(t *testing.T, row news.Source) {
	profiles := families(t)
	pages := capture(t, "mfa-zh-*.html")
	if len(pages) != 12 {
		t.Errorf("%d captured articles, want 12", len(pages))
	}
	for name, text := range pages {
		base, _ := url.Parse("https://www.fmprc.gov.cn/web/zyxw/x.shtml")
		r, p := Article(text, row, news.Task{Listed: news.Entry{URL: base.String()}}, base, Options{Now: now, Profiles: profiles})
		e, warnings := r.Entry, r.Warnings
		if p != nil {
			t.Errorf("%s: %v", name, p)
			continue
		}
		body := clean.Text(e.HTML)
		day := name[len("mfa-zh-"):][:10]
		if e.Title == "" || e.Date.Day() != day || utf8.RuneCountInString(body) < 150 || e.Lang != "zh" || len(warnings) > 0 {
			t.Errorf("%s: title %q, date %v, %d characters, %v", name, e.Title, e.Date, utf8.RuneCountInString(body), warnings)
		}
		for _, junk := range []string{"推荐给朋友", "打印本页", "News_Body"} {
			if strings.Contains(body, junk) {
				t.Errorf("%s: the body has %q", name, junk)
			}
		}
		t.Logf("%s %s %q … %q", day, e.Title, firstRunes(body, 20), lastRunes(body, 20))
	}
}

func firstRunes(s string, n int) string { r := []rune(s); return string(r[:min(n, len(r))]) }
func lastRunes(s string, n int) string  { r := []rune(s); return string(r[max(0, len(r)-n):]) }

// Without a row, the text is found by readability, or the page is refused in
// words; nothing ends the program.
func TestAllCapturesWithoutRow(t *testing.T) {
	for name, text := range capture(t, "*.html") {
		base, _ := url.Parse("https://example.org/a/b.html")
		e, _, p := read([]byte(strings.ToValidUTF8(string(text), "?")), news.Source{}, news.Task{Listed: news.Entry{URL: base.String(), Title: "listed"}}, base)
		if p == nil && (e.Title == "" || e.HTML == "") {
			t.Errorf("%s: neither text nor problem", name)
		}
		l, p := List([]byte(strings.ToValidUTF8(string(text), "?")), news.Source{}, base, Options{Now: now, MaxItems: 2000})
		if p == nil && len(l.Entries) == 0 {
			t.Errorf("%s: neither links nor problem", name)
		}
	}
}

// at8 is the beginning of a day in Beijing.
func at8(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.FixedZone("", 8*3600)).UTC()
}

// The captured articles are known for what they are, without a row and without
// their addresses, and dated as their pages say.
func TestCapturedFamilies(t *testing.T) {
	pages, profiles := capture(t, "*.html"), families(t)
	for name, want := range map[string]string{
		"bbc-zh-article": " 2012-12-10 09:24", "chinanews-detail-1": "cns 2020-07-04 12:10", "gmw-source": "gmw 2017-03-10 09:58", "gne-163-9": " 2019-05-17",
		"gne-cjn-1": "trs 2020-10-04 20:30", "gne-gsc-1": " 2019-05-18", "gne-guancha-2": "guancha 2019-09-07 15:10", "gne-guancha-guancha": "guancha 2019-09-07 09:25",
		"gne-gzggw-1": "hanweb 2016-11-22 09:53", "gne-ifeng-1": " 2019-11-25 16:04", "gne-people-1": "people 2019-06-15 08:18", "gne-shanxi-1": "trs 2019-09-18 06:23",
		"gne-stcn-1": " 2019-09-26 12:11", "gne-sxmu-1": "vsb 2018-05-17", "gne-thepaper-1": " 2019-09-24 09:10", "gne-xinhuanet-1": "xinhua 2019-12-10 07:57",
		"gne-zsnews-1": " 2019-03-06", "kommersant-2025-05-14": " 2025-05-14 20:28", "people-2024-04-24": "people 2024-04-24 23:52", "qq-source": " 2016-10-14 07:17",
		"scmp-playbook": " 2020-01-20 10:00", "taipeitimes-2024-10-15": " 2024-10-16", "youth-cn-source": "youth 2017-03-10 08:42", "nhk-k100": "common 2019-06-24 11:30",
	} {
		base := at(t, "https://example.org/a/b.html")
		r, p := Article(pages[name+".html"], news.Source{}, news.Task{Listed: news.Entry{URL: base.String()}}, base, Options{Now: now, Profiles: profiles})
		if got := r.Profile + " " + date(r.Entry.Date); p != nil || got != want {
			t.Errorf("%s: %q, want %q; %v", name, got, want, p)
		}
	}
}
