package jetstream_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// BenchmarkAppend: 32 partitions append to three nodes that sync each message,
// messages of one item or ten, of 3 kB each.
func BenchmarkAppend(b *testing.B) {
	for _, items := range []int{1, 10} {
		b.Run(strconv.Itoa(items), func(b *testing.B) {
			c := jetstreamtest.Founded(b, 3, nil)
			data := bytes.Repeat([]byte("中文news "), items*3000/11)
			var ids atomic.Int64
			b.ResetTimer()
			var group sync.WaitGroup
			for line := range 32 {
				r := c.Relays[line%3]
				group.Go(func() {
					var after uint64
					for n := ids.Add(1); n <= int64(b.N); n = ids.Add(1) {
						seq, err := r.Append(b.Context(), jetstream.Line(fmt.Sprintf("log.%d", line)), jetstreamtest.ID(int(n)), data, after)
						if err != nil {
							b.Error(err)
							return
						}
						after = seq
					}
				})
			}
			group.Wait()
			b.ReportMetric(float64(b.N*items)/b.Elapsed().Seconds(), "items/s")
		})
	}
}

// BenchmarkFollow: what a node that has nothing reads, messages of ten items of
// 3 kB.
func BenchmarkFollow(b *testing.B) {
	c := jetstreamtest.Founded(b, 3, nil)
	const many = 1000
	data := bytes.Repeat([]byte("中文news "), 30000/11)
	var group sync.WaitGroup
	for line := range 50 {
		group.Go(func() {
			var after uint64
			for n := range many / 50 {
				var err error
				if after, err = c.Relays[0].Append(b.Context(), jetstream.Line(fmt.Sprintf("log.%d", line)), jetstreamtest.ID(n), data, after); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	for b.Loop() {
		seen := 0
		err := c.Relays[1].Follow(b.Context(), 0, func(all []jetstream.Message) error {
			if seen += len(all); seen == many {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*many*10)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkShare: 1,000 cells of 200 bytes at once.
func BenchmarkShare(b *testing.B) {
	c := jetstreamtest.Founded(b, 3, nil)
	cells := make([]news.Cell, 1000)
	for i := range cells {
		cells[i] = jetstreamtest.Cell(strconv.Itoa(i), string(bytes.Repeat([]byte{'x'}, 200)))
	}
	for b.Loop() {
		if err := c.Relays[0].Share(b.Context(), cells); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(cells))/b.Elapsed().Seconds(), "cells/s")
}
