package storage

import (
	"fmt"
	"testing"
)

// What a start takes of the processors, beside how many items there are.
func BenchmarkOpen(b *testing.B) {
	for _, items := range windows() {
		dir := largeRecord(b, items)
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			begin := processor()
			for range b.N {
				s, err := Open(dir, Options{})
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
			b.ReportMetric(float64(processor()-begin)/float64(b.N), "cpu-ns/op")
		})
	}
}

func largeRecord(b *testing.B, items int) string {
	dir := b.TempDir()
	s, err := Create(dir, Options{Now: ticking(), Scratch: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const each = 500
	for n := 0; n < items; n += each {
		x := batch(0)
		copy(x.ID[8:], posKey(uint64(n+1)))
		for k := n; k < n+each; k++ {
			one := batch(0, k).Entries[0]
			one.HTML, one.Summary = prose(k, 3940), ""
			x.Entries = append(x.Entries, one)
		}
		if _, err := s.Accept(b.Context(), x, firstAll); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}
