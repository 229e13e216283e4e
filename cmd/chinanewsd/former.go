package main

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"chinanews/news"
)

// former is where the ids that feeds had before lead: to the id that the feed
// has now, or nowhere when the feed is gone. An id that is a feed's again is
// not among them, nor is one of a feed that is not public, or was not when it
// went: nobody is told that there is one.
func former(bound news.Bindings, feeds []news.Feed) map[string]string {
	now, used := make(map[news.FeedName]string), make(map[string]bool)
	private := make(map[news.FeedName]bool)
	maps.Copy(private, bound.Private)
	for _, f := range feeds {
		now[f.Name], used[f.ID], private[f.Name] = f.ID, true, !f.Public()
	}
	out := make(map[string]string)
	for name, ids := range bound.Feeds {
		if private[name] {
			continue
		}
		for _, id := range ids {
			if !used[id] && (out[id] == "" || now[name] != "") {
				out[id] = now[name]
			}
		}
	}
	for _, f := range publicFeeds(feeds) {
		for _, id := range f.Was {
			if !used[id] {
				out[id] = f.ID
			}
		}
	}
	return out
}

// moved answers for feeds that had another id, and for those that are no more,
// and leaves all else to next. base is the path of the site's address.
func moved(base string, former map[string]string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, rest := feedPath(r.URL.EscapedPath())
		now, known := former[id]
		if r.URL.RawQuery != "" { // the number of a page
			rest += "?" + r.URL.RawQuery
		}
		switch {
		case !known || r.Method != http.MethodGet && r.Method != http.MethodHead:
			next.ServeHTTP(w, r)
		case now == "":
			http.Error(w, fmt.Sprintf("The feed %s is no longer published.", id), http.StatusGone)
		default:
			http.Redirect(w, r, base+"/feeds/"+now+rest, http.StatusMovedPermanently)
		}
	})
}

// feedPath is the id in a feed's address, and what follows it there.
func feedPath(path string) (id, rest string) {
	name, ok := strings.CutPrefix(path, "/feeds/")
	if !ok {
		return "", ""
	}
	end := strings.IndexAny(name, "./")
	if end < 0 {
		return name, ""
	}
	return name[:end], name[end:]
}
