// Package deploy has what installs and runs the daemon. Its tests run the
// program as a process under service managers: one that is a socket of the test's,
// and systemd itself where that can be booted. CHINANEWS_REQUIRE=systemd,sandbox
// makes the lack of systemd's tools, or of what a sandbox needs, a failure.
package deploy

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var scratch string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		if at := os.Getenv(originEnv); at != "" {
			return publish(at)
		}
		dir, err := os.MkdirTemp("", "deploy")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		scratch = dir
		defer os.RemoveAll(dir)
		return m.Run()
	}())
}

// program builds the program once, as it is shipped.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "chinanewsd")
	c := exec.Command("go", "build", "-trimpath", "-o", path, "chinanews/cmd/chinanewsd")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

func built(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a program of its own, in which the race detector sees nothing; run it without -short")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// lacking ends a test for want of something, or fails where it must be there.
func lacking(t *testing.T, required, what string) {
	t.Helper()
	if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), required) {
		t.Fatalf("CHINANEWS_REQUIRE wants %s: %s", required, what)
	}
	t.Skipf("needs %s", what)
}

// release is a ministry's feed.
func release(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>Tides</title><link>/</link><description>d</description><item><title>Minister of Tides opens the lock at Guling</title>`+
		`<link>/1.html</link><guid isPermaLink="false">tides-1</guid><pubDate>%s</pubDate><description>The lock was opened, the ministry says.</description></item></channel></rss>`,
		time.Now().Add(-time.Hour).UTC().Format(time.RFC1123))
}

// site writes a configuration with one source, whose data are in dir.
func site(t *testing.T, dir, origin string) (file string) {
	t.Helper()
	file = filepath.Join(dir, "config.yaml")
	text := fmt.Sprintf("site: {contact: c, base_url: \"http://news.example\"}\ndata: data\nlisten: 127.0.0.1:0\nadmin: {listen: \"\"}\n"+
		"fetch: {allow: [127.0.0.0/8], timeout: 60s, hosts: {\"*\": {connections: 8, delay: 0s, retries: 0}}}\n"+
		"sources:\n  - {id: tides, url: \"%s/feed.xml\", kind: feed, language: en}\nfeeds:\n  - {id: all, title: All, languages: all}\n", origin)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// process is the daemon under a manager that listens and does nothing.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	heard chan string // what the manager was told, in order
	said  *words
}

// words are what a process says while it runs.
type words struct {
	mu sync.Mutex
	bytes.Buffer
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Buffer.Write(p)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Buffer.String()
}

func (w *words) has(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Contains(w.Buffer.String(), text)
}

// patience is how long a test waits for what must come.
const patience = 90 * time.Second

// start starts the daemon as a manager does, with its watchdog and, perhaps, a
// socket.
func start(t *testing.T, file string, socket *os.File) *process {
	t.Helper()
	notify := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: notify, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &process{t, exec.Command("/bin/sh", "-c", `export LISTEN_PID=$$; exec "$0" run --config "$1"`, built(t), file), make(chan string, 10000), new(words)}
	p.cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+notify, "WATCHDOG_USEC=400000", "STATE_DIRECTORY=", "RUNTIME_DIRECTORY=", "LISTEN_FDS=0")
	if socket != nil {
		p.cmd.ExtraFiles = []*os.File{socket}
		p.cmd.Env = append(p.cmd.Env, "LISTEN_FDS=1", "LISTEN_FDNAMES=http")
	}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	go func() {
		b := make([]byte, 4096)
		for n, err := l.Read(b); err == nil; n, err = l.Read(b) {
			p.heard <- string(b[:n])
		}
	}()
	return p
}

// hears waits for a message and returns those before it.
func (p *process) hears(begin string) (before []string) {
	p.t.Helper()
	late := time.After(patience)
	for {
		select {
		case m := <-p.heard:
			if strings.HasPrefix(m, begin) {
				return before
			}
			before = append(before, m)
		case <-late:
			p.t.Fatalf("the manager was not told %q after %q; the daemon said\n%s", begin, before, p.said)
		}
	}
}

func (p *process) says(text string) {
	p.t.Helper()
	for late := time.Now().Add(patience); !p.said.has(text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			p.t.Fatalf("the daemon does not say %q, but\n%s", text, p.said)
		}
	}
}

// standsStill reports whether the watchdog is not fed once it is known that no
// progress is made.
func (p *process) standsStill() {
	p.t.Helper()
	p.says("no progress is made")
	for len(p.heard) > 0 { // from before
		<-p.heard
	}
	time.Sleep(time.Second) // ten looks
	for len(p.heard) > 0 {
		if m := <-p.heard; strings.Contains(m, "WATCHDOG") {
			p.t.Error("the watchdog is fed while nothing goes on")
		}
	}
}

// stop ends the daemon and wants it to end well, within ten seconds.
func (p *process) stop() {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			p.t.Errorf("it ended with %v after saying\n%s", err, p.said)
		}
	case <-time.After(10 * time.Second):
		p.t.Error("it runs on ten seconds after it was told to stop")
	}
}

// A manager hears of the start, the reload and the stop, in this order, how the
// daemon is, and that it is alive.
func TestManagerHears(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(release))
	defer origin.Close()
	p := start(t, site(t, t.TempDir(), origin.URL), nil)
	if before := p.hears("READY=1\nSTATUS=1 source"); len(before) > 0 {
		t.Errorf("before it was ready, it said %q", before)
	}
	p.hears("WATCHDOG=1")
	p.hears("STATUS=1 source, all well, next poll at ")
	p.hears("WATCHDOG=1")
	p.cmd.Process.Signal(syscall.SIGHUP)
	p.hears("RELOADING=1\nMONOTONIC_USEC=")
	p.hears("READY=1\n")
	p.hears("WATCHDOG=1")
	p.stop()
	for _, m := range p.hears("STOPPING=1\n") {
		if m != "WATCHDOG=1" && !strings.HasPrefix(m, "STATUS=") {
			t.Errorf("before it stopped, it said %q", m)
		}
	}
}

// hanging is a ministry that answers nothing until it is let go.
func hanging(t *testing.T) (origin *httptest.Server, asked <-chan struct{}, answer func()) {
	came, hold := make(chan struct{}, 100), make(chan struct{})
	origin = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed.xml" {
			http.NotFound(w, r)
			return
		}
		came <- struct{}{}
		<-hold
		release(w, r)
	}))
	answer = sync.OnceFunc(func() { close(hold) })
	t.Cleanup(func() { answer(); origin.Close() })
	return origin, came, answer
}

// Polling that stands still starves the watchdog, though the daemon serves on.
func TestStalledPolling(t *testing.T) {
	origin, asked, answer := hanging(t)
	p := start(t, site(t, t.TempDir(), origin.URL), nil)
	p.hears("READY=1")
	<-asked
	p.standsStill()
	answer()
	p.hears("WATCHDOG=1")
	p.stop()
}

// frozen makes a file system of its own, and a way to have writes to it hang.
func frozen(t *testing.T) (dir string, freeze, thaw func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "sandbox", "root, who may mount and freeze a file system")
	}
	image, dir := filepath.Join(t.TempDir(), "image"), t.TempDir()
	do := func(args ...string) error {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", args, err, out)
		}
		return nil
	}
	for _, args := range [][]string{{"truncate", "-s", "64M", image}, {"mkfs.ext4", "-q", image}, {"mount", "-o", "loop", image, dir}} {
		if err := do(args...); err != nil {
			lacking(t, "sandbox", err.Error())
		}
	}
	thaw = sync.OnceFunc(func() { do("fsfreeze", "-u", dir) })
	t.Cleanup(func() { thaw(); do("umount", "-l", dir) })
	return dir, func() {
		if err := do("fsfreeze", "-f", dir); err != nil {
			lacking(t, "sandbox", err.Error())
		}
	}, thaw
}

// A record whose writes hang starves the watchdog.
func TestHangingWrites(t *testing.T) {
	built(t)
	dir, freeze, thaw := frozen(t)
	origin, asked, answer := hanging(t)
	p := start(t, site(t, dir, origin.URL), nil)
	defer thaw() // before the process is waited for
	p.hears("READY=1")
	<-asked
	freeze()
	answer()
	p.standsStill()
	thaw()
	p.hears("WATCHDOG=1")
	p.stop()
}

// Whoever connects while the daemon is restarted is answered by the next one.
func TestNoConnectionIsLost(t *testing.T) {
	built(t)
	origin := httptest.NewServer(http.HandlerFunc(release))
	defer origin.Close()
	file := site(t, t.TempDir(), origin.URL)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	defer l.Close()
	address := "http://" + l.Addr().String() + "/feeds/all.rss"
	end := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() { read(t, address, end) })
	}
	var waiting []net.Conn
	for range 3 {
		p := start(t, file, socket)
		p.hears("READY=1")
		for _, c := range waiting {
			answered(t, c)
		}
		p.hears("STATUS=1 source")
		p.stop()
		waiting = waiting[:0]
		for range 20 {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(c, "GET /feeds/all.rss HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n")
			waiting = append(waiting, c)
		}
	}
	p := start(t, file, socket)
	for _, c := range waiting {
		answered(t, c)
	}
	close(end)
	readers.Wait()
	p.stop()
}

// read reads, each time by a connection of its own, until the end.
func read(t *testing.T, address string, end <-chan struct{}) {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	for n := 0; ; n++ {
		select {
		case <-end:
			t.Logf("%d requests", n)
			return
		default:
		}
		resp, err := client.Get(address)
		if err != nil {
			t.Errorf("request %d: %v", n, err)
			return
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("request %d: %s, %v", n, resp.Status, err)
		}
		resp.Body.Close()
	}
}

func answered(t *testing.T, c net.Conn) {
	t.Helper()
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	said, err := io.ReadAll(c)
	if err != nil || !bytes.HasPrefix(said, []byte("HTTP/1.1 200 ")) || !bytes.HasSuffix(bytes.TrimSpace(said), []byte("</rss>")) {
		t.Errorf("a connection that was made while nobody ran was answered %.80q, %v", said, err)
	}
}
