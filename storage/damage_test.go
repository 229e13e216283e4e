package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

// openEnv names a directory that the test binary, run as a child, opens and
// verifies: a damaged file must not be able to end the tests.
const openEnv = "CHINANEWS_TEST_OPEN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(openEnv); dir != "" {
		os.Exit(openAndSay(dir))
	}
	if said := os.Getenv(crashEnv); said != "" {
		os.Exit(crashing(said))
	}
	os.Exit(m.Run())
}

func openAndSay(dir string) int {
	s, err := Open(dir, Options{})
	if err != nil {
		fmt.Println("refused:", err)
		return 0
	}
	defer s.Close()
	if _, err := s.Verify(context.Background()); err != nil {
		fmt.Println("refused:", err)
		return 0
	}
	tip, _ := s.Tip()
	fmt.Println("sound at", tip.Pos)
	return 0
}

// opened is what a child process says of a directory.
func opened(t *testing.T, dir string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), openEnv+"="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("died: %v: %.300s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// soundFile is the file of a record with some history.
func soundFile(t *testing.T) []byte {
	t.Helper()
	s, dir := create(t)
	for n := range 30 {
		accept(t, s, batch(byte(n), 3*n, 3*n+1, 3*n+2))
	}
	s.Close()
	file, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func long() bool { return os.Getenv("CHINANEWS_LONG") != "" }

func TestDamagedFilesAreNeverTakenInSilence(t *testing.T) {
	file := soundFile(t)
	r := rand.New(rand.NewPCG(1, 2))
	rounds := 12
	if long() {
		rounds = 120
	}
	for n := range rounds {
		for name, damage := range map[string]func([]byte) []byte{
			"cut": func(b []byte) []byte { return b[:r.IntN(len(b))] },
			"page zeroed": func(b []byte) []byte {
				at := r.IntN(len(b)/pageSize) * pageSize
				clear(b[at : at+pageSize])
				return b
			},
			"bits flipped": func(b []byte) []byte {
				for range 8 {
					b[r.IntN(len(b))] ^= 1 << r.IntN(8)
				}
				return b
			},
			"other content": func(b []byte) []byte { return bytes.Repeat([]byte{byte(n)}, len(b)) },
		} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, fileName), damage(bytes.Clone(file)), 0o600); err != nil {
				t.Fatal(err)
			}
			got := opened(t, dir)
			// Damage to free pages does no harm; everything else must be said.
			if got != "sound at 61" && !(strings.HasPrefix(got, "refused:") && strings.Contains(got, ";")) {
				t.Errorf("%s, round %d: %s", name, n, got)
			}
		}
	}
}

// Any history folds to the same derived data, live and rebuilt.
func TestRebuildEqualsLive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, _ := create(t)
		defer s.Close()
		for n := range rapid.IntRange(1, 12).Draw(rt, "batches") {
			numbers := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 4).Draw(rt, "entries")
			if _, err := s.Accept(context.Background(), batch(byte(n), numbers...), shuffled(rt)); err != nil {
				rt.Fatal(err)
			}
		}
		r, err := s.Rebuild(context.Background())
		if err != nil || len(r.Differs) > 0 {
			rt.Fatalf("rebuilt %+v, %v", r, err)
		}
		if _, err := s.Verify(context.Background()); err != nil {
			rt.Fatal(err)
		}
	})
}

// shuffled rules like firstAll, and beside that edits, moves, merges, leaves
// and updates as chance has it.
func shuffled(rt *rapid.T) func(*Ledger, news.Batch) news.Decision {
	pick := rapid.IntRange(0, 5)
	return func(l *Ledger, b news.Batch) news.Decision {
		seen := make(map[string]bool)
		kept := b
		kept.Entries = nil
		for _, e := range b.Entries {
			if !seen[e.ID] {
				seen[e.ID] = true
				kept.Entries = append(kept.Entries, e)
			}
		}
		d := firstAll(l, kept)
		for i := range d.Keep { // numbers of the whole batch
			for n, e := range b.Entries {
				if e.ID == kept.Entries[d.Keep[i]].ID {
					d.Keep[i] = n
					break
				}
			}
		}
		for s := range l.Stories() {
			extra(l, s, pick.Draw(rt, "act"), &d.Ruling)
		}
		return d
	}
}

func extra(l *Ledger, s news.Story, act int, r *news.Ruling) {
	switch act {
	case 0:
		r.Updated = append(r.Updated, news.Update{Feed: "f", Story: s.ID})
	case 1:
		r.Leave = append(r.Leave, news.Leaving{Feed: "f", Story: s.ID, Why: "rule"})
	case 2:
		r.States = append(r.States, news.StateRuling{Item: s.Items[0], State: news.Unreadable})
	case 3:
		r.Removal = append(r.Removal, news.Removal{Item: s.Items[0], State: news.Missing, Looks: 1})
	case 4:
		for other := range l.Stories() {
			if other.ID != s.ID && len(r.Alias) == 0 && len(r.Leave) == 0 {
				r.Alias = append(r.Alias, news.AliasRuling{From: other.ID, To: s.ID})
				return
			}
		}
	}
}

// A disk that is full fails what is being written, by name, and nothing else.
func TestFullDisk(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1))
	s.db.MaxSize = 1 // no page more may be taken
	var failed error
	for n := range 200 {
		if _, err := s.Accept(context.Background(), batch(byte(2+n%200), 100+n), firstAll); err != nil {
			failed = err
			break
		}
	}
	if failed == nil || !strings.Contains(failed.Error(), "nothing was changed") {
		t.Fatalf("error %v, want it to say that nothing was changed", failed)
	}
	view(t, s, func(l *Ledger) {
		if _, ok := l.Find("a", news.ByID, "id-1"); !ok {
			t.Error("what was there cannot be read")
		}
	})
	s.db.MaxSize = 0
	b := batch(250, 999)
	accept(t, s, b)
	verify(t, s)
}

func TestErrorsAreNotPanics(t *testing.T) {
	err := guarded(func() error { panic(fault{errors.New("unreadable")}) })
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("an unreadable value is %v, want ErrDamaged", err)
	}
}

func BenchmarkAccept(b *testing.B) {
	s, err := Create(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	n := 0
	for b.Loop() {
		x := batch(0, n)
		x.ID[1], x.ID[2], x.ID[3] = byte(n>>16), byte(n>>8), byte(n)
		if _, err := s.Accept(context.Background(), x, firstAll); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
