package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// reloadSite is a daemon on a site whose configuration a test changes.
type reloadSite struct {
	*siteFile
	origin *origin
	h      *house // the first
	addr   string
	log    lockedBuffer
	begun  []bool // what was told of reloads
	end    func() // ends the daemon
	paused bool
	latest atomic.Pointer[house] // that began to serve: a node may do so again, with another's record
}

// newReloadSite polls a source of two releases and one that gives an article.
func newReloadSite(t *testing.T, rows, feeds string, change ...func(*settings)) *reloadSite {
	t.Helper()
	s := &reloadSite{siteFile: newSite(t), origin: newOrigin(t)}
	for _, name := range []string{"a", "b", "c"} {
		s.origin.set("/"+name+".xml", reloadDoc(name, 3))
	}
	s.rows(rows, feeds)
	s.begin(change...)
	return s
}

// reloadDoc is a feed of n releases that nobody takes for another source's.
func reloadDoc(name string, n int) string {
	said := map[string]string{
		"a": "The harbour of Lanshan opens a second quay for grain on Monday, as the office for ports has told shipping companies.",
		"b": "Teachers in mountain counties receive an allowance for travel from this autumn; applications go to the district.",
		"c": "Two observatories will share their measurements of the upper air and publish them every morning before seven.",
	}[name]
	doc := rssOf(strings.ToUpper(name), 0, n)
	return strings.NewReplacer("said once.", said, "<link>/", "<link>/"+name).Replace(doc)
}

// rows writes a configuration; ORIGIN in it is the origin's address.
func (s *reloadSite) rows(rows, feeds string) {
	s.t.Helper()
	s.write(strings.ReplaceAll(rows, "ORIGIN", s.origin.URL), feeds)
}

// begin starts the daemon, until the test ends.
func (s *reloadSite) begin(change ...func(*settings)) {
	s.t.Helper()
	cfg := mustLoad(s.t, s.file)
	set := settings{create: true, log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})), reloading: func(done *reload) { s.begun = append(s.begun, done == nil) }}
	for _, c := range change {
		c(&set)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	served := new(sync.Once)
	go func() {
		ended <- daemon(ctx, cfg, set, s.paused, func(h *house, addr string) {
			s.latest.Store(h)
			served.Do(func() { s.h, s.addr = h, addr; close(ready) })
		})
	}()
	select {
	case <-ready:
	case err := <-ended:
		s.t.Fatal(err)
	}
	s.end = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
	s.t.Cleanup(s.end)
}

