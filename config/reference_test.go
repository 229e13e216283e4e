package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// Every key that is read is described, and none that is not.
func TestReferenceComplete(t *testing.T) {
	described := make(map[string]Key)
	for _, k := range Reference() {
		if _, twice := described[k.Path]; twice {
			t.Errorf("%s is described twice", k.Path)
		}
		described[k.Path] = k
		if k.About == "" || !strings.HasSuffix(k.About, ".") && !strings.HasSuffix(k.About, ".)") {
			t.Errorf("%s: %q is no sentence", k.Path, k.About)
		}
	}
	read := make(map[string]bool)
	schemaKeys(decoded(), "", func(path string, s schema) {
		read[path] = true
		k, ok := described[path]
		if !ok {
			k, ok = described[strings.NewReplacer("sources[].", "defaults.", "site.links.", "site.links[].").Replace(path)]
		}
		if !ok {
			t.Errorf("%s is read, and not described", path)
		}
		for _, word := range wordsOf(s) {
			if path != "defaults.profile" && path != "sources[].profile" && !strings.Contains(k.About+k.Example, word) {
				t.Errorf("%s may be %v; its description says %q", path, word, k.About)
			}
		}
	})
	for path := range described {
		if !read[path] {
			t.Errorf("%s is described, and not read", path)
		}
	}
}

// schemaKeys calls do with every key of a schema, in no order.
func schemaKeys(s schema, path string, do func(string, schema)) {
	for _, form := range formsOf(s) {
		properties, _ := form["properties"].(schema)
		for name, of := range properties {
			at := strings.TrimPrefix(path+"."+name, ".")
			do(at, of.(schema))
			schemaKeys(of.(schema), at, do)
		}
		if items, ok := form["items"].(schema); ok {
			schemaKeys(items, path+"[]", do)
		}
		if others, ok := form["additionalProperties"].(schema); ok {
			schemaKeys(others, path+".*", do)
		}
	}
}

func formsOf(s schema) (out []schema) {
	forms, ok := s["anyOf"].([]any)
	if !ok {
		return []schema{s}
	}
	for _, f := range forms {
		out = append(out, formsOf(f.(schema))...)
	}
	return out
}

func wordsOf(s schema) (out []string) {
	for _, form := range formsOf(s) {
		words, _ := form["enum"].([]any)
		for _, w := range words {
			out = append(out, w.(string))
		}
	}
	return out
}

// What is said to be the value of a key that is left out is: without the line
// the configuration is the same.
func TestReferenceDefaults(t *testing.T) {
	// These have no value that is the same as none: examples, and those where none
	// means what the value does.
	examples := []string{"site.canonical", "defaults.language", "feeds[].on_removal", "site.links[]", "desk.users[]", "defaults.body", "sources[].use", "sources[].id", "sources[].url", "sources[].list.limit",
		"sources[].pages", "feeds[].id", "feeds[].access", "feeds[].tokens[]", "feeds[].webhooks[]",
		"cluster.node", "cluster.peers", "site.base_url"}
	dir := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	for name, text := range map[string]string{"desk-editor": "$argon2id$", "newsroom": "abcdefghijklmnopqrst", "hook": "secret"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Nodes of a cluster must have a public address.
	lines := strings.Split(strings.Replace(reference, `base_url: ""`, "base_url: https://news.example.org", 1), "\n")
	said := func(without int) string {
		text := slices.Clone(lines)
		if without >= 0 {
			text[without] = "#"
		}
		cfg, err := Parse("c.yaml", []byte(strings.Join(text, "\n")), testChecks())
		if err != nil {
			t.Fatalf("without line %d: %v", without+1, err)
		}
		cfg.Written, cfg.Warnings, cfg.Unsaid = news.Written{}, nil, news.Unsaid{}
		return fmt.Sprintf("%+v", cfg)
	}
	whole, n := said(-1), 0
	for _, k := range Reference() {
		if k.Example == "" || slices.ContainsFunc(examples, func(e string) bool { return strings.HasPrefix(k.Path, e) }) {
			continue
		}
		n++
		if got := said(k.line); got != whole {
			t.Errorf("%s is not %s when it is left out:\n%s\n%s", k.Path, k.Example, got, whole)
		}
	}
	if n < 60 {
		t.Errorf("%d keys were left out, too few", n)
	}
}
