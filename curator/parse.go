package curator

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// parse reads a rule as the expression library writes expressions, with what
// no rule needs refused.
func parse(where string) (*parser.Tree, *RuleError) {
	tokens, err := lexer.Lex(file.NewSource(where))
	if err != nil {
		return nil, unreadable(where, err)
	}
	for n := range tokens {
		if named := n > 0 && tokens[n-1].Is(lexer.Operator, "."); named {
			continue // a list may be called anything
		}
		if e := strange(tokens, n); e != nil {
			return nil, e
		}
	}
	config := conf.CreateNew()
	config.MaxNodes = maxNodes
	tree, err := parser.ParseWithConfig(where, config)
	if err != nil {
		return nil, misplaced(err, tokens)
	}
	return tree, nil
}

// strange refuses a token that no rule has.
func strange(tokens []lexer.Token, n int) *RuleError {
	t := tokens[n]
	right, operator := operators[strings.ToLower(t.Value)]
	instead, foreign := foreign[t.Value]
	switch {
	case t.Is(lexer.Identifier) && operator && t.Value != right:
		return &RuleError{t.From + 1, t.Value + " is no operator", "write " + right}
	case foreign && (t.Is(lexer.Operator) || t.Is(lexer.Bracket) || t.Is(lexer.Identifier, "nil")):
		return &RuleError{t.From + 1, t.Value + " is not part of rules", instead}
	case t.Is(lexer.Operator, ">") && n > 0 && tokens[n-1].Is(lexer.Operator, "<"):
		return &RuleError{tokens[n-1].From + 1, "<> is not part of rules", "write !="}
	}
	return nil
}

// unreadable is an error of the characters of a rule.
func unreadable(where string, err error) *RuleError {
	fe, ok := errors.AsType[*file.Error](err)
	if !ok {
		return &RuleError{1, err.Error(), ""}
	}
	e := &RuleError{fe.From + 1, fe.Message, ""}
	runes := []rune(where)
	switch {
	case strings.HasPrefix(fe.Message, "literal not terminated"):
		e.What, e.hint = "the text has no closing quotation mark", "close it, or write \\\" for one within it"
	case fe.From < len(runes) && lookalikes[runes[fe.From]] != "":
		r := runes[fe.From]
		e.What, e.hint = fmt.Sprintf("%c is not part of rules", r), "write "+lookalikes[r]
	case strings.HasPrefix(fe.Message, "unrecognized character") && fe.From < len(runes):
		e.What, e.hint = fmt.Sprintf("%q is not part of rules", runes[fe.From]), "put text into quotation marks"
	}
	return e
}

// misplaced is an error of the order of tokens.
func misplaced(err error, tokens []lexer.Token) *RuleError {
	fe, ok := errors.AsType[*file.Error](err)
	if !ok {
		return &RuleError{1, err.Error(), ""}
	}
	e := &RuleError{fe.From + 1, fe.Message, ""}
	switch {
	case strings.Contains(fe.Message, "maximum allowed nodes"):
		e.What, e.hint = fmt.Sprintf("the rule has more than %d parts", maxNodes), "put the words into a list under words:"
	case strings.HasPrefix(fe.Message, "unexpected token EOF"), strings.HasPrefix(fe.Message, "unexpected end"):
		e.What, e.hint = "the rule ends too early", unclosed(tokens)
	case strings.HasPrefix(fe.Message, "unexpected token"):
		t := tokenAt(tokens, fe.From)
		e.What, e.hint = fmt.Sprintf("%s is not expected here", quotedToken(t)), "between two parts stands and, or, a comma, or a comparison"
		if call := usage[t.Value]; call != "" && t.Kind == lexer.Identifier {
			e.hint += "; " + t.Value + " is written " + call
		}
	}
	return e
}

// unclosed says which bracket is still open, if one is.
func unclosed(tokens []lexer.Token) string {
	var open []lexer.Token
	for _, t := range tokens {
		switch {
		case t.Is(lexer.Bracket, "(") || t.Is(lexer.Bracket, "["):
			open = append(open, t)
		case t.Kind == lexer.Bracket && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if n := len(open); n > 0 {
		return fmt.Sprintf("the %s in column %d is not closed", open[n-1].Value, open[n-1].From+1)
	}
	return "a value is missing at the end"
}

func tokenAt(tokens []lexer.Token, from int) lexer.Token {
	for _, t := range tokens {
		if t.From == from {
			return t
		}
	}
	return lexer.Token{}
}

func quotedToken(t lexer.Token) string {
	switch t.Kind {
	case lexer.String:
		return fmt.Sprintf("the text %q", short(t.Value))
	case lexer.Bracket, lexer.Operator, lexer.Identifier, lexer.Number:
		return t.Value
	}
	return "this"
}
