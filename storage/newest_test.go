package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// The items of several sources come as they were seen, the newest first, and
// those of a listing in its order; of no other source.
func TestNewest(t *testing.T) {
	now := noon
	s, err := Create(t.TempDir(), Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for n, from := range []struct {
		source news.Origin
		ids    []string
	}{{"a", []string{"1", "2"}}, {"b", []string{"3"}}, {"a~2", []string{"4"}}, {"a", []string{"5", "6", "7"}}, {"b", []string{"8"}}} {
		now = now.Add(time.Hour)
		b := news.Batch{ID: news.BatchID{byte(n + 1)}, Source: from.source, Kind: news.TaskListing}
		for _, id := range from.ids {
			b.Entries = append(b.Entries, news.Entry{ID: id, Title: id})
		}
		if _, err := s.Accept(context.Background(), b, storied); err != nil {
			t.Fatal(err)
		}
	}
	err = s.View(context.Background(), func(l *Ledger) error {
		for origins, want := range map[string]string{"a": "5 6 7 1 2", "a b": "8 5 6 7 3 1 2", "b a~2": "8 4 3", "": "", "none": "", "a~2 none": "4", "~": ""} {
			var list []news.Origin
			for _, o := range strings.Fields(origins) {
				list = append(list, news.Origin(o))
			}
			var got []string
			for i := range l.Newest(list) {
				got = append(got, i.Shown.Title)
			}
			if fmt.Sprint(got) != "["+want+"]" {
				t.Errorf("%s: %v, want %s", origins, got, want)
			}
			for range l.Newest(list) {
				break // whoever stops is not asked on
			}
			if origins == "a" {
				var same []string
				for i := range l.Items("a", time.Time{}) {
					same = append(same, i.Shown.Title)
				}
				if slices.Sort(same); len(same) != len(got) {
					t.Errorf("Items has %v", same)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
