package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

type queueCmd struct {
	JSON bool `help:"Print a JSON object a line."`
}

// waiting is a line of the editor's queue, as --json prints it.
type waiting struct {
	Since time.Time `json:"since"`
	Pos   uint64    `json:"pos"`             // of the record since which it waits for this
	Why   string    `json:"why"`             // approval, change, hold, embargo, conflict or flood
	Feed  string    `json:"feed,omitempty"`  // id; empty: every feed
	Name  string    `json:"name"`            // what `edit` takes: the story's address, of a flood SOURCE/DAY
	Title string    `json:"title,omitempty"` // as its source has it now
	Ours  string    `json:"ours,omitempty"`  // of a conflict: the editor's title over it
	Until time.Time `json:"until,omitzero"`  // of an embargo
	By    string    `json:"by,omitempty"`    // of a hold or embargo: who
	Items int       `json:"items,omitempty"` // of a flood: how many
}

const whyFlood = "flood"

// Run lists what waits: as the daemon says that holds the record, else as the
// record says.
func (c queueCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	var list []waiting
	answered, err := t.ask(cfg, "GET", "/queue", &list)
	if !answered {
		err = t.reading(cfg, func(h *house) error { list, err = h.queue(t); return err })
	}
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.note("nothing waits")
	}
	for _, q := range list {
		if c.JSON {
			err = json.NewEncoder(t.out).Encode(q)
		} else {
			_, err = io.WriteString(t.out, q.line(time.Local))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reading opens a record that no daemon holds, to read it.
func (t *terminal) reading(cfg news.Config, do func(*house) error) (err error) {
	store, err := openStore(cfg, false, t.note)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	h := &house{cfg: cfg, store: store, log: slog.New(slog.DiscardHandler)}
	if h.cfg.Publication, err = h.bind(t); err != nil {
		return err
	}
	return do(h)
}

// queue is what waits, in the order of queued.
func (h *house) queue(ctx context.Context) ([]waiting, error) {
	list := []waiting{}
	err := h.store.View(ctx, func(l *storage.Ledger) error {
		for _, q := range queued(l) {
			list = append(list, h.waiting(l, q))
		}
		return nil
	})
	return list, err
}

// dated is where a line of the queue stands.
type dated struct {
	day, seen time.Time
	address   string
}

// queued is what waits, the newest release first: by its date, then by when it
// was first seen, then by its address. A flood stands by when it came. What one
// story waits for is together, the oldest first.
func queued(l *storage.Ledger) []news.Queued {
	list, at := l.Queue(), make(map[news.StoryID]dated)
	for _, q := range list {
		if _, ok := at[q.Story]; !ok && q.Source == "" {
			s, _ := l.Story(q.Story)
			i := faceOf(l, s)
			at[q.Story] = dated{i.Dated().Time, i.FirstSeen, s.Address}
		}
	}
	place := func(q news.Queued) dated {
		if q.Source != "" {
			return dated{q.Since, q.Since, string(q.Source) + "/" + q.Day}
		}
		return at[q.Story]
	}
	slices.SortStableFunc(list, func(p, q news.Queued) int {
		a, b := place(p), place(q)
		return cmp.Or(b.day.Compare(a.day), b.seen.Compare(a.seen), cmp.Compare(a.address, b.address))
	})
	return list
}

func (h *house) waiting(l *storage.Ledger, q news.Queued) waiting {
	w := waiting{Since: q.Since, Pos: q.Pos, Why: string(q.Why), Items: q.Items}
	if q.Source != "" {
		w.Why, w.Name = whyFlood, h.rowOf(q.Source)+"/"+q.Day
		return w
	}
	s, _ := l.Story(q.Story)
	layer := l.Layer(s, q.Feed)
	w.Name, w.Title, w.Feed = s.Address, titleOf(l, s), h.feedID(q.Feed)
	switch q.Why {
	case news.WaitHold:
		held, _ := layer.Held()
		w.By = held.Who
	case news.WaitEmbargo:
		act, _ := layer.Last(news.ActEmbargo)
		w.By, w.Until = act.Who, act.Args.Until
	case news.WaitConflict:
		w.Ours = layer.Text(news.ActRetitle)
	}
	return w
}

// line is one line, with times of a zone.
func (q waiting) line(zone *time.Location) string {
	feed := q.Feed
	switch {
	case q.Why == whyFlood:
		feed = "no feed"
	case feed == "":
		feed = "every feed"
	}
	return fmt.Sprintf("%s  %s  %s  %s\n", q.Since.In(zone).Format(minute), feed, q.words(zone), q.Name)
}

// words say why it waits, and what it is.
func (q waiting) words(zone *time.Location) string {
	title := quoted(q.Title)
	switch q.Why {
	case string(news.WaitApproval):
		return "nobody has approved it  " + title
	case string(news.WaitChange):
		return "it has changed since it was approved  " + title
	case string(news.WaitHold):
		return "held by " + q.By + "  " + title
	case string(news.WaitEmbargo):
		return fmt.Sprintf("embargo until %s, by %s  %s", q.Until.In(zone).Format(minute), q.By, title)
	case string(news.WaitConflict):
		if q.Ours == "" {
			return "its source has changed what an editor wrote over  " + title
		}
		return fmt.Sprintf("its source has changed, an editor's title stands over it  now %s, ours %s", title, quoted(q.Ours))
	case whyFlood:
		return fmt.Sprintf("flood: %s came at once and have old dates or none", count(q.Items, "release"))
	}
	return q.Why + "  " + title
}
