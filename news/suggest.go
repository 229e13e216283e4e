package news

import "strings"

// Nearest is the word that was perhaps meant, empty when none is near. Case
// makes no difference.
func Nearest(word string, known []string) string {
	word = strings.ToLower(word)
	best, least := "", max(1, len(word)/3)+1
	for _, k := range known {
		if len(word) > 2*len(k) {
			continue // too far, and perhaps as long as the file
		}
		if d := distance(word, strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters must be changed, put in, taken out, or swapped
// with their neighbour.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			d[i][j] = step(d, a, b, i, j)
		}
	}
	return d[len(a)][len(b)]
}

// step is the distance of the first i letters of a from the first j of b, when
// those of fewer are known.
func step(d [][]int, a, b string, i, j int) int {
	if i == 0 || j == 0 {
		return i + j
	}
	if a[i-1] == b[j-1] {
		return d[i-1][j-1]
	}
	least := min(d[i-1][j], d[i][j-1], d[i-1][j-1]) + 1
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		least = min(least, d[i-2][j-2]+1)
	}
	return least
}
