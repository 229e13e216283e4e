package main

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"chinanews/news"
)

// Forms of a moment; without an offset it is of the machine's zone.
var moments = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly}

// readUntil reads a moment to come: a day as it begins, a time, or a span from
// now.
func readUntil(s string, now time.Time) (time.Time, error) {
	at := time.Time{}
	if d, err := news.ParseDuration(s); err == nil {
		at = now.Add(d.Std())
	}
	for _, form := range moments {
		if t, err := time.ParseInLocation(form, s, now.Location()); err == nil {
			at = t
		}
	}
	switch {
	case at.IsZero():
		return at, fmt.Errorf("%q is no moment; write 2026-12-01, 2026-12-01T08:00+08:00 or 3d", s)
	case !at.After(now):
		return at, fmt.Errorf("%s is over; name a moment to come", at.Format("2006-01-02 15:04 -07:00"))
	}
	return at.UTC().Truncate(time.Second), nil
}

// actUndo takes an act back; in the record it has that act's name.
const actUndo news.Act = "undo"

// wish is an act as an editor asks for it: with the names that people use.
type wish struct {
	Story  string    `json:"story"`
	Feed   string    `json:"feed,omitempty"` // id
	Act    news.Act  `json:"act"`
	Args   news.Args `json:"args,omitzero"`
	Other  string    `json:"other,omitempty"`  // of a merge: a story
	Parts  []string  `json:"parts,omitempty"`  // of a split: items, or sources
	Undoes uint64    `json:"undoes,omitempty"` // of an undo; 0: the last act that stands
	Rev    *int      `json:"rev,omitempty"`    // the revision that was seen; nil: any
	Seen   *uint64   `json:"seen,omitempty"`   // the record as of which it was seen, in every feed; nil: any
	Who    string    `json:"who"`
}

// Limits of what an editor writes, in characters.
var mostText = map[news.Act]int{news.ActRetitle: 300, news.ActSummary: 2000, news.ActNote: 2000}

const (
	mostReason = 2000
	mostTag    = 50
	mostTags   = 20
	mostWho    = 100
)

// clean makes lines of what was written, and refuses what is empty or too
// long, or a moment that is over.
func (w wish) clean(now time.Time) (wish, error) {
	var err error
	if w.Who, err = line("--who", w.Who, mostWho); err != nil {
		return w, err
	}
	if most, ok := mostText[w.Act]; ok {
		if w.Args.Text, err = line("the text of "+string(w.Act), w.Args.Text, most); err != nil {
			return w, err
		}
	}
	switch w.Act {
	case news.ActWithdraw:
		if w.Args.Reason, err = line("--reason", w.Args.Reason, mostReason); err != nil {
			err = fmt.Errorf("%w; readers are told why", err)
		}
	case news.ActTag:
		w.Args.Tags, err = cleanTags(w.Args.Tags)
	case news.ActPin, news.ActEmbargo:
		if !w.Args.Until.After(now) {
			err = errors.New("--until is over; name a moment to come")
		}
	}
	if w.Rev != nil && *w.Rev < 0 {
		err = errors.New("--rev: a revision counts from 1; 0 is that nobody has acted yet")
	}
	return w, err
}

// line is a text on one line, neither empty nor longer than most characters.
func line(name, text string, most int) (string, error) {
	text = news.Line(text)
	n := utf8.RuneCountInString(text)
	switch {
	case n == 0:
		return "", fmt.Errorf("%s is empty", name)
	case n > most:
		return "", fmt.Errorf("%s has %d characters; the most is %d", name, n, most)
	}
	return text, nil
}

// cleanTags makes each tag a line, and leaves out those that came before.
func cleanTags(tags []string) (clean []string, err error) {
	seen := make(map[string]bool)
	for _, tag := range tags {
		if tag, err = line("a tag", tag, mostTag); err != nil {
			return nil, err
		}
		if !seen[tag] {
			seen[tag] = true
			clean = append(clean, tag)
		}
	}
	if len(clean) == 0 || len(clean) > mostTags {
		return nil, fmt.Errorf("%s; give 1 to %d", count(len(clean), "tag"), mostTags)
	}
	return clean, nil
}
