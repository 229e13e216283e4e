package likeness

import (
	"slices"
	"strconv"
	"time"

	"chinanews/news"
)

// What makes two texts one release, in weight (an English word is 2, a Han
// character 1) or in time.
const (
	window     = 14 * 24 * time.Hour
	correction = 28 * time.Hour // within which one figure may be put right
	leastText  = 80             // in common, without a title to help
	halfDay    = 12 * time.Hour
	fewDays    = 3 * 24 * time.Hour
	mostIntro  = 160 // in front of a text
	mostFrame  = 80  // that both have in front or behind, each its own
	leastOwn   = 12  // that says something
	topical    = 0.15
)

// mostPutRight is in how many places of a text one figure is put right at most.
const mostPutRight = 2

// Same reports whether two texts are one release, and why or why not. It is
// symmetric, and the same two texts give the same answer for ever.
func Same(a, b *Text) (Evidence, bool) {
	if a.before(b) > 0 {
		a, b = b, a
	}
	c := comparison{a: a, b: b}
	c.gap, c.days, c.dated = apart(a, b)
	c.title, c.headline = titles(&a.title, &b.title)
	c.Days = -1
	if c.dated {
		c.Days = c.gap.Hours() / 24
	}
	c.Title, c.Evidence.title = c.title.String(), c.title
	c.Shared, c.Of = shared(a, b), min(len(a.shingles), len(b.shingles))
	if c.Of > 0 {
		c.Containment = float64(c.Shared) / float64(c.Of)
	}
	c.Why = c.against()
	return c.Evidence, c.Why == ""
}

// comparison is two texts, and what is known of them so far.
type comparison struct {
	Evidence
	a, b     *Text
	gap      time.Duration
	days     int
	dated    bool // both dates are known
	title    agreement
	headline replaced // what differs in titles that are alike
	replaced replaced // what differs in the texts
	common   int      // weight
}

// against is the reason why the texts are not one release; empty: there is
// none.
func (c *comparison) against() string {
	switch {
	case c.a.lang != c.b.lang && c.a.lang != "" && c.b.lang != "":
		return "other language"
	case c.gap > window:
		return "more than 14 days apart"
	case otherDay(&c.a.title, &c.b.title):
		return "other day in the title"
	case c.Of == 0:
		return c.untold()
	case c.Containment < 0.25:
		return "little in common"
	}
	l := align(c.a, c.b)
	if len(l.runs) == 0 {
		return "little in common"
	}
	l.open()
	c.replaced, c.common = l.replaced(), l.common()
	c.replaced.same = l.count()
	c.Replaced, c.Words, c.numbers = len(c.replaced.numbers), c.replaced.words, c.replaced.numbers
	for _, judge := range []func(*alignment) string{c.extent, c.figures, c.wording, c.heading, c.brief} {
		if reason := judge(l); reason != "" {
			return reason
		}
	}
	return ""
}

// extent judges how much of the texts is common, and what stands around it.
func (c *comparison) extent(l *alignment) string {
	first, last := l.first(), l.last()
	switch {
	case c.common*2 < l.shorter():
		return "less than half in common"
	case l.own(hole{0, first.a, 0, first.b}):
		return "other beginnings"
	case l.own(last):
		return "other endings"
	case max(l.a.running(0, first.a), l.b.running(0, first.b)) > max(mostIntro, c.common/2):
		return "one stands within the other"
	case min(c.replaced.gainA, c.replaced.gainB) > 10+c.common/20, max(c.replaced.gainA, c.replaced.gainB) > c.common:
		return "either has its own parts"
	}
	return ""
}

// figures judges replaced numbers: a release keeps its own, but for one that is
// put right soon after.
func (c *comparison) figures(l *alignment) string {
	all := c.replaced.numbers
	c.numbers, c.Replaced = all, len(all)
	for _, s := range c.headline.numbers {
		if !slices.Contains(all, s) {
			c.numbers = append(c.numbers[:len(all):len(all)], s)
			return "other numbers in the title: " + c.Evidence.figures()
		}
	}
	if len(all) == 0 {
		return ""
	}
	date := len(c.replaced.dates)+len(c.headline.dates) > 0
	switch {
	case len(all) > 1, all[0].a == "", all[0].b == "", !c.dated, c.gap > correction, c.replaced.words > 0, c.replaced.serials:
		return "other numbers: " + c.Evidence.figures()
	case c.replaced.swaps > mostPutRight: // it is what the text is about
		return "another number throughout: " + c.Evidence.figures()
	case date && (len(c.headline.dates) > 0 || c.moved(all[0])):
		return "other numbers, of a date: " + c.Evidence.figures()
	case !date && c.replaced.same < 2, c.common < leastText, c.common*4 < l.longer()*3: // a part may be that of the next row
		return "other numbers, and few more: " + c.Evidence.figures()
	}
	return ""
}

// moved reports a date that differs as the texts' own do, or that has no own
// to be measured by: that is the next row of a template.
func (c *comparison) moved(s swap) bool {
	a, errA := strconv.Atoi(s.a)
	b, errB := strconv.Atoi(s.b)
	by := b - a
	return errA != nil || errB != nil || c.days == 0 || by > 0 == (c.days > 0) && max(by, -by) <= max(c.days, -c.days)
}

// wording judges replaced words: a desk changes a few in a long text and leaves
// names alone.
func (c *comparison) wording(*alignment) string {
	r := c.replaced
	switch {
	case r.words == 0:
		return ""
	case r.names:
		return "other names or words"
	case c.title != sameTitle || !c.dated || c.gap > fewDays || r.most > 2 || r.words > c.common/400:
		return "other words"
	}
	return ""
}

// heading judges titles that differ: each has a word of what is common, and one
// text at least speaks of what the other's title alone says. Two pages of a site
// whose frame is all they have in common fail it, as do those that say no more
// than that they cannot be shown.
func (c *comparison) heading(l *alignment) string {
	if c.title == sameTitle || c.title == noTitle || c.noted() {
		return ""
	}
	first, last := l.first(), l.last()
	titleA, titleB := &c.a.title, &c.b.title
	switch {
	case told(titleA, l.a.part(first.a, last.a0)) == 0, told(titleB, l.b.part(first.b, last.b0)) == 0,
		!about(titleA, titleB, l.b) && !about(titleB, titleA, l.a):
		return "titles of other matters"
	}
	return ""
}

// brief judges texts that have little in common because there is little: they
// need the same title at the same time, and the whole of the shorter one.
func (c *comparison) brief(l *alignment) string {
	switch {
	case c.common >= leastText:
		return ""
	case c.common*5 < l.shorter()*4, c.replaced.words > 0, !c.entitled(leastTitle):
		return "too little text"
	}
	return ""
}

// untold judges a text of a few words at most: its title has to be that of the
// other, and what the other is about.
func (c *comparison) untold() string {
	text := c.a
	if len(c.b.shingles) > len(text.shingles) {
		text = c.b
	}
	if len(text.shingles) == 0 || !c.entitled(2*leastTitle) || told(&text.title, &text.body) < 0.5 {
		return "no text"
	}
	return ""
}

// entitled reports the same title, of some weight at least, on one day or in one
// night. What comes once a day under one title is farther apart.
func (c *comparison) entitled(least int) bool {
	weight := min(c.a.title.weigh(0, len(c.a.title.words)), c.b.title.weigh(0, len(c.b.title.words)))
	timed := c.a.date.Precision == news.Minute && c.b.date.Precision == news.Minute
	return c.title == sameTitle && weight >= least && c.dated && c.gap <= halfDay && (c.days == 0 || timed)
}
