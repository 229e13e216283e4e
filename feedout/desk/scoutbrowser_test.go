package desk

import (
	"bytes"
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

// patient is a scout that is done when it was asked some times.
type patient struct {
	told
	mu    sync.Mutex
	asked int
}

func (p *patient) Seen(string) (Look, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked++; p.asked > 3 {
		return *foundLook(), true
	}
	return Look{Quest: Quest{Address: "https://lakes.example/xw/"}, Asked: make([]string, p.asked)}, true
}

// A browser with script shows the end of a look by itself, and nothing of the
// page is refused by its own policy.
func TestScoutInBrowser(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "browser") {
			t.Fatal("chromium is required here (CHINANEWS_REQUIRE) and not installed")
		}
		t.Skip("needs chromium, which is not installed")
	}
	p := new(patient)
	o := lakeOffice("en", p, nil)
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	t.Cleanup(server.Close)
	site := o.Site()
	site.BaseURL = "http://" + server.Listener.Addr().String()
	o.Site = func() news.Site { return site }
	mux.Handle("/desk/", New(o))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }) // the site's own files
	server.Start()
	cmd := exec.CommandContext(t.Context(), path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom", server.URL+"/desk/add")
	var dom, logged bytes.Buffer
	cmd.Stdout, cmd.Stderr = &dom, &logged
	if err := cmd.Run(); err != nil {
		t.Fatalf("chromium: %v\n%.2000s", err, logged.String())
	}
	if strings.Contains(dom.String(), "data-running") || !strings.Contains(dom.String(), "after line 12") || p.asked < 4 {
		t.Errorf("asked %d times, the browser shows\n%.3000s", p.asked, dom.String())
	}
	if refused := regexp.MustCompile("(?m)^.*(Refused to|Content Security Policy).*$").FindString(logged.String()); refused != "" {
		t.Errorf("the policy refuses a part of it:\n%s", refused)
	}
}
