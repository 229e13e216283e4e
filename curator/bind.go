package curator

import (
	"fmt"
	"slices"

	"chinanews/news"
)

// Bind gives each row and feed of a configuration its permanent name: that of
// the row it was (by `was`, or by an id bound before), else its own id. An id
// that was once another row's gets a permanent name of its own, ID~2. The
// error says what to write when a source seems to have been renamed without
// `was`: history would be split.
func Bind(p news.Publication, before news.Publication) (news.Publication, error) {
	p.Sources, p.Feeds = slices.Clone(p.Sources), slices.Clone(p.Feeds)
	origins := make(map[string]news.Origin)
	for _, s := range before.Sources {
		origins[s.ID] = s.Origin
	}
	names := make(map[string]news.FeedName)
	for _, f := range before.Feeds {
		names[f.ID] = f.Name
	}
	taken := make(map[news.Origin]bool)
	for i := range p.Sources {
		s := &p.Sources[i]
		s.Origin = bind(s.ID, s.Was, origins)
		if taken[s.Origin] {
			s.Origin = news.Origin(s.ID + "~2")
		}
		taken[s.Origin] = true
	}
	for i := range p.Feeds {
		p.Feeds[i].Name = bind(p.Feeds[i].ID, p.Feeds[i].Was, names)
	}
	return p, renamed(p, before)
}

// bind finds the permanent name of an id: its own binding, else that of an id
// it was.
func bind[N ~string](id string, was []string, bound map[string]N) N {
	for _, known := range append([]string{id}, was...) {
		if n, ok := bound[known]; ok {
			return n
		}
	}
	return N(id)
}

// renamed finds a source that vanished while a new one has its address.
func renamed(p, before news.Publication) error {
	kept := make(map[news.Origin]bool)
	for _, s := range p.Sources {
		kept[s.Origin] = true
	}
	known := make(map[string]bool)
	for _, old := range before.Sources {
		known[old.ID] = true
	}
	for _, old := range before.Sources {
		if kept[old.Origin] {
			continue
		}
		for _, s := range p.Sources {
			if !known[s.ID] && s.Origin == news.Origin(s.ID) && slices.ContainsFunc(s.URLs, func(u string) bool { return slices.Contains(old.URLs, u) }) {
				return fmt.Errorf("source %s is new and has the address of %s, which is gone: write `was: [%s]` in its row to keep its history", s.ID, old.ID, old.ID)
			}
		}
	}
	return nil
}
