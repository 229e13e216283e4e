package induce

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// List is a guess at how a page's list of releases is read.
type List struct {
	List       news.List
	Pages      news.Pages
	Items      []news.Entry // what the guess finds on this page
	Confidence float64      // 0 to 1; below Unsure a person should look
	Reasons    []string     // in words
}

// Unsure is the confidence below which a guess needs a person's eye.
const Unsure = 0.6

// maxLists is how many guesses are worked out.
const maxLists = 3

// Lists are guesses at a page's list of releases, the best first; none when
// nothing on the page looks like one.
func (p *Page) Lists() []List {
	var out []List
	for _, g := range p.groups {
		if len(out) == maxLists || g.score < leastScore {
			break
		}
		if l, ok := p.list(g); ok && !told(out, l) {
			out = append(out, l)
		}
	}
	if len(out) > 0 {
		p.doubt(&out[0])
	}
	return out
}

// leastScore is below what any list of releases reaches.
const leastScore = 0.2

// told reports a guess that finds what one before it found.
func told(before []List, l List) bool {
	return slices.ContainsFunc(before, func(b List) bool {
		return slices.EqualFunc(b.Items, l.Items, func(x, y news.Entry) bool { return x.URL == y.URL })
	})
}

// list makes a row of a group and reads the page by it.
func (p *Page) list(g *group) (List, bool) {
	found := p.name(g)
	if found.css == "" {
		return List{}, false
	}
	l := List{List: news.List{Item: []string{found.css}}}
	l.say(g.reasons...)
	switch named := strings.ContainsAny(found.css, ".#"); {
	case !found.exact(len(g.links)):
		l.narrow(g, fmt.Sprintf("%q finds %d other links too, so their addresses decide", found.css, len(found.wrong)))
	case !named:
		l.narrow(g, "the page gives its list no name, so the addresses are checked too")
	}
	if css := p.linkOf(g); css != "" {
		l.List.Link = []string{css}
	}
	if css := p.titleOf(g); css != "" {
		l.List.Title = []string{css}
	}
	l.Items = p.read(l.List)
	agreed := agreement(g, l.Items)
	if agreed < 0.5 {
		return l, false
	}
	p.dateFrom(g, &l)
	l.Pages = p.pages()
	l.Confidence = g.confidence() * agreed
	if agreed < wantedShare {
		l.say(fmt.Sprintf("the selector agrees with the list in %.0f %% of the items only", 100*agreed))
	}
	return l, true
}

func (l *List) say(words ...string) { l.Reasons = append(l.Reasons, words...) }

// narrow adds a pattern of addresses where no selector tells the list's
// blocks from others.
func (l *List) narrow(g *group, why string) {
	if expr := pattern(g.addresses()); expr != "" {
		l.List.LinkMatch = expr
		l.say(why)
	}
}

// read reads the page by a row, as a poll will.
func (p *Page) read(l news.List) []news.Entry {
	got, problem := page.List(p.utf8, news.Source{List: l}, p.asked, page.Options{Now: p.now, MaxItems: maxLinks})
	if problem != nil {
		return nil
	}
	return got.Entries
}

// agreement is the share of what is in a group, or was read, that is in both;
// rows with odd titles that were read besides count as much as they resemble
// the rest.
func agreement(g *group, items []news.Entry) float64 {
	if len(items) == 0 {
		return 0
	}
	both, other := 0, 0
	for _, e := range items {
		if g.keys[e.Canonical()] {
			both++
		} else if !releaseLike(e.URL) {
			other++
		}
	}
	return float64(both) / float64(len(g.links)+other)
}

// dateFrom adds to a row how its dates are found, where the item's own text does
// not do.
func (p *Page) dateFrom(g *group, l *List) {
	ways := p.datesOf(g)
	if datedItems(l.Items) == 0 && len(l.List.Date) == 0 && p.titleDates(g) {
		ways = append(ways, dating{css: "a"})
	}
	p.dateBy(ways, l)
	known, want := datedItems(l.Items), g.dated
	switch {
	case known == 0 && want > 0 && g.apart:
		l.say("dates stand beside the items, where no selector reaches them; they are taken from the releases' own pages")
	case known == 0:
		l.say("no dates were seen; they are taken from the releases' own pages or addresses")
	case known < len(l.Items):
		l.say(fmt.Sprintf("%d of %d items have a date", known, len(l.Items)))
	}
}

