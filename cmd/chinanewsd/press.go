package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// press renders the feeds that changed and puts them on the shelf, from which
// they are served without the store.
type press struct {
	store *storage.Store
	shelf *feedout.Shelf
	pub   news.Publication // site with its address filled in, and of the feeds the public ones
	stand stand
	hub   string // where changes of what it prints can be subscribed to; empty: nowhere
	dirty chan struct{}
	turn  sync.Mutex                 // held while it prints
	done  map[news.FeedName]*edition // as last rendered; owned by print
	since time.Time                  // of the configuration; owned by print
	// told is told, whenever documents were printed, of the states of feeds
	// that those on the shelf show; nil: nobody is.
	told   func(map[news.FeedName]news.FeedState)
	lists  *lists
	leaves *leaves // of archives
}

// states are those of the feeds that a document depends on: its own, and those
// that carry siblings of what is in it.
type states map[news.FeedName]news.FeedState

// edition is what was last rendered of a feed.
type edition struct {
	states states
	next   uint64 // the position after the record as it was then
	feedout.Edition
}

// formats are those of a feed's documents, each of which is a topic.
var formats = []feedout.Format{feedout.RSS, feedout.Atom, feedout.JSON}

// settle is how long the press waits for more to come before it prints.
const settle = 50 * time.Millisecond

func newPress(store *storage.Store, pub news.Publication, rows map[news.Origin]*news.Source) *press {
	pub.Feeds = publicFeeds(pub.Feeds)
	return &press{
		store: store, shelf: feedout.NewShelf(), pub: pub, stand: newStand(pub.Feeds, rows),
		dirty: make(chan struct{}, 1), done: make(map[news.FeedName]*edition), lists: new(lists), leaves: newLeaves(),
	}
}

