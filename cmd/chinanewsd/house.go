package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"chinanews/cmd/chinanewsd/meter"
	"chinanews/curator"
	"chinanews/feedout/desk"
	"chinanews/feedout/hub"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// house is the rooms joined under one configuration. A reload builds the next
// beside it, on what lasts, and has requests that come from then on answered by
// that; those under way end where they began.
type house struct {
	lasting
	cfg   news.Config   // with what the record knows of its rows and feeds
	read  news.Config   // as it was read
	bound news.Bindings // as the record had them before this configuration

	*terms                    // of this house: the flow goes by them while it is the present one
	fetch    *fetcher.Fetcher // the terms' asker
	outgoing *http.Client     // for requests that are no polls: to those who are told
	agent    string           // the User-Agent

	press   *press
	keep    *keeper
	tell    *teller
	files   *publisher   // nil: none are kept
	desk    http.Handler // nil: there is none
	bell    *desk.Bell   // nil: nobody sits at it
	answers answers

	ahead  time.Time       // up to when the first tasks are due that it read
	daemon *daemonStatus   // nil: a command that ends by itself
	after  <-chan struct{} // closed when the loops of the house before are over; nil: there was none
	ended  chan struct{}   // closed when its own are
	leave  func()          // ends them
}

// lasting is what all houses of a process share, in turn.
type lasting struct {
	log     *slog.Logger
	store   *storage.Store
	flow    *flow
	words   *indexer
	scout   *scout       // nil: there is no desk
	hub     *hub.Hub     // answers where the configuration wants one
	readers *readership  // nil: nobody is counted
	reloads *reloader    // nil: a command that ends by itself
	watch   *lookout     // likewise
	meter   *meter.Meter // likewise
	acting  *sync.Mutex  // held by what records an editor's act
	member  *member      // nil: one node
	local   string       // where the site is while it has no address
}

// settings are what differs between the commands that open a house.
type settings struct {
	create  bool          // may make a store
	hour    time.Duration // of looks; 0: an hour
	log     *slog.Logger
	observe func(outcome) // nil: nobody
	network fetcher.Network
	now     func() time.Time // nil: time.Now

	hangups   <-chan os.Signal   // each asks for a reload; nil: none comes
	watch     bool               // a change of the configuration's files asks for one, too
	reloading func(done *reload) // is told when a reload begins (nil), and what came of it; nil: nobody

	member   *member // of a cluster, whose record it opens; nil: one node
	recorded bool    // what the record says is published counts, and not what the file says
}

func (s settings) wall() func() time.Time {
	if s.now == nil {
		return time.Now
	}
	return s.now
}

// open opens the record, binds the configuration to it and joins the rooms.
// The caller closes the house.
func open(ctx context.Context, cfg news.Config, s settings) (*house, error) {
	h := &house{lasting: lasting{log: s.log, member: s.member}, cfg: cfg}
	curator.Bound(cached(curator.MostOutlined, ordered))
	var err error
	o := storage.Options{Site: cfg.Site.ID, Note: func(what string) { s.log.Info(what) }, Features: curator.Features, Now: s.now, Compare: true}
	if s.member != nil {
		h.store, err = s.member.join(ctx, cfg, o)
	} else {
		h.store, err = openAlone(cfg, s.create, o)
	}
	if err != nil {
		return nil, err
	}
	if err := h.join(ctx, s); err != nil {
		return nil, errors.Join(err, h.store.Close())
	}
	return h, nil
}

// openAlone is openWith for who writes into a record, which must be of one node.
func openAlone(cfg news.Config, create bool, o storage.Options) (*storage.Store, error) {
	store, err := openWith(cfg, create, o)
	if err != nil {
		return nil, err
	}
	at, err := store.Cursor()
	switch {
	case err != nil:
	case at.Incarnation == "":
		return store, nil
	case cfg.Cluster.On():
		err = usageError{fmt.Errorf("the record in %s is a node's of a cluster: only `chinanewsd run` writes into it, with the others; commands ask that", cfg.Data)}
	default:
		err = usageError{fmt.Errorf("the record in %s is a node's of a cluster, and %s has no section `cluster`: write it; or, for one node, restore a backup of it into another data directory", cfg.Data, cfg.File)}
	}
	return nil, errors.Join(err, store.Close())
}

func openStore(cfg news.Config, create bool, note func(string)) (*storage.Store, error) {
	return openWith(cfg, create, storage.Options{Site: cfg.Site.ID, Note: note, Features: curator.Features})
}

func openWith(cfg news.Config, create bool, o storage.Options) (*storage.Store, error) {
	if err := owned(cfg.Data); err != nil {
		return nil, err
	}
	store, err := storage.Open(cfg.Data, o)
	switch {
	case errors.Is(err, storage.ErrNone) && create:
		return storage.Create(cfg.Data, o)
	case errors.Is(err, storage.ErrSite):
		return nil, usageError{err}
	case errors.Is(err, storage.ErrNone):
		return nil, fmt.Errorf("%w; `chinanewsd run` makes one, with --paused without polling", err)
	}
	return store, err
}

// join records the configuration if it changed, and builds what works by it.
func (h *house) join(ctx context.Context, s settings) error {
	if err := h.prepare(ctx, s, nil); err != nil {
		return err
	}
	if err := h.remember(ctx, h.fetch); err != nil {
		return err
	}
	h.clock()
	if h.member == nil {
		if err := h.configure(ctx, h.store); err != nil {
			return err
		}
	}
	h.acting, h.ended = new(sync.Mutex), make(chan struct{})
	f := &flow{store: h.store, record: h.store, owner: solo{}, now: s.wall(), log: h.log, workers: h.cfg.Fetch.Concurrency, observe: s.observe}
	f.terms.Store(h.terms)
	f.table = newTimetable(func(host string) news.HostRule { return f.by().pace(host) })
	f.table.most = max(1, h.cfg.Fetch.Concurrency/2)
	h.flow = f
	if h.member != nil {
		h.member.work(f)
	}
	return nil
}

