package curator

import (
	"unicode/utf8"

	"chinanews/news"
)

// Rule is a compiled `where` expression. The nil Rule lets everything pass.
// It is safe for concurrent use.
//
// A rule has no loops: every part of it is evaluated once at most, and Compile
// refuses one whose parts would read more than maxWork fields of greatest
// length. What is left to fail (a remainder of nothing) makes that part
// unknown: neither it nor its negation lets anything pass.
type Rule struct {
	top   clause
	words map[string]any
	work  int // fields that are read when every part is evaluated
}

// RuleError says why a rule does not compile.
type RuleError struct {
	column int
	What   string
	hint   string
}

func (e *RuleError) Error() string { return e.What }

// Column is where in the rule it goes wrong, counted in characters from 1.
func (e *RuleError) Column() int { return e.column }

// Hint is what to do about it.
func (e *RuleError) Hint() string { return e.hint }

// Limits of a rule, and of what it judges.
const (
	maxRule   = 20_000  // characters
	maxNodes  = 2000    // of its syntax tree
	maxWork   = 20_000  // fields read, each as often as it is read
	maxClause = 300     // characters of a part that are shown
	maxPhrase = 200     // characters of words that are looked for
	maxText   = 200_000 // characters of a text that are looked at
	maxList   = 64      // entries of a list that are looked at

	memoryBudget = 100_000 // of one comparison, in values
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
	if utf8.RuneCountInString(where) > maxRule {
		return nil, &RuleError{maxRule + 1, "the rule is longer than 20000 characters", "put the words into a list under words:"}
	}
	tree, err := parse(where)
	if err != nil {
		return nil, err
	}
	c := newCompilation(tree.Source, words)
	r := &Rule{top: c.clause(tree.Node), words: c.lists, work: c.work}
	if c.err != nil {
		return nil, c.err
	}
	return r, nil
}

// passes evaluates the rule.
func (r *Rule) passes(s subject) bool {
	return r == nil || r.top.judge(see(s, r.words)) == yes
}

// Explain evaluates every part of the rule and says what made it true or
// false. The clause at the top is true where the rule passes.
func (r *Rule) Explain(s subject) Clause {
	if r == nil {
		return Clause{True: true, Saw: "no rule: everything"}
	}
	c, _ := r.top.explain(see(s, r.words))
	return c
}

// Judge explains a rule for an item as it is in the record, whichever feed the
// rule is of, and reports whether the item passes. One of a source that is no
// longer configured passes no rule.
func (c *Curator) Judge(l Ledger, rule *Rule, i news.Item) (Clause, bool) {
	src, configured := c.sources[i.Source]
	if !configured {
		return Clause{Saw: "its source is not configured any more"}, false
	}
	h := c.hear(l, news.Batch{})
	s, ok := h.story(i.Story)
	if !ok {
		s = &news.Story{Items: []news.ItemID{i.ID}}
	}
	said := rule.Explain(h.subject(src, s, &i))
	return said, said.True
}
