package news

import (
	"slices"
	"time"
)

// Kind says what a source's listing is.
type Kind string

// The kinds of listing. Auto looks at the answer.
const (
	KindAuto Kind = "auto"
	KindFeed Kind = "feed"
	KindHTML Kind = "html"
	KindJSON Kind = "json"
)

// BodyFrom says where an item's text is taken from.
type BodyFrom string

// Where bodies come from. The default is the page for an HTML list and the
// feed for a feed.
const (
	BodyPage BodyFrom = "page"
	BodyFeed BodyFrom = "feed"
	BodyNone BodyFrom = "none"
)

// Rights are the terms under which a source's text may be carried: the most
// that any feed, page or export may show of it.
type Rights string

// The rights. Unset means Media.
const (
	Government Rights = "government" // full text
	Open       Rights = "open"       // full text
	Media      Rights = "media"      // summary
	Restricted Rights = "restricted" // title
)

// Content is how much of a release a feed carries.
type Content string

// The amounts, from most to least.
const (
	Full    Content = "full"
	Summary Content = "summary"
	Title   Content = "title"
)

// Most is the most that may be carried under the rights.
func (r Rights) Most() Content {
	switch r {
	case Government, Open:
		return Full
	case Restricted:
		return Title
	}
	return Summary
}

// Least returns the smaller of two amounts.
func (c Content) Least(d Content) Content {
	if c == Title || d == Title {
		return Title
	}
	if c == Summary || d == Summary {
		return Summary
	}
	return Full
}

// Source is one row of the configuration, in full: what is asked, how it is
// read, and as whose it is shown. Every key is described in config.yaml.
//
// There may be very many, so those of a configuration are shared by all that
// works by it: once it is loaded, nobody may change what a row, or a map or slice
// in it, says.
type Source struct {
	ID             string            `json:"id"`
	Origin         Origin            `json:"origin"`
	Was            []string          `json:"was,omitempty"`
	Paused         bool              `json:"paused,omitempty"`
	Name           string            `json:"name,omitempty"`
	Publisher      Names             `json:"publisher,omitempty"`
	Rights         Rights            `json:"rights"`
	Tags           []string          `json:"tags,omitempty"`
	URLs           []string          `json:"urls"`
	Kind           Kind              `json:"kind"`
	Profile        string            `json:"profile,omitempty"`  // of a site family: its name, or "auto"
	Language       string            `json:"language,omitempty"` // BCP 47, or "auto"
	Rank           int               `json:"rank"`
	Interval       Duration          `json:"interval"`
	MinInterval    Duration          `json:"min_interval"`
	Fresh          Duration          `json:"fresh"`
	MaxAge         Duration          `json:"max_age"`
	WaitForText    Duration          `json:"wait_for_text"`
	Looks          []Duration        `json:"looks,omitzero"` // ages at which a page is looked at again, ascending; nil: UsualLooks
	Timezone       string            `json:"timezone"`
	Charset        string            `json:"charset,omitempty"`
	Body           BodyFrom          `json:"body,omitempty"`
	Robots         bool              `json:"robots"`
	List           List              `json:"list,omitzero"`
	Pages          Pages             `json:"pages,omitzero"`
	Article        Article           `json:"article,omitzero"`
	DateFrom       []DateOrigin      `json:"date_from,omitempty"`
	DateLayouts    []string          `json:"date_layouts,omitempty"`
	TitleDateRegex string            `json:"title_date_regex,omitempty"`
	URLDateRegex   string            `json:"url_date_regex,omitempty"`
	Rewrite        [][2]string       `json:"rewrite,omitempty"`
	Include        string            `json:"include,omitempty"`
	Exclude        string            `json:"exclude,omitempty"`
	Headers        map[string]string `json:"-"`                 // may hold secrets: never recorded
	Cookies        bool              `json:"cookies,omitempty"` // those of the listing go with its articles; never stored
	AcceptStatus   []int             `json:"accept_status,omitempty"`
	Versions       Versions          `json:"versions,omitempty"`
	StaleAfter     Duration          `json:"stale_after,omitempty"` // 0: learned
	JSON           JSON              `json:"json,omitzero"`
}

// UsualLooks are the ages at which a release's page is looked at again, unless
// its row says otherwise.
var UsualLooks = []Duration{Duration(time.Hour), Duration(6 * time.Hour), Duration(day), Duration(3 * day), Duration(7 * day), Duration(30 * day)}

// TextFrom is where the text of the source's items is taken from: what Body
// says, else their pages where the listing is one of links, else the listing.
// read is what the listing was taken for, for a row that leaves that open;
// empty: not known.
func (s Source) TextFrom(read Kind) BodyFrom {
	kind := s.Kind
	if s.Open() {
		kind = read
	}
	selects := len(s.List.Item) > 0 || s.List.LinkMatch != "" || s.JSON != JSON{}
	switch {
	case s.Body != "":
		return s.Body
	case kind == KindHTML, kind == KindJSON, kind == "" && selects:
		return BodyPage
	}
	return BodyFeed
}

