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

// played is an engine that says what the test wants of who leads its log, which
// ends with message 5, and of the message that is asked of the leader. Replicas
// have none.
type played struct {
	cluster atomic.Value
	next    string // empty: it does not answer
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
	case strings.HasPrefix(call, "STREAM.MSG.GET.CN_LOG_") && p.next != "":
		m.Respond([]byte(p.next))
	case strings.HasPrefix(call, "STREAM.INFO."):
		m.Respond(fmt.Appendf(nil, `{"state":{"first_seq":1,"last_seq":5},"cluster":%s}`, p.cluster.Load()))
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
	p.cluster.Store(`{}`)
	if _, err := r.Conn().Subscribe("$JS.API.>", func(m *nats.Msg) { p.answer(t, m) }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, no := range []string{
		`{"leader":"me","replicas":[{"name":"a","active":12000000000},{"name":"b","active":12000000000}]}`,
		`{"leader":"a","replicas":[{"name":"a","active":1000000},{"name":"b","active":1000000}]}`,
		`{"leader":"me","replicas":[{"name":"a","active":0},{"name":"b","active":0}]}`,
	} {
		p.cluster.Store(no)
		within, end := context.WithTimeout(ctx, 4*time.Second)
		if err := r.Follow(within, 9, func([]jetstream.Message) error { return nil }); err != nil {
			t.Errorf("a leader that nobody follows is believed: %v, %s", err, no)
		}
		end()
	}
	for _, yes := range []string{
		`{}`,
		`{"leader":"me","replicas":[{"name":"a","active":1000000000},{"name":"b","active":60000000000}]}`,
	} {
		p.cluster.Store(yes)
		if err := r.Follow(ctx, 9, func([]jetstream.Message) error { return nil }); !errors.Is(err, jetstream.ErrRewound) {
			t.Errorf("a leader that is followed, and ends before: %v, %s", err, yes)
		}
	}
}
