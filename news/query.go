package news

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Phrase is words that are looked for in a row, folded as a Searchable is.
type Phrase string

// Limits of what may be asked of search.
const (
	MostQuery = 200 // characters of what is looked for
	MostFound = 50  // items at once
)

// What is wrong with what is looked for.
var (
	ErrQueryEmpty = errors.New("write at least one letter, digit or character to look for")
	ErrQueryLong  = errors.New("look for at most 200 characters")
)

// ParseQuery reads what is looked for: white space parts phrases, quotation
// marks keep words together. All of them must stand in a text.
func ParseQuery(text string) ([]Phrase, error) {
	if utf8.RuneCountInString(text) > MostQuery {
		return nil, ErrQueryLong
	}
	var phrases []Phrase
	for n, part := range quoted(text) {
		words := []string{part}
		if n%2 == 0 {
			words = strings.FieldsFunc(part, unicode.IsSpace)
		}
		for _, w := range words {
			if p := Phrase(ForSearch(w)); p != "" && !slices.Contains(phrases, p) {
				phrases = append(phrases, p)
			}
		}
	}
	if len(phrases) == 0 {
		return nil, ErrQueryEmpty
	}
	return phrases, nil
}

// quoted cuts a text at its quotation marks: every second part stood within.
func quoted(text string) []string {
	var parts []string
	from := 0
	for n, r := range text {
		if isQuote(r) {
			parts = append(parts, text[from:n])
			from = n + utf8.RuneLen(r)
		}
	}
	return append(parts, text[from:])
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„«»「」『』＂`, r) }

// Query is what is asked of the record.
type Query struct {
	Phrases  []Phrase // all must stand in what is shown of an item, each in its title or its text
	Origins  []Origin // any of these; empty: all
	Lang     string   // primary subtag; empty: all
	From, To string   // days as 2006-01-02, both taken, of Item.Dated; empty: no end
	Newest   bool     // by date alone; else items with all phrases in their titles come first
	Limit    int      // 0: MostFound
	After    Place    // zero: from the beginning
}

// Place is where an item stands among what was found.
type Place struct {
	Text bool   // not all phrases stand in the title
	At   uint32 // Item.Dated, unix seconds
	Seen uint32 // Item.FirstSeen, unix seconds
	Item ItemID
}

// Found is the answer to a Query.
type Found struct {
	Hits []Hit
	More bool // there are, or may be, others after the last
	Cut  bool // time was up before everything was looked at: others may be missing
}

// Hit is an item that was found.
type Hit struct {
	Item  Item
	Place Place
}

// Dated is the day or moment that an item stands under: the one that its
// source states, unless that is none or was still to come when we saw it.
func (i Item) Dated() Date {
	if d := i.Shown.Date; d.Known() && !d.Time.After(i.FirstSeen.Add(10*time.Minute)) {
		return d
	}
	return Date{Precision: Day, Zone: "Asia/Shanghai", Time: i.FirstSeen}
}

// String is the place as an address can have it.
func (p Place) String() string {
	b := []byte{0}
	if p.Text {
		b[0] = 1
	}
	b = binary.BigEndian.AppendUint32(b, p.At)
	b = binary.BigEndian.AppendUint32(b, p.Seen)
	return hex.EncodeToString(append(b, p.Item[:]...))
}

// ParsePlace reads what String wrote; false for anything else.
func ParsePlace(s string) (p Place, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 1+4+4+len(p.Item) || b[0] > 1 {
		return p, false
	}
	p = Place{Text: b[0] == 1, At: binary.BigEndian.Uint32(b[1:]), Seen: binary.BigEndian.Uint32(b[5:]), Item: ItemID(b[9:])}
	return p, p.String() == s
}
