package curator

import (
	"errors"
	"strings"
	"testing"
)

var wrongRules = []struct {
	rule       string
	column     int
	what, hint string
}{
	{`has(titel, "x")`, 5, "no field titel", "did you mean title?"},
	{`"diplomacy" in tag`, 16, "no field tag", "did you mean tags?"},
	{`近 == 1`, 1, "no field 近", "fields: title text"},
	{`lang == en`, 9, "no field en", `text stands in quotation marks: "en"`},
	{`hass(title, "x")`, 1, "no function hass", "did you mean has?"},
	{`contain(title, "x")`, 1, "no function contain", "functions here: has any_of near"},
	{`title("x")`, 1, "title is a field", ""},
	{`now() > published`, 1, "no clock", "date("},
	{`any_of(title, words.rusia)`, 21, "no word list rusia", "did you mean words.russia?"},
	{`lang in words.xyzzy`, 15, "no word list xyzzy", "lists here: and russia trade"},
	{`any_of(title, russia)`, 15, "russia is none", "did you mean words.russia?"},
	{`any_of(title, words)`, 15, "words is none", `"words"`},
	{`words == 3`, 1, "words alone", "words.name"},
	{`any_of(words.russia, title)`, 8, "looks into a field", "any_of(title, "},
	{`has(title, words.russia)`, 12, "no list", "any_of takes lists"},
	{`has("x")`, 1, "1 argument", `has(title, "words")`},
	{`has(published, "x")`, 5, "looks into a field", ""},
	{`has(title, 5)`, 12, "5 is none", ""},
	{`has(text, "")`, 11, "nothing to look for", ""},
	{`has(text, "，")`, 11, "nothing to look for", ""},
	{`has(text, "Rus*ia")`, 11, "a * within", "Russia*"},
	{`any_of(text, words.bad)`, 14, `"*x" in words.bad`, ""},
	{`any_of(text, words.none)`, 14, "words.none is empty", ""},
	{`any_of(text, [])`, 14, "the list is empty", ""},
	{`any_of(text, ["a", 3])`, 20, "3 is none", ""},
	{`has(text, "` + strings.Repeat("长", 201) + `")`, 11, "more than 200 characters", ""},
	{`near(text, "a", "b", -1)`, 22, "1 to 1000", ""},
	{`near(text, "a", "b", len(title))`, 22, "1 to 1000", ""},
	{`near(text, words.russia, "b", 3)`, 12, "no list", "near(text"},
	{`title`, 1, "title is text, and must be yes or no", "has(title"},
	{`words.russia`, 1, "is a list, and must be yes or no", ""},
	{`len(tags)`, 1, "is a number, and must be yes or no", ""},
	{`published`, 1, "is a moment, and must be yes or no", ""},
	{`!title`, 2, "title is text", ""},
	{`title == 3`, 10, "3 is a number", `write text in quotation marks: "3"`},
	{`len(title) > "3"`, 14, `"3" is text`, "number"},
	{`published > "2026-11-01"`, 13, "is text", "date("},
	{`published - first_seen > 3`, 26, "a length of time", "duration("},
	{`tags == "x"`, 1, "tags is a list", `use "x" in tags, or any_of(tags, "x")`},
	{`tags contains "x"`, 1, "tags is a list", `use "x" in tags`},
	{`"x" == tags`, 8, "tags is a list", `use "x" in tags`},
	{`"x" in title`, 8, "title is text and no list", `has(title, "x")`},
	{`3 in tags`, 1, "3 is a number", ""},
	{`published contains published`, 1, "a moment", ""},
	{`has(title, "x") == true`, 1, "yes or no", "and, or, not"},
	{`title + text contains "x"`, 1, "not joined", "or"},
	{`-title == "x"`, 1, "no sign", ""},
	{`len(published) > 1`, 5, "len of a moment", "len(title)"},
	{`date("soon") > published`, 6, `"soon" is no date`, ""},
	{`date(title) > published`, 6, "quotation marks", ""},
	{`published - duration("long") > first_seen`, 22, `"long" is no duration`, ""},
	{`has(title, "x") AND has(title, "y")`, 17, "AND is no operator", "write and"},
	{`NOT has(title, "x")`, 1, "NOT is no operator", "write not"},
	{`title startswith "x"`, 7, "startswith is no operator", "write startsWith"},
	{`lang = "en"`, 6, "= is not part", "write =="},
	{`lang <> "en"`, 6, "<> is not part", "write !="},
	{`true & true`, 6, "& is not part", "write and"},
	{`true | true`, 6, "| is not part", "write or"},
	{`has(title, “x”)`, 12, "“ is not part", `write "`},
	{`has（title, "x"）`, 4, "（ is not part", "write ("},
	{`title contains 'x`, 18, "no closing quotation mark", "close it"},
	{`has(title, "x"`, 14, "ends too early", "the ( in column 4 is not closed"},
	{`lang == `, 8, "ends too early", "a value is missing"},
	{`has(title, "a") has(title, "b")`, 17, "has is not expected here", "and, or"},
	{`title has "a"`, 7, "has is not expected here", `has is written has(title, "words")`},
	{`lang == "en")`, 13, ") is not expected here", ""},
	{"has(title, \"x\")\n or has(titel, \"x\")", 25, "no field titel", "title"},
	{`has(title, "中国人民") or titel == ""`, 23, "no field titel", "title"},
}

