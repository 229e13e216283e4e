package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/config"
)

// beginsAt takes what the file of a site says of sources and feeds away.
func beginsAt(s *siteFile, instead string) {
	text, err := os.ReadFile(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.set(string(text)[strings.Index(string(text), "sources:"):], instead)
}

// The last words on the terminal can be followed in a configuration that has
// nothing yet: the row, a feed that holds what it brings, and the commands.
func TestDiscoverHandsOver(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/", 5)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	beginsAt(s, "# Nothing\n")
	stdout, stderr := s.do(0, "discover", o.URL+"/xw/")
	_, last, _ := strings.Cut(stderr, "To add it:\n")
	if !strings.Contains(last, "the line sources: and the row under it.") || !strings.HasSuffix(last, "Add a source\".\n") || !strings.Contains(last, "3. chinanewsd check --config "+s.file+", then chinanewsd reload --config "+s.file) {
		t.Fatalf("it ends with %q", last)
	}
	_, feed, _ := strings.Cut(last, "at the end of "+s.file+"\n")
	feed, _, _ = strings.Cut(feed, "3. ")
	before, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(string(before)+"sources:\n"+stdout+feed), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, checks())
	if err != nil || len(cfg.Sources) != 1 || len(cfg.Feeds) != 1 || !cfg.Feeds[0].Hold || cfg.Feeds[0].Title != "湖区部" || !strings.Contains(feed, "# id: becomes the address readers subscribe to, choose it now; title: what they see\n") {
		t.Errorf("what it says gives %+v, %v\n%s", cfg.Feeds, err, feed)
	}
}

// What is said fits the configuration that is there.
func TestHandoverFits(t *testing.T) {
	const row = "- {id: lakes, url: \"https://lakes.example/\", kind: feed, language: zh-CN, publisher: Lakes}\n"
	for _, tt := range []struct {
		name   string
		change func(*siteFile)
		want   []string
	}{
		{"rows of the file", func(*siteFile) {}, []string{"Write the row behind line", "with 2 spaces more before each of its lines", "goes into"}},
		{"no row", func(s *siteFile) { beginsAt(s, "sources: []\nfeeds: []\n") }, []string{"in the place of line", "the line sources: and the row under it", "in the place of the line feeds: of", "hold: true"}},
		{"files", func(s *siteFile) { s.set("sources:", "include: [sources/*.yaml]\nsources:") }, []string{"in a new file, ", "sources/lakes.yaml."}},
		{"rows in brackets", func(s *siteFile) { s.set("sources:\n  - ", "sources: ["); s.set("feeds:", "]\nfeeds:") }, []string{"write into ", `include: ["sources/*.yaml"]`}},
		{"another feed", func(s *siteFile) { s.set("languages: all", "language: en, sources: [a]") }, []string{"at the end of feeds: in ", "sources: [lakes]"}},
	} {
		s := newSite(t)
		s.write(feedRow("a", "https://a.example/"), allFeed)
		tt.change(s)
		cfg, err := config.Load(s.file, checks())
		if err != nil {
			t.Fatal(err)
		}
		said := handover(cfg, row)
		for _, want := range append(tt.want, "3. chinanewsd check --config "+s.file) {
			if !strings.Contains(said, want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, said)
			}
		}
	}
	s := newSite(t)
	s.write(feedRow("a", "https://a.example/"), allFeed)
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	if said := handover(cfg, "- {id: 7}\n"); !strings.Contains(said, "cannot be added") {
		t.Errorf("of a row that is none it says %s", said)
	}
}
