package curator

import (
	"fmt"
	"maps"
	"slices"

	"chinanews/news"
)

// Bind gives each row and feed of a configuration its permanent name: the one
// that its id has, else that of an id it was, else a new one: its id, or ID~2
// where another row had that name. bound is what the record knows of names,
// before the configuration before this one. The error says what to write when
// a source seems to have been renamed without `was`: history would be split.
// What is given is not changed; what is returned may share its rows.
func Bind(p news.Publication, bound news.Bindings, before news.Publication) (news.Publication, error) {
	p.Feeds = slices.Clone(p.Feeds)
	sources, feeds := newBinder(bound.Sources), newBinder(bound.Feeds)
	for _, s := range p.Sources {
		sources.row(s.ID, s.Was)
	}
	for _, f := range p.Feeds {
		feeds.row(f.ID, f.Was)
	}
	p.Sources = withNames(p.Sources, sources.names())
	for n, name := range feeds.names() {
		p.Feeds[n].Name = name
	}
	return p, renamed(p, bound, before)
}

// withNames are the rows by these names. Where all have them, as they nearly always
// do, the rows are those that were given, of which there may be very many.
func withNames(rows []news.Source, names []news.Origin) []news.Source {
	copied := false
	for n, origin := range names {
		if rows[n].Origin != origin {
			if !copied {
				rows, copied = slices.Clone(rows), true
			}
			rows[n].Origin = origin
		}
	}
	return rows
}

// binder binds rows to names. No row's name depends on where it stands.
type binder[N ~string] struct {
	bound  map[N][]string
	holds  map[string][]N // which names an id has, in order: one, unless the record is odd
	rows   []bindable
	result []N
	taken  map[N]bool
}

type bindable struct {
	id  string
	was []string
}

func newBinder[N ~string](bound map[N][]string) *binder[N] {
	b := &binder[N]{bound: bound, holds: make(map[string][]N), taken: make(map[N]bool)}
	for _, name := range slices.Sorted(maps.Keys(bound)) {
		if ids := bound[name]; len(ids) > 0 {
			b.holds[ids[len(ids)-1]] = append(b.holds[ids[len(ids)-1]], name)
		}
	}
	return b
}

func (b *binder[N]) row(id string, was []string) {
	b.rows = append(b.rows, bindable{id, was})
}

// names are the rows' names, in their order.
func (b *binder[N]) names() []N {
	b.result = make([]N, len(b.rows))
	b.each(func(r bindable) (N, bool) { return b.holder(r.id) })
	b.each(func(r bindable) (N, bool) { return b.first(r.was, b.holder) })
	b.each(func(r bindable) (N, bool) { return b.first(r.was, b.former) })
	b.each(func(r bindable) (N, bool) { return b.fresh(r.id), true })
	return b.result
}

// each gives rows that have no name yet the one that a way of finding it gives.
func (b *binder[N]) each(find func(bindable) (N, bool)) {
	for n, r := range b.rows {
		if b.result[n] != "" {
			continue
		}
		if name, ok := find(r); ok && !b.taken[name] {
			b.result[n], b.taken[name] = name, true
		}
	}
}

func (b *binder[N]) first(ids []string, find func(string) (N, bool)) (N, bool) {
	for _, id := range ids {
		if n, ok := find(id); ok && !b.taken[n] {
			return n, true
		}
	}
	return "", false
}

// holder is the name that an id has.
func (b *binder[N]) holder(id string) (N, bool) {
	for _, name := range b.holds[id] {
		if !b.taken[name] {
			return name, true
		}
	}
	return "", false
}

// former is a name that an id had.
func (b *binder[N]) former(id string) (N, bool) {
	for _, name := range slices.Sorted(maps.Keys(b.bound)) {
		if slices.Contains(b.bound[name], id) && !b.taken[name] {
			return name, true
		}
	}
	return "", false
}

// fresh is a name that nobody ever had.
func (b *binder[N]) fresh(id string) N {
	name := N(id)
	for n := 2; ; n++ {
		if _, known := b.bound[name]; !known && !b.taken[name] {
			return name
		}
		name = N(fmt.Sprintf("%s~%d", id, n))
	}
}

// renamed finds a source that vanished while a new one has its address.
func renamed(p news.Publication, bound news.Bindings, before news.Publication) error {
	kept := make(map[news.Origin]bool)
	for _, s := range p.Sources {
		kept[s.Origin] = true
	}
	for _, old := range before.Sources {
		if kept[old.Origin] {
			continue
		}
		for _, s := range p.Sources {
			_, known := bound.Sources[s.Origin]
			if !known && slices.ContainsFunc(s.URLs, func(u string) bool { return slices.Contains(old.URLs, u) }) {
				return fmt.Errorf("source %s is new and has the address of %s, which is gone: write `was: [%s]` in its row to keep its history", s.ID, old.ID, old.ID)
			}
		}
	}
	return nil
}
