// Package documents reads the project's documents for the tests that run what
// they show: its own, those of deploy and of packages. Only tests import it.
//
// What stands in a document:
//
//   - A block ```console has commands, each a line that begins with "$ " (one that
//     ends with \ goes on in the next), and after each what it prints, both
//     streams, as on a terminal. In it "…" is any words, and a line of it alone any
//     lines. A command after which nothing is shown may print what it likes. All must
//     end with status 0 unless a word says otherwise.
//   - The blocks of a document run in order, as one user, in one directory that
//     has config.yaml and config.schema.json as they are shipped, with chinanewsd on
//     the path, in a network of its own. In it each name that ends in .example is
//     a ministry, by http and https: /feed.xml, /news/ and /xw/, which are those of
//     the demo and take whatever is posted; but news.example, which is a web server
//     before the daemon. www.mfa.gov.cn has a ministry's text in the layout that the
//     row mfa-en-top knows. cd lasts, variables do not. Hosts are asked without pause
//     unless config.yaml says how they are. go build ./cmd/chinanewsd and go run
//     ./cmd/chinanewsd stand for the program that the tests have built.
//   - chinanewsd run and chinanewsd demo go on in the background until the document
//     ends. The next command comes when each list has been read, with its texts;
//     so it is after chinanewsd reload, too.
//   - ```console root runs in a machine of its own under systemd, as root, with
//     the units of deploy and a source; ```console package in a small Debian in
//     which the package has not been installed yet, and lies in the directory.
//   - ```yaml is part of a configuration, at its top level, and must be taken by the
//     loader in the place of that part of the shipped one; or a list of rows, as
//     included files have it. ```json must be JSON. Commands stand in no other block.
//   - <!-- sandbox: WORD --> is seen by nobody and prepares what follows; root and
//     package in the place of sandbox do so there (ministry and stop are not known to
//     root, daemon and stop not to package):
//     run SCRIPT: runs it, as one command; it may have more lines
//     ministry: config.yaml has the ministry's three lists at ministry.example alone
//     daemon: chinanewsd run, as above
//     stop: what goes on in the background ends
//     file NAME: the next block is also written to the file; when the comment has
//     more lines, they are
//     input TEXT: is typed at the commands of the next block, a line
//     status N: what the last command of the next block ends with
//     wrong: the next yaml must be refused
package documents

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Place is where commands of a document run; its value is the word for it.
type Place string

// The places.
const (
	Sandbox Place = "sandbox"
	Root    Place = "root"
	Package Place = "package"
)

// Part is a fenced block of a document, or a comment for who runs it.
type Part struct {
	Line   int      // of the fence or the comment, from 1
	Hidden bool     // it is a comment
	Fence  string   // what stands behind the fence: "console root"
	Place  Place    // of a comment, and of a console block
	Text   string   // of the comment's first line
	Lines  []string // inside of the fence, or further ones of the comment
}

// Document is what one file shows.
type Document struct {
	Name  string // of the file, from the checkout
	Parts []Part
}

// Problem is what is wrong with a document.
type Problem struct {
	Name string
	Line int
	What string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.Name, p.Line, p.What) }

// All reads every document of a checkout that people read.
func All(checkout string) ([]Document, error) {
	var all []Document
	for _, pattern := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*.md", "deploy/*.md"} {
		names, err := filepath.Glob(filepath.Join(checkout, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range names {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			name, err := filepath.Rel(checkout, file)
			if err != nil {
				return nil, err
			}
			all = append(all, Read(filepath.ToSlash(name), string(text)))
		}
	}
	return all, nil
}

var comment = regexp.MustCompile(`^<!-- (sandbox|root|package):(.*)$`)

// Read finds the blocks and words of a document. What is never closed goes to
// the end.
func Read(name, text string) Document {
	d := Document{Name: name}
	var open *Part
	var end, indent string
	for n, line := range strings.Split(text, "\n") {
		switch trimmed := strings.TrimSpace(line); {
		case open != nil && trimmed == end:
			d.Parts, open = append(d.Parts, *open), nil
		case open != nil && open.Hidden && strings.HasSuffix(trimmed, end):
			open.Lines = append(open.Lines, strings.TrimSuffix(trimmed, end))
			d.Parts, open = append(d.Parts, *open), nil
		case open != nil:
			open.Lines = append(open.Lines, strings.TrimPrefix(line, indent))
		case strings.HasPrefix(trimmed, "```"):
			fence := strings.TrimSpace(strings.TrimLeft(trimmed, "`"))
			open, end = &Part{Line: n + 1, Fence: fence, Place: placeOf(fence)}, "```"
			indent, _, _ = strings.Cut(line, "```")
		case comment.MatchString(trimmed):
			m := comment.FindStringSubmatch(trimmed)
			said, closed := strings.CutSuffix(m[2], "-->")
			p := Part{Line: n + 1, Hidden: true, Place: Place(m[1]), Text: strings.TrimSpace(said)}
			if closed {
				d.Parts = append(d.Parts, p)
			} else {
				open, end, indent = &p, "-->", ""
			}
		}
	}
	if open != nil {
		d.Parts = append(d.Parts, *open)
	}
	return d
}

func placeOf(fence string) Place {
	switch fence {
	case "console":
		return Sandbox
	case "console root":
		return Root
	case "console package":
		return Package
	}
	return ""
}

// Step is a command with what is shown below it.
type Step struct {
	Line    int
	Command string
	Shown   []string
}

// Steps are the commands of a console block.
func (p Part) Steps() (steps []Step, wrong string) {
	goesOn := false
	for n, line := range p.Lines {
		command, begins := strings.CutPrefix(line, "$ ")
		switch {
		case goesOn:
			last := &steps[len(steps)-1]
			last.Command += "\n" + line
			goesOn = strings.HasSuffix(line, `\`)
		case begins:
			steps = append(steps, Step{Line: p.Line + 1 + n, Command: command})
			goesOn = strings.HasSuffix(line, `\`)
		case len(steps) == 0:
			return nil, `a console block begins with a line "$ COMMAND"`
		default:
			last := &steps[len(steps)-1]
			last.Shown = append(last.Shown, strings.TrimRight(line, " "))
		}
	}
	if len(steps) == 0 {
		return nil, "a console block has a command"
	}
	return steps, ""
}
