package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// beside writes a configuration and the files beside it.
func beside(t *testing.T, text string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["config.yaml"] = text
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config.yaml")
}

const oneSource = `site: {contact: c}
defaults: {interval: 2h, rights: open}
sources:
- {id: lakes, url: "http://lakes.example/feed.xml"}
feeds:
- {id: lakes-only, sources: ["lakes*"]}
- {id: everything, languages: all}
`

func sourceOf(t *testing.T, cfg news.Config, id string) news.Source {
	t.Helper()
	i := slices.IndexFunc(cfg.Sources, func(s news.Source) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("no source %s in %v", id, cfg.Sources)
	}
	return cfg.Sources[i]
}

// A row given as text is read as the file would have it, with its defaults, and
// feeds take it as they would.
func TestWithRow(t *testing.T) {
	file := beside(t, oneSource, map[string]string{})
	for name, text := range map[string]string{
		"an item":      "# worked out\n- id: harbour\n  url: https://harbour.example/feed\n  kind: feed\n",
		"indented":     "  - id: harbour\n    url: https://harbour.example/feed\n    kind: feed\n",
		"alone":        "id: harbour\nurl: https://harbour.example/feed\nkind: feed\n",
		"in braces":    "{id: harbour, url: https://harbour.example/feed, kind: feed}",
		"with a key":   "sources:\n  - id: harbour\n    url: https://harbour.example/feed\n    kind: feed",
		"from Windows": "\ufeff- id: harbour\r\n  url: https://harbour.example/feed\r\n  kind: feed\r\n",
	} {
		cfg, id, err := WithRow(file, []byte(text), testChecks())
		if err != nil || id != "harbour" {
			t.Errorf("%s: %s, %v", name, id, err)
			continue
		}
		src := sourceOf(t, cfg, id)
		if src.Kind != news.KindFeed || src.Interval != hours(2) || src.Rights != news.Open || len(cfg.Sources) != 2 {
			t.Errorf("%s: %+v", name, src)
		}
		if slices.Contains(cfg.Feeds[0].Sources, id) || !slices.Contains(cfg.Feeds[1].Sources, id) {
			t.Errorf("%s: feeds %+v", name, cfg.Feeds)
		}
	}
}

// A row of the file gives way to one with its id, wherever it stands.
func TestWithRowInPlace(t *testing.T) {
	for _, text := range []string{oneSource, strings.Replace(oneSource, `- {id: lakes, url: "http://lakes.example/feed.xml"}`, "- mfa-en-top", 1) + "include: [rows.yaml]\n"} {
		file := beside(t, text, map[string]string{"rows.yaml": "- {id: lakes, url: \"http://lakes.example/feed.xml\"}\n"})
		cfg, id, err := WithRow(file, []byte("- {id: lakes, url: \"http://lakes.example/new\"}"), testChecks())
		if err != nil || sourceOf(t, cfg, id).URLs[0] != "http://lakes.example/new" {
			t.Errorf("%s: %v", id, err)
		}
	}
	cfg, id, err := WithRow(beside(t, strings.Replace(oneSource, "sources:\n", "sources:\n- mfa-en-top\n", 1), map[string]string{}), []byte("{use: mfa-en-top, interval: 3h}"), testChecks())
	if err != nil || id != "mfa-en-top" || sourceOf(t, cfg, id).Interval != hours(3) {
		t.Errorf("%s, %v", id, err)
	}
}

