package main

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"chinanews/config"
)

func manualPage(t *testing.T, name string) string {
	t.Helper()
	var out, stderr bytes.Buffer
	if status := command(context.Background(), []string{"manual", name, "--date", "2026-11-26"}, &out, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, stderr.String())
	}
	return out.String()
}

// The manual has every command, argument and flag that is not hidden, with what
// --help says of it.
func TestManualHasEveryCommand(t *testing.T) {
	page := manualPage(t, "chinanewsd.1")
	n := 0
	kong.Visit(kong.Must(&cli{}).Model, func(v kong.Visitable, next kong.Next) error {
		var help string
		switch v := v.(type) {
		case *kong.Node:
			if v.Hidden {
				return nil
			}
			if len(v.Children) == 0 {
				help = v.Help
			}
		case *kong.Flag:
			if help = strings.TrimSuffix(v.Help, "."); v.Name == "help" {
				help = ""
			}
		case *kong.Value:
			if help = strings.TrimSuffix(v.Help, "."); v.Flag != nil && v.Name == "help" {
				help = ""
			}
		}
		if n++; !strings.Contains(page, escaped.Replace(help)) {
			t.Errorf("%q is not in the manual", help)
		}
		return next(nil)
	})
	if n < 80 {
		t.Errorf("%d were looked for, too few", n)
	}
	if strings.Contains(page, "manual") || strings.Contains(page, "chinanewsd complete ") {
		t.Error("the manual has what is hidden")
	}
}

func TestManualHasEveryKey(t *testing.T) {
	page := manualPage(t, "chinanewsd.yaml.5")
	for _, k := range config.Reference() {
		entry := "\"" + strings.ReplaceAll(escaped.Replace(strings.TrimSuffix(k.Path+": "+k.Example, ": ")), `"`, `\(dq`) + "\"\n"
		if !strings.Contains(page, entry) || !strings.Contains(page, escaped.Replace(k.About)) {
			t.Errorf("%s is not in the manual as the reference has it", k.Path)
		}
	}
}

// What the manual shows as a configuration is one, and stands there as it is.
func TestManualExample(t *testing.T) {
	if _, err := config.Parse("config.yaml", []byte(manualConfig), checks()); err != nil {
		t.Error(err)
	}
	page := strings.NewReplacer(`\-`, "-", `\(ti`, "~").Replace(manualPage(t, "chinanewsd.yaml.5"))
	if !strings.Contains(page, ".nf\n"+manualConfig+".fi\n") {
		t.Error("it is not in the manual as it is")
	}
}

// What commands of a family share is said once.
func TestManualRepeatsNothing(t *testing.T) {
	page := manualPage(t, "chinanewsd.1")
	for _, once := range []string{"or an id of the record; of a flood", "Act only if nobody has since", "Who acts, for the record"} {
		if n := strings.Count(page, once); n < 1 || n > 2 { // withdraw is of no family
			t.Errorf("%q stands there %d times", once, n)
		}
	}
	if !strings.Contains(page, ".B \"<story>, \\-\\-rev=N, \\-\\-who=NAME\"\nAs above.\n") {
		t.Error("it is not said that they share it")
	}
}

// A line of text never begins like a macro, whatever it says.
func TestManualEscapes(t *testing.T) {
	p := &manPage{}
	p.said(`.SH "x"`)
	p.said(`'x \fB`)
	p.as("B", `a "b" \c`)
	if want := "\\&.SH \"x\"\n\\(aqx \\efB\n.B \"a \\(dqb\\(dq \\ec\"\n"; p.String() != want {
		t.Errorf("%q, want %q", p.String(), want)
	}
}

func TestManualLint(t *testing.T) {
	for _, name := range []string{"chinanewsd.1", "chinanewsd.yaml.5"} {
		page := manualPage(t, name)
		for _, lint := range [][]string{{"mandoc", "-T", "lint", "-W", "warning"}, {"groff", "-man", "-Tutf8", "-ww", "-z"}} {
			if _, err := exec.LookPath(lint[0]); err != nil {
				t.Logf("%s is not here; %s is not asked of it", lint[0], name)
				continue
			}
			cmd := exec.Command(lint[0], lint[1:]...)
			cmd.Stdin = strings.NewReader(page)
			if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%s of %s: %v %s", lint[0], name, err, out)
			}
		}
	}
}
