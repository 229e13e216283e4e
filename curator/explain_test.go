package curator

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// busy is a random record with two sources, whose configuration changes in
// every way.
type busy struct {
	*random
	rows  []news.Source
	feeds []news.Feed
}

func newBusy(t *testing.T, seed uint64) *busy {
	b := &busy{random: newRandom(t, seed, true)}
	b.r.folding = nil
	bis := row("bis")
	bis.Rank = 60
	b.rows = []news.Source{b.r.p.Sources[0], bis, row("ter")}
	b.feeds = slices.Clone(b.r.p.Feeds)
	return b
}

// second has the second source list some of what the first has, and its own.
func (b *busy) second() {
	b.doing = "second"
	var list []news.Entry
	for n, e := range b.entries[:min(len(b.entries), 30)] {
		if b.IntN(3) == 0 {
			e.ID = fmt.Sprint("bis-", n)
			list = append(list, e)
		}
	}
	own := entry(5000+len(b.r.order), 0)
	own.Date.Time, own.ID = b.r.now.Add(-time.Duration(b.IntN(90))*time.Hour), fmt.Sprint("own-", len(b.r.order))
	b.r.accept(b.r.c, listing(b.rows[1], append(list, own)...))
}

var someRules = []string{"", `has(title, "special")`, `has(text, "given")`, `not has(text, "given")`, `"bis" in carriers`,
	`has(title, "special") or lang == "zh" and not has(text, "given")`, `has(tags, "a") or source == "bis"`, `has(tags, "a")`, `not has(tags, "a")`, `len(tags) % len(authors) == 0 or lang == "en"`}

// changed is another configuration.
func (b *busy) changed() news.Publication {
	p := news.Publication{Sources: []news.Source{}}
	for n, row := range b.rows {
		if row.Include, row.Exclude = "", []string{"", "", "(?i)special"}[b.IntN(3)]; b.IntN(4) == 0 {
			row.Include = "province"
		}
		if row.Rank = 50 + 10*b.IntN(3); n == 0 && b.IntN(4) > 0 || b.IntN(3) > 0 || n == 2 && len(p.Sources) == 0 {
			p.Sources = append(p.Sources, row)
		}
	}
	if b.IntN(5) == 0 {
		f := b.feeds[0]
		f.ID = fmt.Sprint("new-", len(b.feeds))
		f.Name = news.FeedName(f.ID)
		b.feeds = append(b.feeds, f)
	}
	for _, f := range b.feeds {
		f.Where, f.Hold, f.Prefer = someRules[b.IntN(len(someRules))], b.IntN(3) == 0, []string{"", "", "en", "zh"}[b.IntN(4)]
		f.Limit, f.Link, f.Languages = []int{0, 3, 100}[b.IntN(3)], []news.LinkTo{news.LinkOriginal, news.LinkStory}[b.IntN(2)], [][]string{{"all"}, {"all"}, {"en"}}[b.IntN(3)]
		f.OnRemoval, f.Sources = []news.OnRemoval{news.RemovalMark, news.RemovalDrop}[b.IntN(2)], nil
		for _, row := range p.Sources {
			if b.IntN(5) > 0 {
				f.Sources = append(f.Sources, row.ID)
			}
		}
		if b.IntN(8) > 0 {
			p.Feeds = append(p.Feeds, f)
		}
	}
	return p
}

// besides lets happen what the desk's histories do not have: tags, removals
// and withdrawals.
func (b *busy) besides() {
	i, _ := b.r.Item(b.r.order[b.IntN(len(b.r.order))])
	s, _ := b.r.Story(i.Story)
	_, withdrawn := b.r.Withdrawn(s.ID)
	switch {
	case b.IntN(3) == 0:
		state := []news.Presence{news.Removed, news.Removed, news.Present}[b.IntN(3)]
		b.r.rule(news.Decision{Ruling: news.Ruling{Removal: []news.Removal{{Item: s.Items[0], State: state, Looks: 3}}}})
	case b.IntN(2) == 0:
		scope := news.Scope{Story: s.ID, Feed: []news.FeedName{"", "all", "other"}[b.IntN(3)]}
		b.r.edit(b.r.c, news.Editing{Scope: scope, Act: news.ActTag, Args: news.Args{Tags: []string{"a"}}})
	case !withdrawn && b.IntN(3) == 0:
		b.r.edit(b.r.c, news.Editing{Scope: news.Scope{Story: s.ID}, Act: news.ActWithdraw})
	}
}

