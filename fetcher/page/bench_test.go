package page

import (
	"bytes"
	"testing"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"

	"chinanews/news"
)

// each runs one reading over pages in turn, and reports pages a second.
func each(b *testing.B, pages []fixture, read func(f fixture)) {
	i := 0
	for b.Loop() {
		read(pages[i%len(pages)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}

func BenchmarkArticle(b *testing.B) {
	pages, profiles := fixturesOf(b, "article.html"), families(b)
	for _, bb := range []struct {
		name string
		row  news.Source
	}{{"profile", news.Source{}}, {"readability", news.Source{Profile: profileNone}}} {
		b.Run(bb.name, func(b *testing.B) {
			each(b, pages, func(f fixture) {
				if _, p := Article(f.text, bb.row, news.Task{}, f.base, Options{Now: now, Profiles: profiles}); p != nil {
					b.Fatal(p)
				}
			})
		})
	}
	b.Run("bare readability", func(b *testing.B) {
		each(b, pages, func(f fixture) {
			if _, err := readability.FromReader(bytes.NewReader(f.text), f.base); err != nil {
				b.Fatal(err)
			}
		})
	})
}

func BenchmarkList(b *testing.B) {
	pages, profiles := fixturesOf(b, "list.html"), families(b)
	b.Run("profile", func(b *testing.B) {
		each(b, pages, func(f fixture) {
			List(f.text, news.Source{}, f.base, Options{Now: now, Profiles: profiles})
		})
	})
	b.Run("bare parse", func(b *testing.B) {
		each(b, pages, func(f fixture) {
			if _, err := goquery.NewDocumentFromReader(bytes.NewReader(f.text)); err != nil {
				b.Fatal(err)
			}
		})
	})
}
