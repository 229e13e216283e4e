package audience

import (
	"math"
	"math/bits"
)

// sketchBits are as many as have an estimate of some thousands within one in a
// hundred, and of a hundred thousand within two.
const sketchBits = 1 << 15

// sketch counts what is different by linear counting (Whang, Vander-Zanden and
// Taylor, 1990): each sets one bit, and the share of bits that are not set says
// how many there were. 4 kB; a nil one is empty.
type sketch [sketchBits / 64]uint64

func (s *sketch) has(hash uint64) bool {
	return s != nil && s[hash/64%uint64(len(s))]&(1<<(hash%64)) != 0
}

func (s *sketch) add(hash uint64) { s[hash/64%uint64(len(s))] |= 1 << (hash % 64) }

// estimate is about how many there were; full: so many or more.
func (s *sketch) estimate() (n int, full bool) {
	if s == nil {
		return 0, false
	}
	unset := sketchBits
	for _, w := range s {
		unset -= bits.OnesCount64(w)
	}
	const fewest = sketchBits / 1024 // with fewer, chance decides
	share := float64(max(unset, fewest)) / sketchBits
	return int(math.Round(-sketchBits * math.Log(share))), unset <= fewest
}
