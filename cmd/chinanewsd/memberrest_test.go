package main

import (
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// What should be the same on all nodes, and is not published, makes another
// digest; what is a node's own does not.
func TestRest(t *testing.T) {
	base := func() news.Config {
		c := news.Config{Data: "/a", Listen: "a:1", Users: []news.User{{Name: "eve", Password: "x"}}}
		c.Sources = []news.Source{{ID: "a", Headers: map[string]string{"Cookie": "1"}}}
		c.Cluster = news.Cluster{Node: "news-1", Peers: []string{"a:1", "b:1"}}
		return c
	}
	own := rest(base())
	for what, change := range map[string]func(*news.Config){
		"users":     func(c *news.Config) { c.Users[0].Password = "y" },
		"tokens":    func(c *news.Config) { c.Tokens = []news.Token{{Feed: "all"}} },
		"webhooks":  func(c *news.Config) { c.Webhooks = []news.Webhook{{URL: "https://a.example/"}} },
		"hub":       func(c *news.Config) { c.Hub.Outside = []string{"https://hub.example/"} },
		"hosts":     func(c *news.Config) { c.Fetch.Hosts = []news.HostRule{{Pattern: "*"}} },
		"retention": func(c *news.Config) { c.Retention.Items = 1 },
		"headers":   func(c *news.Config) { c.Sources[0].Headers["Cookie"] = "2" },
		"peers":     func(c *news.Config) { c.Cluster.Peers = c.Cluster.Peers[:1] },
	} {
		c := base()
		if change(&c); rest(c) == own {
			t.Errorf("other %s are not noticed", what)
		}
	}
	for what, change := range map[string]func(*news.Config){
		"data":   func(c *news.Config) { c.Data, c.File = "/b", "/b.yaml" },
		"listen": func(c *news.Config) { c.Listen, c.Admin = "b:1", "b:2" },
		"node": func(c *news.Config) {
			c.Cluster.Node, c.Cluster.Listen, c.Cluster.Roles = "news-2", "b:1", []news.Role{news.RoleEngine}
		},
		"proxy":  func(c *news.Config) { c.Fetch.Proxy = "socks5://127.0.0.1:1" },
		"order":  func(c *news.Config) { slices.Reverse(c.Cluster.Peers) },
		"titles": func(c *news.Config) { c.Site.Title = "published" },
	} {
		c := base()
		if change(&c); rest(c) != own {
			t.Errorf("another %s is a difference", what)
		}
	}
}

// The nodes that have another configuration than the one that rules are named.
func TestAstray(t *testing.T) {
	all := []standing{{Node: "news-1", Rest: "x"}, {Node: "news-2", Rest: "y"}, {Node: "news-3", Rest: "x"}, {Node: "news-4"}}
	for ruler, want := range map[string]string{"news-1": "news-2", "news-2": "news-1 news-3", "news-4": "", "": ""} {
		if got := strings.Join(astray(ruler, all), " "); got != want {
			t.Errorf("%s rules: %q, want %q", ruler, got, want)
		}
	}
	o := clusterOverview{Rules: "news-1", Nodes: all}
	o.judge()
	if len(o.Trouble) != 1 || !strings.Contains(o.Trouble[0], "configuration of news-2 than of news-1") {
		t.Errorf("%q", o.Trouble)
	}
}

// What one node alone keeps for longer is noticed by the node that rules, and by
// who asks.
func TestNodesHaveOtherConfigurations(t *testing.T) {
	t.Parallel()
	all := newSeats(t, 3)
	all.show("A release 2")
	ruler, others := all.ruler()
	others[0].set("hub: {", "retention: {captures: 2400h}\nhub: {")
	others[0].reload(true)
	node := others[0].h.cfg.Cluster.Node
	ruler.until("names the node", func() bool {
		all, err := ruler.h.member.standings(t.Context())
		return err == nil && slices.Equal(astray(ruler.h.cfg.Cluster.Node, all), []string{node})
	})
}
