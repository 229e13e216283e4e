package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkLoad is a configuration of ten thousand sources, as a start and every
// reload read it.
func BenchmarkLoad(b *testing.B) {
	const sources = 10_000
	var rows strings.Builder
	for n := range sources {
		fmt.Fprintf(&rows, "- {id: office-%d, url: \"https://office-%[1]d.example/feed.xml\", kind: feed, publisher: Office %[1]d}\n", n)
	}
	dir := b.TempDir()
	for name, text := range map[string]string{
		"config.yaml": "site: {id: s, title: T, base_url: \"https://news.example\"}\ndefaults: {rights: government}\nfeeds:\n  - {id: all, title: All, language: en, languages: all}\ninclude: [rows.yaml]\n",
		"rows.yaml":   rows.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		cfg, err := Load(filepath.Join(dir, "config.yaml"), testChecks())
		if err != nil || len(cfg.Sources) != sources {
			b.Fatalf("%d sources, %v", len(cfg.Sources), err)
		}
	}
}
