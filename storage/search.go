package storage

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Search finds items of which what is shown now has all phrases: those with
// all in their titles first, then the newest. keep says how much of an item
// may be searched, and shown; empty: it is not to be found.
//
// When ctx ends it returns what it has found so far, with Cut set. An item
// whose text cannot be read is found by its title alone.
func (l *Ledger) Search(ctx context.Context, q news.Query, keep func(news.Item) news.Content) news.Found {
	if len(q.Phrases) == 0 {
		return news.Found{}
	}
	if q.Limit == 0 {
		q.Limit = news.MostFound
	}
	s := &search{Ledger: l, ctx: ctx, q: q, keep: keep, root: l.tx.Bucket(bucketWords)}
	s.live = alive(s.root)
	rounds := []round{{field: inTitle}, {field: inAny, text: true}}
	switch {
	case q.Newest:
		rounds = []round{{field: inAny, both: true}}
	case q.After.Text:
		rounds = rounds[1:]
	}
	for _, r := range rounds {
		if !s.run(r) {
			break
		}
	}
	return s.found
}

// search is one search under way.
type search struct {
	*Ledger
	ctx   context.Context
	q     news.Query
	keep  func(news.Item) news.Content
	root  *bbolt.Bucket
	live  func(row) bool
	found news.Found
}

// round is one pass over the index: for items with all phrases in their
// titles, or for the others, or for both.
type round struct {
	field      byte
	text, both bool
}

// run adds what a round finds. It is false when nothing more is wanted.
func (s *search) run(r round) bool {
	ranked := s.candidates(r)
	for ranked.Len() > 0 {
		if s.ctx.Err() != nil {
			s.found.Cut = true
			return false
		}
		c := ranked.next()
		hit, ok := s.examine(c, r)
		if !ok {
			continue
		}
		if len(s.found.Hits) == s.q.Limit {
			s.found.More = true
			return false
		}
		s.found.Hits = append(s.found.Hits, hit)
	}
	return true
}

// candidates are the rows that may be found: those that have all terms, and
// whatever waits to be posted.
func (s *search) candidates(r round) *ranking {
	out := &ranking{}
	out.add(s, r, s.waiting(), nil)
	want := s.wanted(r.field)
	c := s.root.Bucket(wordsSegments).Cursor()
	for name, _ := c.First(); name != nil && s.ctx.Err() == nil; name, _ = c.Next() {
		b := s.root.Bucket(wordsSegments).Bucket(name)
		if list := want.in(b); len(list) > 0 {
			out.add(s, r, find(b, keyRows), list)
		}
	}
	heap.Init(out)
	return out
}

// waiting are the items that wait, as rows.
func (s *search) waiting() (rows []byte) {
	c := s.root.Bucket(wordsWaiting).Cursor()
	for id, note := c.First(); id != nil; id, note = c.Next() {
		rows = append(append(rows, bare(id, note)...), id...)
	}
	return rows
}

// wanted are the terms that an item must have: one of each group.
type wanted []group

type group struct {
	field  byte
	terms  []string
	prefix string // instead of terms: any that begins with it
}

func (s *search) wanted(field byte) (w wanted) {
	for _, p := range s.q.Phrases {
		terms, prefix := p.Terms()
		if prefix != "" {
			w = append(w, group{field: field, prefix: prefix})
		}
		for _, t := range terms {
			w = append(w, group{field: field, terms: []string{t}})
		}
	}
	if s.q.Lang != "" {
		w = append(w, group{field: inAny, terms: []string{markLang + s.q.Lang}})
	}
	if len(s.q.Origins) > 0 {
		g := group{field: inAny}
		for _, o := range s.q.Origins {
			g.terms = append(g.terms, markOrigin+string(o))
		}
		w = append(w, g)
	}
	return w
}

// in are the numbers of a segment's items that have what is wanted. The
// shortest lists are read first.
func (w wanted) in(b *bbolt.Bucket) []uint32 {
	var all [][][]byte
	for _, g := range w {
		found := g.in(b)
		if len(found) == 0 {
			return nil
		}
		all = append(all, found)
	}
	slices.SortFunc(all, func(a, b [][]byte) int { return cmp.Compare(size(a), size(b)) })
	out := union(all[0])
	for _, lists := range all[1:] {
		if len(out) == 0 {
			break
		}
		out = common(out, lists)
	}
	return out
}

func (g group) in(b *bbolt.Bucket) (found [][]byte) {
	if g.prefix != "" {
		return lists(b, g.field, g.prefix)
	}
	for _, t := range g.terms {
		if list := list(b, g.field, t); list != nil {
			found = append(found, list)
		}
	}
	return found
}

func size(lists [][]byte) (n int) {
	for _, list := range lists {
		n += len(list)
	}
	return n
}

