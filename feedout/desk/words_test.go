package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chinanews/news"
)

var saidInTemplates = regexp.MustCompile(`\bsay [$.\w]+ ("(?:[^"\\]|\\.)*")`)

// saidByTemplates are the words that templates say.
func saidByTemplates(t *testing.T) map[string]bool {
	t.Helper()
	said := make(map[string]bool)
	names, _ := filepath.Glob("templates/*.html")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range saidInTemplates.FindAllStringSubmatch(string(text), -1) {
			english, err := strconv.Unquote(m[1])
			if err != nil {
				t.Fatal(name, m[1], err)
			}
			said[english] = true
		}
	}
	return said
}

// literals are the texts that stand in Go files, but for tests and words: true,
// those that are said by say, or by the name of something that is told.
func literals(t *testing.T, patterns ...string) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	for _, pattern := range patterns {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			if base := filepath.Base(name); strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, "words") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool { return noteLiteral(found, n) })
		}
	}
	return found
}

// noteLiteral reports whether there may be more in n: plain answers to programs
// are in English.
func noteLiteral(found map[string]bool, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, ok := text(n); ok && !found[text] {
			found[text] = false
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Error" && len(n.Args) == 3 {
			return false
		}
		if name, ok := n.Fun.(*ast.Ident); ok && (name.Name == "say" || name.Name == "tell" || name.Name == "add") {
			for _, arg := range n.Args[:min(2, len(n.Args))] {
				if text, ok := text(arg); ok {
					found[text] = true
				}
			}
		}
	}
	return true
}

func text(n ast.Expr) (string, bool) {
	literal, ok := n.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

// saidByName are the words for what has a name of its own.
func saidByName() (said []string) {
	said = append(said, "others")
	for _, words := range []map[news.Act]string{did, decided, asking, actNames, floodNames} {
		said = slices.AppendSeq(said, maps.Values(words))
	}
	for _, words := range []map[string]string{reasons, found, changed} {
		said = slices.AppendSeq(said, maps.Values(words))
	}
	said = slices.AppendSeq(said, maps.Values(kinds))
	said = slices.AppendSeq(said, maps.Values(classes))
	said = slices.AppendSeq(said, maps.Values(presences))
	for _, k := range eventKinds {
		said = append(said, k.Name)
	}
	for _, e := range []news.EditClass{news.EditHeadline, news.EditNumber, news.EditName, news.EditDate, news.EditRemoved, news.EditAdded, news.EditMoved, news.EditTypography} {
		said = append(said, string(e))
	}
	return said
}

var sentence = regexp.MustCompile(`^[A-Z][a-z]* .*[a-z.:]$`)

var verbs = regexp.MustCompile(`%(?:\[\d\])?[.\d]*[a-z%]`)

// Everything that the desk says has its Chinese, the same in every part and with
// the same values; and no word is kept that nobody says.
func TestWordsHaveChinese(t *testing.T) {
	known := make(map[string]string)
	for _, words := range dictionaries {
		for english, chinese := range words {
			if other, twice := known[english]; twice && other != chinese {
				t.Errorf("%q is %q in one part of the desk and %q in another", english, other, chinese)
			}
			known[english] = chinese
			if a, b := len(verbs.FindAllString(english, -1)), len(verbs.FindAllString(chinese, -1)); a != b {
				t.Errorf("%q has %d values, %q has %d", english, a, chinese, b)
			}
		}
	}
	said := saidByTemplates(t)
	for _, words := range saidByName() {
		said[words] = true
	}
	code := literals(t, "*.go", "../../cmd/chinanewsd/desk*.go", "../../config/feedrow.go")
	for words, told := range code {
		if told || sentence.MatchString(words) {
			said[words] = true
		}
	}
	if len(said) < 400 {
		t.Fatalf("only %d are found", len(said))
	}
	for english := range said {
		if known[english] == "" {
			t.Errorf("no Chinese for %q", english)
		}
	}
	for english := range known {
		if _, stands := code[english]; !said[english] && !stands {
			t.Errorf("nobody says %q", english)
		}
	}
}

var several = regexp.MustCompile(`%d [a-z]+s\b`)

// One of something is said in the singular, wherever there may be one.
func TestWordsOfOne(t *testing.T) {
	never := []string{ // one
		"It has left %s; a stub says so there for %d days.", "Into %s came %d releases.", "In the pages of %s, and in none of its documents, are %d releases.",
		"That is %d characters; the most is %d.", "The tag “%s” is too long; the most is %d characters.", "Say why, in %d characters at most: readers are told.",
		"Write 1 to %d tags, with commas between them.", "Reading %d was read",
	}
	for _, words := range dictionaries {
		for english := range words {
			if one := ones[english]; several.MatchString(english) && !slices.Contains(never, english) && (one == "" || one == english || !slices.Equal(verbs.FindAllString(one, -1), verbs.FindAllString(english, -1))) {
				t.Errorf("%q of one is %q", english, one)
			}
		}
	}
	for _, tt := range []struct {
		lang, want string
		args       []any
	}{
		{"en", "1 release of 2", []any{1, "2"}}, {"en", "2 releases of 1", []any{2, "1"}}, {"en", "0 releases of x", []any{0, "x"}}, {"zh", "x的1条消息", []any{1, "x"}},
	} {
		if got := say(tt.lang, "%d releases of %s", tt.args...); got != tt.want {
			t.Errorf("%s %v: %q, want %q", tt.lang, tt.args, got, tt.want)
		}
	}
	for english := range ones {
		if !slices.ContainsFunc(dictionaries, func(words map[string]string) bool { return words[english] != "" }) {
			t.Errorf("nobody says %q", english)
		}
	}
}
