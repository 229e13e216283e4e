package desk

import (
	"context"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"time"

	"chinanews/feedout/chart"
	"chinanews/news"
)

// Figures are counts of the record over time, and of readers.
type Figures interface {
	// Counted is what there is up to now; names of publishers are in a language.
	Counted(ctx context.Context, lang string) (Counted, error)
}

// Counted is what happened lately: periods follow each other, the oldest first,
// the last has not ended. Days are Beijing's.
type Counted struct {
	Days    []Period
	Months  []Period
	Readers []FeedReaders
}

// Period is what was counted on a day or in a month.
type Period struct {
	When       string         // 2026-11-26 or 2026-11
	Ministries map[string]int // releases by who published them
	Edits      int
	Removals   int
	Polls      news.Outcomes // of a day
}

// FeedReaders are those of a feed.
type FeedReaders struct {
	Feed        news.Feed
	Services    []Service // what each said last, by name
	Yesterday   int       // an estimate of programs that asked by themselves
	Today       int       // so far
	Full        bool      // there are more than can be told apart
	Subscribers int       // by WebSub
	Lately      []int     // of both kinds, a day each
	Beside      bool      // it tells of changes in another, or in all, and is shown when somebody reads it
}

// Service asks for a feed in the name of many.
type Service struct {
	Name    string
	Readers int
}

// Stated is for how many all services say that they ask.
func (r FeedReaders) Stated() (sum int) {
	for _, s := range r.Services {
		sum += s.Readers
	}
	return sum
}

// Direct is the better of two estimates: today's may be of an hour.
func (r FeedReaders) Direct() int { return max(r.Yesterday, r.Today) }

// some reports whether anybody reads it.
func (r FeedReaders) some() bool {
	return len(r.Services) > 0 || r.Subscribers > 0 || slices.Max(r.Lately) > 0
}

func (d *desk) figureRoutes(mux *http.ServeMux) {
	if d.Figures != nil {
		mux.HandleFunc("GET /desk/figures", d.page(d.figures))
	}
}

func (d *desk) figures(r *http.Request, who Visitor) (view, error) {
	c, err := d.Figures.Counted(r.Context(), who.Lang)
	if err != nil {
		return view{}, err
	}
	c.Readers = slices.DeleteFunc(slices.Clone(c.Readers), func(f FeedReaders) bool { return f.Beside && !f.some() })
	return view{name: "figures", Tab: "figures", Title: say(who.Lang, "Figures"), Body: shownFigures{who.Lang, c}}, nil
}

// shownFigures is what the page of figures shows.
type shownFigures struct {
	Lang string
	Counted
}

// Patterns is what the pictures of the page refer to.
func (shownFigures) Patterns() template.HTML { return chart.Patterns() }

// Sparkline is a feed's readers lately.
func (s shownFigures) Sparkline(r FeedReaders) template.HTML {
	return chart.Sparkline(r.Lately, say(s.Lang, "%s: readers a day in the last %d days", r.Feed.Title, len(r.Lately)))
}

// picture is a figure as the page shows it.
type picture struct {
	Lang string
	chart.Figure
}

// Swatch is the pattern of a series.
func (p picture) Swatch(n int) template.HTML { return chart.Swatch(p.Pattern(n)) }

// ReleasesByDay are releases of the last days by who published them: by those
// who published most in the last months, each with the same look in both.
func (s shownFigures) ReleasesByDay() picture {
	return s.releases(say(s.Lang, "Releases a day, by publisher"), s.Days)
}

// ReleasesByMonth are those of the last months.
func (s shownFigures) ReleasesByMonth() picture {
	return s.releases(say(s.Lang, "Releases a month, by publisher"), s.Months)
}

func (s shownFigures) releases(title string, periods []Period) picture {
	most := s.over("", s.Months, byPublisher(s.Months)...).Largest()
	return picture{s.Lang, s.over(title, periods, byPublisher(periods)...).Among(most, say(s.Lang, "Others"))}
}

func byPublisher(periods []Period) (all []chart.Series) {
	names := make(map[string]bool)
	for _, p := range periods {
		for name := range p.Ministries {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, series(name, periods, func(p Period) int { return p.Ministries[name] }))
	}
	return all
}