func (b *busy) live() {
	for range 8 {
		b.besides()
		switch n := b.IntN(14); {
		case n < 4:
			b.poll()
		case n < 6:
			b.second()
		case n < 9:
			b.act()
		case n < 10:
			b.undo()
		case n == 10 && b.IntN(4) == 0:
			b.flood()
		default:
			b.pass()
		}
	}
}

func histories(t *testing.T) (runs, changes int) {
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		return 40, 8
	case testing.Short():
		return 4, 5
	}
	return 10, 7
}

// What is said of a story in a feed is what a change of the configuration at
// that moment makes of it, and every clause is what it was for the decision.
func TestExplanationsEqualDecisions(t *testing.T) {
	runs, changes := histories(t)
	seen := make(map[string]int)
	for seed := range runs {
		b := newBusy(t, uint64(seed))
		for n := range changes {
			b.live()
			b.until(b.r.c, b.r.now)
			b.compareExplained(seen)
			p := b.changed()
			b.r.configure(func(to *news.Publication) { *to = p })
			b.r.rule(b.r.c.Fill(b.r))
			b.compareExplained(seen)
			if t.Failed() {
				t.Fatalf("seed %d, change %d", seed, n)
			}
		}
	}
	for _, reason := range []reason{"", outSource, outRule, outFlood, outHidden, outHeld, outEmbargo, outApproval, outSibling, outWithdrawn, "leaves", notLanguage, notConfigured, notThere} {
		if seen[string(reason)] == 0 {
			t.Errorf("none was %q: %v", reason, seen)
		}
	}
}

func (b *busy) until(c *Curator, at time.Time) { b.r.until(c, at) }

// lost reports whether an editor's act kept a story out, and by now rules do.
func lost(was, now Standing) bool {
	return byAct(reason(was.Reason).left()) && reason(now.Reason).left() == news.LeftRule
}

// compareExplained explains everything, folds the configuration again, and
// compares.
func (b *busy) compareExplained(seen map[string]int) {
	b.t.Helper()
	before := make(map[placeKey]Standing)
	for s := range b.r.Stories() {
		for _, x := range b.r.c.Explain(b.r, s, "").Feeds {
			before[placeKey{news.FeedName(x.Feed), s.ID}] = x
			seen[x.Reason]++
			if x.Leaves {
				seen["leaves"]++
			}
			b.compareCarriers(s, x, seen)
		}
	}
	b.r.rule(b.r.c.Refold(b.r))
	for s := range b.r.Stories() {
		for _, f := range b.r.c.feeds {
			was, in := before[placeKey{f.Name, s.ID}], slices.Contains(s.Feeds, f.Name)
			now := b.r.c.Explain(b.r, s, f.ID).Feeds[0]
			m, _ := b.r.Membership(f.Name, now.Place.Story)
			switch {
			case now.In != in, (was.In && !was.Leaves || was.Enters) != in, now.Leaves, now.Enters:
				b.t.Errorf("%s in %s: %v; explained %v (leaves %v) before, %v after: %q, %q", s.ID, f.Name, in, was.In, was.Leaves, now.In, was.Why, now.Why)
			case now.Reason != was.Reason && !was.Enters && !(was.Leaves && now.Reason == string(outSibling)) && !lost(was, now), now.Why == "" || was.Why == "":
				b.t.Errorf("%s in %s: for %q (%s), then for %q (%s)", s.ID, f.Name, was.Reason, was.Why, now.Reason, now.Why)
			case in && (now.Lead != m.Lead || now.Rev != m.Rev || m.Left != ""):
				b.t.Errorf("%s in %s: explained %+v, is %+v", s.ID, f.Name, now, m)
			case !in && was.In && m.Left != reason(now.Reason).left() && !(now.Reason == string(outFlood) && m.Left == news.LeftRule):
				b.t.Errorf("%s left %s for %q, explained %q", s.ID, f.Name, m.Left, now.Reason)
			}
		}
	}
}

