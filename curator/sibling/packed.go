package sibling

import (
	"encoding/binary"
	"math"
)

// Packed is an outline as it is kept where there are many, in 150 bytes or so.
type Packed string

// A mention is its meaning, above two bits.
const (
	inLead  = 1
	inTitle = 2
	flagged = 2 // bits
)

// Outlined is the text's outline, which does not hold the text.
func (t *Text) Outlined() Packed {
	b := binary.AppendUvarint(nil, uint64(len(t.lang)))
	b = append(b, t.lang...)
	for _, n := range [...]int{t.letters, t.titled, t.lead, len(t.numbers), len(t.days), len(t.marks)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	for _, n := range t.numbers {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(n.value))
		b = append(b, byte(math.Round(n.weight*10)))
	}
	for _, d := range t.days {
		b = binary.AppendUvarint(b, uint64(d))
	}
	before := uint16(0)
	for _, m := range t.marks {
		b = binary.AppendUvarint(b, uint64(m.meaning-before)<<flagged|m.flags())
		before = m.meaning
	}
	return Packed(b)
}

func (m mention) flags() (f uint64) {
	if m.lead {
		f |= inLead
	}
	if m.title {
		f |= inTitle
	}
	return f
}

// outline is what was packed.
func (p Packed) outline() *Outline {
	b := []byte(p)
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	cut := func(n int) []byte {
		part := b[:n]
		b = b[n:]
		return part
	}
	o := &Outline{lang: string(cut(int(next())))}
	o.letters, o.titled, o.lead = int(next()), int(next()), int(next())
	o.numbers, o.days, o.marks = make([]number, next()), make([]day, next()), make([]mention, next())
	for n := range o.numbers {
		value := math.Float64frombits(binary.LittleEndian.Uint64(cut(8)))
		o.numbers[n] = number{value, float64(cut(1)[0]) / 10}
	}
	for n := range o.days {
		o.days[n] = day(next())
	}
	before := uint64(0)
	for n := range o.marks {
		code := next()
		before += code >> flagged
		o.marks[n] = mention{uint16(before), code&inLead != 0, code&inTitle != 0}
	}
	return o
}
