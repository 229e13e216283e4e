package curator

import (
	"fmt"
	"strings"
	"testing"

	"chinanews/news"
)

var lists = map[string][]string{"russia": {"Russia*", "Putin", "俄罗斯", "中俄"}, "trade": {"trade", "tariff*", "贸易"}, "and": {"x"}}

// nobody is a source that has no row.
var nobody = new(Curator).sourceOf("nobody")

// meeting is a subject in both languages.
func meeting() subject {
	return subject{
		item: news.Item{Shown: news.Entry{Title: "Foreign Minister meets Russian counterpart", Lang: "en", Locale: "en",
			URL: "https://m.example/1", Tags: []string{"talks"}, Authors: []string{"Press office"},
			Date: news.Date{Precision: news.Minute, Time: start}}, FirstSeen: start},
		source: source{Source: &news.Source{ID: "mfa-en", Tags: []string{"diplomacy"}, Publisher: news.NamesOf(map[string]string{"en": "Ministry of External Relations"})}},
		text:   "China and Lanshan agreed on TARIFFS. ２０２６年中俄贸易额增长。 The Belt and Road was discussed with Russia’s delegation. 兩國關係", summary: "A meeting.",
		carriers: []string{"mfa-en", "embassy"}, tags: []string{"Grain trade"},
	}
}

var rightRules = []struct {
	rule string
	want bool
}{
	{``, true},
	{`any_of(title, words.russia)`, true},
	{`any_of(text, words.trade)`, true},
	{`any_of(title, "rail", "visa")`, false},
	{`any_of(title, "rail", "counterpart")`, true},
	{`any_of(title, words.trade, "rail", words["russia"])`, true},
	{`any_of(title, ["rail", "russian"])`, true},
	{`has(text, "belt and road")`, true},
	{`has(text, "road belt")`, false},
	{`has(text, "tariff")`, false}, // whole words
	{`has(text, "tariff*")`, true},
	{`has(text, "belt and ro*")`, true},
	{`has(text, "贸易")`, true},
	{`has(text, "貿易")`, true},
	{`has(text, "两国关系")`, true},
	{`has(text, "2026年")`, true},       // full-width digits
	{`has(text, "counterpart")`, true}, // text includes the title
	{`any_of(text, words.and)`, false},
	{`near(text, "China", "Lanshan", 3)`, true},
	{`near(text, "China", "Lanshan", 1)`, false},
	{`near(text, "China", "delegation", 3)`, false},
	{`near(text, "Lanshan", "China", 3)`, true},
	{`near(text, "俄", "额", 3)`, true},
	{`near(text, "Russia*", "meets", 1)`, true},
	{`has(tags, "diplomacy")`, true},
	{`any_of(tags, "grain", "visa")`, true},
	{`any_of(authors, "press off*")`, true},
	{`has(tags, "talks diplomacy")`, false}, // of two entries
	{`near(tags, "grain", "trade", 1)`, true},
	{`near(tags, "talks", "trade", 9)`, false},
	{`"Grain trade" in tags`, true},
	{`any_of(carriers, words.russia)`, false},
	{`lang == "en" && source == "mfa-en" && "diplomacy" in tags && "talks" in tags`, true},
	{`not has(title, "visa") and publisher contains "External"`, true},
	{`published >= date("2026-11-01") and first_seen < date("2026-12-01")`, true},
	{`first_seen - published <= duration("48h")`, true},
	{`"embassy" in carriers || url startsWith "https://other"`, true},
	{`lang in ["zh", "en"] and lang not in ["ru"] and not (lang in words.trade)`, true},
	{`len(authors) > 1`, false},
	{`0 < len(tags) < 9 and len(tags) + 1 >= 2 * 2 - 1`, true},
	{`lower(title) contains "russian" and upper(title) endsWith "PART"`, true},
	{`title matches "(?i)^foreign .* RUSSIAN"`, true},
	{`summary == "A meeting."`, true},
	{`true and !false`, true},
	{`has(title, "visa") or has(title, "meets") and has(title, "rail")`, false},
	{`(has(title, "visa") or has(title, "meets")) and not has(title, "rail")`, true},
	{"has(title, \"visa\") or // a comment\n has(title, 'meets')", true},
}

func TestRules(t *testing.T) {
	for _, tt := range rightRules {
		r, err := Compile(tt.rule, lists)
		if err != nil {
			t.Errorf("%s: %v", tt.rule, err)
			continue
		}
		if got := r.passes(meeting()); got != tt.want {
			t.Errorf("%s = %v, want %v", tt.rule, got, tt.want)
		}
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
		r, err := Compile(fmt.Sprintf("has(text, %q)", tt.phrase), nil)
		if err != nil {
			t.Errorf("%q: %v", tt.phrase, err)
			continue
		}
		if got := r.passes(subject{source: nobody, text: tt.text}); got != tt.want {
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
