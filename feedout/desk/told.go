package desk

import (
	"slices"
	"strings"

	"chinanews/news"
)

// In is the feed as a sentence has it.
func (n Named) In(lang string) string {
	if n.ID == "" {
		return say(lang, "every feed")
	}
	return n.Title
}

// list names feeds one after the other.
func list(lang string, feeds []Named) string {
	var names []string
	for _, f := range feeds {
		names = append(names, f.In(lang))
	}
	return strings.Join(names, say(lang, ", "))
}

// Sentence says what is waited for.
func (w Wait) Sentence(lang string) string {
	feed := w.Feed.In(lang)
	switch w.Why {
	case string(news.WaitApproval):
		if w.Feed.ID == "" {
			return say(lang, "Waits for your approval.")
		}
		return say(lang, "Waits for your approval for the feed “%s”.", feed)
	case string(news.WaitChange):
		return say(lang, "It has changed since it was approved for %s, which shows what was approved.", feed)
	case string(news.WaitHold):
		return say(lang, "%s holds it.", w.By)
	case string(news.WaitEmbargo):
		return say(lang, "Under embargo until %s, by %s.", momentIn(lang, w.Until), w.By)
	case string(news.WaitConflict):
		if w.Own != "" {
			return say(lang, "Its source has changed it, and what an editor wrote stands over it. The source's title is now: “%s”", w.Own)
		}
		return say(lang, "Its source has changed it, and what an editor wrote stands over it.")
	case "flood":
		return say(lang, "They came at once and have old dates or none. They are in no feed until somebody decides.")
	}
	return w.Why
}

// Approve is what a button says that approves what waits.
func (w Wait) Approve(lang string) string {
	switch w.Why {
	case string(news.WaitChange):
		return say(lang, "Approve the change")
	case string(news.WaitHold):
		return say(lang, "Let it go")
	case string(news.WaitConflict):
		return say(lang, "Keep what we wrote")
	}
	return say(lang, "Approve")
}

// Approvable reports that an approval ends the waiting.
func (w Wait) Approvable() bool { return w.Why != string(news.WaitEmbargo) }

// did says what was done, after the name of who did it.
var did = map[news.Act]string{
	news.ActHide: "hid it", news.ActWithdraw: "withdrew it: “%s”", news.ActPin: "pinned it until %s", news.ActHold: "held it", news.ActApprove: "approved it",
	news.ActEmbargo: "put it under embargo until %s", news.ActRetitle: "gave it the title “%s”", news.ActSummary: "wrote the summary “%s”", news.ActNote: "wrote the note “%s”",
	news.ActTag: "tagged it %s", news.ActMerge: "merged it with %s", news.ActSplit: "split off what %s has",
}

// decided says the same of a flood, in the words of its buttons.
var decided = map[news.Act]string{news.ActApprove: "let them in", news.ActHide: "left them in pages"}

// Sentence says what was done, and where.
func (a Deed) Sentence(lang string) string {
	words, ok := did[a.Act]
	if a.Flood && decided[a.Act] != "" {
		words = decided[a.Act]
	}
	if !ok {
		words = string(a.Act)
	}
	var args []any
	if strings.Contains(words, "%s") {
		args = append(args, a.object(lang))
	}
	said := say(lang, words, args...)
	if a.Feed.ID != "" {
		said = say(lang, "%s in %s", said, a.Feed.Title)
	}
	if a.Undoes > 0 {
		said = say(lang, "took back: %s", said)
	}
	return said
}

// object is what an act was told.
func (a Deed) object(lang string) string {
	switch a.Act {
	case news.ActPin, news.ActEmbargo:
		return momentIn(lang, a.Until)
	case news.ActTag:
		return strings.Join(a.Tags, say(lang, ", "))
	case news.ActMerge:
		return a.Other
	case news.ActSplit:
		return strings.Join(a.Off, say(lang, ", "))
	}
	return a.Words
}

// Effects say what an act changed, each a sentence; never none.
func (d Done) Effects(lang string) (said []string) {
	tell := func(words string, feeds []Named, args ...any) {
		if len(feeds) > 0 {
			said = append(said, say(lang, words, append([]any{list(lang, feeds)}, args...)...))
		}
	}
	tell("It has left %s; a stub says so there for %d days.", d.Stubs, int(news.StubFor.Hours()/24))
	tell("It has left %s.", slices.DeleteFunc(slices.Clone(d.Left), func(f Named) bool { return slices.Contains(d.Stubs, f) }))
	if d.Came > 1 {
		tell("Into %s came %d releases.", d.Entered, d.Came)
		tell("In the pages of %s, and in none of its documents, are %d releases.", d.Paged, d.Came)
	} else {
		tell("It has entered %s.", d.Entered)
		tell("It is in the pages of %s, and in none of its documents.", d.Paged)
	}
	var again []Named
	for _, f := range d.Updated {
		if !in(d.Entered, f) {
			again = append(again, f)
		}
	}
	tell("It is marked as updated in %s.", again)
	tell("What it says now is in %s.", d.Shown)
	tell("It stands first in %s until %s.", d.First, momentIn(lang, d.Until))
	tell("It stands in its own place again in %s.", d.Last)
	for _, a := range d.Joined {
		said = append(said, say(lang, "%s leads to %s from now on.", a.From, a.To))
	}
	for _, address := range d.Parted {
		said = append(said, say(lang, "%s is a story of its own.", address))
	}
	tell("It waits for %s.", d.Waits)
	if len(said) == 0 {
		said = append(said, d.nothing(lang))
	}
	return said
}

