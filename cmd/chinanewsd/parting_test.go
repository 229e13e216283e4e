package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// Who has connected when the daemon is told to stop is answered, whenever the
// request comes within two seconds; who says nothing does not hold it up.
func TestStopAnswersThoseWhoConnected(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "heard") }))
	}()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(30 * time.Second))
		t.Cleanup(func() { c.Close() })
		return c
	}
	ask := func(c net.Conn) {
		t.Helper()
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: n.example\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if said, err := io.ReadAll(resp.Body); string(said) != "heard" || err != nil {
			t.Errorf("answered %q, %v", said, err)
		}
	}
	dial() // says nothing
	idle, late := dial(), dial()
	ask(idle)
	ask(dial()) // accepted after the others: so they were
	stop()
	for _, err := net.Dial("tcp", l.Addr().String()); err == nil; _, err = net.Dial("tcp", l.Addr().String()) {
		time.Sleep(time.Millisecond) // until it listens no more
	}
	ask(late)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("an idle connection ends with %v", err)
	}
}
