package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completed is what is offered in place of the last word, without descriptions.
func completed(t *testing.T, words ...string) []string {
	t.Helper()
	var out, stderr bytes.Buffer
	if status := command(context.Background(), append([]string{"complete", "--"}, words...), &out, &stderr); status != 0 || stderr.Len() > 0 {
		t.Fatalf("%q: status %d: %s", words, status, stderr.String())
	}
	offered := []string{}
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		offered = append(offered, word)
	}
	return offered
}

func TestCompletion(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	text := "sources:\n  - {id: sea, url: \"https://sea.example/\"}\n  - {id: sky, url: \"https://sky.example/\"}\nfeeds:\n  - {id: all}\n  - {id: weather}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CHINANEWSD_CONFIG", file)
	other := filepath.Join(t.TempDir(), "other.yaml")
	if err := os.WriteFile(other, []byte("sources: [{id: land, url: \"https://land.example/\"}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ line, want string }{
		{"stat|", "status"},
		{"ver|", "verify version"},
		{"com|", "compact completion"}, // complete is hidden
		{"nonsense|", ""},
		{"status s|", "sea sky"},
		{"status sea s|", ""},
		{"status x|", ""},
		{"poll sea sk|", "sky"},
		{"try s|", "sea sky"},
		{"-c " + other + " status |", "land"},
		{"--config=" + other + " status |", "land"},
		{"--config = " + other + " status |", "land"},
		{"status --config " + other + " |", "land"},
		{"--config /none status |", ""},
		{"rehearse --feed |", "all weather"},
		{"rehearse --feed w|", "weather"},
		{"rehearse --feed=w|", "--feed=weather"},
		{"rehearse --feed =|", "all weather"}, // as bash parts it
		{"rehearse --feed = w|", "weather"},
		{"rehearse --f|", "--feed"},
		{"rehearse --feed all --j|", "--json"},
		{"rehearse --json --feed |", "all weather"},
		{"check -|", "--help --config --version --public"},
		{"check -- -|", ""},
		{"edit |", ""},
		{"edit STORY re|", "retitle"},
		{"edit STORY pin --f|", "--feed"},
		{"edit STORY pin --feed |", "all weather"},
		{"backup |", ":files"},
		{"backup x|", ":files"},
		{"-c |", ":files"},
		{"render --out |", ":folders"},
		{"render --out=|", ":folders"},
		{"completion |", "bash zsh fish"},
		{"--wrong |", "run"},
		{"--wrong=x stat|", "status"},
	} {
		before, _ := strings.CutSuffix(tt.line, "|")
		got := completed(t, strings.Split(before, " ")...)
		if want := strings.Fields(tt.want); !slices.Equal(got, want) && !(tt.want == "run" && slices.Contains(got, "run")) {
			t.Errorf("%s offers %q, want %q", tt.line, got, want)
		}
	}
	if got := completed(t); !slices.Contains(got, "demo") {
		t.Errorf("an empty line offers %q", got)
	}
}

// However a line is broken, something is answered, and nothing stops.
func FuzzCompletion(f *testing.F) {
	for _, line := range []string{"status ", "edit x pin --feed=", "-c", "-- -- --", "--feed = ", "= = =", "--=", "-", "rehearse --feed"} {
		f.Add(line)
	}
	f.Setenv("CHINANEWSD_CONFIG", filepath.Join(f.TempDir(), "none.yaml"))
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsRune(line, 0) {
			t.Skip("no command line has a NUL")
		}
		completed(t, strings.Split(line, " ")...)
	})
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var out, stderr bytes.Buffer
		if status := command(context.Background(), []string{"completion", shell}, &out, &stderr); status != 0 || !strings.Contains(out.String(), "complete --") {
			t.Errorf("%s: status %d, %q, %s", shell, status, out.String(), stderr.String())
		}
	}
	var out, stderr bytes.Buffer
	if status := command(context.Background(), []string{"completion", "tcsh"}, &out, &stderr); status != exitUsage || !strings.Contains(stderr.String(), "bash") {
		t.Errorf("an unknown shell: status %d, %s", status, stderr.String())
	}
}

func TestVersionSaid(t *testing.T) {
	was := [2]string{version, commit}
	defer func() { version, commit = was[0], was[1] }()
	version, commit = "1.2.3", "0123456789ab"
	if got := versionSaid(); got != "1.2.3 (commit 0123456789ab)" {
		t.Errorf("%q", got)
	}
}
