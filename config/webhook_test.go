package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// hooked is the good configuration with webhooks of its feed.
func hooked(t *testing.T, hooks string) (news.Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "office"), []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return Parse(file, []byte(strings.Replace(good, "sources: [a]", "sources: [a]\n    webhooks: "+hooks, 1)), testChecks())
}

func TestWebhooks(t *testing.T) {
	cfg, err := hooked(t, `
      - {url: "https://office.example/in?room=7", secret: "file:office"}
      - {url: "https://other.example/", secret: a word}`)
	if err != nil {
		t.Fatal(err)
	}
	id := cfg.Feeds[0].ID
	want := []news.Webhook{{Feed: id, URL: "https://office.example/in?room=7", Secret: "from a file"}, {Feed: id, URL: "https://other.example/", Secret: "a word"}}
	if !slices.Equal(cfg.Webhooks, want) {
		t.Errorf("webhooks are %v", cfg.Webhooks)
	}
	if cfg, err = hooked(t, "[]"); err != nil || len(cfg.Webhooks) > 0 {
		t.Errorf("of none: %v, %v", cfg.Webhooks, err)
	}
}

func TestWebhookMistakes(t *testing.T) {
	for hooks, want := range map[string]string{
		`[{secret: s}]`:                                                   "a webhook has no url; write url: https://...",
		`[{url: "https://a.example/"}]`:                                   "a webhook has no secret; write secret: file:NAME",
		`[{url: "https://a.example/", secret: ""}]`:                       "a webhook has no secret",
		`[{url: "https://a.example/", secret: "file:no"}]`:                "the secret no cannot be read",
		`[{url: "ftp://a.example/", secret: s}]`:                          `"ftp://a.example/" is no web address`,
		`[{url: "https://u:p@a.example/", secret: s}]`:                    "must not hold a name and password",
		`[{url: "http://a.example/", secret: s}]`:                         "plain http",
		`[{url: "https://a.example/", key: s}]`:                           "unknown key key",
		`{url: "https://a.example/", secret: s}`:                          "this is a mapping and must be a list",
		`[here]`:                                                          "this must be a mapping",
		"\n      - &x {url: 'https://a.example/', secret: s}\n      - *x": "anchors and aliases are not read",
		"\n      - {url: 'https://a.example/', secret: s}\n      - {url: 'https://a.example/', secret: t}": "has a webhook with this address already",
		"[{url: 'https://a.example/', secret: s}]\n    access: token":                                      "webhooks are for public feeds",
	} {
		_, err := hooked(t, hooks)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", hooks, err, want)
		}
	}
}
