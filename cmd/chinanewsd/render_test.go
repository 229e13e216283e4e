package main

import (
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/static"
	"chinanews/feedout/validity"
	"chinanews/news"
)

// renderedSite is a site with releases in two languages, versions, siblings,
// notices and a merged story, and a private feed.
func renderedSite(t *testing.T) *outsider {
	s := newOutsider(t)
	s.scene()
	return s
}

// likeFiles asks the site as whoever writes it as files does.
func (s *toldSite) likeFiles(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.h.written().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://news.example"+path, nil))
	return w
}

// filesIn are a directory's files but for those that are the tree's own, and
// when each was written.
func filesIn(t *testing.T, dir string) (bodies map[string]string, written map[string]time.Time) {
	t.Helper()
	bodies, written = make(map[string]string), make(map[string]time.Time)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if e != nil && e.Name() == ".chinanewsd" {
				return fs.SkipDir
			}
			return err
		}
		about, err := e.Info()
		if err != nil {
			return err
		}
		body, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		bodies[filepath.ToSlash(name)], written[filepath.ToSlash(name)] = string(body), about.ModTime()
		if about.Mode().Perm() != 0o644 {
			t.Errorf("%s is %v: a web server of another user cannot read it", name, about.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bodies, written
}

// walked writes a site's files as `render` does with a daemon that is stopped.
func (s *toldSite) walked(dir string) static.Outcome {
	s.t.Helper()
	about, err := s.h.site(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	tree, err := openTree(dir, s.h.cfg.Data, about.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	defer tree.Close()
	done, err := about.files(static.Within{Handler: s.h.written()}).Walk(s.t.Context(), tree, about.seeds(), everything)
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// fileServer serves files as plain web servers do.
func fileServer(dir string) http.Handler { return http.FileServer(http.Dir(dir)) }

// Files have the bytes that the site answers with, for every page and document
// that there is, and every link in them leads somewhere, but for what cannot be
// a file.
func TestFilesAreTheSite(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	s := renderedSite(t)
	dir := t.TempDir()
	done := s.walked(dir)
	bodies, _ := filesIn(t, dir)
	if done.Written != len(bodies) || done.Written < 100 || done.Unchanged+done.Removed+len(done.Foreign) > 0 {
		t.Errorf("it says %s; there are %d files", done, len(bodies))
	}
	signposts := 0
	for name, body := range bodies {
		at := "/" + strings.TrimSuffix(name, "index.html")
		w := s.likeFiles(at)
		if w.Code == 404 || w.Code == 307 {
			w = s.likeFiles(strings.TrimSuffix(at, "/"))
		}
		switch {
		case w.Code == 301 && strings.Contains(body, `http-equiv="refresh"`):
			signposts++
		case w.Code == 302 && strings.Contains(name, "/archive/"):
		case name == "404.html":
		case strings.Contains(body, "<form"):
			t.Errorf("%s has a form, which no file answers", name)
		case w.Code != 200 || w.Body.String() != body:
			t.Errorf("%s is not what the site answers (%d)", name, w.Code)
		}
	}
	if !strings.Contains(bodies["feeds/open/index.html"], `<svg class="qr"`) || bodies["site.js"] == "" {
		t.Error("files lack the script, or the code of a feed's address")
	}
	if signposts < 2 {
		t.Errorf("%d pages lead on for stories that were merged", signposts)
	}
	for _, want := range []string{"index.html", "en/index.html", "zh/index.html", "about/index.html", "polling/index.html", "opml.xml", "sitemap.xml", "sitemap/pages.xml", "robots.txt", "favicon.ico", "site.css", "404.html",
		"feeds/open/index.html", "feeds/open.rss", "feeds/open.atom", "feeds/open.json", "feeds/edits.atom", "feeds/held/edits/index.html", "feeds/removals/index.html"} {
		if bodies[want] == "" {
			t.Errorf("there is no %s", want)
		}
	}
	archives := 0
	for name := range bodies {
		if strings.Contains(name, "/archive/") {
			archives++
		}
	}
	if archives < 6 {
		t.Errorf("only %d documents of archives are files", archives)
	}
	s.crawl(dir, bodies)
	s.valid(bodies)
}

// valid has every document among the files judged by the rules of its format.
func (s *outsider) valid(bodies map[string]string) {
	s.t.Helper()
	formats := map[string]validity.Format{".rss": validity.RSS, ".atom": validity.Atom, ".xml": validity.Sitemap}
	judged := 0
	for name, body := range bodies {
		format := formats[path.Ext(name)]
		switch {
		case name == "opml.xml":
			format = validity.OPML
		case strings.HasPrefix(name, "feeds/") && path.Ext(name) == ".json":
			format = validity.JSON
		}
		if format == "" {
			continue
		}
		judged++
		for _, p := range validity.Check(validity.Document{Format: format, Body: []byte(body)}) {
			s.t.Errorf("%s: %s", name, p)
		}
	}
	if judged < 20 {
		s.t.Errorf("only %d documents were judged", judged)
	}
}

// crawl follows every address of ours in every file, as a reader of a plain web
// server would.
func (s *outsider) crawl(dir string, bodies map[string]string) {
	s.t.Helper()
	server := fileServer(dir)
	dead := make(map[string]string)
	for name, body := range bodies {
		for _, link := range linked.FindAllStringSubmatch(body, -1) {
			path, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(link[1], "http://news.example"), `href="`), "#")
			if strings.HasPrefix(path, "/search") || strings.HasPrefix(path, "/hub") || dead[path] != "" || strings.HasPrefix(link[1], `action="`) {
				continue
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, httptest.NewRequest("GET", "http://news.example"+strings.ReplaceAll(path, "&amp;", "&"), nil))
			if w.Code != 200 && w.Code != 301 {
				dead[path] = name
			}
		}
	}
	for path, name := range dead {
		if withdrawn := s.story("withdrawn").Address(10); !strings.Contains(path, withdrawn) {
			s.t.Errorf("%s leads to %s, which is not there", name, path)
		}
	}
}

// What is not public is in no file.
func TestFilesHaveNoSecrets(t *testing.T) {
	s := renderedSite(t)
	dir := t.TempDir()
	s.walked(dir)
	s.seen = make(map[string]string)
	bodies, _ := filesIn(t, dir)
	for name, body := range bodies {
		s.seen[name] = name + "\n" + body
	}
	list, err := os.ReadFile(filepath.Join(dir, ".chinanewsd", "files"))
	if err != nil {
		t.Fatal(err)
	}
	s.seen["list"] = string(list)
	for _, word := range []string{"ZqOfficeTitle", "ZqOfficeWords", "ZqofficeNote", "ZqofficeRetitled", "ZqunapprovedNote", "ZqprivateReason", "zqoffice", "zqhush"} {
		s.nowhere(word)
	}
	for _, name := range []string{"hidden", "stopped", "unapproved", "unapprovedzh", "embargoed", "private", "privatewithdrawn", "privatezh", "flood", "floodmerged", "withdrawn", "prefer"} {
		s.nowhere(mark(name, 1))
		s.nowhere(mark(name, 2))
	}
	for _, name := range []string{"kept", "keptelsewhere", "keptgone"} {
		s.nowhere(mark(name, 2))
	}
	if _, there := bodies["stories/"+s.story("withdrawn").Address(10)+"/index.html"]; there {
		t.Error("the page of a story that was withdrawn is a file")
	}
}

// The second time nothing is touched; after a change, only what it changed; and
// what was taken back goes.
func TestFilesStayAsTheyAre(t *testing.T) {
	s := renderedSite(t)
	dir := t.TempDir()
	first := s.walked(dir)
	before, written := filesIn(t, dir)
	if again := s.walked(dir); again.Unchanged != first.Written || again.Written+again.Removed > 0 {
		t.Errorf("again: %s", again)
	}
	if _, now := filesIn(t, dir); !maps.Equal(now, written) {
		t.Error("files were written again that are the same")
	}
	s.acts("plain", "", news.ActWithdraw, news.Args{Reason: "A mistake."}, s.leaves("plain", news.LeftWithdrawn, "open"))
	if err := s.h.press.print(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := s.walked(dir)
	after, now := filesIn(t, dir)
	plain := "stories/" + s.story("plain").Address(10)
	for name := range before {
		_, there := after[name]
		if gone := strings.HasPrefix(name, plain); gone == there && !strings.Contains(name, "/archive/") { // these are of another generation then
			t.Errorf("%s is there after the withdrawal: %v", name, there)
		}
		if there && after[name] == before[name] && !now[name].Equal(written[name]) {
			t.Errorf("%s is the same and was written", name)
		}
	}
	if done.Removed < 5 || done.Written == 0 {
		t.Errorf("after a withdrawal: %s", done)
	}
	for name, body := range after {
		if strings.Contains(body, "Zqplainn1") || strings.Contains(body, "Zqplainn2") {
			t.Errorf("%s has what was withdrawn", name)
		}
	}
}

var outcomeExpr = regexp.MustCompile(`: (\d+) written, (\d+) unchanged, (\d+) removed\n$`)

// The command writes the same files whether a daemon runs or not, and refuses
// directories of others.
func TestRenderCommand(t *testing.T) {
	s := siteWithNews(t)
	alone, asked := filepath.Join(t.TempDir(), "made", "here"), t.TempDir()
	out, _ := s.do(0, "render", "--out", alone)
	if !outcomeExpr.MatchString(out) {
		t.Errorf("render says %q", out)
	}
	stop := runDaemon(t, s)
	if out, _ := s.do(0, "render", "--out", asked); !outcomeExpr.MatchString(out) {
		t.Errorf("render of a daemon's site says %q", out)
	}
	one, _ := filesIn(t, alone)
	two, _ := filesIn(t, asked)
	if len(one) < 30 || !maps.Equal(one, two) {
		t.Errorf("%d files without a daemon and %d with one differ", len(one), len(two))
	}
	if out, _ := s.do(0, "render", "--out", asked); !strings.Contains(out, "0 written") || !strings.Contains(out, "0 removed") {
		t.Errorf("render again says %q", out)
	}
	stop()
	strange := t.TempDir()
	if err := os.WriteFile(filepath.Join(strange, "thesis.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{strange: "it has thesis.txt", filepath.Dir(s.data): "data directory", s.data: "data directory", filepath.Join(s.data, "site"): "data directory"} {
		if _, stderr := s.do(1, "render", "--out", dir); !strings.Contains(stderr, want) {
			t.Errorf("render --out %s says %q, want %q", dir, stderr, want)
		}
	}
	s.do(2, "render")
}
