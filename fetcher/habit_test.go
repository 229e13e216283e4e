package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chinanews/news"
)

// shelfOf is a list page of n notices.
func shelfOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<li><a href="/%d.html">Notice number %d of the harbour</a> 2026-11-%02d</li>`, i, i, 1+i%22)
	}
	return "<!DOCTYPE html><html><title>Notices</title><ul>" + b.String() + "</ul>"
}

func TestHabitIsLearned(t *testing.T) {
	page, etag := shelfOf(20), ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if etag != "" && r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header()["ETag"] = []string{etag}
		fmt.Fprint(w, page)
	})
	f, src := newFetcher(t), row(s.URL)
	src.Kind, src.List.Item = news.KindHTML, []string{"li"}
	var state news.FetchState
	poll := func() news.Batch {
		t.Helper()
		b := fetch(t, f, src, listing(s.URL+"/list", state))
		state = b.State
		return b
	}
	first := poll()
	if h := state.Habit; h.Answers != 1 || h.Yield != 20 || h.Size != len(page) || h.Days != 1 || h.Gap == 0 || string(first.Page) != page {
		t.Errorf("learned %+v, page of %d bytes", h, len(first.Page))
	}
	page += "<!-- changed -->"
	if b := poll(); b.Page != nil || b.Unchanged {
		t.Error("a page with the same entries is kept again")
	}
	set := state.Set
	page, etag = shelfOf(3), `"thin"`
	thin := poll()
	if thin.Condition != news.Thin || len(thin.Entries) != 3 || thin.Problem != nil || !strings.Contains(strings.Join(thin.Warnings, " "), "3 entries where it usually has about 20") || thin.Page == nil || state.Habit.Yield != 20 {
		t.Errorf("a fall in yield: %s, %d entries, %q", thin.Condition, len(thin.Entries), thin.Warnings)
	}
	if b := poll(); !b.Unchanged || b.Condition != news.Thin {
		t.Errorf("not modified since: %s", b.Condition)
	}
	if state.Set != set {
		t.Error("what comes back after a fall in yield would look new")
	}
	page, etag = shelfOf(20), ""
	if b := poll(); b.Condition != news.OK || b.Page == nil || !state.Habit.Thin.IsZero() {
		t.Errorf("well again: %s", b.Condition)
	}
	src.List.Limit = 2
	if b := poll(); b.Condition != news.OK || state.Habit.Yield != 2 {
		t.Errorf("a row that wants fewer is %s, usually %.0f", b.Condition, state.Habit.Yield)
	}
	src.List.Item, src.List.Limit = []string{".gone"}, 0
	if b := poll(); b.Condition != news.Redesigned || string(b.Page) != page || state.Habit.Answers == 0 {
		t.Errorf("redesigned: %s, page of %d bytes, %+v", b.Condition, len(b.Page), state.Habit)
	}
	var turns []string
	for _, turn := range state.Lately {
		turns = append(turns, string(turn.Condition))
	}
	if got := strings.Join(turns, " "); got != "ok thin ok redesigned" {
		t.Errorf("conditions lately: %s", got)
	}
}

// Feeds have no page to compare; what came in place of one has.
func TestPageOfAFeed(t *testing.T) {
	body := oneItem
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
	f := newFetcher(t)
	if b := fetch(t, f, row(s.URL), listing(s.URL+"/", news.FetchState{})); b.Page != nil {
		t.Error("a feed is kept as a page")
	}
	body = shelfOf(20)
	if b := fetch(t, f, row(s.URL), listing(s.URL+"/", news.FetchState{})); b.Condition != news.HTMLInstead || string(b.Page) != body {
		t.Errorf("%s with a page of %d bytes", b.Condition, len(b.Page))
	}
	src := row(s.URL)
	article := news.Task{Kind: news.TaskArticle, Source: "a", URL: s.URL + "/1.html"}
	if b := fetch(t, f, src, article); b.Page != nil {
		t.Error("an article is kept as a listing's page")
	}
}

func TestChallenge(t *testing.T) {
	script := `<html><script>document.cookie="k=1";location.reload()</script>%s</html>`
	long := strings.Repeat("<!-- filler -->", 1000)
	for _, tt := range []struct {
		name   string
		status int
		page   string
		want   bool
	}{
		{"412", 412, "", true},
		{"521", 521, "whatever", true},
		{"script alone", 200, fmt.Sprintf(script, ""), true},
		{"script and a list", 200, fmt.Sprintf(script, shelfOf(3)), false},
		{"a large page with a script", 200, fmt.Sprintf(script, long), false},
		{"403 with a script", 403, fmt.Sprintf(script, "Just a moment while your browser is being checked."+long), true},
		{"403 without", 403, "<h1>Forbidden</h1>", false},
		{"403 that explains itself and has a script", 403, fmt.Sprintf(script, strings.Repeat("a word ", 50)), false},
		{"503 without", 503, "<h1>Under maintenance</h1>", false},
	} {
		if p := challenge(tt.status, []byte(tt.page)); (p != nil) != tt.want || p != nil && p.Condition != news.Challenged {
			t.Errorf("%s: %v, want a challenge: %v", tt.name, p, tt.want)
		}
	}
}
