package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// workbench tries rules on the record for the desk.
type workbench struct {
	*house
	looks, rehearsals chan struct{} // places: others wait for one
}

var _ desk.Bench = (*workbench)(nil)

func newWorkbench(h *house) *workbench {
	return &workbench{h, make(chan struct{}, 2), make(chan struct{}, 1)}
}

// How long the workbench works for one answer, and waits for its turn before.
const (
	lookWithin     = 2 * time.Second
	rehearseWithin = 50 * time.Second // less than web servers in between are patient
)

// Live is part of desk.Bench.
func (b *workbench) Live() desk.Live {
	return desk.Live{Feeds: b.cfg.Feeds, Words: slices.Sorted(maps.Keys(b.cfg.Words)), File: b.cfg.File}
}

// Look is part of desk.Bench.
func (b *workbench) Look(ctx context.Context, t desk.Trial) (s desk.Sighting, err error) {
	f, err := b.tried(t)
	if err != nil {
		return s, err
	}
	pub := b.cfg.Publication
	pub.Feeds = []news.Feed{f}
	c, err := curator.New(pub, 0)
	if err != nil {
		return s, err
	}
	err = inPlace(ctx, b.looks, lookWithin, func(in context.Context) error {
		return b.store.View(in, func(l *storage.Ledger) error {
			s = b.sighting(in, l, c, f)
			return ctx.Err()
		})
	})
	return s, err
}

// inPlace does something in one of some places, for as long as is given once
// there is one.
func inPlace(ctx context.Context, places chan struct{}, within time.Duration, do func(context.Context) error) error {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return do(ctx)
}

// tried is the feed that a trial means, with the rule that is tried.
func (b *workbench) tried(t desk.Trial) (f news.Feed, err error) {
	if err := b.compiles(t.Where); err != nil {
		return f, err
	}
	if t.Feed == "" {
		t.New.ID, t.New.Where = cmp.Or(t.New.ID, "new"), ""
		row, err := config.NewRow(t.New)
		if err == nil {
			f, err = b.read(row.Text)
		}
		f.Name, f.Where = "", t.Where // in no feed is anything yet
		return f, err
	}
	n, err := b.feedAt(t.Feed)
	if err == nil {
		f = b.cfg.Feeds[n]
	}
	f.Where = t.Where
	return f, err
}

func (b *workbench) feedAt(id string) (int, error) {
	n := slices.IndexFunc(b.cfg.Feeds, func(f news.Feed) bool { return f.ID == id })
	if n < 0 {
		return n, desk.ErrNotFound
	}
	return n, nil
}

func (b *workbench) compiles(where string) error {
	_, err := curator.Compile(where, b.cfg.Words)
	if bad, ok := errors.AsType[*curator.RuleError](err); ok {
		return &desk.RuleError{Column: bad.Column(), What: bad.Error(), Hint: bad.Hint()}
	}
	return err
}

// read is the feed that a row makes.
func (b *workbench) read(row string) (news.Feed, error) {
	f, err := config.ParseFeed(row, b.cfg, checks())
	if wrong, ok := errors.AsType[config.Problems](err); ok {
		var all []string
		for _, p := range wrong {
			all = append(all, strings.TrimSuffix(p.What+"; "+p.Hint, "; "))
		}
		return f, &desk.Refusal{Words: strings.Join(all, ". ")}
	}
	return f, err
}

// sighting looks at the stories of a feed's sources, the newest first.
func (b *workbench) sighting(ctx context.Context, l *storage.Ledger, c *curator.Curator, f news.Feed) (s desk.Sighting) {
	rows := byOrigin(b.cfg.Sources)
	var origins []news.Origin
	for _, row := range b.cfg.Sources {
		if slices.Contains(f.Sources, row.ID) {
			origins = append(origins, row.Origin)
		}
	}
	seen := make(map[news.StoryID]bool)
	for i := range l.Newest(origins) {
		story, ok := l.Story(i.Story)
		if !ok || seen[story.ID] {
			continue
		}
		if s.Cut = ctx.Err() != nil; s.Cut {
			break
		}
		seen[story.ID] = true
		if of := c.Explain(l, story, f.ID).Feeds; len(of) == 1 && ruledOn(of[0]) {
			s.Since = i.FirstSeen
			note(&s, of[0], func(passes bool) desk.Match { return judged(l, rows, story, of[0], passes) })
		}
	}
	for _, shown := range [][]desk.Match{s.Matches, s.Losses} {
		slices.SortStableFunc(shown, func(a, b desk.Match) int { return b.Dated.Time.Compare(a.Dated.Time) })
	}
	return s
}

// ruledOn reports whether a rule was asked about a story at all.
func ruledOn(st curator.Standing) bool {
	return slices.ContainsFunc(st.Carriers, func(c curator.Carrier) bool { return c.Rule != nil })
}

