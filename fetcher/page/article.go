package page

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// Article reads a release's own page, already in UTF-8. task.Listed is what
// the listing said of it: its id and address stay, its title and date are used
// where the page has none. The strings are warnings.
func Article(utf8 []byte, src news.Source, task news.Task, base *url.URL, now time.Time) (news.Entry, []string, *news.Problem) {
	doc, p := parsePage(utf8)
	if p != nil {
		return news.Entry{}, nil, p
	}
	a := &article{reader: reader{src, now}, doc: doc, raw: utf8, base: baseOf(doc, base), task: task}
	e := news.Entry{ID: task.Listed.ID, URL: task.Listed.URL, RawURL: task.Listed.RawURL, Tags: task.Listed.Tags, Files: task.Listed.Files}
	e.Title = a.title()
	e.Date = a.when(e)
	e.Authors = a.authors()
	e.HTML = a.body()
	text := clean.Text(e.HTML)
	if text == "" {
		return news.Entry{}, nil, a.empty()
	}
	e.Files = append(e.Files, a.files(e.HTML)...)
	e.Summary = a.summary(text)
	e.Digest = news.TextDigest(text)
	e.Lang, e.Locale = news.Language(src.Language, e.Title+"\n"+text)
	return e, a.warnings, nil
}

type article struct {
	reader
	doc      *goquery.Document
	raw      []byte
	base     *url.URL
	task     news.Task
	warnings []string
}

// title is by the row's selectors, else the page's own names for it, else what
// the listing said.
func (a *article) title() string {
	title := first(a.doc.Selection, a.src.Article.Title...)
	if title == "" && len(a.src.Article.Title) == 0 {
		title = first(a.doc.Selection, "meta:ArticleTitle", "#News_Body_Title", "h1", "meta:og:title")
	}
	if title == "" {
		title = a.task.Listed.Title
	}
	if title == "" {
		title = siteless(news.Line(a.doc.Find("title").First().Text()))
	}
	if cut := group(a.src.Article.TitleRegex, title); cut != "" {
		title = cut
	}
	return bound(title, maxTitle)
}

// siteless cuts the site's name off a page's title.
func siteless(title string) string {
	for _, mark := range []string{"_", " - ", " | ", "--", "－"} {
		if head, _, ok := strings.Cut(title, mark); ok && len([]rune(head)) >= 6 {
			return strings.TrimSpace(head)
		}
	}
	return title
}

// when chooses between what the page, the listing, title and address say.
func (a *article) when(e news.Entry) news.Date {
	raw := first(a.doc.Selection, a.src.Article.Date...)
	if raw == "" {
		raw = first(a.doc.Selection, "meta:PubDate", "meta:publishdate", "meta:firstpublishedtime", "meta:article:published_time")
	}
	known := map[news.DateOrigin]news.Date{
		news.FromArticle: a.date(group(a.src.Article.DateRegex, raw), news.FromArticle),
		news.FromTitle:   a.fromTitle(e.Title),
		news.FromURL:     a.fromURL(e.URL),
	}
	if listed := a.task.Listed.Date; listed.Origin == news.FromList || listed.Origin == news.FromFeed {
		known[listed.Origin] = listed
	}
	d := a.choose(a.order(), known)
	if raw != "" && !known[news.FromArticle].Known() {
		a.warnings = append(a.warnings, fmt.Sprintf("the page's date %q could not be read; look at article.date", bound(raw, 60)))
	}
	if !d.Known() && a.task.Listed.Date.Known() {
		return a.task.Listed.Date
	}
	return d
}

func (a *article) authors() []string {
	if name := first(a.doc.Selection, "meta:author"); name != "" {
		return []string{bound(name, maxTitle)}
	}
	return a.task.Listed.Authors
}

