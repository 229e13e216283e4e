// Package chart draws numbers as SVG to stand inline in a page: pictures whose
// colours come from the page's style sheet by classes, that have a name for
// whoever does not see them, no script and no style of their own. Functions are
// pure: the same numbers make the same bytes. Numbers below zero count as none.
package chart

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// drawing gathers the elements of an SVG.
type drawing struct{ b strings.Builder }

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// named begins what is said of a picture instead of it.
func (d *drawing) named(title, desc string) {
	d.add("<title>%s</title>", template.HTMLEscapeString(title))
	if desc != "" {
		d.add("<desc>%s</desc>", template.HTMLEscapeString(desc))
	}
}

func (d *drawing) html() template.HTML { return template.HTML(d.b.String()) }

// most is the largest of counts, at least 1: something to divide by.
func most(counts []int) int {
	largest := 1
	for _, n := range counts {
		largest = max(largest, n)
	}
	return largest
}

// number is a length with what a screen shows of it, without zeros at its end.
func number(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}
