package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"chinanews/news"
)

// Scout looks at addresses and tries rows for editors, in the background and
// one at a time for each of them. All that it has found was written by
// strangers.
type Scout interface {
	// Begin ends what it does for an editor and begins another quest. A
	// Refusal says why it cannot.
	Begin(who string, q Quest) error
	// Seen is what it has come to for an editor since they last began;
	// false where they did not, or it was long ago.
	Seen(who string) (Look, bool)
	// Abandon ends what it does for an editor, if anything.
	Abandon(who string)
}

// Quest is what to look at: the first of these that is not empty.
type Quest struct {
	Address string // of a page or feed, to work out a row for
	Row     string // as YAML, to try
	Source  string // id of a configured row to try
}

// Look is a quest, and what has come of it. Until it is over there are only
// Asked and Began.
type Look struct {
	Quest
	Began time.Time
	Asked []string // addresses in their order; while it is under way, the last is being asked
	Over  bool

	Trouble  string    // why it ended before it was done
	Mistakes []Mistake // in the row, or in the configuration beside it

	Already   string // id of the source that asks the address; empty: none does
	Unstarted bool   // the daemon has not taken up the row of that source yet

	Kind    string   // what the address is: feed, list, article, ...
	Words   string   // why there is no row, or what to look at
	Sure    int      // per cent; of an address for which there is a row
	Unsure  bool     // so little that the items must be compared with the page
	Reasons []string // why the row is as it is
	Hints   []string // addresses to try instead

	Listings []Listing
	Row      string    // as YAML; empty: none
	Place    *RowPlace // where the row goes; nil: nowhere
}

// Mistake is what is wrong with a row.
type Mistake struct {
	File      string // empty: the row itself
	Line, Col int
	What      string
	Hint      string
}

// Listing is one address of a row, read by it.
type Listing struct {
	URL      string
	State    news.Condition // empty: not judged
	Words    string         // on the state
	Hint     string
	Profile  string // site family by which it was read
	Charset  string
	Warnings []string
	Items    []Sample
	Articles []Sample
}

// Sample is a release as a row reads it.
type Sample struct {
	Title, URL string
	Lang       string // of the title; empty: not known
	Date       news.Date
	Chars      int    // of its text
	Text       string // its beginning
	Error      string // why it was not read
}

// RowPlace is where a row goes in the configuration, and what to do then.
type RowPlace struct {
	Config   string // the configuration's own file
	File     string // into which the row goes
	New      bool   // it is to be made
	Spot            // in File, where that is not new
	Indented bool   // the row begins with spaces
	Include  string // what to write into Config so that File is read; empty: it is
	Was      string // where the row stands in whose place it goes; empty: it is a new one

	Feeds []string // titles of the feeds that would carry what it brings
	Feed  string   // a row of a feed as YAML, where none would
	After *Spot    // where that goes, once the row is there; nil: into the brackets that Config has its feeds in
	Moved bool     // the row counts for the line of After
	Below bool     // After is right below the row

	Check, Reload string // commands
}

// found are the words of what an address is.
var found = map[string]string{
	"feed": "A feed", "json": "A list in JSON", "list": "A page that lists releases", "article": "One release, not a list of them",
	"home": "A front page of sections", "login": "A page that wants a password", "wall": "A page that lets only browsers in",
	"script": "A page that is filled by script", "other": "No source",
}

// allowing are words on an address that is refused, with the line that allows it.
var allowing = regexp.MustCompile(`^(.* write into the configuration: )(\w+: \{.*\})( and\b.*)$`)

// allowed parts such words before and behind the line; nil: they are others.
func allowed(words string) []string {
	if m := allowing.FindStringSubmatch(words); m != nil {
		return m[1:]
	}
	return nil
}

// lookAgain is how a page without script learns how a look goes on, in seconds.
const lookAgain = 3

func (d *desk) scoutRoutes(mux *http.ServeMux) {
	if d.Scout == nil {
		return
	}
	mux.HandleFunc("GET /desk/add", d.page(d.scouted))
	mux.HandleFunc("POST /desk/add", d.page(d.scout))
	mux.HandleFunc("POST /desk/add/abandon", d.page(d.abandon))
}

// scoutBody is what the page shows.
type scoutBody struct {
	Address string // in its field
	Look    *Look
	Instead *Quest // asked for while another look is under way, which it would end
}

// Spot is a place in a file.
type Spot struct {
	Line    int  // behind which something goes; 0: at the beginning
	Instead bool // it goes in the place of that line
	End     bool // nothing stands below that line
}

