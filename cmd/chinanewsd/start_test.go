package main

import (
	"fmt"
	"slices"
	"testing"

	"chinanews/news"
)

// What the store lost of tasks is found by the items, and nothing that it has is
// planned anew.
func TestLostTasksAreFound(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/list.html", `<ul><li><a href="/x.html">A release of the harbour office</a> 2026-11-20</li><li><a href="/y.html">Another of the river office</a> 2026-11-20</li></ul>`)
	s.write(fmt.Sprintf("  - {id: b, url: \"%s/list.html\", kind: html, language: en, list: {item: [li]}}\n", o.URL), allFeed)
	s.create()
	s.do(0, "poll") // the articles are not there and will be asked for again
	h := s.open()
	defer h.close()
	had := slices.Collect(tasksOf(t, h))
	if len(had) < 2 {
		t.Fatalf("there are %d tasks", len(had))
	}
	planned := func() int {
		n := 0
		for _, kind := range []news.TaskKind{news.TaskArticle, news.TaskLook, news.TaskDecide} {
			n += h.flow.table.pending(kind, h.flow.now().AddDate(1, 0, 0))
		}
		return n
	}
	for _, c := range []struct {
		lose     []news.Task
		at, then int // planned at the start, and after it
	}{{nil, len(had), len(had)}, {had[:1], len(had) - 1, len(had)}, {had, 0, len(had)}} {
		if err := h.store.SaveTasks(t.Context(), nil, c.lose); err != nil {
			t.Fatal(err)
		}
		h.flow.table.sift(func(news.Task) bool { return true })
		if err := h.flow.load(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		if n := planned(); n != c.at || n == 0 && c.at > 0 {
			t.Errorf("of %d tasks, %d of them lost, %d are planned at the start, want %d", len(had), len(c.lose), n, c.at)
		}
		if err := h.flow.findLost(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := planned(); n != c.then || n == 0 {
			t.Errorf("of %d tasks, %d of them lost, %d are found, want %d", len(had), len(c.lose), n, c.then)
		}
	}
}
