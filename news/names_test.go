package news

import (
	"encoding/json"
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// Names are what a map of them is: in JSON, to the byte, and one by one.
func TestNamesAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "en", "en-GB", "zh-CN", "zh-TW", "部"})
		m := make(map[string]string)
		var n Names
		for range rapid.IntRange(0, 6).Draw(t, "set") {
			tag, name := word.Draw(t, "tag"), word.Draw(t, "name")
			if m[tag] = name; name == "" {
				delete(m, tag)
			}
			n = n.With(tag, name)
		}
		want, _ := json.Marshal(m)
		got, err := json.Marshal(n)
		if len(m) == 0 {
			want = []byte("null")
		}
		if err != nil || string(got) != string(want) {
			t.Fatalf("%s %v, want %s", got, err, want)
		}
		var again Names
		if err := json.Unmarshal(got, &again); err != nil || !maps.Equal(again.ByTag(), m) || len(again) != len(m) {
			t.Fatalf("%v %v, want %v", again, err, m)
		}
		for _, tag := range []string{"", "en", "fr", "部"} {
			if n.In(tag) != m[tag] {
				t.Fatalf("%q is %q, want %q", tag, n.In(tag), m[tag])
			}
		}
	})
}
