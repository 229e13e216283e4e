package page

import (
	"fmt"
	"net/url"

	"chinanews/news"
)

// Row is one entry of a listing that is no page, as it stands there: text, not
// yet understood.
type Row struct{ Link, Title, Date string }

// Rows makes a listing of rows by the keys that List obeys too: rewrite,
// link_match, link_skip, same_host, limit, and all that say how dates are
// read. Rows without a link or title are left out and counted in a warning.
func Rows(rows []Row, src news.Source, base *url.URL, o Options) (Listing, *news.Problem) {
	l := newLister(src, base, base, o)
	if p := l.compile(); p != nil {
		return Listing{}, p
	}
	var linkless, nameless int
	most := limit(src.List.Limit, o.MaxItems)
	for _, r := range rows {
		if most > 0 && len(l.entries) >= most {
			break
		}
		to, wanted := l.leads(r.Link)
		e := news.Entry{URL: to, Title: bound(news.Line(r.Title), maxTitle)}
		switch {
		case e.URL == "":
			linkless++
		case e.Title == "":
			nameless++
		case wanted:
			l.add(l.row(e, r))
		}
	}
	return Listing{Entries: l.entries, Warnings: counted(len(rows), linkless, nameless, l.unread)}, nil
}

// row completes an entry by what its row says beside address and title.
func (l *lister) row(e news.Entry, r Row) news.Entry {
	if e.URL != r.Link {
		e.RawURL = r.Link
	}
	e.Lang, e.Locale = news.Language(l.src.Language, e.Title)
	e.Date = l.choose(l.order(), map[news.DateOrigin]news.Date{
		news.FromList:  l.date(group(l.src.List.DateRegex, r.Date), news.FromList, l.src.List.DateLayouts...),
		news.FromTitle: l.fromTitle(e.Title),
		news.FromURL:   l.fromURL(e.URL),
	})
	if !e.Date.Known() && r.Date != "" {
		l.unread++
	}
	return e
}

// counted says how many of a listing's rows lack something.
func counted(all, linkless, nameless, unread int) (warnings []string) {
	for _, w := range []struct {
		n    int
		what string
	}{{linkless, "have no link"}, {nameless, "have no title"}, {unread, "have a date that could not be read; look at date_layouts"}} {
		if w.n > 0 {
			warnings = append(warnings, fmt.Sprintf("%d of %d items %s", w.n, all, w.what))
		}
	}
	return warnings
}
