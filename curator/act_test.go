package curator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// newsroom is a record with a feed that holds and two that do not, and the
// release that an editor's acts are about: first seen an hour after the feeds
// had their first contents.
type newsroom struct {
	*memory
	c     *Curator
	p     news.Publication
	story news.StoryID
	shown news.Entry
	edits int
}

func openNewsroom(t *testing.T, change func(*news.Publication)) *newsroom {
	t.Helper()
	r := &newsroom{p: publication(row("mer")), shown: entry(2, 0)}
	for _, name := range []string{"held", "other"} {
		f := r.p.Feeds[0]
		f.ID, f.Name, f.Hold = name, news.FeedName(name), name == "held"
		r.p.Feeds = append(r.p.Feeds, f)
	}
	if change != nil {
		change(&r.p)
	}
	r.c, r.memory = curate(t, r.p), newMemory(t, start)
	r.accept(r.c, listing(r.p.Sources[0], entry(1, time.Hour)))
	r.rule(r.c.Fill(r))
	r.now = start.Add(time.Hour)
	r.poll()
	r.story = news.StoryID(r.order[1])
	return r
}

func (r *newsroom) poll() news.Decision {
	return r.accept(r.c, listing(r.p.Sources[0], r.shown, entry(1, time.Hour)))
}

func (r *newsroom) configure(change func(*news.Publication)) news.Decision {
	r.p.Feeds = slices.Clone(r.p.Feeds)
	change(&r.p)
	r.c = curate(r.t, r.p)
	return r.rule(r.c.Refold(r))
}

// do does what a line says: an act, perhaps in one feed, with a text or a time;
// `undo` with a scope; `edit` by the source, or a `slight` one; `wait` for so
// long; a `hold` that a feed begins or ends, or a `rule` that it has.
func (r *newsroom) do(line string) (d news.Decision) {
	r.t.Helper()
	r.until(r.c, r.now.Add(time.Minute))
	words := strings.Fields(line)
	scope := news.Scope{Story: r.story}
	args := news.Args{}
	for _, w := range words[1:] {
		if d, err := time.ParseDuration(w); err == nil {
			args.Until = r.now.Add(d)
		} else if w != "everywhere" && !strings.HasPrefix(w, "=") {
			scope.Feed = news.FeedName(w)
		}
		args.Text = strings.TrimPrefix(w, "=")
	}
	switch words[0] {
	case "tag":
		args.Tags = strings.Split(args.Text, ",")
	case "undo":
		return r.undo(r.c, scope)
	case "edit":
		r.edits++
		r.shown = saying(r.shown, fmt.Sprintf("The province is given %d measures, as said in statement %d.", 40+r.edits, r.edits))
		return r.poll()
	case "rule":
		return r.configure(func(p *news.Publication) {
			n := slices.IndexFunc(p.Feeds, func(f news.Feed) bool { return f.Name == scope.Feed })
			p.Feeds[n].Where = args.Text
		})
	case "slight":
		r.shown = saying(r.shown, strings.ReplaceAll(plain(r.shown.HTML), " number", ", number"))
		return r.poll()
	case "wait":
		for _, one := range r.until(r.c, args.Until) {
			d.Ruling.Updated = append(d.Ruling.Updated, one.Ruling.Updated...)
			d.Ruling.Notices = append(d.Ruling.Notices, one.Ruling.Notices...)
		}
		return d
	case "holding", "open":
		return r.configure(func(p *news.Publication) {
			n := slices.IndexFunc(p.Feeds, func(f news.Feed) bool { return f.Name == scope.Feed })
			p.Feeds[n].Hold = words[0] == "holding"
		})
	}
	return r.edit(r.c, news.Editing{Scope: scope, Act: news.Act(words[0]), Args: args})
}

