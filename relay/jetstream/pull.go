package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

// Streams are read by asking any replica for the next messages. There is no
// consumer that could die with its server unnoticed; a replica that died is an
// answer that does not come.

// pulled is a message of a stream.
type pulled struct {
	seq     uint64
	at      time.Time
	subject string
	header  nats.Header
	data    []byte
}

// pull returns messages from the sequence on, in order, as many as a replica has
// and the bounds allow. None: that replica has none.
func (r *Relay) pull(ctx context.Context, stream string, from uint64, batch, size int) ([]pulled, error) {
	question, err := json.Marshal(getRequest{Seq: max(from, 1), Batch: batch, MaxBytes: size})
	if err != nil {
		return nil, err
	}
	inbox := r.conn.NewRespInbox()
	sub, err := r.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer sub.Unsubscribe()
	if err := sub.SetPendingLimits(-1, -1); err != nil {
		return nil, err
	}
	if err := r.conn.PublishRequest("$JS.API.DIRECT.GET."+stream, inbox, question); err != nil {
		return nil, err
	}
	return gather(ctx, sub)
}

// gather takes the messages of one answer until its end.
func gather(ctx context.Context, sub *nats.Subscription) (all []pulled, err error) {
	for {
		m, err := next(ctx, sub)
		if err != nil {
			return all, err
		}
		switch status := m.Header.Get("Status"); status {
		case "":
			p, err := read(m)
			if err == nil && len(all) > 0 && m.Header.Get("Nats-Last-Sequence") != strconv.FormatUint(all[len(all)-1].seq, 10) {
				err = errors.New("a message of the engine's answer is missing")
			}
			if err != nil {
				return all, err
			}
			all = append(all, p)
		case "204", "404":
			return all, nil
		case "503":
			return all, nats.ErrNoResponders
		default:
			return all, fmt.Errorf("the engine answers %s %s", status, m.Header.Get("Description"))
		}
	}
}

func next(ctx context.Context, sub *nats.Subscription) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, tryReplica)
	defer cancel()
	return sub.NextMsgWithContext(ctx)
}

func read(m *nats.Msg) (p pulled, err error) {
	p = pulled{subject: m.Header.Get("Nats-Subject"), header: m.Header, data: m.Data}
	if p.seq, err = strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64); err != nil || p.subject == "" {
		return p, errors.New("the engine's message has no sequence or subject")
	}
	if p.at, err = time.Parse(time.RFC3339Nano, m.Header.Get("Nats-Time-Stamp")); err != nil {
		return p, fmt.Errorf("the engine's message %d has no time: %w", p.seq, err)
	}
	return p, nil
}

// pullAll returns all messages of a small stream.
func (r *Relay) pullAll(ctx context.Context, stream string, from uint64) (all []pulled, err error) {
	for {
		some, err := r.pull(ctx, stream, from, Parts, bytesAtOnce)
		if err != nil {
			return nil, unavailable("reading "+stream, err)
		}
		if len(some) == 0 {
			return all, nil
		}
		all = append(all, some...)
		from = some[len(some)-1].seq + 1
	}
}

// listen signals told when something was stored that is told of below a subject.
func (r *Relay) listen(subject string, told chan<- struct{}) (*nats.Subscription, error) {
	return r.conn.Subscribe(subject+".>", func(*nats.Msg) {
		select {
		case told <- struct{}{}:
		default:
		}
	})
}
