package site

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"chinanews/news"
)

// chromium runs a browser without a screen, with a profile of its own and no
// requests but ours. It returns what it printed and logged.
func chromium(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "browser") {
			t.Fatal("chromium is required here (CHINANEWS_REQUIRE) and not installed")
		}
		t.Skip("needs chromium, which is not installed")
	}
	cmd := exec.CommandContext(t.Context(), path, append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + filepath.Join(t.TempDir(), "profile"), "--enable-logging=stderr"}, args...)...)
	var out, logged bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &logged
	if err := cmd.Run(); err != nil {
		t.Fatalf("chromium %v: %v\n%.2000s", args, err, logged.String())
	}
	return out.String(), logged.String()
}

// A browser shows the pages as meant: nothing in them is refused by their own
// policy, and nothing is asked of anybody but us.
func TestBrowser(t *testing.T) {
	lib := library()
	pages := New(lib, Options{})
	said, logged := framed(t, frameable{pages}, `d.querySelectorAll("main").length+" main, "+d.querySelectorAll("footer").length+" footer"`, []string{"/", "/zh/", "/feeds/china-news/", "/stories/" + lib.items[0].Address, "/polling", "/nothing", "/feeds/edits/",
		"/stories/" + lib.items[0].Address + "/versions/1", "/stories/" + lib.items[0].Address + "/compare/1..2"})
	for target, what := range said {
		if what != "1 main, 1 footer" {
			t.Errorf("%s: the browser shows %q", target, what)
		}
	}
	if strings.Contains(logged, "Refused to") || strings.Contains(logged, "Content Security Policy") {
		t.Errorf("the policy refuses a part of a page:\n%.2000s", logged)
	}
}

// framed has one browser show pages in frames as wide as a phone, and returns
// what an expression says of each one's document d, and what the browser logged.
func framed(t *testing.T, pages http.Handler, expression string, targets []string) (said map[string]string, logged string) {
	t.Helper()
	var index strings.Builder
	index.WriteString(`<!DOCTYPE html><title>frames</title>`)
	for _, target := range targets {
		fmt.Fprintf(&index, `<iframe width=390 height=844 style="border:0" src="%s" onload='var d=this.contentDocument;this.title="said: "+(%s)'></iframe>`+"\n", html.EscapeString(target), expression)
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.HandleFunc("/frames", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, index.String())
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	dom, logged := chromium(t, "--window-size=800,900", "--dump-dom", server.URL+"/frames")
	said = make(map[string]string)
	for n, m := range regexp.MustCompile(`(?s)<iframe[^>]*>`).FindAllString(dom, -1) {
		_, rest, _ := strings.Cut(m, `title="said: `)
		said[targets[n]], _, _ = strings.Cut(rest, `"`)
	}
	if len(said) != len(targets) {
		t.Fatalf("the browser shows %d frames of %d:\n%.2000s", len(said), len(targets), dom)
	}
	return said, logged
}

// frameable sends pages that may stand in a frame of ours; their policy is else
// their own.
type frameable struct{ http.Handler }

func (f frameable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Handler.ServeHTTP(altered{w, func(policy string) string {
		return strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors 'self'", 1)
	}}, r)
}

// bold sends pages without their policy.
type bold struct{ http.Handler }

func (b bold) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.Handler.ServeHTTP(altered{w, func(string) string { return "" }}, r)
}

// altered sends an answer under another policy.
type altered struct {
	http.ResponseWriter
	policy func(string) string
}

func (a altered) WriteHeader(status int) {
	const name = "Content-Security-Policy"
	a.Header().Set(name, a.policy(a.Header().Get(name)))
	a.ResponseWriter.WriteHeader(status)
}

func (a altered) Write(p []byte) (int, error) {
	const name = "Content-Security-Policy"
	a.Header().Set(name, a.policy(a.Header().Get(name)))
	return a.ResponseWriter.Write(p)
}

// Without any policy, a hostile library still runs nothing and loads nothing.
func TestBrowserWithoutPolicy(t *testing.T) {
	var mu sync.Mutex
	var asked []string // by several connections at once
	hostile := item(1, "en", func(i *Item) {
		i.Lead.Shown.Title = `</title><script>document.title='ran'</script>`
		i.HTML = `<p onclick=x>a</p><img src="/beacon" onerror="document.title='ran'"><svg onload="document.title='ran'"></svg><script>document.title='ran'</script><iframe src="/beacon"></iframe><link rel=stylesheet href="/beacon"><video poster="/beacon"></video>`
	})
	pages := New(&shelf{items: []Item{hostile}}, Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		bold{pages}.ServeHTTP(w, r)
	}))
	dom, _ := chromium(t, "--dump-dom", server.URL+"/stories/"+hostile.Address)
	server.Close() // waits for requests under way: asked is whole
	if strings.Contains(dom, "<title>ran") || strings.Contains(strings.Join(asked, " "), "beacon") {
		t.Errorf("something ran or was loaded (%v):\n%.3000s", asked, dom)
	}
}

// Nothing runs over the edge of a phone: at its width, a page is no wider
// than its window. A frame of 390 pixels tells, since a browser's own window
// may have a least width.
func TestPhone(t *testing.T) {
	lib := library()
	lib.items = append(lib.items, item(9, "en", func(i *Item) {
		i.Lead.Shown.Title = strings.Repeat("Averylongwordwithoutanyspace", 8)
		i.HTML = "<p>" + strings.Repeat("x", 400) + "</p><pre>" + strings.Repeat("y", 400) + "</pre><table><tr><td>" + strings.Repeat("wide ", 90) + "</td></tr></table>"
		i.Lead.Shown.Files = []news.File{{URL: "https://moc.example/" + strings.Repeat("z", 200)}}
		i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Edit, Reader: strings.Repeat("r", 90), At: noon})
	}))
	pages := New(lib, searchable(&finder{named: strings.Repeat("Ministry of Long Names ", 5)}))
	said, _ := framed(t, bold{pages}, `d.documentElement.scrollWidth+" of "+d.documentElement.clientWidth`, []string{
		"/", "/zh/", "/feeds/china-news/", "/stories/" + lib.items[0].Address, "/stories/" + lib.items[6].Address, "/stories/" + lib.items[6].Address + "/versions/2", "/polling", "/about", "/search",
		"/feeds/edits/", "/feeds/zh/removals/", "/stories/" + lib.items[0].Address + "/versions/2", "/stories/" + lib.items[0].Address + "/compare/1..2"})
	for target, what := range said {
		var wide, window int
		if _, err := fmt.Sscanf(what, "%d of %d", &wide, &window); err != nil || window > 390 || wide > window {
			t.Errorf("%s on a phone: %q", target, what)
		}
	}
}
