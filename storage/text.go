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

// refer writes the references to the texts of entries into them, and returns
// these in the order of their numbers.
func refer(entries []news.Entry) []string {
	texts := make([]string, 0, 2*len(entries))
	for n := range entries {
		e := &entries[n]
		e.Refs = nil
		if e.Summary != "" && e.HTML != "" {
			e.Refs = make([]news.Ref, 0, 2)
		}
		if e.Summary != "" {
			e.Refs = append(e.Refs, refTo(len(texts), news.PartSummary, e.Summary))
			texts = append(texts, e.Summary)
		}
		if e.HTML != "" {
			e.Refs = append(e.Refs, refTo(len(texts), news.PartHTML, e.HTML))
			texts = append(texts, e.HTML)
		}
	}
	return texts
}

func refTo(n int, part news.TextPart, text string) news.Ref {
	sum := sha256.Sum256([]byte(text))
	return news.Ref{N: n, Part: part, SHA256: hex.EncodeToString(sum[:]), Len: len(text)}
}

// writeTexts keeps the texts of a batch's entries, which refer to them. A text
// equal to one of the shown reading of the item that shown names refers to that.
func writeTexts(tx *bbolt.Tx, pos uint64, entries []news.Entry, texts []string, shown func(n int) (news.Item, bool)) error {
	for n := range entries {
		older, known := shown(n)
		var same *news.Item
		if known {
			same = &older
		}
		for _, ref := range entries[n].Refs {
			if err := putText(tx, pos, ref, texts[ref.N], same); err != nil {
				return err
			}
		}
	}
	return nil
}

// putText keeps a text of a record; equal to one that an older item's shown
// reading has, it refers to that. older may be nil.
func putText(tx *bbolt.Tx, pos uint64, ref news.Ref, text string, older *news.Item) error {
	value, err := pack([]byte(text))
	if err != nil {
		return err
	}
	if older != nil {
		value = sameAs(tx, *older, ref, value)
	}
	bucket := tx.Bucket(bucketTexts)
	bucket.FillPercent = 1
	return put(bucket, textKey(pos, ref.N), value)
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
