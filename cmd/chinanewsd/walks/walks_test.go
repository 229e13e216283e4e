// Package walks walks through the site and the desk as people do: the program
// itself as a process, ministries on loopback, a browser that is driven and
// watched. It is tests only. They need Chromium, and axe-core in $CHINANEWS_NPM
// for what judges accessibility; with CHINANEWS_REQUIRE=browser a lack of them is
// a failure. CHINANEWS_SHOTS=DIR leaves a picture of each kind of page in DIR.
package walks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// scratch holds the program and the browser's profile while the tests run.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "walks")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		scratch = dir
		defer os.RemoveAll(dir)
		defer stopBrowser()
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

func long() bool { return os.Getenv("CHINANEWS_LONG") != "" }

// lacking ends a test for want of a tool, or fails where it must be there.
func lacking(t *testing.T, what string) {
	t.Helper()
	if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "browser") {
		t.Fatalf("%s is required here (CHINANEWS_REQUIRE)", what)
	}
	t.Skipf("needs %s", what)
}
