package desk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chinanews/news"
)

// Pages of the queue and of stories, for tests that drive a browser:
//
//	/desk/                    #queue > li[data-story=NAME], #news, #status
//	/desk/stories/?q=         form[role=search] input[name=q], #found li[data-story]
//	/desk/stories/ADDRESS     #acts form.quick, form[data-act=ACT], #status, #merge, #split, #withdraw, #places, #deeds
//	/desk/floods/SOURCE/DAY   form.quick, #deeds
//
// A form posts to /desk/stories/ADDRESS/acts or /desk/floods/SOURCE/DAY/acts:
//
//	act     of a button: approve hide hold pin embargo retitle summary note tag merge split withdraw undo
//	feed    id; empty: everywhere
//	seen    the record's end as of which the page was made
//	text    of retitle, summary and note; tags: of tag, parted by commas
//	until   of pin (empty: 24 hours) and embargo: 2026-12-01T08:00 in Beijing, a day, or 3d
//	other   of merge: an address; parts: of split, ids of items, each its own value
//	reason, erase, sure   of withdraw; without sure=1 a page asks once more
//	undoes  of undo: a record
//	back    queue, queue-30 (its page after 30 lines) or story: where to go after it
//
// The answer is 303 to the page with ?done=RECORD; 409 when something came
// after seen, with the same form and a button "Do it all the same" (#act
// button); 422 when it cannot be done, likewise. #act holds what was typed.

// Wish is an act as an editor asks for it.
type Wish struct {
	Name   string // of a story its address, of a flood SOURCE/DAY
	Act    news.Act
	Feed   string // id; empty: everywhere
	Text   string
	Tags   []string
	Until  time.Time
	Reason string
	Erase  bool
	Other  string   // of a merge: a story
	Parts  []string // of a split: ids of items
	Undoes uint64   // of an undo: a record
	Who    string
	Seen   uint64 // the record as of which the editor saw it
}

// Undo takes an act back.
const Undo news.Act = "undo"

// Stale is why an act is not done: something came after what its editor saw.
type Stale struct {
	Acts    []Deed // what was done meanwhile, oldest first
	Changed bool   // the source changed its text
	Came    int    // of a flood: releases that came with it
	Into    bool   // it became part of another story
}

func (e *Stale) Error() string { return "it is not as it was seen" }

// Done is what became of an act. Feeds are those that it is about.
type Done struct {
	Deed
	Name    string // of the story or flood
	Title   string
	Lang    string
	Feeds   []Named // that it is in now
	Left    []Named
	Stubs   []Named // of those: whose documents have a stub in its place
	Entered []Named
	Paged   []Named // of which it is in the pages only
	Updated []Named // where readers are told that it changed
	Shown   []Named // where another text of it is shown
	First   []Named // where it stands first
	Last    []Named // where it does no more
	Waits   []Named // without an id: every feed
	Joined  []Leads
	Parted  []string // addresses of stories that are their own from now on
	Came    int      // releases that entered, of a flood
	Erased  bool
	Files   []string // that may hold still what was erased
}

// Leads is an address of a story that leads to another's.
type Leads struct{ From, To string }

// maxForm bounds what a form brings, in bytes.
const maxForm = 256 << 10

// asked is a form as it was sent: nothing that was typed is lost while it
// cannot be done.
type asked struct {
	Wish
	Typed struct{ Tags, Until string }
	Then  string // where to go after it
	Sure  bool
}

// Limits of what is typed, in characters.
const (
	mostTitle = 300
	mostText  = 2000
	mostTag   = 50
	mostTags  = 20
)

// pinned is how long something stands first when nobody says until when.
const pinned = 24 * time.Hour

