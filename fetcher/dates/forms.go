package dates

import (
	"regexp"
	"slices"

	"chinanews/news"
)

// form is one way to write a date. The names of its groups say what they are.
type form struct {
	expr *regexp.Regexp
}

func compile(exprs ...string) []form {
	var out []form
	for _, e := range exprs {
		out = append(out, form{regexp.MustCompile(e)})
	}
	return out
}

const month = `(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?`

// forms are tried in order; within a text the first match that is a date wins.
var forms = compile(
	// 2026-11-20, 2026/1/5, 2026.11.20, 2026—11—20, 2026年11月20日, 2026-11-20-09:30:00
	`(?P<y>\d{4})\s*[-—―/.年년]\s*(?P<m>\d{1,2})\s*[-—―/.月월]\s*(?P<d>\d{1,2})(?:\s*[日号號일])?`,
	// 民国115年11月20日
	`(?:民国|民國)\s*(?P<roc>\d{2,3})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日`,
	// 20 十一月 2026, as systems write RFC 822 that speak Chinese
	`\b(?P<d>\d{1,2})\s+(?P<m>\d{1,2})月\s*,?\s*(?P<y>\d{4})`,
	// 20 Nov 2026, Fri, 20-Nov-26, 20 de noviembre de 2026
	`\b(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[\s\-]+(?:of\s+)?(?P<mon>`+month+`)[\s\-,]+(?P<y>\d{4}|\d{2}\b)`,
	// 2026-Nov-20
	`(?P<y>\d{4})[\s\-]+(?P<mon>`+month+`)[\s\-]+(?P<d>\d{1,2})`,
	// Mon Nov 23 16:00:00 CST 2026
	`(?P<mon>`+month+`)\s+(?P<d>\d{1,2})\s+(?P<clock>\d{1,2}:\d{2}:\d{2})\s+(?:(?P<zone>[a-z]{1,5}[+-]?[\d:]*|[+-]\d{4})\s+)?(?P<y>\d{4})`,
	// November 20, 2026
	`(?P<mon>`+month+`)\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(?P<y>\d{4})`,
	// 11/20/2026, as Americans write
	`\b(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})`,
	// 20/11/2026, 20-11-2026, where the day can be no month
	`\b(?P<d>1[3-9]|2\d|3[01])[/-](?P<m>\d{1,2})[/-](?P<y>\d{4})\b`,
	// 20.11.2026, as Germans do
	`\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})`,
	// 20261120T013000Z
	`(?:^|\D)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})t(?P<hh>\d{2})(?P<mm>\d{2})(?P<ss>\d{2})?`,
	// 20261120, 20261120093000
	`(?:^|\D)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<hh>\d{2})(?P<mm>\d{2})(?P<ss>\d{2})?)?(?:\D|$)`,
	// seconds or milliseconds since 1970, after a label
	`^(?:\D{0,20}[\s:(])?(?P<unix>\d{10}|\d{13})\D{0,3}$`,
)

// yearless are this year's, or last year's: 11月22日, 11-22, 11/22. The hyphen
// and the slash stand in too much else to be read within a sentence.
var yearless = compile(
	`(?:^|[^\d./:-])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})(?:\s*[日号號]|[^\d./:-]|$)`,
	`(?:^|[\s\[(（【,|])(?P<m>\d{1,2})\s*[-/]\s*(?P<d>\d{1,2})(?:[\s\])）】,|]|$)`,
)

// bare are what a feed's date element may hold as a whole and no text means:
// ISO 8601 without a day or month, with the day of the year, or cut short.
var bare = compile(
	`^(?P<y>\d{4})(?:-(?P<m>\d{2}))?$`,
	`^(?P<y>\d{4}|\d{2})-?(?P<yday>\d{3})$`,
	`^(?P<y>\d{2})-?(?P<m>\d{2})-?(?P<d>\d{2})$`,
	`^-(?P<y>\d{2})-?(?P<m>\d{2})$`,
	`^(?P<y>\d{4})-0(?P<m>\d{2})-(?P<d>\d{2})`,
)

// addressed are how addresses hold days: /2026/1120/, /202611/20/,
// /202611/t20261120_1.htm, 2026_11_20.
var addressed = compile(
	`(?:^|\D)(?P<y>(?:19|20)\d{2})[/_-]?(?P<m>\d{2})[/_-]?(?P<d>\d{2})(?:\D|$)`,
	`(?:^|\D)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})\d{6,}`,
	`(?:^|\D)(?P<y>(?:19|20)\d{2})[/_-](?P<m>\d{1,2})[/_-](?P<d>\d{1,2})(?:\D|$)`,
)

// formsOf are the forms in which a date may stand where it was found.
func formsOf(origin news.DateOrigin) []form {
	switch origin {
	case news.FromURL:
		return addressed
	case news.FromFeed:
		return inFeeds
	}
	return inTexts
}

var (
	inFeeds = slices.Concat(bare, forms, yearless)
	inTexts = slices.Concat(forms, yearless)
)
