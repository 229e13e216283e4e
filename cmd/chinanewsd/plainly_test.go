package main

import "testing"

// What the record says in a term of art is said in words that a person knows.
func TestEvidencePlainly(t *testing.T) {
	for evidence, want := range map[string]string{
		"shares 48 of 48 shingles (100 %); same numbers; same title; 2 h apart": "all 48 of its word groups are the same; same numbers; same title; 2 h apart",
		"little in common; shares 4 of 40 shingles (10 %); no title":            "little in common; 4 of 40 word groups are the same (10 %); no title",
		"same id as a release of the same source":                               "same id as a release of the same source",
		"": "",
	} {
		if got := plainly(evidence); got != want {
			t.Errorf("%q is said as %q, want %q", evidence, got, want)
		}
	}
}
