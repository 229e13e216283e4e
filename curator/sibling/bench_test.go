package sibling

import (
	"strings"
	"testing"

	"chinanews/news"
)

// long is an entry of 4 kB in a language, as feeds have it.
func long(b *testing.B, lang string) news.Entry {
	var e news.Entry
	for _, v := range releases(b) {
		if v.entry.Lang != lang || len(e.HTML) >= 4<<10 {
			continue
		}
		e.Lang, e.Title, e.Date, e.URL = lang, v.entry.Title, v.entry.Date, v.entry.URL
		e.HTML += "<p>" + strings.ReplaceAll(v.entry.Summary, "\n", "</p>\n<p>") + "</p>"
	}
	return e
}

func BenchmarkOfLong(b *testing.B) {
	for _, lang := range []string{"en", "zh"} {
		e := long(b, lang)
		b.Run(lang, func(b *testing.B) {
			b.SetBytes(int64(len(e.HTML)))
			b.ReportAllocs()
			for b.Loop() {
				Of(e)
			}
		})
	}
}

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
