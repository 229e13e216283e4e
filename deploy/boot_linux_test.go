package deploy

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// machine is systemd, booted in namespaces of its own (processes, mounts,
// network, names, cgroups) on a copy of this system that is thrown away, or of
// the one whose root is in $CHINANEWS_SYSTEM.
type machine struct {
	t    *testing.T
	root string
	pid  string
}

// bootScript makes a root of what systemd wants, and becomes systemd in it.
const bootScript = `set -e
mount --make-rprivate /
mount -t tmpfs -o size=512M tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$6,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
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
rm -rf var/log/journal etc/chinanewsd var/lib/chinanewsd
cp "$2" usr/bin/chinanewsd
cp "$3" usr/bin/ministry
cp "$4"/chinanewsd* etc/systemd/system/
mkdir -p usr/lib/sysusers.d usr/lib/tmpfiles.d etc/chinanewsd/secrets
cp "$4/sysusers.d/chinanewsd.conf" usr/lib/sysusers.d/
cp "$4/tmpfiles.d/chinanewsd.conf" usr/lib/tmpfiles.d/
cp "$5" etc/chinanewsd/config.yaml
echo sesame > etc/chinanewsd/secrets/key
chmod 600 etc/chinanewsd/secrets/key
chmod 644 etc/chinanewsd/config.yaml
mkdir -p .old
pivot_root . .old
umount -l /.old
mount --make-rshared /
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal --show-status=no --unit=basic.target
`

// boot boots a machine; the test ends where that is not possible.
func boot(t *testing.T, config string) *machine {
	t.Helper()
	system := cmp.Or(os.Getenv("CHINANEWS_SYSTEM"), "/")
	if _, err := os.Stat(filepath.Join(system, "lib/systemd/systemd")); err != nil || os.Geteuid() != 0 {
		lacking(t, "sandbox", "root, who may boot systemd, and /lib/systemd/systemd")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	here, _ := filepath.Abs(".")
	group := cgroup(t)
	root := t.TempDir()
	c := exec.Command("/bin/sh", "-c", `echo $$ > "$0"/cgroup.procs; exec unshare --mount --pid --fork --kill-child --cgroup --net --uts --ipc sh -c "$@"`,
		group, bootScript, "sh", root, built(t), self, here, config, system)
	said := new(words)
	c.Stdout, c.Stderr = said, said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	m := &machine{t: t, root: root}
	children := fmt.Sprintf("/proc/%d/task/%[1]d/children", c.Process.Pid)
	for late := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if pid, err := os.ReadFile(children); err == nil && strings.TrimSpace(string(pid)) != "" {
			m.pid = strings.TrimSpace(string(pid))
			if out, _ := m.try("systemctl is-system-running"); strings.HasPrefix(out, "running") || strings.HasPrefix(out, "degraded") {
				break
			}
		}
		if time.Now().After(late) {
			lacking(t, "sandbox", "a system on which systemd boots: "+said.String())
		}
	}
	m.do("systemd-sysusers; systemd-tmpfiles --create /usr/lib/tmpfiles.d/chinanewsd.conf")
	loopback := exec.Command("nsenter", "-t", m.pid, "-n", "ip", "link", "set", "lo", "up")
	if out, err := loopback.CombinedOutput(); err != nil {
		lacking(t, "sandbox", "ip(8): "+string(out))
	}
	return m
}

// cgroup makes a group of the unified hierarchy, wherever that is.
func cgroup(t *testing.T) string {
	for _, top := range []string{"/sys/fs/cgroup/unified", "/sys/fs/cgroup"} {
		if _, err := os.Stat(top + "/cgroup.procs"); err != nil {
			continue
		}
		dir, err := os.MkdirTemp(top, "chinanews-test-")
		if err == nil {
			t.Cleanup(func() { // when the last of its processes is gone
				for range 50 {
					exec.Command("find", dir, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";").Run()
					if _, err := os.Stat(dir); err != nil {
						return
					}
					time.Sleep(100 * time.Millisecond)
				}
			})
			return dir
		}
	}
	lacking(t, "sandbox", "a cgroup hierarchy that may be written")
	return ""
}

// try runs bash's command in the machine.
func (m *machine) try(command string) (string, error) {
	out, err := exec.Command("nsenter", "-t", m.pid, "-a", "--", "/bin/bash", "-c", command).CombinedOutput()
	return string(out), err
}

func (m *machine) do(command string) string {
	m.t.Helper()
	out, err := m.try(command)
	if err != nil {
		journal, _ := m.try("systemctl status --no-pager -l chinanewsd; journalctl --no-pager -n 60")
		m.t.Fatalf("%s: %v: %s\n%s", command, err, out, journal)
	}
	return strings.TrimSpace(out)
}

// becomes waits until a command says what is wanted.
func (m *machine) becomes(command, want string) string {
	m.t.Helper()
	for late := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		out, _ := m.try(command)
		if regexp.MustCompile(want).MatchString(out) {
			return out
		}
		if time.Now().After(late) {
			m.t.Fatalf("%s says %q, want %s; the journal:\n%s", command, out, want, m.do("journalctl --no-pager -n 60"))
		}
	}
}

const fetch = `exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /feeds/all.rss HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n' >&3; cat <&3`

