package induce

import (
	"regexp"
	"strings"

	"chinanews/news"
)

// Who is what a page says of itself and its makers, as far as it does.
type Who struct {
	Name      string // of the list: "Spokesperson's remarks"
	Publisher string // of the site: "Ministry of Lakes"
	Language  string // BCP 47
}

// maxName is the longest name that is one, in runes.
const maxName = 80

// titleMarks part a page's title from its site's name; in Chinese ones a hyphen
// does too.
var (
	titleMarks   = regexp.MustCompile(`\s*(?:_+|\s[-–—|·:]+\s|--+|－|\|)\s*`)
	chineseMarks = regexp.MustCompile(`\s*(?:_+|[-–—|·－]+)\s*`)
)

// Who guesses names from the page's title and meta elements, and the language
// from the titles of its list and its own declaration.
func (p *Page) Who(items []news.Entry) Who {
	parts := titleParts(p.Title())
	w := Who{Name: p.value("meta:ColumnName"), Publisher: p.value("meta:SiteName")}
	if Generic(w.Publisher) {
		w.Publisher = p.value("meta:og:site_name")
	}
	if w.Name == "" {
		w.Name = parts[0]
	}
	if Generic(w.Publisher) {
		w.Publisher = Maker(p.Title())
	}
	w.Name, w.Publisher = short(w.Name, maxName), short(w.Publisher, maxName)
	w.Language = p.language(items)
	return w
}

func titleParts(title string) []string {
	if news.LanguageOf(title) == "zh" {
		return chineseMarks.Split(title, -1)
	}
	return titleMarks.Split(title, -1)
}

// office is a part of a title that names one.
var office = regexp.MustCompile(`(?i)\b(ministry|office|department|administration|commission|bureau|embassy|consulate|government|council|agency|authority|secretariat)\b|(部|局|署|厅|院|委员会|办公室|大使馆|总领事馆|政府)$`)

// Maker is the part of a title that names who made the page, whichever end it
// stands at: an office, else the last of several that is no mere heading. Empty:
// there is none.
func Maker(title string) string {
	parts := titleParts(title)
	last := ""
	for _, part := range parts {
		switch {
		case Generic(part):
		case office.MatchString(part), !office.MatchString(last) && len(parts) > 1:
			last = part
		}
	}
	return last
}

// generic are headings that sites of all kinds have.
var generic = regexp.MustCompile(`(?i)^(the |our |all )?(home ?page|home|index|welcome|untitled|rss|feeds?|atom|list|archives?|(latest |recent |press |media |official )?(news|releases?|updates?|press|media|statements?|announcements?|notices?|events)( (and|&) (events|media|press|updates|announcements))?( (releases?|room|centre|center|office|list|archive|feed))?|newsroom|speeches)$|` +
	`^(网站|本站)?(首页|主页|列表|最新|更多|新闻|要闻|动态|公告|通知|公示|消息|资讯|政务|时政|工作|最新|重要|图片|媒体|信息|公开|发布|中心|报道|政策|文件|讲话|活动)+$`)

// Generic reports words that name nobody: none, or a heading as "News" or
// "首页" that sites of all kinds have.
func Generic(words string) bool {
	words = strings.TrimSpace(words)
	return words == "" || generic.MatchString(words)
}

var languageExpr = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func (p *Page) language(items []news.Entry) string {
	var titles strings.Builder
	for _, e := range items {
		titles.WriteString(e.Title + "\n")
	}
	shown := news.LanguageOf(titles.String())
	stated := p.doc.Find("html").First().AttrOr("lang", "")
	switch {
	case shown == "zh" && news.Primary(stated) == "zh" && len(stated) > 2 && languageExpr.MatchString(stated):
		return stated
	case shown == "zh" && strings.HasSuffix(p.asked.Hostname(), ".tw"):
		return "zh-TW"
	case shown == "zh":
		return "zh-CN"
	case shown != "":
		return shown
	case languageExpr.MatchString(stated) && news.Primary(stated) != "zh" && news.Primary(stated) != "ja" && news.Primary(stated) != "ko":
		return news.Primary(stated)
	}
	return "en"
}
