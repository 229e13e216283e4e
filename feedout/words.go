package feedout

import (
	"fmt"
	"time"

	"chinanews/news"
)

// words are what the program itself says in entries, in one language.
type words struct {
	source, firstSeen, also      string // sentences: publisher and date, moment, names
	version                      string // number and day
	withdrawn, taken             string // the title; a sentence: day, reason
	original, story, noText      string
	day, minute                  string // layouts
	zoned, dayOnly, unread, none string // dates: with zone; day and zone; unreadable; none
	beijing, and, space          string
	note, sibling                string            // the editor's words; a language
	release, releases            string            // titles of digests: feed, day, how many
	listed, theDay               string            // between titles; a link to the page of a day
	languages                    map[string]string // their names, by primary subtag
}

// language names a language; one that we have no name for by its tag.
func (w words) language(tag string) string {
	if name := w.languages[news.Primary(tag)]; name != "" {
		return name
	}
	return tag
}

var english = words{
	source: "Source: %s, %s.", firstSeen: "First seen %s.", version: "Version %d, changed %s.", also: "Also carried by %s.",
	withdrawn: "Withdrawn", taken: "We withdrew this entry on %s. %s",
	original: "Original", story: "This story here", noText: "Full text not available yet.",
	day: "2 January 2006", minute: "2 January 2006, 15:04",
	zoned: "%s (%s)", dayOnly: "%s (day only, %s)", unread: "date unclear: “%s”", none: "no date stated",
	beijing: "Beijing time", and: ", ", space: " ",
	note: "Editor's note: %s", sibling: "Also in %s: ",
	release: "%s, %s: %d release", releases: "%s, %s: %d releases", listed: "; ", theDay: "This day here",
	languages: map[string]string{"ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "ja": "Japanese", "ko": "Korean", "ru": "Russian", "zh": "Chinese"},
}

var chinese = words{
	source: "来源：%s，%s。", firstSeen: "首次收录：%s。", version: "第%d版，%s有改动。", also: "另载于：%s。",
	withdrawn: "本站已撤下", taken: "本站已于%s撤下此条。%s",
	original: "原文", story: "本站页面", noText: "全文暂缺。",
	day: "2006年1月2日", minute: "2006年1月2日15:04",
	zoned: "%s（%s）", dayOnly: "%s（%s，仅日期）", unread: "日期不明：“%s”", none: "未注明日期",
	beijing: "北京时间", and: "、", space: "",
	note: "编者注：%s", sibling: "另有%s版：",
	release: "%s，%s：%d条", releases: "%s，%s：%d条", listed: "；", theDay: "当日内容",
	languages: map[string]string{"ar": "阿拉伯文", "de": "德文", "en": "英文", "es": "西班牙文", "fr": "法文", "ja": "日文", "ko": "韩文", "ru": "俄文", "zh": "中文"},
}

func (d Document) words() words { return wordsIn(d.Feed.Language) }

func wordsIn(language string) words {
	if news.Primary(language) == "zh" {
		return chinese
	}
	return english
}

// Reason says in a language, English if it is not known, that a story was
// withdrawn, when, and why.
func Reason(language string, w news.Withdrawal) string {
	said := wordsIn(language)
	return news.Line(fmt.Sprintf(said.taken, w.At.UTC().Format(said.day), news.Line(w.Reason)))
}

// date says a date as precisely as its source did, and no more.
func (w words) date(date news.Date) string {
	switch date.Precision {
	case news.Day:
		return fmt.Sprintf(w.dayOnly, date.In().Format(w.day), w.zone(date.Zone))
	case news.Minute:
		return w.moment(date.Time, date.Zone)
	}
	if raw := news.Line(date.Raw); raw != "" {
		return fmt.Sprintf(w.unread, shorten(raw, 40))
	}
	return w.none
}

func (w words) moment(t time.Time, zone string) string {
	return fmt.Sprintf(w.zoned, t.In(news.Location(zone)).Format(w.minute), w.zone(zone))
}

// zone names the zone that news.Location finds.
func (w words) zone(name string) string {
	switch {
	case name == "Asia/Shanghai" || name == "+08:00":
		return w.beijing
	case news.Location(name) == time.UTC || name == "+00:00":
		return "UTC"
	case name[0] == '+' || name[0] == '-':
		return "UTC" + name
	}
	return name
}
