package desk

import (
	"cmp"
	"strings"
	"time"

	"chinanews/news"
)

// shownEvent is an event as the log shows it.
type shownEvent struct {
	Lang    string
	Stories bool // there are pages of them
	Event
}

// Clock is when it was, on its day.
func (e shownEvent) Clock() string { return clock(e.At) }

func clock(t time.Time) string { return t.In(news.Location("Asia/Shanghai")).Format("15:04") }

// Machine is when it was, for programs.
func (e shownEvent) Machine() string { return e.At.UTC().Format(time.RFC3339) }

// Place is where it stands in the log.
func (e shownEvent) Place(pos uint64) string { return LogPlace{Pos: pos + 1}.String() }

// By is who did it.
func (e shownEvent) By() string {
	if e.Kind == EventSignIn && e.Who == "" {
		return say(e.Lang, "a name that no user has")
	}
	return cmp.Or(e.Who, say(e.Lang, "the program"))
}

// What says what was done.
func (e shownEvent) What() string {
	switch e.Kind {
	case EventAct:
		return e.acted()
	case EventConfig:
		if len(e.Changes) == 0 {
			return say(e.Lang, "Configuration recorded")
		}
		return say(e.Lang, "Configuration changed")
	case EventPrune:
		return e.pruned()
	case EventMark:
		return e.marked()
	}
	if e.Failed > 0 {
		return say(e.Lang, "Failed sign-ins within an hour: %d", e.Failed)
	}
	return say(e.Lang, "Sign-in")
}

// actNames are the acts as they are told. Those that are not known are told by
// their names.
var actNames = map[news.Act]string{
	news.ActHide: "Hidden", news.ActWithdraw: "Withdrawn", news.ActPin: "Pinned", news.ActHold: "Held", news.ActApprove: "Approved", news.ActEmbargo: "Under embargo",
	news.ActRetitle: "Title written", news.ActSummary: "Summary written", news.ActNote: "Note written", news.ActTag: "Tagged", news.ActMerge: "Merged", news.ActSplit: "Split",
}

// floodNames are the acts on floods, in the words of their buttons.
var floodNames = map[news.Act]string{news.ActApprove: "Let in", news.ActHide: "Left in pages"}

// ofFlood is the name of an act on a flood; empty: it has none, or is on a
// story.
func (e shownEvent) ofFlood() string {
	if e.Flood == "" {
		return ""
	}
	return floodNames[e.Act]
}

func (e shownEvent) acted() string {
	name := string(e.Act)
	if known := cmp.Or(e.ofFlood(), actNames[e.Act]); known != "" {
		name = say(e.Lang, known)
	}
	if e.Undoes > 0 {
		return say(e.Lang, "“%s” taken back", name)
	}
	return name
}

func (e shownEvent) pruned() string {
	if e.Why == news.ByErasure {
		return say(e.Lang, "Erased: %s, %s", say(e.Lang, "%d texts", e.Texts), say(e.Lang, "%d captures", e.Bodies))
	}
	var parts []string
	if e.Texts > 0 {
		parts = append(parts, say(e.Lang, "%d texts", e.Texts))
	}
	if e.Captures != "" {
		day, _ := written(e.Lang, e.Captures)
		parts = append(parts, say(e.Lang, "captures of days before %s", day))
	}
	return say(e.Lang, "Thrown away, as long as it was to be kept: %s", strings.Join(parts, say(e.Lang, ", ")))
}

func (e shownEvent) marked() string {
	switch e.Mark {
	case "genesis":
		return say(e.Lang, "The record begins")
	case "restored":
		return say(e.Lang, "The record was restored from a backup that went up to record %d", e.From)
	case "migrated":
		return say(e.Lang, "The record's file was brought to a newer form")
	}
	return e.Mark
}

// Details are what else there is to say, a line each. What an editor wrote
// stands in Text.
func (e shownEvent) Details() (lines []string) {
	add := func(english string, args ...any) { lines = append(lines, say(e.Lang, english, args...)) }
	if e.Feed != "" {
		add("In the feed %s", e.Feed)
	}
	if !e.Args.Until.IsZero() {
		day, _ := written(e.Lang, news.BeijingDay(e.Args.Until))
		add("Until %s, %s Beijing time", day, clock(e.Args.Until))
	}
	if len(e.Args.Tags) > 0 {
		add("Tags: %s", strings.Join(e.Args.Tags, say(e.Lang, ", ")))
	}
	if n := len(e.Args.Items); n > 0 {
		add("Items that went: %d", n)
	}
	if e.Args.Rev > 0 {
		add("Reading %d was read", e.Args.Rev)
	}
	if e.Args.Erase {
		add("Texts and captures were destroyed")
	}
	for _, c := range e.Changes {
		lines = append(lines, c.in(e.Lang))
	}
	if e.Kind == EventSignIn && e.Agent != "" {
		lines = append(lines, e.Agent)
	}
	return lines
}

// Text is what an editor wrote.
func (e shownEvent) Text() string { return cmp.Or(e.Args.Text, e.Args.Reason) }

// changed says what of the configuration was changed; sites and words are
// one each.
var changed = map[string]string{
	"source added": "Source added: %s", "source removed": "Source taken out: %s", "source changed": "Source changed: %s",
	"feed added": "Feed added: %s", "feed removed": "Feed taken out: %s", "feed changed": "Feed changed: %s",
	"words added": "Words added: %s", "words removed": "Words taken out: %s", "words changed": "Words changed: %s", "site changed": "Site changed",
}

func (c ConfigChange) in(lang string) string {
	sentence, ok := changed[c.Of+" "+c.How]
	if !ok {
		return strings.Join([]string{c.Of, c.Name, c.How}, " ")
	}
	text := say(lang, sentence)
	if strings.Contains(sentence, "%s") {
		text = say(lang, sentence, c.Name)
	}
	if len(c.Keys) > 0 {
		text += say(lang, " (%s)", strings.Join(c.Keys, say(lang, ", ")))
	}
	return text
}
