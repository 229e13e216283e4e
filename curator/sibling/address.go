package sibling

import (
	"net/url"
	"regexp"
	"strings"
)

// digits are the long runs of digits in an address.
var digits = regexp.MustCompile(`[0-9]{5,20}`)

// address is a site and the serials of an address: runs of digits that are no
// date, of the last part of its path that has any, and of its query. Two sites
// of one owner, such as www and english, are one site.
func address(raw string) (site string, serials []string) {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > 4096 {
		return "", nil
	}
	host := strings.Split(strings.ToLower(u.Hostname()), ".")
	for len(host) > 2 && (len(host) > 3 || !secondLevel[host[len(host)-2]]) {
		host = host[1:]
	}
	parts := strings.Split(u.EscapedPath(), "/")
	for n := len(parts) - 1; n >= 0 && len(serials) == 0; n-- {
		serials = runs(parts[n])
	}
	return strings.Join(host, "."), sorted(append(serials, runs(u.RawQuery)...))
}

// runs are the serials of a part of an address, a few at most.
func runs(part string) (serials []string) {
	for _, run := range digits.FindAllString(part, 4) {
		if run = undated(run); len(run) >= 5 {
			serials = append(serials, run)
		}
	}
	return serials
}

// secondLevel are the labels under which a country's sites are registered.
var secondLevel = map[string]bool{"gov": true, "com": true, "org": true, "net": true, "edu": true, "ac": true, "co": true, "go": true, "gob": true, "gouv": true}

// dated are a day or a month at the beginning of a run.
var dated = regexp.MustCompile(`^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?`)

// undated is a run of digits without the date that it is or begins with. A
// serial of eight digits may look like a date; it is then not used.
func undated(run string) string {
	if len(run) > 14 {
		return run // a moment, or a number of many digits
	}
	if at := dated.FindString(run); at != "" {
		return run[len(at):]
	}
	return run
}
