package site

import (
	"fmt"
	"html/template"
	"maps"

	"chinanews/feedout"
	"chinanews/news"
)

// functions are what templates can say. The first argument of most is the
// interface's language.
func (s *site) functions() template.FuncMap {
	all := Functions()
	maps.Copy(all, template.FuncMap{
		"shown": shown, "whole": whole, "teaser": teaser, "abstract": abstract, "marked": marked, "around": around, "spoken": spoken, "presence": presence, "brief": brief, "looks": looks, "loss": loss, "found": found, "touched": touched, "seen": s.seen, "evidence": evidence, "cite": s.citation, "compare": comparePath,
		"condition": condition, "interval": interval, "mail": s.mail, "share": s.share,
		"publisher": publisher, "tongue": tongue,
		"in":         func(lang string, i Item) line { return line{Lang: lang, Item: i} },
		"version":    func(i Item, n int) Version { return Version{Item: i, Number: n} },
		"under":      func(lang string, i Item, day news.Date) line { return line{lang, i, day} },
		"base":       func() string { return s.at("") },
		"absolute":   func(path string) string { return s.Site().BaseURL + path },
		"search":     func(lang string) string { return searchOf(lang, s.Site().Language) },
		"home":       s.homeOf,
		"inLanguage": s.inLanguage,
		"folded":     folded,
		"code":       code,
		"size":       size,
		"kind":       kind,
		"paragraphs": paragraphs,
		"extension":  extension,
		"dated":      dated,
		"citeBoth":   s.citeBoth,
		"unwell":     unwell,
		"stamp":      jsonTime,
		"formats":    func() []format { return formats },
		"button":     func(lang, id, what string) button { return button{lang, id, what} },
		"tongueOf":   func(f news.Feed) string { return interfaceOf(f.Language) },
	})
	return all
}

// Functions are what templates of the desk say as those of the reading site do:
// dates, moments, addresses, names, texts made harmless. They know no library.
// The map is the caller's own.
func Functions() template.FuncMap {
	return template.FuncMap{
		"say": say, "date": date, "moment": moment, "only": only, "machine": machine, "locale": locale, "other": other,
		"name": func(lang string, src news.Source) string { return src.PublisherIn(lang) }, "tongueName": languageName, "tongueIn": tongueIn, "tagOf": tagOf,
		"web": web, "host": news.Host, "bare": bare, "reach": reach, "body": body,
		"add":   func(a, b int) int { return a + b },
		"state": func(lang string, c news.Condition) string { return say(lang, c.Words()) },
	}
}

// format is a form that feeds have, and how its addresses end.
type format struct{ Name, End string }

var formats = []format{{"Atom", "atom"}, {"RSS", "rss"}, {"JSON", "json"}}

// button copies what stands in an element; What says it where one cannot see.
type button struct{ Lang, ID, What string }

// line is a release in a list, on a page in a language.
type line struct {
	Lang  string
	Item  Item
	Under news.Date // that its list says already; zero: none
}

// When is the release's date as precisely as its source said it, without the
// day that the list says already.
func (l line) When() string { return within(l.Lang, l.Item.Lead.Shown.Date, l.Under) }

// interfaceOf is the language that a page's own words are in.
func interfaceOf(language string) string {
	if news.Primary(language) == "zh" {
		return "zh"
	}
	return "en"
}

func locale(lang string) string {
	if lang == "zh" {
		return "zh-CN"
	}
	return "en"
}

// other is the language that a page's switch leads to.
func other(lang string) string {
	if lang == "zh" {
		return "en"
	}
	return "zh"
}

