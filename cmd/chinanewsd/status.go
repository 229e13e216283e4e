package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

type statusCmd struct {
	Source string `arg:"" optional:"" help:"Id of a source: what it usually is, and what has changed."`
	JSON   bool   `help:"Print JSON."`
}

// Run shows how everything is, or one source: as the daemon says that holds
// the record, else as the record says.
func (c statusCmd) Run(t *terminal) error {
	cfg, bad, err := t.loadAnyhow()
	if err != nil {
		return err
	}
	var o overview
	answered, err := t.ask(cfg, "GET", "/status?source="+url.QueryEscape(c.Source), &o)
	switch {
	case bad == nil && !answered:
		if o, err = t.look(cfg, c.Source); errors.Is(err, storage.ErrNone) {
			err = fmt.Errorf("%w; %s", err, elsewhere)
		}
	case bad != nil && !answered:
		return bad
	case bad != nil:
		t.note(bad.Error() + "\nThis is wrong with the configuration as it is now; the daemon works by the one that it has.")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(o)
	}
	return o.print(t.out, inkFor(t.out), time.Now())
}

// look is the overview by the record itself, which it does not change.
func (t *terminal) look(cfg news.Config, source string) (o overview, err error) {
	store, err := openStore(cfg, false, t.note)
	if held, ok := errors.AsType[*storage.InUseError](err); ok {
		return o, fmt.Errorf("the record in %s is in use by pid %d, which does not answer at %s", held.Dir, held.PID, socketPaths(cfg.Data)[0])
	}
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return overviewOf(t, cfg, store, source)
}

// overviewOf is the overview of a record that no daemon holds.
func overviewOf(ctx context.Context, cfg news.Config, store *storage.Store, source string) (o overview, err error) {
	h := &house{lasting: lasting{store: store, log: slog.New(slog.DiscardHandler)}, cfg: cfg, keep: &keeper{store: store, cfg: cfg}}
	if h.cfg.Publication, err = h.bind(ctx); err != nil {
		return o, err
	}
	return h.overview(ctx, source)
}

// overview is what `status` shows, as --json prints it.
type overview struct {
	Version string         `json:"version"`
	Daemon  *daemonStatus  `json:"daemon"`            // null: none runs
	Cluster *memberStatus  `json:"cluster,omitempty"` // one node: none
	Record  recordStatus   `json:"record"`
	Backup  backupStatus   `json:"backup"`
	Alarms  []news.Alarm   `json:"alarms"` // that stand
	Queue   []queueStatus  `json:"queue"`
	Waits   int            `json:"waits"` // for an editor
	Sources []sourceStatus `json:"sources"`
	Retired []news.Origin  `json:"retired"` // sources with a history and no row
	Feeds   []feedStatus   `json:"feeds"`
	Told    toldStatus     `json:"told"`
	Detail  *sourceDetail  `json:"detail,omitempty"` // of the source that was asked for; then Sources has it alone
}

type daemonStatus struct {
	PID         int         `json:"pid"`
	Since       time.Time   `json:"since"`
	Loaded      time.Time   `json:"loaded"` // when the configuration that it works by was read
	Reload      *reload     `json:"reload"` // the last since the start; null: there was none
	Paused      bool        `json:"paused"`
	whereabouts             // where it listens
	Read        whereabouts `json:"read"` // what the configuration said of that at its start; sockets of the service manager's win
}

// whereabouts is where the daemon listens.
type whereabouts struct {
	Listen string `json:"listen"`
	Admin  string `json:"admin"` // empty: nowhere
}

// memberStatus is how this node stands among the others.
type memberStatus struct {
	Node  string `json:"node"`
	Rules string `json:"rules"`           // the node that does, as far as is known
	Parts int    `json:"parts"`           // partitions of hosts that this node polls
	Lag   uint64 `json:"lag"`             // records
	Over  string `json:"over,omitempty"`  // why it follows no more
	Waits string `json:"waits,omitempty"` // for what, since when and why, before it takes part
}

