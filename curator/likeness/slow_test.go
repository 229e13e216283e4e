package likeness

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Shingles come out as if they were sorted, also those whose hashes lie close
// together or are the same.
func TestSortedShingles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for size := range 70 {
		for _, mask := range []uint64{1<<64 - 1, 3, 1<<63 | 7, 0, 0xff << 56} {
			var all []shingle
			for n := range size * size {
				all = append(all, shingle{hash: r.Uint64() & mask, at: int32(n)})
			}
			want := slices.Clone(all)
			slices.SortFunc(want, shingle.compare)
			if got := sorted(all); !slices.Equal(got, want) {
				t.Fatalf("%d shingles under %x are not sorted", len(all), mask)
			}
		}
	}
}

// What is passed over without a look is what a look would leave alone.
func TestLooksThatAreSpared(t *testing.T) {
	for _, who := range strings.Fields("问 答 記者 记者 主持人 發言人 发言人 Q A Question Answer Reporter Host Moderator Spokesperson Spokesman Spokeswoman Source 主席 R") {
		for _, colon := range []string{":", "：", " : ", "", " "} {
			line := who + colon + "说"
			if got, want := afterTurn(line), line[len(turn.FindString(line)):]; got != want {
				t.Errorf("%q is left of %q, want %q", got, line, want)
			}
		}
	}
	for w := range english {
		if len(w) > mostEnglish {
			t.Errorf("%s is longer than %d", w, mostEnglish)
		}
	}
	for _, e := range endings {
		w := append(bytes.Repeat([]byte("b"), e.least), e.from...)
		want := string(w[:e.least]) + string(e.to)
		if got := string(spelling(w)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
