package main

import (
	"encoding/xml"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAxis(t *testing.T) {
	a := newAxis(20, 4000, 100, 400)
	for x, want := range map[float64]float64{10: 100, 100: 200, 1000: 300, 10_000: 400} {
		if got := a.at(x); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v is at %v, want %v", x, got, want)
		}
	}
	if got := len(a.decades()); got != 4 {
		t.Errorf("%d decades", got)
	}
	if one := newAxis(10, 10, 0, 1); one.at(10) != 0 || one.at(100) != 1 {
		t.Errorf("an axis of one number: %+v", one)
	}
}

// All that an axis was made for stands on it, and in order; also upside down.
func TestAxisHoldsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := math.Pow(10, rapid.Float64Range(-4, 8).Draw(t, "least"))
		most := least * math.Pow(10, rapid.Float64Range(0, 6).Draw(t, "span"))
		mid := least + (most-least)*rapid.Float64Range(0, 1).Draw(t, "share")
		a := newAxis(least, most, 232, 36)
		const hair = 1e-6
		low, at, high := a.at(least), a.at(mid), a.at(most)
		if low > 232+hair || high < 36-hair || at > low+hair || at < high-hair {
			t.Errorf("%v, %v, %v are at %v, %v, %v", least, mid, most, low, at, high)
		}
	})
}

func TestPoints(t *testing.T) {
	c := curve{Key: "k"}
	got := c.points([]sample{{Key: "k", X: 100, Ours: 5}, {Key: "k", X: 10, Ours: 2}, {Key: "k", X: 100, Ours: 9}, {Key: "k", X: 100, Ours: 6}, {Key: "z", X: 1, Ours: 1}})
	want := []point{{10, 2, 2, 2}, {100, 6, 5, 9}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMark(t *testing.T) {
	for x, want := range map[float64]string{0.1: "0.1", 1: "1", 1000: "1k", 12500: "12.5k", 1e6: "1M"} {
		if got := mark(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
}

// A picture is XML, says in words what it shows, and has nothing beyond its edges.
func TestPicture(t *testing.T) {
	c := curve{Key: "k", Title: "Tides & <bells>", X: "items", Y: "ms"}
	if got := c.svg(nil); got != "" {
		t.Errorf("nothing is drawn as %s", got)
	}
	if got := c.svg([]point{{x: 1}, {x: 0, y: 1, least: 1, most: 1}}); got != "" {
		t.Errorf("what no logarithm has is drawn as %s", got)
	}
	got := c.svg([]point{{1000, 2, 1, 30}, {1e6, 20, 20, 20}})
	for d := xml.NewDecoder(strings.NewReader(got)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, got)
		}
	}
	for _, want := range []string{"Tides &amp; &lt;bells&gt;", "2 at 1k items, 20 at 1M items", "prefers-color-scheme:dark", `cx="56.0"`, `cx="400.0"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	for _, never := range []string{"NaN", "Inf", "%!"} {
		if strings.Contains(got, never) {
			t.Errorf("%s in %s", never, got)
		}
	}
}

func TestReplaced(t *testing.T) {
	got, err := replaced("a\n"+begins+"old\n"+ends+"z\n", "new\n")
	if want := "a\n" + begins + "new\n" + ends + "z\n"; got != want || err != nil {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	again, err := replaced(got, "new\n")
	if again != got || err != nil {
		t.Errorf("again %q, %v", again, err)
	}
	for _, broken := range []string{"", begins, ends + begins, "words\n" + ends} {
		if got, err := replaced(broken, "new\n"); err == nil {
			t.Errorf("%q became %q", broken, got)
		}
	}
}

// What was measured on several days says so.
func TestPeriod(t *testing.T) {
	at := time.Date(2026, 11, 26, 22, 5, 0, 0, time.UTC)
	for want, all := range map[string][]sample{
		"never":                         nil,
		"2026-11-26 22:05 to 23:05 UTC": {{At: at}, {At: at.Add(time.Hour)}},
		"2026-11-26 22:05 to 2026-11-27 00:05 UTC": {{At: at}, {At: at.Add(time.Hour)}, {At: at.Add(2 * time.Hour)}},
	} {
		if got := period(all); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The document gets the table, the machine once, and a picture for each curve that
// was measured; the rest of it stays.
func TestPublish(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, document)
	if err := os.WriteFile(file, []byte("# Speed\n"+begins+"old\n"+ends+"the end\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all := []sample{{Key: "machine", Note: "an abacus"}, {Key: "machine", Note: "an abacus"}, {Key: "new", Ours: 1, Limit: 1}, {Key: "poll grown", X: 10, Ours: 3}}
	for range 2 {
		if err := publish(dir, all); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Speed\n" + begins + "Measured ", "| 3 | everything new", "](growth-poll.svg)", ends + "the end\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(string(text), "old\n") || strings.Count(string(text), "an abacus") != 1 || strings.Contains(string(text), "growth-accept") {
		t.Errorf("got %s", text)
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil || len(pictures) != 1 {
		t.Errorf("%v, %v", pictures, err)
	}
	if err := publish(t.TempDir(), all); err == nil {
		t.Error("a document that is not there gets the table")
	}
}