// feeds are those of which there are documents.
func (p *press) feeds() iter.Seq[news.Feed] {
	return func(yield func(news.Feed) bool) {
		for _, list := range [][]news.Feed{p.pub.Feeds, noticeFeeds(p.pub)} {
			for _, f := range list {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// changed tells the press that the record ruled on something.
func (p *press) changed() {
	select {
	case p.dirty <- struct{}{}:
	default:
	}
}

// run prints whenever something changed, until ctx ends. failed is told of a
// rendering that did not succeed; what was printed before stays.
func (p *press) run(ctx context.Context, failed func(error)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.dirty:
		}
		if !waited(ctx, settle) {
			return nil
		}
		if err := p.print(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}

// print renders every feed whose state is not the one last rendered, and has
// others told. One that cannot be rendered keeps none of the others back.
func (p *press) print(ctx context.Context) error {
	p.turn.Lock()
	defer p.turn.Unlock()
	err := p.printAll(ctx)
	if p.told != nil {
		shown := make(map[news.FeedName]news.FeedState)
		for name, e := range p.done {
			shown[name] = e.states[name]
		}
		p.told(shown)
	}
	return err
}

func (p *press) printAll(ctx context.Context) error {
	if p.since.IsZero() {
		if err := p.store.View(ctx, func(l *storage.Ledger) error { p.since = l.Configured(); return nil }); err != nil {
			return err
		}
	}
	var failed []error
	try := func(feeds []news.Feed, assemble assembly) {
		for _, f := range feeds {
			if err := p.renew(ctx, f, assemble); err != nil {
				failed = append(failed, fmt.Errorf("rendering feed %s: %w", f.ID, err))
			}
		}
	}
	try(p.pub.Feeds, p.document)
	try(noticeFeeds(p.pub), p.notices)
	return errors.Join(append(failed, p.putOPML())...)
}

// assembly makes the document of a feed, for which it may keep what was last
// rendered.
type assembly func(l *storage.Ledger, f news.Feed, state news.FeedState, last *edition) (feedout.Document, error)

// renew renders a feed when the states that its document depends on are not
// those last rendered. A state that is younger than a moment ago is rendered
// again after any other record: rulings of one transaction share their time.
func (p *press) renew(ctx context.Context, f news.Feed, assemble assembly) error {
	var doc feedout.Document
	var now states
	var next uint64
	var modified time.Time
	last := p.done[f.Name]
	if last == nil {
		last = new(edition)
	}
	err := p.store.View(ctx, func(l *storage.Ledger) (err error) {
		if next = l.Next(); last.next == next || last.states.stand(l) {
			return nil
		}
		now = states{f.Name: l.Feed(f.Name)}
		doc, err = assemble(l, f, now[f.Name], last)
		doc.Hub = p.hub
		now.besides(l, doc, last.states)
		modified = p.modified(l, doc)
		return err
	})
	if err != nil || doc.Feed.ID == "" {
		return err
	}
	if err := p.put(doc, modified, last); errors.Is(err, feedout.ErrNotHeld) {
		last.Edition = feedout.Edition{}
		return p.renew(ctx, f, assemble)
	} else if err != nil {
		return err
	}
	last.states, last.next, p.done[f.Name] = now, next, last
	return nil
}

// besides adds the feeds that have siblings of what is in a document; of what is
// kept there, they are among those of before.
func (s states) besides(l *storage.Ledger, doc feedout.Document, before states) {
	for _, r := range doc.Releases {
		for _, b := range r.Siblings {
			s[b.Feed] = l.Feed(b.Feed)
		}
	}
	if len(doc.Kept) > 0 {
		for name := range before {
			s[name] = l.Feed(name)
		}
	}
}

// mostSince is how many records are looked at for what they touched: more of them
// cost as much as all entries of a feed.
const mostSince = 16

// keeping says of entries whether they are as they were last rendered: no record
// since then touched their stories.
func (e *edition) keeping(l *storage.Ledger) func(news.Membership) bool {
	none := func(news.Membership) bool { return false }
	if e.next == 0 || l.Next() > e.next+mostSince {
		return none
	}
	t, err := touchedSince(l, e.next-1)
	if t.all || t.apart || err != nil { // what cannot be read is no reason to show less
		return none
	}
	t.members(l)
	return func(m news.Membership) bool { return !t.stories[m.Story] && e.Holds(m) }
}

// stand reports whether feeds are still in the states that were rendered.
func (s states) stand(l *storage.Ledger) bool {
	for name, old := range s {
		if now := l.Feed(name); now != old || l.At().Sub(now.Changed) <= time.Minute {
			return false
		}
	}
	return len(s) > 0
}

// document assembles a feed: what an editor pinned, then the newest entered.
func (p *press) document(l *storage.Ledger, f news.Feed, state news.FeedState, last *edition) (feedout.Document, error) {
	if f.Digest != "" {
		return p.digests(l, f)
	}
	kept := last.keeping(l)
	doc := feedout.Document{Site: p.pub.Site, Feed: f, Updated: state.Changed, Stubs: stubs(l, f.Name), Older: older(l, f), Kept: make(map[news.StoryID]bool)}
	pinned := l.Pinned(f.Name)
	for _, m := range append(pinned, feedout.Limit(without(l.Entries(f.Name, news.AsNews), pinned), f)...) {
		if kept(m) {
			doc.Kept[m.Story] = true
			doc.Releases = append(doc.Releases, news.Release{Story: m.Story, Membership: m})
			continue
		}
		r, err := p.stand.release(l, m)
		if err != nil {
			return doc, err
		}
		doc.Releases = append(doc.Releases, r)
	}
	return doc, nil
}

// without are entries but for some.
func without(entries iter.Seq[news.Membership], some []news.Membership) iter.Seq[news.Membership] {
	return func(yield func(news.Membership) bool) {
		for m := range entries {
			isThat := func(n news.Membership) bool { return n.Story == m.Story }
			if !slices.ContainsFunc(some, isThat) && !yield(m) {
				return
			}
		}
	}
}

// modified is when a document last changed, at the latest. Any public feed may
// have had a sibling of what is in it; that of all is taken, so that it does
// not go back when one is taken away, whenever the program was started.
func (p *press) modified(l *storage.Ledger, doc feedout.Document) time.Time {
	at := []time.Time{p.since, doc.Updated}
	for _, f := range p.pub.Feeds {
		at = append(at, l.Feed(f.Name).Changed)
	}
	return slices.MaxFunc(at, time.Time.Compare)
}

// put places a feed in all formats, or in none.
func (p *press) put(doc feedout.Document, modified time.Time, last *edition) error {
	bodies, err := last.Render(doc, formats...)
	if err != nil {
		return err
	}
	for n, format := range formats {
		p.shelf.Put("/feeds/"+doc.Feed.ID+"."+string(format), feedout.Sheet{
			Body: bodies[n], ContentType: format.ContentType(), Cache: feedout.KeepFeed, Link: doc.Link(format),
			Page: doc.Page(), Modified: modified,
		})
	}
	return nil
}

func (p *press) putOPML() error {
	made := noticeFeeds(p.pub)
	body, err := feedout.OPML(p.pub.Site, slices.Concat(p.pub.Feeds, made[len(made)-2:]))
	if err != nil {
		return err
	}
	p.shelf.Put("/opml.xml", feedout.Sheet{Body: body, ContentType: "text/x-opml; charset=utf-8", Cache: feedout.KeepAsset, Modified: p.since})
	return nil
}

// stubs are those of a feed that stood in its documents.
func stubs(l *storage.Ledger, name news.FeedName) []news.Stub {
	return slices.DeleteFunc(l.Stubs(name), func(s news.Stub) bool { return s.Membership.As != news.AsNews })
}

// release assembles a story as a feed shows it: with the reading that was
// approved there, where the feed holds what nobody approved.
func (s stand) release(l *storage.Ledger, m news.Membership) (news.Release, error) {
	story, ok := l.Story(m.Story)
	if !ok {
		return news.Release{}, fmt.Errorf("story %s is in feed %s and not in the record; run `chinanewsd verify`", m.Story, m.Feed)
	}
	r := news.Release{Story: m.Story, Address: l.Address(m.Story), Membership: m, Layer: l.Layer(story, m.Feed)}
	var err error
	if r.Lead, err = leadOf(l, m); err != nil {
		return r, err
	}
	for _, id := range story.Items {
		i, ok := l.Item(id)
		switch {
		case !ok:
			return r, fmt.Errorf("item %s of story %s is not in the record; run `chinanewsd verify`", id, m.Story)
		case id == m.Lead:
			i = r.Lead
		case waits(l, i), !s.named(i.Source):
			continue
		}
		r.Carriers = append(r.Carriers, news.Carrier{Item: i, Source: row(s.rows, i.Source)})
	}
	slices.SortStableFunc(r.Carriers, func(a, b news.Carrier) int { return a.Item.FirstSeen.Compare(b.Item.FirstSeen) })
	if r.Siblings, err = s.siblings(l, story, r.Lead); err != nil {
		return r, err
	}
	if r.LastSeen, err = lastSeen(l, r.Lead); err != nil {
		return r, err
	}
	r.Summary, r.HTML, err = l.Texts(r.Lead.ShownPos(), r.Lead.Shown)
	return r, err
}

// leadOf is the item whose text a feed shows, as of the reading that it shows.
func leadOf(l *storage.Ledger, m news.Membership) (news.Item, error) {
	i, ok := l.Item(m.Lead)
	if !ok {
		return i, fmt.Errorf("item %s leads story %s in feed %s and is not in the record; run `chinanewsd verify`", m.Lead, m.Story, m.Feed)
	}
	return asOf(l, i, m.Rev)
}

// asOf is an item as it was when a reading of it was the newest; 0: as it is.
func asOf(l *storage.Ledger, i news.Item, rev int) (news.Item, error) {
	if rev <= 0 || rev >= i.ShownRev {
		return i, nil
	}
	r := i.Revisions[rev-1]
	e, err := l.Entry(r.Pos, r.N)
	return i.AsOf(rev, e), err
}

// lastSeen is when an item that looks do not find was last found: the looks
// say it themselves.
func lastSeen(l *storage.Ledger, i news.Item) (time.Time, error) {
	n := len(i.Evidence)
	if n == 0 || i.Missed.IsZero() || i.Evidence[n-1].Pos == 0 {
		return time.Time{}, nil
	}
	look, err := l.Batch(i.Evidence[n-1].Pos)
	seen := look.Last
	for _, r := range i.Revisions {
		if r.At.After(seen) {
			seen = r.At
		}
	}
	return seen, err
}
