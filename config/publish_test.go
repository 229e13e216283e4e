package config

import (
	"path/filepath"
	"strings"
	"testing"
)

const publishFile = "sources:\n  - {id: a, url: \"https://a.example/feed.xml\"}\nfeeds:\n  - {id: all}\n"

func TestPublish(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"": "", "publish: {}\n": "", "publish: {dir: \"\"}\n": "", "publish: {dir: /srv/news}\n": "/srv/news", "publish: {dir: /srv/news/}\n": "/srv/news/",
		"publish: {dir: ../site}\n": filepath.Join(here, "../site"), "publish: {dir: ./site}\n": filepath.Join(here, "site"),
	} {
		cfg, err := Parse("config.yaml", []byte(text+publishFile), testChecks())
		if err != nil || filepath.Clean(cfg.Publish) != filepath.Clean(want) {
			t.Errorf("%q: %q, %v, want %q", text, cfg.Publish, err, want)
		}
	}
	for text, want := range map[string]string{"publish: {dri: x}\n": "unknown key dri", "publish: {dir: [a]}\n": "is a list", "publish: /srv\n": "mapping"} {
		if _, err := Parse("config.yaml", []byte(text+publishFile), testChecks()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
