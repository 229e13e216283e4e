package storage

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// What is damaged in the index of what is alike is named by verify, breaks no
// look, and is made anew by rebuild.
func TestDamagedNear(t *testing.T) {
	first := func(b *bbolt.Bucket) []byte {
		k, _ := b.Cursor().First()
		return append([]byte{}, k...)
	}
	damage := map[string]func(x *near) error{
		"a row that is missing": func(x *near) error { return rewritten(x, func(b []byte) []byte { return b[:len(b)-runRow] }) },
		"a row that is no item's": func(x *near) error {
			x.fresh[generationOf(x.since)+1] = append(x.fresh[generationOf(x.since)+1], nearRow{7, 7, 7})
			return x.flush()
		},
		"rows in no order": func(x *near) error {
			return rewritten(x, func(b []byte) []byte {
				rows := b[len(b)-2*runRow:]
				return append(append(b[:len(b)-2*runRow], rows[runRow:]...), bytes.Clone(rows[:runRow])...)
			})
		},
		"a row that is cut":               func(x *near) error { return rewritten(x, func(b []byte) []byte { return b[:len(b)-3] }) },
		"a run of more items than it has": func(x *near) error { return rewritten(x, func(b []byte) []byte { b[3] += 100; return b }) },
		"a row of no item":                func(x *near) error { return rewritten(x, func(b []byte) []byte { b[len(b)-1] = 77; return b }) },
		"a run without rows":              func(x *near) error { return x.runs.Bucket(first(x.runs)).Delete(keyRows) },
		"a run that is missing":           func(x *near) error { return x.runs.DeleteBucket(first(x.runs)) },
		"an item that is missing":         func(x *near) error { return x.items.Delete(first(x.items)) },
		"an item that is cut":             func(x *near) error { return put(x.items, first(x.items), []byte("item")) },
		"an item of another reading": func(x *near) error {
			n := uint64At(first(x.items))
			has, _ := x.traits(n)
			has.rev++
			return put(x.items, first(x.items), has.encode())
		},
	}
	for name, do := range damage {
		s, _, _ := createNear(t)
		hear(t, s, 1, release{n: 1, title: "word", html: "text", date: noon}, release{n: 2, title: "word", date: noon})
		want := tell(t, s)
		change(t, s, func(tx *bbolt.Tx) error { return do(nearOf(tx, noon)) })
		if _, err := s.Verify(context.Background()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "rebuild") {
			t.Errorf("%s: verify says %v", name, err)
		}
		sharing(t, s, "word text", noon, time.Hour, 9)
		if _, err := s.Rebuild(context.Background()); err != nil {
			t.Errorf("%s: rebuild says %v", name, err)
		}
		verify(t, s)
		if got := tell(t, s); len(got) != len(want) {
			t.Errorf("%s: %d values after rebuild, want %d", name, len(got), len(want))
		}
	}
}

// rewritten changes the first run.
func rewritten(x *near, change func([]byte) []byte) error {
	name, _ := x.runs.Cursor().First()
	b := x.runs.Bucket(name)
	return put(b, keyRows, change(bytes.Clone(find(b, keyRows))))
}

// Nothing that follows from a text is left when it went, and verify would see
// it.
func TestNearForgets(t *testing.T) {
	s, _, _ := createNear(t)
	hear(t, s, 1, release{n: 1, title: "title", html: "secret", date: noon}, release{n: 2, title: "title", html: "other", date: noon})
	var before traits
	view(t, s, func(l *Ledger) { before, _ = nearOf(l.tx, l.at).traits(numberAt(2, 0)) })
	if _, _, err := withdraw(t, s, 1, true); err != nil {
		t.Fatal(err)
	}
	if got := sharing(t, s, "secret title", noon, time.Hour, 9); got != "2:1" {
		t.Errorf("after an erasure %q is found", got)
	}
	verify(t, s)
	hear(t, s, 2, release{n: 1, title: "title", html: "secret again", date: noon})
	if got := sharing(t, s, "secret title again", noon, time.Hour, 9); got != "2:1" {
		t.Errorf("what is read after an erasure: %q is found", got)
	}
	verify(t, s)
	change(t, s, func(tx *bbolt.Tx) error {
		before.rev = 2
		x := nearOf(tx, noon)
		return errors.Join(x.put(numberAt(2, 0), before), x.flush())
	})
	if _, err := s.Verify(context.Background()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "thrown away") {
		t.Errorf("verify says %v", err)
	}
}
