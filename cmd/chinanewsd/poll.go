package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"chinanews/config"
	"chinanews/news"
)

type pollCmd struct {
	Source []string `arg:"" optional:"" help:"Ids of sources; all when none is named."`
	JSON   bool     `help:"One JSON object a line."`
}

// polled is what one poll of a source came to, as --json prints it.
type polled struct {
	Source    string         `json:"source"`
	State     news.Condition `json:"state"`
	Items     int            `json:"items"`
	New       int            `json:"new"`
	Edited    int            `json:"edited"`
	Unchanged int            `json:"unchanged"`
	Status    int            `json:"status"`
	Charset   string         `json:"charset"`
	Error     string         `json:"error"`
	Class     news.Class     `json:"class"`
	Warnings  []string       `json:"warnings"`
	Next      time.Time      `json:"next"`

	health         news.Health
	texts, missing int // articles read, and not read
}

// Run polls each source once, with its articles, on the daemon's own path.
func (c pollCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	if err := known(cfg, c.Source); err != nil {
		return err
	}
	h, err := open(t, cfg, settings{log: slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	defer h.close()
	round := &round{results: make(map[string]*polled)}
	round.paused(cfg.Sources, c.Source)
	if err := h.pollOnce(t, c.Source, round.observe); err != nil {
		return err
	}
	return round.print(t.out, c.JSON)
}

// known refuses names of sources that are not configured.
func known(cfg news.Config, ids []string) error {
	for _, id := range ids {
		if !slices.ContainsFunc(cfg.Sources, func(s news.Source) bool { return s.ID == id }) {
			return usageError{fmt.Errorf("no source %q in %s; %s", id, cfg.File, config.Suggest(id, sourceIDs(cfg)))}
		}
	}
	return nil
}

func sourceIDs(cfg news.Config) (ids []string) {
	for _, s := range cfg.Sources {
		ids = append(ids, s.ID)
	}
	return ids
}

// pollOnce polls sources once, now, and ends when their listings and articles
// were asked for.
func (h *house) pollOnce(t *terminal, ids []string, observe func(outcome)) error {
	f := h.flow
	f.only(ids)
	f.observe = observe
	f.idle = func() bool { return f.table.idle(f.now()) }
	if err := errors.Join(f.load(t, true), f.findLost(t)); err != nil {
		return err
	}
	if err := f.run(t); err != nil {
		return err
	}
	if t.Err() != nil {
		return fmt.Errorf("interrupted: what was answered until now is recorded")
	}
	return f.fill(t)
}

// round collects what became of each source.
type round struct {
	mu      sync.Mutex
	results map[string]*polled
}

// paused notes the named sources that are not polled, and why.
func (r *round) paused(rows []news.Source, named []string) {
	for _, s := range rows {
		if s.Paused && slices.Contains(named, s.ID) {
			r.results[s.ID] = &polled{Source: s.ID, State: "paused", Warnings: []string{"paused: true stands in its row, so it was not polled"}}
		}
	}
}

func (r *round) observe(o outcome) {
	if o.source.ID == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.results[o.source.ID]
	if !ok {
		p = &polled{Source: o.source.ID, Warnings: []string{}}
		r.results[o.source.ID] = p
	}
	switch {
	case o.task.Page.Further():
		p.further(o)
	case o.task.Kind == news.TaskListing:
		p.listing(o)
	case o.batch.Problem != nil:
		p.missing++
		p.warn(o)
	default:
		p.texts++
	}
	p.count(o)
}

func (p *polled) warn(o outcome) {
	p.Warnings = append(p.Warnings, fmt.Sprintf("%s: %s", o.task.URL, o.batch.Problem.Words))
}

// further adds a page on which a listing goes on: its entries, and never its
// health. That there is none is no more than the end.
func (p *polled) further(o outcome) {
	if o.batch.Problem != nil && !o.ended() {
		p.warn(o)
	}
	p.Items += len(o.batch.Entries)
	p.Unchanged += len(o.batch.Entries)
}

// listing adds the answer of one listing address. Of several, the first that
// failed is the source's state.
func (p *polled) listing(o outcome) {
	own := slices.Contains(o.source.URLs, o.task.URL) // and not a further page
	if p.State == "" || p.Class == "" && (o.batch.Problem != nil || own && !p.State.Alarming()) {
		p.health = news.Judge(o.source, o.batch.State, o.batch.Fetched)
		p.State, p.Status, p.Charset = o.batch.Condition, o.batch.Status, o.batch.Charset
	}
	if o.batch.Problem != nil && p.Class == "" {
		p.Class, p.Error = o.batch.Problem.Class, o.batch.Problem.Words
	}
	p.Next = o.batch.State.Next.UTC().Truncate(time.Second)
	p.Warnings = append(p.Warnings, o.batch.Warnings...)
	items := len(o.batch.Entries)
	if o.batch.Unchanged {
		items = o.batch.State.Items
	}
	p.Items += items
	p.Unchanged += items
}

func (p *polled) count(o outcome) {
	for _, r := range o.receipt.Decision.Ruling.Items {
		switch r.Class {
		case news.First:
			p.New++
			p.Unchanged--
		case news.Edit:
			p.Edited++
			if o.task.Kind == news.TaskListing {
				p.Unchanged--
			}
		}
	}
}

// print writes a line a source, and fails when every source did.
func (r *round) print(out io.Writer, asJSON bool) error {
	ids := make([]string, 0, len(r.results))
	for id := range r.results {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	failed := 0
	for _, id := range ids {
		p := r.results[id]
		if p.Class != "" {
			failed++
		}
		if err := p.print(out, asJSON); err != nil {
			return err
		}
	}
	if failed > 0 && failed == len(ids) {
		return fmt.Errorf("every source failed; the lines above say why")
	}
	return nil
}

func (p *polled) print(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(p)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", p.Source)
	switch {
	case p.Class != "":
		fmt.Fprintf(&b, "%s (%s)", cmp.Or(p.health.Words, p.Error), p.Class)
	case p.State == "paused":
		b.WriteString("paused")
	default:
		fmt.Fprintf(&b, "%s, %d new, %d edited, %d unchanged", count(p.Items, "item"), p.New, p.Edited, p.Unchanged)
	}
	if p.texts+p.missing > 0 {
		fmt.Fprintf(&b, "; %d of %d articles read", p.texts, p.texts+p.missing)
	}
	if p.Class == "" && p.State != "paused" && p.health.State != news.OK {
		fmt.Fprintf(&b, "\n    %s: %s", p.health.State, p.health.Words)
	}
	if p.health.Hint != "" {
		fmt.Fprintf(&b, "\n    %s", p.health.Hint)
	}
	for _, w := range p.Warnings {
		if w != p.health.Words {
			fmt.Fprintf(&b, "\n    %s", w)
		}
	}
	_, err := fmt.Fprintln(out, b.String())
	return err
}
