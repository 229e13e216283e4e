package likeness

import (
	"fmt"
	"strings"
	"testing"

	"chinanews/curator/storytest"
	"chinanews/news"
)

// long is the longest text of the open corpus in a language, and one that is
// the same release.
func long(b *testing.B, lang string) (first, second news.Entry) {
	b.Helper()
	items := storytest.Items(b, "..", "open")
	for n, i := range items {
		for _, j := range items[:n] {
			if i.Lang == lang && i.Release == j.Release && len(j.Text) > len(first.Summary) {
				first, second = j.Plain(b), i.Plain(b)
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
	s, t := Of(news.Entry{Lang: "en", Summary: patched("left")}), Of(news.Entry{Lang: "en", Summary: patched("right")})
	b.Run("patched, 20000 letters", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Same(s, t)
		}
	})
}

// patched is as long as is read, half its own and half what all have, in turns:
// the most there is to compare.
func patched(own string) string {
	var text strings.Builder
	for n := 0; text.Len() < mostLetters; n++ {
		for m := range 90 {
			if m < 30 {
				fmt.Fprintf(&text, "all%d ", n*30+m)
			} else {
				fmt.Fprintf(&text, "%s%d ", own, n*60+m)
			}
		}
	}
	return text.String()
}
