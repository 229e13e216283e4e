package jetstream_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

const childEnv = "CHINANEWS_RELAY_NODE"

// TestMain runs a node of its own when the environment says so.
func TestMain(m *testing.M) {
	if text := os.Getenv(childEnv); text != "" {
		if err := runNode(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child is a node that runs in a process of its own.
type child struct {
	Node, Dir, Listen string
	Peers             []string
	TTL               time.Duration
}

// runNode owns, and tells what it holds, until its input ends.
func runNode(text string) error {
	var n child
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return err
	}
	r, err := jetstream.Open(context.Background(), jetstream.Options{
		Node: n.Node, Replicas: 3, SessionTTL: n.TTL, Retention: time.Hour, Poll: true,
		Engine: &jetstream.Engine{Dir: n.Dir, Listen: n.Listen, Peers: n.Peers, Store: true},
	})
	if err != nil {
		return err
	}
	err = r.Answer("held", func(_ context.Context, _ []byte, w io.Writer) error {
		held := make(map[uint16]uint64)
		for p := range uint16(jetstream.Parts) {
			if _, epoch, ok := r.Lease(p); ok {
				held[p] = epoch
			}
		}
		return json.NewEncoder(w).Encode(held)
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadByte()
		cancel()
	}()
	if err := r.Own(ctx, nil); err != nil {
		return err
	}
	return r.Close()
}

// processes are nodes with an engine and a process each; the test looks on from
// a node without.
type processes struct {
	t     *testing.T
	c     *jetstreamtest.Cluster // of it the last node runs here
	cmd   []*exec.Cmd
	in    []io.Closer
	watch *jetstream.Relay
}

func newProcesses(t *testing.T, ttl time.Duration) *processes {
	p := &processes{t: t, cmd: make([]*exec.Cmd, 3), in: make([]io.Closer, 3)}
	p.c = jetstreamtest.Planned(t, 4, func(i int, o *jetstream.Options) {
		o.Engine.Peers = o.Engine.Peers[:3]
		o.Engine.Store, o.Poll, o.Replicas, o.SessionTTL = i < 3, i < 3, 3, ttl
	})
	t.Cleanup(func() {
		for i := range p.cmd {
			p.kill(i)
		}
	})
	for i := range p.cmd {
		p.start(i)
	}
	p.c.Restart(3)
	p.watch = p.c.Relays[3]
	jetstreamtest.Eventually(t, func() error { return p.watch.Found(t.Context(), jetstreamtest.Charter("one"), "") })
	return p
}

func (p *processes) start(i int) {
	p.t.Helper()
	o := p.c.Options[i]
	text, err := json.Marshal(child{Node: o.Node, Dir: o.Engine.Dir, Listen: o.Engine.Listen, Peers: o.Engine.Peers, TTL: o.SessionTTL})
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+string(text))
	if p.in[i], err = cmd.StdinPipe(); err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.cmd[i] = cmd
}

func (p *processes) kill(i int) {
	if p.cmd[i] != nil {
		p.cmd[i].Process.Kill()
		p.cmd[i].Wait()
		p.cmd[i] = nil
	}
}

// ask asks a node what it holds, in which epochs.
func (p *processes) ask(i int) (held map[uint16]uint64, err error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Second)
	defer cancel()
	answer, err := p.watch.Ask(ctx, fmt.Sprintf("node-%d", i), "held", nil)
	if err == nil {
		err = json.Unmarshal(answer, &held)
	}
	return held, err
}

// held is what the nodes that run hold, each partition by one.
func (p *processes) held() (map[uint16]uint64, error) {
	all, by := make(map[uint16]uint64), make(map[uint16]int)
	for i, cmd := range p.cmd {
		if cmd == nil {
			continue
		}
		held, err := p.ask(i)
		if err != nil {
			return nil, err
		}
		for part, epoch := range held {
			if other, twice := by[part]; twice {
				return nil, p.twice(part, other, all[part])
			}
			all[part], by[part] = epoch, i
		}
	}
	return all, nil
}

// twice: a partition that one node held was held by another then. If the first
// holds it still, in the same epoch, both do.
func (p *processes) twice(part uint16, first int, epoch uint64) error {
	held, err := p.ask(first)
	if err == nil && held[part] == epoch {
		p.t.Errorf("node %d holds partition %d, and so does another", first, part)
	}
	return errors.Join(fmt.Errorf("partition %d is handed over", part), err)
}

// settle waits until all partitions are held.
func (p *processes) settle() (held map[uint16]uint64, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	jetstreamtest.Eventually(p.t, func() (err error) {
		if held, err = p.held(); err == nil && len(held) < jetstream.Parts {
			err = fmt.Errorf("%d partitions are held", len(held))
		}
		return err
	})
	return held, time.Since(began)
}

// leads are what a node leads.
func (p *processes) leads(i int) (names []string) {
	for _, a := range p.watch.Health(p.t.Context()).Assets {
		if a.Leader == fmt.Sprintf("node-%d", i) {
			names = append(names, a.Name)
		}
	}
	return names
}

// chatter appends to a line, one message or some at once, and follows it, both
// from the node that has no engine, and returns how long a message that was
// acknowledged took at most to be followed.
func (p *processes) chatter(ctx context.Context) (longest func() time.Duration) {
	var (
		mu    sync.Mutex
		acked = make(map[uint64]time.Time)
		seen  = make(map[uint64]time.Time)
	)
	go p.watch.Follow(ctx, 0, func(all []jetstream.Message) error {
		mu.Lock()
		defer mu.Unlock()
		for _, m := range all {
			seen[m.Seq] = time.Now()
		}
		return nil
	})
	go func() {
		var after uint64
		for n := 0; ctx.Err() == nil; n += 5 {
			group := entries(n, n+1, n+2, n+3, n+4)[:1+n/5%5]
			seq, err := p.watch.AppendAll(ctx, "log.1", group, after)
			if err != nil {
				continue
			}
			mu.Lock()
			for after = seq - uint64(len(group)); after < seq; {
				after++
				acked[after] = time.Now()
			}
			mu.Unlock()
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return func() (most time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		for seq, at := range acked {
			then, ok := seen[seq]
			if !ok {
				then = time.Now()
			}
			most = max(most, then.Sub(at))
		}
		clear(acked)
		return most
	}
}

// Nodes are killed one after another; what they held is taken over, with a later
// epoch.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := newProcesses(t, 4*time.Second)
	_, took := p.settle()
	t.Log("first held after", took)
	longest := p.chatter(t.Context())
	kills := 1
	if os.Getenv("CHINANEWS_LONG") != "" {
		kills = len(p.cmd)
	}
	for i := range kills {
		time.Sleep(3 * time.Second) // what joined before is handed its share
		before, _ := p.settle()
		leads := p.leads(i)
		p.kill(i)
		after, took := p.settle()
		t.Logf("node %d leads %v; what it held is held again %.2f s after kill -9; followed at most %.2f s after the acknowledgement", i, leads, took.Seconds(), longest().Seconds())
		for part, epoch := range before {
			if after[part] < epoch {
				t.Errorf("partition %d goes back from epoch %d to %d", part, epoch, after[part])
			}
		}
		p.start(i)
		p.settle()
	}
}

// A node that was frozen for three sessions holds nothing when it wakes, though
// nobody told it, and gets its share again.
func TestFrozen(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := newProcesses(t, 2*time.Second)
	p.settle()
	frozen := p.cmd[1]
	frozen.Process.Signal(syscall.SIGSTOP)
	p.cmd[1] = nil // asks nobody
	_, took := p.settle()
	t.Logf("what a frozen node held is held again after %.2f s", took.Seconds())
	time.Sleep(3 * time.Second)
	p.cmd[1] = frozen
	frozen.Process.Signal(syscall.SIGCONT)
	p.settle()
	jetstreamtest.Eventually(t, func() error {
		owners, err := p.watch.Owners(t.Context())
		if err != nil {
			return err
		}
		var nodes []string
		for _, o := range owners {
			nodes = append(nodes, o.Node)
		}
		slices.Sort(nodes)
		if nodes = slices.Compact(nodes); len(nodes) != 3 {
			return fmt.Errorf("owners are %v", nodes)
		}
		return nil
	})
}
