package page

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// widgets are elements that are buttons and hints wherever they stand.
var widgets = cascadia.MustCompile(`form,[class*="share" i],[id*="share" i],.jiathis_style,[class*="qrcode" i],[class^="ewm"],[class$="-ewm"],[class$="_ewm"],` +
	`[class*="crumb" i],[class*="print" i],[class*="pagination" i],[class*="editor-name" i],[style*="display:none"],[style*="display: none"]`)

// trifle is the most letters that a widget has.
const trifle = 150

// Lines that belong to the page and not to the text. Each is the whole line.
var (
	// button is one thing to press, or its result; toggle one that may also be a
	// word of the text, and is believed only beside others.
	button = `(?:打印(?:本页|此页|文章|正文)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|首页|列表|上页)|回到顶部|收藏(?:本文|本页)|分享(?:到|至|文章)?|我要纠错|纠错|推荐给朋友|` +
		`字[体号](?:大小)?|调整字体|复制链接|suggest to a friend|print(?: this page)?|share(?: to| on| this)?|back to top|font size|\+1)`
	toggle = `(?:超?大|默认|标准|中|小|放大|缩小|A[-+]?|收藏|转发|举报|点赞|赞|下载|微信|微博|新浪微博|腾讯微博|QQ空间|QQ好友|QQ|朋友圈|人民微博|close|e-?mail|top|facebook|twitter|wechat|weibo|linkedin)`
	gap    = `[\s\x{3000}|｜/·•\[\]【】()（）:：>》、，,.\-—+&]*`

	buttons = regexp.MustCompile(`(?i)^` + gap + `(?:` + toggle + gap + `)*` + button + gap + `(?:(?:` + button + `|` + toggle + `)` + gap + `)*$`)
	toggles = regexp.MustCompile(`(?i)^` + gap + `(?:` + toggle + gap + `){3,}$`)
	hints   = regexp.MustCompile(`(?i)^(?:(?:请|用|打开)?(?:微信|手机|支付宝)?(?:扫一扫.{0,24}|扫码(?:关注|下载|阅读|分享|看).{0,16})|(?:微信|公众号|官方|手机版?|客户端)?二维码|` +
		`(?:浏览|阅读|点击|访问)(?:次数|量|数)\s*(?:[:：][\s\d次]*|\d[\s\d次]*)|分享让更多人看到.{0,6}|(?:转播到|分享到)(?:腾讯|新浪|QQ|微|朋友|人民).{0,12}|本文(?:来源|网址|链接)[:：].{0,100}|` +
		`.{0,20}版权所有.{0,60}|.{0,10}未经.{0,8}(?:授权|许可|允许).{0,4}(?:不得|禁止|严禁).{0,40}|[【\[（(].{0,80}(?:未经授权|不得转载|版权所有|转载请).{0,80}[】\]）)])$`)
	editors = regexp.MustCompile(`(?i)^[（(\[【\s]*(?:(?:(?:责任|本文|网络|值班|图片|文字|栏目|执行)?(?:编辑|校对|审核|编审|责编|监制|美编)|editor|web editor)\s*[:：][^。；，]{0,60}|(?:初|复|终)审\s*[:：][^。；，\d]{0,20})[）)\]】\s]*$`)
	paths   = regexp.MustCompile(`(?i)^(?:您?(?:现在|当前)?(?:的)?(?:所在)?位置(?:是)?\s*[:：]|当前位置\s*首页|首页\s*[>》»/-]|home\s*[>»/]).{0,120}$`)
	updated = regexp.MustCompile(`^(?:最后)?(?:更新|发布|发稿)(?:时间|日期)?\s*[:：]\s*\d{4}.{0,60}$`)
	notices = regexp.MustCompile(`^(?:特别|免责|郑重|版权)?声明\s*[:：].{0,150}(?:转载|版权归|版权所有|本网|本站|本平台|投资建议).{0,150}$`)
	turns   = regexp.MustCompile(`^[\s【\[]*(?:上|下|前|后)一(?:篇|条|页|个|则)(?:文章|新闻)?[\s】\]]*(?:[:：>»].*)?$`)

	// remarks are where readers are asked for an opinion.
	remarks = regexp.MustCompile(`^(?:(?:最新|网友|热门|全部|精彩)评论(?:\s*[(（]?\d.{0,6})?|(?:我要|发表|暂无|暂停|查看)评论(?:功能|区)?|您认为(?:这篇|本)文章.{0,60})$`)

	// turnLinks lead to the release before and after this one.
	turnLinks = regexp.MustCompile(`(?i)^[\s【\[]*(?:prev(?:ious)?|next)(?: article| page| story)?[\s】\]]*(?:[:：>»].*)?$`)

	related = regexp.MustCompile(`(?i)^[【\[\s>]*(?:相关(?:链接|新闻|阅读|报道|文章|内容|专题|信息|稿件|资讯)|延伸阅读|推荐阅读|更多阅读|热点新闻|热门推荐|猜你喜欢|精彩(?:视频)?推荐|为[你您]推荐|related(?: news| links| articles| stories| reading)?|(?:最近|本周|今日|近期|编辑|小编).{0,4}推荐|hot news|most read|latest news|more on this|see also)[】\]\s:：>]*$`)
)

