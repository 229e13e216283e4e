package news

import "time"

// Advice is what a publisher says on when to ask for a listing again.
type Advice struct {
	Fresh     time.Time `json:"fresh,omitzero"`       // until when the last answer says it is fresh (RFC 9111, section 4.2); zero: it does not say
	Every     Duration  `json:"every,omitempty"`      // between two issues of the document: ttl, sy:updatePeriod; 0: not said
	SkipHours uint32    `json:"skip_hours,omitempty"` // bit h: not in the hour that begins at h:00 GMT
	SkipDays  uint8     `json:"skip_days,omitempty"`  // bit d: not on that time.Weekday, GMT
}

// mostAdvice bounds freshness: a publisher who says a year is asked daily.
const mostAdvice = 24 * time.Hour

// Next is the first moment, not before t, at which the publisher wants to be
// asked; asked is when the document was had. Freshness counts for a day at
// most.
func (a Advice) Next(t, asked time.Time) time.Time {
	if fresh := asked.Add(min(a.Every.Std(), mostAdvice)); fresh.After(t) {
		t = fresh
	}
	if limit := asked.Add(mostAdvice); a.Fresh.After(limit) {
		a.Fresh = limit
	}
	if a.Fresh.After(t) {
		t = a.Fresh
	}
	return a.unskipped(t)
}

// MostSkipped bounds what hours and days to skip add: all days but one.
const MostSkipped = 6 * 24 * time.Hour

// unskipped moves a moment to the end of the hours and days that are to be
// skipped. An advice to skip all hours or all days is none.
func (a Advice) unskipped(t time.Time) time.Time {
	for end := t.Add(MostSkipped); a.skips(t) && t.Before(end); {
		g := t.UTC()
		t = t.Add(g.Truncate(time.Hour).Add(time.Hour).Sub(g))
	}
	return t
}

const (
	allHours = 1<<24 - 1
	allDays  = 1<<7 - 1
)

func (a Advice) skips(t time.Time) bool {
	g := t.UTC()
	hour := a.SkipHours != allHours && a.SkipHours>>g.Hour()&1 == 1
	day := a.SkipDays != allDays && a.SkipDays>>g.Weekday()&1 == 1
	return hour || day
}
