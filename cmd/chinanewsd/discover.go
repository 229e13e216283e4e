package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"chinanews/fetcher"
	"chinanews/fetcher/induce"
	"chinanews/news"
)

type discoverCmd struct {
	URL  string `arg:"" help:"The address of a page that lists releases, or of a feed."`
	JSON bool   `help:"Print JSON."`
}

// Run works out a row for an address and prints it: YAML on stdout, what it
// reads on stderr.
func (c discoverCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return usageError{fmt.Errorf("%q is no address; write it with https://", c.URL)}
	}
	ask, err := fetcher.New(fetcher.Options{Fetching: cfg.Fetch, Version: version, BaseURL: cfg.Site.BaseURL, Profiles: cfg.Profiles})
	if err != nil {
		return usageError{err}
	}
	d := &discovery{ask: ask, cfg: cfg, now: time.Now(), found: discovered{URL: c.URL}}
	if err := d.work(t); err != nil {
		return err
	}
	if err := d.found.show(t, c.JSON); err != nil {
		return err
	}
	if d.found.Row == "" {
		return fmt.Errorf("%s: %s", c.URL, d.found.Words)
	}
	if !c.JSON {
		fmt.Fprint(t.err, "\n"+handover(cfg, d.found.Row))
	}
	return nil
}

// discovered is what was worked out, as --json prints it.
type discovered struct {
	URL        string         `json:"url"`
	Kind       induce.Kind    `json:"kind"`
	Words      string         `json:"words"` // why there is no row, or what to look at
	Row        string         `json:"row"`   // YAML; empty: none
	Confidence float64        `json:"confidence"`
	Reasons    []string       `json:"reasons"`
	Hints      []string       `json:"hints"` // addresses to try instead
	Items      []triedItem    `json:"items"`
	Articles   []triedArticle `json:"articles"`
}

// discovery is one address on its way to a row.
type discovery struct {
	ask   opener
	cfg   news.Config
	now   time.Time
	found discovered
}

// opener asks for documents, and reads them by rows, as a Fetcher does.
type opener interface {
	Document(ctx context.Context, src news.Source, address string, now time.Time) (fetcher.Document, *news.Problem, error)
	Read(src news.Source, task news.Task, d fetcher.Document, now time.Time) (fetcher.Reading, *news.Problem)
}

// work fills in what is found. The error is of the command, not of the site.
func (d *discovery) work(ctx context.Context) error {
	if id := d.configured(d.found.URL); id != "" {
		return d.already(id)
	}
	doc, problem, err := d.fetch(ctx, d.found.URL)
	if err != nil {
		return err
	}
	if problem != nil {
		kind := induce.KindOther
		if problem.Condition == news.Challenged {
			kind = induce.KindWall
		}
		return d.end(kind, problem.Words)
	}
	switch kind := induce.Sniff(doc.UTF8); kind {
	case induce.KindFeed:
		return d.feed(ctx, doc, "the address is a feed")
	case induce.KindJSON:
		return d.json(ctx, doc)
	}
	return d.page(ctx, doc)
}

func (d *discovery) already(id string) error {
	return d.end(induce.KindOther, fmt.Sprintf("the source %s of %s asks that address already; chinanewsd try %s shows what it reads", id, d.cfg.File, id))
}

// json works on a listing in JSON.
func (d *discovery) json(ctx context.Context, doc fetcher.Document) error {
	rows, ok := induce.JSON(doc.UTF8, d.now)
	if !ok || rows.JSON.Link == "" {
		return d.end(induce.KindJSON, byHand(rows, induce.Markup(doc.UTF8)))
	}
	d.found.Kind, d.found.Confidence = induce.KindJSON, induce.Unsure
	d.found.Reasons = append(d.found.Reasons, rows.Words())
	row := draft{id: d.id(""), url: d.found.URL, kind: news.KindJSON, language: "auto", json: rows.JSON, comments: d.remarks()}
	src, err := row.source()
	if err != nil {
		return err
	}
	read, problem := d.ask.Read(src, news.Task{Kind: news.TaskListing}, doc, d.now)
	if problem != nil {
		return d.end(induce.KindJSON, problem.Words)
	}
	row.language = languageOf(read.Entries)
	documents, err := d.releases(ctx, read.Entries)
	if err != nil {
		return err
	}
	return d.keep(row, doc, documents)
}

