package cluster

import (
	"context"
	"errors"
	"hash/fnv"
	"strconv"
	"sync"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// ruleLine is the line that only the ruler writes.
const ruleLine jetstream.Line = "log.rule"

func batchLine(part uint16) jetstream.Line {
	return jetstream.Line("log." + strconv.Itoa(int(part)))
}

// editLines is how many lines acts are spread over. It can never change.
const editLines = 64

// editLine is the line on which acts follow one another: those on a story, and
// on its place in a feed, are on one.
func editLine(s news.Scope) jetstream.Line {
	s.Feed = ""
	h := fnv.New64a()
	h.Write([]byte(s.String()))
	return jetstream.Line("edit." + strconv.FormatUint(h.Sum64()%editLines, 10))
}

// locks lets one at a time append to a line, so that a node does not fence
// itself off.
type locks struct {
	mu   *sync.Mutex
	held map[jetstream.Line]chan struct{}
}

func newLocks() locks { return locks{new(sync.Mutex), make(map[jetstream.Line]chan struct{})} }

func (l locks) lock(ctx context.Context, line jetstream.Line) (unlock func(), err error) {
	l.mu.Lock()
	c, ok := l.held[line]
	if !ok {
		c = make(chan struct{}, 1)
		l.held[line] = c
	}
	l.mu.Unlock()
	select {
	case c <- struct{}{}:
		return func() { <-c }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// applied is the last sequence of a line, as this node has followed it.
func (n *Node) applied(ctx context.Context, line jetstream.Line) (seq uint64, err error) {
	known := false
	err = n.along.until(ctx, func(p *position) bool { seq, known = p.lines[line]; return true })
	if known || err != nil {
		return seq, err
	}
	return n.overtake(ctx, line)
}

// overtake follows a line to where it ends now, as the engine has it. That may be
// before what was followed of it: of a line whose messages were kept long enough,
// or of which a restart has forgotten the end. Then all that the log has was
// followed first, so that nothing of the line can have been missed.
func (n *Node) overtake(ctx context.Context, line jetstream.Line) (uint64, error) {
	var seq, head uint64
	err := n.patiently(ctx, func() (err error) {
		if seq, _, err = n.Relay.Last(ctx, line); err == nil {
			_, head, err = n.Relay.Head(ctx)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if err := n.along.reach(ctx, max(seq, head)); err != nil {
		return 0, err
	}
	n.along.learn(line, seq)
	return seq, nil
}

// patiently asks until there is an answer: while another leader of the log is
// chosen there is none for some seconds.
func (n *Node) patiently(ctx context.Context, ask func() error) error {
	for end := time.Now().Add(patience); ; {
		err := ask()
		if !errors.Is(err, jetstream.ErrUnavailable) || time.Now().After(end) || ctx.Err() != nil {
			return err
		}
		pause(ctx, again)
	}
}

// say appends what draft makes of the record, and follows it. When something
// else came in between, that is followed first, and draft is asked again: it
// may find that nothing is left to be said (nil), and then said is false.
func (n *Node) say(ctx context.Context, line jetstream.Line, w *wait, draft func() ([]byte, error)) (said bool, err error) {
	for {
		after, err := n.applied(ctx, line)
		if err != nil {
			return false, err
		}
		if seen, _ := n.along.read(w); seen.followed.Pos > 0 { // its acknowledgement was lost
			return true, nil
		}
		message, err := draft()
		if err != nil || message == nil {
			return false, err
		}
		seq, err := n.Relay.Append(ctx, line, w.id, message, after)
		if err == nil {
			return true, n.along.reach(ctx, seq)
		}
		if !errors.Is(err, jetstream.ErrFenced) {
			return false, err
		}
		end, err := n.overtake(ctx, line)
		if err != nil {
			return false, err
		}
		if end == after { // whoever fenced it off is not to be seen yet
			pause(ctx, fencedPause)
		}
	}
}

const fencedPause = 50 * time.Millisecond