// junk is what stands in bodies and belongs to the page: forms to suggest it
// to a friend, buttons to print it and to change its letters' size.
var junk = regexp.MustCompile(`^(Suggest to a friend:?|推荐给朋友[:：]?|推荐给朋友|Print|打印|打印本页|关闭窗口|【?\[?字体[:：].{0,12}|\[?\s*大\s*中\s*小\s*\]?.{0,6})$`)

// body is what the row's selectors give, else what readability finds.
func (a *article) body() string {
	a.doc.Find("script,style,noscript,nav,iframe").Remove()
	for _, sel := range a.src.Article.Remove {
		if s, err := parse(sel); err == nil {
			s.find(a.doc.Selection).Remove()
		}
	}
	for _, sel := range a.src.Article.Body {
		if body := a.selected(sel); body != "" {
			return body
		}
	}
	if len(a.src.Article.Body) > 0 {
		return ""
	}
	return a.readable()
}

func (a *article) selected(sel string) string {
	s, err := parse(sel)
	if err != nil {
		return ""
	}
	var parts []string
	s.find(a.doc.Selection).EachWithBreak(func(_ int, e *goquery.Selection) bool {
		dropJunk(e)
		if markup, err := goquery.OuterHtml(e); err == nil {
			parts = append(parts, markup)
		}
		return len(parts) == 0
	})
	return a.cleaned(strings.Join(parts, ""))
}

func dropJunk(body *goquery.Selection) {
	body.Find("p,div,span,td,a,li").FilterFunction(func(_ int, e *goquery.Selection) bool {
		return e.Children().Length() == 0 && junk.MatchString(news.Line(e.Text()))
	}).Remove()
}

// readable finds the text of a page of which nothing is known.
func (a *article) readable() string {
	found, err := readability.FromReader(bytes.NewReader(a.raw), a.base)
	if err != nil || found.Node == nil {
		return ""
	}
	root := goquery.NewDocumentFromNode(found.Node)
	root.Find("script,style,noscript,nav,iframe").Remove()
	dropJunk(root.Selection)
	markup, err := goquery.OuterHtml(root.Selection)
	if err != nil {
		return ""
	}
	return a.cleaned(markup)
}

func (a *article) cleaned(markup string) string {
	if len(markup) > maxText*4 {
		markup = bound(markup, maxText*4)
		a.warnings = append(a.warnings, "the text was cut at 1 MiB of markup")
	}
	body := clean.HTML(markup, a.base)
	if clean.Text(body) == "" {
		return ""
	}
	return body
}

// summary is the page's own description, if it has one that is not just the
// beginning of the text.
func (a *article) summary(text string) string {
	s := first(a.doc.Selection, "meta:description", "meta:og:description")
	if len([]rune(s)) < 20 || strings.HasPrefix(news.Folded(text), news.Folded(s)) {
		return a.task.Listed.Summary
	}
	return bound(s, maxText)
}

// documents are the files that come with a release.
var documents = map[string]string{".pdf": "application/pdf", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".zip": "application/zip", ".wps": "application/vnd.ms-works", ".ofd": "application/ofd"}

const maxFiles = 16

func (a *article) files(body string) []news.File {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return nil
	}
	var files []news.File
	doc.Find("a[href]").EachWithBreak(func(_ int, link *goquery.Selection) bool {
		href, _ := link.Attr("href")
		u, err := url.Parse(href)
		if err != nil {
			return true
		}
		if kind, ok := documents[strings.ToLower(path.Ext(u.Path))]; ok {
			files = append(files, news.File{URL: href, Type: kind, Title: news.Line(link.Text())})
		}
		return len(files) < maxFiles
	})
	return files
}

// empty says what was tried on a page that gave no text.
func (a *article) empty() *news.Problem {
	tried := "readability found none"
	if len(a.src.Article.Body) > 0 {
		tried = fmt.Sprintf("none of %q has any", a.src.Article.Body)
	}
	title := bound(news.Line(a.doc.Find("title").First().Text()), 100)
	return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned,
		Words: fmt.Sprintf("no text on the page %q: %s; look at article.body in the row", title, tried)}
}
