package dates

import (
	"regexp"
	"slices"
	"strings"
)

// abroad are the names of months in languages that ministries abroad write,
// as far as English does not understand them.
var abroad = [12]string{
	"janvier enero janeiro januar január januári января янв ιανουαρίου ιαν",
	"février fevrier febrero fevereiro februar február februári февраля фев φεβρουαρίου φεβ",
	"mars marzo março märz március марта мар μαρτίου μάρ μαρ",
	"avril abril április ápril апреля απριλίου απρ",
	"mai mayo maio május мая μαΐου μάι μαϊ",
	"juin junio junho juni június июня ιουνίου ιούν ιουν",
	"juillet julio julho juli július июля ιουλίου ιούλ ιουλ",
	"août aout agosto augusztus августа авг αυγούστου αύγ αυγ",
	"septembre septiembre setembro szeptember сентября сен σεπτεμβρίου σεπ",
	"octobre octubre outubro oktober október октября окт οκτωβρίου οκτ",
	"novembre noviembre novembro ноября ноя νοεμβρίου νοέ νοε",
	"décembre decembre diciembre dezembro dezember декабря дек δεκεμβρίου δεκ",
}

var (
	foreignMonth = make(map[string]string)
	foreignDate  = foreignDates()
)

// foreignDates finds a foreign month where one can stand in a date: between
// numbers.
func foreignDates() *regexp.Regexp {
	var names []string
	for m, line := range abroad {
		for _, name := range strings.Fields(line) {
			foreignMonth[name] = "janfebmaraprmayjunjulaugsepoctnovdec"[3*m : 3*m+3]
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	return regexp.MustCompile(`(\d)(?:er|º|\.)?([\s\-]+)(?:de\s+)?(` + strings.Join(names, "|") + `)\.?(?:\s+de)?([\s\-,]+\d)`)
}

// english has foreign names of months replaced.
func english(text string) string {
	return foreignDate.ReplaceAllStringFunc(text, func(found string) string {
		m := foreignDate.FindStringSubmatch(found)
		return m[1] + m[2] + foreignMonth[m[3]] + m[4]
	})
}
