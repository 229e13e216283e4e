package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

func day(d string) news.Date {
	t, _ := time.ParseInLocation(time.DateOnly, d, news.Location(china))
	return news.Date{Precision: news.Day, Zone: china, Time: t.UTC()}
}

func TestIdentity(t *testing.T) {
	old := news.Entry{ID: "g1", URL: "https://m.example/a.html", Title: "Floods recede", Date: day("2026-11-20"), Digest: "t1", HTML: "<p>The waters have gone down along the whole river.</p>"}
	change := func(f func(*news.Entry)) []news.Entry {
		e := old
		f(&e)
		return []news.Entry{e}
	}
	for _, tt := range []struct {
		name string
		next []news.Entry
		new  int
	}{
		{"same", change(func(*news.Entry) {}), 0},
		{"guid changed", change(func(e *news.Entry) { e.ID = "other" }), 0},
		{"http to https and tracking", change(func(e *news.Entry) { e.ID, e.URL = "x", "http://M.example/a.html?utm_source=rss" }), 0},
		{"address changed", change(func(e *news.Entry) { e.URL = "https://m.example/b.html" }), 0},
		{"title corrected", change(func(e *news.Entry) { e.Title = "Floods recede slowly" }), 0},
		{"site moved: id and address", change(func(e *news.Entry) { e.ID, e.URL = "n", "https://new.example/1" }), 0},
		{"site moved, text near", change(func(e *news.Entry) {
			e.ID, e.URL, e.Digest, e.HTML = "n", "https://new.example/1", "t2", old.HTML+" Print"
		}), 0},
		{"another text under the same title and day", change(func(e *news.Entry) {
			e.ID, e.URL, e.Digest, e.HTML = "n", "https://new.example/1", "t2", "Something quite different was said about exports of timber."
		}), 1},
		{"another day", change(func(e *news.Entry) { e.ID, e.URL, e.Date = "n", "https://new.example/1", day("2026-11-21") }), 1},
		{"guid used again for another release", change(func(e *news.Entry) {
			e.URL, e.Title, e.Date = "https://m.example/z.html", "Rail link opens", day("2026-11-22")
		}), 1},
		{"two in one answer share a guid", []news.Entry{old, {ID: "g1", URL: "https://m.example/z.html", Title: "Rail link opens", Date: old.Date}}, 1},
		{"two share an address, ids tell them apart", []news.Entry{old, {ID: "g2", URL: old.URL, Title: "Rail link opens", Date: old.Date}}, 1},
		{"same title and day beside it", []news.Entry{old, {ID: "g2", URL: "https://m.example/z.html", Title: old.Title, Date: old.Date}}, 1},
		{"twice in one answer", []news.Entry{old, old}, 0},
		{"no date, new id and address", change(func(e *news.Entry) { e.ID, e.URL, e.Date = "n", "https://new.example/1", news.Date{} }), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := row("mer")
			m, c := live(t, src)
			m.accept(c, listing(src, old))
			for again, want := range []int{tt.new, 0} {
				d := m.accept(c, listing(src, tt.next...))
				got := 0
				for _, r := range d.Ruling.Items {
					if r.Class == news.First {
						got++
					}
				}
				if got != want {
					t.Errorf("listing %d made %d new items, want %d: %+v", again+1, got, want, d.Ruling.Items)
				}
			}
		})
	}
}

func TestIDsAreScopedBySource(t *testing.T) {
	a, b := row("a"), row("b")
	m, c := live(t, a, b)
	e := entry(1, time.Hour)
	e.URL, e.Title = "https://b.example/other", "Something else entirely"
	e.Digest = "other"
	d := m.accept(c, listing(b, e))
	if len(d.Ruling.Items) != 1 || d.Ruling.Items[0].Class != news.First {
		t.Fatalf("source b with an id of a: %+v, want an item of its own", d.Ruling.Items)
	}
	if i := m.items[m.order[0]]; i.Shown.Title != "Announcement 1" {
		t.Error("source b changed an item of a")
	}
}

func TestEntriesWithNeitherIDNorAddress(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	e := news.Entry{Title: "Notice", Date: day("2026-11-23"), Digest: "d1", HTML: "<p>The ferry to Orun is not running on Thursday.</p>"}
	m.accept(c, listing(src, e))
	if d := m.accept(c, listing(src, e)); len(d.Keep) != 0 {
		t.Error("an entry without id and address came twice")
	}
	f := e
	f.Digest, f.HTML = "d2", "<p>Applications for fishing permits are open until May.</p>"
	if d := m.accept(c, listing(src, e, f)); classes(d) != "first" {
		t.Errorf("a second notice beside it is %q, want first", classes(d))
	}
}

// An item whose text retention took is still known when its site moves.
func TestMovedAfterItsTextWent(t *testing.T) {
	a := row("a")
	m, c := live(t, a)
	e := entry(50, time.Hour)
	e.HTML, e.Digest = "<p>The ferry to Orun is not running on Thursday.</p>", "d1"
	m.accept(c, listing(a, e))
	clear(m.texts)
	e.ID, e.URL = "moved", "https://a.example/new/50"
	e.HTML, e.Digest = "<p>The ferry to Orun is not running on Thursday</p>", "d2"
	if d := m.accept(c, listing(a, e)); classes(d) == "first" {
		t.Error("it came back as new")
	}
}

func TestRestlessIDsAreBounded(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	recorded := 0
	for n := range 50 {
		e := entry(1, time.Hour)
		e.ID = string(rune('A' + n))
		recorded += len(m.accept(c, listing(src, e)).Keep)
	}
	if len(m.items) != 1 || recorded > maxRestless {
		t.Errorf("50 changing ids made %d items and %d records, want 1 and at most %d", len(m.items), recorded, maxRestless)
	}
}

func TestPublished(t *testing.T) {
	seen := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) // 12:00 in Beijing
	for _, tt := range []struct {
		name string
		date news.Date
		want time.Time
	}{
		{"minute", news.Date{Precision: news.Minute, Time: seen.Add(-time.Hour)}, seen.Add(-time.Hour)},
		{"first seen on the day", day("2026-11-23"), seen},
		{"first seen later", day("2026-11-20"), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)},
		{"none", news.Date{}, seen},
		{"unreadable", news.Date{Raw: "soon"}, seen},
		{"future", news.Date{Precision: news.Minute, Time: seen.Add(time.Hour)}, seen},
		{"a little ahead", news.Date{Precision: news.Minute, Time: seen.Add(5 * time.Minute)}, seen.Add(5 * time.Minute)},
		{"tomorrow", day("2026-11-24"), seen},
	} {
		h := &hearing{at: seen.Add(time.Hour)}
		got := h.published(feed{}, &news.Item{FirstSeen: seen, Shown: news.Entry{Date: tt.date}})
		if !got.Equal(tt.want) {
			t.Errorf("%s: published %v, want %v", tt.name, got, tt.want)
		}
	}
	h := &hearing{at: seen.Add(time.Hour)}
	f := feed{Feed: news.Feed{Dates: news.DatesEntered}}
	if got := h.published(f, &news.Item{FirstSeen: seen}); got != h.at {
		t.Errorf("dates: entered gives %v, want %v", got, h.at)
	}
}
