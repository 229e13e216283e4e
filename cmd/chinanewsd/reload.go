package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/config"
	"chinanews/news"
)

// reloader has one house follow another when the configuration changes. All
// that can fail is done beside the present house; then one pointer is swapped,
// and requests are answered by the next. Polls and requests under way end as
// they began.
//
// A crash between the record's transaction and the swap means nothing: a start
// reads the same file and finds it recorded.
type reloader struct {
	settings settings
	present  atomic.Pointer[house]
	last     atomic.Pointer[reload]
	loaded   atomic.Pointer[time.Time] // when the file was read last that the present house works by; nil: not since the start
	asks     chan chan reload
	others   chan struct{} // another node has changed what is published
	reloaded chan struct{} // something was read; who watches the files looks at which
}

// reload is what came of reading the configuration anew.
type reload struct {
	At       time.Time    `json:"at"`
	OK       bool         `json:"ok"`
	Usage    bool         `json:"usage,omitempty"`    // it is the configuration's fault that it is not
	Words    string       `json:"words"`              // a sentence
	Problems []string     `json:"problems,omitempty"` // FILE:LINE:COL: what; hint
	Warnings []string     `json:"warnings,omitempty"`
	Waiting  []waitingKey `json:"waiting,omitempty"` // for the next start
}

// waitingKey is a key that is read at a start only.
type waitingKey struct {
	Key string `json:"key"`
	Now string `json:"now"` // what the daemon works by
	New string `json:"new"` // what the file says
}

func (k waitingKey) String() string {
	return fmt.Sprintf("%s: %s takes effect at the next start; until then it is %s", k.Key, said(k.New), said(k.Now))
}

func said(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

func newReloader(s settings) *reloader {
	s.recorded = false // who asks for a reload means the file
	return &reloader{settings: s, asks: make(chan chan reload), others: make(chan struct{}, 1), reloaded: make(chan struct{}, 1)}
}

// lastReload is what came of the last reload since the start; false: there was
// none.
func (h *house) lastReload() (reload, bool) {
	if h.reloads == nil || h.reloads.last.Load() == nil {
		return reload{}, false
	}
	return *h.reloads.last.Load(), true
}

// loaded is when the configuration was read that the daemon works by, also
// where nothing in it was new.
func (h *house) loaded() time.Time {
	if h.reloads == nil || h.reloads.loaded.Load() == nil {
		return h.daemon.Loaded
	}
	return *h.reloads.loaded.Load()
}

// door has requests answered by the house that is present when they come.
func (r *reloader) door(of func(answers) http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { of(r.present.Load().answers).ServeHTTP(w, q) })
}

// run reloads whenever that is asked for, once at a time, until ctx ends.
func (r *reloader) run(ctx context.Context, g *errgroup.Group) error {
	changes, err := r.watched(ctx, g)
	if err != nil {
		r.settings.log.Error("changes of the configuration's files are not seen; `chinanewsd reload` reads them", "err", err)
	}
	for {
		var answer chan reload
		select {
		case <-ctx.Done():
			return nil
		case answer = <-r.asks:
		case <-r.settings.hangups:
		case <-changes:
		case <-r.others:
			r.take(ctx, g)
			continue
		}
		done := r.reload(ctx, g)
		if answer != nil {
			answer <- done
		}
	}
}

// ask has the configuration read anew, and returns what came of it.
func (r *reloader) ask(ctx context.Context) (reload, error) {
	answer := make(chan reload, 1)
	select {
	case r.asks <- answer:
		return <-answer, nil
	case <-ctx.Done():
		return reload{}, ctx.Err()
	}
}

// reload does it once, and says what came of it.
func (r *reloader) reload(ctx context.Context, g *errgroup.Group) (done reload) {
	if tell := r.settings.reloading; tell != nil {
		tell(nil)
		defer func() { tell(&done) }()
	}
	now := r.present.Load()
	begun := now.flow.now().UTC().Truncate(time.Second)
	err := r.attempt(ctx, g, &done)
	done.At = now.flow.now().UTC().Truncate(time.Second)
	if done.OK = err == nil; !done.OK {
		done.fail(err)
	} else {
		r.loaded.Store(&begun)
	}
	r.last.Store(&done)
	now.reloaded(err)
	select {
	case r.reloaded <- struct{}{}:
	default:
	}
	done.log(r.settings.log)
	return done
}

