package curator

import (
	"net/http"
	"slices"
	"time"

	"chinanews/news"
)

// page hears an item's own page: its text at last, or a later look at it.
func (h *hearing) page() {
	i, ok := h.item(h.batch.Item)
	if !ok || h.erased(i) {
		return
	}
	switch saw := h.saw(); {
	case h.batch.Kind == news.TaskArticle && h.batch.Problem != nil:
		h.missed(i)
	case saw.Gone():
		h.gone(i)
	case saw != news.SawPage:
		h.unclear(i)
	case h.batch.Problem != nil || h.batch.Unchanged || len(h.batch.Entries) == 0:
		h.present(i)
	case h.another(i):
		h.giveUp(i)
	default:
		h.present(i)
		h.relocate(i)
		h.reading(i)
	}
}

// paged reports whether an item's text is that of its page. Where a row leaves
// open what its listing is, the item's own past tells.
func (s source) paged(i *news.Item) bool {
	if s.Body != "" || !s.Open() {
		return s.TextFrom("") == news.BodyPage
	}
	return i.State != news.Read || slices.ContainsFunc(i.Revisions, func(r news.Revision) bool { return r.Kind == news.TaskArticle })
}

// giveUp lets an item whose text does not come be published without it.
func (h *hearing) giveUp(i *news.Item) {
	if i.State != news.Listed {
		return
	}
	i.State = news.Unreadable
	h.out.Ruling.States = append(h.out.Ruling.States, news.StateRuling{Item: i.ID, State: i.State})
	h.touch(i.Story)
}

// another reports whether the page of a bulletin that was not read yet shows a
// later one by now.
func (h *hearing) another(i *news.Item) bool {
	key := h.bulletinKey(h.batch.Entries[0])
	if key == "" {
		return false
	}
	id, ok := h.find(news.ByURL, key)
	return ok && id != i.ID
}

// missed hears that a text did not come. The first time starts the wait after
// which the item is published without it; asking goes on for a week.
func (h *hearing) missed(i *news.Item) {
	age := h.at.Sub(i.FirstSeen)
	if i.State == news.Read || age > maxTried {
		return
	}
	tries := h.batch.State.Failures
	h.askForPage(i, tries, h.again(tries))
	if _, withdrawn := h.Withdrawn(i.Story); i.State == news.Listed && tries <= 1 && !withdrawn {
		wait := min(h.source.WaitForText.Std(), max(latestText-age, 0))
		h.wake(i, h.at.Add(wait))
	}
}

// again is when a page is asked for again that failed n times in a row: after
// a minute, doubled each time, six hours at most; rarely when it is not there,
// and never before the host wants.
func (h *hearing) again(n int) time.Time {
	first, most := time.Minute, 6*time.Hour
	switch h.batch.Status {
	case http.StatusNotFound:
		first, most = 15*time.Minute, 24*time.Hour
	case http.StatusGone:
		first, most = maxTried, maxTried
	}
	at := h.at.Add(min(first<<min(max(n-1, 0), 10), most))
	if retry := h.batch.State.RetryAfter; retry.After(at) {
		return retry
	}
	return at
}
