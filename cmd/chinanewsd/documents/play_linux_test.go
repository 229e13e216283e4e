package documents

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

var scratch string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		if inside() {
			if err := settle(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		dir, err := os.MkdirTemp("", "documents")
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
	if made := os.Getenv(programEnv); made != "" {
		return made, nil
	}
	path := filepath.Join(scratch, "bin/chinanewsd")
	out, err := exec.Command("go", "build", "-o", path, "chinanews/cmd/chinanewsd").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

func lacking(t *testing.T, what string) {
	t.Helper()
	if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "documents") {
		t.Fatalf("%s is required here (CHINANEWS_REQUIRE)", what)
	}
	t.Skipf("needs %s", what)
}

// Every command of every document does what the document shows, and every piece
// of a configuration is one.
func TestDocuments(t *testing.T) {
	for _, d := range all(t) {
		if !slices.ContainsFunc(d.Parts, func(p Part) bool { return p.Place == Sandbox || p.Fence == "yaml" }) {
			continue
		}
		t.Run(strings.ReplaceAll(d.Name, "/", "-"), func(t *testing.T) {
			if apart(t) {
				return
			}
			for _, p := range play(t, d) {
				t.Error(p)
			}
		})
	}
}

// apart runs the present test in a process with a network of its own, unless this
// is that one already.
func apart(t *testing.T) bool {
	t.Helper()
	if inside() {
		return false
	}
	if testing.Short() {
		t.Skip("runs a program of its own, in which the race detector sees nothing; run it without -short")
	}
	t.Parallel()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var pattern []string
	for part := range strings.SplitSeq(t.Name(), "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(part)+"$")
	}
	dir, err := os.MkdirTemp("", "doc")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	// The first process takes in what others leave; when it ends all of them do.
	cmd := exec.Command("/bin/bash", "-c", `"$@"; exit $?`, "sandbox", os.Args[0], "-test.v", "-test.run="+strings.Join(pattern, "/"))
	cmd.Env = append(os.Environ(), insideEnv+"="+dir, "TMPDIR="+dir, programEnv+"="+bin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL}
	if id := os.Geteuid(); id != 0 {
		cmd.Env = append(cmd.Env, userEnv+"=1")
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran {
		lacking(t, fmt.Sprintf("a network of its own (%v)", err))
	}
	if err != nil {
		t.Errorf("%s", out)
	}
	return true
}

// A document that is true has no problems, whatever it uses.
func TestTrueDocument(t *testing.T) { isTrue(t, "testdata/true.md") }

// The steps that the program prints can be gone.
func TestPrintedSteps(t *testing.T) { isTrue(t, "testdata/printed.md") }

func isTrue(t *testing.T, file string) {
	t.Helper()
	if apart(t) {
		return
	}
	d := read(t, file)
	for _, p := range append(d.Check(), play(t, d)...) {
		t.Error(p)
	}
}

func read(t *testing.T, file string) Document {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return Read(file, string(text))
}

// A document that is not true is found out, at its line.
func TestWrongDocuments(t *testing.T) {
	if apart(t) {
		return
	}
	for _, c := range wrong {
		d := Read("wrong.md", c.text)
		problems := append(d.Check(), play(t, d)...)
		if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), c.problem) {
			t.Errorf("of %q it is said %q, not %q", c.text, problems, c.problem)
		}
	}
}
