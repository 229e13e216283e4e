package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// member is this daemon's place among the nodes of a cluster. It is made once,
// and outlives houses.
type member struct {
	cfg       news.Cluster
	instance  string // of this process, unlike any other's
	begun     time.Time
	ear       *ear
	waiting   atomic.Pointer[waitingFor] // before it takes part; nil: it does
	rival     atomic.Pointer[string]     // another process with this node's name; nil: none
	secure    *tls.Config                // of routes; nil: in clear
	relay     *jetstream.Relay
	node      *cluster.Node
	store     *storage.Store                // that is open, or was last; owned by whom takePart runs
	lends     atomic.Pointer[storage.Store] // what other nodes may copy; nil: there is none
	log       *slog.Logger
	ill       ailing      // owned by the lookout
	data      string      // directory
	site      string      // as configured; empty: whichever it is
	follows   atomic.Bool // the log; else it waits
	spoilt    time.Time   // when a copy of another's record could not be used; owned by whom takePart runs
	copied    time.Time   // when this node's record was copied from one that follows; zero: not since the start; likewise
	stoppedAt uint64      // where it could follow no more, the last time; likewise
	present   atomic.Pointer[stint]
	works     atomic.Pointer[flow] // whose house this node works by; nil: none yet
	stray     []string             // nodes that strays found last; like compared owned by the lookout
	compared  time.Time
	hearing   sync.Mutex
	heardOf   map[string]bool // names of nodes
	differs   atomic.Bool     // config.yaml here says something else than the cluster publishes
	faults    atomic.Int32    // of what nodes share, when the lookout looked last
}

// enter starts what nodes share. It does not wait for the others.
func enter(ctx context.Context, cfg news.Config, log *slog.Logger) (*member, error) {
	m := &member{cfg: cfg.Cluster, instance: rand.Text(), begun: time.Now(), ear: newEar(log.Handler()), log: log, data: cfg.Data, site: cfg.Site.ID}
	o, err := relayOptions(cfg, slog.New(m.ear))
	if err != nil {
		return nil, usageError{err}
	}
	m.secure = routesTLS(o)
	if err := vacant(ctx, cfg.Cluster, m.secure); err != nil {
		return nil, err
	}
	os.Remove(m.snapshot()) // that a crash has left
	if m.relay, err = jetstream.Open(ctx, o); err != nil {
		return nil, fmt.Errorf("starting what nodes share: %w", err)
	}
	if err := errors.Join(m.lend(), m.attend()); err != nil {
		return nil, errors.Join(err, m.relay.Close())
	}
	return m, nil
}

