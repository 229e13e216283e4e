package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"
	"time"
)

// children are what this test binary is when it runs as a child: by the
// environment variable that says so, and whose value it is given.
var children = make(map[string]func(said string) error)

func TestMain(m *testing.M) {
	for env, live := range children {
		said := os.Getenv(env)
		if said == "" {
			continue
		}
		if err := live(said); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is this test binary as another process. What it reads ends with the test
// that starts it, however that ends: who reads nothing else ends with it too.
func child(env, said string) (cmd *exec.Cmd, in io.WriteCloser, err error) {
	cmd = exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), env+"="+said)
	cmd.Stderr = os.Stderr
	in, err = cmd.StdinPipe()
	return cmd, in, err
}

// start starts a child, which may be told something and whose lines are read.
func start(tb testing.TB, env, said string) (cmd *exec.Cmd, in io.WriteCloser, out io.ReadCloser) {
	tb.Helper()
	cmd, in, err := child(env, said)
	if err == nil {
		out, err = cmd.StdoutPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return cmd, in, out
}

// byItself is a test that is run again by itself, in a process that knows by an
// environment variable that it is the one.
func byItself(t *testing.T, env string) *exec.Cmd {
	own := regexp.MustCompile(`^-test\.(run|count|testlogfile|coverprofile|paniconexit0)\b`)
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), own.MatchString)
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^" + t.Name() + "$", "-test.v"}, args...)...)
	cmd.Env = append(os.Environ(), env+"=1")
	return cmd
}

// untilOrphaned lives until the test that started the child is gone. Who is left
// behind tells and polls at addresses that may be another test's by then.
func untilOrphaned(live func(said string) error) func(said string) error {
	return func(said string) error {
		go func() {
			io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
		return live(said)
	}
}

// familyEnv makes it a parent, or that one's child.
const familyEnv = "CHINANEWS_TEST_FAMILY"

func init() {
	children[familyEnv] = untilOrphaned(func(said string) error {
		if said == "child" {
			fmt.Println("it lives")
			time.Sleep(10 * time.Minute)
			return nil
		}
		cmd, _, err := child(familyEnv, "child")
		if err != nil {
			return err
		}
		cmd.Stdout = os.Stdout
		return cmd.Run()
	})
}

// A test that is killed, or that Go ends after its ten minutes, leaves no child
// behind.
func TestChildEndsWithItsTest(t *testing.T) {
	parent, _, out := start(t, familyEnv, "parent")
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); line != "it lives\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	parent.Process.Kill()
	ended := make(chan error, 1)
	go func() { _, err := said.ReadByte(); ended <- err }()
	select {
	case err := <-ended: // nobody has the other end any more
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("the child lives on without its parent")
	}
	parent.Wait()
}
