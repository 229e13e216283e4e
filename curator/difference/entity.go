package difference

import (
	"strings"
)

// kind is what a token is part of.
type kind uint8

const (
	other  kind = iota
	little      // a word that holds others together
	figure      // a number with its unit
	name
	date
)

// marked is a sentence with what its tokens are part of. Tokens of one entity
// have one number in whole; it is 0 for those of none.
type marked struct {
	sentence
	kinds []kind
	whole []int
	last  int
}

// mark finds the dates, numbers and names of a sentence. Proper are the words
// that the texts write in capitals wherever they stand.
func (s sentence) mark(proper map[string]bool) *marked {
	m := &marked{sentence: s, kinds: make([]kind, len(s.tokens)), whole: make([]int, len(s.tokens))}
	for n, t := range s.tokens {
		if littleWords[t.key] {
			m.kinds[n] = little
		}
	}
	m.dates()
	m.figures()
	m.offices()
	m.chinese()
	m.latin(proper)
	return m
}

// set makes tokens one entity, if none of them is part of another.
func (m *marked) set(from, to int, k kind) bool {
	for n := from; n < to; n++ {
		if m.whole[n] != 0 {
			return false
		}
	}
	m.last++
	for n := from; n < to; n++ {
		m.kinds[n], m.whole[n] = k, m.last
	}
	return from < to
}

// key is a token's key; empty where there is none.
func (m *marked) key(n int) string {
	if n < 0 || n >= len(m.tokens) {
		return ""
	}
	return m.tokens[n].key
}

// near reports whether a token follows the one before it with nothing between
// them that parts them.
func (m *marked) near(n int) bool {
	if n <= 0 || n >= len(m.tokens) {
		return false
	}
	gap := m.text[m.tokens[n-1].end():m.tokens[n].at]
	return strings.Trim(gap, " -.'’·‑　") == ""
}

