// Package sibling says whether two texts in different languages are versions of
// one release, and by which features a version can be looked for. It is pure.
//
// Chinese and English are compared by numbers, days, names and words of
// official news, from tables that stand beside the code; names that are in no
// table are compared by their sound. Of other languages only numbers and the
// serials in addresses are compared. It would rather miss a version than link
// two releases.
package sibling

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"chinanews/news"
)

// Text is what is compared of one item. It never changes and may be used by
// many goroutines.
type Text struct {
	Outline
	site    string   // of the address, without what parts a site's hosts
	serials []string // of the address
	at      news.Date

	persons []person  // Chinese names in letters, in order, each once
	called  []string  // people of the beginning, in letters
	foreign []string  // sounds of other names
	spoken  []reading // how the Han characters are read; zero: another character
	abroad  []string  // those of the beginning, without names of the table
	heard   []string  // sounds of the runs of characters that write foreign names

	features []uint64
}

// longest is how many bytes of a text are read; no release that has versions
// is so long that its beginning would not tell.
const longest = 24 << 10

// Of reads an item: its title, address, date, language, and its body or, when
// it has none, its summary.
func Of(e news.Entry) *Text {
	body := e.Summary
	if e.HTML != "" {
		body = plain(e.HTML)
	}
	t := &Text{Outline: Outline{lang: language(e.Lang, e.Title+" "+clip(body, shown))}, at: e.Date}
	t.site, t.serials = address(e.URL)
	c := cutters.Get().(*cutter)
	defer c.putBack()
	r := reader{text: t, nearest: nearest(e.Date), cutter: c}
	r.paragraph(clip(e.Title, 2<<10), true)
	for line := range strings.Lines(clip(body, longest)) {
		if !furniture(line) {
			r.line(line)
		}
	}
	r.finish()
	t.features = t.sample()
	return t
}

// shown is how many bytes of a text show its language.
const shown = 4 << 10

// language is the language declared, or else the one that the letters show.
func language(declared, text string) string {
	if l := news.LanguageOf(clip(text, shown)); l != "" {
		return l
	}
	if l := news.Primary(declared); l != "" {
		return l
	}
	return "en"
}

// clip is the beginning of a text, not longer than so many bytes.
func clip(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	for bytes > 0 && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}

func plain(markup string) string { return news.PlainText(laidOut(clip(markup, 8*longest))) }

// laidOut puts every block of markup on a line of its own, and nothing else.
func laidOut(markup string) string {
	b := make([]byte, 0, len(markup)+len(markup)/16)
	for n := range len(markup) {
		c := markup[n]
		switch {
		case c == '\n' || c == '\r':
			c = ' '
		case c != '<':
		case breaks(markup[n+1:]):
			b = append(b, '\n')
		case strings.HasPrefix(markup[n+1:], "td"):
			b = append(b, '\t')
		}
		b = append(b, c)
	}
	return string(b)
}

// breaks reports the tag of a block.
func breaks(tag string) bool {
	begins := func(with string) bool { return strings.HasPrefix(tag, with) }
	return slices.ContainsFunc(blocks, begins)
}

var blocks = []string{"p", "/p", "br", "div", "/div", "li", "tr", "h", "/h"}

// furniture reports a line of the page: who carries a text, when, and what else
// can be done there.
func furniture(line string) bool {
	line = strings.TrimSpace(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	if len(line) > 300 || strings.ContainsRune("。！？.!?…”\"：；;", last) && !strings.Contains(line, "©") {
		return false
	}
	for _, w := range pageWords {
		if strings.Contains(line, w) {
			return true
		}
	}
	return onlyDate(line)
}

// onlyDate reports a line that has a date and nothing else.
func onlyDate(line string) bool {
	p := cut(line, "")
	for n := range p.tokens {
		if p.form(n) != figures && p.month(n) == 0 && !strings.Contains("年月日时分上午下am", p.key(n)) {
			return false
		}
	}
	return true
}

var pageWords = strings.Fields("来源 來源 发布时间 發佈時間 發布時間 字号 字號 浏览次数 瀏覽次數 编辑 編輯 版权 版權 备案 邮编 地址 打印 关闭窗口 關閉 分享 上一篇 下一篇 附件 首页 首頁 当前位置 Source: From: Updated Published Font Editor: Copyright © Address: Home Print Share Tel: webmaster Related Next: Previous:")

// distance is how far two dates lie apart, in hours; of days, from one's
// beginning to the other's.
func distance(a, b news.Date) float64 {
	if !a.Known() || !b.Known() {
		return math.Inf(1)
	}
	if a.Precision == news.Day || b.Precision == news.Day {
		return math.Abs(float64(civil(a)-civil(b))) * 24
	}
	return math.Abs(a.Time.Sub(b.Time).Hours())
}

// civil numbers the day of a date in its own zone.
func civil(d news.Date) int {
	_, offset := d.In().Zone()
	return int(math.Floor(float64(d.Time.Unix()+int64(offset)) / 86400))
}
