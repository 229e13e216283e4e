package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/news"
)

// soak is a whole house that lives for a day of virtual time among sources of
// which some are hostile: it must not grow, and must keep everybody's schedule.
type soak struct {
	*testing.T
	world   *soakWorld
	readers *soakReaders
	data    string
	hours   int
	from    int // hours after which it must be flat
	samples []soakSample
	fresh   soakSample // of a house that has begun with the record of the other's end
	said    []string   // what was wrong for readers
}

// soakSample is what a house holds at rest: the least that was seen in an hour.
type soakSample struct {
	heap, inuse, goroutines, files, conns, record float64
}

// TestSoak is small but when CHINANEWS_LONG is set. What other tests leave and let
// go of meanwhile is none of its figures.
func TestSoak(t *testing.T) {
	if !isAlone(t) {
		if _, err := byItself(t, "by itself", func(*exec.Cmd) {}); err != nil {
			t.Error(err)
		}
		return
	}
	s := &soak{hours: 3, from: 1}
	well, bad := 12, 12
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		s.hours, s.from, well, bad = 24, 4, 180, 20
	case testing.Short():
		well, bad = 6, 4
	}
	dir := quickDisk(t)
	if err := os.WriteFile(filepath.Join(dir, "hash"), []byte(teaHash+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.data = filepath.Join(dir, "data")
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		s.T = t
		s.world = newSoakWorld(t, well, soakVillains(t)[:bad])
		cfg := s.config(dir)
		s.live(cfg, s.hours)
		s.live(cfg, 1)
		s.fresh, s.samples = s.samples[s.hours], s.samples[:s.hours]
		time.Sleep(time.Minute)
		s.world.stop()
		s.judge()
	})
}

func (s *soak) config(dir string) news.Config {
	s.Helper()
	text := "site: {contact: ops@news.example, base_url: \"" + soakSite + "\"}\ndata: data\nhub: {allow: [\"*:80\"]}\n" +
		"desk: {users: [{name: Li Wei, password: file:hash}]}\nsources:\n" + s.world.rows() +
		"feeds:\n  - {id: all, title: All, languages: all, limit: 20}\n  - {id: few, title: Few, languages: all, sources: [office-0, office-1, office-2]}\n  - {id: held, title: Held, languages: all, hold: true}\n"
	cfg, err := config.Parse(filepath.Join(dir, "config.yaml"), []byte(text), checks())
	if err != nil {
		s.Fatal(err)
	}
	return cfg
}

// live runs all that the daemon runs, but for its sockets, for some hours.
func (s *soak) live(cfg news.Config, hours int) {
	s.Helper()
	set := settings{create: true, log: quiet, network: s.world.network(), observe: s.world.observe}
	h, err := open(context.Background(), cfg, set)
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := h.furnish(ctx, set, false, soakSite); err != nil {
		s.Fatal(err)
	}
	s.readers = &soakReaders{door: newPipes()}
	ended := make(chan error, 1)
	go func() { ended <- h.loops(ctx, &listeners{public: net.Listener(s.readers.door)}, false) }()
	s.readers.begin(ctx, 9)
	for range hours {
		s.hour()
	}
	cancel()
	if err := <-ended; err != nil {
		s.Error(err)
	}
	s.readers.wg.Wait()
	s.said = append(s.said, s.readers.problems...)
	s.Log(s.readers.statuses)
	h.outgoing.CloseIdleConnections()
	if err := h.close(); err != nil {
		s.Error(err)
	}
}

// hour lives for an hour and takes its sample.
func (s *soak) hour() {
	var least soakSample
	time.Sleep(time.Second) // not at the moments at which listings are asked
	defer time.Sleep(time.Second)
	for n := range 12 {
		time.Sleep(5*time.Minute - time.Second/6)
		synctest.Wait()
		if now := s.sample(); n == 0 {
			least = now
		} else {
			least = least.least(now)
		}
	}
	s.samples = append(s.samples, least)
	s.Logf("hour %2d: %s", len(s.samples), least)
	s.world.timetable()
}

// sample is what is held at rest, when texts that were prepared of late are
// dropped: as giveBack does it.
func (s *soak) sample() soakSample {
	curator.Forget()
	runtime.GC()
	runtime.GC() // what has a finalizer, and pools, go at the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd")
	now := soakSample{heap: float64(m.HeapAlloc), inuse: float64(m.HeapInuse), goroutines: float64(runtime.NumGoroutine()), files: float64(len(files)), conns: float64(s.world.conns.Load())}
	if about, err := os.Stat(filepath.Join(s.data, "news.db")); err == nil {
		now.record = float64(about.Size())
	}
	return now
}

