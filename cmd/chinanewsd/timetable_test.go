package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func polite(string) news.HostRule {
	return news.HostRule{Connections: 1, Delay: news.Duration(2 * time.Second)}
}

func ask(kind news.TaskKind, host string, n int, due time.Time) news.Task {
	t := news.Task{Kind: kind, Source: news.Origin(host), URL: fmt.Sprintf("https://%s/%d", host, n), Due: due}
	t.Item[0], t.Item[1] = byte(n), byte(len(host))
	return t
}

func TestTimetableOrder(t *testing.T) {
	tt := newTimetable(polite)
	older, newer := ask(news.TaskArticle, "a", 1, noon), ask(news.TaskArticle, "a", 2, noon)
	older.Listed.Date.Time, newer.Listed.Date.Time = noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	tt.put(ask(news.TaskLook, "a", 3, noon), older, newer, ask(news.TaskListing, "a", 4, noon), ask(news.TaskDecide, "a", 5, noon))
	now := noon
	var got []news.TaskKind
	var urls []string
	for range 5 {
		h, ok, wait := tt.next(now)
		if !ok {
			now = wait
			h, ok, _ = tt.next(now)
		}
		if !ok {
			t.Fatal("nothing handed out at", now)
		}
		got, urls = append(got, h.Kind), append(urls, h.URL)
		tt.done(h, now, 0)
	}
	want := "[decide listing article article look]"
	if fmt.Sprint(got) != want || urls[2] != newer.URL {
		t.Errorf("handed out %v (%v), want %s with the newer article first", got, urls, want)
	}
}

func TestTimetablePace(t *testing.T) {
	tt := newTimetable(polite)
	for n := range 3 {
		tt.put(ask(news.TaskListing, "a", n, noon), ask(news.TaskListing, "b", n, noon))
	}
	now, last := noon, map[string]time.Time{}
	for handed := 0; handed < 6; {
		h, ok, wait := tt.next(now)
		if !ok {
			if !wait.After(now) {
				t.Fatalf("nothing at %v, and asked to come back at %v", now, wait)
			}
			now = wait
			continue
		}
		handed++
		host := news.Host(h.URL)
		if before, asked := last[host]; asked && now.Sub(before) < 2*time.Second {
			t.Errorf("host %s asked %v after the last time, want 2 s", host, now.Sub(before))
		}
		last[host] = now
		tt.done(h, now, 0)
	}
}

func TestTimetableOneConnection(t *testing.T) {
	tt := newTimetable(polite)
	tt.put(ask(news.TaskListing, "a", 1, noon), ask(news.TaskListing, "a", 2, noon))
	h, _, _ := tt.next(noon)
	if _, ok, _ := tt.next(noon.Add(time.Hour)); ok {
		t.Error("a second request while the first is on its way")
	}
	tt.done(h, noon.Add(time.Hour), 0)
	if _, ok, _ := tt.next(noon.Add(time.Hour + 2*time.Second)); !ok {
		t.Error("nothing handed out two seconds after the first was done")
	}
}

func TestTimetableReplacesAndDrops(t *testing.T) {
	tt := newTimetable(polite)
	tt.put(ask(news.TaskLook, "a", 1, noon))
	tt.put(ask(news.TaskLook, "a", 1, noon.Add(time.Hour)))
	if _, ok, wait := tt.next(noon); ok || wait != noon.Add(time.Hour) {
		t.Errorf("handed out %v, wait until %v; want the later one at %v", ok, wait, noon.Add(time.Hour))
	}
	tt.drop(ask(news.TaskLook, "a", 1, noon))
	if _, ok, wait := tt.next(noon.Add(2 * time.Hour)); ok || !wait.IsZero() {
		t.Error("a dropped task was handed out")
	}
	if !tt.idle(noon.Add(2 * time.Hour)) {
		t.Error("an empty timetable is idle")
	}
}

