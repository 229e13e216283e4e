package site

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

const (
	perPage  = 30
	onHome   = 40
	maxPages = 1000 // how far back pages go
)

// view is what a template is given.
type view struct {
	name   string        // of the template
	moved  string        // where the page is instead
	raw    content       // what is sent instead of a page
	keep   time.Duration // how long it may be kept; zero: a minute
	status int           // of the answer; 0: 200
	vary   string        // the request's field that it was chosen by

	Lang        string // of the interface: en or zh
	Title       string
	Description string
	Path        string // of this page, from the data: never from the request
	Site        news.Site
	Feeds       []news.Feed
	Feed        news.Feed
	Days        []day
	Items       []Item
	Item        Item
	Daily       Daily
	Above       []news.Link // pages between the feed, or Home, and this one
	Notices     []Notice
	Version     Version
	Comparison  Comparison
	Page        int
	Pages       int
	Polling     Polling
	Search      *form
	Narrowing   *narrowing   // nil: the page has no filter
	Unwell      []SourceLine // of the feed's sources
	Alternates  []Alternate  // the page in every language that it is in, itself too
	Canonical   string       // whole address that search engines are told; empty: none
	NoIndex     bool         // search engines are asked to leave it out
	Searchable  bool         // there is a search page
	Private     bool         // its address is not to be passed on
	Program     string       // its version
}

// home makes Home in a language; "" is that which the reader's browser asks
// for, with all releases.
func (s *site) home(lang string) func(*http.Request) (view, error) {
	return func(r *http.Request) (view, error) {
		items, err := s.Newest(lang, onHome)
		v := view{name: "home", Lang: lang, Title: s.Site().Title, Path: "/" + lang + "/", Days: byDay(inOneZone(items)), Alternates: homes}
		if lang == "" {
			v.Lang, v.Path, v.vary = preferred(r.Header.Values("Accept-Language"), interfaceOf(s.Site().Language)), "/", "Accept-Language"
		}
		v.Description = say(v.Lang, "Releases of China's ministries and missions, to read and to subscribe to.")
		return v, err
	}
}

// inOneZone has the moments of releases of many sources said in one zone, in
// which they can be compared. A day alone is that of its source.
func inOneZone(items []Item) []Item {
	for n := range items {
		if d := &items[n].Lead.Shown.Date; d.Precision == news.Minute {
			d.Zone = beijing
		}
	}
	return items
}

// byDay sorts releases into days, newest day first; within a day they keep
// their order.
func byDay(items []Item) []day {
	var days []day
	for _, i := range items {
		date := dayOf(i)
		n := slices.IndexFunc(days, func(d day) bool { return d.Date.Day() == date.Day() })
		if n < 0 {
			n = len(days)
			days = append(days, day{Date: date})
		}
		days[n].Items = append(days[n].Items, i)
	}
	newestFirst(days)
	return days
}

// dayOf is the day that a release stands under.
func dayOf(i Item) news.Date { return i.Lead.Dated() }

func (s *site) feed(r *http.Request) (view, error) {
	if n := narrowed(r.URL.Query()); n.Asked && r.PathValue("page") == "" {
		return s.narrow(r, n)
	}
	n, ok := pageAsked(r)
	if !ok {
		return view{}, ErrNotFound
	}
	l, err := s.Page(r.PathValue("feed"), Filter{}, n, perPage)
	if err != nil {
		return view{}, err
	}
	if n > 1 && len(l.Items) == 0 {
		return view{}, ErrNotFound
	}
	v := turned(r, s.feedView(l, n))
	if v.moved == "" && !s.options.Files {
		v.Narrowing = &narrowing{Publishers: publishers(v.Lang, l.Sources)}
	}
	return v, nil
}

// feedView is page number n of a feed.
func (s *site) feedView(l Listing, n int) view {
	return view{name: "feed", Lang: interfaceOf(l.Feed.Language), Title: l.Feed.Title, Description: l.Feed.Description, Path: paged(l.Feed, 1),
		Feed: l.Feed, Days: byEntry(l.Feed, l.Items), Unwell: l.Unwell, Page: n, Pages: min(maxPages, (l.Total+perPage-1)/perPage)}
}

// At is where page n of the same list is.
func (v view) At(n int) template.URL {
	if v.Narrowing != nil && v.Narrowing.Asked {
		return template.URL(paged(v.Feed, 1)) + v.Narrowing.Query(n) // #nosec: a feed's id, and what is encoded
	}
	return template.URL(paged(v.Feed, n)) // #nosec: a feed's id
}

// pageNumber reads a page's number: in one form only, so that no page has two
// addresses. None means the first.
func pageNumber(q string) (int, bool) {
	if q == "" {
		return 1, true
	}
	n, err := strconv.Atoi(q)
	return n, err == nil && n >= 1 && n <= maxPages && strconv.Itoa(n) == q
}

func (s *site) story(r *http.Request) (view, error) {
	name, asJSON := strings.CutSuffix(r.PathValue("story"), ".json")
	address, ok := storyAddress(name)
	if !ok {
		return view{}, ErrNotFound
	}
	i, err := s.Story(address)
	if err != nil {
		return view{}, err
	}
	path := "/stories/" + i.Address
	if i.Address != name {
		return view{moved: path + strings.TrimPrefix(r.PathValue("story"), name)}, nil
	}
	if asJSON {
		raw, err := s.storyJSON(i)
		return view{raw: raw}, err
	}
	return view{name: "story", Lang: interfaceOf(i.Lead.Shown.Lang), Title: i.Title(), Description: gist(i, descriptionLength),
		Path: path, Feed: i.Feed, Item: i, Alternates: versionsOf(i)}, nil
}

// maxAddress is the length of a whole story id in base32.
const maxAddress = 26

// polling makes "How we poll" in a language; "" is the site's own.
func (s *site) polling(lang string) func(*http.Request) (view, error) {
	return func(*http.Request) (view, error) { return s.record("polling", "How we poll", lang) }
}

// about makes the page of who runs the site and what the record is.
func (s *site) about(lang string) func(*http.Request) (view, error) {
	return func(*http.Request) (view, error) { return s.record("about", "About", lang) }
}

// record makes a page that says how the record is made and where it ends.
func (s *site) record(name, title, lang string) (view, error) {
	path := "/" + name
	if lang == "" {
		lang = interfaceOf(s.Site().Language)
	} else if at := s.inLanguage(path, lang); at == path {
		return view{moved: at}, nil
	}
	polling, err := s.Polling()
	if name == "about" {
		err = nil // who runs the site can be said whatever has become of the record
	}
	return view{name: name, Lang: lang, Title: say(lang, title), Path: s.inLanguage(path, lang), Polling: polling, Alternates: s.inBoth(path)}, err
}