// byHand says how a row is written for JSON of which none can be worked out:
// its list is markup, or its items have no address, or they are not seen.
func byHand(rows induce.Rows, markup string) string {
	const write = "the address is JSON: write a row of kind json, with "
	switch {
	case markup != "" && rows.Count < 2:
		return write + fmt.Sprintf("json.html: %s, where its list stands as markup, and list.item for the entries in that", markup)
	case rows.Count == 0:
		return write + "json.items, json.title, json.link (or json.link_template) and json.date as paths in it; json.html, if its list is markup in it"
	}
	key := "id"
	if len(rows.IDs) > 0 {
		key = rows.IDs[0]
	}
	words := write + fmt.Sprintf("json.link_template, for its items have no address: look what a release's is on the site, and put keys in braces (https://host/{%s}.html); %s", key, rows.Words())
	if len(rows.IDs) > 1 {
		words += "; what tells them apart is in " + strings.Join(rows.IDs, ", ")
	}
	return words
}

// end says why there is no row.
func (d *discovery) end(kind induce.Kind, words string, hints ...string) error {
	d.found.Kind, d.found.Words, d.found.Hints = kind, words, append(d.found.Hints, hints...)
	return nil
}

// configured is the id of the source that asks an address already.
func (d *discovery) configured(address string) string {
	for _, s := range d.cfg.Sources {
		if slices.ContainsFunc(s.URLs, func(u string) bool { return news.CanonicalURL(u) == news.CanonicalURL(address) }) {
			return s.ID
		}
	}
	return ""
}

// stranger is the row by which an unknown address is asked.
func (d *discovery) stranger() news.Source {
	return news.Source{ID: "discover", Origin: "discover", URLs: []string{d.found.URL}, Kind: news.KindAuto, Timezone: "Asia/Shanghai", Robots: d.cfg.Fetch.Robots}
}

func (d *discovery) fetch(ctx context.Context, address string) (fetcher.Document, *news.Problem, error) {
	return d.ask.Document(ctx, d.stranger(), address, d.now)
}

// page works on a page: a feed of it, else its list.
func (d *discovery) page(ctx context.Context, doc fetcher.Document) error {
	base, err := url.Parse(doc.URL)
	if err != nil {
		return d.end(induce.KindOther, fmt.Sprintf("%q is no address", doc.URL))
	}
	if doc.URL != d.found.URL {
		d.found.Reasons = append(d.found.Reasons, fmt.Sprintf("%s leads to %s", d.found.URL, doc.URL))
		if d.found.URL = doc.URL; d.configured(doc.URL) != "" {
			return d.already(d.configured(doc.URL))
		}
	}
	p, problem := induce.Open(doc.UTF8, base, d.now)
	if problem != nil {
		return d.end(induce.KindOther, problem.Words)
	}
	verdict, lists := p.Kind(), p.Lists()
	d.found.Kind, d.found.Hints = verdict.Kind, verdict.Hints
	switch verdict.Kind {
	case induce.KindArticle, induce.KindWall, induce.KindLogin:
		for _, f := range p.Feeds() {
			d.found.Hints = append(d.found.Hints, f.URL)
		}
		return d.end(verdict.Kind, verdict.Words)
	}
	if done, err := d.feeds(ctx, p, lists); done || err != nil {
		return err
	}
	if len(lists) == 0 {
		return d.end(verdict.Kind, verdict.Words)
	}
	d.found.Words = verdict.Words
	return d.list(ctx, p, doc, lists[0])
}

// list makes a row of a guess at the list, tries it on releases, and keeps
// what it reads.
func (d *discovery) list(ctx context.Context, p *induce.Page, doc fetcher.Document, l induce.List) error {
	who := p.Who(l.Items)
	row := draft{id: d.id(cmp.Or(who.Publisher, who.Name)), name: cmp.Or(who.Name, who.Publisher), publisher: who.Publisher, language: who.Language, url: d.found.URL, kind: news.KindHTML, list: l.List, pages: l.Pages}
	d.profiled(&row, doc, len(l.Items))
	if err := d.goesOn(ctx, &row, len(l.Items)); err != nil {
		return err
	}
	documents, err := d.releases(ctx, l.Items)
	if err != nil {
		return err
	}
	a := induce.Articles(samples(documents, d.now))
	if row.profile == "" {
		row.article = a.Article
	}
	d.found.Confidence = l.Confidence
	d.found.Reasons = append(append(d.found.Reasons, l.Reasons...), a.Reasons...)
	row.comments = d.remarks()
	return d.keep(row, doc, documents)
}

// profiled leaves the selectors out of a row whose pages a profile reads as
// well.
func (d *discovery) profiled(row *draft, doc fetcher.Document, items int) {
	src := d.stranger()
	src.Kind, src.Profile = row.kind, "auto"
	read, problem := d.ask.Read(src, news.Task{Kind: news.TaskListing}, doc, d.now)
	if n := len(read.Entries); problem == nil && n*100 >= items*95 && n*100 <= items*105 {
		row.profile, row.list = read.Profile, news.List{}
	}
}

