package chart

import (
	"html/template"
	"strconv"
	"strings"
)

const (
	sparkHeight = 24
	sparkStep   = 4 // from one bar to the next, with the space between them
	sparkBar    = 3
)

// Sparkline draws counts, oldest first, as small bars in the colour of the text
// beside it, 4 px each and 24 px high. A place without any has a thin line. The
// title says what is counted and over what time; the counts follow it for who
// does not see them.
func Sparkline(counts []int, title string) template.HTML {
	var d drawing
	width := max(sparkStep*len(counts), sparkStep)
	d.add(`<svg class="spark" role="img" width="%d" height="%d" viewBox="0 0 %d %d">`, width, sparkHeight, width, sparkHeight)
	d.named(title, list(counts))
	top := float64(most(counts))
	for n, count := range counts {
		height := 1.0
		if count > 0 {
			height = max(2, sparkHeight*float64(count)/top)
		}
		d.add(`<rect x="%d" y="%s" width="%d" height="%s" fill="currentColor"/>`, n*sparkStep, number(sparkHeight-height), sparkBar, number(height))
	}
	d.add("</svg>")
	return d.html()
}

// list is counts as they are read out.
func list(counts []int) string {
	words := make([]string, len(counts))
	for n, count := range counts {
		words[n] = strconv.Itoa(max(count, 0))
	}
	return strings.Join(words, ", ")
}
