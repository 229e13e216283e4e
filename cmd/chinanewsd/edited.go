package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// edited is what became of an act. Feeds are named by their ids, stories by
// their addresses.
type edited struct {
	Pos    uint64   `json:"pos"` // of its record
	Act    news.Act `json:"act"`
	Name   string   `json:"name"`             // of the story or flood
	Title  string   `json:"title"`            // that readers see, so of an editor's if there is one
	Undoes uint64   `json:"undoes,omitempty"` // record of the act that this one took back

	Feeds   []string  `json:"feeds"` // that it is in now, as far as the act is about them
	Left    []string  `json:"left,omitempty"`
	Stubs   []string  `json:"stubs,omitempty"` // of those: whose documents have a stub in its place
	Entered []string  `json:"entered,omitempty"`
	Paged   []string  `json:"paged,omitempty"`   // feeds of which it is in the pages only: it is history there
	Updated []string  `json:"updated,omitempty"` // where readers are told that it changed
	Shown   []string  `json:"shown,omitempty"`   // where another text of it is shown
	First   []string  `json:"first,omitempty"`   // where it stands first from now on
	Last    []string  `json:"last,omitempty"`    // where it does no more
	Until   time.Time `json:"until,omitzero"`
	Waits   []string  `json:"waits,omitempty"`  // why, in words
	Joined  []string  `json:"joined,omitempty"` // stories that lead to another from now on
	Parted  []string  `json:"parted,omitempty"` // stories that are their own from now on
	Came    int       `json:"came,omitempty"`   // releases that entered, of a flood

	Erased  bool     `json:"erased,omitempty"`
	Backups []string `json:"backups,omitempty"` // and other files that may hold it still
}

// edited reads what became of an act from the ruling that followed it.
func (h *house) edited(l *storage.Ledger, e news.Editing, receipt storage.Receipt) edited {
	s, _ := l.Story(e.Scope.Story)
	d := edited{Pos: receipt.Pos, Act: e.Act, Undoes: e.Undoes, Name: h.nameOf(s, e.Scope), Title: shownTitle(l, s), Until: e.Args.Until, Erased: e.Args.Erase}
	d.Feeds = slices.DeleteFunc(h.feedsWith(l, s), func(id string) bool { return e.Scope.Feed != "" && id != h.feedID(e.Scope.Feed) })
	h.moves(&d, receipt.Ruling)
	for _, x := range receipt.Ruling.Leave {
		if m, _ := l.Membership(x.Feed, x.Story); x.Why == news.LeftWithdrawn && m.As == news.AsNews {
			d.Stubs = append(d.Stubs, h.feedID(x.Feed))
		}
	}
	for _, a := range receipt.Ruling.Alias {
		d.Joined = append(d.Joined, l.Address(a.From)+" leads to "+l.Address(a.To))
	}
	for _, put := range receipt.Ruling.Stories {
		if address := l.Address(put.Story); put.Story != s.ID && !slices.Contains(d.Parted, address) {
			d.Parted = append(d.Parted, address)
		}
	}
	d.wait(h, receipt.Ruling.Waits)
	return d
}

// wait names the feeds for which it waits now, each once: a flood is many.
func (d *edited) wait(h *house, waits []news.Wait) {
	for _, w := range waits {
		if feed := cmp.Or(h.feedID(w.Feed), "every feed"); w.Why != "" && !slices.Contains(d.Waits, feed) {
			d.Waits = append(d.Waits, feed)
		}
	}
}

// moves are what a ruling changes in feeds.
func (h *house) moves(d *edited, r news.Ruling) {
	add := func(list *[]string, name news.FeedName) {
		if id := h.feedID(name); !slices.Contains(*list, id) {
			*list = append(*list, id)
		}
	}
	for _, x := range r.Leave {
		if x.Why != news.LeftMerged {
			add(&d.Left, x.Feed)
		}
	}
	stories := make(map[news.StoryID]bool)
	for _, x := range r.Enter {
		if x.As == news.AsHistory {
			add(&d.Paged, x.Feed)
		} else {
			add(&d.Entered, x.Feed)
		}
		stories[x.Story] = true
	}
	d.Came = len(stories)
	for _, x := range r.Updated {
		add(&d.Updated, x.Feed)
	}
	for _, x := range r.Leads {
		add(&d.Shown, x.Feed)
	}
	for _, x := range r.Pins {
		if x.Until.IsZero() {
			add(&d.Last, x.Feed)
		} else {
			add(&d.First, x.Feed)
		}
	}
}

