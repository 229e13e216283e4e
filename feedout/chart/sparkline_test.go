package chart

import (
	"encoding/xml"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// element is one of an SVG, read back.
type element struct {
	Name     string
	Attr     map[string]string
	Text     string
	Children []*element
}

// parsed reads what was drawn, which must be sound XML.
func parsed(t *testing.T, svg string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	root := &element{}
	stack := []*element{root}
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		top := stack[len(stack)-1]
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{Name: x.Name.Local, Attr: make(map[string]string)}
			for _, a := range x.Attr {
				e.Attr[a.Name.Local] = a.Value
			}
			top.Children = append(top.Children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.Text += string(x)
		}
	}
	if len(stack) != 1 || len(root.Children) == 0 {
		t.Fatalf("not sound XML: %s", svg)
	}
	return root
}

// all are the elements of a name, in their order.
func (e *element) all(name string) (found []*element) {
	for _, c := range e.Children {
		if c.Name == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

// length reads a number of an attribute, with or without a per cent sign.
func (e *element) length(t *testing.T, attr string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(strings.TrimSuffix(e.Attr[attr], "%"), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		t.Fatalf("%s of %s is %q", attr, e.Name, e.Attr[attr])
	}
	return f
}

func TestSparkline(t *testing.T) {
	for _, counts := range [][]int{nil, {0}, {0, 0, 0}, {1, 2, 4}, {-5, 3}, {math.MaxInt, 1, math.MinInt}, random(28), random(400)} {
		root := parsed(t, string(Sparkline(counts, `Items a day <b>&"`)))
		svg := root.Children[0]
		if title := svg.Children[0]; title.Name != "title" || title.Text != `Items a day <b>&"` {
			t.Errorf("%v: named %+v", counts, title)
		}
		bars := svg.all("rect")
		if len(bars) != len(counts) {
			t.Fatalf("%v: %d bars", counts, len(bars))
		}
		height := svg.length(t, "height")
		for n, bar := range bars {
			y, h := bar.length(t, "y"), bar.length(t, "height")
			if y < -0.01 || math.Abs(y+h-height) > 0.02 || bar.length(t, "x")+bar.length(t, "width") > svg.length(t, "width") {
				t.Errorf("%v: bar %d is not within: %v", counts, n, bar.Attr)
			}
			if (h > 1) != (counts[n] > 0) {
				t.Errorf("%v: bar %d is %g high", counts, n, h)
			}
		}
	}
}

// More is never drawn lower than less.
func TestSparklineOrder(t *testing.T) {
	counts := random(200)
	bars := parsed(t, string(Sparkline(counts, "t"))).all("rect")
	for a := range counts {
		for b := range counts {
			if counts[a] > counts[b] && bars[a].length(t, "height") < bars[b].length(t, "height") {
				t.Fatalf("%d is drawn lower than %d", counts[a], counts[b])
			}
		}
	}
}

// random are counts of a fixed seed, some of them nothing, some large.
func random(n int) []int {
	r := rand.New(rand.NewPCG(8, uint64(n)))
	counts := make([]int, n)
	for i := range counts {
		counts[i] = r.IntN(1 + r.IntN(100)*r.IntN(50))
	}
	return counts
}
