package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"chinanews/news"
)

var (
	brace = regexp.MustCompile(`\{[^{}]*\}`)
	// day is a Go layout of days: at least one of their elements, and what
	// stands between them.
	day = regexp.MustCompile(`^\{[-/._年月日]*(?:(?:2006|06|January|Jan|002|01|02|_2|1|2)[-/._年月日]*)+\}$`)
)

// CheckAddress reports why a listing's address cannot be asked: braces in it
// stand for the day, as Go layouts ("{2006-01}/{02}").
func CheckAddress(address string) error {
	for _, b := range brace.FindAllString(address, -1) {
		if !day.MatchString(b) {
			return fmt.Errorf("%s in the address is no layout of a day; write {2006-01-02}, {2006-01}/{02}, or %%7B and %%7D for braces that are meant", b)
		}
	}
	if strings.ContainsAny(brace.ReplaceAllString(address, ""), "{}") {
		return fmt.Errorf("%q has a brace that is not closed; write the day as {2006-01-02}", address)
	}
	_, rest, _ := strings.Cut(address, "://")
	if host := rest[:strings.IndexAny(rest+"/", "/?#")]; strings.ContainsAny(host, "{}") {
		return fmt.Errorf("the host %s has a day in it; only path and query can", host)
	}
	return nil
}

// on is an address with the day in it, where it wants one; others stay as they
// are.
func on(address string, at time.Time) string {
	return brace.ReplaceAllStringFunc(address, func(b string) string {
		if !day.MatchString(b) {
			return b
		}
		return at.Format(b[1 : len(b)-1])
	})
}

// dated reports whether an address has the day in it.
func dated(address string) bool {
	return strings.Contains(address, "{") && day.MatchString(brace.FindString(address))
}

// calendar is the source's own day at a moment.
func calendar(src news.Source, now time.Time) time.Time { return now.In(news.Location(src.Timezone)) }

// askListed asks for a listing. Where its address has the day in it, and
// today's is not there yet, it asks for yesterday's.
func (f *Fetcher) askListed(ctx context.Context, b *news.Batch, r request) (answer, *news.Problem) {
	a, p := f.ask(ctx, b, r)
	if p == nil || b.Status != http.StatusNotFound || !dated(r.task.URL) {
		return a, p
	}
	u, err := url.Parse(on(r.task.URL, calendar(r.src, r.now).AddDate(0, 0, -1)))
	if err != nil || u.String() == r.url.String() {
		return a, p
	}
	r.url, b.Redirects, b.FinalURL = u, nil, u.String()
	return f.ask(ctx, b, r)
}
