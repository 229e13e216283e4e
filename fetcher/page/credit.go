package page

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What a line of credits is made of. A line that has anything else is text.
var (
	monthNamed = `(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?`
	creditDay  = regexp.MustCompile(`(?i)\d{4}\s*[-/.年—]\s*\d{1,2}\s*[-/.月—]\s*\d{1,2}\s*日?(?:T|\b)?|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|` +
		`\b` + monthNamed + `\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\b\d{1,2}(?:st|nd|rd|th)?[\s-]+` + monthNamed + `,?[\s-]+\d{4}`)
	creditClock = regexp.MustCompile(`(?i)(?:上午|下午|晚上?|\s)*\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?)?`)
	creditZone  = regexp.MustCompile(`(?i)[(（]?\b(?:gmt|utc)\s*(?:[+-]\s*\d{1,2}(?::?\d{2})?)?\b[)）]?|beijing time|北京时间|[+-]\d{2}:?\d{2}$|[(（]?(?:星期|周)[一二三四五六日天][)）]?|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b`)
	creditName  = regexp.MustCompile(`(?i)(?:(?:信息|稿件|文章|内容|消息)?(?:来\s*源|來\s*源|稿源)\s*于?|\bsource)\s*[:：]\s*(?:[^|｜\s\x{3000}\d:：]{1,40}|\s)(?-i: ` + nameWord + `){0,5}`)
	creditHand  = regexp.MustCompile(`(?i)(?:作\s*者|撰\s*文|撰\s*稿|\bauthor)\s*[:：]\s*[^|｜\x{3000}\d:：]{0,20}`)
	creditBy    = regexp.MustCompile(`\b[Bb][Yy]:?\s+` + nameWord + `(?:(?:\s+|,\s*)(?:and\s+|in\s+)?` + nameWord + `){0,6}`)
	creditLabel = regexp.MustCompile(`(?i)(?:最后|首次|信息)?(?:发布|發佈|發布|发表|发稿|更新|公布|上网|刊发|成文)(?:时间|日期|時間|机构|单位)?|日\s*期|时\s*间|時\s*間|\b(?:last\s+)?(?:published|posted|updated?|released?|release date|date|time)(?:\s+(?:on|at))?\b|来\s*源\s*[:：]?\s*$`)
	creditCount = regexp.MustCompile(`(?i)\b(?:reads?|views?|visits?|hits|clicks?)\s*[:：]?\s*\d+|(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：]?\s*\d*\s*次?|(?:责任)?(?:编辑|责编)\s*[:：][^|｜\x{3000}\d]{0,20}`)
	creditPress = regexp.MustCompile(`(?i)字[体号](?:大小)?[:：]?` + gap + `(?:` + toggle + gap + `)*|[\[【(（]\s*(?:` + toggle + gap + `)+[\]】)）]|` + button)

	// outlet is who published, where a date stands before it.
	outlet   = regexp.MustCompile(`(?i)^` + gap + `(?:[^\s,，]{1,14}(?:网|社|报|台|部|局|厅|委|委员会|办公室|办|署|院|馆|处|司|中心|在线)|xinhua|cgtn|ecns(?:\.cn)?|(?-i:` + nameWord + `(?: (?:of |the )?` + nameWord + `){0,2}))` + gap + `$`)
	nothing  = regexp.MustCompile(`^` + gap + `$`)
	occasion = regexp.MustCompile(`^[\s\x{3000}]*(?:时\s*间|時\s*間)\s*[:：]`)
)

const nameWord = `\p{Lu}[\p{L}.'’-]*`

// credited reports a line with the date, source or author of the text, and
// nothing else: whatever more it has may be the first sentence. When an event
// is (时间：) is its news.
func credited(line string) bool {
	if line == "" || utf8.RuneCountInString(line) > longest || strings.ContainsAny(line, "。；？！?!") || strings.HasSuffix(line, ".") {
		return false
	}
	rest := creditBy.ReplaceAllString(creditDay.ReplaceAllString(line, "|"), "|")
	day := rest != line
	rest = creditZone.ReplaceAllString(creditClock.ReplaceAllString(rest, "|"), "|")
	rest = creditCount.ReplaceAllString(rest, "|")
	named := creditName.ReplaceAllString(creditHand.ReplaceAllString(rest, "|"), "|")
	if named == rest && (!day || occasion.MatchString(line)) {
		return false
	}
	for _, part := range []*regexp.Regexp{creditPress, creditLabel} {
		named = part.ReplaceAllString(named, "|")
	}
	return nothing.MatchString(named) || day && outlet.MatchString(named)
}
