package jetstream

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Session is a node that is there.
type Session struct {
	Node  string
	About []byte
	Since time.Time // when its process began to own, by its own clock
	Poll  bool      // claims partitions
}

// presence is a session as it is stored.
type presence struct {
	Node  string    `json:"node"`
	Boot  string    `json:"boot"` // of the process: a name is one process's
	Poll  bool      `json:"poll"`
	About []byte    `json:"about,omitempty"`
	Since time.Time `json:"since"`
}

// Sessions returns the nodes that are there, by name in no order.
func (r *Relay) Sessions(ctx context.Context) ([]Session, error) {
	all, err := r.pullAll(ctx, streamSess, 1)
	if err != nil {
		return nil, err
	}
	var sessions []Session
	for _, m := range all {
		if ended(m.header) {
			continue
		}
		var p presence
		if err := json.Unmarshal(m.data, &p); err != nil {
			return nil, fmt.Errorf("reading the session %s: %w", m.subject, err)
		}
		sessions = slices.DeleteFunc(sessions, func(s Session) bool { return s.Node == p.Node }) // it was renewed while they were read
		sessions = append(sessions, Session{Node: p.Node, About: p.About, Since: p.Since, Poll: p.Poll})
	}
	return sessions, nil
}

const headerOperation = "KV-Operation"

// ended reports whether a session's message says that it was given up.
func ended(h nats.Header) bool { return h.Get(headerOperation) != "" }

// dead asks the leader whether a node's session is gone. A replica's word would
// not do: it may lag.
func (r *Relay) dead(ctx context.Context, node string) (bool, error) {
	m, err := r.last(ctx, streamSess, keySess+node)
	if err != nil {
		return false, err
	}
	return m.Seq == 0 || ended(m.header()), nil
}

// session keeps this node's own. Its goroutine owns it.
type session struct {
	r    *Relay
	boot string
	at   time.Time
	seq  uint64 // of the last renewal that was acknowledged
}

// keep renews until ctx ends. Each renewal that was acknowledged extends the
// leases, from when it was begun.
func (s *session) keep(ctx context.Context) {
	every := s.r.options.SessionTTL / 5
	warned := false
	for ctx.Err() == nil {
		began := time.Now()
		err := s.renew(ctx, every)
		after := every - time.Since(began)
		switch {
		case err == nil:
			s.r.tenure.extend(began.Add(s.r.options.SessionTTL - margin))
			warned = false
		case ctx.Err() != nil:
			return
		default:
			after = 4 * pause
			if !warned {
				s.r.log.Warn("this node's session is not renewed; it polls nothing unless that succeeds soon", "err", err)
			}
			warned = true
		}
		s.r.tenure.expire()
		if !wait(ctx, max(after, pause)) {
			return
		}
	}
}

// renew writes the session. A renewal whose acknowledgement was lost is found by
// the process's name in it.
func (s *session) renew(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, max(within, 10*pause))
	defer cancel()
	for {
		seq, err := s.r.publish(ctx, s.message())
		if err == nil {
			s.seq = seq
			return nil
		}
		if !refused(err, codeWrongLast) {
			return err
		}
		m, err := s.r.last(ctx, streamSess, keySess+s.r.options.Node)
		if err != nil {
			return err
		}
		var p presence
		if m.Seq > 0 && !ended(m.header()) {
			if err := json.Unmarshal(m.Data, &p); err != nil {
				return fmt.Errorf("reading this node's session: %w", err)
			}
			if p.Boot != s.boot {
				return fmt.Errorf("another process has the session of node %s, since %s; after a crash it runs out within %s, else give the node another name", p.Node, p.Since.Format(time.RFC3339), s.r.options.SessionTTL)
			}
		}
		if m.Seq == s.seq && !wait(ctx, pause) {
			return ctx.Err()
		}
		s.seq = m.Seq
	}
}

func (s *session) message() *nats.Msg {
	o := s.r.options
	data, err := json.Marshal(presence{Node: o.Node, Boot: s.boot, Poll: o.Poll, About: o.About, Since: s.at})
	if err != nil {
		panic(err) // strings, bytes and a time of our clock
	}
	m := message(keySess+o.Node, data, s.seq)
	m.Header.Set(headerTTL, ttl(o.SessionTTL))
	return m
}

// leave says that the node goes. What is lost of it is made up for by the end of
// the session.
func (s *session) leave(ctx context.Context) error {
	m := message(keySess+s.r.options.Node, nil, s.seq)
	m.Header.Set(headerOperation, "DEL")
	m.Header.Set(headerTTL, ttl(time.Second))
	_, err := s.r.publish(ctx, m)
	return err
}

// partOf reads the partition at the end of a subject.
func partOf(subject string) (uint16, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(subject, keyOwn), 10, 16)
	return uint16(n), err == nil && n < Parts
}
