package jetstream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	try        = 2 * time.Second  // for one answer
	tryReplica = time.Second      // for one of a replica: another will do
	patience   = 15 * time.Second // with an engine that is choosing a leader
	pause      = 50 * time.Millisecond
)

// Relay is a node's part in what nodes share. Its methods may be used by many
// goroutines at once, Own by one.
type Relay struct {
	options Options
	log     *slog.Logger
	engine  *server.Server // nil: an operator's own
	conn    *nats.Conn
	js      jetstream.JetStream
	known   atomic.Pointer[Charter] // as last read
	atomic  atomic.Pointer[string]  // incarnation of a log that takes several messages all or none
	tenure  tenure
	life    context.Context // ends with Close; that of answers to other nodes
	end     context.CancelFunc
	door    sync.Mutex            // nothing is added to work once life has ended
	work    sync.WaitGroup        // answers, and Own
	crashed atomic.Bool           // by Abort: nothing is given back
	apart   atomic.Pointer[apart] // why the last try to connect failed; nil: none did
	small   sync.Once             // it was said that the servers take small messages only
}

// Open starts the engine and connects. It returns without waiting for other
// nodes: what needs them says ErrUnavailable until they are there.
func Open(ctx context.Context, o Options) (*Relay, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	r := &Relay{options: o, log: o.Log}
	if r.log == nil {
		r.log = slog.Default()
	}
	r.life, r.end = context.WithCancel(context.WithoutCancel(ctx))
	r.tenure.init()
	if err := r.connect(); err != nil {
		r.end()
		if r.engine != nil {
			stopEngine(r.engine, false)
		}
		return nil, err
	}
	return r, nil
}

func (r *Relay) connect() (err error) {
	o := r.options
	options := []nats.Option{
		nats.Name("chinanewsd " + o.Node),
		nats.MaxReconnects(-1), nats.ReconnectWait(200 * time.Millisecond), nats.RetryOnFailedConnect(true),
		// A server that died without a word is noticed within 6 s.
		nats.PingInterval(2 * time.Second), nats.MaxPingsOutstanding(2), nats.Timeout(2 * time.Second),
		// Each pull has a subscription of its own, with room for one answer; by
		// default it would be half a megabyte.
		nats.SyncQueueLen(2 * Parts),
		// Nothing is sent later than it was meant to be: who asked tries again.
		nats.ReconnectBufSize(-1),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if !notLetIn(err) { // that is heard of with each try to connect
				r.log.Warn("engine's connection", "err", err)
			}
		}),
		// Who is not let in tries on: what is wrong may be mended on the other side.
		nats.IgnoreAuthErrorAbort(), nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { r.apart.Store(&apart{err}) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { r.lostConnection(err) }),
	}
	if o.Engine != nil {
		password := rand.Text()
		if r.engine, err = o.Engine.start(o.Node, password, r.log); err != nil {
			return err
		}
		options = append(options, nats.InProcessServer(r.engine), nats.UserInfo(clientUser, password))
	} else {
		options = append(options, o.access()...)
		r.log.Warn("the servers of cluster.urls do not tell whether they sync each message: see that sync_interval is always")
	}
	urls := nats.DefaultURL
	if len(o.URLs) > 0 {
		urls = joined(o.URLs)
	}
	if r.conn, err = nats.Connect(urls, options...); err != nil {
		return fmt.Errorf("connecting to the cluster's engine: %w", err)
	}
	if r.js, err = jetstream.New(r.conn); err == nil {
		err = r.checkServer()
	}
	if err != nil {
		r.conn.Close()
	}
	return err
}

func (r *Relay) lostConnection(err error) {
	if r.life.Err() == nil {
		r.log.Warn("engine's connection is lost; connecting again", "err", err)
	}
}

// access is how the operator's own servers know this node.
func (o Options) access() (options []nats.Option) {
	if o.TLS != nil {
		options = append(options, nats.Secure(o.TLS))
	}
	if o.Credentials != "" {
		options = append(options, nats.UserCredentials(o.Credentials))
	}
	if o.User != "" {
		options = append(options, nats.UserInfo(o.User, o.Password))
	}
	return options
}

func joined(urls []string) string {
	all := ""
	for i, u := range urls {
		if i > 0 {
			all += ","
		}
		all += u
	}
	return all
}

// leastPayload is what servers take by default.
const leastPayload = 1 << 20

// checkServer refuses servers that could not carry what is shared, and says which
// could not carry the largest answers of sources. One that is not there yet is not
// judged.
func (r *Relay) checkServer() error {
	if !r.conn.IsConnected() {
		return nil
	}
	name, most := r.conn.ConnectedServerName(), r.conn.MaxPayload()
	if most < leastPayload {
		return fmt.Errorf("the server %s takes messages of %d bytes: set its max_payload to %d", name, most, payload)
	}
	if most < payload {
		r.small.Do(func() {
			r.log.Error(fmt.Sprintf("the server takes messages of %d bytes, and a source whose answer is larger is not read: set max_payload of all servers in cluster.urls to %d", most, payload), "server", name)
		})
	}
	return nil
}

// Close leaves politely: Own and what follows end, partitions are given back,
// leaderships go to other nodes, the engine stops. It takes a few seconds at most.
func (r *Relay) Close() error {
	r.door.Lock()
	r.end()
	r.door.Unlock()
	r.work.Wait()
	r.conn.Close()
	if r.engine != nil {
		stopEngine(r.engine, !r.crashed.Load())
	}
	return nil
}

// Abort ends the node as a crash would: no partition is given back, and its
// session stays until it runs out. Own returns.
func (r *Relay) Abort() {
	r.crashed.Store(true)
	r.Close()
}

// enter adds the caller to what Close waits for, unless it began.
func (r *Relay) enter() bool {
	r.door.Lock()
	defer r.door.Unlock()
	if r.life.Err() != nil {
		return false
	}
	r.work.Add(1)
	return true
}

// lives is ctx, until the relay closes.
func (r *Relay) lives(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(r.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// patient is ctx for as long as a new leader may take.
func (r *Relay) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, done := r.lives(ctx)
	ctx, cancel := context.WithTimeout(ctx, patience)
	return ctx, func() { cancel(); done() }
}

// unavailable says that the engine did not do something, and why.
func unavailable(deed string, err error) error {
	if errors.Is(err, ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%s: %w (%v)", deed, ErrUnavailable, err)
}

// wait pauses, or returns false when ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// each calls f for every number below n, at most limit at once, and returns the
// first error. The others still run.
func each(n, limit int, f func(i int) error) error {
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
		next  atomic.Int64
	)
	for range min(n, limit) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := f(i); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	group.Wait()
	return first
}
