package likeness

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chinanews/news"
)

// lines are the lines of an entry's text.
func lines(e news.Entry) []string {
	if all := broken(news.PlainText(laidOut(cut(e.HTML, mostMarkup)))); len(all) > 0 {
		return all
	}
	return broken(e.Summary)
}

// broken are the lines of a text that have something.
func broken(text string) (all []string) {
	for line := range strings.Lines(cut(text, mostLetters)) {
		if line = news.Line(strings.TrimSpace(line)); line != "" {
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
	from := 0 // what is not written yet
	for n := range len(markup) {
		switch c := markup[n]; {
		case c == '\n' || c == '\r':
			b.WriteString(markup[from:n])
			b.WriteByte(' ')
			from = n + 1
		case c == '<' && breaks(markup[n+1:]):
			b.WriteString(markup[from:n])
			b.WriteByte('\n')
			from = n
		}
	}
	b.WriteString(markup[from:])
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
		if line = beforeEllipsis(afterDateline(afterTurn(line))); !framed(line) {
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
	line = foldedLine(line)
	label, labelled, _ := strings.Cut(line, ":")
	label = strings.Trim(label, " ([【•·")
	if labelled != "" && labels[label] || dates[label] && dateAlone(labelled) || buttons[strings.Trim(line, " []()【】.:>»|…·")] {
		return true
	}
	if strings.HasPrefix(line, "【") && len(line) < 60 && strings.HasSuffix(line, "】") {
		return true
	}
	begins := func(with string) bool { return strings.HasPrefix(line, with) }
	contains := func(part string) bool { return strings.Contains(line, part) }
	return slices.ContainsFunc(frameBegins, begins) || slices.ContainsFunc(frameHas, contains) || dateAlone(line)
}

// foldedLine is a line in lower case, full-width forms in ASCII, Han characters
// simplified.
func foldedLine(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return unicode.ToLower(r)
		case r == '　':
			return ' '
		case r >= '！' && r <= '～':
			r += '!' - '！'
		}
		return unicode.ToLower(news.Simplified(r))
	}, line)
}

// What lines of a page are, begin with and have. A label stands before a colon;
// dates are labels of a date, which may also be that of an event with more to it.
var (
	labels = set("source|from|author|by|editor|edited by|web editor|published|published on|posted|posted on|updated|updated on|last updated|release date|publish date|views|hits|font size|next|previous|tags|keywords|share|share to|" +
		"信息来源|稿件来源|文章来源|来源|作者|责任编辑|编辑|责编|审核|校对|发布时间|发布日期|更新时间|发稿时间|字号|字体|浏览次数|阅读次数|点击数|分享到|分享|上一篇|下一篇|相关附件|相关链接|相关新闻|地址|邮编|打印|关键词|索引号|发布机构|当前位置|您所在的位置|您现在的位置|您的位置")
	dates   = set("date|time|日期|时间")
	buttons = set("print|share|share this page|share this|share this article|follow us|read more|read the full text|continue reading|related stories|related links|related news|more news|back to top|advertisement|suggest to a friend|tell a friend|contact us|" +
		"打印|打印本页|关闭|关闭窗口|收藏|返回顶部|返回列表|阅读原文|阅读全文|查看全文|查看更多|相关新闻|相关链接|延伸阅读|大 中 小")
	frameBegins = []string{"home >", "home/", "home /", "home »", "home |", "首页 >", "首页>", "首页 /", "首页»", "you are here", "copyright", "©", "版权所有", "follow us on", "read more:", "see also:",
		"contact us:", "subscribe to", "sign up for", "suggest to a friend", "published on ", "posted on ", "last updated", "updated on ", "扫一扫", "声明:本网"}
	frameHas = []string{"all rights reserved", "版权所有", "icp备", "备案号", "公网安备", " min read", "contact us:", " source: ", " 来源:", "font size", "字号:"}
)

func set(words string) map[string]bool {
	all := make(map[string]bool)
	for w := range strings.SplitSeq(words, "|") {
		all[w] = true
	}
	return all
}

const longestStamp = 48 // bytes

// dateAlone reports a line that is a date, a time, or both.
func dateAlone(line string) bool {
	if len(line) > longestStamp || !strings.ContainsAny(line, "0123456789") {
		return false
	}
	year := false
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(" ,.-/:[]()年月日时分秒|", r) }) {
		number := strings.Trim(word, "0123456789tz") == ""
		year = year || number && len(word) == 4 && (word[:2] == "20" || word[:2] == "19")
		if known := english[word]; !number && known.kind != calendar && word != "am" && word != "pm" {
			return false
		}
	}
	return year
}

// afterTurn is a line of an interview without who speaks, where that is no more
// than whose turn it is: sites write Q, Question or Reporter as they like.
func afterTurn(line string) string {
	if r, _ := utf8.DecodeRuneInString(line); !strings.ContainsRune("问答記记主發发QARHMS", r) {
		return line
	}
	return line[len(turn.FindString(line)):]
}

var turn = regexp.MustCompile(`^(?:问|答|記者|记者|主持人|發言人|发言人|Q|A|Question|Answer|Reporter|Host|Moderator|Spokesperson|Spokesman|Spokeswoman)\s*[:：]\s*`)

const longestInvitation = 48 // bytes

// beforeEllipsis is a line that is cut short without the invitation to read on.
func beforeEllipsis(line string) string {
	begin := max(0, len(line)-longestInvitation)
	end := line[begin:]
	n := max(strings.LastIndex(end, "…"), strings.LastIndex(end, "..."))
	if n < 0 || begin+n == 0 {
		return line
	}
	return strings.TrimRight(line[:begin+n], "….[( ")
}

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
	if !strings.ContainsAny(line[:end], "电電讯訊—–-") {
		return line
	}
	if m := dateline.FindStringIndex(line[:end]); m != nil && m[1] < len(line) {
		return line[m[1]:]
	}
	return line
}

var dateline = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`[（(]?\p{Han}{0,24}\s?[\d０-９〇一二三四五六七八九十]{1,3}\s?月\s?[\d０-９〇一二三四五六七八九十]{1,3}\s?日\s?[电電讯訊](?:\s*[)）]|\s*[（(][^（()）]{0,30}[)）]|[\s　])\s*`,
	`(?i:[(\[]?\p{L}[\p{L} .'/-]{1,30},?\s*[(\[]?(?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}|\d{1,2}\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?)(?:,?\s+\d{4})?[)\]]?\s*(?:[(\[/][\p{L} ]{2,24}[)\]/])?\s*(?:--|—|–|-)+\s*)`,
	`\p{Lu}[\p{Lu} ]{2,24}\s*(?:\([\p{L} ]{2,24}\)\s*)?(?:--|—|–)\s*`,
}, "|") + `)`)
