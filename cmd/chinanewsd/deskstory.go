package main

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/curator"
	"chinanews/curator/difference"
	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// Story is part of desk.Stories.
func (h editors) Story(ctx context.Context, address string) (out desk.Story, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		s, ok := l.StoryAt(address)
		if !ok || len(s.Items) == 0 {
			return desk.ErrNotFound
		}
		out, err = h.story(l, s)
		return err
	})
	return out, err
}

func (h editors) story(l *storage.Ledger, s news.Story) (out desk.Story, err error) {
	layer := l.Layer(s, "")
	out = desk.Story{Brief: h.brief(l, s), Seen: l.Next() - 1, Precis: news.Line(layer.Text(news.ActSummary)), Note: news.Line(layer.Text(news.ActNote)), Tags: layer.Tags(), Behind: !l.Publishes(h.cfg.Publication)}
	if own := titleOf(l, s); own != out.Title {
		out.Own = own
	}
	_, _, out.Public = h.press.stand.place(l, s)
	out.Withdrawn, _ = l.Withdrawn(s.ID)
	said := h.storySaid(l, h.curator, s, "")
	out.Former, out.Floods = said.Was, said.Floods
	for _, b := range said.Siblings {
		if t, ok := l.StoryAt(b.Story); ok {
			out.Siblings = append(out.Siblings, h.brief(l, t))
		}
	}
	for _, f := range said.Feeds {
		out.Places = append(out.Places, h.place(f))
	}
	for _, q := range l.Queue() {
		if q.Source == "" && q.Story == s.ID {
			out.Waits = append(out.Waits, h.waitOf(l, q))
		}
	}
	out.Acts = h.done(l, news.Scope{Story: s.ID}, s)
	slices.Reverse(out.Acts)
	out.Parts, err = h.partsFor(l, s, said)
	return out, err
}

// place is why a story is in a feed, or is not.
func (h editors) place(f feedSaid) desk.Place {
	p := desk.Place{Feed: desk.Named{ID: f.Feed, Title: f.Feed}, Here: f.Has, In: f.In, Leaves: f.Leaves, Enters: f.Enters, Reason: f.Reason, Wait: string(f.Wait),
		Entry: f.Place, Digest: f.Digest, Pinned: f.Pinned, Beside: f.Beside, Lead: f.Lead}
	for _, row := range h.cfg.Feeds {
		if row.ID == f.Feed {
			p.Feed, p.Hold = h.named(row.Name), row.Hold
		}
	}
	switch f.Reason {
	case "held":
		a, _ := f.Acts.Held()
		p.Who = a.Who
	case "hidden":
		a, _ := f.Acts.Hidden()
		p.Who = a.Who
	case "embargo":
		a, _ := f.Acts.Last(news.ActEmbargo)
		p.Who, p.Until = a.Who, a.Args.Until
	}
	for _, c := range f.Carriers {
		p.Judged = append(p.Judged, judgedOf(c))
	}
	return p
}

func judgedOf(c curator.Carrier) desk.Judged {
	j := desk.Judged{Item: c.Item, Source: c.Source, Passes: c.Passes, Reason: c.Reason}
	for _, own := range c.Own {
		j.Rules = append(j.Rules, clauseOf(own))
	}
	if c.Rule != nil && c.Rule.Text != "" {
		j.Rules = append(j.Rules, clauseOf(*c.Rule))
	}
	if c.Rule != nil {
		j.Reason = "" // the rules are the reason
	}
	return j
}

func clauseOf(c curator.Clause) desk.Clause {
	out := desk.Clause{Text: news.Line(c.Text), Op: c.Op, True: c.True, Saw: c.Saw}
	for _, part := range c.Parts {
		out.Parts = append(out.Parts, clauseOf(part))
	}
	return out
}

// mostTexts is how many parts of a story have their texts shown.
const mostTexts = 8

