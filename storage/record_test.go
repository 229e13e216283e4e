package storage

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// The format of records is frozen: these bytes must be read and written so for
// ever.
func TestRecordFormat(t *testing.T) {
	var prev [32]byte
	prev[0], prev[31] = 0xaa, 0xbb
	raw := encodeRecord(kindBatch, 258, noon, prev, []byte(`{"id":"x"}`))
	want := "01030000" + "0000000000000102" + "000001a2068f8a00" + "aa" + strings.Repeat("00", 30) + "bb" + "0000000a" + hex.EncodeToString([]byte(`{"id":"x"}`))
	if got := hex.EncodeToString(raw); got != want {
		t.Errorf("record is\n%s, want\n%s", got, want)
	}
	r, err := decodeRecord(raw)
	if err != nil || r.Pos != 258 || r.Kind != "batch" || !r.At.Equal(noon) || r.Prev != prev || string(r.Body) != `{"id":"x"}` {
		t.Errorf("read back %+v, %v", r, err)
	}
}

func TestPacking(t *testing.T) {
	for _, b := range [][]byte{{}, []byte("short"), bytes.Repeat([]byte("long "), 1000)} {
		v, err := pack(b)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := unpack(v); err != nil || !bytes.Equal(back, b) {
			t.Errorf("%d bytes came back as %d, %v", len(b), len(back), err)
		}
	}
	for _, bad := range [][]byte{{}, {9, 1}, {packedZstd, 1, 2, 3}} {
		if _, err := unpack(bad); err == nil {
			t.Errorf("%v was unpacked", bad)
		}
	}
}

func FuzzRecord(f *testing.F) {
	f.Add(encodeRecord(kindRuling, 1, noon, [32]byte{}, []byte("{}")))
	f.Add([]byte{1, 3, 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decodeRecord(raw)
		if err != nil {
			return
		}
		if again := encodeRecord(r.kind, r.Pos, r.At, r.Prev, r.Body); !bytes.Equal(again, raw) {
			t.Errorf("%x came back as %x", raw, again)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	v, _ := pack(bytes.Repeat([]byte("a"), 1000))
	f.Add(v)
	f.Fuzz(func(t *testing.T, v []byte) {
		if b, err := unpack(v); err == nil && len(b) > maxUnpacked {
			t.Errorf("%d bytes became %d", len(v), len(b))
		}
	})
}

// flip changes one byte of a value in a bucket.
func flip(t *testing.T, s *Store, bucket, key []byte, at int) {
	t.Helper()
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		v := bytes.Clone(b.Get(key))
		v[at%len(v)] ^= 0x20
		return b.Put(key, v)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNamesAnyFlippedByte(t *testing.T) {
	for _, bucket := range [][]byte{bucketLog, bucketTexts} {
		s, _ := create(t)
		accept(t, s, batch(1, 1, 2))
		var keys [][]byte
		var sizes []int
		s.db.View(func(tx *bbolt.Tx) error {
			return tx.Bucket(bucket).ForEach(func(k, v []byte) error {
				keys, sizes = append(keys, bytes.Clone(k)), append(sizes, len(v))
				return nil
			})
		})
		for i, key := range keys {
			for at := 0; at < sizes[i]; at += 1 + sizes[i]/8 {
				flip(t, s, bucket, key, at)
				_, err := s.Verify(t.Context())
				flip(t, s, bucket, key, at)
				if err == nil || !strings.Contains(err.Error(), "record") {
					t.Errorf("%s %x, byte %d flipped: %v", bucket, key, at, err)
				}
			}
		}
		verify(t, s)
	}
}

func TestVerifyNamesDerivedData(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1))
	s.db.Update(func(tx *bbolt.Tx) error { return put(derived(tx).Bucket(derivedKeys), []byte("x"), []byte("y")) })
	if _, err := s.Verify(t.Context()); err == nil || !strings.Contains(err.Error(), "rebuild") {
		t.Errorf("error %v, want to be told to rebuild", err)
	}
	r, err := s.Rebuild(t.Context())
	if err != nil || len(r.Differs) != 1 {
		t.Errorf("rebuilt %+v, %v; want one difference named", r, err)
	}
	if r := verify(t, s); !strings.HasPrefix(r.String(), "sound") {
		t.Errorf("report %s", r)
	}
}

func TestEmptyFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/news.db", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(string, Options) (*Store, error){"Open": Open, "Create": Create} {
		if s, err := open(dir, Options{}); err == nil {
			s.Close()
			t.Errorf("%s took an empty file", name)
		}
	}
	if info, err := os.Stat(dir + "/news.db"); err != nil || info.Size() != 0 {
		t.Error("a refusal changed the file")
	}
}
