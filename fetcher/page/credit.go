package page

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What a line of credits is made of. A line that has anything else is text.
var (
	monthNamed = `(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?`

	// creditDay is a whole day; a day without a year heads a part of a text as well.
	creditDay = regexp.MustCompile(`(?i)\d{4}\s*(?:[-/.]\s*\d{1,2}\s*[-/.]|年\s*\d{1,2}\s*月)\s*\d{1,2}\s*日?(?:T|\b)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|` +
		`\b` + monthNamed + `\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\b\d{1,2}(?:st|nd|rd|th)?[\s-]+` + monthNamed + `,?[\s-]+\d{4}`)
	creditClock = regexp.MustCompile(`(?i)(?:上午|下午|晚上?|\s)*\d{1,2}\s*(?:[:：]\s*\d{2}(?:\s*[:：]\s*\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?)?|时\s*\d{1,2}\s*分)`)
	creditZone  = regexp.MustCompile(`(?i)[(（]?\b(?:gmt|utc)\s*(?:[+-]\s*\d{1,2}(?::?\d{2})?)?\b[)）]?|beijing time|北京时间|[+-]\d{2}:?\d{2}$|[(（]?(?:星期|周)[一二三四五六日天][)）]?|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b`)
	creditName  = regexp.MustCompile(`(?i)(?:(?:信息|稿件|文章|内容|消息)?(?:来\s*源|來\s*源|稿源)\s*于?|\bsource)\s*[:：]\s*(?:[^|｜\s\x{3000}\d:：]{1,40}|\s)(?-i:(?: (?:of|the|and|for))* ` + nameWord + `){0,8}`)
	creditHand  = regexp.MustCompile(`(?i)(?:作\s*者|撰\s*文|撰\s*稿|发布者|录入者?|(?:责任)?(?:编辑|责编)|\bauthor|\beditor)\s*[:：]\s*[^|｜\x{3000}\d:：]{0,20}`)
	creditBy    = regexp.MustCompile(`(?:^|[|｜])\s*[Bb][Yy]:?\s+` + nameWord + `(?:(?:\s+|,\s*)(?:and\s+|in\s+)?` + nameWord + `){0,6}`)
	creditLabel = regexp.MustCompile(`(?i)(?:最后|首次|信息)?(?:发布|發佈|發布|发表|发稿|更新|公布|上网|刊发|成文)(?:(?:时间|日期|時間)|于\s*[:：]?|\s*[:：])|日\s*期\s*[:：]|\b(?:last\s+)?(?:published|posted|updated?|released?|release date|date)(?:\s+(?:on|at)\b|\s*[:：]|\s*\|)`)
	creditCount = regexp.MustCompile(`(?i)\b(?:reads?|views?|visits?|hits|clicks?)\s*[:：]?\s*[\d,]+|(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：]?\s*[\d,]*\s*次?|(?:文章类型|内容分类|索引号|分类)\s*[:：]\s*[^\s\x{3000}|｜]{0,20}`)
	creditPress = regexp.MustCompile(`(?i)字[体号](?:大小)?[:：]?` + gap + `(?:` + toggle + gap + `)*|[\[【(（]\s*(?:` + toggle + gap + `)+[\]】)）]|[大中小]字体|参与互动|分享到` + gap + `(?:` + toggle + gap + `)*|` + button)

	// outlet is who published, where a date and time of day stand before it.
	outlet   = regexp.MustCompile(`(?i)^` + gap + `(?:[^\s,，]{1,14}(?:网|社|报|台|部|局|厅|委|委员会|办公室|办|署|院|馆|处|司|中心|在线|客户端)|[a-z\d-]+(?:\.[a-z\d-]+)+|xinhua|cgtn|(?-i:` + nameWord + `(?: (?:of |the )*` + nameWord + `){0,8}))` + gap + `$`)
	nothing  = regexp.MustCompile(`^` + gap + `$`)
	occasion = regexp.MustCompile(`(?i)^[\s\x{3000}]*(?:[一二三四五六\d（(]+[、.)）])?\s*(?:时\s*间|時\s*間|time|(?:会议|活动|报名|截止|报名截止|开会|举办|举行|开庭|考试|拍卖|招标|投标)(?:时间|日期))\s*[:：]`)
	adopted  = regexp.MustCompile(`^[\s\x{3000}]*[（(].*日.*[)）]$`) // when a law was passed, a speech held
	joinedTo = regexp.MustCompile(`日[^\s\x{3000}|｜\d\])）(（星周上下晚]|[:：]\d{2}\p{Han}`)
)

const nameWord = `\p{Lu}[\p{L}.'’-]*`

// credited reports a line with the date, source or author of the text, and
// nothing else: whatever more it has may be the first sentence. When an event
// is (时间：) is its news, and so is a day that a sentence or place stands by.
func credited(line string) bool {
	if line == "" || utf8.RuneCountInString(line) > longest || strings.ContainsAny(line, "，。；？！?!") || strings.HasSuffix(line, ".") || adopted.MatchString(line) {
		return false
	}
	rest, days := taken(creditDay, line)
	rest, clocks := taken(creditClock, rest)
	rest, _ = taken(creditZone, rest)
	rest, _ = taken(creditCount, rest)
	rest, hands := taken(creditHand, rest)
	rest, bys := taken(creditBy, rest)
	rest, names := taken(creditName, rest)
	rest, labels := taken(creditLabel, rest)
	rest, _ = taken(creditPress, rest)
	switch named := hands+bys+names > 0; {
	case days == 0 && !named, days > 1 && labels == 0, occasion.MatchString(line) && !named:
		return false
	case days > 0 && clocks > 0 && names > 0 || nothing.MatchString(rest):
		return true
	default:
		return days > 0 && (clocks > 0 || labels > 0) && !joinedTo.MatchString(line) && outlet.MatchString(rest)
	}
}

// taken takes what matches out of a line, and says how often it did.
func taken(part *regexp.Regexp, line string) (rest string, n int) {
	rest = part.ReplaceAllStringFunc(line, func(string) string { n++; return "|" })
	return rest, n
}
