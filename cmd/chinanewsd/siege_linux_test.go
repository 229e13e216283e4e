package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"chinanews/config"
	"chinanews/fetcher/origintest"
	"chinanews/news"
)

// A siege is a daemon of its own process among hostile origins. siegeEnv names
// its configuration.
const siegeEnv = "CHINANEWS_TEST_SIEGE"

// siegeTimeout is fetch.timeout during a siege: on a busy machine whatever is
// large takes its time.
const siegeTimeout = 8 * time.Second

// event is what the besieged process says of itself, one a line.
type event struct {
	Dialled string        `json:",omitempty"`
	Refused bool          `json:",omitempty"`
	Source  string        `json:",omitempty"` // whose listing was polled
	Class   news.Class    `json:",omitempty"`
	Words   string        `json:",omitempty"`
	Took    time.Duration `json:",omitempty"`
	Peak    int64         `json:",omitempty"` // bytes of memory that the process held at most
	Began   time.Time
}

// clocked measures what an asker takes.
type clocked struct {
	asker
	say func(event)
}

func (c clocked) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	begin := time.Now()
	b, err := c.asker.Fetch(ctx, src, task, now)
	e := event{Source: string(src.Origin), Began: begin, Took: time.Since(begin)}
	if b.Problem != nil {
		e.Class, e.Words = b.Problem.Class, b.Problem.Words
	}
	if ctx.Err() == nil {
		c.say(e)
	}
	return b, err
}

func init() {
	children[siegeEnv] = func(file string) error { return besieged(file, os.Stdin, os.Stdout) }
}

// besieged is the daemon without its listeners, until its input ends.
func besieged(file string, in io.Reader, out io.Writer) error {
	var mu sync.Mutex
	say := func(e event) {
		mu.Lock()
		defer mu.Unlock()
		json.NewEncoder(out).Encode(e)
	}
	cfg, err := config.Load(file, checks())
	if err != nil {
		return err
	}
	s := settings{create: true, log: quiet}
	s.network.Dialled = func(address string, err error) { say(event{Dialled: address, Refused: err != nil}) }
	s.network.Resolver = origintest.Resolver(map[string]string{"inside.test": "10.0.0.5", "inside6.test": "fd00::5"})
	h, err := open(context.Background(), cfg, s)
	if err != nil {
		return err
	}
	defer h.close()
	h.ask = clocked{h.ask, say}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { io.Copy(io.Discard, in); cancel() }()
	if err := h.flow.load(ctx, false); err != nil {
		return err
	}
	boundMemory()
	if err := h.flow.run(ctx); err != nil {
		return err
	}
	peak, err := peakMemory()
	say(event{Peak: peak})
	return err
}

// peakMemory is the kernel's word; what a parent held is not in it.
func peakMemory() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	_, err = fmt.Sscan(line, &kilobytes)
	return kilobytes << 10, err
}

// TestSiege polls well-behaved sources among every misbehaviour there is, in a
// namespace without a way out when the machine lets us make one.
func TestSiege(t *testing.T) {
	if os.Getenv("CHINANEWS_LONG") == "" { // at length it judges times, on a machine that does nothing else
		t.Parallel()
	}
	if !isAlone(t) && inNamespace(t) {
		return
	}
	if isAlone(t) {
		if err := raiseLoopback(); err != nil {
			t.Fatal(err)
		}
	}
	attacks := origintest.Attacks()
	if testing.Short() { // the race detector makes each many times as heavy
		attacks = slices.DeleteFunc(attacks, func(a origintest.Attack) bool { return len(a.Name)%4 != 0 && !strings.HasPrefix(a.Name, "to-name") })
	}
	s := newSite(t)
	var rows strings.Builder
	for n, a := range attacks {
		rows.WriteString(attackRow(a, listenTo(t, n, a.Serve)))
	}
	good := answer(rssOf("Good", 0, 3))
	for n := range 12 {
		address := listenTo(t, 200+n, func(l net.Listener) { http.Serve(l, good) })
		rows.WriteString(strings.Replace(feedRow(fmt.Sprint("good-", n), "http://"+address+"/feed.xml"), "kind:", "interval: 2s, min_interval: 2s, kind:", 1))
	}
	s.write(rows.String(), allFeed)
	s.set("timeout: 5s", fmt.Sprint("timeout: ", siegeTimeout))
	life := 3 * siegeTimeout
	if os.Getenv("CHINANEWS_LONG") != "" {
		life = 90 * time.Second
	}
	events, peak := s.besiege(life)
	judgeAttacks(t, attacks, events)
	judgeOthers(t, events, life)
	judgeConnections(t, events)
	t.Logf("%d attacks, %d events; peak memory %d MiB", len(attacks), len(events), peak>>20)
	if peak == 0 || peak > 256<<20 && !testing.Short() { // the race detector needs memory of its own
		t.Errorf("peak memory is %d MiB", peak>>20)
	}
}

