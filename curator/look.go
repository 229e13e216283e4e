package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// A look that says nothing of its item is made again after an hour, doubled
// each time, a day at most, and so often; then at the page's next age.
const (
	maxLookPause = 24 * time.Hour
	maxLookTries = 6
)

// A page that was not found is looked at again after 1, 3, 6, 10, 15, 21, 28
// units and so on, for a month, each a few minutes later: no rhythm of a site's
// keeps step with that. The eighth look is the first that may confirm.
const (
	confirmingUnit = 41*time.Minute + 30*time.Second
	mostConfirming = 45
	dither         = 20 * time.Minute
)

// span is a time of looks, in this curator's hours.
func (c *Curator) span(d time.Duration) time.Duration {
	return time.Duration(d.Hours() * float64(c.hour))
}

// ages are those at which pages of the source are looked at.
func (s source) ages() []news.Duration {
	if s.Looks == nil {
		return news.UsualLooks
	}
	return s.Looks
}

// observed reports whether an item's page is looked at again. The address of a
// bulletin is not its own for long, and what has no page has nothing to miss.
func (s source) observed(i *news.Item) bool {
	return s.Versions != news.VersionsItems && len(s.ages()) > 0 && s.paged(i) && i.Shown.URL != ""
}

// planLook plans the next look at a page. Looks decay with its age; one that
// was missed is looked at oftener until that is explained.
func (h *hearing) planLook(i *news.Item) {
	if !h.source.observed(i) {
		return
	}
	due, ok := h.nextLook(i)
	tries := 0
	if n := h.batch.State.Failures; h.looked(i) && h.batch.Problem != nil && !h.saw().Gone() && n > 0 && n <= maxLookTries {
		again := h.at.Add(h.span(min(time.Hour<<(n-1), maxLookPause)))
		if !ok || again.Before(due) {
			due, ok, tries = again, true, n
		}
	}
	if !ok {
		return
	}
	if retry := h.batch.State.RetryAfter; retry.After(due) {
		due = retry
	}
	h.look(i, news.Task{Due: due, Tries: tries})
}

func (h *hearing) nextLook(i *news.Item) (due time.Time, ok bool) {
	switch i.Presence {
	case news.Missing:
		return h.confirming(i)
	case news.Removed:
		return h.ageing(i.Missed)
	}
	return h.ageing(i.FirstSeen)
}

// confirming is the next look after a page was missed.
func (h *hearing) confirming(i *news.Item) (due time.Time, ok bool) {
	after := time.Duration(0)
	for n := range mostConfirming {
		after += time.Duration(n+1) * confirmingUnit
		later := dither * time.Duration(i.ID[n%len(i.ID)]) / 256
		if due := i.Missed.Add(h.span(after + later)); due.After(h.at) {
			return due, true
		}
	}
	return due, false
}

// ageing is the next look by the ages, counted from a moment.
func (h *hearing) ageing(since time.Time) (due time.Time, ok bool) {
	for _, age := range h.source.ages() {
		if due := since.Add(h.span(age.Std())); due.After(h.at) {
			return due, true
		}
	}
	return due, false
}

// look makes a task a look at an item's page: where it was just found, else
// where it is shown to be.
func (h *hearing) look(i *news.Item, t news.Task) {
	if h.erased(i) {
		return
	}
	t.Kind, t.Item, t.Listed = news.TaskLook, i.ID, i.Shown
	t.Listed.Refs = nil
	t.Last = h.lastSeen(i)
	if h.looked(i) && h.batch.URL != "" {
		t.Listed.URL, t.Kept = h.batch.URL, h.batch.State.Kept()
	}
	t.URL = t.Listed.URL
	h.task(t)
}

// looked reports whether the batch is of the item's own page.
func (h *hearing) looked(i *news.Item) bool {
	return h.batch.Kind != news.TaskListing && h.batch.Item == i.ID
}

// lastSeen is when an item's page was last found, as far as is known here: no
// earlier than its newest reading.
func (h *hearing) lastSeen(i *news.Item) time.Time {
	if h.looked(i) && h.saw() == news.SawPage {
		return h.at
	}
	seen := i.FirstSeen
	if r, ok := i.Last(false); ok {
		seen = r.At
	}
	if h.looked(i) && h.batch.Last.After(seen) {
		seen = h.batch.Last
	}
	return seen
}

// saw is what the batch of a page found there.
func (h *hearing) saw() news.Sighting {
	switch b := h.batch; {
	case b.Kind == news.TaskArticle && b.Problem == nil:
		return news.SawPage
	case b.Saw != "":
		return b.Saw
	case b.Problem == nil:
		return news.SawPage
	case b.Status == 404, b.Status == 410:
		return news.SawNothing
	}
	return news.SawOutage
}

// Held is until when a look waits: looks at a host pause while any of its
// listings is not well. The zero time: it need not wait.
func (c *Curator) Held(l Moment, t news.Task) (until time.Time) {
	own := c.sourceOf(t.Source)
	listings := slices.Clone(c.neighbours[news.Host(t.URL)])
	for _, u := range own.URLs {
		listings = append(listings, list{own.Origin, u})
	}
	for _, p := range listings {
		s, ok := l.Poll(p.origin, p.url)
		if !ok || !ill(s, l.At()) {
			continue
		}
		next := s.Next.Add(time.Minute)
		if soon := l.At().Add(c.span(10 * time.Minute)); next.Before(soon) {
			next = soon
		}
		if late := l.At().Add(c.span(6 * time.Hour)); next.After(late) {
			next = late
		}
		if next.After(until) {
			until = next
		}
	}
	return until
}

// longIll is when a listing that is not well no longer says something of its
// host: it has moved, or its row is wrong.
const longIll = 7 * 24 * time.Hour

// ill reports a listing that is not well, and was not long ago.
func ill(s news.FetchState, at time.Time) bool {
	return s.Condition != "" && !s.Condition.Well() && !s.LastGood.IsZero() && at.Sub(s.LastGood) < longIll
}
