package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"chinanews/news"
)

// Errors of acts.
var (
	ErrNoStory   = errors.New("no such story")
	ErrNoFlood   = errors.New("nothing was held back of that source on that day")
	ErrWithdrawn = errors.New("withdrawn already")
	ErrStale     = errors.New("somebody else has acted on it meanwhile")
	ErrNoAct     = errors.New("no act that stands")
	ErrNotSplit  = errors.New("a split needs items of the story, and not all of them")
	ErrSameStory = errors.New("one story already")
)

// editable finds what an act is about, fills in what the act leaves open, and
// refuses one that would change nothing.
func (l *Ledger) editable(e *news.Editing) (s news.Story, err error) {
	if e.Undoes > 0 {
		if err := l.undoable(e); err != nil {
			return s, err
		}
	}
	if e.Scope.Source != "" {
		if _, ok := get[news.Queued](l.derived.Bucket(derivedFloods), joined(string(e.Scope.Source), e.Scope.Day)); !ok {
			return s, fmt.Errorf("%w: %s %s", ErrNoFlood, e.Scope.Source, e.Scope.Day)
		}
		return s, l.revised(e)
	}
	s, ok := l.Story(e.Scope.Story)
	if !ok {
		return s, fmt.Errorf("%w: %s", ErrNoStory, e.Scope.Story)
	}
	if e.Undoes == 0 {
		e.Scope.Story = s.ID
	}
	if w, ok := l.Withdrawn(s.ID); ok && (w.Erased || !e.Args.Erase) {
		return s, fmt.Errorf("%w, by %s on %s: %s", ErrWithdrawn, w.Who, w.At.Format(time.DateOnly), w.Reason)
	}
	if err := l.fits(*e, s); err != nil {
		return s, err
	}
	e.Args.Items = parting(*e, s)
	return s, l.revised(e)
}

// revised gives an act the next revision of its scope, or refuses it when
// another was expected.
func (l *Ledger) revised(e *news.Editing) error {
	next := l.Decisions(e.Scope).Rev + 1
	if e.Rev != 0 && e.Rev != next {
		return ErrStale
	}
	e.Rev = next
	return nil
}

// undoable finds the act that is to be taken back: its scope and kind are those
// of the act that takes it back.
func (l *Ledger) undoable(e *news.Editing) error {
	r, err := readRecord(l.tx, e.Undoes)
	if err != nil || r.kind != kindEdit {
		return fmt.Errorf("%w at record %d", ErrNoAct, e.Undoes)
	}
	var before news.Editing
	if err := json.Unmarshal(r.Body, &before); err != nil {
		return fmt.Errorf("record %d: %w", r.Pos, err)
	}
	d := l.Decisions(before.Scope)
	stands := slices.ContainsFunc(d.Acts, func(a news.Acted) bool { return a.Pos == e.Undoes && a.Undone == 0 })
	asked, _ := l.Story(e.Scope.Story)
	of, _ := l.Story(before.Scope.Story)
	if !stands || before.Act == news.ActWithdraw || asked.ID != of.ID || before.Scope.Source != e.Scope.Source || before.Scope.Day != e.Scope.Day {
		return fmt.Errorf("%w at record %d: it is of something else, was taken back, or cannot be", ErrNoAct, e.Undoes)
	}
	e.Scope, e.Act, e.Args = before.Scope, before.Act, before.Args
	return nil
}

// fits refuses a merge or split that is none.
func (l *Ledger) fits(e news.Editing, s news.Story) error {
	if e.Undoes > 0 {
		return nil
	}
	switch e.Act {
	case news.ActMerge:
		other, ok := l.Story(e.Args.Story)
		if !ok {
			return fmt.Errorf("%w: %s", ErrNoStory, e.Args.Story)
		}
		if other.ID == s.ID {
			return ErrSameStory
		}
		if w, ok := l.Withdrawn(other.ID); ok {
			return fmt.Errorf("%w, by %s on %s: %s", ErrWithdrawn, w.Who, w.At.Format(time.DateOnly), w.Reason)
		}
	case news.ActSplit:
		foreign := slices.ContainsFunc(e.Args.Items, func(id news.ItemID) bool { return !slices.Contains(s.Items, id) })
		if foreign || len(e.Args.Items) == 0 || len(e.Args.Items) >= len(s.Items) {
			return ErrNotSplit
		}
	}
	return nil
}

// parting are the items that leave a story by a split. The part with its first
// item keeps its id and stays, whichever part was asked for: an act that says
// so can be taken back.
func parting(e news.Editing, s news.Story) []news.ItemID {
	if e.Act != news.ActSplit || e.Undoes > 0 || !slices.Contains(e.Args.Items, news.ItemID(s.ID)) {
		return e.Args.Items
	}
	return slices.DeleteFunc(slices.Clone(s.Items), func(id news.ItemID) bool { return slices.Contains(e.Args.Items, id) })
}

