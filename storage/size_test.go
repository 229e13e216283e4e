package storage

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

var ordinary = strings.Fields("the ministry said trade in goods rose by percent compared with last year 外交部 发言人 表示 关税 出口 增长 措施 delegation agreement ports 海关总署 inspection 航班 公告")

// prose is a text of about so many bytes, another for each n.
func prose(n, size int) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	var b strings.Builder
	for b.Len() < size {
		fmt.Fprintf(&b, "%s %s %d ", ordinary[r.IntN(len(ordinary))], ordinary[r.IntN(len(ordinary))], r.IntN(1000))
	}
	return "<p>" + b.String() + "</p>"
}

// The file is compared with a bare one that has the texts and nothing else.
func TestSizeOnDisk(t *testing.T) {
	n := 1_000
	if os.Getenv("CHINANEWS_LONG") != "" {
		n = 100_000
	}
	s, _ := create(t)
	for i := 0; i < n; i += 500 {
		numbers := make([]int, 500)
		for k := range numbers {
			numbers[k] = i + k
		}
		b := batch(0, numbers...)
		copy(b.ID[8:], posKey(uint64(i)))
		for k := range b.Entries {
			b.Entries[k].HTML, b.Entries[k].Summary = prose(i+k, 3940), ""
		}
		accept(t, s, b)
	}
	about, err := s.About()
	if err != nil {
		t.Fatal(err)
	}
	raw := rawSize(t, n)
	t.Logf("%d items with texts of 3.94 kB: %d bytes an item, bare puts of the text %d, ratio %.2f", n, about.Size/int64(n), raw/int64(n), float64(about.Size)/float64(raw))
	if about.Size > 2*raw {
		t.Errorf("the record takes %d bytes, bare puts of its texts %d", about.Size, raw)
	}
}

// rawSize is the size of a bare bbolt file with the texts under ascending keys.
func rawSize(t *testing.T, n int) int64 {
	path := filepath.Join(t.TempDir(), "raw.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := 0; i < n; i += 500 {
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("raw"))
			for k := i; err == nil && k < i+500; k++ {
				err = bucket.Put(posKey(uint64(k)), []byte(prose(k, 3940)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
