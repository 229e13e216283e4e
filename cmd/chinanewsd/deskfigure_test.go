package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// Figures are what counting the record's items one by one says, and what polls
// brought.
func TestFiguresAreTrue(t *testing.T) {
	s, _, _ := editSite(t)
	h := s.open()
	if err := h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	c, err := figures{h}.Counted(t.Context(), "en")
	if err != nil {
		t.Fatal(err)
	}
	days, months := make(map[string]map[string]int), make(map[string]map[string]int)
	add := func(to map[string]map[string]int, when, who string) {
		if to[when] == nil {
			to[when] = make(map[string]int)
		}
		to[when][who]++
	}
	err = h.store.View(t.Context(), func(l *storage.Ledger) error {
		for origin, row := range h.flow.rows {
			for i := range l.Items(origin, time.Time{}) {
				add(days, i.PublishedOn(), row.PublisherIn("en"))
				add(months, i.PublishedOn()[:7], row.PublisherIn("en"))
			}
		}
		return nil
	})
	if err != nil || len(days) == 0 {
		t.Fatal(days, err)
	}
	for _, of := range []struct {
		periods []desk.Period
		want    map[string]map[string]int
		length  int
	}{{c.Days, days, figureDays}, {c.Months, months, figureMonths}} {
		if len(of.periods) != of.length {
			t.Errorf("%d periods, want %d", len(of.periods), of.length)
		}
		sum := 0
		for _, p := range of.periods {
			if want := of.want[p.When]; len(want)+len(p.Ministries) > 0 && fmt.Sprint(want) != fmt.Sprint(p.Ministries) {
				t.Errorf("%s: %v, want %v", p.When, p.Ministries, want)
			}
			for _, n := range p.Ministries {
				sum += n
			}
		}
		if sum == 0 {
			t.Error("nothing was counted lately")
		}
	}
	if polls := c.Days[figureDays-1].Polls; polls.Good != 2 || polls.Unchanged != 0 || len(polls.Failed) != 0 {
		t.Errorf("two polls are %+v", polls)
	}
}

func TestLastMonths(t *testing.T) {
	for moment, want := range map[string]string{"2026-03-31T12:00:00Z": "[2026-01 2026-02 2026-03]", "2026-12-31T16:00:00Z": "[2026-11 2026-12 2027-01]"} {
		at, err := time.Parse(time.RFC3339, moment)
		if got := fmt.Sprint(lastMonths(at, 3)); err != nil || got != want {
			t.Errorf("%s: %s, want %s", moment, got, want)
		}
		if days := lastDays(at, figureDays); len(days) != figureDays || days[figureDays-1] != news.BeijingDay(at) || days[0] >= days[1] {
			t.Errorf("%s: days %v", moment, days)
		}
	}
}

// A service counts with what it said last within a week, in each format.
func TestServices(t *testing.T) {
	day := func(stated map[string]int) map[news.FeedName]news.Readers {
		return map[news.FeedName]news.Readers{"f": {Stated: stated}, "g": {Stated: map[string]int{"Feedly rss": 1000}}}
	}
	days := []map[news.FeedName]news.Readers{day(map[string]int{"Feedly rss": 90, "The Old Reader rss": 4}), {}, day(map[string]int{"Feedly rss": 7, "Feedly atom": 2}), day(map[string]int{"Feedly atom": 3, "others json": 0})}
	if got := fmt.Sprint(services(days, "f")); got != "[{Feedly 10} {The Old Reader 4} {others 0}]" {
		t.Errorf("services are %s", got)
	}
	if got := services(days, "h"); len(got) > 0 {
		t.Errorf("of a feed that nobody reads: %v", got)
	}
}

// Readers of today are as the counter has them, those before as they were kept.
func TestReadersAtTheDesk(t *testing.T) {
	s := newReading(t)
	if err := s.h.store.SaveReaders(t.Context(), "2026-11-25", map[news.FeedName]news.Readers{"open": {Direct: 5, Stated: map[string]int{"Feedbin rss": 3}}}); err != nil {
		t.Fatal(err)
	}
	s.asks("/feeds/open.rss", "Reader/1", "198.51.100.1")
	s.asks("/feeds/open/edits.rss", "Reader/1", "198.51.100.1")
	c, err := figures{s.h}.Counted(t.Context(), "en")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[news.FeedName]desk.FeedReaders)
	for _, r := range c.Readers {
		found[r.Feed.Name] = r
	}
	open := found["open"]
	if open.Yesterday != 5 || open.Today != 1 || fmt.Sprint(open.Lately[26:]) != "[8 1]" || fmt.Sprint(open.Services) != "[{Feedbin 3}]" || open.Beside {
		t.Errorf("open has %+v", open)
	}
	if edits := found["open/edits"]; edits.Today != 1 || !edits.Beside {
		t.Errorf("its edits have %+v", edits)
	}
	if len(found) < 6 {
		t.Errorf("only %d feeds", len(found))
	}
}

// watching is an editor at the desk.
type watching struct{}

func (watching) Visitor(*http.Request) (desk.Visitor, bool) {
	return desk.Visitor{Name: "eve", Lang: "zh"}, true
}

// The pages show what a real record has.
func TestPagesOfFiguresAndLog(t *testing.T) {
	h, _, _ := actsSite(t)
	if err := h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	pages := desk.New(desk.Office{Site: func() news.Site { return h.press.pub.Site }, People: watching{}, Figures: figures{h}, Journal: journal{h}})
	for path, words := range map[string][]string{
		"/desk/figures": {"每日消息数", `class="bars"`, "All of it"},
		"/desk/log":     {"Our title", "A release", "更改订阅源：all（title）", "新增订阅源：anglais", "一小时内登录失败：3次", "Firefox on Linux", "记录开始"},
	} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		for _, word := range words {
			if w.Code != 200 || !strings.Contains(w.Body.String(), word) {
				t.Errorf("%s: %d, without %q", path, w.Code, word)
			}
		}
	}
}
