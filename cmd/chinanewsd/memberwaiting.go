package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/cmd/chinanewsd/service"
	"chinanews/news"
)

// waitingFor is what a node waits for before it can take part.
type waitingFor struct {
	what, why string
	since     time.Time
}

func (w waitingFor) String() string {
	return fmt.Sprintf("%s, since %s: %s", w.what, w.since.Format(time.RFC3339), w.why)
}

// waits says what is waited for, and why, when that is another reason than
// before.
func (m *member) waits(what string, err error) {
	w := waitingFor{what, err.Error(), time.Now().UTC().Truncate(time.Second)}
	if before := m.waiting.Load(); before != nil {
		w.since = before.since
		if before.what == w.what && before.why == w.why {
			return
		}
	}
	m.waiting.Store(&w)
	m.log.Info(what, "why", w.why)
	service.Status(news.Line(w.String()))
}

// waitsFor is what is waited for in words, with what the engine says of it;
// empty: nothing is.
func (m *member) waitsFor() string {
	w := m.waiting.Load()
	if w == nil {
		return ""
	}
	text := w.String()
	if said := m.ear.last(); said != "" {
		text += "; " + said
	}
	return text
}

// stopped is why this node does not follow, or no more; empty: it does. Others do
// not copy its record then.
func (m *member) stopped(at cluster.Status) string {
	switch waits := m.waitsFor(); {
	case waits != "":
		return waits
	case at.Stopped != nil:
		return at.Stopped.Error()
	case !m.follows.Load():
		return "it has just begun"
	}
	return ""
}

// anteroom answers commands and operators while there is no record to answer
// from.
type anteroom struct {
	control *controlSocket
	ended   chan error // of control
	stop    context.CancelFunc
	admin   *lodge
}

// openAnteroom opens it. What cannot be opened is only logged: the daemon says
// so again when it is there.
func (m *member) openAnteroom(ctx context.Context, cfg news.Config) *anteroom {
	a := &anteroom{}
	ctx, a.stop = context.WithCancel(ctx)
	var err error
	if err = os.MkdirAll(cfg.Data, 0o700); err == nil {
		a.control, err = listenControl(cfg.Data)
	}
	if err == nil {
		a.ended = make(chan error, 1)
		go func() { a.ended <- serve(ctx, a.control, m.waitingControl()) }()
	} else {
		m.log.Warn("commands such as `chinanewsd status` cannot talk to this daemon", "err", err)
	}
	if cfg.Admin == "" || os.Getenv("LISTEN_FDS") != "" {
		return a
	}
	l, err := bindAddress("admin.listen", cfg.Admin)
	if err != nil {
		m.log.Warn("operators are not answered while this node waits", "err", err)
		return a
	}
	a.admin = openLodge(ctx, l)
	a.admin.handler.Store(new(m.waitingAdmin()))
	return a
}

// close ends it; a nil one may be closed. Its addresses are free then.
func (a *anteroom) close() {
	if a == nil {
		return
	}
	a.stop()
	a.admin.close()
	if a.control != nil {
		<-a.ended
		a.control.Close()
	}
}

func (m *member) waitingAdmin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("/debug/pprof/", profiles())
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "not ready: "+m.waitsFor(), http.StatusServiceUnavailable)
	})
	return mux
}

// waitingControl answers commands: how this node is, and that it can do no more.
func (m *member) waitingControl() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /status", reply(func(*http.Request) (any, error) {
		s := &memberStatus{Node: m.cfg.Node, Waits: m.waitsFor()}
		since := m.begun.UTC().Truncate(time.Second)
		return overview{Version: version, Cluster: s, Daemon: &daemonStatus{PID: os.Getpid(), Since: since, Loaded: since}}, nil
	}))
	mux.Handle("GET /cluster", reply(func(r *http.Request) (any, error) { return m.waitingOverview(r.Context()), nil }))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		refuse(w, w, errors.New("the daemon has no record yet: "+m.waitsFor()))
	})
	return mux
}

// waitingOverview is who is there, as far as one can see who waits.
func (m *member) waitingOverview(ctx context.Context) clusterOverview {
	o := clusterOverview{Node: m.cfg.Node, Trouble: []string{m.cfg.Node + " waits: " + m.waitsFor()}}
	for _, a := range present(ctx, m.relay) {
		s := standing{Node: a.Node, Incarnation: a.Incarnation, Trouble: a.Waits}
		o.Nodes = append(o.Nodes, s)
	}
	c, err := m.relay.Charter(ctx)
	if err == nil {
		o.Incarnation = c.Incarnation
	}
	return o
}

// printWaiting shows a daemon that has no record yet.
func (o overview) printWaiting(p *sheet) {
	p.field("Daemon", fmt.Sprintf("runs since %s, pid %d, and has no record yet", p.stamp(o.Daemon.Since), o.Daemon.PID))
	p.field("Cluster", fmt.Sprintf("this is %s; %s; `chinanewsd cluster status` has who is there", o.Cluster.Node, o.Cluster.Waits))
}

// bare reports whether there is nothing to be said but that the daemon waits.
func (o overview) bare() bool {
	return o.Cluster != nil && o.Cluster.Waits != "" && o.Record.File == ""
}