// ask reads a form. The time is of the daemon's clock.
func ask(r *http.Request, who Visitor, now time.Time) (a asked, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return a, &Refusal{Words: say(who.Lang, "What was sent could not be read: %s", err)}
	}
	f := r.PostForm
	a.Wish = Wish{Act: news.Act(f.Get("act")), Feed: f.Get("feed"), Text: news.Line(f.Get("text")), Reason: news.Line(f.Get("reason")), Erase: f.Get("erase") == "1",
		Other: strings.TrimSpace(f.Get("other")), Parts: f["parts"], Who: who.Name}
	a.Typed.Tags, a.Typed.Until, a.Then, a.Sure = news.Line(f.Get("tags")), strings.TrimSpace(f.Get("until")), f.Get("back"), f.Get("sure") == "1"
	a.Tags = tagsOf(a.Typed.Tags)
	a.Undoes, _ = strconv.ParseUint(f.Get("undoes"), 10, 64)
	if a.Seen, err = strconv.ParseUint(f.Get("seen"), 10, 64); err != nil {
		return a, &Refusal{Words: say(who.Lang, "The form does not say what was seen. Open the page anew.")}
	}
	if words, args := a.amiss(now); words != "" {
		err = &Refusal{Words: say(who.Lang, words, args...)}
	}
	return a, err
}

