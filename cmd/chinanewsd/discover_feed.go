package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"chinanews/fetcher"
	"chinanews/fetcher/induce"
	"chinanews/news"
)

const (
	maxAsked  = 6                   // addresses that are asked for a feed, at most
	deadAfter = 90 * 24 * time.Hour // a feed without anything newer is dead
)

// feeds looks for a feed of a page: those that it names, then where feeds
// often are. done reports that the matter is settled.
func (d *discovery) feeds(ctx context.Context, p *induce.Page, lists []induce.List) (done bool, err error) {
	asked := 0
	for _, f := range candidates(p) {
		if id := d.configured(f.URL); id != "" && f.Why != "" {
			return true, d.end(induce.KindFeed, fmt.Sprintf("its feed %s is the source %s already", f.URL, id))
		}
		if asked++; asked > maxAsked {
			break
		}
		doc, problem, err := d.fetch(ctx, f.URL)
		if err != nil {
			return true, err
		}
		if problem != nil || induce.Sniff(doc.UTF8) != induce.KindFeed {
			continue
		}
		if words := d.unfit(doc, f, lists); words != "" {
			d.found.Reasons = append(d.found.Reasons, words)
			continue
		}
		d.found.URL = f.URL
		return true, d.feed(ctx, doc, "the page has a feed: "+cmp.Or(f.Why, "found where feeds often are"))
	}
	return false, nil
}

func candidates(p *induce.Page) []induce.FeedLink {
	var out []induce.FeedLink
	for _, f := range p.Feeds() {
		if low := strings.ToLower(f.Title + f.URL); !strings.Contains(low, "comment") {
			out = append(out, f)
		}
	}
	for _, address := range p.CommonFeeds() {
		out = append(out, induce.FeedLink{URL: address})
	}
	return out
}

// unfit says why a feed is not the one of the page; empty when it is.
func (d *discovery) unfit(doc fetcher.Document, f induce.FeedLink, lists []induce.List) string {
	read, problem := d.ask.Read(news.Source{Kind: news.KindFeed, Timezone: "Asia/Shanghai"}, news.Task{Kind: news.TaskListing}, doc, d.now)
	switch {
	case problem != nil:
		return fmt.Sprintf("%s is a feed that gives nothing: %s", f.URL, problem.Words)
	case d.dead(read.Entries):
		return fmt.Sprintf("%s is a feed whose newest item is older than %d days: dead", f.URL, deadAfter/(24*time.Hour))
	case f.Why == "" && len(lists) > 0 && lists[0].Confidence >= induce.Unsure && !related(read.Entries, lists[0].Items):
		return fmt.Sprintf("%s is a feed, but it has none of the releases of this page", f.URL)
	}
	return ""
}

// dead reports entries that are all dated and all old.
func (d *discovery) dead(entries []news.Entry) bool {
	for _, e := range entries {
		if !e.Date.Known() || d.now.Sub(e.Date.Time) < deadAfter {
			return false
		}
	}
	return true
}

// related reports whether any release is in both.
func related(a, b []news.Entry) bool {
	seen := make(map[string]bool)
	for _, e := range a {
		seen[e.Canonical()], seen[news.Folded(e.Title)] = true, true
	}
	for _, e := range b {
		if seen[e.Canonical()] || seen[news.Folded(e.Title)] {
			return true
		}
	}
	return false
}

// leastText is the text that a feed's items hold when it is the whole text, on
// average and in characters.
const leastText = 400

// feed makes a row of a feed.
func (d *discovery) feed(ctx context.Context, doc fetcher.Document, why string) error {
	d.found.Kind, d.found.Confidence = induce.KindFeed, 1
	d.found.Reasons = append([]string{why}, d.found.Reasons...)
	read, problem := d.ask.Read(news.Source{Kind: news.KindFeed, Timezone: "Asia/Shanghai"}, news.Task{Kind: news.TaskListing}, doc, d.now)
	if problem != nil {
		return d.end(induce.KindFeed, problem.Words)
	}
	entries := read.Entries
	if d.dead(entries) {
		d.found.Confidence = 0.3
		d.found.Reasons = append(d.found.Reasons, fmt.Sprintf("its newest item is older than %d days: the feed may be dead", deadAfter/(24*time.Hour)))
	}
	title := feedTitle(doc.UTF8)
	row := draft{id: d.id(title), language: languageOf(entries), url: d.found.URL, kind: news.KindFeed, body: news.BodyFeed, name: title, publisher: induce.Maker(title)}
	if row.publisher == "" && !induce.Generic(title) {
		row.publisher = title
	}
	var documents []fetched
	if averageText(entries) < leastText {
		row.body = news.BodyPage
		var err error
		if documents, err = d.releases(ctx, entries); err != nil {
			return err
		}
		a := induce.Articles(samples(documents, d.now))
		row.article = a.Article
		d.found.Reasons = append(append(d.found.Reasons, "its items hold summaries, so the text is taken from the pages"), a.Reasons...)
	}
	row.comments = d.remarks()
	return d.keep(row, doc, documents)
}

func averageText(entries []news.Entry) int {
	n := 0
	for _, e := range entries {
		n += len([]rune(fetcher.Text(e.HTML)))
	}
	return n / max(1, len(entries))
}

func languageOf(entries []news.Entry) string {
	var titles strings.Builder
	for _, e := range entries {
		titles.WriteString(e.Title + "\n")
	}
	_, locale := news.Language("auto", titles.String())
	if locale == "zh" {
		return "zh-CN"
	}
	return locale
}

// feedTitle is the text of a feed's own title, which is its first.
func feedTitle(utf8 []byte) string {
	text := string(utf8[:min(len(utf8), 16<<10)])
	_, rest, ok := strings.Cut(text, "<title")
	if !ok {
		return ""
	}
	_, rest, _ = strings.Cut(rest, ">")
	title, _, _ := strings.Cut(rest, "</title>")
	title = fetcher.Text(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(title), "<![CDATA["), "]]>"))
	if r := []rune(news.Line(title)); len(r) <= 80 {
		return string(r)
	}
	return ""
}
