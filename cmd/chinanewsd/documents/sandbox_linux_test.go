package documents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a command may take, and what must come by itself.
const patience = 60 * time.Second

// sandbox is where the commands of one document run.
type sandbox struct {
	dir     string // the commands' own; nothing else can be written
	at      string // where cd has led
	path    string
	trust   string // file of the certificate of each https address
	running []*background
}

// background is a daemon that a document has started.
type background struct {
	cmd   *exec.Cmd
	log   string // file
	ended chan error
}

// newSandbox makes the directory of a document, and the names that it knows.
func newSandbox(dir, trust, program string) (*sandbox, error) {
	if err := os.MkdirAll(filepath.Join(dir, ".tmp"), 0o700); err != nil {
		return nil, err
	}
	b := &sandbox{dir: dir, at: dir, trust: trust, path: filepath.Dir(program) + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	for _, name := range []string{"config.yaml", "config.schema.json"} {
		text, err := os.ReadFile(filepath.Join(checkout, name))
		if err != nil {
			return nil, err
		}
		if err := b.file(name, string(text)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// stage is the sandbox for a document's player.
func (b *sandbox) stage(name string) Stage {
	return Stage{Place: Sandbox, Run: b.run, File: b.file, Words: map[string]func() error{"ministry": b.ministry, "daemon": b.daemon, "stop": b.close},
		YAML: func(p Part, refused bool) []Problem { return b.fragment(name, p, refused) }}
}

var (
	pace    = regexp.MustCompile(`(?m)^    "\*": \{connections: 1, delay: 2s, retries: 1\}`)
	noPause = `    "*": {connections: 8, delay: 0s, retries: 0}`
)

// file writes a file of the document. A configuration that says nothing of how
// hosts are asked asks them without pause.
func (b *sandbox) file(name, text string) error {
	if filepath.Base(name) == "config.yaml" {
		text = pace.ReplaceAllString(text, noPause)
		if !regexp.MustCompile(`(?m)^fetch:`).MatchString(text) {
			text += "fetch:\n  hosts:\n" + noPause + "\n"
		}
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(b.at, name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

func (b *sandbox) ministry() error { return b.file("config.yaml", ministryConfig()) }

func (b *sandbox) daemon() error {
	if said, status := b.start("chinanewsd run"); status != 0 {
		return errors.New(said)
	}
	return nil
}

var (
	lasting   = regexp.MustCompile(`^chinanewsd (?:run|demo)\b`)
	ends      = regexp.MustCompile(` --(?:for|help)\b`)
	fromHere  = regexp.MustCompile(`\bgo run \./cmd/chinanewsd\b`)
	buildHere = regexp.MustCompile(`^go build \./cmd/chinanewsd\b`)
	inHere    = regexp.MustCompile(`(^|[ (])\./chinanewsd\b`)
)

// run runs a command. The program that a document builds is the one that the
// tests have built.
func (b *sandbox) run(command, typed string) (said string, status int) {
	if _, ok := elsewhere[plain(command)]; ok {
		return "", 0
	}
	if buildHere.MatchString(command) {
		return "", 0
	}
	command = inHere.ReplaceAllString(fromHere.ReplaceAllString(command, "chinanewsd"), "${1}chinanewsd")
	if lasting.MatchString(command) && !ends.MatchString(command) {
		return b.start(command)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := b.bash(ctx, command+"\nstatus=$?; pwd > \""+b.dir+"/.tmp/at\"; exit $status")
	cmd.Stdin = strings.NewReader(typed)
	out, err := cmd.CombinedOutput()
	if at, err := os.ReadFile(filepath.Join(b.dir, ".tmp/at")); err == nil {
		b.at = strings.TrimSpace(string(at))
	}
	if failed, ok := errors.AsType[*exec.ExitError](err); ok && ctx.Err() == nil {
		return string(out), failed.ExitCode()
	}
	if err != nil {
		return fmt.Sprintf("%s\n%v after %s", out, err, patience), -1
	}
	if strings.HasPrefix(command, "chinanewsd reload") && !b.until(b.settled) {
		return string(out) + "\nafter which not all lists are read", -1
	}
	return string(out), 0
}

// until waits for what comes by itself.
func (b *sandbox) until(so func() bool) bool {
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(100 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return false
}

// plain is a command without what people are told in it.
func plain(command string) string {
	said, _, _ := strings.Cut(command, " # ")
	return strings.TrimSpace(said)
}

func (b *sandbox) bash(ctx context.Context, script string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/bash", "-c", script)
	cmd.Dir = b.at
	cmd.Env = []string{"PATH=" + b.path, "HOME=" + b.dir, "TMPDIR=" + b.dir + "/.tmp", "SSL_CERT_FILE=" + b.trust, "LC_ALL=C.UTF-8", "TERM=dumb", "USER=editor"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// start starts a daemon that goes on, and waits until it has read every list.
func (b *sandbox) start(command string) (said string, status int) {
	log := filepath.Join(b.dir, ".tmp", "daemon")
	out, err := os.Create(log)
	if err != nil {
		return err.Error(), -1
	}
	defer out.Close()
	d := &background{cmd: b.bash(context.Background(), "exec "+command), log: log, ended: make(chan error, 1)}
	d.cmd.Stdout, d.cmd.Stderr = out, out
	if err := d.cmd.Start(); err != nil {
		return err.Error(), -1
	}
	go func() { d.ended <- d.cmd.Wait() }()
	quiet := b.settled
	if strings.HasPrefix(command, "chinanewsd demo") {
		quiet = func() bool { return strings.Contains(d.words(), "has its first contents") }
	}
	ended := false
	settled := b.until(func() bool {
		select {
		case err := <-d.ended:
			d.ended <- err
			ended = true
		default:
		}
		return ended || quiet()
	})
	if ended {
		return d.words(), max(d.cmd.ProcessState.ExitCode(), 1)
	}
	b.running = append(b.running, d)
	if !settled {
		said, _ := b.run("chinanewsd status", "")
		return "it has not read all lists:\n" + d.words() + said, -1
	}
	return d.words(), 0
}

func (d *background) words() string {
	text, _ := os.ReadFile(d.log)
	return string(text)
}

// settled reports whether the daemon has tried each list, has the texts, and has
// recorded what follows from them: nothing has come for a while.
func (b *sandbox) settled() bool {
	last := uint64(0)
	for range 5 {
		pos, read := b.hasRead()
		if !read || last > 0 && pos != last {
			return false
		}
		last = pos
		time.Sleep(200 * time.Millisecond)
	}
	return true
}

// hasRead is the record's position, and whether each list was tried and all texts
// that wait were read.
func (b *sandbox) hasRead() (pos uint64, read bool) {
	said, err := b.bash(context.Background(), "chinanewsd status --json").Output()
	var s struct {
		Record struct{ Pos uint64 }
		Daemon *struct{ Paused bool }
		Queue  []struct {
			Kind         string
			Waiting, Due int
		}
		Sources []struct {
			LastTry time.Time `json:"last_try"`
		}
	}
	if err != nil || json.Unmarshal(said, &s) != nil || s.Daemon == nil {
		return 0, false
	}
	for _, q := range s.Queue {
		if q.Kind == "article" && q.Waiting > 0 || q.Due > 0 && !s.Daemon.Paused {
			return 0, false
		}
	}
	for _, src := range s.Sources {
		if src.LastTry.IsZero() && !s.Daemon.Paused {
			return 0, false
		}
	}
	return s.Record.Pos, true
}

// close ends what runs; what does not end well is told.
func (b *sandbox) close() error {
	var wrong error
	running := b.running
	b.running = nil
	for _, d := range running {
		d.cmd.Process.Signal(os.Interrupt)
		select {
		case err := <-d.ended:
			if err != nil && !strings.Contains(d.words(), "stopped") {
				wrong = errors.Join(wrong, fmt.Errorf("the daemon ended with %v:\n%s", err, d.words()))
			}
		case <-time.After(patience):
			syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL)
			wrong = errors.Join(wrong, fmt.Errorf("the daemon does not stop:\n%s", d.words()))
		}
	}
	return wrong
}

// play plays a document in a sandbox of its own.
func play(t *testing.T, d Document) []Problem {
	t.Helper()
	at, err := os.MkdirTemp(os.Getenv(insideEnv), "") // a short path, for the daemon's socket
	if err != nil {
		t.Fatal(err)
	}
	dir, trust := filepath.Join(at, "home"), filepath.Join(at, "certificate.pem")
	close, err := outside(d, trust)
	if err != nil {
		t.Fatal(err)
	}
	defer close()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	b, err := newSandbox(dir, trust, bin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.close(); err != nil {
			t.Error(err)
		}
	}()
	return d.Play(b.stage(d.Name))
}
