package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
)

// A message that is lost between others, as with a damaged block, is a hole for
// who has not followed that far, and nothing to who has.
func TestHoleBetween(t *testing.T) {
	t.Parallel()
	r := jetstreamtest.Founded(t, 3, nil).Relays[1]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i, line := range []jetstream.Line{"log.1", "log.2", "log.3"} {
		if _, err := r.Append(ctx, line, jetstreamtest.ID(i), fmt.Append(nil, i), 0); err != nil {
			t.Fatal(err)
		}
	}
	js, err := natsjs.New(r.Conn())
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(ctx, "CN_LOG_one")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(ctx, natsjs.WithPurgeSubject("cn.one.log.2")); err != nil {
		t.Fatal(err)
	}
	var got []uint64
	note := func(all []jetstream.Message) error {
		for _, m := range all {
			if got = append(got, m.Seq); m.Seq == 3 {
				return errEnough
			}
		}
		return nil
	}
	if err := r.Follow(ctx, 0, note); !errors.Is(err, jetstream.ErrHole) || !strings.Contains(err.Error(), "no message 2") || fmt.Sprint(got) != "[1]" {
		t.Errorf("who lacks it followed %v: %v", got, err)
	}
	got = nil
	if err := r.Follow(ctx, 2, note); !errors.Is(err, errEnough) || fmt.Sprint(got) != "[3]" {
		t.Errorf("who has it followed %v: %v", got, err)
	}
}

// What replicas do not give is asked of the leader, and is a hole only by the word
// of one that is followed.
func TestNextIsAskedOfTheLeader(t *testing.T) {
	t.Parallel()
	const (
		followed = `{"leader":"me","replicas":[{"name":"a","active":1000000},{"name":"b","active":1000000}]}`
		deposed  = `{"leader":"me","replicas":[{"name":"a","active":12000000000},{"name":"b","active":12000000000}]}`
		none     = `{"error":{"code":404,"err_code":10037,"description":"no message found"}}`
		message  = `{"message":{"seq":4,"subject":"cn.one.log.1","time":"2026-11-27T12:00:00Z","data":"eA=="}}`
	)
	for _, row := range []struct {
		name, cluster, answer string
		want                  error // nil: nothing in eight seconds
	}{
		{"it has lost it", followed, none, jetstream.ErrHole},
		{"it may lead no more", deposed, none, nil},
		{"it has it", followed, message, errEnough},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r, err := client(t, operator(t, func(o *server.Options) { o.JetStream, o.MaxPayload = false, 8<<20 }), "news-1")
			if err != nil {
				t.Fatal(err)
			}
			p := played{next: row.answer}
			p.cluster.Store(row.cluster)
			if _, err := r.Conn().Subscribe("$JS.API.>", func(m *nats.Msg) { p.answer(t, m) }); err != nil {
				t.Fatal(err)
			}
			within := time.Minute
			if row.want == nil {
				within = 8 * time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			err = r.Follow(ctx, 3, func(all []jetstream.Message) error {
				if len(all) != 1 || all[0].Seq != 4 || string(all[0].Data) != "x" {
					t.Errorf("followed %+v", all)
				}
				return errEnough
			})
			if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
}
