package jetstream_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
)

// The engine says "wrong last sequence" with two codes: one is "not quite done",
// the other is a fence.
func TestBusyIsNoFence(t *testing.T) {
	r := jetstreamtest.Start(t, 1, nil).Relays[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var asked atomic.Int32
	_, err := r.Conn().Subscribe("played", func(m *nats.Msg) {
		answer := `{"stream":"S","seq":7}`
		if asked.Add(1) < 4 {
			answer = `{"stream":"S","seq":0,"error":{"code":400,"err_code":10164,"description":"wrong last sequence"}}`
		}
		m.Respond([]byte(answer))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Conn().Subscribe("fenced", func(m *nats.Msg) {
		m.Respond([]byte(`{"stream":"S","seq":0,"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 9"}}`))
	}); err != nil {
		t.Fatal(err)
	}
	if seq, err := r.Publish(ctx, "played", 6); err != nil || seq != 7 || asked.Load() != 4 {
		t.Errorf("published %d, %v, after %d tries", seq, err, asked.Load())
	}
	if _, err := r.Publish(ctx, "fenced", 6); !jetstream.WrongLast(err) {
		t.Errorf("a fence is %v", err)
	}
}

// An append whose acknowledgement was lost is tried again: the fence refuses it,
// and the line's last message tells that it is this one.
func TestLostAcknowledgement(t *testing.T) {
	r := jetstreamtest.Founded(t, 3, nil).Relays[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	id := jetstreamtest.ID(1)
	m := &nats.Msg{Subject: "cn.one.log.5", Data: []byte("mine"), Header: nats.Header{"Cn-Id": {hex.EncodeToString(id[:])}}}
	if _, err := r.Conn().RequestMsgWithContext(ctx, m); err != nil {
		t.Fatal(err)
	}
	if seq, err := r.Append(ctx, "log.5", id, []byte("mine"), 0); seq != 1 || err != nil {
		t.Errorf("the append is %d, %v", seq, err)
	}
	if _, err := r.Append(ctx, "log.5", jetstreamtest.ID(2), []byte("another's"), 0); !errors.Is(err, jetstream.ErrFenced) {
		t.Errorf("another's append is %v", err)
	}
	if seq, last, err := r.Last(ctx, "log.5"); seq != 1 || last != id || err != nil {
		t.Errorf("the last is %d %s, %v", seq, last, err)
	}
	if seq, last, err := r.Last(ctx, "log.6"); seq != 0 || last != [16]byte{} || err != nil {
		t.Errorf("the last of an empty line is %d %s, %v", seq, last, err)
	}
}

// Once a quiet line's messages are too old the fence stands at 0 again; who knew
// the last of them goes on.
func TestOldMessagesAndTheFence(t *testing.T) {
	t.Parallel()
	r := jetstreamtest.Founded(t, 3, func(_ int, o *jetstream.Options) { o.Retention = time.Second }).Relays[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range 3 {
		if _, err := r.Append(ctx, "log.5", jetstreamtest.ID(i), []byte("x"), uint64(i)); err != nil {
			t.Fatal(err)
		}
	}
	jetstreamtest.Eventually(t, func() error {
		if first, last, err := r.Head(ctx); first != 4 || last != 3 {
			return fmt.Errorf("the log is %d to %d, %v", first, last, err)
		}
		return nil
	})
	if seq, err := r.Append(ctx, "log.5", jetstreamtest.ID(4), []byte("x"), 3); seq != 4 || err != nil {
		t.Errorf("an append after what was dropped: %d, %v", seq, err)
	}
	if _, err := r.Append(ctx, "log.6", jetstreamtest.ID(5), []byte("x"), 9); !errors.Is(err, jetstream.ErrRewound) {
		t.Errorf("an append after what never was: %v", err)
	}
	if err := r.Follow(ctx, 1, func([]jetstream.Message) error { return nil }); !errors.Is(err, jetstream.ErrHole) {
		t.Errorf("a follower of what was dropped: %v", err)
	}
	if err := r.Follow(ctx, 99, func([]jetstream.Message) error { return nil }); !errors.Is(err, jetstream.ErrRewound) {
		t.Errorf("a follower of what never was: %v", err)
	}
}

func TestAppendRefuses(t *testing.T) {
	r := jetstreamtest.Founded(t, 1, nil).Relays[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := r.Append(ctx, "log.1", jetstreamtest.ID(1), make([]byte, 9<<20), 0); !errors.Is(err, jetstream.ErrTooLarge) {
		t.Errorf("a message too large: %v", err)
	}
	for _, line := range []jetstream.Line{"", "log", "log.*", "log.>", "state.1", "log.1.2", "log. 1"} {
		if _, err := r.Append(ctx, line, jetstreamtest.ID(1), nil, 0); err == nil || !strings.Contains(err.Error(), "no such line") {
			t.Errorf("the line %q: %v", line, err)
		}
	}
	large := make([]byte, 7<<20)
	if seq, err := r.Append(ctx, "log.1", jetstreamtest.ID(1), large, 0); seq != 1 || err != nil {
		t.Errorf("a large message: %d, %v", seq, err)
	}
	if got := followed(t, r, 1); len(got) != len("1 log.1 , ")+len(large) {
		t.Errorf("a large message is followed as %d bytes", len(got))
	}
}

// entries are messages that say their numbers.
func entries(ids ...int) (list []jetstream.Entry) {
	for _, id := range ids {
		list = append(list, jetstream.Entry{ID: jetstreamtest.ID(id), Data: fmt.Append(nil, id)})
	}
	return list
}

// Several at once are there all or none, with nothing between them.
func TestAppendAll(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Founded(t, 3, nil)
	r := c.Relays[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if seq, err := r.AppendAll(ctx, "log.rule", entries(1, 2, 3), 0); seq != 3 || err != nil {
		t.Errorf("three after nothing: %d, %v", seq, err)
	}
	for _, after := range []uint64{0, 1, 2} {
		if _, err := r.AppendAll(ctx, "log.rule", entries(4, 5), after); !errors.Is(err, jetstream.ErrFenced) {
			t.Errorf("two after %d: %v", after, err)
		}
	}
	large := append(entries(6, 7), jetstream.Entry{ID: jetstreamtest.ID(8), Data: make([]byte, 9<<20)})
	if _, err := r.AppendAll(ctx, "log.rule", large, 3); !errors.Is(err, jetstream.ErrTooLarge) {
		t.Errorf("one of three too large: %v", err)
	}
	for _, none := range [][]jetstream.Entry{nil, make([]jetstream.Entry, jetstream.MostAtOnce+1)} {
		if _, err := r.AppendAll(ctx, "log.rule", none, 3); err == nil {
			t.Errorf("%d messages were appended", len(none))
		}
	}
	if seq, err := c.Relays[1].AppendAll(ctx, "log.rule", entries(9, 10), 3); seq != 5 || err != nil {
		t.Errorf("two after three: %d, %v", seq, err)
	}
	if seq, err := c.Relays[2].AppendAll(ctx, "log.rule", entries(9, 10), 3); seq != 5 || err != nil {
		t.Errorf("the same again, as after a lost acknowledgement: %d, %v", seq, err)
	}
	if got, want := followed(t, c.Relays[2], 5), "1 log.rule 1, 2 log.rule 2, 3 log.rule 3, 4 log.rule 9, 5 log.rule 10, "; got != want {
		t.Errorf("followed %s, want %s", got, want)
	}
}

// A server that does not take several at once gets them one by one, each fenced.
func TestAppendOneByOne(t *testing.T) {
	t.Parallel()
	r := jetstreamtest.Founded(t, 1, nil).Relays[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	js, err := natsjs.New(r.Conn())
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(ctx, "CN_LOG_one")
	if err != nil {
		t.Fatal(err)
	}
	older := s.CachedInfo().Config
	older.AllowAtomicPublish = false
	if _, err := js.UpdateStream(ctx, older); err != nil {
		t.Fatal(err)
	}
	if seq, err := r.AppendAll(ctx, "log.rule", entries(1, 2, 3), 0); seq != 3 || err != nil {
		t.Errorf("three after nothing: %d, %v", seq, err)
	}
	if _, err := r.AppendAll(ctx, "log.rule", entries(4, 5), 2); !errors.Is(err, jetstream.ErrFenced) {
		t.Errorf("two after the second: %v", err)
	}
	if first, last, err := r.Head(ctx); first != 1 || last != 3 || err != nil {
		t.Errorf("the log is %d to %d, %v", first, last, err)
	}
}

// As many at once as may be, while others append to other lines.
func TestAppendMany(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var others sync.WaitGroup
	for w := range 4 {
		others.Go(func() {
			var after uint64
			for n := range 25 {
				var err error
				if after, err = c.Relays[w%3].Append(ctx, jetstream.Line(fmt.Sprint("log.", w)), jetstreamtest.ID(10000+100*w+n), nil, after); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ids := make([]int, jetstream.MostAtOnce)
	for n := range ids {
		ids[n] = n
	}
	last, err := c.Relays[1].AppendAll(ctx, "log.rule", entries(ids...), 0)
	if err != nil {
		t.Fatal(err)
	}
	others.Wait()
	next := 0
	err = c.Relays[2].Follow(ctx, 0, func(all []jetstream.Message) error {
		for _, m := range all {
			if m.Line != "log.rule" {
				continue
			}
			if m.ID != jetstreamtest.ID(next) || m.Seq != last-uint64(len(ids)-1-next) {
				t.Errorf("message %d is %x, the %d. of %d that end at %d", m.Seq, m.ID, next, len(ids), last)
			}
			next++
		}
		if all[len(all)-1].Seq == uint64(len(ids)+100) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || next != len(ids) {
		t.Errorf("%d of %d, %v", next, len(ids), err)
	}
}

// Many writers of one line: each message is there once, each writer knew all
// before its own.
func TestAppendRace(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const writers, each = 6, 10
	var group sync.WaitGroup
	for w := range writers {
		r := c.Relays[w%3]
		group.Go(func() {
			var after uint64
			for i := 0; i < each; {
				var group []jetstream.Entry // of one to three
				for n := i; n < min(each, i+1+w%3); n++ {
					group = append(group, jetstream.Entry{ID: jetstreamtest.ID(w*each + n), Data: fmt.Append(nil, after+uint64(n-i))})
				}
				seq, err := r.AppendAll(ctx, "edit.3", group, after)
				switch {
				case err == nil:
					after = seq
					i += len(group)
				case errors.Is(err, jetstream.ErrFenced):
					if after, _, err = r.Last(ctx, "edit.3"); err != nil {
						t.Error(err)
						return
					}
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	ids := make(map[[16]byte]bool)
	err := c.Relays[1].Follow(ctx, 0, func(all []jetstream.Message) error {
		for _, m := range all {
			if ids[m.ID] || string(m.Data) != fmt.Sprint(m.Seq-1) {
				t.Errorf("message %d knew %s", m.Seq, m.Data)
			}
			ids[m.ID] = true
		}
		if len(ids) == writers*each {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Error(err)
	}
}
