package jsonlist

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"chinanews/news"
)

// at follows a path of keys and indexes; the empty one leads to the value
// itself. The error says where it ends, and what stands there.
func at(v any, path string) (any, error) {
	if path == "" {
		return v, nil
	}
	walked := ""
	for step := range strings.SplitSeq(path, ".") {
		next, ok := into(v, step)
		if !ok {
			return nil, fmt.Errorf("there is no %q in %s, which %s", step, named(walked), holding(v))
		}
		v, walked = next, strings.TrimPrefix(walked+"."+step, ".")
	}
	return v, nil
}

func into(v any, step string) (next any, ok bool) {
	switch v := v.(type) {
	case map[string]any:
		next, ok = v[step]
	case []any:
		if n, err := strconv.Atoi(step); err == nil && n >= 0 && n < len(v) {
			next, ok = v[n], true
		}
	}
	return next, ok
}

// scalar is the text or number that a path leads to, as it is written; empty
// when there is none.
func scalar(v any, path string) string {
	if path == "" {
		return ""
	}
	v, err := at(v, path)
	if err != nil {
		return ""
	}
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return digits(v.String())
	}
	return ""
}

// digits is a number without an exponent or a fraction that is none, as ids and
// moments are meant; 1.7951382E12 is 1795138200000.
func digits(number string) string {
	if !strings.ContainsAny(number, ".eE") {
		return number
	}
	const exact = 1 << 53 // beyond it a float64 skips integers
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return number
	}
	return strconv.FormatFloat(f, 'f', 0, 64)
}

func named(path string) string {
	if path == "" {
		return "the root"
	}
	return path
}

// kind says what a value is.
func kind(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "an object, which " + holding(v)
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	case string:
		return "a text"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	}
	return "null"
}

// maxNamed is how many keys words name.
const maxNamed = 12

// holding says what a value has in it.
func holding(v any) string {
	object, ok := v.(map[string]any)
	switch {
	case !ok:
		return "is " + kind(v)
	case len(object) == 0:
		return "is empty"
	}
	keys := slices.Sorted(maps.Keys(object))
	more := ""
	if len(keys) > maxNamed {
		keys, more = keys[:maxNamed], ", …"
	}
	for n, k := range keys {
		keys[n] = short(k)
	}
	return "has " + strings.Join(keys, ", ") + more
}

func short(key string) string {
	r := []rune(news.Line(key))
	return string(r[:min(len(r), 40)])
}

// elsewhere names the longest list of objects that a document has, as a hint.
func elsewhere(root any) string {
	path, n := longest(root, "", 0)
	if n == 0 {
		return "; look at the answer, and at json.items in the row"
	}
	if path == "" {
		return fmt.Sprintf("; the root itself is a list of %d: write items: \"\"", n)
	}
	return fmt.Sprintf("; perhaps the list moved: write items: %s, where %d stand", path, n)
}

// maxHint is how deep a list is looked for.
const maxHint = 6

func longest(v any, path string, depth int) (best string, most int) {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			if _, ok := v[0].(map[string]any); ok {
				return path, len(v)
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if depth == maxHint || strings.Contains(key, ".") || short(key) != key {
				continue
			}
			if p, n := longest(v[key], strings.TrimPrefix(path+"."+key, "."), depth+1); n > most {
				best, most = p, n
			}
		}
	}
	return best, most
}
