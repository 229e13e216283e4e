package jetstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// played is an engine that says of its log what the test wants: where it ends for
// who takes itself for its leader, and how long ago that heard of its replicas.
type played struct {
	last, silent atomic.Int64
}

func (p *played) answer(t *testing.T, m *nats.Msg) {
	switch call := strings.TrimPrefix(m.Subject, "$JS.API."); {
	case strings.HasPrefix(call, "STREAM.MSG.GET.KV_CN_META"):
		charter, err := json.Marshal(jetstreamtest.Charter("one"))
		if err != nil {
			t.Error(err)
		}
		data, _ := json.Marshal(map[string]any{"message": map[string]any{"seq": 1, "data": charter}})
		m.Respond(data)
	case strings.HasPrefix(call, "STREAM.INFO."):
		replica := fmt.Sprintf(`{"name":"other","active":%d}`, p.silent.Load())
		m.Respond(fmt.Appendf(nil, `{"state":{"first_seq":1,"last_seq":%d},"cluster":{"leader":"me","replicas":[%s,%[2]s]}}`, p.last.Load(), replica))
	case strings.HasPrefix(call, "DIRECT.GET."):
		m.RespondMsg(&nats.Msg{Header: nats.Header{"Status": {"404"}}})
	}
}

// A node that stood still finds its own engine to take itself for the leader of
// what others have gone on with. That is no log that went back; one whose replicas
// are heard of is.
func TestDeposedLeaderIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := operator(t, func(o *server.Options) { o.JetStream, o.MaxPayload = false, 8<<20 })
	r, err := client(t, s, "news-1")
	if err != nil {
		t.Fatal(err)
	}
	var p played
	p.last.Store(5)
	p.silent.Store(int64(12 * time.Second))
	if _, err := r.Conn().Subscribe("$JS.API.>", func(m *nats.Msg) { p.answer(t, m) }); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { ended <- r.Follow(ctx, 9, func([]jetstream.Message) error { return nil }) }()
	select {
	case err := <-ended:
		t.Fatalf("a leader that nobody follows is believed: %v", err)
	case <-time.After(6 * time.Second):
	}
	p.silent.Store(int64(time.Second))
	if err := <-ended; !errors.Is(err, jetstream.ErrRewound) {
		t.Errorf("a leader that is followed, and ends before: %v", err)
	}
}
