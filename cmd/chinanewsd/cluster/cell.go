package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"chinanews/news"
)

// heardIn reads what timetables want to know of cells. One that cannot be read
// is left out, and named.
func heardIn(cells []news.Cell) (h Heard, err error) {
	for _, c := range cells {
		var bad error
		switch c.Bucket {
		case "tasks":
			bad = h.task(c)
		case "polls":
			h.Polls, bad = appended(h.Polls, c)
		case "hosts":
			h.Hosts, bad = appended(h.Hosts, c)
		case "hub":
			h.Hub = true
		}
		if bad != nil {
			err = errors.Join(err, fmt.Errorf("%s %q: %w", c.Bucket, c.Key, bad))
		}
	}
	return h, err
}

// task notes a task that came, or went.
func (h *Heard) task(c news.Cell) (err error) {
	if c.Value != nil {
		all, err := appended(h.Tasks, c)
		if err == nil && all[len(all)-1].Name() != string(c.Key) {
			err = errors.New("it is another task's name")
		}
		if err == nil {
			h.Tasks = all
		}
		return err
	}
	t, err := named(string(c.Key))
	if err == nil {
		h.Done = append(h.Done, t)
	}
	return err
}

// appended appends what a cell holds; one that is gone holds nothing.
func appended[T any](list []T, c news.Cell) ([]T, error) {
	if c.Value == nil {
		return list, nil
	}
	var v T
	if err := json.Unmarshal(c.Value, &v); err != nil {
		return list, err
	}
	return append(list, v), nil
}

// named is a task of a name, as far as that says what it is: news.Task.Name
// gives the same again.
func named(name string) (t news.Task, err error) {
	kind, rest, ok := strings.Cut(name, " ")
	t.Kind = news.TaskKind(kind)
	what, id, two := strings.Cut(rest, " ")
	switch {
	case !ok:
		err = errors.New("it is no task's name")
	case t.Kind == news.TaskListing:
		t.Source, t.URL = news.Origin(what), id
	case two && what == "feed":
		t.Feed = news.FeedName(id)
	case two && what == "story":
		err = t.Story.UnmarshalText([]byte(id))
	default:
		err = t.Item.UnmarshalText([]byte(rest))
	}
	return t, err
}
