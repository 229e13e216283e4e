package packages

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bootScript makes a layer above a Debian what systemd wants of a root, and becomes
// systemd in it: in namespaces of its own, also of the network.
const bootScript = `set -e
mount --make-rprivate /
mount -t tmpfs -o size=1G tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for d in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs $d; done
mkdir dev/pts dev/shm
mount -t tmpfs tmpfs dev/shm
for n in null zero full random urandom tty; do touch dev/$n; mount --bind /dev/$n dev/$n; done
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
: > etc/fstab
mkdir .old
pivot_root . .old
umount -l /.old
mount --make-rshared /
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal --show-status=no --unit=basic.target
`

// booted is a small Debian under its own systemd; the test ends where that is not
// possible, which no machine promises.
func booted(t *testing.T) *debian {
	t.Helper()
	base := os.Getenv("CHINANEWS_ROOT")
	need(t, "unshare", "nsenter", "dpkg-deb")
	if os.Getuid() != 0 || base == "" {
		lacking(t, "debian", "to be root, and a Debian in $CHINANEWS_ROOT")
	}
	c := exec.Command("/bin/sh", "-c", `echo $$ > "$0"/cgroup.procs; exec unshare --mount --pid --fork --kill-child --cgroup --net --uts --ipc sh -c "$@"`,
		group(t), bootScript, "sh", t.TempDir(), base)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	d := &debian{T: t}
	for range 600 {
		first, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", c.Process.Pid))
		if pid := strings.TrimSpace(string(first)); pid != "" {
			d.dir, d.enter = "/proc/"+pid+"/root", []string{"nsenter", "-t", pid, "-a", "--"}
			if out, _ := d.run("systemctl", "is-system-running"); strings.HasPrefix(out, "running") || strings.HasPrefix(out, "degraded") {
				return d
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	lacking(t, "sandbox", "a machine on which systemd boots in namespaces")
	return nil
}

// group is a control group of the test's own.
func group(t *testing.T) string {
	t.Helper()
	for _, top := range []string{"/sys/fs/cgroup/unified", "/sys/fs/cgroup"} {
		if _, err := os.Stat(top + "/cgroup.procs"); err != nil {
			continue
		}
		if dir, err := os.MkdirTemp(top, "chinanews-test-"); err == nil {
			t.Cleanup(func() { dissolve(dir) })
			return dir
		}
	}
	lacking(t, "sandbox", "control groups that may be written")
	return ""
}

// dissolve removes a control group when the last of its processes is gone.
func dissolve(dir string) {
	for range 50 {
		exec.Command("find", dir, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";").Run()
		if _, err := os.Stat(dir); err != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// The package's scripts and units under systemd itself: nothing starts by itself,
// an upgrade starts the new version, a bad configuration leaves the old one, and
// removal stops it.
func TestPackageUnderSystemd(t *testing.T) {
	deb, _ := dist(t)
	d := booted(t)
	well := func() bool {
		out, _ := d.run("systemctl", "is-active", "chinanewsd")
		return out == "active\n"
	}
	installed(d, edition(t, deb, "0.1.0", "", "")) // an older program would not say to systemd that it is ready
	if out, _ := d.run("systemctl", "is-enabled", "chinanewsd.service", "chinanewsd.socket", "chinanewsd-backup.timer"); strings.Count(out, "disabled\n") != 3 {
		t.Errorf("enabled by nobody: %s", out)
	}
	config := harbour("127.0.0.1:9", "127.0.0.1:8080")
	d.write("/etc/chinanewsd/config.yaml", config)
	for _, unit := range []string{"chinanewsd.service", "chinanewsd-backup.service"} {
		dropIn := "/etc/systemd/system/" + unit + ".d/name.conf"
		d.must("mkdir", filepath.Dir(dropIn))
		d.write(dropIn, "[Service]\nEnvironment=\""+title+"\"\n")
	}
	d.must("systemctl", "daemon-reload")
	d.must("systemctl", "enable", "--now", "chinanewsd")
	before := d.daemon()
	if said, err := d.dpkg(deb); err != nil || d.daemon() == before || !well() {
		t.Fatalf("the upgrade: %v, %s after %s\n%s", err, d.daemon(), before, said)
	}
	refused(d, edition(t, deb, "1.2.0", "", "# Another example.\n"), config, well)
	d.must("systemctl", "start", "chinanewsd-backup")

	said := d.must("dpkg", "-r", "chinanewsd")
	if out, _ := d.run("systemctl", "is-active", "chinanewsd"); out != "inactive\n" || d.there("/etc/systemd/system/multi-user.target.wants/chinanewsd.service") {
		t.Errorf("removed, it is %s%s", out, said)
	}
	d.must("dpkg", "-P", "chinanewsd")
	if !d.there("/var/lib/chinanewsd/news.db") || d.there("/etc/chinanewsd/config.yaml") {
		t.Error("purging takes the record, or leaves the configuration")
	}
}
