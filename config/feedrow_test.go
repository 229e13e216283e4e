package config

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

const rowsHead = `site: {title: T, contact: c}
words: {ports: [port, "harbour*"]}
sources:
  - {id: harbours, url: "https://a.example/", tags: [sea]}
  - {id: trade-en, url: "https://b.example/", language: en}
feeds:
`

// rowsWritten are feeds in the ways that people write them; the one that is
// rewritten has the id x.
var rowsWritten = map[string]string{
	"block":      "  - id: before\n    where: 'true'\n  - id: x\n    title: Ports # of the sea\n    # what it is about\n    sources: [tag:sea, \"trade-*\"]\n    where: 'has(text, \"port\")' # old\n    hold: true\n\n  # the next\n  - id: after\n",
	"no rule":    "  - id: x\n    title: \"Ports: all\"\n    digest: \"07:00\"\n",
	"one line":   "  - {id: x, title: 'It''s', where: 'true', limit: 7, window: 1h, access: public, sources: [\"tag:sea\"]}\n  - {id: y}\n",
	"rule first": "  - where: >-\n      has(text, \"port\")\n      or true\n    id: x\n    languages:\n      - en\n      - zh\n",
	"literal":    "  - id: x\n    where: |\n      has(text, \"port\") // one\n\n      or true\n    copyright: |-\n      Ministry of Harbours\n",
	"no indent":  "- id: x\n  was: [w]\n  where:\n    'true'\n  limit: 3\n",
	"dash alone": "  -\n    id: x\n    where: 'true'\n",
	"wide":       "  -   id: x\n      where: 'true'\n      languages: prefer en\n",
	"list":       "  [{id: w}, {id: x, where: 'true'}]\n",
	"quoted":     "  - \"id\": 'x'\n    \"where\": \"true\"\n    title: ${CHINANEWS_ROW_TEST}\n",
	"hook":       "  - id: x\n    webhooks: [{url: 'https://h.example/', secret: 'file:feedrow_test.go.secret'}]\n    where: 'true'\n",
}

var oddRules = []string{"", `has(text, "port")`, `any_of(text, words.ports)`, "has(text, \"a\") or // why\n\n  not has(title, '中国：海')", `text contains "it's: #1 {x} [y] & * ! | > % @ ` + "`" + `"`,
	"true", "null", "~", " true ", "true\n", "\ttrue", "\"a\" in tags", "text contains \"\u2028\u0085\u00a0\ufeff\"", "text contains '\\x24{A}'", "- x", "x: y", "'", `"`, "\\", "# x", "a # b", "\n\ntrue", "0x10", "2026-11-26",
	"text contains \"\x01\x1b\"", "😀 中文", "---", "...\n---", "a\n\n\nb", "true  \nor false", strings.Repeat("x", 5000)}

func rowChecks() Checks {
	c := testChecks()
	c.Rule = func(string, map[string][]string) error { return nil }
	return c
}

// A row with another rule, put where the old one stood, makes the feed that it
// was but for the rule, and changes no other.
func TestRewrittenRowsLoad(t *testing.T) {
	t.Setenv("CHINANEWS_ROW_TEST", "Title")
	r := rand.New(rand.NewPCG(8, 1))
	for name, rows := range rowsWritten {
		text := rowsHead + rows
		if name == "hook" {
			text = strings.Replace(text, "file:feedrow_test.go.secret", "file:feedrow_test.go", 1)
		}
		for _, rule := range append(slices.Clone(oddRules), oddText(r), oddText(r), oddText(r)) {
			mustRewrite(t, name, text, rule)
		}
	}
}

func oddText(r *rand.Rand) string {
	letters := []rune("ab \n\t'\"\\:#-{}[]|>&*!%@`,?中：\u2028\u00a0\x7f\x00😀")
	var b strings.Builder
	for range r.IntN(30) {
		b.WriteRune(letters[r.IntN(len(letters))])
	}
	return b.String()
}

func mustRewrite(t *testing.T, name, text, rule string) {
	t.Helper()
	before, err := Parse("config.yaml", []byte(text), rowChecks())
	if name == "hook" {
		text = strings.Replace(text, "file:feedrow_test.go", "file:none", 1)
	} else if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	row, err := Rewrite([]byte(text), "x", rule)
	if err != nil || row.Rule || !strings.HasPrefix(row.Text, "- ") || !strings.HasSuffix(row.Text, "\n") {
		t.Fatalf("%s, %q: %+v, %v", name, rule, row, err)
	}
	if name == "hook" {
		return // its secret is in no file here
	}
	want := before.Feeds[slices.IndexFunc(before.Feeds, func(f news.Feed) bool { return f.ID == "x" })]
	want.Where = rule
	got, err := ParseFeed(row.Text, before, rowChecks())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s, %q: the row\n%sgives %+v, %v\nwant %+v", name, rule, row.Text, got, err, want)
	}
	var rows string
	for _, f := range before.Feeds {
		if f.ID != "x" {
			rows += fmt.Sprintf("  - id: %s\n", f.ID)
			continue
		}
		for line := range strings.Lines(row.Text) {
			rows += "  " + line
		}
	}
	after, err := Parse("config.yaml", []byte(rowsHead+rows), rowChecks())
	if err != nil {
		t.Fatalf("%s, %q: %v in\n%s", name, rule, err, rows)
	}
	for _, f := range after.Feeds {
		if f.ID == "x" && !reflect.DeepEqual(f, want) {
			t.Fatalf("%s, %q: in its place it gives %+v\nwant %+v", name, rule, f, want)
		}
	}
}

