package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"chinanews/config"
	"chinanews/fetcher"
	"chinanews/news"
)

type tryCmd struct {
	What      string `arg:"" name:"url|source" help:"An address, or the id of a configured source or of a row of the catalogue."`
	JSON      bool   `help:"Print JSON."`
	Effective bool   `help:"Print the source's whole row, and where each value comes from."`
}

// tried is what one look at a source found, as --json prints it.
type tried struct {
	Source string `json:"source"`
	URL    string `json:"url"`
	news.Health
	Status   int           `json:"status"`
	Charset  string        `json:"charset"`
	Profile  string        `json:"profile"` // by which the list was read; empty: by the row alone
	Error    string        `json:"error"`
	Class    news.Class    `json:"class"`
	Warnings []string      `json:"warnings"`
	Rights   news.Rights   `json:"rights"` // of the row: the most that feeds may carry
	Items    []triedItem   `json:"items"`
	Article  *triedArticle `json:"article,omitempty"`
}

type triedItem struct {
	Title string    `json:"title"`
	URL   string    `json:"url"`
	Date  news.Date `json:"date"`
	Chars int       `json:"chars"` // of its text, as far as the listing has it
}

type triedArticle struct {
	triedItem
	Profile string `json:"profile"`
	Error   string `json:"error"`
}

// Run fetches a listing and its first article once, and stores nothing.
func (c tryCmd) Run(t *terminal) error {
	cfg, src, err := c.source(t)
	if err != nil {
		return err
	}
	ask, err := fetcher.New(fetcher.Options{Fetching: cfg.Fetch, Version: version, BaseURL: cfg.Site.BaseURL, Profiles: cfg.Profiles})
	if err != nil {
		return usageError{err}
	}
	result, err := attempt(t, ask, src)
	if err != nil {
		return err
	}
	if c.Effective {
		return c.effective(t, cfg, src, result)
	}
	if c.JSON {
		err = json.NewEncoder(t.out).Encode(result)
	} else {
		err = result.print(t.out)
	}
	if err == nil && result.Class != "" {
		return fmt.Errorf("%s: %s", result.URL, result.Error)
	}
	return err
}

// source is the row that is tried: a configured one, one of the catalogue, or
// one made up for an address.
func (c tryCmd) source(t *terminal) (news.Config, news.Source, error) {
	cfg, err := t.load()
	if err != nil {
		return cfg, news.Source{}, err
	}
	for _, s := range cfg.Sources {
		if s.ID == c.What {
			return cfg, s, nil
		}
	}
	if !strings.Contains(c.What, "://") {
		src, err := c.offered(&cfg)
		return cfg, src, err
	}
	return cfg, news.Source{ID: "try", Origin: "try", URLs: []string{c.What}, Kind: news.KindAuto, Profile: "auto", Rights: news.Media, Timezone: "Asia/Shanghai", Robots: cfg.Fetch.Robots}, nil
}

// offered is the row of the catalogue.
func (c tryCmd) offered(cfg *news.Config) (news.Source, error) {
	offers, err := config.Catalogue(checks())
	if err != nil {
		return news.Source{}, err
	}
	for _, o := range offers {
		switch {
		case o.ID != c.What:
		case o.Unreachable != "":
			return o.Source, usageError{fmt.Errorf("%s cannot be polled: %s", o.ID, o.Unreachable)}
		default:
			cfg.Written = map[string]map[string]string{o.ID: o.Written}
			return o.Source, nil
		}
	}
	return news.Source{}, usageError{fmt.Errorf("%q is neither a source of %s, nor a row of the catalogue (chinanewsd sources), nor an address (https://...)", c.What, cfg.File)}
}

func attempt(t *terminal, ask asker, src news.Source) (tried, error) {
	now := time.Now()
	b, err := ask.Fetch(t, src, news.Task{Kind: news.TaskListing, Source: src.Origin, URL: src.URLs[0], Due: now}, now)
	if err != nil {
		return tried{}, err
	}
	r := tried{Source: src.ID, URL: src.URLs[0], Status: b.Status, Charset: b.Charset, Profile: b.Profile, Warnings: b.Warnings, Rights: src.Rights}
	if b.Problem != nil {
		r.Class, r.Error = b.Problem.Class, b.Problem.Words
	}
	src.Paused = false
	r.Health = news.Judge(src, b.State, b.Fetched)
	for _, e := range b.Entries {
		r.Items = append(r.Items, item(e))
	}
	if len(b.Entries) > 0 && src.Body != news.BodyNone && src.Body != news.BodyFeed && b.Entries[0].URL != "" {
		r.Article, err = attemptArticle(t, ask, src, b.Entries[0])
	}
	return r, err
}

