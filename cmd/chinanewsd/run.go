package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"chinanews/feedout/desk"
	"chinanews/feedout/hub"
	"chinanews/news"
)

type runCmd struct {
	Paused bool `help:"Serve, poll nothing."`
	Watch  bool `help:"Reload when the configuration's files change."`
}

// Run is the daemon. It ends when the context does, within ten seconds, and
// says so.
func (c runCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	log := slog.New(logTo(t.err))
	for _, w := range cfg.Warnings {
		log.Warn(w)
	}
	s := settings{create: true, log: log, watch: c.Watch, reloading: func(done *reload) {
		if err := announceReload(done); err != nil {
			log.Warn("the service manager cannot be told of a reload", "err", err)
		}
	}}
	if !onTerminal(t.err) { // one that was closed means that the person has left
		var stop func()
		s.hangups, stop = hangups()
		defer stop()
	}
	if err := daemon(t, cfg, s, c.Paused, func(h *house, addr string) { h.welcome(t.err, addr, c.Paused) }); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

// daemon opens the house, renders, listens, and runs until ctx ends. ready is
// called once, when the feeds are being served.
func daemon(ctx context.Context, cfg news.Config, s settings, paused bool, ready func(*house, string)) error {
	if !cfg.Cluster.On() {
		return reside(ctx, cfg, s, paused, ready)
	}
	node := cfg
	if paused { // it asks nobody and decides nothing of moments: its share of both is others'
		node.Cluster.Roles = slices.DeleteFunc(slices.Clone(cfg.Cluster.Roles), func(r news.Role) bool { return r == news.RolePoll })
	}
	return takePart(ctx, node, s, func(ctx context.Context, s settings) error { return reside(ctx, cfg, s, paused, ready) })
}

// reside is a daemon's life in one record.
func reside(ctx context.Context, cfg news.Config, s settings, paused bool, ready func(*house, string)) error {
	h, err := open(ctx, cfg, s)
	if err != nil {
		return err
	}
	defer h.close()
	listeners, err := listen(cfg)
	if err != nil {
		return err
	}
	defer listeners.close()
	listeners.say(s.log, cfg)
	if listeners.control, err = listenControl(cfg.Data); err != nil {
		s.log.Warn("commands such as `chinanewsd status` cannot talk to this daemon", "err", err)
	}
	if h.files, err = h.openFiles(nil); err != nil {
		return err
	}
	listeners.lodge = openLodge(ctx, listeners.admin)
	addr := listeners.publicAddress()
	if err := h.furnish(ctx, s, paused, "http://"+addr); err != nil {
		return err
	}
	h.daemon.whereabouts, h.daemon.Read = whereabouts{addr, listeners.adminAddress()}, whereabouts{cfg.Listen, cfg.Admin}
	boundMemory()
	ready(h, addr)
	return h.loops(ctx, listeners, paused)
}

// furnish makes all that a daemon has, and renders. local is where the site is
// while it has no address.
func (h *house) furnish(ctx context.Context, s settings, paused bool, local string) (err error) {
	if err := h.oversee(ctx); err != nil {
		return err
	}
	h.began(paused)
	if err := h.publish(ctx, local); err != nil {
		return err
	}
	if h.readers, err = h.newReadership(ctx); err != nil {
		return err
	}
	h.reloads = newReloader(s)
	h.reloads.present.Store(h)
	if err := h.openDoors(ctx); err != nil {
		return err
	}
	h.ahead = h.flow.now().Add(soon)
	return h.flow.loadUntil(ctx, false, h.ahead)
}

// publish makes the press and renders everything once.
func (h *house) publish(ctx context.Context, local string) error {
	h.local, h.words = local, newIndexer(h.store)
	if err := h.typeset(); err != nil {
		return err
	}
	h.hub = hub.New(h.hubbed())
	h.flow.house.Store(h)
	return h.press.print(ctx)
}

// typeset makes the press and who tells of what it prints.
func (h *house) typeset() error {
	about, err := h.store.About()
	if err != nil {
		return err
	}
	pub := h.cfg.Publication
	if pub.Site.BaseURL == "" {
		pub.Site.BaseURL = h.local
	}
	h.press = newPress(h.store, pub, h.rows)
	h.press.hub = hubAddress(h.cfg.Hub, pub.Site.BaseURL)
	h.tell = newTeller(h, about.Incarnation)
	h.press.told = h.printed
	return nil
}

// heard has everybody know what follows from an answer that was recorded.
func (h *house) heard(o outcome) {
	if o.receipt.RulingPos > 0 {
		h.press.changed()
		h.words.changed()
	}
	if o.receipt.RulingPos > 0 || o.source.ID == "" {
		h.bell.Ring(desk.BellQueue)
	}
	h.logOutcome(o)
	h.measured(o)
}

// answers are how the house answers: the public, operators, and commands.
type answers struct{ public, admin, control http.Handler }

// openDoors makes the desk and all that answers.
func (h *house) openDoors(ctx context.Context) error {
	if err := h.openDesk(ctx); err != nil {
		return err
	}
	h.answers = answers{h.metered(h.entrance()), h.admin(), h.control()}
	return nil
}

// printed has others told, and files made, of what the press has printed.
func (h *house) printed(shown map[news.FeedName]news.FeedState) {
	h.tell.printed(shown)
	if h.files != nil {
		h.files.changed()
	}
}

// loops runs everything that runs until the end, in one group: what lasts, and
// one house after the other.
func (h *house) loops(ctx context.Context, l *listeners, paused bool) error {
	g, ctx := errgroup.WithContext(ctx)
	door := h.reloads.door
	if l.public != nil {
		g.Go(func() error {
			return serve(ctx, h.gated(l.public), door(func(a answers) http.Handler { return a.public }))
		})
	}
	if l.lodge != nil {
		g.Go(func() error { return l.lodge.run(ctx, door(func(a answers) http.Handler { return a.admin })) })
	}
	g.Go(func() error { return h.watch.run(ctx) })
	if l.control != nil {
		g.Go(func() error { return serve(ctx, l.control, door(func(a answers) http.Handler { return a.control })) })
	}
	g.Go(func() error { return h.scout.run(ctx) })
	g.Go(func() error {
		return h.words.run(ctx, func(err error) {
			h.log.Error("the search index could not be written; search reads what is not in it itself", "err", err)
		})
	})
	if !paused {
		g.Go(func() error { return h.poll(ctx) })
	}
	if h.member != nil {
		g.Go(func() error { return h.member.run(ctx) })
		g.Go(func() error { return h.install(ctx) })
	}
	g.Go(func() error { return h.hub.Run(ctx) })
	g.Go(func() error { return h.readers.run(ctx) })
	g.Go(func() error { return h.pulse().attend(ctx) })
	g.Go(func() error { return giveBack(ctx) })
	h.moveIn(ctx, g)
	g.Go(func() error { return h.reloads.run(ctx, g) })
	return g.Wait()
}

// poll asks sources until ctx ends.
func (h *house) poll(ctx context.Context) error {
	if err := h.flow.loadFrom(ctx, h.ahead); err != nil && ctx.Err() == nil { // before any is done: what is done must not be read again
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.flow.run(ctx) })
	g.Go(func() error { return h.flow.findLost(ctx) })
	return g.Wait()
}