// tagsOf cuts what was typed at commas, of both scripts.
func tagsOf(typed string) (tags []string) {
	for tag := range strings.FieldsFuncSeq(typed, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
		if tag = news.Line(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// amiss is what a form lacks, and reads its moment; empty: nothing.
func (a *asked) amiss(now time.Time) (words string, args []any) {
	long := func(text string, most int) bool { return utf8.RuneCountInString(text) > most }
	switch a.Act {
	case news.ActRetitle, news.ActSummary, news.ActNote:
		most := mostText
		if a.Act == news.ActRetitle {
			most = mostTitle
		}
		if a.Text == "" {
			return "Write something.", nil
		} else if long(a.Text, most) {
			return "That is %d characters; the most is %d.", []any{utf8.RuneCountInString(a.Text), most}
		}
	case news.ActTag:
		if n := len(a.Tags); n == 0 || n > mostTags {
			return "Write 1 to %d tags, with commas between them.", []any{mostTags}
		}
		for _, tag := range a.Tags {
			if long(tag, mostTag) {
				return "The tag “%s” is too long; the most is %d characters.", []any{tag, mostTag}
			}
		}
	case news.ActPin, news.ActEmbargo:
		return a.moment(now)
	case news.ActMerge:
		if a.Other == "" {
			return "Choose the story that is the same release.", nil
		}
	case news.ActSplit:
		if len(a.Parts) == 0 {
			return "Choose what is another release.", nil
		}
	case news.ActWithdraw:
		if a.Reason == "" || long(a.Reason, mostText) {
			return "Say why, in %d characters at most: readers are told.", []any{mostText}
		}
	case Undo:
		if a.Undoes == 0 {
			return "Choose what is to be taken back.", nil
		}
	case news.ActApprove, news.ActHide, news.ActHold:
	default:
		return "There is no such act: %s.", []any{string(a.Act)}
	}
	return "", nil
}

// beijing is the zone in which editors write moments, as pages show them.
var beijing = news.Location("Asia/Shanghai")

// moment reads until when a pin or an embargo is.
func (a *asked) moment(now time.Time) (words string, args []any) {
	if a.Typed.Until == "" && a.Act == news.ActPin {
		a.Typed.Until = news.Duration(pinned).String()
	}
	if d, err := news.ParseDuration(a.Typed.Until); err == nil {
		a.Until = now.Add(d.Std()).UTC().Truncate(time.Second)
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(form, a.Typed.Until, beijing); err == nil {
			a.Until = t.UTC()
		}
	}
	switch {
	case a.Until.IsZero():
		return "Say until when: 2026-12-01T08:00 or 2026-12-01 as it is in Beijing, or 3d.", nil
	case !a.Until.After(now):
		return "That moment is over.", nil
	}
	return "", nil
}

// acting does what a form asks for.
func (d *desk) acting(name func(*http.Request) string) look {
	return func(r *http.Request, who Visitor) (view, error) {
		a, err := ask(r, who, time.Now())
		a.Name = name(r)
		if err != nil {
			return d.unacted(r, who, a, err)
		}
		if a.Act == news.ActWithdraw && !a.Sure {
			return d.unacted(r, who, a, nil)
		}
		pos, err := d.Stories.Act(r.Context(), a.Wish)
		if err != nil {
			return d.unacted(r, who, a, err)
		}
		return view{moved: a.back() + "done=" + strconv.FormatUint(pos, 10) + "#status"}, nil
	}
}

// back is where an editor goes after an act, up to what is asked there.
func (a asked) back() string {
	from, ok := strings.CutPrefix(a.Then, "queue")
	if !ok {
		return pageOf(a.Name) + "?"
	}
	if n, err := strconv.ParseUint(strings.TrimPrefix(from, "-"), 10, 31); err == nil {
		return "/desk/?from=" + strconv.FormatUint(n, 10) + "&"
	}
	return "/desk/?"
}

// pageOf is the page of a story or flood.
func pageOf(name string) string {
	if strings.Contains(name, "/") {
		return "/desk/floods/" + name
	}
	return "/desk/stories/" + name
}

// undone is an act that is not done (yet), with all that was typed.
type undone struct {
	asked
	form
	Confirm bool // of a withdrawal: it is asked once more
	Stale   *Stale
	Story   *Story // as it is now; nil: it is a flood, or cannot be read
	Flood   *Flood
}

// unacted keeps what was typed for an editor who is to decide once more: told
// what is amiss, what came since, or what a withdrawal is.
func (d *desk) unacted(r *http.Request, who Visitor, a asked, cause error) (v view, err error) {
	u := undone{asked: a, Confirm: cause == nil}
	v = view{name: "act", Tab: "queue", status: http.StatusUnprocessableEntity, Title: say(who.Lang, "Not done")}
	refused, isRefused := errors.AsType[*Refusal](cause)
	var stale bool
	switch u.Stale, stale = errors.AsType[*Stale](cause); {
	case stale:
		v.status, v.Title = http.StatusConflict, say(who.Lang, "Not done yet: it is not as you saw it")
	case isRefused:
		status, title := refused.heading()
		v.status, v.Title, v.Trouble = status, say(who.Lang, title), say(who.Lang, refused.Words)
	case cause == nil:
		v.status, v.Title = 0, say(who.Lang, "Withdraw it?")
	default:
		return view{}, cause
	}
	if strings.Contains(a.Name, "/") {
		source, day, _ := strings.Cut(a.Name, "/")
		f, err := d.Queue.Flood(r.Context(), source, day)
		if err != nil {
			return view{}, err
		}
		u.Flood = &f
	} else {
		s, err := d.Stories.Story(r.Context(), a.Name)
		if err != nil {
			return view{}, err
		}
		u.Story = &s
	}
	u.form = u.again(who.Lang)
	v.Body = u
	return v, nil
}

// again is the form for asking once more. What came meanwhile has been seen
// then.
func (u undone) again(lang string) form {
	f := form{Lang: lang, Name: u.asked.Name, Seen: u.asked.Seen, Back: u.asked.Then}
	switch {
	case u.Stale == nil:
	case u.Story != nil:
		f.Name, f.Seen = u.Story.Address, u.Story.Seen // it may be part of another story now
	case u.Flood != nil:
		f.Seen = u.Flood.Seen
	}
	return f
}

// form is what every form for acts has.
type form struct {
	Lang string
	Name string // of the story or flood
	Seen uint64
	Back string // where to go after it: queue, else its page
	Feed string // id, where the form is about one

	Title, Note, Precis, Tags string // that it has now
}

// Action is where it is sent.
func (f form) Action() string { return pageOf(f.Name) + "/acts" }
