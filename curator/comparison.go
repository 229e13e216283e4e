package curator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"chinanews/news"
)

// comparison is a question that the expression library answers: == < in
// contains matches and the like.
type comparison struct {
	program *vm.Program
	fields  []string // that stand in it, each once
	// find finds what a text must have; nil where it is not asked whether the
	// first field has something.
	find func(text string) (at []int)
}

func (c comparison) judge(s *sight) (bool, error) {
	machine := vm.VM{MemoryBudget: memoryBudget}
	out, err := machine.Run(c.program, s.fields)
	if fe, ok := errors.AsType[*file.Error](err); ok {
		return false, errors.New(strings.TrimPrefix(fe.Message, "runtime error: "))
	}
	pass, _ := out.(bool)
	return pass, err
}

func (c comparison) saw(s *sight) string {
	if len(c.fields) == 0 {
		return "the same for every item"
	}
	if text, ok := s.fields[c.fields[0]].(string); ok && c.find != nil {
		return c.found(s, text)
	}
	var said []string
	for _, field := range c.fields {
		is := " is "
		if entries, ok := s.fields[field].([]string); ok && len(entries) > 0 {
			is = " are "
		}
		said = append(said, field+is+shown(s.fields[field]))
	}
	return strings.Join(said, ", ")
}

func (c comparison) found(s *sight, text string) string {
	field := c.fields[0]
	at := c.find(text)
	if at == nil {
		return "not in " + field + s.note(field)
	}
	return "in " + field + ": " + quoted(text, at)
}

// mostShown is how many characters, or entries, of a value are shown.
const mostShown = 80

// shown is a value for a person.
func shown(value any) string {
	switch v := value.(type) {
	case string:
		return fmt.Sprintf("%q", short(news.Line(v)))
	case time.Time:
		if v.IsZero() {
			return "not known"
		}
		return v.UTC().Format("2006-01-02 15:04 UTC")
	case []string:
		var entries []string
		for _, entry := range v {
			entries = append(entries, fmt.Sprintf("%q", short(news.Line(entry))))
		}
		if len(entries) == 0 {
			return "empty"
		}
		return short(strings.Join(entries, ", "))
	}
	return fmt.Sprint(value)
}

func short(s string) string { return limited(s, mostShown) }

// limited is a text with its end left out, if it is longer.
func limited(s string, most int) string {
	if kept := clipped(s, most); len(kept) < len(s) {
		return kept + "…"
	}
	return s
}
