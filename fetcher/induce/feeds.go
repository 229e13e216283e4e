package induce

import (
	"slices"
	"strings"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// FeedLink is an address that may be a feed.
type FeedLink struct {
	URL   string
	Title string // what the page calls it, if anything
	Why   string // in words
}

// feedTypes are the media types of feeds.
var feedTypes = []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml"}

// maxFeeds bounds how many feeds of a page are named.
const maxFeeds = 20

// Feeds are the feeds that a page declares, then those that its links look
// like, as it orders them.
func (p *Page) Feeds() []FeedLink {
	var out []FeedLink
	add := func(href, title, why string) {
		address := page.Resolve(href, p.base)
		same := func(f FeedLink) bool { return news.CanonicalURL(f.URL) == news.CanonicalURL(address) }
		if address != "" && len(out) < maxFeeds && !slices.ContainsFunc(out, same) {
			out = append(out, FeedLink{address, short(news.Line(title), 200), why})
		}
	}
	for _, n := range p.doc.Find(`link[rel~="alternate" i][href]`).Nodes {
		if slices.Contains(feedTypes, strings.ToLower(strings.TrimSpace(attribute(n, "type")))) {
			add(attribute(n, "href"), attribute(n, "title"), "declared by the page")
		}
	}
	for _, n := range p.doc.Find("a[href]").Nodes[:min(maxLinks, p.doc.Find("a[href]").Length())] {
		if feedLike(attribute(n, "href"), textOf(n)) {
			add(attribute(n, "href"), textOf(n), "linked by the page")
		}
	}
	return out
}

// feedLike reports whether a link looks like one to a feed: by a word of its
// address's path, or of its text.
func feedLike(href, text string) bool {
	low := strings.ToLower(href)
	path, query, _ := strings.Cut(low, "?")
	for _, end := range []string{".rss", ".atom", "/rss", "/feed", "/feeds", "/atom", "rss.xml", "feed.xml", "atom.xml", "index.xml", "/rss/", "/feed/", "rss.php", "rss.aspx", "feed.json"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	named := slices.Contains([]string{"rss", "atom", "xml", "rss订阅", "feed", "rss 2.0", "rss feed"}, strings.ToLower(news.Line(text)))
	return named && !strings.HasPrefix(low, "javascript") || strings.Contains(path, "/rss/") && strings.HasSuffix(path, ".xml") || strings.Contains(query, "format=rss") || strings.Contains(query, "feed=rss")
}

// commonFeeds are where feeds often are, from the listing's folder and from
// the site's root, the likelier first.
var commonFeeds = []string{"rss.xml", "feed", "/rss.xml", "/feed", "/feed.xml", "/atom.xml", "/index.xml", "/rss"}

// CommonFeeds are addresses at which a site may have a feed without saying so.
func (p *Page) CommonFeeds() []string {
	var out []string
	folder := *p.asked
	folder.RawQuery, folder.Fragment = "", ""
	folder.Path, folder.RawPath = parent(folder.Path+suffix(folder.Path)), ""
	for _, c := range commonFeeds {
		if u, err := folder.Parse(c); err == nil && !slices.Contains(out, u.String()) {
			out = append(out, u.String())
		}
	}
	return out
}

// suffix makes a folder of an address that names no file: /news is /news/.
func suffix(path string) string {
	if name := path[strings.LastIndexByte(path, '/')+1:]; path == "" || name != "" && !strings.Contains(name, ".") {
		return "/"
	}
	return ""
}
