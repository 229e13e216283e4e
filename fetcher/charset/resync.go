package charset

import (
	"golang.org/x/text/encoding"
)

// decodePairs decodes an encoding of byte pairs so that a bad byte costs one
// character. The plain decoder would take the second half of the broken pair
// for the first of the next and shift all that follows, up to the next ASCII.
func decodePairs(body []byte, e encoding.Encoding, name string) []byte {
	d := e.NewDecoder()
	var out []byte
	from, next := 0, -1 // next ASCII byte, found once for each run
	flush := func(to int) {
		part, err := d.Bytes(body[from:to])
		if err == nil {
			out = append(out, part...)
		}
	}
	for i := 0; i < len(body); {
		if n := width(body[i:], name); n > 0 {
			i += n
			continue
		}
		flush(i)
		out = append(out, "\uFFFD"...)
		i++
		if next < i {
			next = i + run(body[i:])
		}
		i += (next - i) % 2
		from = i
	}
	if from == 0 {
		out, _ = d.Bytes(body)
		return out
	}
	flush(len(body))
	return out
}

// run counts the bytes before the next ASCII.
func run(b []byte) int {
	for i, c := range b {
		if c < 0x80 {
			return i
		}
	}
	return len(b)
}

// width is the length of the character at the start of b; 0 when its bytes
// cannot be one.
func width(b []byte, name string) int {
	switch {
	case b[0] < 0x80 || b[0] == 0x80 && name == gbName:
		return 1
	case len(b) < 2 || b[0] == 0xFF:
		return 0
	case name == gbName && len(b) >= 4 && digit(b[1]) && b[2] > 0x80 && b[2] < 0xFF && digit(b[3]):
		return 4
	case name == "euc-jp" && b[0] == 0x8F && len(b) >= 3 && b[1] > 0xA0 && b[2] > 0xA0:
		return 3
	case name == gbName && b[1] >= 0x40 && b[1] != 0x7F && b[1] != 0xFF,
		name != gbName && b[1] > 0xA0 && b[1] != 0xFF,
		name == "euc-kr" && b[1] > 0x40 && b[1] != 0xFF:
		return 2
	}
	return 0
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
