package feed

import (
	"bytes"
	"fmt"

	"chinanews/news"
)

// jsonMender copies JSON and leaves out what RFC 8259 forbids and people write:
// commas before a bracket, control characters in strings; and numbers where JSON
// Feed wants strings. What is cut off ends after its last whole item.
type jsonMender struct {
	out      bytes.Buffer
	stack    []byte
	tokens   int
	key      []byte // of the root object: the last string in it
	comma    int    // where an unanswered comma stands in out, -1 when none does
	commas   int
	controls int
	numbers  int // written as strings
	started  int // items that begin
	whole    int // where the last whole item ends in out
	cut      bool
}

// MendJSON gives the first value of a document as strict JSON, and says what was
// mended. A value that is cut off, or larger than a feed may be, is a problem.
func MendJSON(doc []byte) (strict []byte, repairs []string, p *news.Problem) {
	m, p := mendJSON(doc)
	if p == nil && m.cut {
		p = &news.Problem{Class: news.ClassTruncated, Condition: news.Broken, Words: "the JSON is cut off; nothing of it is used"}
	}
	return m.out.Bytes(), m.repairs(), p
}

func mendJSON(doc []byte) (*jsonMender, *news.Problem) {
	m := &jsonMender{comma: -1}
	for i := 0; i < len(doc); {
		if m.tokens > maxTokens {
			return m, large("has more than %d values", maxTokens)
		}
		if len(m.stack) > maxDepth {
			return m, &news.Problem{Class: news.ClassTooDeep, Condition: news.Broken,
				Words: fmt.Sprintf("the JSON nests more than %d values; nothing of it was read", maxDepth)}
		}
		n := m.step(doc[i:])
		i += n
		if len(m.stack) == 0 && m.tokens > 0 {
			return m, nil
		}
	}
	m.close()
	return m, nil
}

// step takes the next piece and says how long it is.
func (m *jsonMender) step(b []byte) int {
	switch c := b[0]; c {
	case '"':
		return m.string(b)
	case '{', '[':
		m.tokens++
		m.comma = -1
		m.stack = append(m.stack, c)
		if c == '{' && m.inItems(3) {
			m.started++
		}
	case '}', ']':
		if m.comma >= 0 {
			m.out.Truncate(m.comma)
			m.commas++
		}
		m.comma = -1
		m.out.WriteByte(c)
		if c == '}' && m.inItems(3) {
			m.whole = m.out.Len()
		}
		m.stack = m.stack[:max(0, len(m.stack)-1)]
		return 1
	case ',':
		m.tokens++
		m.comma = m.out.Len()
	case ' ', '\t', '\r', '\n':
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		m.comma = -1
		if m.inItems(3) {
			return m.number(b)
		}
	default:
		m.comma = -1
	}
	m.out.WriteByte(b[0])
	return 1
}

// inItems reports whether the innermost value is at a depth of the root's items.
func (m *jsonMender) inItems(depth int) bool {
	return len(m.stack) == depth && m.stack[1] == '[' && string(m.key) == "items"
}

func (m *jsonMender) string(b []byte) int {
	m.tokens++
	m.comma = -1
	m.out.WriteByte('"')
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			m.out.WriteByte('"')
			if len(m.stack) == 1 {
				m.key = b[1:i]
			}
			return i + 1
		case c == '\\' && i+1 < len(b):
			i++
			m.out.Write(b[i-1 : i+1])
		case c < 0x20:
			m.controls++
			fmt.Fprintf(&m.out, `\u%04x`, c)
		default:
			m.out.WriteByte(c)
		}
	}
	m.cut = true
	return len(b)
}

// number writes a number that is a member of an item as a string: no such
// member is a number in JSON Feed, and people write ids and dates so.
func (m *jsonMender) number(b []byte) int {
	n := len(b) - len(bytes.TrimLeft(b, "+-.0123456789eE"))
	m.numbers++
	fmt.Fprintf(&m.out, "%q", b[:n])
	return n
}

func (m *jsonMender) close() {
	m.cut = true
	if m.whole > 0 {
		m.out.Truncate(m.whole)
		m.out.WriteString("]}")
	}
}

func (m *jsonMender) repairs() []string {
	var out []string
	if m.commas > 0 {
		out = append(out, fmt.Sprintf("dropped a comma before a bracket (%d)", m.commas))
	}
	if m.controls > 0 {
		out = append(out, fmt.Sprintf("escaped a control character in a string (%d)", m.controls))
	}
	return out
}
