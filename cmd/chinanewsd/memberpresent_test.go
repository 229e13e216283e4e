package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// Of two processes with one name each finds the other, and exactly one is the
// elder.
func TestRival(t *testing.T) {
	a, b := attendant{Node: "news-1", Instance: "a", Age: 9}, attendant{Node: "news-1", Instance: "b", Age: 7}
	c := attendant{Node: "news-2", Instance: "c", Age: 99}
	for _, tt := range []struct {
		instance  string
		all       []attendant
		elder, is bool
	}{
		{"a", []attendant{a, c}, false, false},
		{"a", []attendant{a, b, c}, false, true},
		{"b", []attendant{a, b, c}, true, true},
		{"c", []attendant{a, b, c}, false, false},
		{"a", nil, false, false},
		{"a", []attendant{b, c}, false, false}, // its own answer did not come
		{"a", []attendant{a, {Node: "news-1", Instance: "z", Age: 9}}, false, true},
		{"z", []attendant{a, {Node: "news-1", Instance: "z", Age: 9}}, true, true},
	} {
		other, elder, is := rival(tt.instance, tt.all)
		if elder != tt.elder || is != tt.is || is && other.Instance == tt.instance {
			t.Errorf("%s of %v: %v %v %v", tt.instance, tt.all, other, elder, is)
		}
	}
}

// A node with the name of one that runs does not start, and says where that is.
func TestNameIsTaken(t *testing.T) {
	t.Parallel()
	all := laidSeats(t, 3)
	if err := all[0].first(); err != nil {
		t.Fatal(err)
	}
	all[0].begin()
	all[1].set("node: news-1", "node: news-0")
	cfg := mustLoad(t, all[1].file)
	err := daemon(t.Context(), cfg, settings{log: slog.New(slog.DiscardHandler)}, false, func(*house, string) {})
	if err == nil || !strings.Contains(err.Error(), cfg.Cluster.Peers[0]) || !strings.Contains(err.Error(), "news-0") {
		t.Errorf("it ends with %v", err)
	}
}

// Two that start with one name at the same moment find out: one ends, and the
// other says so.
func TestNameIsTakenAtOnce(t *testing.T) {
	c := jetstreamtest.Start(t, 3, func(i int, o *jetstream.Options) {
		if i == 2 {
			o.Node = "node-1"
		}
	})
	ends, logs := make(chan int, 2), make([]lockedBuffer, 3)
	members := make([]*member, 3)
	for i := 1; i < 3; i++ {
		o := c.Options[i]
		m := &member{cfg: news.Cluster{Node: "node-1", Engine: news.EngineEmbedded, Listen: o.Engine.Listen, Peers: o.Engine.Peers},
			relay: c.Relays[i], instance: fmt.Sprint(i), begun: time.Now(), log: slog.New(slog.NewTextHandler(&logs[i], nil))}
		if err := m.attend(); err != nil {
			t.Fatal(err)
		}
		members[i] = m
		ctx, end := context.WithCancelCause(t.Context())
		t.Cleanup(func() { end(nil) })
		go m.guard(ctx, func(err error) {
			ends <- i
		})
	}
	ended := <-ends
	other := 3 - ended
	jetstreamtest.Eventually(t, func() error {
		if members[other].rival.Load() == nil || !strings.Contains(logs[other].String(), "another process has this node's name") {
			return errors.New("the other does not say so: " + logs[other].String())
		}
		return nil
	})
	if s := members[other].symptom(time.Now()); !s.bad || !strings.Contains(s.title, "this node's name") {
		t.Errorf("its alarm is %+v", s)
	}
	if len(ends) > 0 {
		t.Error("both end")
	}
}

// A second record to begin with is refused, while the first waits and when there
// is a cluster; one that was made unseen, and has nothing, is given up.
func TestSecondFirstRecord(t *testing.T) {
	t.Parallel()
	all := laidSeats(t, 3)
	for _, s := range all[:2] { // nobody runs who could be asked
		if err := s.first(); err != nil {
			t.Fatal(err)
		}
	}
	all[0].begin()
	if err := all[2].first(); err == nil || !strings.Contains(err.Error(), "news-0") || !strings.Contains(err.Error(), "without `cluster init`") {
		t.Errorf("while one waits: %v", err)
	}
	begun := make(chan struct{})
	go func() {
		defer close(begun)
		all[2].begin()
	}()
	ctx, cancel := context.WithCancel(t.Context())
	served, ended := make(chan *house, 2), make(chan error, 1)
	go func() {
		ended <- daemon(ctx, mustLoad(t, all[1].file), settings{log: slog.New(slog.DiscardHandler)}, false, func(h *house, _ string) { served <- h })
	}()
	<-begun
	h := <-served // of the two that have a record each, whichever comes first founds
	if h.store.Site() != all[2].h.store.Site() {
		h = <-served // with a copy
	}
	if h.store.Site() != all[2].h.store.Site() {
		t.Error("it goes on with its own record")
	}
	if err := all[1].first(); err == nil || !strings.Contains(err.Error(), "founded already") {
		t.Errorf("in a cluster: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A node that waits for its cluster says so: to commands, to operators, and why.
func TestNodeWaits(t *testing.T) {
	t.Parallel()
	s := laidSeats(t, 3)[1]
	admin := porttest.Address(t)
	s.set(`admin: {listen: ""}`, fmt.Sprintf("admin: {listen: %q}", admin))
	cfg := mustLoad(t, s.file)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{log: slog.New(slog.DiscardHandler)}, false, func(*house, string) {})
	}()
	const why = "waits for another's"
	ready := func() (text string) {
		resp, err := http.Get("http://" + admin + "/readyz")
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp.Status + string(body)
	}
	jetstreamtest.Eventually(t, func() error {
		if text := ready(); !strings.HasPrefix(text, "503") || !strings.Contains(text, why) || !strings.Contains(text, "since 20") || !strings.Contains(text, "engine does not answer") {
			return errors.New(text)
		}
		return nil
	})
	says := func(do interface{ Run(*terminal) error }) string {
		var out strings.Builder
		err := do.Run(&terminal{Context: t.Context(), config: s.file, out: &out, err: io.Discard})
		return strings.Join(strings.Fields(fmt.Sprint(out.String(), " ", err)), " ")
	}
	for command, text := range map[string]string{"status": says(statusCmd{}), "status --json": says(statusCmd{JSON: true}), "cluster status": says(clusterStatusCmd{}), "queue": says(queueCmd{})} {
		if !strings.Contains(text, why) || !strings.Contains(text, "since 20") {
			t.Errorf("%s says %q", command, text)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if text := says(statusCmd{}); strings.Contains(text, why) {
		t.Errorf("after its end status says %q", text)
	}
}
