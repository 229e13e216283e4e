package site

import (
	"slices"
	"strconv"
	"strings"

	"chinanews/news"
)

// Alternate is a page in a language.
type Alternate struct {
	Lang string // a tag, or x-default
	Path string
}

// mostAccepted is how many languages of a request are looked at.
const mostAccepted = 40

// preferred is the interface's language that a request would have, by its
// Accept-Language fields (RFC 9110, section 12.5.4); of two that it likes alike
// the first, and ours when it likes neither.
func preferred(fields []string, ours string) string {
	best, chosen, any, named := 0.0, "", 0.0, ""
	for n, one := range strings.Split(strings.Join(fields, ","), ",") {
		if n == mostAccepted {
			break
		}
		tag, weight, _ := strings.Cut(one, ";")
		q := quality(weight)
		switch lang := news.Primary(strings.TrimSpace(tag)); lang {
		case "en", "zh":
			named += lang
			if q > best {
				best, chosen = q, lang
			}
		case "*":
			any = q
		}
	}
	if any > best && !strings.Contains(named, ours) {
		return ours
	}
	if chosen == "" {
		return ours
	}
	return chosen
}

// quality is a weight, from 0 to 1; what is none weighs nothing.
func quality(weight string) float64 {
	weight = strings.ToLower(strings.ReplaceAll(weight, " ", ""))
	if weight == "" {
		return 1
	}
	digits, ok := strings.CutPrefix(weight, "q=")
	q, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// homeOf is Home for readers of a language: the one of that language, where
// there is a feed in it. Only who comes to the site's address is asked what
// they read.
func (s *site) homeOf(lang string) string {
	if slices.ContainsFunc(s.Feeds(), func(f news.Feed) bool { return news.Primary(f.Language) == lang }) {
		return "/" + lang + "/"
	}
	return "/"
}

// inLanguage is where a page stands that is there in both languages of the
// interface: the site's own has the short address.
func (s *site) inLanguage(path, lang string) string {
	if lang == interfaceOf(s.Site().Language) {
		return path
	}
	return "/" + lang + path
}

// inBoth are the addresses of such a page.
func (s *site) inBoth(path string) []Alternate {
	return []Alternate{{"en", s.inLanguage(path, "en")}, {"zh-CN", s.inLanguage(path, "zh")}}
}

// homes are the addresses of Home.
var homes = []Alternate{{"en", "/en/"}, {"zh-CN", "/zh/"}, {"x-default", "/"}}

// versionsOf are a release and its versions in other languages, itself first;
// none when there is one only.
func versionsOf(i Item) []Alternate {
	if len(i.Siblings) == 0 {
		return nil
	}
	all := []Alternate{{tongue(i), "/stories/" + i.Address}}
	for _, b := range i.Siblings {
		all = append(all, Alternate{tagOf(b.Lead.Shown), "/stories/" + b.Address})
	}
	return all
}

// Switch is where the page is in the interface's other language; nil when it is
// nowhere.
func (v view) Switch() *Alternate {
	for _, a := range v.Alternates {
		if news.Primary(a.Lang) == other(v.Lang) {
			return &Alternate{locale(other(v.Lang)), a.Path}
		}
	}
	return nil
}