func (a soakSample) least(b soakSample) soakSample {
	return soakSample{heap: min(a.heap, b.heap), inuse: min(a.inuse, b.inuse), goroutines: min(a.goroutines, b.goroutines),
		files: min(a.files, b.files), conns: min(a.conns, b.conns), record: max(a.record, b.record)}
}

func (a soakSample) String() string {
	return fmt.Sprintf("heap %.2f MiB, in use %.2f MiB, %.0f goroutines, %.0f descriptors, %.0f connections, record %.1f MiB",
		a.heap/(1<<20), a.inuse/(1<<20), a.goroutines, a.files, a.conns, a.record/(1<<20))
}

// timetable looks for who is overdue.
func (w *soakWorld) timetable() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range w.ids {
		if s := w.sources[id]; s.turn.overdue(time.Now()) {
			s.turn.missed++
			w.complain(s, fmt.Sprintf("was due %v ago, and is not asked", time.Since(s.turn.due)))
		}
	}
}

// soakFigures are what must be flat, and what a figure may grow by beside the
// tenth of its mean that is noise: what is in flight differs between hours.
var soakFigures = []struct {
	name  string
	of    func(soakSample) float64
	slack func(*soak) float64
}{
	{"heap", func(a soakSample) float64 { return a.heap }, (*soak).recorded},
	{"goroutines", func(a soakSample) float64 { return a.goroutines }, few(4)},
	{"descriptors", func(a soakSample) float64 { return a.files }, few(1)},
	{"connections", func(a soakSample) float64 { return a.conns }, few(2)},
}

func few(n float64) func(*soak) float64 { return func(*soak) float64 { return n } }

// recorded is the heap that a first hour takes more with the record of the end
// than it took with none.
func (s *soak) recorded() float64 { return max(0, s.fresh.heap-s.samples[0].heap) }

// judge wants the figures flat: by the straight line that fits the hours after
// the first ones best, none grows by more than a tenth of its mean in a day. What
// was recorded meanwhile has its looks to come in memory: of that a house that
// begins with the same record has as much, and one that leaks has more. So heap may
// grow by that, which is a tenth at most itself. A day leaves caches fuller and spans
// half used: by 10 and 18 % of what the process holds for this alone.
func (s *soak) judge() {
	for _, p := range slices.Concat(s.world.problems, s.said) {
		s.Error(p)
	}
	last := s.samples[len(s.samples)-1]
	s.Logf("at the end heap %.0f, in use %.0f; of a house that begins then %.0f and %.0f", last.heap, last.inuse, s.fresh.heap, s.fresh.inuse)
	if last.heap > 1.15*s.fresh.heap || last.inuse > 1.25*s.fresh.inuse {
		s.Error("one that begins with the same record takes less memory")
	}
	if recorded := s.recorded(); recorded > s.fresh.heap/10 {
		s.Errorf("what was recorded takes %.0f of the heap's %.0f", recorded, s.fresh.heap)
	}
	for _, f := range soakFigures {
		var list []float64
		for _, a := range s.samples[s.from:] {
			list = append(list, f.of(a))
		}
		mean, slope := soakLine(list)
		growth := slope * float64(s.hours)
		s.Logf("%s: mean %.0f, slope %.1f an hour, %+.0f in %d hours", f.name, mean, slope, growth, s.hours)
		if growth > mean/10+f.slack(s) {
			s.Errorf("%s grow: %.0f in %d hours, their mean is %.0f", f.name, growth, s.hours, mean)
		}
	}
	s.Log(s.world)
	if s.Failed() {
		s.Log(mostGoroutines())
	}
}

// soakLine is the mean of figures an hour apart, and the slope of the line through
// them that has the least squares.
func soakLine(list []float64) (mean, slope float64) {
	n := float64(len(list))
	var above, below float64
	for _, y := range list {
		mean += y / n
	}
	for i, y := range list {
		x := float64(i) - (n-1)/2
		above += x * (y - mean)
		below += x * x
	}
	if below > 0 {
		slope = above / below
	}
	return mean, slope
}

// String says what was owed and given.
func (w *soakWorld) String() string {
	var owed, polls, missed, failed int
	var latest time.Duration
	for _, id := range w.ids {
		s := w.sources[id]
		owed, polls, missed, failed, latest = owed+s.turn.owed, polls+s.turn.polls, missed+s.turn.missed, failed+s.failed, max(latest, s.turn.latest)
	}
	return fmt.Sprintf("%d sources, %d of them hostile: %d polls, %d answers recorded, %d of them failures, %d missed, the latest %v late",
		len(w.ids), len(w.hostile), polls, owed, failed, missed, latest)
}

// mostGoroutines are the places where most goroutines are.
func mostGoroutines() string {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	parts := strings.Split(b.String(), "\n\n")
	return strings.Join(parts[:min(len(parts), 6)], "\n\n")
}
