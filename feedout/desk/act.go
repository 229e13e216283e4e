package desk

import (
	"time"

	"chinanews/news"
)

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
}

func (e *Stale) Error() string { return "it is not as it was seen" }

// Leads is an address of a story that leads to another's.
type Leads struct{ From, To string }

// Done is what became of an act. Feeds are those that it is about.
type Done struct {
	Deed
	Name    string // of the story or flood
	Title   string
	Lang    string
	Feeds   []Named // that it is in now
	Left    []Named
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
