package site

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

func TestPreferred(t *testing.T) {
	for accept, want := range map[string]string{
		"": "en", "zh": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-GB,en;q=0.9,zh;q=0.8": "en", "en;q=0.8, zh;q=0.9": "zh", "ZH-hans-cn": "zh",
		"fr,de;q=0.9": "en", "fr,zh;q=0.1": "zh", "*": "en", "zh;q=0": "en", "zh;q=0,*": "en", "zh;q=0.5,*;q=0.9": "en", "en,zh": "en", "zh,en": "zh",
		"zh;q=2": "en", "zh;q=NaN": "en", "zh;q=-1": "en", "zh;q=": "en", "zh;level=1": "en", ";;;,,,": "en", "zh ; q = 0.7": "zh", "zhx": "en", "\x00zh": "en",
		strings.Repeat("fr,", 100_000) + "zh": "en", "zh;q=1e-3,en;q=0.0001": "zh", "en;q=0,zh;q=0": "en",
	} {
		if got := preferred([]string{accept}, "en"); got != want {
			t.Errorf("%.60q: %s, want %s", accept, got, want)
		}
	}
	if got := preferred([]string{"fr", "zh;q=0.4"}, "en"); got != "zh" {
		t.Errorf("two fields: %s", got)
	}
	if got := preferred(nil, "zh"); got != "zh" {
		t.Errorf("no field: %s", got)
	}
}

// Only the site's address asks what its reader reads: caches are told, and
// every other page has one language.
func TestHomeAsksOnce(t *testing.T) {
	h := New(library(), Options{})
	for accept, want := range map[string]string{"zh-CN": "zh-CN", "en": "en", "": "en", "fr": "en"} {
		w := get(h, "GET", "/", "Accept-Language", accept)
		if got := w.Header().Get("Content-Language"); got != want || !strings.Contains(w.Body.String(), `<html lang="`+want+`">`) {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
		if got := w.Header().Get("Vary"); got != "Accept-Encoding, Accept-Language" {
			t.Errorf("Vary: %s", got)
		}
		tag := w.Header().Get("ETag")
		if again := get(h, "GET", "/", "Accept-Language", accept, "If-None-Match", tag); again.Code != 304 || again.Header().Get("Vary") != "Accept-Encoding, Accept-Language" {
			t.Errorf("%q again: %d, %v", accept, again.Code, again.Header())
		}
	}
	for _, target := range []string{"/en/", "/zh/", "/about", "/feeds/zh/", "/polling", "/nothing"} {
		one, other := get(h, "GET", target, "Accept-Language", "zh"), get(h, "GET", target, "Accept-Language", "en")
		if one.Body.String() != other.Body.String() || strings.Contains(one.Header().Get("Vary"), "Language") {
			t.Errorf("%s asks again", target)
		}
	}
}

// Home links of pages in a language lead to Home in that language, where there
// is one, and never ask again.
func TestHomeOf(t *testing.T) {
	if page := get(New(library(), Options{}), "GET", "/feeds/zh/").Body.String(); !strings.Contains(page, `<li><a href="/zh/">首页</a></li>`) {
		t.Error("a Chinese page leads to another Home")
	}
	s := &site{Library: &alone{shelf{}, news.Feed{ID: "fr", Language: "fr"}}}
	if got := s.homeOf("en"); got != "/" {
		t.Errorf("Home of a site with feeds in other languages only: %s", got)
	}
}

// alone is a library with one feed.
type alone struct {
	shelf
	feed news.Feed
}

func (a *alone) Feeds() []news.Feed { return []news.Feed{a.feed} }

var (
	alternateExpr = regexp.MustCompile(`<link rel="alternate" hreflang="([^"]+)" href="https://news\.example\.org([^"]+)">`)
	switchExpr    = regexp.MustCompile(`<p class="ways">.*<a href="([^"]+)" lang="(en|zh-CN)" hreflang="(?:en|zh-CN)" rel="alternate">`)
)

// Every page in two languages names both, itself among them, and each names the
// same; its switch leads to the other and back.
func TestAlternatesBothWays(t *testing.T) {
	lib := library()
	one, two := &lib.items[0], &lib.items[1]
	one.Siblings = []news.Sibling{{Story: two.Story, Address: two.Address, Lead: two.Lead, Title: two.Title()}}
	two.Siblings = []news.Sibling{{Story: one.Story, Address: one.Address, Lead: one.Lead, Title: one.Title()}}
	h := New(lib, Options{Search: &finder{}})
	for target, others := range map[string]int{"/en/": 3, "/zh/": 3, "/about": 2, "/zh/about": 2, "/polling": 2, "/zh/polling": 2, "/stories/" + one.Address: 2, "/stories/" + two.Address: 2} {
		page := get(h, "GET", target).Body.String()
		all := alternateExpr.FindAllStringSubmatch(page, -1)
		if len(all) != others {
			t.Errorf("%s names %d pages, want %d", target, len(all), others)
		}
		self := false
		for _, a := range all {
			self = self || a[2] == target
			if back := alternateExpr.FindAllStringSubmatch(get(h, "GET", a[2]).Body.String(), -1); !slices.EqualFunc(back, all, func(x, y []string) bool {
				return slices.ContainsFunc(all, func(z []string) bool { return z[0] == x[0] })
			}) {
				t.Errorf("%s names %v, and %s names %v", target, all, a[2], back)
			}
		}
		if !self {
			t.Errorf("%s does not name itself: %v", target, all)
		}
		there := switchExpr.FindStringSubmatch(page)
		if there == nil {
			t.Errorf("%s has no switch", target)
			continue
		}
		back := switchExpr.FindStringSubmatch(get(h, "GET", there[1]).Body.String())
		if back == nil || back[1] != target {
			t.Errorf("%s leads to %s, and that to %v", target, there[1], back)
		}
	}
	for _, target := range []string{"/feeds/china-news/", "/stories/" + lib.items[2].Address, "/feeds/edits/"} {
		if page := get(h, "GET", target).Body.String(); switchExpr.MatchString(page) || alternateExpr.MatchString(page) {
			t.Errorf("%s has a counterpart that is not there", target)
		}
	}
	for _, target := range []string{"/en/about", "/en/polling"} {
		if w := get(h, "GET", target); w.Code != 301 || w.Header().Get("Location") != strings.TrimPrefix(target, "/en") {
			t.Errorf("%s: %d to %s", target, w.Code, w.Header().Get("Location"))
		}
	}
}
