package curator

import (
	"regexp"
	"strings"

	"chinanews/news"
)

// Clause is a part of a rule, and what became of it for one item.
type Clause struct {
	Text   string   `json:"text"`
	Column int      `json:"column"` // in the rule, in characters from 1
	Op     string   `json:"op"`     // and, or, not; empty: it has no parts
	True   bool     `json:"true"`
	Saw    string   `json:"saw"` // the values that made it so, for a person
	Parts  []Clause `json:"parts,omitempty"`
}

// truth is what evaluating comes to. A part that cannot be evaluated is
// unknown: Kleene's logic, in which the order of parts makes no difference.
type truth int

const (
	no truth = iota - 1
	unknown
	yes
)

// clause is a compiled Clause.
type clause struct {
	text   string
	column int
	op     string
	parts  []clause
	asks   question // without parts
}

// question is what a clause without parts asks of an item.
type question interface {
	judge(*sight) (bool, error)
	saw(*sight) string
}

// judge stops at the first part that decides.
func (c clause) judge(s *sight) truth {
	switch c.op {
	case "and":
		return c.first(s, no)
	case "or":
		return c.first(s, yes)
	case "not":
		return -c.parts[0].judge(s)
	}
	v, _ := c.ask(s)
	return v
}

// first is the truth that decides, if a part comes to it; else what remains.
func (c clause) first(s *sight, decides truth) truth {
	out := -decides
	for _, p := range c.parts {
		switch p.judge(s) {
		case decides:
			return decides
		case unknown:
			out = unknown
		}
	}
	return out
}

func (c clause) ask(s *sight) (truth, error) {
	ok, err := c.asks.judge(s)
	switch {
	case err != nil:
		return unknown, err
	case ok:
		return yes, nil
	}
	return no, nil
}

// explain evaluates every part.
func (c clause) explain(s *sight) (Clause, truth) {
	out := Clause{Text: c.text, Column: c.column, Op: c.op}
	var v truth
	if c.op == "" {
		var err error
		if v, err = c.ask(s); err != nil {
			out.Saw = "gave up: " + firstLine(err.Error())
		} else {
			out.Saw = c.asks.saw(s)
		}
	} else {
		v = c.explainParts(s, &out)
	}
	out.True = v == yes
	return out, v
}

func (c clause) explainParts(s *sight, out *Clause) truth {
	least, most := yes, no
	for _, p := range c.parts {
		said, v := p.explain(s)
		out.Parts = append(out.Parts, said)
		least, most = min(least, v), max(most, v)
	}
	v := map[string]truth{"and": least, "or": most, "not": -least}[c.op]
	if v == unknown {
		out.Saw = "gave up: a part of it cannot be evaluated"
	}
	return v
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// explain says what the row's own include and exclude make of an entry: a
// clause for each that is set. The source wants the entry when all are true.
func (s source) explain(title, text string) []Clause {
	var out []Clause
	if s.include != nil {
		saw, found := matched(s.include, title, text)
		out = append(out, Clause{Text: "include: " + s.Include, True: found, Saw: saw})
	}
	if s.exclude != nil {
		saw, found := matched(s.exclude, title, text)
		out = append(out, Clause{Text: "exclude: " + s.Exclude, True: !found, Saw: saw})
	}
	return out
}

// matched says where a regex matches.
func matched(re *regexp.Regexp, title, text string) (saw string, ok bool) {
	for _, in := range []struct{ name, value string }{{"title", title}, {"text", text}} {
		if at := re.FindStringIndex(in.value); at != nil {
			return "matches in " + in.name + ": " + quoted(in.value, at), true
		}
	}
	return "matches neither title nor text", false
}

// quoted is a part of a text with what stands around it.
func quoted(text string, at []int) string {
	const around = 40 // bytes
	return news.Excerpt(text, news.Span{From: at[0], To: at[1]}, news.Span{From: at[0] - around, To: at[1] + around})
}