// state is where the release stands: the feeds that it is in, with the reading
// that they show when it is not the newest, and ^ when it stands first there;
// and what it waits for.
func (r *newsroom) state() string {
	var out []string
	s, _ := r.Story(r.story)
	i, _ := r.Item(news.ItemID(r.story))
	for _, f := range r.c.feeds {
		m, _ := r.Membership(f.Name, s.ID)
		if in := slices.Contains(s.Feeds, f.Name); in != (m.Entered != time.Time{} && m.Left == "") {
			r.t.Errorf("%s: the story says %v, its place there %+v", f.Name, in, m)
		} else if !in {
			continue
		}
		name := string(f.Name)
		if m.Rev > 0 && m.Rev != i.ShownRev {
			name += fmt.Sprint("@", m.Rev)
		}
		if !m.Pinned.IsZero() {
			name += "^"
		}
		out = append(out, name)
	}
	for _, f := range append([]news.FeedName{""}, "all", "held", "other") {
		if q, ok := r.Waits(f, s.ID); ok {
			out = append(out, string(f)+"?"+string(q.Why))
		}
	}
	return strings.Join(out, " ")
}

// told is what a decision tells readers: entries that move `updated`, and
// notices.
func told(d news.Decision) string {
	var out []string
	for _, u := range d.Ruling.Updated {
		out = append(out, string(u.Feed))
	}
	for _, n := range d.Ruling.Notices {
		out = append(out, fmt.Sprintf("%s %d %v", n.Of, n.Rev, n.Feeds))
	}
	return strings.Join(out, " ")
}

