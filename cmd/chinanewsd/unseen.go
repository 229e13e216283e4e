package main

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// unseen is a page that is not in the record.
type unseen struct {
	URL     string      `json:"url"`
	Host    string      `json:"host"`
	Day     string      `json:"day,omitempty"`  // that its address has in it
	Ours    bool        `json:"ours,omitempty"` // it is an address of this site
	Sources []lookalike `json:"sources"`        // of this host, those first that it looks like most
	Offers  []string    `json:"offers"`         // rows of the catalogue with this host that are not configured
}

// lookalike is a source that a page may be of.
type lookalike struct {
	Source   string   `json:"source"` // id
	Shares   string   `json:"shares"` // what its address has in common with addresses of the source
	Known    int      `json:"known"`  // items of the source that lie in the same folder
	Paused   bool     `json:"paused,omitempty"`
	Skipped  string   `json:"skipped,omitempty"` // the key of the row by which a link to it is not followed
	Include  string   `json:"include,omitempty"` // regexes that title or text would have to pass
	Exclude  string   `json:"exclude,omitempty"`
	Listings []reach  `json:"listings"`
	Oldest   string   `json:"oldest,omitempty"` // about how far back the lists reached when they were last read: a day
	Feeds    []string `json:"feeds"`            // that take the source

	depth int
}

// reach is when a list was last read, and with what outcome.
type reach struct {
	URL string `json:"url"`
	news.Health
	LastTry  time.Time `json:"last_try,omitzero"`
	LastGood time.Time `json:"last_good,omitzero"`
	Next     time.Time `json:"next,omitzero"`
	Entries  int       `json:"entries"` // when it was last read well
}

const (
	mostAlike  = 3
	mostLooked = 2000 // items of a source that are looked at
)

// unseen says which sources a page looks like.
func (h *house) unseen(l *storage.Ledger, page string) *unseen {
	host := news.Host(page)
	out := &unseen{URL: page, Host: host, Day: dayIn(page), Ours: host == news.Host(h.cfg.Site.BaseURL), Sources: []lookalike{}, Offers: []string{}}
	for _, row := range h.cfg.Sources {
		if like, ok := h.lookalike(l, row, rewritten(row, page)); ok {
			out.Sources = append(out.Sources, like)
		}
	}
	slices.SortStableFunc(out.Sources, func(a, b lookalike) int {
		return cmp.Or(cmp.Compare(b.depth, a.depth), cmp.Compare(b.Known, a.Known))
	})
	out.Sources = out.Sources[:min(len(out.Sources), mostAlike)]
	if len(out.Sources) == 0 {
		out.Offers = offersOf(host)
	}
	return out
}

// offersOf are rows of the catalogue that poll a host.
func offersOf(host string) []string {
	ids := []string{}
	all, _ := config.Catalogue(checks())
	for _, o := range all {
		if slices.ContainsFunc(o.URLs, func(u string) bool { return sameSite(news.Host(u), host) }) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// sameSite reports whether two hosts are one, with www or without.
func sameSite(a, b string) bool {
	return strings.TrimPrefix(a, "www.") == strings.TrimPrefix(b, "www.")
}

// lookalike compares a page's address with those of a source's lists and
// items. It is none when their hosts are others.
func (h *house) lookalike(l *storage.Ledger, row news.Source, page string) (like lookalike, ok bool) {
	like = lookalike{Source: row.ID, Paused: row.Paused, Include: row.Include, Exclude: row.Exclude, Skipped: skipped(row, page), Feeds: []string{}, depth: -1}
	listed := 0
	for _, u := range row.URLs {
		state, _ := l.Poll(row.Origin, u)
		like.meet(page, u)
		like.Listings = append(like.Listings, reach{u, news.Judge(row, state, time.Now()), state.LastTry, state.LastGood, state.Next, state.Items})
		listed += state.Items
	}
	like.meetItems(l, row, page, listed)
	for _, f := range h.cfg.Feeds {
		if slices.Contains(f.Sources, row.ID) {
			like.Feeds = append(like.Feeds, f.ID)
		}
	}
	return like, like.depth >= 0
}

// meet notes what a page's address has in common with another of the source:
// host and folders.
func (k *lookalike) meet(page, other string) {
	a, errA := url.Parse(page)
	b, errB := url.Parse(other)
	if errA != nil || errB != nil || !sameSite(strings.ToLower(a.Hostname()), strings.ToLower(b.Hostname())) {
		return
	}
	folders, others := folders(a.Path), folders(b.Path)
	n := 0
	for n < min(len(folders), len(others)) && folders[n] == others[n] {
		n++
	}
	if n > k.depth {
		k.depth, k.Shares = n, a.Hostname()+"/"+strings.Join(folders[:n], "/")
	}
}

// folders are the folders of a path, without the name at its end.
func folders(p string) []string {
	return strings.FieldsFunc(p[:strings.LastIndexByte(p, '/')+1], func(r rune) bool { return r == '/' })
}

// meetItems compares a page with the newest items of a source, and finds how
// far back those reach that its lists last had: as many, the newest by date.
func (k *lookalike) meetItems(l *storage.Ledger, row news.Source, page string, listed int) {
	folder := path.Dir(news.CanonicalURL(page))
	var days []string
	looked := 0
	for i := range l.Items(row.Origin, time.Time{}) {
		if looked++; looked > mostLooked {
			break
		}
		k.meet(page, i.Shown.URL)
		if i.Shown.URL != "" && path.Dir(i.Shown.Canonical()) == folder {
			k.Known++
		}
		if i.Shown.Date.Known() && i.Presence != news.Unlisted {
			days = append(days, i.Shown.Date.Day())
		}
	}
	slices.SortFunc(days, func(a, b string) int { return strings.Compare(b, a) })
	if n := min(len(days), listed); n > 0 {
		k.Oldest = days[n-1]
	}
}

// skipped is the key of a row by which it does not follow a link; empty: it
// would.
func skipped(row news.Source, page string) string {
	if re, err := regexp.Compile(row.List.LinkMatch); err == nil && row.List.LinkMatch != "" && !re.MatchString(page) {
		return "list.link_match"
	}
	if re, err := regexp.Compile(row.List.LinkSkip); err == nil && row.List.LinkSkip != "" && re.MatchString(page) {
		return "list.link_skip"
	}
	return ""
}

var dayPattern = regexp.MustCompile(`(20\d\d)[-/_]?(\d\d)[-/_]?(\d\d)(?:\D|$)`)

// dayIn is the day that an address has in it; empty: none.
func dayIn(page string) string {
	for _, m := range dayPattern.FindAllStringSubmatch(page, -1) {
		if day, err := time.Parse("20060102", m[1]+m[2]+m[3]); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}
