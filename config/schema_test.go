package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
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
	root := schemaOf()
	row := root["properties"].(schema)["sources"].(schema)
	row["items"].(schema)["properties"].(schema)["use"] = schema{"enum": words}
	row["items"] = schema{"anyOf": []any{schema{"enum": words}, row["items"]}}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "config.yaml of chinanewsd"
	text, err := json.MarshalIndent(root, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "../config.schema.json", string(text)+"\n")
}

type schema = map[string]any

const odd = "zzzzzzzzzz" // fits no key and no word

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
		forms = append(forms, scalarOf(scalar))
	}
	if !strings.Contains(list, "is a list and must be") {
		forms = append(forms, schema{"type": "array", "items": entryOf(path)})
	}
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
	return scalarOf(said(entry, odd))
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

// scalarOf is the type of a single value, by what is said of a wrong one.
func scalarOf(said string) schema {
	if m := wholeExpr.FindStringSubmatch(said); m != nil {
		least, _ := strconv.Atoi(m[1])
		most, _ := strconv.Atoi(m[2])
		return schema{"type": "integer", "minimum": least, "maximum": most}
	}
	if m := enumExpr.FindStringSubmatch(said); m != nil {
		return schema{"enum": strings.Split(m[1], ", ")}
	}
	if strings.Contains(said, "neither true nor false") {
		return schema{"type": "boolean"}
	}
	s := schema{"type": []string{"string", "number"}}
	if _, hint, ok := strings.Cut(said, "; "); ok {
		s["description"] = hint
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
	if keys := schemaOf()["properties"].(schema); keys["cluster"] != nil || keys["listen"] == nil {
		t.Error("the schema offers what is refused")
	}
	for path, want := range map[string]string{
		"sources - rank":      "map[maximum:1000 minimum:1 type:integer]",
		"sources - robots":    "map[type:boolean]",
		"feeds - content":     "map[enum:[full summary title]]",
		"fetch timeout":       "map[description:write 30s, 15m, 24h or 7d type:[string number]]",
		"sources - headers":   "map[additionalProperties:map[type:[string number]] type:object]",
		"sources - rewrite":   "map[items:map[items:map[type:string] maxItems:2 minItems:2 type:array] type:array]",
		"sources - list item": "map[anyOf:[map[type:[string number]] map[items:map[type:[string number]] type:array]]]",
	} {
		if got := fmt.Sprint(schemaOf(strings.Fields(path)...)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// What ships fits the schema, as far as this small reader of schemas goes.
func TestShippedFitsSchema(t *testing.T) {
	var root schema
	text, err := os.ReadFile("../config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	rows := root["properties"].(schema)["sources"]
	for _, file := range []string{"../config.yaml", "catalogue/1-foreign.yaml", "catalogue/2-councils.yaml", "catalogue/3-media.yaml", "catalogue/4-world.yaml"} {
		var doc map[string]any
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		if file == "../config.yaml" {
			misfits(t, file, root, doc)
			continue
		}
		for _, row := range doc["sources"].([]any) {
			delete(row.(map[string]any), "unreachable")
		}
		misfits(t, file, rows.(schema), doc["sources"])
	}
}

func misfits(t *testing.T, file string, s schema, v any) {
	t.Helper()
	if why := misfit(s, v); why != "" {
		t.Errorf("%s does not fit the schema: %s", file, why)
	}
}

// misfit is why a value does not fit a schema, empty when it does.
func misfit(s schema, v any) string {
	forms, _ := s["anyOf"].([]any)
	why := ""
	for _, form := range forms {
		if why = misfit(form.(schema), v); why == "" {
			return ""
		}
	}
	if words, ok := s["enum"].([]any); ok && !slices.Contains(words, v) {
		return fmt.Sprintf("%v is not among the words", v)
	}
	switch v := v.(type) {
	case map[string]any:
		return misfitOf(s, v)
	case []any:
		items, ok := s["items"].(schema)
		for _, item := range v {
			if inner := misfit(items, item); ok && inner != "" {
				return inner
			}
		}
		if !ok && len(s) > 0 {
			return "a list"
		}
	}
	return why
}

// misfitOf is the same of a mapping.
func misfitOf(s schema, m map[string]any) string {
	properties, _ := s["properties"].(schema)
	others, free := s["additionalProperties"].(schema)
	for key, v := range m {
		of, known := properties[key].(schema)
		switch {
		case known:
		case free:
			of = others
		case len(s) > 0:
			return "key " + key
		}
		if why := misfit(of, v); why != "" {
			return key + ": " + why
		}
	}
	return ""
}
