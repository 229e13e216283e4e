package curator

import (
	"fmt"
	"math/rand"
	"strings"
	"time"

	"chinanews/news"
)

var (
	offices = strings.Fields("ministry bureau commission office agency council secretariat department")
	deeds   = strings.Fields("published reviewed adopted postponed extended financed inspected reopened surveyed renewed")
	things  = strings.Fields("harbour railway vaccine orchard reservoir customs archive fishery turbine scholarship museum quarry lighthouse tariff")
	manners = strings.Fields("quietly jointly promptly gradually formally partly entirely narrowly briefly openly")
	regions = strings.Fields("Lanshan Torvia Nanwan Beiling Ostra Keldor Marrin Veskaja Dunmere Falk")
)

// release is the text of a release that nothing else is like, in paragraphs.
func release(n int) []string {
	r := rand.New(rand.NewSource(int64(n)))
	pick := func(words []string) string { return words[r.Intn(len(words))] }
	var paragraphs []string
	for range 4 {
		var b strings.Builder
		for range 3 {
			fmt.Fprintf(&b, "The %s of %s %s %s the %s near the %s, and the %s of %s %s its own %s %s. ", pick(offices), pick(regions), pick(manners), pick(deeds),
				pick(things), pick(things), pick(offices), pick(regions), pick(deeds), pick(things), pick(manners))
		}
		paragraphs = append(paragraphs, strings.TrimSpace(b.String()))
	}
	return paragraphs
}

func titleOf(n int) string {
	r := rand.New(rand.NewSource(int64(-n - 1)))
	return fmt.Sprintf("%s and %s agree on the %s and the %s", regions[r.Intn(len(regions))], regions[r.Intn(len(regions))], things[r.Intn(len(things))], things[r.Intn(len(things))])
}

// frames are what sites put before and behind a text.
var frames = map[string][2]string{
	"a": {"Ministry of Harbours of Lanshan", "Press room of the ministry, Quay Road 4"},
	"b": {"Embassy of Lanshan in Torvia: news from home", "All texts of the embassy may be used freely."},
	"c": {"Lanshan agency, English service", "Write to the agency | About us | Archive of all years"},
	"d": {"Trade office of Lanshan", "Subscribe to the letter of the trade office"},
}

// carried is a release as a site carries it: in a frame of its own, at an
// address of its own. age is how long before start it is dated.
func carried(n int, site string, age time.Duration) news.Entry {
	paragraphs := append([]string{frames[site][0]}, release(n)...)
	return saying(news.Entry{URL: fmt.Sprintf("https://%s.example/a/%d.html", site, n), Title: titleOf(n), Lang: "en",
		Date: news.Date{Precision: news.Minute, Zone: china, Time: start.Add(-age), Origin: news.FromFeed}}, strings.Join(append(paragraphs, frames[site][1]), "</p>\n<p>"))
}
