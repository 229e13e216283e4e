package induce

import (
	"fmt"
	"slices"
	"strings"

	"chinanews/news"
)

// Mend guesses the list of a source that went bad: of the groups on the page,
// the one whose titles the source had. titles are what its last good listing
// held. Without two of them on the page it is the best guess that Lists gives,
// and says so; ok is false when there is none.
func (p *Page) Mend(titles []string) (l List, ok bool) {
	known := foldedTitles(titles)
	best, most := (*group)(nil), 1
	for _, g := range p.groups {
		n := known.count(g)
		if n > most || n == most && best != nil && len(g.links) < len(best.links) {
			best, most = g, n
		}
	}
	if best != nil {
		if l, ok := p.list(best); ok {
			l.Confidence = max(l.Confidence, min(0.95, 0.5+0.5*float64(most)/float64(len(best.links))))
			l.Reasons = slices.Insert(l.Reasons, 0, fmt.Sprintf("%d of the titles that the source had stand in it", most))
			return l, true
		}
	}
	lists := p.Lists()
	if len(lists) == 0 {
		return List{}, false
	}
	l = lists[0]
	l.Confidence = min(l.Confidence, 0.5)
	l.say("hardly any title that the source had stands on the page")
	return l, true
}

// knownTitles are titles reduced to what does not change with typography.
type knownTitles map[string]bool

// sureTitle is how many letters of a title tell it from others: listings cut
// titles short.
const sureTitle = 12

func foldedTitles(titles []string) knownTitles {
	known := make(knownTitles)
	for _, t := range titles {
		known[beginning(t)] = true
	}
	delete(known, "")
	return known
}

func beginning(title string) string {
	return short(news.Folded(strings.TrimRight(title, "….")), sureTitle)
}

func (k knownTitles) count(g *group) int {
	n := 0
	for _, l := range g.links {
		if k[beginning(l.title)] {
			n++
		}
	}
	return n
}
