package validity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Reader is another program or library that reads feeds.
type Reader struct {
	Name    string
	Formats []Format
	command []string // in the folder of scripts; $NPM stands for the modules of npm
	needs   []string // succeeds where it is installed
	updates bool     // of the two dates of an Atom entry it tells the update's
}

// Said is what a reader says of an entry. What it does not tell is nil.
type Said struct {
	File            int // the number of the document
	ID, Title, Link string
	Time            int64
	Content         *string
	Categories      *[]string
	Enclosures      *[]string
}

var markupFormats = []Format{RSS, Atom}

// Readers are those that are known, beside libraries of Go.
var Readers = []Reader{
	npm("rss-parser"), npm("feedparser"), npm("@rowanmanning/feed-parser"),
	npm("feedsmith", JSON), updating(npm("@extractus/feed-extractor", JSON)),
	{Name: "Python feedparser", Formats: markupFormats, command: []string{"/usr/bin/python3", "read.py", "feedparser"}, needs: []string{"/usr/bin/python3", "-c", "import feedparser"}},
	{Name: "newsboat", Formats: markupFormats, command: []string{"/usr/bin/python3", "read.py", "newsboat"}, needs: []string{"newsboat", "--version"}},
	{Name: "sfeed", Formats: markupFormats, command: []string{"/usr/bin/python3", "read.py", "sfeed"}, needs: []string{"sh", "-c", "command -v sfeed"}},
	{Name: "Ruby rss", Formats: markupFormats, command: []string{"ruby", "read.rb"}, needs: []string{"ruby", "-rrss", "-e", "1"}},
	{Name: "XML::Feed", Formats: markupFormats, command: []string{"/usr/bin/perl", "read.pl", "XML::Feed"}, needs: []string{"/usr/bin/perl", "-MXML::Feed", "-e1"}},
	updating(Reader{Name: "XML::FeedPP", Formats: markupFormats, command: []string{"/usr/bin/perl", "read.pl", "XML::FeedPP"}, needs: []string{"/usr/bin/perl", "-MXML::FeedPP", "-e1"}}),
}

func npm(name string, more ...Format) Reader {
	return Reader{Name: name, Formats: slices.Concat(markupFormats, more), command: []string{"node", "read.mjs", name, "$NPM"},
		needs: []string{"node", "-e", "require('fs').accessSync(process.argv[1]+'/node_modules/'+process.argv[2])", "$NPM", name}}
}

func updating(r Reader) Reader {
	r.updates = true
	return r
}

// There reports whether a reader is installed. modules is the folder with the
// modules of npm.
func (r Reader) There(modules string) bool {
	return exec.Command(r.needs[0], fill(r.needs[1:], modules)...).Run() == nil
}

func fill(args []string, modules string) []string {
	out := slices.Clone(args)
	for n, a := range out {
		if a == "$NPM" {
			out[n] = modules
		}
	}
	return out
}

// Read has a reader read documents, of its formats only. scripts is the folder
// with the scripts that run readers, dir an empty one.
func (r Reader) Read(scripts, modules, dir string, documents []Document) ([]Said, error) {
	args := fill(r.command[1:], modules)
	args[0] = filepath.Join(scripts, args[0])
	for n, d := range documents {
		file := filepath.Join(dir, fmt.Sprint(n, ".", d.Format))
		if err := os.WriteFile(file, d.Body, 0o600); err != nil {
			return nil, err
		}
		args = append(args, file)
	}
	cmd := exec.Command(r.command[0], args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %.2000s", r.Name, err, stderr.String())
	}
	var said []Said
	for line := range bytes.Lines(out) {
		var s Said
		if err := json.Unmarshal(line, &s); err != nil {
			return nil, fmt.Errorf("%s says %q: %w", r.Name, line, err)
		}
		said = append(said, s)
	}
	return said, nil
}

// Disagreements are where a reader sees other entries in documents than are
// there. Their order does not matter: some readers have one of their own.
func (r Reader) Disagreements(documents []Document, said []Said) (list []string, err error) {
	for n, d := range documents {
		entries, err := Entries(d.Format, d.Body)
		if err != nil {
			return nil, err
		}
		seen := slices.DeleteFunc(slices.Clone(said), func(s Said) bool { return s.File != n })
		if len(seen) != len(entries) {
			list = append(list, fmt.Sprintf("%s sees %d entries in %s %s, not %d", r.Name, len(seen), d.Format, d.Address, len(entries)))
			continue
		}
		byID := make(map[string]Said)
		for _, s := range seen {
			byID[s.ID] = s
		}
		for _, e := range entries {
			if s, ok := byID[e.ID]; !ok {
				list = append(list, fmt.Sprintf("%s does not see %s in %s %s", r.Name, e.ID, d.Format, d.Address))
			} else if what := r.disagrees(d.Format, e, s); what != "" {
				list = append(list, fmt.Sprintf("%s, %s %s: %s", r.Name, d.Format, d.Address, what))
			}
		}
	}
	return list, nil
}

// disagrees says where a reader sees another entry, in what it tells.
func (r Reader) disagrees(f Format, e Entry, s Said) string {
	at := e.Published
	if r.updates && f == Atom {
		at = e.Updated
	}
	set := func(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
	switch {
	case s.Title != e.Title:
		return fmt.Sprintf("the title of %s is %q, not %q", e.ID, s.Title, e.Title)
	case s.Link != e.Link:
		return fmt.Sprintf("the link of %s is %q, not %q", e.ID, s.Link, e.Link)
	case s.Time != at.Unix():
		return fmt.Sprintf("the date of %s is %v, not %v", e.ID, time.Unix(s.Time, 0).UTC(), at)
	case s.Content != nil && Words(*s.Content) != e.Content && (f != JSON || strings.Join(strings.Fields(*s.Content), " ") != e.Content): // content_text has no markup
		return fmt.Sprintf("the content of %s is %q, not %q", e.ID, Words(*s.Content), e.Content)
	case s.Categories != nil && !slices.Equal(set(*s.Categories), set(e.Categories)):
		return fmt.Sprintf("the categories of %s are %q, not %q", e.ID, *s.Categories, e.Categories)
	case s.Enclosures != nil && !slices.Equal(set(*s.Enclosures), set(e.Files)):
		return fmt.Sprintf("the files of %s are %q, not %q", e.ID, *s.Enclosures, e.Files)
	}
	return ""
}

// Reads reports whether a reader reads a format.
func (r Reader) Reads(f Format) bool { return slices.Contains(r.Formats, f) }

// Promised reports whether the readers and tools must all be there: then a test
// that lacks one fails, and is not skipped.
func Promised() bool { return strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "readers") }
