package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"slices"
	"time"

	"chinanews/news"
)

// Known is what is remembered of a feed that was read, so that what has not
// changed since need not be parsed again: of each item a digest of its bytes and
// the short form of its entry. It holds for this process, and for a row and an
// address that are read the same way. It is never changed.
type Known struct {
	frame  uint64 // as in pieces
	base   string // that relative addresses are meant from
	bulk   bulk   // at most
	packed []byte // items: digest, then the entry
}

// Size is about how many bytes of memory it takes.
func (k *Known) Size() int { return len(k.packed) + len(k.base) + 64*(2+len(k.bulk.namespaces)) }

// read reads a feed of which something is known: only what is not is parsed.
// False: it is not sure of that, and the whole is to be read.
func (k *Known) read(doc []byte, src news.Source, base *url.URL, o Options) (Listing, bool) {
	c, sure := cutAtItems(doc)
	if !sure || c.frame != k.frame || len(c.items) == 0 || len(c.items) > o.MaxItems {
		return Listing{}, false
	}
	entries := make([]news.Entry, len(c.items))
	fresh, rest := k.recognise(doc, c, entries)
	odd := func(n int) bool { return !regular(doc[c.items[n].from:c.items[n].to]) }
	if len(fresh) == len(c.items) || slices.ContainsFunc(fresh, odd) {
		return Listing{}, false
	}
	r := reader{max: o.MaxItems}
	got, p := r.xml(rest, outlineOf(rest))
	bulk := k.bulk.and(r.bulk)
	if p != nil || len(got.items) != len(fresh) || !bulk.bounded() {
		return Listing{}, false
	}
	m := mapping{src: src, base: base, now: o.Now, listing: &r.listing}
	m.all(got)
	if r.listing.spoke() || m.base == nil || m.base.String() != k.base {
		return Listing{}, false
	}
	settled := m.join(entries, fresh, got)
	return Listing{Entries: entries, Advice: got.advice, Known: &Known{k.frame, k.base, bulk, pack(c.items, entries, settled)}}, true
}

// join puts what was parsed beside what was known, and tells which of them all
// are settled.
func (m *mapping) join(entries []news.Entry, fresh []int, got drafts) []bool {
	settled := make([]bool, len(entries))
	for n, e := range entries {
		settled[n] = e.Short
	}
	for i, n := range fresh {
		entries[n] = m.listing.Entries[i]
		settled[n] = m.settled(got.items[i], entries[n])
	}
	return settled
}

// recognise fills in the entries that are known. It returns which are not, and
// the document without those that are.
func (k *Known) recognise(doc []byte, c pieces, entries []news.Entry) (fresh []int, rest []byte) {
	known := k.entries()
	at := 0
	for n, s := range c.items {
		e, ok := known[s.sum]
		if !ok {
			fresh = append(fresh, n)
			continue
		}
		delete(known, s.sum) // an item that stands there twice is read
		entries[n] = e
		rest = append(rest, doc[at:s.from]...)
		at = s.to
	}
	return fresh, append(rest, doc[at:]...)
}

// learn is what is to be remembered of a feed that was read whole; nil when the
// next reading must be, too.
func learn(doc []byte, r *reader, m *mapping, got drafts) *Known {
	c, sure := cutAtItems(doc)
	if !sure || r.listing.spoke() || len(c.items) != len(got.items) || m.base == nil {
		return nil
	}
	settled := make([]bool, len(got.items))
	for n, s := range c.items {
		if !regular(doc[s.from:s.to]) {
			return nil
		}
		settled[n] = m.settled(got.items[n], r.listing.Entries[n])
	}
	packed := pack(c.items, r.listing.Entries, settled)
	if len(packed) == 0 {
		return nil
	}
	return &Known{c.frame, m.base.String(), r.bulk, packed}
}

// spoke reports that something was mended or warned of. That is said again as
// long as it is so.
func (l *Listing) spoke() bool { return len(l.Repairs)+len(l.Warnings) > 0 }

