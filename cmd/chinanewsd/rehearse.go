package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

type rehearseCmd struct {
	Feed string `placeholder:"ID" help:"This feed only."`
	All  bool   `help:"All titles; else the newest 20 of a feed that enter, leave or wait."`
	JSON bool   `help:"Print a JSON object a feed and a line, with all titles."`
}

// rehearsed is what a configuration would make of a feed or a source, as
// --json prints it, a line each: the sources that come or go first.
type rehearsed struct {
	Source string     `json:"source,omitempty"` // id; then Change and Items are said of it
	Feed   string     `json:"feed,omitempty"`   // id
	Change string     `json:"change,omitempty"` // new, or gone
	Items  int        `json:"items,omitempty"`  // of a source that goes: they stay where they are
	Gains  []moveSaid `json:"gains"`            // newest first, like the others
	Losses []moveSaid `json:"losses"`
	Waits  []moveSaid `json:"waits"` // would begin to wait for an approval
	Leads  int        `json:"leads"` // entries that would show another text or lead elsewhere
	Stays  int        `json:"stays"` // of a feed that goes: what it has
}

// moveSaid is a story that would enter a feed, leave it, or wait.
type moveSaid struct {
	Story string  `json:"story"` // address
	Title string  `json:"title"`
	As    news.As `json:"as"`
	Why   string  `json:"why"` // with the clause that decides
	lang  string  // of the title
}

// script is a configuration that is to be rehearsed.
type script struct {
	Publication news.Publication `json:"publication"`
	File        string           `json:"file"`
	Feed        string           `json:"feed,omitempty"` // id; empty: all
}

// maxScript bounds the configuration that a command sends, in bytes.
const maxScript = 32 << 20

// shownMoves is how many stories are named of a feed, that enter, leave or
// wait.
const shownMoves = 20

// Run rehearses the configuration file: in the daemon that holds the record,
// else in the record itself. Nothing is changed.
func (c rehearseCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	if _, err := curator.New(cfg.Publication, 0); err != nil {
		return usageError{err}
	}
	s := script{cfg.Publication, cfg.File, c.Feed}
	p := &sheet{ink: inkFor(t.out), now: time.Now()}
	show := func(r rehearsed) error { return json.NewEncoder(t.out).Encode(r) }
	if !c.JSON {
		show = func(r rehearsed) error { p.rehearsed(r, c.All); return nil }
	}
	answered, err := t.rehearse(cfg, s, show)
	if !answered {
		err = t.reading(cfg, func(h *house) error { return h.rehearse(t, s, show) })
	}
	if err != nil || c.JSON {
		return err
	}
	p.rehearsal(cfg.File)
	_, err = io.WriteString(t.out, p.String())
	return err
}

// rehearse asks the daemon, and hands on what it says.
func (t *terminal) rehearse(cfg news.Config, s script, show func(rehearsed) error) (answered bool, err error) {
	body, err := json.Marshal(s)
	if err != nil {
		return false, err
	}
	req, err := http.NewRequestWithContext(t, "POST", "http://daemon/rehearse", bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	return converse(req, cfg, func(body io.Reader) error {
		said := json.NewDecoder(body)
		for {
			var r rehearsed
			switch err := said.Decode(&r); {
			case err == io.EOF:
				return nil
			case err != nil:
				return fmt.Errorf("the daemon broke off: %w", err)
			}
			if err := show(r); err != nil {
				return err
			}
		}
	})
}

// rehearseFor answers the command, a line a feed.
func (h *house) rehearseFor(w http.ResponseWriter, r *http.Request) {
	var s script
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxScript)).Decode(&s)
	if err != nil {
		err = fmt.Errorf("reading a configuration: %w; is the command of another version?", err)
	}
	var out bytes.Buffer
	if err == nil {
		err = h.rehearse(r.Context(), s, func(r rehearsed) error { return json.NewEncoder(&out).Encode(r) })
	}
	patience := &patient{w, http.NewResponseController(w)}
	if err != nil {
		refuse(w, patience, err)
		return
	}
	patience.Write(out.Bytes())
}