// inNamespace runs this test in a network namespace of its own.
func inNamespace(t *testing.T) bool {
	began, err := byItself(t, "in a namespace with nothing but a loopback", func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		if os.Geteuid() != 0 {
			cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		}
	})
	if !began {
		t.Logf("no namespace here (%v): the dialer's own record must do", err)
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "namespace") {
			t.Fatal("CHINANEWS_REQUIRE wants one")
		}
		return false
	}
	if err != nil {
		t.Error(err)
	}
	return true
}

func raiseLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

// listenTo serves on a loopback address of its own, for each host has its pace.
func listenTo(t *testing.T, n int, serve func(net.Listener)) string {
	t.Helper()
	l, err := net.Listen("tcp4", fmt.Sprintf("127.1.%d.%d:0", n/200, n%200+1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go serve(l)
	return l.Addr().String()
}

func attackRow(a origintest.Attack, address string) string {
	scheme, how := "http", "kind: feed"
	if a.TLS {
		scheme = "https"
	}
	if a.HTML {
		how = `kind: html, list: {item: [li]}, body: feed`
	}
	return fmt.Sprintf("  - {id: %s, url: \"%s://%s/feed.xml\", language: en, interval: 5s, min_interval: 5s, %s}\n", a.Name, scheme, address, how)
}

// besiege runs the daemon for a while and returns what it said and the most
// memory that it held.
func (s *siteFile) besiege(life time.Duration) (events []event, peak int64) {
	s.t.Helper()
	cmd, in, out := start(s.t, siegeEnv, s.file)
	timer := time.AfterFunc(life, func() { in.Close() })
	defer timer.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			s.t.Fatalf("%q: %v", lines.Text(), err)
		}
		events = append(events, e)
		peak = max(peak, e.Peak)
	}
	if err := cmd.Wait(); err != nil {
		s.t.Errorf("the besieged process: %v", err)
	}
	return events, peak
}

// judgeAttacks wants a right name for each misbehaviour, within its time.
func judgeAttacks(t *testing.T, attacks []origintest.Attack, events []event) {
	for _, a := range attacks {
		polls := 0
		for _, e := range events {
			if e.Source != a.Name {
				continue
			}
			if polls++; polls == 1 {
				t.Logf("%-20s %-15s %6v  %.90s", a.Name, e.Class, e.Took.Round(time.Millisecond), e.Words)
			}
			if !slices.Contains(a.Classes, string(e.Class)) {
				t.Errorf("%s is called %q (%s), want one of %q", a.Name, e.Class, e.Words, a.Classes)
			}
			if e.Class != "" && e.Words == "" {
				t.Errorf("%s has no words", a.Name)
			}
			if e.Took > 2*siegeTimeout+5*time.Second {
				t.Errorf("%s took %v of its %v", a.Name, e.Took, siegeTimeout)
			}
		}
		if polls == 0 {
			t.Errorf("%s was never polled", a.Name)
		}
	}
}

// judgeOthers wants every well-behaved source on time: late by five seconds at
// most on a machine that does nothing else.
func judgeOthers(t *testing.T, events []event, life time.Duration) {
	late := 5 * time.Second
	if os.Getenv("CHINANEWS_LONG") == "" {
		late = life
	}
	last := make(map[string]time.Time)
	polls := make(map[string]int)
	for _, e := range events {
		if !strings.HasPrefix(e.Source, "good-") {
			continue
		}
		if e.Class != "" {
			t.Errorf("%s: %s", e.Source, e.Words)
		}
		if gap := e.Began.Sub(last[e.Source]); polls[e.Source] > 0 && gap > 2*time.Second+200*time.Millisecond+late {
			t.Errorf("%s was polled %v after its last poll, at an interval of 2s", e.Source, gap)
		}
		last[e.Source] = e.Began
		polls[e.Source]++
	}
	for n := range 12 {
		if id := fmt.Sprint("good-", n); polls[id] < int(life/(2*time.Second+late)) {
			t.Errorf("%s was polled %d times in %v", id, polls[id], life)
		}
	}
}

// judgeConnections wants none that leaves the machine, and refusals where it
// was tried.
func judgeConnections(t *testing.T, events []event) {
	dialled, refused := 0, 0
	for _, e := range events {
		switch {
		case e.Dialled == "":
		case e.Refused:
			refused++
		case !netip.MustParseAddrPort(e.Dialled).Addr().IsLoopback():
			t.Errorf("connected to %s", e.Dialled)
		default:
			dialled++
		}
	}
	t.Logf("%d connections, all on loopback; %d refused at connect", dialled, refused)
	if dialled == 0 {
		t.Error("nothing was dialled")
	}
	if refused == 0 {
		t.Error("nothing was refused at connect: the guard was not tried")
	}
}
