package difference

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func digit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// minus are the signs that may stand for a hyphen between or before digits.
var minus = map[rune]bool{'-': true, '−': true, '–': true, '—': true, '‑': true, '－': true}

// numberLength is how long the number is that text begins with, previous being
// the rune before it; 0 when it begins with none. Times of day, dates, ranges
// and telephone numbers are one number; so is what letters follow at once
// (14th, 5G).
func numberLength(text string, previous rune) int {
	end, digits := 0, 0
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		after, _ := utf8.DecodeRuneInString(text[end+size:])
		switch {
		case digit(r):
			digits++
		case digits == 0 && minus[r] && digit(after) && end == 0:
			if unicode.IsLetter(previous) && !unbroken(previous) || digit(previous) {
				return 0
			}
		case digits > 0 && digit(after) && (minus[r] || strings.ContainsRune(".,:/", narrow(r))):
		case digits > 0 && unicode.IsLetter(r) && !unbroken(r) && !halfAfter(text[end:]):
		default:
			return scaled(text, unranged(text, end), digits)
		}
		end += size
	}
	return scaled(text, unranged(text, end), digits)
}

// unranged is where the first of two numbers ends that a dash makes a range of,
// with or without spaces around it; a number of which a dash is part keeps it.
func unranged(text string, end int) int {
	if m := ranged().FindStringSubmatchIndex(text[:end]); m != nil && !yearMonth().MatchString(text[:end]) {
		return m[3]
	}
	return end
}

var (
	ranged    = expression(`^([1-9１-９][^-−–—‑－]*|0[.:：]\d+)[-−–—‑－][^-−–—‑－]+$`)
	yearMonth = expression(`^(?:19|20)\d\d-(?:0[1-9]|1[0-2])$`)
)

// scaled adds the characters that multiply a number: 3.2万.
func scaled(text string, end, digits int) int {
	if digits == 0 {
		return 0
	}
	for _, r := range text[end:] {
		if !strings.ContainsRune("百千万亿萬億", r) {
			break
		}
		end += utf8.RuneLen(r)
	}
	return end
}

var thousands = expression(`^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\D*$`)

// numberKey is a number in ASCII, without the commas that part thousands.
func numberKey(text string) string {
	key := strings.Map(func(r rune) rune {
		if minus[r] {
			return '-'
		}
		return unicode.ToLower(narrow(r))
	}, text)
	if thousands().MatchString(key) {
		key = strings.ReplaceAll(key, ",", "")
	}
	return key
}

var hanDigits = map[rune]int{'〇': 0, '○': 0, '零': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '两': 2}
var hanScales = map[rune]int{'十': 10, '百': 100, '千': 1000, '万': 1e4, '亿': 1e8}

var hanNumeral = func() map[rune]bool {
	set := make(map[rune]bool)
	for r := range hanDigits {
		set[r] = true
	}
	for r := range hanScales {
		set[r] = true
	}
	return set
}()

// measures are characters that count something when a numeral stands before
// them; prefixes make one of a numeral behind them.
const (
	measures = "半年月日号时点分秒天周个名人家项次位元倍成度件条起批届期例笔篇部台辆艘架座所处份只头吨亩里米斤岁级种类类章节款国省市县区村户口万亿大轮场组班步方"
	prefixes = "第近约超达之至到初共有增长降期周"
)

// hanNumber is the length and value of a Chinese number at a place in a text. A
// single character is one only where it counts something: 三个, not 一定.
func hanNumber(text string, at int) (length int, key string) {
	runes := 0
	for _, r := range text[at:] {
		if !hanNumeral[r] {
			break
		}
		length += utf8.RuneLen(r)
		runes++
	}
	after, _ := utf8.DecodeRuneInString(text[at+length:])
	prior := before(text, at)
	single := runes == 1 && !strings.ContainsRune(measures, after) && !strings.ContainsRune(prefixes, prior) && prior != '期'
	first, _ := utf8.DecodeRuneInString(text[at:])
	if single || runes == 1 && strings.ContainsRune("百千万亿", first) || runes == 1 && idiom(text, at, length) {
		return 0, ""
	}
	if runes == 2 && (text[at:at+length] == "十分" || text[at:at+length] == "万一") {
		return 0, ""
	}
	return length, hanValue(text[at : at+length])
}

// idiom reports a numeral that is part of a word: 一方面, 统一大, 同一个.
func idiom(text string, at, length int) bool {
	for _, w := range []string{"一步", "一方", "一时", "一度", "一起", "一级", "一类", "一种", "一些", "一直", "一带", "一大批", "一周岁", "十分", "两国", "两岸", "一分"} {
		if strings.HasPrefix(text[at:], w) {
			return true
		}
	}
	return strings.ContainsRune("统同唯逐专万", before(text, at)) && text[at:at+length] == "一"
}

// hanValue is a Chinese number in digits.
func hanValue(text string) string {
	if !strings.ContainsAny(text, "十百千万亿") {
		var b strings.Builder
		for _, r := range text {
			b.WriteString(strconv.Itoa(hanDigits[r]))
		}
		return b.String()
	}
	total, section, now := 0, 0, 0
	for _, r := range text {
		scale, ok := hanScales[r]
		switch {
		case !ok:
			now = hanDigits[r]
		case scale >= 1e4:
			total += max(section+now, 1) * scale
			section, now = 0, 0
		default:
			section += max(now, 1) * scale
			now = 0
		}
		if total > 1e15 || section > 1e8 {
			return text
		}
	}
	return strconv.Itoa(total + section + now)
}

// counted are the English words for numbers; cardinals are the same as their
// digits.
var counted = func() map[string]string {
	words := make(map[string]string)
	for n, w := range strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty") {
		words[w] = strconv.Itoa(n)
	}
	for n, w := range strings.Fields("thirty forty fifty sixty seventy eighty ninety") {
		words[w] = strconv.Itoa(30 + 10*n)
	}
	for n, w := range strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth") {
		suffix := map[int]string{1: "st", 2: "nd", 3: "rd"}[n+1]
		if suffix == "" {
			suffix = "th"
		}
		words[w] = strconv.Itoa(n+1) + suffix
	}
	for _, w := range strings.Fields("quarter hundred thousand million billion trillion hundreds thousands millions billions dozen dozens half halves thirds quarters twice thrice double triple twofold threefold tenfold") {
		words[w] = w
	}
	return words
}()
