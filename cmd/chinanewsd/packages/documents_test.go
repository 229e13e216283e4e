package packages

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chinanews/cmd/chinanewsd/documents"
	"chinanews/news/porttest"
)

// Every command that documents show for a Debian with the package does there
// what they show. The package lies in root's home, not installed yet.
func TestDocumentsOfPackage(t *testing.T) {
	docs, err := documents.All(checkout)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range docs {
		if !slices.ContainsFunc(doc.Parts, func(p documents.Part) bool { return p.Place == documents.Package }) {
			continue
		}
		t.Run(strings.ReplaceAll(doc.Name, "/", "-"), func(t *testing.T) {
			deb, archive := dist(t)
			d := newDebian(t)
			ran(t, "cp", deb, archive, d.path("/root"))
			d.write("/etc/resolv.conf", "nameserver 127.0.0.1\n") // nobody answers: no name leads out
			for _, p := range doc.Play(documents.Stage{Place: documents.Package, Run: d.typed, File: d.file, Words: map[string]func() error{"ministry": d.ministry}}) {
				t.Error(p)
			}
		})
	}
}

// typed runs a command as a person who is root types it.
func (d *debian) typed(command, typed string) (said string, status int) {
	cmd := d.command("/bin/bash", "-c", "cd \"$(cat /run/at 2>/dev/null || echo /root)\"\n"+command+"\nstatus=$?; pwd > /run/at; exit $status")
	cmd.Stdin = strings.NewReader(typed)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return out.String(), failed.ExitCode()
	}
	if err != nil {
		d.Fatal(err)
	}
	return out.String(), 0
}

// file writes a file of a document.
func (d *debian) file(name, text string) error {
	if !filepath.IsAbs(name) {
		name = filepath.Join("/root", name)
	}
	return errors.Join(os.MkdirAll(filepath.Dir(d.path(name)), 0o755), os.WriteFile(d.path(name), []byte(text), 0o644))
}

// ministry writes a configuration with one source, on loopback.
func (d *debian) ministry() error {
	d.write("/etc/chinanewsd/config.yaml", strings.Replace(harbour(gazette(d.T), porttest.Address(d.T)), "${NAME_OF_SITE}", "Harbour News", 1))
	return nil
}

var nextStep = regexp.MustCompile(`(?:\d\. |; then )((?:chinanewsd|systemctl) [^;\n]+)`)

// The steps that the first installation prints can be gone.
func TestNextSteps(t *testing.T) {
	deb, _ := dist(t)
	d := newDebian(t)
	said, err := d.dpkg(deb)
	if err != nil {
		t.Fatal(said)
	}
	steps := nextStep.FindAllStringSubmatch(said, -1)
	if len(steps) != 3 {
		t.Fatalf("%d commands are found in\n%s", len(steps), said)
	}
	d.write("/etc/chinanewsd/config.yaml", harbour(gazette(t), porttest.Address(t)))
	d.write("/etc/chinanewsd/name", "Harbour News")
	for _, step := range steps {
		if said, status := d.typed("export NAME_OF_SITE=Harbour; "+step[1], ""); status != 0 {
			t.Errorf("%s: status %d: %s", step[1], status, said)
		}
		if strings.HasPrefix(step[1], "systemctl enable") {
			d.until("the daemon answers", func() bool { _, status := d.typed("NAME_OF_SITE=Harbour chinanewsd status", ""); return status == 0 })
		}
	}
}
