package curator

import (
	"fmt"

	"chinanews/news"
)

// phrase is words in a row that a rule looks for, the last one perhaps only
// the beginning of a word ("Russia*").
type phrase struct {
	news.Phrase
	open    bool
	written string
	list    string // that it is of, as in words.russia; empty: it stands in the rule
}

// quoted is the phrase for a person.
func (p phrase) quoted() string {
	if p.list == "" {
		return fmt.Sprintf("%q", p.written)
	}
	return fmt.Sprintf("%q of %s", p.written, p.list)
}

// occurrence asks whether one of several phrases stands in a field: has and
// any_of.
type occurrence struct {
	field   string
	phrases []phrase
	what    string // the phrases, for a person, when none was found
}

func (o occurrence) judge(s *sight) (bool, error) {
	_, _, ok := o.find(s)
	return ok, nil
}

// find is the first phrase that stands in the field, and where.
func (o occurrence) find(s *sight) (p phrase, around string, ok bool) {
	for _, words := range s.words(o.field) {
		for _, p := range o.phrases {
			if first, last, ok := words.Find(p.Phrase, p.open, 0); ok {
				return p, words.Around(first, last), true
			}
		}
	}
	return p, "", false
}

func (o occurrence) saw(s *sight) string {
	if p, around, ok := o.find(s); ok {
		return fmt.Sprintf("%s in %s: %s", p.quoted(), o.field, around)
	}
	return fmt.Sprintf("%s in %s%s", o.what, o.field, s.note(o.field))
}

// nearness asks whether two phrases stand in a field with at most so many
// words between their beginnings, in either order. A Chinese character is a
// word.
type nearness struct {
	field string
	a, b  phrase
	most  int
}

func (n nearness) judge(s *sight) (bool, error) {
	p, ok := n.nearest(s)
	return ok && p.apart <= n.most, nil
}

// pair is where two phrases stand.
type pair struct {
	in          *news.Concordance
	first, last int
	apart       int
}

// nearest is where the phrases stand nearest to each other.
func (n nearness) nearest(s *sight) (least pair, ok bool) {
	for _, words := range s.words(n.field) {
		a, endA, okA := words.Find(n.a.Phrase, n.a.open, 0)
		b, endB, okB := words.Find(n.b.Phrase, n.b.open, 0)
		for okA && okB {
			p := pair{words, min(a, b), max(endA, endB), max(a-b, b-a)}
			if !ok || p.apart < least.apart {
				least, ok = p, true
			}
			if a < b {
				a, endA, okA = words.Find(n.a.Phrase, n.a.open, a+1)
			} else {
				b, endB, okB = words.Find(n.b.Phrase, n.b.open, b+1)
			}
		}
	}
	return least, ok
}

func (n nearness) saw(s *sight) string {
	p, ok := n.nearest(s)
	if !ok {
		return n.missing(s)
	}
	said := fmt.Sprintf("%s and %s in %s, %s apart", n.a.quoted(), n.b.quoted(), n.field, counted(p.apart, "word"))
	if p.apart > n.most {
		return said + fmt.Sprintf(" at the nearest, not %d", n.most)
	}
	return said + ": " + p.in.Around(p.first, p.last)
}

// missing says which of the two does not occur, where one does not.
func (n nearness) missing(s *sight) string {
	for _, p := range []phrase{n.a, n.b} {
		alone := occurrence{n.field, []phrase{p}, p.quoted() + " is not"}
		if _, _, ok := alone.find(s); !ok {
			return alone.saw(s)
		}
	}
	return fmt.Sprintf("%s and %s are not in the same entry of %s", n.a.quoted(), n.b.quoted(), n.field)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
