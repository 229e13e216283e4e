package news

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// hanForms are pairs of characters: another form, and the one it is folded to.
// They come from the OpenCC project's data (Apache License 2.0).
//
//go:embed han.txt
var hanForms string

// The block in which nearly all Han characters of a text stand has a table.
const (
	hanFirst = 0x3400
	hanLast  = 0x9fff
	hanOut   = 0xffff // no character: what the table says of one that leads out of its block
)

// hanTable has what each character is folded to; 0: itself. beyond has those
// that do not stand, or do not lead, into the table's block.
type hanTable struct {
	block  [hanLast - hanFirst + 1]uint16
	beyond map[rune]rune
}

var han = sync.OnceValue(func() *hanTable {
	t := &hanTable{beyond: make(map[rune]rune)}
	for line := range strings.Lines(hanForms) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			from, size := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[size:])
			t.put(from, to)
		}
	}
	return t
})

func (t *hanTable) put(from, to rune) {
	inside := from >= hanFirst && from <= hanLast
	if inside && to < hanOut {
		t.block[from-hanFirst] = uint16(to)
		return
	}
	if inside {
		t.block[from-hanFirst] = hanOut
	}
	t.beyond[from] = to
}

// Simplified is the simplified form of a traditional Han character, one by
// one, and the usual form of a compatibility character; any other rune is
// itself. It is meant for comparing texts, never for showing them: where one
// character has several simplified forms it takes the commonest.
func Simplified(r rune) rune {
	if r < hanFirst || r >= '！' && r <= '～' {
		return r
	}
	t := han()
	if r <= hanLast {
		switch to := t.block[r-hanFirst]; to {
		case 0:
			return r
		case hanOut: // below
		default:
			return rune(to)
		}
	}
	if to, ok := t.beyond[r]; ok {
		return to
	}
	return r
}
