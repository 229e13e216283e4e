package curator

import (
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"testing"
	"time"

	"chinanews/news"
)

func TestASplitGivesBackWhatAMergeTook(t *testing.T) {
	d := newDesk(t)
	a, b := d.publish(1, 7), d.publish(2, 8)
	before := d.partition()
	place, _ := d.Membership("all", news.StoryID(b))
	for name, act := range map[string]func() news.Decision{
		"a split":        func() news.Decision { return d.split(news.StoryID(a), b) },
		"a merge undone": func() news.Decision { return d.takeBack(len(d.acts) - 1) },
		"of the first":   func() news.Decision { return d.split(news.StoryID(b), a) },
	} {
		merged := d.merge(news.StoryID(b), news.StoryID(a))
		if len(merged.Ruling.Leave) != 2 || merged.Ruling.Leave[0].Story != news.StoryID(b) || len(merged.Ruling.Updated) > 0 {
			t.Errorf("a merge of two stories that are in two feeds: %+v", merged.Ruling)
		}
		n := act()
		if !reflect.DeepEqual(d.partition(), before) {
			t.Errorf("%s: stories are not what they were", name)
		}
		if len(n.Ruling.Enter) != 2 || n.Ruling.Enter[0].Story != news.StoryID(b) || !n.Ruling.Enter[0].Published.Equal(place.Published) || len(n.Ruling.Updated)+len(n.Ruling.Leave) > 0 {
			t.Errorf("%s: %+v, want the entry back that was given up, and no other change", name, n.Ruling)
		}
		for _, r := range n.Ruling.Stories {
			if r.Evidence == "" || r.Address != "" {
				t.Errorf("%s: %+v, want evidence, and the address that it has", name, r)
			}
		}
	}
}

// An item whose text an entry shows goes: another leads, and readers are told.
func TestASplitTakesTheLeadAlong(t *testing.T) {
	d := newDesk(t)
	a, b := d.publish(1, 7), d.publish(2, 7)
	if d.items[a].Story != d.items[b].Story {
		t.Fatal("two carriers are not one story")
	}
	n := d.split(news.StoryID(a), b)
	if len(n.Ruling.Leads)+len(n.Ruling.Updated) > 0 || len(n.Ruling.Enter) != 2 {
		t.Errorf("what does not lead goes: %+v, want two entries more and no other change", n.Ruling)
	}
	if r := n.Ruling.Stories; len(r) != 1 || r[0].Story != news.StoryID(b) || r[0].Address == "" {
		t.Errorf("%+v, want a new story with an address", r)
	}

	for _, read := range []bool{true, false} {
		d := newDesk(t)
		c := d.publish(3, 7) // has the address of a's page, and waits for its text
		a := d.publish(1, 7)
		if m, _ := d.Membership("all", news.StoryID(c)); m.Lead != a || d.items[c].Story != d.items[a].Story {
			t.Fatalf("the entry is %+v, want one of both items that a leads", m)
		}
		if read {
			d.read(c)
		}
		d.now = d.now.Add(2 * time.Hour)
		n := d.split(news.StoryID(c), a)
		if len(n.Ruling.Enter) != 2 || n.Ruling.Enter[0].Story != news.StoryID(a) {
			t.Errorf("entered %+v, want the part that went", n.Ruling.Enter)
		}
		m, _ := d.Membership("all", news.StoryID(c))
		if read && (m.Lead != c || m.Link == "" || m.Left != "" || len(n.Ruling.Updated) != 1 || !m.Updated.Equal(d.now)) {
			t.Errorf("the entry is %+v, want it led by the item that stayed, and updated", m)
		}
		if in, _ := d.Membership("some", news.StoryID(c)); !read && m.Left != news.LeftRule || in.Left != news.LeftRule {
			t.Errorf("an entry that nothing can lead: %+v, %+v", m, in)
		}
	}
}

// An entry that readers have comes back under the id that they know, though its
// story began with another item.
func TestAnEntryComesBackUnderItsID(t *testing.T) {
	d := newDesk(t)
	z := d.publish(1, 9)
	y := d.publish(4, 8) // waits for its text: it is in no feed
	x := d.publish(2, 7)
	d.merge(news.StoryID(y), news.StoryID(x))
	d.merge(news.StoryID(y), news.StoryID(z))
	if m, _ := d.Membership("all", news.StoryID(x)); m.Left != news.LeftMerged {
		t.Fatalf("the entry of x is %+v", m)
	}
	n := d.split(news.StoryID(z), x, y)
	if s := d.items[x].Story; s != news.StoryID(y) {
		t.Errorf("the part is %s, want %s, whose item came first", s, news.StoryID(y))
	}
	if len(n.Ruling.Enter) != 2 || n.Ruling.Enter[0].Story != news.StoryID(x) || n.Ruling.Enter[1].Story != news.StoryID(x) {
		t.Errorf("entered %+v, want x as x in two feeds", n.Ruling.Enter)
	}
}

