package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// Tokens come from files, the environment or, with a warning, from where they
// are written; one may open several feeds.
func TestTokens(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "newsroom"), []byte("newsroom-1234567890-abc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	t.Setenv("OFFICE_TOKEN", "office_1234567890_ABCD")
	text := strings.Replace(good, "sources: [a]", "access: token\n    tokens: [{name: newsroom, token: file:newsroom}, {name: office, token: \"${OFFICE_TOKEN}\"}]\n"+
		"  - id: g\n    tokens: [{name: newsroom, token: file:newsroom}, {name: guest, token: guest-1234567890-abcd}]\n    access: token\n  - {id: h, access: token, tokens: []}", 1)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	want := []news.Token{{Feed: "f", Name: "newsroom", Secret: "newsroom-1234567890-abc"}, {Feed: "f", Name: "office", Secret: "office_1234567890_ABCD"},
		{Feed: "g", Name: "newsroom", Secret: "newsroom-1234567890-abc"}, {Feed: "g", Name: "guest", Secret: "guest-1234567890-abcd"}}
	if err != nil || !slices.Equal(cfg.Tokens, want) {
		t.Fatalf("tokens %+v, %v; want %+v", cfg.Tokens, err, want)
	}
	warned := []string{`c.yaml:8:5: source a has no publisher: readers see "a" in its place`, "c.yaml:16:75: the token of guest stands in this file, and so in its backups: keep it in a file of its own, and write token: file:NAME",
		"c.yaml:18:21: nobody can read feed h, which has access: token and no tokens: `chinanewsd token` makes one"}
	if !slices.Equal(cfg.Warnings, warned) {
		t.Errorf("warnings %q, want %q", cfg.Warnings, warned)
	}
}

// What is wrong with a token is said without it.
func TestProblemsKeepTokens(t *testing.T) {
	for _, token := range []string{"zq-too-short", "zq/with/slashes/1234567890", "zq " + strings.Repeat("x", 30), "zq" + strings.Repeat("x", 300), "zqüüüüüüüüüüüüüüüüüüüüüüüüüüü", "zq%2f1234567890123456789012"} {
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, written := range []string{"file:" + file, `"` + token + `"`} {
			_, err := Parse("c.yaml", []byte(strings.Replace(good, "sources: [a]", "access: token\n    tokens: [{name: a, token: "+written+"}]", 1)), testChecks())
			if err == nil || strings.Contains(err.Error(), "zq") || !strings.Contains(err.Error(), "this is no token") {
				t.Errorf("%q: %v", written, err)
			}
		}
	}
}

// A path of the site's address is taken as it is.
func TestBasePath(t *testing.T) {
	for base, path := range map[string]string{"https://news.example.org": "", "https://news.example.org/": "", "https://news.example.org/press": "/press", "http://10.0.0.1:8080/a/b-c.d/": "/a/b-c.d"} {
		cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "https://news.example.org", base, 1)), testChecks())
		if err != nil || cfg.Site.Path() != path || strings.TrimRight(base, "/") != cfg.Site.BaseURL {
			t.Errorf("%s: %q below %q, %v", base, cfg.Site.Path(), cfg.Site.BaseURL, err)
		}
	}
}
