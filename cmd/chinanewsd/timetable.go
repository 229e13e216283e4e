package main

import (
	"cmp"
	"container/heap"
	"slices"
	"sync"
	"time"

	"chinanews/news"
)

// timetable hands out tasks: what is due, one queue a host, each host at its
// own pace. It owns no durable state: it is filled from poll states and tasks
// at start. All methods are safe for concurrent use.
type timetable struct {
	rule func(host string) news.HostRule
	mine func(part uint16) bool // whether hosts of a partition are asked here; nil: all are

	mu     sync.Mutex
	hosts  map[string]*queue
	names  map[string]*entry    // by task name
	out    map[string]news.Task // handed out, and not done
	order  uint64               // of handing out, for fairness between hosts
	signal chan struct{}        // something came in, or a host became free
	slow   int                  // slow hosts that are asked now
	most   int                  // how many of those may be; 0: any number
}

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
}

// entry is a task in a queue; a task that was replaced or dropped stays in its
// heap, marked void, until it surfaces.
type entry struct {
	task news.Task
	void bool
	seq  uint64
}

// handed is a task on its way; done returns its place.
type handed struct {
	news.Task
	queue *queue
	slow  bool // counted in the timetable's slow
}

func newTimetable(rule func(host string) news.HostRule) *timetable {
	return &timetable{
		rule: rule, hosts: make(map[string]*queue), names: make(map[string]*entry), out: make(map[string]news.Task),
		signal: make(chan struct{}, 1),
	}
}

// put adds tasks; each replaces one of its name that was not handed out.
func (t *timetable) put(tasks ...news.Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, task := range tasks {
		name := task.Name()
		if old, ok := t.names[name]; ok {
			old.void = true
		}
		t.order++
		e := &entry{task: task, seq: t.order}
		t.names[name] = e
		heap.Push(&t.queue(news.Host(task.URL)).later, e)
	}
	t.wake()
}

// back puts a task back that was handed out and not done, due at a moment. One of
// its name that came meanwhile stays.
func (t *timetable) back(task news.Task, due time.Time) {
	t.mu.Lock()
	_, known := t.names[task.Name()]
	t.mu.Unlock()
	if !known {
		task.Due = due
		t.put(task)
	}
}

// drop forgets tasks that were not handed out.
func (t *timetable) drop(tasks ...news.Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, task := range tasks {
		if old, ok := t.names[task.Name()]; ok {
			old.void = true
			delete(t.names, task.Name())
		}
	}
}

// sift drops the tasks that gone names.
func (t *timetable) sift(gone func(news.Task) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, e := range t.names {
		if gone(e.task) {
			e.void = true
			delete(t.names, name)
		}
	}
	t.wake()
}

func (t *timetable) queue(host string) *queue {
	q, ok := t.hosts[host]
	if !ok {
		q = &queue{host: host}
		if t.mine != nil && host != "" {
			q.part = news.Part(host)
		}
		t.hosts[host] = q
	}
	return q
}

// take begins with hosts of partitions that others have asked so far: as if each
// had been asked just now.
func (t *timetable) take(parts []uint16, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, q := range t.hosts {
		if slices.Contains(parts, q.part) {
			q.free = latest(q.free, now.Add(t.rule(q.host).Delay.Std()))
		}
	}
	t.wake()
}

func (t *timetable) wake() {
	select {
	case t.signal <- struct{}{}:
	default:
	}
}

// next hands out the most urgent task of the host that waited longest. Without
// one it returns when to ask again at the latest; zero: when signalled.
func (t *timetable) next(now time.Time) (h handed, ok bool, wait time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var best *queue
	for name, q := range t.hosts {
		if q.over(now) {
			delete(t.hosts, name)
			continue
		}
		if q.slow && t.most > 0 && t.slow >= t.most || t.mine != nil && !t.mine(q.part) {
			continue
		}
		at := q.ready(now, t.rule(q.host))
		if !at.IsZero() && !at.After(now) {
			if best == nil || q.handed < best.handed {
				best = q
			}
		} else if !at.IsZero() && (wait.IsZero() || at.Before(wait)) {
			wait = at
		}
	}
	if best == nil {
		return handed{}, false, wait
	}
	return t.hand(best, now), true, time.Time{}
}

func (t *timetable) hand(q *queue, now time.Time) handed {
	if q.slow {
		t.slow++
	}
	e := heap.Pop(&q.due).(*entry)
	delete(t.names, e.task.Name())
	t.out[e.task.Name()] = e.task
	t.order++
	q.handed = t.order
	q.busy++
	q.free = now.Add(t.rule(q.host).Delay.Std())
	return handed{e.task, q, q.slow}
}

