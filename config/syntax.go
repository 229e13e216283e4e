package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxFile  = 4 << 20 // bytes, far more than any configuration needs
	maxDepth = 20      // of nested brackets, or of marks that nest on one line
)

// parse makes a tree of the text, nil of one that says nothing; not ok when
// that failed. The parser takes the square of the depth, and its stack has no
// bound: what is nested more deeply than any configuration is refused before
// the parser sees it.
func (d *decoder) parse(raw []byte) (body ast.Node, ok bool) {
	defer func() {
		if r := recover(); r != nil { // the library's: a file must never end the program
			d.problem(1, 1, fmt.Sprintf("the file cannot be parsed (%v)", r), "look for a wrong indentation")
			body, ok = nil, false
		}
	}()
	text, ok := d.decode(raw)
	if !ok {
		return nil, false
	}
	tokens := lexer.Tokenize(text)
	if !d.shallow(tokens) {
		return nil, false
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.syntax(err)
		return nil, false
	}
	if body, ok = d.only(file.Docs); ok {
		d.marks(body, "")
		slices.SortStableFunc(d.marked, mark.compare)
	}
	return body, ok
}

// decode makes lines of the bytes. A file that is not UTF-8 was saved by an
// editor that has a setting for it.
func (d *decoder) decode(raw []byte) (string, bool) {
	if len(raw) > maxFile {
		d.problem(1, 1, "the file is larger than 4 MiB", "a configuration is not")
		return "", false
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(raw), "\ufeff"))
	d.lines = strings.Split(text, "\n")
	for i, line := range d.lines {
		if !utf8.ValidString(line) {
			good := strings.IndexRune(line, utf8.RuneError) // finds what is no UTF-8, too
			d.problem(i+1, utf8.RuneCountInString(line[:good])+1, "this is not UTF-8", "save the file as UTF-8 in your editor")
			return "", false
		}
	}
	return text, true
}

// shallow reports whether the parser may see the tokens.
func (d *decoder) shallow(tokens token.Tokens) bool {
	brackets, marks, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			marks, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			marks++
		}
		if brackets > maxDepth || marks > maxDepth {
			d.problem(line, t.Position.Column, "this is nested too deeply", fmt.Sprintf("%d levels are the most", maxDepth))
			return false
		}
	}
	return true
}

// syntax notes why a text is no YAML.
func (d *decoder) syntax(err error) {
	var e *yaml.SyntaxError
	if !errors.As(err, &e) {
		d.problem(1, 1, err.Error(), "check indentation, colons and quotes")
		return
	}
	at := e.GetToken().Position
	line := d.lines[min(max(at.Line, 1), len(d.lines))-1]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	if tab := strings.IndexByte(indent, '\t'); tab >= 0 {
		d.problem(at.Line, tab+1, "a tab, where YAML is indented by spaces", "replace it by two spaces a level")
		return
	}
	d.problem(at.Line, at.Column, firstLine(e.GetMessage()), "check indentation, colons and quotes")
}

// only is the body of the only document.
func (d *decoder) only(docs []*ast.DocumentNode) (ast.Node, bool) {
	if len(docs) == 0 || docs[0].Body == nil {
		return nil, true
	}
	if len(docs) > 1 {
		line := len(d.lines)
		if start := docs[1].Start; start != nil {
			line = start.Position.Line
		}
		d.problem(line, 1, "a second document", "keep everything in one, without ---")
		return nil, false
	}
	return docs[0].Body, true
}
