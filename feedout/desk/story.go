package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"chinanews/news"
)

// Stories are the releases of the record and what editors do to them.
type Stories interface {
	// Find finds stories, public or not, by words of theirs, an address of theirs
	// or an id. Nothing asked finds the newest.
	Find(ctx context.Context, asked string) (Finding, error)
	// Story is a story by its address, or by that of one merged into it.
	Story(ctx context.Context, address string) (Story, error)
	// Act has an act done, and is its record's position. A Refusal is why it
	// cannot be, a Stale that it was asked for without having seen what came since.
	Act(ctx context.Context, w Wish) (uint64, error)
	// Done is what became of the act of a record.
	Done(ctx context.Context, pos uint64) (Done, error)
}

// Finding is what was found.
type Finding struct {
	Found []Brief // the newest first
	More  bool    // there are others
	Cut   bool    // there was no time to look at everything
}

// Story is a release with all that an editor should know of it, as of a record.
type Story struct {
	Brief
	Seen      uint64 // position of the record's end
	Own       string // the source's title, where an editor gave another
	Precis    string // the editor's summary
	Note      string
	Tags      []string // that an editor gave it
	Public    bool     // readers have a page of it
	Withdrawn news.Withdrawal
	Former    []string // addresses of stories that were merged into it
	Parts     []Part   // whose text leads first
	Siblings  []Brief  // its versions in other languages
	Places    []Place  // of every feed
	Waits     []Wait
	Floods    []string // SOURCE/DAY, of those that parts of it were held back of
	Acts      []Deed   // the newest first
	Behind    bool     // the configuration is not the one that was last at work
}

// Part is an item of a story.
type Part struct {
	news.Carrier
	Summary  string // plain text
	HTML     string // as its source has it now, not harmless yet; empty: there is none, or too many parts have one
	Lost     bool   // its text is no longer kept
	Versions []Version
	Shown    int    // the version that readers have; 0: none
	Changes  string // from that to what it says now, as markup with ins and del; empty: nothing, or nobody can say
	Joined   []Joined
}

// Version is a reading of an item that was shown.
type Version struct {
	Number int
	news.Revision
	Public bool // readers have a page of it
}

// Joined is when and why an item came into the story.
type Joined struct {
	At       time.Time
	Evidence string // in English; empty: it began a story, or came with another
}

// Place is why a story is in a feed, or is not.
type Place struct {
	Feed   Named
	Hold   bool // what nobody has approved is not in it
	Here   bool // the feed has it now
	In     bool // it may be in the feed, and is
	Leaves bool // it stays until the configuration changes
	Enters bool // it enters with that
	Reason string
	Wait   string
	Entry  news.Membership // that it has, or had
	Digest string          // in English: which entry of the feed has it
	Pinned time.Time
	Beside string // address of the version that the feed has in its place
	Who    string // who hides or holds it
	Until  time.Time
	Lead   news.ItemID
	Judged []Judged
}

// Judged is what a feed makes of an item of a story.
type Judged struct {
	Item   news.ItemID
	Source string
	Passes bool
	Reason string // why no rule was asked
	Rules  []Clause
}

// Clause is a part of a rule, and what became of it.
type Clause struct {
	Text  string
	Op    string // and, or, not; empty: it has no parts
	True  bool
	Saw   string // in English
	Parts []Clause
}

// Deed is an act of an editor's.
type Deed struct {
	Pos    uint64 // of its record
	At     time.Time
	Who    string
	Act    news.Act
	Flood  bool   // it is about a flood, not a story
	Feed   Named  // without an id: everywhere
	Words  string // of a title, summary, note or reason
	Tags   []string
	Until  time.Time
	Other  string   // of a merge: address of the other story
	Off    []string // of a split: ids of the sources of what went
	Undoes uint64   // record of the act that this one took back
	Undone uint64   // record that took it back
	Undoer string
}

func (d *desk) storyRoutes(mux *http.ServeMux) {
	if d.Stories == nil {
		return
	}
	mux.HandleFunc("GET /desk/stories/{$}", d.page(d.find))
	mux.HandleFunc("GET /desk/stories/{story}", d.page(d.story))
	mux.HandleFunc("POST /desk/stories/{story}/acts", d.page(d.acting(func(r *http.Request) string { return r.PathValue("story") })))
}

// search is the body of the page that finds stories.
type search struct {
	Finding
	Asked string
}

func (d *desk) find(r *http.Request, who Visitor) (view, error) {
	s := search{Asked: strings.TrimSpace(r.FormValue("q"))}
	v := view{name: "find", Tab: "stories", Title: say(who.Lang, "Find a story")}
	var err error
	s.Finding, err = d.Stories.Find(r.Context(), s.Asked)
	if refused, ok := errors.AsType[*Refusal](err); ok {
		v.Trouble, err = refused.Words, nil
	}
	v.Body = s
	return v, err
}

// file is the body of a story's page.
type file struct {
	Story
	Done    *settled
	Forms   form
	Asked   string // what is looked for to be merged with it
	Finding        // what was found
}

func (d *desk) story(r *http.Request, who Visitor) (view, error) {
	s, err := d.Stories.Story(r.Context(), r.PathValue("story"))
	if err != nil {
		return view{}, err
	}
	f := file{Story: s, Asked: strings.TrimSpace(r.FormValue("q")), Forms: form{Lang: who.Lang, Name: s.Address, Seen: s.Seen, Title: s.Title, Note: s.Note, Precis: s.Precis, Tags: strings.Join(s.Tags, say(who.Lang, ", "))}}
	v := view{name: "story", Tab: "stories", Title: cmp.Or(s.Title, s.Address), Tongue: s.Lang}
	if f.Done, err = d.settled(r, who, "story"); err != nil {
		return v, err
	}
	if f.Asked != "" {
		f.Finding, err = d.Stories.Find(r.Context(), f.Asked)
		if refused, ok := errors.AsType[*Refusal](err); ok {
			v.Trouble, err = refused.Words, nil
		}
		f.Found = slices.DeleteFunc(f.Found, func(b Brief) bool { return b.Address == s.Address })
	}
	v.Body = f
	return v, err
}

// Final reports that an act cannot be taken back, or was.
func (a Deed) Final() bool { return a.Act == news.ActWithdraw || a.Undone > 0 || a.Undoes > 0 }