// say says something of our own in the interface's language.
func say(lang, english string, args ...any) string {
	text := english
	if t, ok := chinese[english]; ok && lang == "zh" {
		text = t
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// interval says how often a source is asked.
func interval(lang string, l SourceLine) string {
	text := l.Source.Interval.String()
	if least := l.Source.MinInterval; least > 0 && least < l.Source.Interval {
		text = say(lang, "%s to %s", least, text)
	}
	if l.Pause > 0 {
		text = say(lang, "%s, with %s between requests to its host", text, news.Duration(l.Pause))
	}
	return text
}

// key is a key of the extension of our JSON Feeds.
type key struct{ Name, Text string }

// extension documents them.
func extension(lang string) (keys []key) {
	for _, k := range feedout.Extension {
		text := k.English
		if lang == "zh" {
			text = k.Chinese
		}
		keys = append(keys, key{k.Name, text})
	}
	return keys
}

// condition says for the public how a source is.
func condition(lang string, l SourceLine) string {
	if l.Source.Paused {
		return say(lang, news.Paused.Words())
	}
	return say(lang, l.Condition.Words())
}

// chinese are the pages' own words. English ones are their keys.
var chinese = map[string]string{
	"Home": "首页", "Feeds": "订阅源", "Newest": "最新消息", "Stories": "消息", "Subscribe": "订阅", "Original": "原文", "First seen": "首次收录",
	"Carried by": "收录来源", "Suggest to a friend": "推荐给朋友", "Send by mail": "用邮件发送", "Or by ": "或通过", "Weibo": "微博", "Path": "位置",
	"Attachments": "附件", "Days": "日期", "%s: releases of %s": "%s：%s发布的消息", "Older": "较早", "Older releases are in the feeds: ": "更早的消息见各订阅源：", "Newer": "较新", "Pages": "页码", "Page %d of %d": "第%d页，共%d页", "Nothing here yet.": "暂无内容。", "Not found": "未找到", "Withdrawn": "本站已撤下",
	"All feeds at once (OPML)": "一次订阅全部（OPML）",
	"Filter":                   "筛选", "Show": "显示", "Show everything": "显示全部", "One release.": "共1条。", "%d releases.": "共%d条。", "Older ones were not looked at: narrow the days down.": "更早的未予查看，请缩小日期范围。",
	"Copy": "复制", "citation": "引文", "Copied.": "已复制。", "Select it and copy it by hand.": "请选中后手动复制。", "Copy the address": "复制地址", "Share …": "分享…", "That did not work. Copy the address instead.": "未能分享，请复制地址。",
	"For a phone: QR code": "手机订阅：二维码", "QR code of the feed’s address": "订阅源地址的二维码", "%d paragraphs unchanged": "%d段未变", "Versions %d and %d compared": "第%d版与第%d版对照",
	"%s (%s)": "%s（%s）", "%s and %d more": "%s等（另有%d个）", "Not read well at the moment: %s.": "目前未能正常读取：%s。",
	"How we poll": "我们如何抓取", "About": "关于", "Skip to content": "跳到正文", "Published": "发布日期", "Publisher": "发布部门",
	"Last edited": "最后修改", "%s, by the source": "%s，由来源修改", "First seen %s": "首次收录：%s", "Subscribe: ": "订阅：", "Contact: ": "联系方式：", "day only": "仅日期", "Beijing time": "北京时间", "no date stated": "未注明日期", "date unclear: “%s”": "日期不明：“%s”", "robots.txt not asked": "未查询robots.txt", "picture": "图片", "Sources": "来源列表",
	"Language": "语言", "Interval": "间隔", "Last read": "上次读取", "Next": "下次读取", "State": "状态", "not yet": "尚无", "any": "不限", "the operator of this site": "运营者",

	"There is no such page. It may have been taken down, or the address is wrong.":                                           "没有这个页面，可能已撤下，或地址有误。",
	"Copy one of these addresses into a feed reader.":                                                                        "将以下任一地址复制到阅读器中即可订阅。",
	"Releases of China's ministries and missions, to read and to subscribe to.":                                              "中国各部委和驻外使团发布的消息，可阅读，可订阅。",
	"Your own mail program opens; this site sends nothing.":                                                                  "将打开您自己的邮件程序，本站不发送任何内容。",
	"This site carries a summary only. Read it in full at the original.":                                                     "本站仅提供摘要，全文请见原文。",
	"This site carries the title only. Read it at the original.":                                                             "本站仅提供标题，全文请见原文。",
	"The full text is not available yet. Read it at the original.":                                                           "全文暂缺，请见原文。",
	"The text is no longer kept here.":                                                                                       "正文不再保存于本站。",
	"The text of version %d is no longer kept here.":                                                                         "第%d版的正文不再保存于本站。",
	"The text is at the original.":                                                                                           "正文请见原文。",
	"%d looks in a row since %s":                                                                                             "已连续%d次，自%s起",
	"Republished from public sources by %s; not a website of any government; the original at the ministry is authoritative.": "本站由%s根据公开来源转载，并非任何政府网站；以发布部门的原文为准。",

	"Search": "搜索", "Words in title or text": "标题或正文中的词语", "Source": "来源", "From day": "起始日期", "To day": "截止日期", "Results": "搜索结果", "More results": "更多结果", "Subscribe to this search: ": "订阅此搜索：",
	"All words must occur. Quotation marks keep words together: “rare earth”.":                "各词语须同时出现，用空格分开；引号内的词语须相连。",
	"There was no time to look at everything. Narrow it down: more words, a source, or days.": "时间不足，未能查看全部内容。请缩小范围：增加词语，或限定来源、日期。",
	"Nothing found. Try fewer words, or others.":                                              "没有找到。请减少词语，或换用其他词语。",
	string(errDay): "日期请写作2026-11-23。", string(errSource): "没有这个来源。", string(errLang): "请选择一种语言。", string(errAfter): "没有这一页结果，请从第一页开始。",
	string(errEmpty): "请至少输入一个字、字母或数字。", string(errLong): "最多可查找200个字符。",

	"%s is run by %s. ":  "%s由%s运营。",
	"The program is %s.": "所用程序：%s。",
	"We ask the pages below for news, with few connections to a host at once, usually one, and a pause after each request.":                                                               "我们定期向下列网页查询消息。对每个主机同时只用很少的连接（通常一个），每次请求之后停顿。",
	"We follow robots.txt unless the list says otherwise, ask only for what has changed since the last time, wait as long as a server tells us to, and name ourselves in every request.":  "除列表另有说明外，我们遵守robots.txt；只查询上次以来的变化，按服务器的要求等待，并在每个请求中注明我们的名称。",
	"Ministries publish releases on their own pages, often without a feed. This site reads those pages, and republishes the releases as feeds that any feed reader can subscribe to.":     "各部委在自己的网页上发布消息，往往没有订阅源。本站阅读这些网页，并将消息以订阅源的形式转载，任何阅读器都可订阅。",
	"Each version of a release that we saw is kept, with its time and the digest of what was received, in a record that is only ever appended to. Dates are as precise as their sources.": "我们所见的每个版本都连同时间和所收内容的摘要值保存在只增不改的记录中。日期的精度与来源一致。",
	"For programs": "供程序使用",
	"Our JSON Feeds have an object _chinanews, of the feed and of each item, with what the format has no place for. Moments are written as in RFC 3339. What is not known is left out; more may come.":                                 "本站的JSON Feed在订阅源及各条目中另有_chinanews对象，载有该格式未设字段的内容。时间按RFC 3339书写，未知者从略，今后可能增加。",
	"No cookie is set here, no picture or script of others is loaded, and nothing about you is sent to anybody. One small script of this site copies addresses and opens your device's own way to share; every page works without it.": "本站不设置Cookie，不加载他站的图片或脚本，也不向任何人发送有关您的任何内容。本站仅有一个小脚本，用于复制地址和打开设备自带的分享功能；没有它，所有页面同样可用。",
	"How many read each feed is counted by what reading services state and by an estimate that keeps no address, nor anything made from one.":                                                                                          "各订阅源的读者数依阅读服务所注人数和一项估计得出，不保存任何地址，也不保存由地址推算出的任何内容。",
	"The publisher": "运营者", "What this site is": "本站是什么", "The record, and how to verify it": "记录及其核验方法",
	"Each entry holds the digest of the one before, so that none can be changed later without changing all that follow. It now ends with entry %d, whose digest is": "每一条都包含前一条的摘要值，因此事后改动任何一条都会改变其后的所有条目。目前最后一条为第%d条，其摘要值为",
	"Write number and digest down today. A copy of the record that you are shown later must have that digest at that entry.":                                        "今天就记下编号和摘要值。日后向您出示的任何记录副本，在该条目处必须是同一摘要值。",
	"Each version’s page names the entry that it is in, the address that answered, and the SHA-256 of the answer as received. Who saved that answer can compare:":   "每个版本的页面都注明所在条目、应答网址和所收应答的SHA-256。保存过该应答的人可以比对：",
	"With a copy of the record, check every digest and every link of the chain, and print the digest at the entry that you wrote down:":                             "有了记录的副本，即可核验每个摘要值和链上的每一环，并显示所记编号处的摘要值：",

	"%s to %s": "%s至%s", "%s, with %s between requests to its host": "%s，对其主机的请求间隔%s", "The record": "记录", ".": "。",
	"What we see is appended to a record in which each entry holds the digest of the one before. It now ends with entry %d, whose digest is": "我们所见的内容追加到一份记录中，每一条都包含前一条的摘要值。目前最后一条为第%d条，其摘要值为",

	"When last looked at (%s), this page was not found at its address; that may pass. Text as last seen on %s.": "最近一次查看时（%s），未在原网址找到该页面，可能只是暂时的。此处为%s最后所见的文本。",
	"No longer at its address since %s. Text as last seen on %s.":                                               "自%s起已不在原网址。此处为%s最后所见的文本。",
	"Still at its address, and no longer in its source's list.":                                                 "仍在原网址，但已不在来源的列表中。",
	"not found when last looked at":                                                                             "最近一次查看时未找到", "no longer at its address": "已不在原网址", "no longer in its list": "已不在列表中",
	"the release": "原消息", "an answer that there is no such page": "答复称没有该页面", "a page that says that there is none": "称没有该内容的页面", "a front page in its place": "首页或栏目页", "no answer, or an error": "无应答或出错",
	"a page that asks who we are": "要求验证访客的页面", "a page of another form": "结构不同的页面",
	"headline changed": "标题有改动", "number changed": "数字有改动", "name changed": "名称有改动", "date changed": "日期有改动", "passage no longer in the text": "有内容不再见于文中", "passage added": "新增内容",
	"order of passages changed": "段落次序有变", "written differently": "书写形式有变", "as first seen": "首次所见", "its text came": "补得正文", "found at another address": "见于另一网址", "text changed": "文字有改动", ", ": "、",
	"Versions": "版本", "Version %d": "第%d版", "Versions %d and %d": "第%d版与第%d版对照", "Version %d as seen on %s (UTC)": "第%d版，%s（UTC）所见", "To cite:": "引用格式：", "To cite": "引用格式",
	"Version before last seen": "前一版最后所见", "This version first seen": "本版首次所见", "This version last seen": "本版最后所见", "Changes": "与前一版相比", "Evidence": "依据",
	"Text as kept, SHA-256": "所存文本SHA-256", "Answer as received, SHA-256": "所收应答SHA-256", "Address that answered": "应答网址", "Read by": "读取程序", "Entry in the record": "记录条目",
	"Version %d of %d, kept as it stood.": "第%d版，共%d版，原样保存。", "The story as it is now": "现在的页面", "Compared with version %d": "与第%d版对照", "Looks": "查看记录", "What was found in the place of this release, and when.": "在该消息处所见及时间。",
	"Title": "标题", "Text": "正文", "Plain text": "纯文本", "The texts are the same.": "两版正文相同。", "The title is the same.": "标题相同。", "The texts cannot be compared here.": "此处不能对照正文。",
	"These versions were read by different versions of this program: some of what differs may be due to that, and not to the source.": "两版由本程序的不同版本读取，部分差异可能由此产生，并非来源改动。",
	"What no longer stands is struck out, what is new is underlined.":                                                                 "不再见于文中的内容加删除线，新增的内容加下划线。", "What was changed": "内容改动", "What is no longer at its address": "原址已无的内容",

	"In %s: ": "%s版：", "Title by the editor; the source's own: ": "标题为编者所拟，原题：", "Editor's note: ": "编者注：", "Editor's summary: ": "编者摘要：",
	"Arabic": "阿拉伯文", "Chinese": "中文", "English": "英文", "French": "法文", "German": "德文", "Japanese": "日文", "Korean": "韩文", "Russian": "俄文", "Spanish": "西班牙文",

	"paused by the editor": "编辑已暂停", "not read yet": "尚未读取", "read well": "读取正常", "answers with an empty list": "返回空列表", "its page has changed its form": "页面结构已变", "answers with a page instead of a feed": "返回网页而非订阅源",
	"its answer cannot be read": "返回内容无法读取", "read, but for its dates": "可读取，日期除外", "asks visitors for a script check": "要求访客通过脚本验证", "its certificate is not valid": "证书无效",
	"its robots.txt asks us not to": "robots.txt不允许", "its address is one that we do not ask": "地址不在允许范围", "says that it is gone for good": "已永久关闭", "does not answer, or with an error": "无应答或出错",
	"lists far fewer entries than usual": "列表条目比平时少得多", "read well, nothing new": "读取正常，没有新消息", "nothing new for longer than usual": "没有新消息的时间比平时长", "nothing new for very long": "很久没有新消息",
}
