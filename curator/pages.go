package curator

import (
	"cmp"
	"net/http"
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
// entry was not known: on a first listing, and after a time away. left is the
// verdict that the page's entries will be under. A page that is not there is
// the end.
func (h *hearing) nextPage(unknown []int, left news.Verdict) {
	page, last := h.batch.Page, len(h.batch.Entries)-1
	switch {
	case h.batch.Problem != nil && page.Further():
		h.askAgain(page)
	case h.batch.Problem == nil && last >= 0 && h.unknown(unknown, last):
		page.Verdict = left
		h.askNext(page)
	}
}

// unknown reports whether entry n of the batch became an item just now.
func (h *hearing) unknown(rulings []int, n int) bool {
	return slices.ContainsFunc(rulings, func(r int) bool { return h.out.Keep[h.out.Ruling.Items[r].N] == n })
}

func (h *hearing) askAgain(p news.Page) {
	tries := h.batch.State.Failures
	if s := h.batch.Status; tries >= maxPageTries || s == http.StatusNotFound || s == http.StatusGone {
		return
	}
	h.task(news.Task{Kind: news.TaskListing, URL: h.batch.URL, Page: p, Tries: tries, Due: h.again(tries)})
}

// askNext asks for the page after p: the listing's own may have a number too,
// and is passed over.
func (h *hearing) askNext(p news.Page) {
	pages := h.source.Pages
	first := pages.First
	if p.Further() {
		first = p.N + 1
	} else {
		p.Of = cmp.Or(h.batch.FinalURL, h.batch.URL)
	}
	for p.N = first; pages.Pattern != "" && p.N <= pages.Max; p.N++ {
		address := pageURL(p.Of, pages.Pattern, p.N)
		if address == "" {
			return
		}
		if address != p.Of && !slices.Contains(h.source.URLs, address) {
			h.task(news.Task{Kind: news.TaskListing, URL: address, Page: p, Due: h.at})
			return
		}
	}
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
