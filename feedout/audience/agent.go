package audience

import (
	"regexp"
	"strconv"
	"strings"
)

// services are those known that ask for many people, by what their User-Agent
// has in it, in lower case.
var services = []struct{ mark, name string }{
	{"feedly", "Feedly"}, {"inoreader", "Inoreader"}, {"newsblur", "NewsBlur"}, {"theoldreader", "The Old Reader"},
	{"feedbin", "Feedbin"}, {"bazqux", "BazQux"},
}

var (
	statement = regexp.MustCompile(`(?i)(?:^|[^\w.-])(\d{1,9}) (?:subscriber|reader|user)s?\b`)
	product   = regexp.MustCompile(`^(?:Mozilla/\S+ \(compatible; *)?([A-Za-z][A-Za-z_-]{0,30})`)
	robots    = regexp.MustCompile(`(?i)bot\b|bot/|crawl|spider|slurp`)
)

// mostStated is as many readers as anybody is believed to ask for.
const mostStated = 10_000_000

// Stated is for how many people a User-Agent says that it asks, and the name of
// the service; false where it says nothing of that. The name of one that is not
// known is the first word that it gives itself, of letters alone.
func Stated(agent string) (service string, readers int, ok bool) {
	if !strings.Contains(agent, "ubscriber") && !strings.Contains(agent, " reader") && !strings.Contains(agent, " user") {
		return "", 0, false // the shortest way for almost all
	}
	found := statement.FindStringSubmatch(agent)
	if found == nil {
		return "", 0, false
	}
	readers, _ = strconv.Atoi(found[1]) // nine digits
	return serviceOf(agent), min(readers, mostStated), true
}

func serviceOf(agent string) string {
	lower := strings.ToLower(agent)
	for _, s := range services {
		if strings.Contains(lower, s.mark) {
			return s.name
		}
	}
	if name := product.FindStringSubmatch(agent); name != nil && name[1] != "Mozilla" {
		return name[1]
	}
	return "others"
}

// robot reports whether a program says that it reads for a machine: a search
// engine, or what watches whether we are there.
func robot(agent string) bool { return robots.MatchString(agent) }
