package validity

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// grammar is RFC 4287 in RELAX NG.
//
//go:embed atom.rng
var grammar []byte

// Tools are the programs that Grammar knows.
var Tools = []string{"jing", "xmllint"}

// Grammar has one of Tools judge Atom documents by the grammar of RFC 4287, and
// returns what it says against each, by its number. dir is an empty folder that
// it may fill.
func Grammar(tool, dir string, documents ...[]byte) (map[int]string, error) {
	rng := filepath.Join(dir, "atom.rng")
	if err := os.WriteFile(rng, grammar, 0o600); err != nil {
		return nil, err
	}
	args := []string{rng}
	if tool == "xmllint" {
		args = []string{"--noout", "--huge", "--relaxng", rng}
	}
	for n, body := range documents {
		file := filepath.Join(dir, fmt.Sprint(n, ".atom"))
		if err := os.WriteFile(file, body, 0o600); err != nil {
			return nil, err
		}
		args = append(args, file)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	faults := make(map[int]string)
	for _, line := range faultExpr.FindAllSubmatch(out, -1) {
		n, _ := strconv.Atoi(string(line[1]))
		if string(line[2]) != " validates" {
			faults[n] += string(line[2]) + "\n"
		}
	}
	if err != nil && len(faults) == 0 {
		return nil, fmt.Errorf("%s: %w: %.2000s", tool, err, out)
	}
	return faults, nil
}

// faultExpr is a line that both tools write: a file, and what is wrong in it.
var faultExpr = regexp.MustCompile(`(?m)^.*/(\d+)\.atom\b(.*)$`)

// Grammatical fails a test for each Atom document that one of Tools finds a
// fault in. One that is not installed judges nothing, unless it is Promised.
func Grammatical(t testing.TB, documents ...[]byte) {
	t.Helper()
	for _, tool := range Tools {
		if _, err := exec.LookPath(tool); err != nil && !Promised() {
			t.Logf("%s is not installed; it judges nothing here", tool)
			continue
		}
		faults, err := Grammar(tool, t.TempDir(), documents...)
		if err != nil {
			t.Error(err)
		}
		for n, fault := range faults {
			t.Errorf("%s: %s of\n%.3000s", tool, fault, documents[n])
		}
	}
}
