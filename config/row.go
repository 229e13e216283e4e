package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// Row is what problems have as the file of a row that was given as text.
const Row = "row"

const maxRow = 64 << 10 // bytes of such a row

// WithRow reads a configuration file as it would be with one more row: text
// that is an item of a list of rows, or the row alone. A row of the file that
// has its id gives way to it. Since the text may be anybody's, it is given
// neither the environment nor files with secrets. The error is that of Load;
// Problems in the text have Row as their file, and come first.
func WithRow(file string, text []byte, c Checks) (cfg news.Config, id string, err error) {
	whole, err := readFile(file)
	if err != nil {
		return news.Config{}, "", err
	}
	r := &reading{checks: c}
	var ok bool
	if r.given, ok = (&decoder{reading: r, file: Row, foreign: true}).one(text); !ok {
		return news.Config{}, "", r.problems
	}
	cfg, err = parse(file, whole, r)
	return cfg, idIn(r.given.node), err
}

// one parses the only row of a text.
func (d *decoder) one(text []byte) (value, bool) {
	const hint = "write one row, as it stands under sources:"
	if len(text) > maxRow {
		d.problem(1, 1, "this is larger than a row", hint)
		return value{}, false
	}
	body, ok := d.parse(text)
	if !ok {
		return value{}, false
	}
	v := value{d, body}
	if rows := under(body, "sources"); rows != nil {
		v.node = rows
	}
	items := v.items()
	switch {
	case len(items) == 0:
		d.problem(1, 1, "there is no row", hint)
	case len(items) > 1:
		items[1].bad("this is a second row", "one is tried at a time")
	default:
		return items[0], true
	}
	return value{}, false
}

// idIn is the id that a row will have; empty where it says none.
func idIn(row ast.Node) string {
	if word, ok := row.(*ast.StringNode); ok {
		return word.Value
	}
	if id := idOf(row); id != "" {
		return id
	}
	if use := under(row, "use"); use != nil {
		return scalar(use)
	}
	return ""
}

// yields reports whether a row gives way to the one that was given as text.
func (d *decoder) yields(row ast.Node) bool {
	given := d.given
	return given.node != nil && given.decoder != d && idIn(row) != "" && idIn(row) == idIn(given.node)
}

// Spot is where a further item of a list goes in a file.
type Spot struct {
	Line   int  // it stands behind this one; 0: no list of lines is there that could go on
	Indent int  // columns before its hyphen
	Absent bool // the key is not in the file
	Empty  bool // the line has the key with nothing in brackets, which gives way to it
}

// End finds the end of the list that a configuration file, or one with rows,
// has under a key of its first level. The error is that of Load.
func End(file, key string) (Spot, error) {
	text, err := readFile(file)
	if err != nil {
		return Spot{}, err
	}
	d := &decoder{reading: new(reading), file: file}
	body, ok := d.parse(text)
	if !ok {
		return Spot{}, d.problems
	}
	entries, _ := pairs(body)
	for n, e := range entries {
		if scalar(e.Key) != key {
			continue
		}
		next := len(d.lines) + 1
		if n+1 < len(entries) {
			next = position(entries[n+1]).Line
		}
		return d.end(e, next), nil
	}
	return Spot{Line: d.last(len(d.lines) + 1), Absent: true}, nil
}

// end is that of the list of an entry before a line of the file.
func (d *decoder) end(e *ast.MappingValueNode, next int) Spot {
	switch list := e.Value.(type) {
	case *ast.NullNode:
		return Spot{Line: e.Key.GetToken().Position.Line, Indent: 2}
	case *ast.SequenceNode:
		if line := e.Key.GetToken().Position.Line; len(list.Values) == 0 && line == list.End.Position.Line {
			return Spot{Line: line, Indent: 2, Empty: true}
		}
		if !list.IsFlowStyle {
			return Spot{Line: d.last(next), Indent: list.Start.Position.Column - 1}
		}
	}
	return Spot{}
}

// last is the last line before another that says something.
func (d *decoder) last(next int) int {
	for next--; next > 0; next-- {
		if line := strings.TrimSpace(d.lines[next-1]); line != "" && line[0] != '#' {
			break
		}
	}
	return next
}
