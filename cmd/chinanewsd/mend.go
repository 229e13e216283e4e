package main

import (
	"net/url"
	"time"

	"chinanews/fetcher/induce"
	"chinanews/news"
)

// mended is how the page of a source gone bad is read as it is now, by titles
// that are known of it, and how many entries that gives; 0: nothing can be
// proposed.
func mended(seen news.Sight, titles []string) (list news.List, entries int) {
	base, err := url.Parse(seen.URL)
	if err != nil {
		return list, 0
	}
	page, problem := induce.Open(seen.Text, base, time.Now())
	if problem != nil || page.Kind().Kind != induce.KindList {
		return list, 0
	}
	found, ok := page.Mend(titles)
	if !ok || found.Confidence < induce.Unsure {
		return list, 0
	}
	return found.List, len(found.Items)
}
