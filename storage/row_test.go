package storage

import (
	"fmt"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// aRow is an item as it is stored, another for each n.
func aRow(n int) news.Item {
	id := itemN(n)
	e := news.Entry{ID: fmt.Sprintf("urn:notice:%d", n), URL: fmt.Sprintf("https://streets.example/notices/%d.html", n), Title: fmt.Sprintf("The Ministry of Quiet Streets sweeps lane %d", n), Lang: "en",
		Date: news.Date{Raw: "Mon, 02 Nov 2026 09:22:54 +0000", Precision: news.Minute, Zone: "+00:00", Time: noon}, Digest: news.TextDigest(fmt.Sprint(n))}
	e.Refs = []news.Ref{refTo(n, news.PartHTML, fmt.Sprint("text ", n))}
	return news.Item{ID: id, Source: "streets", How: news.ByID, Key: e.ID, As: news.AsNews, State: news.Read, Story: news.StoryID(id), Pos: uint64(n), FirstSeen: noon,
		Joined:    []news.Joining{{Story: news.StoryID(id), At: noon, Pos: uint64(n)}},
		Revisions: []news.Revision{{Rev: 1, Pos: uint64(n), At: noon, Kind: news.TaskListing, Class: news.First, Reader: "feed 1 page 3 c64f13948d40", Fingerprint: e.Fingerprint()}}, Shown: e, ShownRev: 1}
}

// Rows are packed and read as they were, beside those that are not packed; and
// a row that is packed otherwise says the same.
func TestRows(t *testing.T) {
	s, _ := create(t)
	change(t, s, func(tx *bbolt.Tx) error {
		b := derived(tx).Bucket(derivedItems)
		plain, packed := 0, 0
		for n := range 100 {
			key := posKey(uint64(n))
			if err := putJSON(b, key, aRow(n)); err != nil {
				return err
			}
			was := append([]byte{}, b.Get(key)...)
			plain += len(was)
			before, _ := get[news.Item](b, key)
			if err := putRow(b, key, aRow(n)); err != nil {
				return err
			}
			packed += len(b.Get(key))
			after, ok := get[news.Item](b, key)
			if !ok || fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("%v is read as %v", before, after)
			}
			if !sameRow(was, b.Get(key)) {
				t.Errorf("row %d is another when it is packed", n)
			}
			if n > 0 && sameRow(b.Get(posKey(uint64(n-1))), b.Get(key)) {
				t.Errorf("row %d is the same as the one before", n)
			}
		}
		if t.Logf("%d bytes packed, %d not", packed/100, plain/100); 10*packed > 7*plain {
			t.Error("that is not worth it")
		}
		return nil
	})
}

func FuzzUnpackedRow(f *testing.F) {
	f.Add([]byte(`{"id":"1"}`))
	f.Add([]byte{packedRow})
	f.Add([]byte{packedRow, 9, 0x28, 0xb5, 0x2f, 0xfd, 0x21, 0x01, 0x03})
	f.Add(append([]byte{packedRow}, rowDict().Encode(nil, []byte(strings.Repeat(`{"id":""}`, 9)))...))
	f.Add([]byte{packedRow, 0xff, 0xff, 0xff, 0xff, 0x0f, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := unpackedRow(b)
		if len(b) > 0 && b[0] != packedRow && (err != nil || string(v) != string(b)) {
			t.Errorf("%q is read as %q, %v", b, v, err)
		}
	})
}

func BenchmarkRow(b *testing.B) {
	s, err := Create(b.TempDir(), Options{Scratch: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	row := aRow(7)
	s.db.Update(func(tx *bbolt.Tx) error {
		items := derived(tx).Bucket(derivedItems)
		for name, do := range map[string]func(*bbolt.Bucket, []byte, any) error{"packed": putRow, "plain": putJSON} {
			b.Run("put/"+name, func(b *testing.B) {
				for b.Loop() {
					do(items, []byte("key"), row)
				}
			})
			b.Run("get/"+name, func(b *testing.B) {
				for b.Loop() {
					get[news.Item](items, []byte("key"))
				}
			})
		}
		return nil
	})
}
