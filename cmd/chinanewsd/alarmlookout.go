package main

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// lookout notices what is not well about the running of the site, and remembers
// it, so that operators are told once when it begins and once when it is over.
// It is made once; present is the house as it is now, and may be another after a
// reload.
type lookout struct {
	store   *storage.Store
	present func() *house
	now     func() time.Time
	room    func(dir string) (space, error)
	log     *slog.Logger

	bell chan struct{}

	mu      sync.Mutex
	touched map[news.Origin]bool // sources that were asked since the last look
	reload  error                // of the last attempt

	looking  sync.Mutex            // held by look, for what follows
	seen     *house                // that was looked at
	unsaved  map[string]news.Alarm // by their entries' ids
	unsaving bool                  // could not be saved
	shown    map[string]showing    // by the address of a list

	keeping sync.RWMutex // for what follows; look alone writes
	alarms  alarms
	sources map[news.Origin]sourceFigure
}

// sourceFigure is what is counted and measured of a source.
type sourceFigure struct {
	id       string
	state    news.Condition
	lastGood time.Time
	looked   time.Time // when it was judged
}

// showing is a certificate, and when it was.
type showing struct {
	news.TLSCertificate
	at time.Time
}

// newLookout goes on with what was noticed before this start.
func newLookout(ctx context.Context, store *storage.Store, present func() *house) (*lookout, error) {
	h := present()
	w := &lookout{store: store, present: present, now: h.flow.now, room: spaceOf, log: h.log, bell: make(chan struct{}, 1),
		touched: make(map[news.Origin]bool), unsaved: make(map[string]news.Alarm), sources: make(map[news.Origin]sourceFigure)}
	err := store.View(ctx, func(l *storage.Ledger) error { w.alarms = newAlarms(l.Alarms()); return nil })
	return w, err
}

// observe notes that a source was asked. It does not block.
func (w *lookout) observe(o outcome) {
	if o.task.Kind == news.TaskListing && !w.stays(o) {
		w.touch(o.source.Origin)
	}
}

// judgeAnew is how long a source that is well and says nothing new counts as
// well: only time can make it another, and that takes days.
const judgeAnew = time.Hour

// stays reports whether a source is as it was when it was judged of late, and
// notes that it was read.
func (w *lookout) stays(o outcome) bool {
	if !saysNothing(o.task.State, o.batch) || o.batch.State.Certificate != o.task.State.Certificate {
		return false
	}
	w.keeping.Lock()
	defer w.keeping.Unlock()
	figure, known := w.sources[o.source.Origin]
	if !known || figure.id != o.source.ID || figure.state.Alarming() || figure.state == news.Waiting || w.now().Sub(figure.looked).Abs() > judgeAnew {
		return false
	}
	figure.lastGood = latest(figure.lastGood, o.batch.State.LastGood)
	w.sources[o.source.Origin] = figure
	return true
}

// touch notes that a source was asked, by whatever node.
func (w *lookout) touch(origin news.Origin) {
	w.mu.Lock()
	w.touched[origin] = true
	w.mu.Unlock()
	w.ring()
}

// reloaded notes how an attempt went to read the configuration again.
func (w *lookout) reloaded(err error) {
	w.mu.Lock()
	w.reload = err
	w.mu.Unlock()
	w.ring()
}

func (w *lookout) ring() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// How often is looked at least and at most. A clock that jumped is not believed
// for a minute alone, in which it must be seen.
const (
	lookEvery = 30 * time.Second
	lookPause = 5 * time.Second
)

// run looks until ctx ends.
func (w *lookout) run(ctx context.Context) error {
	for {
		w.look(ctx)
		if !waited(ctx, lookPause) {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.bell:
		case <-time.After(lookEvery):
		}
	}
}

// look looks at everything once.
func (w *lookout) look(ctx context.Context) {
	w.looking.Lock()
	defer w.looking.Unlock()
	h, now := w.present(), w.now().UTC().Truncate(time.Second)
	found, odd := w.clock(ctx)
	sources, err := w.lookAtSources(ctx, h)
	if err != nil && ctx.Err() == nil {
		w.log.Error("it could not be read how the sources are; it is tried again", "err", err)
	}
	found = append(found, sources...)
	if !odd {
		found = append(found, w.certificates(now)...)
	}
	found = append(found, w.house(h)...)
	if ctx.Err() != nil { // what ends is not well
		return
	}
	w.keep(ctx, now, found)
}