// Each line is what happens, where the release stands then, and what readers
// are told. Without acts it is in the open feeds and waits in the one that
// holds.
var actScripts = map[string][][3]string{
	"hidden everywhere": {
		{"hide", "", ""}, {"edit", "", ""}, {"undo", "all other held?approval", "all other"}},
	"out by a rule that is new": {
		{"hide all", "other held?approval", ""}, {"rule all =has(title,`9`)", "other held?approval", ""}, {"undo all", "other held?approval", ""},
		{"rule all =", "all other held?approval", ""}},
	"a comma": {
		{"approve", "all held other", ""}, {"slight", "all held@1 other held?change", ""}, {"approve", "all held other", ""}},
	"hidden in one feed": {
		{"hide all", "other held?approval", ""}, {"hide held", "other", ""}, {"undo all", "all other", ""}, {"undo held", "all other held?approval", ""}},
	"hidden twice": {
		{"hide", "", ""}, {"hide all", "", ""}, {"undo", "other held?approval", ""}, {"undo all", "all other held?approval", ""}},
	"held everywhere": {
		{"hold", "?hold", ""}, {"edit", "?hold", ""}, {"wait 2h", "?hold", ""}, {"approve", "all held other", "all other"}, {"undo", "?hold", ""}, {"undo", "all other held?approval", ""}},
	"held in one feed": {
		{"hold all", "other all?hold held?approval", ""}, {"approve all", "all other held?approval", ""}, {"undo all", "other all?hold held?approval", ""}, {"undo all", "all other held?approval", ""}},
	"held everywhere, approved in one feed": {
		{"hold", "?hold", ""}, {"approve all", "all ?hold", ""}, {"hold", "?hold", ""}, {"approve", "all held other", ""}},
	"embargo": {
		{"embargo 2h", "?embargo", ""}, {"wait 1h", "?embargo", ""}, {"wait 2h", "all other held?approval", ""}, {"undo", "all other held?approval", ""}},
	"embargo, taken back": {
		{"embargo 2h", "?embargo", ""}, {"undo", "all other held?approval", ""}, {"wait 3h", "all other held?approval", ""}},
	"embargo, another one": {
		{"embargo 2h", "?embargo", ""}, {"embargo 5h", "?embargo", ""}, {"wait 3h", "?embargo", ""}, {"undo", "all other held?approval", ""}},
	"two embargoes in two feeds": {
		{"embargo all 2h", "other all?embargo held?approval", ""}, {"embargo other 4h", "all?embargo held?approval other?embargo", ""},
		{"wait 3h", "all held?approval other?embargo", ""}, {"wait 2h", "all other held?approval", ""}},
	"an embargo on all, and one in each feed": {
		{"embargo 2h", "?embargo", ""}, {"embargo all 5h", "?embargo", ""}, {"embargo held 5h", "?embargo", ""}, {"embargo other 5h", "?embargo", ""},
		{"wait 3h", "all?embargo held?embargo other?embargo", ""}, {"wait 3h", "all other held?approval", ""}},
	"embargo on what is approved": {
		{"approve", "all held other", ""}, {"embargo 2h", "?embargo", ""}, {"edit", "?embargo", ""}, {"wait 3h", "all held@1 other held?change", "all other"}},
	"hidden before embargo before hold": {
		{"embargo 2h", "?embargo", ""}, {"hold", "?hold", ""}, {"hide", "", ""}, {"wait 3h", "", ""}, {"undo", "?hold", ""}, {"undo", "all other held?approval", ""}},
	"pin": {
		{"pin all 2h", "all^ other held?approval", ""}, {"wait 1h", "all^ other held?approval", ""}, {"wait 2h", "all other held?approval", ""}},
	"pin, taken back": {
		{"pin 2h", "all^ other^ held?approval", ""}, {"pin all 4h", "all^ other^ held?approval", ""}, {"undo", "all^ other held?approval", ""}, {"wait 5h", "all other held?approval", ""}},
	"pin of what is hidden": {
		{"pin 9h", "all^ other^ held?approval", ""}, {"hide all", "other^ held?approval", ""}, {"undo all", "all^ other^ held?approval", ""}, {"approve", "all^ held^ other^", ""}, {"wait 10h", "all held other", ""}},
	"embargo and pin": {
		{"embargo 2h", "?embargo", ""}, {"pin all 1h", "?embargo", ""}, {"pin other 4h", "?embargo", ""}, {"wait 3h", "all other^ held?approval", ""}, {"wait 2h", "all other held?approval", ""}},
	"approved": {
		{"approve held", "all held other", ""}, {"undo held", "all other held?approval", ""}, {"approve", "all held other", ""}, {"hold held", "all other held?hold", ""}},
	"approved, and changed": {
		{"approve", "all held other", ""}, {"edit", "all held@1 other held?change", "all other edits 2 [all other]"}, {"wait 2h", "all held@1 other held?change", ""},
		{"approve", "all held other", "held"}, {"wait 2h", "all held other", ""}, {"undo", "all held@1 other held?change", "held"}, {"approve", "all held other", "held"}},
	"changed before it was approved": {
		{"edit", "all other held?approval", "all other edits 2 [all other]"}, {"approve held", "all held other", ""}, {"pin held 10m", "all held^ other", ""}, {"wait 2h", "all held other", ""}},
	"changed while it was hidden, within the hour": {
		{"edit", "all other held?approval", "all other edits 2 [all other]"}, {"hide", "", ""}, {"edit", "", ""}, {"undo", "all other held?approval", ""}},
	"approved before a feed begins to hold": {
		{"approve", "all held other", ""}, {"edit", "all held@1 other held?change", "all other edits 2 [all other]"}, {"holding all", "all held@1 other held?change", ""}, {"undo", "all other held?approval", ""}},
	"retitle": {
		{"retitle =A", "all other held?approval", "all other"}, {"retitle all =B", "all other held?approval", "all"},
		{"undo", "all other held?approval", "other"}, {"undo all", "all other held?approval", "all"}},
	"summary and note where it is hidden": {
		{"hide all", "other held?approval", ""}, {"summary =S", "other held?approval", "other"}, {"note all =N", "other held?approval", ""}, {"wait 1h", "other held?approval", ""}, {"undo all", "other held?approval", ""}, {"undo all", "all other held?approval", "all"}},
	"retitle, and changed": {
		{"retitle =A", "all other held?approval", "all other"}, {"wait 2h", "all other held?approval", ""}, {"edit", "all other ?conflict held?approval", "all other edits 2 [all other]"},
		{"wait 1h", "all other ?conflict held?approval", ""}, {"retitle =B", "all other held?approval", "all other"}, {"wait 1h", "all other held?approval", ""}, {"edit", "all other ?conflict held?approval", "all other edits 3 [all other]"},
		{"undo", "all other ?conflict held?approval", "all other"}, {"undo", "all other held?approval", "all other"}},
	"note in one feed, and changed": {
		{"note all =N", "all other held?approval", "all"}, {"edit", "all other all?conflict held?approval", "other edits 2 [all other]"}, {"wait 1h", "all other all?conflict held?approval", "all"}, {"approve all", "all other held?approval", ""}},
	"tag": {
		{"tag", "all other held?approval", ""}, {"undo", "all other held?approval", ""}},
	"withdrawn while it waits": {
		{"approve all", "all other held?approval", ""}, {"pin 9h", "all^ other^ held?approval", ""}, {"withdraw", "", ""}, {"edit", "", ""}, {"wait 800h", "", ""}},
	"a feed begins to hold": {
		{"holding all", "all other held?approval", ""}, {"edit", "all@1 other all?change held?approval", "other edits 2 [other]"}, {"hide", "", ""}, {"undo", "all@1 other all?change held?approval", ""},
		{"approve all", "all other held?approval", "all"}, {"undo all", "all@1 other all?change held?approval", "all"}, {"open all", "all other held?approval", "all"}},
	"a feed begins to hold what is hidden in it": {
		{"hide all", "other held?approval", ""}, {"holding all", "other held?approval", ""}, {"edit", "other held?approval", "other edits 2 [other]"}, {"undo all", "all@1 other all?change held?approval", ""}},
	"a feed holds no longer": {
		{"open held", "all held other", ""}, {"holding held", "all held other", ""}, {"edit", "all held@1 other held?change", "all other edits 2 [all other]"}},
}

