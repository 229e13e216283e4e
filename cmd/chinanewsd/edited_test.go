package main

import (
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// What became of an act is said from the ruling that followed it.
func TestEditedSays(t *testing.T) {
	h := &house{cfg: news.Config{Publication: news.Publication{Feeds: []news.Feed{{ID: "one", Name: "first"}, {ID: "two", Name: "two"}}}}}
	until := time.Date(2050, 12, 1, 8, 0, 0, 0, time.UTC)
	a, b := news.StoryID{1}, news.StoryID{2}
	for _, tt := range []struct {
		is   edited
		r    news.Ruling
		want string
	}{
		{edited{Act: news.ActHide}, news.Ruling{Leave: []news.Leaving{{Feed: "first", Story: a, Why: news.LeftHidden}, {Feed: "two", Story: a, Why: news.LeftHidden}}}, "it has left one, two"},
		{edited{Act: news.ActWithdraw, Stubs: []string{"two"}}, news.Ruling{Leave: []news.Leaving{{Feed: "first", Story: a, Why: news.LeftWithdrawn}, {Feed: "two", Story: a, Why: news.LeftWithdrawn}}}, "it has left two; a stub says so there for 30 days, and its page why; it has left the pages of one; its own page says why"},
		{edited{Act: news.ActWithdraw, Stubs: []string{"one"}}, news.Ruling{Leave: []news.Leaving{{Feed: "first", Story: a, Why: news.LeftWithdrawn}}}, "it has left one; a stub says so there for 30 days, and its page why"},
		{edited{Act: news.ActApprove}, news.Ruling{Enter: []news.Entering{{Feed: "first", Story: a}}, Updated: []news.Update{{Feed: "first", Story: a}}}, "it has entered one"},
		{edited{Act: news.ActApprove}, news.Ruling{Enter: []news.Entering{{Feed: "first", Story: a}, {Feed: "first", Story: b}}}, "2 releases have entered one"},
		{edited{Act: news.ActHide}, news.Ruling{Enter: []news.Entering{{Feed: "first", Story: a, As: news.AsHistory}, {Feed: "first", Story: b, As: news.AsHistory}}}, "2 releases are in the pages of one and in none of their documents"},
		{edited{Act: news.ActRetitle, Feeds: []string{"one", "two"}}, news.Ruling{Updated: []news.Update{{Feed: "two", Story: a}}}, "in two it is marked as updated"},
		{edited{Act: news.ActRetitle, Feeds: []string{"one"}}, news.Ruling{}, "`updated` does not move in one"},
		{edited{Act: news.ActTag, Feeds: []string{"one"}}, news.Ruling{}, "its tags change in one"},
		{edited{Act: news.ActApprove, Name: "x7", Feeds: []string{"one"}}, news.Ruling{}, "recorded; nothing changes now in one; `chinanewsd explain x7` says why"},
		{edited{Act: news.ActHide, Feeds: []string{}}, news.Ruling{}, "recorded; it is in no feed now, so nothing changes"},
		{edited{Act: news.ActApprove, Name: "a/2026-11-26"}, news.Ruling{}, "recorded; no feed changes now"},
		{edited{Act: news.ActPin, Until: until}, news.Ruling{Pins: []news.PinRuling{{Feed: "first", Story: a, Until: until}}}, "it stands first in one until 2050-12-01 08:00"},
		{edited{Act: news.ActPin, Undoes: 7}, news.Ruling{Pins: []news.PinRuling{{Feed: "first", Story: a}}}, "it stands in its own place again in one"},
		{edited{Act: news.ActApprove}, news.Ruling{Leads: []news.LeadRuling{{Feed: "two", Story: a}}}, "two shows what it says now"},
		{edited{Act: news.ActMerge, Joined: []string{"b leads to a"}}, news.Ruling{Leave: []news.Leaving{{Feed: "two", Story: b, Why: news.LeftMerged}}}, "b leads to a from now on"},
		{edited{Act: news.ActApprove}, news.Ruling{Waits: []news.Wait{{Feed: "two", Story: a, Why: news.WaitApproval}, {Feed: "two", Story: b, Why: news.WaitApproval}, {Feed: "first", Story: a}}}, "it waits for two, as `chinanewsd queue` says"},
		{edited{Act: news.ActHold}, news.Ruling{Waits: []news.Wait{{Story: a, Why: news.WaitHold}}, Leave: []news.Leaving{{Feed: "two", Story: a}}}, "it has left two; it waits for every feed, as `chinanewsd queue` says"},
	} {
		h.moves(&tt.is, tt.r)
		tt.is.wait(h, tt.r.Waits)
		if got := strings.Join(tt.is.effects(time.UTC), "; "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.is.Act, got, tt.want)
		}
	}
}
