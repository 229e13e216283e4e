package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/cmd/bench/origin"
	"chinanews/config"
	"chinanews/curator"
	"chinanews/feedout/signin"
	"chinanews/fetcher"
)

// What the daemon is given is a configuration without problems, with every feed
// of the web in it once, however many there are.
func TestConfiguration(t *testing.T) {
	for _, feeds := range []int{1, rowsOfFile + 1} {
		web := origin.New(origin.Options{Seed: 1, Feeds: feeds, Hosts: 1, Window: [2]int{1, 2}, Body: [2]int{10, 20}})
		d, err := newDaemon("none", filepath.Join(t.TempDir(), "of its own"), web, setup{interval: time.Minute, limit: 7, fresh: 48 * time.Hour, hub: feeds == 1})
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(d.config(), config.Checks{Selector: fetcher.CheckSelector, Layout: fetcher.CheckLayout, Address: fetcher.CheckAddress, Outgoing: fetcher.CheckOutgoing, Rule: curator.CheckRule, Password: signin.Check})
		if err != nil {
			t.Fatal(err)
		}
		if len(cfg.Warnings) > 0 {
			t.Errorf("warnings: %v", cfg.Warnings)
		}
		asked := make(map[string]bool)
		for _, s := range cfg.Sources {
			asked[strings.Join(s.URLs, " ")] = true
		}
		for n := range feeds {
			if !asked[web.URL(n)] {
				t.Fatalf("nobody asks feed %d", n)
			}
		}
		if len(cfg.Sources) != feeds || len(cfg.Feeds) != 1 || cfg.Feeds[0].Limit != 7 || cfg.Feeds[0].Window != 0 {
			t.Errorf("%d sources, feeds %+v", len(cfg.Sources), cfg.Feeds)
		}
	}
}