// ChangesByDay are what sources changed and took away in the last days.
func (s shownFigures) ChangesByDay() picture {
	return s.changes(say(s.Lang, "Edits and removals a day"), s.Days)
}

// ChangesByMonth are those of the last months.
func (s shownFigures) ChangesByMonth() picture {
	return s.changes(say(s.Lang, "Edits and removals a month"), s.Months)
}

func (s shownFigures) changes(title string, periods []Period) picture {
	return picture{s.Lang, s.over(title, periods,
		series(say(s.Lang, "Edits"), periods, func(p Period) int { return p.Edits }),
		series(say(s.Lang, "Removals"), periods, func(p Period) int { return p.Removals }))}
}

// Polls are what asking sources brought.
func (s shownFigures) Polls() picture {
	read := series(say(s.Lang, "Read"), s.Days, func(p Period) int { return p.Polls.Good })
	idle := series(say(s.Lang, "Not changed"), s.Days, func(p Period) int { return p.Polls.Unchanged })
	failed := series(say(s.Lang, "Failed"), s.Days, func(p Period) (sum int) {
		for _, n := range p.Polls.Failed {
			sum += n
		}
		return sum
	})
	read.Look, idle.Look, failed.Look = chart.Good, chart.Idle, chart.Bad
	return picture{s.Lang, s.over(say(s.Lang, "Polls a day"), s.Days, failed, read, idle)}
}

// Failures are the polls that failed, by what went wrong.
func (s shownFigures) Failures() picture {
	classes := make(map[news.Class]bool)
	for _, p := range s.Days {
		for class := range p.Polls.Failed {
			classes[class] = true
		}
	}
	var all []chart.Series
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		all = append(all, series(className(s.Lang, class), s.Days, func(p Period) int { return p.Polls.Failed[class] }))
	}
	f := s.over(say(s.Lang, "Failed polls a day, by what went wrong"), s.Days, all...)
	return picture{s.Lang, f.Among(f.Largest(), say(s.Lang, "Others"))}
}

func series(name string, periods []Period, count func(Period) int) chart.Series {
	s := chart.Series{Name: name}
	for _, p := range periods {
		s.Counts = append(s.Counts, count(p))
	}
	return s
}

// over is a figure over periods.
func (s shownFigures) over(title string, periods []Period, all ...chart.Series) chart.Figure {
	f := chart.Figure{Title: title, Series: all}
	for _, p := range periods {
		long, short := written(s.Lang, p.When)
		f.Places, f.Marks = append(f.Places, long), append(f.Marks, short)
	}
	return f
}

// written is a day or month in full, and as short as it can be told from others
// near it.
func written(lang, when string) (long, short string) {
	layouts := map[string][2]string{"en": {"2 January 2006", "2 Jan"}, "zh": {"2006年1月2日", "1月2日"}}
	t, err := time.Parse(time.DateOnly, when)
	if err != nil {
		layouts = map[string][2]string{"en": {"January 2006", "Jan 2006"}, "zh": {"2006年1月", "2006年1月"}}
		t, _ = time.Parse("2006-01", when)
	}
	l := layouts[lang]
	return t.Format(l[0]), t.Format(l[1])
}

// className says what went wrong with a poll in few words.
func className(lang string, class news.Class) string {
	if words, ok := classes[class]; ok {
		return say(lang, words)
	}
	return string(class)
}

var classes = map[news.Class]string{
	news.ClassDNS: "host name not found", news.ClassTLS: "certificate or encryption", news.ClassConnect: "no connection", news.ClassTimeout: "no answer in time",
	news.ClassStatus: "error status", news.ClassRedirect: "redirects", news.ClassTooLarge: "answer too large", news.ClassTruncated: "answer cut off",
	news.ClassEncoding: "characters cannot be read", news.ClassNotAFeed: "no feed", news.ClassMalformed: "answer cannot be read", news.ClassTooDeep: "nested too deep",
	news.ClassEmpty: "empty answer", news.ClassNoItems: "no entries", news.ClassSelectorEmpty: "page has changed its form", news.ClassBlocked: "address that is not asked",
	news.ClassRobots: "robots.txt asks us not to", news.ClassPanic: "fault of this program",
}