// What a person wrote stays as it is written.
func TestRewriteKeepsTheRow(t *testing.T) {
	row, err := Rewrite([]byte(rowsHead+rowsWritten["block"]), "x", `has(title, "sea")`)
	want := "- id: x\n  title: Ports # of the sea\n  # what it is about\n  sources: [tag:sea, \"trade-*\"]\n  where: 'has(title, \"sea\")'\n  hold: true\n"
	if err != nil || row.Text != want || row.Line != 9 {
		t.Errorf("%+v, %v", row, err)
	}
	row, _ = Rewrite([]byte(rowsHead+rowsWritten["one line"]), "x", "a\nb")
	if want := "- {id: x, title: 'It''s', limit: 7, window: 1h, access: public, sources: ['tag:sea'], where: \"a\\nb\"}\n"; row.Text != want {
		t.Errorf("%q\nwant %q", row.Text, want)
	}
	row, _ = Rewrite([]byte(rowsHead+rowsWritten["literal"]), "x", "a // b\nor c")
	if want := "- id: x\n  where: |-\n    a // b\n    or c\n  copyright: |-\n    Ministry of Harbours\n"; row.Text != want {
		t.Errorf("%q\nwant %q", row.Text, want)
	}
}

// A secret that stands in a row is not shown.
func TestRewriteHidesSecrets(t *testing.T) {
	for _, secret := range []string{"    tokens: [{name: n, token: abcdefghijklmnopqrstuvwxyz}]\n", "    webhooks:\n      - url: https://h.example/\n        secret: abcdefghijklmnopqrstuvwxyz\n", "    webhooks: {url: 'https://h.example/', secret: abcdefghijklmnopqrstuvwxyz}\n"} {
		row, err := Rewrite([]byte(rowsHead+"  - id: x\n"+secret), "x", "true")
		if err != nil || !row.Rule || row.Text != "where: 'true'\n" {
			t.Errorf("%+v, %v", row, err)
		}
	}
}

func TestRewriteWithoutRow(t *testing.T) {
	for text, want := range map[string]error{"": ErrNoRow, "feeds: x": ErrNoRow, rowsHead: ErrNoRow, "feeds:\n- {id: &a x}\n": ErrNoRow, "a: [": ErrNoRow, strings.Repeat("[", 5000): ErrNoRow, "\xff": ErrNoRow} {
		if row, err := Rewrite([]byte(text), "x", "true"); !errors.Is(err, want) {
			t.Errorf("%.40q: %+v, %v", text, row, err)
		}
	}
	if _, err := Rewrite([]byte(rowsHead+rowsWritten["block"]), "x", `text contains "${HOME}"`); !errors.Is(err, ErrReplace) {
		t.Error(err)
	}
}

func TestNewRows(t *testing.T) {
	live, err := Parse("config.yaml", []byte(rowsHead+"  - {id: all}\n"), rowChecks())
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range oddRules {
		for _, f := range []news.Feed{{ID: "new", Where: rule}, {ID: "new", Title: "海：港 #1", Language: "zh-CN", Languages: []string{"all"}, Sources: []string{"tag:sea", "trade-*"}, Where: rule}} {
			row, err := NewRow(f)
			got, bad := ParseFeed(row.Text, live, rowChecks())
			if err != nil || bad != nil || got.Where != rule || got.ID != "new" || row.Line != 0 || f.Title != "" && (got.Title != f.Title || !slices.Equal(got.Sources, []string{"harbours", "trade-en"})) {
				t.Fatalf("%q: %+v, %v, %v\n%s", rule, got, err, bad, row.Text)
			}
		}
	}
	for _, f := range []news.Feed{{ID: "No Id"}, {ID: "edits"}, {ID: "new", Sources: []string{"none"}}, {ID: "new", Language: "?"}, {ID: ""}} {
		row, err := NewRow(f)
		if err != nil {
			t.Error(err)
		}
		if got, err := ParseFeed(row.Text, live, rowChecks()); err == nil || err.Error() == "" {
			t.Errorf("%+v gives %+v", f, got)
		}
	}
}

// FuzzRewrite looks for rows that a rule breaks.
func FuzzRewrite(f *testing.F) {
	for name := range rowsWritten {
		f.Add(name, oddRules[1])
	}
	f.Fuzz(func(t *testing.T, name, rule string) {
		rows, ok := rowsWritten[name]
		if !ok {
			rows = rowsWritten["block"]
		}
		rule = strings.ToValidUTF8(rule, "\ufffd")
		if row, err := Rewrite([]byte(rowsHead+rows), "x", rule); err == nil && !row.Rule {
			if got, err := ParseFeed(row.Text, news.Config{Publication: news.Publication{Sources: []news.Source{{ID: "harbours", Tags: []string{"sea"}}, {ID: "trade-en"}}}}, rowChecks()); name != "quoted" && name != "hook" && (err != nil || got.Where != rule) {
				t.Errorf("%q: %+v, %v\n%s", rule, got, err, row.Text)
			}
		} else if !errors.Is(err, ErrReplace) {
			t.Errorf("%q: %v", rule, err)
		}
	})
}
