package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// replay is the record heard once more, by today's curator under today's
// configuration, in a throwaway record of its own.
//
// Not all that a curator hears is recorded: of a listing only the entries that
// said something new, and of a failure only the condition. What is missing is
// filled in so that it speaks for what was ruled then; a difference is then the
// rules', not the replay's.
type replay struct {
	store   *storage.Store
	curator *curator.Curator
	rows    map[news.Origin]*news.Source
	now     time.Time
	hard    map[string]bool // listings that were redesigned since their last good answer
	tell    func(heard)
	acts    map[uint64]uint64 // positions of editors' acts there, by those in the record; 0: refused
	missing int               // texts that were thrown away
}

// heard is one batch, what was ruled on it then, and what would be now.
type heard struct {
	batch     news.Batch // as recorded
	then, now news.Ruling
	keep      []int // of the batch's entries those that `now` rules on, by their number there
}

// newReplay makes the throwaway record in a directory.
func newReplay(dir, site string, c *curator.Curator, rows map[news.Origin]*news.Source) (*replay, error) {
	r := &replay{curator: c, rows: rows, hard: make(map[string]bool), acts: make(map[uint64]uint64), now: time.Unix(0, 0)}
	var err error
	r.store, err = storage.Create(filepath.Join(dir, "again"), storage.Options{Site: site, Now: func() time.Time { return r.now }, Scratch: true, Features: curator.Features})
	return r, err
}

