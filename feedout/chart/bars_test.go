package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// drawn are figures of all kinds, some of them odd.
func drawn() []Figure {
	figures := []Figure{
		{Title: "Nothing"},
		{Title: "No series", Places: []string{"1"}, Marks: []string{"1"}},
		{Title: "Zeros", Places: []string{"1", "2"}, Marks: []string{"1", "2"}, Series: []Series{{Name: "a", Counts: []int{0, 0}}}},
		{Title: "Less than nothing", Places: []string{"1", "2"}, Series: []Series{{Name: "a", Counts: []int{-3, 5}}, {Name: "b", Counts: []int{math.MinInt, 1}}}},
		{Title: "Short and long", Places: []string{"1", "2", "3"}, Series: []Series{{Name: "a", Counts: []int{1}}, {Name: "b", Counts: []int{1, 2, 3, 4, 5}}, {Name: "c", Counts: nil}}},
		{Title: "Very many", Places: []string{"1"}, Series: []Series{{Name: "a", Counts: []int{1 << 60}}, {Name: "b", Counts: []int{1}}}},
		{Title: `<script>&"'`, Places: []string{`<b>"`}, Marks: []string{"</text>"}, Series: []Series{{Name: `</title><script>`, Counts: []int{1}}, {Name: "]]>", Counts: []int{2}}}},
	}
	r := rand.New(rand.NewPCG(1, 8))
	for n := range 40 {
		f := Figure{Title: fmt.Sprint("Figure ", n)}
		for place := range r.IntN(40) {
			f.Places, f.Marks = append(f.Places, fmt.Sprint("day ", place)), append(f.Marks, fmt.Sprint(place))
		}
		for s := range r.IntN(20) {
			one := Series{Name: fmt.Sprint("kind ", s)}
			for range f.Places {
				one.Counts = append(one.Counts, r.IntN(1+r.IntN(1000)))
			}
			f.Series = append(f.Series, one)
		}
		figures = append(figures, f)
	}
	return figures
}

// Whatever is counted, each bar is as high as its sum on one scale, stays within
// the picture, and its parts touch each other.
func TestBars(t *testing.T) {
	for _, f := range drawn() {
		root := parsed(t, string(f.Bars()))
		svg := root.Children[0]
		if title := svg.Children[0]; title.Name != "title" || title.Text != f.Title {
			t.Errorf("named %q, want %q", title.Text, f.Title)
		}
		bars := svg.all("g")
		if len(bars) != len(f.Places) {
			t.Fatalf("%s: %d bars of %d places", f.Title, len(bars), len(f.Places))
		}
		top := scale(f.highest())
		for place, bar := range bars {
			want := float64(f.Total(place)) / float64(top) * (barsBottom - barsTop)
			if got := bar.stacked(t, f.Title); math.Abs(got-want) > 0.02 || got > barsBottom-barsTop+0.02 {
				t.Errorf("%s, place %d: %g high, want %g", f.Title, place, got, want)
			}
			if tip := bar.Children[0].Text; !strings.HasPrefix(tip, f.Places[place]+": "+fmt.Sprint(f.Total(place))) {
				t.Errorf("%s, place %d: says %q", f.Title, place, tip)
			}
		}
	}
}

// stacked is the height of a bar, whose parts stand one upon the other.
func (e *element) stacked(t *testing.T, figure string) (height float64) {
	t.Helper()
	at := float64(barsBottom)
	for _, part := range e.all("rect")[1:] {
		y, h := part.length(t, "y"), part.length(t, "height")
		if math.Abs(y+h-at) > 0.021 || h < 0 {
			t.Errorf("%s: a part from %g to %g upon %g", figure, y, y+h, at)
		}
		if x, w := part.length(t, "x"), part.length(t, "width"); x < 0 || x+w > 100.01 {
			t.Errorf("%s: a part from %g to %g %% across", figure, x, x+w)
		}
		at, height = y, height+h
	}
	return height
}

