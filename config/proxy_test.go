package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Whose word about whom it serves is believed: by default, that of this machine.
func TestProxies(t *testing.T) {
	for written, want := range map[string]string{
		"":                                          "[127.0.0.0/8 ::1/128]",
		"trusted_proxies: []":                       "[]",
		"trusted_proxies:":                          "[]",
		"trusted_proxies: 10.0.0.7":                 "[10.0.0.7/32]",
		"trusted_proxies: [10.20.3.4/16, ::1]":      "[10.20.0.0/16 ::1/128]",
		`trusted_proxies: ["2001:db8::/48"]`:        "[2001:db8::/48]",
		`trusted_proxies: ["fe80::1%eth0"]`:         "[fe80::1/128]",
		"trusted_proxies: [10.0.0.0/8, 10.0.0.0/8]": "[10.0.0.0/8 10.0.0.0/8]",
	} {
		cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "words:", written+"\nwords:", 1)), testChecks())
		if got := fmt.Sprint(cfg.Proxies); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", written, got, err, want)
		}
	}
}

func TestProxiesThatAreNone(t *testing.T) {
	for written, want := range map[string]string{
		`[""]`:                    `"" is no prefix`,
		"[localhost]":             `"localhost" is no prefix`,
		"[10.0.0.0/33]":           `"10.0.0.0/33" is no prefix`,
		`["10.0.0.7:8080"]`:       `"10.0.0.7:8080" is no prefix`,
		`["::ffff:10.0.0.0/104"]`: "is no prefix",
		`["::ffff:10.0.0.7"]`:     "is no prefix",
		"[0.0.0.0/0]":             `"0.0.0.0/0" is everybody`,
		`["::/0"]`:                `"::/0" is everybody`,
		"{a: b}":                  "must be",
		"[[10.0.0.0/8]]":          "must be",
	} {
		_, err := Parse("c.yaml", []byte(strings.Replace(good, "words:", "trusted_proxies: "+written+"\nwords:", 1)), testChecks())
		problems, ok := errors.AsType[Problems](err)
		if !ok || !slices.ContainsFunc(problems, func(p Problem) bool { return p.Line == 6 && strings.Contains(p.String(), want) }) {
			t.Errorf("%s: %v; want %q in line 6", written, err, want)
		}
	}
}
