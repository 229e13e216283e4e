package likeness

import (
	"os"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// written is a pair of texts of testdata, and whether they are one release.
type written struct {
	name string
	same bool
	a, b news.Entry
}

// pairs reads pairs: a line with a name and what is wanted, and two texts, each
// under a line with its date and title.
func pairs(t testing.TB, lang string) (all []written) {
	t.Helper()
	file, err := os.ReadFile("testdata/pairs." + lang + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	for block := range strings.SplitSeq("\n"+string(file), "\n== ") {
		heading, texts, _ := strings.Cut(block, "\n")
		if heading == "" {
			continue
		}
		parts := strings.Split("\n"+texts, "\n@ ")
		name, want, ok := strings.Cut(heading, ": ")
		if !ok || len(parts) != 3 || want != "same" && want != "other" {
			t.Fatalf("%s: %d texts, %q wanted", heading, len(parts)-1, want)
		}
		all = append(all, written{name, want == "same", handmade(t, lang, parts[1]), handmade(t, lang, parts[2])})
	}
	return all
}

func handmade(t testing.TB, lang, part string) news.Entry {
	t.Helper()
	heading, text, _ := strings.Cut(part, "\n")
	day, title, _ := strings.Cut(heading, " ")
	precision, layout := news.Day, time.DateOnly
	if strings.Contains(day, "T") {
		precision, layout = news.Minute, "2006-01-02T15:04"
	}
	at, err := time.ParseInLocation(layout, day, news.Location("+08:00"))
	if err != nil {
		t.Fatal(err)
	}
	return news.Entry{Title: title, Lang: lang, Summary: text, Date: news.Date{Time: at.UTC(), Zone: "+08:00", Precision: precision}}
}

func TestHardPairs(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, p := range pairs(t, lang) {
			e, same := Same(Of(p.a), Of(p.b))
			if same != p.same {
				t.Errorf("%s, %s: same is %v: %v", lang, p.name, same, e)
			}
			t.Logf("%s, %s: %v: %v", lang, p.name, same, e)
		}
	}
}

// What belongs together must be found: texts that are the same share features.
func TestHardPairsShareFeatures(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, p := range pairs(t, lang) {
			a, b := Of(p.a), Of(p.b)
			if p.same && !candidate(a, b) {
				t.Errorf("%s, %s: %d and %d features, %d in common", lang, p.name, len(a.Features()), len(b.Features()), inCommon(a, b))
			}
		}
	}
}

func inCommon(a, b *Text) (n int) {
	have := make(map[uint64]bool)
	for _, f := range a.Features() {
		have[f] = true
	}
	for _, f := range b.Features() {
		if have[f] {
			n++
		}
	}
	return n
}

func candidate(a, b *Text) bool {
	few := len(a.Features()) < 4 || len(b.Features()) < 4
	return inCommon(a, b) >= 2 || few && inCommon(a, b) >= 1
}
