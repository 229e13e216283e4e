package main

import (
	"fmt"
	"strings"
)

// rehearsed writes what becomes of a feed or source: counts first.
func (p *sheet) rehearsed(r rehearsed, all bool) {
	switch {
	case r.Source != "" && r.Change == changeNew:
		p.paragraph("", fmt.Sprintf("%s: a new source: what it brings is decided when it is polled", p.ink.bold(r.Source)))
		return
	case r.Source != "":
		p.paragraph("", fmt.Sprintf("%s: the source goes: it is polled no more, and its %s stay where they are", p.ink.bold(r.Source), count(r.Items, "item")))
		return
	case r.Change == changeGone:
		p.paragraph("", fmt.Sprintf("%s: the feed goes, with %s; the record keeps them, and the feed has them again should it come back", p.ink.bold(r.Feed), stories(r.Stays)))
		return
	}
	counts := []string{stories(len(r.Gains)) + does(len(r.Gains), " enters", " enter"), fmt.Sprint(len(r.Losses), does(len(r.Losses), " leaves", " leave")), fmt.Sprint(r.Stays, does(r.Stays, " stays", " stay"))}
	if r.Change == changeNew {
		counts = []string{"a new feed: " + stories(len(r.Gains)) + does(len(r.Gains), " is", " are") + " its first contents"}
	}
	if r.Leads > 0 {
		counts = append(counts, fmt.Sprintf("%d of them with another text or link", r.Leads))
	}
	if len(r.Waits) > 0 {
		counts = append(counts, fmt.Sprint(len(r.Waits), does(len(r.Waits), " begins", " begin"), " to wait for an approval"))
	}
	p.paragraph("", p.ink.bold(r.Feed)+": "+strings.Join(counts, ", "))
	p.moves("+", r.Gains, all)
	p.moves("-", r.Losses, all)
	p.moves("?", r.Waits, all)
}

func (p *sheet) moves(mark string, list []moveSaid, all bool) {
	shown := list
	if !all {
		shown = list[:min(len(list), shownMoves)]
	}
	for _, m := range shown {
		as := ""
		if m.As != "" {
			as = ", as " + string(m.As)
		}
		p.paragraph("  ", fmt.Sprintf("%s %s %s%s", mark, m.Story, wrap(m.Title, statusWidth-30)[0], as))
		p.paragraph("      ", m.Why)
	}
	if more := len(list) - len(shown); more > 0 {
		p.line("  %s and %d more; --all shows them", mark, more)
	}
}

// rehearsal ends the report.
func (p *sheet) rehearsal(file string) {
	p.paragraph("", fmt.Sprintf("Nothing was changed. This is what a start with %s would do to the record as it is now.", file))
}
