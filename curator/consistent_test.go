package curator

import (
	"testing"

	"chinanews/news"
)

// consistent reports what must hold of stories whatever happened.
func consistent(t *testing.T, m *memory) {
	t.Helper()
	in := map[news.ItemID]news.StoryID{}
	for id, s := range m.stories {
		if id != s.ID {
			t.Fatalf("the row of %s is of %s", id, s.ID)
		}
		if !s.Alias.IsZero() && len(s.Items)+len(s.Feeds) > 0 {
			t.Fatalf("alias %s has items %v and feeds %v", id, s.Items, s.Feeds)
		}
		for _, i := range s.Items {
			if other, twice := in[i]; twice {
				t.Fatalf("item %s is in %s and %s", i, other, id)
			}
			in[i] = id
			if m.items[i].Pos < m.items[news.ItemID(id)].Pos {
				t.Fatalf("story %s has an item seen before its first", id)
			}
		}
	}
	for id, i := range m.items {
		if in[id] != i.Story || i.Story.IsZero() {
			t.Fatalf("item %s says story %s, is in %s", id, i.Story, in[id])
		}
	}
	for id := range m.stories {
		at, steps := id, 0
		for ; !m.stories[at].Alias.IsZero(); at = m.stories[at].Alias {
			if steps++; steps > len(m.stories) {
				t.Fatalf("aliases of %s go round", id)
			}
		}
		if in[news.ItemID(id)] != at {
			t.Fatalf("%s resolves to %s, and its item is in %s", id, at, in[news.ItemID(id)])
		}
	}
	placed(t, m)
}

// placed reports what must hold of stories' places in feeds.
func placed(t *testing.T, m *memory) {
	t.Helper()
	type place struct {
		feed  news.FeedName
		story news.StoryID
	}
	places := map[place]bool{}
	for _, e := range m.members {
		if e.Left != "" {
			continue
		}
		s, _ := m.Story(e.Story)
		if m.items[e.Lead].Story != s.ID {
			t.Fatalf("entry %s of %s leads to an item of %s, not of %s", e.Story, e.Feed, m.items[e.Lead].Story, s.ID)
		}
		if places[place{e.Feed, s.ID}] {
			t.Fatalf("story %s is in %s twice", s.ID, e.Feed)
		}
		places[place{e.Feed, s.ID}] = true
	}
	for id, s := range m.stories {
		for _, f := range s.Feeds {
			if !places[place{f, id}] {
				t.Fatalf("story %s says that it is in %s", id, f)
			}
			delete(places, place{f, id})
		}
	}
	for p := range places {
		t.Fatalf("story %s does not say that it is in %s", p.story, p.feed)
	}
}
