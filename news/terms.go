package news

import (
	"iter"
	"unicode/utf8"
)

// mostTerm is how many bytes of a word its term has.
const mostTerm = 48

// Terms are what an index files a text under, some more than once: each word
// of letters; each two neighbours of Han, kana or hangul characters, and such
// a character alone where none follows; and for each two neighbours of which
// one is a word of letters a number, shared with others, that stands for both.
func (t Searchable) Terms() iter.Seq[string] {
	return func(yield func(string) bool) {
		for from, to, end := 0, t.word(0), 0; from < len(t); from, to = next(t, to), end {
			end = t.word(next(t, to))
			if !t.termsAt(from, to, end, yield) {
				return
			}
		}
	}
}

// termsAt yields the terms that begin with the word at from, which ends at to;
// the next one ends at end.
func (t Searchable) termsAt(from, to, end int, yield func(string) bool) bool {
	word := string(t[from:to])
	following := string(t[next(t, to):end])
	alone := !spelledWord(word)
	switch {
	case alone && following != "" && !spelledWord(following):
		return yield(string(t[from:end]))
	case following == "":
		return yield(clip(word))
	}
	return yield(clip(word)) && yield(pair(clip(word), clip(following)))
}

// word is where the word ends that begins at a byte.
func (t Searchable) word(from int) int {
	for n, r := range string(t[from:]) {
		switch {
		case r == ' ':
			return from + n
		case ideograph(r) && n == 0:
			return from + utf8.RuneLen(r)
		case ideograph(r):
			return from + n
		}
	}
	return len(t)
}

// next is where the word begins that follows the one that ends at a byte.
func next(t Searchable, to int) int {
	if to < len(t) && t[to] == ' ' {
		return to + 1
	}
	return to
}

func spelledWord(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return spells(r)
}

// clip shortens a word to what its term has.
func clip(word string) string {
	if len(word) <= mostTerm {
		return word
	}
	n := mostTerm
	for !utf8.RuneStart(word[n]) {
		n--
	}
	return word[:n]
}

// pair is the term of two words in a row: one of 65536, by FNV-1a.
func pair(a, b string) string {
	h := uint32(2166136261)
	for _, s := range [...]string{a, "\x00", b} {
		for n := range len(s) {
			h = (h ^ uint32(s[n])) * 16777619
		}
	}
	h ^= h >> 16
	return string([]byte{0, byte(h >> 8), byte(h)})
}

// Terms are the terms that a text in which the phrase stands is surely filed
// under. A phrase of one Han, kana or hangul character has none: such a text
// is filed under a term that begins with it, and prefix is that character.
func (p Phrase) Terms() (terms []string, prefix string) {
	t := Searchable(p)
	last := len(t)
	for from := range t.starts() {
		last = from
	}
	if last == 0 && !spelledWord(string(p)) {
		return nil, string(p)
	}
	for term := range t.Terms() {
		if term != string(t[last:]) || spelledWord(term) { // a last character may go on
			terms = append(terms, term)
		}
	}
	return terms, ""
}

// starts yields where words begin.
func (t Searchable) starts() iter.Seq[int] {
	return func(yield func(int) bool) {
		for from := 0; from < len(t); from = next(t, t.word(from)) {
			if !yield(from) {
				return
			}
		}
	}
}
