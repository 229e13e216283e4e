package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chinanews/curator"
	"chinanews/feedout"
	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// searchWithin bounds a reader's search. Tests that are not about it have more
// time.
var searchWithin = 100 * time.Millisecond

const searchSlowly = 10 * time.Second // of an operator's

// search finds what readers may see and, unless it is nil, passes takes.
func (s stand) search(ctx context.Context, l *storage.Ledger, q news.Query, passes sieve) (r site.Results, err error) {
	var found news.Found
	if len(q.Phrases) == 0 && passes != nil {
		found = s.all(ctx, l, q, passes)
	} else {
		found = l.Search(ctx, q, func(i news.Item) news.Content {
			if _, _, ok := s.leading(l, i); !ok || passes != nil && !passes(l, i) {
				return ""
			}
			return row(s.rows, i.Source).Rights.Most()
		})
	}
	for _, hit := range found.Hits {
		m, f, _ := s.leading(l, hit.Item)
		whole, err := s.release(l, m)
		if err != nil {
			return r, err
		}
		r.Items = append(r.Items, site.Item{Release: whole, Feed: f})
		if found.More {
			r.More = hit.Place.String()
		}
	}
	r.Cut = found.Cut
	return r, nil
}

func (l *library) Sources() []news.Source { return l.sources(l.Feeds()...) }

// searches are the searches that may run at once: others wait, and are cut
// when their time is over.
var searches = make(chan struct{}, 4)

// Search is part of site.Searcher.
func (l *library) Search(ctx context.Context, q news.Query) (r site.Results, err error) {
	ctx, cancel := context.WithTimeout(ctx, searchWithin)
	defer cancel()
	select {
	case searches <- struct{}{}:
		defer func() { <-searches }()
	case <-ctx.Done():
		return site.Results{Cut: true}, nil
	}
	err = l.view(func(led *storage.Ledger) error {
		r, err = l.press.stand.search(ctx, led, q, nil)
		return err
	})
	return r, err
}

// searchFormat is the format of a search as a feed.
func searchFormat(path string) (feedout.Format, bool) {
	name, ok := strings.CutPrefix(path, "/search.")
	f := feedout.Format(name)
	return f, ok && slices.Contains([]feedout.Format{feedout.RSS, feedout.Atom, feedout.JSON}, f)
}

// serveSearch answers with what a search finds, newest first, as a feed. A
// browser is sent to the page.
func (l *library) serveSearch(w http.ResponseWriter, r *http.Request, f feedout.Format) {
	if !feedout.ReadOnly(w, r) {
		return
	}
	asked := r.URL.Query()
	q, err := site.ParseSearch(asked, l.Sources())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	doc := l.searchDocument(asked)
	if feedout.Opened(w, r, doc.Page()) {
		return
	}
	q.Newest, q.After = true, news.Place{}
	found, err := l.Search(r.Context(), q)
	for _, i := range found.Items {
		doc.Releases = append(doc.Releases, i.Release)
	}
	var body []byte
	if err == nil && !found.Cut {
		body, err = feedout.Render(doc, f)
	}
	if err != nil || found.Cut {
		w.Header().Set("Retry-After", "300")
		http.Error(w, "There was no time to look at everything. Narrow it down: more words, a source, or days.", http.StatusServiceUnavailable)
		return
	}
	feedout.Serve(w, r, feedout.Sheet{Body: body, ContentType: f.ContentType(), Cache: feedout.KeepPage, Link: doc.Link(f), Page: doc.Page()})
}

// searchDocument is an empty document for a search. It has the settings of the
// first feed, of its language if there is one.
func (l *library) searchDocument(asked url.Values) feedout.Document {
	clean := url.Values{}
	for _, name := range []string{"q", "lang", "source", "from", "to"} {
		if v := asked.Get(name); v != "" {
			clean.Set(name, v)
		}
	}
	doc := feedout.Document{Site: l.Site(), Search: clean.Encode()}
	for n, f := range slices.Backward(l.Feeds()) {
		if n == 0 && doc.Feed.ID == "" || asked.Get("lang") == "" || news.Primary(f.Language) == asked.Get("lang") {
			doc.Feed = f
		}
	}
	doc.Feed.ID, doc.Feed.Name = "search", news.FeedName("search?"+doc.Search)
	doc.Feed.Title, doc.Feed.Description = doc.Site.Title+": "+asked.Get("q"), ""
	return doc
}

