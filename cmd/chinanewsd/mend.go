package main

import (
	"fmt"
	"net/url"
	"time"

	"chinanews/fetcher/induce"
	"chinanews/news"
)

// mended is the list keys that read the page of a source gone bad as it is
// now, by titles that are known of it; empty when nothing can be proposed.
func mended(seen news.Sight, titles []string) string {
	base, err := url.Parse(seen.URL)
	if err != nil {
		return ""
	}
	page, problem := induce.Open(seen.Text, base, time.Now())
	if problem != nil || page.Kind().Kind != induce.KindList {
		return ""
	}
	list, ok := page.Mend(titles)
	if !ok || list.Confidence < induce.Unsure {
		return ""
	}
	return fmt.Sprintf("list: %s # %d entries", listYAML(list.List), len(list.Items))
}
