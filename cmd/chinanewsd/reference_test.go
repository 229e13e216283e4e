package main

import (
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// Every name that a person may have of a story finds it.
func TestStoryByEveryName(t *testing.T) {
	s, both, _ := editSite(t)
	var item news.Item // not the one that the story is named after
	var story news.Story
	s.view(func(l *storage.Ledger) {
		story, _ = l.StoryAt(both)
		for _, id := range story.Items {
			if news.StoryID(id) != story.ID {
				item, _ = l.Item(id)
			}
		}
	})
	h := s.open()
	site := h.store.Site()
	h.close()
	for _, name := range []string{
		both, strings.ToUpper(both), " " + both + "\n", "/stories/" + both, "https://news.example/stories/" + both + "/",
		"http://other.example/t/TOKEN/stories/" + both + "/versions/2", "http://news.example/stories/" + both + ".json?x=1",
		item.Shown.URL, item.Shown.URL + "?utm_source=x#top", strings.Replace(item.Shown.URL, "http://", "https://", 1), item.Shown.ID,
		item.ID.String(), strings.ToUpper(story.ID.String()), news.EntryURN(site, story.ID), strings.ToUpper(news.EntryURN(site, news.StoryID(item.ID))),
	} {
		if out, _ := s.do(0, "edit", name); !strings.HasPrefix(out, both+"  ") {
			t.Errorf("%q is %s", name, out)
		}
	}
}

// What a ministry's old host has in a link is found where the row puts it.
func TestStoryByAnAddressThatIsRewritten(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 1))
	s.write(strings.Replace(feedRow("a", o.URL+"/a.xml"), "kind:", `rewrite: [["`+o.URL+`/", "https://new.example/"]], kind:`, 1), allFeed)
	s.create()
	s.do(0, "poll")
	for _, name := range []string{o.URL + "/0.html", "https://new.example/0.html"} {
		if out, _ := s.do(0, "edit", name); !strings.Contains(out, "“A release 0”") {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// An address under which a source keeps several releases names none of them.
func TestAnAddressOfSeveralStories(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/day.xml", strings.NewReplacer("/0.html", "/day.html", "/1.html", "/day.html").Replace(rssOf("Bulletin", 0, 2)))
	s.write(strings.Replace(feedRow("a", o.URL+"/day.xml"), "kind:", "versions: items, kind:", 1), allFeed)
	s.create()
	s.do(0, "poll")
	_, stderr := s.do(2, "edit", o.URL+"/day.html", "hide")
	if !strings.Contains(stderr, "is the address of 2 stories") || !strings.Contains(stderr, "“Bulletin release 0”") || !strings.Contains(stderr, "“Bulletin release 1”") {
		t.Error(stderr)
	}
}

// Names come from people: whatever they are, a story is found or they are
// told that none is.
func FuzzStoryBy(f *testing.F) {
	for _, name := range []string{"", "/stories/", "urn:uuid:", "https://", "%", "a/2026-11-26", "\x00", strings.Repeat("f", 32), "http://a.example/%zz?utm_x=\xff"} {
		f.Add(name)
	}
	dir := f.TempDir()
	store, err := storage.Create(dir, storage.Options{Site: "s"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { store.Close() })
	h := &house{lasting: lasting{store: store}, cfg: news.Config{Publication: news.Publication{Sources: []news.Source{{ID: "a", Origin: "a", Versions: news.VersionsItems}}}}}
	f.Fuzz(func(t *testing.T, name string) {
		err := store.View(t.Context(), func(l *storage.Ledger) error {
			scope, s, err := h.scopeBy(l, name)
			if err == nil && (scope.Source == "" || !s.ID.IsZero()) {
				t.Errorf("%q is %v in an empty record", name, scope)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A moment that is taken lies ahead, and what was cleaned is clean.
func FuzzWish(f *testing.F) {
	for _, s := range []string{"3d", "2026-12-01", "2026-12-01T08:00+08:00", "1e300d", "NaNd", "9999-12-31T23:59:59Z", "-1d", "36500d", "\u202ea\x1b[31m b"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		at, err := readUntil(s, now)
		if err == nil && (at.Before(now) || at.Year() > 9999) {
			t.Errorf("%q is %v", s, at)
		}
		for act := range actWords {
			w := wish{Act: act, Who: s, Args: news.Args{Text: s, Reason: s, Tags: []string{s, "b"}, Until: now.Add(1)}}
			once, err := w.clean(now)
			if err != nil {
				continue
			}
			if twice, err := once.clean(now); err != nil || twice.Args.Text != once.Args.Text || twice.Who != once.Who || len(twice.Args.Tags) != len(once.Args.Tags) || news.Line(once.Who) != once.Who {
				t.Errorf("%s of %q: %+v, then %+v (%v)", act, s, once, twice, err)
			}
		}
	})
}

func TestReadUntil(t *testing.T) {
	now := time.Date(2026, 11, 26, 8, 30, 0, 1, time.FixedZone("", 8*3600))
	for s, want := range map[string]string{
		"2026-12-01": "2026-11-30T16:00:00Z", "2026-12-01T08:00+08:00": "2026-12-01T00:00:00Z", "2026-12-01T08:00": "2026-12-01T00:00:00Z",
		"2026-12-01T08:00:05Z": "2026-12-01T08:00:05Z", "3d": "2026-11-29T00:30:00Z", "90m": "2026-11-26T02:00:00Z",
	} {
		if at, err := readUntil(s, now); err != nil || at.Format(time.RFC3339) != want {
			t.Errorf("%s is %s, want %s (%v)", s, at.Format(time.RFC3339), want, err)
		}
	}
}
