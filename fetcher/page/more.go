package page

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// MaxPages is how many pages of one article are read.
const MaxPages = 20

// Next is the address of the page on which an article goes on, empty when
// there is none. first is where its first page is, of which this one is the
// shown-th. A following page has the first one's name with a number after it
// (t1_1.html, t1-2.html), and is linked with its number or as the next one, or
// named by a script of TRS.
func (p *Page) Next(first *url.URL, shown int) string {
	s, ok := stemOf(first)
	if !ok {
		return ""
	}
	own := s.number(p.doc.from)
	if s.named(p.doc.utf8) {
		if next := s.linked(p.doc, own, shown); next != "" {
			return next
		}
	}
	if n := s.scripted(p.doc.utf8); own >= 0 && own+1 < n {
		return s.page(own + 1)
	}
	return ""
}

// GoesOn reports whether a page may name another on which its article goes on,
// without a tree of it. at is its own address.
func GoesOn(utf8 []byte, at *url.URL) bool {
	s, ok := stemOf(at)
	return ok && (s.named(utf8) || s.scripted(utf8) > 0)
}

// OfArticle reports whether an address is that of a page of the article that
// begins at first.
func OfArticle(first, at *url.URL) bool {
	s, ok := stemOf(first)
	return ok && s.number(at) >= 0
}

// stem is what the addresses of an article's pages have in common.
type stem struct {
	first     *url.URL
	name, ext string // of its last step: "t1", ".html"
}

func stemOf(first *url.URL) (stem, bool) {
	if first == nil {
		return stem{}, false
	}
	file := path.Base(first.Path)
	ext := path.Ext(file)
	s := stem{first, strings.TrimSuffix(file, ext), ext}
	return s, ext != "" && s.name != ""
}

// named reports whether a document names a page with a number: most do not, and
// their links need not be walked.
func (s stem) named(utf8 []byte) bool {
	for at := 0; ; {
		n := bytes.Index(utf8[at:], []byte(s.name))
		if n < 0 {
			return false
		}
		at += n + len(s.name)
		rest := utf8[at:]
		if len(rest) > 1 && (rest[0] == '_' || rest[0] == '-') {
			digits := rest[1:min(len(rest), 5)]
			digits = digits[:len(digits)-len(bytes.TrimLeft(digits, "0123456789"))]
			if len(digits) > 0 && bytes.HasPrefix(rest[1+len(digits):], []byte(s.ext)) {
				return true
			}
		}
	}
}

// number is the number that a page's name ends in: 0 for the first page, -1
// for the page of something else.
func (s stem) number(u *url.URL) int {
	if news.CanonicalURL(u.String()) == news.CanonicalURL(s.first.String()) {
		return 0
	}
	rest, named := strings.CutPrefix(path.Base(u.Path), s.name)
	rest, typed := strings.CutSuffix(rest, s.ext)
	if !named || !typed || len(rest) < 2 || rest[0] != '_' && rest[0] != '-' ||
		path.Dir(u.Path) != path.Dir(s.first.Path) || !strings.EqualFold(u.Host, s.first.Host) || u.RawQuery != s.first.RawQuery {
		return -1
	}
	n, err := strconv.ParseUint(rest[1:], 10, 8)
	if err != nil || n == 0 {
		return -1
	}
	return int(n)
}

// page is the address of the page with a number, as TRS names it.
func (s stem) page(n int) string {
	u := *s.first
	u.RawPath = ""
	u.Path = path.Join(path.Dir(u.Path), s.name+"_"+strconv.Itoa(n)+s.ext)
	return u.String()
}

var (
	numbered = regexp.MustCompile(`^[\[【(（第]?\s*(\d{1,3})\s*[页\]】)）]?$`)
	onward   = regexp.MustCompile(`(?i)^[\[【(（]?\s*(?:下一?[页頁]|后一?页|后页|next(?: page)?)?\s*[>»›→]*\s*[\]】)）]?$`)
)

// linked is where the page leads to its successor: by that one's number, else
// as the next.
func (s stem) linked(doc document, own, shown int) string {
	var byNumber, byName string
	doc.Find("a[href],link[rel=next][href]").Each(func(_ int, link *goquery.Selection) {
		href, _ := link.Attr("href")
		to := resolve(href, doc.base, nil)
		u, err := url.Parse(to)
		if err != nil || to == "" || s.number(u) <= own || s.number(u) > own+2 {
			return
		}
		text := news.Line(nodeText(link))
		rel, _ := link.Attr("rel")
		if m := numbered.FindStringSubmatch(text); m != nil && m[1] == strconv.Itoa(shown+1) && byNumber == "" {
			byNumber = to
		}
		if (slices.Contains(strings.Fields(strings.ToLower(rel)), "next") || text != "" && onward.MatchString(text)) && byName == "" {
			byName = to
		}
	})
	if byNumber != "" {
		return byNumber
	}
	return byName
}

var (
	pageCall  = regexp.MustCompile(`createPageHTML\(\s*(\d{1,3})\s*,\s*\d{1,3}\s*,\s*["']([^"']{1,200})["']\s*,\s*["'](\w{1,8})["']`)
	pageCount = regexp.MustCompile(`countPage\s*=\s*(\d{1,3})\b`)
)

// scripted is how many pages a script of TRS says that the article has; 0 when
// none speaks of it.
func (s stem) scripted(utf8 []byte) int {
	for _, m := range pageCall.FindAllSubmatch(utf8, 8) {
		if string(m[2]) == s.name && "."+string(m[3]) == s.ext {
			return small(m[1])
		}
	}
	for _, m := range pageCount.FindAllSubmatchIndex(utf8, 8) {
		script := utf8[m[1]:]
		if end := bytes.Index(script, []byte("</script")); end >= 0 {
			script = script[:end]
		}
		if bytes.Contains(script, []byte(`"`+s.name+`_`)) || bytes.Contains(script, []byte(`"`+s.name+`"`)) {
			return small(utf8[m[2]:m[3]])
		}
	}
	return 0
}

func small(digits []byte) int {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return 0
	}
	return n
}

// Full reports whether pages have as much text as an article may.
func Full(pages []news.Entry) bool {
	size := 0
	for _, e := range pages {
		size += len(clean.Text(e.HTML))
	}
	return size >= maxText
}

// Join makes one article of its pages, in order: the first with the text and
// the files of all. language is the row's.
func Join(pages []news.Entry, language string) news.Entry {
	whole := pages[0]
	whole.Files = slices.Clone(whole.Files)
	for _, e := range pages[1:] {
		whole.HTML += e.HTML
		for _, file := range e.Files {
			if len(whole.Files) < maxFiles && !slices.Contains(whole.Files, file) {
				whole.Files = append(whole.Files, file)
			}
		}
	}
	text := clean.Text(whole.HTML)
	whole.Digest = news.TextDigest(text)
	whole.Lang, whole.Locale = news.Language(language, whole.Title+"\n"+text)
	return whole
}