// house looks at what there is one of.
func (w *lookout) house(h *house) (found []symptom) {
	if room, err := w.room(h.cfg.Data); err == nil {
		_, low := w.standing(news.AlarmDisk)
		found = append(found, findDisk(h.cfg.Data, room, w.store.Work().Failing, low))
	}
	failed, _ := w.standing(news.AlarmBackup)
	if f, ok := findBackup(h.keep.status(), failed.Since, h.cfg.Data); ok {
		found = append(found, f)
	}
	if h.member != nil {
		found = append(found, h.member.symptom(w.now()))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return append(found, findReload(w.reload, h.cfg.File))
}

func (w *lookout) standing(kind news.AlarmKind) (news.Alarm, bool) {
	w.keeping.RLock()
	defer w.keeping.RUnlock()
	return w.alarms.standing(subject{kind: kind})
}

// atOnce is how many sources are read in one look into the record.
const atOnce = 500

// lookAtSources judges those that were asked since the last look; in a house
// that was not looked at before, all.
func (w *lookout) lookAtSources(ctx context.Context, h *house) (found []symptom, err error) {
	rows := w.due(h)
	for part := range slices.Chunk(rows, atOnce) {
		err := w.store.View(ctx, func(l *storage.Ledger) error {
			for _, src := range part {
				w.lookAtSource(l, src, &found)
			}
			return nil
		})
		if err != nil { // what was not read is touched still
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, src := range rows {
				w.touched[src.Origin] = true
			}
			return found, err
		}
	}
	return append(found, w.orphans(h)...), nil
}

// due are the rows that are to be looked at.
func (w *lookout) due(h *house) (rows []*news.Source) {
	w.mu.Lock()
	touched := w.touched
	w.touched = make(map[news.Origin]bool)
	w.mu.Unlock()
	if h != w.seen {
		w.seen, w.shown = h, make(map[string]showing)
		w.keeping.Lock()
		maps.DeleteFunc(w.sources, func(o news.Origin, _ sourceFigure) bool { return h.rows[o] == nil }) // others are as they were until they are read
		w.keeping.Unlock()
		touched = nil
	}
	for n := range h.cfg.Sources {
		if row := &h.cfg.Sources[n]; touched == nil || touched[row.Origin] {
			rows = append(rows, row)
		}
	}
	return rows
}

func (w *lookout) lookAtSource(l *storage.Ledger, src *news.Source, found *[]symptom) {
	s := statusOf(l, *src)
	if f, ok := findSource(src.Origin, s); ok {
		*found = append(*found, f)
	}
	figure := sourceFigure{id: src.ID, state: s.State, looked: w.now()}
	for _, u := range src.URLs {
		state, _ := l.Poll(src.Origin, u)
		figure.lastGood = latest(figure.lastGood, state.LastGood)
		if c := state.Certificate; !src.Paused && !c.Until.IsZero() && state.LastTry.After(w.shown[u].at) {
			w.shown[u] = showing{c, state.LastTry}
		}
	}
	w.keeping.Lock()
	defer w.keeping.Unlock()
	w.sources[src.Origin] = figure
}

// certificates judges what hosts showed. Lists of one host may lead to several
// others: what ends first counts, whichever was asked last.
func (w *lookout) certificates(now time.Time) (found []symptom) {
	first := make(map[string]news.TLSCertificate)
	for u, s := range w.shown {
		host := news.Host(u)
		if c, ok := first[host]; !ok || s.Until.Before(c.Until) || s.Until.Equal(c.Until) && s.Host < c.Host {
			first[host] = s.TLSCertificate
		}
	}
	for _, host := range slices.Sorted(maps.Keys(first)) {
		found = append(found, findCertificate(host, first[host], now))
	}
	return found
}

// orphans are well, in their way: nobody asks of them any more.
func (w *lookout) orphans(h *house) (found []symptom) {
	w.keeping.RLock()
	defer w.keeping.RUnlock()
	source := func(origin string) bool { _, ok := w.sources[news.Origin(origin)]; return ok }
	for _, s := range w.alarms.orphans(news.AlarmSource, source) {
		found = append(found, well(s, "Source "+s.about+" has no row any more"))
	}
	asked := make(map[string]bool)
	for u := range w.shown {
		asked[news.Host(u)] = true
	}
	host := func(host string) bool { return asked[host] }
	for _, s := range w.alarms.orphans(news.AlarmCertificate, host) {
		found = append(found, well(s, s.about+" is not asked any more"))
	}
	return found
}

// keep remembers what was found, says what is new of it, and writes that down.
// What cannot be written is tried again at the next look; a kill before that has
// it noticed once more, under the same id.
func (w *lookout) keep(ctx context.Context, now time.Time, found []symptom) {
	w.keeping.Lock()
	turned := w.alarms.take(now, found)
	w.keeping.Unlock()
	for _, a := range turned {
		w.unsaved[news.AlarmURN("", a, false)] = a
		if a.Stands() {
			w.log.Warn("alarm: "+a.Title, "why", a.Words, "do", a.Hint)
		} else {
			w.log.Info("alarm over: "+a.Back, "since", a.Since.Format(time.RFC3339))
		}
	}
	if len(w.unsaved) == 0 {
		return
	}
	list := slices.SortedFunc(maps.Values(w.unsaved), func(a, b news.Alarm) int { return cmp.Or(cmp.Compare(a.About, b.About), cmp.Compare(a.N, b.N)) })
	switch err := w.store.SaveAlarms(ctx, list); {
	case err == nil:
		clear(w.unsaved)
		w.unsaving = false
	case ctx.Err() == nil && !w.unsaving:
		w.unsaving = true
		w.log.Error("alarms could not be written down; it is tried again", "err", err)
	}
}
