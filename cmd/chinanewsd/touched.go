package main

import (
	"maps"
	"slices"

	"chinanews/news"
	"chinanews/storage"
)

// touched are the stories of which records say something, whether it shows or
// not.
type touched struct {
	stories map[news.StoryID]bool
	all     bool // a record may have changed anything
	apart   bool // one may have changed a story that shares with these what it does not hold any more
}

// mostTouching is how many records are looked at for what they touched; more
// touch everything.
const mostTouching = 2000

// touchedSince reads the records after a position.
func touchedSince(l *storage.Ledger, pos uint64) (touched, error) {
	t := touched{stories: make(map[news.StoryID]bool)}
	if t.all = l.Next() > pos+mostTouching || l.Next() <= pos; t.all {
		return t, nil
	}
	for pos++; pos < l.Next() && !t.all; pos++ {
		f, err := l.Bare(pos)
		if err != nil {
			return t, err
		}
		t.fact(l, f)
	}
	for id := range t.stories {
		t.besides(l, id)
	}
	return t, nil
}

func (t *touched) fact(l *storage.Ledger, f storage.Fact) {
	switch {
	case f.Ruling != nil:
		t.ruling(l, *f.Ruling)
	case f.Editing != nil && f.Editing.Scope.Source == "":
		t.apart = true
		t.story(l, f.Editing.Scope.Story)
	case f.Batch != nil:
		t.item(l, f.Batch.Item)
	default: // the configuration, a decision on a flood, or what was thrown away
		t.all = true
	}
}

func (t *touched) ruling(l *storage.Ledger, r news.Ruling) {
	for _, x := range r.Items {
		t.item(l, x.Item)
	}
	for _, x := range r.States {
		t.item(l, x.Item)
	}
	for _, x := range r.Removal {
		t.item(l, x.Item)
	}
	for _, x := range r.Notices {
		t.item(l, x.Item)
	}
	for _, x := range r.Siblings {
		t.item(l, x.Item)
		t.item(l, x.Of)
	}
	for _, x := range r.Stories {
		t.item(l, x.Item)
		t.story(l, x.Story)
		t.apart = t.apart || !brings(r, x.Item)
	}
	for _, x := range r.Alias {
		t.apart = true
		t.story(l, x.From)
		t.story(l, x.To)
	}
	t.places(l, r)
}

// brings reports whether a ruling is the first of an item.
func brings(r news.Ruling, id news.ItemID) bool {
	return slices.ContainsFunc(r.Items, func(i news.ItemRuling) bool { return i.Item == id && i.Class == news.First })
}

// places are those of stories in feeds, where they changed.
func (t *touched) places(l *storage.Ledger, r news.Ruling) {
	for _, x := range r.Enter {
		t.story(l, x.Story)
	}
	for _, x := range r.Leave {
		t.story(l, x.Story)
	}
	for _, x := range r.Updated {
		t.story(l, x.Story)
	}
	for _, x := range r.Leads {
		t.story(l, x.Story)
	}
}

func (t *touched) item(l *storage.Ledger, id news.ItemID) {
	if i, ok := l.Item(id); ok {
		t.only(l, i.Story)
	}
}

// story touches a story, and the one in which the item now is that it was named
// after: its places in feeds count there.
func (t *touched) story(l *storage.Ledger, id news.StoryID) {
	t.only(l, id)
	t.item(l, news.ItemID(id))
}

func (t *touched) only(l *storage.Ledger, id news.StoryID) {
	if s, ok := l.Story(id); ok {
		t.stories[s.ID] = true
	}
}

// besides touches the versions of a story in other languages: their pages name
// it.
func (t *touched) besides(l *storage.Ledger, id news.StoryID) {
	s, _ := l.Story(id)
	for _, item := range s.Items {
		for _, link := range l.Siblings(item) {
			t.item(l, link.Of)
		}
	}
}

// members adds the ids under which the stories may be in feeds: those of what was
// merged into them.
func (t *touched) members(l *storage.Ledger) {
	for id := range maps.Clone(t.stories) {
		s, _ := l.Story(id)
		for _, item := range s.Items {
			t.stories[news.StoryID(item)] = true
		}
	}
}
