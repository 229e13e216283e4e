package sibling

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// number is a value that a text names, whatever its unit.
type number struct {
	value  float64 // to ten digits
	weight float64
}

// key is the value in one form: 12.4 billion and 124亿 are 12400000000.
func (n number) key() string { return strconv.FormatFloat(n.value, 'g', 10, 64) }

// byKey are numbers in the order of their keys: what is added up in another
// order may differ in its last digit.
func byKey(numbers []number) []number {
	type keyed struct {
		key string
		number
	}
	list := make([]keyed, 0, len(numbers))
	for _, n := range numbers {
		list = append(list, keyed{n.key(), n})
	}
	slices.SortFunc(list, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	for n, k := range list {
		numbers[n] = k.number
	}
	return numbers
}

// numeric makes a number of a value. The more digits it has, the less is it
// found in another text by chance.
func numeric(value float64) (number, bool) {
	if math.IsNaN(value) || value < 2.5 && value == math.Trunc(value) || value > 1e18 {
		return number{}, false
	}
	digits := strconv.FormatFloat(value, 'e', 9, 64)
	mantissa, _, _ := strings.Cut(digits, "e")
	places := len(strings.TrimRight(strings.Replace(mantissa, ".", "", 1), "0"))
	var n number
	n.value, _ = strconv.ParseFloat(digits, 64)
	switch {
	case places >= 4:
		n.weight = 4.5
	case places == 3:
		n.weight = 3
	case places == 2 && (value >= 1e4 || value != math.Trunc(value)):
		n.weight = 2.2
	case places == 2:
		n.weight = 1.5
	case value >= 1e4:
		n.weight = 1.2
	case value >= 10:
		n.weight = 0.8
	default:
		n.weight = 0.4
	}
	return n, true
}

// figure is the value of a number written in digits.
func figure(text, lang string) (float64, bool) {
	switch lang {
	case "zh", "en", "ja", "ko", "th":
	default:
		text = swapped(text)
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	return value, err == nil
}

// swapped reads a comma as a decimal point where that can be what it is.
func swapped(text string) string {
	comma, dot := strings.LastIndexByte(text, ','), strings.LastIndexByte(text, '.')
	switch {
	case comma > dot:
		text = strings.ReplaceAll(text[:comma], ".", "") + "." + text[comma+1:]
	case dot >= 0 && comma < 0 && (strings.Count(text, ".") > 1 || len(text)-dot == 4):
		text = strings.ReplaceAll(text, ".", "")
	}
	return text
}

// tens have the English words for numbers.
var tens = func() map[string]float64 {
	words := make(map[string]float64)
	for n, w := range strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen") {
		words[w] = float64(n)
	}
	for n, w := range strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety") {
		words[w] = float64(20 + 10*n)
	}
	return words
}()

var ordinals = func() map[string]float64 {
	words := make(map[string]float64)
	for n, w := range strings.Fields("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth") {
		words[w] = float64(n + 3)
	}
	words["twentieth"], words["thirtieth"], words["fortieth"], words["fiftieth"], words["sixtieth"] = 20, 30, 40, 50, 60
	return words
}()

