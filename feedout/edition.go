package feedout

import "bytes"

// Edition is the documents of one feed as they were made last. Made again they
// cost what is new in them: the other entries are copied from those before. It
// holds their bytes, which are on the shelf as well, and no others. The zero
// Edition has made none. It is not safe for concurrent use.
type Edition struct {
	made map[Format]made
}

// Render makes a document in several formats, in all or in none: the bytes are
// those of the function Render, whatever the edition made before. They must not
// be changed.
func (e *Edition) Render(d Document, formats ...Format) ([][]byte, error) {
	d = d.ready(true)
	bodies, all := make([][]byte, len(formats)), make(map[Format]made, len(formats))
	for n, f := range formats {
		old := e.made[f]
		m, err := d.fit(f, &old)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(m.body, old.body) {
			m.body = old.body // so that these are held once
		}
		bodies[n], all[f] = m.body, m
	}
	e.made = all
	return bodies, nil
}

// made is a document with where in it which entries are.
type made struct {
	body    []byte
	entries map[fingerprint]place
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
	m := made{append(make([]byte, 0, size), f.head...), make(map[fingerprint]place)}
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
