package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// dossier is what editors have done to a story or flood, and what waits.
type dossier struct {
	Name  string        `json:"name"` // address of the story; of a flood SOURCE/DAY
	Title string        `json:"title"`
	Items []part        `json:"items"` // of a story, in the order in which they joined
	Also  []otherTongue `json:"also"`  // its versions in other languages
	Feeds []string      `json:"feeds"` // that it is in
	Waits []waiting     `json:"waits"`
	Acts  []deed        `json:"acts"` // oldest first
	Revs  []revision    `json:"revs"` // of scopes that were acted on
}

// part is an item of a story.
type part struct {
	ID     news.ItemID `json:"id"`
	Source string      `json:"source"` // id of its row
	Title  string      `json:"title"`
	URL    string      `json:"url,omitempty"`
}

// otherTongue is a story that is this one in another language.
type otherTongue struct {
	Lang  string `json:"lang"`
	Name  string `json:"name"`
	Title string `json:"title"`
}

// revision is how often a scope was acted on.
type revision struct {
	Feed string `json:"feed,omitempty"` // id; empty: everywhere
	Rev  int    `json:"rev"`
}

// deed is an act with its scope, in words.
type deed struct {
	news.Acted
	Scope  news.Scope `json:"scope"`
	Feed   string     `json:"feed,omitempty"`
	Words  string     `json:"words"`            // what the act was told
	Undoer string     `json:"undoer,omitempty"` // who took it back
}

// dossierFor answers the command.
func (h *house) dossierFor(r *http.Request) (any, error) {
	return h.dossier(r.Context(), r.FormValue("story"))
}

func (h *house) dossier(ctx context.Context, name string) (d dossier, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		scope, s, err := h.scopeBy(l, name)
		if err != nil {
			return err
		}
		d = dossier{Name: h.nameOf(s, scope), Title: titleOf(l, s), Items: h.partsOf(l, s), Also: versionsOf(l, s), Feeds: h.feedsWith(l, s), Waits: []waiting{}, Acts: h.deeds(l, scope, s)}
		for _, q := range l.Queue() {
			if q.Source == scope.Source && q.Day == scope.Day && q.Story == s.ID {
				d.Waits = append(d.Waits, h.waiting(l, q))
			}
		}
		for _, in := range h.scopes(scope, s) {
			if rev := l.Decisions(in).Rev; rev > 0 {
				d.Revs = append(d.Revs, revision{h.feedID(in.Feed), rev})
			}
		}
		return nil
	})
	return d, err
}

// partsOf are the items of a story.
func (h *house) partsOf(l *storage.Ledger, s news.Story) []part {
	all := []part{}
	for _, id := range s.Items {
		i, _ := l.Item(id)
		all = append(all, part{id, h.rowOf(i.Source), news.Line(i.Shown.Title), i.Shown.URL})
	}
	return all
}

// versionsOf are the stories that are a story in other languages.
func versionsOf(l *storage.Ledger, s news.Story) []otherTongue {
	all := []otherTongue{}
	seen := map[news.StoryID]bool{s.ID: true}
	for _, id := range s.Items {
		for _, link := range l.Siblings(id) {
			i, _ := l.Item(link.Of)
			if other, ok := l.Story(i.Story); ok && !seen[other.ID] {
				seen[other.ID] = true
				all = append(all, otherTongue{i.Shown.Lang, other.Address, titleOf(l, other)})
			}
		}
	}
	return all
}

// scopes are all in which a story may have been acted on: under every id that
// it had, everywhere and in each feed.
func (h *house) scopes(scope news.Scope, s news.Story) (all []news.Scope) {
	if scope.Source != "" {
		return []news.Scope{scope}
	}
	ids := append([]news.ItemID{news.ItemID(s.ID)}, s.Items...)
	for n, id := range ids {
		if slices.Index(ids, id) < n {
			continue
		}
		all = append(all, news.Scope{Story: news.StoryID(id)})
		for _, f := range h.cfg.Feeds {
			all = append(all, news.Scope{Story: news.StoryID(id), Feed: f.Name})
		}
	}
	return all
}

