package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// What a source may bring in a day that is older than fresh, or undated: so
// much, or so many times as much as on its busiest day of the last weeks.
const (
	floodFloor = 20
	floodTimes = 3
	floodDays  = 28
)

// mostCounted bounds how many of a source's items are looked through.
const mostCounted = 20_000

// stem holds back what is the surplus of a flood: of those items of a listing
// that would enter as news though they are old, the newest first.
func (h *hearing) stem(rulings []int, fresh time.Time) {
	var old []int
	for _, r := range rulings {
		if i := h.items[h.out.Ruling.Items[r].Item]; i.As == news.AsNews && !since(i, fresh) {
			old = append(old, r)
		}
	}
	if len(old) == 0 || fresh.IsZero() {
		return
	}
	for _, r := range old[len(old)-h.surplus(len(old)):] {
		h.items[h.out.Ruling.Items[r].Item].As = news.AsWaiting
		h.out.Ruling.Items[r].As = news.AsWaiting
	}
}

// surplus is how many of some more old items today are too many. The past is
// looked at only when they might be.
func (h *hearing) surplus(n int) int {
	midnight := h.at.UTC().Truncate(24 * time.Hour)
	today := n
	for i := range h.counted(midnight) {
		if h.placed(i) != news.AsHistory && !since(i, i.FirstSeen.Add(-h.source.Fresh.Std())) {
			today++
		}
	}
	if today <= floodFloor {
		return 0
	}
	days := make(map[string]int)
	busiest := 0
	for i := range h.counted(midnight.AddDate(0, 0, -floodDays)) {
		if i.FirstSeen.Before(midnight) && h.placed(i) == news.AsNews {
			day := floodDay(i.FirstSeen)
			days[day]++
			busiest = max(busiest, days[day])
		}
	}
	return min(n, max(0, today-max(floodFloor, floodTimes*busiest)))
}

// counted yields the source's items since a moment, as the ledger has them.
func (h *hearing) counted(since time.Time) func(func(*news.Item) bool) {
	return func(yield func(*news.Item) bool) {
		n := 0
		for i := range h.Ledger.Items(h.batch.Source, since) {
			if n++; n > mostCounted || !yield(&i) {
				return
			}
		}
	}
}

// floodDay is the day of a flood that came at a moment.
func floodDay(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// placed is how an item enters feeds. Of what was held back of a flood an
// editor decides for a day at once: what is approved is news, what is hidden
// history.
func (h *hearing) placed(i *news.Item) news.As {
	if i.As != news.AsWaiting {
		return i.As
	}
	d := h.Decisions(news.Scope{Source: i.Source, Day: floodDay(i.FirstSeen)})
	switch a, _ := news.NewLayer(d).Last(news.ActApprove, news.ActHide); a.Act {
	case news.ActApprove:
		return news.AsNews
	case news.ActHide:
		return news.AsHistory
	}
	return news.AsWaiting
}

// settleFlood has the stories of a flood enter, or leave again, as an editor
// decided: the oldest first.
func (h *hearing) settleFlood(scope news.Scope) {
	day, err := time.Parse(time.DateOnly, scope.Day)
	if err != nil {
		return
	}
	var held []*news.Item
	for one := range h.Ledger.Items(scope.Source, day) {
		if one.As == news.AsWaiting && floodDay(one.FirstSeen) == scope.Day {
			i, _ := h.item(one.ID)
			held = append(held, i)
		}
	}
	slices.Reverse(held)
	slices.SortStableFunc(held, func(a, b *news.Item) int { return dated(a).Compare(dated(b)) })
	for _, i := range held {
		h.touch(i.Story)
	}
}