func attemptArticle(t *terminal, ask asker, src news.Source, listed news.Entry) (*triedArticle, error) {
	now := time.Now()
	b, err := ask.Fetch(t, src, news.Task{Kind: news.TaskArticle, Source: src.Origin, URL: listed.URL, Due: now, Listed: listed}, now)
	if err != nil {
		return nil, err
	}
	a := &triedArticle{triedItem: item(listed), Profile: b.Profile}
	if b.Problem != nil {
		a.Error = b.Problem.Words
	}
	for _, e := range b.Entries {
		a.triedItem = item(e)
	}
	return a, nil
}

func item(e news.Entry) triedItem {
	return triedItem{Title: e.Title, URL: e.URL, Date: e.Date, Chars: len([]rune(fetcher.Text(e.HTML) + e.Summary))}
}

// effective prints the row in full, and where each value comes from: the file,
// the catalogue, or the profile by which the answer was read.
func (c tryCmd) effective(t *terminal, cfg news.Config, src news.Source, r tried) error {
	f := config.Filling{List: profile(cfg, r.Profile)}
	if r.Article != nil {
		f.Article = profile(cfg, r.Article.Profile)
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(effectiveRow{src, cfg.Written[src.ID], f.List.Name, f.Article.Name})
	}
	if r.Error != "" {
		fmt.Fprintf(t.err, "the page was not read, so no profile is known: %s\n", r.Error)
	}
	return config.Effective(t.out, src, cfg.Written[src.ID], f)
}

// effectiveRow is a row in full, as --json prints it.
type effectiveRow struct {
	Row            news.Source       `json:"row"`
	Written        map[string]string `json:"written"` // where each key was; what is not here is the program's own choice
	ListProfile    string            `json:"list_profile"`
	ArticleProfile string            `json:"article_profile"`
}

// profile is the site family of a name; of none, one that says nothing.
func profile(cfg news.Config, name string) news.Profile {
	for _, p := range cfg.Profiles {
		if p.Name == name {
			return p
		}
	}
	return news.Profile{}
}

// print shows the result to a person.
func (r tried) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  state    %s (HTTP %d): %s\n  charset  %s\n  items    %d\n", r.URL, r.State, r.Status, r.Words, r.Charset, len(r.Items))
	if r.Profile != "" {
		fmt.Fprintf(&b, "  profile  %s\n", r.Profile)
	}
	if most := r.Rights.Most(); most != news.Full {
		fmt.Fprintf(&b, "  rights   %s: feeds and pages carry the %s only; write rights: government or open in the row if you may show all\n", r.Rights, most)
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(&b, "  warning  %s\n", warning)
	}
	for _, i := range r.Items {
		fmt.Fprintf(&b, "\n  %s\n    %s\n    %s\n", i.Title, i.URL, i.when())
	}
	if a := r.Article; a != nil {
		fmt.Fprintf(&b, "\nThe first article\n  %s\n    %s\n    %s\n    %d characters of text\n", a.Title, a.URL, a.when(), a.Chars)
		if a.Profile != "" {
			fmt.Fprintf(&b, "    read by profile %s\n", a.Profile)
		}
		if a.Error != "" {
			fmt.Fprintf(&b, "    not read: %s\n", a.Error)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// when says a date with where it was read.
func (i triedItem) when() string {
	d := i.Date
	switch d.Precision {
	case news.Day:
		return fmt.Sprintf("%s, day only, %s (%s: %q)", d.Day(), d.Zone, d.Origin, d.Raw)
	case news.Minute:
		return fmt.Sprintf("%s %s (%s: %q)", d.In().Format("2006-01-02 15:04"), d.Zone, d.Origin, d.Raw)
	}
	if d.Raw != "" {
		return fmt.Sprintf("no date could be read in %q", d.Raw)
	}
	return "no date"
}
