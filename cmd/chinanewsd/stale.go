package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// staleError is what came after what an editor saw, for which an act is not
// done.
type staleError struct {
	acts    []deed // done or taken back meanwhile, oldest first
	changed bool   // a source says something else
	came    int    // releases of a flood
	into    bool   // it is a part of another story now
}

func (e *staleError) Error() string {
	var said []string
	for _, a := range e.acts {
		said = append(said, fmt.Sprintf("%s by %s (record %d)", a.Act, a.Who, a.Pos))
	}
	if e.changed {
		said = append(said, "its source has changed what it says")
	}
	if e.came > 0 {
		said = append(said, count(e.came, "release")+" came with it")
	}
	if e.into {
		said = append(said, "it has become part of another story")
	}
	return "it is not as it was seen: " + strings.Join(said, ", ")
}

// reads are the acts that are about what a source says.
var reads = []news.Act{news.ActApprove, news.ActRetitle, news.ActSummary, news.ActNote}

// fresh refuses an act whose editor has not seen what it is about: what was
// done to it, in whichever feed and under whichever of its ids, and what is
// approved or written over. Pages name a story by the address that it has: by
// another one they were made before it was merged into the story that it is now.
func (h *house) fresh(l *storage.Ledger, scope news.Scope, s news.Story, w wish) error {
	out := &staleError{into: scope.Source == "" && w.Story != s.Address}
	for _, a := range h.deeds(l, scope, s) {
		if max(a.Pos, a.Undone) > *w.Seen {
			out.acts = append(out.acts, a)
		}
	}
	switch {
	case scope.Source != "" && w.Act == news.ActApprove:
		for _, i := range flooded(l, scope.Source, scope.Day) {
			if i.Pos > *w.Seen {
				out.came++
			}
		}
	case slices.Contains(reads, w.Act):
		out.changed = slices.ContainsFunc(s.Items, func(id news.ItemID) bool { return changedSince(l, id, *w.Seen, w.Act) })
	}
	if len(out.acts) == 0 && !out.changed && out.came == 0 && !out.into {
		return nil
	}
	return out
}

// changedSince reports whether an item says something else than as of a record.
// Whoever writes over it need not have seen that its text came.
func changedSince(l *storage.Ledger, id news.ItemID, seen uint64, act news.Act) bool {
	i, _ := l.Item(id)
	return slices.ContainsFunc(i.Versions(), func(r news.Revision) bool {
		return r.Pos > seen && (act == news.ActApprove || r.Class == news.Edit)
	})
}

// flooded are the releases that were held back of a source on a day, the
// newest first.
func flooded(l *storage.Ledger, source news.Origin, day string) (items []news.Item) {
	from, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil // nothing was held back on it
	}
	for i := range l.Items(source, from) {
		if i.As == news.AsWaiting && floodDay(i) == day {
			items = append(items, i)
		}
	}
	return items
}
