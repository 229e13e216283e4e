package desk

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var updateFigures = flag.Bool("update-figures", false, "write the golden files of figures and log anew")

// sitting is an editor who is signed in.
type sitting struct{ lang string }

func (s sitting) Visitor(*http.Request) (Visitor, bool) { return Visitor{"wang", s.lang}, true }

type counted func(lang string) (Counted, error)

func (c counted) Counted(_ context.Context, lang string) (Counted, error) { return c(lang) }

func theSite() news.Site {
	return news.Site{Title: "Harbour News", BaseURL: "https://news.example", Language: "en"}
}

// pageIn asks the desk for a page.
func pageIn(t *testing.T, o Office, lang, path string, status int) string {
	t.Helper()
	o.Site, o.Version, o.People = theSite, "test", sitting{lang}
	w := httptest.NewRecorder()
	New(o).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != status {
		t.Fatalf("%s: %d, want %d: %s", path, w.Code, status, w.Body)
	}
	return w.Body.String()
}

// goldenPage compares what a page shows, without its frame, with what was looked at.
func goldenPage(t *testing.T, name, page string) {
	t.Helper()
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	file := filepath.Join("testdata", name)
	if *updateFigures {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != page {
		t.Errorf("%s is another page (%v); look at it, then -update-figures", name, err)
	}
}

// month is what four weeks of a small site brought.
func month(lang string) (c Counted, err error) {
	ministries := map[string][]string{
		"en": {"Ministry of Harbours", "Ministry of Rivers and Lakes", "Bureau of Lanterns", "Office of Northern Railways", "Ministry of Tea", "Embassy in Westland", "Weather Service", "Council of Bridges", "Academy of Maps"},
		"zh": {"港务部", "河湖部", "灯彩局", "北方铁路办公室", "茶叶部", "驻西国大使馆", "气象局", "桥梁委员会", "地图学院"},
	}[lang]
	r := rand.New(rand.NewPCG(11, 26))
	period := func(when string, many int) Period {
		p := Period{When: when, Ministries: make(map[string]int), Edits: r.IntN(many), Removals: r.IntN(many/4 + 1)}
		for n, name := range ministries {
			p.Ministries[name] = r.IntN(1 + many*9/(n+2))
		}
		return p
	}
	now := time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)
	for ago := 27; ago >= 0; ago-- {
		p := period(news.BeijingDay(now.AddDate(0, 0, -ago)), 6)
		p.Polls = news.Outcomes{Good: 200 + r.IntN(60), Unchanged: 900 + r.IntN(90), Failed: map[news.Class]int{news.ClassTimeout: r.IntN(30), news.ClassDNS: r.IntN(4), news.ClassStatus: r.IntN(20), "of-a-later-day": r.IntN(2)}}
		c.Days = append(c.Days, p)
	}
	for ago := 11; ago >= 0; ago-- {
		c.Months = append(c.Months, period(time.Date(2026, time.Month(11-ago), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"), 160))
	}
	for n, f := range []news.Feed{{ID: "harbour", Name: "harbour", Title: "Harbour News", Language: "en"}, {ID: "harbour-zh", Name: "harbour-zh", Title: "港口新闻", Language: "zh-CN"}, {ID: "harbour/edits", Name: "harbour/edits", Title: "Nobody reads this", Language: "en"}} {
		readers := FeedReaders{Feed: f, Lately: make([]int, 28), Beside: n == 2}
		if n < 2 {
			readers.Services = []Service{{"Feedbin", 31}, {"Feedly", 412}, {"others", 7}}[:3-n]
			readers.Yesterday, readers.Today, readers.Subscribers, readers.Full = 120+n, 44, 3, n == 1
			for day := range readers.Lately {
				readers.Lately[day] = 500 + r.IntN(80) + 2*day
			}
		}
		c.Readers = append(c.Readers, readers)
	}
	return c, nil
}

// The page of figures, as it was looked at, in both languages.
func TestFigures(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		page := pageIn(t, Office{Figures: counted(month)}, lang, "/desk/figures", 200)
		goldenPage(t, "figures."+lang+".html", page)
		for bad, want := range map[string]int{"Nobody reads this": 0, "style=": 0, "NaN": 0, "%!": 0, `id="p0"`: 1} {
			if n := strings.Count(page, bad); n != want {
				t.Errorf("%s: %d times %q, want %d", lang, n, bad, want)
			}
		}
	}
}

// Without anything counted the page says so.
func TestFiguresOfNothing(t *testing.T) {
	page := pageIn(t, Office{Figures: counted(func(string) (Counted, error) {
		return Counted{Days: []Period{{When: "2026-11-26"}}, Months: []Period{{When: "2026-11"}}}, nil
	})}, "en", "/desk/figures", 200)
	if strings.Count(page, "Nothing was counted yet.") != 6 || !strings.Contains(page, "There are no feeds.") || strings.Contains(page, `class="bars"`) {
		t.Errorf("it says %s", page)
	}
}

// What publishers and services call themselves is text.
func TestFiguresOfHostileNames(t *testing.T) {
	const hostile = `"><script>alert(1)</script><svg onload=x>{{.}}`
	page := pageIn(t, Office{Figures: counted(func(string) (Counted, error) {
		p := Period{When: "2026-11-26", Ministries: map[string]int{hostile: 3}}
		return Counted{Days: []Period{p}, Months: []Period{p}, Readers: []FeedReaders{{Feed: news.Feed{Title: hostile, ID: "f", Language: hostile}, Services: []Service{{hostile, 1}}, Lately: []int{1}}}}, nil
	})}, "en", "/desk/figures", 200)
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "onload=x>") && strings.Contains(page, "<svg onload") {
		t.Error("a name is markup")
	}
}

func TestFiguresOfAnUnreadableRecord(t *testing.T) {
	page := pageIn(t, Office{Figures: counted(func(string) (Counted, error) { return Counted{}, fmt.Errorf("the disk is away") })}, "en", "/desk/figures", 503)
	if !strings.Contains(page, "the disk is away") {
		t.Errorf("it says %s", page)
	}
}
