package sibling

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"chinanews/curator/storytest"
	"chinanews/news"
)

// tried are pairs of which an outline was asked, those that it left and those
// that are versions.
type tried struct{ all, left, versions int }

// try checks that an outline rules out no versions.
func (r *tried) try(t *testing.T, a, b *Text) {
	t.Helper()
	e, is := Pair(a, b)
	may := Possible(a, b.Outlined(), b.at)
	if is && !may {
		t.Errorf("by its outline it is none, and is a version: %s", e)
	}
	r.all++
	if may {
		r.left++
	}
	if is {
		r.versions++
	}
}

func TestOutlineRulesOutNoVersion(t *testing.T) {
	var texts []*Text
	for _, v := range releases(t) {
		texts = append(texts, v.text)
	}
	for _, part := range storytest.Parts {
		items := storytest.Items(t, "..", part)
		for _, i := range items[:min(len(items), 150)] {
			texts = append(texts, Of(i.Plain(t)))
		}
	}
	var r tried
	for _, a := range texts {
		for _, b := range texts {
			if a.lang != b.lang && distance(a.at, b.at) <= window {
				r.try(t, a, b)
			}
		}
	}
	t.Logf("%+v", r)
	if r.versions < 100 || r.left > r.all/4 {
		t.Errorf("%+v: want 100 versions at least, and one in four that are left at most", r)
	}
}

// Texts that have little of everything, and much in common, come nearest to what
// decides.
func TestOutlineOfWhatIsNearlyAVersion(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 5))
	weights := []float64{0.4, 0.8, 1.2, 1.5, 2.2, 3, 4.5}
	make := func(lang string) *Text {
		text := &Text{Outline: Outline{lang: lang, letters: 40 + rnd.IntN(160)}, at: noted, site: "harbour.example", serials: []string{"7654321"}}
		for n := range rnd.IntN(9) {
			if rnd.IntN(4) > 0 {
				text.numbers = append(text.numbers, number{float64(n), weights[n%len(weights)]})
			}
		}
		for n := range 1 + rnd.IntN(40) {
			if rnd.IntN(5) > 0 {
				text.marks = append(text.marks, mention{meaning: uint16(n * 31), lead: true, title: rnd.IntN(12) == 0})
			}
		}
		for n := range rnd.IntN(3) {
			text.days = append(text.days, day(1101+n))
		}
		for n := range 5 {
			if rnd.IntN(2) > 0 {
				text.foreign, text.heard = append(text.foreign, "kmntlp"[n:]), append(text.heard, "kmntlp"[n:])
			}
		}
		return text
	}
	var r tried
	for range 30_000 {
		r.try(t, make("zh"), make([]string{"en", "en", "en", "fr"}[rnd.IntN(4)]))
	}
	t.Logf("%+v", r)
	if r.versions < 300 || r.left > r.all*19/20 {
		t.Errorf("%+v: too few of either kind", r)
	}
}

// An outline is all that a text has of one, however it is kept.
func TestOutlineIsPacked(t *testing.T) {
	size := 0
	for _, v := range releases(t) {
		packed := v.text.Outlined()
		if got, want := fmt.Sprint(*packed.outline()), fmt.Sprint(v.text.Outline); got != want {
			t.Errorf("%s: the outline is %s, was %s", v.release, got, want)
		}
		size += len(packed)
	}
	if mean := size / len(releases(t)); mean > 200 {
		t.Errorf("an outline takes %d bytes", mean)
	}
	if Possible(textOf("en", "", "They met."), textOf("zh", "", "会见。").Outlined(), news.Date{}) {
		t.Error("a text without a date may be a version")
	}
}

func BenchmarkPossible(b *testing.B) {
	all := releases(b)
	var packed []Packed
	for _, v := range all {
		packed = append(packed, v.text.Outlined())
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		other := all[(n+1)%len(all)].text
		Possible(all[n%len(all)].text, packed[(n+1)%len(all)], other.at)
	}
}
