package config

import (
	"fmt"
	"strings"

	"chinanews/news"
)

// Suggest proposes the word that was perhaps meant, else says all that are
// known.
func Suggest(word string, known []string) string {
	if best := news.Nearest(word, known); best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return "known here: " + strings.Join(known, ", ")
}
