package news

import (
	"maps"
	"testing"
)

func TestWritten(t *testing.T) {
	w := Written{
		Defaults: []WrittenKey{{"rank", "defaults, c.yaml:2"}, {"rights", "defaults, c.yaml:3"}},
		Rows:     map[string][]WrittenKey{"lakes": {{"id", "c.yaml:9"}, {"rank", "c.yaml:10"}}, "bare": nil},
	}
	for id, want := range map[string]map[string]string{
		"lakes":   {"id": "c.yaml:9", "rank": "c.yaml:10", "rights": "defaults, c.yaml:3"},
		"bare":    {"rank": "defaults, c.yaml:2", "rights": "defaults, c.yaml:3"},
		"unknown": nil,
	} {
		if got := w.Of(id); !maps.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}
