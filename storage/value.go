package storage

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"go.etcd.io/bbolt"
)

// Every value in the file is the CRC-32C of its key and its bytes, and the
// bytes: a bit that a disk turned over is found when it is read, and all of
// them when the file is opened. No value is put or got but through here.

// errAbsent says that a key is not there.
var errAbsent = errors.New("not there")

const sealLength = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(key, v []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, v)
}

// seal is a value as it is stored under its key.
func seal(key, v []byte) []byte {
	sealed := make([]byte, 0, sealLength+len(v))
	sealed = binary.BigEndian.AppendUint32(sealed, checksum(key, v))
	return append(sealed, v...)
}

// unseal is the value within a sealed one; it shares its memory.
func unseal(key, sealed []byte) ([]byte, error) {
	if len(sealed) < sealLength {
		return nil, fmt.Errorf("%w: the value of key %x has %d bytes", ErrDamaged, key, len(sealed))
	}
	v := sealed[sealLength:]
	if binary.BigEndian.Uint32(sealed) != checksum(key, v) {
		return nil, fmt.Errorf("%w: the value of key %x does not have its checksum", ErrDamaged, key)
	}
	return v, nil
}

func put(b *bbolt.Bucket, key, v []byte) error {
	return b.Put(key, seal(key, v))
}

// putSealed puts a value that has its checksum already.
func putSealed(b *bbolt.Bucket, key, sealed []byte) error { return b.Put(key, sealed) }

// lookup is the value of a key, valid as long as the transaction; errAbsent
// when there is none.
func lookup(b *bbolt.Bucket, key []byte) ([]byte, error) {
	sealed := b.Get(key)
	if sealed == nil {
		return nil, errAbsent
	}
	return unseal(key, sealed)
}

// find is lookup for a ledger and for folding: nil when there is none, and a
// fault, which guarded makes an error, when it is damaged.
func find(b *bbolt.Bucket, key []byte) []byte {
	v, err := lookup(b, key)
	if err != nil && !errors.Is(err, errAbsent) {
		panic(fault{err})
	}
	return v
}

// unchecked is the value of a key as it is, for what is too long to be summed
// up at each look; nil when there is none.
func unchecked(b *bbolt.Bucket, key []byte) []byte {
	sealed := b.Get(key)
	return sealed[min(len(sealed), sealLength):]
}

// bare is a value that a cursor came to; a fault when it is damaged.
func bare(key, sealed []byte) []byte {
	v, err := unseal(key, sealed)
	if err != nil {
		panic(fault{err})
	}
	return v
}

func putJSON(b *bbolt.Bucket, key []byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return put(b, key, text)
}

func getJSON(b *bbolt.Bucket, key []byte, v any) error {
	text, err := lookup(b, key)
	if err != nil {
		return err
	}
	if text, err = unpackedRow(text); err != nil {
		return fmt.Errorf("key %x: %w", key, err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("key %x: %w", key, err)
	}
	return nil
}
