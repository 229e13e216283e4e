package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The marks between which the document has what was measured.
const (
	begins = "<!-- measured: begin -->\n"
	ends   = "<!-- measured: end -->\n"
)

// publish puts the table into speed.md, between its marks, and draws the curves.
func publish(dir string, all []sample) error {
	for _, c := range growth {
		picture := c.svg(c.points(all))
		if picture == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, c.File), []byte(picture), 0o644); err != nil {
			return err
		}
	}
	out, err := rewritten(dir, measured(all))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, document), []byte(out), 0o644)
}

// document is the file that gets the table.
const document = "speed.md"

// rewritten is the document with something else between its marks.
func rewritten(dir, by string) (string, error) {
	file := filepath.Join(dir, document)
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	out, err := replaced(string(text), by)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

// replaced is a document with something else between its marks.
func replaced(text, by string) (string, error) {
	before, rest, found := strings.Cut(text, begins)
	_, after, ended := strings.Cut(rest, ends)
	if !found || !ended {
		return "", fmt.Errorf("there is no %q before a %q", strings.TrimSpace(begins), strings.TrimSpace(ends))
	}
	return before + begins + by + ends + after, nil
}

// measured is what the document says of samples.
func measured(all []sample) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Measured %s%s.\n\n", period(all), machines(all))
	writeMarkdown(&b, results(all)) // a buffer takes everything
	b.WriteString("\n")
	for _, c := range growth {
		if list := c.points(all); c.svg(list) != "" {
			fmt.Fprintf(&b, "![%s](%s)\n", c.said(list), c.File)
		}
	}
	return b.String()
}

// period is the days on which samples were taken.
func period(all []sample) string {
	if len(all) == 0 {
		return "never"
	}
	first, last, until := all[0].At, all[len(all)-1].At, "15:04 MST"
	if first.Format(time.DateOnly) != last.Format(time.DateOnly) {
		until = "2006-01-02 15:04 MST"
	}
	return first.Format("2006-01-02 15:04") + " to " + last.Format(until)
}

// machines are what was measured on.
func machines(all []sample) (words string) {
	seen := make(map[string]bool)
	for _, s := range of(all, "machine") {
		if !seen[s.Note] {
			seen[s.Note] = true
			words += ", on " + s.Note
		}
	}
	return words
}

// machine is what this is measured on, as far as that matters.
func machine() string {
	return fmt.Sprintf("%d cores, %s, %s", runtime.NumCPU(), runtime.GOARCH, runtime.Version())
}
