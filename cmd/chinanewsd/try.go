package main

import (
	"context"
	"encoding/json"
	"fmt"
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
	results, err := attempts(t, ask, src)
	if err != nil {
		return err
	}
	if src.Origin == stranger {
		results[0].Hint = results[0].advice()
	}
	if c.Effective {
		return c.effective(t, cfg, src, telling(results))
	}
	return c.show(t, results)
}

// show prints what was found at each address; with --json an object a line.
// It fails when any of them did.
func (c tryCmd) show(t *terminal, results []tried) error {
	var failed error
	for n, r := range results {
		err := r.show(t.out, c.JSON, n > 0)
		if err != nil {
			return err
		}
		if r.Class != "" && failed == nil {
			failed = fmt.Errorf("%s: %s", r.URL, r.Error)
		}
	}
	return failed
}

// telling is the result that says most of how the source is read.
func telling(results []tried) tried {
	for _, r := range results {
		if r.Article != nil {
			return r
		}
	}
	for _, r := range results {
		if r.Class == "" {
			return r
		}
	}
	return results[0]
}

// stranger is the origin of an address that no row has.
const stranger news.Origin = "try"

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
	return cfg, news.Source{ID: "try", Origin: stranger, URLs: []string{c.What}, Kind: news.KindAuto, Profile: "auto", Rights: news.Media, Timezone: "Asia/Shanghai", Robots: cfg.Fetch.Robots}, nil
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
			cfg.Written = news.Written{Rows: map[string][]news.WrittenKeys{o.ID: o.Written}}
			return o.Source, nil
		}
	}
	return news.Source{}, usageError{fmt.Errorf("%q is neither a source of %s, nor a row of the catalogue (chinanewsd sources), nor an address (https://...)", c.What, cfg.File)}
}

// attempts asks every address of a source once, and for the page of the first
// item that any of them has.
func attempts(ctx context.Context, ask asker, src news.Source) (results []tried, err error) {
	asked := false
	for _, address := range src.URLs {
		r, entries, err := attempt(ctx, ask, src, address)
		if err != nil {
			return nil, err
		}
		if !asked && len(entries) > 0 && r.Text == news.BodyPage && entries[0].URL != "" {
			asked = true
			if r.Article, err = attemptArticle(ctx, ask, src, entries[0]); err != nil {
				return nil, err
			}
		}
		results = append(results, r)
	}
	return results, nil
}

func attempt(ctx context.Context, ask asker, src news.Source, address string) (tried, []news.Entry, error) {
	now := time.Now()
	b, err := ask.Fetch(ctx, src, news.Task{Kind: news.TaskListing, Source: src.Origin, URL: address, Due: now}, now)
	if err != nil {
		return tried{}, nil, err
	}
	r := tried{Source: src.ID, URL: address, Kind: b.ReadAs, Status: b.Status, Charset: b.Charset, Profile: b.Profile, Warnings: b.Warnings, Rights: src.Rights, Text: src.TextFrom(b.ReadAs)}
	if strings.Contains(address, "{") && b.FinalURL != "" {
		r.URL = b.FinalURL // with the day in it that was asked for
	}
	if b.Problem != nil {
		r.Class, r.Error = b.Problem.Class, b.Problem.Words
	}
	src.Paused = false
	r.Health = news.Judge(src, b.State, b.Fetched)
	if r.State == news.UnreadableDates { // whose hint leads here
		r.Hint = "write date_layouts into the row, for the dates as they stand below"
	}
	for _, e := range b.Entries {
		r.Items = append(r.Items, item(src, e))
	}
	r.Warnings = append(r.Warnings, ahead(b.Entries, now)...)
	return r, b.Entries, nil
}

func attemptArticle(ctx context.Context, ask asker, src news.Source, listed news.Entry) (*triedArticle, error) {
	now := time.Now()
	b, err := ask.Fetch(ctx, src, news.Task{Kind: news.TaskArticle, Source: src.Origin, URL: listed.URL, Due: now, Listed: listed}, now)
	if err != nil {
		return nil, err
	}
	a := &triedArticle{triedItem: item(src, listed), Profile: b.Profile}
	if b.Problem != nil {
		a.Error = b.Problem.Words
	}
	for _, e := range b.Entries {
		a.triedItem = item(src, e)
	}
	a.Warnings = ahead(b.Entries, now)
	return a, nil
}

// effective prints the row in full, and where each value comes from: the file,
// the catalogue, or the profile by which the answer was read.
func (c tryCmd) effective(t *terminal, cfg news.Config, src news.Source, r tried) error {
	f := config.Filling{List: profile(cfg, r.Profile)}
	if r.Article != nil {
		f.Article = profile(cfg, r.Article.Profile)
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(effectiveRow{src, cfg.Written.Of(src.ID), f.List.Name, f.Article.Name})
	}
	if r.Error != "" {
		fmt.Fprintf(t.err, "the page was not read, so no profile is known: %s\n", r.Error)
	}
	return config.Effective(t.out, src, cfg.Written.Of(src.ID), f)
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
