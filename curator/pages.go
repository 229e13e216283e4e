package curator

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chinanews/news"
)

// maxPageTries bounds how often a further page of a listing is asked for in
// vain.
const maxPageTries = 3

// nextPage asks for the page of the listing that follows when this one's last
// entry was not known: on a first listing, and after a time away.
func (h *hearing) nextPage(unknown []int) {
	n := h.pageNumber()
	page := news.Task{Kind: news.TaskListing, Source: h.batch.Source, URL: h.batch.URL}
	last := len(h.batch.Entries) - 1
	switch {
	case h.batch.Problem != nil && n >= 0 && h.batch.State.Failures < maxPageTries:
		page.Due = h.again(h.batch.State.Failures)
		h.task(page)
	case last >= 0 && h.unknown(unknown, last):
		h.askPage(n)
	}
}

// unknown reports whether entry n of the batch became an item just now.
func (h *hearing) unknown(rulings []int, n int) bool {
	return slices.ContainsFunc(rulings, func(r int) bool { return h.out.Keep[h.out.Ruling.Items[r].N] == n })
}

// pageNumber is the {n} of the address asked, -1 for a listing's own address.
func (h *hearing) pageNumber() int {
	p := h.source.Pages
	for _, base := range h.source.URLs {
		for n := p.First; p.Pattern != "" && n <= p.Max; n++ {
			if h.batch.URL != base && pageURL(base, p.Pattern, n) == h.batch.URL {
				return n
			}
		}
	}
	return -1
}

func (h *hearing) askPage(n int) {
	p := h.source.Pages
	next := max(n+1, p.First)
	if p.Pattern == "" || next > p.Max {
		return
	}
	address := pageURL(h.batch.URL, p.Pattern, next)
	if address == "" || slices.Contains(h.source.URLs, address) {
		return
	}
	h.task(news.Task{Kind: news.TaskListing, URL: address, Due: h.at})
}

// pageURL is the address of page n of a listing; empty when pattern and
// address do not fit.
func pageURL(base, pattern string, n int) string {
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	ref, err := url.Parse(strings.ReplaceAll(pattern, "{n}", strconv.Itoa(n)))
	if err != nil {
		return ""
	}
	return b.ResolveReference(ref).String()
}
