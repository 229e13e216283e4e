package config

import (
	"math"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
)

// cursor stands before a character of a file: its line and column, from 0.
type cursor struct {
	lines     []string
	line, col int
	here      []rune // the line
	style     byte   // how the scalar is written: | > ' " or none of them
	indent    int    // of a block that is written in lines: what stands deeper belongs to the value
}

// within is where in the file a character of a scalar's value was written,
// counted from 1; false when that cannot be told.
func (d *decoder) within(n ast.Node, value string, character int) (line, col int, ok bool) {
	pos := n.GetToken().Position
	c := cursor{lines: d.lines}
	c.move(max(pos.Line-1, 0), max(pos.Column-1, 0))
	if r := c.at(0); strings.ContainsRune(`|>'"`, r) {
		c.style = byte(r)
		c.col++
	}
	if c.style == '|' || c.style == '>' {
		c.indent = math.MaxInt
		c.newLine()
		c.indent = c.col
	}
	for _, r := range value {
		if character--; character < 1 {
			break
		}
		if !c.pass(r) {
			return 0, 0, false
		}
	}
	return c.line + 1, c.col + 1, c.line < len(d.lines)
}

// move goes to another line.
func (c *cursor) move(line, col int) {
	c.line, c.col, c.here = line, col, nil
	if line < len(c.lines) {
		c.here = []rune(strings.TrimRight(c.lines[line], "\r"))
	}
}

// at is the character so many behind the cursor; 0 at the end of the line.
func (c *cursor) at(n int) rune {
	if c.col+n >= len(c.here) {
		return 0
	}
	return c.here[c.col+n]
}

// newLine goes to where the text of the next line begins; of the next that has
// any, where lines are folded.
func (c *cursor) newLine() {
	for c.line < len(c.lines) {
		c.move(c.line+1, 0)
		for c.at(0) == ' ' && (c.indent == 0 || c.col < c.indent) {
			c.col++
		}
		if c.style == '|' || c.at(0) != 0 {
			return
		}
	}
}

// pass goes past what was written for a character of the value; false when
// something else stands there.
func (c *cursor) pass(r rune) bool {
	rest := 0
	for unicode.IsSpace(r) && c.at(rest) == ' ' {
		rest++
	}
	switch {
	case unicode.IsSpace(r) && c.at(rest) == 0 && (r == '\n' || c.style != '|'):
		c.newLine()
		return true
	case c.style == '\'' && r == '\'' && c.at(0) == '\'' && c.at(1) == '\'':
		c.col += 2
		return true
	case c.style == '"' && c.at(0) == '\\':
		written := c.at(1)
		c.col += max(2, map[rune]int{'x': 4, 'u': 6, 'U': 10}[written])
		return written != 0
	}
	ok := c.at(0) == r
	c.col++
	return ok
}
