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
	switch {
	case h.batch.Problem != nil && h.batch.Kind == news.TaskArticle:
		h.missed(i)
	case h.batch.Problem != nil:
		h.absent(i)
	case h.batch.Unchanged || len(h.batch.Entries) == 0:
		h.present(i)
	case h.another(i):
		h.giveUp(i)
	default:
		h.present(i)
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

// present notes that a page is where it was, and plans the next look at it.
func (h *hearing) present(i *news.Item) {
	if i.Presence == news.Missing {
		i.Presence, i.Looks = news.Present, 0
		h.out.Ruling.Removal = append(h.out.Ruling.Removal, news.Removal{Item: i.ID})
	}
	h.planLook(i)
}

// absent hears a look that failed. Only "not found" and "gone" say something of
// the page; anything else is the site's trouble, and the look is made again.
func (h *hearing) absent(i *news.Item) {
	if s := h.batch.Status; s == http.StatusNotFound || s == http.StatusGone {
		i.Presence = news.Missing
		i.Looks++
		h.out.Ruling.Removal = append(h.out.Ruling.Removal, news.Removal{Item: i.ID, State: news.Missing, Looks: i.Looks})
	}
	h.planLook(i)
}

// planLook plans the next look at a page by its age: looks decay. The address
// of a bulletin is not its own for long, and is not looked at.
func (h *hearing) planLook(i *news.Item) {
	if h.source.Versions == news.VersionsItems {
		return
	}
	age := h.at.Sub(i.FirstSeen)
	for _, at := range h.looks {
		if at > age {
			listed := i.Shown
			listed.Refs = nil
			due := i.FirstSeen.Add(at)
			if retry := h.batch.State.RetryAfter; retry.After(due) {
				due = retry
			}
			h.task(news.Task{Kind: news.TaskLook, URL: listed.URL, Item: i.ID, Due: due, Listed: listed})
			return
		}
	}
}

// missed hears that a text did not come. The first time starts the wait after
// which the item is published without it; asking goes on for a week.
func (h *hearing) missed(i *news.Item) {
	age := h.at.Sub(i.FirstSeen)
	if i.State == news.Read || age > maxTried {
		return
	}
	listed := i.Shown
	listed.Refs = nil
	tries := h.batch.State.Failures
	h.task(news.Task{Kind: news.TaskArticle, URL: listed.URL, Item: i.ID, Tries: tries, Due: h.again(tries), Listed: listed})
	if i.State == news.Listed && tries <= 1 {
		wait := min(h.source.WaitForText.Std(), max(latestText-age, 0))
		h.task(news.Task{Kind: news.TaskDecide, Item: i.ID, Due: h.at.Add(wait)})
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
