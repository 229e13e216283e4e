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
	marks := titleMarks
	if news.LanguageOf(p.Title()) == "zh" {
		marks = chineseMarks
	}
	parts := marks.Split(p.Title(), -1)
	w := Who{Name: p.value("meta:ColumnName"), Publisher: p.value("meta:SiteName")}
	if w.Publisher == "" {
		w.Publisher = p.value("meta:og:site_name")
	}
	if w.Name == "" {
		w.Name = parts[0]
	}
	if w.Publisher == "" && len(parts) > 1 {
		w.Publisher = parts[len(parts)-1]
	}
	w.Name, w.Publisher = short(w.Name, maxName), short(w.Publisher, maxName)
	w.Language = p.language(items)
	return w
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
