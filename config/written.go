package config

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// braced is a row on one line, with another rule.
func braced(row ast.Node, where string) string {
	return "- {" + strings.Join(append(parts(row), "where: "+lineText(where)), ", ") + "}\n"
}

// parts are the keys and values of a row as YAML, but for its rule.
func parts(row ast.Node) (out []string) {
	entries, _ := pairs(row)
	for _, e := range entries {
		if key := scalar(e.Key); key != "where" {
			out = append(out, lineText(key)+": "+nodeText(e.Value))
		}
	}
	return out
}

// nodeText is a node as YAML on one line. What no configuration reads is not
// written as it was.
func nodeText(n ast.Node) string {
	var all []string
	switch n := n.(type) {
	case *ast.SequenceNode:
		for _, v := range n.Values {
			all = append(all, nodeText(v))
		}
		return "[" + strings.Join(all, ", ") + "]"
	case *ast.MappingNode, *ast.MappingValueNode:
		entries, _ := pairs(n)
		for _, e := range entries {
			all = append(all, lineText(scalar(e.Key))+": "+nodeText(e.Value))
		}
		return "{" + strings.Join(all, ", ") + "}"
	case *ast.StringNode:
		if n.Token.Type == token.StringType && !strings.ContainsFunc(n.Value, marking) {
			return n.Value // as it was written
		}
		return lineText(n.Value)
	case *ast.LiteralNode:
		return lineText(scalar(n))
	case *ast.NullNode:
		return "null"
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	return "null"
}

func listText(values []string) string {
	all := make([]string, len(values))
	for n, v := range values {
		all[n] = lineText(v)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// lineText is any text as YAML on one line, in every place.
func lineText(s string) string {
	switch {
	case strings.ContainsFunc(s, unseen):
	case strings.Contains(s, ":"): // within brackets it may be taken for a key's
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	default:
		return quoted(s)
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unseen(r) && r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unseen(r) && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case unseen(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// marking reports what may mean more than itself in YAML.
func marking(r rune) bool { return unseen(r) || strings.ContainsRune(",[]{}:#&*!|>'\"%@`?\\", r) }

// unseen reports a character that YAML does not take as it is, or a person does
// not see.
func unseen(r rune) bool { return !unicode.IsPrint(r) }

// blockText is a text of several lines as it is, for a key that is indented by
// two; any other as lineText.
func blockText(s string) string {
	if !strings.Contains(s, "\n") || strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && unseen(r) }) {
		return lineText(s)
	}
	return "|-\n    " + strings.ReplaceAll(s, "\n", "\n    ")
}
