package config

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"chinanews/news"
)

// reading gathers what files say together and what is wrong with them.
type reading struct {
	checks   Checks
	config   news.Config
	problems Problems
	warnings Problems
	later    []func() // checks that need everything
	lacking  bool     // a row was left out for what is wrong with it
	given    value    // a row that was given as text, beside the files; without node: none
}

// decoder takes one file of a reading.
type decoder struct {
	*reading
	file   string
	lines  []string
	marked []mark // in the order of the file
	ours   string // what to call it when it comes with the program

	foreign bool // it may be anybody's: nothing of this machine is put into it
}

// place is where a key was written, for a person.
func (d *decoder) place(n ast.Node) string {
	return value{d, n}.mention().String()
}

// mention is where something stands. It holds nothing of the tree of its file,
// which is many times as large as the text.
type mention struct {
	file, ours string
	line       int
}

func (v value) mention() mention { return mention{v.file, v.ours, position(v.node).Line} }

func (m mention) String() string {
	if m.ours != "" {
		return m.ours
	}
	return fmt.Sprintf("%s:%d", m.file, m.line)
}

// elsewhere says where that is, beside a place in the decoder's own file.
func (d *decoder) elsewhere(m mention) string {
	if m.file == d.file {
		return fmt.Sprintf("in line %d", m.line)
	}
	return "in " + m.String()
}

// position is where a person would point to: of a mapping, its first key.
func position(n ast.Node) *token.Position {
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return position(m.Values[0])
		}
	case *ast.MappingValueNode:
		return m.Key.GetToken().Position
	}
	return n.GetToken().Position
}

// spot is a place in the file: the parser's may lie behind its end.
func (d *decoder) spot(line, col int, what, hint string) Problem {
	line = max(1, min(line, len(d.lines)))
	if len(d.lines) > 0 {
		col = min(col, utf8.RuneCountInString(d.lines[line-1])+1)
	}
	return Problem{d.file, line, max(1, col), what, hint}
}

func (d *decoder) problem(line, col int, what, hint string) {
	d.problems = append(d.problems, d.spot(line, col, d.named(line, col, what), hint))
}

func (d *decoder) at(n ast.Node, what, hint string) {
	pos := position(n)
	d.problem(pos.Line, pos.Column, what, hint)
}

func (d *decoder) warn(n ast.Node, format string, args ...any) {
	pos := position(n)
	d.warnings = append(d.warnings, d.spot(pos.Line, pos.Column, fmt.Sprintf(format, args...), ""))
}

// value is a node with the decoder that it belongs to. Its methods set what
// they are given, or note what is wrong and where.
type value struct {
	*decoder
	node ast.Node
}

func (v value) bad(what, hint string) { v.at(v.node, what, hint) }

// key is what may stand under a key: how its value is taken, or that it has no
// effect.
type key struct {
	take func(value)
	only string // of a key without take: the value that means what this version does; nothing always does
}

// keys are those of one mapping.
type keys map[string]key

func takes(f func(value)) key { return key{take: f} }

// mapping takes a mapping key by key. Unknown keys, and those that stand
// twice, are problems. It reports whether there was a mapping to take.
func (v value) mapping(k keys) bool {
	entries, ok := v.entries()
	if !ok {
		return false
	}
	seen := make(map[string]int)
	for _, e := range entries {
		name := scalar(e.Key)
		if line, twice := seen[name]; twice {
			v.at(e.Key, fmt.Sprintf("key %s stands twice", name), fmt.Sprintf("the first is in line %d", line))
			continue
		}
		seen[name] = e.Key.GetToken().Position.Line
		known, ok := k[name]
		switch {
		case !ok:
			v.at(e.Key, fmt.Sprintf("unknown key %s", name), Suggest(name, names(k)))
		case known.take != nil:
			known.take(value{v.decoder, e.Value})
		case plain(e.Value) != known.only:
			v.warn(e.Key, "%s has no effect in this version", name)
		}
	}
	return true
}

// names are the keys that may be written.
func names(k keys) []string { return slices.Sorted(maps.Keys(k)) }

// entries are a mapping's pairs.
func (v value) entries() ([]*ast.MappingValueNode, bool) {
	entries, ok := pairs(v.node)
	if !ok {
		v.misshapen("a mapping", "write key: value pairs")
	}
	return entries, ok
}

// pairs are those of a mapping; nothing is an empty one.
func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	case nil, *ast.NullNode:
		return nil, true
	}
	return nil, false
}

// misshapen notes that a value is of another shape than is wanted.
func (v value) misshapen(want, hint string) {
	switch v.node.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		v.bad("anchors and aliases are not read", "write the value where it is meant")
	case *ast.TagNode:
		v.bad("types written with ! are not read", "write the value alone")
	case *ast.SequenceNode:
		v.bad("this is a list and must be "+want, hint)
	case *ast.MappingNode, *ast.MappingValueNode:
		v.bad("this is a mapping and must be "+want, hint)
	default:
		v.bad("this must be "+want, hint)
	}
}

// items are a list's values. A single value stands for a list of one.
func (v value) items() []value {
	if v.empty() {
		return nil
	}
	seq, ok := v.node.(*ast.SequenceNode)
	if !ok {
		return []value{v}
	}
	out := make([]value, len(seq.Values))
	for i, n := range seq.Values {
		out[i] = value{v.decoder, n}
	}
	return out
}

// empty reports whether nothing is written, or an empty list.
func (v value) empty() bool {
	if seq, ok := v.node.(*ast.SequenceNode); ok {
		return len(seq.Values) == 0
	}
	_, null := v.node.(*ast.NullNode)
	return v.node == nil || null
}

// unsaid reports whether nothing is written, and not even that there is nothing.
func (v value) unsaid() bool {
	_, list := v.node.(*ast.SequenceNode)
	return !list
}

// rows are the values of what must be written as a list.
func (v value) rows() []value {
	if v.empty() {
		return nil
	}
	if _, ok := v.node.(*ast.SequenceNode); !ok {
		v.misshapen("a list", "begin each row with a hyphen")
		return nil
	}
	return v.items()
}

// scalar is the text of a scalar node, as written but for quotes.
func scalar(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.NullNode:
		return ""
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	return ""
}

// single reports a scalar that is written as such, without anchors and tags.
func single(n ast.Node) bool {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return false
	}
	_, ok := n.(ast.ScalarNode)
	return ok
}

// plain is the text of a scalar; of all else, what no scalar is.
func plain(n ast.Node) string {
	if _, ok := n.(ast.ScalarNode); ok {
		return scalar(n)
	}
	return "\x00"
}
