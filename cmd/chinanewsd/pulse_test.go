package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pulseManager is a service manager that hears what it is told, in order.
func pulseManager(t *testing.T) <-chan string {
	path := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	heard := make(chan string, 1000)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(heard)
		said := make([]byte, 4096)
		for n, err := l.Read(said); err == nil; n, err = l.Read(said) {
			heard <- string(said[:n])
		}
	}()
	t.Cleanup(func() { l.Close(); <-ended })
	return heard
}

// step is what an organ shows at a look.
type pulseStep struct {
	steps uint64
	rests bool
}

// The watchdog is fed when every organ rests or went on, and by nothing else.
func TestPulseStill(t *testing.T) {
	type looks = []pulseStep
	for _, tt := range []struct {
		name        string
		left, right looks
		want        string // of each look: a beat is +, a standstill of left l, of right r
	}{
		{"both rest", looks{{0, true}, {0, true}, {0, true}}, looks{{7, true}, {7, true}, {7, true}}, "+++"},
		{"both go on", looks{{1, false}, {2, false}, {3, false}}, looks{{1, false}, {9, false}, {10, false}}, "+++"},
		{"one goes on, one stands", looks{{1, false}, {2, false}, {3, false}}, looks{{1, false}, {1, false}, {1, false}}, "+rr"},
		{"one stands, and goes on", looks{{1, false}, {1, false}, {2, false}, {2, true}}, looks{{1, true}, {1, true}, {1, true}, {1, true}}, "+l++"},
		{"it began as the look was made", looks{{1, true}, {1, true}, {2, false}, {2, false}}, looks{{1, true}, {1, true}, {1, true}, {1, true}}, "+++l"},
		{"both stand", looks{{1, false}, {1, false}}, looks{{1, false}, {1, false}}, "+l"},
		{"it rested long, and then stands", looks{{1, true}, {1, true}, {1, false}}, looks{{1, true}, {1, true}, {1, true}}, "++l"},
	} {
		n := 0
		look := func(of looks) func() (uint64, bool) {
			return func() (uint64, bool) { return of[n].steps, of[n].rests }
		}
		p := &pulse{organs: []organ{{"left", look(tt.left)}, {"right", look(tt.right)}}}
		got := ""
		for n = range tt.left {
			still := p.still()
			got += map[string]string{"": "+", "left": "l", "right": "r"}[still]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A manager hears that the daemon is ready, how it is, that it is alive until
// it stands still, and that it stops.
func TestPulseAttends(t *testing.T) {
	heard := pulseManager(t)
	t.Setenv("WATCHDOG_USEC", "20000")
	var stands atomic.Bool
	var log lockedBuffer
	n := 0
	p := &pulse{log: slog.New(slog.NewTextHandler(&log, nil)),
		words:  func(context.Context) (string, error) { n++; return "word " + string(rune('a'+min(n, 3))), nil },
		organs: []organ{{"a part", func() (uint64, bool) { return 1, !stands.Load() }}}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.attend(ctx) }()
	for _, want := range []string{"READY=1\nSTATUS=word b", "WATCHDOG=1", "STATUS=word c", "WATCHDOG=1", "STATUS=word d", "WATCHDOG=1", "STATUS=word d", "WATCHDOG=1"} {
		if got := <-heard; got != want {
			t.Fatalf("told %q, want %q", got, want)
		}
	}
	stands.Store(true)
	for !strings.Contains(log.String(), `in="a part"`) && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	for len(heard) > 0 { // from before it stood
		<-heard
	}
	time.Sleep(100 * time.Millisecond) // of several looks
	if stop(); <-ended != nil {
		t.Error("it failed")
	}
	for got := range heard {
		if strings.HasPrefix(got, "STOPPING=1\nSTATUS=") {
			break
		}
		if got != "STATUS=word d" {
			t.Errorf("told %q while it stood still, before it stopped", got)
		}
	}
	if n := strings.Count(log.String(), "no progress"); n != 1 {
		t.Errorf("%d times it is logged that there is no progress:\n%s", n, log.String())
	}
}

// A manager that has no watchdog is told the rest.
func TestPulseWithoutWatchdog(t *testing.T) {
	heard := pulseManager(t)
	t.Setenv("WATCHDOG_USEC", "")
	ctx, stop := context.WithCancel(t.Context())
	p := &pulse{log: quiet, words: func(context.Context) (string, error) { return "", errors.New("it is gone") }, organs: []organ{{"a", func() (uint64, bool) { return 0, true }}}}
	ended := make(chan error, 1)
	go func() { ended <- p.attend(ctx) }()
	if got := <-heard; got != "READY=1\nSTATUS=the record cannot be read: it is gone" {
		t.Errorf("told %q", got)
	}
	stop()
	<-ended
	if got := <-heard; !strings.HasPrefix(got, "STOPPING=1") {
		t.Errorf("told %q", got)
	}
}

// A manager that does not hear is complained about once, and the daemon runs.
func TestPulseUnheard(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "nobody"))
	var log bytes.Buffer
	p := &pulse{log: slog.New(slog.NewTextHandler(&log, nil)), organs: []organ{{"a", func() (uint64, bool) { return 0, true }}}}
	for range 3 {
		p.beat(time.Minute)
	}
	if n := strings.Count(log.String(), "cannot be told"); n != 1 {
		t.Errorf("%d complaints:\n%s", n, log.String())
	}
}

func TestReloadingIsTold(t *testing.T) {
	heard := pulseManager(t)
	for _, done := range []*reload{nil, {OK: true, Words: "nothing has changed"}, {Words: "the configuration has 1 problem"}} {
		if err := announceReload(done); err != nil {
			t.Error(err)
		}
	}
	if got := <-heard; !strings.HasPrefix(got, "RELOADING=1\nMONOTONIC_USEC=") {
		t.Errorf("told %q", got)
	}
	for _, want := range []string{"READY=1\nSTATUS=reloaded: nothing has changed", "READY=1\nSTATUS=not reloaded: the configuration has 1 problem"} {
		if got := <-heard; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}

// A line of status says that the last reload was refused, until one is not.
func TestPulseSaysRefusedReload(t *testing.T) {
	s := newReloadSite(t, feedRow("a", "ORIGIN/a.xml"), allFeed)
	brief := func() string {
		words, err := s.now().brief(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return words
	}
	const refused = "; not reloaded: the configuration has 1 problem"
	s.set("title: All", "titel: All")
	s.reload(false)
	if got := brief(); !strings.HasPrefix(got, "1 source") || !strings.Contains(got, refused) {
		t.Errorf("after a bad file: %s", got)
	}
	s.set("titel: All", "title: All")
	s.reload(true)
	if got := brief(); strings.Contains(got, "reloaded") {
		t.Errorf("after a good one: %s", got)
	}
}

// One slow answer is nothing to log; a standstill of half of the manager's
// patience is, once, until there was progress.
func TestPulseLogsLongStandstills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Setenv("NOTIFY_SOCKET", "")
		var log bytes.Buffer
		steps := uint64(0)
		p := &pulse{log: slog.New(slog.NewTextHandler(&log, nil)), organs: []organ{{"a part", func() (uint64, bool) { return steps, false }}}}
		beats := func(n, want int) {
			t.Helper()
			for range n {
				p.beat(10 * time.Minute)
				time.Sleep(restless)
			}
			if n := strings.Count(log.String(), "no progress"); n != want {
				t.Errorf("%d times it is logged that there is no progress, want %d:\n%s", n, want, log.String())
			}
		}
		beats(19, 0) // the last after 270 s
		steps++
		beats(20, 0)
		beats(20, 1)
		steps++
		beats(20, 1)
	})
}

