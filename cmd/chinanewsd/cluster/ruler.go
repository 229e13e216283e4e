package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// beat is how often a node looks whether it is the one to rule.
const beat = 100 * time.Millisecond

// ruling rules whenever partition 0 is this node's, until ctx ends.
func (n *Node) ruling(ctx context.Context) error {
	for ctx.Err() == nil {
		lease, ok := n.Lease(0)
		if !ok {
			pause(ctx, beat)
			continue
		}
		err := n.reign(ctx, lease)
		if err == nil {
			n.Log.Info("this node rules no more")
		}
		if errors.Is(err, jetstream.ErrFenced) {
			err = fmt.Errorf("%w: another node ruled meanwhile", err)
		}
		if err != nil && lease.Err() == nil && ctx.Err() == nil {
			n.trouble("ruling", err)
			n.unable.note(err)
			pause(ctx, again)
		}
	}
	return nil
}

// reign is one time of ruling: from a claim to its end, or to the first failure.
// What was not done of it is found by the next, here or elsewhere.
type reign struct {
	*Node
	considered uint64                              // records up to there need no ruling, or have it
	refold     func(*storage.Ledger) news.Decision // on the configuration that is being recorded; nil: Judge.Config
	tasks      chan news.Decision                  // whose tasks are to be shared, in order
}

// reign rules until the lease ends. One append at a time, each after the one
// before was applied here: so a ruling is always made of the record as it will
// stand before it, or is fenced off.
func (n *Node) reign(ctx, lease context.Context) error {
	under, cancel := context.WithCancel(lease) // so that it ends at once, not a moment later
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	ctx = under
	r := &reign{Node: n, tasks: make(chan news.Decision, unshared)}
	if err := r.ascend(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return r.share(ctx) })
	g.Go(func() error {
		defer cancel()
		return r.session(ctx)
	})
	return g.Wait()
}

