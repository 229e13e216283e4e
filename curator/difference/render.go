package difference

import (
	"html"
	"strings"
)

// HTML is two texts in one, as markup: paragraphs, in which <del> is what only
// the one before has and <ins> what only the one of now has. Both are sanitised
// markup, and count as a whole, with what belongs to their pages. Where a
// paragraph was cut or joined, a ¶ stands for its end. All text is escaped.
func HTML(before, now string) string {
	var p printer
	for _, pair := range exact(before, now) {
		if !pair.both() {
			p.print(del, verbatim(pair.was))
			p.print(ins, verbatim(pair.now))
			continue
		}
		was, is := verbatim(pair.was), verbatim(pair.now)
		if was == is {
			p.print(same, was)
			continue
		}
		p.words(pieces(was), pieces(is))
	}
	p.end()
	return p.out.String()
}

// exact pairs the sentences of two texts by what they are, letter by letter.
func exact(before, now string) []pair {
	return paired(literal(blocks(before)), literal(blocks(now)))
}

func literal(text []block) []sentence {
	cut := sentences(text)
	for n := range cut {
		cut[n].key = ending(cut[n])
		cut[n].shape = cut[n].key
	}
	return cut
}

// ending is a sentence with what parts it from the next one.
func ending(s sentence) string {
	switch {
	case s.last:
		return s.text + "\n"
	case before(s.text, len(s.text)) < 0x2000:
		return s.text + " "
	}
	return s.text
}

func verbatim(run []sentence) string {
	var b strings.Builder
	for _, s := range run {
		b.WriteString(ending(s))
	}
	return b.String()
}

// pieces are the tokens of a text, marks and spaces among them.
func pieces(text string) []token {
	cut := tokens(text)
	for n := range cut {
		cut[n].key = cut[n].text
	}
	return cut
}

// side says which text has a piece.
type side string

const (
	same side = ""
	del  side = "del"
	ins  side = "ins"
)

// printer writes paragraphs.
type printer struct {
	out  strings.Builder
	para []run // of the paragraph that is being written
}

type run struct {
	side side
	text string
}

func (p *printer) words(was, now []token) {
	match, j := matched(was, now), 0
	for n := 0; n <= len(was); n++ {
		at := len(now)
		if n < len(was) {
			if at = match[n]; at < 0 {
				p.print(del, was[n].text)
				continue
			}
		}
		for ; j < at; j++ {
			p.print(ins, now[j].text)
		}
		if n < len(was) {
			p.print(same, was[n].text)
			j++
		}
	}
}

// print writes a piece of text; a line feed ends a paragraph.
func (p *printer) print(s side, text string) {
	for text != "" {
		line, rest, ended := strings.Cut(text, "\n")
		p.add(s, line)
		if ended {
			p.paragraph(s)
		}
		text = rest
	}
}

func (p *printer) add(s side, text string) {
	if text == "" {
		return
	}
	if n := len(p.para); n > 0 && p.para[n-1].side == s {
		p.para[n-1].text += text
		return
	}
	p.para = append(p.para, run{s, text})
}

// paragraph ends a paragraph that one of the texts ends, or both. What the other
// text has in it goes on there: then it is no end yet.
func (p *printer) paragraph(s side) {
	for _, r := range p.para {
		if s != same && r.side != s {
			p.add(s, "¶")
			return
		}
	}
	p.end()
}

func (p *printer) end() {
	if len(p.para) == 0 {
		return
	}
	p.out.WriteString("<p>")
	for _, r := range p.para {
		text := html.EscapeString(r.text)
		if r.side != same {
			text = "<" + string(r.side) + ">" + text + "</" + string(r.side) + ">"
		}
		p.out.WriteString(text)
	}
	p.out.WriteString("</p>\n")
	p.para = nil
}

// Text is the difference of two texts for a terminal: a line a sentence, "- "
// before what only the one before has, "+ " before what only the one of now has,
// and a sentence of what stands around. Equal texts give an empty one.
func Text(before, now string) string {
	pairs := exact(before, now)
	var b strings.Builder
	shown := -1
	for n, p := range pairs {
		if unchanged(p) {
			continue
		}
		if n > 0 && shown < n-1 && unchanged(pairs[n-1]) {
			if n > 1 {
				skip(&b, shown, n-1)
			}
			list(&b, "  ", pairs[n-1].now)
		}
		list(&b, "- ", p.was)
		list(&b, "+ ", p.now)
		shown = n
		if n+1 < len(pairs) && unchanged(pairs[n+1]) {
			list(&b, "  ", pairs[n+1].now)
			shown++
		}
	}
	return b.String()
}

func unchanged(p pair) bool { return p.both() && verbatim(p.was) == verbatim(p.now) }

// skip marks sentences that are left out.
func skip(b *strings.Builder, shown, next int) {
	if shown < next-1 {
		b.WriteString("  …\n")
	}
}

func list(b *strings.Builder, prefix string, run []sentence) {
	for _, s := range run {
		b.WriteString(prefix + s.text + "\n")
	}
}