// A split is taken back whichever part the editor named.
func TestASplitOfTheFirstIsTakenBack(t *testing.T) {
	d := newDesk(t)
	a, b := d.publish(1, 7), d.publish(2, 7)
	before := d.partition()
	for _, items := range [][]news.ItemID{{a}, {b}} {
		d.split(news.StoryID(a), items...)
		if d.items[a].Story != news.StoryID(a) || d.items[b].Story != news.StoryID(b) {
			t.Fatalf("stories are %v", d.partition())
		}
		if d.takeBack(0); !reflect.DeepEqual(d.partition(), before) {
			t.Errorf("stories are %v, want %v", d.partition(), before)
		}
	}
}

// Acts taken back in turn, the last first, give the stories that were.
func TestTakingAllBackGivesWhatWas(t *testing.T) {
	for seed := range 20 {
		d := newDesk(t)
		r := rand.New(rand.NewSource(int64(seed)))
		for n := range 12 {
			d.publish(1+n%4, n%5)
		}
		for _, id := range d.order {
			if _, waits := d.texts[id]; waits {
				d.read(id)
			}
		}
		before := d.partition()
		for range 12 {
			s, other := d.any(r), d.any(r)
			switch n := len(s.Items); {
			case s.ID != other.ID:
				d.merge(s.ID, other.ID)
			case n > 1:
				r.Shuffle(n, func(i, j int) { s.Items[i], s.Items[j] = s.Items[j], s.Items[i] })
				d.split(s.ID, s.Items[:1+r.Intn(n-1)]...)
			}
		}
		for len(d.acts) > 0 {
			d.takeBack(len(d.acts) - 1)
		}
		if !reflect.DeepEqual(d.partition(), before) {
			t.Errorf("seed %d: stories are not what they were", seed)
		}
	}
}

// What a split parts stays apart when another split is taken back.
func TestEachSplitIsTakenBackAlone(t *testing.T) {
	d := newDesk(t)
	a, b, c := d.publish(1, 7), d.publish(2, 7), d.publish(4, 7)
	d.read(c)
	d.split(news.StoryID(a), b, c)
	d.split(d.items[b].Story, c)
	d.takeBack(0)
	if d.items[a].Story != d.items[b].Story || d.items[b].Story == d.items[c].Story {
		t.Errorf("stories are %v, want a with b, and c alone", d.partition())
	}
	d.takeBack(0)
	if got := storiesOf(d.memory); got != 1 {
		t.Errorf("%d stories after both were taken back, want one", got)
	}
}

// What was split stays apart, though the texts say that it is one release, and
// what was merged stays together, though they say that it is none.
func TestEditorsAreNotOverruled(t *testing.T) {
	d := newDesk(t)
	a, c := d.publish(1, 7), d.publish(3, 7)
	d.read(c)
	d.split(news.StoryID(a), c)
	x, y := d.publish(1, 8), d.publish(4, 8)
	d.merge(news.StoryID(y), news.StoryID(c))
	d.read(y)
	if d.items[y].Story != d.items[c].Story || d.items[c].Story == d.items[a].Story {
		t.Error("an act of the editor's was overruled")
	}
	if d.items[x].Story != d.items[y].Story {
		t.Error("an item whose text came does not find its release: nobody split these two")
	}
	if b := d.publish(2, 7); d.items[b].Story != news.StoryID(a) && d.items[b].Story != d.items[c].Story {
		t.Error("a third carrier is in neither story")
	}
}

// Whatever comes in whatever order: no item is lost or doubled, every id that a
// story ever had leads somewhere, entries keep ids and dates, and what an editor
// did stands until it is taken back. Folding the rulings once more gives the
// same.
func TestAnyInterleaving(t *testing.T) {
	seeds, steps := 30, 60
	switch {
	case testing.Short():
		seeds = 6
	case os.Getenv("CHINANEWS_LONG") != "":
		seeds = 400
	}
	seen := map[string]int{}
	for seed := range seeds {
		d := newDesk(t)
		r := rand.New(rand.NewSource(int64(seed)))
		for range steps {
			d.step(r)
		}
		for n := len(d.acts) - 1; n >= 0 && seed%2 == 0; n-- {
			d.undoAny(n)
		}
		for _, l := range d.log {
			for _, x := range l.d.Ruling.Leave {
				seen[x.Why]++
			}
			seen["lead"] += len(l.d.Ruling.Leads)
			seen["alias"] += len(l.d.Ruling.Alias)
			seen["enter"] += len(l.d.Ruling.Enter)
		}
		again := newMemory(t, start)
		for _, l := range d.log {
			again.now, again.pos = l.at, l.pos
			again.fold(l.b, l.d)
		}
		for name, pair := range map[string][2]any{"stories": {d.stories, again.stories}, "items": {d.items, again.items}, "places": {d.members, again.members}, "links": {d.links, again.links}} {
			if got, want := fmt.Sprint(pair[1]), fmt.Sprint(pair[0]); got != want {
				t.Fatalf("seed %d: folded again, %s are not the same", seed, name)
			}
		}
	}
	for _, what := range []string{"lead", "alias", "enter", news.LeftMerged, news.LeftRule, news.LeftWithdrawn} {
		if seen[what] == 0 && !testing.Short() {
			t.Errorf("%s: never seen, of %v", what, seen)
		}
	}
}