// What is wrong has its line and column in the text that was given.
func TestWithRowMistakes(t *testing.T) {
	t.Setenv("CHINANEWS_SECRET", "hidden")
	file := beside(t, oneSource, map[string]string{"key": "hidden"})
	for text, want := range map[string]string{
		"":                       "row:1:1: there is no row",
		"# a comment\n":          "row:1:1: there is no row",
		"- id: a\n  url: x: y\n": "row:2:",
		"- id: a\n  url: http://a.example/\n  lits: {item: a}\n":                 "row:3:3: unknown key lits; did you mean list?",
		"- {id: a, url: http://a.example/, kind: nope}":                          "row:1:41: kind: \"nope\"",
		"- {id: a, url: http://a.example/}\n- {id: b, url: http://b.example/}\n": "row:2:3: this is a second row",
		"- {id: a, url: \"http://a.example/${CHINANEWS_SECRET}\"}":               "row:1:16: url: a row that is tried is not given the environment",
		"- {id: a, url: http://a.example/, headers: {X-Key: file:key}}":          "row:1:52: headers.X-Key: a row that is tried is not given secrets",
		"- url: http://a.example/\n":                                             "row:1:3: a source has no id",
		"- no-such-row\n":                                                        "row:1:3: \"no-such-row\" is no row of the catalogue",
		"- [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n":      "row:1:",
		strings.Repeat("x", maxRow+1):                                            "row:1:1: this is larger than a row",
		"\xff":                                                                   "row:1:1: this is not UTF-8",
		"- id: a\n\turl: http://a.example/\n":                                    "row:2:1: a tab",
	} {
		_, _, err := WithRow(file, []byte(text), testChecks())
		var problems Problems
		if !errors.As(err, &problems) || !strings.HasPrefix(problems[0].String(), want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
	if _, _, err := WithRow(beside(t, "sources: [", map[string]string{}), []byte("{id: a, url: http://a.example/}"), testChecks()); err == nil || !strings.Contains(err.Error(), "config.yaml:1") {
		t.Errorf("of a file that cannot be read it says %v", err)
	}
	if _, _, err := WithRow(filepath.Join(t.TempDir(), "none.yaml"), []byte("{id: a, url: http://a.example/}"), testChecks()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a file it says %v", err)
	}
}

// A row that is written where End says is a row of the file, whatever stands
// around it.
func TestEnd(t *testing.T) {
	shipped, err := os.ReadFile("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const feeds = "feeds:\n- {id: all, languages: all}\n"
	for name, text := range map[string]string{
		"shipped":        string(shipped),
		"at the end":     "site: {contact: c}\n" + feeds + "sources:\n  - {id: a, url: \"http://a.example/\"}",
		"before another": "sources:\n- id: a\n  url: http://a.example/\n\n# Feeds\n\n" + feeds,
		"deep":           "sources:\n      - id: a\n        urls:\n          - http://a.example/\n  # an end\n" + feeds,
		"empty":          "sources:\n" + feeds,
		"in a comment":   "sources:   # none yet\n  # sources:\n" + feeds,
	} {
		file := beside(t, text, map[string]string{})
		spot, err := End(file, "sources")
		if err != nil || spot.Line == 0 || spot.Absent {
			t.Errorf("%s: %+v, %v", name, spot, err)
			continue
		}
		lines := strings.Split(text, "\n")
		lines = slices.Insert(lines, spot.Line, strings.Repeat(" ", spot.Indent)+"- {id: harbour, url: \"http://harbour.example/\"}")
		cfg, err := Parse(file, []byte(strings.Join(lines, "\n")), testChecks())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if i := len(cfg.Sources) - 1; cfg.Sources[i].ID != "harbour" {
			t.Errorf("%s: the last is %s", name, cfg.Sources[i].ID)
		}
	}
	for text, want := range map[string]Spot{
		"sources: [mfa-en-top]\n" + feeds:   {},
		"sources: []\n" + feeds:             {Line: 1, Indent: 2, Empty: true},
		"# x\nsources: [] # none\n" + feeds: {Line: 2, Indent: 2, Empty: true},
		"sources: [\n]\n" + feeds:           {},
		"":                                  {Absent: true},
		"# c\n":                             {Absent: true},
		"sources: mfa-en-top\n" + feeds:     {},
		"site: {contact: c}\n# end\n":       {Line: 1, Absent: true},
	} {
		if spot, err := End(beside(t, text, map[string]string{}), "sources"); err != nil || spot != want {
			t.Errorf("%q: %+v, %v, want %+v", text, spot, err, want)
		}
	}
}

// Whatever is given as a row ends in a row or in problems, never in a panic.
func FuzzWithRow(f *testing.F) {
	file := filepath.Join(f.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(oneSource), 0o600); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"- {id: a, url: http://a.example/}", "id: a", "sources:\n- mfa-en-top", "- - -", "a: &b c", "{", "use: lakes", "sources: {id: x}", "? a\n: b", "- id: [a]\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cfg, id, err := WithRow(file, []byte(text), testChecks())
		var problems Problems
		if err == nil && sourceOf(t, cfg, id).ID == "" || err != nil && !errors.As(err, &problems) {
			t.Errorf("%q: %s, %v", text, id, err)
		}
	})
}
