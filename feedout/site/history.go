package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// History is what became of releases. As in Reading, only public stories come
// out of it.
type History interface {
	// Notices is one page of a feed of notices, newest first: of a feed's
	// releases, or of all when feed is empty.
	Notices(feed string, of news.FeedName, number, size int) (Bulletin, error)
	// Version is version n, from 1, of the item of a story that of names, as
	// news.HistoryPath does; empty: that the address is named after, else that
	// whose text the story's page shows.
	Version(address, of string, n int) (Version, error)
	// Comparison is two of its versions, the earlier first.
	Comparison(address, of string, n, m int) (Comparison, error)
}

// Bulletin is one page of a feed of notices.
type Bulletin struct {
	Feed    news.Feed // as its documents have it
	On      news.Feed // whose releases it is on; zero for all
	Notices []Notice
	Total   int // on all pages
}

// Notice is what a feed of notices says.
type Notice struct {
	Title string
	Lang  string // of the release
	HTML  string // escaped, as in the feed
	Path  string // of our page on it
	At    time.Time
}

// Version is a release as it stood at one time: Lead.Shown, Summary and HTML
// are the version's.
type Version struct {
	Item
	Number   int
	Revision news.Revision
	Until    time.Time  // when it was last seen, if there is a later one
	Batch    news.Batch // the answer in which it was first seen
}

// Comparison is two versions and how their texts differ.
type Comparison struct {
	Before, After Version
	Apart         bool   // two readers read them: what differs may be theirs
	Title         string // the difference of the titles, escaped
	HTML          string // that of the texts; empty when rights keep them from us, they are too long, or one is lost
}

// Lost are the numbers of the versions whose texts are no longer kept.
func (c Comparison) Lost() (numbers []int) {
	for _, v := range []Version{c.Before, c.After} {
		if v.Lost() {
			numbers = append(numbers, v.Number)
		}
	}
	return numbers
}

// keepVersion is how long a version may be kept: it does not change, but it
// may have to be taken back.
const keepVersion = 24 * time.Hour

// Latest is the number of the newest version.
func (v Version) Latest() int { return len(v.Lead.Versions()) }

// Form is the path of the version's page, or of a form of it: ".txt", ".json".
func (v Version) Form(form string) string {
	return news.HistoryPath(v.Address, v.Lead.ID, "versions/"+strconv.Itoa(v.Number)+form)
}

// SHA256 is the digest of the text as kept; empty when there is none.
func (v Version) SHA256() string {
	digest := ""
	for _, ref := range v.Lead.Shown.Refs {
		if digest == "" || ref.Part == news.PartHTML {
			digest = ref.SHA256
		}
	}
	return digest
}

// Asked is the address that answered.
func (v Version) Asked() string {
	if v.Batch.FinalURL != "" {
		return v.Batch.FinalURL
	}
	return v.Batch.URL
}

func (s *site) notices(of news.FeedName) func(*http.Request) (view, error) {
	return func(r *http.Request) (view, error) {
		n, ok := pageAsked(r)
		if !ok {
			return view{}, ErrNotFound
		}
		b, err := s.Notices(r.PathValue("feed"), of, n, perPage)
		if err != nil {
			return view{}, err
		}
		if n > 1 && len(b.Notices) == 0 {
			return view{}, ErrNotFound
		}
		v := view{name: "notices", Lang: interfaceOf(b.Feed.Language), Title: b.Feed.Title, Description: b.Feed.Description,
			Feed: b.Feed, Notices: b.Notices, Page: n, Pages: min(maxPages, (b.Total+perPage-1)/perPage)}
		if b.On.ID != "" {
			v.Above = []news.Link{{Title: b.On.Title, URL: "/feeds/" + b.On.ID + "/"}}
		}
		return turned(r, v), nil
	}
}

// storyAddress is the address of a story in a request.
func storyAddress(name string) (string, bool) {
	return strings.ToLower(name), len(name) >= news.AddressLength && len(name) <= maxAddress
}

// itemAsked is whose history is asked for: as its path says, or as it was
// written before, in the query.
func itemAsked(r *http.Request) (of string, queried bool) {
	if of = r.PathValue("item"); of == "" {
		of = r.URL.Query().Get("of")
		queried = of != ""
	}
	return of, queried
}

func (s *site) version(r *http.Request) (view, error) {
	address, ok := storyAddress(r.PathValue("story"))
	digits, form, dotted := strings.Cut(r.PathValue("version"), ".")
	n, number := pageNumber(digits)
	if !ok || !number || digits == "" || dotted && form != "json" && form != "txt" {
		return view{}, ErrNotFound
	}
	of, queried := itemAsked(r)
	v, err := s.Version(address, of, n)
	if err != nil {
		return view{}, err
	}
	if dotted {
		form = "." + form
	}
	if path := v.Form(form); path != r.URL.Path || queried {
		return view{moved: path}, nil
	}
	lang := interfaceOf(v.Lead.Shown.Lang)
	page := view{name: "version", Lang: lang, Title: say(lang, "Version %d", v.Number), Path: v.Form(""), Feed: v.Feed, Item: v.Item, Version: v, Above: aboveHistory(v.Item), keep: keepVersion}
	switch form {
	case ".json":
		page.raw, err = s.versionJSON(v)
	case ".txt":
		page.raw = s.versionText(v)
	}
	return page, err
}

// aboveHistory is where the pages of a story's history stand.
func aboveHistory(i Item) []news.Link {
	return []news.Link{{Title: i.Title(), URL: "/stories/" + i.Address}}
}

func (s *site) comparison(r *http.Request) (view, error) {
	address, ok := storyAddress(r.PathValue("story"))
	from, to, _ := strings.Cut(r.PathValue("versions"), "..")
	n, first := pageNumber(from)
	m, second := pageNumber(to)
	if !ok || !first || !second || from == "" || to == "" || n >= m {
		return view{}, ErrNotFound
	}
	of, queried := itemAsked(r)
	c, err := s.Comparison(address, of, n, m)
	if err != nil {
		return view{}, err
	}
	path := comparePath(c.After.Item, n, m)
	if path != r.URL.Path || queried {
		return view{moved: path}, nil
	}
	lang := interfaceOf(c.After.Lead.Shown.Lang)
	return view{name: "comparison", Lang: lang, Title: say(lang, "Versions %d and %d", n, m), Path: path, Feed: c.After.Feed, Item: c.After.Item,
		Comparison: c, Above: aboveHistory(c.After.Item), keep: keepVersion}, nil
}

func comparePath(i Item, n, m int) string {
	return news.HistoryPath(i.Address, i.Lead.ID, "compare/"+strconv.Itoa(n)+".."+strconv.Itoa(m))
}
