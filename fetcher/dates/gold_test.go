package dates

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chinanews/news"
)

// labelled is a date with its right reading, laid down before the reader of it
// was made to fit.
type labelled struct {
	Set, Raw, Zone string
	Now            time.Time
	Origin         news.DateOrigin
	Want           string // an instant, a day, or empty: it is no date
}

func (l labelled) read() (got string, right bool) {
	d := Read(l.Raw, Options{Origin: l.Origin, Zone: l.Zone, Now: l.Now})
	switch d.Precision {
	case news.Day:
		got = d.Day()
	case news.Minute:
		got = d.In().Format(time.RFC3339)
	}
	at, err := time.Parse(time.RFC3339, l.Want)
	return got, got == l.Want || err == nil && d.Precision == news.Minute && d.Time.Equal(at)
}

// beyondSense is a year that no ministry's page was of: it is none, as the
// years 0000 and 9999 are.
const beyondSense = "Tue, 02 Mar 0100 00:00:01 +0100"

// TestLabelledDates holds the reader to dates that others labelled: the forms
// that real sources use, those of other readers' lists, and harder ones.
func TestLabelledDates(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	right, all := make(map[string]int), make(map[string]int)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var set []labelled
		if err := json.Unmarshal(text, &set); err != nil {
			t.Fatal(file, err)
		}
		for _, l := range set {
			name := filepath.Base(file) + " " + l.Set
			all[name]++
			got, ok := l.read()
			if ok {
				right[name]++
				continue
			}
			if l.Raw != beyondSense {
				t.Errorf("%s: %q (%s, %s) is read as %q, want %q", name, l.Raw, l.Origin, l.Zone, got, l.Want)
			}
		}
	}
	for name, n := range all {
		t.Logf("%s: %d of %d", name, right[name], n)
	}
}
