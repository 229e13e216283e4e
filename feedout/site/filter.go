package site

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chinanews/news"
)

// Filter narrows the releases of a feed. The zero one lets all through.
type Filter struct {
	// Publisher is what the publisher of the text that is shown is called in
	// Lang, as news.Source.PublisherIn says; empty: any.
	Publisher, Lang string
	From, To        time.Time // of the feed's calendar: not before From, before To; zero: open
}

// narrowing is a filter as the page of a feed shows it.
type narrowing struct {
	Publisher, From, To string // as asked
	Publishers          []string
	Asked               bool
	Trouble             string // what is wrong with it, in the page's language
	Total               int
	Cut                 bool
}

// narrowed reads the filter of a request. Other parameters are somebody else's.
func narrowed(v url.Values) narrowing {
	n := narrowing{Publisher: v.Get("publisher"), From: v.Get("from"), To: v.Get("to")}
	n.Asked = n.Publisher+n.From+n.To != ""
	return n
}

// filter is what the library is asked for. What is wrong is a SearchError.
func (n narrowing) filter(lang string) (f Filter, err error) {
	f = Filter{Publisher: n.Publisher, Lang: lang}
	if !isDay(n.From) || !isDay(n.To) {
		return f, errDay
	}
	zone := news.Location(beijing)
	if n.From != "" {
		f.From, _ = time.ParseInLocation(time.DateOnly, n.From, zone)
	}
	if n.To != "" {
		f.To, _ = time.ParseInLocation(time.DateOnly, n.To, zone)
		f.To = f.To.AddDate(0, 0, 1)
	}
	return f, nil
}

// Query is that of page number of what the filter lets through.
func (n narrowing) Query(number int) template.URL {
	v := url.Values{}
	for key, value := range map[string]string{"publisher": n.Publisher, "from": n.From, "to": n.To} {
		if value != "" {
			v.Set(key, value)
		}
	}
	if number > 1 {
		v.Set("page", strconv.Itoa(number))
	}
	return template.URL("?" + v.Encode()) // #nosec: it is encoded
}

// publishers are the names of those whose releases a feed takes, by name.
func publishers(lang string, sources []news.Source) (names []string) {
	for _, s := range sources {
		names = append(names, s.PublisherIn(lang))
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	return slices.Compact(names)
}

// narrow makes the page of a feed with what a filter lets through. Its address
// for everybody else is the feed's.
func (s *site) narrow(r *http.Request, n narrowing) (view, error) {
	id, number := r.PathValue("feed"), 0
	i := slices.IndexFunc(s.Feeds(), func(f news.Feed) bool { return f.ID == id })
	if i < 0 || s.options.Files {
		return view{}, ErrNotFound
	}
	feed := s.Feeds()[i]
	lang := interfaceOf(feed.Language)
	f, wrong := n.filter(lang)
	number, ok := pageNumber(r.URL.Query().Get("page"))
	if !ok {
		return view{}, ErrNotFound
	}
	size := perPage
	if wrong != nil {
		f, size = Filter{}, 0
	}
	l, err := s.Page(id, f, number, size)
	if err != nil {
		return view{}, err
	}
	if n.Publishers = publishers(lang, l.Sources); wrong == nil && n.Publisher != "" && !slices.Contains(n.Publishers, n.Publisher) {
		wrong = errSource
	}
	if wrong == nil && number > 1 && len(l.Items) == 0 {
		return view{}, ErrNotFound
	}
	v := s.feedView(l, number)
	v.NoIndex, v.Narrowing = true, &n
	if n.Total, n.Cut = l.Total, l.Cut; wrong != nil {
		n.Trouble, v.status, v.Days, v.Pages = say(lang, wrong.Error()), http.StatusBadRequest, nil, 0
	}
	return v, nil
}
