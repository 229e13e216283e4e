package sibling

import "chinanews/news"

// Outline is the smaller part of a text, and decides most pairs: its language,
// numbers, days, and what it says of the table. It never changes.
type Outline struct {
	lang    string // primary subtag
	letters int    // Han characters and a third of the other letters, which says about as much

	numbers []number  // by key, each once
	days    []day     // named outside the page's furniture, each once, in order
	titled  int       // so many of days stand in the title
	lead    int       // so many of days stand in the title or the beginning
	marks   []mention // of the table, by meaning, each once
}

// mention is a meaning of the table that a text has.
type mention struct {
	meaning uint16
	lead    bool // in the title or the beginning
	title   bool
}

// Possible reports whether a text of that outline and date may be a version of
// another. Where it may not, Pair says that it is none; else only Pair knows.
func Possible(t *Text, outlined Packed, at news.Date) bool {
	e := Evidence{hours: distance(t.at, at)}
	if e.hours > window {
		return false
	}
	o := outlined.outline()
	if t.lang == o.lang {
		return false
	}
	clash := e.outline(ordered(&t.Outline, o))
	if !e.bare && clash != "" {
		return false
	}
	e.utmost()
	return e.enough()
}

// utmost has everything that an outline does not tell speak for a version, as
// much as it can.
func (e *Evidence) utmost() {
	e.serial, e.site = "the same, and long", true
	e.names = share{common: mostNamed, first: mostNamed, second: mostNamed}
	e.weigh()
	e.weight += rounding
}

// mostNamed is the weight that names may have at most.
const mostNamed = 12

// rounding is more than what sums differ by in another order.
const rounding = 1e-6

// ordered are two outlines as they are compared, whichever was given first.
func ordered(a, b *Outline) (*Outline, *Outline) {
	if b.lang == "zh" || a.lang != "zh" && b.lang < a.lang {
		return b, a
	}
	return a, b
}

// outline compares two outlines. A clash is why they can be no versions, whatever
// else they share, if the table has both languages.
func (e *Evidence) outline(a, b *Outline) (clash string) {
	e.numbers = figuresOf(a, b)
	var days bool
	e.days, days = daysOf(a, b)
	e.length = float64(max(a.letters, b.letters)) / float64(max(min(a.letters, b.letters), 1))
	if e.bare = !a.tabled() || !b.tabled(); e.bare {
		return ""
	}
	e.topics, _ = said(a, b, isWord)
	e.untold = untold(a, b) + untold(b, a)
	switch {
	case days:
		return "other days"
	case abroad(a, b) || abroad(b, a):
		return "other countries"
	}
	return ""
}

func (o *Outline) tabled() bool { return o.lang == "zh" || o.lang == "en" }
