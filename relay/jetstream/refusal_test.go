package jetstream_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// heard is a log that a test reads while it is written.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(b)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// Who is not let in is told so on both sides, and why, without the secret.
func TestRefusalsAreExplained(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	logs := make([]heard, 3)
	c := jetstreamtest.Start(t, 3, func(i int, o *jetstream.Options) {
		o.Engine.Secret, o.Engine.TLS = "one-secret", ours.node()
		switch i {
		case 1:
			o.Engine.Secret = "another-secret"
		case 2:
			o.Engine.TLS = others.node()
		}
		o.Log = slog.New(slog.NewTextHandler(&logs[i], nil))
	})
	for range 3 {
		for i, p := range jetstream.Peers(t.Context(), c.Options[0].Engine.Peers, c.Options[0].Engine.TLS) {
			if known := i < 2; (p.Err == nil) != known || known && p.Node != c.Options[i].Node {
				t.Errorf("behind certificates: %+v", p)
			}
		}
	}
	for i, want := range [][]string{
		{"a node at 127.0.0.1 is not let in: its cluster.secret", "do not believe each other's certificate: "},
		{"the node at " + c.Options[0].Engine.Listen + " does not let this one in: cluster.secret"},
		{"do not believe each other's certificate: "},
	} {
		for _, words := range want {
			jetstreamtest.Eventually(t, func() error { return has(logs[i].String(), words) })
		}
		if text := logs[i].String(); strings.Contains(text, "one-secret") || strings.Contains(text, "another-secret") || strings.Contains(text, "EOF") {
			t.Errorf("node %d says the secret, or is startled by a question: %s", i, text)
		}
	}
}

// A second node of one name is noticed, by what listens, and by who answers.
func TestOneNameTwice(t *testing.T) {
	logs := make([]heard, 3)
	c := jetstreamtest.Start(t, 3, func(i int, o *jetstream.Options) {
		if i == 2 {
			o.Node = "node-1"
		}
		o.Log = slog.New(slog.NewTextHandler(&logs[i], nil))
	})
	peers := jetstream.Peers(t.Context(), append(c.Options[0].Engine.Peers, "127.0.0.1:1"), nil)
	for i, p := range peers[:3] {
		if p.Err != nil || p.Node != c.Options[i].Node || p.ID != c.Relays[i].EngineID() {
			t.Errorf("%d: %+v", i, p)
		}
	}
	if peers[3].Err == nil {
		t.Errorf("where nothing listens: %+v", peers[3])
	}
	jetstreamtest.Eventually(t, func() error {
		return has(logs[1].String()+logs[2].String(), "has the name of this one, node-1")
	})
}

// All nodes that can be reached answer what is asked of all; nobody else does.
func TestRollCall(t *testing.T) {
	c := jetstreamtest.Start(t, 3, nil)
	for i, r := range c.Relays {
		if err := r.AnswerAll("who", func() []byte { return []byte(c.Options[i].Node) }); err != nil {
			t.Fatal(err)
		}
	}
	jetstreamtest.Eventually(t, func() error {
		all, err := c.Relays[0].AskAll(t.Context(), "who", 300*time.Millisecond)
		if err != nil {
			return err
		}
		return has(string(bytes.Join(all, []byte(" "))), "node-2")
	})
	none, err := c.Relays[0].AskAll(t.Context(), "what", time.Millisecond)
	if len(none) > 0 || err != nil {
		t.Errorf("what nobody answers: %q, %v", none, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if all, _ := c.Relays[0].AskAll(ctx, "who", time.Minute); len(all) > 0 {
		t.Errorf("after the end: %q", all)
	}
}

type lacks string

func (l lacks) Error() string { return string(l) }

func has(text, words string) error {
	if strings.Contains(text, words) {
		return nil
	}
	return lacks("no " + words + " in " + text)
}
