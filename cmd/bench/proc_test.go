package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestParseTicks(t *testing.T) {
	const line = "41 (a (b) c) S 1 41 41 0 -1 4194304 100 0 0 0 250 50 7 9 20 0 9 0 100 1 2"
	if got, err := parseTicks(line); got != 3*time.Second || err != nil {
		t.Errorf("%v, %v; want 3s", got, err)
	}
	for _, bad := range []string{"", "41 (x) S 1", "41 (x) S 1 41 41 0 -1 4194304 100 0 0 0 many 50 7"} {
		if got, err := parseTicks(bad); err == nil {
			t.Errorf("%q is %v", bad, got)
		}
	}
}

func TestParseAnonymous(t *testing.T) {
	if got, err := parseAnonymous("Name:\tx\nRssAnon:\t     152 kB\nRssFile:\t 9 kB\n"); got != 152<<10 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "RssFile: 9 kB\n", "RssAnon: few kB\n"} {
		if got, err := parseAnonymous(bad); err == nil {
			t.Errorf("%q is %v", bad, got)
		}
	}
}

// Both ways to read what this process has used grow with it, and say much the same.
func TestOwnUse(t *testing.T) {
	p := process(os.Getpid())
	fine, err := p.cpu()
	if err != nil {
		if runtime.GOOS == "linux" {
			t.Fatal(err)
		}
		t.Skipf("what a process has used is read from Linux's /proc: %v", err)
	}
	for n := 0; ; n++ { // until the clock has moved
		more, err := p.cpu()
		if err != nil {
			t.Fatal(err)
		}
		if more < fine {
			t.Fatalf("%s after %s", more, fine)
		}
		if more > fine {
			break
		}
	}
	if anon, err := p.anonymous(); anon < 1<<20 || err != nil {
		t.Errorf("%d bytes, %v", anon, err)
	}
	if _, err := process(0).cpu(); err == nil {
		t.Error("there is no process 0, and it has used something")
	}
}

// What a process does behind, a while after what it was asked for, is in its cost,
// though it is less than one uses that is said to rest; and a process that works
// does not rest.
func TestCalmCountsWhatComesLate(t *testing.T) {
	for name, c := range map[string]struct {
		used func(sec float64) time.Duration
		want time.Duration
	}{
		"a little, two seconds later": {func(sec float64) time.Duration {
			if sec < 2 {
				return time.Second
			}
			return time.Second + restUse/2
		}, time.Second + restUse/2},
		"much, three seconds later, and garbage after it": {func(sec float64) time.Duration {
			switch {
			case sec < 3:
				return time.Second
			case sec < 7:
				return 3 * time.Second
			}
			return 3*time.Second + restUse/3
		}, 3*time.Second + restUse/3},
		"it works for a minute": {func(sec float64) time.Duration { return time.Duration(min(sec, 60) * float64(time.Second)) }, time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			got, err := calm(t.Context(), func() (time.Duration, error) { return c.used(time.Since(began).Seconds()), nil }, restUse)
			if got != c.want || err != nil {
				t.Errorf("%s: %s, %v; want %s", name, got, err, c.want)
			}
		})
	}
}

func TestParseCores(t *testing.T) {
	for status, want := range map[string][]string{"Cpus_allowed_list:\t0-1\n": {"0", "1"}, "Name:\tx\nCpus_allowed_list:\t3\nMems:\t0\n": {"3"}, "Cpus_allowed_list:\t0,4-6\n": {"0", "4", "5", "6"}} {
		if got, err := parseCores(status); !slices.Equal(got, want) || err != nil {
			t.Errorf("%q: %v, %v; want %v", status, got, err, want)
		}
	}
	for _, bad := range []string{"", "Cpus_allowed_list:\t\n", "Cpus_allowed_list:\t0-b\n"} {
		if got, err := parseCores(bad); err == nil {
			t.Errorf("%q is %v", bad, got)
		}
	}
}

// No table has what was measured on several sizes, machines or programs.
func TestOneFileOneMeasure(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	write := func(text string) {
		if err := os.WriteFile(program, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	b := &bench{program: program, book: book{now: time.Now}, options: options{feeds: 200, hosts: 20}}
	for range 2 { // as of a run, and of the next that goes on
		if err := b.belongs(); err != nil || len(b.all) != 2 {
			t.Fatalf("%v, %v", b.all, err)
		}
	}
	b.pairs, b.items, b.only = 7, []int{5}, []string{"grow"} // may be others
	if err := b.belongs(); err != nil {
		t.Error(err)
	}
	b.feeds = 2000
	if err := b.belongs(); err == nil {
		t.Error("other sizes are taken")
	}
	b.feeds = 200
	write("another")
	if err := b.belongs(); err == nil {
		t.Error("another program is taken")
	}
	b.all = []sample{{Key: "new", Ours: 1}}
	if err := b.belongs(); err == nil {
		t.Error("samples of nobody knows what are taken")
	}
}

func TestMetric(t *testing.T) {
	const said = "goos: linux\nBenchmarkRender/long_texts-2   \t     100\t  2500000 ns/op\t  5 B/op\nBenchmarkRender/long_texts-2 \t 90\t 2.6e+06 ns/op\t 12 cpu-ns/op\nPASS\n"
	if got, err := metric(said, "ns/op"); !slices.Equal(got, []float64{2.5e6, 2.6e6}) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := metric(said, "cpu-ns/op"); !slices.Equal(got, []float64{12}) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := metric("PASS\n", "ns/op"); err == nil {
		t.Errorf("nothing is %v", got)
	}
}

func TestOptions(t *testing.T) {
	o, err := parse([]string{"-quick", "-feeds", "300", "-only", "1,cluster,12", "-items", "5000,100"})
	if err != nil {
		t.Fatal(err)
	}
	if o.feeds != 300 || o.hosts != 20 || !slices.Equal(o.items, []int{100, 5000}) || !slices.Equal(o.sources, []int{100, 1000}) {
		t.Errorf("got %+v", o)
	}
	var wanted []string
	for _, s := range scenes {
		if o.wants(s) {
			wanted = append(wanted, s.word)
		}
	}
	if !slices.Equal(wanted, []string{"rounds", "grow", "cluster"}) {
		t.Errorf("wants %v", wanted)
	}
	for _, bad := range [][]string{{"-only", "one"}, {"-only", "13"}, {"-items", "1,b"}, {"-pairs", "0"}, {"-hosts", "60000"}, {"-feeds", "0"}, {"-items", ""}, {"-sources", "0"}} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}
