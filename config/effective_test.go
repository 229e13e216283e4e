package config

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"chinanews/news"
)

// What is shown of a row in full is a row: it loads again as the same source.
func TestEffectiveLoadsAgain(t *testing.T) {
	offers, err := Catalogue(testChecks())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers {
		var b strings.Builder
		if err := Effective(&b, o.Source, nil, Filling{}); err != nil {
			t.Fatal(err)
		}
		row := "  - " + strings.ReplaceAll(strings.TrimSpace(b.String()), "\n", "\n    ")
		text := strings.Replace(good, "  - id: a\n    url: https://a.example/feed.xml\n    tags: [x]", strings.ReplaceAll(row, "(not shown)", "x"), 1)
		cfg, err := Parse("c.yaml", []byte(strings.Replace(text, "sources: [a]", "", 1)), testChecks())
		if err != nil {
			t.Errorf("%s: %v\n%s", o.ID, err, row)
			continue
		}
		got := cfg.Sources[0]
		got.Headers = maps.Clone(o.Headers)
		if !reflect.DeepEqual(got, o.Source) {
			t.Errorf("%s: loaded again\n got %+v\nwant %+v", o.ID, got, o.Source)
		}
	}
}

// layered has a key of each origin.
const layered = `defaults: {max_age: 7d, looks: [2h, 2d]}
sources:
  - mnd-zh
  - {use: tao-zh, id: tao, interval: 1h, list: {limit: 50}, publisher: {en: The Office}, headers: {Referer: "https://x.example/"}}
  - id: own
    stale_after: ""
    fresh: 0s
    looks: []
    url: https://own.example/
    kind: html
    name: "yes: no"
include: more/*.yaml
feeds: [{id: f}]
`

func TestEffectiveOrigins(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "more"), 0o700)
	os.WriteFile(filepath.Join(dir, "more", "a.yaml"), []byte("# rows\n- id: other\n  url: https://o.example/\n"), 0o600)
	file := filepath.Join(dir, "config.yaml")
	os.WriteFile(file, []byte(layered), 0o600)
	cfg, err := Load(file, testChecks())
	if err != nil {
		t.Fatal(err)
	}
	p := news.Profile{Name: "lists", List: news.List{Item: []string{"ul li"}}, Article: news.Article{Title: []string{"h9"}}}
	q := news.Profile{Name: "articles", List: news.List{Title: []string{"h9"}}, Article: news.Article{Body: []string{"#text"}}, DateLayouts: []string{"2006"}}
	var b strings.Builder
	for _, s := range cfg.Sources {
		filling := Filling{}
		if s.ID == "own" {
			filling = Filling{List: p, Article: q}
		}
		if err := Effective(&b, s, cfg.Written.Of(s.ID), filling); err != nil {
			t.Fatal(err)
		}
		b.WriteString("\n")
	}
	compare(t, "testdata/effective.golden", b.String())
}
