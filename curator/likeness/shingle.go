package likeness

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// shingle is a run of words, by its hash.
type shingle struct {
	hash  uint64
	at    int32 // of its first word, where it stands first
	again bool  // it stands more than once
}

// compare takes no detours: sorting is a good part of what preparing costs.
func (s shingle) compare(other shingle) int {
	switch {
	case s.hash < other.hash:
		return -1
	case s.hash > other.hash:
		return 1
	}
	return int(s.at - other.at)
}

const (
	shingleWeight = 8 // four English words, eight Han characters
	sampled       = math.MaxUint64 / 32
	leastFeatures = 12
	mostFeatures  = 96
	leastTitle    = 10 // weight of a title that is a feature
)

// shingles are the runs of words that begin at each word, sorted by hash, each
// once.
func (p *passage) shingles() []shingle {
	all := make([]shingle, 0, len(p.words))
	end, weight := 0, 0
	for n := range p.words {
		for end < len(p.words) && weight < shingleWeight {
			weight += p.words[end].weight()
			end++
		}
		if weight < shingleWeight {
			break
		}
		h := uint64(version)
		for _, w := range p.words[n:end] {
			h = mixed(h ^ w.key)
		}
		all = append(all, shingle{hash: h, at: int32(n)})
		weight -= p.words[n].weight()
	}
	all = sorted(all)
	kept := all[:0]
	for _, s := range all {
		if n := len(kept); n > 0 && kept[n-1].hash == s.hash {
			kept[n-1].again = true
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// sorted sorts shingles that stand in the order of their places. Hashes are
// spread evenly, so each is put about where it belongs at once.
func sorted(all []shingle) []shingle {
	width := bits.Len(uint(len(all)))
	ends := make([]int32, 1<<width+1)
	for _, s := range all {
		ends[s.hash>>(64-width)+1]++
	}
	for n := range len(ends) - 1 {
		ends[n+1] += ends[n]
	}
	out := make([]shingle, len(all))
	for _, s := range all {
		n := s.hash >> (64 - width)
		out[ends[n]] = s
		ends[n]++
	}
	from := int32(0)
	for _, to := range ends[:1<<width] {
		if to-from > 1 {
			slices.SortFunc(out[from:to], shingle.compare)
		}
		from = to
	}
	return out
}

// sample picks the features. The least hashes are taken, so that a part of a
// text has those of the whole that stand in it.
func (t *Text) sample() []uint64 {
	var picked []uint64
	for n, s := range t.shingles {
		if n >= mostFeatures-1 || s.hash > sampled && n >= leastFeatures {
			break
		}
		picked = append(picked, s.hash)
	}
	if t.title.weigh(0, len(t.title.words)) >= leastTitle {
		h := mixed(uint64(version) ^ 0x7469746c65)
		for _, w := range t.title.words {
			h = mixed(h ^ w.key)
		}
		picked = append(picked, h)
	}
	slices.Sort(picked)
	return slices.Compact(picked)
}

// shared is how many shingles two texts have in common.
func shared(a, b *Text) (n int) {
	for i, j := 0, 0; i < len(a.shingles) && j < len(b.shingles); {
		switch c := cmp.Compare(a.shingles[i].hash, b.shingles[j].hash); {
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

// hashed is a hash of bytes, eight at a time; mixed is the finalizer of
// MurmurHash3.
func hashed(b []byte) uint64 {
	h := uint64(version)<<32 ^ uint64(len(b))
	for len(b) >= 8 {
		h = mixed(h ^ binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	var rest [8]byte
	copy(rest[:], b)
	return mixed(h ^ binary.LittleEndian.Uint64(rest[:]))
}

func mixed(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
