package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// lifeEnv makes the test binary, run as a child, live as a daemon or command on
// a configuration until it is killed: "MODE FILE".
const lifeEnv = "CHINANEWS_TEST_LIFE"

func init() {
	children[lifeEnv] = untilOrphaned(func(said string) error { return live(said, os.Stdout) })
}

// live is the life of a child. A daemon says a line when it serves, and one for
// each item and entry after it was acknowledged. The modes are run; nightly, a
// daemon that does nothing but back up beside; and commands.
func live(said string, out io.Writer) error {
	mode, file, _ := strings.Cut(said, " ")
	switch {
	case mode == "act":
		return actOn(file, out)
	case mode != "run" && mode != "nightly":
		if command(context.Background(), []string{mode, "--config", file}, out, os.Stderr) != exitDone {
			return fmt.Errorf("%s failed", mode)
		}
		return nil
	}
	cfg, err := config.Load(file, checks())
	if err != nil {
		return err
	}
	retryWrite = 100 * time.Millisecond
	ctx := context.Background()
	s := settings{log: slog.New(slog.NewTextHandler(failures{out}, &slog.HandlerOptions{Level: slog.LevelError})), observe: func(o outcome) { acknowledge(out, o) }}
	return daemon(ctx, cfg, s, false, func(h *house, addr string) {
		fmt.Fprintf(out, "ready %s\n", addr)
		if mode == "nightly" {
			go func() {
				for {
					h.keep.backup(ctx)
				}
			}()
		}
	})
}

// actOn is the life of an editor, who acts on one story after the other and
// takes every other act back.
func actOn(file string, out io.Writer) error {
	ctx := context.Background()
	cfg, err := config.Load(file, checks())
	if err != nil {
		return err
	}
	h, err := open(&terminal{ctx, io.Discard, io.Discard, file}, cfg, settings{log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		var names []string
		h.store.View(ctx, func(l *storage.Ledger) error {
			for s := range l.Stories() {
				names = append(names, s.Address)
			}
			return nil
		})
		act := []news.Act{news.ActNote, news.ActRetitle, news.ActTag}[n%3] // no entry moves by one
		w := wish{Story: names[n%len(names)], Act: act, Args: news.Args{Text: fmt.Sprint("Note ", n), Tags: []string{"of-note"}}, Who: "an editor"}
		for _, w.Act = range []news.Act{act, actUndo} {
			done, err := h.edit(ctx, w)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "act %d %s\n", done.Pos, done.Act)
		}
	}
}

// failures says a line for each error that a log tells.
type failures struct{ out io.Writer }

func (f failures) Write(b []byte) (int, error) {
	_, err := fmt.Fprintf(f.out, "failed %s", b)
	return len(b), err
}

func acknowledge(out io.Writer, o outcome) {
	var b strings.Builder
	for _, r := range o.receipt.Ruling.Items {
		fmt.Fprintf(&b, "item %s %d\n", r.Item, r.Rev)
	}
	for _, e := range o.receipt.Ruling.Enter {
		fmt.Fprintf(&b, "enter %s %s %d\n", e.Feed, e.Story, e.Seq)
	}
	io.WriteString(out, b.String())
}

// memorySite is a site whose data are in memory where the system has such a
// folder: a kill takes nothing that was written from either.
func memorySite(t *testing.T) *siteFile {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "chinanewsd-test-")
	if err != nil {
		return newSite(t)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &siteFile{t, filepath.Join(dir, "config.yaml"), filepath.Join(dir, "data")}
}

const killedFeeds = 8

// history is what an origin shows, step by step: at each step every feed has a
// new release, and at every third all texts are changed.
func history(o *origin, step int) { chapters(o, step, fmt.Sprintf("said in chapter %d", step/3)) }

func chapters(o *origin, step int, text string) {
	for n := range killedFeeds {
		doc := strings.ReplaceAll(rssOf(fmt.Sprintf("F%d", n), step, 6), "said once", text)
		o.set(fmt.Sprintf("/%d.xml", n), doc)
	}
}

func killedRows(o *origin) (rows string) {
	for n := range killedFeeds {
		row := feedRow(fmt.Sprintf("f%d", n), fmt.Sprintf("%s/%d.xml", o.URL, n))
		rows += strings.Replace(row, "kind:", "interval: 50ms, min_interval: 50ms, kind:", 1)
	}
	return rows
}

