package feed

import (
	"bytes"
	"hash/maphash"
)

// pieces is a feed taken apart at the bounds of its items.
type pieces struct {
	items []span
	frame uint64 // of the tags that say how what stands in them is read
}

// span is where an item lies in its document, and the digest of its bytes.
type span struct {
	from, to int
	sum      uint64
}

// seed makes the digests of this process its own: no site can make two items
// that look the same to it.
var seed = maphash.MakeSeed()

// cutter walks a feed from one item to the next. It is strict where the scanner
// forgives: what is not plainly well-formed is not cut.
type cutter struct {
	scanner
	open    [][]byte // names of the elements around what comes next, outermost first
	rooted  bool     // the root element has begun
	channel bool     // so has the channel
	depth   int      // of the elements around each item; 0: there was none yet
	frame   []byte
	items   []span
}

// cutAtItems finds the items of a feed; false when it is not sure where they
// are, or whether each says the same wherever it stands.
func cutAtItems(doc []byte) (pieces, bool) {
	c := cutter{scanner: scanner{doc: doc}}
	for {
		at := c.pos
		t, ok := c.next()
		switch {
		case !ok:
			return pieces{c.items, maphash.Bytes(seed, c.frame)}, c.rooted && len(c.open) == 0 && !c.cut
		case t.odd || !c.step(t, at):
			return pieces{}, false
		}
	}
}

func (c *cutter) step(t token, at int) bool {
	inside := len(c.open) > 0
	switch t.kind {
	case text:
		return inside || len(bytes.TrimSpace(t.raw)) == 0
	case cdata:
		return inside && !wraps(t)
	case comment:
		return true
	case instruction:
		return !c.rooted
	case start:
		return c.start(t, at)
	case end:
		if !inside || !bytes.Equal(c.open[len(c.open)-1], t.name) {
			return false
		}
		c.open = c.open[:len(c.open)-1]
		return true
	}
	return false // a document type may declare anything
}

func (c *cutter) start(t token, at int) bool {
	r := roleOf(t.name)
	switch {
	case !c.rooted:
		c.rooted = true
		return r == root && !t.empty && c.enter(t, true)
	case len(c.open) == 0:
		return false
	case r == item:
		return !t.empty && prefix(t.name) == "" && c.inPlace() && c.item(t.name, at)
	case r == channel:
		first := !c.channel
		c.channel = true
		return first && !t.empty && prefix(t.name) == "" && len(c.open) == 1 && c.enter(t, true)
	case r == root, r == void && !t.empty, r == flow && bytes.EqualFold(c.open[len(c.open)-1], t.name):
		return false
	}
	return c.enter(t, scoped(t))
}

// enter opens an element. What frames items must come before them all.
func (c *cutter) enter(t token, frames bool) bool {
	if frames {
		c.frame = append(c.frame, t.raw...)
	}
	if !t.empty {
		c.open = append(c.open, t.name)
	}
	return !frames || len(c.items) == 0
}

// inPlace reports whether an item may begin here: all of them stand in the
// channel, or all beside it.
func (c *cutter) inPlace() bool {
	n := len(c.open)
	if c.depth == 0 {
		c.depth = n
	}
	return n == c.depth && (n == 1 || n == 2 && roleOf(c.open[1]) == channel)
}

// item passes over the item that began at a position, faster than by tokens.
func (c *cutter) item(name []byte, at int) bool {
	for {
		i := bytes.IndexByte(c.doc[c.pos:], '<')
		if i < 0 {
			return false
		}
		c.pos += i
		rest := c.doc[c.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			n := bytes.Index(rest, []byte("]]>"))
			if n < 0 {
				return false
			}
			c.pos += n + 3
		case len(rest) > 2 && rest[1] == '/':
			n := 2 + nameLen(rest[2:])
			c.pos += n
			if structural(rest[2:n]) {
				return bytes.Equal(rest[2:n], name) && c.ended(at)
			}
		case len(rest) > 1 && nameStart(rest[1]):
			n := 1 + nameLen(rest[1:])
			c.pos += n
			if structural(rest[1:n]) {
				return false
			}
		default: // a comment may hold anything, and a stray < mean anything
			return false
		}
	}
}

// ended takes the rest of an item's end tag, and the item.
func (c *cutter) ended(at int) bool {
	if c.pos == len(c.doc) || c.doc[c.pos] != '>' {
		return false
	}
	c.pos++
	c.items = append(c.items, span{at, c.pos, maphash.Bytes(seed, c.doc[at:c.pos])})
	return true
}

// regular reports whether an item is well-formed and nests as its tags say.
func regular(doc []byte) bool {
	s := scanner{doc: doc}
	var open [][]byte
	for {
		at := s.pos
		t, ok := s.next()
		if !ok {
			return len(open) == 0 && !s.cut
		}
		if t.odd || at > 0 && len(open) == 0 {
			return false
		}
		switch t.kind {
		case text:
		case cdata:
			if wraps(t) {
				return false
			}
		case start:
			if at > 0 && structural(t.name) {
				return false
			}
			if !t.empty {
				open = append(open, t.name)
			}
		case end:
			if len(open) == 0 || !bytes.Equal(open[len(open)-1], t.name) {
				return false
			}
			open = open[:len(open)-1]
		default:
			return false
		}
	}
}

// wraps reports a CDATA section in which another seems to begin.
func wraps(t token) bool { return bytes.Contains(t.inner, []byte("<![CDATA[")) }

// scoped reports whether a tag says something of all that stands in it: a
// namespace, a base address, a language.
func scoped(t token) bool {
	for _, a := range t.attrs {
		if p := prefix(a.name); p == "xml" || p == "xmlns" || string(a.name) == "xmlns" {
			return true
		}
	}
	return false
}

// structural reports whether an element shapes the feed, whatever its prefix.
func structural(name []byte) bool {
	name = name[bytes.IndexByte(name, ':')+1:]
	if len(name) < 3 || len(name) > 7 || bytes.IndexByte([]byte("rfiecRFIEC"), name[0]) < 0 {
		return false
	}
	r := roleOf(name)
	return r == root || r == channel || r == item
}
