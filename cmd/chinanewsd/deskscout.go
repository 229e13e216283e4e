package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chinanews/config"
	"chinanews/feedout/desk"
	"chinanews/fetcher"
	"chinanews/fetcher/induce"
	"chinanews/news"
)

const (
	scoutWithin = 5 * time.Minute // a look at an address or row, with the pauses that hosts have
	lookKept    = 6 * time.Hour   // what came of it, from its beginning
	mostLooks   = 3               // at once, of all editors; others wait
	leaveLooks  = 2 * time.Second // how long an end waits for what cannot be ended: a page that is being read
)

// scout looks at addresses and tries rows for editors, by the daemon's own
// fetcher: hosts see one visitor, with one pace. Nothing of it is recorded.
// What it keeps is lost with the process.
type scout struct {
	house  atomic.Pointer[house] // the present one
	within time.Duration
	places chan struct{}
	now    func() time.Time

	mu    sync.Mutex
	looks map[string]*looking // by who began them; the last each
	ended bool                // nothing is begun any more
	under sync.WaitGroup
}

// looking is a look on its way. The scout's mutex is for all of it.
type looking struct {
	desk.Look
	stop context.CancelFunc
}

func newScout(h *house) *scout {
	s := &scout{within: scoutWithin, places: make(chan struct{}, mostLooks), now: time.Now, looks: make(map[string]*looking)}
	s.house.Store(h)
	return s
}

var _ desk.Scout = (*scout)(nil)

// Begin is of desk.Scout.
func (s *scout) Begin(who string, q desk.Quest) error {
	ctx, stop := context.WithTimeout(context.Background(), s.within)
	l := &looking{desk.Look{Quest: q, Began: s.now()}, stop}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		stop()
		return &desk.Refusal{Words: "chinanewsd is stopping; ask again when it is back"}
	}
	if old, ok := s.looks[who]; ok {
		old.stop()
	}
	s.looks[who] = l
	s.under.Go(func() {
		defer stop()
		s.finish(l, s.work(ctx, q, func(address string) { s.asked(l, address) }))
	})
	return nil
}

// Seen is of desk.Scout.
func (s *scout) Seen(who string) (desk.Look, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, l := range s.looks {
		if l.Over && s.now().Sub(l.Began) > lookKept {
			delete(s.looks, name)
		}
	}
	l, ok := s.looks[who]
	if !ok {
		return desk.Look{}, false
	}
	seen := l.Look
	seen.Asked = slices.Clone(seen.Asked)
	return seen, true
}

// Abandon is of desk.Scout.
func (s *scout) Abandon(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.looks[who]; ok {
		l.stop()
		delete(s.looks, who)
	}
}

// run ends all looks when ctx ends. They hold nothing that must be closed, so
// a page whose reading cannot be ended does not keep the daemon.
func (s *scout) run(ctx context.Context) error {
	<-ctx.Done()
	s.mu.Lock()
	s.ended = true
	for _, l := range s.looks {
		l.stop()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.under.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(leaveLooks):
	}
	return nil
}

func (s *scout) asked(l *looking, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.Asked = append(l.Asked, address)
}

// finish keeps what came of a look beside how it began.
func (s *scout) finish(l *looking, came desk.Look) {
	s.mu.Lock()
	defer s.mu.Unlock()
	came.Quest, came.Began, came.Asked, came.Over = l.Quest, l.Began, l.Asked, true
	l.Look = came
}

// work does a quest. Whatever a page does to its reader is the page's failure.
func (s *scout) work(ctx context.Context, q desk.Quest, tell func(address string)) (came desk.Look) {
	defer func() {
		if r := recover(); r != nil {
			came = desk.Look{Trouble: fmt.Sprintf("the page made its reader fail (%.100v)", r)}
		}
	}()
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return s.unfinished(ctx.Err())
	}
	ask := narrated{s.house.Load().fetch, tell}
	switch {
	case q.Address != "":
		return s.discover(ctx, ask, q.Address)
	case q.Source != "":
		return s.configured(ctx, ask, q.Source)
	}
	return s.given(ctx, ask, q.Row)
}

// narrated tells of each address before it is asked.
type narrated struct {
	*fetcher.Fetcher
	tell func(address string)
}

// Document is that of a Fetcher.
func (n narrated) Document(ctx context.Context, src news.Source, address string, now time.Time) (fetcher.Document, *news.Problem, error) {
	n.tell(address)
	return n.Fetcher.Document(ctx, src, address, now)
}

// Fetch is that of a Fetcher.
func (n narrated) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	n.tell(task.URL)
	return n.Fetcher.Fetch(ctx, src, task, now)
}

