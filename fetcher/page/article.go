package page

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// Release is what a release's own page says.
type Release struct {
	Entry    news.Entry
	Warnings []string
	Profile  string // by which it was read; empty: by none
}

// Page is a release's own page, of which one tree is built for all that is read
// in it. It is not safe for concurrent use.
type Page struct {
	doc   document
	label string       // what it calls itself, with the site's name
	heads []string     // its headings, label first
	lines []clean.Line // of all of it
	form  bool         // it asks for a password
}

var (
	headings  = cascadia.MustCompile("h1,h2,h3")
	passwords = cascadia.MustCompile("input[type=password]")
)

// Open builds the tree of a page, already in UTF-8, and notes what is asked of
// it after it was taken apart. base is its own address.
func Open(utf8 []byte, base *url.URL) (*Page, *news.Problem) {
	doc, problem := parsePage(utf8, base)
	if problem != nil {
		return nil, problem
	}
	p := &Page{doc: doc, label: plain(bound(doc.Find("title").First().Text(), maxTitle)), form: doc.FindMatcher(passwords).Length() > 0}
	p.heads = []string{p.label}
	for _, n := range doc.FindMatcher(headings).Nodes {
		p.heads = append(p.heads, bound(plain(clean.NodeText(n)), maxTitle))
	}
	if body := doc.Find("body"); body.Length() > 0 {
		p.lines = clean.Lines(body.Nodes[0])
	}
	return p, nil
}

// Article reads a page as Page.Article does, and nothing else in it.
func Article(utf8 []byte, src news.Source, task news.Task, base *url.URL, o Options) (Release, *news.Problem) {
	p, problem := Open(utf8, base)
	if problem != nil {
		return Release{}, problem
	}
	return p.Article(src, task, o)
}

// Article reads the release: by the row's selectors, else by those of its
// profile, else by what such pages have in common. task.Listed is what the
// listing said of it: its id and address stay, its title and date are used where
// the page has none. It takes the page apart: Glance alone may be called after.
func (p *Page) Article(src news.Source, task news.Task, o Options) (Release, *news.Problem) {
	a := newArticle(p, src, task, o)
	e := news.Entry{ID: task.Listed.ID, URL: task.Listed.URL, RawURL: task.Listed.RawURL, Tags: task.Listed.Tags}
	e.Title = a.title()
	e.Date = a.when(e)
	summary := a.described()
	source, outside := a.source(), a.attached()
	body := a.body(e.Title)
	e.HTML = body.HTML
	text := body.Text
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
	label    string       // of the page
	lines    []clean.Line // of the whole page
	schema   schema
	metas    map[string]string // by name in lower case: the first that says anything
	headline int               // the line that is the title; -1: none is
	reads    int               // how often a date was looked for in a line
	byline   string            // that readability took out of the text
	warnings []string
}

func newArticle(p *Page, src news.Source, task news.Task, o Options) *article {
	a := &article{reader: reader{src, o.Now}, doc: p.doc, task: task, row: src, headline: -1, label: p.label, lines: p.lines}
	a.choose(o)
	a.schema = p.doc.schema()
	a.metas = p.doc.metas()
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
