package curator

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var lists = map[string][]string{"russia": {"Russia*", "Putin", "俄罗斯", "中俄"}, "trade": {"trade", "tariff*", "贸易"}}

func TestRules(t *testing.T) {
	s := subject{
		item: news.Item{Shown: news.Entry{Title: "Foreign Minister meets Russian counterpart", Lang: "en", Locale: "en",
			URL: "https://m.example/1", Tags: []string{"talks"}, Authors: []string{"Press office"},
			Date: news.Date{Precision: news.Minute, Time: start}}, FirstSeen: start},
		source: source{Source: news.Source{ID: "mfa-en", Tags: []string{"diplomacy"}, Publisher: map[string]string{"en": "Ministry of External Relations"}}},
		text:   "China and Lanshan agreed on TARIFFS. ２０２６年中俄贸易额增长。 The Belt and Road was discussed with Russia’s delegation.", summary: "A meeting.",
		carriers: []string{"mfa-en", "embassy"},
	}
	for _, tt := range []struct {
		rule string
		want bool
	}{
		{``, true},
		{`any_of(title, words.russia)`, true},
		{`any_of(text, words.trade)`, true},
		{`any_of(title, "rail", "visa")`, false},
		{`any_of(title, "rail", "counterpart")`, true},
		{`has(text, "belt and road")`, true},
		{`has(text, "road belt")`, false},
		{`has(text, "tariff")`, false}, // whole words
		{`has(text, "tariff*")`, true},
		{`has(text, "贸易")`, true},
		{`has(text, "2026年")`, true},       // full-width digits
		{`has(text, "counterpart")`, true}, // text includes the title
		{`has(text, "")`, false},
		{`near(text, "China", "Lanshan", 3)`, true},
		{`near(text, "China", "delegation", 3)`, false},
		{`near(text, "Lanshan", "China", 3)`, true},
		{`lang == "en" && source == "mfa-en" && "diplomacy" in tags && "talks" in tags`, true},
		{`not has(title, "visa") and publisher contains "External"`, true},
		{`published >= date("2026-11-01") and first_seen < date("2026-12-01")`, true},
		{`"embassy" in carriers || url startsWith "https://other"`, true},
		{`len(authors) > 1`, false},
		{`summary == "A meeting."`, true},
	} {
		r, err := Compile(tt.rule, lists)
		if err != nil {
			t.Errorf("%s: %v", tt.rule, err)
			continue
		}
		if got := r.passes(s); got != tt.want {
			t.Errorf("%s = %v, want %v", tt.rule, got, tt.want)
		}
	}
}

func TestRulesThatDoNotCompile(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		column int
		what   string
	}{
		{`has(titel, "x")`, 5, "titel"},
		{`any_of(title, words.rusia)`, 21, "rusia"},
		{`title`, 1, "bool"},
		{`has(title, "x"`, 14, ""},
		{`now() > published`, 1, "now"},
		{`has(title, 5)`, 12, ""},
		{`近 == 1`, 1, ""},
		{strings.Repeat("true || ", 5000) + "true", 0, ""},
	} {
		err := CheckRule(tt.rule, lists)
		bad, ok := errors.AsType[*RuleError](err)
		if !ok {
			t.Errorf("%.40s: compiled", tt.rule)
			continue
		}
		if tt.column > 0 && bad.Column() != tt.column || !strings.Contains(bad.Error(), tt.what) {
			t.Errorf("%.40s: column %d, %q; want column %d and %q", tt.rule, bad.Column(), bad.Error(), tt.column, tt.what)
		}
	}
}

func TestRuleBudget(t *testing.T) {
	r, err := Compile(`len(filter(1..90000, {# > 0 && len(map(1..90000, {#})) > 0})) > 0`, nil)
	if err != nil {
		t.Skip("refused when compiled, which is fine too:", err)
	}
	done := make(chan bool)
	go func() { done <- r.passes(subject{}) }()
	select {
	case pass := <-done:
		if pass {
			t.Error("a rule beyond its budget passed")
		}
	case <-time.After(time.Minute):
		t.Fatal("a rule ran for a minute")
	}
}

func TestPhrases(t *testing.T) {
	for _, tt := range []struct {
		text, phrase string
		want         bool
	}{
		{"Russia-China talks", "russia", true},
		{"Prussia", "russia", false},
		{"Россия и Китай", "россия", true},
		{"王毅会见俄罗斯外长", "俄罗斯外长", true},
		{"王毅会见", "会见王毅", false},
		{"COVID-19 measures", "covid 19", true},
		{"China's aid", "China", true},
		{"China’s aid", "China's", true},
		{"the ministers' meeting", "ministers", true},
		{"China's aid", "chinas", false},
		{"O'Brien spoke", "obrien", true},
		{"the U.S. side", "US", true},
		{"the US side", "U.S.", true},
		{"Plan B. China agreed", "b china", true},
		{"ＣＨＩＮＡ", "china", true},
		{"", "x", false},
	} {
		if got := tokenize(tt.text).has(tt.phrase); got != tt.want {
			t.Errorf("%q has %q = %v, want %v", tt.text, tt.phrase, got, tt.want)
		}
	}
}

func TestNewNamesTheRowThatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		change func(*news.Publication)
		want   string
	}{
		{func(p *news.Publication) { p.Sources[0].Include = "(" }, "source mer: include"},
		{func(p *news.Publication) { p.Sources[0].Exclude = "(" }, "source mer: exclude"},
		{func(p *news.Publication) { p.Feeds[0].Where = "(" }, "feed all"},
	} {
		p := publication(row("mer"))
		tt.change(&p)
		if _, err := New(p, 0); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q in it", err, tt.want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`any_of(title, words.russia)`, `near(text, "a", "b", 2)`, `has(`, `1..9`, `{}`, `title matches "("`, `let x = 1; x`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, where string) {
		if len(where) > 500 {
			return
		}
		r, err := Compile(where, lists)
		if err == nil {
			r.passes(subject{text: "text", carriers: []string{"a"}})
		}
	})
}
