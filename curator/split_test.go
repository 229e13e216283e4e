package curator

import (
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// desk is a record with two feeds: "all", and "some" that takes a and b alone;
// and the editor's acts in it.
type desk struct {
	*memory
	c       *Curator
	sources []news.Source
	acts    []news.Editing // that stand
	texts   map[news.ItemID]news.Entry
	dates   map[string]time.Time // of entries, by feed and id
	log     []ruled
}

// ruled is what was folded at a moment.
type ruled struct {
	at  time.Time
	pos uint64
	b   news.Batch
	d   news.Decision
}

func newDesk(t *testing.T) *desk {
	sources := []news.Source{row("z"), row("a"), row("b"), page("c"), page("d")}
	p := publication(sources...)
	p.Sources[2].Rank = 10
	some := p.Feeds[0]
	some.ID, some.Name, some.Sources = "some", "some", []string{"z", "a", "b"}
	p.Feeds = append(p.Feeds, some)
	d := &desk{memory: newMemory(t, start), c: curate(t, p), sources: sources, texts: map[news.ItemID]news.Entry{}, dates: map[string]time.Time{}}
	d.hear(listing(sources[0], entry(1, time.Hour)))
	d.decide(d.c.Fill(d))
	return d
}

func (d *desk) tick() { d.now = d.now.Add(time.Minute) }

func (d *desk) hear(b news.Batch) news.Decision {
	before := d.partition()
	b.Condition = news.OK
	r := ruled{d.now, d.pos, b, d.c.Accept(d, b)}
	d.log = append(d.log, r)
	d.fold(b, r.d)
	b.State.LastGood = d.now
	d.polls[string(b.Source)+b.URL] = b.State
	d.unharmed(before)
	d.check(r.d)
	return r.d
}

func (d *desk) decide(n news.Decision) {
	d.log = append(d.log, ruled{d.now, d.pos, news.Batch{}, n})
	d.rule(n)
	d.check(n)
}

// act is an editor's act.
func (d *desk) act(e news.Editing) news.Decision {
	d.tick()
	e.Who = "an editor"
	if s, _ := d.Story(e.Scope.Story); e.Undoes == 0 {
		e.Scope.Story = s.ID
	}
	pos := d.pos
	n := d.edit(d.c, e)
	d.log = append(d.log, ruled{d.now, pos + 1, news.Batch{}, n})
	if e.Undoes == 0 {
		d.acts = append(d.acts, news.Editing{Scope: e.Scope, Act: e.Act, Undoes: pos})
	}
	d.check(n)
	return n
}

func (d *desk) takeBack(n int) news.Decision {
	e := d.acts[n]
	d.acts = slices.Delete(d.acts, n, n+1)
	return d.act(e)
}

func (d *desk) merge(a, b news.StoryID) news.Decision {
	return d.act(news.Editing{Act: news.ActMerge, Scope: news.Scope{Story: a}, Args: news.Args{Story: b}})
}

func (d *desk) split(s news.StoryID, items ...news.ItemID) news.Decision {
	return d.act(news.Editing{Act: news.ActSplit, Scope: news.Scope{Story: s}, Args: news.Args{Items: items}})
}

// partition says of each item in which story it is.
func (d *desk) partition() map[news.ItemID]news.StoryID {
	p := map[news.ItemID]news.StoryID{}
	for id, i := range d.items {
		p[id] = i.Story
	}
	return p
}

// unharmed reports what only an editor may do: items of one story are apart
// now, or items that were split are together.
func (d *desk) unharmed(before map[news.ItemID]news.StoryID) {
	d.t.Helper()
	for a, was := range before {
		for b, wasB := range before {
			together := d.items[a].Story == d.items[b].Story
			if was == wasB && !together {
				d.t.Fatalf("items %s and %s were one release", a, b)
			}
			if d.parted[[2]news.ItemID{a, b}] > 0 && was != wasB && together {
				d.t.Fatalf("items %s and %s were split by an editor", a, b)
			}
		}
	}
}

// check holds what a decision did against what must always hold.
func (d *desk) check(n news.Decision) {
	d.t.Helper()
	for _, e := range n.Ruling.Enter {
		key := string(e.Feed) + e.Story.String()
		if at, again := d.dates[key]; again && !at.Equal(e.Published) {
			d.t.Fatalf("entry %s of %s has another date than before", e.Story, e.Feed)
		}
		d.dates[key] = e.Published
	}
	consistent(d.t, d.memory)
}

// publish has a source carry a release, as one that lists its texts or not.
func (d *desk) publish(source, release int) news.ItemID {
	d.tick()
	src := d.sources[source]
	e := carried(release, src.ID, 0)
	if source == 3 {
		e.URL = carried(release, "a", 0).URL
	}
	listed := e
	if src.Kind == news.KindHTML {
		listed.HTML, listed.Digest = "", ""
	}
	n := d.hear(listing(src, listed))
	if len(n.Ruling.Items) == 0 || n.Ruling.Items[0].Class != news.First {
		return news.ItemID{}
	}
	id := n.Ruling.Items[0].Item
	if listed.HTML == "" {
		d.texts[id] = e
	}
	return id
}

// read has the text come that an item waits for.
func (d *desk) read(id news.ItemID) news.Decision {
	d.tick()
	i := d.items[id]
	e := d.texts[id]
	delete(d.texts, id)
	return d.hear(reading(d.c.sources[i.Source].Source, news.TaskArticle, id, e))
}

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

func (d *desk) step(r *rand.Rand) {
	d.tick()
	s, t := d.any(r), d.any(r)
	_, withdrawn := d.Withdrawn(s.ID)
	_, other := d.Withdrawn(t.ID)
	switch n := r.Intn(40); {
	case n < 14:
		d.publish(1+r.Intn(4), 20+r.Intn(6))
	case n < 18:
		d.first(func(i news.Item) bool { _, waits := d.texts[i.ID]; return waits }, func(i news.Item) { d.read(i.ID) })
	case n < 20:
		d.first(func(i news.Item) bool { return i.State == news.Listed }, func(i news.Item) {
			d.decide(d.c.Decide(d, news.Task{Kind: news.TaskDecide, Source: i.Source, Item: i.ID}))
		})
	case n < 25 && s.ID != t.ID && !withdrawn && !other:
		d.merge(s.ID, t.ID)
	case n < 34 && len(s.Items) > 1 && !withdrawn:
		items := slices.Clone(s.Items)
		r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		d.split(s.ID, items[:1+r.Intn(len(items)-1)]...)
	case n < 39 && len(d.acts) > 0:
		d.undoAny(r.Intn(len(d.acts)))
	case n == 39 && !withdrawn:
		d.withdrawn[s.ID] = news.Withdrawal{At: d.now, Reason: "a mistake"}
		d.decide(d.c.Edit(d, news.Editing{Scope: news.Scope{Story: s.ID}, Act: news.ActWithdraw}))
	}
}

// undoAny takes an act back, unless its story was withdrawn.
func (d *desk) undoAny(n int) {
	if _, withdrawn := d.Withdrawn(d.acts[n].Scope.Story); !withdrawn {
		d.takeBack(n)
	}
}

// first does something with the first item that a condition holds for.
func (d *desk) first(holds func(news.Item) bool, do func(news.Item)) {
	for _, id := range d.order {
		if i := d.items[id]; holds(i) {
			do(i)
			return
		}
	}
}

func (d *desk) any(r *rand.Rand) news.Story {
	s, _ := d.Story(d.items[d.order[r.Intn(len(d.order))]].Story)
	return s
}
