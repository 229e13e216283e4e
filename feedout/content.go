package feedout

import (
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"chinanews/news"
)

// shown is how much of a release is carried: what the feed wants, as far as
// the source's rights go.
func (d Document) shown(r news.Release) news.Content {
	want := d.Feed.Content
	if want == "" {
		want = news.Full
	}
	return want.Least(lead(r).Rights.Most())
}

// summaryLength is how long a summary is that we make ourselves, in graphemes.
const summaryLength = 300

// summary is plain text: the source's own, else the beginning of the body.
func (d Document) summary(r news.Release) string {
	if d.shown(r) == news.Title {
		return ""
	}
	s := news.Line(r.Summary)
	if s == "" {
		s = news.Line(plain(r.HTML))
	}
	return shorten(s, summaryLength)
}

// shorten cuts a text at the end of a sentence, else at a grapheme.
func shorten(s string, n int) string {
	g := uniseg.NewGraphemes(s)
	end, sentence, count := 0, 0, 0
	for g.Next() {
		if count++; count > n {
			if sentence > end/2 {
				return s[:sentence]
			}
			return strings.TrimRight(s[:end], " ,，、") + "…"
		}
		_, end = g.Positions()
		if strings.ContainsAny(g.Str(), ".。!！?？") {
			sentence = end
		}
	}
	return s
}

// plain is the text of sanitised markup.
func plain(markup string) string {
	var b strings.Builder
	for markup != "" {
		open := strings.IndexByte(markup, '<')
		if open < 0 {
			b.WriteString(markup)
			break
		}
		b.WriteString(markup[:open] + " ")
		end := strings.IndexByte(markup[open:], '>')
		if end < 0 {
			break
		}
		markup = markup[open+end+1:]
	}
	return html.UnescapeString(b.String())
}

// content is the entry's body with the provenance line after it.
func (d Document) content(r news.Release) string {
	var body string
	switch d.shown(r) {
	case news.Full:
		body = news.Legal(r.HTML)
		if body == "" {
			body = paragraph(news.Legal(r.Summary))
		}
		if body == "" && r.Lead.State == news.Unreadable {
			body = paragraph(d.words().noText)
		}
	case news.Summary:
		body = paragraph(d.summary(r))
	}
	if d.Feed.Provenance {
		body += d.provenance(r)
	}
	return body
}

func paragraph(text string) string {
	if text == "" {
		return ""
	}
	return "<p>" + html.EscapeString(text) + "</p>"
}

// words are what the program itself says in entries.
type words struct {
	source, dayOnly, firstSeen, also, original, story, noText, and string
	zones                                                          map[string]string
	day, minute                                                    string // layouts
}

var english = words{
	source: "Source: %s, %s.", dayOnly: "day only", firstSeen: "First seen %s.", also: "Also carried by %s.",
	original: "Original", story: "This story here", noText: "Full text not available yet.", and: ", ",
	zones: map[string]string{"Asia/Shanghai": "Beijing time"}, day: "2 January 2006", minute: "2 January 2006, 15:04",
}

var chinese = words{
	source: "来源：%s，%s。", dayOnly: "仅日期", firstSeen: "首次收录：%s。", also: "另载于：%s。",
	original: "原文", story: "本站页面", noText: "全文暂缺。", and: "、",
	zones: map[string]string{"Asia/Shanghai": "北京时间"}, day: "2006年1月2日", minute: "2006年1月2日15:04",
}

func (d Document) words() words {
	if news.Primary(d.Feed.Language) == "zh" {
		return chinese
	}
	return english
}

// provenance is the entry's last line: whose it is, of when, first seen when,
// who else carries it, and where it is. It is as of the entry's last update:
// carriers that came later are on the story's page.
func (d Document) provenance(r news.Release) string {
	w := d.words()
	var b strings.Builder
	b.WriteString("<p><small>" + html.EscapeString(fmt.Sprintf(w.source, d.publisher(r), w.date(r.Lead.Shown.Date))) + " ")
	b.WriteString(html.EscapeString(fmt.Sprintf(w.firstSeen, w.moment(r.Lead.FirstSeen, "Asia/Shanghai"))) + " ")
	if names := d.others(r); len(names) > 0 {
		b.WriteString(html.EscapeString(fmt.Sprintf(w.also, strings.Join(names, w.and))) + " ")
	}
	if u := news.Legal(r.Lead.Shown.URL); u != "" {
		fmt.Fprintf(&b, `<a href="%s">%s</a> · `, html.EscapeString(u), w.original)
	}
	fmt.Fprintf(&b, `<a href="%s">%s</a></small></p>`, html.EscapeString(d.storyURL(r)), w.story)
	return b.String()
}

// others are the carriers beside the lead that were known at the entry's last
// update.
func (d Document) others(r news.Release) []string {
	as := latest(r.Membership.Entered, r.Membership.Updated)
	var names []string
	for _, c := range r.Carriers {
		if c.Item.ID != r.Lead.ID && !c.Item.FirstSeen.After(as) {
			names = append(names, news.Line(c.Source.PublisherIn(d.Feed.Language)))
		}
	}
	return names
}

// date says a date as precisely as its source did, and no more.
func (w words) date(date news.Date) string {
	switch date.Precision {
	case news.Day:
		return fmt.Sprintf("%s (%s, %s)", date.In().Format(w.day), w.zone(date.Zone), w.dayOnly)
	case news.Minute:
		return fmt.Sprintf("%s (%s)", date.In().Format(w.minute), w.zone(date.Zone))
	}
	if date.Raw != "" {
		return fmt.Sprintf("%q", date.Raw)
	}
	return "—"
}

func (w words) moment(t time.Time, zone string) string {
	return fmt.Sprintf("%s (%s)", t.In(news.Location(zone)).Format(w.minute), w.zone(zone))
}

func (w words) zone(name string) string {
	switch {
	case w.zones[name] != "":
		return w.zones[name]
	case name == "+08:00":
		return w.zones["Asia/Shanghai"]
	case name == "" || name == "+00:00":
		return "UTC"
	case name[0] == '+' || name[0] == '-':
		return "UTC" + name
	}
	return name
}
