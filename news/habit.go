package news

import (
	"slices"
	"time"
)

// Habit is what a listing usually is, learned from its good answers. It is
// state: losing it costs a few polls until it is learned again.
type Habit struct {
	Answers  int       `json:"answers,omitempty"` // learned from since the row was last read another way
	Yield    float64   `json:"yield,omitempty"`   // entries of an answer, recent mean
	Size     int       `json:"size,omitempty"`    // bytes of the last one, decoded
	Charset  string    `json:"charset,omitempty"`
	Minutes  float64   `json:"minutes,omitempty"` // share of entries dated to the minute
	Days     float64   `json:"days,omitempty"`    // share of entries dated to the day
	Newest   time.Time `json:"newest,omitzero"`   // the latest date of an entry that is not ahead of its reading
	Gap      Duration  `json:"gap,omitempty"`     // between moments with new entries, in time that is worked, mean; 0: not known
	Longest  Duration  `json:"longest,omitempty"` // of such gaps; fades
	Weekends bool      `json:"weekends,omitempty"`
	Thin     time.Time `json:"thin,omitzero"` // since when answers have had far fewer entries than usual
}

const (
	fading      = 32                  // answers in which most of a long gap is forgotten
	yieldMemory = 8                   // answers over which the mean is taken
	adoptThin   = 30 * 24 * time.Hour // after which few entries are the usual number
	maxAhead    = 10 * time.Minute    // a date further in the future is none
)

// Few reports whether a number of entries is a drop of more than four fifths
// against what the listing usually has.
func (h Habit) Few(entries int) bool {
	return h.Answers > 0 && float64(entries) < h.Yield/5
}

// Anew is the habit of a listing that is read another way from now on: what
// depends on how it is read is forgotten.
func (h Habit) Anew() Habit {
	h.Answers, h.Yield, h.Thin = 0, 0, time.Time{}
	return h
}

// Learn is the habit after another good answer of that size. From one that is
// Thin only its dates are learned, until answers have been so for a month.
func (h Habit) Learn(b Batch, size int) Habit {
	dates := known(b.Entries, b.Fetched.Add(maxAhead))
	h.Longest = max(h.Longest-h.Longest/fading, h.silence(dates))
	if n := len(dates); n > 0 {
		h.Newest = dates[n-1].Time
	} else if minutes, days := shares(b.Entries); minutes+days == 0 && b.Condition == OK { // the list has no dates, or none any more
		h.Newest, h.Gap, h.Longest = time.Time{}, 0, 0
	}
	switch {
	case b.Condition != Thin:
		h.Thin = time.Time{}
	case h.Thin.IsZero():
		h.Thin = b.Fetched
		return h
	case b.Fetched.Sub(h.Thin) < adoptThin:
		return h
	default:
		h = h.Anew()
	}
	h.Size, h.Charset = size, b.Charset
	h.Answers++
	h.Yield += (float64(len(b.Entries)) - h.Yield) / float64(min(h.Answers, yieldMemory))
	if b.Condition == UnreadableDates {
		return h
	}
	h.Minutes, h.Days = shares(b.Entries)
	return h.rhythm(dates)
}

// Undated reports whether entries have no date where they usually have one.
func (h Habit) Undated(entries []Entry) bool {
	minutes, days := shares(entries)
	return minutes+days == 0 && h.Answers > 0 && h.Minutes+h.Days > 0.8
}

// known are the dates of entries that are not after a moment, ascending.
func known(entries []Entry, until time.Time) (dates []Date) {
	for _, e := range entries {
		if e.Date.Known() && !e.Date.Time.After(until) {
			dates = append(dates, e.Date)
		}
	}
	slices.SortFunc(dates, func(a, b Date) int { return a.Time.Compare(b.Time) })
	return dates
}

func shares(entries []Entry) (minutes, days float64) {
	for _, e := range entries {
		switch e.Date.Precision {
		case Minute:
			minutes++
		case Day:
			days++
		}
	}
	n := float64(max(len(entries), 1))
	return minutes / n, days / n
}

// rhythm learns from the dates of one answer how far apart new entries are. An
// answer with too few different dates teaches nothing.
func (h Habit) rhythm(dates []Date) Habit {
	dates = slices.CompactFunc(dates, func(a, b Date) bool { return a.Time.Equal(b.Time) })
	if len(dates) < 3 {
		return h
	}
	resting := 0
	for _, d := range dates {
		if !Workday(d.Time, false) {
			resting++
		}
	}
	h.Weekends = resting > 1 && resting*10 >= len(dates)
	gaps := make([]time.Duration, len(dates)-1)
	for n := range gaps {
		gaps[n] = Worked(dates[n].Time, dates[n+1].Time, h.Weekends)
	}
	slices.Sort(gaps)
	if len(gaps) > 3 { // an entry that was pinned years ago is not the rhythm
		gaps = gaps[:len(gaps)-max(1, len(gaps)/10)]
	}
	var sum time.Duration
	for _, g := range gaps {
		sum += g
	}
	h.Gap, h.Longest = Duration(sum/time.Duration(len(gaps))), max(h.Longest, Duration(gaps[len(gaps)-1]))
	return h
}

// silence is how long nothing had come before the first of these dates that is
// new; 0 when none is. An answer that is full of one busy day does not show
// the quiet weeks around it.
func (h Habit) silence(dates []Date) Duration {
	for _, d := range dates {
		if d.Time.After(h.Newest) && !h.Newest.IsZero() {
			return Duration(Worked(h.Newest, d.Time, h.Weekends))
		}
	}
	return 0
}

// Turn is a change of a listing's condition.
type Turn struct {
	At        time.Time `json:"at"`
	Condition Condition `json:"condition"`
	Words     string    `json:"words,omitempty"`
}

// maxTurns bounds what is remembered of a listing's conditions.
const maxTurns = 10

// Turned remembers the state's condition, if it is another than the last one
// remembered.
func (s FetchState) Turned(at time.Time) FetchState {
	if n := len(s.Lately); n > 0 && s.Lately[n-1].Condition == s.Condition {
		return s
	}
	lately := append(slices.Clone(s.Lately), Turn{at, s.Condition, s.Words})
	s.Lately = lately[max(0, len(lately)-maxTurns):]
	return s
}
