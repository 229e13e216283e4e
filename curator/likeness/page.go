package likeness

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"chinanews/news"
)

// lines are the lines of an entry's text.
func lines(e news.Entry) []string {
	text := e.Summary
	if e.HTML != "" {
		text = news.PlainText(laidOut(cut(e.HTML, mostMarkup)))
	}
	var all []string
	for line := range strings.Lines(cut(text, mostLetters)) {
		if line = news.Line(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// cut is the beginning of a text, so many runes at most.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for n := range text {
		if most == 0 {
			return text[:n]
		}
		most--
	}
	return text
}

// laidOut is sanitised markup with the breaks of lines that a reader sees, and
// no others.
func laidOut(markup string) string {
	var b strings.Builder
	b.Grow(len(markup) + len(markup)/16)
	for n := 0; n < len(markup); n++ {
		switch c := markup[n]; {
		case c == '\n' || c == '\r':
			b.WriteByte(' ')
		case c == '<' && breaks(markup[n+1:]):
			b.WriteString("\n<")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// breaks reports a tag that begins or ends a line.
func breaks(tag string) bool {
	tag = strings.TrimPrefix(tag[:min(len(tag), 12)], "/")
	end := strings.IndexFunc(tag, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return false
	}
	switch strings.ToLower(tag[:end]) {
	case "p", "br", "div", "li", "ul", "ol", "dd", "dt", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "header", "footer", "pre", "hr", "figure", "figcaption", "caption":
		return true
	}
	return false
}

// release is a text without what belongs to its page. Where nothing would be
// left, it is the page as it is.
func release(page []string) []string {
	var kept []string
	for _, line := range page {
		if line = afterDateline(line); !framed(line) {
			kept = append(kept, line)
		}
	}
	if len(kept) == 0 {
		return page
	}
	return kept
}

const longestFrame = 160 // bytes

// framed reports a line of the page: a label with what it labels, a button, an
// owner, or a date alone.
func framed(line string) bool {
	if len(line) > longestFrame {
		return false
	}
	folded := foldedLine(line)
	return frame.MatchString(folded) || stamp.MatchString(folded)
}

// foldedLine is a line in lower case, full-width forms in ASCII, Han characters
// simplified.
func foldedLine(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '　':
			return ' '
		case r >= '！' && r <= '～':
			r += '!' - '！'
		}
		return unicode.ToLower(news.Simplified(r))
	}, line)
}

var frame = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`(?:source|from|author|by|editor|edited by|published|posted|updated|last updated|release date|date|views|font size|next|previous|tags|keywords|share|share to)(?: on| at| by)?\s*:.*`,
	`(?:published|posted|updated|last updated) on [\d\p{L}]+ [\d\p{L}]+,? \d+.*`,
	`(?:信息来源|稿件来源|文章来源|来源|作者|责任编辑|编辑|责编|审核|校对|发布时间|发布日期|更新时间|日期|时间|字号|字体|浏览次数|阅读次数|点击数|分享到|分享|上一篇|下一篇|相关附件|相关链接|地址|邮编|电话|打印|关键词|索引号|发布机构|当前位置|您所在的位置|您现在的位置)\s*:.*`,
	`(?:home|首页)\s*[>»›/|].*`,
	`you are here\b.*`,
	`(?:【[^】]{1,8}】\s*)+`,
	`\[?(?:打印本页|关闭窗口|打印|关闭|收藏|返回顶部|阅读原文|阅读全文|查看更多|扫一扫.{0,16}|分享到.{0,30})\]?`,
	`(?:print|share|share this page|share this|follow us.*|read more.*|continue reading.*|related stories|related links|related news|see also.*|more news|suggest to a friend.*|tell a friend.*|contact us.*|back to top|subscribe.*|sign up.*|advertisement)[.:…>» ]*`,
	`(?:copyright|©|\(c\)|版权所有).*`,
	`.*(?:all rights reserved|版权所有|icp备|备案号|公网安备|min read).*`,
	`.*\bsource:.*|\S{4,}.* 来源:.*`,
	`address:.*contact.*`,
}, "|") + `)$`)

// stamp is a date or time, with no more than a name beside it.
var stamp = regexp.MustCompile(`^[\[(]?(?:\d{4}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}日?|\p{L}{3,9}\.? \d{1,2}, \d{4}|\d{1,2} \p{L}{3,9}\.? \d{4})[\])]?(?:[ t]*\d{1,2}:\d\d(?::\d\d)?z?)?(?: 来源:.*| from:.*)?$`)

const longestDateline = 60 // runes

// afterDateline is a line without the agency's place and date in front.
func afterDateline(line string) string {
	end := len(line)
	for n, left := 0, longestDateline; n < len(line); left-- {
		if left == 0 {
			end = n
			break
		}
		_, size := utf8.DecodeRuneInString(line[n:])
		n += size
	}
	if m := dateline.FindStringIndex(line[:end]); m != nil && m[1] < len(line) {
		return line[m[1]:]
	}
	return line
}

var dateline = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`[（(]?\p{Han}{0,24}\s?[\d０-９〇一二三四五六七八九十]{1,3}\s?月\s?[\d０-９〇一二三四五六七八九十]{1,3}\s?日\s?[电電讯訊](?:\s*[)）]|\s*[（(][^（()）]{0,30}[)）]|[\s　])\s*`,
	`(?i:[(\[]?\p{L}[\p{L} .'/-]{1,30},?\s*[(\[]?(?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}|\d{1,2}\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?)(?:,?\s+\d{4})?[)\]]?\s*(?:[(\[][\p{L} ]{2,24}[)\]])?\s*(?:--|—|–|-)+\s*)`,
	`\p{Lu}[\p{Lu} ]{2,24}\s*(?:\([\p{L} ]{2,24}\)\s*)?(?:--|—|–)\s*`,
}, "|") + `)`)
