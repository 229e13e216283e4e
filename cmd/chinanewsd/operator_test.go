package main

import (
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// operator is a NATS server of an operator's own, on loopback.
type operator struct {
	user, password string
	most           int32  // 0: the server's default
	bare           bool   // without JetStream
	dir            string // of its files
	port           int    // 0: any; then that which it got
}

// start starts it; stop ends it, as the end of the test does.
func (s *operator) start(t *testing.T) (url string, stop func()) {
	t.Helper()
	if s.port == 0 {
		s.port = server.RANDOM_PORT
	}
	srv, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: s.port, JetStream: !s.bare, StoreDir: s.dir, SyncAlways: true,
		NoSigs: true, NoLog: true, Username: s.user, Password: s.password, MaxPayload: s.most})
	if err != nil {
		t.Fatal(err)
	}
	go srv.Start()
	if !srv.ReadyForConnections(30 * time.Second) {
		t.Fatal("the server is not ready")
	}
	stop = func() { srv.Shutdown(); srv.WaitForShutdown() }
	t.Cleanup(stop)
	s.port = srv.Addr().(*net.TCPAddr).Port
	return srv.ClientURL(), stop
}

// bucket makes one there that somebody else has use for.
func (s *operator) bucket(t *testing.T, url, name string) {
	t.Helper()
	conn, err := nats.Connect(url, nats.UserInfo(s.user, s.password))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err == nil {
		_, err = js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: name, History: 5})
	}
	if err != nil {
		t.Fatal(err)
	}
}
