package gate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// site serves within limits until the test ends.
func site(t *testing.T, limits Limits, h http.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(Listen(l, limits)) }()
	t.Cleanup(func() { server.Close(); <-done })
	return l.Addr().String()
}

// dial connects from an address of this machine.
func dial(t *testing.T, from, to string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.Dial("tcp", to)
	if errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Skipf("this machine has no %s: %v", from, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// status asks once and keeps the connection.
func status(t *testing.T, c net.Conn) (code int, after string) {
	t.Helper()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: n.example\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Retry-After")
}

var fine = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "fine") })

// Whoever comes too many hears so; whoever leaves makes room.
func TestListen(t *testing.T) {
	var told atomic.Int64
	at := site(t, Limits{Connections: 4, PerClient: 2, Stall: time.Minute, Proxies: prefixes("127.0.0.9/32"), Full: func(n int) { told.Store(int64(n)) }}, fine)
	var open []net.Conn
	for n, tt := range []struct {
		from string
		want int
	}{
		{"127.0.0.2", 200}, {"127.0.0.2", 200}, {"127.0.0.2", 503}, // of one client
		{"127.0.0.9", 200}, {"127.0.0.9", 200}, {"127.0.0.9", 503}, {"127.0.0.3", 503}, // in all, a proxy's too
	} {
		c := dial(t, tt.from, at)
		code, after := status(t, c)
		if code != tt.want || (code == 503) != (after != "") {
			t.Errorf("connection %d, from %s: %d, Retry-After %q; want %d", n, tt.from, code, after, tt.want)
		}
		if code == 200 {
			open = append(open, c)
		}
	}
	if told.Load() != 2 {
		t.Errorf("told of %d connections, want once, at the first that was refused", told.Load())
	}
	for _, c := range open {
		c.Close()
	}
	for range 500 { // until the server has seen it
		if code, _ := status(t, dial(t, "127.0.0.3", at)); code == 200 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("there is no room though everybody left")
}

// A refusal reaches clients that are still sending: the connection is not reset
// under it.
func TestRefusalIsHeard(t *testing.T) {
	at := site(t, Limits{Connections: 0}, fine)
	for range 50 {
		c := dial(t, "127.0.0.1", at)
		go c.Write(bytes.Repeat([]byte("GET / HTTP/1.1\r\nHost: n.example\r\n\r\n"), 1000))
		said, err := io.ReadAll(c)
		if err != nil || !strings.HasPrefix(string(said), "HTTP/1.1 503 ") || !strings.HasSuffix(string(said), "in a minute.\r\n") {
			t.Fatalf("heard %q, %v", said, err)
		}
		c.Close()
	}
}

// slowly takes half a minute for what it is given, by a clock of the test's.
type slowly struct {
	net.Conn
	taken    bytes.Buffer
	deadline time.Time
	writes   int
}

func (s *slowly) SetWriteDeadline(t time.Time) error { s.deadline = t; return nil }

func (s *slowly) Write(p []byte) (int, error) {
	s.writes++
	if time.Sleep(30 * time.Second); time.Now().After(s.deadline) {
		return 0, os.ErrDeadlineExceeded
	}
	return s.taken.Write(p)
}

// Every stride has a time of its own, and nothing is lost between them.
func TestStrides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(slowly)
		c := &conn{Conn: s, stall: time.Minute}
		for _, size := range []int{0, 1, stride, stride + 1, 20*stride + 7} {
			s.taken.Reset()
			s.writes = 0
			c.SetWriteDeadline(time.Now()) // of a server that has a limit for all of an answer
			body := bytes.Repeat([]byte("0123456"), size/7+1)[:size]
			n, err := c.Write(body)
			if n != size || err != nil || !bytes.Equal(s.taken.Bytes(), body) {
				t.Errorf("%d bytes: %d written, %v", size, n, err)
			}
			if want := max(1, (size+stride-1)/stride); s.writes != want {
				t.Errorf("%d bytes: %d strides, want %d", size, s.writes, want)
			}
		}
	})
}

// A client that takes nothing any more loses its connection, and its place.
func TestStall(t *testing.T) {
	at := site(t, Limits{Connections: 1, PerClient: 1, Stall: 50 * time.Millisecond}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 1000 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
		t.Error("a gigabyte went to somebody who reads nothing")
	}))
	c := dial(t, "127.0.0.1", at)
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: n.example\r\n\r\n")
	for range 1000 {
		next := dial(t, "127.0.0.1", at)
		fmt.Fprint(next, "GET / HTTP/1.1\r\nHost: n.example\r\n\r\n")
		said, _ := bufio.NewReader(next).ReadString('\n')
		next.Close()
		if strings.Contains(said, "200") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("its place was never free")
}
