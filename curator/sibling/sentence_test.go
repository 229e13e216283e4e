package sibling

import (
	"regexp"
	"testing"
)

// stop is where a sentence ends, as an expression: sentence says the same
// faster.
var stop = regexp.MustCompile(`[。！？]|(?:[a-z]{5}|[0-9)%])[.!?][”"]? `)

func FuzzSentence(f *testing.F) {
	for _, text := range []string{"", ". ", "Nov. 6 came. Then", `He "waited." Then`, "waited.” Then", `waited."” Then`, "rose 5%! It", "see (a). B", "一。二", "wait！", "five? \xff. ", "\xff。", "Mr. Wang said so.\n", "abcdé. x", "7.5 percent"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := 0
		if at := stop.FindStringIndex(text); at != nil {
			want = at[1]
		}
		if got := sentence(text); got != want {
			t.Errorf("%q: ends at %d, want %d", text, got, want)
		}
	})
}
