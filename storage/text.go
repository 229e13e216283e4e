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
			var same *news.Item
			if known {
				same = &older
			}
			ref, err := putText(tx, pos, next, t.part, t.text, same)
			if err != nil {
				return err
			}
			e.Refs = append(e.Refs, ref)
			next++
		}
	}
	return nil
}

// putText keeps a text of a record; equal to one that an older item's shown
// reading has, it refers to that. older may be nil.
func putText(tx *bbolt.Tx, pos uint64, n int, part news.TextPart, text string, older *news.Item) (news.Ref, error) {
	sum := sha256.Sum256([]byte(text))
	ref := news.Ref{N: n, Part: part, SHA256: hex.EncodeToString(sum[:]), Len: len(text)}
	value, err := pack([]byte(text))
	if err != nil {
		return ref, err
	}
	if older != nil {
		value = sameAs(tx, *older, ref, value)
	}
	bucket := tx.Bucket(bucketTexts)
	bucket.FillPercent = 1
	return ref, put(bucket, textKey(pos, n), value)
}

// sameAs is a reference to an equal text of an item's shown reading, when that
// was not thrown away, else the value itself.
func sameAs(tx *bbolt.Tx, i news.Item, ref news.Ref, value []byte) []byte {
	for _, old := range i.Shown.Refs {
		key := textKey(i.ShownPos(), old.N)
		if there := find(tx.Bucket(bucketTexts), key); old.SHA256 == ref.SHA256 && len(there) > 0 && there[0] != packedGone {
			return append([]byte{packedRef}, key...)
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
