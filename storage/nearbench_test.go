package storage

import (
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// crowd is an index that has run for long: items came evenly over the days in
// which they can be found, and those of a generation before are going.
type crowd struct {
	s     *Store
	items int // that can be found
	next  int // number of the next item
}

// traitsOf are those of the nth item ever: 16 that are its own, two that one
// in fifty has, and two that all have.
func (c *crowd) traitsOf(n int) traits {
	rnd, t := c.begun(n)
	copy(t.item[:], posKey(uint64(n)))
	t.features = brief(c.featuresOf(rnd))
	return t
}

func (c *crowd) featuresOf(rnd *rand.Rand) (list []uint64) {
	for range 16 {
		list = append(list, rnd.Uint64())
	}
	for range 2 {
		list = append(list, spread(uint64(rnd.IntN(50))))
	}
	return append(list, spread(100), spread(101))
}

// begun is an item without features, and what these come from.
func (c *crowd) begun(n int) (*rand.Rand, traits) {
	rnd := rand.New(rand.NewPCG(uint64(n), 5))
	return rnd, traits{seen: seconds(c.at(n)), dated: seconds(c.at(n).Add(-time.Duration(rnd.IntN(48)) * time.Hour)), rev: 1}
}

func spread(n uint64) uint64 { return n * 0x9E3779B97F4A7C15 }

func (c *crowd) at(n int) time.Time {
	begin := noon.Unix() / int64(generation.Seconds()) * int64(generation.Seconds())
	return time.Unix(begin, 0).Add(findable / time.Duration(c.items) * time.Duration(n))
}

func crowdOf(b *testing.B, items int, scratch bool) *crowd {
	s, err := Create(b.TempDir(), Options{Now: ticking(), Scratch: scratch})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	c := &crowd{s: s, items: items}
	s.db.NoSync = true
	c.fill(b)
	s.db.NoSync = scratch
	return c
}

// fill puts a window's items in.
func (c *crowd) fill(b *testing.B) {
	c.put(b, c.items+c.items/2, func(x *near, t traits) error {
		return x.put(uint64(c.next), t)
	})
}

// put puts items, as many in a transaction as fit well.
func (c *crowd) put(b *testing.B, items int, do func(*near, traits) error) {
	for end := c.next + items; c.next < end; {
		c.update(b, func(x *near) error {
			for last := min(end, c.next+1<<12); c.next < last; c.next++ {
				if err := do(x, c.traitsOf(c.next)); err != nil {
					return err
				}
			}
			return x.flush()
		})
	}
}

func (c *crowd) update(b *testing.B, do func(*near) error) {
	b.Helper()
	err := c.s.db.Update(func(tx *bbolt.Tx) error { return do(nearOf(tx, c.at(c.next))) })
	if err != nil {
		b.Fatal(err)
	}
}

func windows() []int {
	if os.Getenv("CHINANEWS_LONG") == "" {
		return []int{1e4}
	}
	return []int{1e4, 1e5, 1e6}
}

// An item comes in and another one goes: in transactions of one and of
// sixteen, brought to disk and not.
func BenchmarkNearInsert(b *testing.B) {
	for _, items := range windows() {
		c := crowdOf(b, items, true)
		for _, synced := range []bool{false, true} {
			for _, at := range []int{1, 16} {
				b.Run(fmt.Sprintf("window=%d/synced=%v/items=%d", items, synced, at), func(b *testing.B) {
					c.s.db.NoSync = !synced
					begin := processor()
					for n := 0; n < b.N; n += at {
						c.update(b, func(x *near) error { return c.come(x, at) })
					}
					c.weigh(b, begin)
				})
			}
		}
	}
}

func (c *crowd) come(x *near, items int) error {
	for range items {
		if err := x.put(uint64(c.next), c.traitsOf(c.next)); err != nil {
			return err
		}
		if err := x.expire(); err != nil {
			return err
		}
		c.next++
	}
	return x.flush()
}

// processor is the time that this process had of the processors.
func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// weigh reports what the index takes, and what it took of the processors.
func (c *crowd) weigh(b *testing.B, begin time.Duration) {
	c.s.db.View(func(tx *bbolt.Tx) error {
		x := nearOf(tx, noon)
		runs, items := x.runs.Stats(), x.items.Stats()
		bytes := runs.LeafAlloc + runs.BranchAlloc + items.LeafAlloc + items.BranchAlloc
		b.ReportMetric(float64(runs.BucketN-1), "runs")
		b.ReportMetric(float64(bytes)/float64(c.items), "B/item")
		b.ReportMetric(float64(processor()-begin)/float64(b.N), "cpu-ns/op")
		return nil
	})
}

// What shares most with an item of which the record has a version: a look for
// its own features and as many more that nobody has.
func BenchmarkNearSharing(b *testing.B) {
	for _, items := range windows() {
		c := crowdOf(b, items, true)
		b.Run(fmt.Sprintf("window=%d", items), func(b *testing.B) {
			rnd, begin := rand.New(rand.NewPCG(8, 8)), processor()
			for range b.N {
				n := items/2 + rnd.IntN(items)
				t := c.traitsOf(n)
				same, _ := c.begun(n)
				features := c.featuresOf(same)
				for range 28 {
					features = append(features, rnd.Uint64())
				}
				c.s.db.View(func(tx *bbolt.Tx) error {
					l := &Ledger{tx: tx, derived: derived(tx), at: c.at(c.next)}
					found := l.Sharing(features, c.at(n), 7*24*time.Hour, 10)
					if len(found) == 0 || found[0].Item != t.item || found[0].N < 16 { // of features that very many have only some count
						b.Fatalf("%d found: %v", n, found)
					}
					return nil
				})
			}
			b.ReportMetric(float64(processor()-begin)/float64(b.N), "cpu-ns/op")
		})
	}
}
