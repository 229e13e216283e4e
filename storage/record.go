package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
)

// kind says what a record is.
type kind uint8

// The kinds of records, as stored.
const (
	kindMark   kind = 1
	kindConfig kind = 2
	kindBatch  kind = 3
	kindRuling kind = 4
	kindEdit   kind = 5
	kindPrune  kind = 6
)

func (k kind) String() string {
	switch k {
	case kindMark:
		return "mark"
	case kindConfig:
		return "config"
	case kindBatch:
		return "batch"
	case kindRuling:
		return "ruling"
	case kindEdit:
		return "edit"
	case kindPrune:
		return "prune"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Record is one link of the chain.
type Record struct {
	Pos  uint64
	Kind string // mark, config, batch, ruling, edit, prune
	At   time.Time
	Prev [32]byte
	Link [32]byte // SHA-256 of the whole record as stored
	Body []byte   // JSON as first written

	kind kind
}

// The record as it is hashed, big-endian: version u8, kind u8, zero u16,
// pos u64, at i64 (unix ms), prev [32], length u32, body.
const (
	recordVersion = 1
	headerLength  = 1 + 1 + 2 + 8 + 8 + 32 + 4
)

// encodeRecord writes a record as it is hashed.
func encodeRecord(k kind, pos uint64, at time.Time, prev [32]byte, body []byte) []byte {
	b := make([]byte, 0, headerLength+len(body))
	b = append(b, recordVersion, byte(k), 0, 0)
	b = binary.BigEndian.AppendUint64(b, pos)
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMilli()))
	b = append(b, prev[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}

// decodeRecord reads what encodeRecord wrote. The record shares its memory.
func decodeRecord(b []byte) (Record, error) {
	if len(b) < headerLength {
		return Record{}, fmt.Errorf("record of %d bytes is shorter than its header", len(b))
	}
	if b[0] != recordVersion || b[2] != 0 || b[3] != 0 {
		return Record{}, fmt.Errorf("record version %d is not known", b[0])
	}
	r := Record{kind: kind(b[1]), Kind: kind(b[1]).String(), Pos: binary.BigEndian.Uint64(b[4:]),
		At: time.UnixMilli(int64(binary.BigEndian.Uint64(b[12:]))).UTC(), Link: sha256.Sum256(b), Body: b[headerLength:]}
	copy(r.Prev[:], b[20:])
	if n := binary.BigEndian.Uint32(b[52:]); uint64(n) != uint64(len(r.Body)) {
		return Record{}, fmt.Errorf("record says %d bytes of body and has %d", n, len(r.Body))
	}
	return r, nil
}

// A value on disk is one byte that says how it is packed, and the bytes.
const (
	packedRaw  = 0
	packedZstd = 1
	packedRef  = 2 // of a text: the key of an older one that is equal
	packedGone = 3 // of a text: the position of the prune record that took it
)

// maxUnpacked bounds what a damaged value may unpack to.
const maxUnpacked = 64 << 20

// packWindow is how far back what is packed refers to. The encoder keeps twice as
// much for ever, and few values are longer.
const packWindow = 512 << 10

var packer = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(packWindow))
})

var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxUnpacked))
})

// pack compresses a value if that makes it smaller.
func pack(b []byte) ([]byte, error) {
	enc, err := packer()
	if err != nil {
		return nil, err
	}
	if small := enc.EncodeAll(b, []byte{packedZstd}); len(small) < len(b) {
		return small, nil
	}
	return append([]byte{packedRaw}, b...), nil
}

// unpack returns bytes that outlive the transaction.
func unpack(v []byte) ([]byte, error) {
	if len(v) == 0 {
		return nil, errors.New("value is empty")
	}
	switch v[0] {
	case packedRaw:
		return append([]byte{}, v[1:]...), nil
	case packedZstd:
		dec, err := unpacker()
		if err != nil {
			return nil, err
		}
		return dec.DecodeAll(v[1:], nil)
	}
	return nil, fmt.Errorf("value is packed in a way (%d) that is not known", v[0])
}

// tip as stored: pos, link, and the time of the last record in unix ms.
const tipLength = 8 + 32 + 8

func readTip(tx *bbolt.Tx) (Tip, error) {
	t, _, err := readTipAt(tx)
	return t, err
}

func readTipAt(tx *bbolt.Tx) (t Tip, at time.Time, err error) {
	v, err := lookup(tx.Bucket(bucketMeta), keyTip)
	if errors.Is(err, errAbsent) {
		return t, at, nil
	}
	if err != nil {
		return t, at, err
	}
	if len(v) != tipLength {
		return t, at, fmt.Errorf("%w: the tip has %d bytes", ErrDamaged, len(v))
	}
	t.Pos = binary.BigEndian.Uint64(v)
	copy(t.Link[:], v[8:])
	return t, time.UnixMilli(int64(binary.BigEndian.Uint64(v[40:]))).UTC(), nil
}

// appendRecord puts a record at the end of the chain and moves the tip.
func appendRecord(tx *bbolt.Tx, k kind, at time.Time, body []byte) (Record, error) {
	tip, err := readTip(tx)
	if err != nil {
		return Record{}, err
	}
	raw := encodeRecord(k, tip.Pos+1, at, tip.Link, body)
	r, err := decodeRecord(raw)
	if err != nil {
		return Record{}, err
	}
	value, err := pack(raw)
	if err != nil {
		return Record{}, err
	}
	log := tx.Bucket(bucketLog)
	log.FillPercent = 1
	if err := put(log, posKey(r.Pos), value); err != nil {
		return Record{}, err
	}
	v := append(posKey(r.Pos), r.Link[:]...)
	v = binary.BigEndian.AppendUint64(v, uint64(at.UnixMilli()))
	return r, put(tx.Bucket(bucketMeta), keyTip, v)
}

// readRecord reads the record at a position.
func readRecord(tx *bbolt.Tx, pos uint64) (Record, error) {
	v, err := lookup(tx.Bucket(bucketLog), posKey(pos))
	if err != nil {
		return Record{}, fmt.Errorf("record %d: %w", pos, err)
	}
	raw, err := unpack(v)
	if err != nil {
		return Record{}, fmt.Errorf("record %d: %w", pos, err)
	}
	r, err := decodeRecord(raw)
	if err != nil {
		return Record{}, fmt.Errorf("record %d: %w", pos, err)
	}
	return r, nil
}
