package config

import (
	"fmt"
	"slices"
)

// roster is who has which id, and who had it: of sources, or of feeds.
type roster struct {
	kind string
	has  map[string]mention
	was  []value // earlier ids
}

func newRoster(kind string) *roster {
	return &roster{kind: kind, has: make(map[string]mention)}
}

// add notes whose an id is. v is where it stands.
func (r *roster) add(v value, id, hint string) {
	if first, twice := r.has[id]; twice && id != "" {
		v.bad(fmt.Sprintf("%s %s stands twice", r.kind, id), "the first is "+v.elsewhere(first)+hint)
		return
	}
	r.has[id] = v.mention()
}

// earlier takes the ids that a row had before.
func (r *roster) earlier(v value, into *[]string) {
	v.ids(into)
	r.was = append(r.was, v.items()...)
}

// check finds earlier ids that another row has, or had: what is recorded under
// an id can belong to one row only.
func (r *roster) check() {
	claimed := make(map[string]mention)
	for _, v := range r.was {
		id := scalar(v.node)
		present, now := r.has[id]
		if first, twice := claimed[id]; twice {
			v.bad(fmt.Sprintf("%s is claimed as an earlier id twice", id), "the first is "+v.elsewhere(first))
		} else if now {
			v.bad(fmt.Sprintf("%s %s is in this configuration, so it is no earlier id", r.kind, id), "it stands "+v.elsewhere(present)+"; take one of them out")
		}
		claimed[id] = v.mention()
	}
}

// reserved are ids under /feeds/ that the program serves itself.
var reserved = []string{"edits", "removals", "health", "search", "t"}

// feedID takes the id of a feed.
func (r *roster) feedID(v value, into *string) {
	v.id(into)
	r.add(v, *into, "")
	if slices.Contains(reserved, *into) {
		v.bad(fmt.Sprintf("%s is an id of the program's own", *into), "choose another")
	}
}
