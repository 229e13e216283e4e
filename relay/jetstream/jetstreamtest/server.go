package jetstreamtest

import (
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Server is a NATS server of an operator's own, on loopback.
type Server struct {
	User, Password string
	MaxPayload     int32  // 0: the server's default
	Bare           bool   // without JetStream
	Dir            string // of its files
	Port           int    // 0: any; then that which it got
}

// Start starts it; stop ends it, as the end of the test does.
func (s *Server) Start(t testing.TB) (url string, stop func()) {
	t.Helper()
	if s.Port == 0 {
		s.Port = server.RANDOM_PORT
	}
	srv, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: s.Port, JetStream: !s.Bare, StoreDir: s.Dir, SyncAlways: true,
		NoSigs: true, NoLog: true, Username: s.User, Password: s.Password, MaxPayload: s.MaxPayload})
	if err != nil {
		t.Fatal(err)
	}
	go srv.Start()
	if !srv.ReadyForConnections(30 * time.Second) {
		t.Fatal("the server is not ready")
	}
	stop = func() { srv.Shutdown(); srv.WaitForShutdown() }
	t.Cleanup(stop)
	s.Port = srv.Addr().(*net.TCPAddr).Port
	return srv.ClientURL(), stop
}

// Bucket makes one there of that somebody else has use for.
func (s *Server) Bucket(t testing.TB, url, name string) {
	t.Helper()
	conn, err := nats.Connect(url, nats.UserInfo(s.User, s.Password))
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