// partsFor are the items of a story: those that lead first.
func (h editors) partsFor(l *storage.Ledger, s news.Story, said *storySaid) (all []desk.Part, err error) {
	leads := func(id news.ItemID) int {
		n := slices.IndexFunc(said.Feeds, func(f feedSaid) bool { return f.Lead == id })
		return cmp.Compare(0, n+1) // those that lead nowhere after all others
	}
	ids := slices.Clone(s.Items)
	slices.SortStableFunc(ids, func(a, b news.ItemID) int { return cmp.Compare(leads(a), leads(b)) })
	for n, id := range ids {
		i, ok := l.Item(id)
		if !ok {
			continue
		}
		p := desk.Part{Carrier: news.Carrier{Item: i, Source: row(h.rows, i.Source)}}
		p.Summary, p.HTML, err = l.Texts(i.ShownPos(), i.Shown)
		if err != nil {
			return nil, err
		}
		if err := h.history(l, s, &p, said); err != nil {
			return nil, err
		}
		whole := i.Shown
		whole.Summary, whole.HTML = p.Summary, p.HTML
		p.Lost = whole.Lost()
		if n >= mostTexts {
			p.HTML = ""
		}
		all = append(all, p)
	}
	return all, nil
}

// history fills in the versions of a part, and what an editor who is asked has
// not approved.
func (h editors) history(l *storage.Ledger, s news.Story, p *desk.Part, said *storySaid) error {
	i := p.Item
	rev, public := h.press.stand.reach(l, s, i.ID)
	if public {
		p.Shown = i.Version(cmp.Or(rev, i.ShownRev))
	}
	for n, r := range i.Versions() {
		p.Versions = append(p.Versions, desk.Version{Number: n + 1, Revision: r, Public: public && n < p.Shown})
	}
	for _, j := range i.Joined {
		p.Joined = append(p.Joined, desk.Joined{At: j.At, Evidence: plainly(j.Evidence)})
	}
	base := baseline(l, s, i, said)
	if base == 0 || base >= i.ShownRev {
		return nil
	}
	before, err := asOf(l, i, base)
	if err != nil {
		return err
	}
	summary, html, err := l.Texts(i.Revisions[base-1].Pos, before.Shown)
	if was, now := whole(before.Shown.Title, summary, html), whole(i.Shown.Title, p.Summary, p.HTML); len(was)+len(now) <= maxCompared {
		p.Changes = difference.HTML(was, now)
	}
	return err
}

// baseline is the reading that an item has changed since: the one that a feed
// shows, or the one that an editor saw who wrote over it; 0: none.
func baseline(l *storage.Ledger, s news.Story, i news.Item, said *storySaid) (rev int) {
	for _, f := range said.Feeds {
		switch {
		case f.Lead != i.ID:
		case f.Wait == news.WaitChange:
			rev = f.Rev
		case f.Wait == news.WaitConflict:
			a, _ := l.Layer(s, "").Last(reads...)
			for _, r := range i.Versions() {
				if r.Pos <= a.Saw() {
					rev = r.Rev
				}
			}
		}
	}
	return rev
}

// whole is a title with its text, as markup.
func whole(title, summary, html string) string {
	return paragraph(title) + cmp.Or(html, paragraph(summary))
}

// Act is part of desk.Stories.
func (h editors) Act(ctx context.Context, w desk.Wish) (uint64, error) {
	done, err := h.edit(ctx, wish{Story: w.Name, Feed: w.Feed, Act: w.Act, Other: w.Other, Parts: w.Parts, Undoes: w.Undoes, Who: w.Who, Seen: &w.Seen,
		Args: news.Args{Text: w.Text, Tags: w.Tags, Until: w.Until, Reason: w.Reason, Erase: w.Erase}})
	if stale, ok := errors.AsType[*staleError](err); ok {
		return 0, h.staleFor(ctx, stale)
	}
	for _, refusal := range []error{storage.ErrNoStory, storage.ErrNoFlood, storage.ErrWithdrawn, storage.ErrNoAct, storage.ErrNotSplit, storage.ErrSameStory} {
		if errors.Is(err, refusal) {
			return 0, &desk.Refusal{Words: err.Error()}
		}
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return 0, &desk.Refusal{Words: err.Error()}
	}
	if words := apart(err); words != "" {
		h.log.Warn("an act could not be recorded", "who", w.Who, "act", w.Act, "err", err)
		return 0, &desk.Refusal{Words: words, Later: true}
	}
	return done.Pos, err
}