// run hears a whole record.
func (r *replay) run(ctx context.Context, s *storage.Store) error {
	tip, err := s.Tip()
	if err != nil {
		return err
	}
	for pos := uint64(1); pos <= tip.Pos; pos++ {
		var f, ruled storage.Fact
		err := s.View(ctx, func(l *storage.Ledger) (err error) {
			if f, err = l.Fact(pos); err == nil && f.Batch != nil && l.RulingOf(pos) > 0 {
				ruled, err = l.Fact(l.RulingOf(pos))
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := r.fact(ctx, f, ruled.Ruling); err != nil {
			return fmt.Errorf("replaying record %d: %w", pos, err)
		}
	}
	return nil
}

// fact hears one record; of a batch with the ruling that there was on it.
func (r *replay) fact(ctx context.Context, f storage.Fact, then *news.Ruling) error {
	switch {
	case f.Batch == nil:
		return r.other(ctx, f)
	case then == nil:
		then = new(news.Ruling)
	}
	return r.hear(ctx, f, *then)
}

// until does what falls due before a moment.
func (r *replay) until(ctx context.Context, at time.Time) error {
	for {
		var due news.Task
		err := r.store.View(ctx, func(l *storage.Ledger) error {
			for t := range l.Tasks() {
				if t.Kind == news.TaskDecide && !t.Due.After(at) {
					due = t
				}
				if due.Kind != "" || t.Due.After(at) {
					break
				}
			}
			return nil
		})
		if err != nil || due.Kind == "" {
			r.now = latest(r.now, at)
			return err
		}
		r.now = latest(r.now, due.Due)
		_, err = r.store.Rule(ctx, func(l *storage.Ledger) news.Decision {
			d := r.curator.Decide(l, due)
			d.Done = append(d.Done, due)
			d.Tasks = onlyDecide(d.Tasks)
			return d
		})
		if err != nil {
			return err
		}
	}
}

// onlyDecide leaves out tasks that ask somebody: the record has the answers.
func onlyDecide(tasks []news.Task) []news.Task {
	return slices.DeleteFunc(tasks, func(t news.Task) bool { return t.Kind != news.TaskDecide })
}

// other does what a record without a batch did.
func (r *replay) other(ctx context.Context, f storage.Fact) error {
	if err := r.until(ctx, f.At); err != nil {
		return err
	}
	switch {
	case f.Ruling != nil && len(f.Ruling.Fill) > 0:
		_, err := r.store.Rule(ctx, func(l *storage.Ledger) news.Decision { return r.curator.Fill(l) })
		return err
	case f.Ruling != nil:
		return r.decide(ctx, f.Ruling.States)
	case f.Editing != nil:
		return r.edit(ctx, f)
	}
	return nil
}

// edit has an editor act once more. What today's rules make of the stories may
// leave nothing for it to do; the differences show that.
func (r *replay) edit(ctx context.Context, f storage.Fact) error {
	e, ok, err := r.translated(ctx, *f.Editing)
	if err != nil || !ok {
		return err
	}
	receipt, err := r.store.Edit(ctx, e, func(l *storage.Ledger, e news.Editing) news.Decision {
		d := r.curator.Edit(l, e)
		d.Tasks = onlyDecide(d.Tasks)
		return d
	})
	r.acts[f.Pos] = receipt.Pos
	if slices.ContainsFunc(refusals, func(no error) bool { return errors.Is(err, no) }) {
		return nil
	}
	return err
}

// refusals are how a record says that there is nothing for an act to do.
var refusals = []error{storage.ErrNoStory, storage.ErrNoFlood, storage.ErrWithdrawn, storage.ErrNoAct, storage.ErrNotSplit, storage.ErrSameStory}

// translated is an act in the words of the throwaway record: there positions
// and revisions are others, and an item may be in another story. It is false
// when it takes back what was not done there.
func (r *replay) translated(ctx context.Context, e news.Editing) (news.Editing, bool, error) {
	e.Rev = 0
	e.Args.Erase = false // what is not there need not be destroyed
	if e.Undoes > 0 {
		if e.Undoes = r.acts[e.Undoes]; e.Undoes == 0 {
			return e, false, nil
		}
	}
	err := r.store.View(ctx, func(l *storage.Ledger) error {
		e.Scope.Story = storyNow(l, e.Scope.Story)
		e.Args.Story = storyNow(l, e.Args.Story)
		s, _ := l.Story(e.Scope.Story)
		e.Args.Items = slices.DeleteFunc(slices.Clone(e.Args.Items), func(id news.ItemID) bool { return !slices.Contains(s.Items, id) })
		return nil
	})
	return e, true, err
}

// storyNow is the story of a ledger that has the item which a story of another
// ledger is named after.
func storyNow(l *storage.Ledger, id news.StoryID) news.StoryID {
	if i, ok := l.Item(news.ItemID(id)); ok {
		return i.Story
	}
	return id
}

// decide hears of items whose text did not come in time, when that was ruled:
// the attempts that failed are not recorded.
func (r *replay) decide(ctx context.Context, states []news.StateRuling) error {
	for _, s := range states {
		_, err := r.store.Rule(ctx, func(l *storage.Ledger) news.Decision {
			i, ok := l.Item(s.Item)
			if !ok || i.State != news.Listed {
				return news.Decision{}
			}
			d := r.curator.Decide(l, news.Task{Kind: news.TaskDecide, Source: i.Source, Item: i.ID})
			d.Tasks = onlyDecide(d.Tasks)
			return d
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// hear rules on a batch.
func (r *replay) hear(ctx context.Context, f storage.Fact, then news.Ruling) error {
	if err := r.until(ctx, f.At); err != nil {
		return err
	}
	r.missing += f.Missing
	b := *f.Batch
	entries := len(b.Entries)
	if err := r.complete(ctx, &b, then); err != nil {
		return err
	}
	if err := r.poll(ctx, &b); err != nil {
		return err
	}
	var d news.Decision
	receipt, err := r.store.Accept(ctx, b, func(l *storage.Ledger, b news.Batch) news.Decision {
		d = r.curator.Accept(l, b)
		d.Tasks = onlyDecide(d.Tasks)
		return d
	})
	if err != nil {
		return err
	}
	h := heard{batch: *f.Batch, then: then, now: receipt.Ruling, keep: d.Keep}
	h.batch.Entries = h.batch.Entries[:entries]
	r.tell(h)
	return nil
}

// complete fills in what is not recorded of a batch.
func (r *replay) complete(ctx context.Context, b *news.Batch, then news.Ruling) error {
	if b.Kind != news.TaskListing {
		if len(b.Entries) == 0 && !b.Condition.Well() {
			b.Problem = &news.Problem{Condition: b.Condition, Words: "as recorded"}
		}
		b.Unchanged = len(b.Entries) == 0 && b.Problem == nil
		return nil
	}
	first, fresh, listed := 0, 0, false
	for _, i := range then.Items {
		if i.Class == news.First {
			first++
			listed = listed || i.State == news.Listed
			if i.As == news.AsNews {
				fresh++
			}
		}
	}
	b.ReadAs = news.KindFeed
	if listed {
		b.ReadAs = news.KindHTML
	}
	src := row(r.rows, b.Source)
	if !slices.Contains(src.URLs, b.URL) && len(src.URLs) > 0 { // a page on which a listing goes on
		b.Page = news.Page{N: 2, Of: src.URLs[0], Verdict: news.Verdict{Undated: true, Most: fresh}}
	}
	if first > 0 && fresh > 0 {
		return r.pad(ctx, b, first)
	}
	return nil
}

// pad adds entries that are known to a listing that was not mostly unknown.
func (r *replay) pad(ctx context.Context, b *news.Batch, n int) error {
	return r.store.View(ctx, func(l *storage.Ledger) error {
		for i := range l.Items(b.Source, time.Time{}) {
			if n--; n < 0 {
				break
			}
			e := i.Shown
			e.Refs = nil
			b.Entries = append(b.Entries, e)
		}
		return nil
	})
}

// poll puts back what was remembered of a listing before the batch, and sets
// what is to be remembered after it.
func (r *replay) poll(ctx context.Context, b *news.Batch) error {
	if b.Kind != news.TaskListing {
		return nil
	}
	name := string(b.Source) + "\n" + b.URL
	state := news.FetchState{Source: b.Source, URL: b.URL, LastGood: b.Last, Condition: b.Condition, Redesigned: r.hard[name]}
	if b.Condition.Well() {
		delete(r.hard, name)
	} else if b.Condition == news.Redesigned {
		r.hard[name] = true
	}
	err := r.store.SavePoll(ctx, state)
	state.Redesigned = r.hard[name]
	if b.Condition.Well() {
		state.LastGood = b.Fetched
	}
	b.State = state
	return err
}

// replayed runs a replay in a temporary directory, and gives it back before
// that is removed.
func replayed(ctx context.Context, h *house, c *curator.Curator, tell func(heard), then func(*replay) error) (err error) {
	dir, err := os.MkdirTemp("", "chinanewsd-reconsider-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := newReplay(dir, h.store.Site(), c, byOrigin(h.cfg.Sources))
	if err != nil {
		return err
	}
	defer r.store.Close()
	r.tell = tell
	if err := r.run(ctx, h.store); err != nil {
		return err
	}
	return then(r)
}
