package feedout

import (
	"fmt"
	stdhtml "html"
	"slices"
	"strings"
	"time"

	"chinanews/news"
)

// beijing is the zone of moments that are ours, not a source's.
const beijing = "Asia/Shanghai"

// tellingWords are what the program says in notices, in one language. They say
// what was seen and when; nothing of why, which nobody knows.
type tellingWords struct {
	words
	edits, editsFeed, removals, removalsFeed string // feeds: titles, descriptions
	changed, gone, back                      string // titles of entries
	was, now, absent, stop, more             string
	lastBefore, firstAfter                   string
	goneSince, looks, lastSeen, kept, isBack string
	goneFrom, compare, publisher             string
	touched                                  map[news.EditClass]string
}

var tellingEnglish = tellingWords{
	words: english,
	edits: "%s: what was changed", editsFeed: "Releases whose text was changed after they were published: what they said and what they say.",
	removals: "%s: what is no longer online", removalsFeed: "Releases that are no longer at their address, and those that are back. Their text as last seen is kept here.",
	changed: "Changed: %s", gone: "No longer at its address: %s", back: "Back at its address: %s",
	was: "was: ", now: "now: ", absent: "(not in the text)", stop: " / ", more: "And %d more.",
	lastBefore: "Earlier text last seen %s.", firstAfter: "New text first seen %s.",
	goneSince: "No longer at its address since %s", looks: "%s; confirmed by %d looks until %s.", lastSeen: "Its text was last seen on %s.", kept: "It is kept here.", isBack: "Is back at its address, seen there %s.",
	goneFrom: "No longer at its address since %s; text as last seen on %s.", compare: "Both versions compared", publisher: "Source: %s.",
	touched: map[news.EditClass]string{
		news.EditHeadline: "The headline was changed.", news.EditNumber: "A number was changed.", news.EditName: "A name was changed.", news.EditDate: "A date was changed.",
		news.EditRemoved: "A passage is no longer in the text.", news.EditAdded: "A passage was added.", news.EditMoved: "Passages stand in another order.", news.EditTypography: "The words are written differently.",
	},
}

var tellingChinese = tellingWords{
	words: chinese,
	edits: "%s：内容改动", editsFeed: "发布后文字有改动的消息：原为何文，现为何文。",
	removals: "%s：原址已无的内容", removalsFeed: "已不在原网址的消息，以及恢复的消息。最后所见的文本保存于此。",
	changed: "有改动：%s", gone: "原址已无：%s", back: "原址已恢复：%s",
	was: "原为：", now: "现为：", absent: "（文中无此内容）", stop: "／", more: "另有%d处。",
	lastBefore: "旧文本最后所见：%s。", firstAfter: "新文本首次所见：%s。",
	goneSince: "自%s起已不在原网址", looks: "%s；截至%[3]s共查看%[2]d次。", lastSeen: "文本为%s最后所见。", kept: "保存于本站。", isBack: "已恢复于原网址，%s所见。",
	goneFrom: "自%s起已不在原网址；文本为%s最后所见。", compare: "两版对照", publisher: "来源：%s。",
	touched: map[news.EditClass]string{
		news.EditHeadline: "标题有改动。", news.EditNumber: "数字有改动。", news.EditName: "名称有改动。", news.EditDate: "日期有改动。",
		news.EditRemoved: "有内容不再见于文中。", news.EditAdded: "文中新增内容。", news.EditMoved: "段落次序有变。", news.EditTypography: "书写形式有变。",
	},
}

func telling(language string) tellingWords {
	if news.Primary(language) == "zh" {
		return tellingChinese
	}
	return tellingEnglish
}

// Tell is what a notice says, as its entry in the document has it: its title,
// and its content as HTML with nothing active in it.
func (d Document) Tell(t Told) (title, markup string) {
	return d.noticeTitle(t), d.noticeContent(t)
}