// apart says to an editor that nodes cannot record what they would share; empty:
// err says something else.
func apart(err error) string {
	switch {
	case errors.Is(err, jetstream.ErrUnavailable):
		return desk.TooFewNodes
	case errors.Is(err, cluster.ErrStopped):
		return desk.StrayNode
	case errors.Is(err, cluster.ErrWaits):
		return desk.LateNode
	}
	return ""
}

func (h editors) staleFor(ctx context.Context, e *staleError) error {
	out := &desk.Stale{Changed: e.changed, Came: e.came, Into: e.into}
	err := h.store.View(ctx, func(l *storage.Ledger) error {
		for _, a := range e.acts {
			if a.Undone > 0 {
				out.Acts = append(out.Acts, h.undoing(l, a))
			} else {
				out.Acts = append(out.Acts, h.deed(l, a))
			}
		}
		return nil
	})
	slices.SortFunc(out.Acts, func(a, b desk.Deed) int { return cmp.Compare(a.Pos, b.Pos) })
	if err != nil {
		return err
	}
	return out
}

// Done is part of desk.Stories. What followed from an act stands in the ruling
// after it, of the same transaction.
func (h editors) Done(ctx context.Context, pos uint64) (out desk.Done, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		if pos == 0 || pos >= l.Next() {
			return desk.ErrNotFound
		}
		act, err := l.Fact(pos)
		if err != nil {
			return err
		}
		if act.Editing == nil {
			return desk.ErrNotFound
		}
		receipt := storage.Receipt{Pos: pos, At: act.At}
		if at := l.RulingOf(pos); at > 0 {
			next, err := l.Fact(at)
			if err == nil && next.Ruling != nil && (next.Ruling.Through == pos || next.At.Equal(act.At)) {
				receipt.Ruling = *next.Ruling
			}
		}
		out = h.doneOf(l, *act.Editing, receipt)
		return nil
	})
	if err == nil && out.Erased {
		out.Files, err = h.remnants()
	}
	return out, err
}

func (h editors) doneOf(l *storage.Ledger, e news.Editing, receipt storage.Receipt) desk.Done {
	d := h.edited(l, e, receipt)
	names := func(ids []string) (feeds []desk.Named) {
		for _, id := range ids {
			i := slices.IndexFunc(h.cfg.Feeds, func(f news.Feed) bool { return f.ID == id })
			if i >= 0 {
				feeds = append(feeds, h.named(h.cfg.Feeds[i].Name))
			} else {
				feeds = append(feeds, desk.Named{}) // every feed
			}
		}
		return feeds
	}
	out := desk.Done{Name: d.Name, Title: d.Title, Came: d.Came, Erased: d.Erased, Parted: d.Parted, Feeds: names(d.Feeds), Left: names(d.Left), Stubs: names(d.Stubs), Entered: names(d.Entered),
		Paged: names(d.Paged), Updated: names(d.Updated), Shown: names(d.Shown), First: names(d.First), Last: names(d.Last), Waits: names(d.Waits)}
	s, _ := l.Story(e.Scope.Story)
	if len(s.Items) > 0 {
		out.Lang = h.brief(l, s).Lang
	}
	acted := news.Acted{Pos: receipt.Pos, At: receipt.At, Who: e.Who, Act: e.Act, Args: e.Args}
	out.Deed = h.deed(l, deed{Acted: acted, Scope: e.Scope})
	out.Undoes = e.Undoes
	for _, in := range h.scopes(e.Scope, s) {
		for _, a := range l.Decisions(in).Acts {
			if a.Pos == receipt.Pos {
				out.Undone = a.Undone
			}
		}
	}
	for _, a := range receipt.Ruling.Alias {
		out.Joined = append(out.Joined, desk.Leads{From: l.Address(a.From), To: l.Address(a.To)})
	}
	return out
}
