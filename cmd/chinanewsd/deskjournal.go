package main

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// journal is the log of what was done: records that somebody caused, and who
// came in.
type journal struct{ *house }

var _ desk.Journal = journal{}

// mostJournal bounds how many records one page looks at, when few are of whom
// it is asked for.
const mostJournal = 20_000

// Log is part of desk.Journal.
func (j journal) Log(ctx context.Context, q desk.LogQuery) (p desk.LogPage, err error) {
	err = j.store.View(ctx, func(l *storage.Ledger) error {
		records, last, err := j.records(ctx, l, q)
		if err != nil {
			return err
		}
		p = joinedLog(records, last, signIns(l, q), q)
		p.Users = j.users(l)
		return nil
	})
	return p, err
}

// users are who sat at the desk, or may.
func (j journal) users(l *storage.Ledger) (names []string) {
	for _, u := range j.cfg.Users {
		names = append(names, u.Name)
	}
	for p := range l.People() {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// records are the newest events of records that are asked for, one more than a
// page has; last is the record at which looking for them ended early, else zero.
func (j journal) records(ctx context.Context, l *storage.Ledger, q desk.LogQuery) (list []desk.Event, last storage.Record, err error) {
	if q.Kind == desk.EventSignIn {
		return nil, last, nil
	}
	looked := 0
	for r := range l.Journal(q.Before.Pos) {
		if looked++; looked > mostJournal {
			return list, r, ctx.Err()
		}
		e, err := j.event(l, r)
		if err != nil || ctx.Err() != nil {
			return nil, last, cmp.Or(ctx.Err(), err)
		}
		if (q.Who == "" || e.Who == q.Who) && (q.Kind == "" || e.Kind == q.Kind) {
			list = append(list, e)
		}
		if len(list) > q.Most {
			break
		}
	}
	return list, last, nil
}

// signIns are those that are asked for, the newest first.
func signIns(l *storage.Ledger, q desk.LogQuery) (list []desk.Event) {
	if q.Kind != "" && q.Kind != desk.EventSignIn {
		return nil
	}
	for _, in := range l.SignIns() {
		if at := in.At.Truncate(time.Millisecond); (q.Who == "" || in.User == q.Who) && (q.Before.SignIn.IsZero() || at.Before(q.Before.SignIn)) {
			list = append(list, desk.Event{Kind: desk.EventSignIn, At: at, Who: in.User, Agent: in.Agent, Failed: in.Failed})
		}
	}
	return list
}

// joinedLog puts both together, by time. Where looking at records ended early,
// sign-ins before that wait for the next page; those of one moment are not
// parted, since a place in the log is a moment of theirs.
func joinedLog(records []desk.Event, last storage.Record, signed []desk.Event, q desk.LogQuery) desk.LogPage {
	all := append(records, signed...)
	slices.SortStableFunc(all, func(a, b desk.Event) int { return b.At.Compare(a.At) })
	n := 0
	for n < len(all) && !all[n].At.Before(last.At) && (n < q.Most || n > 0 && all[n-1].Pos == 0 && all[n].Pos == 0 && all[n].At.Equal(all[n-1].At)) {
		n++
	}
	p := desk.LogPage{Events: all[:n], More: n < len(all) || last.Pos > 0, Older: q.Before}
	for _, e := range p.Events {
		if e.Pos > 0 {
			p.Older.Pos = e.Pos
		} else {
			p.Older.SignIn = e.At
		}
	}
	if last.Pos > 0 && n < q.Most {
		p.Older.Pos = last.Pos + 1
	}
	return p
}

// event is what a record says that was done.
func (j journal) event(l *storage.Ledger, r storage.Record) (e desk.Event, err error) {
	e = desk.Event{Pos: r.Pos, At: r.At}
	switch r.Kind {
	case "edit":
		e.Kind = desk.EventAct
		return e, j.act(l, r, &e)
	case "config":
		e.Kind = desk.EventConfig
		return e, configured(l, r, &e)
	case "prune":
		e.Kind = desk.EventPrune
		return e, j.pruned(l, r, &e)
	}
	var mark struct {
		Mark string
		From struct{ Pos uint64 }
	}
	err = json.Unmarshal(r.Body, &mark)
	e.Kind, e.Mark, e.From = desk.EventMark, mark.Mark, mark.From.Pos
	return e, err
}

func (j journal) act(l *storage.Ledger, r storage.Record, e *desk.Event) error {
	var did news.Editing
	if err := json.Unmarshal(r.Body, &did); err != nil {
		return err
	}
	e.Who, e.Act, e.Args, e.Undoes = did.Who, did.Act, did.Args, did.Undoes
	if did.Scope.Feed != "" {
		e.Feed = editors(j).named(did.Scope.Feed).Title
	}
	for _, a := range l.Decisions(did.Scope).Acts {
		if a.Pos == r.Pos {
			e.Undone = a.Undone
		}
	}
	if !did.Args.Story.IsZero() {
		e.Other = l.Address(did.Args.Story)
	}
	j.named(l, did.Scope, e)
	return nil
}

// named says what an event is about. What was erased is called by its address
// alone.
func (j journal) named(l *storage.Ledger, scope news.Scope, e *desk.Event) {
	s, ok := l.Story(scope.Story)
	switch {
	case scope.Source != "":
		e.Flood = j.nameOf(s, scope)
		return
	case !ok:
		return
	}
	e.Story = l.Address(scope.Story)
	if w, _ := l.Withdrawn(s.ID); w.Erased {
		return
	}
	e.Title = shownTitle(l, s)
	if len(s.Items) > 0 {
		lead, _ := l.Item(s.Items[0])
		e.Lang = lead.Shown.Lang
	}
}

func (j journal) pruned(l *storage.Ledger, r storage.Record, e *desk.Event) error {
	var p news.Prune
	if err := json.Unmarshal(r.Body, &p); err != nil {
		return err
	}
	e.Who, e.Texts, e.Captures, e.Bodies, e.Why = p.Who, len(p.Texts), p.Captures, len(p.Bodies), p.Why
	if !p.Story.IsZero() {
		j.named(l, news.Scope{Story: p.Story}, e)
	}
	return nil
}
