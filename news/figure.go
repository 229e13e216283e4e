package news

import "time"

// BeijingDay is the day of a moment in the calendar of what is ours, no
// source's, as 2006-01-02.
func BeijingDay(t time.Time) string { return t.In(beijing).Format(time.DateOnly) }

// Tally is what was counted of a source's releases on a day or in a month.
type Tally struct {
	Releases int `json:"releases,omitempty"` // by their own dates, those without by when they were first seen
	Edits    int `json:"edits,omitempty"`    // readings that say something else, by when they were read
	Removals int `json:"removals,omitempty"` // that were confirmed, by when
}

// Plus is the sum of two tallies.
func (t Tally) Plus(u Tally) Tally {
	return Tally{t.Releases + u.Releases, t.Edits + u.Edits, t.Removals + u.Removals}
}

// PublishedOn is the day under which an item is counted: that which its shown
// reading states, in the zone that it is stated in, else that on which it was
// first seen, in Beijing.
func (i Item) PublishedOn() string {
	if day := i.Shown.Date.Day(); day != "" {
		return day
	}
	return BeijingDay(i.FirstSeen)
}

// Outcomes count what polls of listings brought on a day.
type Outcomes struct {
	Good      int           `json:"good,omitempty"`      // read
	Unchanged int           `json:"unchanged,omitempty"` // as it was the last time
	Failed    map[Class]int `json:"failed,omitempty"`
}

// Count adds the outcome of a poll.
func (o *Outcomes) Count(b Batch) {
	switch {
	case b.Problem != nil:
		if o.Failed == nil {
			o.Failed = make(map[Class]int)
		}
		o.Failed[b.Problem.Class]++
	case b.Unchanged:
		o.Unchanged++
	default:
		o.Good++
	}
}

// Readers are those of a feed on a day, as far as they can be counted.
type Readers struct {
	Direct int            `json:"direct,omitempty"` // an estimate of programs that ask by themselves
	Full   bool           `json:"full,omitempty"`   // there are at least so many: no more can be told apart
	Stated map[string]int `json:"stated,omitempty"` // by service: how many it says that it asks for
}
