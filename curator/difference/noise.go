package difference

import (
	"slices"
	"strings"
	"unicode/utf8"

	"chinanews/news"
)

// What belongs to a page and not to its text. Each is a whole piece: a block, a
// sentence of one, or what stands between the bars of a line. A sentence is none
// of them, whatever numbers it has.
var junk = expression(`(?i)^[\s\x{3000}（(\[【|·•*]*(?:` + strings.Join([]string{
	// counters
	`(?:` + counts + `\s*[:：(（]?\s*` + counter + `\s*(?:次|人次|人|条|times)?\s*[)）]?)(?:[\s\x{3000},，、|/·]*(?:` + counts + `|today|yesterday|total|今日|昨日|累计|共计)\s*[:：(（]?\s*` + counter + `\s*(?:次|人次|人|条|times)?\s*[)）]?)*`,
	`(?:(?:page|total|article)\s+)?(?:views?|reads?|hits|visits|visitors|clicks|downloads|likes|shares|comments?|favou?rites)\s*(?:count)?\s*[:：(（]?\s*` + counter + `(?:\s*times)?`,
	counter + `\s*(?:(?:people|users|readers|visitors)\s+)?(?:(?:page|total)\s+)?(?:views?|reads?|hits|visits|clicks|downloads|likes|shares|comments?|viewed|have (?:read|viewed|seen) (?:this|it)(?:\s+(?:page|article))?|times read|online(?:\s+now)?)`,
	`(?:this (?:page|article) has been |it has been )?(?:read|viewed|visited|shared|downloaded)\s*[:：]?\s*` + counter + `\s*times(?: since .{4,24})?`,
	`you are (?:visitor|reader)(?: (?:no\.?|number))?\s*` + counter,
	`(?:online|在线(?:人数)?)\s*[:：]\s*` + counter,
	`(?:本[文页篇](?:章)?|该文|文章)?(?:已|共)?被?(?:浏览|阅读|点击|访问|查看|点赞|转发|评论|分享|下载|收藏|点赞数)(?:次数|人数|量|数)?\s*[:：（(]?\s*` + counter + `\s*(?:次|人次|人|条)?`,
	`(?:本[文页](?:章)?)?(?:已有|共有?|累计)?\s*` + counter + `\s*(?:次|人次|人|位(?:读者|网友)|名?网友)?\s*(?:浏览|阅读|点击|访问|查看|看过|读过|点赞|评论|转发|参与)(?:过?本[文页]|量)?`,
	`您是第\s*` + counter + `\s*(?:位|名)?(?:访客|访问者|读者|浏览者)?`,
	// dates of printing and making
	`(?:打印|列印|输出|生成|页面生成|页面更新|本页面?(?:打印|生成|更新)于?|缓存|访问|浏览)(?:时间|日期)?(?:于)?\s*[:：]?\s*` + moment,
	`(?:date (?:of printing|printed)|print(?:ed|ing)?(?: date| time)?(?: on| at)?|(?:this )?page (?:was |is )?(?:last )?(?:generated|printed|rendered|updated|cached|modified|accessed|viewed|saved)(?: on| at| in)?|generated(?: on| at)?|accessed(?: on| at)?|retrieved(?: on| at)?|cached(?: on| at)?)\s*[:：]?\s*` + moment,
	`(?:(?:page )?last (?:updated?|modified|reviewed|changed)|(?:最后|最近|页面)(?:更新|修改)|更新|修改|updated)(?:时间|日期)?(?: on| at| date)?\s*[:：]?\s*` + moment,
	`(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?|\d{1,2} \p{L}{3,9} \d{4},?)\s*(?:星期.|周.)?\s*\d{1,2}:\d{2}:\d{2}`,
	`(?:今天是|现在是|现在时间|当前时间|北京时间|beijing time|today(?: is|'s date is|'s date)?|(?:current|local|server) time)\s*[:：,]?\s*` + moment,
	`(?:page generated|页面(?:执行|加载)(?:时间)?)\s*(?:in)?\s*[:：]?\s*[\d.]+\s*(?:seconds?|ms|秒|毫秒)`,
	// hands
	`(?:(?:责任|本文|网络|值班|图片|文字|栏目|执行|网站|见习)?(?:编辑|校对|审核|编审|责编|监制|美编|排版|审校)|(?:web |online |duty |copy |page )?(?:editor|edited by|proofread(?:er)?(?: by)?|web ?master)(?: in charge)?|初审|复审|终审|[一二三]审)\s*[:：]\s*[^。；，;]{0,60}`,
	`(?:(?:责任|本文|网络|值班)?(?:编辑|校对|审核|责编)\s*[/／\s]\s*\p{Han}{2,4}[\s\x{3000}|]*)+`,
	// buttons and addresses of channels
	`(?:分享(?:到|至)|转发(?:到|至)|转播到)\s*[:：]?[^。；]{0,60}`,
	`(?:分享|share(?: (?:this|to|on|via|with)(?: (?:article|page|story|friends?))?)?|follow us(?: on)?|关注我们)\s*[:：]?(?:` + gap + `(?:` + channel + `))*`,
	`(?:` + channel + `)(?:` + gap + `(?:` + channel + `))+`,
	`(?:打印(?:本页|此页|文章|正文)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|首页|列表|上页)|回到顶部|收藏(?:本文|本页)?|纠错|我要纠错|复制链接|推荐给朋友|告诉朋友|发送给朋友|(?:send|tell|recommend|suggest)(?: this| it)?(?: page)? to (?:a )?friends?|tell a friend|网站地图|联系我们|法律声明|无障碍(?:浏览)?|site ?map|contact(?: us)?|legal notice|privacy policy|accessibility|print(?: (?:this )?(?:page|article|version))?|e-?mail(?: this)?|back to (?:top|list|home)|↑.{0,20}|printer[- ]friendly(?: version)?|close(?: window)?|(?:text|font) ?size|字[体号](?:大小)?|save|bookmark|listen|download (?:the |our )?app|下载(?:客户端|APP)|[大中小]|A[-+]?)(?:[\s:：|/\[\]【】()（）+-]+(?:打印(?:本页)?|关闭(?:窗口)?|收藏|纠错|[大中小]|A[-+]?|print|close|save|small|medium|large|email|share))*`,
	`.{0,20}(?:扫一扫|扫码|扫描二维码|长按识别).{0,24}|.{0,16}二维码|(?:欢迎)?(?:关注|订阅).{0,20}(?:公众号|微信|微博|客户端)|(?:subscribe to|sign up for)(?: our| the)? .{0,40}(?:newsletter|alerts|updates)|scan (?:the )?(?:qr )?code.{0,40}|scan to (?:open|read|view|share).{0,40}|分享让更多人看到.{0,6}`,
	// advertisements
	`promoted|promotion|推广|(?:advertisement|sponsored(?: content| links?)?|ads? by|ad|广告|赞助内容|赞助商)(?:\s*[:：|—–-].{0,160})?`,
	`广告】.{0,160}|sponsored by [^.。]{0,80}`,
	// other releases, and where this one stands
	`(?:previous|prev|next|older|newer)(?: (?:article|page|story|post|release|news|item))?\s*(?:[:：>»«<→←].{0,160})?`,
	`[«‹←]\s[^»›。]{0,120}|<\s*(?:previous|prev|back).{0,120}|(?:[上下前后]一(?:篇|条|页|个|则)[\s|/]*)+|(?:[上下前后]一(?:篇|条|页|个|则))(?:文章|新闻|信息)?\s*(?:[:：>»].{0,120})?`,
	`(?:您?(?:现在|当前)?(?:的)?(?:所在)?位置(?:是)?\s*[:：]|(?:首页|home)\s*[>»›/]).{0,120}`,
	`(?:page\s*\d+\s*(?:of|/)\s*\d+|第\s*\d+\s*页(?:\s*[/，,]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+\s*页|共\s*\d+\s*页)`,
	// who owns the page
	`(?:copyright|©|\(c\)|版权所有|all rights reserved).{0,120}|.{0,40}(?:ICP备|公网安备|all rights reserved|版权所有).{0,60}`,
}, "|") + `)[\s\x{3000}）)\]】|·•*。.]*$`)

