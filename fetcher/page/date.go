package page

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"chinanews/fetcher/dates"
	"chinanews/news"
)

// when chooses between what the page, the listing, title and address say.
func (a *article) when(e news.Entry) news.Date {
	stated, raw := a.stated()
	known := map[news.DateOrigin]news.Date{
		news.FromArticle: stated,
		news.FromTitle:   a.fromTitle(e.Title),
		news.FromURL:     a.fromURL(e.URL),
	}
	if listed := a.task.Listed.Date; listed.Origin == news.FromList || listed.Origin == news.FromFeed {
		known[listed.Origin] = listed
	}
	d := a.reader.choose(a.order(), known)
	if raw != "" && !stated.Known() {
		a.warnings = append(a.warnings, fmt.Sprintf("the page's date %q could not be read; look at article.date", bound(raw, 60)))
	}
	if !d.Known() && a.task.Listed.Date.Known() {
		return a.task.Listed.Date
	}
	return d
}

// dateNames are where pages state for programs when they were published.
var dateNames = []string{"pubdate", "firstpublishedtime", "article:published_time", "publishdate", "datepublished",
	"og:time", "apub:time", "dcterms.created", "dc.date", "pubtime", "publish-date"}

// stated is the date that the page gives, and the text of one that cannot be
// read: by the row's selectors, else for programs, else for people. Of one
// day, a time of day is better than none.
func (a *article) stated() (news.Date, string) {
	if d, raw := a.selectedDate(); d.Known() || raw != "" && len(a.row.Article.Date) > 0 {
		return d, raw
	}
	var best news.Date
	for _, name := range dateNames {
		if best = a.date(a.meta(name), news.FromArticle); best.Known() {
			break
		}
	}
	for _, other := range []func() string{
		func() string {
			return first(a.doc.Selection, "time[pubdate]@datetime", "time[itemprop=datePublished]@datetime", "#pubtime_baidu")
		},
		func() string { return a.schema.Published },
	} {
		if !best.Known() {
			best = a.date(other(), news.FromArticle)
		}
	}
	if best.Precision == news.Minute {
		return best, best.Raw
	}
	shown := a.dateline()
	if shown.Known() && (!best.Known() || best.Day() == shown.Day()) {
		best = shown
	}
	return best, best.Raw
}

// selectedDate is the first date that can be read where the row or its profile
// says, else the first text that stands there.
func (a *article) selectedDate() (found news.Date, raw string) {
	for _, sel := range a.src.Article.Date {
		s, err := parse(sel)
		if err != nil {
			continue
		}
		s.find(a.doc.Selection).EachWithBreak(func(_ int, e *goquery.Selection) bool {
			text := s.of(e)
			if raw == "" {
				raw = text
			}
			found = a.date(group(a.src.Article.DateRegex, text), news.FromArticle)
			return !found.Known()
		})
		if found.Known() {
			return found, raw
		}
	}
	return news.Date{Raw: bound(raw, maxTitle), Origin: news.FromArticle}, raw
}

// nearby is how many lines above and below the title its date stands in.
const nearby = 12

// dateline is the date that the page shows: near its title, else where a line
// says that it is the date of publishing.
func (a *article) dateline() news.Date {
	if a.headline >= 0 {
		for _, at := range [][2]int{{a.headline + 1, a.headline + nearby}, {a.headline - 3, a.headline}} {
			if d := a.firstDate(at[0], at[1]); d.Known() {
				return d
			}
		}
	}
	for i, l := range a.lines {
		if stating(l.Text) && a.isDated(i) {
			return a.dateAt(i)
		}
	}
	for i := range min(len(a.lines), nearby*4) {
		if a.headline < 0 && credited(a.lines[i].Text) && a.isDated(i) {
			return a.dateAt(i)
		}
	}
	return news.Date{}
}

