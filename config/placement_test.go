package config

import (
	"fmt"
	"strings"
	"testing"
)

// A problem in a rule stands where it was written, however that was.
func TestRulesArePlaced(t *testing.T) {
	for _, tt := range []struct {
		where     string
		line, col int // from the line of where: 0 and 1
	}{
		{`where: has(wrong)`, 0, 16},
		{`where: 'has(wrong)'`, 0, 17},
		{`where: 'has("it''s", wrong)'`, 0, 26},
		{`where: "has(\"x\", wrong)"`, 0, 24},
		{`where: "has(\"\u4e2d\x41\\\", wrong)"`, 0, 35},
		{`where: 'has("中国", wrong)'`, 0, 23},
		{"where: |\n      has(wrong)", 1, 11},
		{"where: |\n      has(x)\n\n       and has(wrong)", 3, 16},
		{"where: >-\n      has(x)\n      and has(wrong)", 2, 15},
		{"where: >\n      has(x)\n\n      and has(wrong)", 3, 15},
		{"where: has(x)\n      and has(wrong)", 1, 15},
		{"where: 'has(x)   \n      and has(wrong)'", 1, 15},
		{"where: \"has(x)\n\n      and has(wrong)\"", 2, 15},
		{"where:   # why\n      has(wrong)", 1, 11},
		{"where: \"has(x) \\\n      and has(wrong)\"", 0, 12}, // a line that is escaped: where the rule begins
		{"where: '${PLACED} has(wrong)'", 0, 12},              // not what is written
	} {
		t.Setenv("PLACED", "has(x) and")
		text := strings.Replace(good, "    sources: [a]", "    sources: [a]\n    "+tt.where, 1)
		if got := strings.Count(text, "wrong"); got != 1 {
			t.Fatalf("%q stands %d times", tt.where, got)
		}
		first := 1 + strings.Count(text[:strings.Index(text, "where:")], "\n")
		_, err := Parse("c.yaml", []byte(text), testChecks())
		want := fmt.Sprintf("c.yaml:%d:%d: where: the rule does not compile: no such word; ", first+tt.line, tt.col)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", tt.where, err, want)
		}
	}
}

type hintedError struct{ columnError }

func (hintedError) Hint() string { return "write right" }

func TestRulesHintIsShown(t *testing.T) {
	checks := testChecks()
	checks.Rule = func(string, map[string][]string) error { return hintedError{5} }
	_, err := Parse("c.yaml", []byte(strings.Replace(good, "    sources: [a]", "    where: has(wrong)", 1)), checks)
	if want := "c.yaml:13:16: where: the rule does not compile: no such word; write right"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