// Parts of the above.
const (
	counts  = `(?:(?:page |total )?(?:views?|reads?|hits|visits?|visitors?|clicks|downloads?|likes?|shares?|comments?|favou?rites|online(?: now)?)|(?:总|已|被|当前)?(?:浏览|阅读|点击|访问|查看|点赞|转发|评论|分享|下载|收藏|人气|在线)(?:次数|人数|量|数)?)`
	counter = `\d[\d,，.]*\s*[万kKmM]?\+?`
	gap     = `[\s\x{3000}|｜/·•,，、\[\]【】()（）>]*`
	channel = `微信(?:好友)?|新浪微博|腾讯微博|微博|QQ空间|QQ好友|QQ|朋友圈|facebook|twitter|wechat|weibo|linkedin|whatsapp|telegram|x|e-?mail|copy link|reddit|pinterest|line|instagram|youtube|tiktok|douyin|更多|more|print`
	// moment is a date or time of day, in digits or words, and nothing else.
	moment = `(?:[\d\s:：/.,，年月日时分秒号TZ+()（）-]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|\d(?:st|nd|rd|th)|星期[一二三四五六日天]|周[一二三四五六日]|上午|下午|at|on|am|pm|a\.m|p\.m|gmt|utc|cst|beijing time|北京时间|农历)*\d[\d\s:：/.,，年月日时分秒号TZ+()（）-]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|星期[一二三四五六日天]|周[一二三四五六日]|am|pm|a\.m|p\.m|gmt|utc|cst|beijing time|北京时间|[\s,:()（）+\d])*`
)