// strip takes away what belongs to the page: widgets and lines of buttons
// wherever they stand; titles, dates, crumbs above the text; editors' lines,
// links to others, counters below it. It never takes a part of a line. It reports
// whether any text is left.
func strip(body *html.Node, title string) bool {
	whole := len(clean.NodeText(body))
	goquery.NewDocumentFromNode(body).FindMatcher(widgets).FilterFunction(func(_ int, e *goquery.Selection) bool {
		if hidden(e) || !brief(e.Nodes[0], 16*trifle) {
			return hidden(e)
		}
		text := news.Line(nodeText(e))
		small := utf8.RuneCountInString(text) <= trifle && len(text) < whole/3
		return small && !strings.ContainsAny(text, "。！？") && !strings.HasSuffix(text, ".")
	}).Remove()
	lines := clean.Lines(body)
	kept := lines[:0:0]
	for _, l := range lines {
		if l.Text != "" && len(l.Text) < 4*longest && pressed(l.Text) {
			drop(l)
			continue
		}
		kept = append(kept, l)
	}
	return below(kept[above(kept, title):])
}

// pressed reports a line of buttons, or one that says what they are for.
func pressed(line string) bool {
	return buttons.MatchString(line) || toggles.MatchString(line) || !strings.Contains(line, "。") && hints.MatchString(line)
}

func hidden(e *goquery.Selection) bool {
	style, _ := e.Attr("style")
	return strings.Contains(style, "display:none") || strings.Contains(style, "display: none")
}

func drop(l clean.Line) {
	for _, n := range l.Nodes {
		for at := n; at.Parent != nil && (at == n || at.DataAtom == atom.A && at.FirstChild == nil); {
			parent := at.Parent
			parent.RemoveChild(at)
			at = parent
		}
	}
}

// above drops the lines over the text and says how many they were.
func above(lines []clean.Line, title string) int {
	title = news.Folded(title)
	for i, l := range lines {
		same := title != "" && news.Folded(l.Text) == title
		if l.Text == "" || i >= nearby || !same && !paths.MatchString(l.Text) && !editors.MatchString(l.Text) && !credited(l.Text) {
			return i
		}
		if i+1 < len(lines) && venue.MatchString(lines[i+1].Text) {
			return i
		}
		drop(l)
	}
	return len(lines)
}

// venue is where an event is: the line over it says when.
var venue = regexp.MustCompile(`(?i)^[\s\x{3000}]*(?:[一二三四五六\d（(]+[、.)）])?\s*(?:(?:会议|活动|举办)?(?:地\s*点|地\s*址|会\s*场)|venue|place|location)\s*[:：]`)

// below drops the lines under the text that say so themselves, and an editor's
// with those that may stand under it. It reports whether any text is left.
func below(lines []clean.Line) bool {
	lines = others(lines)
	for i := max(1, len(lines)-5); i < len(lines); i++ {
		if editors.MatchString(lines[i].Text) && !slices.ContainsFunc(lines[i:], func(l clean.Line) bool { return strings.Contains(l.Text, "。") }) {
			drop(lines[i])
			lines = append(lines[:i:i], unlinked(lines[i+1:])...)
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Text == "" {
			continue
		}
		if !trailing(lines[i]) {
			return true
		}
		drop(lines[i])
	}
	return false
}

// trailing reports a line that stands under a text and is not its.
func trailing(l clean.Line) bool {
	for _, kind := range []*regexp.Regexp{turns, related, paths, updated, notices, editors, remarks} {
		if kind.MatchString(l.Text) {
			return true
		}
	}
	return linked(l) && turnLinks.MatchString(l.Text)
}

// linked reports a line that is a link to something else, and little more.
func linked(l clean.Line) bool {
	return l.Linked > len(l.Text)/2
}

// unlinked drops the lines that lead to others or belong to the page, and gives
// the rest. What comes with the text is the text's.
func unlinked(lines []clean.Line) []clean.Line {
	kept, ours := lines[:0:0], false
	for _, l := range lines {
		ours = (ours || enclosing.MatchString(l.Text)) && !trailing(l)
		if !ours && !enclosed.MatchString(l.Text) && l.Text != "" && (linked(l) && !attached(l) || trailing(l) || numericDay.MatchString(l.Text)) {
			drop(l)
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// enclosed is a line about what comes with the text, and enclosing one that
// heads such lines; numericDay is what lists of other releases put beside their
// titles.
var (
	enclosing  = regexp.MustCompile(`(?i)^[\s\x{3000}【\[]*(?:附件|附表|附|attachments?|annex(?:es)?)[\s】\]:：]*$`)
	enclosed   = regexp.MustCompile(`(?i)^[\s\x{3000}【\[]*(?:附件|附表|附|议程|attachment|annex)`)
	numericDay = regexp.MustCompile(`^[\s\[(（]*(?:\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d{2})?[\s\])）]*$`)
)

// attached reports a line that leads to a document.
func attached(l clean.Line) bool {
	for _, n := range l.Nodes {
		for at := n.Parent; at != nil; at = at.Parent {
			if _, ok := documents[strings.ToLower(path.Ext(attribute(at, "href")))]; ok {
				return true
			}
		}
	}
	return false
}

// others drops a heading of related releases with the links after it.
func others(lines []clean.Line) []clean.Line {
	for i := len(lines) - 1; i > 0; i-- {
		l := lines[i]
		if related.MatchString(l.Text) {
			drop(l)
			return append(lines[:i:i], unlinked(lines[i+1:])...)
		}
		if l.Text != "" && !linked(l) && utf8.RuneCountInString(l.Text) > 12 {
			break
		}
	}
	return lines
}
