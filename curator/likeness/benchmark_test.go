package likeness

import (
	"strings"
	"testing"

	"chinanews/news"
)

// long is the longest text of the open corpus in a language, and one that is
// the same release.
func long(b *testing.B, lang string) (first, second news.Entry) {
	b.Helper()
	items := corpus(b, "open")
	for n, i := range items {
		for _, j := range items[:n] {
			if i.Lang == lang && i.Release == j.Release && len(j.Text) > len(first.Summary) {
				first, second = j.entry(b), i.entry(b)
			}
		}
	}
	return first, second
}

func BenchmarkOf(b *testing.B) {
	for _, lang := range []string{"en", "zh"} {
		e, _ := long(b, lang)
		b.Run(lang, func(b *testing.B) {
			b.SetBytes(int64(len(e.Summary)))
			b.ReportAllocs()
			for b.Loop() {
				Of(e)
			}
		})
	}
}

func BenchmarkSame(b *testing.B) {
	for _, lang := range []string{"en", "zh"} {
		e, f := long(b, lang)
		s, t := Of(e), Of(f)
		b.Run(lang, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Same(s, t)
			}
		})
	}
	// the same words in another order is the most that there is to compare
	words := strings.Fields(strings.Repeat("the council said that many ports of the delta are open and ships go up the river ", 250))
	for n := range words {
		words[n] += string(rune('a' + n*n%7))
	}
	one := strings.Join(words, " ")
	for n := 0; n+14 < len(words); n += 14 {
		words[n+13], words[n+12] = words[n+12], "x"
	}
	s, t := Of(news.Entry{Lang: "en", Summary: one}), Of(news.Entry{Lang: "en", Summary: strings.Join(words, " ")})
	b.Run("20000 letters", func(b *testing.B) {
		for b.Loop() {
			Same(s, t)
		}
	})
}