// A task of many requests goes on with each, and stands still while one hangs.
func TestPulseOfLongTask(t *testing.T) {
	s, p := newSite(t), &pulse{}
	asked := 0
	var said []string
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		said = append(said, p.still(), p.still())
		if asked++; asked < 5 {
			http.Redirect(w, r, fmt.Sprintf("/%d", asked), http.StatusFound)
			return
		}
		fmt.Fprint(w, rssOf("A", 0, 1))
	}))
	defer origin.Close()
	s.write(feedRow("a", origin.URL+"/feed.xml"), allFeed)
	s.create()
	h := s.open()
	defer h.close()
	p.organs = []organ{{"asking sources", h.flow.strides.tasks}}
	p.still()
	if err := h.flow.load(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	h.flow.idle = func() bool { return asked == 5 && h.flow.table.idle(time.Now()) }
	if err := h.flow.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := slices.Repeat([]string{"", "asking sources"}, 5); !slices.Equal(said, want) {
		t.Errorf("stands still at two looks of each request: %q, want %q", said, want)
	}
}

// A flow that has not begun rests; its loop rests while it sleeps, and not
// beyond; its tasks rest when none is on its way.
func TestStrides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s strides
		rests := func(want ...bool) {
			t.Helper()
			_, loop := s.loop()
			if _, tasks := s.tasks(); !slices.Equal([]bool{loop, tasks}, want) {
				t.Errorf("rest: loop %t, tasks %t; want %t", loop, tasks, want)
			}
		}
		rests(true, true)
		s.round()
		rests(false, true)
		awake := s.rest(time.Minute)
		rests(true, true)
		time.Sleep(59 * time.Second)
		rests(true, true)
		time.Sleep(2 * time.Second)
		rests(false, true) // it overslept
		awake()
		one, other := s.task(), s.task()
		rests(false, false)
		before, _ := s.tasks()
		one()
		if after, rests := s.tasks(); after == before || rests {
			t.Errorf("one of two is over: %d steps of %d, rests: %t", after, before, rests)
		}
		other()
		rests(false, true)
	})
}
