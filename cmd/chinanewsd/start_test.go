package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
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
		if _, err := h.store.Rebuild(t.Context()); err != nil { // else nobody looks again
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
		saved := len(slices.Collect(tasksOf(t, h)))
		if n := planned(); n != c.then || n == 0 || saved != n {
			t.Errorf("of %d tasks, %d of them lost, %d are found and %d saved, want %d", len(had), len(c.lose), n, saved, c.then)
		}
	}
}

// Items are looked through for lost tasks once, and not by who asks one source.
func TestLostTasksAreLookedForOnce(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 3))
	s.write(feedRow("a", o.URL+"/a.xml")+feedRow("b", o.URL+"/b.xml"), allFeed)
	s.create()
	seen := func() (is bool) {
		s.view(func(l *storage.Ledger) { is = l.Planned(curator.Planning) })
		return is
	}
	for _, step := range []struct {
		does string
		args []string
		want bool
	}{{"of one source", []string{"poll", "a"}, false}, {"of all", []string{"poll"}, true}, {"of one source again", []string{"poll", "a"}, true}} {
		if s.do(0, step.args...); seen() != step.want {
			t.Errorf("after a poll %s, whether all was looked through is %v", step.does, seen())
		}
	}
	s.set("kind: feed", "kind: feed, fresh: 5d")
	s.do(0, "poll", "a")
	if seen() {
		t.Error("what was looked through by another configuration counts")
	}
}

// Tasks that are due later are read after the start, each once, whatever many
// are due at one moment; what was planned meanwhile stays.
func TestLaterTasksAreReadBehind(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	s.write(fmt.Sprintf("  - {id: b, url: \"%s/list.html\", kind: html, language: en, list: {item: [li]}}\n", o.URL), allFeed)
	s.create()
	h := s.open()
	defer h.close()
	now := h.flow.now().Truncate(time.Second)
	var all []news.Task
	for n := range 3*portion + 7 {
		due := now.Add(time.Duration(n/(2*portion)) * time.Hour) // very many at once, then fewer
		all = append(all, news.Task{Kind: news.TaskArticle, Source: "b", URL: fmt.Sprintf("%s/%d.html", o.URL, n), Item: news.ItemID{byte(n), byte(n >> 8), 1}, Due: due.Add(time.Duration(n%3) * 30 * time.Minute)})
	}
	if err := h.store.SaveTasks(t.Context(), all, nil); err != nil {
		t.Fatal(err)
	}
	planned := func(until time.Time) int { return h.flow.table.pending(news.TaskArticle, until) }
	far, until := now.AddDate(1, 0, 0), now.Add(soon)
	if err := h.flow.loadUntil(t.Context(), false, until); err != nil {
		t.Fatal(err)
	}
	if got, want := planned(far), planned(until); got != want || want == 0 || want == len(all) {
		t.Errorf("%d of %d tasks are planned at the start, of which %d are due soon", got, len(all), want)
	}
	moved := all[len(all)-1]
	moved.Due = now
	h.flow.table.put(moved)
	before := planned(now)
	if err := h.flow.loadFrom(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	if got := planned(far); got != len(all) {
		t.Errorf("%d of %d tasks are planned", got, len(all))
	}
	if got := planned(now); got != before {
		t.Errorf("%d tasks are due, want %d: what was planned is forgotten", got, before)
	}
}