// dateBy adds the first of several ways that finds more dates than the row
// does, or other ones in nearly all items. A way whose dates are odd is taken
// only when no other does.
func (p *Page) dateBy(ways []dating, l *List) {
	best, css := *l, ""
	for _, d := range ways {
		trial := *l
		trial.List.Date = []string{d.css}
		if d.layout != "" {
			trial.List.DateLayouts = []string{d.layout}
		}
		trial.Items = p.read(trial.List)
		if p.datesBetter(trial.Items, best.Items) {
			best, css = trial, d.css
		}
		if n := datedItems(trial.Items); n*10 >= len(trial.Items)*9 && p.oddity(trial.Items) == 0 {
			break
		}
	}
	if css != "" {
		*l = best
		l.say(fmt.Sprintf("%q holds the dates", css))
	}
}

// datesBetter reports whether a reading's dates are to be preferred to
// another's.
func (p *Page) datesBetter(items, before []news.Entry) bool {
	n, known := datedItems(items), datedItems(before)
	nearly := n*10 >= len(items)*9
	switch odd, was := p.oddity(items), p.oddity(before); {
	case n == 0 || known > 0 && odd > was:
		return false
	case known > 0 && odd < was:
		return nearly
	case odd > 0 && known > 0: // no odder than before
		return n > known
	}
	return n > known || n >= known && nearly && !sameDates(items, before)
}

// fewDated is how many items may well be of one day.
const fewDated = 3

// oddity says how little a list's dates look like those of releases: 2 when
// any is to come, 1 when all are one day, as a sentence in each item may name.
func (p *Page) oddity(items []news.Entry) int {
	days := make(map[string]bool)
	for _, e := range items {
		if !e.Date.Known() || e.Date.Origin != news.FromList {
			continue
		}
		if p.toCome(e.Date) {
			return 2
		}
		days[e.Date.Day()] = true
	}
	if len(days) == 1 && datedItems(items) > fewDated {
		return 1
	}
	return 0
}

// toCome reports a date that no release can have yet.
func (p *Page) toCome(d news.Date) bool { return d.Time.After(p.now.Add(24 * time.Hour)) }

// titleDates reports titles that state the date themselves, in blocks that say
// no other.
func (p *Page) titleDates(g *group) bool {
	n := 0
	for i, l := range g.links {
		if g.blocks[i] != l.node && p.date(l.title).Known() {
			n++
		}
	}
	return n*10 >= len(g.links)*9
}

func datedItems(items []news.Entry) int {
	n := 0
	for _, e := range items {
		if e.Date.Known() && e.Date.Origin == news.FromList {
			n++
		}
	}
	return n
}

func sameDates(a, b []news.Entry) bool {
	return slices.EqualFunc(a, b, func(x, y news.Entry) bool { return x.Date.Time.Equal(y.Date.Time) })
}

// confidence is how sure a group's score makes us.
func (g *group) confidence() float64 {
	c := min(1, g.score*1.15)
	if g.sections {
		c = min(c, 0.45)
	}
	return c
}

// doubt lowers the best guess where the page itself speaks against it.
func (p *Page) doubt(l *List) {
	kind := p.Kind()
	switch kind.Kind {
	case KindArticle:
		l.Confidence = min(l.Confidence, 0.3)
		l.say(kind.Words)
	case KindHome:
		l.Confidence = min(l.Confidence, 0.5)
		l.say(kind.Words)
	}
}

// best is the group that is most like a list; nil when none is.
func (p *Page) best() *group {
	if len(p.groups) == 0 || p.groups[0].score < leastScore {
		return nil
	}
	return p.groups[0]
}
