package main

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/feedout"
	"chinanews/feedout/outbox"
	"chinanews/news"
	"chinanews/storage"
)

// teller tells others of what moved in public feeds: subscribers of our hub,
// hubs of others, and webhooks. What is owed to whom follows from the record
// and from what was remembered of deliveries, so that a crash loses nothing.
type teller struct {
	store *storage.Store
	press *press
	hub   news.Hub
	hooks []news.Webhook
	agent string // the User-Agent
	post  outbox.Options
	box   *outbox.Outbox // of a run
	log   *slog.Logger
	dirty chan struct{}

	subscribed atomic.Uint64 // changes of subscriptions since the start

	mu     sync.Mutex
	issues map[news.Topic]*issue
	states map[news.FeedName]news.FeedState // that the documents last printed show
}

// issue is a document as it is told to others.
type issue struct {
	pos    uint64 // up to which it tells what moved
	seen   uint64 // up to which nothing moved that it shows
	body   []byte
	digest string // of body
	header http.Header
	url    string
}

// newTeller makes the teller of a house; incarnation is the record's.
func newTeller(h *house, incarnation string) *teller {
	t := &teller{store: h.store, press: h.press, hub: h.cfg.Hub, hooks: h.cfg.Webhooks, agent: h.agent, log: h.log,
		dirty: make(chan struct{}, 1), issues: make(map[news.Topic]*issue), states: make(map[news.FeedName]news.FeedState)}
	t.post = outbox.Options{Transport: h.outgoing.Transport, Save: t.store.SaveDeliveries, Record: incarnation,
		Heard:  h.told,
		Failed: func(err error) { t.log.Error("others could not be told", "err", err) }}
	return t
}

// printed notes the documents that the press has printed, and the states of
// their feeds that they show.
func (t *teller) printed(shown map[news.FeedName]news.FeedState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	further := false
	for f := range t.press.feeds() {
		now, there := shown[f.Name]
		if !there {
			continue
		}
		before, known := t.states[f.Name]
		further = further || !known || now.Moved > before.Moved
		t.states[f.Name] = now
		for _, format := range formats {
			t.reprinted(f, format, now.Moved)
		}
	}
	if further {
		t.again()
	}
}

// reprinted notes one document. One whose bytes are as they were tells nobody
// anything, whatever moved.
func (t *teller) reprinted(f news.Feed, format feedout.Format, pos uint64) {
	topic := news.Topic{Feed: f.Name, Format: string(format)}
	path := "/feeds/" + f.ID + "." + string(format)
	body, digest := t.press.shelf.Digested(path)
	i := t.issues[topic]
	if i == nil {
		doc := feedout.Document{Site: t.press.pub.Site, Feed: f, Hub: t.press.hub}
		i = &issue{pos: pos, url: doc.Site.BaseURL + path, header: http.Header{
			"Content-Type": {format.ContentType()}, "Link": {doc.Link(format)}, "User-Agent": {t.agent}}}
		t.issues[topic] = i
	}
	if digest != i.digest {
		if pos > i.seen {
			i.pos = pos
		}
		i.body, i.digest = body, digest
	}
	i.seen = max(i.seen, pos)
}

// issue is what is told of a topic now.
func (t *teller) issue(topic news.Topic) (issue, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.issues[topic]
	if i == nil {
		return issue{}, false
	}
	return *i, true
}

// shown is the state of a feed that its documents show.
func (t *teller) shown(name news.FeedName) news.FeedState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.states[name]
}

// run tells until ctx ends; whom it is telling then is told to the end, unless
// hurry ends too. One run is over before the next begins.
func (t *teller) run(ctx, hurry context.Context) error {
	t.box = outbox.New(t.post)
	t.again()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return t.box.Run(ctx, hurry) })
	g.Go(func() error {
		for enrolled := false; ; {
			select {
			case <-ctx.Done():
				return nil
			case <-t.dirty:
			}
			err := t.read(ctx, &enrolled)
			if err == nil || ctx.Err() != nil {
				continue
			}
			t.log.Error("it could not be read who is to be told; it is tried again", "err", err)
			if waited(ctx, retryWrite) {
				t.again()
			}
		}
	})
	return g.Wait()
}

