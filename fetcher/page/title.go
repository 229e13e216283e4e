package page

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// title is by the row's selectors, else the page's own name for it, else what
// the listing said.
func (a *article) title() string {
	title := plain(first(a.doc.Selection, a.src.Article.Title...))
	if title == "" && len(a.row.Article.Title) > 0 {
		title = a.task.Listed.Title
	}
	if title == "" {
		title = a.named()
	}
	if cut := group(a.src.Article.TitleRegex, title); cut != "" {
		title = cut
	}
	a.findHeadline(title)
	return bound(title, maxTitle)
}

// named tries what pages call their release by, the surest first. The first h1
// is often the site's name, and <title> has it too: what stands in both is
// the title.
func (a *article) named() string {
	for _, name := range []func() string{
		func() string { return plain(a.meta("articletitle")) },
		a.shown,
		func() string { return siteless(plain(a.meta("og:title"))) },
		func() string { return plain(a.schema.Headline) },
		a.heading,
		func() string { return a.task.Listed.Title },
	} {
		if title := name(); title != "" {
			return title
		}
	}
	return siteless(a.label)
}

// shortest is how many letters of a <title> must be found on the page to be
// believed the title.
const shortest = 6

// shown is the longest line of the page with which <title> begins, or, if it
// is a heading, ends.
func (a *article) shown() string {
	label, best := news.Folded(a.label), ""
	for _, l := range a.lines {
		if len(l.Text) > len(a.label) || len(l.Text) <= len(best) || utf8.RuneCountInString(l.Text) < shortest {
			continue
		}
		if a.begins(label, l.Text) || strings.HasSuffix(a.label, l.Text) && headed(l) {
			best = l.Text
		}
	}
	return best
}

// begins reports whether <title>, of which label is the letters, begins with a
// line and goes on as after a title: with a mark, or with little.
func (a *article) begins(label, line string) bool {
	folded := news.Folded(line)
	if utf8.RuneCountInString(folded) < shortest || !strings.HasPrefix(label, folded) {
		return false
	}
	if 2*len(folded) > len(label) {
		return true
	}
	rest, ok := strings.CutPrefix(a.label, line)
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(rest))
	return ok && news.Folded(string(r)) == ""
}

// headed reports a line that is a heading.
func headed(l clean.Line) bool {
	return len(l.Nodes) > 0 && goquery.NewDocumentFromNode(l.Nodes[0]).Closest("h1,h2,h3,h4,h5,h6").Length() > 0
}

// heading is the page's main heading, else the last one before its date.
func (a *article) heading() string {
	found := ""
	a.doc.Find("h1").EachWithBreak(func(_ int, h *goquery.Selection) bool {
		text := news.Line(nodeText(h))
		if utf8.RuneCountInString(text) >= shortest && h.Find(`a[href="/"]`).Length() == 0 {
			found = text
		}
		return found == ""
	})
	if found != "" {
		return found
	}
	dated := a.datedLine(0, len(a.lines))
	for i, l := range a.lines {
		if i >= dated {
			break
		}
		if headed(l) {
			found = l.Text
		}
	}
	return found
}

// findHeadline notes which line of the page is the title: what stands about it
// is its date and source. The last one is it; crumbs and scripts come before.
func (a *article) findHeadline(title string) {
	folded := news.Folded(title)
	for i, l := range a.lines {
		if folded == "" || len(l.Text) > 2*len(title) || news.Folded(l.Text) != folded {
			continue
		}
		if a.headline < 0 || a.datedLine(i, i+nearby) < i+nearby {
			a.headline = i
		}
	}
}

// markup is what stands in titles that were stored as HTML.
var markup = regexp.MustCompile(`(?i)<[a-z/][^>]*>|&[a-z]+;`)

// plain is a title without markup.
func plain(title string) string {
	if markup.MatchString(title) {
		title = strings.ReplaceAll(clean.Text(title), "\n", " ")
	}
	return news.Line(title)
}

// sites are what stands between a title and the site's name.
var sites = []string{"_", " - ", " | ", " — ", "--", "－", "|"}

// siteless cuts the site's name off a page's title.
func siteless(title string) string {
	for _, mark := range sites {
		if head, _, ok := strings.Cut(title, mark); ok && utf8.RuneCountInString(head) >= shortest {
			return strings.TrimSpace(head)
		}
	}
	return title
}
