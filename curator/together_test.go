package curator

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// together is a desk on which stories join and part, editors act, sources
// change what they said, versions come in another language, and feeds change
// what they take, in any order.
type together struct {
	*desk
	r       *rand.Rand
	p       news.Publication
	doing   string
	quiet   bool // nothing that moves `updated` at once
	updated map[placeKey]time.Time
}

func newTogether(t *testing.T, seed int64) *together {
	d := newDesk(t)
	x := &together{desk: d, r: rand.New(rand.NewSource(seed)), p: publication(append(d.sources, row("zh"))...), updated: map[placeKey]time.Time{}}
	x.p.Sources[2].Rank = 10
	d.sources = x.p.Sources
	some, english := x.p.Feeds[0], x.p.Feeds[0]
	some.ID, some.Name, some.Sources = "some", "some", []string{"z", "a", "b"}
	english.ID, english.Name, english.Prefer = "english", "english", "en"
	x.p.Feeds = append(x.p.Feeds, some, heldFeed("held", x.p.Feeds[0]), english)
	d.c = curate(t, x.p)
	d.decide(d.c.Fill(d))
	d.folding = x.watch
	return x
}

// watch checks that what sources do moves `updated` once an hour at most, and
// what editors do without words never.
func (x *together) watch(d news.Decision) {
	for _, u := range d.Ruling.Updated {
		key := placeKey{u.Feed, u.Story}
		entered := slices.ContainsFunc(d.Ruling.Enter, func(e news.Entering) bool { return e.Feed == u.Feed && e.Story == u.Story })
		switch before, ok := x.updated[key]; {
		case entered:
		case slices.Contains([]string{"hide", "hold", "embargo", "pin", "tag", "version"}, x.doing):
			x.t.Errorf("%s: updated of %s in %s moves", x.doing, u.Story, u.Feed)
		case ok && x.quiet && x.now.Sub(before) < time.Hour:
			x.t.Errorf("%s: updated of %s in %s moves after %v", x.doing, u.Story, u.Feed, x.now.Sub(before))
		}
		x.updated[key] = x.now
	}
}

func (x *together) any() news.Story { return x.desk.any(x.r) }

// version has a source say in another language what a story says.
func (x *together) version(n int) {
	x.doing, x.quiet = "version", true
	x.tick()
	e := entry(1000+n, 0)
	e.Lang, e.Date.Time, e.Title = "zh", x.now, fmt.Sprint("通告", n)
	if s := x.any(); x.items[news.ItemID(s.ID)].Shown.Lang == "en" {
		x.pair(news.NewItemID("zh", news.ByID, e.ID), s.Items[0])
	}
	x.hear(listing(x.sources[5], saying(e, fmt.Sprintf("第%d号通告另有内容%d。", n, n*13))))
}

// change has a source say something else of an item.
func (x *together) change(n int) {
	i := x.items[x.order[x.r.Intn(len(x.order))]]
	if i.State != news.Read {
		return
	}
	x.doing, x.quiet = "change", true
	x.tick()
	_, html, _ := x.Texts(i.ShownPos(), i.Shown)
	e := saying(i.Shown, plain(html)+fmt.Sprintf(" And the %d offices of Marrin say so.", n+3))
	e.Refs = nil
	if src := *x.c.sources[i.Source].Source; src.Kind == news.KindHTML {
		x.hear(reading(src, news.TaskLook, i.ID, e))
	} else {
		x.hear(listing(src, e))
	}
}

func (x *together) configure() {
	x.doing, x.quiet = "configure", false
	x.tick()
	x.p.Feeds = slices.Clone(x.p.Feeds)
	f := &x.p.Feeds[x.r.Intn(len(x.p.Feeds))]
	switch x.r.Intn(3) {
	case 0:
		f.Hold = !f.Hold
	case 1:
		f.Prefer = []string{"", "en", "zh"}[x.r.Intn(3)]
	case 2:
		f.Where = []string{"", `len(carriers) == 1`, `has(title, "harbour") or lang == "zh"`}[x.r.Intn(3)]
	}
	x.c = curate(x.t, x.p)
	x.decide(x.c.Refold(x))
}

func (x *together) edit(n int) {
	s := x.any()
	if _, withdrawn := x.Withdrawn(s.ID); withdrawn {
		return
	}
	acts := []news.Act{news.ActHide, news.ActHold, news.ActApprove, news.ActApprove, news.ActEmbargo, news.ActPin, news.ActRetitle, news.ActNote, news.ActTag}
	e := news.Editing{Scope: news.Scope{Story: s.ID, Feed: []news.FeedName{"", "all", "some", "held", "english"}[x.r.Intn(5)]}, Act: acts[x.r.Intn(len(acts))],
		Args: news.Args{Until: x.now.Add(time.Duration(x.r.Intn(200)) * time.Minute), Text: fmt.Sprint("words ", n)}}
	x.doing, x.quiet = string(e.Act), false
	x.act(e)
}

func (x *together) step(n int) {
	switch k := x.r.Intn(10); {
	case k < 4:
		x.doing, x.quiet = "step", false
		x.desk.step(x.r)
	case k == 4:
		x.version(n)
	case k == 5:
		x.change(n)
	case k == 6:
		x.configure()
	default:
		x.edit(n)
	}
}

// pass has time pass, perhaps none.
func (x *together) pass(d time.Duration) {
	x.doing, x.quiet = "time", true
	x.until(x.c, x.now.Add(d))
}

// Whatever happens in whatever order, nothing is left to be done when a decision
// was made, stories and their places fit together, and dates stay.
func TestWhateverHappensTogether(t *testing.T) {
	runs, steps := 30, 80
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		runs = 500
	case testing.Short():
		runs, steps = 8, 50
	}
	for seed := range runs {
		x := newTogether(t, int64(seed))
		for n := range steps {
			x.step(n)
			did := x.doing
			x.pass(0)
			settled(t, x.memory, x.c, fmt.Sprintf("seed %d, step %d, %s", seed, n, did))
			if x.r.Intn(6) == 0 {
				x.pass(time.Duration(x.r.Intn(100)) * time.Minute)
				settled(t, x.memory, x.c, fmt.Sprintf("seed %d, step %d, time", seed, n))
			}
			if consistent(t, x.memory); t.Failed() {
				t.Fatalf("seed %d, step %d, %s", seed, n, did)
			}
		}
	}
}
