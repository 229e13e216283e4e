package curator

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"chinanews/news"
)

// maxApart is how far apart near may look, in words.
const maxApart = 1000

// call makes a question of has, any_of or near.
func (c *compilation) call(n *ast.CallNode) question {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.fail(n.Callee, said(n.Callee)+" is no function", "functions here: "+strings.Join(functionNames, " "))
		return nil
	}
	least, most := 2, 2
	switch id.Value {
	case "any_of":
		most = maxNodes
	case "near":
		least, most = 4, 4
	case "has":
	default:
		c.unknownFunction(n, id.Value)
		return nil
	}
	if len(n.Arguments) < least || len(n.Arguments) > most {
		c.fail(n, fmt.Sprintf("%s does not take %s", id.Value, counted(len(n.Arguments), "argument")), "write "+usage[id.Value])
		return nil
	}
	field, ok := c.field(n.Arguments[0], id.Value)
	if !ok {
		return nil
	}
	if id.Value == "near" {
		return c.near(field, n.Arguments[1:])
	}
	return c.anyOf(field, id.Value, n.Arguments[1:])
}

func (c *compilation) unknownFunction(n ast.Node, name string) kind {
	switch {
	case fieldKinds[name] != nothing:
		return c.fail(n, name+" is a field and no function", "leave the brackets out")
	case name == "now":
		return c.fail(n, "now: there is no clock in rules", "the same item must be judged alike at any time; compare with date(\"2026-11-23\") or with first_seen")
	}
	hint := "functions here: " + strings.Join(functionNames, " ")
	if near := news.Nearest(name, functionNames); near != "" {
		hint = "did you mean " + near + "?"
	}
	return c.fail(n, "no function "+short(name), hint)
}

// field is the first argument: what is looked into.
func (c *compilation) field(n ast.Node, function string) (string, bool) {
	if id, ok := n.(*ast.IdentifierNode); ok {
		if k := c.kind(n); k == aText || k == aList || k == nothing {
			return id.Value, k != nothing
		}
	}
	c.fail(n, fmt.Sprintf("%s looks into a field that is text or a list, and %s is none", function, said(n)), "write "+usage[function])
	return "", false
}

func (c *compilation) anyOf(field, function string, args []ast.Node) question {
	out := occurrence{field: field}
	var lists []string
	for _, arg := range args {
		p, list := c.phrases(arg, function)
		if list != "" {
			lists = append(lists, list)
		}
		out.phrases = append(out.phrases, p...)
	}
	c.work += len(out.phrases)
	if c.work > maxWork {
		c.fail(args[0], fmt.Sprintf("this rule looks for more than %d words", maxWork), "use shorter lists, or Russia* for Russian and Russians")
	}
	out.what = "none of " + counted(len(out.phrases), "word")
	switch {
	case len(lists) == 1 && len(args) == 1:
		out.what += " of " + lists[0]
	case len(out.phrases) == 1:
		out.what = out.phrases[0].quoted() + " is not"
	}
	return out
}

// phrases are those of one argument, and the list that it names.
func (c *compilation) phrases(n ast.Node, function string) (out []phrase, list string) {
	member, isMember := n.(*ast.MemberNode)
	array, isArray := n.(*ast.ArrayNode)
	switch {
	case (isMember || isArray) && function != "any_of":
		c.fail(n, fmt.Sprintf("%s takes words and no list", function), "write "+usage[function]+"; any_of takes lists")
	case isMember:
		name, words, ok := c.wordList(member)
		if ok && len(words) == 0 {
			c.fail(n, name+" is empty", "put words into it, in the configuration")
		}
		for _, w := range words {
			out = append(out, c.phrase(n, w, name))
		}
		return out, name
	case isArray:
		for _, entry := range array.Nodes {
			out = append(out, c.literal(entry, function))
		}
		if len(out) == 0 {
			c.fail(n, "the list is empty", "write "+usage[function])
		}
		return out, ""
	}
	return []phrase{c.literal(n, function)}, ""
}

// literal is a phrase that stands in the rule.
func (c *compilation) literal(n ast.Node, function string) phrase {
	switch n := n.(type) {
	case *ast.StringNode:
		return c.phrase(n, n.Value, "")
	case *ast.IdentifierNode:
		hint := `write it in quotation marks: "` + n.Value + `"`
		if _, ok := c.words[n.Value]; ok {
			hint = "did you mean words." + n.Value + "?"
		}
		c.fail(n, fmt.Sprintf("%s looks for words, and %s is none", function, n.Value), hint)
	default:
		c.fail(n, fmt.Sprintf("%s looks for words, and %s is none", function, said(n)), "write "+usage[function])
	}
	return phrase{}
}

func (c *compilation) phrase(n ast.Node, written, list string) phrase {
	stem, open := strings.CutSuffix(strings.TrimSpace(written), "*")
	p := phrase{news.Phrase(news.ForSearch(stem)), open, short(news.Line(written)), list}
	where := ""
	if list != "" {
		where = " in " + list
	}
	switch {
	case utf8.RuneCountInString(written) > maxPhrase:
		c.fail(n, fmt.Sprintf("%q%s has more than %d characters", p.written, where, maxPhrase), "look for fewer words")
	case strings.Contains(stem, "*"):
		c.fail(n, fmt.Sprintf("%q%s has a * within", p.written, where), "a * stands at the end alone, for any ending: Russia*")
	case p.Phrase == "":
		c.fail(n, fmt.Sprintf("%q%s has nothing to look for", p.written, where), "write at least one letter, digit or character")
	}
	return p
}

func (c *compilation) near(field string, args []ast.Node) question {
	n := nearness{field: field}
	n.a, n.b = c.literalOnly(args[0]), c.literalOnly(args[1])
	most, ok := args[2].(*ast.IntegerNode)
	if !ok || most.Value < 1 || most.Value > maxApart {
		c.fail(args[2], fmt.Sprintf("near takes a number of words from 1 to %d, and %s is none", maxApart, said(args[2])), "write "+usage["near"])
		return n
	}
	n.most = most.Value
	c.work += 2
	return n
}

func (c *compilation) literalOnly(n ast.Node) (p phrase) {
	if all, _ := c.phrases(n, "near"); len(all) == 1 {
		p = all[0]
	}
	return p
}
