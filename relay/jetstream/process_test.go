package jetstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// processes are nodes with a process each, of which the last keeps no replica; the
// test looks on from one more.
type processes struct {
	t     *testing.T
	c     *jetstreamtest.Cluster // of it the last node runs here
	cmd   []*exec.Cmd
	in    []io.Closer
	watch *jetstream.Relay
}

// worker is the node that keeps no replica.
const worker = 3

func newProcesses(t *testing.T, ttl time.Duration) *processes {
	p := &processes{t: t, cmd: make([]*exec.Cmd, worker+1), in: make([]io.Closer, worker+1)}
	p.c = jetstreamtest.Planned(t, len(p.cmd)+1, func(i int, o *jetstream.Options) {
		o.Engine.Peers = o.Engine.Peers[:worker]
		o.Engine.Store, o.Poll, o.Replicas, o.SessionTTL = i < worker, i <= worker, 3, ttl
	})
	t.Cleanup(func() {
		for i := range p.cmd {
			p.kill(i)
		}
	})
	for i := range p.cmd {
		p.start(i)
	}
	p.c.Restart(len(p.cmd))
	p.watch = p.c.Relays[len(p.cmd)]
	jetstreamtest.Eventually(t, func() error { return p.watch.Found(t.Context(), jetstreamtest.Charter("one"), "") })
	return p
}

func (p *processes) start(i int) {
	p.t.Helper()
	o := p.c.Options[i]
	text, err := json.Marshal(child{Node: o.Node, Dir: o.Engine.Dir, Listen: o.Engine.Listen, Peers: o.Engine.Peers, TTL: o.SessionTTL, Store: o.Engine.Store})
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

// ask asks a node something.
func (p *processes) ask(i int, what string, answer any) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
	defer cancel()
	text, err := p.watch.Ask(ctx, fmt.Sprintf("node-%d", i), what, nil)
	if err == nil {
		err = json.Unmarshal(text, answer)
	}
	return err
}

// has is what a node holds.
func (p *processes) has(i int) (held map[uint16]holding, err error) {
	err = p.ask(i, "held", &held)
	return held, err
}

// held is what the nodes that run hold, each partition by one.
func (p *processes) held() (map[uint16]holding, error) {
	all, by := make(map[uint16]holding), make(map[uint16]int)
	for i, cmd := range p.cmd {
		if cmd == nil {
			continue
		}
		held, err := p.has(i)
		if err != nil {
			return nil, err
		}
		for part, h := range held {
			if other, twice := by[part]; twice {
				return nil, p.twice(part, other, all[part].Epoch)
			}
			all[part], by[part] = h, i
		}
	}
	return all, nil
}

// twice: a partition that one node held was held by another then. If the first
// holds it still, in the same epoch, both do.
func (p *processes) twice(part uint16, first int, epoch uint64) error {
	held, err := p.has(first)
	if err == nil && held[part].Epoch == epoch {
		p.t.Errorf("node %d holds partition %d, and so does another", first, part)
	}
	return errors.Join(fmt.Errorf("partition %d is handed over", part), err)
}

