package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// readmeTable is a table of the README: its rows below a heading, each its cells.
func readmeTable(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("there is no heading %s", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "| ") {
			line = strings.ReplaceAll(strings.Trim(line, "| "), `\|`, "or")
			rows = append(rows, strings.Split(line, " | "))
		}
	}
	return rows[1:] // below what the columns are called
}

var aFlag = regexp.MustCompile(`--[a-z]+`)

// The README's commands, with their flags, are those of the program.
func TestReadmeCommands(t *testing.T) {
	var want, got []string
	for _, c := range kong.Must(&cli{}).Model.Children {
		if c.Hidden {
			continue
		}
		words := []string{c.Name}
		for _, f := range c.Flags {
			if f.Name != "help" && f.Name != "config" {
				words = append(words, "--"+f.Name)
			}
		}
		slices.Sort(words[1:])
		want = append(want, strings.Join(words, " "))
	}
	for _, row := range readmeTable(t, "Commands") {
		name, _, _ := strings.Cut(strings.Trim(row[0], "`"), " ")
		flags := aFlag.FindAllString(row[0], -1)
		slices.Sort(flags)
		got = append(got, strings.Join(append([]string{name}, flags...), " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the README has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

var (
	theHost    = regexp.MustCompile(`^(?:github\.com|codeberg\.org)/`)
	theVersion = regexp.MustCompile(`/v\d+$`)
)

// readmeName is a module's name as the README has it.
func readmeName(module string) string {
	return theVersion.ReplaceAllString(theHost.ReplaceAllString(module, ""), "")
}

// The README's libraries are those of go.mod, and what it says of where each is
// imported is so.
func TestReadmeLibraries(t *testing.T) {
	places := make(map[string]string) // by library
	for _, row := range readmeTable(t, "Libraries") {
		if strings.HasPrefix(row[0], "OpenCC") {
			continue // data, no module
		}
		for name := range strings.SplitSeq(row[0], ", ") {
			places[name] = row[1]
		}
	}
	imports := importers(t)
	for module, line := range direct(t) {
		name := readmeName(module)
		place, listed := places[name]
		if !listed {
			t.Errorf("the README has no %s: %s", name, line)
		}
		delete(places, name)
		checkPlace(t, name, place, imports[module])
	}
	for name := range places {
		t.Errorf("the README has %s, and go.mod has not", name)
	}
}

// direct are the modules that go.mod asks for itself.
func direct(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	modules := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "\t") && !strings.Contains(line, "// indirect") {
			modules[strings.Fields(line)[0]] = line
		}
	}
	return modules
}

// importers are the packages that import from each module, but in tests.
func importers(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}`, "chinanews/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules, by := direct(t), make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		pkg, imported, _ := strings.Cut(strings.TrimSpace(line), " ")
		for module := range modules {
			if imported == module || strings.HasPrefix(imported, module+"/") {
				by[module] = append(by[module], strings.TrimPrefix(pkg, "chinanews/"))
			}
		}
	}
	return by
}

// forTests are packages that are made for tests.
var forTests = []string{"fetcher/origintest", "feedout/validity"}

func checkPlace(t *testing.T, name, place string, pkgs []string) {
	t.Helper()
	place, _, _ = strings.Cut(place, "; tests")
	named := strings.Split(place, ", ")
	for _, pkg := range pkgs {
		if !slices.Contains(forTests, pkg) && !slices.ContainsFunc(named, func(folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }) {
			t.Errorf("%s imports %s, and the README says %s", pkg, name, place)
		}
	}
	for _, folder := range named {
		if !strings.HasPrefix(folder, "tests") && !slices.ContainsFunc(pkgs, func(pkg string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }) {
			t.Errorf("the README says that %s imports %s", folder, name)
		}
	}
}
