package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
)

// census is a queue that gets longer by one each time that it is counted.
type census struct {
	Queue
	times atomic.Int64
	fails atomic.Bool
}

func (c *census) Waiting(context.Context) (int, error) {
	n := c.times.Add(1)
	if c.fails.Load() {
		return 0, fmt.Errorf("the record cannot be read")
	}
	return int(n), nil
}

// However often the bell is rung for however many pages, the queue is counted
// once for all of them, and again when it is rung again.
func TestQueueIsCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &census{}
		bell := NewBell()
		h := New(Office{Site: func() news.Site { return news.Site{BaseURL: "http://news.example"} }, People: sitting{"en"}, Bell: bell, Queue: q})
		var pages [mostEars]*httptest.ResponseRecorder
		var all sync.WaitGroup
		for n := range pages {
			pages[n] = httptest.NewRecorder()
			all.Go(func() { h.ServeHTTP(pages[n], httptest.NewRequest(http.MethodGet, "/desk/events", nil)) })
		}
		synctest.Wait()
		heard := func(after string, times int64, last string) {
			t.Helper()
			time.Sleep(2 * settle)
			synctest.Wait()
			if got := q.times.Load(); got != times {
				t.Errorf("after %s the queue was counted %d times, want %d", after, got, times)
			}
			for _, p := range pages {
				if text := p.Body.String(); !strings.HasSuffix(text, last) {
					t.Errorf("after %s a page has heard %q, want %q last", after, text, last)
				}
			}
		}
		for range 100 {
			bell.Ring(BellQueue)
			time.Sleep(time.Millisecond)
		}
		heard("rings", mostEars+1, "event: queue\ndata: {\"waits\":21}\n\n")
		bell.Ring(BellSource)
		heard("one for a source", mostEars+1, "event: source\ndata: {}\n\n")
		bell.Ring(BellQueue)
		heard("another", mostEars+2, "event: queue\ndata: {\"waits\":22}\n\n")
		q.fails.Store(true)
		bell.Ring(BellQueue)
		heard("one of which the count fails", 2*mostEars+2, "event: queue\ndata: {\"waits\":22}\n\n")
		q.fails.Store(false)
		bell.Ring(BellQueue)
		heard("one that can be counted", 2*mostEars+3, "event: queue\ndata: {\"waits\":43}\n\n")
		bell.Close()
		all.Wait()
	})
}
