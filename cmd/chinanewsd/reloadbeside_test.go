package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/news"
	"chinanews/storage"
)

// slowHook is a webhook that answers its first call when it may.
type slowHook struct {
	*httptest.Server
	called, answers chan struct{}

	mu    sync.Mutex
	calls []call // in the order in which they came
}

func newSlowHook(t *testing.T) *slowHook {
	k := &slowHook{called: make(chan struct{}, 100), answers: make(chan struct{})}
	k.Server = httptest.NewServer(k)
	t.Cleanup(k.Close)
	return k
}

func (k *slowHook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var c call
	if json.NewDecoder(r.Body).Decode(&c) != nil {
		http.Error(w, "no call", http.StatusBadRequest)
		return
	}
	k.mu.Lock()
	k.calls = append(k.calls, c)
	k.mu.Unlock()
	k.called <- struct{}{}
	<-k.answers
	w.WriteHeader(http.StatusNoContent)
}

// told is what was told of, each title once however often it came.
func (k *slowHook) told(t *testing.T) (titles []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ids, last := make(map[string]uint64), uint64(0)
	for _, c := range k.calls {
		if pos, again := ids[c.Delivery]; again {
			if pos != c.Position {
				t.Errorf("%s is of position %d and of %d", c.Delivery, pos, c.Position)
			}
			continue
		}
		if ids[c.Delivery] = c.Position; c.Position <= last {
			t.Errorf("position %d is told after %d", c.Position, last)
		}
		last = c.Position
		for _, m := range c.Moves {
			var item struct {
				Title string `json:"title"`
			}
			if json.Unmarshal(m.Item, &item) == nil {
				titles = append(titles, item.Title)
			}
		}
	}
	return titles
}

// A webhook that is being told, and does not answer, holds up no reload; it is
// told to the end, and nothing twice or never.
func TestReloadWhileAWebhookIsTold(t *testing.T) {
	hook := newSlowHook(t)
	s := &reloadSite{siteFile: newSite(t), origin: newOrigin(t)}
	s.origin.set("/a.xml", reloadDoc("a", 3))
	hooked := strings.Replace(allFeed, "languages: all", "languages: all, webhooks: [{url: \""+hook.URL+"\", secret: sesame}]", 1)
	configured := func(feeds string) {
		s.rows(rowA, feeds)
		s.set("sources:\n", "hub: {allow: [127.0.0.0/8]}\ndefaults: {interval: 1s, min_interval: 1s}\nsources:\n")
	}
	configured(hooked)
	s.begin()
	<-hook.called
	s.h.tell.post.Grace = time.Millisecond // which only a stop has
	configured(strings.Replace(hooked, "All", "Other", 1))
	s.reload(true)
	s.origin.set("/a.xml", reloadDoc("a", 4))
	s.shows("all", "A release 3", "")
	close(hook.answers)
	s.until("is told of all", func() bool { return len(hook.told(t)) >= 4 })
	s.end()
	deliveries := make(map[string]bool)
	for _, c := range hook.calls {
		if deliveries[c.Delivery] {
			t.Errorf("%s is made twice", c.Delivery)
		}
		deliveries[c.Delivery] = true
	}
	got := hook.told(t)
	slices.Sort(got)
	if told := strings.Join(got, ", "); told != "A release 0, A release 1, A release 2, A release 3" {
		t.Errorf("told is %s", told)
	}
}

// The static files follow: into another directory, and out of none; what was kept
// stays as it was last.
func TestReloadOfKeptFiles(t *testing.T) {
	s := newReloadSite(t, rowA, allFeed)
	s.shows("all", "A release 2", "")
	parent := t.TempDir()
	title := func(dir string) string {
		b, _ := os.ReadFile(filepath.Join(parent, dir, "feeds", "all.atom"))
		_, rest, _ := strings.Cut(string(b), "<title>")
		title, _, _ := strings.Cut(rest, "</title>")
		return title
	}
	keep := func(dir, name string, ok bool) {
		t.Helper()
		s.rows(rowA, strings.Replace(allFeed, "All", name, 1))
		if dir != "" {
			s.set("data: data\n", fmt.Sprintf("data: data\npublish: {dir: %q}\n", filepath.Join(parent, dir)))
		}
		s.reload(ok)
	}
	keep("one", "First", true)
	s.until("keeps one", func() bool { return title("one") == "First" })
	keep("one", "Second", true)
	s.until("keeps one on", func() bool { return title("one") == "Second" })
	if err := os.MkdirAll(filepath.Join(parent, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(parent, "taken", "thesis.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	keep("taken", "Third", false)
	if last, _ := s.now().lastReload(); !strings.Contains(last.Words, "publish.dir") {
		t.Errorf("a directory that is taken: %s", last.Words)
	}
	keep("two", "Fourth", true)
	s.until("keeps two", func() bool { return title("two") == "Fourth" })
	keep("", "Fifth", true)
	s.shows("all", `"title": "Fifth"`, "")
	if one, two := title("one"), title("two"); one != "Second" || two != "Fourth" {
		t.Errorf("what is kept no more says %q and %q", one, two)
	}
	if text, err := os.ReadFile(filepath.Join(parent, "taken", "thesis.txt")); err != nil || string(text) != "mine" {
		t.Errorf("what was there is %q, %v", text, err)
	}
}

// When the feeds cannot be rendered, those of before are served on, it is said,
// and the next reload puts it right.
func TestReloadThatCannotRender(t *testing.T) {
	s := newReloadSite(t, rowA, allFeed)
	s.shows("all", "A release 2", "")
	broken, err := storage.Create(t.TempDir(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := broken.Close(); err != nil {
		t.Fatal(err)
	}
	s.rows(rowA+rowB, strings.Replace(allFeed, "All", "Other", 1))
	now := s.now()
	next, err := s.h.reloads.build(t.Context(), mustLoad(t, s.file), now, settings{})
	if err != nil {
		t.Fatal(err)
	}
	next.press.store = broken
	err = s.h.reloads.takeOver(t.Context(), new(errgroup.Group), next, now)
	if err == nil || !strings.Contains(err.Error(), "those of before are served; reload again") {
		t.Errorf("it says %v", err)
	}
	if s.now() != now {
		t.Error("the next house is present")
	}
	if _, page := s.get("/feeds/all.rss"); !strings.Contains(page, "<title>All</title>") || !strings.Contains(page, "A release 2") {
		t.Errorf("served is\n%s", page)
	}
	if done := s.reload(true); done.Words == "nothing has changed" {
		t.Error("the reload after it does nothing")
	}
	s.shows("all", "B release 2", "")
	if items := s.items(news.Origin("a")); items != 3 {
		t.Errorf("the record has %d releases of a", items)
	}
}

func (s *reloadSite) items(origin news.Origin) (n int) {
	s.h.store.View(s.t.Context(), func(l *storage.Ledger) error {
		for range l.Items(origin, s.h.flow.now().AddDate(-1, 0, 0)) {
			n++
		}
		return nil
	})
	return n
}