type recordStatus struct {
	File        string `json:"file"`
	Size        int64  `json:"size"`
	Site        string `json:"site"`
	Incarnation string `json:"incarnation"`
	Pos         uint64 `json:"pos"`
	Link        string `json:"link"`

	Kept int64     `json:"kept"`          // bytes of captures that are kept for ever, and so in each backup
	Last time.Time `json:"last,omitzero"` // when its last entry was made
}

// queueStatus is the tasks of one kind.
type queueStatus struct {
	Kind    news.TaskKind `json:"kind"`
	Waiting int           `json:"waiting"`
	Due     int           `json:"due"` // of them now
	Next    time.Time     `json:"next,omitzero"`
}

// sourceStatus is a source in the state of its worst listing.
type sourceStatus struct {
	ID string `json:"id"`
	listingStatus
	Listings []listingStatus `json:"listings"`
}

type listingStatus struct {
	URL string `json:"url"`
	news.Health
	LastGood time.Time `json:"last_good,omitzero"`
	LastTry  time.Time `json:"last_try,omitzero"`
	Next     time.Time `json:"next,omitzero"`
	Newest   string    `json:"newest"` // day of the newest entry, in the source's zone; empty: not known
	Items    int       `json:"items"`  // of the last good answer
	Usual    float64   `json:"usual"`  // how many there usually are; 0: not known
	Failures int       `json:"failures"`
	Warnings []string  `json:"warnings,omitempty"`
}

type feedStatus struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	News    uint64    `json:"news"`    // stories that entered as news
	History uint64    `json:"history"` // that entered pages only
	Changed time.Time `json:"changed,omitzero"`
	Digest  string    `json:"digest,omitempty"`  // when its entry of a day is made, Beijing time
	Digests uint64    `json:"digests,omitempty"` // that were made
}

// overview says how the house is. source narrows it to one and says more of it.
func (h *house) overview(ctx context.Context, source string) (o overview, err error) {
	o = overview{Version: version, Daemon: h.daemonStatus(), Alarms: []news.Alarm{}, Queue: []queueStatus{}, Sources: []sourceStatus{}, Retired: []news.Origin{}, Feeds: []feedStatus{}}
	if o.Record, err = h.recordStatus(); err != nil {
		return o, err
	}
	o.Backup = h.keep.status()
	if h.member != nil {
		o.Cluster = h.member.status()
	}
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		if source != "" {
			return o.one(l, h.cfg, source)
		}
		for _, src := range h.cfg.Sources {
			o.Sources = append(o.Sources, statusOf(l, src))
		}
		for _, f := range h.cfg.Feeds {
			s := l.Feed(f.Name)
			o.Feeds = append(o.Feeds, feedStatus{f.ID, f.Title, s.News, s.History, s.Changed, f.Digest, s.Digests})
		}
		o.Queue = append(o.Queue, queueOf(l, h.cfg.Sources)...)
		o.Told = h.toldOf(l)
		o.Waits = len(l.Queue())
		o.Alarms = append(o.Alarms, h.alarming(l)...)
		o.Retired = append(o.Retired, retired(l, h.cfg.Sources)...)
		return nil
	})
	if err == nil && o.Detail != nil {
		o.Detail.compare()
	}
	return o, err
}

// daemonStatus is what is said of the daemon; nil of a command that ends by
// itself.
func (h *house) daemonStatus() *daemonStatus {
	if h.daemon == nil {
		return nil
	}
	d := *h.daemon
	d.Loaded = h.loaded()
	if last, ok := h.lastReload(); ok {
		d.Reload = &last
	}
	return &d
}

// alarming are the alarms that are not over. The daemon knows of some that could
// not be written down: of a disk that is full.
func (h *house) alarming(l *storage.Ledger) []news.Alarm {
	list := l.Alarms()
	if h.watch != nil {
		list = h.watch.all()
		slices.SortFunc(list, func(a, b news.Alarm) int {
			return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.About, b.About))
		})
	}
	return slices.DeleteFunc(list, func(a news.Alarm) bool { return !a.Stands() })
}

// one narrows the overview to one source.
func (o *overview) one(l *storage.Ledger, cfg news.Config, id string) error {
	i := slices.IndexFunc(cfg.Sources, func(s news.Source) bool { return s.ID == id })
	if i < 0 {
		return usageError{fmt.Errorf("no source %q in %s as it was read; `chinanewsd status` lists them", id, cfg.File)}
	}
	o.Sources = []sourceStatus{statusOf(l, cfg.Sources[i])}
	d := detailOf(l, cfg.Sources[i])
	o.Detail = &d
	return nil
}

