package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// storyBy finds the story that a person names: by its address, that of its
// page, the ministry's address, the id of an entry, or an id of the record.
func (h *house) storyBy(l *storage.Ledger, name string) (news.Story, error) {
	switch found := h.storiesBy(l, name); len(found) {
	case 0:
	case 1:
		return found[0], nil
	default:
		return news.Story{}, usageError{fmt.Errorf("%q is the address of %d stories; name one by its own address: %s", name, len(found), addresses(l, found))}
	}
	return news.Story{}, usageError{fmt.Errorf("no story is known as %q: it is no address of a story or of its page, no ministry's address of a release, no id of an entry, an item or a story; `chinanewsd search WORDS` finds published ones, `chinanewsd queue` lists what waits", name)}
}

// storiesBy are the stories that a name may be meant for, by the first way to
// name one in which it is a name.
func (h *house) storiesBy(l *storage.Ledger, name string) []news.Story {
	name = strings.TrimSpace(name)
	for _, find := range []func(*storage.Ledger, string) []news.Story{storyAt, h.storiesSaid, h.storyOfEntry, storyOfID} {
		if found := find(l, name); len(found) > 0 {
			return found
		}
	}
	return nil
}

// addresses names stories with their titles.
func addresses(l *storage.Ledger, stories []news.Story) string {
	var names []string
	for _, s := range stories {
		names = append(names, fmt.Sprintf("%s %s", s.Address, quoted(titleOf(l, s))))
	}
	return strings.Join(names, ", ")
}

// storyAt finds a story by its address, or by that of its page or of one below
// it.
func storyAt(l *storage.Ledger, name string) []news.Story {
	address := name
	if _, below, ok := strings.Cut(name, "/stories/"); ok {
		address = below
		if end := strings.IndexAny(below, "/.?#"); end >= 0 {
			address = below[:end]
		}
	}
	if s, ok := l.StoryAt(strings.ToLower(address)); ok {
		return []news.Story{s}
	}
	return nil
}

// storiesSaid are the stories of what sources have under an address of theirs.
// Most often that is one.
func (h *house) storiesSaid(l *storage.Ledger, url string) (found []news.Story) {
	add := func(id news.ItemID, ok bool) bool {
		i, known := l.Item(id)
		s, told := l.Story(i.Story)
		if ok && known && told && !slices.ContainsFunc(found, func(f news.Story) bool { return f.ID == s.ID }) {
			found = append(found, s)
		}
		return ok && known
	}
	add(l.Twin(news.ByURL, news.CanonicalURL(url)))
	for _, row := range h.cfg.Sources {
		canonical := news.CanonicalURL(rewritten(row, url))
		for how, key := range map[news.How]string{news.ByURL: canonical, news.ByID: url} {
			k := key
			for n := 2; add(l.Find(row.Origin, how, k)); n++ {
				k = news.AgainKey(key, n)
			}
		}
		if row.Versions != news.VersionsItems {
			continue
		}
		for i := range l.Items(row.Origin, time.Time{}) { // they share an address
			if i.Shown.Canonical() == canonical {
				add(i.ID, true)
			}
		}
	}
	return found
}

// rewritten is an address as a row would have it.
func rewritten(row news.Source, url string) string {
	for _, r := range row.Rewrite {
		if rest, ok := strings.CutPrefix(url, r[0]); ok {
			url = r[1] + rest
		}
	}
	return url
}

// storyOfEntry finds a story by the id that its entries have in feeds. It looks
// at all of them.
func (h *house) storyOfEntry(l *storage.Ledger, name string) []news.Story {
	name = strings.ToLower(name)
	if !strings.HasPrefix(name, "urn:uuid:") {
		return nil
	}
	site := h.store.Site()
	for s := range l.Stories() {
		for _, id := range append([]news.ItemID{news.ItemID(s.ID)}, s.Items...) {
			if news.EntryURN(site, news.StoryID(id)) == name {
				return []news.Story{s}
			}
		}
	}
	return nil
}

// storyOfID finds a story by its id in the record, or that of one of its items.
func storyOfID(l *storage.Ledger, name string) []news.Story {
	var id news.ItemID
	if id.UnmarshalText([]byte(name)) != nil {
		return nil
	}
	if i, ok := l.Item(id); ok {
		if s, ok := l.Story(i.Story); ok {
			return []news.Story{s}
		}
	}
	if s, ok := l.Story(news.StoryID(id)); ok {
		return []news.Story{s}
	}
	return nil
}

// titleOf is what a story's source calls it: of its lead in a feed, else of
// its first item.
func titleOf(l *storage.Ledger, s news.Story) string { return news.Line(faceOf(l, s).Shown.Title) }

// faceOf is the item by which a story is called: the one that leads it in a feed,
// else its first.
func faceOf(l *storage.Ledger, s news.Story) news.Item {
	var id news.ItemID
	for _, name := range s.Feeds {
		if m, ok := memberOf(l, name, s); ok {
			id = m.Lead
			break
		}
	}
	if id.IsZero() && len(s.Items) > 0 {
		id = s.Items[0]
	}
	i, _ := l.Item(id)
	return i
}

// floodName is how a flood is named: the id of its source, and its day.
var floodName = regexp.MustCompile(`^([a-z0-9~-]+)/(\d{4}-\d\d-\d\d)$`)

// scopeBy finds what a person names, a story or a flood.
func (h *house) scopeBy(l *storage.Ledger, name string) (news.Scope, news.Story, error) {
	if m := floodName.FindStringSubmatch(strings.TrimSpace(name)); m != nil {
		origin := news.Origin(m[1])
		if n := slices.IndexFunc(h.cfg.Sources, func(s news.Source) bool { return s.ID == m[1] }); n >= 0 {
			origin = h.cfg.Sources[n].Origin
		}
		return news.Scope{Source: origin, Day: m[2]}, news.Story{}, nil
	}
	s, err := h.storyBy(l, name)
	return news.Scope{Story: s.ID}, s, err
}

// shownTitle is the title that readers see: an editor's, else titleOf.
func shownTitle(l *storage.Ledger, s news.Story) string {
	return cmp.Or(l.Layer(s, "").Text(news.ActRetitle), titleOf(l, s))
}
