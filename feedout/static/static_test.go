package static

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const base = "https://news.example/under"

// pages is a site in memory: bodies by path, "-> PATH" for one that has moved,
// "~> PATH" for one that is elsewhere for now, "!" for one that fails.
type pages map[string]string

func (p pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := p[r.URL.Path]
	switch {
	case !ok:
		http.Error(w, "missing", 404)
	case body == "!":
		panic("broken")
	case body == "503":
		http.Error(w, "later", http.StatusServiceUnavailable)
	case strings.HasPrefix(body, "-> "):
		w.Header().Set("Location", body[3:])
		w.WriteHeader(301)
	case strings.HasPrefix(body, "~> "):
		w.Header().Set("Location", body[3:])
		w.WriteHeader(302)
	case strings.HasPrefix(body, "private"):
		w.Header().Set("Cache-Control", "private")
		fmt.Fprint(w, body)
	default:
		kind := "text/html; charset=utf-8"
		if documentExpr.MatchString(r.URL.Path) {
			kind = "application/xml"
		}
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

func (p pages) site() Site {
	return Site{Ask: Within{p}, Base: base, Skip: func(path string) bool { return path == "/search" }, More: func(path string) []string {
		if path == "/about" {
			return []string{"/beside.xml"}
		}
		return nil
	}}
}

func all(string) bool { return true }

// write has a site written into a directory.
func write(t *testing.T, dir string, p pages) Outcome {
	t.Helper()
	tree := open(t, dir)
	defer tree.Close()
	o, err := p.site().Walk(t.Context(), tree, []string{"/"}, all)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func open(t *testing.T, dir string) *Tree {
	t.Helper()
	tree, err := Open(dir, "site")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// files are what is in a directory, but for what is the tree's own.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if e.IsDir() && e.Name() == private {
			return fs.SkipDir
		}
		if err == nil && !e.IsDir() {
			body, err := os.ReadFile(filepath.Join(dir, path))
			out[path] = string(body)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var small = pages{
	"/":             `<a href="/under/about">a</a> <a href="/under/feeds/x/">x</a> <a href="/about/elsewhere">not ours</a> <a href=/under/search>s</a> <a href="//evil.example/about">e</a> <img src="/under/mark.svg"> <a href="` + base + `/old">o</a>`,
	"/about":        `<a href="/under/gone">g</a> <a href="/under/secret">s</a> <a href="/under/feeds/x/?page=2">q</a> <a href="/under/UPPER">u</a> <a href="/under/%0aline">n</a> <a href="/under/a%20b">b</a>`,
	"/beside.xml":   `<loc>` + base + `/stories/1</loc> ` + base + `/stories/2. ` + base + `/q?x=1 ` + base + `er/z`,
	"/feeds/x/":     `<link href="/under/feeds/x.atom"><a href="../escape">r</a>`,
	"/feeds/x.atom": `<link rel="prev-archive" href="` + base + `/feeds/x/archive/9-2.atom"/><link href="` + base + `/feeds/x/archive/8-2.atom"/>`,
	"/stories/1":    "one", "/stories/2": `<a href="/under/stories/2/compare/1..2">c</a>`, "/stories/2/compare/1..2": "two", "/mark.svg": "<svg/>",
	"/old": "-> /under/stories/1", "/secret": "private", "/UPPER": "upper", "/a b": "space",
	"/feeds/x/archive/9-2.atom": `<link href="` + base + `/feeds/x/archive/3.atom"/>`, "/feeds/x/archive/3.atom": "~> ../../x.atom", "/feeds/x/archive/8-2.atom": "-> 9-2.atom",
}

func TestWalk(t *testing.T) {
	dir := t.TempDir()
	o := write(t, dir, small)
	got := files(t, dir)
	want := []string{"about/index.html", "beside.xml", "feeds/x.atom", "feeds/x/archive/3.atom", "feeds/x/archive/9-2.atom", "feeds/x/index.html", "index.html", "mark.svg", "old/index.html", "stories/1/index.html", "stories/2/compare/1..2/index.html", "stories/2/index.html"}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) || o.Written != len(want) {
		t.Errorf("%s: %q, want %q", o, names, want)
	}
	if got["feeds/x/archive/3.atom"] != small["/feeds/x.atom"] || got["stories/1/index.html"] != "one" {
		t.Error("files have not the bytes of the site")
	}
	if old := got["old/index.html"]; !strings.Contains(old, `content="0; url=/under/stories/1"`) || !strings.Contains(old, `rel="canonical" href="`+base+`/stories/1"`) {
		t.Errorf("a page that has moved leads on by %s", old)
	}
}

// A walk of a part makes that anew, adds what is new, and leaves the rest.
func TestWalkOfAPart(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, small)
	p := maps.Clone(small)
	p["/"] += `<a href="/under/stories/3">3</a>`
	p["/stories/1"], p["/stories/3"] = "one, changed", "three"
	delete(p, "/stories/2")
	delete(p, "/mark.svg")
	tree := open(t, dir)
	defer tree.Close()
	o, err := p.site().Walk(t.Context(), tree, []string{"/"}, func(file string) bool { return file == "index.html" || strings.HasPrefix(file, "stories/2") })
	if err != nil || o.Written != 2 || o.Removed != 2 {
		t.Errorf("%s, %v", o, err)
	}
	got := files(t, dir)
	if got["stories/1/index.html"] != "one" || got["stories/3/index.html"] != "three" || got["mark.svg"] == "" || got["stories/2/index.html"] != "" {
		t.Errorf("the files are now %q", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "stories/2")); err == nil {
		t.Error("a directory stays that is empty")
	}
}

// Only what we wrote is changed or removed; links lead us nowhere else.
func TestFilesOfOthers(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	write(t, dir, pages{"/": `<a href="/under/stories/1">1</a>`, "/stories/1": "one"})
	put := func(name, body string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("verification.html", "theirs")
	put("mark.svg", "theirs")
	put("about", "a file where we want a directory")
	if err := os.MkdirAll(filepath.Join(dir, "stories/1/notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	put("stories/1/notes/n.txt", "theirs")
	o := write(t, dir, small)
	if want := []string{"about/index.html", "mark.svg"}; !slices.Equal(slices.Sorted(slices.Values(o.Foreign)), want) || !strings.Contains(o.String(), "mark.svg") {
		t.Errorf("%s", o)
	}
	o = write(t, dir, pages{"/": "home"})
	got := files(t, dir)
	if want := map[string]string{"index.html": "home", "verification.html": "theirs", "mark.svg": "theirs", "about": "a file where we want a directory", "stories/1/notes/n.txt": "theirs"}; !maps.Equal(got, want) || o.Removed == 0 {
		t.Errorf("%s: %q", o, got)
	}
	for name, link := range map[string]string{"a directory": "feeds", "a file": "index.html"} {
		if err := errorsOf(os.Remove(filepath.Join(dir, "index.html")), os.Symlink(filepath.Join(elsewhere, "x"), filepath.Join(dir, link))); err != nil {
			t.Fatal(err)
		}
		tree := open(t, dir)
		_, err := small.site().Walk(t.Context(), tree, []string{"/"}, all)
		tree.Close()
		if link == "feeds" && err == nil {
			t.Errorf("%s that is a link is followed", name)
		}
		if left, _ := os.ReadDir(elsewhere); len(left) > 0 {
			t.Errorf("%s that is a link: %v was written elsewhere", name, left)
		}
		os.Remove(filepath.Join(dir, link))
		write(t, dir, pages{"/": "home"})
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func TestOpenRefuses(t *testing.T) {
	taken := t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, "index.html"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ours := t.TempDir()
	first := open(t, ours)
	for name, try := range map[string]func() (*Tree, error){
		"a directory of others": func() (*Tree, error) { return Open(taken, "site") }, "one that is open": func() (*Tree, error) { return Open(ours, "site") },
	} {
		if tree, err := try(); err == nil || !strings.Contains(err.Error(), ErrTaken.Error()) || tree != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	first.Close()
	if _, err := Open(ours, "other"); err == nil || !strings.Contains(err.Error(), "another site") {
		t.Errorf("the directory of another site: %v", err)
	}
	if _, err := Open(filepath.Join(taken, "index.html"), "site"); err == nil {
		t.Error("a file is a directory")
	}
	open(t, ours).Close()
}

// A process that ends anywhere leaves whole files only, all of them ours, and
// the next walk mends what is missing.
func TestEndsAnywhere(t *testing.T) {
	defer func(f func()) { step = f }(step)
	type ended struct{}
	later := maps.Clone(small)
	later["/stories/1"], later["/about"] = "one, changed", `<a href="/under/stories/4">4</a>`
	later["/stories/4"] = "four"
	delete(later, "/stories/2")
	steps := 0
	for end := 1; ; end++ {
		dir := t.TempDir()
		step = func() {}
		if end%2 == 0 {
			write(t, dir, small)
		}
		n, cut := 0, false
		step = func() {
			if n++; n == end {
				panic(ended{})
			}
		}
		func() {
			defer func() { cut = recover() == ended{} }()
			tree, err := Open(dir, "site")
			if err != nil {
				t.Error(err)
				return
			}
			defer tree.lock.Close() // as the end of a process does
			if _, err := later.site().Walk(t.Context(), tree, []string{"/"}, all); err != nil {
				t.Error(err)
			}
		}()
		step = func() {}
		for name, body := range files(t, dir) {
			if is := "/" + strings.TrimSuffix(strings.TrimSuffix(name, index), "/"); body != small[is] && body != later[is] && body != later[is+"/"] && body != small[is+"/"] && !strings.Contains(body, "refresh") && !strings.HasSuffix(name, "3.atom") {
				t.Fatalf("ended at step %d: %s is %q", end, name, body)
			}
		}
		write(t, dir, later)
		whole := t.TempDir()
		write(t, whole, later)
		if !maps.Equal(files(t, dir), files(t, whole)) {
			t.Fatalf("ended at step %d: mended to %q", end, files(t, dir))
		}
		if left, _ := os.ReadDir(filepath.Join(dir, private)); len(left) != 1 {
			t.Fatalf("ended at step %d: %v is left", end, left)
		}
		if steps = end; !cut && end > 2 && end%2 == 1 {
			break
		}
	}
	t.Logf("%d steps", steps)
}

// A list that was cut off anywhere, or has lines of somebody's, makes nothing
// ours that is not, and loses nothing.
func TestListCutOff(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	write(t, dir, small)
	whole, err := os.ReadFile(filepath.Join(dir, list))
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		first := len(heading("site")) + 1
		end := first + random.IntN(len(whole)-first)
		text := append(slices.Clone(whole[:end]), "\n../../etc/passwd\n/etc/passwd\n.chinanewsd/files\n.\nfeeds"...)
		if err := os.WriteFile(filepath.Join(dir, list), text, 0o600); err != nil {
			t.Fatal(err)
		}
		tree := open(t, dir)
		for _, name := range tree.Files() {
			if !filepath.IsLocal(name) || strings.HasPrefix(name, private) {
				t.Fatalf("%q is ours", name)
			}
		}
		tree.Close()
		if got := files(t, dir); len(got) < len(small)-5 {
			t.Fatalf("%d files are left", len(got))
		}
	}
}

// What is the same is not touched.
func TestUnchanged(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, small)
	old := time.Now().Add(-time.Hour)
	for name := range files(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	p := maps.Clone(small)
	p["/stories/1"] = "ONE" // of the same size
	if o := write(t, dir, p); o.Written != 1 || o.Removed != 0 {
		t.Errorf("%s", o)
	}
	for name := range files(t, dir) {
		about, err := os.Stat(filepath.Join(dir, name))
		if touched := err != nil || !about.ModTime().Equal(old.Truncate(0)); touched != (name == "stories/1/index.html") {
			t.Errorf("%s was touched: %v", name, touched)
		}
	}
}
