package documents

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var topLevel = regexp.MustCompile(`^([a-z_]+):`)

// fragment has the loader judge a part of a configuration. Its lines are where
// they are in the document, so that problems are, too.
func (b *sandbox) fragment(name string, p Part, refused bool) []Problem {
	file, text := filepath.Join(b.at, ".fragment.yaml"), b.merged(p)
	if isRows(p.Lines) {
		if err := os.WriteFile(filepath.Join(b.at, ".rows.yaml"), []byte(strings.Repeat("\n", p.Line)+strings.Join(p.Lines, "\n")+"\n"), 0o644); err != nil {
			return []Problem{{name, p.Line, err.Error()}}
		}
		text = b.merged(Part{Lines: []string{"include: [.rows.yaml]"}})
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return []Problem{{name, p.Line, err.Error()}}
	}
	said, status := b.run("chinanewsd check -c .fragment.yaml", "")
	switch {
	case refused && status == 0:
		return []Problem{{name, p.Line, "this is to be refused, and the loader takes it"}}
	case refused || status == 0:
		return nil
	}
	return complaints(name, p, said)
}

var complaint = regexp.MustCompile(`(?m)^(\S*)\.(?:fragment|rows)\.yaml:(\d+):(?:\d+: )?(.*)$`)

// complaints are what the loader says of a fragment.
func complaints(name string, p Part, said string) (problems []Problem) {
	for _, m := range complaint.FindAllStringSubmatch(said, -1) {
		line, err := strconv.Atoi(m[2])
		if err != nil || line > p.Line+len(p.Lines) { // of the rest, which it has made wrong
			line = p.Line
		}
		problems = append(problems, Problem{name, line, m[3]})
	}
	if problems == nil {
		problems = []Problem{{name, p.Line, said}}
	}
	return problems
}

// isRows reports whether a fragment is a list of rows.
func isRows(lines []string) bool {
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			return strings.HasPrefix(line, "- ")
		}
	}
	return false
}

// merged is the shipped configuration with a fragment in the place of its parts
// of the same names. The fragment stands at its own lines.
func (b *sandbox) merged(p Part) string {
	var out []string
	written := make(map[string]bool)
	for _, line := range p.Lines {
		if m := topLevel.FindStringSubmatch(line); m != nil {
			written[m[1]] = true
		}
	}
	out = append(out, make([]string, p.Line)...)
	out = append(out, p.Lines...)
	shipped, err := os.ReadFile(filepath.Join(checkout, "config.yaml"))
	if err != nil {
		return err.Error()
	}
	if written["sources"] && !written["feeds"] { // those shipped take from sources that are not here
		out = append(out, "feeds: [{id: all, languages: all}]")
		written["feeds"] = true
	}
	skip := false
	for line := range strings.SplitSeq(string(shipped), "\n") {
		if m := topLevel.FindStringSubmatch(line); m != nil {
			skip = written[m[1]]
		}
		if !skip {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
