package fetcher

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

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
	if h := state.Habit; h.Answers != 1 || h.Yield != 20 || h.Size != len(page) || h.Days != 1 || h.Gap == 0 || string(first.Seen) != page {
		t.Errorf("learned %+v, page of %d bytes", h, len(first.Seen))
	}
	page += "<!-- changed -->"
	if b := poll(); b.Seen != nil || b.Unchanged {
		t.Error("a page with the same entries is kept again")
	}
	set := state.Set
	page, etag = shelfOf(3), `"thin"`
	thin := poll()
	if thin.Condition != news.Thin || len(thin.Entries) != 3 || thin.Problem != nil || !strings.Contains(strings.Join(thin.Warnings, " "), "3 entries where there usually are about 20") || thin.Seen == nil || state.Habit.Yield != 20 {
		t.Errorf("a fall in yield: %s, %d entries, %q", thin.Condition, len(thin.Entries), thin.Warnings)
	}
	if b := poll(); !b.Unchanged || b.Condition != news.Thin {
		t.Errorf("not modified since: %s", b.Condition)
	}
	if state.Set != set {
		t.Error("what comes back after a fall in yield would look new")
	}
	page, etag = shelfOf(20), ""
	if b := poll(); b.Condition != news.OK || b.Seen == nil || !state.Habit.Thin.IsZero() {
		t.Errorf("well again: %s", b.Condition)
	}
	src.List.Limit = 2
	if b := poll(); b.Condition != news.OK || state.Habit.Yield != 2 {
		t.Errorf("a row that wants fewer is %s, usually %.0f", b.Condition, state.Habit.Yield)
	}
	src.List.Item, src.List.Limit = []string{".gone"}, 0
	if b := poll(); b.Condition != news.Redesigned || string(b.Seen) != page || state.Habit.Answers == 0 {
		t.Errorf("redesigned: %s, page of %d bytes, %+v", b.Condition, len(b.Seen), state.Habit)
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
	if b := fetch(t, f, row(s.URL), listing(s.URL+"/", news.FetchState{})); b.Seen != nil {
		t.Error("a feed is kept as a page")
	}
	body = shelfOf(20)
	if b := fetch(t, f, row(s.URL), listing(s.URL+"/", news.FetchState{})); b.Condition != news.HTMLInstead || string(b.Seen) != body {
		t.Errorf("%s with a page of %d bytes", b.Condition, len(b.Seen))
	}
	src := row(s.URL)
	article := news.Task{Kind: news.TaskArticle, Source: "a", URL: s.URL + "/1.html"}
	if b := fetch(t, f, src, article); b.Seen != nil {
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

// A captured list page goes bad in changed copies.
func TestCapturedListGoesBad(t *testing.T) {
	text, err := os.ReadFile("../../shared/corpus/pages/mfa-list-fyrbt-00.html")
	if err != nil {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	captured := time.Date(2020, 12, 14, 2, 0, 0, 0, time.UTC)
	days := regexp.MustCompile(`\(2020-\d\d-\d\d\)`)
	items := regexp.MustCompile(`(?s)<li><a href="\./t.*?</li>`)
	few := func(keep int) string {
		n := 0
		return items.ReplaceAllStringFunc(string(text), func(li string) string {
			if n++; n > keep {
				return ""
			}
			return li
		})
	}
	for _, tt := range []struct {
		name, page string
		want       news.Condition
	}{
		{"as it was", string(text), news.OK},
		{"its news box renamed", strings.ReplaceAll(string(text), "rebox_news", "xwlb"), news.Redesigned},
		{"two of its entries", few(2), news.Thin},
		{"three of its entries", few(3), news.OK},
		{"dates of another calendar", days.ReplaceAllString(string(text), "(庚子年冬月)"), news.UnreadableDates},
		{"without dates", days.ReplaceAllString(string(text), ""), news.UnreadableDates},
	} {
		page := string(text)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) })
		f, src := newFetcher(t), row(s.URL)
		src.Kind, src.Language, src.List.Item = news.KindHTML, "zh-CN", []string{".rebox_news li"}
		good, err := f.Fetch(t.Context(), src, listing(s.URL+"/", news.FetchState{}), captured)
		if err != nil || len(good.Entries) != 15 || news.Judge(src, good.State, captured).State != news.OK {
			t.Fatalf("%d entries, %+v (%v)", len(good.Entries), news.Judge(src, good.State, captured), err)
		}
		page = tt.page
		bad, err := f.Fetch(t.Context(), src, listing(s.URL+"/", good.State), captured.Add(time.Hour))
		if got := news.Judge(src, bad.State, captured.Add(time.Hour)); err != nil || got.State != tt.want || bad.Condition != tt.want {
			t.Errorf("%s: %+v (%v), want %s", tt.name, got, err, tt.want)
		}
		if tt.want == news.Redesigned && len(bad.Entries) > 0 {
			t.Errorf("%s gave %d entries", tt.name, len(bad.Entries))
		}
	}
}