// settle waits until all partitions are held.
func (p *processes) settle() (held map[uint16]holding, took time.Duration) {
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

// leader is the node that leads a stream, and all that it leads.
func (p *processes) leader(stream string) (leader int, leads []string) {
	p.t.Helper()
	jetstreamtest.Eventually(p.t, func() error {
		names := make(map[int][]string)
		leader = -1
		for _, a := range p.watch.Health(p.t.Context()).Assets {
			i := slices.IndexFunc(p.c.Options, func(o jetstream.Options) bool { return o.Node == a.Leader })
			if names[i] = append(names[i], a.Name); a.Name == stream {
				leader = i
			}
		}
		if leads = names[leader]; leader < 0 || p.cmd[leader] == nil {
			return fmt.Errorf("nobody leads %s: %v", stream, names)
		}
		return nil
	})
	return leader, leads
}

// oversleeping returns by how much a pause was too long at most, which tells how
// late a busy machine is.
func oversleeping(ctx context.Context) (most func() time.Duration) {
	const nap = 10 * time.Millisecond
	var longest atomic.Int64
	go func() {
		for ctx.Err() == nil {
			began := time.Now()
			time.Sleep(nap)
			longest.Store(max(longest.Load(), int64(time.Since(began)-nap)))
		}
	}()
	return func() time.Duration { return time.Duration(longest.Load()) }
}

// What a takeover may take beside a session: the engine may have to choose a
// leader first.
const (
	ofWorker = time.Second
	ofLeader = 10 * time.Second
)

// drowsy is from when on a machine is too busy to be held to that.
const drowsy = 100 * time.Millisecond

// Who leads is killed, stream by stream, then who leads nothing, and then two nodes
// at once. What a node held is taken over in time, with a later epoch, and nothing that was
// acknowledged is missing anywhere.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := newProcesses(t, 4*time.Second)
	_, took := p.settle()
	t.Log("first held after", took)
	j, stop := p.chatter()
	streams := []string{"CN_LOG_one", "KV_CN_SESS", "KV_CN_OWN", "CN_STATE_one", "KV_CN_META"}
	long := os.Getenv("CHINANEWS_LONG") != ""
	if !long {
		streams = streams[:1]
	}
	for _, stream := range streams {
		i, leads := p.leader(stream)
		p.killed(long, leads, i)
	}
	p.killed(long, nil, worker)
	if long {
		i, leads := p.leader("CN_LOG_one")
		p.killed(false, leads, i, (i+1)%worker) // which leaves no majority
	}
	before := j.len()
	jetstreamtest.Eventually(t, func() error {
		if n := j.len(); n <= before {
			return fmt.Errorf("nothing is acknowledged after %d", n)
		}
		return nil
	})
	stop()
	p.kept(j)
}

// killed has nodes die, and come back once what they held is taken over, or at
// once when two do. timely holds the survivors to how long that may take, by when
// they gained it, where the machine has time for them.
func (p *processes) killed(timely bool, leads []string, nodes ...int) {
	p.t.Helper()
	time.Sleep(3 * time.Second) // what joined before is handed its share
	before, _ := p.settle()
	lost, err := p.has(nodes[0])
	if err != nil {
		p.t.Fatal(err)
	}
	watching, rest := context.WithCancel(p.t.Context())
	defer rest()
	late := oversleeping(watching)
	died := time.Now()
	for _, i := range nodes {
		p.kill(i)
	}
	if len(nodes) > 1 {
		time.Sleep(p.c.Options[0].SessionTTL)
		for _, i := range nodes {
			p.start(i)
		}
	}
	after, _ := p.settle()
	var took time.Duration
	for part, was := range before {
		now := after[part]
		if _, free := lost[part]; now.Epoch < was.Epoch || free && now.Epoch == was.Epoch {
			p.t.Errorf("partition %d goes from epoch %d to %d", part, was.Epoch, now.Epoch)
		} else if free {
			took = max(took, now.Since.Sub(died))
		}
	}
	within := p.c.Options[0].SessionTTL + ofWorker
	if len(leads) > 0 {
		within = p.c.Options[0].SessionTTL + ofLeader
	}
	p.t.Logf("node %v leads %v; what it held is held again %.2f s after kill -9, of %s; pauses were %s too long", nodes, leads, took.Seconds(), within, late())
	if timely && took > within && late() < drowsy {
		p.t.Errorf("what node %v held was held again only after %s, want %s", nodes, took, within)
	}
	for _, i := range nodes {
		if p.cmd[i] == nil {
			p.start(i)
		}
	}
	p.settle()
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
		if nodes = slices.Compact(nodes); len(nodes) != len(p.cmd) {
			return fmt.Errorf("owners are %v", nodes)
		}
		return nil
	})
}