type searchCmd struct {
	Words  []string `arg:"" optional:"" help:"All must occur; words in one argument, or in quotation marks, in a row. May be left out beside --where."`
	Where  string   `placeholder:"RULE" help:"Only what a feed with this where would take, whatever its sources and language."`
	Lang   string   `placeholder:"TAG" help:"Only of this language: en, zh."`
	Source string   `placeholder:"ID" help:"Only of this source."`
	Since  string   `placeholder:"DAY" help:"Only of this day or later: 2026-11-23."`
	Until  string   `placeholder:"DAY" help:"Only of this day or earlier."`
	JSON   bool     `help:"Print a JSON object a line."`
}

// finding is a release that was found.
type finding struct {
	Title  string `json:"title"`
	Date   string `json:"date"` // the day that it stands under
	Source string `json:"source"`
	Lang   string `json:"lang"`
	Story  string `json:"story"` // its page
	URL    string `json:"url"`   // of the original
}

// findings is what `search` is told.
type findings struct {
	Found []finding `json:"found"`
	More  bool      `json:"more"`
	Cut   bool      `json:"cut"`
}

// Run asks the daemon that holds the record, else looks into the record.
func (c searchCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	if err := c.valid(cfg); err != nil {
		return usageError{err}
	}
	asked := c.query()
	var f findings
	answered, err := t.ask(cfg, "GET", "/search?"+asked.Encode(), &f)
	if !answered {
		err = t.reading(cfg, func(h *house) error { f, err = h.lookUp(t, asked); return err })
	}
	if err != nil {
		return err
	}
	for _, one := range f.Found {
		if c.JSON {
			err = json.NewEncoder(t.out).Encode(one)
		} else {
			_, err = fmt.Fprintf(t.out, "%s  %-12s  %s  %s\n", one.Date, one.Source, one.Title, one.Story)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case f.Cut:
		return errors.New("there was no time to look at everything; narrow it down: more words, --source, --since, --until")
	case len(f.Found) == 0:
		return errors.New("nothing was found")
	case f.More:
		fmt.Fprintf(t.err, "These are the first %d; narrow it down with more words, --source, --since or --until.\n", len(f.Found))
	}
	return nil
}

// valid names the flag that is wrong.
func (c searchCmd) valid(cfg news.Config) error {
	for _, f := range []struct{ name, day string }{{"since", c.Since}, {"until", c.Until}} {
		if _, err := time.Parse(time.DateOnly, f.day); f.day != "" && err != nil {
			return fmt.Errorf("--%s: %q is no day; write it as 2026-11-23", f.name, f.day)
		}
	}
	if _, err := curator.Compile(c.Where, cfg.Words); err != nil {
		return pointed("--where", c.Where, err)
	}
	if c.Source != "" && !slices.ContainsFunc(cfg.Sources, func(s news.Source) bool { return s.ID == c.Source }) {
		return fmt.Errorf("--source: no source %q in %s; `chinanewsd status` lists them", c.Source, cfg.File)
	}
	return nil
}

// query is what was asked, as the search page has it. An argument of several
// words is a phrase.
func (c searchCmd) query() url.Values {
	var words []string
	for _, w := range c.Words {
		if strings.ContainsAny(w, " \t") && !strings.Contains(w, `"`) {
			w = `"` + w + `"`
		}
		words = append(words, w)
	}
	return url.Values{"q": {strings.Join(words, " ")}, "lang": {c.Lang}, "source": {c.Source}, "from": {c.Since}, "to": {c.Until}, "where": {c.Where}}
}

// lookUp answers the command.
func (h *house) lookUp(ctx context.Context, asked url.Values) (f findings, err error) {
	q, passes, err := h.ruled(asked)
	if err != nil {
		return f, usageError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, searchSlowly)
	defer cancel()
	rows := byOrigin(h.cfg.Sources)
	var r site.Results
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		r, err = newStand(h.cfg.Feeds, rows).search(ctx, l, q, passes)
		return err
	})
	f = findings{Found: []finding{}, More: r.More != "", Cut: r.Cut}
	for _, i := range r.Items {
		f.Found = append(f.Found, h.finding(i, rows))
	}
	return f, err
}

func (h *house) finding(i site.Item, rows map[news.Origin]*news.Source) finding {
	f := finding{Title: i.Title(), Date: i.Lead.Dated().Day(), Source: string(i.Lead.Source), Lang: i.Lead.Shown.Lang, URL: i.Lead.Shown.URL}
	if row, ok := rows[i.Lead.Source]; ok {
		f.Source = row.ID
	}
	base := h.cfg.Site.BaseURL
	if h.press != nil {
		base = h.press.pub.Site.BaseURL
	}
	f.Story = base + "/stories/" + i.Address
	return f
}
