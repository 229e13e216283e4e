package curator

import (
	"math/rand"
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
	return d.hear(reading(*d.c.sources[i.Source].Source, news.TaskArticle, id, e))
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
