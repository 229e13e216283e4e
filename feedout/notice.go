package feedout

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"chinanews/news"
)

// Told is a notice with what its entry depends on.
type Told struct {
	news.Notice        // with its Words
	Address     string // of the story
	Source      news.Source
	Version     int // of an edit: the number of the new version
}

// How much of the notices stands in a document.
const (
	noticeLimit  = 100
	noticeWindow = 30 * 24 * time.Hour
)

// LimitNotices takes what stands in a document from notices, newest first: the
// newest 100, and what is within 30 days of the newest, at most 500.
func LimitNotices(all iter.Seq[news.Notice]) []news.Notice {
	var out []news.Notice
	for n := range all {
		inWindow := len(out) == 0 || out[0].At.Sub(n.At) <= noticeWindow
		if len(out) == maxEntries || len(out) >= noticeLimit && !inWindow {
			break
		}
		out = append(out, n)
	}
	return out
}

// NoticesFeed is a feed of notices as documents and lists have it: of those on
// a feed's releases, or, for the zero Feed, on all.
func NoticesFeed(site news.Site, f news.Feed, of news.FeedName) news.Feed {
	if f.ID == "" {
		f = news.Feed{Title: cmp.Or(site.Title, "China News"), Language: cmp.Or(site.Language, "en")}
		f.ID, f.Name = string(of), of
	} else {
		f.ID, f.Name = f.ID+"/"+string(of), f.Name.Notices(of)
	}
	w := telling(f.Language)
	title, description := w.edits, w.editsFeed
	if of == news.FeedRemovals {
		title, description = w.removals, w.removalsFeed
	}
	f.Title, f.Description = fmt.Sprintf(title, f.Title), description
	return f
}

// words are those of the entry's own language, as far as we speak it.
func (t Told) words(d Document) tellingWords {
	switch l := news.Primary(t.Words.Lang); l {
	case "en", "zh":
		return telling(l)
	}
	return telling(d.Feed.Language)
}

func (d Document) noticeID(t Told) string { return news.NoticeURN(d.Site.ID, t.Notice) }

// Path is that of our page on a notice: the comparison, or the story.
func (t Told) Path() string {
	if t.Of == news.FeedEdits && t.Version > 1 {
		return news.HistoryPath(t.Address, t.Item, fmt.Sprintf("compare/%d..%d", t.Version-1, t.Version))
	}
	return "/stories/" + t.Address
}

func (d Document) noticeURL(t Told) string { return d.Site.BaseURL + t.Path() }

func (d Document) noticePublisher(t Told) string {
	return publisherIn(t.Source, cmp.Or(t.Words.Lang, d.Feed.Language))
}

// noticeTitle says in the title already what happened.
func (d Document) noticeTitle(t Told) string {
	w := t.words(d)
	form := w.back
	switch {
	case t.Of == news.FeedEdits:
		form = w.changed
	case t.State == news.Removed:
		form = w.gone
	}
	return fmt.Sprintf(form, cmp.Or(news.Line(t.Words.Title), address(t.Words.URL), t.Address))
}

// noticeLanguage is an entry's language where it is not the feed's.
func (d Document) noticeLanguage(t Told) string { return d.besides(t.Words.Lang) }

// amount is how much of a notice's release is carried.
func (d Document) amount(t Told) news.Content {
	return cmp.Or(d.Feed.Content, news.Full).Least(t.Source.Rights.Most())
}

// How much is quoted of a change, in graphemes and in places.
const (
	quoteLength  = 400
	quoteMost    = 20
	shortQuote   = 100
	shortQuotes  = 2
	summaryMost  = 2
	summaryQuote = 150
)

// quotes are the differences as far as the source's rights and the feed allow:
// of a source of summaries two short ones, of one of titles the title's own.
// more is how many were left out.
func (d Document) quotes(t Told) (list []news.Difference, more int) {
	all := differences(t.Words)
	most, length := quoteMost, quoteLength
	switch d.amount(t) {
	case news.Summary:
		most, length = shortQuotes, shortQuote
	case news.Title:
		list = slices.DeleteFunc(slices.Clone(all), func(x news.Difference) bool { return x.Class != news.EditHeadline })
		return quoted(list, quoteLength), len(all) - len(list) + t.Words.More
	}
	list = quoted(all[:min(most, len(all))], length)
	return list, len(all) - len(list) + t.Words.More
}

// differences are those of a telling, the title's before the others.
func differences(t news.Telling) []news.Difference {
	isTitle := func(x news.Difference) bool { return x.Class == news.EditHeadline }
	if t.Was == "" || slices.ContainsFunc(t.Differences, isTitle) {
		return t.Differences
	}
	return append([]news.Difference{{Class: news.EditHeadline, Was: t.Was, Now: t.Title}}, t.Differences...)
}

func quoted(list []news.Difference, length int) []news.Difference {
	out := make([]news.Difference, 0, len(list))
	for _, x := range list {
		out = append(out, news.Difference{Class: x.Class, Was: shorten(news.Line(x.Was), length), Now: shorten(news.Line(x.Now), length)})
	}
	return out
}

// classes are what was touched, each once, in the order of the differences.
func classes(t news.Telling) []news.EditClass {
	var out []news.EditClass
	for _, x := range differences(t) {
		if !slices.Contains(out, x.Class) {
			out = append(out, x.Class)
		}
	}
	return out
}