// slowAnswer is when an answer has kept a worker for long. Hosts like that may
// take half of the workers, so that those who stall do not delay those who
// answer.
const slowAnswer = 5 * time.Second

// hold leaves a host alone until a moment.
func (t *timetable) hold(host string, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.queue(host)
	q.held = latest(q.held, until)
}

// done gives a handed task's place back; took is how long the site kept it.
func (t *timetable) done(h handed, now time.Time, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.queue.busy--
	delete(t.out, h.Name())
	if h.slow {
		t.slow--
	}
	h.queue.slow = h.queue.host != "" && took > slowAnswer
	if free := now.Add(t.rule(h.queue.host).Delay.Std()); free.After(h.queue.free) {
		h.queue.free = free
	}
	t.wake()
}

// pending counts the tasks of a kind that are due before a moment.
func (t *timetable) pending(kind news.TaskKind, before time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, e := range t.names {
		if e.task.Kind == kind && !e.task.Due.After(before) {
			n++
		}
	}
	return n
}

// articles counts, by source, the articles that are due before a moment or are
// being read.
func (t *timetable) articles(before time.Time) map[news.Origin]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := make(map[news.Origin]int)
	for _, e := range t.names {
		if e.task.Kind == news.TaskArticle && !e.task.Due.After(before) {
			left[e.task.Source]++
		}
	}
	for _, task := range t.out {
		if task.Kind == news.TaskArticle {
			left[task.Source]++
		}
	}
	return left
}

// length estimates how long it takes until all that is due before a moment is
// done: that of the host with most to do.
func (t *timetable) length(before time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	count := make(map[string]int)
	for _, e := range t.names {
		if e.task.Kind != news.TaskDecide && !e.task.Due.After(before) {
			count[news.Host(e.task.URL)]++
		}
	}
	var longest time.Duration
	for host, n := range count {
		r := t.rule(host)
		longest = max(longest, time.Duration(n)*(r.Delay.Std()+time.Second)/time.Duration(max(1, r.Connections)))
	}
	return longest
}

// ready is when the queue can hand out a task: now or earlier, later, or never
// (zero) when it is empty or as busy as it may be.
func (q *queue) ready(now time.Time, rule news.HostRule) time.Time {
	for len(q.later) > 0 && !q.later[0].task.Due.After(now) {
		if e := heap.Pop(&q.later).(*entry); !e.void {
			heap.Push(&q.due, e)
		}
	}
	for len(q.due) > 0 && q.due[0].void {
		heap.Pop(&q.due)
	}
	for len(q.later) > 0 && q.later[0].void {
		heap.Pop(&q.later)
	}
	switch {
	case q.host != "" && q.busy >= max(1, rule.Connections):
		return time.Time{}
	case len(q.due) > 0:
		return latest(latest(q.free, q.held), q.due[0].task.Due)
	case len(q.later) > 0:
		return latest(latest(q.free, q.held), q.later[0].task.Due)
	}
	return time.Time{}
}

// over reports a host of which nothing is wanted, and that wants nothing.
func (q *queue) over(now time.Time) bool {
	return len(q.later) == 0 && len(q.due) == 0 && q.busy == 0 && !q.free.After(now) && !q.held.After(now)
}

// rank orders what is due: decisions, listings, articles newest first, looks.
func rank(k news.TaskKind) int {
	return slices.Index([]news.TaskKind{news.TaskDecide, news.TaskListing, news.TaskArticle, news.TaskLook}, k)
}

type dueHeap []*entry

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].task.Due.Before(h[j].task.Due) }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)        { *h = append(*h, x.(*entry)) }
func (h *dueHeap) Pop() any          { return pop((*[]*entry)(h)) }

type rankHeap []*entry

func (h rankHeap) Len() int { return len(h) }
func (h rankHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(cmp.Compare(rank(a.task.Kind), rank(b.task.Kind)),
		b.task.Listed.Date.Time.Compare(a.task.Listed.Date.Time), cmp.Compare(a.seq, b.seq)) < 0
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

// idle reports whether nothing is on its way and nothing due is waiting that
// was not tried before.
func (t *timetable) idle(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, q := range t.hosts {
		if q.busy > 0 {
			return false
		}
	}
	for _, e := range t.names {
		if e.task.Kind != news.TaskDecide && e.task.Tries == 0 && !e.task.Due.After(now) {
			return false
		}
	}
	return true
}