// deeds are the acts on a story or flood, the oldest first.
func (h *house) deeds(l *storage.Ledger, scope news.Scope, s news.Story) []deed {
	all := []deed{}
	for _, in := range h.scopes(scope, s) {
		for _, a := range l.Decisions(in).Acts {
			d := deed{Acted: a, Scope: in, Feed: h.feedID(in.Feed), Words: argument(l, a)}
			if f, err := l.Fact(a.Undone); err == nil && a.Undone > 0 && f.Editing != nil {
				d.Undoer = f.Editing.Who
			}
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b deed) int { return cmp.Compare(a.Pos, b.Pos) })
	return all
}

// argument is what an act was told, in words; its moment is added where it is
// printed.
func argument(l *storage.Ledger, a news.Acted) string {
	switch {
	case a.Args.Text != "":
		return "“" + a.Args.Text + "”"
	case len(a.Args.Tags) > 0:
		return strings.Join(a.Args.Tags, ", ")
	case !a.Args.Story.IsZero():
		return "with " + l.Address(a.Args.Story)
	case len(a.Args.Items) > 0:
		var ids []string
		for _, id := range a.Args.Items {
			ids = append(ids, id.String())
		}
		return "off " + strings.Join(ids, ", ")
	case a.Args.Erase:
		return "and erase: “" + a.Args.Reason + "”"
	case a.Args.Reason != "":
		return "“" + a.Args.Reason + "”"
	}
	return ""
}

// print shows it to a person, with times of a zone.
func (d dossier) print(w io.Writer, zone *time.Location) error {
	var b strings.Builder
	fmt.Fprintln(&b, strings.TrimSpace(d.Name+"  "+d.Title))
	if !strings.Contains(d.Name, "/") {
		in := "no feed"
		if len(d.Feeds) > 0 {
			in = strings.Join(d.Feeds, ", ")
		}
		fmt.Fprintf(&b, "in %s\n", in)
	}
	for _, i := range d.Items {
		fmt.Fprintf(&b, "item %s  %s  %s\n", i.ID, i.Source, quoted(i.Title))
	}
	for _, v := range d.Also {
		fmt.Fprintf(&b, "also in %s: %s  %s\n", v.Lang, v.Name, quoted(v.Title))
	}
	for _, q := range d.Waits {
		fmt.Fprintf(&b, "waits since %s: %s\n", q.Since.In(zone).Format(minute), q.words(zone))
	}
	if len(d.Acts) == 0 {
		b.WriteString("nobody has acted on it\n")
	}
	for _, a := range d.Acts {
		fmt.Fprintf(&b, "record %d  %s  %s: %s\n", a.Pos, a.At.In(zone).Format(minute), a.Who, a.sentence(zone))
	}
	var revs []string
	for _, r := range d.Revs {
		revs = append(revs, fmt.Sprintf("%d %s", r.Rev, where(r.Feed)))
	}
	if len(revs) > 0 {
		fmt.Fprintf(&b, "revision %s\n", strings.Join(revs, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// minute is how moments are shown.
const minute = "2006-01-02 15:04"

func where(feed string) string {
	if feed == "" {
		return "everywhere"
	}
	return "in " + feed
}

// sentence says what was done, and whether it was taken back.
func (a deed) sentence(zone *time.Location) string {
	text := string(a.Act)
	if !a.Args.Until.IsZero() {
		text += " until " + a.Args.Until.In(zone).Format(minute)
	}
	if a.Words != "" {
		text += " " + a.Words
	}
	if a.Feed != "" {
		text += " in " + a.Feed
	}
	if a.Undone > 0 {
		text += fmt.Sprintf(" (taken back by %s, record %d)", a.Undoer, a.Undone)
	}
	return text
}

// nameOf is what commands call a story or flood.
func (h *house) nameOf(s news.Story, scope news.Scope) string {
	if scope.Source != "" {
		return h.rowOf(scope.Source) + "/" + scope.Day
	}
	return s.Address
}

// feedID is the id that a feed has in the configuration.
func (h *house) feedID(name news.FeedName) string {
	for _, f := range h.cfg.Feeds {
		if f.Name == name {
			return f.ID
		}
	}
	return string(name)
}

// feedsWith are the feeds that a story is in.
func (h *house) feedsWith(l *storage.Ledger, s news.Story) []string {
	ids := []string{}
	for _, f := range h.cfg.Feeds {
		if _, in := memberOf(l, f.Name, s); in {
			ids = append(ids, f.ID)
		}
	}
	return ids
}
