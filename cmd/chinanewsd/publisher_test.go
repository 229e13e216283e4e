package main

import (
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/static"
	"chinanews/news"
)

// published has a site kept as files in a directory that the configuration
// names.
func (s *outsider) published(log io.Writer) *publisher {
	s.t.Helper()
	s.h.cfg.Publish = filepath.Join(s.t.TempDir(), "site")
	s.h.log = slog.New(slog.NewTextHandler(log, nil))
	p, err := s.h.openFiles(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	p.begin()
	s.t.Cleanup(func() { p.close() })
	return p
}

// differs is how kept files differ from those that are written anew; empty: in
// nothing.
func (s *outsider) differs(p *publisher) (list []string) {
	s.t.Helper()
	fresh := s.t.TempDir()
	s.walked(fresh)
	kept, _ := filesIn(s.t, p.dir)
	want, _ := filesIn(s.t, fresh)
	for name := range want {
		if body, ok := kept[name]; !ok {
			list = append(list, "lacks "+name)
		} else if body != want[name] {
			list = append(list, "has another "+name)
		}
	}
	for name := range kept {
		if _, ok := want[name]; !ok {
			list = append(list, "still has "+name)
		}
	}
	slices.Sort(list)
	return list
}

// Whatever happens, files that are kept are those that would be written anew.
func TestKeptFilesAreTheSite(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	s := renderedSite(t)
	p := s.published(io.Discard)
	if err := p.renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	changes := s.changesOfFiles()
	s.keepThrough(p, changes)
}

// change is something that happens to a site.
type change struct {
	name string
	do   func()
}

func (s *outsider) changesOfFiles() []change {
	return []change{
		{"nothing", func() {}},
		{"a release", func() { s.reads("later", 1, news.AsNews, "open") }},
		{"a change", func() { s.reads("later", 2, news.AsNews); s.tells("later", 2, "open") }},
		{"a page full", func() {
			for n := range 40 {
				s.reads("many"+strings.Repeat("x", n), 1, news.AsNews, "open")
			}
		}},
		{"old news", func() { s.reads("past", 1, news.AsHistory, "open"); s.reads("pastzh", 1, news.AsHistory, "open") }},
		{"a sibling", func() {
			s.rule(news.Ruling{Siblings: []news.SiblingRuling{{Item: s.items["past"], Of: s.items["pastzh"]}}})
		}},
		{"a sibling retitled", func() {
			s.acts("pastzh", "", news.ActRetitle, news.Args{Text: "Another title"}, news.Ruling{})
		}},
		{"hidden", func() { s.acts("later", "", news.ActHide, news.Args{}, s.leaves("later", news.LeftHidden, "open")) }},
		{"withdrawn", func() {
			s.acts("past", "", news.ActWithdraw, news.Args{Reason: "A mistake."}, s.leaves("past", news.LeftWithdrawn, "open"))
		}},
		{"merged", func() {
			r := s.leaves("manyxx", news.LeftMerged, "open")
			r.Alias = []news.AliasRuling{{From: s.story("manyxx"), To: s.story("manyx")}}
			s.rule(r)
		}},
		{"a private one", func() { s.reads("secret", 1, news.AsNews, "zqoffice") }},
		{"approved", func() { s.reads("kept", 3, news.AsNews); s.approves("kept", 3) }},
		{"removed", func() { s.tells("manyxxx", 0, "open"); s.rule(s.leaves("manyxxx", news.LeftRemoved, "open")) }},
		{"many gone", func() {
			for n := 4; n < 40; n++ {
				s.rule(s.leaves("many"+strings.Repeat("x", n), "rule", "open"))
			}
		}},
	}
}

// keepThrough has files kept while things happen, and compares.
func (s *outsider) keepThrough(p *publisher, changes []change) {
	t := s.t
	for n, change := range changes {
		change.do()
		if err := s.h.press.print(t.Context()); err != nil {
			t.Fatal(err)
		}
		full := p.full
		if err := p.renew(t.Context()); err != nil {
			t.Fatalf("after %s: %v", change.name, err)
		}
		if p.full != full {
			t.Fatalf("after %s everything was made anew", change.name)
		}
		if testing.Short() && n%4 != 3 && n != len(changes)-1 { // the others are seen then too
			continue
		}
		if list := s.differs(p); len(list) > 0 {
			t.Errorf("after %s the directory\n\t%s", change.name, strings.Join(list, "\n\t"))
		}
	}
}

// The files follow a daemon: its start, what editors do, its next start.
func TestDaemonKeepsFiles(t *testing.T) {
	s := siteWithNews(t)
	dir := filepath.Join(t.TempDir(), "kept")
	s.set("data: data\n", "data: data\npublish: {dir: \""+dir+"\"}\n")
	story := ""
	stop := runDaemon(t, s)
	s.eventually("the files are there", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "stories", "*.json"))
		if len(found) == 5 {
			story = strings.TrimSuffix(filepath.Base(found[0]), ".json")
		}
		_, err := os.Stat(filepath.Join(dir, "feeds", "all.atom"))
		return story != "" && err == nil
	})
	s.do(0, "edit", story, "retitle", "Quite another title")
	s.eventually("another title shows", func() bool {
		home, _ := os.ReadFile(filepath.Join(dir, "index.html"))
		page, _ := os.ReadFile(filepath.Join(dir, "stories", story, "index.html"))
		return strings.Contains(string(home), "Quite another title") && strings.Contains(string(page), "Quite another title")
	})
	s.do(0, "withdraw", story, "--reason", "A mistake.")
	s.eventually("a story that was withdrawn goes", func() bool {
		_, err := os.Stat(filepath.Join(dir, "stories", story))
		return errors.Is(err, os.ErrNotExist)
	})
	stop()
	if err := os.Remove(filepath.Join(dir, "about", "index.html")); err != nil {
		t.Fatal(err)
	}
	stop = runDaemon(t, s)
	s.eventually("the next start mends", func() bool {
		_, err := os.Stat(filepath.Join(dir, "about", "index.html"))
		return err == nil
	})
	stop()
	s.set(dir, filepath.Dir(s.file))
	if _, stderr := s.do(2, "run", "--paused"); !strings.Contains(stderr, "publish.dir") {
		t.Errorf("a daemon that is to write into its own directory says %q", stderr)
	}
}

