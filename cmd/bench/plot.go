package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// curve is how a cost grows with something.
type curve struct {
	Key, File   string // of its samples; of its picture
	Title, X, Y string
}

// growth is all that is drawn.
var growth = []curve{
	{"poll grown", "growth-poll.svg", "An unchanged poll, on one core", "sources", "µs CPU"},
	{"memory grown", "growth-memory.svg", "Anonymous memory in an unchanged round", "sources", "MB"},
	{"round grown", "growth-round.svg", "Until each source was asked, on one core", "sources", "min"},
	{"accept grown", "growth-accept.svg", "A new item, with all that follows", "items", "µs CPU"},
	{"cluster grown", "growth-cluster.svg", "One item beside those it may be a copy of", "items", "µs CPU"},
	{"render grown", "growth-render.svg", "A change: polled, recorded, rendered", "items", "ms CPU"},
	{"search grown", "growth-search.svg", "A search", "items", "ms CPU"},
	{"request grown", "growth-request.svg", "A feed served", "items", "µs CPU"},
	{"start grown", "growth-start.svg", "From a start to the first served feed", "items", "s"},
}

// point is what was measured at one place of a curve.
type point struct{ x, y, least, most float64 }

// points are the medians at each place, from left to right.
func (c curve) points(all []sample) (list []point) {
	at := make(map[float64]figures)
	for _, s := range of(all, c.Key) {
		at[s.X] = append(at[s.X], s.Ours)
	}
	for x, f := range at {
		p := point{x: x, y: f.median()}
		p.least, p.most = f.spread()
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b point) int { return int(math.Copysign(1, a.x-b.x)) })
	return list
}

// axis is logarithmic: whole decades on so many px.
type axis struct {
	low, high int // powers of ten
	from, to  float64
}

// newAxis has room for numbers above zero, and one decade at least.
func newAxis(least, most, from, to float64) axis {
	a := axis{int(math.Floor(math.Log10(least))), int(math.Ceil(math.Log10(most))), from, to}
	if a.high == a.low {
		a.high++
	}
	return a
}

// at is where a number stands.
func (a axis) at(x float64) float64 {
	share := (math.Log10(x) - float64(a.low)) / float64(a.high-a.low)
	return a.from + share*(a.to-a.from)
}

// decades are the numbers that are marked.
func (a axis) decades() (list []float64) {
	for p := a.low; p <= a.high; p++ {
		list = append(list, math.Pow10(p))
	}
	return list
}

// mark writes a power of ten: 0.1, 10, 10k, 1M.
func mark(x float64) string {
	switch {
	case x >= 1e6:
		return short(x/1e6) + "M"
	case x >= 1e3:
		return short(x/1e3) + "k"
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// Where things are in a picture, in px.
const (
	plotWidth, plotHeight                    = 420, 280
	plotLeft, plotRight, plotTop, plotBottom = 56, 400, 36, 232
)

// style is readable on light and on dark.
const style = `text{font:12px system-ui,sans-serif;fill:#1f2328}.grid{stroke:#d0d7de;fill:none}.line{stroke:#a4242b;stroke-width:2;fill:none}.dot{fill:#a4242b}.spread{stroke:#a4242b}` +
	`@media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}.line,.spread{stroke:#ff8f87}.dot{fill:#ff8f87}}`

// svg draws the curve; empty when nothing was measured.
func (c curve) svg(list []point) string {
	list = slices.DeleteFunc(slices.Clone(list), func(p point) bool { return p.x <= 0 || p.least <= 0 })
	if len(list) == 0 {
		return ""
	}
	least, most := list[0].least, list[0].most
	for _, p := range list {
		least, most = min(least, p.least), max(most, p.most)
	}
	x := newAxis(list[0].x, list[len(list)-1].x, plotLeft, plotRight)
	y := newAxis(least, most, plotBottom, plotTop)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-label="%[3]s"><title>%[3]s</title><style>%[4]s</style>`+"\n",
		plotWidth, plotHeight, html.EscapeString(c.said(list)), style)
	fmt.Fprintf(&b, `<text x="%d" y="16">%s, %s</text><text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", plotLeft, html.EscapeString(c.Title), c.Y, plotRight, plotHeight-12, c.X)
	c.grid(&b, x, y)
	c.line(&b, x, y, list)
	b.WriteString("</svg>\n")
	return b.String()
}

// said is the curve in words.
func (c curve) said(list []point) string {
	words := make([]string, len(list))
	for n, p := range list {
		words[n] = fmt.Sprintf("%s at %s %s", short(p.y), mark(p.x), c.X)
	}
	return fmt.Sprintf("%s, in %s: %s", c.Title, c.Y, strings.Join(words, ", "))
}

func (c curve) grid(b *strings.Builder, x, y axis) {
	for _, d := range x.decades() {
		fmt.Fprintf(b, `<path class="grid" d="M%.1f %dV%d"/><text x="%.1[1]f" y="%[4]d" text-anchor="middle">%[5]s</text>`+"\n", x.at(d), plotTop, plotBottom, plotBottom+18, mark(d))
	}
	for _, d := range y.decades() {
		fmt.Fprintf(b, `<path class="grid" d="M%d %.1fH%d"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", plotLeft, y.at(d), plotRight, plotLeft-8, y.at(d)+4, mark(d))
	}
}

func (c curve) line(b *strings.Builder, x, y axis, list []point) {
	path := make([]string, len(list))
	for n, p := range list {
		path[n] = fmt.Sprintf("%.1f %.1f", x.at(p.x), y.at(p.y))
		fmt.Fprintf(b, `<path class="spread" d="M%.1f %.1fV%.1f"/><circle class="dot" cx="%.1[1]f" cy="%.1[4]f" r="3.5"/><text x="%.1[1]f" y="%.1[5]f" text-anchor="%[6]s">%[7]s</text>`+"\n",
			x.at(p.x), y.at(p.least), y.at(p.most), y.at(p.y), y.at(p.most)-8, anchor(n, len(list)), short(p.y))
	}
	fmt.Fprintf(b, `<path class="line" d="M%s"/>`+"\n", strings.Join(path, "L"))
}

// anchor keeps what is written at the ends of a line within the picture.
func anchor(n, of int) string {
	switch {
	case n == 0:
		return "start"
	case n == of-1:
		return "end"
	}
	return "middle"
}
