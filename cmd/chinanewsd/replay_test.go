package main

import (
	"context"
	"log/slog"
	"reflect"
	"testing"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// again hears a site's record once more and gives both.
func (s *siteFile) again(f func(then, now *storage.Ledger)) {
	s.t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		s.t.Fatal(err)
	}
	store, err := openStore(cfg, false, func(string) {})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	ctx := context.Background()
	h := &house{lasting: lasting{store: store, log: slog.New(slog.DiscardHandler)}, cfg: cfg}
	if h.cfg.Publication, err = h.bind(ctx); err != nil {
		s.t.Fatal(err)
	}
	c, err := curator.New(h.cfg.Publication, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	err = replayed(ctx, h, c, func(heard) {}, func(r *replay) error {
		return store.View(ctx, func(then *storage.Ledger) error {
			return r.store.View(ctx, func(now *storage.Ledger) error { f(then, now); return nil })
		})
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// heardActs are the acts of a scope without what differs between records.
func heardActs(l *storage.Ledger, in news.Scope) (acts []news.Acted) {
	for _, a := range l.Decisions(in).Acts {
		if a.Undone > 0 {
			a.Undone = 1
		}
		a.Pos = 0
		acts = append(acts, a)
	}
	return acts
}

// Every act is heard once more, at its moment, and so is every undo: positions
// there are others.
func TestReplayHearsEveryAct(t *testing.T) {
	s, both, alone := editSite(t)
	day := s.flood(3)
	for _, args := range [][]string{
		{both, "hide", "--feed", "english"}, {both, "note", "One"}, {alone, "pin", "--until", "9d"}, {both, "undo"}, {both, "retitle", "Two"},
		{both, "tag", "a", "b"}, {both, "hold"}, {both, "approve"}, {both, "embargo", "--until", "3d"}, {both, "undo"}, {both, "summary", "Three"},
		{both, "undo"}, {both, "note", "Four"}, {both, "split", "b"}, {both, "undo"}, {both, "merge", alone}, {both, "undo"}, {both, "split", "b"},
	} {
		s.do(0, append([]string{"edit"}, args...)...)
	}
	s.do(0, "edit", "a/"+day, "approve")
	s.again(func(then, now *storage.Ledger) {
		acts := 0
		for _, address := range []string{both, alone} {
			story, _ := then.StoryAt(address)
			for _, feed := range []news.FeedName{"", "english", "all"} {
				in := news.Scope{Story: story.ID, Feed: feed}
				was, is := heardActs(then, in), heardActs(now, in)
				if acts += len(was); !reflect.DeepEqual(was, is) {
					t.Errorf("%s: acts then %+v\nand now %+v", in, was, is)
				}
			}
			for _, id := range story.Items {
				if was, is := then.Apart(id), now.Apart(id); !reflect.DeepEqual(was, is) {
					t.Errorf("%s was apart from %v, is from %v", id, was, is)
				}
			}
		}
		if acts != 13 {
			t.Errorf("%d acts, want 13", acts)
		}
	})
}

// An act on a story that today's rules would not have made is one on the story
// that its release is in; one that has nothing to do there is left out, with
// its undo.
func TestReplayFindsTheStoryOfAnAct(t *testing.T) {
	s, both, _ := editSite(t)
	var item news.Item
	s.ruled(func(l *storage.Ledger) news.Ruling {
		story, _ := l.StoryAt(both)
		for _, id := range story.Items {
			if news.StoryID(id) != story.ID {
				item, _ = l.Item(id)
			}
		}
		return news.Ruling{Stories: []news.StoryRuling{{Item: item.ID, Story: news.StoryID(item.ID), Address: "parted"}}}
	})
	s.do(0, "edit", "parted", "hide")
	s.do(0, "edit", "parted", "merge", both)
	s.do(0, "edit", "parted", "undo")
	s.do(0, "edit", "parted", "note", "One")
	s.again(func(then, now *storage.Ledger) {
		story, _ := now.StoryAt(both)
		d := now.Decisions(news.Scope{Story: story.ID})
		if len(story.Items) != 2 || len(d.Acts) != 2 || d.Acts[0].Act != news.ActHide || d.Acts[1].Args.Text != "One" || d.Acts[0].Undone+d.Acts[1].Undone != 0 {
			t.Errorf("%+v: %+v", story, d)
		}
	})
}
