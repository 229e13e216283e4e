package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

// paged is a source whose listing goes on.
func paged() news.Source {
	src := page("moc")
	src.URLs = []string{"https://moc.example/list/"}
	src.Pages = news.Pages{Pattern: "index_{n}.html", First: 1, Max: 2}
	return src
}

// furtherOf is the listing task of a decision, if there is one.
func furtherOf(t *testing.T, d news.Decision) (news.Task, bool) {
	t.Helper()
	var found []news.Task
	for _, task := range d.Tasks {
		if task.Kind == news.TaskListing {
			found = append(found, task)
		}
	}
	if len(found) > 1 {
		t.Fatalf("%d listings are asked for, want one at most: %+v", len(found), found)
	}
	return append(found, news.Task{})[0], len(found) == 1
}

// answer is what a page task brings.
func answer(src news.Source, task news.Task, entries ...news.Entry) news.Batch {
	b := listing(src, entries...)
	b.URL, b.Page = task.URL, task.Page
	return b
}

// aged are entries of that age, without the ids that pages do not have.
func aged(from, n int, age time.Duration) (out []news.Entry) {
	for k := range n {
		e := entry(from+k, age+time.Duration(k)*time.Minute)
		e.ID = ""
		out = append(out, e)
	}
	return out
}

func asOf(d news.Decision) (as []news.As) {
	for _, r := range d.Ruling.Items {
		as = append(as, r.As)
	}
	return as
}

func TestFurtherPages(t *testing.T) {
	src := paged()
	m, c := live(t, row("mer"), src)
	d := m.accept(c, listing(src, aged(1, 2, 0)...))
	one, ok := furtherOf(t, d)
	if !ok || one.URL != "https://moc.example/list/index_1.html" || one.Page.Of != src.URLs[0] || one.Page.N != 1 {
		t.Fatalf("after the first listing: %+v", one)
	}
	two, ok := furtherOf(t, m.accept(c, answer(src, one, aged(3, 1, time.Hour)...)))
	if !ok || two.URL != "https://moc.example/list/index_2.html" {
		t.Fatalf("after page 1: %+v", two)
	}
	if task, ok := furtherOf(t, m.accept(c, answer(src, two, aged(4, 1, time.Hour)...))); ok {
		t.Errorf("%s is beyond pages.max", task.URL)
	}
	if len(m.polls) != 2 { // mer's and moc's
		t.Errorf("pages left %d poll states", len(m.polls)-2)
	}
	if task, ok := furtherOf(t, m.accept(c, listing(src, aged(1, 2, 0)...))); ok {
		t.Errorf("a known last entry asks for %s", task.URL)
	}
	if task, ok := furtherOf(t, m.accept(c, listing(src, append(aged(9, 1, 0), aged(1, 1, 0)...)...))); ok {
		t.Errorf("news above a known last entry asks for %s", task.URL)
	}
}

func TestAPageThatFails(t *testing.T) {
	src := paged()
	m, c := live(t, row("mer"), src)
	one, _ := furtherOf(t, m.accept(c, listing(src, aged(1, 2, 0)...)))
	failed := answer(src, one)
	failed.Problem, failed.Status, failed.State.Failures = &news.Problem{}, 503, 1
	again, ok := furtherOf(t, m.accept(c, failed))
	if !ok || again.URL != one.URL || again.Page != one.Page || again.Tries != 1 || !again.Due.After(m.now) {
		t.Errorf("after a failure: %+v, want the page again, later", again)
	}
	failed.State.Failures = maxPageTries
	if _, ok := furtherOf(t, m.accept(c, failed)); ok {
		t.Error("a page is asked for without end")
	}
	failed.Status, failed.State.Failures = 404, 1
	if _, ok := furtherOf(t, m.accept(c, failed)); ok {
		t.Error("a page that is not there is asked for again")
	}
	first := listing(src)
	first.Problem, first.Status, first.State.Failures = &news.Problem{}, 503, 1
	if _, ok := furtherOf(t, m.accept(c, first)); ok {
		t.Error("a listing that failed became a page task")
	}
}

func TestPagesFollowTheVerdictOfTheirListing(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name       string
		before     []news.Entry // of an earlier poll; nil: this is the first
		pageOne    []news.Entry
		pageTwo    []news.Entry
		news, hist int // of page two
	}{
		{"the first listing lets in 20 in all", nil, aged(1, 15, time.Hour), aged(100, 15, 2*time.Hour), 5, 10},
		{"and only what is fresh", nil, aged(1, 3, time.Hour), aged(100, 12, 10*day), 0, 12},
		{"undated on the first listing", nil, aged(1, 1, time.Hour), []news.Entry{{URL: "https://moc.example/u.html", Title: "Undated"}}, 0, 1},
		{"after a time away", aged(1, 12, 9*day), aged(100, 12, -110*time.Minute), aged(200, 12, 5*day), 12, 0},
		{"beyond max_age", aged(1, 12, 9*day), aged(100, 12, -110*time.Minute), aged(200, 12, 40*day), 0, 12},
		{"undated on an ordinary poll", aged(1, 12, 9*day), aged(100, 1, time.Hour), []news.Entry{{URL: "https://moc.example/u.html", Title: "Undated"}}, 1, 0},
		{"a new beginning", aged(1, 12, 9*day), aged(100, 12, 20*day), aged(200, 12, 20*day), 0, 12},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := paged()
			m, c := live(t, row("mer"), src)
			if tt.before != nil {
				m.accept(c, listing(src, tt.before...))
				m.now = m.now.Add(time.Hour)
			}
			one, ok := furtherOf(t, m.accept(c, listing(src, tt.pageOne...)))
			if !ok {
				t.Fatal("no further page is asked for")
			}
			var entered, hist int
			for _, as := range asOf(m.accept(c, answer(src, one, tt.pageTwo...))) {
				if as == news.AsNews {
					entered++
				} else {
					hist++
				}
			}
			if entered != tt.news || hist != tt.hist {
				t.Errorf("page two: %d as news, %d as history; want %d, %d", entered, hist, tt.news, tt.hist)
			}
		})
	}
}

func TestWhereListingsGoOn(t *testing.T) {
	for _, tt := range []struct {
		name, url, final string
		pages            news.Pages
		want             string
	}{
		{"its own number is passed over", "https://a.example/index_1.html", "", news.Pages{Pattern: "index_{n}.html", First: 1, Max: 2}, "https://a.example/index_2.html"},
		{"from 0", "https://a.example/", "", news.Pages{Pattern: "p{n}", First: 0, Max: 1}, "https://a.example/p0"},
		{"a query", "https://a.example/list?c=1", "", news.Pages{Pattern: "?c=1&page={n}", First: 2, Max: 3}, "https://a.example/list?c=1&page=2"},
		{"where the listing is", "https://a.example/{2006}/", "https://a.example/2026/", news.Pages{Pattern: "index_{n}.html", First: 1, Max: 2}, "https://a.example/2026/index_1.html"},
		{"max below first", "https://a.example/", "", news.Pages{Pattern: "p{n}", First: 3, Max: 2}, ""},
		{"no pages", "https://a.example/", "", news.Pages{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := page("moc")
			src.URLs, src.Pages = []string{tt.url}, tt.pages
			m, c := live(t, row("mer"), src)
			b := listing(src, aged(1, 1, 0)...)
			b.FinalURL = tt.final
			if task, _ := furtherOf(t, m.accept(c, b)); task.URL != tt.want {
				t.Errorf("goes on at %q, want %q", task.URL, tt.want)
			}
		})
	}
}
