package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// guideCommands are those by which the guide makes certificates: of the
// authority, and of a node.
func guideCommands(t *testing.T) (authority, node string) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "openssl") {
			t.Fatal("openssl is required here (CHINANEWS_REQUIRE) and not installed")
		}
		t.Skip("there is no openssl, by which the guide makes certificates")
	}
	text, err := os.ReadFile("../../docs/operator.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		switch command, is := strings.CutPrefix(line, "$ openssl req "); {
		case is && strings.Contains(command, "-CA "):
			node = "openssl req " + command
		case is:
			authority = "openssl req " + command
		}
	}
	if authority == "" || node == "" {
		t.Fatal("the guide does not say how to make certificates")
	}
	return authority, node
}

// secured is a folder with what the guide makes; instead are pairs of what the
// node's command says and what is to be there.
func secured(t *testing.T, instead ...string) news.Cluster {
	t.Helper()
	authority, node := guideCommands(t)
	dir := t.TempDir()
	for _, command := range []string{authority, strings.NewReplacer(append(instead, "IP:10.0.0.1", "IP:127.0.0.1")...).Replace(node)} {
		c := exec.Command("sh", "-c", command)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	return news.Cluster{Node: "news-1", Listen: "127.0.0.1:6222", Peers: []string{"127.0.0.1:6222", "127.0.0.1:6223"}, Engine: news.EngineEmbedded,
		TLS: news.ClusterTLS{Certificate: in("node.pem"), Key: in("node.key"), Authority: in("nodes-ca.pem")}}
}

// What the guide makes is taken, and both ends of a connection believe it.
func TestGuidesCertificates(t *testing.T) {
	c, err := clusterTLS(secured(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	went := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			_, err = io.WriteString(conn, "well")
		}
		went <- err
	}()
	conn, err := tls.Dial("tcp", l.Addr().String(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	said := make([]byte, 4)
	if _, err := io.ReadFull(conn, said); err != nil {
		t.Error(err)
	}
	if err := <-went; err != nil {
		t.Error(err)
	}
}

// A certificate that others would not believe is refused at the start, with the
// file, the reason and what to do.
func TestUnfitCertificates(t *testing.T) {
	good, other := secured(t), secured(t)
	with := func(change func(*news.Cluster)) news.Cluster {
		c := good
		change(&c)
		return c
	}
	hour := time.Hour
	for _, tt := range []struct {
		name string
		c    news.Cluster
		at   time.Duration
		file string
		want string
	}{
		{"another's key", with(func(c *news.Cluster) { c.TLS.Key = other.TLS.Key }), 0, other.TLS.Key, "do not belong together"},
		{"no PEM", with(func(c *news.Cluster) { c.TLS.Authority = good.TLS.Key }), 0, good.TLS.Key, "holds no certificate"},
		{"another authority", with(func(c *news.Cluster) { c.TLS.Authority = other.TLS.Authority }), 0, other.TLS.Authority, "is not of the authority"},
		{"ended", good, 801 * 24 * hour, good.TLS.Certificate, "ended at"},
		{"not yet", good, -48 * hour, good.TLS.Certificate, "not valid before"},
		{"another host", with(func(c *news.Cluster) { c.Listen, c.Peers = "127.0.0.9:6222", []string{"127.0.0.9:6222"} }), 0, good.TLS.Certificate, "subjectAltName"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := clusterTLS(tt.c, time.Now().Add(tt.at))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.file) {
				t.Errorf("%v, want %q and %s", err, tt.want, tt.file)
			}
		})
	}
	t.Run("for servers alone", func(t *testing.T) {
		_, err := clusterTLS(secured(t, "serverAuth,clientAuth", "serverAuth"), time.Now())
		if err == nil || !strings.Contains(err.Error(), "not for clientAuth") {
			t.Error(err)
		}
	})
	t.Run("a name others call by is not known", func(t *testing.T) {
		if _, err := clusterTLS(with(func(c *news.Cluster) { c.Listen = "0.0.0.0:6222" }), time.Now()); err != nil {
			t.Error(err)
		}
	})
	t.Run("the daemon", func(t *testing.T) {
		s := laidSeats(t, 1)[0]
		s.set("session_ttl: 4s", "session_ttl: 4s, secret: a, tls: {certificate: "+good.TLS.Certificate+", key: "+other.TLS.Key+", authority: "+good.TLS.Authority+"}")
		err := daemon(t.Context(), mustLoad(t, s.file), settings{log: slog.New(slog.DiscardHandler)}, false, func(*house, string) {})
		if !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), good.TLS.Certificate) {
			t.Errorf("it ends with %v", err)
		}
	})
}

// That a secret is another is said where a person looks: among what a node waits
// for, on both sides.
func TestRefusalIsToldOf(t *testing.T) {
	var members []*member
	for i, s := range laidSeats(t, 2) {
		s.set("session_ttl: 4s", fmt.Sprintf("session_ttl: 4s, secret: word-%d", i))
		m, err := enter(t.Context(), mustLoad(t, s.file), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { m.leave() })
		m.waits("waiting", jetstream.ErrUnavailable)
		members = append(members, m)
	}
	for _, m := range members {
		jetstreamtest.Eventually(t, func() error {
			if text := m.waitsFor(); !strings.Contains(text, "cluster.secret is another") || strings.Contains(text, "word-") {
				return errors.New(text)
			}
			return nil
		})
	}
}

// What the engine says again and again is passed on once; what is another's as
// it comes.
func TestEar(t *testing.T) {
	var log lockedBuffer
	e := newEar(slog.NewTextHandler(&log, nil))
	engine, other := slog.New(e).With("part", "engine"), slog.New(e)
	for i := range 3 {
		engine.Error(fmt.Sprintf("127.0.0.1:%d is not let in", 4000+i))
		engine.Warn("slow")
		other.Error("full")
	}
	engine.Error("another is not let in")
	for words, want := range map[string]int{"127.0.0.1:": 1, "slow": 3, "full": 3, "another": 1} {
		if got := strings.Count(log.String(), words); got != want {
			t.Errorf("%s is passed on %d times, want %d", words, got, want)
		}
	}
	if got := e.last(); got != "another is not let in" {
		t.Errorf("last %q", got)
	}
}