// fail says why it did not come to anything. The file that was refused has no
// say at the next start either.
func (done *reload) fail(err error) {
	done.Waiting = nil
	var problems config.Problems
	var usage usageError
	switch {
	case errors.As(err, &problems):
		done.Usage = true
		done.Words = fmt.Sprintf("the configuration has %s; the daemon works on by the one it has", count(len(problems), "problem"))
		for _, p := range problems {
			done.Problems = append(done.Problems, p.String())
		}
	case errors.As(err, &usage):
		done.Usage = true
		done.Words = fmt.Sprintf("%v; the daemon works on by the configuration that it has", err)
	default:
		done.Words = fmt.Sprintf("the configuration could not be taken: %v", err)
	}
}

func (done *reload) log(log *slog.Logger) {
	for _, p := range done.Problems {
		log.Error(p)
	}
	for _, w := range done.Warnings {
		log.Warn(w)
	}
	for _, k := range done.Waiting {
		log.Warn("a key waits for the next start", "key", k.Key, "now", k.Now, "new", k.New)
	}
	if !done.OK {
		log.Error("not reloaded: " + done.Words)
		return
	}
	log.Info("reloaded: " + done.Words)
}

// attempt reads the file and, when it says anything new, has the next house
// take over.
func (r *reloader) attempt(ctx context.Context, g *errgroup.Group, done *reload) error {
	now := r.present.Load()
	cfg, err := config.Load(now.cfg.File, checks())
	if err != nil {
		return configError(err)
	}
	done.Warnings, done.Waiting = cfg.Warnings, keepFixed(&cfg, now.cfg)
	if now.works(cfg) {
		done.Words = "nothing has changed"
		return nil
	}
	next, err := r.build(ctx, cfg, now, r.settings)
	if err != nil {
		return err
	}
	done.Words = changes(now.cfg, next.cfg)
	return r.takeOver(ctx, g, next, now)
}

// works reports whether a configuration says what the house works by.
func (h *house) works(cfg news.Config) bool {
	return reflect.DeepEqual(cfg, h.read) && h.flow.by() == h.terms && (h.member == nil || !h.member.differs.Load())
}

// stale reports whether the file says anything else than what the present house
// has read of it.
func (r *reloader) stale() bool {
	now := r.present.Load()
	cfg, err := config.Load(now.cfg.File, checks())
	keepFixed(&cfg, now.cfg)
	return err != nil || !now.works(cfg)
}

// build makes the house for a configuration, which nobody sees yet: nothing is
// changed by it, neither in the record nor in the house that is present.
func (r *reloader) build(ctx context.Context, cfg news.Config, now *house, s settings) (next *house, err error) {
	next = &house{lasting: now.lasting, cfg: cfg, after: now.ended, ended: make(chan struct{})}
	if id := cfg.Site.ID; id != "" && id != now.store.Site() {
		return nil, usageError{fmt.Errorf("%s: site.id is %q, and the record is of the site %q; it never changes", cfg.File, id, now.store.Site())}
	}
	if err := next.prepare(ctx, s, now.fetch); err != nil {
		return nil, err
	}
	next.daemon = now.daemon
	next.keep.failed, next.keep.since = now.keep.attempt()
	if err := next.typeset(); err != nil {
		return nil, err
	}
	if next.files, err = next.openFiles(now.files); err != nil {
		return nil, err
	}
	if err = next.openDoors(ctx); err != nil && next.files != nil {
		next.files.close()
	}
	return next, err
}

// takeOver records the configuration and has the next house answer. A reload
// that ends between the two is made good by the next.
func (r *reloader) takeOver(ctx context.Context, g *errgroup.Group, next, now *house) error {
	err := now.flow.goBy(ctx, next.terms, func() error { return next.configure(ctx, next.flow.record) })
	if err == nil {
		if err = r.swap(ctx, next, now); err != nil {
			err = fmt.Errorf("it is recorded, and polls go by it, but the feeds could not be rendered, and those of before are served; reload again: %w", err)
		}
	}
	if err != nil {
		if next.files != nil {
			err = errors.Join(err, next.files.close())
		}
		return err
	}
	now.leave()
	next.moveIn(ctx, g)
	next.press.changed() // what was ruled on between the two
	next.words.changed()
	return nil
}

