// Package config turns config.yaml into values of news, or into every problem
// it has, each with its line and column. It starts nothing and opens nothing
// but the file, and those that the file includes or keeps secrets in. Rows and
// site families that come with the program are in catalogue and profiles.
package config

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chinanews/news"
)

// Checks are what other rooms know of values. All functions must be set.
type Checks struct {
	// Public asks more of a file: what only warns of a site that is for this
	// machine alone is wrong with one that others are to see.
	Public bool

	Selector func(selector string) error // CSS, css@attribute, meta:Name
	Layout   func(layout string) error   // of dates
	Address  func(address string) error  // of listings, with {2006-01-02} for the day
	// Outgoing says why an address may not be told of anything, where hub.allow
	// is what is allowed beside public https addresses.
	Outgoing func(allow []string, u *url.URL) error
	// Rule checks a feed's `where`. An error that has Column() int, counted
	// in characters from 1 within the rule, is placed there; one that has
	// Hint() string says what to do.
	Rule func(rule string, words map[string][]string) error
	// Password says why a text is no hash of a password that is good enough.
	Password func(hash string) error
}

// Problem is one thing that is wrong with a file.
type Problem struct {
	File      string
	Line, Col int
	What      string
	Hint      string
}

// String is FILE:LINE:COL: what; hint
func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.What)
	if p.Hint != "" {
		s += "; " + p.Hint
	}
	return s
}

// Problems are all that is wrong with a configuration, in the order of their
// places: its own file first, then those that it includes.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// sorted puts what is wrong in the order of the files, each once.
func (p Problems) sorted(first string) Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		switch {
		case a.File == b.File:
		case a.File == Row:
			return -1
		case b.File == Row:
			return 1
		case a.File == first:
			return -1
		case b.File == first:
			return 1
		}
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return slices.Compact(p)
}

// places are where the configuration is looked for.
var places = []string{"config.yaml", "/etc/chinanewsd/config.yaml"}

// Find is the configuration file to use: the flag's, else that of
// $CHINANEWSD_CONFIG, else the first that exists of ./config.yaml and
// /etc/chinanewsd/config.yaml.
func Find(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if env := os.Getenv("CHINANEWSD_CONFIG"); env != "" {
		return env, nil
	}
	for _, p := range places {
		if _, err := os.Stat(p); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("no configuration: looked for ./%s; name one with --config or $CHINANEWSD_CONFIG; an empty one will do to begin with", strings.Join(places, " and "))
}

// Load reads a file. The error is Problems, or that of the file system.
func Load(file string, c Checks) (news.Config, error) {
	text, err := readFile(file)
	if err != nil {
		return news.Config{}, err
	}
	return Parse(file, text, c)
}

// readFile reads a configuration file, no more of it than is refused.
func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return text, nil
}

// Parse reads a configuration from memory. Relative paths in it are relative to
// name's folder. The error is Problems.
func Parse(name string, text []byte, c Checks) (news.Config, error) {
	return parse(name, text, &reading{checks: c})
}

func parse(name string, text []byte, r *reading) (news.Config, error) {
	d := &decoder{reading: r, file: name}
	d.config.File, d.config.Profiles = name, d.profiles()
	body, ok := d.parse(text)
	if ok && body == nil { // nothing, or comments only: a beginning
		body, ok = d.parse([]byte("{}"))
	}
	if ok {
		d.document(value{d, body})
	}
	if len(d.problems) > 0 {
		return news.Config{}, d.problems.sorted(name)
	}
	cfg := d.config
	cfg.Sources = slices.Clone(cfg.Sources) // without the room in which they grew
	for _, w := range d.warnings.sorted(name) {
		cfg.Warnings = append(cfg.Warnings, w.String())
	}
	d.settle(&cfg)
	return cfg, nil
}

// DataOf is the data directory that a file names, as well as that can be told of
// one that has problems.
func DataOf(file string) string {
	cfg := news.Config{Data: "data"}
	text, _ := readFile(file)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "data:"); ok {
			value, _, _ = strings.Cut(value, " #")
			if value = strings.Trim(strings.TrimSpace(value), `"'`); value != "" {
				cfg.Data = os.Expand(value, os.Getenv)
			}
		}
	}
	d := decoder{file: file}
	d.settle(&cfg)
	return cfg.Data
}

// settle makes the data directory absolute. systemd's choice wins.
func (d *decoder) settle(cfg *news.Config) {
	if state := os.Getenv("STATE_DIRECTORY"); state != "" {
		cfg.Data, _, _ = strings.Cut(state, ":")
	}
	if !filepath.IsAbs(cfg.Data) {
		cfg.Data = filepath.Join(filepath.Dir(d.file), cfg.Data)
	}
	if abs, err := filepath.Abs(cfg.Data); err == nil {
		cfg.Data = abs
	}
}
