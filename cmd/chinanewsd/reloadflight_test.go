package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// slowOrigin answers when it is told to.
type slowOrigin struct {
	*httptest.Server
	asked   chan string
	answers chan struct{}
}

func newSlowOrigin(t *testing.T) *slowOrigin {
	o := &slowOrigin{asked: make(chan string, 100), answers: make(chan struct{})}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		o.asked <- r.URL.Path
		select {
		case <-o.answers:
			io.WriteString(w, reloadDoc("b", 2))
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(o.Close)
	return o
}

// heardOutcomes are the answers that were recorded.
type heardOutcomes struct {
	mu  sync.Mutex
	all []outcome
}

func (h *heardOutcomes) observe(o outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, o)
}

func (h *heardOutcomes) of(id string) (list []outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.all {
		if o.source.ID == id && o.task.Kind == news.TaskListing {
			list = append(list, o)
		}
	}
	return list
}

// An answer on its way is recorded by the row that it was asked for by, or not
// at all: a row that is another now has it asked again at once.
func TestReloadWhileAnAnswerIsOnItsWay(t *testing.T) {
	const row = "  - {id: b, url: \"%s/b.xml\", kind: feed, language: en, publisher: B, body: feed%s}\n"
	for _, tt := range []struct {
		name, then   string // in the place of the row
		asked        int    // how often
		recorded     int
		id, excluded string
	}{
		{"stays", row, 1, 1, "b", ""},
		{"changes", strings.Replace(row, "feed%s}", "feed, exclude: nothing%s}", 1), 2, 1, "b", "nothing"},
		{"is renamed", "  - {id: bee, was: [b], url: \"%s/b.xml\", kind: feed, language: en, publisher: B, body: feed%s}\n", 2, 1, "bee", ""},
		{"has another address", strings.Replace(row, "/b.xml", "/other.xml", 1), 2, 1, "b", ""},
		{"is paused", strings.Replace(row, "feed%s}", "feed, paused: true%s}", 1), 1, 0, "b", ""},
		{"is gone", "", 1, 0, "b", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			slow, heard := newSlowOrigin(t), new(heardOutcomes)
			s := newReloadSite(t, rowA+fmt.Sprintf(row, slow.URL, ""), allFeed, func(set *settings) { set.observe = heard.observe })
			<-slow.asked
			s.until("has recorded a", func() bool { return len(heard.of("a")) == 1 })
			then := tt.then
			if then != "" {
				then = fmt.Sprintf(then, slow.URL, "")
			}
			s.rows(rowA+then, strings.Replace(allFeed, "All", "Other", 1))
			s.reload(true)
			close(slow.answers)
			s.until("has done with b", func() bool {
				s.h.flow.table.mu.Lock()
				defer s.h.flow.table.mu.Unlock()
				for _, q := range s.h.flow.table.hosts {
					if q.busy > 0 {
						return false
					}
				}
				return len(heard.of(tt.id)) == tt.recorded && len(slow.asked) == tt.asked-1
			})
			list := heard.of(tt.id)
			for _, o := range list {
				if o.source.Exclude != tt.excluded || !s.h.flow.by().has(&o.source) {
					t.Errorf("it was recorded by %+v", o.source)
				}
			}
			items := 0
			s.h.store.View(t.Context(), func(l *storage.Ledger) error {
				for range l.Items("b", s.h.flow.now().AddDate(-1, 0, 0)) {
					items++
				}
				return nil
			})
			if items != 2*tt.recorded {
				t.Errorf("the record has %d items of it", items)
			}
			if n := s.polls("/a.xml"); n != 1 {
				t.Errorf("a was asked %d times", n)
			}
		})
	}
}

// What the record was told before a swap that did not come is what a start
// reads; and a reload of what the record has no more puts that right.
func TestReloadThatEndsBetweenRecordAndSwap(t *testing.T) {
	s := newReloadSite(t, rowA+rowB, allFeed)
	s.shows("all", "A release 2", "")
	s.shows("all", "B release 2", "")
	narrow := "  - {id: all, title: Narrow, languages: all, where: 'has(title, \"B\")'}\n"
	half := func() {
		t.Helper()
		cfg := mustLoad(t, s.file)
		next, err := s.h.reloads.build(t.Context(), cfg, s.now(), settings{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.h.flow.goBy(t.Context(), next.terms, func() error { return next.configure(t.Context(), next.store) }); err != nil {
			t.Fatal(err)
		}
	}
	s.rows(rowA+rowB, narrow)
	half()
	if _, page := s.get("/feeds/all.rss"); !strings.Contains(page, "B release 2") || !strings.Contains(page, "<title>All</title>") { // it may have printed the new members since
		t.Error("the present house does not serve on")
	}
	s.rows(rowA+rowB, allFeed)
	if done := s.reload(true); done.Words == "nothing has changed" {
		t.Error("what the record has is not put right")
	}
	s.shows("all", "A release 2", "")
	s.rows(rowA+rowB, narrow)
	half()
	before, err := s.h.store.Tip()
	if err != nil {
		t.Fatal(err)
	}
	s.end()
	after := s.siteFile.open()
	if now, err := after.store.Tip(); err != nil || now != before {
		t.Errorf("a start records: %v, before %v (%v)", now, before, err)
	}
	if err := after.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	page := string(after.press.shelf.Body("/feeds/all.rss"))
	if strings.Contains(page, "A release 2") || !strings.Contains(page, "B release 2") || !strings.Contains(page, "<title>Narrow</title>") {
		t.Errorf("a start serves\n%s", page)
	}
}
