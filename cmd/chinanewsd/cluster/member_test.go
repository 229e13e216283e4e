package cluster

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// waters are a sea and the nodes at it.
type waters struct {
	*sea
	t       *testing.T
	founder string // a record that nodes begin with copies of
}

// member is a node with its record.
type member struct {
	*Node
	*port
	store *storage.Store
	dir   string

	end   context.CancelFunc
	ended chan struct{} // closed when Run has returned ran
	ran   error

	full   atomic.Bool // its disk
	rigged atomic.Pointer[func(*storage.Ledger, news.Batch) news.Decision]
	behind atomic.Bool // it does not go by what is published

	mu    sync.Mutex
	heard Heard // everything
	took  []uint16
}

const incarnation = "first"

// bubble runs a test in time of its own. What packages share for good (coders)
// is made before, outside.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	warm.Do(func() {
		s := copied(t, founded(t), nil)
		defer s.Close()
		d, err := s.Draft(t.Context(), recordertest.Listing("harbours", 1, 1), recordertest.Judge(t).Batch)
		if err == nil {
			_, err = s.Follow(t.Context(), []storage.Said{{Seq: 1, At: time.Now(), Data: d.Message}}, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	synctest.Test(t, f)
}

var warm sync.Once

// flood makes a sea with a record that is configured and has joined it.
func flood(t *testing.T) *waters {
	w := &waters{sea: newSea(), t: t, founder: founded(t)}
	w.charter.Incarnation = incarnation
	return w
}

// founded is the directory of a record that a cluster is founded with.
func founded(t testing.TB) string { return foundedAs(t, incarnation) }

func foundedAs(t testing.TB, incarnation string) string {
	t.Helper()
	dir := t.TempDir()
	s, err := storage.Create(dir, storage.Options{Features: curator.Features, Site: "site-1"})
	if err != nil {
		t.Fatal(err)
	}
	p := recordertest.Publication()
	p.Site.ID = s.Site()
	if _, err := s.Configure(t.Context(), p, "config.yaml", nil); err != nil {
		t.Fatal(err)
	}
	tip, err := s.Tip()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Join(t.Context(), storage.Cursor{Incarnation: incarnation, Base: tip.Pos}), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// join begins a node on a copy of the founder's record.
func (w *waters) join(name string) *member { return w.joinWith(name, w.founder) }

// joinWith begins a node on a copy of a record.
func (w *waters) joinWith(name, record string) *member {
	w.t.Helper()
	dir := copyOf(w.t, record)
	m := &member{port: w.port(name), dir: dir, ended: make(chan struct{})}
	var err error
	if m.store, err = storage.Open(dir, storage.Options{Features: curator.Features, Share: m.port.Share}); err != nil {
		w.t.Fatal(err)
	}
	c := recordertest.Curator(w.t)
	judge := recordertest.Judge(w.t)
	batch := judge.Batch
	judge.Batch = func(l *storage.Ledger, b news.Batch) news.Decision {
		if f := m.rigged.Load(); f != nil {
			return (*f)(l, b)
		}
		return batch(l, b)
	}
	m.Node = New(Options{Node: name, Store: m.store, Relay: m.port, Judge: judge, Heard: m.hears, Took: m.takes, Abreast: func() bool { return !m.behind.Load() },
		Log:     slog.New(slog.NewTextHandler(w.t.Output(), nil)).With("node", name),
		Pending: func(l *storage.Ledger, i news.Item) []news.Task { return c.Pending(l, i) }})
	follow := m.follow
	m.follow = func(ctx context.Context, said []storage.Said, captures func(news.BatchID) []news.Capture) ([]storage.Followed, error) {
		if m.full.Load() {
			return nil, storage.ErrDisk
		}
		return follow(ctx, said, captures)
	}
	var ctx context.Context
	ctx, m.end = context.WithCancel(context.Background())
	go func() { m.ran = m.Run(ctx); close(m.ended) }()
	w.t.Cleanup(m.leave)
	return m
}

// copyOf is a copy of a directory.
func copyOf(t testing.TB, record string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(record)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// leave ends a node and closes its record.
func (m *member) leave() {
	m.end()
	<-m.ended
	m.store.Close()
}

// rig has another judge rule on answers.
func (m *member) rig(f func(*storage.Ledger, news.Batch) news.Decision) { m.rigged.Store(&f) }

func (m *member) hears(h Heard) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard.Ruled, m.heard.Config = m.heard.Ruled || h.Ruled, m.heard.Config || h.Config
	m.heard.Tasks, m.heard.Done = append(m.heard.Tasks, h.Tasks...), append(m.heard.Done, h.Done...)
	m.heard.Polls, m.heard.Hosts = append(m.heard.Polls, h.Polls...), append(m.heard.Hosts, h.Hosts...)
}

func (m *member) takes(parts []uint16) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took = append(m.took, parts...)
	return nil
}

// told is what the node was told of.
func (m *member) told() (heard Heard, took []uint16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heard, slices.Clone(m.took)
}

// Lease is the node's, not the port's.
func (m *member) Lease(part uint16) (context.Context, bool) { return m.Node.Lease(part) }

// tip is where a record ends.
func (m *member) tip(t *testing.T) storage.Tip {
	t.Helper()
	tip, err := m.store.Tip()
	if err != nil {
		t.Fatal(err)
	}
	return tip
}

// tasks are the names of what a record has to do.
func (m *member) tasks(t *testing.T) map[string]news.Task {
	t.Helper()
	list := make(map[string]news.Task)
	err := m.store.View(context.Background(), func(l *storage.Ledger) error {
		for task := range l.Tasks() {
			list[task.Name()] = task
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// items counts the items of a source.
func (m *member) items(t *testing.T, source string) (n int) {
	t.Helper()
	err := m.store.View(context.Background(), func(l *storage.Ledger) error {
		for range l.Items(news.Origin(source), time.Time{}) {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// readings counts the entries that are recorded.
func (m *member) readings(t *testing.T) (n int) {
	t.Helper()
	err := m.store.View(context.Background(), func(l *storage.Ledger) error {
		for pos := uint64(1); pos < l.Next(); pos++ {
			f, err := l.Fact(pos)
			if err != nil {
				return err
			}
			if f.Batch != nil {
				n += len(f.Batch.Entries)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// accept has a node accept an answer as its poller would.
func (m *member) accept(t *testing.T, b news.Batch) (storage.Receipt, error) {
	return m.Accept(t.Context(), b, recordertest.Judge(t).Batch)
}

// agree fails unless nodes have one record, once everything that is on its way
// has come.
func agree(t *testing.T, nodes ...*member) {
	t.Helper()
	time.Sleep(time.Minute)
	synctest.Wait()
	want := nodes[0].tip(t)
	for _, m := range nodes[1:] {
		if got := m.tip(t); got != want {
			t.Errorf("the record of %s ends at %d %x, that of %s at %d %x", m.port.node, got.Pos, got.Link[:4], nodes[0].port.node, want.Pos, want.Link[:4])
		}
	}
}
