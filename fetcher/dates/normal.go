package dates

import (
	"strconv"
	"strings"
	"unicode"
)

// maxText is how much of a text is looked through for a date, in runes.
const maxText = 2000

// normal is a text as the forms expect it: lower case, full-width forms and
// Chinese numerals as ASCII digits, one space for any white space.
func normal(raw string) string {
	runes := []rune(raw)
	runes = runes[:min(len(runes), maxText)]
	var b strings.Builder
	for i := 0; i < len(runes); i++ {
		if n, digits, ok := numeral(runes[i:]); ok {
			b.WriteString(digits)
			i += n - 1
			continue
		}
		b.WriteRune(fold(runes[i]))
	}
	return english(strings.TrimSpace(b.String()))
}

func fold(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case unicode.IsSpace(r):
		return ' '
	case r == '‐', r == '‑', r == '‒', r == '–', r == '−':
		return '-'
	case r == '∶':
		return ':'
	}
	return unicode.ToLower(r)
}

var numerals = map[rune]int{'〇': 0, '零': 0, '○': 0, 'Ｏ': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5,
	'六': 6, '七': 7, '八': 8, '九': 9, '十': 10, '廿': 20, '卅': 30, '元': 1}

// numeral reads a number in Chinese before a word that counts time: 二〇二六年,
// 十一月, 二十日. It returns how many runes it took.
func numeral(r []rune) (n int, digits string, ok bool) {
	for n < len(r) && n < 4 {
		if _, ok := numerals[r[n]]; !ok {
			break
		}
		n++
	}
	if n == 0 || n == len(r) || !strings.ContainsRune("年月日号號时時点點分", r[n]) {
		return 0, "", false
	}
	if n == 4 {
		for _, d := range r[:n] {
			digits += strconv.Itoa(numerals[d] % 10)
		}
		return n, digits, true
	}
	return n, strconv.Itoa(small(r[:n])), true
}

// small reads numbers up to 99: 九, 十, 十一, 二十, 二十三, 廿三, 〇九.
func small(r []rune) int {
	v := 0
	for i, d := range r {
		switch n := numerals[d]; {
		case n == 10 && i == 0:
			v = 10
		case n == 10:
			v *= 10
		case n > 10:
			v = n
		case i > 0 && numerals[r[i-1]] < 10:
			v = v*10 + n
		default:
			v += n
		}
	}
	return v
}
