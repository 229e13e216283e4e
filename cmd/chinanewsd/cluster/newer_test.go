package cluster

import (
	"errors"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// TestNewer: a node that does not understand what a newer program says follows
// and polls no more, keeps what it has, and says that it is to be upgraded.
func TestNewer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		agree(t, a, b, c)
		before, err := c.store.Tip()
		if err != nil {
			t.Fatal(err)
		}
		w.change(func() {
			w.messages = append(w.messages, jetstream.Message{Seq: w.head() + 1, At: time.Now(), Line: ruleLine, Data: []byte{99}})
		})
		time.Sleep(5 * time.Second)
		for _, m := range []*member{a, b, c} {
			if s, err := m.Status(); err != nil || !errors.Is(s.Stopped, storage.ErrNewer) || s.Rules || s.Parts > 0 {
				t.Errorf("the status of %s is %+v, %v", m.port.node, s, err)
			}
		}
		if now, err := c.store.Tip(); err != nil || now != before {
			t.Errorf("the record ends at %+v, %v; before at %+v", now, err, before)
		}
	})
}
