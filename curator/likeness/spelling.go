package likeness

import (
	"bytes"
	"strconv"
	"strings"
)

// meaning is what an English word stands for.
type meaning struct {
	text string
	kind kind
}

// english are words that are numbers, or names of months and days.
var english = func() map[string]meaning {
	words := make(map[string]meaning)
	for n, w := range strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty") {
		words[w] = meaning{strconv.Itoa(n), numeral}
	}
	for n, w := range strings.Fields("thirty forty fifty sixty seventy eighty ninety") {
		words[w] = meaning{strconv.Itoa(30 + 10*n), numeral}
	}
	for _, w := range strings.Fields("hundred thousand million billion trillion") {
		words[w] = meaning{w, numeral}
	}
	for n, w := range strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth") {
		words[w] = meaning{strconv.Itoa(n + 1), numeral}
	}
	for _, w := range strings.Fields("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday") {
		words[w] = meaning{w, calendar}
		words[w[:3]] = meaning{w, calendar}
	}
	words["sept"] = meaning{"september", calendar}
	delete(words, "mar") // the words mar, sat and sun are more often something else
	delete(words, "sat")
	delete(words, "sun")
	words["pct"] = meaning{"percent", 0}
	words["bn"], words["mn"], words["mln"] = meaning{"billion", numeral}, meaning{"million", numeral}, meaning{"million", numeral}
	return words
}()

// mostEnglish is how long such a word is at most.
const mostEnglish = len("seventeenth")

// monthOf is the number of a month; 0: it is none.
func monthOf(name string) int {
	n := strings.Index("jan feb mar apr may jun jul aug sep oct nov dec", name[:min(3, len(name))])
	if len(name) < 3 || n < 0 || n%4 != 0 || strings.HasSuffix(name, "day") {
		return 0
	}
	return n/4 + 1
}

// spelling makes one of the two spellings that English has for many words. It
// need not be right, only the same for both.
func spelling(w []byte) []byte {
	if len(w) < 5 || w[0] >= 0x80 || !ends[w[len(w)-1]] {
		return w
	}
	for _, e := range endings {
		if len(w) >= e.least && bytes.HasSuffix(w, e.from) {
			n := len(w) - len(e.from)
			return append(w[:n], e.to...)
		}
	}
	return w
}

type ending struct {
	from, to []byte
	least    int // letters of the word
}

var endings = func() (all []ending) {
	for _, e := range []struct {
		from, to string
		least    int
	}{
		{"isation", "ization", 8}, {"isations", "izations", 9}, {"ise", "ize", 6}, {"ised", "ized", 7}, {"ises", "izes", 7}, {"ising", "izing", 8},
		{"our", "or", 5}, {"ours", "ors", 6}, {"tre", "ter", 5}, {"tres", "ters", 6}, {"ramme", "ram", 9}, {"rammes", "rams", 10}, {"fence", "fense", 7}, {"elled", "eled", 8}, {"elling", "eling", 9},
	} {
		all = append(all, ending{[]byte(e.from), []byte(e.to), e.least})
	}
	return all
}()

// ends are the letters with which endings end.
var ends = func() (table [256]bool) {
	for _, e := range endings {
		table[e.from[len(e.from)-1]] = true
	}
	return table
}()

// counts is the value of a Han character that numbers are written with; -1: it
// is none.
func counts(r rune) int {
	switch r {
	case '〇', '零':
		return 0
	case '一':
		return 1
	case '二', '两':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万':
		return 10_000
	case '亿':
		return 100_000_000
	}
	return -1
}

// counted is the value of a Chinese number: 二十五, 二〇二六.
func counted(text string) string {
	if !strings.ContainsAny(text, "十百千万亿") {
		var b strings.Builder
		for _, r := range text {
			b.WriteString(strconv.Itoa(counts(r)))
		}
		return b.String()
	}
	total, section, now := 0, 0, 0
	for _, r := range text {
		switch n := counts(r); {
		case n < 10:
			now = n
		case n >= 10_000:
			total += max(section+now, 1) * n
			section, now = 0, 0
		default:
			section += max(now, 1) * n
			now = 0
		}
		if total > 1e15 || section > 1e12 {
			return text
		}
	}
	return strconv.Itoa(total + section + now)
}

// little are words that hold others together; where they differ, nothing else
// is said.
var little = func() map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields("a an the of to in on at by for with from and or as that which who is are was were be been has have had will would it its this these their " +
		"的 了 和 与 及 在 于 将 会 是 为 以 并 等 之 其 地 得 着 也 就 所 对") {
		set[w] = true
	}
	return set
}()

// confused are characters that are written for one another.
var confused = set("作做|像象|帐账|它他|他她|惟唯|订定|座坐|藉借|份分|哪那|已己|即既|连联|须需|采彩|词辞|待呆|至致")

const leastTyped = 5 // letters of the longer word

// typed reports two long words of which one becomes the other by a letter more,
// less or other, or by two that change places.
func typed(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) < leastTyped || len(b)-len(a) > 1 {
		return false
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	m := 0
	for m < len(a)-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	left := len(a) - n - m
	return left <= len(b)-len(a) || len(a) == len(b) && (left == 1 || left == 2 && a[n] == b[n+1] && a[n+1] == b[n])
}
