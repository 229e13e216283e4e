package chart

import "html/template"

// patterns is how many there are: one for each series and one for the others.
const patterns = MostSeries + 1

// lines are what each pattern has over its ground, besides its colour.
var lines = [patterns]string{
	`<path d="M0 0h8v8H0z" fill="currentColor"/>`,
	`<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="currentColor" stroke-width="2.5"/>`,
	`<circle cx="4" cy="4" r="2.2" fill="currentColor"/>`,
	`<path d="M0 2h8M0 6h8" stroke="currentColor" stroke-width="1.8"/>`,
	`<path d="M-2 6l4 4M0 0l8 8M6 -2l4 4" stroke="currentColor" stroke-width="2.5"/>`,
	`<path d="M2 0v8M6 0v8" stroke="currentColor" stroke-width="1.8"/>`,
	`<path d="M0 0h4v4H0zM4 4h4v4H4z" fill="currentColor"/>`,
}

// Patterns is what Bars and Swatch refer to, and must stand once in their page.
// The style sheet gives p0 to p6 their colours.
func Patterns() template.HTML {
	var d drawing
	d.add(`<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>`)
	for n, l := range lines {
		d.add(`<pattern id="p%d" class="p%d" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 0h8v8H0z" fill="currentColor" fill-opacity=".25"/>%s</pattern>`, n, n, l)
	}
	d.add("</defs></svg>")
	return d.html()
}

// Swatch is the pattern of a number, to stand beside a name.
func Swatch(n int) template.HTML {
	var d drawing
	d.add(`<svg class="swatch" width="18" height="18" aria-hidden="true"><rect class="part" width="18" height="18" fill="url(#p%d)"/></svg>`, n%patterns)
	return d.html()
}