// read has those told to whom something is owed.
func (t *teller) read(ctx context.Context, enrolled *bool) error {
	if !*enrolled {
		if err := t.enrol(ctx); err != nil {
			return err
		}
		*enrolled = true
	}
	return t.box.Tell(func(yield func(outbox.Owed)) error { return t.owed(ctx, yield) })
}

// again has it read anew who is to be told.
func (t *teller) again() {
	select {
	case t.dirty <- struct{}{}:
	default:
	}
}

// enrol has webhooks and hubs of others that are new begin with what comes
// next, and forgets those who are told no more.
func (t *teller) enrol(ctx context.Context) error {
	var fresh []news.Delivery
	err := t.store.View(ctx, func(l *storage.Ledger) error {
		for r := range t.others() {
			if _, ok := l.Delivery(r.To()); !ok {
				fresh = append(fresh, news.Delivery{To: r.To(), Sent: r.upto()})
			}
		}
		return nil
	})
	if err == nil && len(fresh) > 0 {
		err = t.store.SaveDeliveries(ctx, fresh)
	}
	if err != nil {
		return err
	}
	return t.forget(ctx)
}

// forget lets go of what those were told who are told no more.
func (t *teller) forget(ctx context.Context) error {
	var gone []string
	err := t.store.View(ctx, func(l *storage.Ledger) error {
		gone = t.gone(l)
		return nil
	})
	if err != nil || len(gone) == 0 {
		return err
	}
	return t.store.DropDeliveries(ctx, t.gone) // asked again: some may have come back
}

// gone are those who were told something, and are told no more.
func (t *teller) gone(l *storage.Ledger) (list []string) {
	known := make(map[string]bool)
	for r := range t.others() {
		known[r.To()] = true
	}
	for sub := range l.Subscriptions() {
		known[subscriberName(sub)] = true
	}
	for d := range l.Deliveries() {
		if !known[d.To] {
			list = append(list, d.To)
		}
	}
	return list
}

// other is a recipient that the configuration names.
type other interface {
	outbox.Recipient
	upto() uint64 // what moved and documents show
}

// others are the webhooks, and hubs of others with each topic.
func (t *teller) others() iter.Seq[other] {
	return func(yield func(other) bool) {
		for _, hook := range t.hooks {
			i := slices.IndexFunc(t.press.pub.Feeds, func(f news.Feed) bool { return f.ID == hook.Feed })
			if i >= 0 && !yield(&webhook{t, hook, t.press.pub.Feeds[i]}) {
				return
			}
		}
		for _, address := range t.hub.Outside {
			for f := range t.press.feeds() {
				for _, format := range formats {
					if !yield(&outsideHub{t, address, news.Topic{Feed: f.Name, Format: string(format)}}) {
						return
					}
				}
			}
		}
	}
}

// owed yields those to whom something is owed, by the record as it is.
func (t *teller) owed(ctx context.Context, yield func(outbox.Owed)) error {
	read := t.subscribed.Load()
	return t.store.View(ctx, func(l *storage.Ledger) error {
		for r := range t.others() {
			was, ok := l.Delivery(r.To())
			if upto := r.upto(); ok && upto > was.Sent {
				yield(outbox.Owed{Recipient: r, Upto: upto, Was: was})
			}
		}
		if !t.hub.Off {
			t.owedByHub(l, read, yield)
		}
		return nil
	})
}

// owedByHub yields the subscribers among them.
func (t *teller) owedByHub(l *storage.Ledger, read uint64, yield func(outbox.Owed)) {
	for sub := range l.Subscriptions() {
		i, ok := t.issue(sub.Topic)
		if !ok || i.pos <= sub.From {
			continue
		}
		s := newSubscriber(t, sub, read)
		was, _ := l.Delivery(s.to)
		if was.Sent < sub.From { // an earlier subscription's
			was = news.Delivery{Sent: sub.From}
		}
		if i.pos > was.Sent && i.digest != was.What { // the same bytes: what moved is in none of them
			yield(outbox.Owed{Recipient: s, Upto: i.pos, Was: was})
		}
	}
}

// tells says in the log that one whom the configuration names cannot be told,
// once: `chinanewsd status` shows for how long.
func (t *teller) tells(who, what, host string, d news.Delivery) {
	if d.Tries == 1 {
		t.log.Warn(who+" cannot be told; it is tried again until it can", "feed", what, "host", host, "err", d.Error, "next", d.Next.Format(time.RFC3339))
	}
}
