package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chinanews/curator"
)

// A rule finds what a feed with it would take, with words or without, whether
// a daemon answers or not; and nothing that readers do not see.
func TestSearchWhere(t *testing.T) {
	s := searchSite(t)
	all := func() {
		t.Helper()
		for _, tt := range []struct{ args, titles string }{
			{`has(text, "tariff")`, "Ministry of Harbours on tariff quotas|Restricted tariff notice|Dredging begins"},
			{`has(text, "tariff") --source c`, "Restricted tariff notice"},
			{`lang == "zh"`, "商務部就稀土出口答記者問|岚山港开港"},
			{`lang == "zh" 关税`, "商務部就稀土出口答記者問"},
			{`has(title, "hidden")`, ""},
			{`any_of(carriers, "d")`, "Dredging begins"},
			{`true tariff`, "Ministry of Harbours on tariff quotas|Restricted tariff notice|Dredging begins"},
			{`not has(title, "tariff") tariff`, "Dredging begins"},
			{`source == "a" --until 2020-01-01`, ""},
		} {
			where, rest := tt.args, ""
			for _, flag := range []string{" --", " tariff", " 关税"} {
				if n := strings.LastIndex(where, flag); n >= 0 && !strings.HasSuffix(where, ")") {
					where, rest = where[:n], where[n+1:]
				}
			}
			out, _ := s.do(map[bool]int{true: 0, false: 1}[tt.titles != ""], append([]string{"search", "--where", where}, strings.Fields(rest)...)...)
			for _, title := range strings.Split(tt.titles, "|") {
				if !strings.Contains(out, title) {
					t.Errorf("search %s finds\n%swithout %s", tt.args, out, title)
				}
			}
			if got, want := strings.Count(out, "\n"), strings.Count(tt.titles, "|")+1; tt.titles != "" && got != want {
				t.Errorf("search %s finds %d, want %d:\n%s", tt.args, got, want, out)
			}
		}
	}
	all()
	if _, said := s.do(2, "search", "--where", `has(titel, "x")`); said != "chinanewsd: --where: no field titel; did you mean title?\n  has(titel, \"x\")\n      ^\n" {
		t.Errorf("said %q", said)
	}
	s.do(2, "search", "--where", `lang == "en"`, "!?")
	s.do(2, "search", "--where", "")
	s.do(2, "search")
	defer runDaemon(t, s)()
	all()
}

// The newest come first.
func TestSearchWhereInOrder(t *testing.T) {
	s := searchSite(t)
	out, _ := s.do(0, "search", "--where", `lang == "en"`)
	want := []string{"Ministry of Harbours", "Dredging", "Restricted"}
	last := -1
	for _, title := range want {
		at := strings.Index(out, title)
		if at <= last {
			t.Errorf("%s is not found in its place:\n%s", title, out)
		}
		last = at
	}
}

// The public page takes no rule.
func TestSearchPageTakesNoRule(t *testing.T) {
	ask := asking(t, searchSite(t))
	if w := ask("/search.json?q=tariff&where=" + url.QueryEscape(`has(title, "nothing")`)); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Dredging") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	if w := ask("/search.json?q=&where=true"); w.Code != http.StatusBadRequest {
		t.Errorf("without words: %d", w.Code)
	}
}

func TestPointedAt(t *testing.T) {
	for rule, want := range map[string]string{
		`titel == ""`: "  titel == \"\"\n  ^", `lang == `: "  lang ==\n         ^", `has(title, "中国") or titel == ""`: "  has(title, \"中国\") or titel == \"\"\n              　　      ^",
		"true or\n\tlang == en": "  \tlang == en\n  \t        ^", "has(title": "  has(title\n          ^", " ": "  \n  ^",
	} {
		_, err := curator.Compile(rule, nil)
		if err == nil {
			t.Fatalf("%s compiles", rule)
		}
		if _, got, _ := strings.Cut(pointed("--where", rule, err).Error(), "\n"); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", rule, got, want)
		}
	}
}
