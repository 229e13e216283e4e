package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// logOf is a page of a site's log.
func logOf(t *testing.T, h *house, q desk.LogQuery) desk.LogPage {
	t.Helper()
	if q.Most == 0 {
		q.Most = 100
	}
	p, err := journal{h}.Log(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// actsSite is a site on which everything of the log has happened.
func actsSite(t *testing.T) (h *house, both, alone string) {
	s, both, alone := editSite(t)
	s.do(0, "edit", both, "retitle", "Our title", "--who", "eve")
	s.do(0, "edit", both, "undo", "--who", "adam")
	s.do(0, "edit", both, "merge", alone, "--who", "eve")
	s.do(0, "edit", alone, "pin", "--feed", "all", "--until", "2050-12-01", "--who", "eve")
	day := s.flood(2)
	s.do(0, "edit", "a/"+day, "hide", "--who", "adam")
	s.set("title: All", "title: All of it")
	s.set("id: english", "id: anglais")
	h = s.open()
	for n, in := range []news.SignIn{{User: "eve", Agent: "Firefox on Linux"}, {User: "adam", Failed: 3}, {Failed: 1}} {
		in.At = time.Now().Add(-time.Duration(n) * time.Second)
		if err := h.store.ChangePeople(t.Context(), news.PeopleChange{SignIn: &in}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.store.PruneTexts(t.Context(), time.Now().Add(time.Hour), func(*storage.Ledger) map[news.ItemID]bool { return nil }, "retention"); err != nil {
		t.Fatal(err)
	}
	return h, both, alone
}

// Each thing that was done is there with who and what, the newest first.
func TestJournalOfEverything(t *testing.T) {
	h, both, alone := actsSite(t)
	p := logOf(t, h, desk.LogQuery{})
	var got []string
	for n, e := range p.Events {
		if n > 0 && e.At.After(p.Events[n-1].At) {
			t.Errorf("event %d is younger than the one before", n)
		}
		got = append(got, strings.TrimSpace(fmt.Sprint(e.Kind, " ", e.Who, " ", e.Act, e.Mark)))
	}
	slices.Sort(got)
	want := []string{"acts adam hide", "acts adam retitle", "acts eve merge", "acts eve pin", "acts eve retitle", "configuration config.yaml", "configuration config.yaml", "file  genesis",
		"sign-ins", "sign-ins adam", "sign-ins eve", "thrown-away retention"}
	if !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
	find := func(kind desk.EventKind, act news.Act, undo bool) desk.Event {
		n := slices.IndexFunc(p.Events, func(e desk.Event) bool { return e.Kind == kind && e.Act == act && (e.Undoes > 0) == undo })
		if n < 0 {
			t.Fatalf("there is no %s of %s", act, kind)
		}
		return p.Events[n]
	}
	did, undid := find(desk.EventAct, news.ActRetitle, false), find(desk.EventAct, news.ActRetitle, true)
	if undid.Undoes != did.Pos || did.Undone != undid.Pos || did.Args.Text != "Our title" || did.Story != both || did.Title == "" {
		t.Errorf("a title %+v was taken back by %+v", did, undid)
	}
	if merge := find(desk.EventAct, news.ActMerge, false); merge.Story != both && merge.Other != both || merge.Other != alone && merge.Story != alone {
		t.Errorf("merged %s and %s, want %s and %s", merge.Story, merge.Other, both, alone)
	}
	if pin := find(desk.EventAct, news.ActPin, false); pin.Feed != "All of it" || pin.Args.Until.IsZero() {
		t.Errorf("pinned %+v", pin)
	}
	if hide := find(desk.EventAct, news.ActHide, false); !strings.HasPrefix(hide.Flood, "a/") || hide.Story != "" {
		t.Errorf("hid %+v", hide)
	}
	if c := find(desk.EventConfig, "", false); fmt.Sprint(c.Changes) != "[{feed all changed [title]} {feed anglais added []} {feed english removed []}]" {
		t.Errorf("the configuration changed in %v", c.Changes)
	}
	if !slices.Equal(p.Users, []string(nil)) || p.More {
		t.Errorf("users %v, more %v", p.Users, p.More)
	}
}

// However large pages are, and whoever is asked for, going on from page to page
// shows everything once, in its order.
func TestJournalGoesOn(t *testing.T) {
	h, _, _ := actsSite(t)
	for _, q := range []desk.LogQuery{{}, {Who: "eve"}, {Who: "adam"}, {Who: "nobody"}, {Kind: desk.EventAct}, {Kind: desk.EventSignIn}, {Kind: desk.EventConfig, Who: "config.yaml"}, {Kind: desk.EventMark}, {Kind: desk.EventPrune}} {
		whole := logOf(t, h, q).Events
		for _, e := range whole {
			if q.Who != "" && e.Who != q.Who || q.Kind != "" && e.Kind != q.Kind {
				t.Errorf("%+v: %+v is there", q, e)
			}
		}
		for size := 1; size < 6; size++ {
			q.Most, q.Before = size, desk.LogPlace{}
			var all []desk.Event
			for range 40 {
				p := logOf(t, h, q)
				all = append(all, p.Events...)
				if q.Before = p.Older; !p.More {
					break
				}
			}
			if fmt.Sprint(all) != fmt.Sprint(whole) {
				t.Errorf("%+v, by %d: %d events, want %d", q, size, len(all), len(whole))
			}
		}
	}
}

// What was erased is called by its address.
func TestJournalOfAnErasure(t *testing.T) {
	s, both, _ := editSite(t)
	s.do(0, "withdraw", both, "--reason", "an error", "--erase", "--who", "eve")
	h := s.open()
	events := logOf(t, h, desk.LogQuery{Who: "eve"}).Events
	if len(events) != 2 || events[0].Kind != desk.EventPrune && events[1].Kind != desk.EventPrune {
		t.Errorf("the log has %+v", events)
	}
	for _, e := range events {
		if e.Story != both || e.Title != "" {
			t.Errorf("it is told as %+v", e)
		}
	}
}

// What a configuration changed is named by keys, and no value is shown.
func TestConfigurationsAreCompared(t *testing.T) {
	row := func(id string, change func(*news.Source)) news.Source {
		s := news.Source{ID: id, Origin: news.Origin(id), URLs: []string{"https://a.example/"}}
		if change != nil {
			change(&s)
		}
		return s
	}
	before := news.Publication{Site: news.Site{Title: "A"}, Words: map[string][]string{"w": {"x"}, "gone": {"y"}}, Sources: []news.Source{row("a", nil), row("b", nil), row("same", nil)}, Feeds: []news.Feed{{ID: "f", Where: "true"}}}
	now := news.Publication{Site: news.Site{Title: "B", Contact: "c"}, Words: map[string][]string{"w": {"x", "z"}, "new": {"y"}}, Feeds: []news.Feed{{ID: "f", Where: "lang == \"zh\"", Limit: 5}},
		Sources: []news.Source{row("c", nil), row("a", func(s *news.Source) { s.Paused = true; s.List.Item = []string{"li"} }), row("same", nil)}}
	want := "[{site  changed [contact title]} {words gone removed []} {words new added []} {words w changed []} {source a changed [list paused]} {source b removed []} {source c added []} {feed f changed [limit where]}]"
	if got := fmt.Sprint(configChanges(before, now)); got != want {
		t.Errorf("changes are %s, want %s", got, want)
	}
	if got := configChanges(now, now); len(got) > 0 {
		t.Errorf("the same differs in %v", got)
	}
}
