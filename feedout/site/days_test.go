package site

import (
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// Day, of the library in memory.
func (s *shelf) Day(feed string, day time.Time) (d Daily, err error) {
	l, err := s.Page(feed, Filter{}, 1, 1000)
	d.Feed, d.Day = l.Feed, day
	for _, one := range byEntry(l.Feed, l.Items) {
		switch at := one.Date.In(); {
		case at.Format(time.DateOnly) == day.Format(time.DateOnly):
			d.Items = one.Items
		case at.Before(day) && d.Before.IsZero():
			d.Before = at
		case at.After(day):
			d.After = at
		}
	}
	if err == nil && len(d.Items) == 0 {
		return d, ErrNotFound
	}
	return d, err
}

func (s *shelf) Months() ([]Month, error) {
	return []Month{{time.Date(2026, 11, 1, 0, 0, 0, 0, news.Location(beijing)), s.places}, {time.Date(2017, 12, 1, 0, 0, 0, 0, news.Location(beijing)), 1}}, s.err
}

func (s *shelf) Dated(month time.Time, n, size int) (list []Listed, err error) {
	for ; n < s.places && len(list) < size; n++ {
		l := Listed{Path: fmt.Sprintf("/stories/%010d", n), Changed: noon}
		if n%3 == 1 {
			l = Listed{}
		}
		if n%3 == 2 {
			l.Also = []Alternate{{"en", l.Path}, {"zh-CN", "/stories/zh"}}
		}
		list = append(list, l)
	}
	return list, s.err
}

func (s *shelf) Fronts() ([]Listed, error) {
	return []Listed{{Path: "/feeds/zh/", Changed: noon}}, s.err
}

func TestDays(t *testing.T) {
	lib := library()
	h := New(lib, Options{})
	for target, want := range map[string]int{
		"/feeds/china-news/2026/11/24/": 200, "/feeds/china-news/2017/12/11/": 200, "/feeds/china-news/2026/11/25/": 404, "/feeds/china-news/2999/01/01/": 404,
		"/feeds/china-news/2026/11/24": 307, "/feeds/china-news/2026/1/24/": 404, "/feeds/china-news/2026/11/4/": 404, "/feeds/china-news/2026/02/30/": 404, "/feeds/china-news/26/11/24/": 404,
		"/feeds/china-news/+026/11/24/": 404, "/feeds/china-news/2026/11/２４/": 404, "/feeds/nobody/2026/11/24/": 404, "/feeds/edits/2026/11/24/": 404, "/feeds/china-news/2026/11/24/?page=2": 200,
	} {
		if w := get(h, "GET", target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
	newest := get(h, "GET", "/feeds/china-news/2026/11/24/").Body.String()
	for _, want := range []string{`<h1>24 November 2026</h1>`, `<a rel="next" href="/feeds/china-news/2017/12/11/">11 December 2017 →</a>`, `<title>24 November 2026 – Lanshan Releases – China News</title>`,
		`<link rel="canonical" href="https://news.example.org/feeds/china-news/2026/11/24/">`, `Minister Arel Vantis`} {
		if !strings.Contains(newest, want) {
			t.Errorf("the newest day has no %s", want)
		}
	}
	if strings.Contains(newest, `rel="prev"`) || strings.Contains(newest, "Seasonal Closure") {
		t.Error("the newest day leads on, or has what is of another")
	}
	lib.items[0].Lead.Shown.Date.Zone = "America/New_York"
	for _, target := range []string{"/feeds/china-news/2026/11/24/", "/feeds/china-news/"} {
		if page := get(h, "GET", target).Body.String(); !strings.Contains(page, `<time datetime="2026-11-24T09:30&#43;08:00">09:30 Beijing time</time>`) {
			t.Errorf("%s says a moment in a zone in which it is not of that day", target)
		}
	}
	if feed := get(h, "GET", "/feeds/china-news/").Body.String(); !strings.Contains(feed, `<h2><a href="/feeds/china-news/2026/11/24/">24 November 2026</a></h2>`) {
		t.Error("the feed's page does not lead to its days")
	}
	lib.err = fmt.Errorf("broken")
	for _, target := range []string{"/feeds/china-news/2026/11/24/", "/sitemap.xml", "/sitemap/pages.xml", "/sitemap/2026-11.xml"} {
		if w := get(h, "GET", target); w.Code != 503 {
			t.Errorf("%s of a broken record: %d", target, w.Code)
		}
	}
}

// A day is that of Beijing, whatever zone a moment is in.
func TestDaysAreOfBeijing(t *testing.T) {
	for at, want := range map[string]string{"2026-11-23T15:59:59Z": "/feeds/zh/2026/11/23/", "2026-11-23T16:00:00Z": "/feeds/zh/2026/11/24/", "2026-12-31T23:00:00-08:00": "/feeds/zh/2027/01/01/"} {
		moment, err := time.Parse(time.RFC3339, at)
		if got := dayPath(mandarin, moment); err != nil || got != want {
			t.Errorf("%s is of %s, want %s", at, got, want)
		}
	}
}

// parts are a sitemap's addresses, as a strict parser reads them.
func parts(t *testing.T, w *httptest.ResponseRecorder) (root string, addresses []string, alternates int) {
	t.Helper()
	var doc struct {
		XMLName xml.Name
		Entries []struct {
			Loc     string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
			LastMod string `xml:"lastmod"`
			Also    []struct {
				Rel  string `xml:"rel,attr"`
				Lang string `xml:"hreflang,attr"`
				Href string `xml:"href,attr"`
			} `xml:"http://www.w3.org/1999/xhtml link"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &doc); w.Code != 200 || err != nil {
		t.Fatalf("%d, %v", w.Code, err)
	}
	for _, e := range doc.Entries {
		if _, err := time.Parse(time.RFC3339, e.LastMod); e.LastMod != "" && err != nil || !strings.HasPrefix(e.Loc, "https://news.example.org/") {
			t.Fatalf("the entry %+v", e)
		}
		addresses, alternates = append(addresses, e.Loc), alternates+len(e.Also)
	}
	if doc.XMLName.Space != sitemapSpace {
		t.Errorf("the root is %v", doc.XMLName)
	}
	return doc.XMLName.Local, addresses, alternates
}

// However many there are, each part keeps to the protocol's bounds, and the
// index names them all.
func TestSitemap(t *testing.T) {
	for places, of := range map[int]int{0: 1, 1: 1, perMap: 1, perMap + 1: 2, 3 * perMap: 3} {
		lib := library()
		lib.places = places
		h := New(lib, Options{})
		root, index, _ := parts(t, get(h, "GET", "/sitemap.xml"))
		if root != "sitemapindex" || len(index) != 1+of+1 {
			t.Fatalf("%d places: %s of %q", places, root, index)
		}
		found := 0
		for n, address := range index[1 : 1+of] {
			if places == 0 {
				break
			}
			w := get(h, "GET", strings.TrimPrefix(address, "https://news.example.org"))
			_, list, also := parts(t, w)
			if found += len(list); len(list) == 0 || len(list) > 50_000 || w.Body.Len() > 50_000_000 || also == 0 && len(list) > 2 {
				t.Errorf("%d places, part %d: %d addresses with %d others, %d bytes", places, n, len(list), also, w.Body.Len())
			}
		}
		if want := places - (places+1)/3; found != want {
			t.Errorf("%d places: %d addresses, want %d", places, found, want)
		}
	}
	h := New(library(), Options{})
	if _, list, also := parts(t, get(h, "GET", "/sitemap/pages.xml")); len(list) != 8 || also != 17 || list[7] != "https://news.example.org/feeds/zh/" {
		t.Errorf("the pages that stay: %q with %d others", list, also)
	}
	for _, name := range []string{"2026-11", "2026-11-1.xml", "2026-11-2.xml", "2026-11-02.xml", "2026-11-x.xml", "2026-13.xml", "2026-1.xml", "x.xml", "2026-11-.xml"} {
		if w := get(h, "GET", "/sitemap/"+name); w.Code != 404 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if robots := get(h, "GET", "/robots.txt").Body.String(); !strings.Contains(robots, "\nSitemap: https://news.example.org/sitemap.xml\n") {
		t.Errorf("robots.txt says %q", robots)
	}
}
