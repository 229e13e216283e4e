package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// writeTexts keeps the texts of a batch's entries and writes their references
// into them. A text equal to one of the item's shown reading refers to that.
func writeTexts(tx *bbolt.Tx, pos uint64, entries []news.Entry, shown func(n int) (news.Item, bool)) error {
	next := 0
	for n := range entries {
		e := &entries[n]
		e.Refs = nil
		older, known := shown(n)
		for _, t := range []struct {
			part news.TextPart
			text string
		}{{news.PartSummary, e.Summary}, {news.PartHTML, e.HTML}} {
			if t.text == "" {
				continue
			}
			sum := sha256.Sum256([]byte(t.text))
			ref := news.Ref{N: next, Part: t.part, SHA256: hex.EncodeToString(sum[:]), Len: len(t.text)}
			value, err := pack([]byte(t.text))
			if err != nil {
				return err
			}
			if known {
				value = sameAs(older, ref, value)
			}
			bucket := tx.Bucket(bucketTexts)
			bucket.FillPercent = 1
			if err := put(bucket, textKey(pos, next), value); err != nil {
				return err
			}
			e.Refs = append(e.Refs, ref)
			next++
		}
	}
	return nil
}

// sameAs is a reference to an equal text of an item's shown reading, else the
// value itself.
func sameAs(i news.Item, ref news.Ref, value []byte) []byte {
	for _, old := range i.Shown.Refs {
		if old.SHA256 == ref.SHA256 {
			return append([]byte{packedRef}, textKey(i.ShownPos(), old.N)...)
		}
	}
	return value
}

// readText reads a text and checks it against its digest.
func readText(tx *bbolt.Tx, pos uint64, ref news.Ref) (string, error) {
	text, err := readValue(tx, textKey(pos, ref.N))
	if err != nil {
		return "", fmt.Errorf("text %d of record %d: %w", ref.N, pos, err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != ref.SHA256 {
		return "", fmt.Errorf("text %d of record %d: %w: its digest is another", ref.N, pos, ErrDamaged)
	}
	return string(text), nil
}

// readValue follows references; each leads to an older key, so it ends.
func readValue(tx *bbolt.Tx, key []byte) ([]byte, error) {
	for first := true; ; first = false {
		v, err := lookup(tx.Bucket(bucketTexts), key)
		switch {
		case err != nil:
			return nil, err
		case len(v) > 0 && v[0] == packedGone && first:
			return nil, errPruned
		case len(v) == 0 || v[0] != packedRef:
			return unpack(v)
		case bytes.Compare(v[1:], key) >= 0:
			return nil, fmt.Errorf("%w: a reference at %d leads forward", ErrDamaged, binary.BigEndian.Uint64(key))
		}
		key = v[1:]
	}
}
