package main

import (
	"testing"

	"chinanews/news"
)

// Rows of the record get the headers that the file has for them, and the file's own
// rows stay as they are.
func TestRowsOfTheRecordGetHeaders(t *testing.T) {
	file := []news.Source{{ID: "a", Headers: map[string]string{"X-Key": "1"}}, {ID: "b", Name: "of the file"}}
	recorded := []news.Source{{ID: "b"}, {ID: "a"}, {ID: "c"}}
	rows := withHeaders(recorded, file)
	if rows[1].Headers["X-Key"] != "1" || rows[0].Headers != nil || rows[2].Headers != nil || rows[0].Name != "" {
		t.Errorf("the rows are %+v", rows)
	}
	if recorded[1].Headers != nil {
		t.Error("rows that others hold are changed")
	}
}

func TestRowsByOriginAreShared(t *testing.T) {
	list := []news.Source{{ID: "lakes", Origin: "first", Rank: 7}}
	rows := byOrigin(list)
	if rows["first"] != &list[0] {
		t.Error("a row is copied")
	}
	if got := row(rows, "first"); got.Rank != 7 {
		t.Errorf("the row is %+v", got)
	}
	if got := row(rows, "gone"); got.ID != "gone" || got.Origin != "gone" {
		t.Errorf("of a row that is no more %+v is left", got)
	}
}

// A page names the sources of its feeds, and no others.
func TestSourcesOfFeeds(t *testing.T) {
	all := []news.Source{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	l := &library{press: &press{pub: news.Publication{Sources: all}}}
	for want, feeds := range map[string][]news.Feed{
		"":    {},
		"b":   {{Sources: []string{"b"}}},
		"ac":  {{Sources: []string{"c", "a"}}, {Sources: []string{"a"}}},
		"abc": {{Sources: []string{"c", "a"}}, {Sources: []string{"b"}}},
	} {
		got := ""
		for _, s := range l.sources(feeds...) {
			got += s.ID
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
