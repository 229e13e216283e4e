package curator

import (
	"cmp"
	"sync"

	"chinanews/curator/sibling"
	"chinanews/news"
)

// outlines keeps what decides most pairs of versions, of many more texts than
// the shelf has: without it each candidate is read and prepared to be turned
// down. They are found by what a recorded entry says, which its texts need not be
// read for. Nothing follows from what is kept. It may be used by several
// goroutines at once.
type outlines struct {
	mu     sync.Mutex
	recent map[shelfKey]sibling.Packed
	before map[shelfKey]sibling.Packed // what was recent before it was too much
	size   int                         // bytes of recent
	most   int                         // bytes that are recent and before; 0: MostOutlined
}

// MostOutlined is how many bytes of outlines are held while there is work, if
// nobody bounds them: of eighty thousand or so.
const MostOutlined = 16 << 20

// Bound has so many bytes of outlines held at most; 0: MostOutlined. It may be
// called at any time.
func Bound(bytes int) {
	outlined.mu.Lock()
	defer outlined.mu.Unlock()
	outlined.most = bytes
}

// outlinesAtRest is how many bytes of outlines stay when all is at rest.
const outlinesAtRest = 2 << 20

// outlineSize is what an outline takes beside its own bytes: its key and its place.
const outlineSize = 64

// outlined is what this process has outlined, whatever configuration it judges by.
var outlined outlines

// keep keeps the outline of an entry. One that is in no record has no texts to
// be found by, and is not kept.
func (o *outlines) keep(e news.Entry, t *sibling.Text) {
	key, ok := outlineKeyOf(e)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, known := o.recent[key]; known {
		return
	}
	if o.size > cmp.Or(o.most, MostOutlined)/2 || o.recent == nil {
		o.recent, o.before, o.size = make(map[shelfKey]sibling.Packed), o.recent, 0
	}
	o.put(key, t.Outlined())
}

func (o *outlines) put(key shelfKey, one sibling.Packed) {
	o.recent[key] = one
	o.size += len(one) + outlineSize
}

// rest keeps few of them, of late if there are as many.
func (o *outlines) rest() {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := [...]map[shelfKey]sibling.Packed{o.recent, o.before}
	o.recent, o.before, o.size = make(map[shelfKey]sibling.Packed), nil, 0
	for _, some := range all {
		for key, one := range some {
			if o.size > outlinesAtRest {
				return
			}
			o.put(key, one)
		}
	}
}

// of is the outline of a recorded entry, whose texts need not be there; empty: it
// is not kept.
func (o *outlines) of(e news.Entry) sibling.Packed {
	key, ok := outlineKeyOf(e)
	if !ok {
		return ""
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if one, ok := o.recent[key]; ok {
		return one
	}
	return o.before[key]
}

// outlineKeyOf is a digest of all that an outline is made of: of the texts, the
// digests that the record has of them.
func outlineKeyOf(e news.Entry) (key shelfKey, ok bool) {
	if len(e.Refs) == 0 {
		return key, false
	}
	parts := []string{e.Lang, e.Title}
	for _, ref := range e.Refs {
		parts = append(parts, string(ref.Part), ref.SHA256)
	}
	return keyOf(e.Date, parts...), true
}
