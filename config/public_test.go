package config

import (
	"strings"
	"testing"
)

// What only warns of a site for this machine is wrong with one for others, each
// on its own line with its place.
func TestPublic(t *testing.T) {
	const contact, base = "c.yaml:2:3: site.contact is empty", "c.yaml:2:3: site.base_url is "
	site := func(keys string) string {
		before, after, _ := strings.Cut(strings.Replace(good, "tags: [x]", "tags: [x]\n    publisher: A", 1), "site:\n")
		_, after, _ = strings.Cut(after, "words:")
		return before + "site:\n  title: T\n" + keys + "words:" + after
	}
	for _, tt := range []struct {
		keys   string
		public []string // problems when it is to be public
		warned int      // else
	}{
		{"  contact: c@example.org\n  base_url: https://news.example.org\n", nil, 0},
		{"  contact: c@example.org\n  base_url: http://93.184.216.34:8080/news\n", nil, 0},
		{"", []string{contact, base + "empty"}, 2},
		{"  base_url: https://news.example.org\n", []string{contact}, 1},
		{"  contact: c@example.org\n", []string{base + "empty"}, 1},
		{"  contact: c@example.org\n  base_url: http://localhost:8080\n", []string{base + "http://localhost:8080, which only this machine or its own network reaches"}, 0},
		{"  contact: c@example.org\n  base_url: http://127.0.0.1:8080\n", []string{base + "http://127.0.0.1:8080, which"}, 0},
		{"  contact: c@example.org\n  base_url: https://10.0.0.7\n", []string{base + "https://10.0.0.7, which"}, 0},
		{"  contact: c@example.org\n  base_url: \"http://[::1]\"\n", []string{base + "http://[::1], which"}, 0},
		{"  contact: c@example.org\n  base_url: http://news.local\n", []string{base + "http://news.local, which"}, 0},
	} {
		cfg, err := Parse("c.yaml", []byte(site(tt.keys)), testChecks())
		if err != nil || len(cfg.Warnings) != tt.warned {
			t.Errorf("%q: %v, warnings %q, want %d", tt.keys, err, cfg.Warnings, tt.warned)
		}
		c := testChecks()
		c.Public = true
		cfg, err = Parse("c.yaml", []byte(site(tt.keys)), c)
		if (err == nil) != (tt.public == nil) || err == nil && len(cfg.Warnings) > 0 {
			t.Errorf("%q, public: %v, warnings %q", tt.keys, err, cfg.Warnings)
			continue
		}
		var got Problems
		if err != nil {
			got = err.(Problems)
		}
		if len(got) != len(tt.public) {
			t.Errorf("%q, public: %v, want %q", tt.keys, err, tt.public)
			continue
		}
		for n, p := range got {
			if !strings.HasPrefix(p.String(), tt.public[n]) || p.Hint == "" {
				t.Errorf("%q, public: %s, want %q and a hint", tt.keys, p, tt.public[n])
			}
		}
	}
}
