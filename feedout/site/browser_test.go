package site

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	server := httptest.NewServer(New(lib, Options{}))
	t.Cleanup(server.Close)
	for _, target := range []string{"/", "/zh/", "/feeds/china-news/", "/stories/" + lib.items[0].Address, "/polling", "/nothing", "/feeds/edits/", "/stories/" + lib.items[0].Address + "/versions/1", "/stories/" + lib.items[0].Address + "/compare/1..2"} {
		dom, logged := chromium(t, "--window-size=500,844", "--dump-dom", server.URL+target)
		if !strings.Contains(dom, "<footer>") {
			t.Errorf("%s: the browser shows\n%.2000s", target, dom)
		}
		if strings.Contains(logged, "Refused to") || strings.Contains(logged, "Content Security Policy") {
			t.Errorf("%s: the policy refuses a part of it:\n%.2000s", target, logged)
		}
	}
}

// Without any policy, a hostile library still runs nothing and loads nothing.
func TestBrowserWithoutPolicy(t *testing.T) {
	var asked []string
	hostile := item(1, "en", func(i *Item) {
		i.Lead.Shown.Title = `</title><script>document.title='ran'</script>`
		i.HTML = `<p onclick=x>a</p><img src="/beacon" onerror="document.title='ran'"><svg onload="document.title='ran'"></svg><script>document.title='ran'</script><iframe src="/beacon"></iframe><link rel=stylesheet href="/beacon"><video poster="/beacon"></video>`
	})
	pages := New(&shelf{items: []Item{hostile}}, Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		pages.ServeHTTP(bold{w}, r)
	}))
	dom, _ := chromium(t, "--dump-dom", server.URL+"/stories/"+hostile.Address)
	server.Close() // waits for requests under way: asked is whole
	if strings.Contains(dom, "<title>ran") || strings.Contains(strings.Join(asked, " "), "beacon") {
		t.Errorf("something ran or was loaded (%v):\n%.3000s", asked, dom)
	}
}

// bold sends a page without its policy.
type bold struct{ http.ResponseWriter }

func (b bold) WriteHeader(status int) {
	b.Header().Del("Content-Security-Policy")
	b.ResponseWriter.WriteHeader(status)
}

func (b bold) Write(p []byte) (int, error) {
	b.Header().Del("Content-Security-Policy")
	return b.ResponseWriter.Write(p)
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
	mux := http.NewServeMux()
	mux.HandleFunc("/frame", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(`<!DOCTYPE html><iframe width=390 height=844 style="border:0" src="` + r.URL.Query().Get("page") + `" onload="var d=this.contentDocument.documentElement;document.title=d.scrollWidth+' of '+d.clientWidth"></iframe>`))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { pages.ServeHTTP(bold{w}, r) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for _, target := range []string{"/", "/zh/", "/feeds/china-news/", "/stories/" + lib.items[0].Address, "/stories/" + lib.items[6].Address, "/stories/" + lib.items[6].Address + "/versions/2", "/polling", "/about", "/search",
		"/feeds/edits/", "/feeds/zh/removals/", "/stories/" + lib.items[0].Address + "/versions/2", "/stories/" + lib.items[0].Address + "/compare/1..2"} {
		dom, _ := chromium(t, "--window-size=800,900", "--dump-dom", server.URL+"/frame?page="+target)
		var wide, window int
		_, rest, _ := strings.Cut(dom, "<title>")
		if _, err := fmt.Sscanf(rest, "%d of %d", &wide, &window); err != nil || window > 390 || wide > window {
			t.Errorf("%s on a phone: %.300s", target, dom)
		}
	}
}
