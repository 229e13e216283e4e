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
	"strings"
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
	if os.Getenv(aloneEnv) != "" {
		go endWithInput()
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

// start starts a child, which may be told something and whose lines are read. One
// that lives at the test's end is killed.
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
	tb.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, in, out
}

// aloneEnv names the test for which a process is.
const aloneEnv = "CHINANEWS_TEST_ALONE"

// isAlone reports whether this process is the test's alone.
func isAlone(t *testing.T) bool { return os.Getenv(aloneEnv) == t.Name() }

// byItself runs a test again in a process of its own, which some change is made
// to; where says of what kind it is. It reports whether the process began; that it
// did not pass there is an error.
func byItself(t *testing.T, where string, change func(*exec.Cmd)) (began bool, err error) {
	own := regexp.MustCompile(`^-test\.(run|bench|count|v|testlogfile|trace|\w*profile)\b`) // the test's, and files that it would write over
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), own.MatchString)
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^" + t.Name() + "$", "-test.v"}, args...)...)
	cmd.Env = append(os.Environ(), aloneEnv+"="+t.Name())
	change(cmd)
	if _, err := cmd.StdinPipe(); err != nil {
		return false, err
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return false, err
	}
	t.Logf("%s:\n%s", where, out)
	if err == nil && !strings.Contains(string(out), "\n--- PASS: "+t.Name()+" ") {
		err = errors.New("it was not run")
	}
	return true, err
}

// untilOrphaned lives until the test that started the child is gone. Who is left
// behind tells and polls at addresses that may be another test's by then.
func untilOrphaned(live func(said string) error) func(said string) error {
	return func(said string) error {
		go endWithInput()
		return live(said)
	}
}

// endWithInput ends the process when what started it lets go of its input.
func endWithInput() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
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
}
