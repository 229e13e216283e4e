package packages

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// debian is a small Debian of a test's own: a root with a service manager that
// stands in for systemd, or one that systemd has booted.
type debian struct {
	*testing.T
	dir   string   // its root
	enter []string // before a command that is to run in it
}

func newDebian(t *testing.T) *debian {
	t.Helper()
	base := os.Getenv("CHINANEWS_ROOT")
	need(t, "chroot", "mount", "dpkg-deb")
	if os.Getuid() != 0 || base == "" {
		lacking(t, "debian", "to be root, and a Debian in $CHINANEWS_ROOT")
	}
	d := &debian{T: t, dir: filepath.Join(t.TempDir(), "root")}
	d.enter = []string{"chroot", d.dir}
	d.grow(base)
	ran(t, "mount", "-t", "proc", "proc", d.path("/proc"))
	t.Cleanup(func() { ran(t, "umount", "-l", d.path("/proc")) })
	t.Cleanup(func() { d.run("systemctl", "disable", "--now", "chinanewsd.service") })
	if err := os.MkdirAll(d.path("/run/systemd/system"), 0o755); err != nil {
		t.Fatal(err)
	}
	ran(t, "install", "-m", "755", "testdata/systemctl", d.path("/usr/bin/systemctl"))
	return d
}

// grow makes the root: a layer above the base, or a copy where none can be laid.
func (d *debian) grow(base string) {
	d.Helper()
	above := filepath.Dir(d.dir)
	ran(d.T, "mkdir", d.dir, above+"/changed", above+"/work")
	layers := "lowerdir=" + base + ",upperdir=" + above + "/changed,workdir=" + above + "/work"
	if err := exec.Command("mount", "-t", "overlay", "overlay", "-o", layers, d.dir).Run(); err != nil {
		ran(d.T, "cp", "-a", "--reflink=auto", base+"/.", d.dir)
		return
	}
	d.Cleanup(func() { ran(d.T, "umount", "-l", d.dir) })
}

func (d *debian) path(name string) string { return filepath.Join(d.dir, name) }

// command is one that runs in the root, as the person at its terminal runs it.
func (d *debian) command(name string, args ...string) *exec.Cmd {
	words := slices.Concat(d.enter, []string{name}, args)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "HOME=/root", "TERM=dumb"}
	return cmd
}

// run runs a command in the root.
func (d *debian) run(name string, args ...string) (string, error) {
	out, err := d.command(name, args...).CombinedOutput()
	return string(out), err
}

// must is run of what must end well.
func (d *debian) must(name string, args ...string) string {
	d.Helper()
	out, err := d.run(name, args...)
	if err != nil {
		log, _ := os.ReadFile(d.path("/run/daemon.log"))
		d.Fatalf("%s %s: %v\n%s\n%s", name, strings.Join(args, " "), err, out, log)
	}
	return out
}

// title is what the configuration takes from the environment.
const title = "NAME_OF_SITE=Harbour News"

// chinanewsd is a command of the operator's, who knows the service's environment.
func (d *debian) chinanewsd(args ...string) string {
	d.Helper()
	return d.must("env", append([]string{title, "chinanewsd"}, args...)...)
}

// keeper is a command of the user whose record it is.
func (d *debian) keeper(args ...string) string {
	d.Helper()
	return d.must("runuser", append([]string{"-u", "chinanewsd", "--", "env", title, "chinanewsd"}, args...)...)
}

// dpkg installs a package that lies outside of the root. Nobody is there to be
// asked about a configuration that both sides changed: the operator's stays.
func (d *debian) dpkg(deb string) (string, error) {
	d.Helper()
	ran(d.T, "cp", deb, d.path("/tmp/it.deb"))
	return d.run("dpkg", "--force-confold", "--force-unsafe-io", "-i", "/tmp/it.deb")
}

func (d *debian) write(name, text string) {
	d.Helper()
	if err := os.WriteFile(d.path(name), []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
}

func (d *debian) there(name string) bool {
	_, err := os.Lstat(d.path(name))
	return err == nil
}

// daemon is the process of the daemon; 0: none.
func (d *debian) daemon() string {
	return strings.TrimSpace(d.must("systemctl", "show", "-p", "MainPID", "--value", "chinanewsd.service"))
}

// until waits for something that another process brings about.
func (d *debian) until(what string, is func() bool) {
	d.Helper()
	for range 1200 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	log, _ := os.ReadFile(d.path("/run/daemon.log"))
	d.Fatalf("it is never so: %s\n%s", what, log)
}

// edition makes another version of a package, with another program in it or the
// same, and with more in its configuration.
func edition(t *testing.T, deb, version, program, more string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "package")
	ran(t, "dpkg-deb", "-R", deb, dir)
	ran(t, "sed", "-i", "s/^Version: .*/Version: "+version+"/", filepath.Join(dir, "DEBIAN/control"))
	if program != "" {
		ran(t, "install", "-m", "755", program, filepath.Join(dir, "usr/bin/chinanewsd"))
	}
	config := filepath.Join(dir, "etc/chinanewsd/config.yaml")
	text, err := os.ReadFile(config)
	if err == nil {
		err = os.WriteFile(config, append(text, more...), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	out := dir + ".deb"
	ran(t, "dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", dir, out)
	return out
}

// earlier are packages to upgrade from, oldest first: with the programs of
// CHINANEWS_OLDER, or with that of today under another number.
func earlier(t *testing.T, deb string) (debs []string) {
	t.Helper()
	programs := filepath.SplitList(os.Getenv("CHINANEWS_OLDER"))
	if len(programs) == 0 {
		programs = []string{""}
	}
	for n, program := range programs {
		debs = append(debs, edition(t, deb, fmt.Sprintf("0.%d.0", n+1), program, ""))
	}
	return debs
}

// gazette is a ministry of fiction on loopback, with a feed.
func gazette(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed.xml" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Harbour Office</title><link>`+"http://"+r.Host+`/</link><description>Notices</description>`)
		for n, title := range []string{"Quay four closes for repairs", "Tide tables for the winter are out", "港务局公布冬季潮汐表"} {
			at := time.Now().Add(-time.Duration(n+1) * time.Hour).UTC().Format(time.RFC1123Z)
			fmt.Fprintf(w, `<item><title>%s</title><link>http://%s/%d.html</link><guid>notice-%d</guid><pubDate>%s</pubDate><description>%s.</description></item>`, title, r.Host, n, n, at, title)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// got is what stands at an address; empty when nobody answers.
func got(url string) string {
	resp, err := http.Get(url)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body)
}
