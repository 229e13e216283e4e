package news

import (
	"maps"
	"testing"
)

func TestWritten(t *testing.T) {
	w := Written{
		Defaults: []WrittenKeys{{"defaults, c.yaml:2", "rank\nfresh"}, {"defaults, c.yaml:3", "rights"}},
		Rows:     map[string][]WrittenKeys{"lakes": {{"c.yaml:9", "id"}, {"c.yaml:10", "rank"}}, "bare": nil},
	}
	for id, want := range map[string]map[string]string{
		"lakes":   {"id": "c.yaml:9", "rank": "c.yaml:10", "fresh": "defaults, c.yaml:2", "rights": "defaults, c.yaml:3"},
		"bare":    {"rank": "defaults, c.yaml:2", "fresh": "defaults, c.yaml:2", "rights": "defaults, c.yaml:3"},
		"unknown": nil,
	} {
		if got := w.Of(id); !maps.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}
