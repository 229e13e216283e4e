package page

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"chinanews/news"
)

// byline is who a page says made its text.
type byline struct {
	person, publisher string
}

var (
	sourceLabel = regexp.MustCompile(`(?i)(?:信息|稿件|文章|内容|消息)?(?:来\s*源|來\s*源|稿源)\s*于?\s*[:：]?\s*|\bsource\s*[:：]\s*`)
	authorLabel = regexp.MustCompile(`(?:作\s*者|撰\s*文|撰\s*稿)\s*[:：]\s*|^\s*[Bb][Yy]:?\s+`)
	signed      = regexp.MustCompile(`(?i)[源作撰]|source|by `) // lines worth to be looked at closely
	byPhrase    = regexp.MustCompile(`(?i)^\s*by\s`)         // a name follows, or a sentence
	nameEnds    = regexp.MustCompile(`\s{2,}|[|｜\t\x{3000}<>\[\]【】]|\s*(?:来源|作者|编辑|责编|责任编辑|发布|发表|时间|日期|字号|字体|浏览|阅读|点击|打印|参与互动|分享|\d{4}[-年/.])`)
)

// source reads the names for programs, and those that stand by the title.
func (a *article) source() byline {
	var b byline
	if name := a.meta("author", "article:author"); personal(name) {
		b.person = name
	}
	b.publisher = sourceLabel.ReplaceAllString(a.meta("contentsource", "source"), "")
	if a.headline < 0 {
		return b
	}
	for _, l := range a.lines[max(0, a.headline-2):min(len(a.lines), a.headline+nearby)] {
		if len(l.Text) > 4*longest || utf8.RuneCountInString(l.Text) > longest || strings.Contains(l.Text, "。") || !signed.MatchString(l.Text) {
			continue
		}
		if byPhrase.MatchString(l.Text) && !credited(l.Text) {
			continue
		}
		pieces := make([]string, 0, len(l.Nodes))
		for _, n := range l.Nodes {
			pieces = append(pieces, n.Data)
		}
		b.publisher = cmp.Or(b.publisher, labelled(sourceLabel, pieces))
		b.person = cmp.Or(b.person, labelled(authorLabel, pieces))
	}
	return b
}

// labelled is the name that stands after a label: in the same piece of text or,
// when nothing else is there, in the next that has any.
func labelled(label *regexp.Regexp, pieces []string) string {
	for i, piece := range pieces {
		at := label.FindStringIndex(piece)
		if at == nil {
			continue
		}
		for _, rest := range append([]string{piece[at[1]:]}, pieces[i+1:]...) {
			if strings.Trim(rest, " \t\n:：\u00a0\u3000") != "" {
				return nameOf(rest)
			}
		}
	}
	return ""
}

const maxName = 30

// nameOf is the name with which a text begins.
func nameOf(text string) string {
	text = strings.TrimSpace(strings.Trim(strings.TrimSpace(text), ":：·"))
	if at := nameEnds.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	text = strings.TrimPrefix(news.Line(strings.Trim(text, "（）() \u00a0\u3000")), "记者")
	if utf8.RuneCountInString(text) > maxName || strings.Trim(text, "0123456789.") == "" || text == "供稿" {
		return ""
	}
	return text
}

// personal reports a name that may be a person's: pages put numbers, addresses
// and their own names there.
func personal(name string) bool {
	if name == "" || strings.ContainsAny(name, "@0123456789/_") || utf8.RuneCountInString(name) > maxName {
		return false
	}
	for _, end := range []string{"网", "社", "报", "站", "局", "部", "委", "办", "厅", "处", "中心", "网易"} {
		if strings.HasSuffix(name, end) {
			return false
		}
	}
	return strings.ToLower(name) != name || !ascii(name) || strings.Contains(name, " ")
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// How a text begins that an agency wrote, and how it names its reporters.
var (
	agencyLine = regexp.MustCompile(`^[\s\x{3000}]*(新华社|中新社|中新网|人民网|中国新闻网|新华网|央视网)[^。，]{0,12}?\d{1,2}月\d{1,2}日[电讯]`)
	wireLine   = regexp.MustCompile(`^[A-Z][A-Z .,'/-]{2,40}, [A-Z][a-z]{2,8}\.? \d{1,2} \((Xinhua|ECNS|CNS)\)`)
	reporters  = regexp.MustCompile(`[（(]\s*(?:本报|本台|本网|通讯员|实习)?记者[\s\x{3000}:：]*((?:\p{Han}{2,4}|\p{Han}[\s\x{3000}]\p{Han})(?:[、\s\x{3000}]+(?:\p{Han}{2,4}|\p{Han}[\s\x{3000}]\p{Han}))*)\s*[)）]`)
)

// authors are the persons that the page or the listing names, else who gave
// the text to the site: an agency, a ministry.
func (a *article) authors(b byline, text string) []string {
	head := bound(text, 600)
	switch {
	case b.person != "":
		return []string{bound(b.person, maxTitle)}
	case len(a.task.Listed.Authors) > 0:
		return a.task.Listed.Authors
	}
	if names := grouped(reporters, head); names != "" {
		return reporterNames(names)
	}
	if name := nameOf(a.byline); personal(name) {
		return []string{name}
	}
	for _, name := range []string{b.publisher, grouped(agencyLine, head), grouped(wireLine, head)} {
		if name != "" {
			return []string{bound(news.Line(name), maxTitle)}
		}
	}
	return nil
}

// deeds are what stands beside reporters' names.
var deeds = map[string]bool{"整合": true, "综合": true, "摄影": true, "摄": true, "文": true, "图": true, "文/图": true, "报道": true, "采写": true, "通讯员": true, "整理": true}

// reporterNames are the names in a text, joined by 、 or spaces. A name of two
// letters may itself be spaced.
func reporterNames(joined string) []string {
	var names []string
	fields := strings.FieldsFunc(joined, func(r rune) bool { return r == '、' || unicode.IsSpace(r) })
	for i := 0; i < len(fields); i++ {
		name := fields[i]
		if utf8.RuneCountInString(name) == 1 && i+1 < len(fields) {
			i++
			name += fields[i]
		}
		if !deeds[name] {
			names = append(names, name)
		}
	}
	return names
}
