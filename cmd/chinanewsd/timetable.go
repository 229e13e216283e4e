package main

import (
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
	turns  turns
	names  map[string]*entry  // by task name
	out    map[string]*handed // handed out, and not done
	order  uint64             // of handing out, for fairness between hosts
	signal chan struct{}      // something came in, or a host became free
	slow   int                // slow hosts that are asked now
	most   int                // how many of those may be; 0: any number
}

// entry is a task in a queue; a task that was replaced or dropped stays in its
// heap, marked void, until it surfaces. Of a listing, of which there may be very
// many, it has only what tells it from others.
type entry struct {
	kind      news.TaskKind
	source    news.Origin
	url       string
	due       time.Time
	published time.Time  // of an article: when its listing says that it was
	whole     *news.Task // nil: nothing else is said of it
	void      bool
	seq       uint64
}

func newEntry(t news.Task, seq uint64) *entry {
	e := &entry{kind: t.Kind, source: t.Source, url: t.URL, due: t.Due, published: t.Listed.Date.Time, seq: seq}
	if t.Kind != news.TaskListing || t.Page.Further() || t.Tries > 0 {
		whole := t
		e.whole = &whole
	}
	return e
}

func (e *entry) task() news.Task {
	if e.whole != nil {
		return *e.whole
	}
	return news.Task{Kind: e.kind, Source: e.source, URL: e.url, Due: e.due}
}

func (e *entry) tried() bool { return e.whole != nil && e.whole.Tries > 0 }

// handed is a task on its way; done returns its place.
type handed struct {
	news.Task
	queue *queue
	slow  bool // counted in the timetable's slow
	left  bool // its host is free of it
	berth *berth

	begun bool      // that it is asked for was counted
	again time.Time // then: when it is due should nobody hear of it
}

func newTimetable(rule func(host string) news.HostRule) *timetable {
	return &timetable{
		rule: rule, hosts: make(map[string]*queue), names: make(map[string]*entry), out: make(map[string]*handed),
		turns: newTurns(), signal: make(chan struct{}, 1),
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
		e := newEntry(task, t.order)
		t.names[name] = e
		q := t.queue(news.Host(task.URL))
		heap.Push(&q.later, e)
		t.settle(q)
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
		if gone(e.task()) {
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
			t.settle(q)
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

// due hands out so many tasks at most. Without any it returns when to ask again
// at the latest; zero: when signalled.
func (t *timetable) due(now time.Time, most int) (all []*handed, wait time.Time) {
	for len(all) < most {
		h, ok, until := t.next(now)
		if !ok {
			return all, until
		}
		all = append(all, h)
	}
	return all, time.Time{}
}

// next hands out the most urgent task of the host that waited longest. Without
// one it returns when to ask again at the latest; zero: when signalled.
func (t *timetable) next(now time.Time) (h *handed, ok bool, wait time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lookAside(now)
	for {
		t.turns.call(now)
		q := t.turns.first(t.most == 0 || t.slow < t.most)
		if q == nil {
			return nil, false, t.turns.soonest()
		}
		switch at, any := q.turn(t.rule(q.host)); {
		case q.over(now):
			t.turns.remove(q)
			delete(t.hosts, q.host)
		case !any || at.After(now): // what its turn was for was dropped
			t.settle(q)
		case t.mine != nil && !t.mine(q.part):
			t.turns.place(&t.turns.aside, q)
		default:
			return t.hand(q, now), true, time.Time{}
		}
	}
}

// settle gives a host its turn again after something of it has changed.
func (t *timetable) settle(q *queue) {
	at, ok := q.turn(t.rule(q.host))
	switch {
	case ok:
		t.turns.wait(q, at)
	case q.busy == 0: // nothing is wanted of it: it is forgotten when it wants nothing
		t.turns.wait(q, latest(q.free, q.held))
	default:
		t.turns.remove(q)
	}
}

// lookAside gives hosts that others ask their turns again, once a second: a
// lease may have begun.
func (t *timetable) lookAside(now time.Time) {
	if t.mine == nil || now.Sub(t.turns.looked).Abs() < time.Second {
		return
	}
	t.turns.looked = now
	for _, q := range slices.Clone(t.turns.aside.list) {
		t.settle(q)
	}
}

func (t *timetable) hand(q *queue, now time.Time) *handed {
	if q.slow {
		t.slow++
	}
	q.promote(now)
	e := heap.Pop(&q.due).(*entry)
	h := &handed{Task: e.task(), queue: q, slow: q.slow}
	name := h.Name()
	delete(t.names, name)
	t.out[name] = h
	t.order++
	q.handed = t.order
	q.busy++
	q.free = now.Add(t.rule(q.host).Delay.Std())
	t.settle(q)
	return h
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
	t.settle(q)
}

// done ends a handed task, and gives its place at its host back if it still has
// it; took is how long the site kept it.
func (t *timetable) done(h *handed, now time.Time, took time.Duration) {
	t.leave(h, now, took)
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.out, h.Name())
	t.wake()
}

// leave gives a handed task's place at its host back, of which nothing more is
// wanted for it.
func (t *timetable) leave(h *handed, now time.Time, took time.Duration) {
	if h.left {
		return
	}
	h.left = true
	t.mu.Lock()
	defer t.mu.Unlock()
	q := h.queue
	q.busy--
	if h.slow {
		t.slow--
	}
	q.slow = q.host != "" && took > slowAnswer
	if free := now.Add(t.rule(q.host).Delay.Std()); free.After(q.free) {
		q.free = free
	}
	t.settle(q)
	t.wake()
}

// pending counts the tasks of a kind that are due before a moment.
func (t *timetable) pending(kind news.TaskKind, before time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, e := range t.names {
		if e.kind == kind && !e.due.After(before) {
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
		if e.kind == news.TaskArticle && !e.due.After(before) {
			left[e.source]++
		}
	}
	for _, h := range t.out {
		if h.Kind == news.TaskArticle {
			left[h.Source]++
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
		if e.kind != news.TaskDecide && !e.due.After(before) {
			count[news.Host(e.url)]++
		}
	}
	var longest time.Duration
	for host, n := range count {
		r := t.rule(host)
		longest = max(longest, time.Duration(n)*(r.Delay.Std()+time.Second)/time.Duration(max(1, r.Connections)))
	}
	return longest
}

// idle reports whether nothing is on its way and nothing due is waiting that
// was not tried before.
func (t *timetable) idle(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.out) > 0 {
		return false
	}
	for _, e := range t.names {
		if e.kind != news.TaskDecide && !e.tried() && !e.due.After(now) {
			return false
		}
	}
	return true
}
