package cluster

import (
	"testing"
	"time"

	"chinanews/news"
)

// TestNamed: a task that is gone is known by its name.
func TestNamed(t *testing.T) {
	for _, task := range []news.Task{
		{Kind: news.TaskListing, Source: "harbours", URL: "https://harbours.example/a b"},
		{Kind: news.TaskArticle, Item: news.ItemID{1}}, {Kind: news.TaskLook, Item: news.ItemID{2}},
		{Kind: news.TaskDecide, Story: news.StoryID{3}}, {Kind: news.TaskDecide, Feed: "all"}, {Kind: news.TaskDecide, Item: news.ItemID{4}},
	} {
		got, err := named(task.Name())
		if err != nil || got.Name() != task.Name() || got.Kind != task.Kind {
			t.Errorf("%q is taken for %+v, %v", task.Name(), got, err)
		}
	}
	for _, name := range []string{"", "listing", "article xyz", "decide story 12"} {
		if got, err := named(name); err == nil {
			t.Errorf("%q is taken for %+v", name, got)
		}
	}
}

// TestMerged: of one name the last word counts, and of one decision its tasks.
func TestMerged(t *testing.T) {
	at := func(n byte, due int64) news.Task {
		return news.Task{Kind: news.TaskLook, Item: news.ItemID{n}, Due: time.Unix(due, 0)}
	}
	d := merged([]news.Decision{
		{Tasks: []news.Task{at(1, 1), at(2, 1), at(3, 1)}},
		{Done: []news.Task{at(1, 0), at(3, 0)}, Tasks: []news.Task{at(3, 2)}},
		{Done: []news.Task{at(2, 0)}, Tasks: []news.Task{at(2, 3), at(4, 3)}},
	})
	want := map[byte]int64{3: 2, 2: 3, 4: 3}
	if len(d.Tasks) != len(want) || len(d.Done) != 3 {
		t.Errorf("merged are %v, done %v", d.Tasks, d.Done)
	}
	for _, task := range d.Tasks {
		if want[task.Item[0]] != task.Due.Unix() {
			t.Errorf("task %d is due at %d, want %d", task.Item[0], task.Due.Unix(), want[task.Item[0]])
		}
	}
}
