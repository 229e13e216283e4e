package difference

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is the piece of a text that is added, removed or moved as a whole: a
// sentence of a paragraph, or a row of a table.
type sentence struct {
	text   string
	tokens []token // those that say something
	key    string  // of what it says
	shape  string  // the key, with every number the same
	bag    []uint32
	last   bool // its block ends with it
}

// enumerator is what numbers a heading or an item of a list: it says nothing of
// its own, and moves with whatever is put in above it. Listed are those within
// a paragraph.
var (
	enumerator = expression(`(?i)^(?:[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-z]|[ivx]{1,4})\s*[)）]|(?:\d{1,2}\s*[.．)）、]|[ivx]{1,4}[.)])\s*(?:[^\d\s%]|$)|(?-i:\d{1,2}(?:\.\d{1,2}){1,2}\.?\s+(?:\p{Lu}|\p{Han}))|\d{1,2}(?:\.\d{1,2}){2}\s*\p{Han}|[一二三四五六七八九十]{1,3}\s*[、.．]|[①-⑳]|第[一二三四五六七八九十百\d]{1,4}[章节条款编](?:[\s\x{3000}：:]|$)|(?:chapter|section|article|part|annex)\s+(?:\d{1,3}|[ivx]{1,5})(?:\s*[.:：—–-]|\s*$|(?-i:\s+\p{Lu})))`)
	listed     = expression(`[：；。:;]\s*(\d{1,2}\s*[.．、](?:\p{Han}|\s)|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）])`)
)

// sentences cuts blocks.
func sentences(text []block) (cut []sentence) {
	for _, b := range text {
		pieces := []string{b.text}
		if !b.row {
			pieces = split(b.text)
		}
		for n, p := range pieces {
			cut = append(cut, newSentence(p, n == 0, n == len(pieces)-1))
		}
	}
	return cut
}

func newSentence(text string, first, last bool) sentence {
	s := sentence{text: text, last: last}
	skip := numbering(text, first)
	var key, shape strings.Builder
	for _, t := range tokens(text) {
		if t.key == "" || slices.ContainsFunc(skip, func(n []int) bool {
			return t.at >= n[0] && t.end() <= n[1] && t.form != word || t.at < n[1] && n[0] == 0
		}) {
			continue
		}
		s.tokens = append(s.tokens, t)
		key.WriteString(t.key + " ")
		like := t.key
		if t.form == numeral {
			like = "#"
		}
		shape.WriteString(like + " ")
		s.bag = append(s.bag, hash(like))
	}
	s.key, s.shape = key.String(), shape.String()
	slices.Sort(s.bag)
	return s
}

// numbering is where a sentence has enumerators.
func numbering(text string, first bool) (places [][]int) {
	if n := enumerated(text); n > 0 && (first || unicode.IsPunct(before(text, n))) {
		places = append(places, []int{0, n})
	}
	if !strings.ContainsAny(text, "：；:;。") {
		return places
	}
	for _, m := range listed().FindAllStringSubmatchIndex(text, -1) {
		_, size := utf8.DecodeLastRuneInString(text[m[2]:m[3]])
		places = append(places, []int{m[2], m[3] - size})
	}
	return places
}

// enumerated is how long the enumerator is that a block begins with.
func enumerated(text string) int {
	found := enumerator().FindString(text)
	if n := strings.LastIndexFunc(found, func(r rune) bool {
		return unicode.IsDigit(r) || hanNumeral[r] || strings.ContainsRune("ivxIVX", r) || unicode.IsPunct(r)
	}); n >= 0 {
		_, size := utf8.DecodeRuneInString(found[n:])
		return n + size
	}
	return 0
}

// silent reports a sentence that says nothing: a line of asterisks.
func (s sentence) silent() bool { return len(s.tokens) == 0 }

func hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// split cuts a paragraph at the ends of its sentences; no piece is empty, and
// together they are the paragraph, but for spaces between them.
func split(text string) (pieces []string) {
	from := 0
	for at, r := range text {
		if at < from || !strings.ContainsRune("。！？；.!?", r) {
			continue
		}
		end := closed(text, at+utf8.RuneLen(r))
		if end < len(text) && (r >= 0x2000 || ends(text[from:at], text[end:], r)) {
			pieces = add(pieces, text[from:end])
			from = end
		}
	}
	return add(pieces, text[from:])
}

func add(pieces []string, piece string) []string {
	if piece = strings.TrimSpace(piece); piece != "" {
		return append(pieces, piece)
	}
	return pieces
}

// closed is where a sentence ends that has its mark before end: behind further
// marks, and what closes a quotation.
func closed(text string, end int) int {
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !strings.ContainsRune("。！？.!?”’」』\"'）)】", r) {
			break
		}
		end += size
	}
	return end
}

// ends reports whether a full stop in ASCII ends a sentence.
func ends(sentence, rest string, stop rune) bool {
	first, _ := utf8.DecodeRuneInString(rest)
	if unbroken(before(sentence, len(sentence))) && !digit(first) {
		return true
	}
	if !unicode.IsSpace(first) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
	if unicode.IsLower(next) {
		return false
	}
	words := strings.Fields(sentence)
	if stop != '.' || len(words) == 0 {
		return true
	}
	last := strings.Trim(words[len(words)-1], "(\"“'‘")
	if after := strings.Fields(rest); len(after) > 0 && strings.HasSuffix(last, ".m") && weekdays[strings.ToLower(strings.Trim(after[0], ".,"))] {
		return false
	}
	return !abbreviated[strings.ToLower(last)] && !(len(words) == 1 && enumerated(last+". x") > 0) && !(utf8.RuneCountInString(last) == 1 && unicode.IsUpper([]rune(last)[0]))
}

var abbreviated = setOf("mr mrs ms dr prof gen col lt sr jr st no nos fig vs inc ltd co corp dept gov sen rep u.s u.k e.g i.e approx jan feb mar apr jun jul aug sep sept oct nov dec")
