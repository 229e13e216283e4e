package curator

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"

	"chinanews/news"
)

var comparisons = map[string]bool{"==": true, "!=": true, "<": true, ">": true, "<=": true, ">=": true, "in": true, "contains": true, "startsWith": true, "endsWith": true, "matches": true}

// comparison makes a question of two values with an operator between.
func (c *compilation) comparison(n *ast.BinaryNode) question {
	left, right := c.kind(n.Left), c.kind(n.Right)
	if left == nothing || right == nothing {
		return nil
	}
	if at, what, hint := mistaken(n, left, right); at != nil {
		c.fail(at, what, hint)
		return nil
	}
	if n.Operator == "matches" && !c.regex(n.Right) {
		return nil
	}
	out := c.program(n)
	out.find = finder(n)
	return out
}

// mistaken says what is wrong with the kinds of two values, and at which.
func mistaken(n *ast.BinaryNode, left, right kind) (at ast.Node, what, hint string) {
	a, b := said(n.Left), said(n.Right)
	switch {
	case left == aTruth || right == aTruth:
		return n.Left, "yes or no is compared with nothing", "join with and, or, not"
	case n.Operator == "in" && left == aText && right == aList:
		return nil, "", ""
	case n.Operator == "in" && right == aText:
		return n.Right, b + " is text and no list", fmt.Sprintf("write %s contains %s, or has(%s, %s)", b, a, b, a)
	case n.Operator == "in":
		return n.Left, fmt.Sprintf("%s is %s, and %s is %s", a, left, b, right), `write "x" in tags`
	case left == aList:
		return n.Left, a + " is a list", fmt.Sprintf("use %s in %s, or any_of(%s, %s)", b, a, a, b)
	case right == aList:
		return n.Right, b + " is a list", fmt.Sprintf("use %s in %s", a, b)
	case left != right:
		return n.Right, fmt.Sprintf("%s is %s, and %s is %s", a, left, b, right), alike(left, n.Right)
	case left != aText && (n.Operator == "contains" || n.Operator == "startsWith" || n.Operator == "endsWith" || n.Operator == "matches"):
		return n.Left, fmt.Sprintf("%s is %s; %s asks texts", a, left, n.Operator), "use == < > <= >="
	}
	return nil, "", ""
}

// alike is how a value is written as another kind.
func alike(want kind, n ast.Node) string {
	value := strings.Trim(said(n), `"`)
	switch want {
	case aText:
		return fmt.Sprintf("write text in quotation marks: %q", value)
	case aMoment:
		return `write date("2026-11-23")`
	case aSpan:
		return `write duration("48h")`
	}
	return "compare with a number, as in len(tags) > 2"
}

