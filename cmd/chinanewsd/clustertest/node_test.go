package clustertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news/porttest"
)

// node is the program at work on one machine.
type node struct {
	number int    // from 0
	dir    string // of its own
	config string // the file
	public string // host:port
	admin  string
	proxy  *httptest.Server // its way to the web
	said   *transcript

	child *exec.Cmd     // nil: it does not run
	ended chan struct{} // closed when the child has
}

func newNode(t *testing.T, number int, o *origin) *node {
	t.Helper()
	n := &node{number: number, dir: t.TempDir(), public: porttest.Address(t), admin: porttest.Address(t), proxy: httptest.NewServer(o.proxy(number)), said: &transcript{}}
	n.config = filepath.Join(n.dir, "config.yaml")
	t.Cleanup(func() {
		n.kill()
		n.proxy.Close()
		if t.Failed() {
			t.Logf("%s said\n%s", n.name(), n.said.last(100))
		}
	})
	return n
}

func (n *node) name() string { return fmt.Sprintf("news-%d", n.number+1) }

func (n *node) data() string { return filepath.Join(n.dir, "data") }

// start runs the daemon; serving waits until it answers.
func (n *node) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(built(t), "run", "-c", n.config)
	cmd.Stdout, cmd.Stderr = n.said, n.said
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := cmd.Wait(); err != nil {
			fmt.Fprintln(n.said, "ended:", err)
		}
	}()
	n.child, n.ended = cmd, ended
}

// kill ends it as a power cut does.
func (n *node) kill() {
	if n.child != nil {
		n.child.Process.Kill()
		<-n.ended
		n.child = nil
	}
}

// stop asks it to end, and waits.
func (n *node) stop(t *testing.T) {
	t.Helper()
	n.child.Process.Signal(os.Interrupt)
	select {
	case <-n.ended:
		n.child = nil
	case <-time.After(30 * time.Second):
		t.Fatalf("%s does not stop", n.name())
	}
}

// serving waits until the daemon answers.
func (n *node) serving(t *testing.T, patience time.Duration) {
	t.Helper()
	until(t, n.name()+" answers", patience, func() bool {
		select {
		case <-n.ended:
			t.Fatalf("%s ended by itself", n.name())
		default:
		}
		code, _, _ := get("http://" + n.admin + "/readyz")
		return code == http.StatusOK
	})
}

// tip is where the node's record ends; false: it does not say.
func (n *node) tip() (tip, bool) {
	var status struct{ Record tip }
	code, _, body := get("http://" + n.admin + "/status.json?source=s000")
	return status.Record, code == http.StatusOK && json.Unmarshal([]byte(body), &status) == nil
}

// items are those of the node's record, by way of a backup that the running
// daemon makes: nothing else may open what it holds.
func (n *node) items(t *testing.T) (items []item) {
	t.Helper()
	dir := t.TempDir()
	beside, backup := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "backup")
	if err := os.WriteFile(beside, []byte("site: {id: harbour}\ndata: record\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "backup", backup, "-c", n.config)
	command(t, "restore", backup, "-c", beside)
	lines := json.NewDecoder(bytes.NewReader([]byte(command(t, "export", "-c", beside))))
	for {
		var i item
		switch err := lines.Decode(&i); err {
		case nil:
			items = append(items, i)
		case io.EOF:
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
			return items
		default:
			t.Fatalf("the export of %s: %v", n.name(), err)
		}
	}
}

// documents are the feeds as the node gives them.
func (n *node) documents(t *testing.T) map[string]document {
	t.Helper()
	out := make(map[string]document)
	for _, feed := range []string{"all", "held"} {
		for _, form := range []string{"rss", "atom", "json"} {
			name := feed + "." + form
			code, head, body := get("http://" + n.public + "/feeds/" + name)
			if code != http.StatusOK {
				t.Fatalf("%s of %s: %d %s", name, n.name(), code, body)
			}
			out[name] = document{head.Get("ETag"), body}
		}
	}
	return out
}

// get asks a node for something; code 0: it did not answer.
func get(url string) (code int, head http.Header, body string) {
	client := http.Client{Timeout: 5 * time.Second}
	r, err := client.Get(url)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err.Error()
	}
	return r.StatusCode, r.Header, string(text)
}

// ask has a handler answer as a proxy.
func ask(h http.Handler, url, tag string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", url, nil)
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// until waits for something that comes by itself.
func until(t *testing.T, what string, patience time.Duration, done func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		if done() {
			t.Logf("%5.1fs until %s", time.Since(begun).Seconds(), what)
			return
		}
	}
	t.Fatalf("still not, after %s: %s", patience, what)
}

// transcript keeps what a process says, for many goroutines.
type transcript struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// last are the last lines, but for those that say nothing of what went wrong.
func (s *transcript) last(most int) string {
	var lines []string
	for line := range strings.Lines(s.String()) {
		if !strings.Contains(line, "msg=read ") && !strings.Contains(line, "Error trying to connect to route") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-most):], "")
}
