package jetstream_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"

	"github.com/nats-io/nats-server/v2/server"
)

// operator is a server of an operator's own.
func operator(t *testing.T, change func(*server.Options)) *server.Server {
	t.Helper()
	o := &server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, Username: "u", Password: "p"}
	if change != nil {
		change(o)
	}
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server is not ready")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s
}

func client(t *testing.T, s *server.Server, node string) (*jetstream.Relay, error) {
	t.Helper()
	r, err := jetstream.Open(t.Context(), jetstream.Options{
		Node: node, URLs: []string{s.ClientURL()}, User: "u", Password: "p",
		Replicas: 1, SessionTTL: 2 * time.Second, Retention: time.Hour, Poll: true,
	})
	if err == nil {
		t.Cleanup(r.Abort)
	}
	return r, err
}

// Two processes with one name: the first has the session, the other nothing until
// it goes.
func TestOneName(t *testing.T) {
	s := operator(t, nil)
	first, err := client(t, s, "news-1")
	if err != nil {
		t.Fatal(err)
	}
	second, err := client(t, s, "news-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Found(t.Context(), jetstreamtest.Charter("one"), ""); err != nil {
		t.Fatal(err)
	}
	c := &jetstreamtest.Cluster{Relays: []*jetstream.Relay{first, second}}
	o := &owning{t: t, c: c, cancel: make([]context.CancelFunc, 2), gained: make(map[int]int)}
	defer o.group.Wait()
	o.start(0)
	o.settle(0)
	o.start(1)
	defer func() { o.cancel[1]() }()
	time.Sleep(2 * time.Second)
	if counts, _ := o.held(); counts[0] != jetstream.Parts || counts[1] != 0 {
		t.Errorf("shares are %v", counts)
	}
	if h := first.Health(t.Context()); h.SyncAlways || h.Embedded || len(h.Assets) != 5 {
		t.Errorf("the health of another's server is %+v", h)
	}
	o.cancel[0]()
	o.settle(1)
}

func TestSmallMessages(t *testing.T) {
	s := operator(t, func(o *server.Options) { o.MaxPayload = 1 << 19 })
	if _, err := client(t, s, "news-1"); err == nil || !strings.Contains(err.Error(), "max_payload") {
		t.Errorf("a server of small messages: %v", err)
	}
}

// A server that is not there yet is waited for.
func TestServerLater(t *testing.T) {
	s := operator(t, nil)
	url := s.ClientURL()
	s.Shutdown()
	s.WaitForShutdown()
	r, err := jetstream.Open(t.Context(), jetstream.Options{
		Node: "news-1", URLs: []string{url}, User: "u", Password: "p", Replicas: 1, SessionTTL: 2 * time.Second, Retention: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if h := r.Health(t.Context()); h.Connected || len(h.Wrong) == 0 {
		t.Errorf("the health of no server is %+v", h)
	}
}
