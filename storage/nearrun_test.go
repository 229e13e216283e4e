package storage

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// someRows are of few features, dates and items, so that many are equal.
func someRows(rnd *rand.Rand, n int) (rows []nearRow) {
	for range n {
		rows = append(rows, nearRow{uint32(rnd.IntN(9)) << 28, uint32(rnd.IntN(5)), uint64(rnd.IntN(7)) << 24})
	}
	return rows
}

func rowsOf(r run) (rows []nearRow) {
	for n := range r.len() {
		rows = append(rows, r.row(n))
	}
	return rows
}

// Two runs merged are what one of all their rows is, and each row is found in it.
func TestRunsMerge(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 9))
	for range 500 {
		a, b := someRows(rnd, rnd.IntN(30)), someRows(rnd, rnd.IntN(30))
		all := slices.Concat(a, b)
		want := slices.Clone(all)
		slices.SortFunc(want, nearRow.compare)
		want = slices.Compact(want)
		merged := runOf(a).with(runOf(b))
		if got := rowsOf(merged); !slices.Equal(got, want) {
			t.Fatalf("merged %v, want %v", got, want)
		}
		if one := runOf(all); !slices.Equal(one.encode(), merged.encode()) {
			t.Fatalf("merged it is stored otherwise: %x, want %x", merged.encode(), one.encode())
		}
		again, err := readRun(merged.encode())
		if err != nil || !slices.Equal(rowsOf(again), want) {
			t.Fatalf("read again it is %v, %v", rowsOf(again), err)
		}
		for _, row := range someRows(rnd, 20) {
			if got := merged.has(row); got != slices.Contains(want, row) {
				t.Fatalf("%v is in it: %v", row, got)
			}
			rest := slices.DeleteFunc(slices.Clone(want), func(r nearRow) bool { return r.number == row.number })
			if got := rowsOf(merged.without(row.number)); !slices.Equal(got, rest) {
				t.Fatalf("without %d it is %v, want %v", row.number, got, rest)
			}
		}
	}
}

func FuzzReadRun(f *testing.F) {
	f.Add([]byte{})
	f.Add(runOf([]nearRow{{1, 2, 3}, {4, 5, 6}, {4, 2, 3}}).encode())
	f.Add([]byte{0, 0, 0, 0, 1, 2, 3, 4, 9, 9})
	f.Add([]byte{255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := readRun(b)
		if err != nil {
			return
		}
		for n := range r.len() {
			r.seek(r.feature(n), 0)
			r.without(r.row(n).number)
		}
		if !slices.Equal(r.encode(), b) {
			t.Errorf("%x is stored as %x", b, r.encode())
		}
	})
}
