package news

import (
	"strconv"
	"time"
)

// AlarmKind says what an operator is alarmed about.
type AlarmKind string

// The kinds of alarms.
const (
	AlarmSource      AlarmKind = "source"      // About is its permanent name
	AlarmCertificate AlarmKind = "certificate" // About is the host that a listing is asked of
	AlarmBackup      AlarmKind = "backup"
	AlarmDisk        AlarmKind = "disk"
	AlarmClock       AlarmKind = "clock"
	AlarmReload      AlarmKind = "reload"
	AlarmCluster     AlarmKind = "cluster" // what nodes share, as this one sees it
)

// AlarmKinds are all of them.
var AlarmKinds = []AlarmKind{AlarmSource, AlarmCertificate, AlarmBackup, AlarmDisk, AlarmClock, AlarmReload, AlarmCluster}

// Alarm is one time that something about the running of the site was not well,
// from when that was noticed until it was over. Operators are told of both. It is
// state.
type Alarm struct {
	Kind  AlarmKind `json:"kind"`
	About string    `json:"about,omitempty"` // which one, of a kind that has several
	N     int       `json:"n"`               // counts the times of this Kind and About, from 1
	Since time.Time `json:"since"`
	Title string    `json:"title"`          // a line: what is not well
	Words string    `json:"words"`          // what happened
	Hint  string    `json:"hint,omitempty"` // what to do; empty: nothing
	Over  time.Time `json:"over,omitzero"`  // zero: it is so still
	Back  string    `json:"back,omitempty"` // a line: that it is well again
}

// Stands reports whether it is so still.
func (a Alarm) Stands() bool { return a.Over.IsZero() }

// AlarmURN is the id of an alarm's entry, over that of the entry which says that
// it is over. Both follow from which time of what it was, and from no clock: what
// could not be written down and is noticed once more has the same id.
func AlarmURN(site string, a Alarm, over bool) string {
	name := "chinanews alarm 1\n" + site + "\n" + string(a.Kind) + "\n" + a.About + "\n" + strconv.Itoa(a.N)
	if over {
		name += "\nover"
	}
	return urn(name)
}

// HealthURN is the id of the alarms as a feed.
func HealthURN(site string) string { return urn("chinanews health 1\n" + site) }

// TLSCertificate is what an https host showed when it was last asked.
type TLSCertificate struct {
	Host  string    `json:"host"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

const (
	renewWithin = 14 * 24 * time.Hour
	renewShare  = 4 // of its time that is left when one of a short time should have been renewed
)

// Late is when a certificate should have been renewed: 14 days before its end,
// or when a quarter of its time is left, if that is later. Zero: there is none.
func (c TLSCertificate) Late() time.Time {
	if c.Until.IsZero() {
		return time.Time{}
	}
	return c.Until.Add(-min(renewWithin, c.Until.Sub(c.From)/renewShare))
}