// swap renders, and then has the next house answer. The present one serves
// meanwhile what it has; it prints no more while the last documents of the next
// are printed, so that none goes back to an older state.
func (r *reloader) swap(ctx context.Context, next, now *house) error {
	if err := next.press.print(ctx); err != nil {
		return err
	}
	now.press.turn.Lock()
	defer now.press.turn.Unlock()
	if err := next.press.print(ctx); err != nil {
		return err
	}
	next.hub.Adopt(next.hubbed())
	next.scout.house.Store(next)
	next.readers.turn(next.counted())
	now.flow.house.Store(next)
	r.present.Store(next)
	return nil
}

// keepFixed puts what is read at a start only back to what the daemon works by,
// and names what that is.
func keepFixed(cfg *news.Config, now news.Config) (waiting []waitingKey) {
	note := func(key string, is, file any) {
		if !reflect.DeepEqual(is, file) {
			waiting = append(waiting, waitingKey{key, fmt.Sprint(is), fmt.Sprint(file)})
		}
	}
	note("data", now.Data, cfg.Data)
	note("listen", now.Listen, cfg.Listen)
	note("admin.listen", now.Admin, cfg.Admin)
	note("trusted_proxies", now.Proxies, cfg.Proxies)
	note("fetch.concurrency", now.Fetch.Concurrency, cfg.Fetch.Concurrency)
	if is, file := clusterDiffers(now.Cluster, cfg.Cluster); is != file {
		waiting = append(waiting, waitingKey{"cluster", is, file})
	}
	cfg.Data, cfg.Listen, cfg.Admin, cfg.Proxies, cfg.Fetch.Concurrency = now.Data, now.Listen, now.Admin, now.Proxies, now.Fetch.Concurrency
	cfg.Cluster = now.Cluster
	return waiting
}

// clusterDiffers is what a node works by, and what the file says, where they
// differ; a secret stays one.
func clusterDiffers(now, file news.Cluster) (is, said string) {
	a, b := reflect.ValueOf(now), reflect.ValueOf(file)
	var works, reads []string
	for n := range a.NumField() {
		key := strings.ToLower(humps.ReplaceAllString(a.Type().Field(n).Name, "${1}_$2"))
		switch {
		case reflect.DeepEqual(a.Field(n).Interface(), b.Field(n).Interface()):
		case key == "secret":
			works, reads = append(works, "the secret"), append(reads, "another secret")
		default:
			works, reads = append(works, keyed(key, a.Field(n))), append(reads, keyed(key, b.Field(n)))
		}
	}
	return strings.Join(works, ", "), strings.Join(reads, ", ")
}

var humps = regexp.MustCompile("([a-z])([A-Z])")

func keyed(key string, value reflect.Value) string {
	if value.IsZero() {
		return "no " + key
	}
	return fmt.Sprintf("%s %v", key, value)
}

// changes says in words how a configuration differs from that before it.
func changes(before, now news.Config) string {
	sources := rowsDiffer(before.Sources, now.Sources, func(s news.Source) string { return string(s.Origin) })
	feeds := rowsDiffer(before.Feeds, now.Feeds, func(f news.Feed) string { return string(f.Name) })
	return fmt.Sprintf("%s%s, %s%s", count(len(now.Sources), "source"), sources, count(len(now.Feeds), "feed"), feeds)
}

// rowsDiffer counts what is new, changed and gone; empty: nothing is.
func rowsDiffer[T any](before, now []T, name func(T) string) string {
	had := make(map[string]int)
	for n, row := range before {
		had[name(row)] = n
	}
	fresh, changed, gone := 0, 0, len(before)
	for _, row := range now {
		old, known := had[name(row)]
		switch {
		case !known:
			fresh++
			continue
		case !reflect.DeepEqual(before[old], row):
			changed++
		}
		gone--
	}
	if fresh+changed+gone == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d new, %d changed, %d gone)", fresh, changed, gone)
}
