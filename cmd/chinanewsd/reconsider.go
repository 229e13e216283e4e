package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// maxExamples is how many differences of a kind are told in words.
const maxExamples = 5

// reconsidered is how today's rules would rule otherwise than was ruled.
type reconsidered struct {
	batches int
	kinds   map[string]int      // differences, by what they are
	told    map[string][]string // examples
	missing int
}

func (r *reconsidered) differ(kind, example string) {
	r.kinds[kind]++
	if len(r.told[kind]) < maxExamples {
		r.told[kind] = append(r.told[kind], example)
	}
}

// reconsider says what today's curator and configuration would rule otherwise.
// It changes nothing.
func (t *terminal) reconsider(s *storage.Store) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	return reconsider(t, cfg, s, t.out)
}

func reconsider(ctx context.Context, cfg news.Config, s *storage.Store, out io.Writer) (err error) {
	h := &house{lasting: lasting{store: s, log: slog.New(slog.DiscardHandler)}, cfg: cfg}
	if h.cfg.Publication, err = h.bind(ctx); err != nil {
		return err
	}
	c, err := curator.New(h.cfg.Publication, 0)
	if err != nil {
		return usageError{err}
	}
	r := &reconsidered{kinds: make(map[string]int), told: make(map[string][]string)}
	err = replayed(ctx, h, c, r.hear, func(again *replay) error {
		r.missing = again.missing
		return r.compare(ctx, h, again)
	})
	if err != nil {
		return err
	}
	return r.print(out)
}

// hear compares what was ruled on a batch's entries.
func (r *reconsidered) hear(h heard) {
	r.batches++
	now := make(map[int]news.ItemRuling)
	for _, i := range h.now.Items {
		if n := h.keep[i.N]; n < len(h.batch.Entries) {
			now[n] = i
		}
	}
	for _, then := range h.then.Items {
		title := quoted(h.batch.Entries[then.N].Title)
		i, kept := now[then.N]
		delete(now, then.N)
		switch {
		case !kept:
			r.differ("readings that would not be recorded", fmt.Sprintf("%s: %s then", title, then.Class))
		case i.Item != then.Item:
			r.differ("entries that would be another item", fmt.Sprintf("%s: item %s, was %s", title, i.Item, then.Item))
		case i.Class != then.Class:
			r.differ("readings of another class", fmt.Sprintf("%s: %s, was %s", title, i.Class, then.Class))
		case i.As != then.As:
			r.differ("items that would enter otherwise", fmt.Sprintf("%s: as %s, was %s", title, i.As, then.As))
		}
	}
	for n, i := range now {
		r.differ("readings that were not ruled on", fmt.Sprintf("%s: %s", quoted(h.batch.Entries[n].Title), i.Class))
	}
}

// compare compares stories and feeds as they came out.
func (r *reconsidered) compare(ctx context.Context, h *house, again *replay) error {
	return h.store.View(ctx, func(then *storage.Ledger) error {
		return again.store.View(ctx, func(now *storage.Ledger) error {
			for _, src := range h.cfg.Sources {
				r.stories(then, now, src)
			}
			for _, f := range h.cfg.Feeds {
				r.feed(then, now, f)
			}
			return nil
		})
	})
}

func (r *reconsidered) stories(then, now *storage.Ledger, src news.Source) {
	for i := range then.Items(src.Origin, news.Item{}.FirstSeen) {
		if j, ok := now.Item(i.ID); ok && storyOf(then, i) != storyOf(now, j) {
			r.differ("items that would be in another story", fmt.Sprintf("%s: story %s, was %s", quoted(i.Shown.Title), now.Address(j.Story), then.Address(i.Story)))
		}
	}
}

// storyOf is the story that an item is in now.
func storyOf(l *storage.Ledger, i news.Item) news.StoryID {
	s, _ := l.Story(i.Story)
	return s.ID
}

func (r *reconsidered) feed(then, now *storage.Ledger, f news.Feed) {
	was, is := inFeed(then, f.Name), inFeed(now, f.Name)
	for _, id := range slices.SortedFunc(maps.Keys(was), byID) {
		_, stays := is[id]
		switch {
		case !stays:
			r.differ("stories that would not be in "+f.ID, was[id].title)
		case is[id].as != was[id].as:
			r.differ("stories that would be in "+f.ID+" otherwise", fmt.Sprintf("%s: as %s, was %s", was[id].title, is[id].as, was[id].as))
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(is), byID) {
		if _, known := was[id]; !known {
			r.differ("stories that would be in "+f.ID+" too", is[id].title)
		}
	}
}

func byID(a, b news.StoryID) int { return strings.Compare(a.String(), b.String()) }

// place is how a story stands in a feed.
type place struct {
	as    news.As
	title string
}

// inFeed is what is in a feed, by the ids that stories have now.
func inFeed(l *storage.Ledger, name news.FeedName) map[news.StoryID]place {
	in := make(map[news.StoryID]place)
	for _, as := range []news.As{news.AsNews, news.AsHistory} {
		for m := range l.Entries(name, as) {
			s, _ := l.Story(m.Story)
			i, _ := l.Item(m.Lead)
			in[s.ID] = place{as, quoted(i.Shown.Title)}
		}
	}
	return in
}

func quoted(title string) string { return fmt.Sprintf("“%.80s”", title) }

// print says what differs: numbers by kind, the most first, with examples.
func (r *reconsidered) print(out io.Writer) error {
	var b strings.Builder
	if len(r.kinds) == 0 {
		fmt.Fprintf(&b, "reconsidered %s: today's rules would rule the same\n", count(r.batches, "answer"))
	} else {
		fmt.Fprintf(&b, "reconsidered %s; nothing was changed. Today's rules would rule otherwise:\n", count(r.batches, "answer"))
	}
	kinds := slices.SortedFunc(maps.Keys(r.kinds), func(a, b string) int {
		if r.kinds[a] != r.kinds[b] {
			return r.kinds[b] - r.kinds[a]
		}
		return strings.Compare(a, b)
	})
	for _, kind := range kinds {
		fmt.Fprintln(&b, kinded(r.kinds[kind], kind))
		for _, example := range r.told[kind] {
			fmt.Fprintf(&b, "    %s\n", example)
		}
		if more := r.kinds[kind] - len(r.told[kind]); more > 0 {
			fmt.Fprintf(&b, "    and %d more\n", more)
		}
	}
	if r.missing > 0 {
		fmt.Fprintf(&b, "%s no longer there: rules that look at them could not\n", are(r.missing, "text"))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// kinded is a number of what a kind names in the plural.
func kinded(n int, kind string) string {
	if n == 1 {
		kind = singular.Replace(kind)
	}
	return fmt.Sprint(n, " ", kind)
}

var singular = strings.NewReplacer("readings that were", "reading that was", "readings ", "reading ", "entries ", "entry ", "items ", "item ", "stories ", "story ")

// are is a number of things, and its verb.
func are(n int, what string) string {
	if n == 1 {
		return count(n, what) + " is"
	}
	return count(n, what) + " are"
}