// Open reports whether the answers decide what the source's listing is.
func (s Source) Open() bool { return s.Kind == KindAuto || s.Kind == "" }

// Versions says what another text at an address that is known is.
type Versions string

// What it is. Unset means a revision.
const (
	VersionsRevise Versions = "revisions"
	VersionsItems  Versions = "items" // with a new title a new item: a bulletin that has one address
)

// JSON says how entries are found in a listing that is JSON, or JSON in a
// call of a function. Paths are keys and indexes joined by dots, from the root
// for Items and HTML, else from an item.
type JSON struct {
	Items        string `json:"items,omitempty"` // of the array; empty: the root
	Title        string `json:"title,omitempty"`
	Date         string `json:"date,omitempty"`
	Link         string `json:"link,omitempty"`
	LinkTemplate string `json:"link_template,omitempty"` // {path} is replaced
	HTML         string `json:"html,omitempty"`          // of markup that List then reads
}

// Profile is what pages of one site family have in common: defaults for the
// keys of a row that reads them.
type Profile struct {
	Name    string  `json:"name"`
	About   string  `json:"about"` // in words, for an editor
	Signs   []Sign  `json:"signs"` // any of them shows that a page is of the family
	List    List    `json:"list,omitzero"`
	Pages   Pages   `json:"pages,omitzero"`
	Article Article `json:"article,omitzero"`

	DateFrom       []DateOrigin `json:"date_from,omitempty"`
	DateLayouts    []string     `json:"date_layouts,omitempty"`
	TitleDateRegex string       `json:"title_date_regex,omitempty"`
	URLDateRegex   string       `json:"url_date_regex,omitempty"`
}

// Sign is something by which a page is known; all that is set must fit.
type Sign struct {
	Has  string `json:"has,omitempty"`  // a selector that matches
	Text string `json:"text,omitempty"` // a regex on the page's source
	URL  string `json:"url,omitempty"`  // a regex on its address
}

// List says how entries are found on a listing page. A selector is CSS,
// optionally followed by @attribute; of several, the first that matches wins.
type List struct {
	Markup      []string `json:"markup,omitempty"` // elements whose text is markup, to be read as part of the page
	Item        []string `json:"item,omitempty"`
	Link        []string `json:"link,omitempty"`  // within the item; default: of its links the one with the longest text
	Title       []string `json:"title,omitempty"` // within the item; default: the link's text, or its title where that is cut
	Date        []string `json:"date,omitempty"`  // within the item; default: the item's own text, or what stands beside it
	DateRegex   string   `json:"date_regex,omitempty"`
	DateLayouts []string `json:"date_layouts,omitempty"`
	LinkMatch   string   `json:"link_match,omitempty"` // regex on the absolute address
	LinkSkip    string   `json:"link_skip,omitempty"`
	SameHost    bool     `json:"same_host,omitempty"`
	Limit       int      `json:"limit,omitempty"`
}

// Pages says where a listing goes on: {n} in Pattern runs from First to Max
// and is resolved against the listing's address.
type Pages struct {
	Pattern string `json:"pattern,omitempty"`
	First   int    `json:"first,omitempty"`
	Max     int    `json:"max,omitempty"`
}

// Article says how a release's own page is read. Selectors may also be
// meta:Name; of several, the first that matches wins. What is not set is taken
// from the profile, else found by what pages have in common.
type Article struct {
	Title      []string `json:"title,omitempty"`
	TitleRegex string   `json:"title_regex,omitempty"`
	Date       []string `json:"date,omitempty"`
	DateRegex  string   `json:"date_regex,omitempty"`
	Body       []string `json:"body,omitempty"`
	Remove     []string `json:"remove,omitempty"`
}

// PublisherIn is the publisher's name in the language that a reader reads,
// else in English, else in any, else the source's name or id. Of several names
// in one language the first by its tag is taken.
func (s Source) PublisherIn(lang string) string {
	for _, fits := range []func(tag string) bool{
		func(tag string) bool { return tag == lang },
		func(tag string) bool { return Primary(tag) == Primary(lang) },
		func(tag string) bool { return Primary(tag) == "en" },
		func(string) bool { return true },
	} {
		if i := slices.IndexFunc(s.Publisher, func(name [2]string) bool { return fits(name[0]) }); i >= 0 {
			return s.Publisher[i][1]
		}
	}
	if s.Name != "" {
		return s.Name
	}
	return s.ID
}

// Day is the day of a moment in the source's zone, as 2006-01-02; empty for
// the zero time.
func (s Source) Day(t time.Time) string {
	zone := beijing
	if s.Timezone != "" {
		zone = Location(s.Timezone)
	}
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.DateOnly)
}
