package induce

import (
	"fmt"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/fetcher/clean"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// Sample is the page of one release and what the listing said of it.
type Sample struct {
	Page   *Page
	Listed news.Entry
}

// Article is a guess at how the pages of a list's releases are read: what of
// it does without selectors has none.
type Article struct {
	Article    news.Article
	Confidence float64  // 0 to 1
	Reasons    []string // in words
}

// Known names of what holds a release's date and text, in the families of
// systems that ministries use.
var (
	knownTitle = []string{"meta:ArticleTitle", "#News_Body_Title", "h1", ".bigtitle", ".news-title", ".article-title", ".title", "h2", "meta:og:title"}
	knownDates = []string{"meta:PubDate", "meta:publishdate", "#News_Body_Time", "time@datetime", "time", ".pubtime", ".pub-time", ".time", ".date", ".info", ".article-info", ".pages-date", "#con_time", ".source"}
	knownBody  = []string{"#News_Body_Txt_A", ".TRS_UEDITOR", ".trs_editor_view", ".TRS_Editor", "#UCAP-CONTENT", "#rwb_zw", "#detailContent", "#zoom", "#Zoom", "#fontzoom", "#con_con", "#article-content", "#contentArea", ".art-con", ".pages_content"}
)

// Articles works out how releases' pages are read from a few of them. A
// selector is taken when it does on all samples, a body also when it does on
// most.
func Articles(samples []Sample) Article {
	var a Article
	if len(samples) == 0 {
		a.say("no release's page could be read")
		return a
	}
	plain := readAll(samples, news.Article{})
	a.title(samples, plain)
	a.date(samples, plain)
	a.body(samples, plain)
	return a
}

func (a *Article) say(format string, args ...any) {
	a.Reasons = append(a.Reasons, fmt.Sprintf(format, args...))
}

// readAll reads samples as a poll will; an entry without HTML is one that could
// not be read.
func readAll(samples []Sample, row news.Article) []news.Entry {
	out := make([]news.Entry, len(samples))
	for n, s := range samples {
		p := s.Page
		listed := s.Listed
		listed.Title = "" // the page's own is wanted
		release, problem := page.Article(p.utf8, news.Source{Article: row}, news.Task{Kind: news.TaskArticle, Listed: listed}, p.asked, page.Options{Now: p.now})
		if problem == nil {
			out[n] = release.Entry
		}
	}
	return out
}

// title adds a selector where the plain reading does not give the title that
// the listing has.
func (a *Article) title(samples []Sample, plain []news.Entry) {
	right := func(n int, got string) bool { return sameTitle(got, samples[n].Listed.Title) }
	if allFit(len(samples), func(n int) bool { return right(n, plain[n].Title) }) {
		return
	}
	for _, css := range append(slices.Clone(knownTitle), titledBy(samples[0])...) {
		if allFit(len(samples), func(n int) bool { return right(n, samples[n].Page.value(css)) }) {
			a.Article.Title = []string{css}
			return
		}
	}
	a.say("no element has the titles that the listing has; look at article.title")
}

// sameTitle reports whether one title is the other, or begins like it: lists
// cut titles, and pages add to them.
func sameTitle(a, b string) bool {
	x, y := news.Folded(strings.TrimRight(a, "….")), news.Folded(strings.TrimRight(b, "…."))
	if x == "" || y == "" {
		return false
	}
	return strings.HasPrefix(x, y) || strings.HasPrefix(y, x) && len(x)*2 >= len(y)
}

func allFit(n int, fits func(int) bool) bool {
	for i := range n {
		if !fits(i) {
			return false
		}
	}
	return true
}

// value is what a row's selector gives on a page.
func (p *Page) value(css string) string {
	if name, meta := strings.CutPrefix(css, "meta:"); meta {
		sel, err := cascadia.Compile(fmt.Sprintf(`meta[name="%s" i],meta[property="%s" i]`, name, name))
		if err != nil {
			return ""
		}
		if n := cascadia.Query(p.doc.Nodes[0], sel); n != nil {
			return news.Line(attribute(n, "content"))
		}
		return ""
	}
	css, attr, _ := strings.Cut(css, "@")
	sel, err := cascadia.Compile(css)
	if err != nil {
		return ""
	}
	n := cascadia.Query(p.doc.Nodes[0], sel)
	switch {
	case n == nil:
		return ""
	case attr != "":
		return news.Line(attribute(n, attr))
	}
	return textOf(n)
}

// maxNodes bounds how many elements of a page are looked at one by one.
const maxNodes = 4000

var everything = cascadia.MustCompile("body *")

func (p *Page) elements() []*html.Node {
	all := everything.MatchAll(p.doc.Nodes[0])
	return all[:min(len(all), maxNodes)]
}

// titledBy are names of elements that hold a release's title and nothing else.
func titledBy(s Sample) []string {
	want := news.Folded(strings.TrimRight(s.Listed.Title, "…."))
	if want == "" {
		return nil
	}
	var out []string
	for _, n := range s.Page.elements() {
		if n.DataAtom == atom.A || n.DataAtom == atom.Script {
			continue
		}
		if text := news.Folded(brief(n, 400)); strings.HasPrefix(text, want) && len(text) < len(want)*2 {
			out = append(out, namesOf(n)...)
		}
	}
	return out[:min(len(out), 20)]
}

// namesOf are stable selectors of an element: its own names, or those of what
// holds it.
func namesOf(n *html.Node) []string {
	out := sharedNames([]*html.Node{n}, n.Data)
	for level := 0; n.Parent != nil && n.Parent.Type == html.ElementNode && level < 2 && n.Parent.DataAtom != atom.Body; level++ {
		for _, name := range sharedNames([]*html.Node{n.Parent}, n.Parent.Data) {
			out = append(out, name+" > "+n.Data)
		}
		if level > 0 || len(out) > 0 {
			break
		}
		n = n.Parent
	}
	return out
}

// date adds a selector where the plain reading finds no date on the page, or
// another day than the listing's.
func (a *Article) date(samples []Sample, plain []news.Entry) {
	if allFit(len(samples), func(n int) bool { return datedRight(plain[n].Date, samples[n].Listed.Date) }) {
		return
	}
	for _, css := range append(slices.Clone(knownDates), datedBy(samples[0])...) {
		if !allFit(len(samples), func(n int) bool {
			return datedRight(articleDate(samples[n].Page, samples[n].Page.value(css)), samples[n].Listed.Date)
		}) {
			continue
		}
		got := readAll(samples, news.Article{Date: []string{css}})
		if allFit(len(samples), func(n int) bool { return datedRight(got[n].Date, samples[n].Listed.Date) }) {
			a.Article.Date = []string{css}
			return
		}
	}
	if !allFit(len(samples), func(n int) bool { return plain[n].Date.Known() }) {
		a.say("the pages do not say their dates where a selector finds them; look at article.date")
	}
}

// datedRight reports a date that the page itself says, of the listing's day if
// that has one.
func datedRight(got, listed news.Date) bool {
	if got.Origin != news.FromArticle || !got.Known() {
		return false
	}
	return !listed.Known() || listed.Origin != news.FromList || got.Day() == listed.Day()
}

// maxDateline is the longest line that says when a release was published,
// whence and how often it was read, in runes.
const maxDateline = 120

// datedBy are names of elements that hold a date in a short line, outside
// links; those that hold nothing else come first.
func datedBy(s Sample) []string {
	var out, named []string
	for _, n := range s.Page.elements() {
		if mute[n.DataAtom] || n.DataAtom == atom.Li {
			continue
		}
		text := brief(n, maxDateline)
		if text == "" || !datedRight(articleDate(s.Page, text), s.Listed.Date) {
			continue
		}
		into := &named
		if wholly(text) {
			into = &out
		}
		for _, name := range namesOf(n) {
			if !slices.Contains(*into, name) {
				*into = append(*into, name)
			}
		}
	}
	out = append(out, named...)
	return out[:min(len(out), 24)]
}

// articleDate is a release's date as its page says it; none that is to come.
func articleDate(p *Page, text string) news.Date {
	d := p.date(text)
	if p.toCome(d) {
		return news.Date{}
	}
	d.Origin = news.FromArticle
	return d
}

// body chooses the element that holds the text.
func (a *Article) body(samples []Sample, plain []news.Entry) {
	readable := 0
	for _, e := range plain {
		if weight(clean.Text(e.HTML)) >= leastBody {
			readable++
		}
	}
	for _, css := range append(slices.Clone(knownBody), bodiedBy(samples)...) {
		if fits(samples, plain, css) == len(samples) {
			a.Article.Body, a.Confidence = []string{css}, 0.95
			return
		}
	}
	a.bodies(samples, plain)
	a.Confidence = 0.6 * float64(readable) / float64(len(samples))
	switch {
	case len(a.Article.Body) > 0:
		a.say("the pages are of more than one make; each body selector was seen on some of them")
	case readable == len(samples):
		a.say("no stable name holds the text on all pages; it is found by readability")
	default:
		a.say("no text could be found on %d of %d pages; look at article.body", len(samples)-readable, len(samples))
	}
}

// bodies takes several selectors when no page is left without one.
func (a *Article) bodies(samples []Sample, plain []news.Entry) {
	left := make(map[int]bool)
	for n := range samples {
		left[n] = true
	}
	var chosen []string
	for _, css := range append(slices.Clone(knownBody), bodiedBy(samples)...) {
		before := len(left)
		for n := range samples {
			if left[n] && fits(samples[n:n+1], plain[n:n+1], css) == 1 {
				delete(left, n)
			}
		}
		if len(left) < before {
			chosen = append(chosen, css)
		}
	}
	if len(left) == 0 && len(samples) > 1 {
		a.Article.Body = chosen
	}
}

// leastBody is less than any release says, by weight.
const leastBody = 60

// fits counts the samples on which a selector's text holds most of the page's
// running text and little else.
func fits(samples []Sample, plain []news.Entry, css string) int {
	sel, err := cascadia.Compile(css)
	if err != nil {
		return 0
	}
	n := 0
	for i, s := range samples {
		e := cascadia.Query(s.Page.doc.Nodes[0], sel)
		if e == nil {
			continue
		}
		got := weight(textOf(e))
		_, prose := s.Page.prose(nil)
		read := weight(clean.Text(plain[i].HTML))
		if got >= leastBody && got*10 >= prose*8 && got <= max(prose, read)*2+leastBody {
			n++
		}
	}
	return n
}

// bodiedBy are names of the elements that hold most running text, on any
// sample.
func bodiedBy(samples []Sample) []string {
	var out []string
	for _, s := range samples {
		e, prose := s.Page.prose(nil)
		for ; e != nil && e.Type == html.ElementNode && e.DataAtom != atom.Body; e = e.Parent {
			if weight(textOf(e)) > prose*2+leastBody {
				break
			}
			for _, name := range sharedNames([]*html.Node{e}, e.Data) {
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}