func in(feeds []Named, f Named) bool {
	for _, g := range feeds {
		if g.ID == f.ID {
			return true
		}
	}
	return false
}

// nothing says that feeds stay as they are.
func (d Done) nothing(lang string) string {
	feeds := list(lang, d.Feeds)
	switch {
	case len(d.Feeds) == 0:
		return say(lang, "It is recorded, and no feed changes now.")
	case d.Act == news.ActTag:
		return say(lang, "Its tags change in %s.", feeds)
	}
	return say(lang, "It is recorded, and nothing changes now in %s.", feeds)
}

// reasons say why a story is not in a feed.
var reasons = map[string]string{
	"withdrawn": "An editor withdrew it.", "unfilled": "The feed has no contents yet; it has its first when every source has been asked.",
	"source": "None of its parts is of a source and language that the feed takes.", "rule": "None of its parts passes the rules.", "unread": "Its text is waited for.",
	"flood": "It is held back as part of a flood until somebody decides.", "hidden": "%s hides it.", "held": "%s holds it.", "embargo": "Under embargo until %s, by %s.",
	"approval": "It waits for your approval: the feed shows only what an editor has approved.", "sibling": "The feed has it in the language that it prefers.",
	"retired": "Its source is configured no more.", "language": "The feed does not take its language.", "removed": "It is no longer at its address, and the feed drops such.",
}

// Reasons say why a story is in a feed or not, each a sentence.
func (p Place) Reasons(lang string) (said []string) {
	switch {
	case p.Reason == "":
		said = append(said, say(lang, "It passes."))
	case p.Leaves:
		said = append(said, say(lang, "It stays until the configuration changes, and would not enter today."))
	case p.In:
		said = append(said, say(lang, "It stays, and would not enter today."))
	case p.Enters:
		said = append(said, say(lang, "It would enter with a change of the configuration."))
	}
	if words, ok := reasons[p.Reason]; ok {
		switch p.Reason {
		case "hidden", "held":
			said = append(said, say(lang, words, p.Who))
		case "embargo":
			said = append(said, say(lang, words, momentIn(lang, p.Until), p.Who))
		default:
			said = append(said, say(lang, words))
		}
	}
	if p.In && p.Entry.Rev > 0 {
		said = append(said, say(lang, "The feed holds what nobody has approved: it shows reading %d.", p.Entry.Rev))
	}
	if !p.Pinned.IsZero() {
		said = append(said, say(lang, "It stands first until %s.", momentIn(lang, p.Pinned)))
	}
	return said
}

// State says whether a feed has a story, and since when.
func (p Place) State(lang string) string {
	m := p.Entry
	switch {
	case p.Here && m.As == news.AsHistory:
		return say(lang, "in its pages since %s", momentIn(lang, m.Entered))
	case p.Here:
		return say(lang, "in since %s", momentIn(lang, m.Entered))
	case p.In:
		return say(lang, "about to enter")
	case m.Seq > 0:
		return say(lang, "out; it was in from %s", momentIn(lang, m.Entered))
	}
	return say(lang, "out")
}

// Sentence says why a part does not pass where no rule was asked; empty: a rule
// was.
func (j Judged) Sentence(lang string) string {
	if j.Reason == "source" {
		return say(lang, "The feed does not take its source.")
	}
	if words, ok := reasons[j.Reason]; ok {
		return say(lang, words)
	}
	return j.Reason
}

// Beginning is what a clause with parts says of them.
func (c Clause) Beginning(lang string) string {
	switch c.Op {
	case "and":
		return say(lang, "all of these:")
	case "or":
		return say(lang, "one of these:")
	case "not":
		return say(lang, "not:")
	}
	return c.Text
}

// kinds of readings, as pages say them.
var kinds = map[news.Change]string{
	news.First: "first", news.Fill: "its text came", news.Edit: "edited", news.Slight: "slightly changed",
}

// Kind says what a version is beside the one before.
func (v Version) Kind(lang string) string {
	said := say(lang, kinds[v.Class])
	var edits []string
	for _, e := range v.Edits {
		edits = append(edits, say(lang, string(e)))
	}
	if len(edits) > 0 {
		said = say(lang, "%s: %s", said, strings.Join(edits, say(lang, ", ")))
	}
	return said
}

// Amount says how much of a part readers may be shown; empty: all of it.
func (p Part) Amount(lang string) string {
	switch p.Source.Rights.Most() {
	case news.Summary:
		return say(lang, "Readers are shown a summary only, as the rights of source %s say (rights: %s). To change that, change its row in config.yaml.", p.Source.ID, string(p.Source.Rights))
	case news.Title:
		return say(lang, "Readers are shown the title only, as the rights of source %s say (rights: %s). To change that, change its row in config.yaml.", p.Source.ID, string(p.Source.Rights))
	}
	return ""
}
