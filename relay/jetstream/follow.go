package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	mostAtOnce  = 256
	bytesAtOnce = 4 << 20
	lookAgain   = 250 * time.Millisecond // when nobody told of something new
	compare     = time.Second            // with the leader's head
	stuck       = 2 * time.Second        // after which a replica that lags is passed over
	believed    = 3 * time.Second        // for which the log must look wrong until a person is called
)

// doubt is how long something has looked wrong. A leader that is just elected, or
// just deposed, may know less than it should; what stays so is so.
type doubt struct{ since time.Time }

func (d *doubt) lasts() bool {
	if d.since.IsZero() {
		d.since = time.Now()
	}
	return time.Since(d.since) >= believed
}

// Follow hands over the messages after the sequence from, in order and without
// gaps, up to 256 or about 4 MiB at once, until ctx ends, which is nil. do is
// called by Follow's goroutine; its error ends Follow. ErrHole: messages after
// from are gone. ErrRewound: the log ends before from, or was replaced. Both are
// said once they were so for 3 s. An engine that stops answering is waited for;
// one that does not say at first which log it has is ErrNoCharter or
// ErrUnavailable.
func (r *Relay) Follow(ctx context.Context, from uint64, do func([]Message) error) error {
	c, err := r.charter(ctx)
	if err != nil {
		return err
	}
	prefix := c.line("")
	t := &trail{r: r, charter: c, stream: c.logStream(), news: c.logNews(), dense: true}
	return t.walk(ctx, from, func(all []pulled) error {
		messages := make([]Message, len(all))
		for i, p := range all {
			messages[i] = Message{Seq: p.seq, At: p.at, Line: Line(strings.TrimPrefix(p.subject, prefix)), ID: messageID(p.header.Get(headerID)), Data: p.data}
		}
		return do(messages)
	})
}

// Head returns the first and last sequence of the log; last is first-1 when it
// is empty.
func (r *Relay) Head(ctx context.Context) (first, last uint64, err error) {
	c, err := r.charter(ctx)
	if err != nil {
		return 0, 0, err
	}
	return r.head(ctx, c, c.logStream())
}

func (r *Relay) head(ctx context.Context, c Charter, stream string) (first, last uint64, err error) {
	e, err := r.reach(ctx, c, stream)
	return e.first, e.last, err
}

func (r *Relay) reach(ctx context.Context, c Charter, stream string) (e extent, err error) {
	e, err = r.extent(ctx, stream)
	if err = r.replaced(ctx, c, err); err != nil && !errors.Is(err, ErrRewound) {
		err = unavailable("reading the head of "+stream, err)
	}
	e.first = max(e.first, 1)
	return e, err
}

// trail is the way of a follower through one stream. Its goroutine owns it.
type trail struct {
	r       *Relay
	charter Charter
	stream  string
	news    string // where messages are told of
	dense   bool   // has no gaps
	from    uint64 // the last message handed over

	compared time.Time // when from was last held against the leader's head
	wrong    doubt     // that it is not the stream that was followed
	behind   time.Time // since when the leader has more than replicas give; zero: it has not
	gone     doubt     // that the leader has later messages and not the next
}

func (t *trail) walk(ctx context.Context, from uint64, do func([]pulled) error) error {
	ctx, cancel := t.r.lives(ctx)
	defer cancel()
	told := make(chan struct{}, 1)
	sub, err := t.r.listen(t.news, told)
	if err != nil {
		return unavailable("listening for news of "+t.stream, err)
	}
	defer sub.Unsubscribe()
	soon := lookAgain
	for t.from = from; ctx.Err() == nil; {
		all, err := t.step(ctx)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			if err := do(all); err != nil {
				return err
			}
			t.from, t.behind, t.gone, soon = all[len(all)-1].seq, time.Time{}, doubt{}, lookAgain
			continue
		}
		select {
		case <-ctx.Done():
		case <-told: // by the leader: the replica that is asked may not have it for a moment
			soon = time.Millisecond
		case <-time.After(soon):
			soon = min(2*soon, lookAgain)
		}
	}
	return nil
}

// step returns the next messages, if there are any, and looks now and then
// whether the stream still is the one that was followed.
func (t *trail) step(ctx context.Context) ([]pulled, error) {
	var e extent
	if time.Since(t.compared) >= compare {
		var err error
		if e, err = t.compare(ctx); err != nil {
			return nil, err
		}
	}
	all, err := t.r.pull(ctx, t.stream, t.from+1, mostAtOnce, bytesAtOnce)
	if t.dense {
		all = contiguous(all, t.from)
	}
	if len(all) > 0 || ctx.Err() != nil {
		return all, nil
	}
	if err != nil {
		wait(ctx, pause)
	}
	if e.last <= t.from {
		return nil, nil
	}
	if t.behind.IsZero() {
		t.behind = time.Now()
	}
	if time.Since(t.behind) > stuck {
		return t.ask(ctx, e.led)
	}
	return nil, nil
}

// contiguous are the messages that follow from one by one.
func contiguous(all []pulled, from uint64) []pulled {
	for i, p := range all {
		if p.seq != from+1+uint64(i) {
			return all[:i]
		}
	}
	return all
}

// compare holds the trail against what the leader has. No answer judges nothing,
// and no more does a leader that may be none any longer: then the extent is empty.
func (t *trail) compare(ctx context.Context) (extent, error) {
	e, err := t.r.reach(ctx, t.charter, t.stream)
	switch {
	case errors.Is(err, ErrRewound):
		return extent{}, err
	case err != nil:
		return extent{}, nil
	case e.last < t.from:
		err = fmt.Errorf("%w: %s ends at %d, and this node followed it to %d", ErrRewound, t.stream, e.last, t.from)
	case t.dense && e.first > t.from+1:
		err = fmt.Errorf("%w: %s begins at %d, and this node followed it to %d", ErrHole, t.stream, e.first, t.from)
	default:
		t.wrong, t.compared = doubt{}, time.Now()
		return e, nil
	}
	if e.led && t.wrong.lasts() {
		return extent{}, err
	}
	return extent{}, nil
}

// ask gets the next message of the leader, when replicas do not have it. One that
// leads, has later messages and keeps saying that it has not this one has lost it.
func (t *trail) ask(ctx context.Context, led bool) ([]pulled, error) {
	if !t.dense {
		return nil, nil // which sequence is next is not known; replicas will catch up
	}
	m, err := t.r.get(ctx, t.stream, getRequest{Seq: t.from + 1})
	switch {
	case err != nil:
		return nil, nil
	case m.Seq != 0:
		return []pulled{{seq: m.Seq, at: m.Time, subject: m.Subject, header: m.header(), data: m.Data}}, nil
	case led && t.gone.lasts():
		return nil, fmt.Errorf("%w: %s has no message %d, and has later ones", ErrHole, t.stream, t.from+1)
	}
	return nil, nil
}
