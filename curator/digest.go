package curator

import (
	"fmt"
	"time"

	"chinanews/news"
)

// beijing is the zone of digests.
const beijing = "Asia/Shanghai"

// closesAt is the time of day at which a feed's digest closes, since midnight.
func closesAt(f news.Feed) (time.Duration, error) {
	if f.Digest == "" {
		return 0, nil
	}
	t, err := time.Parse("15:04", f.Digest)
	if err != nil {
		return 0, fmt.Errorf("digest: %w", err)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// closing is the last moment, up to another, at which the feed's digest closed.
func (f feed) closing(at time.Time) time.Time {
	year, month, day := at.In(news.Location(beijing)).Date()
	closed := time.Date(year, month, day, 0, 0, 0, 0, news.Location(beijing)).Add(f.closes)
	if closed.After(at) {
		return closed.Add(-24 * time.Hour) // Beijing time has no summer
	}
	return closed
}

// nextClosing is the first moment after another at which it closes.
func (f feed) nextClosing(at time.Time) time.Time { return f.closing(at).Add(24 * time.Hour) }

// Digests are the moments at which feeds that have one entry a day are to be
// decided on: now where a moment has passed unheard.
func (c *Curator) Digests(l Ledger) []news.Task {
	h := c.hear(l, news.Batch{})
	for _, f := range c.feeds {
		if f.Digest == "" {
			continue
		}
		due := f.nextClosing(h.at)
		if _, waits := h.gathered(f); waits {
			due = h.at
		}
		h.planDigest(f, due)
	}
	return h.out.Tasks
}

func (h *hearing) planDigest(f feed, due time.Time) {
	h.later(news.Task{Kind: news.TaskDecide, Feed: f.Name, Due: due})
}

// digest makes a feed's entry of a day, if there is anything to be in it. Of a
// feed that has none any more nothing is decided.
func (h *hearing) digest(name news.FeedName) {
	for _, f := range h.feeds {
		if f.Name != name || f.Digest == "" {
			continue
		}
		if d, ok := h.gathered(f); ok {
			h.out.Ruling.Digests = append(h.out.Ruling.Digests, d)
		}
		h.planDigest(f, f.nextClosing(h.at))
	}
}

// gathered is what entered a feed as news before it last closed and is in no
// digest yet; false when that is nothing. After days without a decision all of
// it is one digest, of the day of the newest in it.
func (h *hearing) gathered(f feed) (d news.Digested, ok bool) {
	state := h.feedState(f.Name)
	d = news.Digested{Feed: f.Name, Seq: state.Digests + 1, After: state.Through}
	closed := f.closing(h.at)
	for m := range h.Entries(f.Name, news.AsNews) {
		if m.Seq <= state.Through {
			break
		}
		if !m.Entered.Before(closed) {
			continue
		}
		if d.Through == 0 {
			d.Through = m.Seq
			d.Day = f.nextClosing(m.Entered).Add(-12 * time.Hour).In(news.Location(beijing)).Format(time.DateOnly)
		}
		ok = ok || m.Digest == 0
	}
	return d, ok
}
