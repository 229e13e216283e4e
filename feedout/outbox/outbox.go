// Package outbox tells others what they are owed: each by a POST that is
// repeated until it is answered with 2xx, many at once, few of them to one
// host. Whoever is slow or down is waited for beside the others.
//
// It knows neither what is told nor why, and keeps nothing itself. What is owed
// follows from what the caller remembers of each recipient, so a crash loses
// nothing: a delivery counts as under way until it is remembered, and one that
// was under way is made again under the same id.
package outbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"chinanews/news"
)

// Recipient is one who is told. Its methods are called by one goroutine at a
// time, but for To and Host, which never change.
type Recipient interface {
	// To names whom, and of what; no two recipients have the same.
	To() string
	// Host is whose limits count.
	Host() string
	// Post is what is to be told next to a recipient that was told up to a
	// position. The zero Post means that nothing is; an error, that it cannot
	// be said now and is to be asked again.
	Post(after uint64) (Post, error)
	// Heard says how the recipient stands after an attempt, before that is
	// remembered: without Tries it was delivered. status is that of the answer,
	// 0 for none. It reports whether the recipient is told no more.
	Heard(d news.Delivery, status int) (ended bool)
}

// Post is one request. Header and Body may be shared by many and are not
// changed.
type Post struct {
	Pos    uint64 // the recipient is told up to here when it has it
	What   string // is remembered with it
	URL    string
	Header http.Header
	Body   []byte
	Secret string // signs the body; empty: not signed
	Signed string // the header with the signature
}

// Owed is a recipient to whom something is owed.
type Owed struct {
	Recipient
	Upto uint64        // position
	Was  news.Delivery // how far it was told, as it is remembered
}

// Options are how others are told. Transport and Save must be set; what else is
// zero has a default.
type Options struct {
	Transport http.RoundTripper
	// Save remembers how far some were told: durably, when it returns.
	Save func(context.Context, []news.Delivery) error
	// Record names what positions are of: another record, or one that was
	// restored and goes on otherwise, has other deliveries at the same ones.
	Record string
	// Heard is told how a recipient stands after each attempt: without Tries it
	// was delivered. It must not block; nil: nobody is told.
	Heard func(news.Delivery)
	// Failed is told that something could not be remembered, or be said.
	Failed func(error)

	Workers  int           // posts at once, apart from slow ones: 64
	Slow     int           // slow posts beside them: 1024
	PerHost  int           // posts at once to a host, slow ones among them: 4
	Patience time.Duration // until a post is slow, at least: 50 ms
	Timeout  time.Duration // of a post with its answer: 10 s
	First    time.Duration // pause after the first failure, doubled with each: 15 s
	Most     time.Duration // the longest pause: an hour
	Grace    time.Duration // for posts under way when Run is to end in a hurry: 3 s
}

// The marks of deliveries wait for others a little, unless there are many, and
// are saved together. The bound on those that are not saved yet is one on what
// a crash makes twice.
const (
	markWait    = 20 * time.Millisecond
	markGroup   = 256
	maxUnmarked = 1024
)

func (o Options) complete() Options {
	o.Workers, o.Slow, o.PerHost = cmp.Or(o.Workers, 64), cmp.Or(o.Slow, 1024), cmp.Or(o.PerHost, 4)
	o.Patience, o.Timeout = cmp.Or(o.Patience, 50*time.Millisecond), cmp.Or(o.Timeout, 10*time.Second)
	o.First, o.Most, o.Grace = cmp.Or(o.First, 15*time.Second), cmp.Or(o.Most, time.Hour), cmp.Or(o.Grace, 3*time.Second)
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	return o
}

// Outbox tells. It is safe for concurrent use.
type Outbox struct {
	Options
	ready   sync.WaitGroup // of workers
	telling sync.Mutex     // held by Tell
	mu      sync.Mutex
	free    *sync.Cond // a worker may have something to do, or is to end
	stopped bool
	queue   queue
	slow    int           // posts under way that are slow
	usual   time.Duration // how long one takes
	marks   []mark        // not saved yet; those being saved stand first
	marked  chan struct{} // has room for one: there are marks, or no more will be
	alarm   *time.Timer   // for the first of those that wait
}

// New makes an outbox. It tells nobody before Run.
func New(o Options) *Outbox {
	b := &Outbox{Options: o.complete(), marked: make(chan struct{}, 1), queue: newQueue()}
	b.queue.perHost = b.PerHost
	b.free = sync.NewCond(&b.mu)
	return b
}

// ID names a delivery: the same whenever it is made again.
func (o Options) ID(to string, pos uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "chinanews delivery 1\n%s\n%s\n%d", o.Record, to, pos))
	return hex.EncodeToString(sum[:16])
}

// atOnce is how many recipients Tell takes in together.
const atOnce = 256

// Tell has recipients told whom read yields, with how far they were told as it
// is remembered at any moment from the call on. They are told while it reads on.
// One that is to be told already is told up to the later position, by what its
// Recipient of now says. The error is read's; whom it has yielded are told.
func (b *Outbox) Tell(read func(yield func(Owed)) error) error {
	b.telling.Lock()
	defer b.telling.Unlock()
	b.mu.Lock()
	b.queue.left = make(map[string]uint64)
	b.mu.Unlock()
	var list []Owed
	err := read(func(o Owed) {
		if list = append(list, o); len(list) == atOnce {
			b.add(list)
			list = list[:0]
		}
	})
	b.add(list)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.left = nil
	return err
}

func (b *Outbox) add(list []Owed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for _, o := range list {
		b.queue.add(o, now)
	}
	b.rouse()
}

// rouse has those go on who may: b.mu is held.
func (b *Outbox) rouse() {
	b.free.Broadcast()
	next, ok := b.queue.next()
	if !ok || b.stopped {
		return
	}
	if b.alarm == nil {
		b.alarm = time.AfterFunc(time.Until(next), b.ring)
		return
	}
	b.alarm.Reset(time.Until(next))
}

// ring queues those whose pause is over.
func (b *Outbox) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.wake(time.Now())
	b.rouse()
}

// Run tells until ctx ends. Then posts under way end as they would, unless hurry
// ends too: after that they have a grace. What was delivered is remembered before
// it returns.
func (b *Outbox) Run(ctx, hurry context.Context) error {
	posts, drop := context.WithCancel(context.WithoutCancel(ctx))
	defer drop()
	for range b.Workers {
		b.ready.Go(func() { b.work(posts) })
	}
	over := make(chan struct{})
	go func() {
		b.ready.Wait()
		close(over)
		b.signal() // after that: who hears it looks whether all is over
	}()
	saved := make(chan struct{})
	go func() {
		defer close(saved)
		b.remember(ctx, over)
	}()
	<-ctx.Done()
	b.stop()
	select {
	case <-over:
	case <-hurry.Done():
		b.expire(over, drop)
	}
	<-saved
	return nil
}

// expire drops posts that are not over when their grace is.
func (b *Outbox) expire(over <-chan struct{}, drop func()) {
	select {
	case <-over:
	case <-time.After(b.Grace):
		drop()
	}
}

// stop has no worker take anything more.
func (b *Outbox) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	if b.alarm != nil {
		b.alarm.Stop()
	}
	b.free.Broadcast()
}

// signal says that there are marks, or no more will be.
func (b *Outbox) signal() {
	select {
	case b.marked <- struct{}{}:
	default:
	}
}
