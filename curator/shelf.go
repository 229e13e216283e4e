package curator

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"

	"chinanews/curator/likeness"
	"chinanews/curator/sibling"
	"chinanews/news"
)

// prepared is an entry as it is compared with others. Each form is made when it
// is first asked for, and once.
type prepared struct {
	text    func() *likeness.Text // with others of its language
	version func() *sibling.Text  // with those of other languages
}

func prepare(e news.Entry) *prepared {
	return &prepared{
		text:    sync.OnceValue(func() *likeness.Text { return likeness.Of(e) }),
		version: sync.OnceValue(func() *sibling.Text { return sibling.Of(e) }),
	}
}

// features are all that the entry is filed under.
func (p *prepared) features() []uint64 { return slices.Concat(p.like(), p.versions()) }

// like are the features that releases share, versions those that versions of
// one share in other languages: these are odd, the others even.
func (p *prepared) like() []uint64 { return filed(p.text().Features(), 0) }

func (p *prepared) versions() []uint64 { return filed(p.version().Features(), 1) }

func filed(features []uint64, odd uint64) []uint64 {
	list := make([]uint64, len(features))
	for n, f := range features {
		list[n] = f&^1 | odd
	}
	return list
}

// shelf keeps what was prepared of late, found by what it was made of: a text
// is judged, filed and soon compared with a copy. Nothing follows from what is
// on it. It may be used by several goroutines at once.
type shelf struct {
	mu     sync.Mutex
	recent map[shelfKey]*prepared
	before map[shelfKey]*prepared // what was recent before it was too much
	size   int                    // bytes of recent
}

// shelfSize is how many bytes of texts are recent. Prepared, a text has about
// ten times its size.
const shelfSize = 256 << 10

// shelved is what this process has prepared, whatever configuration it judges by.
var shelved shelf

func (s *shelf) take(e news.Entry) *prepared {
	key := shelfKeyOf(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.recent[key]; ok {
		return p
	}
	p, ok := s.before[key]
	if !ok {
		p = prepare(e)
	}
	if s.size > shelfSize || s.recent == nil {
		s.recent, s.before, s.size = make(map[shelfKey]*prepared), s.recent, 0
	}
	s.recent[key] = p
	s.size += len(e.Title) + len(e.Summary) + len(e.HTML)
	return p
}

// Forget drops most of what was prepared of late, which is some megabytes: for who
// has come to rest. Nothing follows from it but that it is prepared again when it
// is asked for. It may be called at any time.
func Forget() {
	shelved.clear()
	outlined.rest()
}

func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent, s.before, s.size = nil, nil, 0
}

// shelfKey is a digest of all of an entry that is prepared: two, so that no two
// entries ever share it.
type shelfKey [2]uint64

var shelfSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func shelfKeyOf(e news.Entry) shelfKey {
	return keyOf(e.Date, e.Lang, e.URL, e.Title, e.Summary, e.HTML)
}

func keyOf(d news.Date, parts ...string) (key shelfKey) {
	at := binary.BigEndian.AppendUint64(nil, uint64(d.Time.Unix()))
	at = binary.BigEndian.AppendUint64(at, uint64(d.Time.Nanosecond()))
	parts = append(parts, string(d.Precision), d.Zone)
	for n, seed := range shelfSeeds {
		var h maphash.Hash
		h.SetSeed(seed)
		h.Write(at)
		for _, part := range parts {
			maphash.WriteComparable(&h, len(part))
			h.WriteString(part)
		}
		key[n] = h.Sum64()
	}
	return key
}