func TestTimetableHeldHost(t *testing.T) {
	tt := newTimetable(polite)
	tt.put(ask(news.TaskListing, "a", 1, noon), ask(news.TaskArticle, "a", 2, noon), ask(news.TaskListing, "b", 1, noon))
	tt.hold("a", noon.Add(time.Hour))
	tt.hold("a", time.Time{}) // its other port has no wish
	h, ok, _ := tt.next(noon)
	if !ok || h.Source != "b" {
		t.Fatalf("handed out %v, want the task of the host that is not held", h.Task)
	}
	tt.done(h, noon, 0)
	if _, ok, wait := tt.next(noon.Add(30 * time.Minute)); ok || !wait.Equal(noon.Add(time.Hour)) {
		t.Errorf("handed out %v, wait until %v; want nothing before the hour is over", ok, wait)
	}
	if _, ok, _ := tt.next(noon.Add(time.Hour)); !ok {
		t.Error("nothing is handed out after the hour")
	}
}

func TestTimetableForgetsHosts(t *testing.T) {
	tt := newTimetable(polite)
	for n := range 1000 {
		tt.put(ask(news.TaskArticle, fmt.Sprint("h", n), 1, noon))
		h, ok, _ := tt.next(noon)
		if !ok {
			t.Fatal("nothing handed out")
		}
		tt.done(h, noon, 0)
	}
	tt.next(noon.Add(time.Hour))
	if len(tt.hosts) > 0 {
		t.Errorf("%d hosts are remembered of which nothing is wanted", len(tt.hosts))
	}
}

// Hosts that keep a worker for long may take half of the workers.
func TestTimetableSlowHostsLeaveRoom(t *testing.T) {
	tt := newTimetable(polite)
	tt.most = 2
	now := noon
	for n := range 5 {
		tt.put(ask(news.TaskListing, fmt.Sprint("slow", n), 1, now))
	}
	for range 5 {
		h, _, _ := tt.next(now)
		tt.done(h, now.Add(30*time.Second), 30*time.Second)
	}
	now = now.Add(time.Hour)
	for n := range 5 {
		tt.put(ask(news.TaskListing, fmt.Sprint("slow", n), 1, now), ask(news.TaskListing, fmt.Sprint("quick", n), 1, now))
	}
	slow, quick := 0, 0
	for {
		h, ok, _ := tt.next(now)
		if !ok {
			break
		}
		if strings.HasPrefix(string(h.Source), "slow") {
			slow++
		} else {
			quick++
		}
	}
	if slow != 2 || quick != 5 {
		t.Errorf("%d slow and %d quick hosts are asked at once, want 2 and 5", slow, quick)
	}
}

// Hosts of partitions that are others' are not asked here, and after a takeover
// each has its pause first.
func TestTimetableOfSeveralNodes(t *testing.T) {
	tt := newTimetable(polite)
	ours := map[uint16]bool{news.Part("a"): true}
	tt.mine = func(part uint16) bool { return ours[part] }
	tt.put(ask(news.TaskListing, "a", 1, noon), ask(news.TaskListing, "b", 2, noon))
	if h, ok, _ := tt.next(noon); !ok || h.Source != "a" {
		t.Fatalf("handed out %v of %s", ok, h.Source)
	}
	if h, ok, wait := tt.next(noon.Add(time.Hour)); ok || !wait.IsZero() {
		t.Fatalf("handed out %v of %s, to come back at %v", ok, h.Source, wait)
	}
	part, now := news.Part("b"), noon.Add(time.Hour)
	ours[part] = true
	tt.take([]uint16{part}, now)
	if _, ok, wait := tt.next(now); ok || !wait.Equal(now.Add(2*time.Second)) {
		t.Errorf("handed out %v at once, to come back at %v", ok, wait)
	}
	if h, ok, _ := tt.next(now.Add(2 * time.Second)); !ok || h.Source != "b" {
		t.Errorf("handed out %v of %s", ok, h.Source)
	}
}