// goesOn takes the further pages out of a row when the second does not read
// like the first.
func (d *discovery) goesOn(ctx context.Context, row *draft, items int) error {
	base, err := url.Parse(row.url)
	if err != nil || row.pages.Pattern == "" {
		return nil
	}
	pages := row.pages
	row.pages = news.Pages{}
	u, err := base.Parse(strings.Replace(pages.Pattern, "{n}", strconv.Itoa(pages.First), 1))
	if err != nil {
		return nil
	}
	doc, problem, err := d.fetch(ctx, u.String())
	if err != nil {
		return err
	}
	var read fetcher.Reading
	if problem == nil {
		read, problem = d.ask.Read(news.Source{Kind: row.kind, List: row.list, Profile: row.profile}, news.Task{Kind: news.TaskListing}, doc, d.now)
	}
	if problem == nil && len(read.Entries)*4 >= items {
		row.pages = pages
		return nil
	}
	d.found.Reasons = append(d.found.Reasons, fmt.Sprintf("the page names a second page, but %s does not read like the first; pages is left out", u))
	return nil
}

// remarks are what is written above a row.
func (d *discovery) remarks() []string {
	sure := fmt.Sprintf("worked out from %s on %s, confidence %.2f", d.found.URL, d.now.Format("2006-01-02"), d.found.Confidence)
	if d.found.Confidence < induce.Unsure {
		sure += ": UNSURE, look at the preview before you use it"
	}
	return append([]string{sure}, d.found.Reasons...)
}

func (d *discovery) id(name string) string {
	return idFor(d.found.URL, name, func(id string) bool {
		return slices.ContainsFunc(d.cfg.Sources, func(s news.Source) bool { return s.ID == id || slices.Contains(s.Was, id) })
	})
}

// maxReleases is how many releases a row is tried on.
const maxReleases = 3

// fetched is a release's page and what the list says of it.
type fetched struct {
	listed   news.Entry
	document fetcher.Document
	problem  *news.Problem
}

// files are endings of addresses that are no pages.
var files = []string{".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar", ".jpg", ".png", ".mp4", ".wps", ".ofd"}

func (d *discovery) releases(ctx context.Context, items []news.Entry) ([]fetched, error) {
	var out []fetched
	for _, e := range items {
		if len(out) == maxReleases {
			break
		}
		if slices.Contains(files, strings.ToLower(path.Ext(e.URL))) {
			continue
		}
		doc, problem, err := d.fetch(ctx, e.URL)
		if err != nil {
			return nil, err
		}
		out = append(out, fetched{e, doc, problem})
	}
	return out, nil
}

// samples are the releases that could be fetched, to work out how their pages
// are read.
func samples(documents []fetched, now time.Time) []induce.Sample {
	var out []induce.Sample
	for _, f := range documents {
		base, err := url.Parse(f.document.URL)
		if f.problem != nil || err != nil {
			continue
		}
		if p, problem := induce.Open(f.document.UTF8, base, now); problem == nil {
			out = append(out, induce.Sample{Page: p, Listed: f.listed})
		}
	}
	return out
}

// keep reads listing and releases by the row as it will be configured, and
// keeps the row with what it gives.
func (d *discovery) keep(row draft, doc fetcher.Document, documents []fetched) error {
	src, err := row.source()
	if err != nil {
		return err
	}
	read, problem := d.ask.Read(src, news.Task{Kind: news.TaskListing}, doc, d.now)
	if problem != nil {
		return d.end(d.found.Kind, problem.Words)
	}
	d.found.Reasons = append(d.found.Reasons, read.Warnings...)
	for _, e := range read.Entries {
		d.found.Items = append(d.found.Items, item(src, e))
	}
	for _, f := range documents {
		d.release(src, f)
	}
	d.found.Row = row.yaml()
	return nil
}

// release reads one release by the row.
func (d *discovery) release(src news.Source, f fetched) {
	a := triedArticle{triedItem: item(src, f.listed)}
	problem := f.problem
	if problem == nil {
		var read fetcher.Reading
		read, problem = d.ask.Read(src, news.Task{Kind: news.TaskArticle, URL: f.listed.URL, Listed: f.listed}, f.document, d.now)
		for _, e := range read.Entries {
			a.triedItem = item(src, e)
		}
	}
	if problem != nil {
		a.Error = problem.Words
	}
	d.found.Articles = append(d.found.Articles, a)
}