// session rules on what waits, and hears motions between.
func (r *reign) session(ctx context.Context) error {
	defer r.rules.Store(false)
	r.Log.Info("this node rules")
	for ctx.Err() == nil {
		moved := r.along.moving()
		if !r.abreast() {
			if err := r.adjourn(ctx); err != nil {
				return err
			}
			continue
		}
		r.rules.Store(true)
		_, more, err := r.consider(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		r.unable.note(nil)
		if more {
			moved = always
		}
		if err := r.listen(ctx, moved); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) abreast() bool { return n.Abreast == nil || n.Abreast() }

// errOutdated is why a ruler does not rule.
var errOutdated = fmt.Errorf("%w yet: it does not go by what is published", ErrNotRuler)

// adjourn is a moment in which nothing is ruled on. Motions are heard: who waits
// with one may keep this node from going by what is published.
func (r *reign) adjourn(ctx context.Context) error {
	r.rules.Store(false)
	r.unable.note(errOutdated)
	moment, cancel := context.WithTimeout(ctx, beat)
	defer cancel()
	select {
	case m := <-r.motions:
		return r.hear(ctx, m)
	case <-moment.Done():
		return nil
	}
}

// listen hears a motion, until something else has moved. One that waits goes
// before what has moved already.
func (r *reign) listen(ctx context.Context, moved <-chan struct{}) error {
	select {
	case m := <-r.motions:
		return r.hear(ctx, m)
	default:
	}
	select {
	case m := <-r.motions:
		return r.hear(ctx, m)
	case <-moved:
	case <-ctx.Done():
	}
	return nil
}

// always is what has happened.
var always = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// together is how many records are ruled on at once when they come faster than
// the log takes rulings one by one.
const together = 64

// consider rules on the first records that wait; more is false when none does.
func (r *reign) consider(ctx context.Context) (done []storage.Followed, more bool, err error) {
	after, err := r.applied(ctx, ruleLine) // before it is considered: what another ruler says meanwhile must fence it off
	if err != nil {
		return nil, false, err
	}
	through, done, err := r.some(ctx, after)
	if impossible(err) && ctx.Err() == nil {
		through, done, err = r.alone(ctx, after)
	}
	if err == nil && through > 0 {
		r.considered = through
	}
	return done, through > 0, err
}

// some rules on records at once, and says up to which.
func (r *reign) some(ctx context.Context, after uint64) (through uint64, done []storage.Followed, err error) {
	list, err := r.Store.ConsiderAll(ctx, r.considered, together, r.judge())
	if err != nil || len(list) == 0 {
		return 0, nil, err
	}
	done, err = r.pronounce(ctx, list, after)
	return list[len(list)-1].Pos, done, err
}

// alone rules on the first record that waits by itself. When that was impossible
// often enough, nothing is decided of it.
func (r *reign) alone(ctx context.Context, after uint64) (through uint64, done []storage.Followed, err error) {
	through, done, err = r.one(ctx, after, r.judge())
	if impossible(err) && through > 0 && ctx.Err() == nil && r.stuck.again(through) {
		r.Log.Error("a record cannot be ruled on, and nothing is decided of it; what it says is in the record, and what it lists is asked for again", "record", through, "err", err)
		through, done, err = r.one(ctx, after, nothing)
	}
	return through, done, err
}

// one rules on one record, which it names also when that failed.
func (r *reign) one(ctx context.Context, after uint64, j storage.Judge) (pos uint64, done []storage.Followed, err error) {
	v, more, err := r.Store.Consider(ctx, r.considered, j)
	if err == nil && more {
		done, err = r.pronounce(ctx, []storage.Verdict{v}, after)
	}
	return v.Pos, done, err
}

// impossible reports whether an error is one of what is to be said, and not of
// saying it.
func impossible(err error) bool {
	return err != nil && !errors.Is(err, jetstream.ErrFenced) && !errors.Is(err, jetstream.ErrUnavailable) && !errors.Is(err, jetstream.ErrRewound) && !errors.Is(err, ErrStopped)
}

// judge is who rules now.
func (r *reign) judge() storage.Judge {
	j := r.Judge
	if r.refold != nil {
		j.Config = r.refold
	}
	return j
}

// nothing decides nothing of anything.
var nothing = storage.Judge{
	Batch:  func(*storage.Ledger, news.Batch) news.Decision { return news.Decision{} },
	Edit:   func(*storage.Ledger, news.Editing) news.Decision { return news.Decision{} },
	Config: func(*storage.Ledger) news.Decision { return news.Decision{} },
}

// stuck counts how often a record could not be ruled on, one reign after the
// other: all others wait behind it.
type stuck struct {
	pos   uint64
	tries int
}

const mostTries = 5

// again notes another failure, and reports whether that is enough.
func (s *stuck) again(pos uint64) bool {
	if s.pos != pos {
		*s = stuck{pos: pos}
	}
	s.tries++
	return s.tries > mostTries
}

// pronounce says what verdicts say, all of it or nothing.
func (r *reign) pronounce(ctx context.Context, list []storage.Verdict, after uint64) (done []storage.Followed, err error) {
	var said [][]byte
	for _, v := range list {
		for _, message := range [][]byte{v.Prune, v.Message} {
			if message != nil {
				said = append(said, message)
			}
		}
	}
	if len(said) > 0 {
		done, err = r.append(ctx, said, after)
	}
	for _, v := range list {
		if err == nil {
			err = r.later(ctx, v.Decision)
		}
	}
	return done, err
}

// append appends what the ruler says and follows it; after is the end of its line
// as it was before that was drafted. The tasks that come of it are shared after
// that; a ruler that dies before leaves them to the next, which finds by its
// record what they are.
func (r *reign) append(ctx context.Context, said [][]byte, after uint64) (done []storage.Followed, err error) {
	var list []jetstream.Entry
	var waits []*wait
	for _, message := range said {
		e := jetstream.Entry{Data: message}
		rand.Read(e.ID[:])
		w, end := r.along.expect(e.ID, nil)
		defer end(false)
		list, waits = append(list, e), append(waits, w)
	}
	seq, err := r.Relay.AppendAll(ctx, ruleLine, list, after)
	if err == nil {
		err = r.along.reach(ctx, seq)
	}
	if err != nil {
		return nil, err
	}
	for _, w := range waits {
		seen, _ := r.along.read(w)
		done = append(done, seen.followed)
	}
	return done, nil
}

// unshared is how many rulings may be ahead of their tasks.
const unshared = together

// later has the tasks of a decision shared while the ruler goes on.
func (r *reign) later(ctx context.Context, d news.Decision) error {
	if len(d.Tasks)+len(d.Done) == 0 {
		return nil
	}
	select {
	case r.tasks <- d:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// share keeps and shares tasks in the order in which they were decided, for as
// long as this node rules.
func (r *reign) share(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case d := <-r.tasks:
			r.save(ctx, r.gather(d))
		}
	}
}

// gather makes one decision on tasks of all that wait: of one name the last
// word counts.
func (r *reign) gather(d news.Decision) news.Decision {
	all := []news.Decision{d}
	for len(r.tasks) > 0 {
		all = append(all, <-r.tasks)
	}
	return merged(all)
}

// merged is what a row of decisions makes of tasks.
func merged(all []news.Decision) (d news.Decision) {
	last := make(map[string]int) // by name: after which of them it is settled
	for n, one := range all {
		for _, t := range slices.Concat(one.Done, one.Tasks) {
			last[t.Name()] = n
		}
	}
	for n, one := range all {
		of := func(t news.Task) bool { return last[t.Name()] != n }
		d.Done = append(d.Done, slices.DeleteFunc(slices.Clone(one.Done), of)...)
		d.Tasks = append(d.Tasks, slices.DeleteFunc(slices.Clone(one.Tasks), of)...)
	}
	return d
}

// save keeps and shares tasks, however long that takes.
func (r *reign) save(ctx context.Context, d news.Decision) error {
	if len(d.Tasks)+len(d.Done) == 0 {
		return nil
	}
	return r.persist(ctx, "sharing the tasks of rulings", func() error { return r.Store.SaveTasks(ctx, d.Tasks, d.Done) })
}