// kind is what a value is, none when it is nothing that a rule can use.
func (c *compilation) kind(n ast.Node) kind {
	switch n := n.(type) {
	case *ast.StringNode:
		return aText
	case *ast.IntegerNode, *ast.FloatNode:
		return aNumber
	case *ast.BoolNode:
		return aTruth
	case *ast.IdentifierNode:
		return c.named(n)
	case *ast.MemberNode:
		if _, _, ok := c.wordList(n); ok {
			return aList
		}
		return nothing
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.UnaryNode:
		return c.signed(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.CallNode:
		if c.call(n) == nil {
			return nothing
		}
		return aTruth
	}
	return c.fail(n, said(n)+" is not part of rules", "lists are asked with in and any_of, texts with has, contains, startsWith")
}

// named is the kind of a field.
func (c *compilation) named(n *ast.IdentifierNode) kind {
	if k := fieldKinds[n.Value]; k != nothing {
		c.reads(n)
		return k
	}
	_, isList := c.words[n.Value]
	near := news.Nearest(n.Value, fieldNames)
	hint := fmt.Sprintf("text stands in quotation marks: %q; fields: %s", short(n.Value), strings.Join(fieldNames, " "))
	switch {
	case n.Value == "words":
		return c.fail(n, "words alone is no list", "write words.name")
	case isList:
		hint = "did you mean words." + n.Value + "?"
	case near != "":
		hint = "did you mean " + near + "?"
	}
	return c.fail(n, "no field "+short(n.Value), hint)
}

// reads counts the reading of a field.
func (c *compilation) reads(n ast.Node) {
	if c.work++; c.work > maxWork {
		c.fail(n, fmt.Sprintf("this rule reads more than %d fields", maxWork), "make it shorter")
	}
}

func (c *compilation) array(n *ast.ArrayNode) kind {
	for _, entry := range n.Nodes {
		if _, ok := entry.(*ast.StringNode); !ok {
			return c.fail(entry, said(entry)+" is no text in quotation marks", `write ["a", "b"]`)
		}
	}
	if len(n.Nodes) == 0 {
		return c.fail(n, "the list is empty", `write ["a", "b"]`)
	}
	return aList
}

func (c *compilation) signed(n *ast.UnaryNode) kind {
	k := c.kind(n.Node)
	switch {
	case k == nothing:
		return nothing
	case n.Operator == "not" || n.Operator == "!":
		return aTruth
	case k != aNumber:
		return c.fail(n, fmt.Sprintf("%s is %s and has no sign", said(n.Node), k), "leave the sign out")
	}
	return aNumber
}

// binary is the kind of two values with an operator between.
func (c *compilation) binary(n *ast.BinaryNode) kind {
	a, b := c.kind(n.Left), c.kind(n.Right)
	op := n.Operator
	sum := op == "+" || op == "-"
	switch {
	case a == nothing || b == nothing:
		return nothing
	case comparisons[op] || logic[op] != "":
		return aTruth
	case a == aNumber && b == aNumber, sum && a == aSpan && b == aSpan:
		return a
	case sum && a == aMoment && b == aSpan, op == "+" && a == aSpan && b == aMoment:
		return aMoment
	case op == "-" && a == aMoment && b == aMoment:
		return aSpan
	case a == aText && b == aText && op == "+":
		return c.fail(n, "texts are not joined in rules", "ask each of them, with or between")
	}
	return c.fail(n, fmt.Sprintf("%s between %s and %s means nothing", op, a, b), "numbers have + - * / %, moments + and - a duration")
}

// builtin is the kind of what a function of the expression library gives.
func (c *compilation) builtin(n *ast.BuiltinNode) kind {
	if usage[n.Name] == "" {
		return c.unknownBuiltin(n)
	}
	if n.Name == "date" || n.Name == "duration" {
		return c.constant(n)
	}
	if len(n.Arguments) != 1 {
		return c.fail(n, n.Name+" takes one value", "write "+usage[n.Name])
	}
	k := c.kind(n.Arguments[0])
	switch {
	case k == nothing:
		return nothing
	case n.Name == "len" && (k == aText || k == aList):
		return aNumber
	case n.Name != "len" && k == aText:
		c.reads(n)
		return aText
	}
	return c.fail(n.Arguments[0], fmt.Sprintf("%s of %s means nothing", n.Name, k), "write "+usage[n.Name])
}

func (c *compilation) unknownBuiltin(n *ast.BuiltinNode) kind {
	if n.Name == "now" {
		return c.unknownFunction(n, n.Name)
	}
	if len(n.Arguments) > 1 {
		if _, loop := n.Arguments[1].(*ast.PredicateNode); loop {
			return c.fail(n, n.Name+" is not part of rules: they have no loops", `use "x" in tags, or any_of(tags, "x*")`)
		}
	}
	return c.fail(n, n.Name+" is not part of rules", "functions here: "+strings.Join(functionNames, " "))
}

// constant is the kind of date("...") and duration("..."), which are read now.
func (c *compilation) constant(n *ast.BuiltinNode) kind {
	var args []any
	for _, arg := range n.Arguments {
		s, ok := arg.(*ast.StringNode)
		if !ok {
			return c.fail(arg, fmt.Sprintf("%s takes text in quotation marks", n.Name), "write "+usage[n.Name])
		}
		args = append(args, s.Value)
	}
	if most := map[string]int{"date": 3, "duration": 1}[n.Name]; len(args) == 0 || len(args) > most {
		return c.fail(n, fmt.Sprintf("%s does not take %s", n.Name, counted(len(args), "argument")), "write "+usage[n.Name])
	}
	if _, err := builtin.Builtins[builtin.Index[n.Name]].Func(args...); err != nil {
		return c.fail(n.Arguments[0], fmt.Sprintf("%q is no %s", short(args[0].(string)), n.Name), "write "+usage[n.Name])
	}
	if n.Name == "date" {
		return aMoment
	}
	return aSpan
}

// Limits of a regex in a rule: each of its instructions may be tried at each
// character, which costs as much as reading it so many times.
const (
	maxRegex  = 500 // instructions
	regexWork = 20
)

// regex takes the right side of matches.
func (c *compilation) regex(n ast.Node) bool {
	s, ok := n.(*ast.StringNode)
	if !ok {
		c.fail(n, "matches takes a regex in quotation marks", `write title matches "(?i)rail(way)?s?"`)
		return false
	}
	re, err := syntax.Parse(s.Value, syntax.Perl)
	if err != nil {
		c.fail(n, "the regex does not compile: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "), "Go's syntax (RE2) has no lookaround")
		return false
	}
	program, err := syntax.Compile(re.Simplify())
	if err != nil || len(program.Inst) > maxRegex {
		c.fail(n, fmt.Sprintf("the regex comes to more than %d steps", maxRegex), "use a list of words and any_of, or a smaller repetition")
		return false
	}
	if c.work += regexWork * len(program.Inst); c.work > maxWork {
		c.fail(n, "the regexes of this rule are too much work together", "use a list of words and any_of")
		return false
	}
	return true
}

// finder finds what contains or matches asks for, when it asks a field.
func finder(n *ast.BinaryNode) func(string) []int {
	field, ok := n.Left.(*ast.IdentifierNode)
	want, constant := n.Right.(*ast.StringNode)
	if !ok || !constant || fieldKinds[field.Value] != aText {
		return nil
	}
	switch n.Operator {
	case "contains":
		return func(s string) []int {
			if at := strings.Index(s, want.Value); at >= 0 {
				return []int{at, at + len(want.Value)}
			}
			return nil
		}
	case "matches":
		if re, err := regexp.Compile(want.Value); err == nil {
			return re.FindStringIndex
		}
	}
	return nil
}
