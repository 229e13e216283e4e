package curator

import (
	"errors"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"chinanews/news"
)

// Rule is a compiled `where` expression. The nil Rule lets everything pass.
// It is safe for concurrent use.
type Rule struct {
	program *vm.Program
	words   map[string]any
}

// RuleError says why a rule does not compile.
type RuleError struct {
	column int
	What   string
}

func (e *RuleError) Error() string { return e.What }

// Column is where in the rule it goes wrong, counted in characters from 1.
func (e *RuleError) Column() int { return e.column }

// maxNodes bounds the size of a rule's syntax tree, and with memoryBudget
// what evaluating it may cost.
const (
	maxNodes     = 2000
	memoryBudget = 100_000
)

// CheckRule reports whether a rule compiles with the configured word lists;
// the error is a *RuleError.
func CheckRule(where string, words map[string][]string) error {
	_, err := Compile(where, words)
	return err
}

// Compile compiles a `where` expression; an empty one gives the nil Rule. The
// error is a *RuleError.
func Compile(where string, words map[string][]string) (*Rule, error) {
	if where == "" {
		return nil, nil
	}
	lists, known := make(map[string]any), types.Map{}
	for name, list := range words {
		lists[name] = list
		known[name] = types.TypeOf([]string{})
	}
	program, err := expr.Compile(where, append(functions(), expr.Env(environment(known)),
		expr.AsBool(), expr.MaxNodes(maxNodes), expr.DisableBuiltin("now"))...)
	if err != nil {
		return nil, ruleError(err)
	}
	return &Rule{program, lists}, nil
}

func ruleError(err error) *RuleError {
	if fe, ok := errors.AsType[*file.Error](err); ok {
		return &RuleError{fe.Column + 1, fe.Message}
	}
	return &RuleError{1, err.Error()}
}

func environment(words types.Map) types.Map {
	list, moment := types.TypeOf([]string{}), types.TypeOf(news.Date{}.Time)
	return types.Map{
		"title": types.String, "text": types.String, "summary": types.String,
		"lang": types.String, "locale": types.String, "source": types.String,
		"publisher": types.String, "url": types.String,
		"published": moment, "first_seen": moment,
		"tags": list, "authors": list, "carriers": list, "words": words,
	}
}

func functions() []expr.Option {
	return []expr.Option{
		expr.Function("has", func(p ...any) (any, error) {
			return tokenize(p[0].(string)).has(p[1].(string)), nil
		}, new(func(string, string) bool)),
		expr.Function("any_of", anyOf, new(func(string, []string) bool), new(func(string, string, ...string) bool)),
		expr.Function("near", func(p ...any) (any, error) {
			return tokenize(p[0].(string)).near(p[1].(string), p[2].(string), p[3].(int)), nil
		}, new(func(string, string, string, int) bool)),
	}
}

// anyOf takes a field and either one list or single words.
func anyOf(p ...any) (any, error) {
	text := tokenize(p[0].(string))
	for _, arg := range p[1:] {
		switch v := arg.(type) {
		case string:
			if text.has(v) {
				return true, nil
			}
		case []string:
			for _, word := range v {
				if text.has(word) {
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// subject is what a rule judges: one item as its source shows it.
type subject struct {
	item     news.Item
	source   source
	text     string
	summary  string
	carriers []string
}

// Passes evaluates the rule. A rule that exceeds its budget does not pass.
func (r *Rule) passes(s subject) bool {
	if r == nil {
		return true
	}
	e := s.item.Shown
	machine := vm.VM{MemoryBudget: memoryBudget}
	out, err := machine.Run(r.program, map[string]any{
		"title": e.Title, "text": e.Title + "\n" + s.text, "summary": s.summary,
		"lang": e.Lang, "locale": e.Locale, "source": s.source.ID,
		"publisher": s.source.PublisherIn(e.Lang), "url": e.URL,
		"published": e.Date.Time, "first_seen": s.item.FirstSeen,
		"tags": append(append([]string{}, e.Tags...), s.source.Tags...), "authors": e.Authors,
		"carriers": s.carriers, "words": r.words,
	})
	pass, ok := out.(bool)
	return err == nil && ok && pass
}
