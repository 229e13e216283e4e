package config

import (
	"strings"
	"testing"
)

// Somebody begins with nothing, and is told what is not there yet. Nothing is not
// the same as saying that there is none: that may be the wrong file, or half of it.
func TestBeginnings(t *testing.T) {
	half := good[:strings.Index(good, "feeds:")]
	for _, tt := range []struct {
		text           string
		sources, feeds bool // unsaid
		warned         int
	}{
		{"", true, true, 2}, {"# nothing\n", true, true, 2}, {"{}", true, true, 2}, {"desk: {users: []}\n", true, true, 2},
		{"sources:\nfeeds:\n", true, true, 2}, {"sources: []\nfeeds: []\n", false, false, 2}, {half, false, true, 1}, {good, false, false, 0},
	} {
		cfg, err := Parse("c.yaml", []byte(tt.text), testChecks())
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := strings.Count(strings.Join(cfg.Warnings, "\n"), "there are no "); got != tt.warned || cfg.Unsaid.Sources != tt.sources || cfg.Unsaid.Feeds != tt.feeds {
			t.Errorf("%q: %d warnings of it, unsaid %+v", tt.text, got, cfg.Unsaid)
		}
	}
}

// What is said of a password does not say it, and a hash in the file itself is
// warned of.
func TestPasswords(t *testing.T) {
	parse := func(password string) (string, []string) {
		cfg, err := Parse("c.yaml", []byte(good+"desk: {users: [{name: Li Wei, password: \""+password+"\"}]}\n"), testChecks())
		if err != nil {
			return err.Error(), nil
		}
		if len(cfg.Users) != 1 || cfg.Users[0].Name != "Li Wei" || cfg.Users[0].Password != password {
			t.Errorf("users %+v", cfg.Users)
		}
		return "", cfg.Warnings
	}
	for _, plain := range []string{"correct horse battery", "hunter2"} {
		if said, _ := parse(plain); said == "" || strings.Contains(said, plain) {
			t.Errorf("of a password is said %q", said)
		}
	}
	const hash = "$argon2id$v=19$secret"
	said, warnings := parse(hash)
	if all := strings.Join(warnings, "\n"); said != "" || !strings.Contains(all, "the hash of Li Wei's password stands in this file") || strings.Contains(all, hash) {
		t.Errorf("of a hash in the file: %q, warnings %q", said, all)
	}
}