// The shipped units work under systemd, whole: the daemon starts, reads a secret
// that root alone may read, polls, serves, reloads, backs up, is started again when
// it is killed and by its socket, and stops.
func TestUnderSystemd(t *testing.T) {
	built(t)
	config := site(t, t.TempDir(), "http://127.0.0.1:9000")
	text, _ := os.ReadFile(config)
	changed := strings.NewReplacer("127.0.0.1:0", "127.0.0.1:8080", "kind: feed", `kind: feed, headers: {X-Key: "file:secrets/key"}`, "data: data", "data: /var/lib/chinanewsd").Replace(string(text))
	if err := os.WriteFile(config, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	m := boot(t, config)
	t.Log(m.do("systemctl --version | head -1"))
	m.do("systemd-run -q --unit ministry --setenv=" + originEnv + "=127.0.0.1:9000 /usr/bin/ministry")
	m.do("systemctl start chinanewsd")
	m.confined()
	m.becomes("systemctl show -P StatusText chinanewsd", "^1 source, all well, next poll at ")
	m.becomes(fetch, "HTTP/1.1 200 (?s:.*)opens the lock")
	m.becomes("journalctl --no-pager -o cat SOURCE=tides", "read source=tides")
	m.do("chinanewsd status --config /etc/chinanewsd/config.yaml")
	m.reloads()
	m.do("systemctl start chinanewsd-backup")
	m.becomes("ls /var/backups/chinanewsd", `-[0-9a-f]{8}\.tar`)
	before := m.do("systemctl show -P MainPID chinanewsd")
	m.do("systemctl kill -s KILL chinanewsd")
	m.becomes("systemctl show -P MainPID,ActiveState chinanewsd | tr '\\n' ' '", "active")
	for after := before; after == before || after == "0"; after = m.do("systemctl show -P MainPID chinanewsd") {
		time.Sleep(100 * time.Millisecond)
	}
	m.becomes("systemctl is-active chinanewsd", "^active")
	m.restarts()
}

// reloads has a changed configuration taken by `systemctl reload`, and a bad one
// refused by it, which is seen.
func (m *machine) reloads() {
	m.t.Helper()
	const file = "/etc/chinanewsd/config.yaml"
	before := m.do("systemctl show -P MainPID chinanewsd")
	m.do("sed -i.good 's/title: All,/title: Everything,/' " + file + "; systemctl reload chinanewsd")
	m.becomes(fetch, "<title>Everything")
	m.becomes("journalctl --no-pager -o cat -u chinanewsd", `(?m)^reloaded: 1 source, 1 feed \(0 new, 1 changed, 0 gone\)$`)
	m.do("sed -i 's/title: Everything,/titel: Everything,/' " + file)
	if out, err := m.try("systemctl reload chinanewsd"); err == nil {
		m.t.Errorf("a bad configuration is taken: %s", out)
	}
	const refused = "not reloaded: the configuration has 1 problem"
	m.becomes("journalctl --no-pager -o cat -u chinanewsd", "(?m)^"+refused)
	m.becomes("systemctl show -P StatusText chinanewsd", "^1 source, all well, next poll at .*"+refused)
	if after := m.do("systemctl show -P MainPID chinanewsd"); after != before {
		m.t.Errorf("it was process %s, and is %s", before, after)
	}
	m.do("sed -i 's/titel: Everything,/title: Everything,/' " + file + "; systemctl reload chinanewsd")
	m.becomes("systemctl show -P StatusText chinanewsd", `(?m)^1 source, all well, next poll at \S+; 1 feed$`)
}

// restarts has a socket of systemd's outlive the daemon.
func (m *machine) restarts() {
	m.t.Helper()
	m.do("systemctl stop chinanewsd")
	if result := m.do("systemctl show -P Result chinanewsd"); result != "success" {
		m.t.Errorf("the stop was a %s", result)
	}
	m.do("systemctl start chinanewsd.socket")
	m.becomes(fetch, "HTTP/1.1 200 (?s:.*)opens the lock") // by which it starts
	m.do("systemctl restart --no-block chinanewsd")
	for range 10 {
		if out := m.do(fetch); !strings.Contains(out, "opens the lock") {
			m.t.Errorf("while it restarts, a reader gets %.200q", out)
		}
	}
	m.do("systemctl stop chinanewsd.socket chinanewsd")
}

// confined holds that the restrictions are in force, by what the kernel says of
// the process.
func (m *machine) confined() {
	m.t.Helper()
	status := m.do("cat /proc/$(systemctl show -P MainPID chinanewsd)/status")
	for _, want := range []string{`NoNewPrivs:\s+1`, `Seccomp:\s+2`, `CapEff:\s+0+\n`, `CapBnd:\s+0+\n`, `Uid:\s+[1-9]`} {
		if !regexp.MustCompile(want).MatchString(status) {
			m.t.Errorf("the process has no %s:\n%s", want, status)
		}
	}
	pid, err := strconv.Atoi(m.do("systemctl show -P MainPID chinanewsd"))
	if err != nil {
		m.t.Fatal(err)
	}
	mounts := m.do(fmt.Sprintf("cat /proc/%d/mountinfo", pid))
	if root := regexp.MustCompile(`(?m)^\S+ \S+ \S+ \S+ / (\S+)`).FindAllStringSubmatch(mounts, -1); len(root) == 0 || !strings.HasPrefix(root[len(root)-1][1], "ro,") {
		m.t.Errorf("the system is not read-only to it: %s", mounts)
	}
}
