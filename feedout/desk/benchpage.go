package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"chinanews/news"
)

func (d *desk) benchRoutes(mux *http.ServeMux) {
	if d.Bench == nil {
		return
	}
	var looks, rehearsals turns
	mux.HandleFunc("GET /desk/rules", d.page(d.rules))
	for _, method := range []string{"GET", "POST"} {
		mux.HandleFunc(method+" /desk/rules/matches", d.page(looks.one(d.matches)))
		mux.HandleFunc(method+" /desk/rules/rehearsal", d.page(rehearsals.one(d.rehearsal)))
	}
}

// benchBody is what the workbench shows.
type benchBody struct {
	Live
	Trial
	Language  string // as the form has it
	Sources   string
	Wrong     *wrong
	Trouble   string
	Sighting  *Sighting
	Rehearsal *Rehearsal
}

// rules shows the workbench as it is opened.
func (d *desk) rules(r *http.Request, who Visitor) (view, error) {
	b, err := d.bench(r)
	return d.benchView(r, who, "", b, err)
}

// matches shows what a rule takes.
func (d *desk) matches(r *http.Request, who Visitor) (view, error) {
	b, err := d.bench(r)
	if err == nil {
		var s Sighting
		if s, err = d.Bench.Look(r.Context(), b.Trial); err == nil {
			b.Sighting = &s
		}
	}
	return d.benchView(r, who, "bench-matches", b, err)
}

// rehearsal shows what becomes of a feed, and the row that makes it so.
func (d *desk) rehearsal(r *http.Request, who Visitor) (view, error) {
	b, err := d.bench(r)
	if err == nil {
		var of Rehearsal
		if of, err = d.Bench.Rehearse(r.Context(), b.Trial); err == nil {
			b.Rehearsal = &of
		}
	}
	return d.benchView(r, who, "bench-rehearsal", b, err)
}

// bench reads what a form says. A feed that is only opened has its own rule.
func (d *desk) bench(r *http.Request) (b benchBody, err error) {
	b.Live = d.Bench.Live()
	if err := r.ParseForm(); err != nil {
		return b, &Refusal{Words: "This is not what the form sends, or far too long."}
	}
	b.Feed = r.Form.Get("feed")
	if !r.Form.Has("feed") && len(b.Feeds) > 0 {
		b.Feed = b.Feeds[0].ID
	}
	n := slices.IndexFunc(b.Feeds, func(f news.Feed) bool { return f.ID == b.Feed })
	if n < 0 && b.Feed != "" {
		return b, ErrNotFound
	}
	field := func(name string) string { return strings.TrimSpace(oneRule(r.Form.Get(name))) }
	b.New = news.Feed{ID: field("id"), Title: field("title"), Sources: strings.FieldsFunc(field("sources"), func(r rune) bool { return unicode.IsSpace(r) || r == ',' })}
	b.Sources = strings.Join(b.New.Sources, " ")
	if b.Language = field("language"); b.Language == "all" {
		b.New.Languages = []string{"all"}
	} else {
		b.New.Language = b.Language
	}
	b.Where = oneRule(r.Form.Get("where"))
	if !r.Form.Has("where") && n >= 0 {
		b.Where = b.Feeds[n].Where
	}
	return b, nil
}

// oneRule is a rule as it was meant: browsers send other line ends, and nobody
// means what stands unseen at the end.
func oneRule(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\ufffd")
	return strings.TrimRightFunc(text, unicode.IsSpace)
}

// benchView is the page, or the part that the page's script asked for. What is
// wrong with a rule is said beside it.
func (d *desk) benchView(r *http.Request, who Visitor, part string, b benchBody, err error) (view, error) {
	bad, uncompiled := errors.AsType[*RuleError](err)
	refused, isRefused := errors.AsType[*Refusal](err)
	switch {
	case uncompiled:
		b.Wrong = pointedAt(b.Where, bad)
	case isRefused:
		b.Trouble = say(who.Lang, refused.Words)
	case errors.Is(err, ErrTime):
		b.Trouble = say(who.Lang, "There was no time to rehearse all of it. Copy the row into a copy of the configuration, and ask `chinanewsd rehearse --config COPY` where the daemon runs.")
	case errors.Is(err, context.Canceled):
		b.Trouble = say(who.Lang, "You have begun another one since.")
	case err != nil:
		return view{}, err
	}
	v := view{name: "bench", Tab: "bench", Title: say(who.Lang, "Rules"), Script: "bench.js", Body: b}
	if part != "" && r.Header.Get(fragmentHeader) != "" {
		v.name = part
	}
	return v, nil
}

