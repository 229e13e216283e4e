package packages

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// typed is what an interactive shell shows when a line is typed into it, until
// that has what is wanted or nothing more comes. shell is one of util-linux's
// script.
func typed(t *testing.T, env []string, shell, prepare, line, want string) string {
	t.Helper()
	need(t, "script", strings.Fields(shell)[0])
	cmd := exec.Command("script", "-qec", shell, "/dev/null")
	cmd.Env = append(env, "TERM=dumb", "PS1=ready ", "LC_ALL=C.UTF-8", "HOME="+t.TempDir())
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	shown := &screen{}
	cmd.Stdout, cmd.Stderr = shown, shown
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	io.WriteString(keys, prepare+"; printf 'pre%s\\n' pared\n")
	if !shown.until("prepared") {
		t.Fatalf("%s is not ready: %q", shell, shown.String())
	}
	io.WriteString(keys, line)
	shown.until(want)
	return shown.String()
}

// screen gathers what a terminal shows.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// until waits for a text, for as long as it takes on a busy machine.
func (s *screen) until(text string) bool {
	for range 600 {
		if strings.Contains(s.String(), text) {
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

// Completion works in each shell as it comes: a command, a flag's value that is
// in the configuration, a file.
func TestCompletionInShells(t *testing.T) {
	dir := unpacked(t)
	work := t.TempDir()
	config := "sources:\n  - {id: harbour, url: \"https://harbour.example/\"}\nfeeds:\n  - {id: notices}\n"
	for name, text := range map[string]string{"config.yaml": config, "unusual.backup": ""} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"PATH=" + dir + ":/usr/bin:/bin", "CHINANEWSD_CONFIG=" + filepath.Join(work, "config.yaml")}
	if err := os.Symlink(filepath.Join(dir, "completions/zsh"), filepath.Join(dir, "_chinanewsd")); err != nil {
		t.Fatal(err)
	}
	for _, shell := range []struct{ name, start, load string }{
		{"bash", "bash --norc -i", "source <(chinanewsd completion bash)"},
		{"zsh", "zsh -f -i", "autoload -Uz compinit; compinit -u -D; source <(chinanewsd completion zsh)"},
		{"zsh", "zsh -f -i", "fpath+=(" + dir + "); autoload -Uz compinit; compinit -u -D"}, // as the package has it
	} {
		t.Run(shell.name, func(t *testing.T) {
			ran(t, shell.name, "-n", filepath.Join(dir, "completions", shell.name))
			for line, want := range map[string]string{
				"echo is; chinanewsd vers\t\r":                  "chinanewsd " + packaged + " (commit",
				"chinanewsd verify unus\t\r":                    "unusual.backup",
				"chinanewsd explain --feed no\t nothing 2>&1\r": "notices",
			} {
				if shown := typed(t, env, shell.start, "cd "+work+"; "+shell.load, line, want); !strings.Contains(shown, want) {
					t.Errorf("%q shows %q, want %q in it", line, shown, want)
				}
			}
		})
	}
	t.Run("fish", func(t *testing.T) {
		need(t, "fish")
		script := filepath.Join(dir, "completions/fish")
		ran(t, "fish", "-n", script)
		for line, want := range map[string]string{
			"chinanewsd vers":                    "version\t",
			"chinanewsd explain --feed no":       "notices\t",
			"chinanewsd explain --feed=no":       "--feed=notices\t",
			"chinanewsd verify unus":             "unusual.backup",
			"chinanewsd -c config.yaml status ":  "harbour\t",
			"chinanewsd -c nowhere.yaml status ": "",
		} {
			cmd := exec.Command("fish", "--no-config", "-c", "source "+script+"; complete -C '"+line+"'")
			cmd.Dir, cmd.Env = work, append(env, "HOME="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), want) || want == "" && len(out) > 0 {
				t.Errorf("%q: %v, %q, want %q", line, err, out, want)
			}
		}
	})
}