// links heads a list of links to other releases.
var links = expression(`(?i)^[【\[\s>·•]*(?:相关(?:链接|新闻|阅读|报道|文章|内容|专题|信息|稿件|资讯|推荐)|延伸阅读|推荐阅读|更多(?:阅读|新闻|内容)|热点(?:新闻|推荐|排行)?|热门(?:推荐|文章|新闻|专题)|(?:今日|本周|一周|新闻)(?:热点|要闻|热门)|图片新闻|(?:大家|网友)(?:正在|都在)[看读]|(?:新闻|点击|阅读|热文)?排行榜?|最新(?:新闻|文章|动态|发布)|猜你喜欢|精彩推荐|为[你您]推荐|编辑推荐|大家都在看|` +
	`(?:related|recommended|latest|more|other|recent|top|popular|trending|hot)(?: (?:news|links?|articles?|stories|story|reading|releases?|topics|posts|content|coverage|documents))?|(?:more|also) (?:on this|from .{1,40}|in .{1,40})|most (?:read|viewed|popular|shared)(?: .{0,20})?|see also|you may(?: also)? (?:like|be interested in)|read (?:more|next|also)|editor's picks|what to read next|in this section|further reading)[】\]\s:：>]*$`)

// attachments heads what comes with a text.
var attachments = expression(`(?i)^[\s\x{3000}【\[]*(?:附件|附表|附|attach(?:ments?|ed)|annex(?:es)?|appendi(?:x|ces)|documents?|downloads?)`)

// release is a text without what belongs to its page.
func release(text []block) []block {
	text = unlinked(text)
	kept := text[:0:0]
	for _, b := range text {
		if b.row {
			if slices.ContainsFunc(strings.Split(b.text, " | "), func(cell string) bool { return !isJunk(cell) }) {
				kept = append(kept, b)
			}
			continue
		}
		if b.sold && b.leads() || b.linked > 0 && adFirst().MatchString(b.text) || b.leads() && turns().MatchString(b.text) {
			continue
		}
		if remarks().MatchString(b.text) {
			break // what follows is what readers say
		}
		if b.text = said(b.text); b.text != "" {
			kept = append(kept, b)
		}
	}
	return kept
}

// Bounds of what is taken for a line of the page, and for a sentence that is
// one, in runes.
const (
	longestJunk = 200
	longestSaid = 80
)

// said is a block without those of its pieces that belong to the page.
func said(block string) string {
	if isJunk(block) {
		return ""
	}
	if parts := strings.FieldsFunc(block, func(r rune) bool { return r == '|' || r == '｜' || r == '　' || r == '/' || r == '·' }); len(parts) > 1 && !strings.ContainsAny(block, "。！？") {
		return without(parts, block)
	}
	return without(split(block), block)
}

// without is a block without the pieces that are junk; as it is when none is.
func without(pieces []string, block string) string {
	var kept []string
	for _, p := range pieces {
		if !isJunk(strings.TrimSpace(p)) {
			kept = append(kept, strings.TrimSpace(p))
		}
	}
	if len(kept) == len(pieces) {
		return block
	}
	return strings.Join(kept, " ")
}