// parts are what a whole is cut into.
var parts = map[string]float64{"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10}

// scales are words that multiply a number, in the languages of the sources.
var scales = map[string]float64{
	"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "mn": 1e6, "bn": 1e9, "trn": 1e12,
	"mille": 1e3, "millions": 1e6, "milliard": 1e9, "milliards": 1e9, "mil": 1e3, "millón": 1e6, "millones": 1e6, "milhão": 1e6, "milhões": 1e6, "bilhões": 1e9, "bilhão": 1e9,
	"tausend": 1e3, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9, "тыс": 1e3, "тысяч": 1e3, "млн": 1e6, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6,
	"млрд": 1e9, "миллиард": 1e9, "миллиарда": 1e9, "миллиардов": 1e9, "трлн": 1e12, "ألف": 1e3, "مليون": 1e6, "مليار": 1e9,
}

var hanDigits = map[string]float64{"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

var hanScales = map[string]float64{"十": 10, "百": 100, "千": 1e3, "万": 1e4, "亿": 1e8, "만": 1e4, "억": 1e8}

// oneOf reports a character that is one of those of a list.
func oneOf(list, character string) bool { return character != "" && strings.Contains(list, character) }

// numerals are the characters with which numbers begin.
var numerals = func() *characters {
	text := ""
	for c := range hanDigits {
		text += c
	}
	for c := range hanScales {
		text += c
	}
	return setOf(text)
}()

// tells reports that a number or a day may begin at token n.
func (p *paragraph) tells(n int) bool {
	switch t := &p.tokens[n]; t.form {
	case word:
		return numberWords[t.key] || t.capital && months[t.key] > 0
	case han:
		return numerals.has(first(t.key))
	}
	return true
}

// numberWords are the words with which numbers begin.
var numberWords = func() map[string]bool {
	set := words("a")
	for _, list := range []map[string]float64{tens, ordinals} {
		for w := range list {
			set[w] = true
		}
	}
	return set
}()

// numberAt reads a number that begins at token n; length 0: none does.
func (p *paragraph) numberAt(n int) (length int, value float64) {
	switch t := p.tokens[n]; {
	case t.form == figures:
		return p.figuresAt(n)
	case t.form == han:
		return p.hanNumberAt(n)
	case t.form == word:
		return p.wordsAt(n)
	}
	return 0, 0
}

func (p *paragraph) figuresAt(n int) (length int, value float64) {
	t := p.tokens[n]
	if strings.ContainsRune(t.text, ':') || p.hourly(n+1) || p.form(n-1) == word && t.gap == "-" {
		return 1, 0 // an hour; COVID-19
	}
	value, ok := figure(t.text, p.lang)
	if !ok {
		return 1, 0
	}
	length = 1 + p.scaled(n+1, &value)
	if k := p.key(n + 1); length == 1 && (k == "to" || k == "or" || k == "至" || k == "到") && p.form(n+2) == figures {
		p.scaled(n+3, &value) // 3.8 to 12.7 million
	}
	return length, value
}

// hourly reports that what stands from token n on makes an hour of the number
// before it.
func (p *paragraph) hourly(n int) bool {
	switch k := p.key(n); k {
	case "时", "am", "pm", "o'clock":
		return true
	case "点":
		_, decimal := hanDigits[p.key(n+1)]
		return p.gap(n) == "" && !decimal
	case "a", "p":
		return p.key(n+1) == "m" && p.gap(n+1) == "."
	}
	return false
}

// scaled multiplies by what stands from token n on and says how many tokens
// that are.
func (p *paragraph) scaled(n int, value *float64) (length int) {
	if k := p.key(n); (k == "多" || k == "余") && hanScales[p.key(n+1)] > 0 {
		length++
	}
	for {
		k, after := p.key(n+length), p.key(n+length+1)
		by := hanScales[k]
		if p.form(n+length) == word {
			by = scales[k]
		}
		if by == 0 || k == "千" && oneOf("瓦克米", after) || k == "百" && after == "分" {
			return length
		}
		*value *= by
		length++
	}
}

// hanNumberAt reads a number in characters, with its scales: 三千二百, 百分之五,
// 三分之一, 九成.
func (p *paragraph) hanNumberAt(n int) (length int, value float64) {
	if p.key(n) == "百" && p.key(n+1) == "分" && p.key(n+2) == "之" {
		of, share := p.valueAt(n + 3)
		if of == 0 {
			return 0, 0
		}
		return 3 + of, share
	}
	length, value = p.hanRun(n)
	switch {
	case length == 0:
		return 0, 0
	case p.key(n+length) == "分" && p.key(n+length+1) == "之":
		if of, share := p.valueAt(n + length + 2); of > 0 && value > 0 {
			return length + 2 + of, 100 * share / value
		}
	case p.key(n+length) == "成" && length == 1 && !oneOf("立为果员功本就绩长都效交熟", p.key(n+2)):
		return 2, 10 * value
	}
	if length == 1 && !p.counts(n) || p.hourly(n+length) {
		return length, 0
	}
	return length, value
}

// valueAt reads a number in digits or characters.
func (p *paragraph) valueAt(n int) (length int, value float64) {
	if p.form(n) == figures {
		return p.figuresAt(n)
	}
	length, value = p.hanRun(n)
	if p.key(n+length) != "点" || length == 0 {
		return length, value
	}
	length++
	for unit := 0.1; ; unit /= 10 {
		d, ok := hanDigits[p.key(n+length)]
		if !ok {
			return length, value
		}
		value += d * unit
		length++
	}
}

// counts reports that a single character counts what stands behind it.
func (p *paragraph) counts(n int) bool {
	k, after := p.key(n), p.key(n+1)
	if hanScales[k] > 10 {
		return false
	}
	return p.key(n-1) == "第" || oneOf("年月日天周个名人家项次位倍度条起批届期份例部台艘架座处吨里米岁级种类章款省市县村轮场组班点时方国大", after)
}

// hanRun is the value of a run of numerals.
func (p *paragraph) hanRun(n int) (length int, value float64) {
	var total, section, now float64
	plain, scaled := 0.0, false
	for ; p.form(n+length) == han; length++ {
		k := p.key(n + length)
		if d, ok := hanDigits[k]; ok {
			now, plain = d, plain*10+d
			continue
		}
		if (k == "余" || k == "多" || k == "点") && length > 0 && hanScales[p.key(n+length+1)] > 0 {
			continue
		}
		by, ok := hanScales[k]
		if !ok || k == "千" && length > 0 && oneOf("瓦克米", p.key(n+length+1)) {
			break
		}
		scaled = true
		switch by {
		case 1e8:
			total, section, now = math.Max(total+section+now, 1)*by, 0, 0
			continue
		case 1e4:
			total, section, now = total+math.Max(section+now, 1)*by, 0, 0
			continue
		}
		section, now = section+math.Max(now, 1)*by, 0
	}
	if !scaled {
		return length, plain
	}
	return length, total + section + now
}

// wordsAt reads a number in English words, and the fractions.
func (p *paragraph) wordsAt(n int) (length int, value float64) {
	k := p.key(n)
	if of := parts[p.key(n+1)]; of > 0 && (tens[k] > 0 || k == "a") && (k != "a" && k != "one" || p.key(n+2) == "of" || of == 3) {
		return 2, 100 * math.Max(tens[k], 1) / of
	}
	if v, ok := ordinals[k]; ok {
		return 1, v
	}
	v, ok := tens[k]
	if !ok {
		return 0, 0
	}
	section, total := v, 0.0
	for length = 1; ; length++ {
		next, at := p.key(n+length), n+length
		if next == "and" && section >= 100 && tens[p.key(at+1)] > 0 {
			continue
		}
		if by := scales[next]; by > 0 {
			section *= by
			if by > 100 {
				total, section = total+section, 0
			}
			continue
		}
		d, more := tens[next]
		if !more || math.Mod(section, 10) != 0 || section == 10 || d >= 10 && math.Mod(section, 100) != 0 || section+total == 0 {
			return length, total + section
		}
		section += d
	}
}
