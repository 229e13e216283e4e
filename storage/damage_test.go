package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"
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
	fmt.Println("sound", digest(s))
	return 0
}

// digest is of every key and value in a file.
func digest(s *Store) string {
	sum := sha256.New()
	s.db.View(func(tx *bbolt.Tx) error {
		var all func(k, v []byte, b *bbolt.Bucket) error
		all = func(k, v []byte, b *bbolt.Bucket) error {
			fmt.Fprintf(sum, "%x %x\n", k, v)
			if v != nil {
				return nil
			}
			return b.ForEach(func(k, v []byte) error { return all(k, v, b.Bucket(k)) })
		}
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error { return all(name, nil, b) })
	})
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// taken is what a child process says of a directory.
func taken(t *testing.T, dir string) string {
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

func long() bool { return os.Getenv("CHINANEWS_LONG") != "" }

// damages are the ways in which a file is not what was written.
var damages = []struct {
	name string
	do   func(r *rand.Rand, b []byte) []byte
}{
	{"cut", func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }},
	{"cut between pages", func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b)/pageSize)*pageSize] }},
	{"a page zeroed", func(r *rand.Rand, b []byte) []byte {
		clear(page(b, r.IntN(len(b)/pageSize)))
		return b
	}},
	{"a bit flipped", func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	}},
	{"a bit flipped near a page's head", func(r *rand.Rand, b []byte) []byte {
		page(b, r.IntN(len(b)/pageSize))[r.IntN(80)] ^= 1 << r.IntN(8)
		return b
	}},
	{"bytes changed", func(r *rand.Rand, b []byte) []byte {
		for range 8 {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		return b
	}},
	{"empty", func(r *rand.Rand, b []byte) []byte { return nil }},
	{"pages swapped", func(r *rand.Rand, b []byte) []byte {
		one, two := page(b, r.IntN(len(b)/pageSize)), page(b, r.IntN(len(b)/pageSize))
		kept := bytes.Clone(one)
		copy(one, two)
		copy(two, kept)
		return b
	}},
	{"a page of another place", func(r *rand.Rand, b []byte) []byte {
		copy(page(b, r.IntN(len(b)/pageSize)), page(b, r.IntN(len(b)/pageSize)))
		return b
	}},
	{"foreign", func(r *rand.Rand, b []byte) []byte {
		return [][]byte{[]byte("SQLite format 3\x00"), bytes.Repeat([]byte("x"), len(b)), []byte("a"), bytes.Repeat([]byte{0}, len(b))}[r.IntN(4)]
	}},
}

func page(b []byte, n int) []byte { return b[n*pageSize : (n+1)*pageSize] }

// damagedIn is a directory with a damaged file and two backups, of which the
// newer is torn.
func damagedIn(t *testing.T, file []byte, good Copy) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	backups := filepath.Join(dir, backupDir)
	if err := os.Mkdir(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	tar, err := os.ReadFile(good.File)
	if err != nil {
		t.Fatal(err)
	}
	newer := good
	newer.At = good.At.Add(time.Hour)
	for name, bytes := range map[string][]byte{good.name(): tar, newer.name(): tar[:len(tar)/2]} {
		if err := os.WriteFile(filepath.Join(backups, name), bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// soundFile is the file of a record with some history, a backup of it, and
// the digest of what is in it.
func soundFile(t *testing.T) (file []byte, good Copy, sum string) {
	t.Helper()
	dir := oldRecord(t)
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		accept(t, s, batch(byte(n), 3*n, 3*n+1, 3*n+2))
	}
	good = backedUp(t, s, dir)
	sum = digest(s)
	s.Close()
	file, err = os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	first, second := readHeads(bytes.NewReader(file))
	return file[:max(first.end, second.end)*pageSize], good, sum // what lies behind is room to grow
}

// backedUp is a backup in a data directory.
func backedUp(t *testing.T, s *Store, dir string) Copy {
	t.Helper()
	backups := filepath.Join(dir, backupDir)
	if err := os.MkdirAll(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := KeepBackup(t.Context(), backups, func(w io.Writer) error { return s.Backup(t.Context(), w, []byte("site: {}\n")) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A damaged file is refused with what to do, or nothing that is in it was hit.
func TestDamagedFilesAreNeverTakenInSilence(t *testing.T) {
	file, good, sum := soundFile(t)
	r := rand.New(rand.NewPCG(1, 2))
	rounds := 3
	if long() {
		rounds = 50
	} else if testing.Short() {
		rounds = 1
	}
	unhurt := make(map[string]int)
	for n := range rounds {
		for _, d := range damages {
			dir := damagedIn(t, d.do(r, bytes.Clone(file)), good)
			switch got := taken(t, dir); {
			case got == "sound "+sum:
				unhurt[d.name]++
			case !strings.HasPrefix(got, "refused:"):
				t.Errorf("%s, round %d: %s", d.name, n, got)
			case strings.Contains(got, "chinanewsd rebuild"):
				mends(t, dir)
			case !strings.Contains(got, "chinanewsd restore "+filepath.Join(dir, backupDir, good.name())+" --instead"):
				t.Errorf("%s, round %d: it does not say what to do: %s", d.name, n, got)
			}
		}
	}
	t.Logf("of %d damaged files, free pages alone were hit in %v", rounds*len(damages), unhurt)
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

// Batches that are accepted at the same time share transactions, and so the
// disk's time.
func BenchmarkAccept(b *testing.B) {
	for _, atOnce := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(atOnce), func(b *testing.B) {
			s, err := Create(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			var next atomic.Int64
			var all sync.WaitGroup
			for range atOnce {
				all.Go(func() {
					for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
						x := batch(0, n)
						x.ID[1], x.ID[2], x.ID[3] = byte(n>>16), byte(n>>8), byte(n)
						if _, err := s.Accept(context.Background(), x, firstAll); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
}