func isJunk(piece string) bool {
	most := longestJunk
	if strings.HasSuffix(piece, "。") || strings.HasSuffix(piece, ".") {
		most = longestSaid
	}
	return piece != "" && utf8.RuneCountInString(piece) <= most && junk().MatchString(piece)
}

// unlinked drops a list of links to other releases: under a heading that says
// so, wherever it stands, and at the end of a text.
func unlinked(text []block) []block {
	kept := text[:0:0]
	for n := 0; n < len(text); n++ {
		if heads(text, n) {
			for n+1 < len(text) && (text[n+1].leads() || links().MatchString(text[n+1].text)) {
				n++
			}
			continue
		}
		kept = append(kept, text[n])
	}
	end := len(kept)
	for end > 0 && (kept[end-1].leads() || isJunk(kept[end-1].text)) {
		end--
	}
	if led := count(kept[end:]); led >= 2 && (end == 0 || !attachments().MatchString(kept[end-1].text)) && end > 0 {
		return kept[:end]
	}
	return kept
}

// heads reports a heading over links to other releases, or one that is all that
// is left of them at the end.
func heads(text []block, n int) bool {
	if !links().MatchString(text[n].text) && !isAd(text[n].text) {
		return false
	}
	return n+1 == len(text) || text[n+1].leads() || links().MatchString(text[n+1].text)
}

var (
	// turns are links to the release before and after, by their arrows; remarks
	// heads the opinions of readers; adFirst is an advertisement by its label.
	turns   = expression(`^[←«‹]|[→»›]$`)
	remarks = expression(`(?i)^(?:(?:readers?'? |users?'? )?comments?\s*[(（\[]?\s*\d+\s*[)）\]]?|\d+ comments?|(?:最新|网友|热门|全部|精彩)评论(?:\s*[(（]?\d.{0,6})?|评论\s*[(（]?\s*\d+\s*[)）]?|leave a (?:comment|reply))$`)
	adFirst = expression(`(?i)^[\s\[【]*(?:advertisement|sponsored|广告|推广)(?:[\s\]】:：]|$)`)
)

var ads = expression(`(?i)^[\s\[【]*(?:advertisement|sponsored(?: content| links?)?|广告|推广)[\s\]】:：]*$`)

func isAd(line string) bool { return ads().MatchString(line) }

// leads reports a block that is a link to another page, and little more.
func (b block) leads() bool {
	return b.linked*10 >= len(b.text)*6 && b.linked > 0 && !b.attached && !attachments().MatchString(b.text)
}

func count(text []block) (n int) {
	for _, b := range text {
		if b.leads() {
			n++
		}
	}
	return n
}

// credit is a line of a page's head with a label: Source: X.
var credit = expression(`(?i)^[\s\x{3000}]*(?:(?:信息|稿件|文章|内容|消息)?来源|作者|供稿|发布(?:时间|日期|单位|机构)?|成文日期|日期|时间|source|author|by|published|posted|release date|date|from)\s*[:：].{0,80}$`)

// officeName is a line that is the name of an office in Chinese.
var officeName = expression(`^\p{Han}{1,20}(?:部|委|局|署|院|司|厅|处|办|社|网|中心|办公室|委员会|使馆|领馆|领事馆|公司|大学|学院|协会|学会|银行|集团)$`)

// organisation reports a line that is the name of an organisation in English.
func (s sentence) organisation() bool {
	found := false
	for _, t := range s.tokens {
		if !t.capital() && !littleWords[t.key] {
			return false
		}
		found = found || organisations[t.key]
	}
	return found
}

// credits reports that lines which one reading has more at its begin or end say
// who published the text and when, or repeat its title: what another template
// shows, and no edit.
func (c *comparison) credits(run []sentence) bool {
	for _, s := range run {
		if len(s.tokens) > 2*brief || strings.HasSuffix(s.text, "。") || strings.HasSuffix(s.text, ".") {
			return false
		}
		if c.titles[news.Folded(s.text)] || credit().MatchString(s.text) || officeName().MatchString(s.text) || s.organisation() {
			continue
		}
		m := s.mark(c.proper)
		for _, k := range m.kinds {
			if k == other || k == figure {
				return false
			}
		}
	}
	return true
}
