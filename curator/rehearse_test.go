package curator

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"chinanews/news"
)

// What a rehearsal says is what the change then does, story by story.
func TestRehearsalsEqualChanges(t *testing.T) {
	runs, changes := histories(t)
	kinds := make(map[string]int)
	for seed := range runs {
		b := newBusy(t, uint64(1000+seed))
		for n := range changes {
			b.live()
			p := b.changed()
			said := curate(t, p).Rehearse(b.r)
			again := curate(t, p).Rehearse(b.r)
			if fmt.Sprint(said) != fmt.Sprint(again) {
				t.Fatal("two rehearsals differ")
			}
			before := maps.Clone(b.r.members)
			refolded := b.r.configure(func(to *news.Publication) { *to = p })
			filled := b.r.rule(b.r.c.Fill(b.r))
			b.compareLeads(said, before)
			b.compareRehearsed(said, []news.Ruling{leavers(refolded.Ruling, before), filled.Ruling}, kinds)
			if t.Failed() {
				t.Fatalf("seed %d, change %d", seed, n)
			}
		}
	}
	for _, kind := range []string{"gain as news", "gain as history", "loss as news", "loss as history", "wait as news", "stay", "filled"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s: %v", kind, kinds)
		}
	}
}

// leavers is a ruling with those that leave alone that were in.
func leavers(r news.Ruling, before map[string]news.Membership) news.Ruling {
	r.Leave = slices.DeleteFunc(slices.Clone(r.Leave), func(l news.Leaving) bool {
		return !slices.ContainsFunc(slices.Collect(maps.Values(before)), func(m news.Membership) bool {
			return m.Feed == l.Feed && m.Story == l.Story && m.Left == ""
		})
	})
	return r
}

// compareLeads counts the entries that stayed and show another text, or lead
// elsewhere.
func (b *busy) compareLeads(said []Change, before map[string]news.Membership) {
	b.t.Helper()
	leads := make(map[news.FeedName]int)
	for key, m := range before {
		now := b.r.members[key]
		if m.Left == "" && now.Left == "" && (m.Lead != now.Lead || m.Link != now.Link) {
			leads[m.Feed]++
		}
	}
	for _, c := range said {
		if c.Leads != leads[c.Feed] {
			b.t.Errorf("in %s %d lead elsewhere, said %d", c.Feed, leads[c.Feed], c.Leads)
		}
	}
}

func (b *busy) compareRehearsed(said []Change, ruled []news.Ruling, kinds map[string]int) {
	b.t.Helper()
	told, done := make(map[string]bool), make(map[string]bool)
	for n, c := range said {
		if c.Feed != b.r.c.feeds[n].Name {
			b.t.Fatalf("feed %d is %s", n, c.Feed)
		}
		for kind, moves := range map[string][]Move{"gain": c.Gains, "loss": c.Losses, "wait": c.Waits} {
			for k, m := range moves {
				told[fmt.Sprint(kind, c.Feed, m.Story)] = true
				kinds[kind+" as "+string(m.As)]++
				i, ok := b.r.Item(m.Lead)
				if !ok || m.Why == "" || k > 0 && dated(&i).After(moves[k-1].dated) {
					b.t.Errorf("%s %+v", kind, m)
				}
			}
		}
		stays := 0
		for s := range b.r.Stories() {
			if slices.Contains(s.Feeds, c.Feed) {
				stays++
			}
		}
		kinds["stay"] += c.Stays
		kinds["lead"] += c.Leads
		if stays != c.Stays+len(c.Gains) {
			b.t.Errorf("in %s are %d, said to stay %d and enter %d", c.Feed, stays, c.Stays, len(c.Gains))
		}
	}
	note := func(kind string, f news.FeedName, id news.StoryID) {
		s, _ := b.r.Story(id)
		done[fmt.Sprint(kind, f, s.ID)] = true
	}
	for _, r := range ruled {
		kinds["filled"] += len(r.Fill)
		for _, e := range r.Enter {
			note("gain", e.Feed, e.Story)
		}
		for _, l := range r.Leave {
			note("loss", l.Feed, l.Story)
		}
		for _, w := range r.Waits {
			if w.Feed != "" && (w.Why == news.WaitApproval || w.Why == news.WaitChange) {
				note("wait", w.Feed, w.Story)
			}
		}
	}
	if !maps.Equal(told, done) {
		b.t.Errorf("said and done differ:\n%v\n%v", told, done)
	}
}

// tally counts how often texts are read.
type tally struct {
	*memory
	reads map[string]int
}

func (c tally) Texts(pos uint64, e news.Entry) (string, string, error) {
	c.reads[fmt.Sprint(pos, e.Fingerprint())]++
	return c.memory.Texts(pos, e)
}

func TestRehearsalReadsTextsOnce(t *testing.T) {
	b := newBusy(t, 7)
	for range 8 {
		b.poll()
		b.second()
	}
	p := b.changed()
	p.Sources = b.rows
	for n := range p.Feeds {
		p.Feeds[n].Prefer, p.Feeds[n].Where, p.Feeds[n].Sources = "", `has(text, "given")`, []string{"mer", "bis"}
	}
	p.Feeds = append(p.Feeds, p.Feeds[0])
	p.Feeds[len(p.Feeds)-1].Name, p.Feeds[len(p.Feeds)-1].Hold = "fresh", true
	of := tally{b.r.memory, make(map[string]int)}
	for _, c := range curate(t, p).Rehearse(of) {
		if c.Feed == "fresh" && len(c.Waits) == 0 {
			t.Errorf("nothing waits: %+v", c)
		}
	}
	for key, n := range of.reads {
		if n > 1 {
			t.Errorf("%s was read %d times", key, n)
		}
	}
	if len(of.reads) < 5 {
		t.Errorf("%d texts were read", len(of.reads))
	}
}
