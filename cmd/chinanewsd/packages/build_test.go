package packages

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Two builds are the same bytes, from whichever folder and with whatever times
// its files have.
func TestTwoBuildsAreEqual(t *testing.T) {
	deb, archive := dist(t)
	elsewhere := filepath.Join(t.TempDir(), "another folder")
	if err := os.MkdirAll(elsewhere, 0o777); err != nil {
		t.Fatal(err)
	}
	ran(t, "bash", "-c", `cd "$1" && tar -c --exclude=./.git --exclude=./dist --exclude=./data . | tar -x --touch --no-same-permissions -C "$2"`, "copy", checkout, elsewhere)
	into := filepath.Join(t.TempDir(), "dist")
	if err := build(elsewhere, into); err != nil {
		t.Fatal(err)
	}
	for _, first := range []string{deb, archive} {
		a, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(into, filepath.Base(first)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s has %d bytes and then %d others", filepath.Base(first), len(a), len(b))
		}
	}
}

func TestPackageHolds(t *testing.T) {
	deb, _ := dist(t)
	listing := ran(t, "dpkg-deb", "-c", deb)
	for _, want := range []string{
		"-rwxr-xr-x root/root ./usr/bin/chinanewsd", "-rw-r--r-- root/root ./etc/chinanewsd/config.yaml",
		"-rw-r--r-- root/root ./usr/lib/systemd/system/chinanewsd.service", "-rw-r--r-- root/root ./usr/lib/systemd/system/chinanewsd.socket",
		"-rw-r--r-- root/root ./usr/lib/systemd/system/chinanewsd-backup.service", "-rw-r--r-- root/root ./usr/lib/systemd/system/chinanewsd-backup.timer",
		"-rw-r--r-- root/root ./usr/lib/sysusers.d/chinanewsd.conf", "-rw-r--r-- root/root ./usr/lib/tmpfiles.d/chinanewsd.conf",
		"-rw-r--r-- root/root ./usr/share/man/man1/chinanewsd.1.gz", "-rw-r--r-- root/root ./usr/share/man/man5/chinanewsd.yaml.5.gz",
		"-rw-r--r-- root/root ./usr/share/bash-completion/completions/chinanewsd", "-rw-r--r-- root/root ./usr/share/zsh/vendor-completions/_chinanewsd",
		"-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/chinanewsd.fish", "-rw-r--r-- root/root ./usr/share/chinanewsd/config.schema.json",
		"-rw-r--r-- root/root ./usr/share/doc/chinanewsd/copyright", "-rw-r--r-- root/root ./usr/share/doc/chinanewsd/licences.gz",
		"-rw-r--r-- root/root ./usr/share/doc/chinanewsd/examples/nginx.conf", "-rw-r--r-- root/root ./usr/share/doc/chinanewsd/examples/Caddyfile",
	} {
		if !slices.ContainsFunc(strings.Split(listing, "\n"), func(line string) bool {
			return strings.HasPrefix(line, want[:strings.Index(want, " ./")]) && strings.HasSuffix(line, want[strings.Index(want, " ./"):])
		}) {
			t.Errorf("the package has no %s:\n%s", want, listing)
		}
	}
	if got := ran(t, "dpkg-deb", "-I", deb, "conffiles"); got != "/etc/chinanewsd/config.yaml\n" {
		t.Errorf("conffiles are %q", got)
	}
	if got := ran(t, "dpkg-deb", "-f", deb, "Version"); got != packaged+"\n" {
		t.Errorf("the version is %q", got)
	}
}

var relativeLink = regexp.MustCompile(`\]\(([^):#]+)`)

// What a document in package or archive links to is shipped with it.
func TestShippedLinks(t *testing.T) {
	deb, _ := dist(t)
	root := t.TempDir()
	ran(t, "dpkg-deb", "-x", deb, root)
	for _, dir := range []string{filepath.Join(root, "usr/share/doc/chinanewsd"), unpacked(t)} {
		links := 0
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".md" {
				return err
			}
			text, err := os.ReadFile(path)
			for _, link := range relativeLink.FindAllStringSubmatch(string(text), -1) {
				links++
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), link[1])); err != nil {
					t.Errorf("%s links to %s, which is not shipped", path, link[1])
				}
			}
			return err
		})
		if err != nil || links < 10 {
			t.Errorf("%s: %d links (%v)", dir, links, err)
		}
	}
}

// The archive runs where it is unpacked, and the configuration of the package is
// one that works.
func TestUnpackedRuns(t *testing.T) {
	dir := unpacked(t)
	program := filepath.Join(dir, "chinanewsd")
	if got := ran(t, program, "version"); got != "chinanewsd "+packaged+" (commit 0123456789ab)\n" {
		t.Errorf("version says %q", got)
	}
	ran(t, program, "check", "-c", filepath.Join(dir, "config.yaml"))
	deb, _ := dist(t)
	root := t.TempDir()
	ran(t, "dpkg-deb", "-x", deb, root)
	shipped := filepath.Join(root, "etc/chinanewsd/config.yaml")
	ran(t, filepath.Join(root, "usr/bin/chinanewsd"), "check", "-c", shipped)
	text, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if first != "# yaml-language-server: $schema=/usr/share/chinanewsd/config.schema.json" || !strings.Contains(string(text), "\ndata: /var/lib/chinanewsd ") {
		t.Errorf("the packaged configuration begins with %q, or has its record elsewhere", first)
	}
}

func TestLintian(t *testing.T) {
	deb, _ := dist(t)
	need(t, "lintian")
	// The program is meant to be static, and what an operator enabled is disabled by
	// the program that enabled it.
	meant := "statically-linked-binary,maintainer-script-calls-systemctl"
	if out := ran(t, "lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", meant, "--no-cfg", deb); out != "" {
		t.Log(out)
	}
}
