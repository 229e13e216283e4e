package walks

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news/porttest"
)

// daemon is the program at work for one site, in a directory of its own.
type daemon struct {
	base   string // of the public site
	dir    string
	config string // the file
	log    *transcript
	end    func() // asks it to stop and waits for it
}

// start runs the program with a configuration, which has everything but where to
// listen and where to keep the data, and files beside it. It serves when start
// returns, and stops with the test.
func start(t *testing.T, config string, files map[string]string) *daemon {
	t.Helper()
	addr := porttest.Address(t)
	d := &daemon{base: "http://" + addr, dir: t.TempDir(), log: &transcript{}}
	d.config = filepath.Join(d.dir, "config.yaml")
	for name, text := range files {
		d.write(t, name, text)
	}
	d.write(t, "config.yaml", fmt.Sprintf("data: ./data\nlisten: %s\nadmin: {listen: \"\"}\n%s", addr, config))
	t.Cleanup(func() {
		if d.end != nil {
			d.end()
		}
		if said := d.log.String(); !strings.Contains(said, "stopped") || strings.Contains(said, "panic") {
			t.Errorf("the daemon did not stop as it should:\n%s", said)
		}
		if t.Failed() {
			t.Logf("the daemon of %s said\n%.20000s", d.base, d.log)
		}
	})
	d.begin(t)
	return d
}

// restart stops the daemon, and starts it by what its file says now.
func (d *daemon) restart(t *testing.T) {
	t.Helper()
	d.end()
	d.begin(t)
}

func (d *daemon) begin(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, built(t), "run", "-c", d.config)
	cmd.Stdout, cmd.Stderr = d.log, d.log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		stop()
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- cmd.Wait()
		close(ended)
	}()
	d.end = func() {
		stop()
		for range ended {
		}
	}
	d.served(t, ended)
}

// served waits until the site answers.
func (d *daemon) served(t *testing.T, ended <-chan error) {
	t.Helper()
	for range 400 {
		select {
		case err := <-ended:
			t.Fatalf("the daemon ended: %v\n%s", err, d.log)
		case <-time.After(50 * time.Millisecond):
		}
		if r, err := http.Get(d.base + "/about"); err == nil {
			r.Body.Close()
			return
		}
	}
	t.Fatalf("the daemon does not serve:\n%s", d.log)
}

func (d *daemon) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// command runs the program beside the daemon, and returns what it printed.
func (d *daemon) command(t *testing.T, args ...string) string {
	t.Helper()
	return command(t, "", append(args, "-c", d.config)...)
}

// command runs the program with what it reads, and returns what it printed.
func command(t *testing.T, in string, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.Command(built(t), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("chinanewsd %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), said.String())
	}
	return out.String()
}

// until waits for something that the daemon does by itself.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("still not, after half a minute: %s", what)
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
