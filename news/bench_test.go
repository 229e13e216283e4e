package news

import "testing"

const anAddress = "https://WWW.Tides.example:443/eng/2026/notice-4711.html?part=2&utm_source=bell&from_lantern=1#top"

// BenchmarkIdentity is what each entry of a listing is recognised by.
func BenchmarkIdentity(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewItemID("tides-en", ByURL, CanonicalURL(anAddress))
	}
}

// BenchmarkPart is asked of each host, to tell which node polls it.
func BenchmarkPart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Part(Host(anAddress))
	}
}