// moveIn starts what runs for this house alone, until ctx ends or it leaves.
func (h *house) moveIn(ctx context.Context, g *errgroup.Group) {
	stays, leave := context.WithCancel(ctx)
	h.leave = leave
	g.Go(func() error {
		defer close(h.ended)
		defer leave()
		return h.live(stays, ctx)
	})
}

// live runs what runs for this house alone, until ctx ends; stop ends with the
// daemon. Nobody is told twice, and no directory written by two: those wait for
// the house before.
func (h *house) live(ctx, stop context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	alone := func(run func(context.Context) error) {
		g.Go(func() error {
			if h.after != nil {
				<-h.after
			}
			return run(ctx)
		})
	}
	g.Go(func() error {
		return h.press.run(ctx, func(err error) { h.log.Error("feeds could not be rendered; the last ones are served on", "err", err) })
	})
	if h.bell != nil {
		g.Go(func() error { <-ctx.Done(); h.bell.Close(); return nil })
	}
	alone(func(ctx context.Context) error {
		return h.flow.asRuler(ctx, func(ctx context.Context) error { return h.tell.run(ctx, stop) })
	})
	if h.files != nil {
		alone(h.files.run)
	}
	g.Go(func() error { return h.flow.asRuler(ctx, h.flow.fillLate) })
	alone(h.keep.run)
	alone(h.retain)
	return g.Wait()
}

// document reports whether an address is that of a rendered document.
func document(address string) bool {
	if address == "/opml.xml" {
		return true
	}
	name, ok := strings.CutPrefix(address, "/feeds/")
	ext := path.Ext(name)
	_, made, below := strings.Cut(strings.TrimSuffix(name, ext), "/")
	if !ok || below && made != string(news.FeedEdits) && made != string(news.FeedRemovals) {
		return false
	}
	return ext == ".rss" || ext == ".atom" || ext == ".json"
}

type listeners struct {
	public, admin net.Listener // nil: nobody is answered there
	handed        bool         // by the service manager, one or both
	lodge         *lodge       // answers on admin; nil: nobody does
	control       *controlSocket
}

// listen takes both addresses, where the service manager has not opened them.
func listen(cfg news.Config) (*listeners, error) {
	l, err := handedOver(cfg)
	if err != nil {
		return nil, err
	}
	if l.public == nil && cfg.Cluster.Does(news.RoleServe) {
		if l.public, err = bindAddress("listen", cfg.Listen); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	if cfg.Admin == "" || l.admin != nil {
		return l, nil
	}
	if l.admin, err = bindAddress("admin.listen", cfg.Admin); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// publicAddress is where the public is answered; empty: nowhere.
func (l *listeners) publicAddress() string {
	if l.public == nil {
		return ""
	}
	return l.public.Addr().String()
}

// adminAddress is where operators are answered; empty: nowhere.
func (l *listeners) adminAddress() string {
	if l.admin == nil {
		return ""
	}
	return l.admin.Addr().String()
}

func bindAddress(key, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s: %s is in use, perhaps by another chinanewsd; stop it or set %s to a free address", key, addr, key)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return l, nil
}

func (l *listeners) close() error {
	l.lodge.close()
	var errs []error
	for _, one := range []net.Listener{l.public, l.admin} {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	if l.control != nil {
		errs = append(errs, l.control.Close())
	}
	return errors.Join(errs...)
}
