package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// check compares the record with the account.
func (m *turmoil) check() {
	m.t.Helper()
	m.view(func(l *storage.Ledger) {
		m.checkActs(l)
		m.checkStories(l)
		m.checkPlaces(l)
		m.checkQueue(l)
	})
	if err := m.press.print(context.Background()); err != nil {
		m.t.Fatal(err)
	}
	live := m.bodies(m.press)
	m.same("the press that runs", live, m.printed())
	for path, body := range live {
		if format := strings.TrimPrefix(filepath.Ext(path), "."); !strings.Contains(path, "edits") && !strings.Contains(path, "removals") {
			m.once(path, monthEntries(m.t, format, body))
		}
	}
}

// once checks that no entry is in a document twice.
func (m *turmoil) once(path string, entries []monthEntry) {
	seen := make(map[string]bool)
	for _, e := range entries {
		if seen[e.ID] {
			m.t.Errorf("%s has %s twice", path, e.ID)
		}
		seen[e.ID] = true
	}
}

// checkActs finds each acknowledged act in its scope once, as it stands, and
// no others.
func (m *turmoil) checkActs(l *storage.Ledger) {
	want := make(map[news.Scope][]string)
	for _, p := range m.done {
		want[p.e.Scope] = append(want[p.e.Scope], fmt.Sprint(p.pos, p.e.Rev, p.e.Act, p.e.Args, p.undone))
	}
	for scope, list := range want {
		var got []string
		for _, a := range l.Decisions(scope).Acts {
			got = append(got, fmt.Sprint(a.Pos, a.Rev, a.Act, a.Args, a.Undone))
		}
		if !slices.Equal(got, list) {
			m.t.Errorf("%s has\n%s, acknowledged were\n%s", scope, got, list)
		}
	}
}

// checkStories finds each item in the story that it says, and in no other; and
// every release that a source lists in one of its items.
func (m *turmoil) checkStories(l *storage.Ledger) {
	of := make(map[news.ItemID]news.StoryID)
	for s := range l.Stories() {
		for _, id := range s.Items {
			if i, ok := l.Item(id); !ok || i.Story != s.ID || !of[id].IsZero() {
				m.t.Errorf("item %s of story %s is in %s and %s", id, s.ID, i.Story, of[id])
			}
			of[id] = s.ID
		}
	}
	marks := make(map[string]bool)
	for _, o := range m.desks {
		for i := range l.Items(o.row.Origin, time.Time{}) {
			if of[i.ID].IsZero() {
				m.t.Errorf("item %s is in no story", i.ID)
			}
			name := o.row.ID + markExpr.FindString(i.Shown.Title)
			if marks[name] {
				m.t.Errorf("%s is there twice", name)
			}
			marks[name] = true
		}
	}
}

// standing are the acts of the account that stand on a story in a feed, oldest
// first.
func (m *turmoil) standing(s news.Story, feed news.FeedName) (list []*promise) {
	for _, p := range m.done {
		own := p.e.Scope.Story == s.ID || slices.Contains(s.Items, news.ItemID(p.e.Scope.Story))
		if own && p.undone == 0 && (p.e.Scope.Feed == "" || p.e.Scope.Feed == feed) {
			list = append(list, p)
		}
	}
	return list
}

func lastOf(list []*promise, acts ...news.Act) *promise {
	for _, p := range slices.Backward(list) {
		if slices.Contains(acts, p.e.Act) {
			return p
		}
	}
	return &promise{}
}

// barred says why the account has a story in no place.
func (m *turmoil) barred(list []*promise, hold bool) string {
	state := lastOf(list, news.ActHold, news.ActApprove).e.Act
	switch {
	case lastOf(list, news.ActWithdraw).pos > 0:
		return "withdrawn"
	case lastOf(list, news.ActHide).pos > 0:
		return "hidden"
	case state == news.ActHold:
		return "held"
	case lastOf(list, news.ActEmbargo).e.Args.Until.After(m.now):
		return "embargo"
	case hold && state != news.ActApprove:
		return "unapproved"
	}
	return ""
}

// checkPlaces compares in which feeds stories are with what acts stand.
func (m *turmoil) checkPlaces(l *storage.Ledger) {
	for s := range l.Stories() {
		for _, f := range m.pub.Feeds {
			list := m.standing(s, f.Name)
			_, in := memberOf(l, f.Name, s)
			why := m.barred(list, f.Hold)
			tags := lastOf(list, news.ActTag).e.Args.Tags
			switch {
			case in != slices.Contains(s.Feeds, f.Name):
				m.t.Errorf("story %s says that it is in %v, of %s that is %v", s.ID, s.Feeds, f.ID, in)
			case in && why != "":
				m.t.Errorf("story %s is %s and in %s", s.ID, why, f.ID)
			case in && f.ID == "noted" && !slices.Contains(tags, "of-note"):
				m.t.Errorf("story %s has tags %v and is in %s", s.ID, tags, f.ID)
			case !in && why == "" && (f.ID == "all" && f.Where == "" || f.ID == "held" || f.ID == "noted" && slices.Contains(tags, "of-note")):
				m.t.Errorf("story %s is not in %s", s.ID, f.ID)
			}
			if n := placesOf(l, f.Name, s); n > 1 {
				m.t.Errorf("story %s is in %s %d times", s.ID, f.ID, n)
			}
		}
	}
}

// placesOf counts the places of a story in a feed.
func placesOf(l *storage.Ledger, feed news.FeedName, s news.Story) (n int) {
	ids := map[news.StoryID]bool{s.ID: true}
	for _, id := range s.Items {
		ids[news.StoryID(id)] = true
	}
	for id := range maps.Keys(ids) {
		if m, ok := l.Membership(feed, id); ok && m.Left == "" {
			n++
		}
	}
	return n
}

// checkQueue compares what waits in all feeds with what acts stand.
func (m *turmoil) checkQueue(l *storage.Ledger) {
	got := make(map[news.StoryID]string)
	for _, q := range l.Queue() {
		if q.Feed == "" && (q.Why == news.WaitHold || q.Why == news.WaitEmbargo) {
			got[q.Story] = map[news.Why]string{news.WaitHold: "held", news.WaitEmbargo: "embargo"}[q.Why]
		}
	}
	for s := range l.Stories() {
		want := m.barred(m.standing(s, ""), false)
		if want != "held" && want != "embargo" {
			want = ""
		}
		if got[s.ID] != want {
			m.t.Errorf("story %s waits %q in all feeds, want %q", s.ID, got[s.ID], want)
		}
	}
}
