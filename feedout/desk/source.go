package desk

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"chinanews/feedout/chart"
	"chinanews/news"
)

// Sources are the rows that are polled, and how each is.
type Sources interface {
	// Sources are all of them, in the order of the configuration, without
	// Days.
	Sources(ctx context.Context) ([]Source, error)
	// Days are how many releases of each source are of each of the last days,
	// oldest first; nil for one of which that would take long.
	Days(ctx context.Context, ids []string) ([][]int, error)
	// Source is one in full, else ErrNotFound.
	Source(ctx context.Context, id string) (Examined, error)
}

// Source is how a source is: as its worst listing.
type Source struct {
	Row news.Source
	Condition

	Days []int // releases of each of the last days; nil: not counted
}

// Condition is how a listing is.
type Condition struct {
	URL      string
	State    news.Condition
	Words    string
	Hint     string
	LastGood time.Time
	LastTry  time.Time
	Next     time.Time // zero: it is not asked
	Newest   string    // day of the newest entry; empty: not known
	Items    int       // of the last good answer
	Usual    float64   // 0: not known
	Failures int       // in a row
	Warnings []string
}

// Examined is all that is known of a source.
type Examined struct {
	Source
	Place    string // where its row stands
	Text     string // of its row in full, as YAML, each key with where it comes from
	Listings []Page
	Newest   []Sample
	Absent   []Absent
}

// Page is one listing of a source.
type Page struct {
	Condition
	Usually []string    // what it is as a rule, in sentences
	Lately  []news.Turn // its conditions, newest first

	Good, Bad *Reading // the last page read well; the present one, where it is not
	Changes   []Change // from one to the other
	Vanished  []string // names of classes and ids
	Appeared  []string
	Mended    string // keys of a row that read the page as it is now
	Try       string // the whole row with them
}

// Reading is a page of a listing at a moment, as the row reads it.
type Reading struct {
	At    time.Time
	Items []Sample
	Words string // why it has none
}

// Change is a number or text of a page that is another now.
type Change struct {
	What        string // title, links, bytes, or a key of the row
	Selector    string // that the key holds
	Before, Now string
}

// Absent is a release that is not where it was.
type Absent struct {
	Title, URL, Lang string
	State            news.Presence
	Since            time.Time // of the first look that missed it
	Looks            int
}

// sourcesShown is how many sources a page of the table has.
const sourcesShown = 50

func (d *desk) sourceRoutes(mux *http.ServeMux) {
	if d.Sources == nil {
		return
	}
	mux.HandleFunc("GET /desk/sources/{$}", d.page(d.sources))
	mux.HandleFunc("GET /desk/sources/{id}", d.page(d.source))
}

// sourcesBody is the table of sources.
type sourcesBody struct {
	Query, State string // of the filter
	All          int    // sources that are configured
	Ill, Unread  int    // of all
	Found        int    // that the filter lets through
	Sources      []Source
	Page, Pages  int
	Scout        bool // one can be added
}

func (d *desk) sources(r *http.Request, who Visitor) (view, error) {
	all, err := d.Sources.Sources(r.Context())
	if err != nil {
		return view{}, err
	}
	body := sourcesBody{Query: strings.TrimSpace(r.FormValue("q")), State: r.FormValue("state"), All: len(all), Scout: d.Scout != nil}
	for _, s := range all {
		if s.State.Alarming() {
			body.Ill++
		}
		if s.State == news.Waiting {
			body.Unread++
		}
	}
	found := slices.DeleteFunc(all, func(s Source) bool { return !body.lets(s) })
	slices.SortStableFunc(found, func(a, b Source) int { return urgency(a.State) - urgency(b.State) })
	body.Found, body.Pages = len(found), max(1, (len(found)+sourcesShown-1)/sourcesShown)
	page, _ := strconv.Atoi(r.FormValue("page"))
	body.Page = min(max(page, 1), body.Pages)
	body.Sources = found[(body.Page-1)*sourcesShown : min(len(found), body.Page*sourcesShown)]
	if err := d.rhythms(r.Context(), body.Sources); err != nil {
		return view{}, err
	}
	return view{name: "sources", Tab: "sources", Title: say(who.Lang, "Sources"), Body: body}, nil
}

