package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

func (s *siteFile) explained(args ...string) (e explained) {
	s.t.Helper()
	out, _ := s.do(0, append([]string{"explain", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		s.t.Fatal(err, out)
	}
	return e
}

// whether runs a test without a daemon and with one.
func whether(t *testing.T, s *siteFile, do func(t *testing.T)) {
	t.Run("alone", do)
	stop := runDaemon(t, s)
	defer stop()
	t.Run("daemon", do)
}

// A story is found by whatever names it, and all of it is explained.
func TestExplainStory(t *testing.T) {
	s, both, _ := editSite(t)
	s.do(0, "edit", both, "retitle", "Our title", "--who", "eve")
	s.do(0, "edit", both, "undo", "--who", "mallory")
	whether(t, s, func(t *testing.T) {
		want := s.explained(both)
		if want.Story == nil {
			t.Fatalf("%+v", want)
		}
		st := *want.Story
		if st.Address != both || st.URL != "http://news.example/stories/"+both || len(st.Items) != 2 || st.Title != "A release 1" || st.Other || len(st.Acts) != 1 || st.Acts[0].Undoer != "mallory" {
			t.Errorf("the story: %+v", st)
		}
		first, second := st.Items[0], st.Items[1]
		if len(first.Joined) != 1 || first.Joined[0].Evidence != "" || len(second.Joined) != 1 || second.Joined[0].Evidence != "same address" {
			t.Errorf("joined %+v, %+v", first.Joined, second.Joined)
		}
		if first.How != news.ByID || first.Key != "A-1" || first.FirstSeen.IsZero() || first.Pos == 0 || first.State != news.Read || first.As != news.AsNews || len(first.Readings) != 1 || first.Readings[0].Class != news.First {
			t.Errorf("an item: %+v", first)
		}
		if len(st.Feeds) != 2 {
			t.Fatalf("feeds: %+v", st.Feeds)
		}
		for _, f := range st.Feeds {
			if !f.In || !f.Has || f.Place.Seq == 0 || f.Place.Entered.IsZero() || f.Reason != "" || f.Lead != first.ID || len(f.Carriers) != 2 || !f.Carriers[1].Passes {
				t.Errorf("in a feed: %+v", f)
			}
		}
		for _, name := range []string{st.URL, st.URL + "/versions/1", st.Entry, strings.ToUpper(both), first.URL, second.ID.String(), st.ID.String(), "release 1", "RELEASE１"} {
			got := s.explained(strings.Fields(name)...)
			if got.Asked = want.Asked; !reflect.DeepEqual(got, want) {
				t.Errorf("by %q: %+v", name, got)
			}
		}
		if one := s.explained(both, "--feed", "english").Story; len(one.Feeds) != 1 || one.Feeds[0].Feed != "english" {
			t.Errorf("in one feed: %+v", one)
		}
		text, _ := s.do(0, "explain", both)
		for _, part := range []string{"A release 1\n", "\n2 items\n", "known by its source's own id \"A-1\"", "it joined the story: same address", "eve: retitle “Our title” (taken back by mallory", "english: in, as news no. 2, since ", "it passes: no rule: everything"} {
			if !strings.Contains(text, part) {
				t.Errorf("no %q in\n%s", part, text)
			}
		}
	})
}

func TestExplainWords(t *testing.T) {
	s, _, _ := editSite(t)
	whether(t, s, func(t *testing.T) {
		several := s.explained("release")
		if len(several.Matches) != 3 || several.Story != nil || several.More != 0 || several.Matches[2].Title != "A release 0" {
			t.Errorf("several: %+v", several)
		}
		if text, _ := s.do(0, "explain", "release"); !strings.HasPrefix(text, `3 stories may be meant by "release". Say which`) {
			t.Errorf("several: %s", text)
		}
		for _, bad := range [][]string{{"no such words"}, {"release", "99"}, {" "}, {"?!"}, {"release 1", "--feed", "englsh"}} {
			if _, stderr := s.do(2, append([]string{"explain"}, bad...)...); strings.Count(stderr, "\n") != 1 || bad[0] == "release 1" && !strings.Contains(stderr, "english") {
				t.Errorf("%q: %s", bad, stderr)
			}
		}
	})
}

// Why a story is in no feed is said with who decided it, and what ends it.
func TestExplainActs(t *testing.T) {
	s, both, alone := editSite(t)
	for _, tt := range []struct {
		act  []string
		want string
	}{
		{[]string{"hold"}, "an editor holds it (eve), until `chinanewsd edit " + both + " approve`"},
		{[]string{"hide"}, "an editor hides it (eve, record "},
		{[]string{"embargo", "--until", "2050-12-01"}, "an editor put it under embargo until 2050-12-01 00:00"},
		{[]string{"pin", "--until", "2050-12-01"}, "it stands first until 2050-12-01 00:00"},
	} {
		s.do(0, append(append([]string{"edit", both}, tt.act...), "--who", "eve")...)
		text, _ := s.do(0, "explain", both)
		if !strings.Contains(text, tt.want) || (tt.act[0] == "pin") != strings.Contains(text, "all: in, as") {
			t.Errorf("%s: no %q in\n%s", tt.act[0], tt.want, text)
		}
		s.do(0, "edit", both, "undo")
	}
	s.do(0, "withdraw", alone, "--reason", "A mistake")
	if text, _ := s.do(0, "explain", alone); !strings.Contains(text, "an editor took it back (A mistake)") || !strings.Contains(text, "left: withdrawn") {
		t.Errorf("withdrawn:\n%s", text)
	}
}

// Under another configuration than the one that was at work a feed's rule is
// explained clause by clause, and it is said that it is another.
func TestExplainRule(t *testing.T) {
	s, both, alone := editSite(t)
	s.set("language: en}", `language: en, where: 'has(title, "release 1") and not (lang == "zh" or has(text, "zebra"))'}`)
	text, _ := s.do(0, "explain", both, "--feed", "english")
	for _, part := range []string{"The configuration is not the one that was last at work", "yes all of\n", "yes has(title, \"release 1\"): ", "yes not\n", "no one of\n", "no lang == \"zh\": lang is \"en\"\n", "no has(text, \"zebra\"): "} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	x := s.explained(alone).Story.Feeds[1]
	if !x.In || !x.Has || !x.Leaves || x.Reason != "rule" || x.Carriers[0].Rule.True || !strings.Contains(x.Why, `has(title, "release 1") is false`) {
		t.Errorf("what would leave: %+v", x)
	}
	s.view(func(*storage.Ledger) {}) // a start
	x = s.explained(alone).Story.Feeds[1]
	if x.In || x.Has || x.Leaves || x.Place.Left != news.LeftRule {
		t.Errorf("what left: %+v", x)
	}
}

// Of a page that is not in the record is said which source it looks like, and
// what may have kept it out.
func TestExplainUnseen(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/eng/a.xml", rssOf("A", 0, 3))
	o.set("/b.xml", rssOf("B", 3, 2))
	s.write(feedRow("a", o.URL+"/eng/a.xml")+feedRow("b", o.URL+"/b.xml"), allFeed+"  - {id: bees, title: B, languages: all, sources: [b]}\n")
	s.set("{id: a,", `{id: a, exclude: "zebra", list: {link_skip: "/skip/"},`)
	s.create()
	s.do(0, "poll")
	whether(t, s, func(t *testing.T) {
		u := s.explained(o.URL + "/eng/20200102/skip/t1.html").Unseen
		if u == nil || len(u.Sources) != 2 || u.Day != "2020-01-02" || u.Ours {
			t.Fatalf("%+v", u)
		}
		a, b := u.Sources[0], u.Sources[1]
		if a.Source != "a" || a.Shares != "127.0.0.1/eng" || a.Skipped != "list.link_skip" || a.Exclude != "zebra" || len(a.Feeds) != 1 || a.Oldest == "" || len(a.Listings) != 1 || a.Listings[0].Entries != 3 || a.Listings[0].LastGood.IsZero() || a.Listings[0].State != news.OK {
			t.Errorf("the first: %+v", a)
		}
		if b.Source != "b" || b.Shares != "127.0.0.1/" || b.Skipped != "" || len(b.Feeds) != 2 {
			t.Errorf("the second: %+v", b)
		}
		text, _ := s.do(0, "explain", o.URL+"/eng/20200102/skip/t1.html")
		for _, part := range []string{"The record has nothing of ", "Looks like it shares 127.0.0.1/eng with", "well now, with 3 entries; ", "which is before", "Skipped    by list.link_skip", "exclude: zebra is asked of title and text", "taken by all, bees"} {
			if !strings.Contains(text, part) {
				t.Errorf("no %q in\n%s", part, text)
			}
		}
		if b := s.explained(o.URL + "/77.html").Unseen.Sources[0]; b.Known == 0 {
			t.Errorf("beside known pages: %+v", b)
		}
		for page, want := range map[string]string{
			"https://nobody.example/x":       "No source has the host nobody.example. `chinanewsd discover https://nobody.example/x` works",
			"http://news.example/stories/00": "It is an address of this site; no story is there.",
			"https://www.mfa.gov.cn/eng/x":   "The catalogue has rows for it: ",
		} {
			if text, _ := s.do(0, "explain", page); !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	})
}

func TestDayInAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://a/202611/t20261103_1.html": "2026-11-03", "https://a/2026/11/03/x": "2026-11-03", "https://a/2026-11-03": "2026-11-03",
		"https://a/20261399.html": "", "https://a/x": "", "https://a/202611/x.html": "", "https://a/20261399/20261103.html": "2026-11-03",
	} {
		if got := dayIn(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// What editors joined and parted is explained from both sides.
func TestExplainMerge(t *testing.T) {
	s, both, alone := editSite(t)
	s.do(0, "edit", alone, "merge", both, "--who", "eve")
	st := s.explained(alone).Story
	if len(st.Items) != 3 || len(st.Was) != 1 || s.explained(st.Was[0]).Story.Address != st.Address {
		t.Fatalf("merged: %+v", st)
	}
	joined := ""
	for _, i := range st.Items {
		for _, j := range i.Joined {
			joined += j.Evidence + "; "
		}
	}
	text, _ := s.do(0, "explain", both)
	if !strings.Contains(text, "Merged     into it: "+st.Was[0]) || !strings.Contains(text, "eve: merge with ") || !strings.Contains(joined, "merged by eve") {
		t.Errorf("joined %q\n%s", joined, text)
	}
	s.do(0, "edit", st.Address, "split", st.Items[2].ID.String(), "--who", "eve")
	parted := s.explained(st.Items[2].ID.String()).Story
	if len(parted.Items) != 1 || len(parted.Items[0].Apart) != 2 {
		t.Fatalf("split: %+v", parted)
	}
	if text, _ := s.do(0, "explain", parted.Address); !strings.Contains(text, "an editor said that item ") {
		t.Errorf("split:\n%s", text)
	}
}

// Words for what is rare.
func TestExplainRare(t *testing.T) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	held := feedSaid{Standing: curator.Standing{Feed: "held", In: true, Why: "it passes", Wait: news.WaitChange, Place: news.Membership{Entering: news.Entering{Seq: 3, As: news.AsNews, Rev: 1, Published: at}, Entered: at, Updated: at}}, Has: true}
	flood := feedSaid{Standing: curator.Standing{Feed: "flood", Reason: "flood", Why: "held back"}}
	version := feedSaid{Standing: curator.Standing{Feed: "prefer", Reason: "sibling", Why: "another language"}, Beside: "abc"}
	leaves := held
	leaves.In, leaves.Feed, leaves.Wait, leaves.Place.Rev = false, "leaves", "", 0
	enters := feedSaid{Standing: curator.Standing{Feed: "enters", In: true, As: news.AsHistory, Why: "it passes"}}
	var many []news.Revision
	for n := range 9 {
		many = append(many, news.Revision{Rev: n + 1, At: at, Kind: news.TaskLook, Class: news.Edit, Edits: []news.EditClass{"number", "name"}})
	}
	many[0].Class, many[0].Edits = news.First, nil
	said := explained{Story: &storySaid{Title: "A title", Address: "here", Floods: []string{"a/2026-11-26", "b/2026-11-26"},
		Siblings: []siblingSaid{{"abc", "标题", "zh", at, "the same numbers"}},
		Items:    []itemSaid{{Source: "a", Lang: "en", How: news.ByText, State: news.Unreadable, As: news.AsWaiting, Presence: news.Removed, Readings: many, Joined: []joinSaid{{"was", at, ""}, {"here", at, ""}}}},
		Feeds:    []feedSaid{held, flood, version, leaves, enters}}}
	var out strings.Builder
	if err := said.print(&out, false, at); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"Version abc, zh, “标题”: the same numbers", "known by title, day and text", "its text did not come in time; it came held back as part of a flood; it is no longer at its address",
		"9 readings: first (look) 2026-11-26 08:00, 3 more, edited number name (look)", "it began story was, which was merged", "it came into story here together with another",
		"held: in, as news no. 3", "reading 1 is shown", "it has changed since, and shows what was approved", "held back: `chinanewsd edit a/2026-11-26 approve`, `chinanewsd edit b/2026-11-26 approve`",
		"another language: story abc", "it is about to leave", "enters: out, and about to enter as history",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
