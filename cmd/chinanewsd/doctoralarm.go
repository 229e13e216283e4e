package main

import (
	"chinanews/news"
)

// alarmed is the alarm of a kind that stands, as the daemon says. What stood when
// a daemon ended may be over: without one there is none.
func (d *doctor) alarmed(kind news.AlarmKind) (a news.Alarm, stands bool) {
	if !d.running {
		return a, false
	}
	for _, a := range d.over.Alarms {
		if a.Kind == kind {
			return a, true
		}
	}
	return a, false
}

// alarm tells an alarm as the daemon does.
func (d *doctor) alarm(state, what string, a news.Alarm) {
	d.tell(state, what, a.Hint, "%s. %s; so it is since %s", a.Title, a.Words, d.stamp(a.Since))
}

// certificates tells of those of sources that end soon.
func (d *doctor) certificates() {
	for _, a := range d.over.Alarms {
		if d.running && a.Kind == news.AlarmCertificate {
			d.alarm(doctorWarn, "certificate", a)
		}
	}
}