// unfinished says why a look ended before it was done.
func (s *scout) unfinished(err error) desk.Look {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return desk.Look{Trouble: fmt.Sprintf("it was not done within %s, so it was ended: the site answers too slowly, or wants long pauses", about(s.within))}
	case errors.Is(err, context.Canceled):
		return desk.Look{Trouble: "it was ended"}
	}
	return desk.Look{Trouble: err.Error()}
}

// current is the configuration as its files are now; as the daemon read it,
// where they cannot be read.
func (s *scout) current() news.Config {
	by := s.house.Load().cfg
	if cfg, err := config.Load(by.File, checks()); err == nil {
		return cfg
	}
	return by
}

// discover works out a row for an address.
func (s *scout) discover(ctx context.Context, ask narrated, address string) desk.Look {
	d := &discovery{ask: ask, cfg: s.current(), now: s.now(), found: discovered{URL: address}}
	if err := d.work(ctx); err != nil {
		return s.unfinished(err)
	}
	f := d.found
	l := desk.Look{Kind: string(f.Kind), Words: f.Words, Sure: int(100 * f.Confidence), Unsure: f.Confidence < induce.Unsure, Reasons: f.Reasons, Hints: f.Hints}
	if f.Row == "" {
		if l.Already = d.configured(f.URL); l.Already != "" {
			l.Unstarted = !s.takes(l.Already)
		}
		return l
	}
	one := desk.Listing{URL: f.URL}
	for _, i := range f.Items {
		one.Items = append(one.Items, i.sample())
	}
	for _, a := range f.Articles {
		one.Articles = append(one.Articles, a.sample())
	}
	l.Listings = []desk.Listing{one}
	s.place(&l, f.Row)
	return l
}

// takes reports whether the daemon works by a source's row.
func (s *scout) takes(id string) bool {
	return slices.ContainsFunc(s.house.Load().cfg.Sources, func(src news.Source) bool { return src.ID == id })
}

// configured tries the row of a source as the daemon has it.
func (s *scout) configured(ctx context.Context, ask narrated, id string) desk.Look {
	h := s.house.Load()
	for _, src := range h.rows {
		if src.ID == id {
			return s.try(ctx, ask, *src)
		}
	}
	return desk.Look{Trouble: fmt.Sprintf("there is no source %q in %s as the daemon has read it", id, h.cfg.File)}
}

// given tries a row that is given as text. robots.txt is heeded, whatever it
// says.
func (s *scout) given(ctx context.Context, ask narrated, text string) desk.Look {
	var l desk.Look
	cfg, src, ok := s.place(&l, text)
	if !ok {
		return l
	}
	careful := src
	careful.Robots = cfg.Fetch.Robots
	tried := s.try(ctx, ask, careful)
	tried.Row, tried.Place = l.Row, l.Place
	if src.Robots != careful.Robots {
		tried.Reasons = append(tried.Reasons, "robots.txt is heeded here; `chinanewsd try` does as the row says")
	}
	for _, w := range cfg.Warnings {
		if words, ours := strings.CutPrefix(w, config.Row+":"); ours {
			tried.Reasons = append(tried.Reasons, "line "+words)
		}
	}
	return tried
}

func (s *scout) try(ctx context.Context, ask narrated, src news.Source) (l desk.Look) {
	results, err := attempts(ctx, ask, src)
	if err != nil {
		return s.unfinished(err)
	}
	for _, r := range results {
		l.Listings = append(l.Listings, r.listing())
	}
	return l
}

// listing is what was tried, for the desk.
func (r tried) listing() desk.Listing {
	l := desk.Listing{URL: r.URL, State: r.State, Words: cmp.Or(r.Error, r.Words), Hint: r.Hint, Profile: r.Profile, Charset: r.Charset, Warnings: r.Warnings}
	for _, i := range r.Items {
		l.Items = append(l.Items, i.sample())
	}
	if r.Article != nil {
		l.Articles = append(l.Articles, r.Article.sample())
		l.Warnings = append(l.Warnings, r.Article.Warnings...)
	}
	return l
}

func (i triedItem) sample() desk.Sample {
	text := i.Words
	if i.Chars > shownText {
		text += "…"
	}
	return desk.Sample{Title: i.Title, URL: i.URL, Lang: news.LanguageOf(i.Title), Date: i.Date, Chars: i.Chars, Text: text}
}

func (a triedArticle) sample() desk.Sample {
	s := a.triedItem.sample()
	s.Error = a.Error
	return s
}