func TestRulesThatDoNotCompile(t *testing.T) {
	for _, tt := range wrongRules {
		mustRefuse(t, tt.rule, tt.column, tt.what, tt.hint)
	}
}

func mustRefuse(t *testing.T, rule string, column int, what, hint string) {
	t.Helper()
	known := map[string][]string{"bad": {"good", "*x"}, "none": {}}
	if !strings.Contains(rule, "xyzzy") {
		for name, list := range lists {
			known[name] = list
		}
	} else {
		known = lists
	}
	bad, ok := errors.AsType[*RuleError](CheckRule(rule, known))
	switch {
	case !ok:
		t.Errorf("%.60s: compiled", rule)
	case bad.Column() != column || !strings.Contains(bad.Error(), what) || !strings.Contains(bad.Hint(), hint):
		t.Errorf("%.60s: column %d: %s; %s\nwant column %d: %s; %s", rule, bad.Column(), bad, bad.Hint(), column, what, hint)
	case len(bad.Error()) > 400 || strings.Contains(bad.Error(), "\n"):
		t.Errorf("%.60s: the error is %q", rule, bad)
	}
}

// No rule has a loop, or work without a bound.
func TestEvilRulesAreRefused(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		column int
		what   string
	}{
		{`len(filter(1..90000, {# > 0})) > 0`, 13, ".."},
		{`all(tags, # == "x")`, 11, "#"},
		{`any(tags, {true})`, 11, "{"},
		{`any(tags, true)`, 1, "no loops"},
		{`count(tags, any(tags, any(tags, true))) > 0`, 1, "no loops"},
		{`len(map(tags, title)) > 3`, 5, "no loops"},
		{`reduce(tags, 1, 2) > 1`, 1, "no loops"},
		{`sum(tags) > 1`, 1, "not part of rules"},
		{`sort(tags) == tags`, 1, "not part of rules"},
		{`repeat(title, 1000000) contains "x"`, 1, "not part of rules"},
		{`replace(text, "", text) contains "x"`, 1, "not part of rules"},
		{`split(text, "") == tags`, 1, "not part of rules"},
		{`join(tags, text) == ""`, 1, "not part of rules"},
		{`toJSON(text) == ""`, 1, "not part of rules"},
		{`fromJSON("[]") == tags`, 1, "not part of rules"},
		{`concat(tags, tags) == tags`, 1, "not part of rules"},
		{`let a = text; a == ""`, 1, "let"},
		{`text + text + text == ""`, 1, "not joined"},
		{`tags[0] == "x"`, 1, "tags[0]"},
		{`text[0:9] == "x"`, 7, ":"},
		{`$env == title`, 1, "$env"},
		{`2 ** 99999 > 1`, 3, "**"},
		{`published.String() == ""`, 1, "published.String"},
		{`text matches title`, 14, "quotation marks"},
		{`text matches "("`, 14, "does not compile"},
		{`text matches "(a{1,500}){1,2}"`, 14, "more than 500 steps"},
		{`text matches "` + strings.Repeat("(a|b)", 300) + `"`, 14, "more than 500 steps"},
		{strings.Repeat(`text matches "a{300}" or `, 9) + "true", 89, "too much work"},
		{`any_of(text, words.huge)`, 14, "more than 20000 words"},
		{strings.Repeat(`any_of(text, words.large) or `, 3) + "true", 72, "more than 20000 words"},
		{strings.Repeat("true || ", 1100) + "true", 8006, "more than 2000 parts"},
		{strings.Repeat("true || ", 5000) + "true", 20001, "longer than 20000"},
		{strings.Repeat("(", 19000) + "true", 0, ""},
		{strings.Repeat("not ", 4900) + "true", 0, "more than 2000 parts"},
	} {
		known := map[string][]string{"huge": many(20_001), "large": many(9000)}
		bad, ok := errors.AsType[*RuleError](CheckRule(tt.rule, known))
		if !ok || tt.column > 0 && bad.Column() != tt.column || !strings.Contains(bad.Error(), tt.what) {
			t.Errorf("%.60s: %+v; want column %d: %s", tt.rule, bad, tt.column, tt.what)
		}
	}
}

func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "w" + strings.Repeat("x", i%50) + "*"
	}
	return list
}
