package storage

import (
	"cmp"
	"slices"
	"time"

	"chinanews/news"
)

// Sharing finds items that share features, dated at most so far from a moment:
// those that share most first, then those that the record had earlier. Items
// are found for 30 days after they were first seen. Of a feature that very many
// share only those dated nearest to the moment lead to an item, so the cost is
// bounded by the number of features.
func (l *Ledger) Sharing(features []uint64, around time.Time, within time.Duration, most int) []news.Shared {
	if l.tx.Bucket(bucketNear) == nil {
		return nil
	}
	if l.near == nil {
		l.near = nearOf(l.tx, l.at)
	}
	x, each := l.near, brief(features)
	span := span{first: seconds(around.Add(-within)), middle: seconds(around), last: seconds(around.Add(within))}
	found := make([]uint64, 0, 4*len(each))
	nearby := make(nearby, 0, readAtMost)
	for g := generationOf(x.since); g <= generationOf(seconds(l.at)); g++ {
		runs := x.stretch(g)
		for _, f := range each {
			nearby = nearby[:0]
			for _, r := range runs {
				nearby.gather(r.run, f, span)
			}
			for _, s := range nearby {
				found = append(found, s.number)
			}
		}
	}
	return x.ranked(leads(found), each, span, most)
}

// span is from when to when rows are wanted, and where they are wanted most.
type span struct{ first, middle, last uint32 }

// sighting is a row of the feature that is looked for.
type sighting struct {
	off    uint32 // seconds from the middle
	early  bool   // before it
	number uint64
}

// before orders sightings by how near they are, of equally near ones the later
// first; away from the middle in the order of the rows.
func (s sighting) before(other sighting) bool {
	switch {
	case s.off != other.off:
		return s.off < other.off
	case s.early != other.early:
		return other.early
	}
	return (s.number < other.number) != s.early
}

// nearby are the rows of a feature that are dated nearest to the middle, in
// order, as many as are read at most.
type nearby []sighting

// gather takes those of a run, on either side of the middle.
func (l *nearby) gather(r run, feature uint32, s span) {
	at := r.seek(feature, s.middle)
	for n := at; n < r.len() && r.feature(n) == feature; n++ {
		dated, number := r.item(n)
		if dated > s.last || !l.take(sighting{dated - s.middle, false, number}) {
			break
		}
	}
	for n := at - 1; n >= 0 && r.feature(n) == feature; n-- {
		dated, number := r.item(n)
		if dated < s.first || !l.take(sighting{s.middle - dated, true, number}) {
			break
		}
	}
}

// take is false when there are nearer ones enough. An item is taken once.
func (l *nearby) take(s sighting) bool {
	list := *l
	n := len(list)
	for n > 0 && s.before(list[n-1]) {
		n--
	}
	if n == readAtMost {
		return false
	}
	if slices.ContainsFunc(list, func(o sighting) bool { return o.number == s.number }) {
		return true
	}
	*l = slices.Insert(list[:min(len(list), readAtMost-1)], n, s)
	return true
}

// lead is an item that was found, and how often.
type lead struct {
	number uint64
	n      int
}

// leads are the items that were found, those first that were found most often.
func leads(found []uint64) (list []lead) {
	slices.Sort(found)
	for n, number := range found {
		if n == 0 || number != found[n-1] {
			list = append(list, lead{number: number})
		}
		list[len(list)-1].n++
	}
	slices.SortFunc(list, func(a, b lead) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.number, b.number)) })
	return list
}

// ranked are the items that share most. How much they share is what their
// traits say: a row may be of an earlier reading.
func (x *near) ranked(leads []lead, features []uint32, s span, most int) (list []news.Shared) {
	all := make([]neighbour, 0, min(most, len(leads)))
	for _, l := range leads {
		if len(all) == most {
			break
		}
		t, ok := x.glance(l.number)
		if !ok || t.seen < x.since || t.dated < s.first || t.dated > s.last {
			continue
		}
		if n := inCommon(features, t.features); n > 0 {
			all = append(all, neighbour{l.number, news.Shared{Item: t.item, Lang: t.lang, N: n, Even: even(t.features)}})
		}
	}
	slices.SortFunc(all, func(a, b neighbour) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.number, b.number)) })
	list = slices.Grow(list, len(all))
	for _, n := range all {
		list = append(list, n.Shared)
	}
	return list
}

// neighbour is an item with the number that it has in the index.
type neighbour struct {
	number uint64
	news.Shared
}

// inCommon is how many two sorted lists have in common.
func inCommon(a, b []uint32) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i], b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// even is how many numbers of a list are even.
func even(list []uint32) (n int) {
	for _, f := range list {
		n += int(^f & 1)
	}
	return n
}