// union are the numbers in any of several lists, ascending.
func union(lists [][]byte) (out []uint32) {
	for _, list := range lists {
		for n := range numbers(list) {
			out = append(out, n)
		}
	}
	if len(lists) > 1 {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// common are the numbers that are in any of several lists too.
func common(some []uint32, lists [][]byte) []uint32 {
	if len(lists) > 1 {
		lists = [][]byte{appendList(nil, union(lists))}
	}
	out := some[:0]
	for n := range numbers(lists[0]) {
		for len(some) > 0 && some[0] < n {
			some = some[1:]
		}
		if len(some) == 0 {
			break
		}
		if some[0] == n {
			out, some = append(out, n), some[1:]
		}
	}
	return out
}

// examine decides on a candidate by what is shown of the item now.
func (s *search) examine(c candidate, r round) (hit news.Hit, ok bool) {
	id := news.ItemID(c.row.item())
	if !c.waiting && (!s.live(c.row) || find(s.root.Bucket(wordsWaiting), id[:]) != nil) {
		return hit, false
	}
	i, ok := s.Item(id)
	if !ok || !s.passes(i) {
		return hit, false
	}
	most := s.keep(i)
	if most == "" {
		return hit, false
	}
	inTitle := news.HasAll(s.q.Phrases, news.ForSearch(i.Shown.Title))
	switch {
	case !r.both && inTitle == r.text:
		return hit, false
	case !inTitle:
		title, summary, text, _ := s.texts(i, most) // what cannot be read is not found; verify names it
		if !news.HasAll(s.q.Phrases, title, summary, text) {
			return hit, false
		}
	}
	return news.Hit{Item: i, Place: c.row.place(r.text)}, true
}

func (r row) place(text bool) news.Place {
	return news.Place{Text: text, At: r.at(), Seen: uint32(r.when()), Item: news.ItemID(r.item())}
}

// passes reports whether an item is one of those that the query is limited to.
func (s *search) passes(i news.Item) bool {
	day := i.Dated().Day()
	return (s.q.Lang == "" || s.q.Lang == i.Shown.Lang) &&
		(len(s.q.Origins) == 0 || slices.Contains(s.q.Origins, i.Source)) &&
		(s.q.From == "" || day >= s.q.From) && (s.q.To == "" || day <= s.q.To)
}

// candidate is a row that may be found.
type candidate struct {
	row
	waiting bool
}

// ranking is a heap of candidates, the newest on top.
type ranking struct {
	parts []part
	heap  []ranked
}

// part is the rows of a segment, or of what waits.
type part struct {
	rows    []byte
	waiting bool
}

type ranked struct {
	when uint64
	part uint32
	n    uint32
}

// add adds rows, all of those that wait or the numbered ones of a segment, but
// for those that stand before the place to begin after or on other days.
func (k *ranking) add(s *search, r round, rows []byte, list []uint32) {
	p := uint32(len(k.parts))
	k.parts = append(k.parts, part{rows, list == nil})
	after, begun := s.after(r)
	first, last := s.span()
	consider := func(n uint32) {
		row := rowAt(rows, n)
		at := row.at()
		if at >= first && at <= last && (!begun || before(after, row)) {
			k.heap = append(k.heap, ranked{row.when(), p, n})
		}
	}
	for _, n := range list {
		if int(n) >= len(rows)/rowLength {
			panic(fault{errSegment})
		}
		consider(n)
	}
	for n := range uint32(len(rows) / rowLength) {
		if list != nil {
			break
		}
		consider(n)
	}
}

// after is the place to begin after in a round, if there is one.
func (s *search) after(r round) (news.Place, bool) {
	return s.q.After, s.q.After != news.Place{} && (r.both || s.q.After.Text == r.text)
}

// before reports whether a place is ranked before a row.
func before(p news.Place, r row) bool {
	when := uint64(p.At)<<32 | uint64(p.Seen)
	return when > r.when() || when == r.when() && bytes.Compare(p.Item[:], r.item()) < 0
}

// span are the moments between which all of the query's days lie, wherever
// they are meant.
func (s *search) span() (first, last uint32) {
	last = math.MaxUint32
	if t, err := time.Parse(time.DateOnly, s.q.From); err == nil {
		first = seconds(t.AddDate(0, 0, -1))
	}
	if t, err := time.Parse(time.DateOnly, s.q.To); err == nil {
		last = seconds(t.AddDate(0, 0, 2))
	}
	return first, last
}

func (k *ranking) row(n int) row {
	r := k.heap[n]
	return rowAt(k.parts[r.part].rows, r.n)
}

// next takes the newest.
func (k *ranking) next() candidate {
	c := candidate{k.row(0), k.parts[k.heap[0].part].waiting}
	heap.Pop(k)
	return c
}

func (k *ranking) Len() int { return len(k.heap) }

func (k *ranking) Less(a, b int) bool {
	if x, y := k.heap[a].when, k.heap[b].when; x != y {
		return x > y
	}
	return bytes.Compare(k.row(a).item(), k.row(b).item()) < 0
}

func (k *ranking) Swap(a, b int) { k.heap[a], k.heap[b] = k.heap[b], k.heap[a] }
func (k *ranking) Push(x any)    { k.heap = append(k.heap, x.(ranked)) }
func (k *ranking) Pop() any {
	last := k.heap[len(k.heap)-1]
	k.heap = k.heap[:len(k.heap)-1]
	return last
}
