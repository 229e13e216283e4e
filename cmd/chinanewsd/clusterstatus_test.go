package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A node is described in a sentence.
func TestMemberStatus(t *testing.T) {
	for want, s := range map[string]memberStatus{
		"this is news-2; news-1 rules; it polls 331 of 1024 partitions; `chinanewsd cluster status` has the others":                                  {Node: "news-2", Rules: "news-1", Parts: 331},
		"this is news-1; it rules; it polls 1024 of 1024 partitions; `chinanewsd cluster status` has the others":                                     {Node: "news-1", Rules: "news-1", Parts: 1024},
		"this is news-1; none rules; it polls 0 of 1024 partitions, and has 1 record less than others; `chinanewsd cluster status` has the others":   {Node: "news-1", Lag: 1},
		"this is news-1; it rules; it polls 0 of 1024 partitions. It follows the others no more: forked; `chinanewsd cluster status` has the others": {Node: "news-1", Rules: "news-1", Over: "forked"},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What waits for a ruling for too long is told where the nodes are shown.
func TestUnruledIsShown(t *testing.T) {
	for _, o := range []clusterOverview{{Rules: "news-1"}, {Rules: "news-1", Unruled: atNoon}} {
		o.judge()
		told := slices.ContainsFunc(o.Trouble, func(s string) bool {
			return strings.Contains(s, "news-1, which is to rule") && strings.Contains(s, atNoon.UTC().Format(time.TimeOnly))
		})
		if told == o.Unruled.IsZero() {
			t.Errorf("it says %q", o.Trouble)
		}
	}
}
