package feedout

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

// keeping is a document of which an edition takes what it holds from before.
func keeping(e *Edition, d Document) Document {
	d.Kept, d.Releases = make(map[news.StoryID]bool), slices.Clone(d.Releases)
	for n, r := range d.Releases {
		if e.Holds(r.Membership) {
			d.Kept[r.Story] = true
			d.Releases[n] = news.Release{Story: r.Story, Membership: r.Membership}
		}
	}
	return d
}

// kept is such a document with so many of its releases kept.
func kept(t *testing.T, e *Edition, d Document, want int) Document {
	t.Helper()
	k := keeping(e, d)
	if len(k.Kept) != want {
		t.Fatalf("%d of %d releases are held, want %d", len(k.Kept), len(d.Releases), want)
	}
	return k
}

// What is kept stands where it would, as if it had been given.
func TestKeptIsAsGiven(t *testing.T) {
	all := releases(70)
	e := new(Edition)
	e.Render(kept(t, e, busy(all, 0), 0), formats...)
	for n := 1; n < 8; n++ {
		d := busy(all, n)
		d.Updated = d.Updated.Add(time.Duration(n) * time.Hour)
		if n == 4 { // another place is another entry
			d.Releases[9].Membership.Updated = d.Updated
		}
		want := 49
		if n == 4 || n == 5 { // and again when it is back
			want = 48
		}
		got, err := e.Render(kept(t, e, d, want), formats...)
		if err != nil {
			t.Fatal(err)
		}
		for k, f := range formats {
			if anew, _ := Render(d, f); !bytes.Equal(got[k], anew) {
				t.Errorf("%s: %s", f, parting(got[k], anew))
			}
		}
	}
}

// What cannot be kept has to be given.
func TestNotHeld(t *testing.T) {
	all := releases(60)
	long := "<p>" + strings.Repeat("long ", 900_000) + "</p>"
	for name, change := range map[string]func(*Document){
		"another site": func(d *Document) { d.Site.BaseURL += "/x" },
		"another feed": func(d *Document) { d.Feed.Language = "zh" },
		"too large":    func(d *Document) { d.Releases[0].HTML = long },
		"unknown":      func(d *Document) { d.Kept[d.Releases[0].Story], d.Releases[0].HTML = true, "" },
	} {
		e := new(Edition)
		e.Render(busy(all, 0), formats...)
		d := kept(t, e, busy(all, 1), 49)
		change(&d)
		if _, err := e.Render(d, formats...); err != ErrNotHeld {
			t.Errorf("%s: the error is %v", name, err)
		}
		whole := busy(all, 1)
		sameAnew(t, e, whole)
	}
	e, d := new(Edition), busy(all, 0)
	d.Releases[0].HTML = long
	e.Render(d, formats...)
	kept(t, e, d, 0) // it has a summary in place of its text
}

// BenchmarkOneNew is a document of 50 entries in all formats when one of them is
// new: BenchmarkRender makes all of them.
func BenchmarkOneNew(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		docs := [2]Document{busy(releases(60), 0), busy(releases(60), 1)}
		e := new(Edition)
		e.Render(docs[1], formats...)
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ { // an entry comes, and the oldest goes, or the other way about
			if _, err := e.Render(docs[n%2], formats...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unread", func(b *testing.B) {
		all := releases(60)
		e := new(Edition)
		e.Render(busy(all, 1), formats...)
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			if _, err := e.Render(keeping(e, busy(all, n%2)), formats...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A summary of a body's first words is that of all of it.
func TestSummaryOfABeginning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"<p>", "</p>", " ", "\n", "word ", "The end. ", "关税", "。", "e\u0301", "👩‍👩‍👧", "\r\n", "\xff\xff", "&amp;", "\u0301", "<b>x</b>", "\u202e",
			strings.Repeat("long", 400), strings.Repeat("\u0301", 300), strings.Repeat("\xff", 2047), strings.Repeat(" ", 900), strings.Repeat("<i></i>", 90)})
		var b strings.Builder
		for range rapid.IntRange(0, 40).Draw(t, "parts") {
			b.WriteString(strings.Repeat(part.Draw(t, "part"), rapid.IntRange(1, 60).Draw(t, "times")))
		}
		body := b.String()
		if got, want := beginning(body), shorten(news.Line(opening(body, openingSize)), summaryLength); got != want {
			t.Errorf("%q:\n%q, of all of it\n%q", body, got, want)
		}
	})
}
