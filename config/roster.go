package config

import (
	"fmt"
	"slices"
)

// roster is who has which id, and who had it: of sources, or of feeds.
type roster struct {
	kind  string
	lines map[string]int // where an id stands
	was   []value        // earlier ids
}

func newRoster(kind string) *roster {
	return &roster{kind: kind, lines: make(map[string]int)}
}

// id takes a row's id.
func (r *roster) id(v value, into *string) {
	v.id(into)
	if first, twice := r.lines[*into]; twice && *into != "" {
		v.bad(fmt.Sprintf("%s %s stands twice", r.kind, *into), fmt.Sprintf("the first is in line %d", first))
		return
	}
	r.lines[*into] = position(v.node).Line
}

// earlier takes the ids that a row had before.
func (r *roster) earlier(v value, into *[]string) {
	v.ids(into)
	r.was = append(r.was, v.items()...)
}

// check finds earlier ids that another row has, or had: what is recorded under
// an id can belong to one row only.
func (r *roster) check() {
	claimed := make(map[string]int)
	for _, v := range r.was {
		id := scalar(v.node)
		line, present := r.lines[id]
		if first, twice := claimed[id]; twice {
			v.bad(fmt.Sprintf("%s is claimed as an earlier id twice", id), fmt.Sprintf("the first is in line %d", first))
		} else if present {
			v.bad(fmt.Sprintf("%s %s is in this file, so it is no earlier id", r.kind, id), fmt.Sprintf("it stands in line %d; take one of them out", line))
		}
		claimed[id] = position(v.node).Line
	}
}

// reserved are ids under /feeds/ that the program serves itself.
var reserved = []string{"edits", "removals", "health", "search", "t"}

// feedID takes the id of a feed.
func (r *roster) feedID(v value, into *string) {
	r.id(v, into)
	if slices.Contains(reserved, *into) {
		v.bad(fmt.Sprintf("%s is an id of the program's own", *into), "choose another")
	}
}
