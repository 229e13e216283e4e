package news

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Concordance is a text in which phrases are looked up: which words they are,
// counted from 0, and what stands around them. It keeps the text, and 24 bytes
// a word. It is safe for concurrent use.
type Concordance struct {
	text   string
	folded Searchable
	at     []int  // where in the fold each word begins
	words  []Span // where in the text each word stands
}

// Concord reads a text once.
func Concord(text string) *Concordance {
	few := len(text)/4 + 1 // bytes a word
	c := &Concordance{text: text, at: make([]int, 0, few), words: make([]Span, 0, few)}
	c.folded = fold(text, func(at, from, to int) {
		c.at, c.words = append(c.at, at), append(c.words, Span{from, to})
	})
	return c
}

// Find finds a phrase that begins at or after a word: its first word and its
// last. With open the last one may go on: russia finds Russian.
func (c *Concordance) Find(p Phrase, open bool, from int) (first, last int, ok bool) {
	if from >= len(c.at) {
		return 0, 0, false
	}
	n, ok := c.folded.find(p, open, c.at[from])
	if !ok {
		return 0, 0, false
	}
	return sort.SearchInts(c.at, n), sort.SearchInts(c.at, n+len(p)) - 1, true
}

// span is the part of the text that some words in a row are.
func (c *Concordance) span(first, last int) Span {
	return Span{c.words[first].From, c.words[last].To}
}

// What is quoted around words.
const (
	aroundWords = 6
	aroundBytes = 90
)

// Around quotes some words in a row on one line, with a few before and after.
func (c *Concordance) Around(first, last int) string {
	around := Span{0, len(c.text)}
	if n := first - aroundWords; n > 0 {
		around.From = c.words[n].From
	}
	if n := last + aroundWords; n < len(c.words)-1 {
		around.To = c.words[n].To
	}
	return Excerpt(c.text, c.span(first, last), around)
}

// Excerpt quotes a part of a text on one line with what stands around it, of
// that at most a line; dots stand for what is left out.
func Excerpt(text string, part, around Span) string {
	from := max(around.From, part.From-aroundBytes, 0)
	to := min(around.To, part.To+aroundBytes, part.From+4*aroundBytes, len(text))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	quoted := strings.TrimSpace(Line(text[from:to]))
	if strings.TrimSpace(text[:from]) != "" {
		quoted = "…" + quoted
	}
	if strings.TrimSpace(text[to:]) != "" {
		quoted += "…"
	}
	return quoted
}