func (d Document) noticeContent(t Told) string {
	w := t.words(d)
	if t.Of != news.FeedEdits {
		return paragraph(d.presence(t)) + d.noticeLinks(t)
	}
	var b strings.Builder
	list, more := d.quotes(t)
	for _, x := range list {
		was, now := w.sides(x)
		b.WriteString("<p>" + w.was + mark("del", was, x.Was != "") + "<br/>" + w.now + mark("ins", now, x.Now != "") + "</p>")
	}
	if len(list) > 0 && more > 0 {
		b.WriteString(paragraph(fmt.Sprintf(w.more, more)))
	}
	b.WriteString(paragraph(w.changes(t)))
	return b.String() + d.noticeLinks(t)
}

// mark escapes a side of a difference, within an element where there is one.
func mark(element, text string, there bool) string {
	text = stdhtml.EscapeString(text)
	if !there {
		return text
	}
	return "<" + element + ">" + text + "</" + element + ">"
}

func (w tellingWords) sides(x news.Difference) (was, now string) {
	was, now = x.Was, x.Now
	if was == "" {
		was = w.absent
	}
	if now == "" {
		now = w.absent
	}
	return was, now
}

// changes says what was touched, and when which text was seen.
func (w tellingWords) changes(t Told) string {
	var parts []string
	for _, c := range classes(t.Words) {
		if s := w.touched[c]; s != "" {
			parts = append(parts, s)
		}
	}
	if !t.Words.Seen.IsZero() {
		parts = append(parts, fmt.Sprintf(w.lastBefore, w.moment(t.Words.Seen, beijing)))
	}
	return strings.Join(append(parts, fmt.Sprintf(w.firstAfter, w.moment(t.At, beijing))), w.space)
}

// presence says since when a release is not at its address, or that it is; and
// that its text is here, when it is carried in full.
func (d Document) presence(t Told) string {
	w := t.words(d)
	if t.State != news.Removed {
		return fmt.Sprintf(w.isBack, w.moment(t.At, beijing))
	}
	since := t.Words.Since
	if since.IsZero() {
		since = t.At
	}
	first := fmt.Sprintf(w.goneSince, w.moment(since, beijing))
	looks := slices.DeleteFunc(slices.Clone(t.Words.Looks), func(l news.Look) bool { return !l.Saw.Gone() })
	if n := len(looks); n > 0 { // those that found something else in its place prove nothing
		first = fmt.Sprintf(w.looks, first, n, w.moment(looks[n-1].At, beijing))
	} else {
		first += w.end()
	}
	parts := []string{first}
	if !t.Words.Seen.IsZero() {
		parts = append(parts, fmt.Sprintf(w.lastSeen, w.onDay(t.Words.Seen)))
	}
	if d.amount(t) == news.Full {
		parts = append(parts, w.kept)
	}
	return strings.Join(parts, w.space)
}

// ended is a quotation as the end of a sentence.
func (w tellingWords) ended(quote string) string {
	if strings.HasSuffix(quote, "…") {
		return quote
	}
	return strings.TrimRight(quote, ".。") + w.end()
}

// end is what a sentence ends with.
func (w tellingWords) end() string {
	if w.space == "" {
		return "。"
	}
	return "."
}

func (w words) onDay(t time.Time) string { return t.In(news.Location(beijing)).Format(w.day) }

// noticeLinks is an entry's last line: whose the release is, and where.
func (d Document) noticeLinks(t Told) string {
	w := t.words(d)
	links := anchor(d.noticeURL(t), w.compare)
	if t.Of != news.FeedEdits || t.Version < 2 {
		links = anchor(d.noticeURL(t), w.story)
	}
	if u := address(t.Words.URL); u != "" {
		links += " · " + anchor(u, w.original)
	}
	return "<p><small>" + stdhtml.EscapeString(fmt.Sprintf(w.publisher, d.noticePublisher(t))) + w.space + links + "</small></p>"
}

// noticeSummary is the content in plain text, as far as it is short.
func (d Document) noticeSummary(t Told) string {
	w := t.words(d)
	if t.Of != news.FeedEdits {
		return d.presence(t)
	}
	list, _ := d.quotes(t)
	var parts []string
	for _, x := range list[:min(summaryMost, len(list))] {
		was, now := w.sides(x)
		parts = append(parts, w.was+shorten(was, summaryQuote)+w.stop+w.now+w.ended(shorten(now, summaryQuote)))
	}
	return strings.Join(append(parts, w.changes(t)), w.space)
}
