package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
)

// The desk shows every source in the condition that it is in, one that was
// never polled and one that is paused too, and of each how it came to it.
func TestDeskSources(t *testing.T) {
	now := time.Now()
	o, s := newOrigin(t), newSite(t)
	good := noticesOf("notice", 20, now, onDay)
	for _, path := range []string{"/well", "/moved", "/wall"} {
		o.set(path, good)
	}
	o.set("/dead", oldRSS(now))
	row := func(id, more string) string {
		return fmt.Sprintf("  - {id: %[1]s, url: \"%[2]s/%[1]s\", body: none, publisher: {en: \"Office %[1]s\"}, %[3]s}\n", id, o.URL, more)
	}
	const list = "kind: html, list: {item: [.notice]}, headers: {X-Key: s3cret}"
	rows := row("well", list) + row("moved", list) + row("wall", list) + row("dead", "kind: feed")
	s.write(rows, allFeed)
	s.create()
	s.do(0, "poll")
	o.set("/moved", strings.Replace(noticesOf("card", 20, now, onDay), "通知公告", "新版", 1))
	o.set("/wall", fmt.Sprintf(wallPage, ""))
	s.do(0, "poll")
	s.write(rows+row("rests", list+", paused: true")+row("later", list), allFeed)
	h := sourceDesk{s.open()}
	all, err := h.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]news.Condition{"well": news.OK, "moved": news.Redesigned, "wall": news.Challenged, "dead": news.Dead, "rests": news.Paused, "later": news.Waiting}
	for _, src := range all {
		state := want[src.Row.ID]
		if src.State != state && !(state == news.OK && src.State == news.Quiet) || src.Words == "" || src.Row.Headers != nil || (state == news.Paused) != src.Next.IsZero() && state != news.Waiting {
			t.Errorf("%s is %+v", src.Row.ID, src.Condition)
		}
		delete(want, src.Row.ID)
	}
	if len(want) > 0 {
		t.Errorf("not shown: %v", want)
	}
	examine(t, h)
	days, err := h.Days(t.Context(), []string{"well", "nobody", "dead", "later"})
	if err != nil || len(days) != 4 || days[1] != nil || sumOf(days[0]) < 15 || sumOf(days[2]) != 0 || sumOf(days[3]) != 0 {
		t.Errorf("days %v, %v", days, err)
	}
	if days[0][rhythmDays-1] != 0 || slices.Max(days[0]) != 1 { // notices are a working day apart, the newest of the last one
		t.Errorf("days %v", days[0])
	}
}

func sumOf(days []int) (n int) {
	for _, day := range days {
		n += day
	}
	return n
}

// examine looks at sources one by one.
func examine(t *testing.T, h sourceDesk) {
	t.Helper()
	source := func(id string) desk.Examined {
		t.Helper()
		e, err := h.Source(t.Context(), id)
		if err != nil || e.Row.ID != id || len(e.Listings) != 1 || !strings.Contains(e.Place, "config.yaml:") || !strings.Contains(e.Text, "id: "+id) || strings.Contains(e.Text, "s3cret") {
			t.Fatalf("%s: %+v, %v", id, e, err)
		}
		return e
	}
	if e := source("well"); e.Listings[0].Bad != nil || len(e.Newest) != shownTitles || len(e.Listings[0].Usually) == 0 {
		t.Errorf("well: %+v", e)
	}
	moved := source("moved").Listings[0]
	if moved.Good == nil || len(moved.Good.Items) != 20 || moved.Bad == nil || len(moved.Bad.Items) != 0 || moved.Bad.Words == "" || moved.Lately[0].Condition != news.Redesigned {
		t.Errorf("moved: %+v", moved)
	}
	if len(moved.Changes) < 4 || !slices.Contains(moved.Vanished, ".notice") || !strings.Contains(moved.Mended, "div.card") {
		t.Errorf("what has changed: %+v", moved)
	}
	s := newScout(h.house)
	l := s.work(t.Context(), desk.Quest{Row: moved.Try}, func(string) {})
	if l.Trouble != "" || len(l.Mistakes) > 0 || len(l.Listings) != 1 || len(l.Listings[0].Items) != 20 || l.Place.Was == "" {
		t.Errorf("the mended row, tried: %+v\n%s", l, moved.Try)
	}
	if wall := source("wall").Listings[0]; wall.State != news.Challenged || wall.Mended != "" || wall.Bad == nil || wall.Bad.Words != wall.Words || len(wall.Good.Items) != 20 {
		t.Errorf("wall: %+v", wall)
	}
	source("dead")
	source("rests")
	if later := source("later"); len(later.Newest) != 0 || later.State != news.Waiting {
		t.Errorf("later: %+v", later)
	}
	if _, err := h.Source(t.Context(), "nobody"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a source that is not there: %v", err)
	}
}

func TestDaysBetween(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"2026-11-23", "2026-11-26", 3}, {"2026-11-23", "2026-11-23", 0}, {"2026-11-24", "2026-11-23", -1}, {"", "2026-11-23", -1}, {"2026-02-28", "2026-03-01", 1}} {
		if got := daysBetween(tt.a, tt.b); got != tt.want {
			t.Errorf("from %s to %s: %d", tt.a, tt.b, got)
		}
	}
}
