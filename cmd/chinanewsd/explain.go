package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

type explainCmd struct {
	What []string `arg:"" placeholder:"WHAT" help:"The ministry's address of a release, the address of a story or of its page, an entry's id, an id of the record, or words of a title."`
	Feed string   `placeholder:"ID" help:"In this feed only."`
	JSON bool     `help:"Print JSON."`
}

// Run explains what the record has of something: as the daemon says that holds
// the record, else as the record says.
func (c explainCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	what := strings.TrimSpace(strings.Join(c.What, " "))
	if what == "" {
		return usageError{errors.New("say what is to be explained: an address, an id, or words of a title")}
	}
	var said explained
	answered, err := t.ask(cfg, "GET", "/explain?"+url.Values{"what": {what}, "feed": {c.Feed}}.Encode(), &said)
	if !answered {
		err = t.reading(cfg, func(h *house) error { said, err = h.explain(t, what, c.Feed); return err })
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(said)
	}
	return said.print(t.out, inkFor(t.out), time.Now())
}

// explained is what there is to say of something, as --json prints it: one of
// Story, Matches and Unseen is there.
type explained struct {
	Asked   string     `json:"asked"`
	Story   *storySaid `json:"story,omitempty"`
	Matches []match    `json:"matches,omitempty"` // stories that it may mean, the newest first
	More    int        `json:"more,omitempty"`    // of them that are not listed
	Unseen  *unseen    `json:"unseen,omitempty"`  // a page that is not in the record
}

// match is a story that words may mean.
type match struct {
	Address string    `json:"address"`
	Title   string    `json:"title"`
	Source  string    `json:"source"` // id, of its first item
	Dated   news.Date `json:"dated"`
	id      news.StoryID
}

// explainFor answers the command.
func (h *house) explainFor(r *http.Request) (any, error) {
	return h.explain(r.Context(), r.FormValue("what"), r.FormValue("feed"))
}

func (h *house) explain(ctx context.Context, what, feed string) (said explained, err error) {
	if feed != "" {
		if _, err := h.feedNamed(feed); err != nil {
			return said, err
		}
	}
	c, err := h.judge()
	if err != nil {
		return said, err
	}
	said.Asked = what
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		found := h.storiesBy(l, what)
		page := news.Host(what) != ""
		if len(found) == 0 && !page {
			found = titled(ctx, l, what)
		}
		switch {
		case len(found) == 1:
			said.Story = h.storySaid(l, c, found[0], feed)
		case len(found) > 1:
			said.Matches, said.More = h.matches(l, found)
		case page:
			said.Unseen = h.unseen(l, what)
		default:
			return usageError{fmt.Errorf("nothing is known as %q: it is no address, no id, and no title has these words; give the page's full address, https://..., to hear which source it looks like", what)}
		}
		return ctx.Err()
	})
	return said, err
}

// judge is the curator under this house's configuration.
func (h *house) judge() (*curator.Curator, error) {
	if h.terms != nil {
		return h.curator, nil
	}
	c, err := curator.New(h.cfg.Publication, 0)
	if err != nil {
		return nil, usageError{err}
	}
	return c, nil
}

// titled are the stories of which an item has all words of a text in its title.
func titled(ctx context.Context, l *storage.Ledger, text string) (found []news.Story) {
	var words []string
	for _, w := range strings.Fields(text) {
		if w = news.Folded(w); w != "" {
			words = append(words, w)
		}
	}
	for s := range l.Stories() {
		if len(words) == 0 || ctx.Err() != nil {
			break
		}
		if slices.ContainsFunc(s.Items, func(id news.ItemID) bool { i, _ := l.Item(id); return hasAll(i.Shown.Title, words) }) {
			found = append(found, s)
		}
	}
	return found
}

func hasAll(title string, words []string) bool {
	title = news.Folded(title)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(title, w) })
}

// mostMatches is how many stories are named when several may be meant.
const mostMatches = 20

func (h *house) matches(l *storage.Ledger, found []news.Story) (all []match, more int) {
	for _, s := range found {
		i, _ := l.Item(s.Items[0])
		all = append(all, match{s.Address, titleOf(l, s), h.rowOf(i.Source), i.Dated(), s.ID})
	}
	slices.SortFunc(all, func(a, b match) int {
		return cmp.Or(b.Dated.Time.Compare(a.Dated.Time), slices.Compare(a.id[:], b.id[:]))
	})
	n := min(len(all), mostMatches)
	return all[:n], len(all) - n
}
