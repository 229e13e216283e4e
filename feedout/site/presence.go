package site

import (
	"strings"
	"time"

	"chinanews/news"
)

// presence says of a release that is not where it was what was seen, and when.
// It does not say why: nobody knows. Of others it says nothing.
func presence(lang string, i Item) string {
	day := only(lang, news.Date{Zone: beijing, Time: lastSeen(i)})
	switch p := i.Lead.Presence; p {
	case news.Missing:
		looks := moment(lang, i.Lead.Missed)
		if i.Lead.Looks > 1 {
			looks = say(lang, "%d looks in a row since %s", i.Lead.Looks, looks)
		}
		return say(lang, "When last looked at (%s), this page was not found at its address; that may pass. Text as last seen on %s.", looks, day)
	case news.Removed:
		return say(lang, "No longer at its address since %s. Text as last seen on %s.", moment(lang, i.Lead.Missed), day)
	case news.Unlisted:
		return say(lang, "Still at its address, and no longer in its source's list.")
	}
	return ""
}

// lastSeen is when a release was last found: by a look, or by its newest
// reading.
func lastSeen(i Item) time.Time {
	seen := i.Lead.FirstSeen
	for _, r := range i.Lead.Revisions {
		if r.At.After(seen) {
			seen = r.At
		}
	}
	if i.LastSeen.After(seen) {
		return i.LastSeen
	}
	return seen
}

// brief is the same of a carrier, in few words.
func brief(lang string, p news.Presence) string {
	return say(lang, map[news.Presence]string{news.Missing: "not found when last looked at", news.Removed: "no longer at its address", news.Unlisted: "no longer in its list"}[p])
}

// looks are what looks found of a release that is not where it was, the
// newest last; of others none.
func looks(i Item) []news.Look {
	if i.Lead.Presence != news.Missing && i.Lead.Presence != news.Removed {
		return nil
	}
	return i.Lead.Evidence
}

// found says what a look found.
func found(lang string, s news.Sighting) string { return say(lang, sightings[s]) }

var sightings = map[news.Sighting]string{
	news.SawPage: "the release", news.SawNothing: "an answer that there is no such page", news.SawSoft: "a page that says that there is none", news.SawHome: "a front page in its place",
	news.SawOutage: "no answer, or an error", news.SawChallenge: "a page that asks who we are", news.SawRedesign: "a page of another form",
}

// touched says what version n of a release is beside the one before.
func touched(lang string, i Item, n int) string {
	all := i.Lead.Versions()
	r := all[n-1]
	if n > 1 && r.Class == news.Fill && r.Kind == news.TaskLook && r.Fingerprint == all[n-2].Fingerprint {
		return say(lang, "found at another address")
	}
	var parts []string
	for _, c := range r.Edits {
		if words := edits[c]; words != "" {
			parts = append(parts, say(lang, words))
		}
	}
	if len(parts) == 0 {
		return say(lang, changes[r.Class])
	}
	return strings.Join(parts, say(lang, ", "))
}

var edits = map[news.EditClass]string{
	news.EditHeadline: "headline changed", news.EditNumber: "number changed", news.EditName: "name changed", news.EditDate: "date changed", news.EditRemoved: "passage no longer in the text",
	news.EditAdded: "passage added", news.EditMoved: "order of passages changed", news.EditTypography: "written differently",
}

var changes = map[news.Change]string{
	news.First: "as first seen", news.Fill: "its text came", news.Edit: "text changed", news.Slight: "written differently",
}
