package feedout

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"chinanews/news"
)

// fingerprint is a digest of everything that an entry depends on.
type fingerprint [sha256.Size]byte

// fingerprints are set on lines: the digests of each, whole, with what every
// entry of the document depends on. Whatever an entry says of them, now or in a
// later version, another value has another fingerprint.
func (d Document) fingerprints(lines []line) {
	of := d.common()
	var text []byte
	for n, l := range lines {
		if d.kept(l) {
			lines[n].print = d.held[l.of.(*news.Release).Story].print
			continue
		}
		text = spell(append(text[:0], of[:]...), reflect.ValueOf(&l.of).Elem())
		lines[n].print = sha256.Sum256(text)
	}
}

// common is the digest of what every entry of the document depends on.
func (d Document) common() fingerprint {
	common := Document{Site: d.Site, Feed: d.Feed, Search: d.Search, Archive: d.Archive}
	return sha256.Sum256(spell(nil, reflect.ValueOf(&common).Elem()))
}

// kept reports whether a line is of a release of which no more is given than its
// membership.
func (d Document) kept(l line) bool {
	r, ok := l.of.(*news.Release)
	return ok && d.Kept[r.Story]
}

// spell appends a value, so that no two of a type are spelled alike that differ
// in anything that it can hold. Times are alike at one moment in zones of one
// offset.
func spell(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		return append(b, v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float32, reflect.Float64:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.Array:
		return spellAll(b, v)
	case reflect.Struct:
		return spellStruct(b, v)
	}
	return spellReference(b, v)
}

// spellReference appends what may be nil, which is not the same as empty.
func spellReference(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	b = append(b, 1)
	switch v.Kind() {
	case reflect.Interface:
		name := v.Elem().Type().String()
		b = append(binary.AppendUvarint(b, uint64(len(name))), name...)
		return spell(b, v.Elem())
	case reflect.Pointer:
		return spell(b, v.Elem())
	case reflect.Slice:
		return spellAll(binary.AppendUvarint(b, uint64(v.Len())), v)
	case reflect.Map:
		return spellMap(b, v)
	}
	panic(fmt.Sprintf("feedout: %s has no fingerprint", v.Type()))
}

func spellAll(b []byte, v reflect.Value) []byte {
	if v.Type().Elem().Kind() == reflect.Uint8 && (v.Kind() == reflect.Slice || v.CanAddr()) {
		return append(b, v.Bytes()...)
	}
	for n := range v.Len() {
		b = spell(b, v.Index(n))
	}
	return b
}

func spellStruct(b []byte, v reflect.Value) []byte {
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		_, offset := t.Zone()
		b = binary.AppendVarint(b, t.Unix())
		b = binary.AppendVarint(b, int64(t.Nanosecond()))
		return binary.AppendVarint(b, int64(offset))
	}
	for n := range v.NumField() {
		b = spell(b, v.Field(n))
	}
	return b
}

// spellMap appends a map, whose order must not show.
func spellMap(b []byte, v reflect.Value) []byte {
	var pairs []string
	for key, value := range v.Seq2() {
		pairs = append(pairs, string(spell(spell(nil, key), value)))
	}
	slices.Sort(pairs)
	b = binary.AppendUvarint(b, uint64(len(pairs)))
	for _, pair := range pairs {
		b = append(b, pair...)
	}
	return b
}
