package site

import (
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"time"

	"chinanews/news"
)

// functions are what templates can say. The first argument of most is the
// interface's language.
func (s *site) functions() template.FuncMap {
	return template.FuncMap{
		"say": say, "date": date, "moment": moment, "locale": locale, "host": news.Host,
		"publisher": publisher,
		"name":      func(lang string, src news.Source) string { return src.PublisherIn(lang) },
		"shown":     shown, "body": body, "summary": summary, "mail": s.mail, "other": other,
		"add": func(a, b int) int { return a + b }, "absolute": func(path string) string { return s.Site().BaseURL + path },
	}
}

// chinese are the pages' own words. English ones are their keys.
var chinese = map[string]string{
	"Home": "首页", "Feeds": "订阅源", "Newest": "最新消息", "Subscribe": "订阅", "Original": "原文", "First seen": "首次收录",
	"Carried by": "收录来源", "Suggest to a friend": "推荐给朋友", "By mail": "发送邮件", "Address of this page": "本页地址",
	"Attachments": "附件", "Older": "更早", "Newer": "更新", "Nothing here yet.": "暂无内容。", "Not found": "未找到",
	"There is no such page. It may have been taken down, or the address is wrong.": "没有这个页面，可能已撤下，或地址有误。",
	"How we poll": "我们如何抓取", "About": "关于", "Skip to content": "跳到正文", "Published": "发布", "Source": "来源",
	"Edited at the source": "来源已修改", "day only": "仅日期", "Beijing time": "北京时间", "no date stated": "未注明日期",
	"Copy one of these addresses into a feed reader.":                                                                        "将以下任一地址复制到阅读器中即可订阅。",
	"Summary only: the publisher's terms allow no more. Read it at the original.":                                            "按来源的使用条款，这里只提供摘要，全文请见原文。",
	"Title only: the publisher's terms allow no more. Read it at the original.":                                              "按来源的使用条款，这里只提供标题，全文请见原文。",
	"The full text is not available yet. Read it at the original.":                                                           "全文暂缺，请见原文。",
	"When last looked at, this page was no longer at its address. The text is as last seen.":                                 "最近一次查看时，该页面已不在原地址；此处为最后所见文本。",
	"Republished from public sources by %s; not a website of any government; the original at the ministry is authoritative.": "本站由%s根据公开来源转载，并非任何政府网站；以发布部门的原文为准。",
	"the operator of this site": "本站运营者", "Language": "语言", "Interval": "间隔", "Last read": "上次读取", "Next": "下次", "State": "状态", "picture": "图片",
}

// say says something of our own in the interface's language.
func say(lang, english string, args ...any) string {
	text := english
	if lang == "zh" {
		if t, ok := chinese[english]; ok {
			text = t
		}
	}
	if len(args) > 0 {
		return fmt.Sprintf(text, args...)
	}
	return text
}

var layouts = map[string][2]string{"en": {"2 January 2006", "2 January 2006, 15:04"}, "zh": {"2006年1月2日", "2006年1月2日 15:04"}}

// date says a date as precisely as its source did, and no more: "11 December
// 2017, Beijing time, day only".
func date(lang string, d news.Date) string {
	comma := ", "
	if lang == "zh" {
		comma = "，"
	}
	switch d.Precision {
	case news.Day:
		return d.In().Format(layouts[lang][0]) + comma + zone(lang, d.Zone) + comma + say(lang, "day only")
	case news.Minute:
		return d.In().Format(layouts[lang][1]) + comma + zone(lang, d.Zone)
	}
	return say(lang, "no date stated")
}

func zone(lang, name string) string {
	switch {
	case name == "Asia/Shanghai" || name == "+08:00":
		return say(lang, "Beijing time")
	case name == "" || name == "+00:00":
		return "UTC"
	case name[0] == '+' || name[0] == '-':
		return "UTC" + name
	}
	return name
}

func moment(lang string, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(news.Location("Asia/Shanghai")).Format(layouts[lang][1]) + " " + say(lang, "Beijing time")
}

func lead(i Item) news.Source {
	for _, c := range i.Carriers {
		if c.Item.ID == i.Lead.ID {
			return c.Source
		}
	}
	return news.Source{ID: string(i.Lead.Source)}
}

func publisher(lang string, i Item) string { return lead(i).PublisherIn(lang) }

// shown is how much of a release the source's rights let us show.
func shown(i Item) string { return string(lead(i).Rights.Most()) }

var pictures = regexp.MustCompile(`<img src="([^"]*)" alt="([^"]*)"[^>]*/?>`)

// body is the sanitised text. Pictures are not loaded from others' servers:
// each is a link with its caption.
func body(lang string, i Item) template.HTML {
	markup := pictures.ReplaceAllStringFunc(i.HTML, func(img string) string {
		m := pictures.FindStringSubmatch(img)
		caption := m[2]
		if caption == "" {
			caption = say(lang, "picture")
		}
		return `<a class="picture" href="` + m[1] + `" rel="nofollow noopener">` + caption + `</a>`
	})
	return template.HTML(markup) // #nosec: fetcher/clean made it
}

var tags = regexp.MustCompile(`<[^>]*>`)

// summary is the beginning of a release, for lists: cut at a word, or between
// Chinese characters.
func summary(i Item) string {
	s := i.Summary
	if s == "" {
		s = unescaper.Replace(tags.ReplaceAllString(i.HTML, " "))
	}
	r := []rune(news.Line(s))
	if len(r) <= maxSummary {
		return string(r)
	}
	end := maxSummary
	for end > maxSummary-30 && r[end] < 0x2E80 && r[end] != ' ' {
		end--
	}
	return strings.TrimRight(string(r[:end]), " ,;，、") + "…"
}

const maxSummary = 200

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&")

// mail is a mailto: address that suggests a story to a friend. Our server
// sends nothing: the reader's own program does.
func (s *site) mail(i Item) template.URL {
	q := url.Values{"subject": {i.Lead.Shown.Title}, "body": {i.Lead.Shown.Title + "\n" + s.Site().BaseURL + "/stories/" + i.Address + "\n"}}
	return template.URL("mailto:?" + strings.ReplaceAll(q.Encode(), "+", "%20"))
}

// other is the language that a page's switch leads to.
func other(lang string) string {
	if lang == "zh" {
		return "en"
	}
	return "zh"
}
