package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// killEnv names a configuration that the test binary, run as a child, polls
// until it is killed, saying what was acknowledged.
const killEnv = "CHINANEWS_TEST_KILL"

func TestMain(m *testing.M) {
	if file := os.Getenv(killEnv); file != "" {
		if err := pollForEver(file, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if file := os.Getenv(siegeEnv); file != "" {
		if err := besieged(file, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pollForEver is the daemon without its listeners: it says a line for each
// item and entry after they were acknowledged.
func pollForEver(file string, out io.Writer) error {
	cfg, err := config.Load(file, checks())
	if err != nil {
		return err
	}
	h, err := open(context.Background(), cfg, settings{log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	h.flow.observe = func(o outcome) {
		var b strings.Builder
		for _, r := range o.receipt.Ruling.Items {
			fmt.Fprintf(&b, "item %s %d\n", r.Item, r.Rev)
		}
		for _, e := range o.receipt.Ruling.Enter {
			fmt.Fprintf(&b, "enter %s %s %d\n", e.Feed, e.Story, e.Seq)
		}
		io.WriteString(out, b.String())
	}
	if err := h.flow.load(context.Background(), false); err != nil {
		return err
	}
	if err := h.flow.fill(context.Background()); err != nil {
		return err
	}
	return h.flow.run(context.Background())
}

// churn changes the documents of an origin until the test ends: each feed gets
// new releases and changed ones.
func churn(t *testing.T, o *origin, feeds int) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	set := func(n, round int) {
		doc := strings.Replace(rssOf(fmt.Sprintf("F%d", n), round, 8), "said once", fmt.Sprintf("said in round %d", round/3), 2)
		o.set(fmt.Sprintf("/%d.xml", n), doc)
	}
	for n := range feeds {
		set(n, 0)
	}
	go func() {
		defer close(done)
		for round := 1; ctx.Err() == nil; round++ {
			for n := range feeds {
				set(n, round)
			}
			time.Sleep(30 * time.Millisecond)
		}
	}()
}

func TestKillAtAnyMoment(t *testing.T) {
	feeds, rounds := 50, 6
	if os.Getenv("CHINANEWS_LONG") != "" {
		rounds = 100
	}
	o, s := newOrigin(t), newSite(t)
	churn(t, o, feeds)
	var rows string
	for n := range feeds {
		rows += strings.Replace(feedRow(fmt.Sprintf("f%d", n), fmt.Sprintf("%s/%d.xml", o.URL, n)), "kind:", "interval: 50ms, min_interval: 50ms, kind:", 1)
	}
	s.write(rows, allFeed)
	s.create()
	acknowledged := make(map[string]bool)
	for round := range rounds {
		life := time.Duration(rand.IntN(500)) * time.Millisecond
		for _, line := range killed(t, s, life, round%2 == 0) {
			acknowledged[line] = true
		}
		survivors(t, s, acknowledged, round)
	}
	t.Logf("%d acknowledged facts in %d lives", len(acknowledged), rounds)
	if len(acknowledged) < 100 {
		t.Errorf("only %d facts were acknowledged: nothing was tried", len(acknowledged))
	}
	before := s.documents()
	if out, _ := s.do(0, "rebuild"); !strings.Contains(out, "as the record has it") {
		t.Errorf("rebuild says %s", out)
	}
	if !mapsEqual(before, s.documents()) {
		t.Error("rebuilt feeds are not byte-equal")
	}
}

// killed runs a child for a while, kills it, and returns what it acknowledged.
// The while begins with the process, or with the first word of it: a machine
// that is busy may take longer to start than a short life is.
func killed(t *testing.T, s *siteFile, life time.Duration, heard bool) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), killEnv+"="+s.file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { cmd.Process.Kill() }
	if !heard {
		defer time.AfterFunc(life, kill).Stop()
	}
	var lines []string
	reader := bufio.NewReader(out)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break // an unfinished line was not said
		}
		if heard && len(lines) == 0 {
			defer time.AfterFunc(life, kill).Stop()
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	cmd.Wait()
	return lines
}

// survivors checks that all that was acknowledged is there, and nothing twice.
func survivors(t *testing.T, s *siteFile, acknowledged map[string]bool, round int) {
	t.Helper()
	h := s.open()
	defer h.close()
	if _, err := h.store.Verify(context.Background()); err != nil {
		t.Fatalf("after life %d: %v", round, err)
	}
	there := make(map[string]bool)
	guids := make(map[string]bool)
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for _, src := range h.flow.rows {
			for i := range l.Items(src.Origin, time.Time{}) {
				for _, r := range i.Revisions {
					there[fmt.Sprintf("item %s %d", i.ID, r.Rev)] = true
				}
				if key := string(i.Source) + i.Shown.ID; guids[key] {
					t.Errorf("after life %d: %s stands twice", round, key)
				} else {
					guids[key] = true
				}
			}
		}
		for _, as := range []news.As{news.AsNews, news.AsHistory} {
			for m := range l.Entries("all", as) {
				there[fmt.Sprintf("enter all %s %d", m.Story, m.Seq)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range acknowledged {
		if !there[line] {
			t.Errorf("after life %d: acknowledged and missing: %s", round, line)
		}
	}
}