// ToRow says where the row goes, before the name of its file.
func (p RowPlace) ToRow(lang string) string {
	switch {
	case p.New:
		return say(lang, "Copy the row into a new file:")
	case p.Instead:
		return say(lang, "Copy the row into this file, in the place of line %d:", p.Line)
	case p.Line == 0:
		return say(lang, "Copy the row into this file:")
	case p.Indented && p.End:
		return say(lang, "Copy the row, with the spaces before it, into this file, after line %d (at its end):", p.Line)
	case p.Indented:
		return say(lang, "Copy the row, with the spaces before it, into this file, after line %d:", p.Line)
	case p.End:
		return say(lang, "Copy the row into this file, after line %d (at its end):", p.Line)
	}
	return say(lang, "Copy the row into this file, after line %d:", p.Line)
}

// ToFeed says where the row of a feed goes, before the name of its file.
func (p RowPlace) ToFeed(lang string) string {
	at := p.After
	switch {
	case at == nil:
		return say(lang, "It goes into the brackets behind feeds:, with a comma between, in:")
	case at.Instead && p.Moved:
		return say(lang, "Put it in the place of line %d, as lines are counted once the row is there, in:", at.Line)
	case at.Instead:
		return say(lang, "Put it in the place of line %d of:", at.Line)
	case at.Line == 0:
		return say(lang, "It goes into:")
	case p.Below:
		return say(lang, "Paste it after the row (after line %d, once the row is there), into:", at.Line)
	case p.Moved:
		return say(lang, "Paste it after line %d, as lines are counted once the row is there, into:", at.Line)
	}
	return say(lang, "Paste it after line %d of:", at.Line)
}

// rowBody is a row in a field, with what is wrong in it.
type rowBody struct {
	Text     string
	Mistakes []Mistake
}

// scouted shows what the scout has come to.
func (d *desk) scouted(r *http.Request, who Visitor) (view, error) {
	v := view{name: "scout", Tab: "scout", Title: say(who.Lang, "Add a source"), Script: "scout.js"}
	body := scoutBody{Address: r.FormValue("address")}
	if look, ok := d.Scout.Seen(who.Name); ok {
		body.Look = &look
		if body.Address == "" {
			body.Address = look.Address
		}
		if !look.Over {
			v.Refresh = lookAgain
		}
	}
	v.Body = body
	return v, nil
}

// scout begins what an editor asks for.
func (d *desk) scout(r *http.Request, who Visitor) (view, error) {
	q := Quest{Address: schemed(r.PostFormValue("address")), Row: r.PostFormValue("row"), Source: r.PostFormValue("source")}
	if words := unfit(q); words != "" {
		v, err := d.scouted(r, who)
		v.status, v.Trouble = http.StatusUnprocessableEntity, say(who.Lang, words)
		return v, err
	}
	if look, ok := d.Scout.Seen(who.Name); ok && !look.Over && r.PostFormValue("instead") == "" {
		if look.Quest == q {
			return view{moved: "/desk/add#look"}, nil
		}
		return view{name: "scout", status: http.StatusConflict, Tab: "scout", Title: say(who.Lang, "Add a source"), Body: scoutBody{q.Address, &look, &q}}, nil
	}
	if err := d.Scout.Begin(who.Name, q); err != nil {
		return view{}, err
	}
	return view{moved: "/desk/add#look"}, nil
}

func (d *desk) abandon(_ *http.Request, who Visitor) (view, error) {
	d.Scout.Abandon(who.Name)
	return view{moved: "/desk/add"}, nil
}

// schemed gives an address that was pasted without its scheme, as browsers
// show some, https.
func schemed(address string) string {
	address = strings.TrimSpace(address)
	if address == "" || strings.Contains(address, ":/") || !strings.Contains(address, ".") || strings.ContainsAny(address, " <>@") {
		return address
	}
	return "https://" + address
}

// mostAddress is longer than addresses of pages are, in bytes.
const mostAddress = 2048

// Subject is what is looked at, as a sentence has it.
func (q Quest) Subject(lang string) string {
	if subject := cmp.Or(q.Address, q.Source); subject != "" {
		return subject
	}
	return say(lang, "a row")
}

// unfit says why there is nothing to begin; empty: there is.
func unfit(q Quest) string {
	if q.Address == "" {
		if strings.TrimSpace(q.Row) == "" && q.Source == "" {
			return "Paste an address first; it begins with https://."
		}
		return ""
	}
	u, err := url.Parse(q.Address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(q.Address) > mostAddress {
		return "That is no address of a page: it begins with https:// or http://, as the address bar of a browser shows it."
	}
	return ""
}
