package fetcher

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// expected says what a page that was read shows of its release. A page on which
// that is not found, and that says itself what it is, gives no text: the
// problem is that.
func expected(b *news.Batch, r request, final string, shown *page.Page, p *news.Problem) *news.Problem {
	if shown == nil {
		return p
	}
	if p == nil && b.Entries[0].Digest != "" && b.Entries[0].Digest == r.task.Listed.Digest {
		b.Saw = news.SawPage
		return nil
	}
	g := shown.Glance(r.task.Listed.Title, r.task.Text)
	b.Saw = sighting(g, r, final)
	if p != nil || r.task.Kind != news.TaskArticle || b.Saw == news.SawPage || b.Saw == news.SawRedesign {
		return p
	}
	if g.Title || g.Head == page.SaysNothing && b.Saw != news.SawHome && !g.Short { // not sure enough to keep a first text from readers
		b.Saw = news.SawPage
		return nil
	}
	return &news.Problem{Class: news.ClassStatus, Condition: news.Unreachable, Words: fmt.Sprintf("the page has not the release's title, and seems to be another in its place (%s); it is asked for again", b.Saw)}
}

// sighting orders what a page shows by how much it proves. What is found is
// the release wherever it was redirected to; a title alone is no proof on a
// front page, which lists it.
func sighting(g page.Glimpse, r request, final string) news.Sighting {
	front := redirectedHome(r, final)
	switch {
	case g.Text:
		return news.SawPage
	case g.Head == page.SaysDown:
		return news.SawOutage
	case g.Head == page.SaysAsk && !g.Title:
		return news.SawChallenge
	case front:
		return news.SawHome
	case g.Head == page.SaysGone && !g.Title, ledToError(r.url, final):
		return news.SawSoft
	case g.Line == page.SaysDown && (g.Short || !g.Title):
		return news.SawOutage
	case g.Line == page.SaysGone && (g.Short || !g.Title):
		return news.SawSoft
	case g.Title:
		return news.SawPage
	case g.Form, g.Line == page.SaysAsk:
		return news.SawChallenge
	}
	return news.SawRedesign
}

// errorAddress is where sites send those who ask for what is not there. A
// longer number is a release's own.
var errorAddress = regexp.MustCompile(`(?i)/(?:[a-z_-]*404|not-?found)(?:[^0-9/][^/]*)?$`)

// ledToError reports whether an answer is of such an address, and what was
// asked for is none.
func ledToError(asked *url.URL, final string) bool {
	u, err := url.Parse(final)
	return err == nil && errorAddress.MatchString(u.Path) && !errorAddress.MatchString(asked.Path)
}

// redirectedHome reports whether an answer is of the site's front page, of a
// section's that the page is in, or of the source's own listing.
func redirectedHome(r request, final string) bool {
	asked := r.url
	u, err := url.Parse(final)
	if err != nil || final == asked.String() || !strings.EqualFold(bare(u.Host), bare(asked.Host)) {
		return false
	}
	for _, l := range r.src.URLs {
		if own, err := url.Parse(l); err == nil && own.Host == u.Host && folder(own.Path) == folder(u.Path) && own.RawQuery == u.RawQuery && own.Path != asked.Path {
			return isIndex(u.Path) || own.Path == u.Path
		}
	}
	return isIndex(u.Path) && u.RawQuery == "" && strings.HasPrefix(asked.Path, folder(u.Path)) &&
		(folder(u.Path) != folder(asked.Path) || !isIndex(asked.Path))
}

// bare is a host without the names under which sites have theirs twice.
func bare(host string) string {
	for _, prefix := range []string{"www.", "m.", "wap."} {
		host = strings.TrimPrefix(host, prefix)
	}
	return host
}

var indexName = regexp.MustCompile(`(?i)^(?:index|default|home|main)?(?:\.(?:s?html?|php|jsp|aspx?|do))?$`)

// isIndex reports whether a path is a folder, or its index.
func isIndex(path string) bool {
	return indexName.MatchString(path[strings.LastIndexByte(path, '/')+1:])
}

// folder is the folder that a path is in, or is.
func folder(path string) string {
	return "/" + strings.TrimPrefix(path[:strings.LastIndexByte(path, '/')+1], "/")
}

// turnedAway are the statuses by which a site turns away those who ask. 451 is
// among them: what may not be shown here may stand there for others.
var turnedAway = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired,
	http.StatusPreconditionFailed, http.StatusUnavailableForLegalReasons, http.StatusNetworkAuthenticationRequired, 521}

// unseen is what a look found that brought no page.
func unseen(status int, p *news.Problem) news.Sighting {
	switch {
	case p.Condition == news.Challenged, p.Class == news.ClassRobots:
		return news.SawChallenge
	case p.Class != news.ClassStatus:
		return news.SawOutage
	case status == http.StatusNotFound, status == http.StatusGone:
		return news.SawNothing
	case slices.Contains(turnedAway, status):
		return news.SawChallenge
	}
	return news.SawOutage
}
