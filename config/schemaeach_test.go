package config

import (
	"strings"
	"testing"
)

// hasty are values that a key may be given by somebody in a hurry.
var hasty = []string{
	`""`, `0`, `-1`, `1.5`, `"5"`, `7`, `true`, `"false"`, `nonsense`, `all`, `~`, `[]`, `[a, 5]`, `[[a, b]]`, `{}`, `{a: b}`, `{en: A}`, `10m`, `0s`, `2 MiB`,
	`2026-11-26`, `"${HOSTNAME_OF_TEST}"`, `"https://a.example/"`, `"127.0.0.1:80"`, `"#main"`,
}

// siblings are keys that must stand beside another.
var siblings = map[string][]string{
	"sources[]": {"id: a", `url: "https://b.example/"`}, "sources[].json": {"title: t", "link: l"}, "sources[].pages": {`pattern: "i{n}.html"`, "max: 3"},
	"feeds[]": {"id: f"}, "feeds[].webhooks[]": {`url: "https://b.example/"`, "secret: of-eighteen-letters"}, "site.links[]": {"title: a", `url: "https://b.example/"`},
	"": {`site: {base_url: "https://b.example/"}`}, "cluster": {"node: a", `peers: ["127.0.0.1:6222"]`},
}

// given is a file in which a key has a value, and those beside it what they need.
func given(path, value string) string {
	names := strings.Split(path, ".")
	for n := len(names) - 1; n >= 0; n-- {
		name, list := strings.CutSuffix(names[n], "[]")
		pairs := []string{strings.ReplaceAll(name, "*", `"*"`) + ": " + value}
		if list {
			pairs[0] = name + ": [" + value + "]"
		}
		for _, other := range siblings[strings.Join(names[:n], ".")] {
			if key, _, _ := strings.Cut(other, ":"); key != name && (key != "url" || name != "urls" && name != "use") {
				pairs = append(pairs, other)
			}
		}
		if name == "json" {
			pairs = append(pairs, "kind: json")
		}
		value = "{" + strings.Join(pairs, ", ") + "}"
	}
	return value
}

// Whatever a key is given: what check takes, editors take.
func TestSchemaTakesHastyValues(t *testing.T) {
	environment(t)
	s := shipped(t)
	taken, refused, blind := 0, 0, 0
	for _, k := range Reference() {
		for _, v := range hasty {
			file := given(k.Path, v)
			_, wrong := Parse("c.yaml", []byte(file), testChecks())
			marked := fits(s, file)
			switch {
			case wrong == nil && marked != nil:
				t.Errorf("check takes %s, and editors mark it: %v", file, marked)
			case wrong == nil:
				taken++
			case marked != nil:
				refused++
			default:
				blind++
			}
		}
	}
	t.Logf("check takes %d, refuses %d that editors mark, and %d that they do not", taken, refused, blind)
	if taken < 500 || refused < blind {
		t.Error("too few were taken, or too few are marked")
	}
}
