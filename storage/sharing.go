package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Sharing finds items that share features, dated at most so far from a moment:
// those that share most first, then those that the record had earlier. Items
// are found for 30 days after they were first seen. Of a feature that very many
// share only those dated nearest to the moment count, so the cost is bounded by
// the number of features.
func (l *Ledger) Sharing(features []uint64, around time.Time, within time.Duration, most int) []news.Shared {
	if l.tx.Bucket(bucketNear) == nil {
		return nil
	}
	x := nearOf(l.tx, l.at)
	span := span{first: seconds(around.Add(-within)), middle: seconds(around), last: seconds(around.Add(within))}
	counts, each := make(map[uint64]int), distinct(features)
	for g := generationOf(x.since); g <= generationOf(seconds(l.at)); g++ {
		for _, f := range each {
			x.nearest(nearKey(g, f, span.middle, 0), span, func(number uint64) { counts[number]++ })
		}
	}
	return x.ranked(counts, most)
}

// ranked are the items that share most.
func (x *near) ranked(counts map[uint64]int, most int) (list []news.Shared) {
	numbers := make([]uint64, 0, len(counts))
	for n := range counts {
		numbers = append(numbers, n)
	}
	slices.SortFunc(numbers, func(a, b uint64) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for _, n := range numbers {
		if len(list) >= most {
			break
		}
		if t, ok := x.traits(n); ok && t.seen >= x.since {
			list = append(list, news.Shared{Item: t.item, N: counts[n]})
		}
	}
	return list
}

// span is from when to when rows are wanted, and where they are wanted most.
type span struct{ first, middle, last uint32 }

// nearest yields the items of a generation that have a feature, those dated
// nearest to the middle of the span first.
func (x *near) nearest(key []byte, s span, yield func(number uint64)) {
	on := along{cursor: x.rows.Cursor(), feature: key[:featureEnd], span: s}
	on.at(on.cursor.Seek(key))
	back := on // most features have no rows beyond the key: the cursor is free then
	if on.ok {
		back.cursor = x.rows.Cursor()
		back.cursor.Seek(key)
	}
	back.at(back.cursor.Prev())
	for range readAtMost {
		switch {
		case on.ok && (!back.ok || on.dated-s.middle <= s.middle-back.dated):
			yield(on.number)
			on.at(on.cursor.Next())
		case back.ok:
			yield(back.number)
			back.at(back.cursor.Prev())
		default:
			return
		}
	}
}

// along goes along the rows of a feature.
type along struct {
	cursor  *bbolt.Cursor
	feature []byte // with its generation: how keys begin
	span    span
	dated   uint32
	number  uint64
	ok      bool // it stands at a row of the feature within the span
}

func (a *along) at(k, v []byte) {
	a.ok = len(k) == nearKeyLength && bytes.HasPrefix(k, a.feature)
	if !a.ok {
		return
	}
	bare(k, v)
	a.dated, a.number = binary.BigEndian.Uint32(k[featureEnd:]), binary.BigEndian.Uint64(k[featureEnd+4:])
	a.ok = a.dated >= a.span.first && a.dated <= a.span.last
}