// join opens this node's record, which follows what nodes share. Without one it
// waits until another's can be copied.
func (m *member) join(ctx context.Context, cfg news.Config, o storage.Options) (*storage.Store, error) {
	o.Share = m.relay.Share
	store, err := openWith(cfg, false, o)
	var room *anteroom
	defer func() { room.close() }()
	for errors.Is(err, storage.ErrNone) || errors.Is(err, storage.ErrLost) {
		why := m.borrowOnce(ctx, o)
		if errors.As(why, new(usageError)) {
			return nil, why
		}
		if why != nil {
			m.waits("this node has no record, and waits for another's", why)
			if room == nil {
				room = m.openAnteroom(ctx, cfg)
			}
			if !waited(ctx, time.Second) {
				return nil, ctx.Err()
			}
		}
		store, err = openWith(cfg, false, o) // `cluster init` may have made one
	}
	if err != nil {
		return nil, err
	}
	at, err := store.Cursor()
	if err == nil && at.Incarnation == "" {
		err = usageError{fmt.Errorf("the record in %s is not of a cluster: `chinanewsd cluster init` founds one with it; to take part in one that is there, move it away", cfg.Data)}
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	m.store = store
	m.waiting.Store(nil)
	return store, nil
}

// work makes the node work for a house's flow.
func (m *member) work(f *flow) {
	m.node = cluster.New(cluster.Options{Node: m.cfg.Node, Store: m.store, Relay: m.relay, Log: m.log,
		Judge:   storage.Judge{Batch: f.judge, Edit: f.judgeAct, Config: func(l *storage.Ledger) news.Decision { return f.by().curator.Refold(l) }},
		Abreast: f.abreast,
		Pending: func(l *storage.Ledger, i news.Item) []news.Task { return f.by().curator.Pending(l, i) },
		Took:    func(parts []uint16) error { return m.took(f, parts) },
		Lost:    f.table.wake,
		Heard:   func(h cluster.Heard) { m.heard(f, h) },
	})
	f.record, f.owner = m.node, m
	m.lends.Store(m.store) // not before there is a node that can say how far it is
	m.works.Store(f)
	f.table.mine = func(part uint16) bool { _, ok := m.node.Lease(part); return ok }
}

// took begins with partitions. One who rules goes by what is published.
func (m *member) took(f *flow, parts []uint16) error {
	if h := f.house.Load(); h != nil && slices.Contains(parts, 0) && !f.abreast() {
		h.reloads.follow()
		return errors.New("this node is to rule, and does not go by what is published yet")
	}
	f.table.take(parts, f.now())
	return nil
}

// Hold is part of owner. What a moment decides is held by the node that rules.
func (m *member) Hold(ctx context.Context, task news.Task) (context.Context, func(), bool) {
	lease, ok := m.node.Lease(task.Part())
	if !ok || task.Kind == news.TaskDecide && !m.node.Rules() {
		return nil, nil, false
	}
	held, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(lease, cancel)
	return held, func() { stop(); cancel() }, true
}

// heard has everybody know what came in from the nodes, this one too.
func (m *member) heard(f *flow, h cluster.Heard) {
	house := f.house.Load()
	if house == nil {
		return
	}
	if h.Ruled || h.Config {
		house.press.changed()
		house.words.changed()
		house.bell.Ring(desk.BellQueue)
	}
	if h.Hub {
		house.tell.subscribed.Add(1)
		house.tell.again()
	}
	if h.Config && !house.abreast() {
		house.reloads.follow()
	}
	f.hold(slices.Values(h.Hosts))
	house.fetch.Remember(h.Hosts)
	f.await(h.Tasks)
	f.table.drop(h.Done...)
	f.table.put(h.Tasks...)
	for _, s := range h.Polls {
		f.polled(s)
		house.watch.touch(s.Source)
	}
}

// polled notes when a listing is asked next, by whom ever it was asked now.
func (f *flow) polled(s news.FetchState) {
	row, ok := f.by().rows[s.Source]
	task := news.Task{Kind: news.TaskListing, Source: s.Source, URL: s.URL}
	if !ok || row.Paused || !f.regular(*row, task) {
		return
	}
	task.Due = resumed(*row, s, f.now())
	f.table.put(task)
	if s.Condition == "" { // it is being asked
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.first, task.Name())
}

// run works as a node until ctx ends (nil), or its record cannot: then a copy of
// another's is there to go on with, or a reseed has it go on otherwise.
func (m *member) run(ctx context.Context) error {
	at := &stint{ended: make(chan struct{}), settled: make(chan struct{})}
	within, end := context.WithCancel(ctx)
	defer end()
	at.end = end
	m.present.Store(at)
	err := m.follow(within)
	m.waiting.Store(nil)
	close(at.ended)
	if !at.begin() {
		<-at.settled
		os.Remove(m.snapshot()) // of what was founded before
		err = cluster.ErrReplaced
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// follow follows what nodes share. A record that cannot is served on until there
// is another; one that was only away may go on after all.
func (m *member) follow(ctx context.Context) error {
	err := m.found(ctx, m.relay)
	for away := errors.Is(err, jetstream.ErrHole); ; away = false {
		if err == nil {
			err = m.obey(ctx)
		}
		if !lost(err) || ctx.Err() != nil {
			return err
		}
		if err = m.await(ctx, err, away); err != nil {
			return err
		}
	}
}

// obey runs the node.
func (m *member) obey(ctx context.Context) error {
	m.waiting.Store(nil)
	m.follows.Store(true)
	defer m.follows.Store(false)
	return m.node.Run(ctx)
}

// lost reports whether an error is that a record cannot follow, and another
// node's is needed.
func lost(err error) bool {
	return errors.Is(err, jetstream.ErrHole) || errors.Is(err, storage.ErrGap) || errors.Is(err, cluster.ErrReplaced)
}

// stint is one time that a node works, or waits for that.
type stint struct {
	end     func()
	ended   chan struct{} // closed when it has ended
	over    atomic.Bool   // somebody has said what comes after it
	settled chan struct{} // closed when a reseed that does is over
}

// begin reports whether the caller is the one to say what comes after: a reseed,
// or the stint that has ended by itself.
func (s *stint) begin() bool { return s.over.CompareAndSwap(false, true) }

// leave ends what nodes share here.
func (m *member) leave() error { return m.relay.Close() }

// takePart lives as a node of a cluster, and again with a copy of another node's
// record when this node's cannot follow any more.
func takePart(ctx context.Context, cfg news.Config, s settings, live func(context.Context, settings) error) (err error) {
	m, err := enter(ctx, cfg, s.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.leave()) }()
	ctx, end := context.WithCancelCause(ctx)
	var guarding sync.WaitGroup
	defer guarding.Wait()
	defer end(nil)
	guarding.Go(func() { m.guard(ctx, end) })
	s.member, s.recorded = m, true
	for {
		err := live(ctx, s)
		m.lends.Store(nil)
		if lost(err) && ctx.Err() == nil {
			if err = m.renew(ctx, s); err == nil {
				continue
			}
		}
		return parted(ctx, err)
	}
}

// parted is why a node takes part no more: nil when it was stopped while it waited
// for others.
func parted(ctx context.Context, err error) error {
	if why := context.Cause(ctx); errors.As(why, new(usageError)) { // another is this node
		return why
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
