package jetstream_test

import (
	"context"
	"errors"
	"log/slog"
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
	if _, err := client(t, s, "news-1"); err == nil || !strings.Contains(err.Error(), "max_payload to 8388608") {
		t.Errorf("a server of small messages: %v", err)
	}
}

// A server as it is without a word on it takes less than an answer may have. That
// is said once, and an answer that it does not take is refused with both sizes.
func TestServerByDefault(t *testing.T) {
	for most, words := range map[int32]int{0: 1, 8 << 20: 0} {
		s := operator(t, func(o *server.Options) { o.MaxPayload = most })
		var said heard
		r, err := jetstream.Open(t.Context(), jetstream.Options{
			Node: "news-1", URLs: []string{s.ClientURL()}, User: "u", Password: "p",
			Replicas: 1, SessionTTL: 2 * time.Second, Retention: time.Hour, Log: slog.New(slog.NewTextHandler(&said, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if err := r.Found(t.Context(), jetstreamtest.Charter("one"), ""); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(said.String(), "max_payload of all servers in cluster.urls to 8388608"); n != words {
			t.Errorf("of a server with max_payload %d it is said %d times, want %d:\n%s", most, n, words, said.String())
		}
		seq, err := r.Append(t.Context(), "log.1", jetstreamtest.ID(1), make([]byte, 1<<20), 0)
		if words == 0 && (seq != 1 || err != nil) {
			t.Errorf("a megabyte, where it is taken: %d, %v", seq, err)
		}
		if words == 1 && (!errors.Is(err, jetstream.ErrTooLarge) || !strings.Contains(err.Error(), "1048576 of 1048576 bytes")) {
			t.Errorf("a megabyte, where it is not taken: %v", err)
		}
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
