// Package curator holds the rules: which item an entry is, whether a reading
// of it is news of it, which items are one release, and what enters which
// feed. It is pure: the same ledger and the same batch give the same decision.
// It has no clock (time comes with the record), no randomness and no I/O.
//
// What it decides is written down as a ruling and never recomputed, so that a
// better curator changes only what comes after it.
package curator

import (
	"fmt"
	"regexp"
	"time"

	"chinanews/news"
)

// Version stands in every ruling.
const Version = "2"

// Curator decides under one configuration. It is immutable and safe for
// concurrent use; a reload makes a new one.
type Curator struct {
	sources map[news.Origin]source
	feeds   []feed
	hour    time.Duration // of looks

	neighbours map[string][]list // by host
}

// source is a row, shared with the configuration, and its own rules.
type source struct {
	*news.Source
	include, exclude *regexp.Regexp
}

type feed struct {
	news.Feed
	rule  *Rule
	takes map[news.Origin]bool
	langs map[string]bool // nil: every language

	closes time.Duration // of its digest: the time of day in Beijing
}

// list is one listing of a source.
type list struct {
	origin news.Origin
	url    string
}

// New compiles what a publication says, whose rows it keeps: nobody may change
// them after. hour is how long an hour of the looks at pages lasts, for a clock that
// is compressed; 0: an hour. The error names the row or feed whose rule or regex
// does not compile.
func New(p news.Publication, hour time.Duration) (*Curator, error) {
	if hour == 0 {
		hour = time.Hour
	}
	c := &Curator{sources: make(map[news.Origin]source), hour: hour, neighbours: make(map[string][]list)}
	origins := make(map[string]news.Origin)
	for n := range p.Sources {
		row := &p.Sources[n]
		s, err := newSource(row)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", row.ID, err)
		}
		c.sources[row.Origin] = s
		c.place(row)
		origins[row.ID] = row.Origin
	}
	for _, row := range p.Feeds {
		f, err := newFeed(row, p.Words, origins)
		if err != nil {
			return nil, fmt.Errorf("feed %s: %w", row.ID, err)
		}
		c.feeds = append(c.feeds, f)
	}
	return c, nil
}

// mostListings bounds how many listings speak for their host.
const mostListings = 50

// place notes at which hosts a row has its listings. One that is paused says
// nothing of a host.
func (c *Curator) place(row *news.Source) {
	for _, u := range row.URLs {
		if host := news.Host(u); !row.Paused && len(c.neighbours[host]) < mostListings {
			c.neighbours[host] = append(c.neighbours[host], list{row.Origin, u})
		}
	}
}

func newSource(row *news.Source) (s source, err error) {
	s.Source = row
	if s.include, err = optional(row.Include); err != nil {
		return s, fmt.Errorf("include: %w", err)
	}
	if s.exclude, err = optional(row.Exclude); err != nil {
		return s, fmt.Errorf("exclude: %w", err)
	}
	return s, nil
}

// unconfigured is the row of a source that has none. It says nothing.
var unconfigured = new(news.Source)

// sourceOf is the source of a name, also of one that is not configured.
func (c *Curator) sourceOf(origin news.Origin) source {
	if s, ok := c.sources[origin]; ok {
		return s
	}
	return source{Source: unconfigured}
}

func optional(expr string) (*regexp.Regexp, error) {
	if expr == "" {
		return nil, nil
	}
	return regexp.Compile(expr)
}

func newFeed(row news.Feed, words map[string][]string, origins map[string]news.Origin) (feed, error) {
	f := feed{Feed: row, takes: make(map[news.Origin]bool)}
	for _, id := range row.Sources {
		f.takes[origins[id]] = true
	}
	for _, lang := range row.Languages {
		if lang == "all" {
			f.langs = nil
			break
		}
		if f.langs == nil {
			f.langs = make(map[string]bool)
		}
		f.langs[news.Primary(lang)] = true
	}
	var err error
	if f.closes, err = closesAt(row); err != nil {
		return f, err
	}
	f.rule, err = Compile(row.Where, words)
	return f, err
}

// wants reports whether an entry of the source is news to anybody, by the
// row's own include and exclude.
func (s source) wants(title, text string) bool {
	if s.include != nil && !s.include.MatchString(title) && !s.include.MatchString(text) {
		return false
	}
	return s.exclude == nil || !s.exclude.MatchString(title) && !s.exclude.MatchString(text)
}
