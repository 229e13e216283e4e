package config

import (
	"strings"
	"testing"

	"chinanews/news"
)

func TestAbout(t *testing.T) {
	for about, want := range map[string]map[string]string{
		`"One line."`: {"": "One line."},
		`""`:          {},
		"{en: Who we are., zh-CN: 我们是谁。}":         {"en": "Who we are.", "zh": "我们是谁。"},
		"{en: Who we are., zh-CN: \"\"}":          {"en": "Who we are."},
		"|\n    First.\n\n    Second,\n    on.\n": {"": "First.\n\nSecond,\non."},
	} {
		cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "  contact: ops@example.org", "  contact: ops@example.org\n  about: "+about, 1)), testChecks())
		if err != nil || len(cfg.Site.About) != len(want) {
			t.Errorf("%s: %q, %v", about, cfg.Site.About, err)
		}
		for lang, text := range want {
			if got := cfg.Site.About[lang]; got != text {
				t.Errorf("%s: %q in %q, want %q", about, got, lang, text)
			}
		}
	}
	if _, err := Parse("c.yaml", []byte(strings.Replace(good, "  contact: ops@example.org", "  about: "+strings.Repeat("长", mostAbout+1), 1)), testChecks()); err == nil || !strings.Contains(err.Error(), "10001 characters") {
		t.Errorf("a very long text: %v", err)
	}
}

func TestSiteKeys(t *testing.T) {
	cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "  contact: ops@example.org", "  canonical: original\n  show_health: true", 1)), testChecks())
	if err != nil || cfg.Site.Canonical != news.CanonicalOriginal || !cfg.Site.ShowHealth {
		t.Errorf("%+v, %v", cfg.Site, err)
	}
}
