package main

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMedianAndSpread(t *testing.T) {
	for _, c := range []struct {
		f                   figures
		median, least, most float64
	}{
		{nil, 0, 0, 0},
		{figures{7}, 7, 7, 7},
		{figures{9, 1}, 5, 1, 9},
		{figures{9, 1, 2}, 2, 1, 9},
		{figures{4, -1, 3, 100}, 3.5, -1, 100},
	} {
		before := slices.Clone(c.f)
		least, most := c.f.spread()
		if got := c.f.median(); got != c.median || least != c.least || most != c.most {
			t.Errorf("%v: median %v, %v to %v; want %v, %v to %v", c.f, got, least, most, c.median, c.least, c.most)
		}
		if !slices.Equal(c.f, before) {
			t.Errorf("%v became %v", before, c.f)
		}
	}
}

// Half of the figures are at or below the median, half at or above, in any order.
func TestMedianParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := figures(rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 30).Draw(t, "figures"))
		m, below, above := f.median(), 0, 0
		for _, x := range f {
			if x <= m {
				below++
			}
			if x >= m {
				above++
			}
		}
		if 2*below < len(f) || 2*above < len(f) {
			t.Errorf("%v of %v", m, f)
		}
		slices.Reverse(f)
		if f.median() != m {
			t.Errorf("%v depends on the order of %v", m, f)
		}
	})
}

// The ratio of medians is not the median of ratios; pairs belong together.
func TestPairsStayTogether(t *testing.T) {
	g := goal{Key: "k", Paired: true, Aim: 2}
	r := g.judge([]sample{{Key: "k", Ours: 2, Limit: 1}, {Key: "k", Ours: 30, Limit: 10}, {Key: "other", Ours: 900, Limit: 1}, {Key: "k", Ours: 10, Limit: 20}})
	if r.judged != 2 || r.leastOfIt != 0.5 || r.mostOfIt != 3 || r.ours != 10 || r.limit != 10 || r.n != 3 || r.verdict != met {
		t.Errorf("got %+v", r)
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		g    goal
		all  []sample
		want string
	}{
		{goal{Key: "k", Aim: 2}, nil, unknown},
		{goal{Key: "k", Aim: 2}, []sample{{Key: "k", Ours: 2}}, met},
		{goal{Key: "k", Aim: 2}, []sample{{Key: "k", Ours: 2.01}}, missed},
		{goal{Key: "k", Aim: 2}, []sample{{Key: "k", Ours: 1, Small: true}}, "met, small"},
		{goal{Key: "k", Aim: 2}, []sample{{Key: "k", Ours: 1, Small: true}, {Key: "k", Ours: 1}}, "met, small"},
		{goal{Key: "k", Aim: 0}, []sample{{Key: "k", Ours: 0}}, met},
		{goal{Key: "k", Aim: 99.5, Least: true}, []sample{{Key: "k", Ours: 99.4}}, missed},
		{goal{Key: "k", Aim: 99.5, Least: true}, []sample{{Key: "k", Ours: 100}}, met},
		{goal{Key: "k", Aim: 2, Paired: true}, []sample{{Key: "k", Ours: 1}}, missed}, // without a limit
		{goal{Key: "k", Aim: 2, Paired: true}, []sample{{Key: "k"}}, missed},
	} {
		if got := c.g.judge(c.all).verdict; got != c.want {
			t.Errorf("%+v of %+v: %q, want %q", c.all, c.g, got, c.want)
		}
	}
}

// What is counted must never be wrong, so not even once of several times.
func TestCountedNeverWrong(t *testing.T) {
	for _, key := range []string{"lost", "killed", "wrong", "early", "at once"} {
		i := slices.IndexFunc(goals, func(g goal) bool { return g.Key == key })
		r := goals[i].judge([]sample{{Key: key}, {Key: key}, {Key: key, Ours: 5}})
		if r.verdict != missed {
			t.Errorf("%s is %s, though it was 5 once", key, r.verdict)
		}
	}
}

func TestGoalsAreAllTwelve(t *testing.T) {
	seen, keys := make(map[int]bool), make(map[string]bool)
	for _, g := range goals {
		seen[g.Number] = true
		if keys[g.Key] {
			t.Errorf("two goals are called %q", g.Key)
		}
		keys[g.Key] = true
	}
	for n := 1; n <= 12; n++ {
		if !seen[n] {
			t.Errorf("there is no goal %d", n)
		}
		if !slices.ContainsFunc(scenes, func(s scene) bool { return slices.Contains(s.goals, n) }) {
			t.Errorf("nothing measures goal %d", n)
		}
	}
}

func TestSamplesAreReadAsWritten(t *testing.T) {
	var file bytes.Buffer
	b := book{lines: &file, now: func() time.Time { return time.Unix(1_790_000_000, 5) }}
	for _, s := range []sample{{Key: "a", Ours: 1.5, Limit: 2, Note: "潮汐"}, {Key: "b", X: 1000, Ours: 0}} {
		if err := b.add(s); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readSamples(&file)
	if err != nil || !slices.Equal(got, b.all) {
		t.Errorf("%v, %v; want %v", got, err, b.all)
	}
	if _, err := readSamples(strings.NewReader("{}\n{\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken line: %v", err)
	}
}

// What a file has is not measured again.
func TestWanted(t *testing.T) {
	b := book{all: []sample{{Key: "a"}, {Key: "a"}, {Key: "a grown", X: 10}, {Key: "b"}}}
	for _, c := range []struct {
		key     string
		x       float64
		of, got int
	}{{"a", 0, 3, 1}, {"a", 0, 2, 0}, {"a", 0, 1, 0}, {"a grown", 10, 3, 2}, {"a grown", 100, 3, 3}, {"c", 0, 3, 3}} {
		if got := b.wanted(c.of, c.key, c.x); got != c.got {
			t.Errorf("of %d %q at %v %d are wanted, want %d", c.of, c.key, c.x, got, c.got)
		}
	}
}

func TestShort(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 1: "1", 1.2345: "1.23", 12.345: "12.3", 123.45: "123", 123456: "123456", 0.012345: "0.0123", 100: "100", -2.5: "-2.5", 0.999: "0.999", math.Inf(1): "+Inf"} {
		if got := short(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
}

func TestTables(t *testing.T) {
	all := []sample{{Key: "unchanged", Ours: 3, Limit: 2, Note: "60 feeds"}}
	var text, markdown strings.Builder
	if err := writeText(&text, results(all)); err != nil {
		t.Fatal(err)
	}
	if err := writeMarkdown(&markdown, results(all)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(markdown.String()), "\n")
	if len(lines) != len(goals)+2 || strings.Count(text.String(), "\n") != len(goals)+1 {
		t.Errorf("%d and %d lines", len(lines), strings.Count(text.String(), "\n"))
	}
	for _, line := range lines {
		if n := strings.Count(line, "|"); n != len(columns)+1 {
			t.Errorf("%d bars in %q", n, line)
		}
	}
	if want := "| 1 | unchanged poll; beside a bare GET and hash (60 feeds) | ms CPU a feed | 3 | 2 | 1.5 | 1.5 to 1.5 | 1 | <= 1.5 x | met |"; lines[2] != want {
		t.Errorf("got  %s\nwant %s", lines[2], want)
	}
}