// actWords are how acts are told that were done.
var actWords = map[news.Act]string{
	news.ActHide: "hidden", news.ActWithdraw: "withdrawn", news.ActPin: "pinned", news.ActHold: "held", news.ActApprove: "approved",
	news.ActEmbargo: "under embargo", news.ActRetitle: "retitled", news.ActSummary: "summary written", news.ActNote: "note written",
	news.ActTag: "tagged", news.ActMerge: "merged", news.ActSplit: "split",
}

// String says what was done, and what was not.
func (d edited) String() string {
	head := fmt.Sprintf("%s (record %d)", actWords[d.Act], d.Pos)
	if d.Undoes > 0 {
		head = fmt.Sprintf("taken back: the %s of record %d (record %d)", d.Act, d.Undoes, d.Pos)
	}
	of := d.Name
	if d.Title != "" && !d.Erased {
		of += " " + quoted(d.Title)
	}
	text := head + ": " + strings.Join(d.effects(time.Local), "; ") + "\n    " + of + "\n"
	if d.Erased {
		text += d.erasure()
	}
	return text
}

// effects are what it changed, each a clause; never none.
func (d edited) effects(zone *time.Location) (list []string) {
	say := func(format string, feeds []string) {
		if len(feeds) > 0 {
			list = append(list, fmt.Sprintf(format, strings.Join(feeds, ", ")))
		}
	}
	say("it has left %s; "+fmt.Sprintf("a stub says so there for %d days, and its page why", int(news.StubFor/(24*time.Hour))), d.Stubs)
	unmarked := slices.DeleteFunc(slices.Clone(d.Left), func(id string) bool { return slices.Contains(d.Stubs, id) })
	if d.Act == news.ActWithdraw {
		say("it has left the pages of %s; its own page says why", unmarked)
	} else {
		say("it has left %s", unmarked)
	}
	if d.Came > 1 {
		say(fmt.Sprintf("%d releases have entered", d.Came)+" %s", d.Entered)
		say(fmt.Sprintf("%d releases are", d.Came)+" in the pages of %s and in none of their documents", d.Paged)
	} else {
		say("it has entered %s", d.Entered)
		say("it is in the pages of %s and in none of their documents", d.Paged)
	}
	again := slices.DeleteFunc(slices.Clone(d.Updated), func(id string) bool { return slices.Contains(d.Entered, id) })
	say("in %s it is marked as updated", again)
	say("%s shows what it says now", d.Shown)
	say("it stands first in %s until "+d.Until.In(zone).Format(minute), d.First)
	say("it stands in its own place again in %s", d.Last)
	say("%s from now on", d.Joined)
	say("%s is a story of its own", d.Parted)
	say("it waits for %s, as `chinanewsd queue` says", d.Waits)
	if len(list) == 0 {
		list = append(list, d.nothing())
	}
	return list
}

// nothing says that feeds stay as they are, and why.
func (d edited) nothing() string {
	texts := []news.Act{news.ActRetitle, news.ActSummary, news.ActNote}
	switch {
	case len(d.Feeds) > 0 && slices.Contains(texts, d.Act):
		return "`updated` does not move in " + strings.Join(d.Feeds, ", ")
	case len(d.Feeds) > 0 && d.Act == news.ActTag:
		return "its tags change in " + strings.Join(d.Feeds, ", ")
	case d.Act == news.ActApprove && d.Undoes == 0 && len(d.Feeds) > 0:
		return "recorded; nothing changes now in " + strings.Join(d.Feeds, ", ") + "; `chinanewsd explain " + d.Name + "` says why"
	case len(d.Feeds) > 0:
		return "recorded; nothing changes now in " + strings.Join(d.Feeds, ", ")
	case strings.Contains(d.Name, "/"):
		return "recorded; no feed changes now"
	case d.Act == news.ActWithdraw:
		return "it was in no feed"
	}
	return "recorded; it is in no feed now, so nothing changes"
}

// erasure says what was destroyed, what was not, and where else to look.
func (d edited) erasure() string {
	var b strings.Builder
	b.WriteString("erased: its texts in every version, what was told of its changes, and its captures\n")
	b.WriteString("The log keeps its titles, addresses, dates and digests: they are what the chain is made of.\n")
	b.WriteString("Free pages of news.db may still hold bytes of it until `chinanewsd compact` writes the file anew.\n")
	if len(d.Backups) == 0 {
		b.WriteString("No other file in the data directory holds it; think of copies elsewhere.\n")
	} else {
		b.WriteString("These files are no part of the record or are backups, and may hold it; delete them, and think of copies elsewhere:\n")
	}
	for _, file := range d.Backups {
		b.WriteString("    " + file + "\n")
	}
	return b.String()
}