// note counts a story, and shows it if there is room.
func note(s *desk.Sighting, st curator.Standing, show func(passes bool) desk.Match) {
	in := placed(st)
	passes := slices.ContainsFunc(st.Carriers, func(c curator.Carrier) bool { return c.Passes })
	s.Looked++
	if passes {
		if s.Passes++; !in {
			s.Gains++
		}
		if len(s.Matches) < desk.MostShown {
			s.Matches = append(s.Matches, show(true))
		}
	}
	if in && (!st.In || st.Leaves) {
		if s.Leaves++; len(s.Losses) < desk.MostShown {
			s.Losses = append(s.Losses, show(passes))
		}
	}
}

// placed reports whether a feed has a story now.
func placed(st curator.Standing) bool { return st.Place.Seq > 0 && st.Place.Left == "" }

// judged says what a rule saw in the item that decides: of those that pass, if
// any does, the one whose text the feed has or would have.
func judged(l *storage.Ledger, rows map[news.Origin]*news.Source, story news.Story, st curator.Standing, passes bool) desk.Match {
	var of curator.Carrier
	for _, c := range st.Carriers {
		if c.Rule != nil && c.Passes == passes && (of.Rule == nil || c.Item == st.Lead) {
			of = c
		}
	}
	i, _ := l.Item(of.Item)
	out := desk.Match{Address: story.Address, Title: news.Line(i.Shown.Title), Lang: i.Shown.Lang, Source: row(rows, i.Source), Dated: i.Dated(), In: placed(st)}
	if passes && !st.In && !st.Enters && st.Reason != "unfilled" {
		out.Out = st.Why
	}
	for _, c := range slices.Concat(of.Own, of.Rule.Decides()) {
		if c.True == passes && c.Text != "" { // else there is no rule
			out.Saw = append(out.Saw, desk.Saw{Text: news.Line(c.Text), Saw: c.Saw, True: c.True})
		}
	}
	return out
}

// Rehearse is part of desk.Bench.
func (b *workbench) Rehearse(ctx context.Context, t desk.Trial) (out desk.Rehearsal, err error) {
	begun := time.Now()
	row, f, err := b.row(t)
	if err != nil {
		return out, err
	}
	s := script{Publication: b.cfg.Publication, File: b.cfg.File, Feed: f.ID}
	s.Publication.Feeds = slices.Clone(b.cfg.Feeds)
	if n, err := b.feedAt(t.Feed); err == nil {
		s.Publication.Feeds[n] = f
	} else {
		s.Publication.Feeds = append(s.Publication.Feeds, f)
	}
	var said rehearsed
	err = inPlace(ctx, b.rehearsals, rehearseWithin, func(in context.Context) error {
		return b.rehearse(in, s, func(r rehearsed) error { said = r; return nil })
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = desk.ErrTime
	}
	if err != nil {
		return out, err
	}
	out = desk.Rehearsal{Feed: f.ID, New: said.Change == changeNew, Leads: said.Leads, Stays: said.Stays, Row: row}
	out.Gains, out.Losses, out.Waits = movesShown(said.Gains), movesShown(said.Losses), movesShown(said.Waits)
	out.Took = time.Since(begun)
	return out, nil
}

func movesShown(list []moveSaid) (out []desk.Move) {
	for _, m := range list {
		out = append(out, desk.Move{Address: m.Story, Title: m.Title, Lang: m.lang, As: m.As, Why: m.Why})
	}
	return out
}

// row is the row to be written, and the feed that it makes: what is rehearsed
// is what is copied.
func (b *workbench) row(t desk.Trial) (out desk.Row, f news.Feed, err error) {
	if err := b.compiles(t.Where); err != nil {
		return out, f, err
	}
	if t.Feed == "" {
		t.New.Where = t.Where
		if _, err := b.feedAt(t.New.ID); err == nil {
			return out, f, &desk.Refusal{Words: "feed " + t.New.ID + " is there already; choose another id"}
		}
		row, err := config.NewRow(t.New)
		if err == nil {
			f, err = b.read(row.Text)
		}
		return desk.Row{Text: row.Text, File: b.cfg.File}, f, refusedRow(err)
	}
	n, err := b.feedAt(t.Feed)
	if err != nil {
		return out, f, err
	}
	f = b.cfg.Feeds[n]
	f.Where = t.Where
	text, err := os.ReadFile(b.cfg.File)
	var row config.FeedRow
	if err == nil {
		row, err = config.Rewrite(text, t.Feed, t.Where)
	}
	out = desk.Row{Text: row.Text, File: b.cfg.File, Line: row.Line, Rule: row.Rule}
	if err != nil {
		out.Lack = err.Error()
		return out, f, nil
	}
	if !row.Rule {
		f, err = b.read(row.Text)
	}
	return out, f, err
}

// refusedRow makes what a person can mend of an error.
func refusedRow(err error) error {
	if errors.Is(err, config.ErrReplace) {
		return &desk.Refusal{Words: err.Error()}
	}
	return err
}
