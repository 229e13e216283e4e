package config

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// mark is where in a file a key or a value begins.
type mark struct {
	line, col int
	key       string // whose value it is, below its row; empty: it is none
}

func (m mark) compare(o mark) int {
	return cmp.Or(cmp.Compare(m.line, o.line), cmp.Compare(m.col, o.col))
}

// marks notes where keys and values of a mapping begin, so that what is wrong
// with a value can name its key.
func (d *decoder) marks(n ast.Node, path string) {
	put := func(n ast.Node, key string) {
		pos := position(n)
		d.marked = append(d.marked, mark{pos.Line, pos.Column, key})
	}
	switch n := n.(type) {
	case nil:
	case *ast.MappingNode:
		put(n, path)
		for _, e := range n.Values {
			d.marks(e, path)
		}
	case *ast.MappingValueNode:
		put(n.Key, "")
		name := scalar(n.Key)
		if path != "" {
			name = path + "." + name
		}
		d.marks(n.Value, name)
	case *ast.SequenceNode:
		put(n, path)
		for _, item := range n.Values {
			if _, row := pairs(item); row {
				d.marks(item, "")
			} else {
				d.marks(item, path)
			}
		}
	default:
		put(n, path)
	}
}

// named puts the key before what is wrong with its value, unless that says it.
func (d *decoder) named(line, col int, what string) string {
	at, found := slices.BinarySearchFunc(d.marked, mark{line, col, ""}, mark.compare)
	if found {
		for at+1 < len(d.marked) && d.marked[at+1].compare(mark{line, col, ""}) == 0 {
			at++
		}
	} else {
		at--
	}
	if at < 0 || d.marked[at].key == "" {
		return what
	}
	key := d.marked[at].key
	if last := lastKey.FindString(key); regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(last) + `($|\W)`).MatchString(what) {
		return what
	}
	return key + ": " + what
}

var lastKey = regexp.MustCompile(`[^.]*$`)
