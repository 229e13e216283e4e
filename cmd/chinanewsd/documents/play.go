package documents

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Stage is where the parts of a document for one place are played.
type Stage struct {
	Place Place
	// Run runs a command with what is typed at it, and returns what it printed, on
	// both streams, and its status.
	Run func(command, typed string) (said string, status int)
	// File writes a file of the place.
	File func(name, text string) error
	// Words are further ones that stand for themselves in comments.
	Words map[string]func() error
	// YAML judges a yaml block, which should be refused or not; nil leaves them.
	YAML func(p Part, refused bool) []Problem
}

// Play runs what a document shows for one place, in order, and returns what is
// not as it is shown. After a command that does not do as it is shown the rest of
// the document runs on.
func (d Document) Play(s Stage) []Problem {
	t := &turn{Stage: s, name: d.Name}
	for _, p := range d.Parts {
		switch {
		case p.Hidden && p.Place == s.Place:
			t.prepare(p)
		case p.Hidden:
		case p.Place == s.Place:
			t.console(p)
			t.next = prepared{}
		case p.Fence == "yaml" && s.YAML != nil:
			t.write(p)
			t.problems = append(t.problems, s.YAML(p, t.next.refused)...)
			t.next = prepared{}
		case t.next.file != "":
			t.write(p)
			t.next = prepared{}
		}
	}
	if t.next != (prepared{}) {
		t.add(d.Parts[len(d.Parts)-1].Line, "no block follows the comment")
	}
	return t.problems
}

// turn is one playing of one document.
type turn struct {
	Stage
	name     string
	next     prepared
	problems []Problem
}

// prepared is what words have said of the next block.
type prepared struct {
	file    string
	typed   string
	status  int
	refused bool
}

func (t *turn) add(line int, format string, args ...any) {
	t.problems = append(t.problems, Problem{t.name, line, fmt.Sprintf(format, args...)})
}

// prepare does what a comment says.
func (t *turn) prepare(p Part) {
	var err error
	word, rest, _ := strings.Cut(p.Text, " ")
	switch word {
	case "run":
		script := strings.TrimSpace(rest + "\n" + strings.Join(p.Lines, "\n"))
		if said, status := t.Run(script, ""); status != 0 {
			err = fmt.Errorf("%s: status %d: %s", script, status, said)
		}
	case "file":
		if p.Lines != nil {
			err = t.File(rest, strings.Join(p.Lines, "\n")+"\n")
		} else {
			t.next.file = rest
		}
	case "input":
		t.next.typed = rest + "\n"
	case "status":
		t.next.status, err = strconv.Atoi(rest)
	case "wrong":
		t.next.refused = true
	default:
		if err = fmt.Errorf("no word is called %s", word); t.Words[p.Text] != nil {
			err = t.Words[p.Text]()
		}
	}
	if err != nil {
		t.add(p.Line, "%v", err)
	}
}

// write writes a block to the file that a word has named.
func (t *turn) write(p Part) {
	if t.next.file == "" {
		return
	}
	if err := t.File(t.next.file, strings.Join(p.Lines, "\n")+"\n"); err != nil {
		t.add(p.Line, "%v", err)
	}
}

func (t *turn) console(p Part) {
	steps, wrong := p.Steps()
	if wrong != "" {
		t.add(p.Line, "%s", wrong)
	}
	for n, step := range steps {
		want := 0
		if n == len(steps)-1 {
			want = t.next.status
		}
		said, status := t.Run(step.Command, t.next.typed)
		if status != want {
			t.add(step.Line, "%s: status %d, not %d:\n%s", step.Command, status, want, said)
			continue
		}
		if n := Differs(step.Shown, said); n >= 0 {
			t.add(step.Line+1+strings.Count(step.Command, "\n")+n, "%s does not print this here, but:\n%s", step.Command, said)
		}
	}
}

// Differs is the first line shown that is not what was said, or -1. Lines at the
// end that were said and are not shown differ at the last one shown; of nothing
// shown nothing differs.
func Differs(shown []string, said string) int {
	if len(shown) == 0 || matches(shown, said, "$") {
		return -1
	}
	for n := range shown {
		if !matches(shown[:n+1], said, "") {
			return n
		}
	}
	return len(shown) - 1
}

func matches(shown []string, said, end string) bool {
	pattern := strings.Builder{}
	pattern.WriteString("^")
	for _, line := range shown {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:[^\n]*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", `[^\n]*`) + "\n")
	}
	said = strings.Trim(said, "\r\n")
	var lines []string
	for line := range strings.SplitSeq(said, "\n") {
		lines = append(lines, strings.TrimRight(line, " \r"))
	}
	return regexp.MustCompile(pattern.String() + end).MatchString(strings.Join(lines, "\n") + "\n")
}

// fences are what a block may be.
var fences = []string{"console", "console root", "console package", "yaml", "json", "nginx", "caddy", "ini", "xml", "html", "python", "text", "mermaid", ""}

// aCommand is a line that people would type.
var aCommand = regexp.MustCompile(`^\s*(?:[$#>] |sudo )?(?:\./)?(?:chinanewsd|sudo|systemctl|systemd-\w+|journalctl|curl|wget|go (?:run|build|test|install|tool)|apt|apt-get|dpkg|npm|git|docker|podman|runuser|mkdir|man|promtool) `)

// Check returns what is wrong with the form of a document: what nothing would
// run or judge.
func (d Document) Check() []Problem {
	t := &turn{name: d.Name}
	for _, p := range d.Parts {
		switch {
		case p.Hidden:
		case !slices.Contains(fences, p.Fence):
			t.add(p.Line, "a block of %q is run by nobody; commands stand in console, console root or console package", p.Fence)
		case p.Place != "":
			if _, wrong := p.Steps(); wrong != "" {
				t.add(p.Line, "%s", wrong)
			}
		case p.Fence == "json" && !json.Valid([]byte(strings.Join(p.Lines, "\n"))):
			t.add(p.Line, "this is no JSON")
		case p.Fence != "yaml":
			for n, line := range p.Lines {
				if aCommand.MatchString(line) {
					t.add(p.Line+1+n, "a command that is run by nobody; it belongs into a console block")
				}
			}
		}
	}
	return t.problems
}