// compareCarriers asks of each item by other means what a feed makes of it.
func (b *busy) compareCarriers(s news.Story, x Standing, seen map[string]int) {
	b.t.Helper()
	f := b.r.c.feeds[slices.IndexFunc(b.r.c.feeds, func(f feed) bool { return f.ID == x.Feed })]
	h := b.r.c.hear(b.r, news.Batch{})
	if len(x.Carriers) != len(s.Items) {
		b.t.Fatalf("%d carriers of %d items", len(x.Carriers), len(s.Items))
	}
	for n, c := range x.Carriers {
		i, _ := b.r.Item(s.Items[n])
		seen[c.Reason]++
		passes := f.listens(&i) && b.placed(i) != news.AsWaiting && i.State != news.Listed && h.takes(f, &s, &i)
		if c.Passes != passes || c.Words() == "" {
			b.t.Errorf("%s in %s: explained %+v, taken %v", i.Shown.Title, x.Feed, c, passes)
		}
		if c.Rule == nil {
			continue
		}
		if c.Rule.True != f.rule.passes(b.subject(f, s, i)) {
			b.t.Errorf("%s: %+v", i.Shown.Title, *c.Rule)
		}
		b.compareClauses(*c.Rule, i, s)
	}
}

func (b *busy) subject(f feed, s news.Story, i news.Item) subject {
	h := b.r.c.hear(b.r, news.Batch{})
	judged := h.subject(b.r.c.sources[i.Source], &s, &i)
	judged.tags = b.r.Layer(s, f.Name).Tags()
	return judged
}

// compareClauses asks of an item without any rule what some clauses ask.
func (b *busy) compareClauses(c Clause, i news.Item, s news.Story) {
	b.t.Helper()
	_, html, _ := b.r.Texts(i.ShownPos(), i.Shown)
	want := c.True
	switch c.Text {
	case `has(title, "special")`:
		want = strings.Contains(strings.ToLower(i.Shown.Title), "special")
	case `has(text, "given")`:
		want = strings.Contains(html, "given")
	case `"bis" in carriers`:
		want = slices.ContainsFunc(s.Items, func(id news.ItemID) bool { o, _ := b.r.Item(id); return o.Source == "bis" && b.configured("bis") })
	case `lang == "zh"`, `lang == "en"`:
		want = strings.Contains(c.Text, i.Shown.Lang)
	case `source == "bis"`:
		want = i.Source == "bis"
	}
	if c.True != want {
		b.t.Errorf("%q of %q: explained %v (%s)", c.Text, i.Shown.Title, c.True, c.Saw)
	}
	for _, p := range c.Parts {
		b.compareClauses(p, i, s)
	}
	for _, d := range c.Decides() {
		if d.Text == "" && c.Text != "" || len(d.Parts) > 0 {
			b.t.Errorf("%q is decided by %+v", c.Text, d)
		}
	}
}

func (b *busy) configured(o news.Origin) bool {
	_, ok := b.r.c.sources[o]
	return ok
}

// Of a rule are told the parts that decide, as they stand in it.
func TestWordsOfRules(t *testing.T) {
	for where, want := range map[string]string{
		`lang == "en"`: `lang == "en" is true: lang is "en"`,
		`lang == "zh" or lang == "en" or lang == "fr"`:                            `lang == "en" is true: lang is "en"`,
		`lang == "zh" or source == "b"`:                                           `lang == "zh" is false: lang is "en"; source == "b" is false: source is "mfa-en"`,
		`lang == "en" and source == "b" and lang == "zh"`:                         `source == "b" is false: source is "mfa-en"`,
		`not (lang == "en")`:                                                      `not (lang == "en") is false: lang is "en"`,
		`lang == "en" and not (lang == "en" and lang == "zh")`:                    `lang == "en" is true: lang is "en"; not (lang == "en" and lang == "zh") is true: lang == "zh" is false: lang is "en"`,
		`lang == "a" or lang == "b" or lang == "c" or lang == "d" or lang == "e"`: `lang == "a" is false: lang is "en"; lang == "b" is false: lang is "en"; lang == "c" is false: lang is "en"; and 2 more`,
	} {
		s := meeting()
		s.source.ID = "mfa-en"
		rule := mustCompile(t, where).Explain(s)
		if got := (Carrier{Rule: &rule}).Words(); got != want {
			t.Errorf("%s:\n%s, want\n%s", where, got, want)
		}
	}
	own := Carrier{Rule: &Clause{True: true, Saw: "no rule: everything"}, Own: []Clause{{Text: "exclude: x", Saw: "matches in title: x"}}}
	if got := own.Words(); got != "exclude: x is false: matches in title: x" {
		t.Error(got)
	}
}
