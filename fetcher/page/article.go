package page

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// Release is what a release's own page says.
type Release struct {
	Entry    news.Entry
	Warnings []string
	Profile  string // by which it was read; empty: by none
}

// Article reads a release's own page, already in UTF-8: by the row's
// selectors, else by those of its profile, else by what such pages have in
// common. task.Listed is what the listing said of it: its id and address stay,
// its title and date are used where the page has none.
func Article(utf8 []byte, src news.Source, task news.Task, base *url.URL, o Options) (Release, *news.Problem) {
	doc, p := parsePage(utf8, base)
	if p != nil {
		return Release{}, p
	}
	a := newArticle(doc, src, task, o)
	e := news.Entry{ID: task.Listed.ID, URL: task.Listed.URL, RawURL: task.Listed.RawURL, Tags: task.Listed.Tags}
	e.Title = a.title()
	e.Date = a.when(e)
	summary := a.described()
	source, outside := a.source(), a.attached()
	e.HTML = a.body(e.Title)
	text := clean.Text(e.HTML)
	if text == "" {
		return Release{}, a.empty()
	}
	e.Authors = a.authors(source, text)
	e.Files = gather(task.Listed.Files, a.files(e.HTML), outside)
	e.Summary = task.Listed.Summary
	if summary != "" && !strings.HasPrefix(news.Folded(text), news.Folded(summary)) {
		e.Summary = bound(summary, maxText)
	}
	e.Digest = news.TextDigest(text)
	e.Lang, e.Locale = news.Language(src.Language, e.Title+"\n"+text)
	return Release{e, a.warnings, a.profile}, nil
}

type article struct {
	reader
	doc      document
	task     news.Task
	row      news.Source // as it is configured; src has what the profile adds
	profile  string
	label    string       // what the page calls itself, with the site's name
	lines    []clean.Line // of the whole page
	schema   schema
	metas    map[string]string // by name in lower case: the first that says anything
	headline int               // the line that is the title; -1: none is
	reads    int               // how often a date was looked for in a line
	byline   string            // that readability took out of the text
	warnings []string
}

func newArticle(doc document, src news.Source, task news.Task, o Options) *article {
	a := &article{reader: reader{src, o.Now}, doc: doc, task: task, row: src, headline: -1}
	a.label = plain(bound(doc.Find("title").First().Text(), maxTitle))
	a.choose(o)
	a.schema = doc.schema()
	a.metas = doc.metas()
	if body := doc.Find("body"); body.Length() > 0 {
		a.lines = clean.Lines(body.Nodes[0])
	}
	return a
}

// choose takes the first profile that fits the page and whose selectors have a
// text, unless the row's own say where that is.
func (a *article) choose(o Options) {
	for _, p := range o.profiles(a.row) {
		if !a.doc.fits(a.row, p) {
			continue
		}
		merged := a.row.With(p)
		if len(a.row.Article.Body) > 0 || first(a.doc.Selection, merged.Article.Body...) != "" {
			a.src, a.profile = merged, p.Name
			return
		}
		if p.Name == a.row.Profile {
			a.warnings = append(a.warnings, fmt.Sprintf("the profile %s finds no text on this page; it was looked for without", p.Name))
		}
	}
}

// described is the page's own description.
func (a *article) described() string {
	s := a.meta("description", "og:description")
	if len([]rune(s)) < 20 {
		return ""
	}
	return s
}

// gather joins lists of files; one address is one file.
func gather(lists ...[]news.File) []news.File {
	var out []news.File
	for _, f := range slices.Concat(lists...) {
		if !slices.ContainsFunc(out, func(known news.File) bool { return known.URL == f.URL }) && len(out) < maxFiles {
			out = append(out, f)
		}
	}
	return out
}

// empty says what was tried on a page that gave no text.
func (a *article) empty() *news.Problem {
	tried := "readability found none"
	if len(a.row.Article.Body) > 0 {
		tried = fmt.Sprintf("none of %q has any", a.row.Article.Body)
	}
	return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned,
		Words: fmt.Sprintf("no text on the page %q: %s; look at article.body in the row", bound(a.label, 100), tried)}
}
