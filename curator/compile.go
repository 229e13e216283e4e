package curator

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"

	"chinanews/news"
)

// compilation makes clauses of a syntax tree. Only what it knows gets through:
// the expression library can do more than a rule may, and without bounds.
type compilation struct {
	source file.Source
	words  map[string][]string
	lists  map[string]any // the same, as comparisons see them
	config *conf.Config
	work   int
	err    *RuleError // the first
}

func newCompilation(source file.Source, words map[string][]string) *compilation {
	c := &compilation{source: source, words: words, lists: make(map[string]any)}
	known := types.Map{}
	for name, list := range words {
		c.lists[name] = list
		known[name] = types.TypeOf([]string{})
	}
	env := types.Map{"words": known}
	for name, k := range fieldKinds {
		env[name] = map[kind]types.Type{aText: types.String, aList: types.TypeOf([]string{}), aMoment: types.TypeOf(news.Date{}.Time)}[k]
	}
	c.config = conf.New(env)
	return c
}

// fail notes what is wrong at a part of the rule, if nothing was before.
func (c *compilation) fail(n ast.Node, what, hint string) kind {
	if c.err == nil {
		c.err = &RuleError{column(n), what, hint}
	}
	return nothing
}

// column is where a part of a rule begins.
func column(n ast.Node) int {
	first := leftmost(-1)
	ast.Walk(&n, &first)
	return int(first) + 1
}

// leftmost is the place of the first part that was visited.
type leftmost int

func (l *leftmost) Visit(n *ast.Node) {
	if _, late := (*n).(*ast.BinaryNode); late {
		return // stands between its parts
	}
	if at := (*n).Location().From; *l < 0 || at < int(*l) {
		*l = leftmost(at)
	}
}

// clause makes a clause of what is true or false.
func (c *compilation) clause(n ast.Node) clause {
	out := clause{column: column(n)}
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return joined(out, "not", c.clause(n.Node))
		}
	case *ast.BinaryNode:
		if op := logic[n.Operator]; op != "" {
			return joined(out, op, append(c.same(n.Left, op), c.same(n.Right, op)...)...)
		}
		if comparisons[n.Operator] {
			out.asks = c.comparison(n)
			return labelled(out, n)
		}
	case *ast.CallNode:
		if asks := c.call(n); asks != nil {
			out.asks = asks
			return labelled(out, n)
		}
	case *ast.BoolNode:
		out.asks = c.program(n)
		return labelled(out, n)
	}
	if k := c.kind(n); k != nothing {
		c.fail(n, fmt.Sprintf("%s is %s, and must be yes or no", said(n), k), ask(k))
	}
	return out
}

// labelled is a clause without parts, with its text.
func labelled(c clause, n ast.Node) clause {
	c.text = limited(n.String(), maxClause)
	return c
}

// joined is a clause of parts. Its text is made of theirs, of which there may
// be many within one another.
func joined(c clause, op string, parts ...clause) clause {
	c.op, c.parts = op, parts
	var texts []string
	for _, p := range parts {
		_, two := p.asks.(comparison)
		if p.op == "and" || p.op == "or" || two && op == "not" {
			p.text = "(" + p.text + ")"
		}
		texts = append(texts, p.text)
	}
	c.text = strings.Join(texts, " "+op+" ")
	if op == "not" {
		c.text = "not " + c.text
	}
	c.text = limited(c.text, maxClause)
	return c
}

var logic = map[string]string{"and": "and", "&&": "and", "or": "or", "||": "or"}

// same are the parts of a chain of ands, or of ors.
func (c *compilation) same(n ast.Node, op string) []clause {
	if b, ok := n.(*ast.BinaryNode); ok && logic[b.Operator] == op {
		return append(c.same(b.Left, op), c.same(b.Right, op)...)
	}
	return []clause{c.clause(n)}
}

// ask is how a value of a kind is asked about.
func ask(k kind) string {
	switch k {
	case aText:
		return `ask something of it: has(title, "words"), lang == "zh"`
	case aList:
		return `ask something of it: "x" in tags, any_of(title, words.some_list)`
	case aMoment:
		return `ask something of it: published >= date("2026-11-23")`
	}
	return "ask something of it: len(tags) > 2"
}

// said is a part of a rule as an error names it.
func said(n ast.Node) string { return short(n.String()) }

// program compiles a comparison for the expression library.
func (c *compilation) program(n ast.Node) comparison {
	if c.err != nil {
		return comparison{}
	}
	tree := &parser.Tree{Node: n, Source: c.source}
	_, err := checker.Check(tree, c.config)
	if err != nil {
		c.fail(n, firstLine(err.Error()), "")
		return comparison{}
	}
	p, err := compiler.Compile(tree, c.config)
	if err != nil {
		c.fail(n, firstLine(err.Error()), "")
		return comparison{}
	}
	var fields visited
	ast.Walk(&n, &fields)
	return comparison{program: p, fields: fields}
}

// visited are the fields that were visited.
type visited []string

func (f *visited) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok && fieldKinds[id.Value] != nothing && !slices.Contains(*f, id.Value) {
		*f = append(*f, id.Value)
	}
}

// wordList is the list that words.x is.
func (c *compilation) wordList(n *ast.MemberNode) (name string, list []string, ok bool) {
	id, isID := n.Node.(*ast.IdentifierNode)
	property, isName := n.Property.(*ast.StringNode)
	if !isID || !isName || id.Value != "words" {
		c.fail(n, said(n)+" is not part of rules", "lists are asked with in and any_of; word lists are written words.name")
		return "", nil, false
	}
	list, ok = c.words[property.Value]
	if !ok {
		c.fail(property, "no word list "+short(property.Value), c.otherLists(property.Value))
	}
	return "words." + property.Value, list, ok
}

// otherLists says which word list was perhaps meant.
func (c *compilation) otherLists(name string) string {
	known := slices.Sorted(maps.Keys(c.words))
	if near := news.Nearest(name, known); near != "" {
		return "did you mean words." + near + "?"
	}
	if len(known) == 0 {
		return "the configuration has no lists under words:"
	}
	return "lists here: " + limited(strings.Join(known, " "), maxClause)
}
