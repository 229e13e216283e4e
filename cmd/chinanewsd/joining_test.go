package main

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// joining is a record whose sources carry the same releases, and an editor who
// joins and parts them.
type joining struct {
	t       *testing.T
	store   *storage.Store
	curator *curator.Curator
	pub     news.Publication
	now     time.Time
	n       byte
	acts    []news.Editing // that stand
}

func newJoining(t *testing.T) *joining {
	j := &joining{t: t, now: time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)}
	j.pub = news.Publication{Site: news.Site{ID: "joining", Title: "Joining", BaseURL: "http://127.0.0.1"}}
	feed := news.Feed{ID: "all", Name: "all", Title: "All", Languages: []string{"all"}, Limit: 100, Fresh: news.Duration(48 * time.Hour), Content: news.Full, Link: news.LinkOriginal}
	for n, id := range []string{"a", "b", "c"} {
		j.pub.Sources = append(j.pub.Sources, news.Source{ID: id, Origin: news.Origin(id), URLs: []string{"https://" + id + ".example/"}, Kind: news.KindFeed, Body: news.BodyFeed, Rank: 30 - n,
			Language: "en", Rights: news.Government, Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour)})
		feed.Sources = append(feed.Sources, id)
	}
	j.pub.Feeds = []news.Feed{feed, feed}
	j.pub.Feeds[1].ID, j.pub.Feeds[1].Name, j.pub.Feeds[1].Sources = "some", "some", []string{"a", "b"}
	var err error
	if j.store, err = storage.Create(t.TempDir(), storage.Options{Now: func() time.Time { return j.now }, Scratch: true, Features: curator.Features}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.store.Close() })
	if j.curator, err = curator.New(j.pub, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := j.store.Configure(context.Background(), j.pub, "test", nil); err != nil {
		t.Fatal(err)
	}
	j.carry("a", 0)
	if _, err := j.store.Rule(context.Background(), func(l *storage.Ledger) news.Decision { return j.curator.Fill(l) }); err != nil {
		t.Fatal(err)
	}
	return j
}

func (j *joining) id() (id news.BatchID) {
	j.now = j.now.Add(time.Minute)
	j.n++
	return news.BatchID{0: j.n, 15: 7}
}

// carry has a source list a release.
func (j *joining) carry(source string, release int) {
	text := prose(release, 1500)
	e := news.Entry{ID: fmt.Sprint(source, release), URL: fmt.Sprintf("https://%s.example/%d", source, release), Title: fmt.Sprintf("Release %d on trade and its ports", release),
		Lang: "en", HTML: text, Digest: news.TextDigest(text), Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: j.now}}
	b := news.Batch{ID: j.id(), Source: news.Origin(source), Kind: news.TaskListing, URL: "https://" + source + ".example/", Fetched: j.now, Reader: "r", ReadAs: news.KindFeed, Condition: news.OK, Entries: []news.Entry{e}}
	b.State = news.FetchState{Source: b.Source, URL: b.URL, Condition: news.OK, LastGood: j.now}
	if _, err := j.store.Accept(context.Background(), b, func(l *storage.Ledger, b news.Batch) news.Decision { return j.curator.Accept(l, b) }); err != nil {
		j.t.Fatal(err)
	}
}

func (j *joining) act(e news.Editing) {
	e.ID, e.Who = j.id(), "an editor"
	rc, err := j.store.Edit(context.Background(), e, func(l *storage.Ledger, e news.Editing) news.Decision { return j.curator.Edit(l, e) })
	if err != nil {
		j.t.Fatal(err)
	}
	if e.Undoes == 0 {
		j.acts = append(j.acts, news.Editing{Scope: e.Scope, Undoes: rc.Pos})
	}
}

func (j *joining) undo(n int) {
	e := j.acts[n]
	j.acts = slices.Delete(j.acts, n, n+1)
	j.act(e)
}

func (j *joining) stories() (list []news.Story) {
	j.view(func(l *storage.Ledger) { list = slices.Collect(l.Stories()) })
	return list
}

func (j *joining) view(f func(*storage.Ledger)) {
	j.t.Helper()
	if err := j.store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		j.t.Fatal(err)
	}
}

func (j *joining) step(r *rand.Rand) {
	all := j.stories()
	s, other := all[r.Intn(len(all))], all[r.Intn(len(all))]
	switch n := r.Intn(10); {
	case n < 3:
		j.carry(string("abc"[r.Intn(3)]), r.Intn(8))
	case n < 5 && s.ID != other.ID:
		j.act(news.Editing{Act: news.ActMerge, Scope: news.Scope{Story: s.ID}, Args: news.Args{Story: other.ID}})
	case n < 8 && len(s.Items) > 1:
		r.Shuffle(len(s.Items), func(i, k int) { s.Items[i], s.Items[k] = s.Items[k], s.Items[i] })
		j.act(news.Editing{Act: news.ActSplit, Scope: news.Scope{Story: s.ID}, Args: news.Args{Items: s.Items[:1+r.Intn(len(s.Items)-1)]}})
	case n >= 8 && len(j.acts) > 0:
		j.undo(r.Intn(len(j.acts)))
	}
}

// check reports stories, ids and places in feeds that are not what they must
// be. known are the stories that there ever were.
func (j *joining) check(known map[news.StoryID]string) {
	j.t.Helper()
	j.view(func(l *storage.Ledger) {
		in := make(map[news.ItemID]news.StoryID)
		for s := range l.Stories() {
			known[s.ID] = l.Address(s.ID)
			places := make(map[news.FeedName]int)
			for _, item := range s.Items {
				if i, ok := l.Item(item); !ok || i.Story != s.ID || in[item] != (news.StoryID{}) {
					j.t.Fatalf("item %s of %s: %+v, also in %s", item, s.ID, i.Story, in[item])
				}
				in[item] = s.ID
				for _, f := range j.pub.Feeds {
					if m, ok := l.Membership(f.Name, news.StoryID(item)); ok && m.Left == "" {
						places[f.Name]++
						if !slices.Contains(s.Items, m.Lead) {
							j.t.Fatalf("%s in %s is led by %s, of another story", m.Story, f.Name, m.Lead)
						}
					}
				}
			}
			for _, name := range s.Feeds {
				if places[name] != 1 {
					j.t.Fatalf("story %s is in %v, with places %v", s.ID, s.Feeds, places)
				}
			}
			if len(places) != len(s.Feeds) {
				j.t.Fatalf("story %s is in %v, with places %v", s.ID, s.Feeds, places)
			}
		}
		for id, address := range known {
			s, ok := l.Story(id)
			at, found := l.StoryAt(address)
			if !ok || !found || s.ID != in[news.ItemID(id)] || at.ID != s.ID {
				j.t.Fatalf("%s at %q leads to %s and %s, its item is in %s", id, address, s.ID, at.ID, in[news.ItemID(id)])
			}
		}
	})
}

// Whatever an editor joins, parts and takes back while sources go on: every
// item is in one story, every id and address that a story ever had leads to
// it, places in feeds go with their entries, and the record folded anew says
// the same.
func TestJoiningAndPartingInTheRecord(t *testing.T) {
	seeds := 6
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		j := newJoining(t)
		r := rand.New(rand.NewSource(int64(seed)))
		known := make(map[news.StoryID]string)
		for range 60 {
			j.step(r)
			j.check(known)
		}
		for len(j.acts) > 0 {
			j.undo(len(j.acts) - 1)
			j.check(known)
		}
		if report, err := j.store.Verify(context.Background()); err != nil || len(report.Differs) > 0 {
			t.Fatalf("seed %d: %v %+v", seed, err, report)
		}
	}
}
