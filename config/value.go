package config

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"chinanews/news"
)

// decoder gathers what a file says and what is wrong with it.
type decoder struct {
	file     string
	checks   Checks
	config   news.Config
	problems Problems
	later    []func() // checks that need the whole file
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

func (d *decoder) at(n ast.Node, what, hint string) {
	pos := position(n)
	d.problems = append(d.problems, Problem{d.file, pos.Line, pos.Column, what, hint})
}

func (d *decoder) warn(n ast.Node, format string, args ...any) {
	pos := position(n)
	d.config.Warnings = append(d.config.Warnings, fmt.Sprintf("%s:%d:%d: %s", d.file, pos.Line, pos.Column, fmt.Sprintf(format, args...)))
}

func (d *decoder) sorted() Problems {
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col)) })
	return slices.CompactFunc(d.problems, func(a, b Problem) bool { return a == b })
}

// value is a node with the decoder that it belongs to. Its methods set what
// they are given, or note what is wrong and where.
type value struct {
	*decoder
	node ast.Node
}

func (v value) bad(what, hint string) { v.at(v.node, what, hint) }

// key is what may stand under a key: how its value is taken, or that it is for
// a later version.
type key struct {
	take  func(value)
	later string // not in effect: what to say instead
	only  string // of a later key: the one value that means what this version does
}

// keys are those of one mapping.
type keys map[string]key

func takes(f func(value)) key { return key{take: f} }

// mapping takes a mapping key by key. Unknown keys, and those that stand
// twice, are problems.
func (v value) mapping(k keys) {
	entries, ok := v.entries()
	if !ok {
		return
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
			v.at(e.Key, fmt.Sprintf("unknown key %s", name), suggest(name, names(k)))
		case known.take != nil:
			known.take(value{v.decoder, e.Value})
		case known.only != "" && plain(e.Value) == known.only:
		case known.later != "":
			v.at(e.Key, fmt.Sprintf("%s is not available in this version", name), known.later)
		default:
			v.warn(e.Key, "%s has no effect in this version", name)
		}
	}
}

func names(k keys) []string {
	var out []string
	for name := range k {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// entries are a mapping's pairs.
func (v value) entries() ([]*ast.MappingValueNode, bool) {
	switch n := v.node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	case *ast.AnchorNode, *ast.AliasNode:
		v.bad("anchors and aliases are not read", "write the value where it is meant")
	case *ast.NullNode:
		return nil, true
	default:
		v.bad("this must be a mapping", "write key: value pairs")
	}
	return nil, false
}

// items are a list's values. A single value stands for a list of one.
func (v value) items() []value {
	seq, ok := v.node.(*ast.SequenceNode)
	if !ok {
		if _, null := v.node.(*ast.NullNode); null {
			return nil
		}
		return []value{v}
	}
	out := make([]value, len(seq.Values))
	for i, n := range seq.Values {
		out[i] = value{v.decoder, n}
	}
	return out
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

// plain is the text of a scalar, or of a list of one.
func plain(n ast.Node) string {
	if _, ok := n.(ast.ScalarNode); ok {
		return scalar(n)
	}
	return "\x00"
}
