package difference

import (
	"html"
	"path"
	"strings"
	"unicode/utf8"

	"chinanews/news"
)

// block is a paragraph, a list item or a row of a table.
type block struct {
	text     string // on one line; the cells of a row are parted by " | "
	row      bool
	linked   int  // bytes of text that are links
	attached bool // a link leads to a document
	sold     bool // a link leads to a server of advertisements
}

// blocks cuts sanitised markup. Anything else is read as far as it goes.
func blocks(markup string) []block {
	var s scanner
	for markup != "" {
		open := strings.IndexByte(markup, '<')
		if open < 0 {
			s.add(markup)
			break
		}
		s.add(markup[:open])
		markup = s.tag(markup[open:])
	}
	s.end()
	return s.blocks
}

// lines cuts plain text.
func lines(text string) (cut []block) {
	for line := range strings.Lines(text) {
		if line = news.Line(line); line != "" {
			cut = append(cut, block{text: line})
		}
	}
	return cut
}

// scanner gathers blocks from markup.
type scanner struct {
	blocks []block
	now    block
	text   strings.Builder
	links  int // how many links are open
	silent int // how many elements are open that nobody reads
}

func (s *scanner) add(text string) {
	if s.silent > 0 || text == "" {
		return
	}
	text = html.UnescapeString(text)
	s.text.WriteString(text)
	if s.links > 0 {
		s.now.linked += len(news.Line(text))
	}
}

// tag reads the tag that markup begins with and returns what follows it. A
// bracket that begins no tag is text.
func (s *scanner) tag(markup string) string {
	if comment, ok := strings.CutPrefix(markup, "<!--"); ok {
		_, rest, _ := strings.Cut(comment, "-->")
		return rest
	}
	end := strings.IndexByte(markup, '>')
	name, closing := tagName(markup)
	if end < 0 || name == "" {
		s.add("<")
		return markup[1:]
	}
	s.element(name, closing, markup[:end])
	return markup[end+1:]
}

func tagName(markup string) (name string, closing bool) {
	name, closing = strings.CutPrefix(markup[1:], "/")
	end := strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf || !alphanumeric(byte(r)) })
	if end >= 0 {
		name = name[:end]
	}
	return strings.ToLower(name), closing
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// inline are the elements that do not break a line.
var inline = setOf("a abbr b cite code em font i img q rb rp rt ruby s small span strong sub sup u wbr")

func (s *scanner) element(name string, closing bool, tag string) {
	step := 1
	if closing {
		step = -1
	}
	switch {
	case name == "rt", name == "rp", name == "script", name == "style":
		s.silent = max(0, s.silent+step)
	case name == "a":
		s.links = max(0, s.links+step)
		s.now.attached = s.now.attached || !closing && document(tag)
		s.now.sold = s.now.sold || !closing && adServer().MatchString(tag)
	case name == "td", name == "th":
		s.now.row = true
		if closing {
			s.text.WriteString(" | ")
		}
	case !inline[name]:
		s.breakLine(name)
	}
}

// breakLine ends a line, or, where paragraphs stand in the cell of a table,
// only a word.
func (s *scanner) breakLine(name string) {
	if s.now.row && name != "tr" && name != "table" {
		s.text.WriteByte(' ')
		return
	}
	s.end()
}

// document reports a link to something that is no page.
func document(tag string) bool {
	_, href, ok := strings.Cut(tag, `href="`)
	href, _, _ = strings.Cut(href, `"`)
	href, _, _ = strings.Cut(href, "?")
	return ok && documents[strings.TrimPrefix(strings.ToLower(path.Ext(href)), ".")]
}

var adServer = expression(`(?i)href="(?:https?:)?//(?:ads?|adv|adserver|adclick|banners?|sponsor|promo|click|doubleclick)\d*\.`)

var documents = setOf("pdf doc docx xls xlsx ppt pptx zip rar 7z csv txt wps et ofd jpg png mp4")

func (s *scanner) end() {
	s.now.text = news.Line(s.text.String())
	if s.now.row {
		s.now.text = strings.Trim(s.now.text, "| ")
	}
	if s.now.text != "" {
		s.blocks = append(s.blocks, s.now)
	}
	s.now = block{}
	s.text.Reset()
}

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