func TestActs(t *testing.T) {
	for name, script := range actScripts {
		t.Run(name, func(t *testing.T) {
			r := openNewsroom(t, nil)
			if got := r.state(); got != "all other held?approval" {
				t.Fatalf("at first: %s", got)
			}
			for n, line := range script {
				d := r.do(line[0])
				if got := r.state(); got != line[1] {
					t.Fatalf("line %d, %s: it stands %q, want %q", n+1, line[0], got, line[1])
				}
				if got := told(d); got != line[2] {
					t.Fatalf("line %d, %s: told %q, want %q", n+1, line[0], got, line[2])
				}
			}
		})
	}
}

// Tags count in rules, where they were given.
func TestTagsCountInRules(t *testing.T) {
	r := openNewsroom(t, func(p *news.Publication) {
		p.Feeds[0].Where = `not ("dull" in tags)`
		p.Feeds[2].Where = `"picked" in tags`
	})
	r.feeds["other"] = news.FeedState{Filled: 1} // nothing passed its rule when the others were filled
	for n, line := range [][3]string{
		{"tag other =picked", "all other held?approval", ""}, {"undo other", "all held?approval", ""}, {"tag =picked", "all other held?approval", ""},
		{"edit", "all other held?approval", "all other edits 2 [all other]"}, {"tag =dull", "held?approval", ""}, {"tag all =fine", "all held?approval", ""},
		{"undo", "all other held?approval", ""}, {"hide other", "all held?approval", ""}, {"undo", "all held?approval", ""}, {"undo other", "all held?approval", ""}, {"undo all", "all held?approval", ""},
	} {
		d := r.do(line[0])
		if state, told := r.state(), told(d); state != line[1] || told != line[2] {
			t.Fatalf("line %d, %s: it stands %q, told %q; want %q, %q", n+1, line[0], state, told, line[1], line[2])
		}
	}
}

// What stays in a feed though its source has changed it, so that the feed's rule
// does not take it any more, is there again when an act is over.
func TestWhatStayedIsBackAfterAnAct(t *testing.T) {
	for _, act := range []string{"hide", "hold", "embargo 30m"} {
		r := openNewsroom(t, func(p *news.Publication) {
			for n := range p.Feeds {
				p.Feeds[n].Where = `has(text, "measure number 2") or has(title, "1")`
			}
		})
		r.do("edit")
		r.do(act)
		settled(t, r.memory, r.c, act)
		if act == "embargo 30m" {
			r.do("wait 1h")
		} else {
			r.do("undo")
		}
		if got := r.state(); got != "all other" {
			t.Errorf("after %s it stands %q", act, got)
		}
	}
}
