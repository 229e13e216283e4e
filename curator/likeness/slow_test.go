package likeness

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// slowPage is laidOut, a byte at a time, and broken, each line as it is.
func slowPage(markup string) (laid string, all []string) {
	for n := range len(markup) {
		switch c := markup[n]; {
		case c == '\n' || c == '\r':
			laid += " "
		case c == '<' && breaks(markup[n+1:]):
			laid += "\n<"
		default:
			laid += markup[n : n+1]
		}
	}
	for line := range strings.Lines(cut(markup, mostLetters)) {
		if line = news.Line(line); line != "" {
			all = append(all, line)
		}
	}
	return laid, all
}

// slowEllipsis is beforeEllipsis, which looks through the whole line.
func slowEllipsis(line string) string {
	n := max(strings.LastIndex(line, "…"), strings.LastIndex(line, "..."))
	if n <= 0 || len(line)-n > longestInvitation {
		return line
	}
	return strings.TrimRight(line[:n], "….[( ")
}

func FuzzPage(f *testing.F) {
	for _, text := range []string{"", "<", "a…", "…", "...", "<p>a</p>\r\n<br/>", " \x01 a \u00a0", "a\rb\n\tc ", "<<p>", "</", "\xff<h1>\xff\n"} {
		f.Add(text)
		f.Add(text + strings.Repeat("读", longestInvitation/3-1))
		f.Add("a" + text + strings.Repeat("r", longestInvitation-3))
		f.Add("a" + text + strings.Repeat("r", longestInvitation-2))
	}
	f.Fuzz(func(t *testing.T, text string) {
		laid, all := slowPage(text)
		if got := laidOut(text); got != laid {
			t.Errorf("%q is laid out as %q, want %q", text, got, laid)
		}
		if got := broken(text); !slices.Equal(got, all) {
			t.Errorf("%q has the lines %q, want %q", text, got, all)
		}
		if got, want := beforeEllipsis(text), slowEllipsis(text); got != want {
			t.Errorf("%q is left of %q, want %q", got, text, want)
		}
	})
}

// Shingles come out as if they were sorted, also those whose hashes lie close
// together or are the same.
func TestSortedShingles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for size := range 70 {
		for _, mask := range []uint64{1<<64 - 1, 3, 1<<63 | 7, 0, 0xff << 56} {
			var all []shingle
			for n := range size * size {
				all = append(all, shingle{hash: r.Uint64() & mask, at: int32(n)})
			}
			want := slices.Clone(all)
			slices.SortFunc(want, shingle.compare)
			if got := sorted(all); !slices.Equal(got, want) {
				t.Fatalf("%d shingles under %x are not sorted", len(all), mask)
			}
		}
	}
}

// What is passed over without a look is what a look would leave alone.
func TestLooksThatAreSpared(t *testing.T) {
	for _, who := range strings.Fields("问 答 記者 记者 主持人 發言人 发言人 Q A Question Answer Reporter Host Moderator Spokesperson Spokesman Spokeswoman Source 主席 R") {
		for _, colon := range []string{":", "：", " : ", "", " "} {
			line := who + colon + "说"
			if got, want := afterTurn(line), line[len(turn.FindString(line)):]; got != want {
				t.Errorf("%q is left of %q, want %q", got, line, want)
			}
		}
	}
	for w := range english {
		if len(w) > mostEnglish {
			t.Errorf("%s is longer than %d", w, mostEnglish)
		}
	}
	for _, e := range endings {
		w := append(bytes.Repeat([]byte("b"), e.least), e.from...)
		want := string(w[:e.least]) + string(e.to)
		if got := string(spelling(w)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
