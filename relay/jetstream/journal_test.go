package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// journal is what was acknowledged: ids by sequence.
type journal struct {
	mu    sync.Mutex
	acked map[uint64][16]byte
}

func (j *journal) note(last uint64, group []jetstream.Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, e := range group {
		j.acked[last-uint64(len(group)-1-i)] = e.ID
	}
}

// lacks is an error when something that was acknowledged is not there.
func (j *journal) lacks(followed map[uint64][16]byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for seq, id := range j.acked {
		if followed[seq] != id {
			return fmt.Errorf("message %d was acknowledged as %s, and is %s: one of %d, of %d that were followed", seq, id, followed[seq], len(j.acked), len(followed))
		}
	}
	return nil
}

func (j *journal) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.acked)
}

// chatter appends to a line, one message or some at once, from the node that has
// no engine, until stop is called, which returns what was acknowledged.
func (p *processes) chatter() (j *journal, stop func()) {
	j = &journal{acked: make(map[uint64][16]byte)}
	ctx, cancel := context.WithCancel(p.t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		var after uint64
		for n := 0; ctx.Err() == nil; n += 5 {
			group := entries(n, n+1, n+2, n+3, n+4)[:1+n/5%5]
			seq, err := p.watch.AppendAll(ctx, "log.1", group, after)
			switch {
			case err == nil:
				j.note(seq, group)
				after = seq
				time.Sleep(20 * time.Millisecond)
			case errors.Is(err, jetstream.ErrFenced): // what was not acknowledged is there nonetheless
				if last, _, err := p.watch.Last(ctx, "log.1"); err == nil {
					after = last
				}
			case !errors.Is(err, jetstream.ErrUnavailable) && ctx.Err() == nil:
				p.t.Error(err)
				return
			}
		}
	})
	return j, func() { cancel(); group.Wait() }
}

// kept waits until all nodes have followed all that was acknowledged.
func (p *processes) kept(j *journal) {
	p.t.Helper()
	for i := range p.cmd {
		jetstreamtest.Eventually(p.t, func() error {
			var followed map[uint64][16]byte
			if err := p.ask(i, "followed", &followed); err != nil {
				return err
			}
			if err := j.lacks(followed); err != nil {
				return fmt.Errorf("node %d: %w", i, err)
			}
			return nil
		})
	}
}
