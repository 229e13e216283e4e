package main

import (
	"context"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// corpusCounts are the items of each captured feed, counted by another parser.
func corpusCounts(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("../../fetcher/feed/testdata/corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if n, err := strconv.Atoi(fields[1]); err == nil {
			counts[fields[0]] = n
		}
	}
	return counts
}

// lookAtAll lets the flow look at every page that was read, now.
func lookAtAll(t *testing.T, h *house) {
	t.Helper()
	f := h.flow
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for _, src := range f.by().rows {
			for i := range l.Items(src.Origin, f.now().Add(-lostTasks)) {
				f.table.put(news.Task{Kind: news.TaskLook, Source: src.Origin, URL: i.Shown.URL, Item: i.ID, Due: f.now(), Listed: i.Shown})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.idle = func() bool { return f.table.idle(f.now()) }
	if err := f.run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// tasksOf are the tasks of a house's store.
func tasksOf(t *testing.T, h *house) iter.Seq[news.Task] {
	t.Helper()
	var tasks []news.Task
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		tasks = slices.Collect(l.Tasks())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Values(tasks)
}
