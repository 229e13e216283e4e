package site

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// Month is a month, by when it begins, and how many places it has in the list
// of what there is.
type Month struct {
	Begins time.Time
	Places int
}

// Listed is a page as search engines are told of it.
type Listed struct {
	Path    string      // empty: there is none in this place
	Changed time.Time   // zero: not known
	Also    []Alternate // the page in every language that it is in, itself too; empty: in this one
}

// perMap is how many places of a month are in one sitemap. Each is one address,
// and each may name others in several languages: the protocol's bounds are
// 50,000 addresses and 50 MB.
const perMap = 20_000

const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	xhtmlSpace   = "http://www.w3.org/1999/xhtml"
	keepSitemap  = time.Hour
)

type sitemapIndex struct {
	XMLName struct{}       `xml:"sitemapindex"`
	Space   string         `xml:"xmlns,attr"`
	Maps    []sitemapEntry `xml:"sitemap"`
}

type sitemap struct {
	XMLName struct{}       `xml:"urlset"`
	Space   string         `xml:"xmlns,attr"`
	XHTML   string         `xml:"xmlns:xhtml,attr"`
	Pages   []sitemapEntry `xml:"url"`
}

type sitemapEntry struct {
	Address string          `xml:"loc"`
	Changed string          `xml:"lastmod,omitempty"`
	Also    []alternateLink `xml:"xhtml:link"`
}

type alternateLink struct {
	Rel     string `xml:"rel,attr"`
	Lang    string `xml:"hreflang,attr"`
	Address string `xml:"href,attr"`
}

// sitemaps names the parts: one of pages that stay, and those of each month.
func (s *site) sitemaps(*http.Request) (view, error) {
	if s.options.Private {
		return view{}, ErrNotFound
	}
	months, err := s.Months()
	if err != nil {
		return view{}, err
	}
	base := s.Site().BaseURL + "/sitemap/"
	index := sitemapIndex{Space: sitemapSpace, Maps: []sitemapEntry{{Address: base + "pages.xml"}}}
	for _, m := range months {
		for n := range max(1, (m.Places+perMap-1)/perMap) {
			index.Maps = append(index.Maps, sitemapEntry{Address: base + partName(m.Begins, n)})
		}
	}
	return written(index)
}

// partName is the name of part n, from 0, of a month.
func partName(month time.Time, n int) string {
	name := month.In(news.Location(beijing)).Format("2006-01")
	if n > 0 {
		name += "-" + strconv.Itoa(n+1)
	}
	return name + ".xml"
}

// sitemap is one part.
func (s *site) sitemap(r *http.Request) (view, error) {
	name := r.PathValue("part")
	if s.options.Private {
		return view{}, ErrNotFound
	}
	if name == "pages.xml" {
		fronts, err := s.Fronts()
		if err != nil {
			return view{}, err
		}
		return s.listing(append(s.standing(), fronts...))
	}
	month, n, ok := partOf(name)
	if !ok {
		return view{}, ErrNotFound
	}
	list, err := s.Dated(month, n*perMap, perMap)
	if err != nil {
		return view{}, err
	}
	if len(list) == 0 {
		return view{}, ErrNotFound
	}
	return s.listing(list)
}

// partOf reads the name of a part of a month.
func partOf(name string) (month time.Time, n int, ok bool) {
	name, isXML := strings.CutSuffix(name, ".xml")
	if !isXML || len(name) < len("2006-01") {
		return month, 0, false
	}
	month, err := time.ParseInLocation("2006-01", name[:len("2006-01")], news.Location(beijing))
	if number, further := strings.CutPrefix(name[len("2006-01"):], "-"); further {
		n, _ = pageNumber(number)
		n--
	}
	return month, n, err == nil && n >= 0 && partName(month, n) == name+".xml"
}

// standing are the pages that every site has.
func (s *site) standing() []Listed {
	all := []Listed{{Path: "/", Also: homes}, {Path: "/en/", Also: homes}, {Path: "/zh/", Also: homes}}
	for _, both := range [][]Alternate{s.inBoth("/about"), s.inBoth("/polling")} {
		for _, a := range both {
			all = append(all, Listed{Path: a.Path, Also: both})
		}
	}
	return all
}

func (s *site) listing(list []Listed) (view, error) {
	base := s.Site().BaseURL
	set := sitemap{Space: sitemapSpace, XHTML: xhtmlSpace}
	for _, l := range list {
		if l.Path == "" {
			continue
		}
		e := sitemapEntry{Address: base + l.Path}
		if !l.Changed.IsZero() {
			e.Changed = l.Changed.UTC().Format(time.RFC3339)
		}
		for _, a := range l.Also {
			e.Also = append(e.Also, alternateLink{"alternate", a.Lang, base + a.Path})
		}
		set.Pages = append(set.Pages, e)
	}
	return written(set)
}

func written(v any) (view, error) {
	body, err := xml.MarshalIndent(v, "", " ")
	return view{raw: content{append([]byte(xml.Header), append(body, '\n')...), "application/xml; charset=utf-8", keepSitemap, ""}}, err
}
