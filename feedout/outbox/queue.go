package outbox

import (
	"container/heap"
	"container/list"
	"time"
)

// queue is who is to be told. It is part of an Outbox, whose lock guards it.
type queue struct {
	perHost int
	jobs    map[string]*job
	hosts   map[string]*host
	// Hosts with a job that may begin, in turn: those that have nothing to do,
	// and the others, which wait for these. So a host is told all over one
	// connection while there are others, and over more when there are not.
	idle, busy *list.List

	waiting pauses
	left    map[string]uint64 // who left, told up to where, while somebody reads what is remembered; else nil
}

// job is a recipient to whom something is owed. It is queued at its host, under
// way, or waits for the end of a pause.
type job struct {
	Owed
	host *host
	slow bool      // its post, which is under way
	wake time.Time // the end of its pause, whatever becomes of the clock
}

// host has the jobs that are queued, in turn.
type host struct {
	name   string
	queued *list.List
	flying int // posts under way
	slow   int // of them
	jobs   int // all of them
	in     *list.List
	at     *list.Element // in idle or busy; nil: in neither
}

func newQueue() queue {
	return queue{jobs: make(map[string]*job), hosts: make(map[string]*host), idle: list.New(), busy: list.New()}
}

// add has a recipient told, when something is owed.
func (q *queue) add(o Owed, now time.Time) {
	to := o.To()
	if j := q.jobs[to]; j != nil {
		j.Recipient, j.Upto = o.Recipient, max(j.Upto, o.Upto)
		return
	}
	if o.Was.Sent = max(o.Was.Sent, q.left[to]); o.Upto <= o.Was.Sent {
		return
	}
	j := &job{Owed: o, host: q.host(o.Host())}
	j.Was.To = to
	j.host.jobs++
	q.jobs[to] = j
	q.put(j, now)
}

func (q *queue) host(name string) *host {
	h := q.hosts[name]
	if h == nil {
		h = &host{name: name, queued: list.New()}
		q.hosts[name] = h
	}
	return h
}

// put has a job wait for the end of its pause, or queues it. A pause that was
// noted by another clock, or one that was set since, lasts not for years.
func (q *queue) put(j *job, now time.Time) {
	if pause := min(j.Was.Next.Sub(now), maxAsked); pause > 0 {
		j.wake = now.Add(pause)
		heap.Push(&q.waiting, j)
		return
	}
	q.enqueue(j)
}

func (q *queue) enqueue(j *job) {
	j.host.queued.PushBack(j)
	if j.host.at == nil {
		q.list(j.host, false)
	}
}

// list has a host take its turn when one of its jobs may begin: before the
// others, when it has just been asked.
func (q *queue) list(h *host, first bool) {
	if h.at != nil {
		h.in.Remove(h.at)
		h.at = nil
	}
	if h.flying >= q.perHost || h.queued.Len() == 0 {
		return
	}
	if h.in = q.idle; h.flying > h.slow {
		h.in = q.busy
	}
	if first {
		h.at = h.in.PushFront(h)
	} else {
		h.at = h.in.PushBack(h)
	}
}

// take is the next job that may begin, nil for none.
func (q *queue) take() *job {
	first := q.idle.Front()
	if first == nil {
		first = q.busy.Front()
	}
	if first == nil {
		return nil
	}
	h := first.Value.(*host)
	j := h.queued.Remove(h.queued.Front()).(*job)
	h.flying++
	q.list(h, false)
	return j
}

// slows notes that the post of a job is slow, which keeps its host from nothing
// but one of the posts that it may have at once.
func (q *queue) slows(j *job) {
	j.slow = true
	j.host.slow++
	q.list(j.host, true)
}

// landed ends the post of a job.
func (q *queue) landed(j *job) {
	j.host.flying--
	if j.slow {
		j.host.slow--
		j.slow = false
	}
	q.list(j.host, true)
}

// settle goes on with a job whose last attempt is remembered.
func (q *queue) settle(j *job, now time.Time) {
	if j.Upto > j.Was.Sent {
		q.put(j, now)
		return
	}
	q.drop(j, j.Was.Sent)
}

// drop forgets a job that is neither queued nor waits.
func (q *queue) drop(j *job, sent uint64) {
	delete(q.jobs, j.To())
	if q.left != nil {
		q.left[j.To()] = sent
	}
	if j.host.jobs--; j.host.jobs == 0 {
		delete(q.hosts, j.host.name)
	}
}

// next is when the first pause ends.
func (q *queue) next() (at time.Time, ok bool) {
	if len(q.waiting) == 0 {
		return at, false
	}
	return q.waiting[0].wake, true
}

// wake queues those whose pauses are over.
func (q *queue) wake(now time.Time) {
	for len(q.waiting) > 0 && !q.waiting[0].wake.After(now) {
		q.enqueue(heap.Pop(&q.waiting).(*job))
	}
}

// pauses are jobs that wait, a heap by when their pauses end.
type pauses []*job

func (p pauses) Len() int           { return len(p) }
func (p pauses) Less(a, b int) bool { return p[a].wake.Before(p[b].wake) }
func (p pauses) Swap(a, b int)      { p[a], p[b] = p[b], p[a] }
func (p *pauses) Push(j any)        { *p = append(*p, j.(*job)) }

func (p *pauses) Pop() any {
	last := len(*p) - 1
	j := (*p)[last]
	(*p)[last] = nil
	*p = (*p)[:last]
	return j
}