// prepare makes what works by the configuration, and records nothing. The
// fetcher goes on with what that before it, if there is one, knows of hosts.
func (h *house) prepare(ctx context.Context, s settings, before *fetcher.Fetcher) error {
	pub, err := h.bind(ctx)
	if s.recorded {
		pub, err = h.member.published(ctx, pub, err)
	}
	if err != nil {
		return err
	}
	c, err := curator.New(pub, s.hour)
	if err != nil {
		return usageError{err}
	}
	if h.fetch, err = h.newFetcher(pub, s.network, before); err != nil {
		return usageError{err}
	}
	h.agent = h.fetch.Agent()
	if h.outgoing, err = fetcher.Outgoing(h.cfg.Hub.Allow, s.network, h.agent); err != nil {
		return usageError{err}
	}
	if s.recorded {
		pub.Sources = withHeaders(pub.Sources, h.cfg.Sources)
	}
	h.read, h.cfg.Publication = h.cfg, pub
	h.terms = &terms{ask: h.fetch, pace: h.fetch.Rule, curator: c, rows: byOrigin(pub.Sources), pub: pub}
	h.keep = &keeper{store: h.store, cfg: h.cfg, log: h.log}
	return nil
}

// withHeaders are rows of the record, which keeps no headers, with those that the
// file has for them.
func withHeaders(recorded, file []news.Source) []news.Source {
	headers := make(map[string]map[string]string)
	for n := range file {
		headers[file[n].ID] = file[n].Headers
	}
	recorded = slices.Clone(recorded) // they may be the file's
	for n := range recorded {
		recorded[n].Headers = headers[recorded[n].ID]
	}
	return recorded
}

func (h *house) newFetcher(pub news.Publication, network fetcher.Network, before *fetcher.Fetcher) (*fetcher.Fetcher, error) {
	o := fetcher.Options{Fetching: h.cfg.Fetch, Version: version, BaseURL: h.cfg.Site.BaseURL, Shared: shared(pub.Sources), Cached: cached(fetcher.MostCached, ordered), Profiles: h.cfg.Profiles, Network: network}
	if before == nil {
		return fetcher.New(o)
	}
	return before.Next(o)
}

// configure records the configuration, if it is another than the last, with what
// it changes.
func (h *house) configure(ctx context.Context, record recorder) error {
	_, err := record.Configure(ctx, h.cfg.Publication, "config.yaml", h.refold)
	if err == nil && h.member != nil {
		h.member.differs.Store(false)
	}
	return err
}

// refold rules on what the configuration changes. Where nodes rule on what
// others say, nothing after that is ruled on by the terms before.
func (h *house) refold(l *storage.Ledger) news.Decision {
	if h.member != nil {
		h.flow.terms.Store(h.terms)
	}
	return h.curator.Refold(l)
}

// clock warns when nothing can be recorded because the clock is behind.
func (h *house) clock() {
	about, err := h.store.About()
	if now := time.Now(); err == nil && now.Before(about.Last.Add(-storage.MostBehind)) {
		h.log.Warn("the clock is behind the record: nothing is polled or recorded until it is set; what is there is served",
			"clock", now.UTC().Format(time.RFC3339), "last record", about.Last.Format(time.RFC3339))
	}
}

// shared is the addresses that more than one row names.
func shared(rows []news.Source) []string {
	var out []string
	count := make(map[string]int)
	for _, row := range rows {
		for _, u := range row.URLs {
			if count[u]++; count[u] == 2 {
				out = append(out, u)
			}
		}
	}
	return out
}

// bind gives rows and feeds the permanent names that the record knows them by.
func (h *house) bind(ctx context.Context) (pub news.Publication, err error) {
	var before news.Publication
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		before, _ = l.Publication()
		h.bound = l.Bindings()
		return nil
	})
	if err != nil {
		return pub, err
	}
	if err := h.half(before); err != nil {
		return pub, err
	}
	pub = h.cfg.Publication
	pub.Site.ID = h.store.Site()
	if pub, err = curator.Bind(pub, h.bound, before); err != nil {
		return pub, usageError{fmt.Errorf("%s: %w", h.cfg.File, err)}
	}
	for _, s := range pub.Sources {
		if string(s.Origin) != s.ID && len(h.bound.Sources[s.Origin]) == 0 {
			h.log.Warn(fmt.Sprintf("the id %s was another source's: the record keeps this one under the name %s", s.ID, s.Origin))
		}
	}
	return pub, nil
}

// half refuses a file that says nothing of what the record has: it is perhaps
// another file than is meant, or was cut off, and all feeds would end by it.
func (h *house) half(before news.Publication) error {
	for _, part := range []struct {
		key    string
		unsaid bool
		had    int
	}{{"sources", h.cfg.Unsaid.Sources, len(before.Sources)}, {"feeds", h.cfg.Unsaid.Feeds, len(before.Feeds)}} {
		if part.unsaid && part.had > 0 {
			return usageError{fmt.Errorf("%s says nothing of %s, of which the record has %d: is it the file that is meant, and whole? To have none from now on write %s: []", h.cfg.File, part.key, part.had, part.key)}
		}
	}
	return nil
}

// remember gives the fetcher what the store knows of hosts.
func (h *house) remember(ctx context.Context, ask *fetcher.Fetcher) error {
	return h.store.View(ctx, func(l *storage.Ledger) error {
		ask.Remember(slices.Collect(l.Hosts()))
		return nil
	})
}

func (h *house) close() error { return h.store.Close() }
