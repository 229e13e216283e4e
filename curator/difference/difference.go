// Package difference tells what changed between two readings of a release: in
// words, and sorted by what was touched. It is pure, and its cost grows with
// the length of the texts, however much of them differs.
//
// What belongs to a page and not to its text (counters, advertisements, links
// to other releases) never differs. What it takes for a name is found by lists
// and by what stands beside it; a name that it misses is told as a passage.
package difference

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"chinanews/news"
)

// Reading is what one reading of a release says.
type Reading struct {
	Title string
	Date  news.Date // that the source states
	HTML  string    // sanitised body
	Text  string    // plain text, a line a paragraph; counts when there is no HTML
}

// Result is what changed, in reading order.
type Result struct {
	Differences []news.Difference
	Classes     []news.EditClass // each once, the most telling first
	Redated     bool             // the stated date is all that moved, typography and order aside
}

// Noise reports that the readings say the same, in the same form.
func (r Result) Noise() bool { return len(r.Classes) == 0 }

// Told reports whether anything changed that subscribers are told of.
func (r Result) Told() bool { return slices.ContainsFunc(r.Classes, news.EditClass.Told) }

// Of compares a reading with the one before. The same two the other way round
// give the same differences with their sides exchanged.
func Of(before, now Reading) Result {
	if before.key() > now.key() {
		c := compared(now, before)
		c.exchange()
		return c.result()
	}
	c := compared(before, now)
	return c.result()
}

func (r Reading) key() string { return r.Title + "\n" + r.HTML + "\n" + r.Text + "\n" + r.Date.Day() }

// body is the text without what belongs to its page.
func (r Reading) body() []sentence {
	if r.HTML != "" {
		return sentences(release(blocks(r.HTML)))
	}
	return sentences(release(lines(r.Text)))
}

// comparison gathers the places at which two readings differ.
type comparison struct {
	places  []place
	proper  map[string]bool
	titles  map[string]bool // folded
	redated bool
}

type place struct {
	was, now string
	classes  []news.EditClass // the most telling first
}

func compared(before, now Reading) comparison {
	a, b := before.body(), now.body()
	c := comparison{proper: properWords(a, b), titles: map[string]bool{news.Folded(before.Title): true, news.Folded(now.Title): true}}
	c.headlines(news.Line(before.Title), news.Line(now.Title))
	c.bodies(a, b)
	if before.Date.Known() && now.Date.Known() && before.Date.Origin == now.Date.Origin && before.Date.Day() != now.Date.Day() {
		c.redated = !c.result().Told()
		c.tell(before.Date.Day(), now.Date.Day(), news.EditDate)
	}
	return c
}

func (c *comparison) tell(was, now string, classes ...news.EditClass) {
	c.places = append(c.places, place{was, now, classes})
}

// exchange exchanges the sides.
func (c *comparison) exchange() {
	other := map[news.EditClass]news.EditClass{news.EditAdded: news.EditRemoved, news.EditRemoved: news.EditAdded}
	for n, p := range c.places {
		var classes []news.EditClass
		for _, class := range p.classes {
			classes = append(classes, cmp.Or(other[class], class))
		}
		slices.SortFunc(classes, ranked)
		c.places[n] = place{p.now, p.was, classes}
	}
}

func ranked(a, b news.EditClass) int { return cmp.Compare(a.Rank(), b.Rank()) }

func (c *comparison) result() (r Result) {
	r.Redated = c.redated
	seen := make(map[news.EditClass]bool)
	for _, p := range c.places {
		r.Differences = append(r.Differences, news.Difference{Class: p.classes[0], Was: p.was, Now: p.now})
		for _, class := range p.classes {
			seen[class] = true
		}
	}
	r.Classes = slices.SortedFunc(maps.Keys(seen), ranked)
	return r
}

// headlines compares two titles. A release whose title was not read is not one
// that lost it.
func (c *comparison) headlines(before, now string) {
	if before == now || before == "" || now == "" {
		return
	}
	was, is := newSentence(before, false, true).mark(c.proper), newSentence(now, false, true).mark(c.proper)
	found := changes(was, is)
	if len(found) == 0 {
		c.tell(before, now, news.EditTypography)
		return
	}
	classes := []news.EditClass{news.EditHeadline}
	for _, class := range []news.EditClass{news.EditNumber, news.EditName, news.EditDate} {
		if slices.ContainsFunc(found, func(f change) bool { return slices.Contains(f.classes, class) }) {
			classes = append(classes, class)
		}
	}
	c.tell(before, now, classes...)
}

// bodies compares two texts.
func (c *comparison) bodies(a, b []sentence) {
	pairs := aligned(a, b)
	before := len(c.places)
	var gone, come []sentence
	flush := func(edge bool) {
		if !edge || len(gone) > 0 && len(come) > 0 || !c.credits(append(gone, come...)) {
			c.passage(gone, news.EditRemoved)
			c.passage(come, news.EditAdded)
		}
		gone, come = nil, nil
	}
	begun := false
	for _, p := range pairs {
		switch {
		case p.moved:
			c.moved(p)
		case p.both():
			flush(!begun)
			c.sentence(p)
			begun = true
		default:
			gone, come = append(gone, p.was...), append(come, p.now...)
		}
	}
	flush(begun)
	if len(c.places) == before {
		c.breaks(pairs)
	}
}

// passage tells of sentences that are in one text only.
func (c *comparison) passage(run []sentence, class news.EditClass) {
	if len(run) == 0 {
		return
	}
	text := text(run)
	if joined(run).silent() {
		class = news.EditTypography
	}
	if class == news.EditRemoved {
		c.tell(text, "", class)
		return
	}
	c.tell("", text, class)
}

// moved tells of a sentence that stands elsewhere now. It may have changed on
// the way.
func (c *comparison) moved(p pair) {
	if len(p.now) == 0 {
		return
	}
	c.tell(text(p.now), text(p.now), news.EditMoved)
}

// sentence tells how a sentence changed.
func (c *comparison) sentence(p pair) {
	was, now := joined(p.was), joined(p.now)
	switch {
	case was.text == now.text:
		return
	case len(p.was) == 1 && len(p.now) == 1 && was.key == now.key:
		c.tell(was.text, now.text, news.EditTypography)
		return
	}
	a, b := was.mark(c.proper), now.mark(c.proper)
	found := changes(a, b)
	if len(found) == 0 {
		c.tell(was.text, now.text, news.EditTypography)
	}
	c.places = append(c.places, told(a, b, found)...)
}

// breaks tells of paragraphs that were cut or joined.
func (c *comparison) breaks(pairs []pair) {
	for n, p := range pairs {
		if !p.both() || n+1 == len(pairs) || !pairs[n+1].both() || p.was[0].last == p.now[0].last {
			continue
		}
		c.tell(text([]sentence{p.was[0], pairs[n+1].was[0]}), text([]sentence{p.now[0], pairs[n+1].now[0]}), news.EditTypography)
	}
}

// text is a run of sentences, a line a paragraph.
func text(run []sentence) string {
	var b strings.Builder
	for n, s := range run {
		b.WriteString(s.text)
		switch {
		case n == len(run)-1:
		case s.last:
			b.WriteByte('\n')
		case before(s.text, len(s.text)) < 0x2000:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