// settled reports whether an entry will be read the same way another day: its
// date has a year of its own, or it states none.
func (m *mapping) settled(d draft, e news.Entry) bool {
	later := *m
	later.now = m.now.AddDate(1, 1, 3)
	return e.Date.Known() == (e.Date.Raw != "") && later.date(d.dates) == e.Date
}

// short is an entry without what only its recording needs. Refs has the digest
// of the text that it had.
func short(e news.Entry) news.Entry {
	s := news.Entry{Short: true, ID: e.ID, URL: e.URL, Title: e.Title, Digest: e.Digest,
		Date: news.Date{Origin: e.Date.Origin, Precision: e.Date.Precision, Zone: e.Date.Zone, Time: e.Date.Time}}
	part, text := news.PartHTML, e.HTML
	if text == "" {
		part, text = news.PartSummary, e.Summary
	}
	if text != "" {
		sum := sha256.Sum256([]byte(text))
		s.Refs = []news.Ref{{Part: part, SHA256: hex.EncodeToString(sum[:])}}
	}
	return s
}

// pack writes the entries that are settled, each as far as it differs from the
// one before.
func pack(items []span, entries []news.Entry, settled []bool) []byte {
	var out []byte
	last := make([]string, fields)
	for n, s := range items {
		if !settled[n] {
			continue
		}
		out = binary.LittleEndian.AppendUint64(out, s.sum)
		e := entries[n]
		if !e.Short {
			e = short(e)
		}
		for i, text := range texts(e) {
			same := shared(last[i], text)
			out = binary.AppendUvarint(out, uint64(same))
			out = binary.AppendUvarint(out, uint64(len(text)-same))
			out = append(out, text[same:]...)
			last[i] = text
		}
	}
	return append(make([]byte, 0, len(out)), out...)
}

// fields is how many texts a short entry is.
const fields = 9

// texts are what a short entry holds; entry makes one of them again.
func texts(e news.Entry) [fields]string {
	var part, sum, moment string
	if len(e.Refs) > 0 {
		part, sum = string(e.Refs[0].Part), unhex(e.Refs[0].SHA256)
	}
	if !e.Date.Time.IsZero() {
		moment = string(binary.BigEndian.AppendUint64(nil, uint64(e.Date.Time.UnixNano())))
	}
	return [fields]string{e.ID, e.URL, e.Title, unhex(e.Digest), string(e.Date.Precision), e.Date.Zone, moment, part, sum}
}

func entry(t [fields]string) news.Entry {
	e := news.Entry{Short: true, ID: t[0], URL: t[1], Title: t[2], Digest: hex.EncodeToString([]byte(t[3]))}
	if t[6] != "" {
		e.Date = news.Date{Origin: news.FromFeed, Precision: news.Precision(t[4]), Zone: t[5], Time: time.Unix(0, int64(binary.BigEndian.Uint64([]byte(t[6])))).UTC()}
	}
	if t[7] != "" {
		e.Refs = []news.Ref{{Part: news.TextPart(t[7]), SHA256: hex.EncodeToString([]byte(t[8]))}}
	}
	return e
}

// entries unpacks what pack wrote.
func (k *Known) entries() map[uint64]news.Entry {
	out := make(map[uint64]news.Entry)
	var t [fields]string
	for b := k.packed; len(b) > 0; {
		sum := binary.LittleEndian.Uint64(b)
		b = b[8:]
		for i := range t {
			same, n := binary.Uvarint(b)
			more, m := binary.Uvarint(b[n:])
			b = b[n+m:]
			if int(same) != len(t[i]) || more > 0 {
				t[i] = t[i][:same] + string(b[:more])
			}
			b = b[more:]
		}
		out[sum] = entry(t)
	}
	return out
}

// shared is how many bytes two texts begin with in common.
func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// unhex is the bytes of a digest, half as long.
func unhex(digits string) string {
	b, _ := hex.DecodeString(digits)
	return string(b)
}
