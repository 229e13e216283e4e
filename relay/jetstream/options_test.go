package jetstream_test

import (
	"strings"
	"testing"
	"time"

	"chinanews/relay/jetstream"
)

func TestOptionsRefused(t *testing.T) {
	engine := func(listen string) *jetstream.Engine {
		return &jetstream.Engine{Dir: t.TempDir(), Listen: listen, Peers: []string{"127.0.0.1:1"}, Store: true}
	}
	for _, row := range []struct {
		says   string
		change func(*jetstream.Options)
	}{
		{"cluster.node", func(o *jetstream.Options) { o.Node = "" }},
		{"cluster.node", func(o *jetstream.Options) { o.Node = "A.b" }},
		{"cluster.replicas", func(o *jetstream.Options) { o.Replicas = 2 }},
		{"cluster.session_ttl", func(o *jetstream.Options) { o.SessionTTL = time.Second }},
		{"cluster.log_retention", func(o *jetstream.Options) { o.Retention = 0 }},
		{"cluster.urls", func(o *jetstream.Options) { o.Engine = nil }},
		{"cluster.urls", func(o *jetstream.Options) { o.URLs = []string{"nats://127.0.0.1:1"} }},
		{"cluster.tls", func(o *jetstream.Options) { o.Engine = engine("192.0.2.1:6222") }},
		{"cluster.tls", func(o *jetstream.Options) { o.Engine.Peers = []string{"news-2.example:6222"} }},
		{"host:port", func(o *jetstream.Options) { o.Engine = engine("127.0.0.1") }},
		{"host:port", func(o *jetstream.Options) { o.Engine = engine(":6222") }},
		{"cluster.peers", func(o *jetstream.Options) { o.Engine.Store, o.Engine.Peers = false, []string{o.Engine.Listen} }},
		{"folder", func(o *jetstream.Options) { o.Engine.Dir = "" }},
	} {
		o := jetstream.Options{Node: "news-1", Engine: engine("127.0.0.1:2"), Replicas: 3, SessionTTL: 4 * time.Second, Retention: time.Hour}
		row.change(&o)
		if _, err := jetstream.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("want %s: %v", row.says, err)
		}
	}
}

func TestPortTaken(t *testing.T) {
	s := operator(t, nil)
	taken := s.Addr().String()
	_, err := jetstream.Open(t.Context(), jetstream.Options{
		Node: "news-1", Replicas: 1, SessionTTL: 4 * time.Second, Retention: time.Hour,
		Engine: &jetstream.Engine{Dir: t.TempDir(), Listen: taken, Peers: []string{taken, "127.0.0.1:1"}, Store: true},
	})
	if err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("a port that is taken: %v", err)
	}
}
