package main

import (
	"cmp"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// subject is what an alarm is about.
type subject struct {
	kind  news.AlarmKind
	about string
}

// symptom is how a subject is. One that is neither bad nor well is not found.
type symptom struct {
	subject
	bad                bool
	title, words, hint string // of what is bad
	back               string // of what is well: a line that says so
}

func well(s subject, back string) symptom { return symptom{subject: s, back: back} }

// alarms are the times of each subject, oldest first. Whoever holds them looks
// after their being used by one at a time.
type alarms map[subject][]news.Alarm

// newAlarms has what is remembered, in the order in which it was noticed.
func newAlarms(list []news.Alarm) alarms {
	a := make(alarms)
	for _, one := range list {
		s := subject{one.Kind, one.About}
		a[s] = append(a[s], one)
	}
	for _, times := range a { // the clock may have been odd
		slices.SortFunc(times, func(a, b news.Alarm) int { return cmp.Compare(a.N, b.N) })
	}
	return a
}

// standing is the alarm of a subject that is not over.
func (a alarms) standing(s subject) (news.Alarm, bool) {
	if times := a[s]; len(times) > 0 && times[len(times)-1].Stands() {
		return times[len(times)-1], true
	}
	return news.Alarm{}, false
}

// take changes alarms by what was found at a moment, and returns those that
// began or ended by it. What is found again changes nothing.
func (a alarms) take(at time.Time, found []symptom) (turned []news.Alarm) {
	for _, f := range found {
		times := a[f.subject]
		last, stands := a.standing(f.subject)
		switch {
		case f.bad && !stands:
			n := 1
			if len(times) > 0 {
				n = times[len(times)-1].N + 1
			}
			last = news.Alarm{Kind: f.kind, About: f.about, N: n, Since: at, Title: f.title, Words: f.words, Hint: f.hint}
			times = append(times, last)
			a[f.subject] = times[max(0, len(times)-storage.AlarmTimes):]
		case !f.bad && stands:
			last.Over, last.Back = latest(at, last.Since.Add(time.Second)), f.back // readers sort by time
			times[len(times)-1] = last
		default:
			continue
		}
		turned = append(turned, last)
	}
	return turned
}

// count counts those that stand, by kind.
func (a alarms) count() map[news.AlarmKind]int {
	counts := make(map[news.AlarmKind]int)
	for s := range a {
		if _, stands := a.standing(s); stands {
			counts[s.kind]++
		}
	}
	return counts
}

// orphans are the subjects of a kind that stand and are not known any more.
func (a alarms) orphans(kind news.AlarmKind, known func(about string) bool) (list []subject) {
	for s := range a {
		if _, stands := a.standing(s); stands && s.kind == kind && !known(s.about) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b subject) int { return cmp.Compare(a.about, b.about) })
	return list
}
