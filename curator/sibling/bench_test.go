package sibling

import "testing"

func BenchmarkOf(b *testing.B) {
	all := releases(b)
	for n := 0; b.Loop(); n++ {
		Of(all[n%len(all)].entry)
	}
}

func BenchmarkFeatures(b *testing.B) {
	all := releases(b)
	for n := 0; b.Loop(); n++ {
		all[n%len(all)].text.Features()
	}
}

// BenchmarkPair compares versions: what clashes ends no sooner.
func BenchmarkPair(b *testing.B) {
	all := releases(b)
	for n := 0; b.Loop(); n++ {
		Pair(all[n%len(all)].text, all[(n+1)%len(all)].text)
	}
}