// rhythms fills in the days of sources.
func (d *desk) rhythms(ctx context.Context, sources []Source) error {
	ids := make([]string, len(sources))
	for n, s := range sources {
		ids[n] = s.Row.ID
	}
	days, err := d.Sources.Days(ctx, ids)
	for n := range min(len(days), len(sources)) {
		sources[n].Days = days[n]
	}
	return err
}

// What the table can be narrowed to.
const (
	stateIll  = "ill"
	stateWell = "well"
)

// lets reports whether a source is asked for.
func (b sourcesBody) lets(s Source) bool {
	text := strings.ToLower(strings.Join([]string{s.Row.ID, s.Row.Name, s.Row.PublisherIn("en"), s.Row.PublisherIn("zh"), s.URL, s.Row.Language}, "\n"))
	switch {
	case !strings.Contains(text, strings.ToLower(b.Query)):
		return false
	case b.State == stateIll:
		return s.State.Alarming()
	case b.State == stateWell:
		return s.State.Well()
	}
	return true
}

// urgency orders sources: those that somebody should look at first, those at
// rest last.
func urgency(c news.Condition) int {
	switch {
	case c.Alarming():
		return 0
	case c == news.Waiting:
		return 1
	case c == news.Paused:
		return 3
	}
	return 2
}

// rhythm draws the days of a source.
func rhythm(lang string, days []int) template.HTML {
	return chart.Sparkline(days, say(lang, "Releases of the last %d days: %d; a day:", len(days), sum(days)))
}

// sum is what the days of a source come to.
func sum(days []int) (n int) {
	for _, day := range days {
		n += day
	}
	return n
}

// presences are the words of what is not where it was.
var presences = map[news.Presence]string{
	news.Unlisted: "live, but not in its list", news.Missing: "not found; no claim of a removal yet", news.Removed: "removed",
}

// sourceFunctions are what templates of sources and of the scout say.
var sourceFunctions = template.FuncMap{
	"rhythm": rhythm, "sum": sum, "found": func(lang, kind string) string { return say(lang, cmp.Or(found[kind], found["other"])) },
	"beyond": beyond, "coded": coded,
	"presence": func(lang string, p news.Presence) string { return say(lang, presences[p]) },
	"of":       func(lang string, it any) inTongue { return inTongue{lang, it} },
	"rowed":    func(text string, m []Mistake) rowBody { return rowBody{text, m} },
	"first":    func(n int, list []Sample) []Sample { return list[:min(n, len(list))] },
	"allowed":  allowed,
	"tall":     func(text string) int { return min(max(strings.Count(text, "\n")+2, 6), 30) },
}

// beyond is what the words of a condition say that its name does not.
func beyond(c news.Condition, words string) string {
	if rest, ok := strings.CutPrefix(words, c.Words()); ok && (rest == "" || strings.HasPrefix(rest, "; ")) {
		return strings.TrimPrefix(rest, "; ")
	}
	return words
}

// coded is a sentence that names a command, with the command as code.
func coded(sentence, command string) template.HTML {
	text, code := template.HTMLEscapeString(sentence), template.HTMLEscapeString(command)
	return template.HTML(strings.ReplaceAll(text, code, "<code>"+code+"</code>")) // #nosec: both are escaped
}

// inTongue is what a part of a page shows, in a language of the interface.
type inTongue struct {
	Lang string
	It   any
}

// sourceBody is one source.
type sourceBody struct {
	Examined
	Scout bool // it can be tried
}

func (d *desk) source(r *http.Request, who Visitor) (view, error) {
	s, err := d.Sources.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	return view{name: "source", Tab: "sources", Title: s.Row.PublisherIn(who.Lang), Body: sourceBody{s, d.Scout != nil}}, nil
}
