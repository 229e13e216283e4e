package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

// versions is a record of one release in two languages, first seen in that
// order, in feeds that prefer English, Chinese and neither.
func versions(t *testing.T, first, second string) (*newsroom, map[string]news.StoryID) {
	t.Helper()
	en, zh := row("en"), row("zh")
	r := openNewsroom(t, func(p *news.Publication) {
		p.Sources = append(p.Sources, en, zh)
		p.Feeds = p.Feeds[:1]
		p.Feeds[0].Sources = append(p.Feeds[0].Sources, "en", "zh")
		for _, lang := range []string{"en", "zh"} {
			f := p.Feeds[0]
			f.ID, f.Name, f.Prefer = lang, news.FeedName(lang), lang
			p.Feeds = append(p.Feeds, f)
		}
	})
	ids := make(map[string]news.StoryID)
	sources, entries := map[string]news.Source{"en": en, "zh": zh}, map[string]news.Entry{}
	for n, lang := range []string{"en", "zh"} {
		e := entry(50+n, 0)
		e.Lang, e.Date.Time = lang, r.now
		entries[lang] = e
		ids[lang] = news.StoryID(news.NewItemID(sources[lang].Origin, news.ByID, e.ID))
	}
	r.pair(news.ItemID(ids["en"]), news.ItemID(ids["zh"]))
	for _, lang := range []string{first, second} {
		r.now = r.now.Add(time.Minute)
		r.accept(r.c, listing(sources[lang], entries[lang]))
	}
	return r, ids
}

// has is which versions a feed has.
func (r *newsroom) has(name news.FeedName, ids map[string]news.StoryID) (langs string) {
	for _, lang := range []string{"en", "zh"} {
		if m, ok := r.Membership(name, ids[lang]); ok && m.Left == "" {
			langs += lang
		}
	}
	return langs
}

func TestAFeedHasOneVersion(t *testing.T) {
	for _, order := range [][2]string{{"en", "zh"}, {"zh", "en"}} {
		r, ids := versions(t, order[0], order[1])
		was, _ := r.Membership("en", ids["zh"])
		for n, line := range [][4]string{
			{"", "enzh", "en", "zh"}, {"hide en", "enzh", "zh", "zh"}, {"undo en", "enzh", "en", "zh"},
			{"hold", "zh", "zh", "zh"}, {"undo", "enzh", "en", "zh"},
			{"embargo 1h", "zh", "zh", "zh"}, {"wait 2h", "enzh", "en", "zh"},
			{"withdraw", "zh", "zh", "zh"},
		} {
			r.story = ids["en"]
			if line[0] != "" {
				r.do(line[0])
			}
			got := [4]string{line[0], r.has("all", ids), r.has("en", ids), r.has("zh", ids)}
			if got != line {
				t.Fatalf("%v first, line %d: %q, want %q", order[0], n+1, got, line)
			}
		}
		now, _ := r.Membership("en", ids["zh"])
		if order[0] == "zh" && (was.Left != news.LeftSibling || !now.Published.Equal(was.Published)) {
			t.Errorf("the other version: first %+v, now %+v", was, now)
		}
		if d := r.rule(r.c.Refold(r)); !d.Ruling.Empty() {
			t.Errorf("the same configuration again: %+v", d.Ruling)
		}
	}
}

// A preference that is new, or given up, is followed.
func TestAPreferenceIsFollowed(t *testing.T) {
	r, ids := versions(t, "en", "zh")
	for _, prefer := range []string{"zh", "en", "", "zh"} {
		r.now = r.now.Add(time.Hour)
		r.configure(func(p *news.Publication) { p.Feeds[0].Prefer = prefer })
		want := prefer
		if prefer == "" {
			want = "enzh"
		}
		if got := r.has("all", ids); got != want {
			t.Errorf("preferring %q it has %s", prefer, got)
		}
	}
}

// A version stays out for one that a changed configuration lets in, and not for
// one that it throws out, whichever is looked at first.
func TestAPreferenceForWhatLeaves(t *testing.T) {
	for _, order := range [][2]string{{"en", "zh"}, {"zh", "en"}} {
		r, ids := versions(t, order[0], order[1])
		r.now = r.now.Add(time.Hour)
		r.configure(func(p *news.Publication) {
			p.Feeds[0].Prefer = "en"
			p.Feeds[0].Where = `lang == "zh"`
			p.Feeds[1].Where = `lang == "zh"`
		})
		if all, en := r.has("all", ids), r.has("en", ids); all != "zh" || en != "zh" {
			t.Errorf("%v first: it has %q and %q", order[0], all, en)
		}
		r.now = r.now.Add(time.Hour)
		r.configure(func(p *news.Publication) { p.Feeds[0].Where, p.Feeds[1].Where = "", "" })
		if all, en := r.has("all", ids), r.has("en", ids); all != "en" || en != "en" {
			t.Errorf("%v first, both may be in: it has %q and %q", order[0], all, en)
		}
	}
}
