//go:build unix

package clustertest

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"chinanews/news/porttest"
)

// demonstration is `chinanewsd demo --nodes 3`.
type demonstration struct {
	*testing.T
	said   *transcript
	child  *exec.Cmd
	ended  chan error
	folder string // for what is temporary
	front  string
}

func demonstrated(t *testing.T) *demonstration {
	t.Helper()
	d := &demonstration{T: t, said: &transcript{}, folder: t.TempDir(), ended: make(chan error, 1), front: porttest.Address(t)}
	d.child = exec.Command(built(t), "demo", "--nodes", "3", "--listen", d.front)
	d.child.Env = append(os.Environ(), "TMPDIR="+d.folder)
	d.child.Stdout, d.child.Stderr = d.said, d.said
	d.child.WaitDelay = 30 * time.Second
	if err := d.child.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- d.child.Wait() }()
	t.Cleanup(func() {
		d.child.Process.Kill()
		if t.Failed() {
			t.Logf("it said\n%s", d.said)
		}
	})
	return d
}

// says waits until it says something, and returns the groups of the last time.
func (d *demonstration) says(pattern string) (groups []string) {
	d.Helper()
	until(d.T, "it says "+pattern, 3*time.Minute, func() bool {
		all := regexp.MustCompile(pattern).FindAllStringSubmatch(d.said.String(), -1)
		if len(all) > 0 {
			groups = all[len(all)-1]
		}
		return groups != nil
	})
	return groups
}

// pids are the processes of nodes that it has told of.
func (d *demonstration) pids() (all []int) {
	for _, m := range regexp.MustCompile(`news-\d runs: pid (\d+)`).FindAllStringSubmatch(d.said.String(), -1) {
		pid, err := strconv.Atoi(m[1])
		if err != nil {
			d.Fatal(err)
		}
		all = append(all, pid)
	}
	return all
}

func (d *demonstration) serves() bool {
	code, _, body := get("http://" + d.front + "/feeds/china-news.json")
	return code == http.StatusOK && strings.Contains(body, "Regular Press Conference")
}

// gone waits until no process of a node is left.
func (d *demonstration) gone() {
	d.Helper()
	for _, pid := range d.pids() {
		until(d.T, "process "+strconv.Itoa(pid)+" has ended", time.Minute, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
	}
}

// The demo of several nodes shows what its readers are promised: kill one, and
// the others take over. It ends when it is asked to, and leaves nothing behind.
func TestDemoOfNodes(t *testing.T) {
	d := demonstrated(t)
	rules := d.says(`cluster:    (news-\d) rules; of 1024 partitions poll: news-1 \d+, news-2 \d+, news-3 \d+`)[1]
	until(t, "it serves", 3*time.Minute, d.serves)
	pid, err := strconv.Atoi(d.says(rules + ` runs: pid (\d+)`)[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	d.says("what " + rules + ` polled is taken over, [\d.]+ s after its end`)
	if !d.serves() {
		t.Error("it serves no more when one was killed")
	}
	if os.Getenv("CHINANEWS_LONG") != "" {
		until(t, rules+" runs again", time.Minute, func() bool { return len(d.pids()) == 4 })
		d.says(`is taken over[^\x00]*cluster:    news-\d rules; of 1024 partitions poll: news-1 [1-9]\d*, news-2 [1-9]\d*, news-3 [1-9]\d*`)
	}
	begun := time.Now()
	if err := d.child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.ended:
		if err != nil || !strings.Contains(d.said.String(), "The demo has ended.") {
			t.Errorf("it ends with %v", err)
		}
		t.Logf("%5.1fs until it has ended", time.Since(begun).Seconds())
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
	}
	d.gone()
	if left, err := os.ReadDir(d.folder); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v (%v)", left, err)
	}
}

// When the demo itself is killed its nodes end, too.
func TestDemoOfNodesIsKilled(t *testing.T) {
	d := demonstrated(t)
	d.says(`news-3 runs: pid`)
	until(t, "all run", time.Minute, func() bool { return len(d.pids()) == 3 })
	d.child.Process.Kill()
	d.gone()
}
