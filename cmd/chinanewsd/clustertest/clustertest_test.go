// Package clustertest has nodes of a cluster work for one site, and does to them
// what happens to machines: the program itself as processes on loopback, and a
// web of ministries that grows, and remembers who asked it for what, and when.
// It is tests only.
package clustertest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// scratch holds the program while the tests run.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "clustertest")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		scratch = dir
		defer os.RemoveAll(dir)
		return m.Run()
	}())
}

// program builds the program once, and says where it is.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "chinanewsd")
	out, err := exec.Command("go", "build", "-o", path, "chinanews/cmd/chinanewsd").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

func built(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// command runs the program, and returns what it printed.
func command(t *testing.T, args ...string) string {
	t.Helper()
	out, err := attempt(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// attempt is command for what may fail.
func attempt(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.Command(built(t), args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("chinanewsd %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), said.String())
	}
	return out.String(), nil
}

// scale is how much there is of everything.
type scale struct {
	sources, hosts int
	interval       time.Duration // of a source
	travel         time.Duration // how long a request may be on its way: its interval begins when it is sent
	delay          time.Duration // least between two requests to a host
	growth         time.Duration // from one release to the next, of all sources
	session        time.Duration // how long a node may be silent
	grown          time.Duration // how long there is growth before and after something happens
	patience       time.Duration // for what comes by itself
}

// small is done in a minute. Its interval is less than a session: nodes that ask
// the same source within it held it both.
func small() scale {
	return scale{sources: 60, hosts: 12, interval: 3 * time.Second, delay: 100 * time.Millisecond, growth: 150 * time.Millisecond,
		session: 4 * time.Second, grown: 2 * time.Second, patience: 3 * time.Minute}
}

// sized is small, or what the issue names.
func sized() scale {
	if os.Getenv("CHINANEWS_LONG") == "" {
		return small()
	}
	return scale{sources: 2000, hosts: 200, interval: time.Minute, travel: 500 * time.Millisecond, delay: 500 * time.Millisecond, growth: 30 * time.Millisecond,
		session: 4 * time.Second, grown: 20 * time.Second, patience: 10 * time.Minute}
}
