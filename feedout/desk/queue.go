package desk

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// Queue is what waits for an editor.
type Queue interface {
	// Waiting is how many lines it has.
	Waiting(ctx context.Context) (int, error)
	// Lines are what waits, the newest release first: a story once, whatever it
	// waits for.
	// After the first from of them it is most at most.
	Lines(ctx context.Context, from, most int) (Lines, error)
	// Flood is what was held back of a source on a day, 2026-11-26 in UTC. It is
	// found after it was decided on, too.
	Flood(ctx context.Context, source, day string) (Flood, error)
	// Coming is what is being read now. It is asked for where nothing waits.
	Coming(ctx context.Context) (Coming, error)
}

// Coming is what is being read, some of which may wait when it has been.
type Coming struct {
	Together bool       // none of it comes before all is read: feeds have no contents yet
	Sources  []Progress // a few
	More     int        // sources beside those
}

// Progress is how far the releases of a source are read.
type Progress struct {
	Source news.Source
	Left   int // articles to be read; 0: its list is to be read first
	All    int // articles, with those that are read; 0: nobody has counted them
}

// Sentence says how far it is.
func (p Progress) Sentence(lang string) string {
	name := p.Source.PublisherIn(lang)
	switch {
	case p.Left == 0:
		return say(lang, "%s: its list is still to be read.", name)
	case p.All == 0:
		return say(lang, "%s: %d articles are still to be read.", name, p.Left)
	}
	return say(lang, "%s: %d of %d articles are read.", name, max(0, p.All-p.Left), p.All)
}

// Lines are the queue as of a record.
type Lines struct {
	Seen  uint64 // position of the record's end
	Total int    // that there are
	Lines []Line
}

// Line is a story that waits, or a flood.
type Line struct {
	Brief          // of a flood its source alone
	Name    string // what acts are on: the story's address; of a flood SOURCE/DAY
	Excerpt string // plain text as it begins
	Reading int    // of the item that leads, the one that it shows
	Note    string // of an editor's
	Tags    []string
	Waits   []Wait // why, the oldest first; never none
	Items   int    // of a flood: how many releases
	Last    Deed   // what was last done to it; without a position: nothing
}

// Brief is a release in a list.
type Brief struct {
	Address string // of the story
	Title   string // an editor's, else its source's
	Lang    string // of its words, as a tag
	Source  news.Source
	Date    news.Date
	URL     string // at its source
}

// Wait is what a story waits for, and where.
type Wait struct {
	Why   string // approval, change, hold, embargo, conflict or flood
	Feed  Named  // without an id: every feed
	Since time.Time
	By    string    // of a hold or embargo
	Act   uint64    // its record
	Until time.Time // of an embargo
	Own   string    // of a conflict: the title that its source has now, below the editor's
}

// Named is a feed.
type Named struct{ ID, Title string }

// Flood is what was held back of a source on a day.
type Flood struct {
	Seen   uint64
	Name   string // SOURCE/DAY
	Source news.Source
	Day    string
	Open   bool    // nobody has decided
	Items  int     // that came
	First  []Brief // of them, the newest
	Acts   []Deed
}

// queued is the body of the queue's page.
type queued struct {
	Lines
	From   int // how many there are before
	Done   *settled
	Coming Coming // where nothing waits
}

// mostFrom is how far back the queue is read.
const mostFrom = 1 << 20

// mostLines are on one page of the queue.
const mostLines = 30

// Next is how many lines there are before the next page; 0: there is none.
func (q queued) Next() int {
	if next := q.From + len(q.Lines.Lines); next < q.Total {
		return next
	}
	return 0
}

// Before is how many lines there are before the page before.
func (q queued) Before() int { return max(0, q.From-mostLines) }

func (d *desk) queueRoutes(mux *http.ServeMux) {
	if d.Queue == nil {
		return
	}
	mux.HandleFunc("GET /desk/{$}", d.page(d.queue))
	if d.Stories == nil {
		return
	}
	flood := func(r *http.Request) string { return r.PathValue("source") + "/" + r.PathValue("day") }
	mux.HandleFunc("GET /desk/floods/{source}/{day}", d.page(d.flood))
	mux.HandleFunc("POST /desk/floods/{source}/{day}/acts", d.page(d.acting(flood)))
}

func (d *desk) queue(r *http.Request, who Visitor) (view, error) {
	from, _ := strconv.Atoi(r.FormValue("from"))
	from = min(max(0, from), mostFrom)
	lines, err := d.Queue.Lines(r.Context(), from, mostLines)
	if err != nil {
		return view{}, err
	}
	body := queued{Lines: lines, From: from}
	if lines.Total == 0 {
		if body.Coming, err = d.Queue.Coming(r.Context()); err != nil {
			return view{}, err
		}
	}
	body.Done, err = d.settled(r, who, backTo(from))
	v := view{name: "queue", Tab: "queue", Title: say(who.Lang, "Queue"), Body: body}
	if len(body.Coming.Sources) > 0 && body.Done == nil {
		v.Refresh = lookAgain
	}
	return v, err
}

// flooding is the body of a flood's page.
type flooding struct {
	Flood
	Done *settled
}

// Form is for acts on the flood.
func (f flooding) Form(lang string) form { return form{Lang: lang, Name: f.Name, Seen: f.Seen} }

func (d *desk) flood(r *http.Request, who Visitor) (view, error) {
	f, err := d.Queue.Flood(r.Context(), r.PathValue("source"), r.PathValue("day"))
	if err != nil {
		return view{}, err
	}
	done, err := d.settled(r, who, "story")
	day, _ := written(who.Lang, f.Day)
	return view{name: "flood", Tab: "queue", Title: say(who.Lang, "Flood of %s, %s", f.Source.PublisherIn(who.Lang), day), Body: flooding{f, done}}, err
}

// settled is what became of the act that an editor comes from.
type settled struct {
	Done
	Form form // for taking it back
}

// settled reads it from the record; nil: there is none.
func (d *desk) settled(r *http.Request, who Visitor, back string) (*settled, error) {
	pos, err := strconv.ParseUint(r.FormValue("done"), 10, 64)
	if err != nil || d.Stories == nil {
		return nil, nil
	}
	done, err := d.Stories.Done(r.Context(), pos)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &settled{done, form{Lang: who.Lang, Name: done.Name, Seen: done.Pos, Back: back}}, nil
}

// Mark is another when an editor would see another line.
func (l Line) Mark() string {
	h := fnv.New64a()
	fmt.Fprint(h, l.Title, "\x00", l.Reading, "\x00", l.Note, "\x00", l.Last.Pos, l.Items)
	for _, w := range l.Waits {
		fmt.Fprint(h, "\x00", w.Why, w.Feed.ID, w.Until)
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// Form is for acts on a line: in the feed that it waits for, if it is one.
func (q queued) Form(lang string, l Line) form {
	feed := ""
	if len(l.Waits) == 1 {
		feed = l.Waits[0].Feed.ID
	}
	return q.Within(lang, l, feed)
}

// Within is for acts on a line in one feed, or, the feed empty, everywhere.
func (q queued) Within(lang string, l Line, feed string) form {
	return form{Lang: lang, Name: l.Name, Seen: q.Seen, Back: backTo(q.From), Feed: feed, Title: l.Title, Note: l.Note, Tags: strings.Join(l.Tags, say(lang, ", "))}
}

// backTo is a page of the queue as a form names it.
func backTo(from int) string {
	if from == 0 {
		return "queue"
	}
	return "queue-" + strconv.Itoa(from)
}
