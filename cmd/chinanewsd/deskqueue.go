package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"chinanews/feedout/desk"
	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// editors show the record to the desk, and do what is asked for there.
type editors struct{ *house }

var (
	_ desk.Queue   = editors{}
	_ desk.Stories = editors{}
)

// Waiting is part of desk.Queue.
func (h editors) Waiting(ctx context.Context) (n int, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error { n = len(lined(l.Queue())); return nil })
	return n, err
}

// Lines is part of desk.Queue.
func (h editors) Lines(ctx context.Context, from, most int) (all desk.Lines, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		all.Seen = l.Next() - 1
		lines := lined(queued(l))
		all.Total = len(lines)
		from = min(from, len(lines))
		for _, waits := range lines[from:min(from+most, len(lines))] {
			line, err := h.line(l, waits)
			if err != nil {
				return err
			}
			all.Lines = append(all.Lines, line)
		}
		return nil
	})
	return all, err
}

// lined puts what a story waits for together.
func lined(list []news.Queued) (lines [][]news.Queued) {
	at := make(map[news.StoryID]int)
	for _, q := range list {
		n, ok := at[q.Story]
		if q.Source != "" || !ok {
			at[q.Story], n = len(lines), len(lines)
			lines = append(lines, nil)
		}
		lines[n] = append(lines[n], q)
	}
	return lines
}

func (h editors) line(l *storage.Ledger, waits []news.Queued) (line desk.Line, err error) {
	if q := waits[0]; q.Source != "" {
		w := h.waiting(l, q)
		line = desk.Line{Name: w.Name, Items: q.Items, Waits: []desk.Wait{h.waitOf(l, q)}}
		line.Source = row(h.flow.rows, q.Source)
		return line, nil
	}
	s, _ := l.Story(waits[0].Story)
	line.Brief, line.Name = h.brief(l, s), s.Address
	lead, _ := l.Item(h.leadIn(l, s, waits[0].Feed))
	summary, html, err := l.Texts(lead.ShownPos(), lead.Shown)
	line.Excerpt, line.Reading = site.Excerpt(lead.Shown.Lang, summary, html), lead.ShownRev
	layer := l.Layer(s, "")
	line.Note, line.Tags = news.Line(layer.Text(news.ActNote)), layer.Tags()
	for _, q := range waits {
		line.Waits = append(line.Waits, h.waitOf(l, q))
	}
	if acts := h.done(l, news.Scope{Story: s.ID}, s); len(acts) > 0 {
		line.Last = acts[len(acts)-1]
	}
	return line, err
}

func (h editors) waitOf(l *storage.Ledger, q news.Queued) desk.Wait {
	w := h.waiting(l, q)
	out := desk.Wait{Why: w.Why, Feed: h.named(q.Feed), Since: w.Since, By: w.By, Until: w.Until}
	if w.Ours != "" {
		out.Own = w.Title
	}
	if kind, ok := map[news.Why]news.Act{news.WaitHold: news.ActHold, news.WaitEmbargo: news.ActEmbargo}[q.Why]; ok {
		s, _ := l.Story(q.Story)
		act, _ := l.Layer(s, q.Feed).Last(kind)
		out.Act = act.Pos
	}
	return out
}

// named is a feed as the desk names it: without an id where it is none.
func (h editors) named(name news.FeedName) desk.Named {
	for _, f := range h.cfg.Feeds {
		if f.Name == name {
			return desk.Named{ID: f.ID, Title: f.Title}
		}
	}
	return desk.Named{ID: string(name), Title: string(name)}
}

// leadIn is the item whose text a story has in a feed, or would have; the feed
// empty, in the first that says.
func (h editors) leadIn(l *storage.Ledger, s news.Story, feed news.FeedName) news.ItemID {
	id := ""
	if feed != "" {
		id = h.feedID(feed)
	}
	for _, in := range h.flow.curator.Explain(l, s, id).Feeds {
		if !in.Lead.IsZero() {
			return in.Lead
		}
	}
	return s.Items[0]
}

// brief is a story in a list. Its words are those of its lead, as titleOf has
// it.
func (h editors) brief(l *storage.Ledger, s news.Story) desk.Brief {
	i, _ := l.Item(s.Items[0])
	for _, name := range s.Feeds {
		if m, ok := memberOf(l, name, s); ok {
			i, _ = l.Item(m.Lead)
			break
		}
	}
	return h.briefOf(l, s, i)
}

func (h editors) briefOf(l *storage.Ledger, s news.Story, i news.Item) desk.Brief {
	b := desk.Brief{Address: s.Address, Title: shownTitle(l, s), Lang: cmp.Or(i.Shown.Locale, i.Shown.Lang), Source: row(h.flow.rows, i.Source), Date: i.Dated(), URL: i.Shown.URL}
	if b.Title != news.Line(i.Shown.Title) {
		b.Lang = cmp.Or(news.LanguageOf(b.Title), b.Lang)
	}
	return b
}

// mostFirst is how many releases of a flood are shown.
const mostFirst = 100

// Flood is part of desk.Queue.
func (h editors) Flood(ctx context.Context, source, day string) (f desk.Flood, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		scope, _, err := h.scopeBy(l, source+"/"+day)
		if err != nil || scope.Source == "" {
			return desk.ErrNotFound
		}
		items := flooded(l, scope.Source, scope.Day)
		f = desk.Flood{Seen: l.Next() - 1, Name: h.nameOf(news.Story{}, scope), Source: row(h.flow.rows, scope.Source), Day: day, Items: len(items)}
		if len(items) == 0 {
			return desk.ErrNotFound
		}
		for _, i := range items[:min(len(items), mostFirst)] {
			s, _ := l.Story(i.Story)
			b := h.briefOf(l, s, i)
			b.Title = cmp.Or(b.Title, news.Line(i.Shown.Title))
			f.First = append(f.First, b)
		}
		f.Acts = h.done(l, scope, news.Story{})
		slices.Reverse(f.Acts)
		f.Open = slices.ContainsFunc(l.Queue(), func(q news.Queued) bool { return q.Source == scope.Source && q.Day == day })
		return nil
	})
	return f, err
}

// done are the acts on a story or flood as the desk shows them, the oldest
// first.
func (h editors) done(l *storage.Ledger, scope news.Scope, s news.Story) (all []desk.Deed) {
	for _, a := range h.deeds(l, scope, s) {
		all = append(all, h.deed(l, a))
	}
	return all
}

func (h editors) deed(l *storage.Ledger, a deed) desk.Deed {
	d := desk.Deed{Pos: a.Pos, At: a.At, Who: a.Who, Act: a.Act, Words: cmp.Or(a.Args.Text, a.Args.Reason), Tags: a.Args.Tags, Until: a.Args.Until, Undone: a.Undone, Undoer: a.Undoer, Flood: a.Scope.Source != ""}
	if a.Scope.Feed != "" {
		d.Feed = h.named(a.Scope.Feed)
	}
	if !a.Args.Story.IsZero() {
		d.Other = l.Address(a.Args.Story)
	}
	for _, id := range a.Args.Items {
		i, _ := l.Item(id)
		d.Off = append(d.Off, h.rowOf(i.Source))
	}
	return d
}

// undoing is the act by which one was taken back.
func (h editors) undoing(l *storage.Ledger, a deed) desk.Deed {
	d := h.deed(l, a)
	d.Undoes, d.Pos, d.Undone, d.Who, d.Undoer = a.Pos, a.Undone, 0, a.Undoer, ""
	d.At = time.Time{}
	if f, err := l.Fact(a.Undone); err == nil {
		d.At = f.At
	}
	return d
}