// What is written in a picture does not overlap at 320 px, less what a page
// leaves free beside it: the widest mark is a month or a day of 6 letters.
func TestMarksLeaveRoom(t *testing.T) {
	const width, letter = 272, 7
	for n := range 40 {
		f := Figure{Title: "Days"}
		for range n {
			f.Places, f.Marks = append(f.Places, "30 November 2026"), append(f.Marks, "30 Nov")
		}
		end := 0.0
		for _, mark := range parsed(t, string(f.Bars())).all("text")[1:] {
			x, wide := mark.length(t, "x")*width/100, float64(len(mark.Text)*letter)
			switch mark.Attr["text-anchor"] {
			case "middle":
				x -= wide / 2
			case "end":
				x -= wide
			}
			if x < end || x+wide > width+1 {
				t.Errorf("%d places: %q from %g to %g, after %g", n, mark.Text, x, x+wide, end)
			}
			end = x + wide + 4
		}
	}
}

func TestScale(t *testing.T) {
	for most, want := range map[int]int{-5: 1, 0: 1, 1: 1, 2: 2, 3: 3, 6: 6, 7: 8, 9: 10, 11: 20, 21: 30, 99: 100, 101: 200, 499: 500, 1 << 62: 1 << 62} {
		if got := scale(most); got != want {
			t.Errorf("scale of %d is %d, want %d", most, got, want)
		}
	}
}

// However series are taken together, nothing is lost, in any place, and the
// largest stay themselves.
func TestLargest(t *testing.T) {
	for _, f := range drawn() {
		g := f.Among(f.Largest(), "others")
		if len(g.Series) > MostSeries+1 || f.Sum() != g.Sum() {
			t.Errorf("%s: %d series, %d of %d", f.Title, len(g.Series), g.Sum(), f.Sum())
		}
		for place := range f.Places {
			if f.Total(place) != g.Total(place) {
				t.Errorf("%s, place %d: %d, was %d", f.Title, place, g.Total(place), f.Total(place))
			}
		}
		own := slices.DeleteFunc(slices.Clone(g.Series), func(s Series) bool { return s.Name == "others" })
		if !slices.IsSortedFunc(own, func(a, b Series) int { return b.Sum() - a.Sum() }) {
			t.Errorf("%s: the largest are not first", f.Title)
		}
	}
}

// A table beside a figure has the same numbers.
func TestRows(t *testing.T) {
	for _, f := range drawn() {
		sum := 0
		for n, r := range f.Rows() {
			place := len(f.Places) - 1 - n
			parts := 0
			for _, c := range r.Counts {
				parts += c
			}
			if r.Place != f.Places[place] || r.Total != f.Total(place) || parts != r.Total || len(r.Counts) != len(f.Series) {
				t.Errorf("%s: row %d is %+v", f.Title, n, r)
			}
			sum += r.Total
		}
		if sum != f.Sum() {
			t.Errorf("%s: rows have %d, the figure %d", f.Title, sum, f.Sum())
		}
	}
}

// Everything that a picture fills itself with is among the patterns, which have
// no name twice; none has a style or a script of its own.
func TestPatterns(t *testing.T) {
	sheet := parsed(t, string(Patterns()))
	ids := make(map[string]bool)
	for _, p := range sheet.all("pattern") {
		if ids[p.Attr["id"]] {
			t.Errorf("%s is there twice", p.Attr["id"])
		}
		ids[p.Attr["id"]] = true
	}
	for _, f := range drawn() {
		for n := range f.Series {
			for _, svg := range []string{string(f.Bars()), string(Swatch(n))} {
				for _, part := range parsed(t, svg).all("rect") {
					if fill := part.Attr["fill"]; fill != "none" && !ids[strings.TrimSuffix(strings.TrimPrefix(fill, "url(#"), ")")] {
						t.Errorf("filled with %s", fill)
					}
				}
				if strings.Contains(svg, "style=") || strings.Contains(svg, "<script") || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
					t.Errorf("%s: %.300s", f.Title, svg)
				}
			}
		}
	}
}
