package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// runDaemon runs a daemon on a site until the test stops it.
func runDaemon(t *testing.T, s *siteFile) (stop func()) {
	t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{create: true, log: quiet}, true, func(*house, string) { close(ready) })
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// longSite is a site whose data directory has a path that no socket takes.
func longSite(t *testing.T) *siteFile {
	t.Helper()
	s := newSite(t)
	deep := filepath.Join(filepath.Dir(s.file), strings.Repeat("long-name-", 12), "文件夹")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	s.file, s.data = filepath.Join(deep, "config.yaml"), filepath.Join(deep, "data")
	return s
}

func TestStatusAsksTheDaemon(t *testing.T) {
	for name, site := range map[string]func(*testing.T) *siteFile{"short": newSite, "long": longSite} {
		t.Run(name, func(t *testing.T) {
			o, s := newOrigin(t), site(t)
			o.set("/feed.xml", rssOf("A", 0, 5))
			s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
			s.create()
			s.do(0, "poll")
			alone, _ := s.do(0, "status", "a", "--json")
			stop := runDaemon(t, s)
			socket := filepath.Join(s.data, socketName)
			if about, err := os.Stat(socket); err != nil || about.Mode().Perm() != 0o600 || about.Mode().Type() != os.ModeSocket {
				t.Errorf("the socket is %v (%v), want one that only its user may open", about.Mode(), err)
			}
			got := statusJSON(t, s, "")
			if got.Daemon == nil || got.Daemon.PID != os.Getpid() || !got.Daemon.Paused || len(got.Sources) != 1 || got.Sources[0].Items != 5 || len(got.Feeds) != 1 || got.Feeds[0].News != 5 {
				t.Errorf("the daemon says %+v", got)
			}
			one := statusJSON(t, s, "a")
			if one.Detail == nil || len(one.Detail.Newest) != 5 || !strings.Contains(alone, one.Detail.Newest[0].Title) {
				t.Errorf("of one source it says %+v", one.Detail)
			}
			if _, stderr := s.do(2, "status", "nobody"); !strings.Contains(stderr, `no source "nobody"`) {
				t.Errorf("of nobody: %s", stderr)
			}
			for _, c := range []string{"poll", "export", "verify", "rebuild"} {
				if name == "long" {
					break // each waits a second for the record
				}
				if _, stderr := s.do(1, c); !strings.Contains(stderr, fmt.Sprint("in use by pid ", os.Getpid())) {
					t.Errorf("%s says %q", c, stderr)
				}
			}
			stop()
			if _, err := os.Lstat(socket); err == nil {
				t.Error("the socket stays behind")
			}
			if again := statusJSON(t, s, ""); again.Daemon != nil {
				t.Error("a daemon that has stopped is said to run")
			}
			if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "cn[0-9]*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestStatusOnTheAdminListener(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	s.create()
	w := httptest.NewRecorder()
	s.open().admin().ServeHTTP(w, httptest.NewRequest("GET", "/status.json", nil))
	var o overview
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil || w.Code != 200 || len(o.Sources) != 1 || o.Sources[0].State != news.Waiting {
		t.Errorf("%d %s (%v)", w.Code, w.Body, err)
	}
}

// What a killed daemon left is no daemon, and does not stop the next one.
func TestStaleSocket(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	s.create()
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(s.data, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	if got := statusJSON(t, s, ""); got.Daemon != nil {
		t.Error("a dead daemon answers")
	}
	stop := runDaemon(t, s)
	defer stop()
	if got := statusJSON(t, s, ""); got.Daemon == nil {
		t.Error("the daemon has no socket")
	}
}

func TestHeldRecordThatDoesNotAnswer(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	s.create()
	held, err := storage.Open(s.data, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, stderr := s.do(1, "status"); !strings.Contains(stderr, fmt.Sprint("in use by pid ", os.Getpid(), ", which does not answer at ")) {
		t.Errorf("status says %q", stderr)
	}
}

// With a runtime directory the socket is there; a shell that does not know it
// finds it by the data directory, and a second daemon does not take it.
func TestRuntimeDirectory(t *testing.T) {
	a, b := newSite(t), newSite(t)
	for _, s := range []*siteFile{a, b} {
		s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
		s.create()
	}
	runtime := t.TempDir()
	t.Setenv("RUNTIME_DIRECTORY", runtime+":/run/other")
	defer runDaemon(t, a)()
	if _, err := listenControl(b.data); err == nil || !strings.Contains(err.Error(), "another daemon answers at "+runtime) {
		t.Errorf("a second daemon at the same place: %v", err)
	}
	os.Unsetenv("RUNTIME_DIRECTORY")
	if got := statusJSON(t, a, ""); got.Daemon == nil {
		t.Error("a shell without the variable does not find the daemon")
	}
	if got := statusJSON(t, b, ""); got.Daemon != nil {
		t.Error("another record's status asks this daemon")
	}
}

// A daemon that was replaced leaves the other's socket alone.
func TestCloseTakesOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	first, err := listenControl(dir)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(dir, socketName))
	second, err := listenControl(dir)
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	if _, err := os.Lstat(second.path); err != nil {
		t.Error("the second socket is gone")
	}
	second.Close()
	if _, err := os.Lstat(second.path); err == nil {
		t.Error("the second socket stays")
	}
}

func TestReply(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		want   string
	}{
		{nil, 200, `"said"`}, {fmt.Errorf("broken"), 400, `{"error":"broken","usage":false}`}, {usageError{fmt.Errorf("no such")}, 400, `"usage":true`},
	} {
		w := httptest.NewRecorder()
		reply(func(*http.Request) (any, error) { return "said", tt.err }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%v: %d %s", tt.err, w.Code, w.Body)
		}
	}
	// a daemon that is no daemon
	dir := t.TempDir()
	l, err := listenControl(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go http.Serve(l, http.NotFoundHandler())
	term := &terminal{Context: context.Background(), out: &bytes.Buffer{}}
	if answered, err := term.ask(news.Config{Data: dir}, "GET", "/status", new(overview)); !answered || err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("answered %v: %v", answered, err)
	}
}
