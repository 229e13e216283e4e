package main

import (
	"fmt"
	"strings"
)

// unseen says of a page that is not in the record which source it looks like,
// and what may have kept it out.
func (p *sheet) unseen(u unseen) {
	p.paragraph("", fmt.Sprintf("The record has nothing of %s.", u.URL))
	switch {
	case u.Ours:
		p.paragraph("", "It is an address of this site; no story is there.")
		return
	case len(u.Sources) == 0 && len(u.Offers) > 0:
		p.paragraph("", fmt.Sprintf("No source has the host %s. The catalogue has rows for it: %s; name one under sources: to poll it.", u.Host, strings.Join(u.Offers, ", ")))
		return
	case len(u.Sources) == 0:
		p.paragraph("", fmt.Sprintf("No source has the host %s. `chinanewsd discover %s` works out a row for it.", u.Host, u.URL))
		return
	}
	for _, k := range u.Sources {
		p.lookalike(k, u.Day)
	}
}

func (p *sheet) lookalike(k lookalike, day string) {
	p.line("\n%s", p.ink.bold(k.Source))
	words := "it shares " + k.Shares + " with addresses of this source"
	if k.Known > 0 {
		words = fmt.Sprintf("one of this source's: %s of it %s in the same folder", count(k.Known, "release"), does(k.Known, "lies", "lie"))
	}
	p.field("Looks like", words)
	for _, l := range k.Listings {
		p.field("List", l.URL)
		p.field("Read", fmt.Sprintf("well %s, with %s; asked %s; next %s", p.ago(l.LastGood), entries(l.Entries), p.ago(l.LastTry), p.ago(l.Next)))
		p.field("State", strings.TrimSuffix(string(l.State)+": "+l.Words+"; "+l.Hint, "; "))
	}
	if k.Oldest != "" {
		words := "about to " + k.Oldest + " when last read"
		if day != "" && day < k.Oldest {
			words += "; the page's address says " + day + ", which is before"
		}
		p.field("Reaches", words)
	}
	switch {
	case k.Skipped != "":
		p.field("Skipped", "by "+k.Skipped+" of its row: a link to it is not followed")
	case k.Paused:
		p.field("Paused", "in its row: it is not asked")
	}
	for _, rule := range [][2]string{{"include", k.Include}, {"exclude", k.Exclude}} {
		if rule[1] != "" {
			p.field("Row", fmt.Sprintf("%s: %s is asked of title and text, once they are known", rule[0], rule[1]))
		}
	}
	if len(k.Feeds) == 0 {
		p.field("Feeds", "none takes this source")
	} else {
		p.field("Feeds", "taken by "+strings.Join(k.Feeds, ", "))
	}
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