// edit folds an editor's act.
func (f *folder) edit() error {
	var e news.Editing
	if err := json.Unmarshal(f.rec.Body, &e); err != nil {
		return err
	}
	if first, err := f.first(e.ID); err != nil || !first {
		return err
	}
	key := []byte(e.Scope.String())
	d, _ := get[news.Decisions](f.root.Bucket(derivedEdits), key)
	d.Rev = e.Rev
	f.act(&d, e)
	if err := putJSON(f.root.Bucket(derivedEdits), key, d); err != nil {
		return err
	}
	if e.Scope.Source != "" {
		return f.sluice(e.Scope)
	}
	story := f.story(f.resolved(e.Scope.Story))
	if e.Act == news.ActSplit {
		return errors.Join(f.apart(story, e), f.silence(story))
	}
	if e.Args.Erase {
		if err := f.erased(story); err != nil {
			return err
		}
	}
	if err := f.reword(story, e.Scope.Feed); err != nil {
		return err
	}
	return f.silence(story)
}

// reword marks where what an editor wrote of a story stands, or its stub.
func (f *folder) reword(s news.Story, only news.FeedName) error {
	if only != "" {
		return f.reprint(s, []news.FeedName{only})
	}
	return f.reprint(s, f.everyFeed())
}

// sluice marks where items that a flood brought stand among the carriers from
// now on, or no longer.
func (f *folder) sluice(of news.Scope) error {
	day, err := time.Parse(time.DateOnly, of.Day)
	if err != nil {
		return nil // nothing was held back on it
	}
	l := &Ledger{tx: f.tx, derived: f.root}
	for i := range l.Items(of.Source, day) {
		if i.As != news.AsWaiting || i.FirstSeen.UTC().Format(time.DateOnly) != of.Day {
			continue
		}
		s := f.story(i.Story)
		if err := f.mention(f.places(s, s.Feeds), i.ID); err != nil {
			return err
		}
	}
	return nil
}

// act adds an act to the decisions of its scope, or takes one back.
func (f *folder) act(d *news.Decisions, e news.Editing) {
	if e.Undoes > 0 {
		n := slices.IndexFunc(d.Acts, func(a news.Acted) bool { return a.Pos == e.Undoes })
		if n >= 0 {
			d.Acts[n].Undone = f.rec.Pos
		}
		return
	}
	d.Acts = append(d.Acts, news.Acted{Pos: f.rec.Pos, At: f.rec.At, Rev: e.Rev, Who: e.Who, Act: e.Act, Args: e.Args})
	if e.Act != news.ActWithdraw {
		return
	}
	before := d.Withdrawn
	d.Withdrawn = news.Withdrawal{At: f.rec.At, Pos: f.rec.Pos, Who: e.Who, Reason: e.Args.Reason, Erased: e.Args.Erase}
	if !before.At.IsZero() { // it was erased afterwards
		d.Withdrawn.At, d.Withdrawn.Reason = before.At, before.Reason
	}
}

// apart notes which items an editor split from which, or no longer does. That
// another act merges them changes nothing of it: should they be parted again,
// it counts again.
func (f *folder) apart(s news.Story, e news.Editing) error {
	b := f.root.Bucket(derivedApart)
	if e.Undoes > 0 {
		return f.together(e.Undoes)
	}
	for _, one := range e.Args.Items {
		for _, other := range s.Items {
			if slices.Contains(e.Args.Items, other) {
				continue
			}
			if err := put(b, pairKey(one, other), posKey(f.rec.Pos)); err != nil {
				return err
			}
			if err := put(b, pairKey(other, one), posKey(f.rec.Pos)); err != nil {
				return err
			}
		}
	}
	return nil
}

// together forgets what a split that was taken back had parted.
func (f *folder) together(pos uint64) error {
	var r struct{ Args news.Args }
	rec, err := readRecord(f.tx, pos)
	if err == nil {
		err = json.Unmarshal(rec.Body, &r)
	}
	if err != nil {
		return err
	}
	b := f.root.Bucket(derivedApart)
	for _, one := range r.Args.Items {
		for other, by := range pairs(b, one) {
			if string(by) != string(posKey(pos)) {
				continue
			}
			if err := errors.Join(b.Delete(pairKey(one, other)), b.Delete(pairKey(other, one))); err != nil {
				return err
			}
		}
	}
	return nil
}

// Decisions are what editors have decided of a scope.
func (l *Ledger) Decisions(s news.Scope) news.Decisions {
	d, _ := get[news.Decisions](l.derived.Bucket(derivedEdits), []byte(s.String()))
	return d
}
