package config

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shipped is config.schema.json, as editors use it.
func shipped(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("../config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fits is what an editor would say of a file; it says nothing of one that is no
// YAML, which it says by itself.
func fits(s *jsonschema.Schema, text string) error {
	var doc any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return err
	}
	return s.Validate(doc)
}

// sound are files that are right, however they are written.
var sound = []string{
	"", "{}", "# nothing yet\n", "site:\nsources:\nfeeds:\n", "sources: []\nfeeds: []", "site: {}\nfetch: {}\ndefaults: {}",
	"site: {title: true, contact: 5, publisher: 2.5}", "site: {was: https://old.example/}", "site: {was: [], links:}",
	"site: {links: [{title: Imprint, url: https://a.example/}]}", "site: {about: We.}", "site: {about: {en: We., zh-CN: 我们。}}",
	"site: {title: \"${HOME}\", base_url: \"https://${HOSTNAME_OF_TEST}/\"}", "listen: \"${ADDRESS_OF_TEST}\"", "admin: {listen: \"\"}", "admin:",
	"backup: {at: \"\", keep: 3}", "backup: {at: 03:30}", "backup: {keep: \"3\"}", "retention: {items: all, captures: 400d}", "retention: {captures: all}",
	"hub: {off: true}", "hub: {off: \"true\", lease: 5d}", "hub: {allow: 10.0.0.0/8}", "trusted_proxies: []", "trusted_proxies: 10.0.0.1",
	"fetch: {max_body: 1048576, concurrency: \"${COUNT_OF_TEST}\"}", "fetch: {max_body: 2 MiB, timeout: 1m30s, robots: \"false\"}", "fetch: {hosts: {\"*\": {delay: 0s}}}",
	"fetch: {hosts: {\"*\": {delay: 0}, a.example: {}}}", "fetch: {proxy: socks5h://127.0.0.1:1080}", "fetch: {proxy: \"\"}", "words: {a: b}", "words: {a: [b, 5]}", "words: {}",
	"defaults: {looks: [], interval: 1.5h, stale_after: \"\", language: auto}", "defaults: {looks: 1h, rights: \"${RIGHTS_OF_TEST}\"}",
	"sources: [mfa-en-top, {use: mnd-zh, interval: 1h, list: {limit: 5}}]", "sources: [{id: 7, url: https://a.example/}]",
	"sources: [{id: a, urls: [https://a.example/, \"https://a.example/{2006-01}/\"]}]", "sources: [{id: a, url: https://a.example/, publisher: A, tags: x, was: old}]",
	"sources: [{id: a, url: https://a.example/, publisher: {en: A}, headers: {Referer: x}, accept_status: [404], rank: \"5\"}]",
	"sources: [{id: a, url: https://a.example/, kind: json, json: {items: data, title: t, link: l}, rewrite: [[a, b]]}]",
	"feeds: [{id: f, languages: all}]", "feeds: [{id: f, languages: prefer en, digest: \"07:00\", hold: true}]", "feeds: [{id: f, digest: \"\", window: 0s, where: \"\"}]",
	"feeds: [{id: f, same_release: once, images: caption, title: 2026}]", "publish: {dir: \"\"}", "publish: {dir: ./public}", "desk:", "desk: {users: []}", "include: []",
}

func environment(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"HOSTNAME_OF_TEST": "a.example", "ADDRESS_OF_TEST": "127.0.0.1:80", "COUNT_OF_TEST": "4", "RIGHTS_OF_TEST": "open"} {
		t.Setenv(name, value)
	}
}

// What is right is right for editors, too: they never mark what check takes.
func TestSchemaTakesWhatIsSound(t *testing.T) {
	environment(t)
	s := shipped(t)
	files := sound
	for _, name := range []string{"../config.yaml", "reference.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := fits(s, string(text)); err != nil {
			t.Errorf("%s does not fit the schema: %v", name, err)
		}
	}
	for _, text := range files {
		if _, err := Parse("c.yaml", []byte(text), testChecks()); err != nil {
			t.Errorf("%q is not sound: %v", text, err)
		}
		if err := fits(s, text); err != nil {
			t.Errorf("%q does not fit the schema: %v", text, err)
		}
	}
}

// The rows of the catalogue fit it, but for what only they may have.
func TestSchemaTakesTheCatalogue(t *testing.T) {
	s := shipped(t)
	entries, err := os.ReadDir("catalogue")
	if err != nil || len(entries) < 4 {
		t.Fatal(err, len(entries))
	}
	for _, e := range entries {
		text, err := os.ReadFile("catalogue/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, "unreachable:") && !strings.HasPrefix(line, "title:") {
				lines = append(lines, line)
			}
		}
		if err := fits(s, strings.Join(lines, "")); err != nil {
			t.Errorf("%s: %v", e.Name(), err)
		}
	}
}

// Of each mistake that check names, whether editors mark it as it is written.
// What they cannot see, testdata/schema.golden lists: it reads files, compares
// with other rows, compiles.
func TestSchemaSeesMistakes(t *testing.T) {
	s := shipped(t)
	var blind strings.Builder
	seen := 0
	for _, m := range mistakes {
		if fits(s, strings.Replace(good, m.old, m.new, 1)) != nil {
			seen++
			continue
		}
		fmt.Fprintf(&blind, "%q\n", strings.TrimSpace(m.new))
	}
	if fits(s, good) != nil {
		t.Error("the schema refuses what is good")
	}
	t.Logf("editors mark %d of %d mistakes", seen, len(mistakes))
	compare(t, "testdata/schema.golden", blind.String())
}
