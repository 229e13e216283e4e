package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// config.schema.json gives editors completion. It is made by asking the decoder:
// each key is given values that fit nothing, and what is said of them says what
// the key wants.
func TestSchema(t *testing.T) {
	offers, err := Catalogue(testChecks())
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, o := range offers {
		if o.Unreachable == "" {
			words = append(words, o.ID)
		}
	}
	root := decoded()
	describe(root, "", descriptions())
	for _, form := range formsOf(root["properties"].(schema)["sources"].(schema)) {
		if row, ok := form["items"].(schema); ok {
			row["properties"].(schema)["use"] = schema{"enum": words}
			row["anyOf"] = []any{required("use"), required("id", "url"), required("id", "urls")}
			form["items"] = schema{"anyOf": []any{schema{"enum": words}, row}}
		}
	}
	for _, form := range formsOf(root["properties"].(schema)["feeds"].(schema)) {
		if row, ok := form["items"].(schema); ok {
			row["required"] = []string{"id"}
		}
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "config.yaml of chinanewsd"
	root["type"] = []string{"object", "null"}
	text, err := json.MarshalIndent(root, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "../config.schema.json", string(text)+"\n")
}

func required(keys ...string) schema { return schema{"required": keys} }

// descriptions are what the reference says of keys, by their paths.
func descriptions() map[string]string {
	said := make(map[string]string)
	for _, k := range Reference() {
		said[k.Path] = k.About
		if shared, ok := strings.CutPrefix(k.Path, "defaults."); ok {
			said["sources[]."+shared] = k.About
		}
	}
	return said
}

// describe says of each key below a path what it means.
func describe(s schema, path string, said map[string]string) {
	schemaKeys(s, path, func(at string, of schema) {
		if about := said[at]; about != "" {
			of["description"] = about
		}
	})
}

type schema = map[string]any

// decoded is a schema of what is read, which asks much; of the test's own.
func decoded() (root schema) {
	text := once()
	if err := json.Unmarshal(text, &root); err != nil {
		panic(err)
	}
	return root
}

var once = sync.OnceValue(func() []byte {
	text, err := json.Marshal(schemaOf())
	if err != nil {
		panic(err)
	}
	return text
})

const (
	odd  = "zzzzzzzzzz" // fits no key and no word
	odds = "Z z"        // no name either
)

// schemaOf is what may stand at a path: keys, and - for an entry of a list.
func schemaOf(path ...string) schema {
	if len(path) == 0 {
		return object(said(path, odd+": 1"), path)
	}
	scalar, list, mapping := said(path, odd), said(path, "["+odd+"]"), said(path, "{"+odd+": "+odd+"}")
	if scalar+list+mapping == "" {
		return schema{} // a key that this version does not read
	}
	var forms []any
	if keyed := object(mapping, path); keyed != nil {
		forms = append(forms, keyed)
	} else if !strings.Contains(mapping, "is a mapping and must be") && !strings.Contains(mapping, "is a pair") {
		forms = append(forms, schema{"type": "object", "additionalProperties": schemaOf(append(path[:len(path):len(path)], "en")...)})
	}
	if !strings.Contains(scalar, "this must be a") && !strings.Contains(scalar, "is a pair") {
		forms = append(forms, scalarsOf(path, scalar)...)
	}
	if !strings.Contains(list, "is a list and must be") {
		forms = append(forms, schema{"type": "array", "items": entryOf(path)})
	}
	if said(path, "null") == "" {
		forms = append(forms, schema{"type": "null"})
	}
	return anyOf(forms)
}

// anyOf is one of several forms.
func anyOf(forms []any) schema {
	switch len(forms) {
	case 0:
		return schema{}
	case 1:
		return forms[0].(schema)
	}
	return schema{"anyOf": forms}
}

// entryOf is what a list at a path holds.
func entryOf(path []string) schema {
	entry := append(path[:len(path):len(path)], "-")
	if keyed := object(said(entry, "{"+odd+": 1}"), entry); keyed != nil {
		return keyed
	}
	if strings.Contains(said(entry, odd), "is a pair") {
		return schema{"type": "array", "items": schema{"type": "string"}, "minItems": 2, "maxItems": 2}
	}
	return anyOf(scalarsOf(entry, said(entry, odd)))
}

var knownExpr = regexp.MustCompile("unknown key " + odd + "; known here: (.*)")

// object is a mapping of the keys that are said to be known, nil when none are.
func object(said string, path []string) schema {
	m := knownExpr.FindStringSubmatch(said)
	if m == nil {
		return nil
	}
	properties := schema{}
	for _, key := range strings.Split(m[1], ", ") {
		properties[key] = schemaOf(append(path[:len(path):len(path)], key)...)
	}
	return schema{"type": "object", "properties": properties, "additionalProperties": false}
}

var (
	wholeExpr = regexp.MustCompile(`is not a whole number from (\d+) to (\d+)`)
	enumExpr  = regexp.MustCompile(`is not known here; known here: (.*)`)
)

// replaced is a value that comes from the environment.
const replaced = `\$\{`

// patterns are what texts look like, by what is said of a wrong one.
var patterns = []struct{ said, pattern string }{
	{"write 30s, 15m, 24h or 7d", `^([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+$|^[0-9]*\.?[0-9]+d$|^0$`},
	{"write 512KiB or 10MiB", `^\s*[0-9]+\s*(B|KiB|MiB|GiB|kB|MB)?\s*$`},
	{"or \"\" for no ", `^([01][0-9]|2[0-3]):[0-5][0-9]$`},
	{"write it whole: https://", `^[Hh][Tt][Tt][Pp][Ss]?://.`},
	{"write host:port", `:[0-9]{1,5}$`},
	{"write lower-case letters, digits and hyphens, at most 64", `^[a-z0-9][a-z0-9-]{0,63}$`},
	{"write a BCP 47 tag", `^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`},
	{"write nats://", `^([Nn][Aa][Tt][Ss]|[Tt][Ll][Ss])://.`},
	{"write socks5h://", `^([Hh][Tt][Tt][Pp][Ss]?|[Ss][Oo][Cc][Kk][Ss]5[Hh]?)://.`},
}

// scalarsOf are the forms of a single value at a path, by what is said of a
// wrong one.
func scalarsOf(path []string, wrong string) []any {
	if m := wholeExpr.FindStringSubmatch(wrong); m != nil {
		least, _ := strconv.Atoi(m[1])
		most, _ := strconv.Atoi(m[2])
		return []any{schema{"type": "integer", "minimum": least, "maximum": most}, text(`^\s*[0-9]+\s*$|`+replaced, "")}
	}
	if m := enumExpr.FindStringSubmatch(wrong); m != nil {
		return []any{schema{"enum": strings.Split(m[1], ", ")}, text(replaced, "")}
	}
	if strings.Contains(wrong, "neither true nor false") {
		return []any{schema{"type": "boolean"}, text("^(true|false)$|"+replaced, "")}
	}
	return texts(path, wrong)
}

// texts are the forms of a text: what looks like a number or a truth value is
// one where it may be.
func texts(path []string, wrong string) []any {
	if wrong == "" {
		wrong = said(path, odds)
	}
	_, hint, _ := strings.Cut(wrong, "; ")
	pattern := ""
	for _, p := range patterns {
		if strings.Contains(wrong, p.said) {
			pattern = p.pattern + "|" + replaced
		}
	}
	for _, word := range []string{"", "all", "auto", "prefer en"} {
		if pattern != "" && said(path, `"`+word+`"`) == "" {
			pattern += "|^" + strings.Replace(word, " en", " +[A-Za-z]", 1) + strings.Repeat("$", 1-strings.Count(word, " "))
		}
	}
	forms := []any{text(pattern, hint)}
	var types []string
	for kind, value := range map[string]string{"number": "7.5", "integer": "7", "boolean": "true"} {
		if said(path, value) == "" && (kind != "integer" || said(path, "7.5") != "") {
			types = append(types, kind)
		}
	}
	if slices.Sort(types); len(types) > 0 {
		forms = append(forms, schema{"type": types})
	} else if said(path, "0") == "" {
		forms = append(forms, schema{"const": 0})
	}
	return forms
}

// text is a text that fits a pattern; editors say the hint of one that does not.
func text(pattern, hint string) schema {
	s := schema{"type": "string"}
	if pattern != "" {
		s["pattern"] = pattern
	}
	if hint != "" {
		s["patternErrorMessage"] = hint
	}
	return s
}

// said is the first thing that is said of a value at a path.
func said(path []string, value string) string {
	var text strings.Builder
	indent := ""
	for _, step := range path {
		if step == "-" {
			text.WriteString("\n" + indent + "-")
			indent += " "
			continue
		}
		text.WriteString("\n" + indent + step + ":")
		indent += " "
	}
	lines := strings.Count(text.String(), "\n")
	text.WriteString("\n" + indent + value + "\n")
	_, err := Parse("c.yaml", []byte(text.String()[1:]), testChecks())
	var problems Problems
	errors.As(err, &problems)
	for _, p := range problems {
		if p.Line == lines+1 && p.Col > len(indent) && !strings.Contains(p.What, "there are no") && !strings.Contains(p.What, " has no ") {
			return strings.TrimSuffix(p.What+"; "+p.Hint, "; ")
		}
	}
	return ""
}

func TestSchemaAsks(t *testing.T) {
	if keys := decoded()["properties"].(schema); keys["cluster"] == nil || keys["listen"] == nil {
		t.Error("the schema lacks what is read")
	}
	for path, want := range map[string]string{
		"sources - rank":    `map[anyOf:[map[maximum:1000 minimum:1 type:integer] map[pattern:^\s*[0-9]+\s*$|\$\{ type:string]]]`,
		"sources - robots":  `map[anyOf:[map[type:boolean] map[pattern:^(true|false)$|\$\{ type:string]]]`,
		"feeds - content":   `map[anyOf:[map[enum:[full summary title]] map[pattern:\$\{ type:string]]]`,
		"backup at":         `map[anyOf:[map[pattern:^([01][0-9]|2[0-3]):[0-5][0-9]$|\$\{|^$ patternErrorMessage:write "03:30", or "" for no backups type:string] map[type:null]]]`,
		"sources - rewrite": "map[anyOf:[map[items:map[items:map[type:string] maxItems:2 minItems:2 type:array] type:array] map[type:null]]]",
	} {
		if got := fmt.Sprint(schemaOf(strings.Fields(path)...)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
