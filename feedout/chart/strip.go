package chart

import "html/template"

// Tone is how a span of a strip stands among others: by its height, and by the
// colour that the style sheet gives its class.
type Tone int

// The tones, of which a higher one wants more of a look.
const (
	Well  Tone = iota // as it should be
	Blank             // nothing is known
	Odd               // it works, and somebody should know
	Ill               // it does not work
)

var tones = []struct {
	class  string
	height int
}{Well: {"well", 8}, Blank: {"blank", 2}, Odd: {"odd", 14}, Ill: {"ill", stripHeight}}

// Span is a part of a strip.
type Span struct {
	Share int // of the whole, in any unit of time
	Tone  Tone
	Words string // what it is, and from when to when
}

const stripHeight = 24

// Strip draws spans of time from left to right, oldest first, over the width
// that the page gives. The words of each follow the title for who does not see
// them.
func Strip(spans []Span, title string) template.HTML {
	var d drawing
	d.add(`<svg class="strip" role="img" width="100%%" height="%d">`, stripHeight)
	whole, said := 0, ""
	for _, s := range spans {
		whole += max(s.Share, 0)
		if said += s.Words; s.Words != "" {
			said += ". "
		}
	}
	d.named(title, said)
	before := 0
	for _, s := range spans {
		if s.Share <= 0 {
			continue
		}
		from, to := 100*float64(before)/float64(whole), 100*float64(before+s.Share)/float64(whole)
		before += s.Share
		t := tones[min(max(s.Tone, Well), Ill)]
		d.add(`<rect class="%s" x="%s%%" y="%d" width="%s%%" height="%d" fill="currentColor"><title>%s</title></rect>`,
			t.class, number(from), stripHeight-t.height, number(to-from), t.height, template.HTMLEscapeString(s.Words))
	}
	d.add("</svg>")
	return d.html()
}
