package news

import (
	"sync"
	"time"
)

// DateOrigin says where a date was read.
type DateOrigin string

// Where a date can come from.
const (
	FromFeed      DateOrigin = "feed"
	FromList      DateOrigin = "list"
	FromArticle   DateOrigin = "article"
	FromURL       DateOrigin = "url"
	FromTitle     DateOrigin = "title"
	FromFirstSeen DateOrigin = "first seen"
)

// Precision says how much of a date its source stated.
type Precision string

// The precisions. A day-only date is never shown as a time of day.
const (
	Unknown Precision = ""
	Day     Precision = "day"
	Minute  Precision = "minute"
)

// Date is a date as its source stated it. The zero Date is "none stated".
type Date struct {
	Raw       string     `json:"raw,omitempty"`    // the text it was read from
	Origin    DateOrigin `json:"origin,omitempty"` // where that text stood
	Precision Precision  `json:"precision,omitempty"`
	Zone      string     `json:"zone,omitempty"` // IANA name or offset in which Time's day is meant
	Time      time.Time  `json:"time,omitzero"`  // for Day: 00:00 of that day in Zone; UTC
}

// Known reports whether a date could be read.
func (d Date) Known() bool { return d.Precision != Unknown }

// In returns the moment in the date's own zone: an IANA name, or an offset
// such as "+08:00". A zone that is not known means UTC.
func (d Date) In() time.Time { return d.Time.In(Location(d.Zone)) }

// Day is the calendar day in the date's own zone as 2006-01-02, or empty.
func (d Date) Day() string {
	if !d.Known() {
		return ""
	}
	return d.In().Format(time.DateOnly)
}

// Location finds a zone by IANA name or by offset; UTC when it is neither.
func Location(zone string) *time.Location {
	if loc, ok := zones.Load(zone); ok {
		return loc.(*time.Location)
	}
	if t, err := time.Parse("-07:00", zone); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(zone, offset)
	}
	if loc, err := time.LoadLocation(zone); err == nil && zone != "Local" { // the machine's own is nobody's
		zones.Store(zone, loc)
		return loc
	}
	return time.UTC
}

// zones are those that were asked for: time reads them from a file each time.
var zones sync.Map // IANA name -> *time.Location
