package jetstream

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Line is a part of the log whose messages are fenced among themselves: log.0 to
// log.1023, edit.0 to edit.63, log.rule.
type Line string

var lineName = regexp.MustCompile(`^(log|edit)\.[a-z0-9]{1,16}$`)

// Message is one of the log.
type Message struct {
	Seq  uint64    // in the whole log
	At   time.Time // when the engine took it
	Line Line
	ID   [16]byte
	Data []byte
}

// Entry is a message that is to be appended.
type Entry struct {
	ID   [16]byte
	Data []byte
}

// Append adds a message to a line, as AppendAll does, and returns its sequence.
func (r *Relay) Append(ctx context.Context, line Line, id [16]byte, data []byte, after uint64) (uint64, error) {
	return r.AppendAll(ctx, line, []Entry{{id, data}}, after)
}

// MostAtOnce is how many messages AppendAll takes.
const MostAtOnce = 1000

// AppendAll adds messages to a line, all or none, with nothing of the line between
// them, if after is the last sequence of that line (0: none); else ErrFenced. A
// server that cannot do so takes them one by one: all, or the first of them. It returns
// the sequence of the last; then most replicas have them on their disks. A lost
// acknowledgement is looked up by the last id, so an id is used once. It tries
// for 15 s, then gives ErrUnavailable: the messages may be recorded then, and
// later ones with the same after say which. ErrTooLarge, ErrRewound.
func (r *Relay) AppendAll(ctx context.Context, line Line, list []Entry, after uint64) (uint64, error) {
	if !lineName.MatchString(string(line)) {
		return 0, fmt.Errorf("appending to %q: there is no such line", line)
	}
	if len(list) == 0 || len(list) > MostAtOnce {
		return 0, fmt.Errorf("appending to %s: %d messages, and it takes 1 to %d", line, len(list), MostAtOnce)
	}
	ctx, cancel := r.patient(ctx)
	defer cancel()
	c, err := r.charter(ctx)
	if err != nil {
		return 0, err
	}
	for _, part := range r.parts(ctx, c, list) {
		seq, err := r.append(ctx, c, line, part, after)
		if err != nil {
			return 0, fmt.Errorf("appending to %s after %d: %w", line, after, err)
		}
		after = seq
	}
	return after, nil
}

// parts are what goes in at once. Of several only the first is fenced, so nothing
// but a log that takes all or none must see them together: not that of a server
// that knows nothing of it.
func (r *Relay) parts(ctx context.Context, c Charter, list []Entry) [][]Entry {
	if len(list) == 1 || r.wholly(ctx, c) {
		return [][]Entry{list}
	}
	return slices.Collect(slices.Chunk(list, 1))
}

// wholly reports whether the log takes several messages all or none, as far as is
// known.
func (r *Relay) wholly(ctx context.Context, c Charter) bool {
	if known := r.atomic.Load(); known != nil && *known == c.Incarnation {
		return true
	}
	info, err := r.info(ctx, c.logStream())
	if err != nil || !info.Config.AllowAtomicPublish {
		return false
	}
	r.atomic.Store(&c.Incarnation)
	return true
}

func (r *Relay) append(ctx context.Context, c Charter, line Line, list []Entry, after uint64) (uint64, error) {
	expected, last := after, list[len(list)-1].ID
	for {
		seq, err := r.publish(ctx, messages(c.line(line), list, expected)...)
		if err == nil || errors.Is(err, ErrTooLarge) {
			return seq, err
		}
		if ctx.Err() != nil {
			return 0, unavailable("no acknowledgement", err)
		}
		if !refused(err, codeWrongLast) && !wait(ctx, pause) {
			return 0, unavailable("no acknowledgement", err)
		}
		seq, expected, err = r.settle(ctx, c, line, last, after)
		if err != nil || seq != 0 {
			return seq, err
		}
		wait(ctx, time.Millisecond)
	}
}

// messages are those of a line. That the first goes in only after the expected
// one is true of all then.
func messages(subject string, list []Entry, expected uint64) (out []*nats.Msg) {
	for n, e := range list {
		m := &nats.Msg{Subject: subject, Data: e.Data, Header: make(nats.Header)}
		if n == 0 {
			m = message(subject, e.Data, expected)
		}
		m.Header.Set(headerID, hex.EncodeToString(e.ID[:]))
		out = append(out, m)
	}
	return out
}

// settle finds what came of an append that was not acknowledged: the sequence of
// its last message, or what the next try is to expect.
func (r *Relay) settle(ctx context.Context, c Charter, line Line, id [16]byte, after uint64) (seq, expected uint64, err error) {
	for rewound := (doubt{}); ; {
		last, lastID, err := r.lastOf(ctx, c, line)
		switch {
		case errors.Is(err, ErrRewound):
			return 0, 0, err
		case err != nil:
			if !wait(ctx, pause) {
				return 0, 0, unavailable("no acknowledgement", err)
			}
			continue
		case last > after && lastID == id:
			return last, 0, nil
		case last > after:
			return 0, 0, fmt.Errorf("%w: its last message is %d", ErrFenced, last)
		case last == after:
			return 0, after, nil
		}
		// The line ends before what the caller has applied: its messages grew too
		// old and were dropped, and then nothing comes after what the caller knows.
		e, err := r.extent(ctx, c.logStream())
		switch {
		case err == nil && last == 0 && e.first > after:
			return 0, 0, nil
		case err == nil && r.has(ctx, c, line, after):
			return 0, 0, fmt.Errorf("%w: the engine takes %d for its last message, and has %d", ErrFenced, last, after)
		case err == nil && e.led && rewound.lasts():
			return 0, 0, fmt.Errorf("%w: the last message of %s is %d, not %d", ErrRewound, line, last, after)
		case !wait(ctx, pause):
			return 0, 0, unavailable("no acknowledgement", err)
		}
	}
}

// has reports whether a message of a line is there. A restart may have the engine
// forget which is the last of a line, and keep the messages.
func (r *Relay) has(ctx context.Context, c Charter, line Line, seq uint64) bool {
	s, err := r.js.Stream(ctx, c.logStream())
	if err != nil {
		return false
	}
	m, err := s.GetMsg(ctx, seq)
	return err == nil && m.Subject == c.line(line)
}

// Last returns the sequence and id of a line's last message; 0 when it has none,
// or none that is young enough.
func (r *Relay) Last(ctx context.Context, line Line) (seq uint64, id [16]byte, err error) {
	c, err := r.charter(ctx)
	if err != nil {
		return 0, id, err
	}
	return r.lastOf(ctx, c, line)
}

func (r *Relay) lastOf(ctx context.Context, c Charter, line Line) (seq uint64, id [16]byte, err error) {
	m, err := r.last(ctx, c.logStream(), c.line(line))
	if err = r.replaced(ctx, c, err); err != nil {
		if errors.Is(err, ErrRewound) {
			return 0, id, err
		}
		return 0, id, unavailable("reading the last message of "+string(line), err)
	}
	return m.Seq, messageID(m.header().Get(headerID)), nil
}

func messageID(text string) (id [16]byte) {
	if b, err := hex.DecodeString(strings.TrimSpace(text)); err == nil {
		copy(id[:], b)
	}
	return id
}
