package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/news"
)

// behindMark stands before the directory of a record that a child is to open
// behind.
const behindMark = "behind:"

// lookedThroughBehind has even a small file looked through behind.
var lookedThroughBehind = Options{Behind: true, behindAbove: 1}

// openBehindAndSay opens a record that may be damaged, reads in it while it is
// looked through, and then writes.
func openBehindAndSay(dir string) int {
	s, err := Open(dir, lookedThroughBehind)
	if err != nil {
		fmt.Println("refused:", err)
		return 0
	}
	defer s.Close()
	for range 3 { // whatever comes of it: it must not end the process
		s.View(context.Background(), func(l *Ledger) error { readAll(l); return nil })
	}
	if err := s.Sound(context.Background()); err != nil {
		_, again := s.Accept(context.Background(), batch(200, 777), firstAll)
		fmt.Println("refused:", err, "and then:", again)
		return 0
	}
	fmt.Println("sound", digest(s))
	return 0
}

func readAll(l *Ledger) {
	for s := range l.Stories() {
		for _, id := range s.Items {
			if i, ok := l.Item(id); ok {
				l.Texts(i.ShownPos(), i.Shown)
			}
		}
	}
	for range l.Items("a", noon.AddDate(-1, 0, 0)) {
	}
	for range l.Entries("f", news.AsNews) {
	}
}

// Damage that is not found when the file is opened is found behind, before
// anything is written.
func TestDamageIsFoundBehind(t *testing.T) {
	file, good, sum := soundFile(t)
	r := rand.New(rand.NewPCG(3, 4))
	rounds := 3
	if long() {
		rounds = 50
	} else if testing.Short() {
		rounds = 1
	}
	late := 0
	for n := range rounds {
		for _, d := range damages {
			hurt := d.do(r, bytes.Clone(file))
			dir := damagedIn(t, bytes.Clone(hurt), good)
			got := taken(t, behindMark+dir)
			refused, was := strings.CutPrefix(got, "refused:")
			if !was && got != "sound "+sum {
				t.Errorf("%s, round %d: %s", d.name, n, got)
			}
			if first, then, ok := strings.Cut(refused, "and then:"); ok {
				late++
				if !strings.Contains(first, "damaged") || !strings.Contains(then, "damaged") {
					t.Errorf("%s, round %d: %s", d.name, n, got)
				}
			}
			if now, _ := os.ReadFile(filepath.Join(dir, fileName)); was && !bytes.Equal(now, hurt) {
				t.Errorf("%s, round %d: what is damaged was written to", d.name, n)
			}
		}
	}
	if late == 0 {
		t.Error("nothing was found behind: the test proves nothing")
	}
}

// A record that is looked through behind is as any other.
func TestLookedThroughBehind(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1, 2, 3))
	before := contents(t, s)
	s.Close()
	s, err := Open(dir, lookedThroughBehind)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := contents(t, s); got != before {
		t.Error("what is read while it is looked through is another")
	}
	accept(t, s, batch(2, 4))
	if err := s.Sound(t.Context()); err != nil {
		t.Error(err)
	}
	verify(t, s)
}

// A record can be closed while it is looked through.
func TestClosedWhileLookedThrough(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	s.Close()
	for range 20 {
		s, err := Open(dir, lookedThroughBehind)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Sound(t.Context()); err != nil && !errors.Is(err, ErrClosed) {
			t.Fatal(err)
		}
	}
}

// reads counts what is read of a file.
type reads struct {
	io.ReaderAt
	bytes int64
}

func (r *reads) ReadAt(b []byte, at int64) (int, error) {
	r.bytes += int64(len(b))
	return r.ReaderAt.ReadAt(b, at)
}

// What is read before a file is served is little of it.
func TestLittleIsReadAtOnce(t *testing.T) {
	s, dir := create(t)
	for n := range 8 {
		numbers := make([]int, 100)
		for k := range numbers {
			numbers[k] = 100*n + k
		}
		b := batch(byte(n), numbers...)
		for k := range b.Entries {
			b.Entries[k].HTML = prose(numbers[k], 4000)
		}
		accept(t, s, b)
	}
	s.Close()
	f, err := os.Open(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var read [2]int64
	for n, brief := range []bool{false, true} {
		counted := &reads{ReaderAt: f}
		tree := &pageTree{file: counted, head: newestHead(readHeads(f)), brief: brief}
		if err := tree.check(); err != nil || tree.unsealed != nil {
			t.Fatal(err, tree.unsealed)
		}
		read[n] = counted.bytes
	}
	if read[1]*5 > read[0] {
		t.Errorf("%d of %d bytes are read at once", read[1], read[0])
	}
}
