package main

import (
	"fmt"
	"testing"
	"time"

	"chinanews/news"
)

// What is due or on its way is told by source, what has its turn later is not.
func TestDeskComing(t *testing.T) {
	s := sitDown(t)
	now := s.h.flow.now()
	said := func() (words []string) {
		c, err := editors{s.h}.Coming(t.Context())
		if err != nil || c.More > 0 {
			t.Fatal(c, err)
		}
		words = append(words, fmt.Sprint(c.Together))
		for _, p := range c.Sources {
			words = append(words, fmt.Sprintf("%s %d/%d", p.Source.ID, p.Left, p.All))
		}
		return words
	}
	expect := func(want string) {
		t.Helper()
		if got := fmt.Sprint(said()); got != want {
			t.Errorf("%s comes, want %s", got, want)
		}
	}
	table := s.h.flow.table
	expect("[false]")
	for n, due := range []time.Time{now.Add(-time.Minute), now.Add(-time.Minute), now.Add(time.Hour)} {
		table.put(news.Task{Kind: news.TaskArticle, Source: "a", Item: news.ItemID{byte(n + 1)}, URL: "http://a.example/x", Due: due})
	}
	b := news.Task{Kind: news.TaskListing, Source: "b", URL: s.from.URL + "/b.xml"}
	s.h.flow.first, s.h.flow.filling = map[string]bool{b.Name(): true}, true
	expect("[true a 2/4 b 0/0]")
	one, ok, _ := table.next(now)
	if !ok || one.Kind != news.TaskArticle {
		t.Fatal(one, ok)
	}
	expect("[true a 2/4 b 0/0]")
	table.done(one, now, 0)
	delete(s.h.flow.first, b.Name())
	expect("[true a 1/4]")
}
