package page

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// Glimpse is what a page shows of a release that is expected on it, and what it
// says of itself in its place.
type Glimpse struct {
	Text  bool // a part of the release's text
	Title bool // the release's title, not as a link only
	Short bool // the page has hardly any text of its own
	Form  bool // it asks for a password

	Head, Line Notice // of its headings; of its short lines that are no links
}

// Notice is what a page that stands in another's place says.
type Notice string

// The notices.
const (
	SaysNothing Notice = ""
	SaysGone    Notice = "gone" // there is no such page
	SaysDown    Notice = "down" // the site does not work now
	SaysAsk     Notice = "ask"  // who are you
)

// Glance looks for a release, by its title and the markup of its text, on the
// page. It may be called after Article.
func (p *Page) Glance(title, markup string) Glimpse {
	var all, own strings.Builder
	g := Glimpse{Form: p.form, Head: said(headNotices, p.heads)}
	var short []string
	for _, l := range p.lines {
		all.WriteString(l.Text + "\n")
		if 2*l.Linked < len(l.Text) {
			own.WriteString(l.Text + "\n")
			short = append(short, l.Text)
		}
	}
	g.Line = said(lineNotices, short)
	text := own.String()
	g.Short = utf8.RuneCountInString(text) < hardlyAny
	g.Title = titled(news.Folded(title), p.label+"\n"+text)
	g.Text = shares(news.Folded(clean.Text(markup)), news.Folded(all.String()))
	return g
}

const (
	hardlyAny = 400 // characters
	longLine  = 80  // characters: what is longer is no notice
)

// titled reports whether a folded title stands in a text.
func titled(title, text string) bool {
	return utf8.RuneCountInString(title) >= 4 && strings.Contains(news.Folded(text), title)
}

// A text is compared by pieces of so many characters, so many at most; one
// piece of five makes it the same release.
const (
	pieceLength = 16
	mostPieces  = 200
	pieceShare  = 5
)

// shares reports whether a page has a part of a text; both folded.
func shares(text, page string) bool {
	runes := []rune(text)
	n := len(runes) / pieceLength
	if n == 0 {
		return false
	}
	step := max(1, n/mostPieces)
	found, tried := 0, 0
	for i := 0; i < n; i += step {
		tried++
		if strings.Contains(page, string(runes[i*pieceLength:(i+1)*pieceLength])) {
			found++
		}
	}
	return found*pieceShare >= tried
}

type noticeList []struct {
	says Notice
	expr *regexp.Regexp
}

// What stands in a heading says what the page is; in a line of text it must say
// so in full, for sites have words such as maintenance in every footer.
var (
	goneWords = `(?:页面|网页|文章|稿件|文件或目录|该页|此页|本页|信息|内容|链接)[^。，,]{0,10}(?:不存在|已被?(?:删除|移除|撤下|撤销|下线|下架)|找不到|无法找到|未找到|已失效)` +
		`|(?:找不到|没有找到|未找到|无法找到)(?:您|你|该|此|相关|所|要|对应|请求)?[^。，,]{0,8}(?:页面|网页|文章|文件|内容|信息|资源)` +
		`|(?i:\b(?:page|article|document|content|file|release|resource|item|url)\b[^.]{0,40}\b(?:(?:was|were|is|are|could|can|has|have)?\s?(?:not|n't|no longer|cannot) (?:be )?(?:found|exist|exists|available|been found)|(?:has|have) been (?:removed|deleted|withdrawn|taken down)|was (?:removed|deleted|withdrawn)|does(?: not|n't) exist|no longer exists))` +
		`|(?i:\b(?:cannot|can't|could not|couldn't|unable to) find (?:the|that|this|your) (?:page|article|document))`
	downWords = `(?:正在|正进行|处于)[^。，,]{0,8}(?:维护|升级|改版|建设)|(?:维护|升级|改版|建设)(?:中|期间)|暂停(?:服务|访问)|暂时(?:无法访问|不可用|关闭)|服务器(?:繁忙|内部错误)|(?:域名|网站)[^。，,]{0,8}(?:已过期|已到期|出售|转让|未备案|已关闭|停止运行)` +
		`|(?i:(?:under|down for|scheduled|undergoing) maintenance|temporarily unavailable|service (?:is )?unavailable|internal server error|bad gateway|gateway time-?out|domain[^.]{0,30}(?:for sale|expired|parked)|buy this domain|database (?:connection )?error)`
	askWords = `访问验证|安全验证|人机验证|身份认证|访问过于频繁|请(?:先)?登录|请输入验证码|(?i:captcha|verify (?:that )?you are (?:a )?human|are you a robot|checking your browser|access denied|(?:log|sign) in to (?:continue|view|read))`

	headNotices = noticeList{
		{SaysDown, regexp.MustCompile(downWords + `|系统维护|网站维护|系统升级|^50\d\b|(?i:^error 50\d)`)},
		{SaysAsk, regexp.MustCompile(askWords + `|用户登录|^登录|登录$|(?i:^(?:log ?in|sign in)\b|^403\b)`)},
		{SaysGone, regexp.MustCompile(goneWords + `|^(?:404|410)\b|(?i:\b404 (?:error|not found)|\berror 404|^(?:page )?not found\b)|404\s*(?:错误|页面)|错误\s*404`)},
	}
	lineNotices = noticeList{
		{SaysDown, regexp.MustCompile(downWords)},
		{SaysGone, regexp.MustCompile(goneWords)},
		{SaysAsk, regexp.MustCompile(askWords)},
	}
)

// said is the first notice that one of the short lines makes.
func said(list noticeList, lines []string) Notice {
	for _, n := range list {
		for _, l := range lines {
			if utf8.RuneCountInString(l) <= longLine && n.expr.MatchString(l) {
				return n.says
			}
		}
	}
	return SaysNothing
}
