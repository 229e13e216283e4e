package config

import (
	_ "embed"
	"strings"
)

//go:embed reference.yaml
var reference string

// Key is one that config.yaml may have, for a person.
type Key struct {
	Path    string // of keys; [] is any entry of a list, * any name: fetch.hosts.*.delay
	Example string // its value when it is left out; of rows, and of other entries of lists, an example; empty: it has keys below it
	About   string // sentences
	line    int    // of the reference, from 0
}

// Reference is every key, in the order in which a person reads them: those of a
// mapping after it. What rows have from defaults stands there alone.
func Reference() []Key {
	var keys []Key
	var above []level
	about := ""
	for n, line := range strings.Split(reference, "\n") {
		text := strings.TrimSpace(line)
		if text == "" { // what stands before is of the whole file
			about = ""
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if rest, item := strings.CutPrefix(text, "- "); item {
			for above[len(above)-1].indent >= indent {
				above = above[:len(above)-1]
			}
			list := &above[len(above)-1]
			list.path = strings.TrimSuffix(list.path, "[]") + "[]"
			text, indent = rest, indent+2
		}
		if said, ok := strings.CutPrefix(text, "# "); ok {
			about = strings.TrimSpace(about + " " + said)
			continue
		}
		for len(above) > 0 && above[len(above)-1].indent >= indent {
			above = above[:len(above)-1]
		}
		name, value, _ := strings.Cut(text, ":")
		l := level{strings.Trim(name, `"`), indent}
		if len(above) > 0 {
			l.path = above[len(above)-1].path + "." + l.path
		}
		above = append(above, l)
		if about != "" { // another row of what was described before
			keys = append(keys, Key{l.path, strings.TrimSpace(value), about, n})
		}
		about = ""
	}
	return keys
}

// level is a key with those below it, by what they are indented by.
type level struct {
	path   string
	indent int
}
