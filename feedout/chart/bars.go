package chart

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
)

// Where things are in a picture of bars, in px from its top. Across, places are
// in per cent of the width that the page gives, so that what is written keeps
// its size on a small screen.
const (
	barsHeight = 184
	barsTop    = 22  // of the highest bar
	barsBottom = 158 // where bars stand
	barsSpace  = 0.2 // of a place's width, between bars
	barsWords  = 12  // height of letters
)

// Bars draws a figure: a bar for each place, of its series one above the other,
// each with a pattern of its own (Patterns). What is written is the scale and
// three of the marks, which leave each other room on 320 px.
func (f Figure) Bars() template.HTML {
	var d drawing
	top := scale(f.highest())
	d.add(`<svg class="bars" role="img" width="100%%" height="%d">`, barsHeight)
	d.named(f.Title, f.said())
	d.add(`<path class="rule" d="M0 %d.5h9999M0 %d.5h9999" stroke="currentColor" fill="none"/>`, barsTop, barsBottom)
	d.add(`<text x="0" y="%d" font-size="%d" fill="currentColor">%d</text>`, barsTop-6, barsWords, top)
	for place := range f.Places {
		f.bar(&d, place, top)
	}
	f.marks(&d)
	d.add("</svg>")
	return d.html()
}

// bar draws a place. Each segment ends where the next begins, so that the
// bar is as high as its sum, however its parts are rounded.
func (f Figure) bar(d *drawing, place, top int) {
	step := 100 / float64(len(f.Places))
	x, width := step*(float64(place)+barsSpace/2), step*(1-barsSpace)
	height := func(sum int) float64 { // rounded here, so that parts touch
		return math.Round(100*(barsBottom-barsTop)*float64(sum)/float64(top)) / 100
	}
	d.add(`<g><title>%s</title><rect x="%s%%" y="%d" width="%s%%" height="%d" fill="none" pointer-events="all"/>`,
		template.HTMLEscapeString(f.tip(place)), number(step*float64(place)), barsTop, number(step), barsBottom-barsTop)
	sum := 0
	for n, s := range f.Series {
		if s.at(place) == 0 {
			continue
		}
		low := height(sum)
		sum += s.at(place)
		d.add(`<rect class="part" x="%s%%" y="%s" width="%s%%" height="%s" fill="url(#p%d)"/>`,
			number(x), number(barsBottom-height(sum)), number(width), number(height(sum)-low), f.Pattern(n))
	}
	d.add("</g>")
}

// tip is what is shown of a place under the pointer.
func (f Figure) tip(place int) string {
	text := f.Places[place] + ": " + strconv.Itoa(f.Total(place))
	if len(f.Series) < 2 {
		return text
	}
	for _, s := range f.Series {
		if n := s.at(place); n > 0 {
			text += fmt.Sprintf("\n%s: %d", s.Name, n)
		}
	}
	return text
}

// marks writes the first, the middle and the last.
func (f Figure) marks(d *drawing) {
	n := len(f.Marks)
	write := func(at int, x, anchor string) {
		d.add(`<text x="%s" y="%d" font-size="%d" text-anchor="%s" fill="currentColor">%s</text>`, x, barsBottom+barsWords+6, barsWords, anchor, template.HTMLEscapeString(f.Marks[at]))
	}
	if n > 0 {
		write(0, "0", "start")
	}
	if n > 2 {
		write(n/2, number(100*(float64(n/2)+0.5)/float64(n))+"%", "middle")
	}
	if n > 1 {
		write(n-1, "100%", "end")
	}
}

func (f Figure) highest() (most int) {
	for place := range f.Places {
		most = max(most, f.Total(place))
	}
	return most
}

// said is the totals, as they are read out.
func (f Figure) said() string {
	totals := make([]int, len(f.Places))
	for place := range f.Places {
		totals[place] = f.Total(place)
	}
	return list(totals)
}

// scale is the first round number that is not less.
func scale(most int) int {
	for unit := 1; ; unit *= 10 {
		for _, round := range []int{unit, 2 * unit, 3 * unit, 4 * unit, 5 * unit, 6 * unit, 8 * unit} {
			if round >= most || unit > 1<<59/10 {
				return max(round, most)
			}
		}
	}
}
