package main

import (
	"encoding/json"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

func (s *siteFile) explained(args ...string) (e explained) {
	s.t.Helper()
	out, _ := s.do(0, append([]string{"explain", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		s.t.Fatal(err, out)
	}
	return e
}

func TestExplainTry(t *testing.T) {
	s, both, alone := editSite(t)
	s.do(0, "edit", both, "retitle", "Our title", "--who", "eve")
	s.do(0, "edit", alone, "hold", "--who", "eve")
	var story news.Story
	s.view(func(l *storage.Ledger) { story, _ = l.StoryAt(both) })
	for _, what := range [][]string{{both}, {alone}, {"release"}, {"https://nobody.example/x/y.html"}, {s.explained(both).Story.Items[0].URL}, {"http://127.0.0.1/a/20250101/foo.html"}} {
		out, _ := s.do(0, append([]string{"explain"}, what...)...)
		t.Log("\n" + out)
	}
	s.set("{id: english, title: English, language: en}", "{id: english, title: English, language: en, where: 'has(title, \"release 1\") and not (lang == \"zh\" or has(text, \"zebra\"))'}\n  - {id: held, title: Held, languages: all}\n  - {id: new, title: New, languages: all}")
	for _, what := range [][]string{{"explain", both}, {"explain", alone}, {"rehearse"}, {"rehearse", "--json"}, {"rehearse"}} {
		out, _ := s.do(0, what...)
		t.Log("\n" + out)
	}
	_ = story
}
