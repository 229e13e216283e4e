package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"chinanews/cmd/chinanewsd/meter"
	"chinanews/news"
	"chinanews/storage"
)

// measured has an outcome counted, and its source looked at.
func (h *house) measured(o outcome) {
	if h.watch != nil {
		h.watch.observe(o)
	}
	if h.meter != nil {
		measure(h.meter, o)
	}
}

// measure counts an outcome.
func measure(m *meter.Meter, o outcome) {
	if o.source.ID != "" {
		m.Polled(o.task.Kind, outcomeName(o.batch))
	}
	items, edits, removals := 0, 0, 0
	for _, i := range o.receipt.Decision.Ruling.Items {
		switch i.Class {
		case news.First:
			items++
			if lag, ok := lagOf(o, i); ok {
				m.Lagged(lag)
			}
		case news.Edit:
			edits++
		}
	}
	for _, x := range o.receipt.Decision.Ruling.Removal {
		if x.State == news.Removed {
			removals++
		}
	}
	m.Removed(removals)
	if o.source.ID != "" {
		m.Found(o.source.ID, items, edits)
	}
}

// outcomeName is what a poll brought, in one of few words.
func outcomeName(b news.Batch) string {
	switch {
	case b.Problem != nil:
		return string(b.Problem.Class)
	case b.Unchanged:
		return meter.Unchanged
	}
	return meter.Good
}

// lagOf is how long after its publication a release was seen; false where that
// cannot be known, or says nothing: of a day alone, of what a source listed before
// we read it.
func lagOf(o outcome, i news.ItemRuling) (lag time.Duration, ok bool) {
	if o.task.Kind != news.TaskListing || o.task.State.LastGood.IsZero() || i.As != news.AsNews || i.N >= len(o.receipt.Decision.Keep) {
		return 0, false
	}
	date := o.batch.Entries[o.receipt.Decision.Keep[i.N]].Date
	lag = o.batch.Fetched.Sub(date.Time)
	return lag, date.Precision == news.Minute && lag >= 0
}

// metered has answers counted.
func (h *house) metered(next http.Handler) http.Handler {
	if h.meter == nil {
		return next
	}
	base := h.press.pub.Site.Path()
	return h.meter.Requests.Before(func(path string) meter.Kind { return requestKind(strings.TrimPrefix(path, base)) }, next)
}

// requestKind is what a path asks for.
func requestKind(path string) meter.Kind {
	switch {
	case strings.HasPrefix(path, "/feeds/") && strings.Contains(path, "/archive/"):
		return meter.OfArchive
	case document(path):
		return meter.OfFeed
	case strings.HasPrefix(path, "/t/"):
		return meter.OfPrivate
	case strings.HasPrefix(path, "/desk"):
		return meter.OfDesk
	case strings.HasPrefix(path, "/search"):
		return meter.OfSearch
	case path == "/hub":
		return meter.OfHub
	case strings.HasSuffix(path, ".css"), strings.HasSuffix(path, ".js"), path == "/favicon.ico", path == "/robots.txt":
		return meter.OfAsset
	}
	return meter.OfPage
}

// scrapeWithin is how long the record is read for a scrape.
const scrapeWithin = 20 * time.Second

// reading is how everything is.
func (h *house) reading() (r meter.Reading, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	about, err := h.store.About()
	if err != nil {
		return r, err
	}
	r = meter.Reading{Tasks: h.flow.table.figures(h.flow.now()), Store: storeFigures(about, h.store.Work()), Alarms: h.watch.counts(), Reload: h.watch.reloading(h.loaded()), Paused: h.daemon.Paused}
	if h.member != nil {
		r.Cluster = h.member.figures()
	}
	for _, s := range h.watch.figures() {
		r.Sources = append(r.Sources, meter.Source{ID: s.id, State: s.state, Read: s.lastGood})
	}
	if room, err := h.watch.room(h.cfg.Data); err == nil {
		r.Disk = meter.Disk{Free: room.free, Size: room.total}
	}
	if last := h.keep.status().Last; last != nil {
		r.Backup = meter.Backup{At: last.At, Size: last.Size}
	}
	readers := h.readers.today()
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		for _, f := range h.cfg.Feeds {
			r.Feeds = append(r.Feeds, feedFigure(f.ID, l.Feed(f.Name), readers[f.Name]))
		}
		r.Waits = len(l.Queue())
		r.Hub = hubFigures(l)
		return nil
	})
	return r, err
}

func feedFigure(id string, s news.FeedState, readers news.Readers) meter.Feed {
	f := meter.Feed{ID: id, Entries: s.News, Changed: s.Changed, Direct: readers.Direct}
	for _, n := range readers.Stated {
		f.Stated += n
	}
	return f
}

func storeFigures(a storage.About, w storage.Work) meter.Store {
	s := meter.Store{Bytes: a.Size, Free: w.Free, Records: a.Tip.Pos, Commits: w.Commits, Took: w.Took, Within: make(map[time.Duration]uint64), Changes: w.Changes, Failed: w.Failed}
	for n, bound := range storage.CommitBounds {
		s.Within[bound] = w.Within[n]
	}
	return s
}

// hubFigures counts who is told, and who cannot be.
func hubFigures(l *storage.Ledger) meter.Hub {
	h := meter.Hub{Failing: make(map[string]int)}
	for range l.Subscriptions() {
		h.Subscriptions++
	}
	for d := range l.Deliveries() {
		if d.Tries > 0 {
			kind, _, _ := strings.Cut(d.To, " ")
			h.Failing[kind]++
		}
	}
	return h
}

// told counts an attempt to tell somebody.
func (h *house) told(d news.Delivery) {
	if h.meter != nil {
		kind, _, _ := strings.Cut(d.To, " ")
		h.meter.Told(kind, d.Tries == 0, 1)
	}
}

// figures are the tasks that wait, by kind. None is late while its host has asked
// to be left alone.
func (t *timetable) figures(now time.Time) map[news.TaskKind]meter.Tasks {
	all := make(map[news.TaskKind]meter.Tasks)
	for _, kind := range []news.TaskKind{news.TaskListing, news.TaskArticle, news.TaskLook, news.TaskDecide} {
		all[kind] = meter.Tasks{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range t.names {
		f := all[e.kind]
		f.Waiting++
		q := t.hosts[news.Host(e.url)]
		if late := now.Sub(e.due); late >= 0 && (q == nil || !q.held.After(now)) {
			f.Due++
			f.Late = max(f.Late, late)
		}
		all[e.kind] = f
	}
	return all
}

// counts are the alarms that stand, by kind.
func (w *lookout) counts() map[news.AlarmKind]int {
	w.keeping.RLock()
	defer w.keeping.RUnlock()
	return w.alarms.count()
}

// reloading is how the last attempt went to read the configuration again.
func (w *lookout) reloading(loaded time.Time) meter.Reload {
	w.mu.Lock()
	defer w.mu.Unlock()
	return meter.Reload{OK: w.reload == nil, Loaded: loaded}
}

// figures are what was measured of each source.
func (w *lookout) figures() (list []sourceFigure) {
	w.keeping.RLock()
	defer w.keeping.RUnlock()
	for _, s := range w.sources {
		list = append(list, s)
	}
	return list
}
