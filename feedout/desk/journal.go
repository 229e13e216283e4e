package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// Journal is what was done, when and by whom.
type Journal interface {
	// Log is a part of the log, the newest first.
	Log(ctx context.Context, q LogQuery) (LogPage, error)
}

// LogQuery asks for a part of the log. Its zero value asks for the newest.
type LogQuery struct {
	Who    string    // by nobody else; empty: by anybody
	Kind   EventKind // of no other; empty: of any
	Before LogPlace
	Most   int // events
}

// LogPlace is a place in the log, after which it goes on with what is older. The
// zero place is before everything.
type LogPlace struct {
	Pos    uint64    // records before this one
	SignIn time.Time // and sign-ins before this moment
}

// String is the place as addresses have it.
func (p LogPlace) String() string {
	text := strconv.FormatUint(p.Pos, 10)
	if !p.SignIn.IsZero() {
		text += "-" + strconv.FormatInt(p.SignIn.UnixMilli(), 10)
	}
	return text
}

// placeAt reads what String wrote; false: it wrote no such thing.
func placeAt(text string) (p LogPlace, ok bool) {
	if text == "" {
		return p, true
	}
	pos, signed, both := strings.Cut(text, "-")
	var err error
	if p.Pos, err = strconv.ParseUint(pos, 10, 64); err != nil {
		return p, false
	}
	if both {
		ms, err := strconv.ParseUint(signed, 10, 62)
		p.SignIn = time.UnixMilli(int64(ms))
		return p, err == nil
	}
	return p, true
}

// LogPage is a part of the log.
type LogPage struct {
	Events []Event
	Older  LogPlace // where it goes on
	More   bool     // it does
	Users  []string // who may sit at the desk, or did
}

// EventKind says what kind of thing was done.
type EventKind string

// The kinds of events.
const (
	EventAct    EventKind = "acts"
	EventConfig EventKind = "configuration"
	EventPrune  EventKind = "thrown-away"
	EventMark   EventKind = "file"
	EventSignIn EventKind = "sign-ins"
)

var eventKinds = []struct {
	Kind EventKind
	Name string
}{{EventAct, "Acts on releases"}, {EventConfig, "Configuration"}, {EventPrune, "What was thrown away"}, {EventMark, "The record's file"}, {EventSignIn, "Sign-ins"}}

// Event is one thing that was done. What follows Who is of its kind.
type Event struct {
	Kind EventKind
	Pos  uint64 // of its record; 0: it has none, as sign-ins
	At   time.Time
	Who  string // empty: nobody knows

	Act    news.Act // of an act
	Args   news.Args
	Undoes uint64 // record of the act that it takes back
	Undone uint64 // record of the act that took it back
	Story  string // address
	Flood  string // SOURCE/DAY, instead of a story
	Title  string // of the story, as it is now
	Lang   string // of the title
	Feed   string // its title; empty: in all of them
	Other  string // address of the other story of a merge

	Changes []ConfigChange // of a configuration; none: it was the first

	Texts    int // thrown away
	Captures string
	Bodies   int // captures of an erasure
	Why      news.PruneReason

	Mark string // genesis, restored, migrated
	From uint64 // record up to which the backup went

	Agent  string // of a sign-in: the browser
	Failed int    // how often it failed; 0: it did not
}

// ConfigChange is what of the configuration was changed.
type ConfigChange struct {
	Of   string   // source, feed, site or words
	Name string   // its id, of words their name
	How  string   // added, removed or changed
	Keys []string // that have another value
}

// logPage is how many events a page of the log has.
const logPage = 50

func (d *desk) journalRoutes(mux *http.ServeMux) {
	if d.Journal != nil {
		mux.HandleFunc("GET /desk/log", d.page(d.log))
	}
}

func (d *desk) log(r *http.Request, who Visitor) (view, error) {
	asked := r.URL.Query()
	q := LogQuery{Who: strings.TrimSpace(asked.Get("who")), Kind: EventKind(asked.Get("kind")), Most: logPage}
	var ok bool
	if q.Before, ok = placeAt(asked.Get("before")); !ok || !known(q.Kind) {
		return view{}, ErrNotFound
	}
	page, err := d.Journal.Log(r.Context(), q)
	if err != nil {
		return view{}, err
	}
	return view{name: "log", Tab: "journal", Title: say(who.Lang, "Log"), Body: shownLog{Lang: who.Lang, LogQuery: q, LogPage: page, Stories: d.Stories != nil}}, nil
}

func known(kind EventKind) bool {
	for _, k := range eventKinds {
		if k.Kind == kind {
			return true
		}
	}
	return kind == ""
}

// shownLog is what the page of the log shows.
type shownLog struct {
	Lang string
	LogQuery
	LogPage
	Stories bool // there are pages of them
}

// Kinds are what may be chosen.
func (shownLog) Kinds() any { return eventKinds }

// First reports whether the page is the newest.
func (s shownLog) First() bool { return s.Before == LogPlace{} }

// at is the address of a page of the log with the same choice.
func (s shownLog) at(before string) string {
	v := url.Values{}
	for name, value := range map[string]string{"who": s.Who, "kind": string(s.Kind), "before": before} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return "/desk/log"
	}
	return "/desk/log?" + v.Encode()
}

// Newest and Next are where the log begins and goes on, with the same choice.
func (s shownLog) Newest() string { return s.at("") }

// Next is where it goes on.
func (s shownLog) Next() string { return s.at(s.Older.String()) }

// Days are the events by days, in Beijing.
func (s shownLog) Days() (days []logDay) {
	for _, e := range s.Events {
		day, _ := written(s.Lang, news.BeijingDay(e.At))
		if n := len(days); n == 0 || days[n-1].Day != day {
			days = append(days, logDay{Day: day})
		}
		last := &days[len(days)-1]
		last.Events = append(last.Events, shownEvent{s.Lang, s.Stories, e})
	}
	return days
}

type logDay struct {
	Day    string
	Events []shownEvent
}
