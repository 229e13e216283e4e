package curator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/curator/likeness"
	"chinanews/curator/sibling"
	"chinanews/news"
)

func shelfEntry() news.Entry {
	return news.Entry{URL: "http://harbour.example/2026/t1126_1.html", Title: "Harbour authority opens the second berth", Lang: "en",
		Date:    news.Date{Time: time.Date(2026, 5, 4, 9, 30, 0, 5, time.UTC), Precision: news.Minute, Zone: "Asia/Shanghai"},
		Summary: "The berth is open.", HTML: "<p>" + strings.Repeat("The second berth takes 14,300 ships of the northern line. ", 9) + "</p>"}
}

// Entries that differ in anything that is prepared are two, and equal ones are
// one, wherever their time was made.
func TestShelfTellsEntriesApart(t *testing.T) {
	changes := map[string]func(*news.Entry){
		"title":     func(e *news.Entry) { e.Title += "!" },
		"url":       func(e *news.Entry) { e.URL += "?p=2" },
		"language":  func(e *news.Entry) { e.Lang = "zh" },
		"summary":   func(e *news.Entry) { e.Summary = "" },
		"text":      func(e *news.Entry) { e.HTML += " " },
		"moved":     func(e *news.Entry) { e.Summary, e.HTML = e.Summary+e.HTML[:1], e.HTML[1:] },
		"time":      func(e *news.Entry) { e.Date.Time = e.Date.Time.Add(time.Nanosecond) },
		"year":      func(e *news.Entry) { e.Date.Time = e.Date.Time.AddDate(900, 0, 0) },
		"precision": func(e *news.Entry) { e.Date.Precision = news.Day },
		"zone":      func(e *news.Entry) { e.Date.Zone = "" },
	}
	var s shelf
	first := s.take(shelfEntry())
	same := shelfEntry()
	same.Date.Time = same.Date.Time.In(time.FixedZone("", 3600))
	same.ID, same.Digest, same.Date.Raw = "id", "digest", "raw"
	if s.take(same) != first {
		t.Error("an equal entry is prepared again")
	}
	for name, change := range changes {
		e := shelfEntry()
		change(&e)
		if s.take(e) == first {
			t.Errorf("%s: another entry is taken for the first", name)
		}
		if p := s.take(e); !reflect.DeepEqual(p.text(), likeness.Of(e)) || !reflect.DeepEqual(p.version(), sibling.Of(e)) {
			t.Errorf("%s: it is not what is made of the entry", name)
		}
	}
}

// What was forgotten is prepared again, and nothing else of it is left.
func TestShelfForgets(t *testing.T) {
	var s shelf
	first := s.take(shelfEntry())
	s.clear()
	if s.recent != nil || s.before != nil || s.size != 0 {
		t.Errorf("%d and %d are kept, of %d bytes", len(s.recent), len(s.before), s.size)
	}
	if s.take(shelfEntry()) == first {
		t.Error("what was forgotten is still there")
	}
}

// However many are taken, by however many at once, what is kept has a bound and
// each is what it would be alone.
func TestShelfIsBounded(t *testing.T) {
	var s shelf
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for n := range 300 {
				e := shelfEntry()
				e.Title = fmt.Sprint("Berth ", (n+g)%200)
				e.HTML += strings.Repeat("<br>", 1000)
				if got := s.take(e).like(); !slices.Equal(got, prepare(e).like()) {
					t.Errorf("%q has %x", e.Title, got)
				}
			}
		})
	}
	all.Wait()
	if n := len(s.recent) + len(s.before); n > 2*(shelfSize/4000+1) || n < shelfSize/6000 {
		t.Errorf("%d are kept", n)
	}
}

// The two kinds of features of an entry are never taken for each other.
func TestFeaturesAreOfTwoKinds(t *testing.T) {
	p := prepare(shelfEntry())
	odd := func(f uint64) bool { return f&1 == 1 }
	if slices.ContainsFunc(p.like(), odd) || len(p.like()) != len(p.text().Features()) {
		t.Errorf("of releases: %x", p.like())
	}
	if slices.ContainsFunc(p.versions(), func(f uint64) bool { return !odd(f) }) || len(p.versions()) != len(p.version().Features()) {
		t.Errorf("of versions: %x", p.versions())
	}
}
