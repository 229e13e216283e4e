package site

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// crowd is a library with releases of three publishers over some days.
func crowd(n int) *shelf {
	lib := &shelf{}
	for k := range n {
		lib.items = append(lib.items, item(byte(k), "en", func(i *Item) {
			i.Story = news.StoryID{byte(k), byte(k >> 8), 1, 2, 3}
			i.Address = i.Story.Address(news.AddressLength)
			i.Lead.Shown.Title = fmt.Sprintf("Release number %d.", k)
			i.Lead.Shown.Date = news.Date{Precision: news.Minute, Zone: beijing, Time: noon.Add(-time.Duration(k) * 5 * time.Hour)}
			i.Carriers = []news.Carrier{{Item: i.Lead, Source: []news.Source{ministry, embassy, paper}[k%3]}}
		}))
	}
	return lib
}

var titleExpr = regexp.MustCompile(`Release number (\d+)\.</a>`)

// listed are the numbers of the releases on all pages of a filter, by following
// its links.
func listed(t *testing.T, h http.Handler, target string) (numbers []string) {
	t.Helper()
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	for pages := 0; target != ""; pages++ {
		w := get(h, "GET", target)
		if w.Code != 200 || pages > 20 {
			t.Fatalf("%s: %d after %d pages", target, w.Code, pages)
		}
		for _, m := range titleExpr.FindAllStringSubmatch(w.Body.String(), -1) {
			numbers = append(numbers, m[1])
		}
		m := next.FindStringSubmatch(w.Body.String())
		if target = ""; m != nil {
			target = html.UnescapeString(m[1])
		}
	}
	return numbers
}

// Whatever is asked for, all of its pages together show what a naive filter
// leaves, each once, and the page says how many.
func TestFilterFindsWhatANaiveOneDoes(t *testing.T) {
	lib := crowd(100)
	h := New(lib, Options{})
	r := rand.New(rand.NewPCG(8, 26))
	day := func() string {
		if r.IntN(3) == 0 {
			return ""
		}
		return noon.AddDate(0, 0, -r.IntN(25)).Format(time.DateOnly)
	}
	for range 60 {
		n := narrowing{Publisher: []string{"", "Ministry of Commerce", "Embassy in Torvia", "岚山日报"}[r.IntN(4)], From: day(), To: day()}
		if n.Publisher+n.From+n.To == "" {
			continue
		}
		f, err := n.filter("en")
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for k, i := range lib.items {
			in := news.Date{Precision: news.Day, Zone: beijing, Time: i.Membership.Published}.Day()
			if (n.Publisher == "" || publisher("en", i) == n.Publisher) && (n.From == "" || in >= n.From) && (n.To == "" || in <= n.To) {
				want = append(want, fmt.Sprint(k))
			}
			if f.lets(i) != slices.Contains(want, fmt.Sprint(k)) {
				t.Fatalf("%+v: release %d of %s", n, k, in)
			}
		}
		target := "/feeds/china-news/" + string(n.Query(1))
		if got := listed(t, h, target); !slices.Equal(got, want) {
			t.Errorf("%s shows %v, want %v", target, got, want)
		}
		said := fmt.Sprintf(">%d releases.<", len(want))
		if len(want) == 1 {
			said = ">One release.<"
		}
		if page := get(h, "GET", target).Body.String(); !strings.Contains(page, said) {
			t.Errorf("%s does not say %s", target, said)
		}
	}
}

// A filtered page is nobody's own: it names the feed's page as the one to keep.
func TestFilteredPageIsNotIndexed(t *testing.T) {
	h := New(crowd(40), Options{})
	page := get(h, "GET", "/feeds/china-news/?publisher=Ministry+of+Commerce&from=2026-11-01").Body.String()
	for _, want := range []string{`<meta name="robots" content="noindex">`, `<link rel="canonical" href="https://news.example.org/feeds/china-news/">`, `<option selected>Ministry of Commerce</option>`, `value="2026-11-01"`, `<details class="filter" open>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	plain := get(h, "GET", "/feeds/china-news/").Body.String()
	if strings.Contains(plain, "noindex") || !strings.Contains(plain, `<details class="filter">`) {
		t.Error("the feed's own page is not for search engines, or has no filter")
	}
	for _, q := range []string{"?utm_source=x", "?q=tariff&lang=zh", "?publisher=&from=&to=", "?Publisher=x", "?order=desc&limit=1000000"} {
		if w := get(h, "GET", "/feeds/china-news/"+q); w.Code != 200 || w.Body.String() != plain {
			t.Errorf("%s is not the feed's page (%d)", q, w.Code)
		}
	}
	if w := get(New(crowd(40), Options{Files: true}), "GET", "/feeds/china-news/?from=2026-11-01"); w.Code != 404 {
		t.Errorf("files answer a filter: %d", w.Code)
	}
	if page := get(New(crowd(40), Options{Files: true}), "GET", "/feeds/china-news/").Body.String(); strings.Contains(page, "<form") {
		t.Error("files have a filter")
	}
}

func TestHostileFilters(t *testing.T) {
	h := New(crowd(40), Options{})
	for q, want := range map[string]int{
		"from=yesterday": 400, "from=2026-13-01": 400, "to=2026-11-24T00:00": 400, "to=-1": 400, "publisher=Nobody": 400, "from=0000-01-01": 200, "to=9999-12-31": 200,
		"publisher=" + url.QueryEscape(`"><script>alert(1)</script>`): 400, "from=" + url.QueryEscape(`" autofocus onfocus="alert(1)`): 400, "publisher=" + strings.Repeat("A", 60_000): 400,
		"from=2026-11-01&page=0": 404, "from=2026-11-01&page=-1": 404, "from=2026-11-01&page=99": 404, "from=2026-11-01&page=1e3": 404, "from=2026-11-01&page=01": 404, "from=2026-11-01&page=99999999999999999999": 404,
		"from=2026-11-01&from=zzz": 200, "to=2026-01-01&from=2026-12-01": 200, "publisher=%00": 400, "publisher=%ff%fe": 400, "from=%E2%80%AE": 400, "from=2026-11-01&%zz": 200, ";from=2026-11-01": 200,
	} {
		w := get(h, "GET", "/feeds/china-news/?"+q)
		body := w.Body.String()
		if w.Code != want {
			t.Errorf("%.60s: %d, want %d", q, w.Code, want)
		}
		if strings.Contains(body, "alert(1)</script>") || strings.Contains(body, "\" autofocus") || len(body) > 60_000 {
			t.Errorf("%.60s comes back in %d bytes", q, len(body))
		}
		if want == 400 && (!strings.Contains(body, `role="alert"`) || titleExpr.MatchString(body)) {
			t.Errorf("%.60s: nothing says what is wrong, or releases are shown", q)
		}
		wellFormed(t, q, body)
	}
	if w := get(h, "GET", "/feeds/nobody/?from=2026-11-01"); w.Code != 404 {
		t.Errorf("a feed that is not there: %d", w.Code)
	}
}
