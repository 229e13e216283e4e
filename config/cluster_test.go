package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// clustered is the good configuration of a node.
func clustered(t *testing.T, section string) news.Config {
	t.Helper()
	cfg, err := Parse("c.yaml", []byte(good+"cluster: "+section+"\n"), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestClusterDefaults(t *testing.T) {
	got := clustered(t, `{node: news-1, peers: ["127.0.0.1:6222", "127.0.0.1:6223", "127.0.0.1:6224"]}`)
	want := news.Cluster{Node: "news-1", Engine: news.EngineEmbedded, Listen: "127.0.0.1:6222", Replicas: 3,
		Peers: []string{"127.0.0.1:6222", "127.0.0.1:6223", "127.0.0.1:6224"}, Roles: []news.Role{news.RoleEngine, news.RolePoll, news.RoleServe},
		SessionTTL: news.Duration(4 * time.Second), LogRetention: news.Duration(720 * time.Hour)}
	if !reflect.DeepEqual(got.Cluster, want) || !got.Cluster.On() {
		t.Errorf("%+v, want %+v", got.Cluster, want)
	}
	for section, replicas := range map[string]int{
		`{node: a, peers: "127.0.0.1:6222"}`:                           1,
		`{node: a, peers: ["127.0.0.1:6222", "127.0.0.1:6223"]}`:       1,
		"{node: a, engine: nats, urls: nats://127.0.0.1}":              3,
		"{node: a, engine: nats, urls: \"nats://[::1]\", replicas: 5}": 5,
		`{node: a, peers: ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5", "127.0.0.1:6222"], replicas: 5}`: 5,
	} {
		if got := clustered(t, section).Cluster.Replicas; got != replicas {
			t.Errorf("%s: %d replicas, want %d", section, got, replicas)
		}
	}
}

// Without a section, or with an empty one, a node is alone.
func TestNoCluster(t *testing.T) {
	for _, text := range []string{good, good + "cluster:\n", good + "cluster:\n  # node: news-1\n", good + "cluster: null\n"} {
		cfg, err := Parse("c.yaml", []byte(text), testChecks())
		if err != nil || cfg.Cluster.On() || !reflect.DeepEqual(cfg.Cluster, news.Cluster{}) {
			t.Errorf("%q: %+v, %v", text, cfg.Cluster, err)
		}
	}
}

// Where others can reach, they need keys. Files are found beside the
// configuration, or among systemd's credentials.
func TestClusterBeyondThisMachine(t *testing.T) {
	creds := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", creds)
	for name, text := range map[string]string{"node.key": "key", "word": "a word for nodes\n"} {
		if err := os.WriteFile(filepath.Join(creds, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	c := clustered(t, `{node: a, listen: "10.0.0.1:6222", peers: ["10.0.0.1:6222", "news-2.example:6222", "[2001:db8::1]:6222"], secret: file:word,
  tls: {certificate: cluster.go, key: node.key, authority: `+filepath.Join(here, "config.go")+`}}`).Cluster
	want := news.ClusterTLS{Certificate: filepath.Join(here, "cluster.go"), Key: filepath.Join(creds, "node.key"), Authority: filepath.Join(here, "config.go")}
	if c.TLS != want || c.Secret != "a word for nodes" {
		t.Errorf("%+v %q, want %+v", c.TLS, c.Secret, want)
	}
	c = clustered(t, "{node: a, engine: nats, urls: [\"tls://n.example\", \"tls://news@m.example:4223\"], credentials: cluster.go}").Cluster
	if c.Credentials != filepath.Join(here, "cluster.go") || len(c.URLs) != 2 {
		t.Errorf("%+v", c)
	}
}

func TestClusterWarnings(t *testing.T) {
	for section, want := range map[string]string{
		`{node: a, peers: ["127.0.0.1:6223"]}`:                                                       "127.0.0.1:6222, where this node listens, is not among the peers",
		`{node: a, engine: nats, urls: nats://127.0.0.1, peers: ["127.0.0.1:6223"]}`:                 "peers are of the embedded engine",
		`{node: a, peers: ["127.0.0.1:6222", "127.0.0.1:6223"]}`:                                     "2 peers are no safer than 1",
		`{node: a, peers: ["127.0.0.1:6222", "127.0.0.1:6223", "127.0.0.1:6224", "127.0.0.1:6225"]}`: "4 peers are no safer than 3",
		`{node: a, peers: ["127.0.0.1:6222", "127.0.0.1:6223", "127.0.0.1:6224"]}`:                   "",
		`{node: a, peers: ["127.0.0.1:6222"], secret: abc}`:                                          "the secret of the cluster stands in this file",
		`{node: a, peers: ["127.0.0.1:6222"]}`:                                                       "",
		`{node: a, peers: ["127.0.0.1:6222"], secret: "${SECRET_OF_TEST}"}`:                          "",
		`{node: a, peers: ["127.0.0.1:6222"], secret: "", urls: [], credentials: "", tls: {}}`:       "",
	} {
		t.Setenv("SECRET_OF_TEST", "abc")
		said := slices.DeleteFunc(clustered(t, section).Warnings, func(w string) bool { return strings.Contains(w, "has no publisher") })
		if len(said) > 1 || strings.Join(said, "") == "" != (want == "") || !strings.Contains(strings.Join(said, ""), want) {
			t.Errorf("%s: %q, want %q", section, said, want)
		}
		if strings.Contains(strings.Join(said, ""), "abc") {
			t.Errorf("%q says the secret", said)
		}
	}
}
