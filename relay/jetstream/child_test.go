package jetstream_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"chinanews/relay/jetstream"
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
	Store             bool // a replica: one that keeps none leads nothing
}

// holding is a partition in a node's hands.
type holding struct {
	Epoch uint64
	Since time.Time // when it was gained
}

// diary is what a node writes down of itself.
type diary struct {
	mu       sync.Mutex
	gained   map[uint16]time.Time
	followed map[uint64][16]byte // ids by sequence
}

func (d *diary) gain(_ context.Context, parts []uint16) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, part := range parts {
		d.gained[part] = time.Now()
	}
}

func (d *diary) follow(all []jetstream.Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range all {
		d.followed[m.Seq] = m.ID
	}
	return nil
}

// answer tells what a node holds, and what it has followed.
func (d *diary) answer(r *jetstream.Relay) error {
	held := func(_ context.Context, _ []byte, w io.Writer) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		held := make(map[uint16]holding)
		for p := range uint16(jetstream.Parts) {
			if _, epoch, ok := r.Lease(p); ok {
				held[p] = holding{epoch, d.gained[p]}
			}
		}
		return json.NewEncoder(w).Encode(held)
	}
	followed := func(_ context.Context, _ []byte, w io.Writer) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		return json.NewEncoder(w).Encode(d.followed)
	}
	return errors.Join(r.Answer("held", held), r.Answer("followed", followed))
}

// runNode owns and follows, and tells of it, until its input ends.
func runNode(text string) error {
	var n child
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return err
	}
	r, err := jetstream.Open(context.Background(), jetstream.Options{
		Node: n.Node, Replicas: 3, SessionTTL: n.TTL, Retention: time.Hour, Poll: true,
		Engine: &jetstream.Engine{Dir: n.Dir, Listen: n.Listen, Peers: n.Peers, Store: n.Store},
	})
	if err != nil {
		return err
	}
	d := &diary{gained: make(map[uint16]time.Time), followed: make(map[uint64][16]byte)}
	if err := d.answer(r); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadByte()
		cancel()
	}()
	var group sync.WaitGroup
	group.Go(func() { // the log may not be founded yet
		for from := uint64(0); ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
			r.Follow(ctx, from, func(all []jetstream.Message) error {
				from = all[len(all)-1].Seq
				return d.follow(all)
			})
		}
	})
	err = r.Own(ctx, d.gain)
	group.Wait()
	return errors.Join(err, r.Close())
}