func (h *house) recordStatus() (recordStatus, error) {
	a, err := h.store.About()
	return recordStatus{File: a.File, Size: a.Size, Site: a.Site, Incarnation: a.Incarnation, Pos: a.Tip.Pos, Link: hex.EncodeToString(a.Tip.Link[:]), Kept: a.Kept, Last: a.Last}, err
}

// began notes when the daemon began to work by its configuration.
func (h *house) began(paused bool) {
	now := h.flow.now().UTC().Truncate(time.Second)
	h.daemon = &daemonStatus{PID: os.Getpid(), Since: now, Loaded: now, Paused: paused}
}

// statusOf is how a source is.
func statusOf(l *storage.Ledger, src news.Source) sourceStatus {
	s := sourceStatus{ID: src.ID}
	for n, u := range src.URLs {
		state, _ := l.Poll(src.Origin, u)
		one := listing(src, u, state, l.At())
		s.Listings = append(s.Listings, one)
		if n == 0 || one.State.Alarming() && !s.State.Alarming() {
			s.listingStatus = one
		}
	}
	if words := textless(l, src); words != "" && (s.State == news.OK || s.State == news.Quiet) {
		s.Health = news.Health{State: news.Redesigned, Words: words, Hint: fmt.Sprintf("`chinanewsd try %s` shows what such a page gives; where it has a text, look at article.body in its row", src.ID)}
	}
	return s
}

// textless says that the list of a source reads well and the pages of its
// newest releases do not; empty when any of these could be read.
func textless(l *storage.Ledger, src news.Source) string {
	const enough = 3
	n, newest := 0, ""
	if src.Body == news.BodyFeed || src.Body == news.BodyNone {
		return ""
	}
	for i := range l.Items(src.Origin, time.Time{}) {
		switch {
		case i.State == news.Read:
			return ""
		case i.State == news.Listed:
			continue
		case n == 0:
			newest = i.Shown.URL
		}
		if n++; n == enough {
			return fmt.Sprintf("its list reads well, but no text could be read of its newest %d releases, as at %s", enough, newest)
		}
	}
	return ""
}

func listing(src news.Source, u string, s news.FetchState, now time.Time) listingStatus {
	return listingStatus{URL: u, Health: news.Judge(src, s, now), LastGood: s.LastGood, LastTry: s.LastTry, Next: s.Next, Newest: src.Day(s.Habit.Newest),
		Items: s.Items, Usual: s.Habit.Yield, Failures: s.Failures, Warnings: s.Warnings}
}

// queueOf counts what is to be asked for and decided, by kind.
func queueOf(l *storage.Ledger, rows []news.Source) []queueStatus {
	kinds := make(map[news.TaskKind]*queueStatus)
	count := func(kind news.TaskKind, due time.Time) {
		q, ok := kinds[kind]
		if !ok {
			q = &queueStatus{Kind: kind, Next: due}
			kinds[kind] = q
		}
		q.Waiting++
		if !due.After(l.At()) {
			q.Due++
		}
		if due.Before(q.Next) {
			q.Next = due
		}
	}
	for t := range l.Tasks() {
		count(t.Kind, t.Due)
	}
	for _, src := range rows {
		for _, u := range src.URLs {
			if s, _ := l.Poll(src.Origin, u); !src.Paused {
				count(news.TaskListing, s.Next)
			}
		}
	}
	var out []queueStatus
	for _, q := range kinds {
		out = append(out, *q)
	}
	slices.SortFunc(out, func(a, b queueStatus) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
	return out
}

// retired are the sources that were polled once and have no row.
func retired(l *storage.Ledger, rows []news.Source) (names []news.Origin) {
	known := make(map[news.Origin]bool)
	for _, row := range rows {
		known[row.Origin] = true
	}
	for s := range l.Polls() {
		if !known[s.Source] {
			known[s.Source] = true
			names = append(names, s.Source)
		}
	}
	return names
}
