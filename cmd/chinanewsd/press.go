package main

import (
	"context"
	"fmt"
	"slices"
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
	pub   news.Publication // site with its address filled in
	rows  map[news.Origin]news.Source
	dirty chan struct{}
	done  map[news.FeedName]news.FeedState // as last rendered; owned by print
}

// settle is how long the press waits for more to come before it prints.
const settle = 50 * time.Millisecond

func newPress(store *storage.Store, pub news.Publication, rows map[news.Origin]news.Source) *press {
	return &press{
		store: store, shelf: feedout.NewShelf(), pub: pub, rows: rows,
		dirty: make(chan struct{}, 1), done: make(map[news.FeedName]news.FeedState),
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

// print renders every feed whose state is not the one last rendered.
func (p *press) print(ctx context.Context) error {
	for _, f := range p.pub.Feeds {
		if err := p.renew(ctx, f, p.document); err != nil {
			return fmt.Errorf("rendering feed %s: %w", f.ID, err)
		}
	}
	for _, f := range noticeFeeds(p.pub) {
		if err := p.renew(ctx, f, p.notices); err != nil {
			return fmt.Errorf("rendering feed %s: %w", f.ID, err)
		}
	}
	return p.putOPML()
}

// renew renders a feed when its state is not the one last rendered. A state
// that is younger than a moment ago is rendered again: rulings of one
// transaction share their time.
func (p *press) renew(ctx context.Context, f news.Feed, assemble func(*storage.Ledger, news.Feed, news.FeedState) (feedout.Document, error)) error {
	var doc feedout.Document
	var state news.FeedState
	old, printed := p.done[f.Name]
	err := p.store.View(ctx, func(l *storage.Ledger) (err error) {
		state = l.Feed(f.Name)
		if printed && state == old && l.At().Sub(state.Changed) > time.Minute {
			return nil
		}
		doc, err = assemble(l, f, state)
		return err
	})
	if err != nil || doc.Feed.ID == "" {
		return err
	}
	if err := p.put(doc); err != nil {
		return err
	}
	p.done[f.Name] = state
	return nil
}

func (p *press) document(l *storage.Ledger, f news.Feed, state news.FeedState) (feedout.Document, error) {
	doc := feedout.Document{Site: p.pub.Site, Feed: f, Updated: state.Changed, Stubs: stubs(l, f.Name)}
	for _, m := range feedout.Limit(l.Entries(f.Name, news.AsNews), f) {
		r, err := release(l, p.rows, m)
		if err != nil {
			return doc, err
		}
		doc.Releases = append(doc.Releases, r)
	}
	return doc, nil
}

func (p *press) put(doc feedout.Document) error {
	for _, format := range []feedout.Format{feedout.RSS, feedout.Atom, feedout.JSON} {
		body, err := feedout.Render(doc, format)
		if err != nil {
			return err
		}
		path := "/feeds/" + doc.Feed.ID + "." + string(format)
		p.shelf.Put(path, body, format.ContentType(), doc.Updated, fmt.Sprintf("<%s%s>; rel=\"self\"", doc.Site.BaseURL, path))
	}
	return nil
}

func (p *press) putOPML() error {
	made := noticeFeeds(p.pub)
	body, err := feedout.OPML(p.pub.Site, slices.Concat(p.pub.Feeds, made[len(made)-2:]))
	if err != nil {
		return err
	}
	p.shelf.Put("/opml.xml", body, "text/x-opml; charset=utf-8", time.Time{}, "")
	return nil
}

// stubs are those of a feed that stood in its documents.
func stubs(l *storage.Ledger, name news.FeedName) []news.Stub {
	return slices.DeleteFunc(l.Stubs(name), func(s news.Stub) bool { return s.Membership.As != news.AsNews })
}

// release assembles a story as a feed shows it.
func release(l *storage.Ledger, rows map[news.Origin]news.Source, m news.Membership) (news.Release, error) {
	s, ok := l.Story(m.Story)
	if !ok {
		return news.Release{}, fmt.Errorf("story %s is in feed %s and not in the record; run `chinanewsd verify`", m.Story, m.Feed)
	}
	r := news.Release{Story: m.Story, Address: l.Address(m.Story), Membership: m}
	for _, id := range s.Items {
		i, ok := l.Item(id)
		if !ok {
			return r, fmt.Errorf("item %s of story %s is not in the record; run `chinanewsd verify`", id, m.Story)
		}
		r.Carriers = append(r.Carriers, news.Carrier{Item: i, Source: row(rows, i.Source)})
		if id == m.Lead {
			r.Lead = i
		}
	}
	slices.SortStableFunc(r.Carriers, func(a, b news.Carrier) int { return a.Item.FirstSeen.Compare(b.Item.FirstSeen) })
	var err error
	if r.LastSeen, err = lastSeen(l, r.Lead); err != nil {
		return r, err
	}
	r.Summary, r.HTML, err = l.Texts(r.Lead.ShownPos(), r.Lead.Shown)
	return r, err
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