func mustLoad(t *testing.T, file string) news.Config {
	t.Helper()
	cfg, err := config.Load(file, checks())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// reload has the configuration read anew; it must come to what is wanted.
func (s *reloadSite) reload(want bool) reload {
	s.t.Helper()
	done, err := s.h.reloads.ask(s.t.Context())
	if err != nil || done.OK != want {
		s.t.Fatalf("reloaded to %+v (%v), want %v", done, err, want)
	}
	return done
}

// now is the house that answers.
func (s *reloadSite) now() *house { return s.latest.Load().reloads.present.Load() }

// get asks the site.
func (s *reloadSite) get(path string) (int, string) {
	s.t.Helper()
	resp, err := http.Get("http://" + s.addr + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// until waits for something, and fails when that does not come.
func (s *reloadSite) until(what string, is func() bool) {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			_, shown := s.get("/feeds/all.json")
			s.t.Fatalf("never %s; the log:\n%s\n%s", what, s.log.String(), shown)
		}
	}
}

// shows waits until a feed has some releases, and others not.
func (s *reloadSite) shows(feed string, has, lacks string) {
	s.t.Helper()
	s.until(fmt.Sprintf("has feed %s %q and not %q", feed, has, lacks), func() bool {
		status, body := s.get("/feeds/" + feed + ".json")
		return status == http.StatusOK && strings.Contains(body, has) && (lacks == "" || !strings.Contains(body, lacks))
	})
}

// polls are how often a document of the origin was asked for.
func (s *reloadSite) polls(path string) int {
	s.origin.mu.Lock()
	defer s.origin.mu.Unlock()
	return s.origin.asked[path]
}

// planned is what the timetable has, by name.
func (s *reloadSite) planned() map[string]time.Time {
	t := s.h.flow.table
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make(map[string]time.Time)
	for name, e := range t.names {
		all[name] = e.due
	}
	return all
}

func (s *reloadSite) poll(source news.Origin, path string) (state news.FetchState) {
	s.t.Helper()
	if err := s.h.store.View(s.t.Context(), func(l *storage.Ledger) error { state, _ = l.Poll(source, s.origin.URL+path); return nil }); err != nil {
		s.t.Fatal(err)
	}
	return state
}

const (
	rowA = "  - {id: a, url: \"ORIGIN/a.xml\", kind: feed, language: en, publisher: A, body: feed}\n"
	rowB = "  - {id: b, url: \"ORIGIN/b.xml\", kind: feed, language: en, publisher: B, body: feed}\n"
	rowC = "  - {id: c, url: \"ORIGIN/c.xml\", kind: feed, language: en, publisher: C, body: feed}\n"
)

// Nothing that is as it was is done again: not the source that stays, whatever
// comes beside it.
func TestReloadAddsChangesRemoves(t *testing.T) {
	s := newReloadSite(t, rowA+rowB, allFeed)
	s.shows("all", "A release 2", "")
	s.shows("all", "B release 2", "")
	due := s.planned()["listing a "+s.origin.URL+"/a.xml"]
	if due.IsZero() {
		t.Fatalf("a is not planned: %v", s.planned())
	}
	s.rows(rowA+rowC, "  - {id: all, title: Everything, languages: all}\n  - {id: only, title: Only, language: en, sources: [a], where: 'has(title, \"release 1\")'}\n")
	done := s.reload(true)
	if want := "2 sources (1 new, 0 changed, 1 gone), 2 feeds (1 new, 1 changed, 0 gone)"; done.Words != want {
		t.Errorf("it says %q, want %q", done.Words, want)
	}
	if _, page := s.get("/feeds/all.rss"); !strings.Contains(page, "<title>Everything</title>") {
		t.Error("the title is the old one")
	}
	s.shows("only", "A release 1", "A release 2")
	s.shows("all", "C release 2", "")
	if now := s.planned()["listing a "+s.origin.URL+"/a.xml"]; !now.Equal(due) {
		t.Errorf("a was due at %s and is at %s", due, now)
	}
	for name := range s.planned() {
		if strings.HasPrefix(name, "listing b ") {
			t.Errorf("%s is planned, and b is gone", name)
		}
	}
	if n := s.polls("/a.xml"); n != 1 {
		t.Errorf("a was asked %d times", n)
	}
	if again := s.reload(true); again.Words != "nothing has changed" {
		t.Errorf("again: %q", again.Words)
	}
	if fmt.Sprint(s.begun) != "[true false true false]" {
		t.Errorf("of reloads was told %v", s.begun)
	}
}

// A feed that comes when every source was asked has its first contents with the
// reload, whenever the next poll is.
func TestReloadFillsAFeed(t *testing.T) {
	usual := fillAfter
	t.Cleanup(func() { fillAfter = usual }) // when the daemon has ended
	fillAfter = time.Hour
	s := newReloadSite(t, rowA, allFeed)
	s.shows("all", "A release 2", "")
	s.rows(rowA, allFeed+"  - {id: only, title: Only, language: en, where: 'has(title, \"release 1\")'}\n")
	s.reload(true)
	s.shows("only", "A release 1", "A release 2")
	if n := s.polls("/a.xml"); n != 1 {
		t.Errorf("a was asked %d times", n)
	}
}

// A source under another id goes on as it was; its history is its own.
func TestReloadRenames(t *testing.T) {
	s := newReloadSite(t, rowA+rowB, allFeed)
	s.shows("all", "A release 2", "")
	s.shows("all", "B release 2", "")
	_, before := s.get("/feeds/all.atom")
	state := s.poll("a", "/a.xml")
	s.rows("  - {id: first, was: [a], url: \"ORIGIN/a.xml\", kind: feed, language: en, publisher: A, body: feed}\n"+rowB, "  - {id: whole, was: [all], title: All, languages: all}\n")
	s.reload(true)
	if status, _ := s.get("/feeds/all.atom"); status != http.StatusOK { // by a redirect
		t.Errorf("the old address answers %d", status)
	}
	if _, after := s.get("/feeds/whole.atom"); strings.ReplaceAll(before, "/all", "/whole") != strings.ReplaceAll(after, "/all", "/whole") && entryIDs(before) != entryIDs(after) {
		t.Errorf("the entries are others:\n%s\n%s", before, after)
	}
	if due := s.planned()["listing a "+s.origin.URL+"/a.xml"]; !due.Equal(state.Next) {
		t.Errorf("it is due at %s, want %s", due, state.Next)
	}
	if s.polls("/a.xml") != 1 {
		t.Errorf("it was asked %d times", s.polls("/a.xml"))
	}
}

// entryIDs are the ids in an Atom document.
func entryIDs(doc string) string {
	var ids []string
	for _, part := range strings.Split(doc, "<entry>")[1:] {
		_, rest, _ := strings.Cut(part, "<id>")
		id, _, _ := strings.Cut(rest, "</id>")
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

// Keys that are read at a start are kept, and named with both values, until the
// next; all else is taken.
func TestReloadNamesWhatWaits(t *testing.T) {
	s := newReloadSite(t, rowA, allFeed)
	s.set("data: data", "data: elsewhere")
	s.set("listen: 127.0.0.1:0", "listen: 127.0.0.1:1")
	s.set("admin: {listen: \"\"}", "admin: {listen: \"127.0.0.1:2\"}\ntrusted_proxies: [192.0.2.0/24]")
	s.set("timeout: 5s", "timeout: 5s, concurrency: 3")
	s.set("title: All", "title: Other")
	done := s.reload(true)
	var keys []string
	for _, k := range done.Waiting {
		keys = append(keys, k.Key)
		if k.Now == k.New || !strings.Contains(s.log.String(), "key="+k.Key) {
			t.Errorf("%+v", k)
		}
	}
	if fmt.Sprint(keys) != "[data listen admin.listen trusted_proxies fetch.concurrency]" {
		t.Errorf("waiting: %v", keys)
	}
	if _, page := s.get("/feeds/all.rss"); !strings.Contains(page, "<title>Other</title>") {
		t.Error("the rest was not taken")
	}
	if again := s.reload(true); again.Words != "nothing has changed" || len(again.Waiting) != 5 {
		t.Errorf("again: %+v", again)
	}
	s.set("title: Other", "titel: Other")
	if bad := s.reload(false); len(bad.Waiting) > 0 || len(bad.Problems) == 0 {
		t.Errorf("of a file that is refused: %+v", bad)
	}
	if s.now().cfg.Listen != "127.0.0.1:0" || s.now().cfg.Data != s.data {
		t.Errorf("it works by %+v", s.now().cfg)
	}
	os.Remove(s.file)
	if done := s.reload(false); !done.Usage || !strings.Contains(done.Words, "no such file") {
		t.Errorf("without a file: %+v", done)
	}
}
