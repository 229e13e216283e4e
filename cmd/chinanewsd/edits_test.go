package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"chinanews/config"
	"chinanews/curator/difference"
	"chinanews/fetcher"
	"chinanews/news"
)

// editPair is a page at two looks, and what its ministry changed in between.
type editPair struct {
	name, url, lang string
	classes         []string // the gold answer, the most telling first
	before, now     string
}

// readPair reads a file of testdata/edits.
func readPair(t *testing.T, file string) editPair {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "-- before.html --\n")
	p := editPair{name: filepath.Base(file)}
	p.before, p.now, _ = strings.Cut(rest, "\n-- now.html --\n")
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "classes":
			p.classes = strings.Split(value, ", ")
		case "url":
			p.url = value
		case "language":
			p.lang = value
		}
	}
	if p.now == "" || p.url == "" || len(p.classes) == 0 {
		t.Fatalf("%s is no pair", file)
	}
	return p
}

// readings reads both pages as looks do: the second knows the title of the
// first.
func (p editPair) readings(t *testing.T, f *fetcher.Fetcher) (before, now news.Entry) {
	t.Helper()
	src := news.Source{ID: "pair", Origin: "pair", Kind: news.KindHTML, Profile: "auto", Language: p.lang, Timezone: "Asia/Shanghai", URLs: []string{p.url}}
	read := func(page string, listed news.Entry) news.Entry {
		task := news.Task{Kind: news.TaskLook, Source: src.Origin, URL: p.url, Listed: listed}
		r, problem := f.Read(src, task, fetcher.Document{UTF8: []byte(page), URL: p.url}, time.Date(2027, 6, 1, 2, 0, 0, 0, time.UTC))
		if problem != nil || len(r.Entries) != 1 {
			t.Fatalf("%s: %v", p.name, problem)
		}
		return r.Entries[0]
	}
	before = read(p.before, news.Entry{URL: p.url})
	return before, read(p.now, news.Entry{URL: p.url, Title: before.Title})
}

func sides(e news.Entry) difference.Reading {
	return difference.Reading{Title: e.Title, Date: e.Date, HTML: e.HTML, Text: e.Summary}
}

// TestLabelledEdits reads both pages of every labelled pair and says what
// changed. Beside it stands the rule of a well-known reader, that keeps an
// update only when the text grew by more than fifty characters.
func TestLabelledEdits(t *testing.T) {
	offers, err := config.Profiles(checks())
	if err != nil {
		t.Fatal(err)
	}
	f, err := fetcher.New(fetcher.Options{Profiles: offers})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"open", "sealed"} {
		files, _ := filepath.Glob(filepath.Join("testdata/edits", part, "*.txtar"))
		if len(files) == 0 {
			t.Errorf("testdata/edits/%s has no pairs", part)
			continue
		}
		s := score{make(map[string]int), make(map[string]int)}
		for n, file := range files {
			if testing.Short() && n%4 != 0 { // the race detector makes each many times as heavy
				continue
			}
			s.edit(t, readPair(t, file), f)
		}
		for _, what := range []struct {
			name  string
			share int // in a hundred, that must be right
		}{{"class", 95}, {"all classes", 0}, {"noise rejected", 98}, {"edits found", 98}, {"growth rule: noise rejected", 0}, {"growth rule: edits found", 0}} {
			right, all := s.right[what.name], s.all[what.name]
			t.Logf("%-6s %-28s %3d of %3d, %.1f %%", part, what.name, right, all, 100*float64(right)/float64(all))
			if right*100 < all*what.share {
				t.Errorf("%s: %s: %d of %d are less than %d %%", part, what.name, right, all, what.share)
			}
		}
	}
}

// edit judges what is said of a pair. An edit is what is told to subscribers;
// typography and order are kept in silence, and count as neither.
func (s score) edit(t *testing.T, p editPair, f *fetcher.Fetcher) {
	t.Helper()
	before, now := p.readings(t, f)
	r := difference.Of(sides(before), sides(now))
	got := []string{}
	for _, c := range r.Classes {
		got = append(got, string(c))
	}
	if r.Noise() {
		got = []string{"noise"}
	}
	if !s.add("class", got[0] == p.classes[0]) {
		t.Logf("%s: got %q, want %q: %q", p.name, got, p.classes, r.Differences)
	}
	if !s.add("all classes", slices.Equal(got, p.classes)) && got[0] == p.classes[0] {
		t.Logf("%s: also: got %q, want %q: %q", p.name, got, p.classes, r.Differences)
	}
	grew := utf8.RuneCountInString(fetcher.Text(now.HTML)) > utf8.RuneCountInString(fetcher.Text(before.HTML))+50
	switch first := p.classes[0]; {
	case first == "noise":
		s.add("noise rejected", r.Noise())
		s.add("growth rule: noise rejected", !grew)
	case news.EditClass(first).Told():
		s.add("edits found", r.Told())
		s.add("growth rule: edits found", grew)
	}
}
