package jetstream_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

func TestAsk(t *testing.T) {
	c := jetstreamtest.Start(t, 2, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a, b := c.Relays[0], c.Relays[1]
	large := make([]byte, 3<<20+17)
	rand.NewChaCha8([32]byte{1}).Read(large)
	answers := map[string]func(context.Context, []byte, io.Writer) error{
		"echo":  func(_ context.Context, q []byte, w io.Writer) error { _, err := w.Write(q); return err },
		"large": func(_ context.Context, _ []byte, w io.Writer) error { _, err := w.Write(large); return err },
		"none":  func(context.Context, []byte, io.Writer) error { return nil },
		"wrong": func(context.Context, []byte, io.Writer) error { return errors.New("the disk is full") },
		"half": func(_ context.Context, _ []byte, w io.Writer) error {
			w.Write(large[:200<<10])
			return errors.New("the disk is full")
		},
		"panic": func(context.Context, []byte, io.Writer) error { panic("oh") },
		"slow": func(_ context.Context, q []byte, w io.Writer) error {
			time.Sleep(3 * time.Second)
			_, err := w.Write(q)
			return err
		},
	}
	for what, f := range answers {
		if err := b.Answer(what, f); err != nil {
			t.Fatal(err)
		}
	}
	jetstreamtest.Eventually(t, func() error { _, err := a.Ask(ctx, "node-1", "echo", nil); return err })
	for _, row := range []struct {
		what, says string
		want       []byte
	}{
		{what: "echo", want: []byte("q")},
		{what: "large", want: large},
		{what: "none"},
		{what: "slow", want: []byte("q")},
		{what: "wrong", says: "the disk is full"},
		{what: "half", want: large[:128<<10], says: "the disk is full"},
		{what: "panic", says: "oh"},
		{what: "missing", says: jetstream.ErrUnavailable.Error()},
		{what: "not a name", says: "no such"},
	} {
		got, err := a.Ask(ctx, "node-1", row.what, []byte("q"))
		if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: %v, want %q", row.what, err, row.says)
		}
		if !bytes.Equal(got, row.want) {
			t.Errorf("%s: answered %d bytes, want %d", row.what, len(got), len(row.want))
		}
	}
	if _, err := a.Ask(ctx, "node-7", "echo", nil); !errors.Is(err, jetstream.ErrUnavailable) {
		t.Errorf("a node that is not there: %v", err)
	}
}

// An asker that goes ends the answer; so does a node that closes.
func TestAskLeave(t *testing.T) {
	c := jetstreamtest.Start(t, 1, nil)
	r := c.Relays[0]
	ended := make(chan error, 2)
	err := r.Answer("endless", func(ctx context.Context, _ []byte, w io.Writer) error {
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				ended <- err
				return err
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := r.AskStream(t.Context(), "node-0", "endless", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(answer, make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	answer.Close()
	<-ended
	if _, err = r.AskStream(t.Context(), "node-0", "endless", nil); err != nil {
		t.Fatal(err)
	}
	c.Stop(0)
	<-ended
}
