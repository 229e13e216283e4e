package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"chinanews/config"
	"chinanews/fetcher"
	"chinanews/fetcher/charset"
	"chinanews/fetcher/induce"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// truth is what a captured page says, as somebody wrote it down who had not
// seen the reader's output. Texts are digests of what is left without white
// space, for the pages are no part of the repository.
type truth struct {
	File, Kind, URL   string
	Titles            []string // any of them is right
	Dates, Precisions []string
	Zone              string
	First, Last       []string // LENGTH:DIGEST of a body's beginning and end
	Items             []struct {
		URL, Date string
		Titles    []string
	}
	Doubtful []string // addresses that may be listed or not
}

func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func textDigest(s string) string {
	sum := sha256.Sum256([]byte(squeezed(s)))
	return hex.EncodeToString(sum[:6])
}

// edge reports whether a text begins, or ends, as one of the edges says.
func edge(text string, edges []string, end bool) bool {
	runes := []rune(squeezed(text))
	return slices.ContainsFunc(edges, func(e string) bool {
		length, want, _ := strings.Cut(e, ":")
		n, err := strconv.Atoi(length)
		if err != nil || n > len(runes) {
			return false
		}
		part := runes[:n]
		if end {
			part = runes[len(runes)-n:]
		}
		return textDigest(string(part)) == want
	})
}

// dated reports whether a date is one of those that are right.
func (g truth) dated(d news.Date) bool {
	got := ""
	switch {
	case d.Precision == news.Day:
		got = d.Day()
	case d.Known() && g.Zone != "":
		got = d.Time.In(news.Location(g.Zone)).Format("2006-01-02T15:04")
	case d.Known():
		got = d.Time.In(news.Location("Asia/Shanghai")).Format("2006-01-02T15:04")
	}
	return slices.Contains(g.Dates, got)
}

type score struct{ right, all map[string]int }

func (s score) add(what string, ok bool) bool {
	s.all[what]++
	if ok {
		s.right[what]++
	}
	return ok
}

// TestGoldPages reads every captured page as a row with nothing but an address
// would, and lists of no family by what discover works out.
func TestGoldPages(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	files, _ := filepath.Glob("testdata/gold/*.json")
	offers, err := config.Profiles(checks())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var set []truth
		if err := json.Unmarshal(text, &set); err != nil {
			t.Fatal(err)
		}
		s := score{make(map[string]int), make(map[string]int)}
		for _, g := range set {
			s.judge(t, g, offers)
		}
		for _, what := range []struct {
			name  string
			share int // in a hundred, that must be right
		}{{"items", 100}, {"items' titles", 100}, {"items' dates", 100}, {"title", 98}, {"date", 98}, {"precision", 98}, {"beginning", 95}, {"end", 95}} {
			right, all := s.right[what.name], s.all[what.name]
			t.Logf("%-12s %-14s %3d of %3d", filepath.Base(file), what.name, right, all)
			if right*100 < all*what.share {
				t.Errorf("%s: %s are right in %d of %d", file, what.name, right, all)
			}
		}
	}
}

func (s score) judge(t *testing.T, g truth, profiles []news.Profile) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../../../shared/corpus/pages", g.File))
	if err != nil {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	decoded, p := charset.Decode(body, "", "")
	if p != nil {
		t.Errorf("%s: %v", g.File, p)
		return
	}
	base, err := url.Parse(g.URL)
	if err != nil {
		t.Fatal(err)
	}
	src := news.Source{Kind: news.KindHTML, Timezone: "Asia/Shanghai", URLs: []string{g.URL}}
	o := page.Options{Now: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC), Profiles: profiles}
	if g.Zone != "" {
		src.Timezone = g.Zone
	}
	if g.Kind == "list" {
		s.list(t, g, listed(t, decoded.UTF8, src, base, o))
		return
	}
	r, p := page.Article(decoded.UTF8, src, news.Task{Kind: news.TaskArticle, Listed: news.Entry{URL: g.URL}}, base, o)
	if p != nil {
		t.Logf("%s: %v", g.File, p)
	}
	s.article(t, g, r)
}

// listed reads a list by its family's profile, else by the row that discover
// works out.
func listed(t *testing.T, utf8 []byte, src news.Source, base *url.URL, o page.Options) page.Listing {
	t.Helper()
	l, p := page.List(utf8, src, base, o)
	if p == nil {
		return l
	}
	guess, p := induce.Open(utf8, base, o.Now)
	if p != nil || len(guess.Lists()) == 0 {
		t.Errorf("%s: nothing reads it", base)
		return l
	}
	src.List = guess.Lists()[0].List
	if l, p = page.List(utf8, src, base, o); p != nil {
		t.Errorf("%s: %v", base, p)
	}
	return l
}

func (s score) list(t *testing.T, g truth, l page.Listing) {
	listed := make(map[string]news.Entry)
	for _, e := range l.Entries {
		listed[textDigest(e.URL)] = e
	}
	for n, want := range g.Items {
		e, ok := listed[want.URL]
		if !s.add("items", ok) {
			t.Logf("%s: item %d is missing", g.File, n)
			continue
		}
		if !s.add("items' titles", slices.Contains(want.Titles, textDigest(e.Title))) {
			t.Logf("%s: item %d is called %q", g.File, n, e.Title)
		}
		if want.Date != "" && !s.add("items' dates", strings.HasPrefix(e.Date.In().Format("2006-01-02T15:04"), strings.Replace(want.Date, " ", "T", 1)) || strings.HasSuffix(e.Date.Day(), want.Date)) {
			t.Logf("%s: item %d is dated %s", g.File, n, e.Date.Raw)
		}
	}
	if extra := len(l.Entries) - len(g.Items); extra > len(g.Doubtful) {
		t.Logf("%s: %d items that are none", g.File, extra)
	}
}

func (s score) article(t *testing.T, g truth, r page.Release) {
	text := fetcher.Text(r.Entry.HTML)
	runes := []rune(squeezed(text))
	for _, what := range []struct {
		name string
		ok   bool
		got  string
	}{
		{"title", slices.Contains(g.Titles, textDigest(r.Entry.Title)), r.Entry.Title},
		{"date", g.dated(r.Entry.Date), fmt.Sprintf("%s, %q", r.Entry.Date.In().Format(time.RFC3339), r.Entry.Date.Raw)},
		{"precision", slices.Contains(g.Precisions, string(r.Entry.Date.Precision)), string(r.Entry.Date.Precision)},
		{"beginning", edge(text, g.First, false), string(runes[:min(30, len(runes))])},
		{"end", edge(text, g.Last, true), string(runes[max(0, len(runes)-30):])},
	} {
		if !s.add(what.name, what.ok) {
			t.Logf("%s (%s): %s is %s", g.File, r.Profile, what.name, what.got)
		}
	}
}
