package config

import (
	"reflect"
	"strings"
	"testing"

	"chinanews/news"
)

// withHub is the good configuration with a hub.
func withHub(hub string) (news.Config, error) {
	return Parse("c.yaml", []byte(strings.Replace(good, "words:", hub+"\nwords:", 1)), testChecks())
}

func TestHub(t *testing.T) {
	day := shortestLease
	for written, want := range map[string]news.Hub{
		"":                                   {Lease: 10 * day},
		"hub:":                               {Lease: 10 * day},
		"hub: {off: true}":                   {Off: true, Lease: 10 * day},
		"hub: {off: false, lease: 24h}":      {Lease: day},
		"hub: {lease: 7d}":                   {Lease: 7 * day},
		"hub: {outside: []}":                 {Lease: 10 * day},
		`hub: {allow: ["*:80", 10.0.0.0/8]}`: {Lease: 10 * day, Allow: []string{"*:80", "10.0.0.0/8"}},
		`hub: {outside: "https://hub.example/x/"}`: {Lease: 10 * day, Outside: []string{"https://hub.example/x/"}},
		`hub: {outside: ["https://hub.example/", "http://hub.lan:99/"], allow: ["hub.lan:99"]}`: {Lease: 10 * day,
			Outside: []string{"https://hub.example/", "http://hub.lan:99/"}, Allow: []string{"hub.lan:99"}},
	} {
		cfg, err := withHub(written)
		if err != nil || !reflect.DeepEqual(cfg.Hub, want) {
			t.Errorf("%s: %+v, %v; want %+v", written, cfg.Hub, err, want)
		}
	}
}

func TestHubMistakes(t *testing.T) {
	for written, want := range map[string]string{
		"hub: on":                                      "c.yaml:6:6: hub: this must be a mapping",
		"hub: {on: true}":                              "c.yaml:6:7: unknown key on",
		"hub: {off: maybe}":                            `"maybe" is neither true nor false`,
		"hub: {lease: 11d}":                            "c.yaml:6:14: a lease of 11d is not between 1d and 10d",
		"hub: {lease: 12h}":                            "a lease of 12h is not between",
		"hub: {lease: 0s}":                             `"0s" is too short`,
		"hub: {lease: long}":                           "long",
		"hub: {allow: [reader.lan]}":                   `"reader.lan" is neither a prefix nor host:port`,
		"hub: {outside: [hub.example]}":                "no web address",
		`hub: {outside: ["https://a:b@hub.example/"]}`: "must not hold a name and password",
		`hub: {outside: ["http://hub.example/"]}`:      "c.yaml:6:17: hub.outside: plain http",
		`hub: {outside: ["https://hub.example/", "https://hub.example/"]}`: "c.yaml:6:41: hub.outside: hub https://hub.example/ stands twice",
		`hub: {outside: ["https://news.example.org/hub"]}`:                 "this site's own hub",
	} {
		_, err := withHub(written)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", written, err, want)
		}
	}
}
