package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/curator"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
	"chinanews/storage"
)

var _ Relay = (*jetstream.Relay)(nil)

// engine is three nodes' relays, used by one set of records after the other.
type engine struct {
	*jetstreamtest.Cluster
	founded int
}

func startEngine(t testing.TB, ttl time.Duration) *engine {
	return &engine{Cluster: jetstreamtest.Start(t, 3, func(_ int, o *jetstream.Options) { o.SessionTTL = ttl })}
}

// found founds the cluster anew.
func (e *engine) found(t testing.TB) (incarnation string) {
	t.Helper()
	e.founded++
	name := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint("founding-", n)
	}
	jetstreamtest.Eventually(t, func() error {
		return e.Relays[0].Found(t.Context(), jetstreamtest.Charter(name(e.founded)), name(e.founded-1))
	})
	return name(e.founded)
}

// seats are nodes over the engine, the ruler first.
func (e *engine) seats(t testing.TB, judge storage.Judge) (seats []recordertest.Seat) {
	t.Helper()
	founder := foundedAs(t, e.found(t))
	var nodes []*Node
	for i, r := range e.Relays {
		s := copied(t, founder, r.Share)
		n := New(Options{Node: fmt.Sprint("node-", i), Store: s, Relay: r, Judge: judge})
		ctx, end := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- n.Run(ctx) }()
		t.Cleanup(func() {
			end()
			if err := errors.Join(<-done, s.Close()); err != nil {
				t.Error(err)
			}
		})
		nodes = append(nodes, n)
		seats = append(seats, recordertest.Seat{Recorder: n, Store: s})
	}
	jetstreamtest.Eventually(t, func() error {
		first := slices.IndexFunc(nodes, (*Node).Rules)
		if first < 0 {
			return errors.New("nobody rules")
		}
		seats[0], seats[first] = seats[first], seats[0]
		return nil
	})
	return seats
}

// copied is an open copy of a record.
func copied(t testing.TB, record string, share func(context.Context, []news.Cell) error) *storage.Store {
	t.Helper()
	s, err := storage.Open(copyOf(t, record), storage.Options{Features: curator.Features, Share: share})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestContractJetStream holds nodes over the engine that they run with to the
// same as a record that is alone.
func TestContractJetStream(t *testing.T) {
	if testing.Short() {
		t.Skip("each of its parts founds a cluster")
	}
	e := startEngine(t, 10*time.Second) // nobody dies, and machines may be slow
	recordertest.Run(t, func(t *testing.T) []recordertest.Seat { return e.seats(t, recordertest.Judge(t)) })
}

// TestTakeover: the ruler dies with its engine; the others rule on, and what it
// had acknowledged is there.
func TestTakeover(t *testing.T) {
	e := startEngine(t, 2*time.Second)
	judge := recordertest.Judge(t)
	seats := e.seats(t, judge)
	accept := func(s recordertest.Seat, n int) storage.Receipt {
		t.Helper()
		var rc storage.Receipt
		jetstreamtest.Eventually(t, func() (err error) {
			rc, err = s.Accept(t.Context(), recordertest.Listing("harbours", n, n), judge.Batch)
			return err
		})
		return rc
	}
	for n := range 5 {
		accept(seats[n%3], n)
	}
	dead := seats[0].Recorder.(*Node)
	e.Kill(slices.Index(e.Relays, dead.Relay.(*jetstream.Relay)))
	began := time.Now()
	rc := accept(seats[1], 100)
	t.Logf("the next ruling came %v after the death", time.Since(began).Round(time.Millisecond))
	if rc.RulingPos == 0 && !rc.Duplicate {
		t.Errorf("after the ruler's death an answer gave %+v", rc)
	}
	for _, s := range seats[1:] {
		last := accept(s, 101) // it has followed that far
		err := s.Store.View(t.Context(), func(l *storage.Ledger) error {
			for _, n := range []int{0, 1, 2, 3, 4, 100} {
				if _, ok := l.Item(news.NewItemID("harbours", news.ByID, fmt.Sprintf("id-%d", n))); !ok {
					t.Errorf("release %d is not there by record %d", n, last.Pos)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// sources is how many there are to measure with.
const sources = 500

// wide judges on many sources, so that the past of one does not count.
func wide(b *testing.B) storage.Judge {
	p := recordertest.Publication()
	row := p.Sources[0]
	p.Sources, p.Feeds[0].Sources = nil, nil
	for n := range sources {
		row.ID = fmt.Sprint("source-", n)
		row.Origin, row.URLs = news.Origin(row.ID), []string{"https://" + row.ID + ".example/list"}
		p.Sources, p.Feeds[0].Sources = append(p.Sources, row), append(p.Feeds[0].Sources, row.ID)
	}
	c, err := curator.New(p, 0)
	if err != nil {
		b.Fatal(err)
	}
	return storage.Judge{Batch: func(l *storage.Ledger, b news.Batch) news.Decision { return c.Accept(l, b) }}
}

// BenchmarkAccept is answers with one release each, accepted on three nodes
// that share an engine, in one process: how many are ruled on in a second,
// beside how many messages can be appended one after the other.
func BenchmarkAccept(b *testing.B) {
	e := startEngine(b, 10*time.Second)
	e.found(b)
	var seq, last uint64
	b.Run("appends alone", func(b *testing.B) {
		for range b.N {
			var err error
			if last, err = e.Relays[0].Append(b.Context(), "log.1", jetstreamtest.ID(int(seq)), make([]byte, 1000), last); err != nil {
				b.Fatal(err)
			}
			seq++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	})
	judge := wide(b)
	seats := e.seats(b, judge)
	n := 0
	var mu sync.Mutex
	next := func() int { mu.Lock(); defer mu.Unlock(); n++; return n }
	for _, at := range []int{1, 32} {
		b.Run(fmt.Sprint(at, " at once"), func(b *testing.B) {
			var all sync.WaitGroup
			most := n + b.N
			for range at {
				all.Go(func() {
					for i := next(); i <= most; i = next() {
						answer := recordertest.Listing(fmt.Sprint("source-", i%sources), i, i)
						if _, err := seats[i%len(seats)].Accept(b.Context(), answer, judge.Batch); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rulings/s")
		})
	}
}