// fragmentHeader is what the page's script asks with.
const fragmentHeader = "Desk-Fragment"

// wrong is where a rule goes wrong.
type wrong struct {
	*RuleError
	Before, At, After string // of the line
	Row, In           int    // the line, and the column in it, from 1
}

// maxAround is how much of a long line is shown on each side, in characters.
const maxAround = 40

func pointedAt(rule string, bad *RuleError) *wrong {
	runes := []rune(rule)
	at := min(max(bad.Column-1, 0), len(runes))
	out := &wrong{RuleError: bad, Row: 1}
	from, to := 0, len(runes)
	for n, r := range runes {
		switch {
		case r == '\n' && n < at:
			from, out.Row = n+1, out.Row+1
		case r == '\n':
			to = min(to, n)
		}
	}
	out.In = at - from + 1
	before, after := runes[from:at], runes[at:max(at, to)]
	if len(after) > 0 {
		out.At, after = string(after[:1]), after[1:]
	}
	out.Before, out.After = string(before[max(0, len(before)-maxAround):]), string(after[:min(len(after), maxAround)])
	return out
}

// shown are releases under a heading.
type shown[T any] struct {
	ID, Title string
	List      []T
	More      int // that are not listed
}

func show[T any](id, title string, list []T, all int) []shown[T] {
	if all == 0 {
		return nil
	}
	list = list[:min(len(list), MostShown)]
	return []shown[T]{{id, title, list, all - len(list)}}
}

// Found are the releases of which a look says something.
func (b benchBody) Found(lang string) []shown[Match] {
	s := b.Sighting
	if s == nil {
		return nil
	}
	return append(show("leaving", say(lang, "In the feed now, and would leave"), s.Losses, s.Leaves), show("passing", say(lang, "Pass"), s.Matches, s.Passes)...)
}

// Counts are what a look counts, in words. since is how far back it came.
func (b benchBody) Counts(lang, since string) string {
	s := b.Sighting
	said := []string{say(lang, "%d of %d releases pass.", s.Passes, s.Looked)}
	if b.Feed != "" {
		said = append(said, say(lang, "%d of them are not in the feed now, and %d that are in it would leave.", s.Gains, s.Leaves))
	}
	switch {
	case s.Cut && s.Looked > 0:
		said = append(said, say(lang, "There was time to look back to %s.", since))
	case s.Cut:
		said = append(said, say(lang, "There was no time to look at any."))
	default:
		said = append(said, say(lang, "These are all that the record has of the feed's sources and languages."))
	}
	return joined(lang, said)
}

// Counts are what a rehearsal counts, in words.
func (r Rehearsal) Counts(lang string) string {
	said := []string{say(lang, "%d enter, %d leave, %d stay.", len(r.Gains), len(r.Losses), r.Stays)}
	if r.New {
		said[0] = say(lang, "It is a new feed, and begins with %d.", len(r.Gains))
	}
	if r.Leads > 0 {
		said = append(said, say(lang, "%d of them have another text or link.", r.Leads))
	}
	if len(r.Waits) > 0 {
		said = append(said, say(lang, "%d begin to wait for an approval.", len(r.Waits)))
	}
	return joined(lang, said)
}

// joined are sentences as a language sets them.
func joined(lang string, sentences []string) string {
	if lang == "zh" {
		return strings.Join(sentences, "")
	}
	return strings.Join(sentences, " ")
}

// Moved are the releases of which a rehearsal says something.
func (r Rehearsal) Moved(lang string) []shown[Move] {
	return slices.Concat(show("enter", say(lang, "Enter"), r.Gains, len(r.Gains)), show("leave", say(lang, "Leave"), r.Losses, len(r.Losses)),
		show("wait", say(lang, "Wait for an approval"), r.Waits, len(r.Waits)))
}