// rehearse says what a configuration would make of the feeds, in its order,
// and of sources and feeds that are not in it any more. It is what a start
// would do, and changes nothing.
func (h *house) rehearse(ctx context.Context, s script, show func(rehearsed) error) error {
	then := &house{lasting: lasting{store: h.store, log: slog.New(slog.DiscardHandler)}, cfg: h.cfg}
	then.cfg.Publication, then.cfg.File = s.Publication, s.File
	pub, err := then.bind(ctx)
	if err != nil {
		return err
	}
	then.cfg.Publication = pub
	if s.Feed != "" {
		pub.Feeds = slices.DeleteFunc(slices.Clone(pub.Feeds), func(f news.Feed) bool { return f.ID != s.Feed })
	}
	c, err := curator.New(pub, 0)
	if err != nil {
		return usageError{err}
	}
	return h.store.View(ctx, func(l *storage.Ledger) error {
		before, _ := l.Publication()
		if err := then.feedKnown(before, s.Feed); err != nil {
			return err
		}
		for _, r := range then.comings(l, before) {
			if s.Feed == "" || r.Feed == s.Feed {
				if err := show(r); err != nil {
					return err
				}
			}
		}
		changes := then.rehearsal(until(ctx, l), c)
		if err := ctx.Err(); err != nil {
			return err
		}
		for n, change := range changes {
			if err := show(becomes(l, pub.Feeds[n], change, before)); err != nil {
				return err
			}
		}
		return nil
	})
}

// bounded is the record with fewer stories.
type bounded struct {
	*storage.Ledger
	stories iter.Seq[news.Story]
}

func (b bounded) Stories() iter.Seq[news.Story] { return b.stories }

// until is the record that has no more stories when a context ends: whoever
// walks through them comes to an end too.
func until(ctx context.Context, l *storage.Ledger) bounded {
	return bounded{l, func(yield func(news.Story) bool) {
		for s := range l.Stories() {
			if ctx.Err() != nil || !yield(s) {
				return
			}
		}
	}}
}

// feedKnown refuses a feed that neither configuration has.
func (h *house) feedKnown(before news.Publication, id string) error {
	is := func(f news.Feed) bool { return f.ID == id }
	if id == "" || slices.ContainsFunc(before.Feeds, is) {
		return nil
	}
	_, err := h.feedNamed(id)
	return err
}

// becomes says what becomes of a feed.
func becomes(l *storage.Ledger, f news.Feed, change curator.Change, before news.Publication) rehearsed {
	r := rehearsed{Feed: f.ID, Leads: change.Leads, Stays: change.Stays,
		Gains: movesSaid(l, change.Gains), Losses: movesSaid(l, change.Losses), Waits: movesSaid(l, change.Waits)}
	if !slices.ContainsFunc(before.Feeds, func(old news.Feed) bool { return old.Name == f.Name }) {
		r.Change = changeNew
	}
	return r
}

// rehearsal is what a start would do under a configuration: one that is at
// work already is not folded again.
func (h *house) rehearsal(l bounded, c *curator.Curator) []curator.Change {
	if l.Publishes(h.cfg.Publication) {
		return c.RehearseFill(l)
	}
	return c.Rehearse(l)
}

// What becomes of sources and feeds.
const (
	changeNew  = "new"
	changeGone = "gone"
)

func movesSaid(l *storage.Ledger, moves []curator.Move) []moveSaid {
	all := []moveSaid{}
	for _, m := range moves {
		i, _ := l.Item(m.Lead)
		all = append(all, moveSaid{l.Address(m.Story), news.Line(i.Shown.Title), m.As, m.Why, i.Shown.Lang})
	}
	return all
}

// comings are the sources that come and go, and the feeds that go.
func (h *house) comings(l *storage.Ledger, before news.Publication) (all []rehearsed) {
	for _, row := range h.cfg.Sources {
		if !slices.ContainsFunc(before.Sources, func(s news.Source) bool { return s.Origin == row.Origin }) {
			all = append(all, rehearsed{Source: row.ID, Change: changeNew})
		}
	}
	for _, row := range before.Sources {
		if slices.ContainsFunc(h.cfg.Sources, func(s news.Source) bool { return s.Origin == row.Origin }) {
			continue
		}
		r := rehearsed{Source: row.ID, Change: changeGone}
		for range l.Items(row.Origin, time.Time{}) {
			r.Items++
		}
		all = append(all, r)
	}
	for _, f := range before.Feeds {
		if slices.ContainsFunc(h.cfg.Feeds, func(now news.Feed) bool { return now.Name == f.Name }) {
			continue
		}
		r := rehearsed{Feed: f.ID, Change: changeGone}
		for _, as := range []news.As{news.AsNews, news.AsHistory} {
			for range l.Entries(f.Name, as) {
				r.Stays++
			}
		}
		all = append(all, r)
	}
	return all
}
