package main

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"chinanews/news"
)

// queue is the tasks of one host: those whose time has not come by when they
// are due, the others by how much they matter.
type queue struct {
	host   string
	part   uint16 // of the host, where not all are asked here
	later  dueHeap
	due    rankHeap
	busy   int
	free   time.Time // earliest start of the next request
	held   time.Time // the host asked to be left alone until then
	slow   bool      // the last answer took long
	handed uint64

	in *hosts    // in which of the turns it is; nil: in none
	nr int       // its place there
	at time.Time // when its turn comes
}

// turn is when the queue can hand out a task; false: it is empty, or as busy as
// it may be.
func (q *queue) turn(rule news.HostRule) (at time.Time, ok bool) {
	for len(q.due) > 0 && q.due[0].void {
		heap.Pop(&q.due)
	}
	for len(q.later) > 0 && q.later[0].void {
		heap.Pop(&q.later)
	}
	switch {
	case q.host != "" && q.busy >= max(1, rule.Connections):
		return time.Time{}, false
	case len(q.due) > 0:
		return latest(latest(q.free, q.held), q.due[0].due), true
	case len(q.later) > 0:
		return latest(latest(q.free, q.held), q.later[0].due), true
	}
	return time.Time{}, false
}

// promote moves what has become due by now to what is handed out by how much it
// matters.
func (q *queue) promote(now time.Time) {
	for len(q.later) > 0 && !q.later[0].due.After(now) {
		if e := heap.Pop(&q.later).(*entry); !e.void {
			heap.Push(&q.due, e)
		}
	}
}

// over reports a host of which nothing is wanted, and that wants nothing.
func (q *queue) over(now time.Time) bool {
	return len(q.later) == 0 && len(q.due) == 0 && q.busy == 0 && !q.free.After(now) && !q.held.After(now)
}

// turns are whose turn it is, and whose it will be. A host is in one of them at
// a time, or in none while it is as busy as it may be.
type turns struct {
	later       hosts // by when their turn comes
	quick, slow hosts // whose turn it is, who waited longest first
	aside       hosts // whose turn it was, and that others ask
	looked      time.Time
}

func newTurns() turns {
	longest := func(a, b *queue) bool { return a.handed < b.handed }
	return turns{later: hosts{first: func(a, b *queue) bool { return a.at.Before(b.at) }},
		quick: hosts{first: longest}, slow: hosts{first: longest}, aside: hosts{first: longest}}
}

// wait has a host's turn come at a moment.
func (t *turns) wait(q *queue, at time.Time) {
	t.remove(q)
	q.at = at
	t.place(&t.later, q)
}

// call gives those their turn whose time has come by now.
func (t *turns) call(now time.Time) {
	for len(t.later.list) > 0 && !t.later.list[0].at.After(now) {
		if q := t.later.list[0]; q.slow {
			t.place(&t.slow, q)
		} else {
			t.place(&t.quick, q)
		}
	}
}

// first is the host whose turn it is and that waited longest; a slow one only
// where another may be asked.
func (t *turns) first(slow bool) *queue {
	switch {
	case len(t.slow.list) == 0 || !slow:
		return t.quick.top()
	case len(t.quick.list) == 0 || t.slow.top().handed < t.quick.top().handed:
		return t.slow.top()
	}
	return t.quick.top()
}

// soonest is when the next turn comes; zero: none does.
func (t *turns) soonest() time.Time {
	if q := t.later.top(); q != nil {
		return q.at
	}
	return time.Time{}
}

func (t *turns) place(in *hosts, q *queue) {
	t.remove(q)
	heap.Push(in, q)
}

func (t *turns) remove(q *queue) {
	if q.in != nil {
		heap.Remove(q.in, q.nr)
	}
}

// hosts is a heap.
type hosts struct {
	list  []*queue
	first func(a, b *queue) bool
}

func (h *hosts) top() *queue {
	if len(h.list) == 0 {
		return nil
	}
	return h.list[0]
}

func (h *hosts) Len() int           { return len(h.list) }
func (h *hosts) Less(i, j int) bool { return h.first(h.list[i], h.list[j]) }

func (h *hosts) Swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].nr, h.list[j].nr = i, j
}

func (h *hosts) Push(x any) {
	q := x.(*queue)
	q.in, q.nr = h, len(h.list)
	h.list = append(h.list, q)
}

func (h *hosts) Pop() any {
	last := len(h.list) - 1
	q := h.list[last]
	h.list[last], q.in = nil, nil
	h.list = h.list[:last]
	return q
}

// rank orders what is due: decisions, listings, articles newest first, looks.
func rank(k news.TaskKind) int {
	return slices.Index([]news.TaskKind{news.TaskDecide, news.TaskListing, news.TaskArticle, news.TaskLook}, k)
}

type dueHeap []*entry

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)        { *h = append(*h, x.(*entry)) }
func (h *dueHeap) Pop() any          { return pop((*[]*entry)(h)) }

type rankHeap []*entry

func (h rankHeap) Len() int { return len(h) }
func (h rankHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(cmp.Compare(rank(a.kind), rank(b.kind)),
		b.published.Compare(a.published), cmp.Compare(a.seq, b.seq)) < 0
}
func (h rankHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *rankHeap) Push(x any)   { *h = append(*h, x.(*entry)) }
func (h *rankHeap) Pop() any     { return pop((*[]*entry)(h)) }

func pop(h *[]*entry) *entry {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}
