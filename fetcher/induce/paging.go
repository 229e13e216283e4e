package induce

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// pages finds where a listing goes on: by a script that writes its page
// numbers, or by the link to page two.
func (p *Page) pages() news.Pages {
	if g := p.written(); g.Pattern != "" {
		return g
	}
	for _, a := range p.doc.Find("a[href]").Nodes {
		text := textOf(a)
		if text != "2" && !nextExpr.MatchString(text) {
			continue
		}
		if g := p.numbered(attribute(a, "href")); g.Pattern != "" {
			return g
		}
	}
	return news.Pages{}
}

var (
	nextExpr   = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(下一页|下页|后页|next( page)?)[\s\p{P}\p{S}]*$`)
	createExpr = regexp.MustCompile(`createPageHTML\(\s*['"]?(\d+)['"]?\s*,\s*['"]?\d+['"]?\s*,\s*['"]([\w-]+)['"]\s*,\s*['"](\w+)['"]`)
	countExpr  = regexp.MustCompile(`countPage\s*=\s*["']?(\d+)`)
	stemExpr   = regexp.MustCompile(`["'](index|default|list|node)_?["']`)
	extExpr    = regexp.MustCompile(`["']\.?(s?html?|jhtml)["']`)
)

// more is how many pages besides the first a row asks for.
const morePages = 2

// written reads the scripts with which TRS and its like write page numbers:
// page two is index_1.
func (p *Page) written() news.Pages {
	script := p.scripts(512 << 10)
	if m := createExpr.FindStringSubmatch(script); m != nil {
		return following(m[2]+"_{n}."+m[3], m[1])
	}
	count := countExpr.FindStringSubmatch(script)
	stem, ext := stemExpr.FindStringSubmatch(script), extExpr.FindStringSubmatch(script)
	if count == nil || stem == nil || ext == nil {
		return news.Pages{}
	}
	return following(stem[1]+"_{n}."+ext[1], count[1])
}

func following(pattern, count string) news.Pages {
	n, err := strconv.Atoi(count)
	if err != nil || n < 2 {
		return news.Pages{}
	}
	return news.Pages{Pattern: pattern, First: 1, Max: min(morePages, n-1)}
}

var lastNumber = regexp.MustCompile(`(\d{1,4})([^\d]*)$`)

// numbered makes a pattern of the address of page two, which differs from the
// listing's own in a small number.
func (p *Page) numbered(href string) news.Pages {
	address := page.Resolve(href, p.base)
	u, err := url.Parse(address)
	if address == "" || err != nil || u.Host != p.asked.Host {
		return news.Pages{}
	}
	folder := parent(p.asked.Scheme + "://" + p.asked.Host + "/" + strings.TrimPrefix(p.asked.EscapedPath(), "/"))
	tail, inside := strings.CutPrefix(address, folder)
	if !inside {
		tail = strings.TrimPrefix(address, u.Scheme+"://"+u.Host)
	}
	m := lastNumber.FindStringSubmatchIndex(tail)
	if m == nil {
		return news.Pages{}
	}
	n, _ := strconv.Atoi(tail[m[2]:m[3]])
	if n < 1 || n > 2 {
		return news.Pages{}
	}
	return news.Pages{Pattern: tail[:m[2]] + "{n}" + tail[m[3]:], First: n, Max: n + morePages - 1}
}
