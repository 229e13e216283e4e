package main

import (
	"cmp"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync/atomic"
	"time"

	"chinanews/cmd/chinanewsd/meter"
	"chinanews/news"
)

// oversee makes what watches over the house and measures it.
func (h *house) oversee(ctx context.Context) (err error) {
	present := func() *house { return cmp.Or(h.flow.house.Load(), h) }
	if h.watch, err = newLookout(ctx, h.store, present); err != nil {
		return err
	}
	h.meter = meter.New(version, func() (meter.Reading, error) { return present().reading() }, h.log)
	return nil
}

// reloaded is told how an attempt went to read the configuration again.
func (h *house) reloaded(err error) {
	h.watch.reloaded(err)
	h.meter.Reloaded(err == nil)
}

// admin answers operators' questions; it is never public.
func (h *house) admin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/debug/pprof/", profiles())
	mux.HandleFunc("GET /{$}", index)
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("GET /status.json", reply(func(r *http.Request) (any, error) { return h.overview(r.Context(), r.FormValue("source")) }))
	if h.watch != nil {
		mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, h.readiness()) })
		mux.HandleFunc("GET "+healthPath, h.serveHealth)
		mux.Handle("GET /metrics", h.meter.Handler())
	}
	return mux
}

// readiness says that there is what is to be served, and what is wrong all the
// same.
func (h *house) readiness() string {
	lines := []string{"ready: the store is open and the feeds are rendered"}
	if last, ok := h.lastReload(); ok && !last.OK {
		lines = append(lines, "but: not reloaded at "+last.At.Format(time.RFC3339)+": "+last.Words)
		lines = append(lines, last.Problems...)
	}
	if h.member != nil && h.member.waitsFor() != "" {
		lines = append(lines, "but: "+h.member.waitsFor())
	}
	for _, line := range h.watch.standingLines(news.AlarmClock, news.AlarmDisk, news.AlarmBackup, news.AlarmCluster) {
		lines = append(lines, "but: "+line)
	}
	return strings.Join(lines, "\n") + "\n"
}

// index is what there is.
func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, "chinanewsd, for its operators:\n/healthz\n/readyz\n/status.json\n/metrics\n"+healthPath+"\n/debug/pprof/\n")
}

func alive(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }

// profiles are those of the running program.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// lodge answers on the admin listener from the start on: what there is before
// the feeds are rendered, and then everything.
type lodge struct {
	handler atomic.Pointer[http.Handler] // nil: not everything is there
	stop    context.CancelFunc
	ended   chan error
}

// openLodge begins to answer; a nil listener has no lodge, and a nil lodge may
// be closed.
func openLodge(ctx context.Context, l net.Listener) *lodge {
	if l == nil {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	o := &lodge{stop: stop, ended: make(chan error, 1)}
	go func() {
		o.ended <- serve(ctx, l, o)
		close(o.ended)
	}()
	return o
}

// run answers everything by a handler until ctx ends.
func (o *lodge) run(ctx context.Context, h http.Handler) error {
	o.handler.Store(&h)
	select {
	case <-ctx.Done():
		o.stop()
		return <-o.ended
	case err := <-o.ended:
		return err
	}
}

// close ends what runs, and waits for it.
func (o *lodge) close() {
	if o != nil {
		o.stop()
		<-o.ended
	}
}

// ServeHTTP is part of http.Handler.
func (o *lodge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := o.handler.Load()
	switch {
	case h != nil:
		(*h).ServeHTTP(w, r)
	case r.URL.Path == "/healthz":
		alive(w, r)
	case strings.HasPrefix(r.URL.Path, "/debug/pprof/"):
		profiles().ServeHTTP(w, r)
	default:
		w.Header().Set("Retry-After", "5")
		http.Error(w, "not ready: the feeds are not rendered yet", http.StatusServiceUnavailable)
	}
}
