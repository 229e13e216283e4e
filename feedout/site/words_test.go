package site

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chinanews/news"
)

var saidWords = regexp.MustCompile(`\bsay(?: (?:\([^()]*\)|[$.\w]+) |\([^",]+, )("(?:[^"\\]|\\.)*")`)

// What templates and code say in English they can say in Chinese, and no word is
// kept that nobody says.
func TestChineseWords(t *testing.T) {
	var all strings.Builder
	for _, pattern := range []string{"templates/*.html", "*.go", "../*.go", "../../news/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				all.WriteString(readWords(t, name))
			}
		}
	}
	for c := range news.Conditions() {
		if words := c.Words(); chinese[words] == "" {
			t.Errorf("the condition %q has no Chinese words", c)
		}
	}
	for en, zh := range chinese {
		if strings.Count(en, "%s") != strings.Count(zh, "%s") || strings.Count(en, "%d") != strings.Count(zh, "%d") {
			t.Errorf("%q takes other arguments than %q", zh, en)
		}
		if !strings.Contains(all.String(), strconv.Quote(en)) && !strings.Contains(all.String(), `"`+en+`"`) {
			t.Errorf("nobody says %q", en)
		}
	}
}

// readWords is the text of a file without the dictionary; what it says has its
// Chinese.
func readWords(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(body), "\nvar chinese = ")
	if dir := filepath.Dir(name); dir != "." && dir != "templates" {
		return text
	}
	for _, m := range saidWords.FindAllStringSubmatch(text, -1) {
		english, err := strconv.Unquote(m[1])
		if err != nil || chinese[english] == "" {
			t.Errorf("%s says %s, which has no Chinese words", name, m[1])
		}
	}
	return text
}