func (a *article) dateAt(i int) news.Date {
	text := a.lines[i].Text
	for _, label := range []*regexp.Regexp{issued, published} {
		if at := label.FindStringIndex(text); at != nil {
			return a.past(a.date(text[at[0]:], news.FromArticle))
		}
	}
	d := a.date(text, news.FromArticle)
	return a.past(a.sameDay(a.sameDay(d, a.doc.utf8), []byte(a.task.Listed.URL)))
}

// past is a date, unless it lies ahead: what is still to happen was not
// published then.
func (a *article) past(d news.Date) news.Date {
	if d.Known() && d.Time.After(a.now.Add(24*time.Hour)) {
		return news.Date{}
	}
	return d
}

// firstDate is the date of the first line in [from, to) that says that it is
// that of publishing, else of the first that is a date and little else. A line
// with other words tells of an event as likely, and counts only where the
// listing or the address agree.
func (a *article) firstDate(from, to int) (found news.Date) {
	for i := a.datedLine(from, to); i < min(to, len(a.lines)); i = a.datedLine(i+1, to) {
		d, text := a.dateAt(i), a.lines[i].Text
		switch {
		case d.Known() && issued.MatchString(text):
			return d
		case !found.Known() && d.Known() && (stating(text) || credited(text) || dayOnly.MatchString(text) || a.agreed(d)):
			found = d
		}
	}
	return found
}

// agreed reports whether the listing or the address say no other day.
func (a *article) agreed(d news.Date) bool {
	for _, other := range []news.Date{a.task.Listed.Date, a.fromURL(a.task.Listed.URL)} {
		if other.Known() {
			return other.Day() == d.Day()
		}
	}
	return true
}

// stating reports a line that says that its date is that of publishing.
func stating(line string) bool {
	return issued.MatchString(line) || published.MatchString(line) && !occasion.MatchString(line)
}

var (
	issued    = regexp.MustCompile(`(?:发布|发表|发稿|发文|公布|上网|刊发|發佈|發布)\s*(?:时间|日期|時間|于)`)
	published = regexp.MustCompile(`(?i)(?:^|[\s\x{3000}|｜])(?:更新|录入|添加)?(?:日\s*期|时\s*间|時\s*間)\s*[:：]|^\W*(?:published|posted|release date|date)\b(?:\s+on|\s+at)?\W{0,4}(?:\d|` + monthNamed + `\s|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\W)`)
	printed   = regexp.MustCompile(`(?i)^\W*(?:打印|列印)(?:日期|时间|時間)|^\W*(?:date of printing|print(?:ed|ing)?\s*(?:date|time|on|at|:))`)
	year      = regexp.MustCompile(`(?:19|20)\d{2}|二[〇○零]`)
	dayOnly   = regexp.MustCompile(`^[\[(（【\s]*\d{1,2}\s*[月/-]\s*\d{1,2}\s*日?(?:\s*\d{1,2}\s*[:时時]\s*\d{1,2}\s*分?)?[\])）】\s]*$`)
)

// datedLine is the first line in [from, to) that is a date and little else; to,
// when none is.
func (a *article) datedLine(from, to int) int {
	for i := max(0, from); i < min(to, len(a.lines)); i++ {
		if a.isDated(i) {
			return i
		}
	}
	return to
}

// longest is how many letters a line has that gives a date and source.
const longest = 120

// maxReads is how many lines of a page are looked at for its date.
const maxReads = 300

// isDated reports a line that is a date with, at most, a source and buttons:
// no sentence, and not a link to something else.
func (a *article) isDated(i int) bool {
	l := a.lines[i]
	if len(l.Text) > 4*longest || l.Linked > len(l.Text)*2/3 || printed.MatchString(l.Text) {
		return false
	}
	if strings.ContainsAny(l.Text, "。；") || utf8.RuneCountInString(l.Text) > longest || !year.MatchString(l.Text) && !dayOnly.MatchString(l.Text) {
		return false
	}
	if a.reads++; a.reads > maxReads {
		return false
	}
	return dates.Read(l.Text, dates.Options{Origin: news.FromArticle, Zone: a.src.Timezone, Now: a.now}).Known()
}
