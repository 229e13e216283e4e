package feedout

import (
	"bytes"
	"errors"

	"chinanews/news"
)

// Edition is the documents of one feed as they were made last. Made again they
// cost what is new in them: the other entries are copied from those before. It
// holds their bytes, which are on the shelf as well, and no others. The zero
// Edition has made none. It is not safe for concurrent use.
type Edition struct {
	made map[Format]made
	held map[news.StoryID]held // releases that stand in all of them, whole
	of   fingerprint           // what all their entries depend on
}

// held is a release as it stood in a document.
type held struct {
	membership news.Membership
	print      fingerprint
}

// ErrNotHeld means that a document's Kept has what the edition can not take from
// the documents before: the release must be given.
var ErrNotHeld = errors.New("a release is not in the documents made last")

// Holds reports whether the documents made last have a release with this very
// membership. When nothing else of it has changed since, Document.Kept may name
// it.
func (e *Edition) Holds(m news.Membership) bool {
	h, ok := e.held[m.Story]
	return ok && h.membership == m
}

// Render makes a document in several formats, in all or in none: the bytes are
// those of the function Render, whatever the edition made before. They must not
// be changed. The error is ErrNotHeld when what is kept would have to be given,
// which is so of a document that is too large.
func (e *Edition) Render(d Document, formats ...Format) ([][]byte, error) {
	of := d.common()
	if len(d.Kept) > 0 && of != e.of {
		return nil, ErrNotHeld
	}
	d.held = e.held
	d = d.ready(true)
	bodies, all, whole := make([][]byte, len(formats)), make(map[Format]made, len(formats)), true
	for n, f := range formats {
		old := e.made[f]
		m, err := d.fit(f, &old)
		if err != nil {
			return nil, err
		}
		whole = whole && !m.cut
		if bytes.Equal(m.body, old.body) {
			m.body = old.body // so that these are held once
		}
		bodies[n], all[f] = m.body, m
	}
	e.made, e.held, e.of = all, nil, of
	if whole {
		e.held = d.holds()
	}
	return bodies, nil
}

// holds are the releases of a document that is ready.
func (d Document) holds() map[news.StoryID]held {
	all := make(map[news.StoryID]held, len(d.Releases))
	for _, l := range d.list {
		if r, ok := l.of.(*news.Release); ok {
			all[r.Story] = held{r.Membership, l.print}
		}
	}
	return all
}

// made is a document with where in it which entries are.
type made struct {
	body    []byte
	entries map[fingerprint]place
	cut     bool // something is not in it, or not whole
}

type place struct {
	from, to int
	media    bool
}

// entry is an entry as it stands in a document, with the line break before it.
type entry struct {
	text  []byte
	media bool // it has elements of Media RSS
}

// frame is a document but for its entries, and what stands between these.
type frame struct{ head, between, tail []byte }

// print makes a document that is ready. Entries that the last one has are taken
// from there.
func (d Document) print(f Format, last *made) (made, error) {
	if last == nil {
		last = new(made)
	}
	lines := d.linesOf(f)
	entries := make([]entry, len(lines))
	for n, l := range lines {
		at, ok := last.entries[l.print]
		if ok {
			entries[n] = entry{last.body[at.from:at.to], at.media}
			continue
		}
		if d.kept(l) {
			return made{}, ErrNotHeld
		}
		var err error
		if entries[n], err = d.entry(f, l); err != nil {
			return made{}, err
		}
	}
	around, err := d.frame(f, entries)
	return around.fill(lines, entries), err
}

// fill puts entries into their document.
func (f frame) fill(lines []line, entries []entry) made {
	size := len(f.head) + len(f.between)*len(entries) + len(f.tail)
	for _, e := range entries {
		size += len(e.text)
	}
	m := made{body: append(make([]byte, 0, size), f.head...), entries: make(map[fingerprint]place, len(entries))}
	for n, e := range entries {
		if n > 0 {
			m.body = append(m.body, f.between...)
		}
		from := len(m.body)
		m.body = append(m.body, e.text...)
		if lines[n].print != (fingerprint{}) {
			m.entries[lines[n].print] = place{from, len(m.body), e.media}
		}
	}
	m.body = append(m.body, f.tail...)
	return m
}
