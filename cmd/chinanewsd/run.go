package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"chinanews/feedout/desk"
	"chinanews/news"
)

type runCmd struct {
	Paused bool `help:"Serve, poll nothing."`
}

// Run is the daemon. It ends when the context does, within ten seconds, and
// says so.
func (c runCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(t.err, nil))
	for _, w := range cfg.Warnings {
		log.Warn(w)
	}
	if !onTerminal(t.err) { // one that was closed means that the person has left
		defer surviveHangup(log)()
	}
	s := settings{create: true, log: log}
	if err := daemon(t, cfg, s, c.Paused, func(h *house, addr string) { h.welcome(t.err, addr, c.Paused) }); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

// daemon opens the house, renders, listens, and runs until ctx ends. ready is
// called once, when the feeds are being served.
func daemon(ctx context.Context, cfg news.Config, s settings, paused bool, ready func(*house, string)) error {
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
	if listeners.control, err = listenControl(cfg.Data); err != nil {
		s.log.Warn("commands such as `chinanewsd status` cannot talk to this daemon", "err", err)
	}
	if h.files, err = h.openFiles(); err != nil {
		return err
	}
	listeners.lodge = openLodge(ctx, listeners.admin)
	if err := h.oversee(ctx); err != nil {
		return err
	}
	h.began(paused)
	addr := listeners.public.Addr().String()
	if err := h.publish(ctx, "http://"+addr); err != nil {
		return err
	}
	if h.readers, err = h.newReadership(ctx); err != nil {
		return err
	}
	if err := h.openDesk(ctx); err != nil {
		return err
	}
	if err := h.flow.load(ctx, false); err != nil {
		return err
	}
	boundMemory()
	ready(h, addr)
	return h.loops(ctx, listeners, paused)
}

// publish makes the press and renders everything once.
func (h *house) publish(ctx context.Context, local string) error {
	about, err := h.store.About()
	if err != nil {
		return err
	}
	pub := h.cfg.Publication
	if pub.Site.BaseURL == "" {
		pub.Site.BaseURL = local
	}
	h.press = newPress(h.store, pub, h.flow.rows)
	h.press.hub = hubAddress(h.cfg.Hub, pub.Site.BaseURL)
	h.hub = h.newHub()
	h.words = newIndexer(h.store)
	h.tell = newTeller(h, about.Incarnation)
	h.press.told = h.printed
	observed := h.flow.observe
	h.flow.observe = func(o outcome) {
		if o.receipt.RulingPos > 0 {
			h.press.changed()
			h.words.changed()
		}
		if o.receipt.RulingPos > 0 || o.source.ID == "" {
			h.bell.Ring(desk.BellQueue)
		}
		h.logOutcome(o)
		h.measured(o)
		if observed != nil {
			observed(o)
		}
	}
	return h.press.print(ctx)
}

// printed has others told, and files made, of what the press has printed.
func (h *house) printed(shown map[news.FeedName]news.FeedState) {
	h.tell.printed(shown)
	if h.files != nil {
		h.files.changed()
	}
}

// loops runs everything that runs until the end, in one group.
func (h *house) loops(ctx context.Context, l *listeners, paused bool) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(ctx, h.gated(l.public), h.counted(h.entrance())) })
	if h.bell != nil {
		g.Go(func() error { <-ctx.Done(); h.bell.Close(); return nil })
	}
	if h.scout != nil {
		g.Go(func() error { return h.scout.run(ctx) })
	}
	if l.lodge != nil {
		g.Go(func() error { return l.lodge.run(ctx, h.admin()) })
	}
	g.Go(func() error { return h.watch.run(ctx) })
	if l.control != nil {
		g.Go(func() error { return serve(ctx, l.control, h.control()) })
	}
	g.Go(func() error {
		return h.press.run(ctx, func(err error) { h.log.Error("feeds could not be rendered; the last ones are served on", "err", err) })
	})
	g.Go(func() error {
		return h.words.run(ctx, func(err error) {
			h.log.Error("the search index could not be written; search reads what is not in it itself", "err", err)
		})
	})
	if !paused {
		g.Go(func() error { return h.flow.run(ctx) })
	}
	if h.hub != nil {
		g.Go(func() error { return h.hub.Run(ctx) })
	}
	g.Go(func() error { return h.tell.run(ctx) })
	g.Go(func() error { return h.readers.run(ctx) })
	if h.files != nil {
		g.Go(func() error { return h.files.run(ctx) })
	}
	g.Go(func() error { return h.flow.fillLate(ctx) })
	g.Go(func() error { return h.keep.run(ctx) })
	g.Go(func() error { return h.retain(ctx) })
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
	public, admin net.Listener
	lodge         *lodge // answers on admin; nil: nobody does
	control       *controlSocket
}

// listen takes both addresses.
func listen(cfg news.Config) (*listeners, error) {
	l := &listeners{}
	var err error
	if l.public, err = bindAddress("listen", cfg.Listen); err != nil {
		return nil, err
	}
	if cfg.Admin == "" {
		return l, nil
	}
	if l.admin, err = bindAddress("admin.listen", cfg.Admin); err != nil {
		return nil, errors.Join(err, l.public.Close())
	}
	return l, nil
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

func (l *listeners) close() {
	l.public.Close()
	l.lodge.close()
	if l.admin != nil {
		l.admin.Close()
	}
	if l.control != nil {
		l.control.Close()
	}
}
