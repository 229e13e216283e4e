package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/feedout/site"
	"chinanews/news"
)

type runCmd struct {
	Paused bool `help:"Serve, poll nothing."`
}

// Limits of the listeners: slow and flooding clients cost little.
const (
	headerTimeout = 5 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 32 << 10
	stopWithin    = 5 * time.Second
)

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
	h.began(paused)
	addr := listeners.public.Addr().String()
	if err := h.publish(ctx, "http://"+addr); err != nil {
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
	pub := h.cfg.Publication
	if pub.Site.BaseURL == "" {
		pub.Site.BaseURL = local
	}
	h.press = newPress(h.store, pub, h.flow.rows)
	h.words = newIndexer(h.store)
	observed := h.flow.observe
	h.flow.observe = func(o outcome) {
		if o.receipt.RulingPos > 0 {
			h.press.changed()
			h.words.changed()
		}
		h.logOutcome(o)
		if observed != nil {
			observed(o)
		}
	}
	return h.press.print(ctx)
}

// loops runs everything that runs until the end, in one group.
func (h *house) loops(ctx context.Context, l *listeners, paused bool) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(ctx, l.public, h.public()) })
	if l.admin != nil {
		g.Go(func() error { return serve(ctx, l.admin, h.admin()) })
	}
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
	if h.files != nil {
		h.press.after = h.files.changed
		g.Go(func() error { return h.files.run(ctx) })
	}
	g.Go(func() error { return h.flow.fillLate(ctx) })
	g.Go(func() error { return h.keep.run(ctx) })
	g.Go(func() error { return h.retain(ctx) })
	return g.Wait()
}

// public routes feeds to the shelf and everything else to the reading site.
func (h *house) public() http.Handler {
	lib := &library{h}
	pages := site.New(lib, site.Options{Version: version, Search: lib})
	return moved(former(h.bound, h.cfg.Feeds), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if document(r.URL.Path) {
			h.press.shelf.ServeHTTP(w, r)
			return
		}
		if f, ok := searchFormat(r.URL.Path); ok {
			lib.serveSearch(w, r, f)
			return
		}
		pages.ServeHTTP(w, r)
	}))
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

// admin answers operators' questions; it is never public.
func (h *house) admin() http.Handler {
	mux := http.NewServeMux()
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text+"\n") }
	}
	mux.HandleFunc("GET /healthz", say("ok"))
	mux.Handle("GET /status.json", reply(func(r *http.Request) (any, error) { return h.overview(r.Context(), r.FormValue("source")) }))
	mux.HandleFunc("GET /readyz", say("ready: the store is open and the feeds are rendered"))
	return mux
}

type listeners struct {
	public, admin net.Listener
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
	if l.admin != nil {
		l.admin.Close()
	}
	if l.control != nil {
		l.control.Close()
	}
}

// serve serves until ctx ends, then lets requests on their way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if s.Shutdown(grace) != nil {
			s.Close()
		}
	}()
	err := s.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	return fmt.Errorf("serving on %s: %w", l.Addr(), err)
}
