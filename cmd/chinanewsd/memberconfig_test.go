package main

import (
	"os"
	"path/filepath"
	"testing"

	"chinanews/config"
	"chinanews/news"
)

// The example of a node is taken as it is, beside what any site has.
func TestClusterExample(t *testing.T) {
	text, err := os.ReadFile("../../deploy/cluster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	site := "site: {title: News, base_url: \"https://news.example\", contact: desk@news.example}\nsources: []\nfeeds: []\n"
	for name, text := range map[string]string{"node.pem": "x", "node.key": "x", "nodes-ca.pem": "x", "cluster": "a long random text", "config.yaml": site + string(text)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(dir, "config.yaml"), checks())
	if err != nil {
		t.Fatal(err)
	}
	if c := cfg.Cluster; !c.On() || c.Replicas != 3 || !c.Does(news.RolePoll) || c.Secret == "" {
		t.Errorf("%+v", c)
	}
}