// run is how far tokens of a script without spaces follow each other from n on,
// as text; upto bounds their number.
func (m *marked) run(n, upto int) (text string, length int) {
	for at := n; at < len(m.tokens) && at < n+upto; at++ {
		t := m.tokens[at]
		if t.form != han && !(t.form == numeral && unbroken(first(t.text))) || at > n && m.tokens[at-1].end() != t.at {
			break
		}
		text += t.text
		length++
	}
	return text, length
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// listed is how many tokens from n on are a phrase of a list, the longest; 0:
// none. It is for scripts without spaces.
func (m *marked) listed(n int, phrases map[string]bool) int {
	text, length := m.run(n, 8)
	for length > 0 {
		if phrases[text] {
			return length
		}
		length--
		text = strings.TrimSuffix(text, m.tokens[n+length].text)
	}
	return 0
}

var littleWords = setOf("a an the of in on at by to for from with as is was were be been are it its this that these those and " +
	"的 了 在 于 和 与 及 对 向 由 是 为 将 从 到 被 把 等 并 以 经 据")

// figures finds numbers, with the units and scales that stand by them.
func (m *marked) figures() {
	for n := 0; n < len(m.tokens); n++ {
		if m.tokens[n].form != numeral || m.whole[n] != 0 {
			continue
		}
		from, to := n, n+1
		if from > 0 && m.tokens[from-1].form == sign && m.whole[from-1] == 0 {
			from--
		}
		for to < len(m.tokens) && m.whole[to] == 0 && m.near(to) {
			step := m.unit(to)
			if step == 0 {
				break
			}
			to += step
		}
		m.set(from, to, figure)
		n = to - 1
	}
}

// unit is how many tokens from n on are a unit or go on with a number.
func (m *marked) unit(n int) int {
	t := m.tokens[n]
	if t.form == sign || t.form == numeral && t.at > 0 && (counted[strings.ToLower(t.text)] != "" || first(t.text) > 0x2000) || units[t.key] {
		return 1
	}
	return m.listed(n, units)
}

var units = setOf("半 分之 percent per cent percentage point points basis bps pct yuan rmb cny usd dollar dollars euro euros pound pounds yen cents " +
	"ton tons tonne tonnes km kilometer kilometers kilometre kilometres metre metres meter meters mile miles hectare hectares mu kg kilogram kilograms gram grams " +
	"degree degrees celsius hour hours minute minutes second seconds day days week weeks month months year years mw gw kw kwh gwh megawatt megawatts gigawatts litre litres liter liters barrel barrels square cubic " +
	"万 亿 万亿 元 万元 亿元 美元 亿美元 万美元 欧元 港元 日元 英镑 卢布 人民币 吨 公斤 千克 克 公里 千米 米 平方米 平方公里 立方米 公顷 亩 小时 分钟 秒 天 个月 年 周 百分点 个百分点 倍 成 度 摄氏度 千瓦时 千瓦 兆瓦 桶 升 人 名 个 家 项 次 件 位 户 人次 辆 艘 架 座 台 岁 年级")

// dates finds days, months, weekdays, times of day and periods.
func (m *marked) dates() {
	for n := 0; n < len(m.tokens); {
		to := n
		for to < len(m.tokens) && (to == n || m.joins(to)) {
			step := m.datePart(to, to > n)
			if step == 0 && to > n && m.key(to) == "of" && m.monthAt(to+1) {
				step = 1
			}
			if step == 0 {
				break
			}
			to += step
		}
		if to > n {
			m.set(n, to, date)
			n = to
			continue
		}
		n++
	}
}

// joins reports whether a part of a date goes on with what is before it: "14
// March, 2026".
func (m *marked) joins(n int) bool {
	gap := m.text[m.tokens[n-1].end():m.tokens[n].at]
	return strings.Trim(gap, " ,.，（）()-–—~～至") == ""
}

var (
	wholeDate = expression(`^(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12]\d|3[01]))?|\d{1,2}/\d{1,2}/(?:19|20)?\d\d|\d{1,2}:\d\d(?::\d\d)?(?:-\d{1,2}:\d\d)?|(?:19|20)\d\ds)$`)
	aYear     = expression(`^(?:19|20)\d\d(?:[-/](?:(?:19|20)?\d\d))?$`)
	aDay      = expression(`^(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:-(?:[12]?\d|3[01])(?:st|nd|rd|th)?)?$`)
	aPeriod   = expression(`^(?:fy\d{2,4}|q[1-4]|h[12])$`)

	months   = setOf("january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec")
	weekdays = setOf("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun mondays tuesdays wednesdays thursdays fridays saturdays sundays")
	dayWords = setOf("spring summer autumn winter yesterday today tomorrow tonight noon midnight morning afternoon evening")
	relative = setOf("last this next previous coming past current")
	periods  = setOf("week month year quarter half spring summer autumn winter weekend")
	ranges   = setOf("to and or until till through")
	sinceIts = setOf("in by since from until till to during before after fiscal year fy for through of end early late mid between budget")

	hanDayWords = setOf("下周一 下周二 下周三 下周四 下周五 下周六 下周日 上周一 上周二 上周三 上周四 上周五 上周六 上周日 本周一 本周二 本周三 本周四 本周五 本周六 本周日 星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日 礼拜天 上午 下午 中午 凌晨 晚上 傍晚 早上 今天 昨天 明天 后天 前天 今日 昨日 明日 当日 同日 次日 " +
		"今年 去年 明年 前年 本月 上月 下月 本周 上周 下周 年初 年底 年末 月底 月初 年中 上半年 下半年 上旬 中旬 下旬 夜间 午夜")
)

func (m *marked) monthAt(n int) bool {
	return n >= 0 && n < len(m.tokens) && months[m.key(n)] && (m.tokens[n].capital())
}

// datePart is how many tokens from n on are part of a date; inside says that a
// date goes on.
func (m *marked) datePart(n int, inside bool) int {
	k, t := m.key(n), m.tokens[n]
	switch {
	case t.form == han || t.form == numeral && unbroken(first(t.text)):
		if step := m.listed(n, hanDayWords); step > 0 {
			return step
		}
	case t.form == word:
		return m.dateWord(n, k, inside)
	}
	if t.form != numeral {
		return 0
	}
	if step := m.hanDate(n, inside); step > 0 {
		return step
	}
	switch {
	case wholeDate().MatchString(k):
		return 1
	case aDay().MatchString(k) && (m.monthAt(n+1) && m.joins(n+1) || m.key(n+1) == "of" && m.monthAt(n+2) || inside && m.monthAt(n-1)):
		return 1
	case aDay().MatchString(k) && aDay().MatchString(m.key(n+2)) && (m.monthAt(n+3) || m.key(n+3) == "of" && m.monthAt(n+4)) && ranges[m.key(n+1)]:
		return 2
	case m.clock(n+1) > 0 && m.joins(n+1) && aDay().MatchString(k):
		return 1 + m.clock(n+1)
	case aYear().MatchString(k) && (inside || m.yearly(n) || n+2 < len(m.tokens) && aYear().MatchString(m.key(n+1)) && (m.key(n+2) == "年" || m.yearly(n))):
		return 1
	case strings.HasSuffix(k, "st") || strings.HasSuffix(k, "nd") || strings.HasSuffix(k, "rd") || strings.HasSuffix(k, "th"):
		if next := m.key(n + 1); next == "quarter" || next == "half" || next == "halves" {
			return 2
		}
	}
	return 0
}

func (m *marked) dateWord(n int, k string, inside bool) int {
	switch {
	case m.monthAt(n) && (k != "may" && k != "march" || m.dayBeside(n) || inside || sinceIts[m.key(n-1)] || n > 0 && (relative[m.key(n-1)] || periods[m.key(n-1)])),
		weekdays[k] && m.tokens[n].capital(), dayWords[k] && (!m.tokens[n].capital() || m.begins(n) && !(n+1 < len(m.tokens) && m.tokens[n+1].capital())), aPeriod().MatchString(k):
		return 1
	case relative[k] && periods[m.key(n+1)]:
		return 2
	case inside && m.clock(n) > 0 && m.tokens[n-1].form == numeral:
		return m.clock(n)
	}
	return 0
}

func (m *marked) dayBeside(n int) bool {
	for _, at := range []int{n - 1, n + 1} {
		if at >= 0 && at < len(m.tokens) && m.tokens[at].form == numeral && (aDay().MatchString(m.key(at)) || aYear().MatchString(m.key(at))) {
			return true
		}
	}
	return false
}

// clock is how many tokens from n on say that the number before is an hour.
func (m *marked) clock(n int) int {
	if k := m.key(n); k == "am" || k == "pm" || k == "o'clock" {
		return 1
	}
	return 0
}

// yearly reports that a number of four digits is a year: by the word before it,
// and because it counts nothing.
func (m *marked) yearly(n int) bool {
	if n+1 < len(m.tokens) && m.near(n+1) {
		after := m.tokens[n+1]
		if after.form == sign || after.form == numeral || units[after.key] || after.form == word && !after.capital() && strings.HasSuffix(after.key, "s") && !littleWords[after.key] {
			return false
		}
	}
	return sinceIts[m.key(n-1)] || relative[m.key(n-1)]
}

// hanDate is how many tokens from n, a number, on are a Chinese date's part.
func (m *marked) hanDate(n int, inside bool) int {
	k, unit, after := m.key(n), m.key(n+1), m.key(n+2)
	if n+1 >= len(m.tokens) || !m.near(n+1) {
		return 0
	}
	digits := len(k)
	ok := false
	switch unit {
	case "年":
		ok = aYear().MatchString(k) && after != "期"
	case "月":
		ok = digits <= 5 && after != "份额"
	case "日":
		ok = digits <= 5 && (inside || after != "内" && after != "以" && after != "游")
	case "号":
		ok = inside
	case "时":
		ok = digits <= 2 && after != "间" && after != "期"
	case "点":
		ok = digits <= 2 && (n+2 >= len(m.tokens) || m.tokens[n+2].form != numeral || m.key(n+3) == "分")
	case "分":
		ok = inside
	case "季":
		if after == "度" {
			return 3
		}
	}
	if ok {
		return 2
	}
	return 0
}
