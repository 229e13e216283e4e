package deploy

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/documents"
)

// Every command that documents show for a machine under systemd does there what
// they show.
func TestDocumentsUnderSystemd(t *testing.T) {
	docs, err := documents.All("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if !slices.ContainsFunc(d.Parts, func(p documents.Part) bool { return p.Place == documents.Root }) {
			continue
		}
		t.Run(strings.ReplaceAll(d.Name, "/", "-"), func(t *testing.T) {
			m := prepared(t)
			for _, p := range d.Play(documents.Stage{Place: documents.Root, Run: m.typed, File: m.write, Words: map[string]func() error{"daemon": m.started}}) {
				t.Error(p)
			}
		})
	}
}

// prepared is a machine with a configuration and a ministry, and no daemon yet.
func prepared(t *testing.T) *machine {
	t.Helper()
	built(t)
	config := site(t, t.TempDir(), "http://127.0.0.1:9000")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("listen: 127.0.0.1:0\nadmin: {listen: \"\"}\n", "", "data: data", "data: /var/lib/chinanewsd").Replace(string(text))
	if err := os.WriteFile(config, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	m := boot(t, config)
	m.do("systemd-run -q --unit ministry --setenv=" + originEnv + "=127.0.0.1:9000 /usr/bin/ministry")
	return m
}

// typed runs a command as a person who is root types it.
func (m *machine) typed(command, typed string) (said string, status int) {
	script := fmt.Sprintf("export SYSTEMD_PAGER= HOME=/root; cd \"$(cat /run/at 2>/dev/null || echo /root)\"\n%s\nstatus=$?; pwd > /run/at; exit $status", command)
	c := exec.Command("nsenter", "-t", m.pid, "-a", "--", "/bin/bash", "-c", script)
	c.Stdin = strings.NewReader(typed)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	begun := time.Now()
	err := c.Run()
	m.t.Logf("%s took %s", command, time.Since(begun).Round(time.Millisecond))
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return out.String(), failed.ExitCode()
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return out.String(), 0
}

func (m *machine) write(name, text string) error {
	c := exec.Command("nsenter", "-t", m.pid, "-a", "--", "/bin/bash", "-c", `cd /root; mkdir -p "$(dirname "$0")"; cat > "$0"`, name)
	c.Stdin = strings.NewReader(text)
	return c.Run()
}

// started has the daemon run, with its source read.
func (m *machine) started() error {
	m.do("systemctl start chinanewsd")
	m.becomes("systemctl show -P StatusText chinanewsd", "^1 source, all well, next poll at ")
	return nil
}
