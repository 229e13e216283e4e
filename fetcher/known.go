package fetcher

import (
	"container/list"
	"sync"

	"chinanews/fetcher/feed"
	"chinanews/news"
)

// known is what is remembered of the feeds that changed last; some 200,000 items,
// which are about 5,000 feeds, take MostCached. What is forgotten, or lost by a
// restart, costs one reading of the whole. It is good only together with the poll
// state that says which answer was the last one heard: what was never recorded must
// not count as known.
type known struct {
	mu    sync.Mutex
	of    map[string]*list.Element // by source and address; elements are *remembered
	order list.List                // the one that was used last first

	most, size int // bytes
}

type remembered struct {
	name, capture, reader string
	feed                  *feed.Known
}

func newKnown(most int) *known { return &known{of: make(map[string]*list.Element), most: most} }

func (r *remembered) size() int {
	return len(r.name) + len(r.capture) + len(r.reader) + r.feed.Size() + 256
}

// recall is what is remembered of the last good answer to a task.
func (k *known) recall(t news.Task, reader string) *feed.Known {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.of[t.Name()]
	if !ok {
		return nil
	}
	k.order.MoveToFront(e)
	if r := e.Value.(*remembered); r.capture == t.State.Capture && r.reader == reader {
		return r.feed
	}
	return nil
}

// remember keeps what was learned from an answer in the place of what was known
// before; nil: nothing.
func (k *known) remember(t news.Task, b news.Batch, learned *feed.Known) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e, ok := k.of[t.Name()]; ok {
		k.forget(e)
	}
	if learned == nil {
		return
	}
	r := &remembered{t.Name(), b.Capture, b.Reader, learned}
	k.of[r.name] = k.order.PushFront(r)
	for k.size += r.size(); k.size > k.most; {
		k.forget(k.order.Back())
	}
}

func (k *known) forget(e *list.Element) {
	r := k.order.Remove(e).(*remembered)
	delete(k.of, r.name)
	k.size -= r.size()
}
