package dates

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// between is what may stand between a date and its time of day.
const between = `^[\s,;tT|~()\[\]（）—-]*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[\s,]*)?(?:(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]\s*)?[\s,()（）]*(?:at\s+)?`

const hourMinute = `(?:(上午|下午|凌晨|早上|早晨|清晨|中午|午后|午後|晚上|夜间|夜間|晚间|傍晚|晚|早|오전|오후|am|pm)\s*)?(\d{1,2})\s*(?::|时|時|点|點)\s*(?:(\d{1,2}|半)\s*分?)?(?:\s*:?\s*(\d{2})\s*秒?(?:\.\d+)?)?\s*(am\b|pm\b|a\.m\.|p\.m\.)?`

var (
	clockAfter  = regexp.MustCompile(between + hourMinute)
	clockBefore = regexp.MustCompile(hourMinute + `[\s,，|]*$`)
	// impossibleClock is a time of day of no day: what states it is no date.
	impossibleClock = regexp.MustCompile(`^[\s,t]*(?:2[4-9]|[3-9]\d):(?:[1-9]\d|0[1-9])\b|^[\s,t]*\d{1,2}:[6-9]\d\b|^[\s,t]*(?:2[5-9]|[3-9]\d):\d{2}\b`)
	zoneAfter       = regexp.MustCompile(`^[\s,(]*(?:(z)\b|(?:(?:gmt|utc)\s*)?([+-])(\d{1,2})(?::?(\d{2}))?\b|([a-z]{2,5})\b)`)
)

// readClock reads the time of day that follows a date, and its zone.
func (s *stamp) readClock(after string, o Options) bool {
	m := clockAfter.FindStringSubmatchIndex(after)
	if m == nil || !s.setClock(groupsOf(after, m)) {
		return false
	}
	s.zone = readZone(after[m[1]:], o)
	return true
}

// readBefore reads a time of day that stands before its date.
func (s *stamp) readBefore(before string, o Options) {
	if m := clockBefore.FindStringSubmatchIndex(before); m != nil {
		s.setClock(groupsOf(before, m))
	}
}

func groupsOf(text string, at []int) []string {
	out := make([]string, len(at)/2)
	for i := range out {
		if at[2*i] >= 0 {
			out[i] = text[at[2*i]:at[2*i+1]]
		}
	}
	return out
}

// setClock takes half of the day, hour, minute, second and half again. An
// hour alone needs a word ("9时"), not a colon.
func (s *stamp) setClock(g []string) bool {
	hour, minute, second := number(g[2]), number(g[3]), number(g[4])
	if g[3] == "半" {
		minute = 30
	}
	s.late = hour == 24 && minute == 0 && second == 0
	if g[3] == "" && strings.Contains(g[0], ":") || hour > 23 && !s.late || minute > 59 || second > 60 {
		return false
	}
	hour = ofHalf(hour, strings.ReplaceAll(g[1]+g[5], ".", ""))
	s.late = s.late || hour == 24
	s.hour, s.minute, s.second, s.clock, s.seconds = hour, minute, second, true, g[4] != ""
	return true
}

// ofHalf is the hour of the day that an hour of a half of it is. Twelve at
// night ends the day.
func ofHalf(hour int, half string) int {
	switch half {
	case "晚上", "夜间", "夜間", "晚间", "晚":
		if hour <= 12 {
			hour += 12
		}
	case "下午", "午后", "午後", "傍晚", "오후", "pm", "中午":
		if hour < 12 && (half != "中午" || hour < 3) {
			hour += 12
		}
	case "am", "上午", "凌晨", "早上", "早晨", "清晨", "早", "오전":
		if hour == 12 {
			hour = 0
		}
	}
	return hour
}

// hours are the zones that are named in dates, in hours from UTC. CST is not
// among them: it means two things.
var hours = map[string]float64{
	"gmt": 0, "utc": 0, "ut": 0, "z": 0, "wet": 0, "bst": 1, "cet": 1, "west": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5,
	"met": 1, "mest": 2, "at": -4, "ast": -4, "adt": -3, "et": -5, "ct": -6, "mt": -7, "pt": -8, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}

// chinese are the zones in which CST means +08:00.
var chinese = map[string]bool{"Asia/Shanghai": true, "Asia/Urumqi": true, "Asia/Chongqing": true, "Asia/Harbin": true,
	"Asia/Hong_Kong": true, "Asia/Macau": true, "Asia/Taipei": true, "PRC": true}

// readZone reads a stated zone; nil when none is.
func readZone(after string, o Options) *time.Location {
	m := zoneAfter.FindStringSubmatch(after)
	switch {
	case m == nil:
		return nil
	case m[2] != "":
		h, minutes := number(m[3]), number(m[4])
		if len(m[3]) < 2 && m[4] != "" && !strings.Contains(m[0], ":") {
			return nil
		}
		return offset(m[2] == "-", h, minutes)
	}
	name := m[1] + m[5]
	if name == "cst" {
		if chinese[o.Zone] {
			return offset(false, 8, 0)
		}
		return offset(true, 6, 0)
	}
	h, ok := hours[name]
	if !ok {
		return nil
	}
	return offset(h < 0, int(max(h, -h)), int(max(h, -h)*60)%60)
}

func offset(west bool, hours, minutes int) *time.Location {
	if hours > 14 || minutes > 59 {
		return nil
	}
	sign, seconds := "+", hours*3600+minutes*60
	if west {
		sign, seconds = "-", -seconds
	}
	return time.FixedZone(sign+two(hours)+":"+two(minutes), seconds)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
