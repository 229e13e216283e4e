// Package packages builds what operators install and does with it what they do:
// install, upgrade, remove, purge, read the manual, complete a line, put a web
// server in front. It is tests only. They need Debian's tools, and for what
// installs a root with a small Debian in $CHINANEWS_ROOT, of which they change a
// copy; .ci/package has all of it. With CHINANEWS_REQUIRE=packages a lack is a
// failure. CHINANEWS_OLDER may name programs of earlier versions, parted by colons,
// the oldest first, to upgrade from, and CHINANEWS_DIST a folder in which
// deploy/build has made this one.
package packages

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// checkout is the folder of the whole project.
const checkout = "../../.."

// scratch holds what is built while the tests run.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "packages")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		scratch = dir
		defer os.RemoveAll(dir)
		return m.Run()
	}())
}

// need ends a test for want of tools, or fails where they must be there.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			lacking(t, tool)
		}
	}
}

func required() bool { return strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "packages") }

func lacking(t *testing.T, what string) {
	t.Helper()
	if required() {
		t.Fatalf("%s is required here (CHINANEWS_REQUIRE)", what)
	}
	t.Skipf("needs %s", what)
}

const packaged = "1.1.0" // version of what is built

// build makes package and archive of a checkout, in a folder.
func build(from, into string) error {
	cmd := exec.Command(filepath.Join(from, "deploy/build"), "v"+packaged)
	cmd.Env = append(os.Environ(), "DIST="+into, "COMMIT=0123456789ab", "SOURCE_DATE_EPOCH=1795600000")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("deploy/build: %w\n%s", err, out)
	}
	return nil
}

var built = sync.OnceValues(func() (string, error) {
	if made := os.Getenv("CHINANEWS_DIST"); made != "" {
		return made, nil
	}
	dir := filepath.Join(scratch, "dist")
	return dir, build(checkout, dir)
})

// dist builds package and archive once, and says where they are.
func dist(t *testing.T) (deb, archive string) {
	t.Helper()
	need(t, "bash", "dpkg-deb", "tar", "gzip")
	if os.Getenv("CHINANEWS_DIST") == "" && !required() { // nfpm may have to be fetched
		lacking(t, "a build in $CHINANEWS_DIST, or CHINANEWS_REQUIRE=packages to make one")
	}
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	one := func(pattern string) string {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		if len(found) != 1 {
			t.Fatalf("dist has %d of %s", len(found), pattern)
		}
		return found[0]
	}
	return one("chinanewsd_" + packaged + "_*.deb"), one("chinanewsd-" + packaged + "-linux-*.tar.gz")
}

// ran is what a command says; it must end well.
func ran(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// unpacked is the archive's folder, unpacked once for each test that asks.
func unpacked(t *testing.T) string {
	t.Helper()
	_, archive := dist(t)
	dir := t.TempDir()
	ran(t, "tar", "-xzf", archive, "-C", dir)
	return filepath.Join(dir, strings.TrimSuffix(filepath.Base(archive), ".tar.gz"))
}