// eventually waits for what a daemon does by itself.
func (s *siteFile) eventually(what string, is func() bool) {
	s.t.Helper()
	for begin := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			s.t.Fatalf("%s: not within a minute", what)
		}
	}
}

// A directory that cannot be written into is said once, and tried again.
func TestFilesCannotBeWritten(t *testing.T) {
	defer func(d time.Duration) { retryWrite = d }(retryWrite)
	retryWrite = 10 * time.Millisecond
	s := renderedSite(t)
	var log lockedBuffer
	p := s.published(&log)
	p.tree.Close()
	p.tree = nil
	real := p.dir
	p.dir = filepath.Join(s.t.TempDir(), "file")
	if err := os.WriteFile(p.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := p.renew(t.Context()); err == nil {
			t.Fatal("a file is written into")
		} else {
			p.fail(err)
		}
	}
	if n := strings.Count(log.String(), "cannot be written as files"); n != 1 {
		t.Errorf("it is said %d times:\n%s", n, log.String())
	}
	p.dir = real
	if err := p.renew(t.Context()); err != nil {
		t.Error(err)
	}
	if list := s.differs(p); len(list) > 0 {
		t.Errorf("the directory %s", strings.Join(list, ", "))
	}
}

// An address in a text that means nothing harms nothing, and what only holders
// of a token may read is not asked for.
func TestHostileLinks(t *testing.T) {
	s := renderedSite(t)
	s.reads("hostile", 1, news.AsNews, "open")
	asked := make(map[string]bool)
	site := s.h.public()
	evil := []string{"/t/token/", "/desk/", "/search?q=x", "/hub", "/feeds/open/archive/99999999-1.atom", "/%00", "/%2e%2e/x", "/a//b", "/stories/%zz", "/feeds/open/page/999999/"}
	about, err := s.h.site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tree, err := openTree(t.TempDir(), s.h.cfg.Data, about.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	files := about.files(static.Within{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path] = true
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
			for _, path := range evil {
				io.WriteString(w, `<a href="`+path+`">x</a><a href="http://news.example`+path+`">x</a>`)
			}
			return
		}
		site.ServeHTTP(w, r)
	})})
	if _, err := files.Walk(t.Context(), tree, about.seeds(), everything); err != nil {
		t.Error(err)
	}
	for path := range maps.Keys(asked) {
		if strings.HasPrefix(path, "/t/") || strings.HasPrefix(path, "/desk") || strings.HasPrefix(path, "/search") || strings.HasPrefix(path, "/hub") {
			t.Errorf("%s was asked for", path)
		}
	}
}