// Two records see the same history of an origin. One is killed at random
// moments of polling, committing, publishing, starting with another
// configuration, backing up and compacting; the other never.
func TestKillAtAnyMoment(t *testing.T) {
	lives := 14
	if os.Getenv("CHINANEWS_LONG") != "" {
		lives = 500
	}
	o := newOrigin(t)
	k := &killing{t: t, site: memorySite(t), rows: killedRows(o), acknowledged: make(map[string]bool), lives: make(map[string]int)}
	calm := memorySite(t)
	for _, s := range []*siteFile{k.site, calm} {
		s.write(k.rows, allFeed)
		s.create()
	}
	for step := 0; k.n < lives; step++ {
		history(o, step)
		if step > 0 {
			k.life()
			k.life()
		}
		k.settle()
		calm.do(0, "poll")
	}
	k.survived(true)
	t.Logf("%d acknowledged facts in %v", len(k.acknowledged), k.lives)
	if len(k.acknowledged) == 0 {
		t.Errorf("only %d facts were acknowledged: nothing was tried", len(k.acknowledged))
	}
	if got, want := itemsOf(t, k.site), itemsOf(t, calm); !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("the record that was killed has %d items, the other %d:\n%s", len(got), len(want), differing(got, want))
	}
	before := k.site.documents()
	if out, _ := k.site.do(0, "rebuild"); !strings.Contains(out, "as the record has it") {
		t.Errorf("rebuild says %s", out)
	}
	if !mapsEqual(before, k.site.documents()) {
		t.Error("rebuilt feeds are not byte-equal")
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// differing are some lines that only one of two lists has.
func differing(a, b []string) string {
	var out []string
	for _, line := range append(slices.Clone(a), b...) {
		if slices.Contains(a, line) != slices.Contains(b, line) {
			out = append(out, line)
		}
	}
	return strings.Join(out[:min(len(out), 10)], "\n")
}

// killing is a record that is killed again and again.
type killing struct {
	t            *testing.T
	site         *siteFile
	rows         string
	n            int // lives until now
	lives        map[string]int
	acknowledged map[string]bool
	unchecked    []string
}

// life has a child do something until it is killed, and checks what it left.
func (k *killing) life() {
	k.t.Helper()
	mode, most := "run", 200
	switch draw := rand.IntN(24); {
	case draw >= 20:
		mode, most = "act", 300
	case draw < 4:
		mode = "nightly"
	case draw < 6:
		mode, most = "backup", 150
	case draw < 9:
		mode, most = "compact", 150
	case draw < 12: // another configuration
		k.lives["reload"]++
		extra := fmt.Sprintf("  - {id: extra, title: Extra %d, sources: [f%d], languages: all}\n", k.n, k.n%killedFeeds)
		k.site.write(k.rows, allFeed+extra)
	}
	if testing.Short() { // under the race detector a start takes many times as long
		most *= 8
	}
	k.lives[mode]++
	heard := mode == "act" || k.n%2 == 0 && (mode == "run" || mode == "nightly")
	k.unchecked = append(k.unchecked, killed(k.t, mode, k.site, time.Duration(rand.IntN(most))*time.Millisecond, heard)...)
	k.n++
	k.survived(k.n%25 == 0)
}

// settle lets the record read what the origin shows now, to the end.
func (k *killing) settle() {
	k.t.Helper()
	k.site.do(0, "poll")
}

// killed runs a child for a while, kills it, and returns what it acknowledged.
// The while begins with the process, or with the first word of it: a machine
// that is busy may take longer to start than a short life is.
func killed(t *testing.T, mode string, s *siteFile, life time.Duration, heard bool) (lines []string) {
	t.Helper()
	cmd, _, out := start(t, lifeEnv, mode+" "+s.file)
	kill := func() { cmd.Process.Kill() }
	if !heard {
		defer time.AfterFunc(life, kill).Stop()
	}
	first := true
	reader := bufio.NewReader(out)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break // an unfinished line was not said
		}
		if heard && first {
			defer time.AfterFunc(life, kill).Stop()
		}
		first = false
		if strings.HasPrefix(line, "item ") || strings.HasPrefix(line, "enter all ") || strings.HasPrefix(line, "act ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	cmd.Wait()
	return lines
}

// survived checks that what was acknowledged is there, and nothing twice;
// fully with everything that was ever acknowledged and with what is derived.
func (k *killing) survived(fully bool) {
	k.t.Helper()
	store, err := storage.Open(k.site.data, storage.Options{})
	if err != nil {
		k.t.Fatalf("after life %d (%v): %v", k.n, k.lives, err)
	}
	defer store.Close()
	there := k.facts(store)
	for _, line := range k.unchecked {
		k.acknowledged[line] = true
		if !there[line] {
			k.t.Errorf("after life %d: acknowledged and missing: %s", k.n, line)
		}
	}
	k.unchecked = nil
	k.backups()
	if !fully {
		return
	}
	if _, err := store.Verify(context.Background()); err != nil {
		k.t.Fatalf("after life %d: %v", k.n, err)
	}
	for line := range k.acknowledged {
		if !there[line] {
			k.t.Errorf("after life %d: acknowledged and missing: %s", k.n, line)
		}
	}
}

// facts are the revisions and entries of a record.
func (k *killing) facts(store *storage.Store) map[string]bool {
	k.t.Helper()
	there, guids := make(map[string]bool), make(map[string]bool)
	err := store.View(context.Background(), func(l *storage.Ledger) error {
		for pos := uint64(1); pos < l.Next(); pos++ {
			if f, err := l.Fact(pos); err == nil && f.Editing != nil {
				there[fmt.Sprintf("act %d %s", pos, f.Editing.Act)] = true
			}
		}
		for n := range killedFeeds {
			for i := range l.Items(news.Origin(fmt.Sprintf("f%d", n)), time.Time{}) {
				for _, r := range i.Revisions {
					there[fmt.Sprintf("item %s %d", i.ID, r.Rev)] = true
				}
				if key := string(i.Source) + i.Shown.ID; guids[key] {
					k.t.Errorf("after life %d: %s stands twice", k.n, key)
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
		k.t.Fatal(err)
	}
	return there
}

// backups checks each that has its name, and clears them away.
func (k *killing) backups() {
	k.t.Helper()
	for _, c := range storage.Copies(k.site.data) {
		if _, err := storage.CheckBackup(context.Background(), c.File); err != nil {
			k.t.Errorf("after life %d: a backup has its name and is not good: %v", k.n, err)
		}
		k.lives["finished backups"]++
		os.Remove(c.File)
	}
	left, _ := filepath.Glob(filepath.Join(k.site.data, backupFolder, ".*"))
	for _, path := range left {
		os.RemoveAll(path)
	}
}
