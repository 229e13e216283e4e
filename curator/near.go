package curator

import "chinanews/news"

const (
	shingle  = 5      // letters
	nearText = 20_000 // letters compared at most
)

// near reports whether at least four fifths of the shorter text's shingles
// stand in the longer one.
func near(a, b string) bool {
	sa, sb := shingles(a), shingles(b)
	if len(sa) > len(sb) {
		sa, sb = sb, sa
	}
	common := 0
	for s := range sa {
		if sb[s] {
			common++
		}
	}
	return len(sa) > 0 && common*5 >= len(sa)*4
}

func shingles(text string) map[string]bool {
	letters := []rune(news.Folded(text))
	letters = letters[:min(len(letters), nearText)]
	set := make(map[string]bool)
	for i := 0; i+shingle <= len(letters); i++ {
		set[string(letters[i:i+shingle])] = true
	}
	return set
}
