// Package config turns config.yaml into values of news, or into every problem
// it has, each with its line and column. It starts nothing and opens nothing
// but the file.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"chinanews/news"
)

// Checks are what other rooms know of values.
type Checks struct {
	Selector func(selector string) error // CSS, css@attribute, meta:Name
	Layout   func(layout string) error   // of dates
	// Rule checks a feed's `where`. An error that has Column() int, counted
	// from 1 within the rule, is placed there.
	Rule func(rule string, words map[string][]string) error
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

// Problems are all that is wrong with a file, in the order of their places.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// maxFile is far more than any configuration needs.
const maxFile = 4 << 20

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
	return "", fmt.Errorf("no configuration: looked for ./%s; name one with --config or $CHINANEWSD_CONFIG", strings.Join(places, " and "))
}

// Load reads a file. The error is Problems, or that of the file system.
func Load(file string, c Checks) (news.Config, error) {
	f, err := os.Open(file)
	if err != nil {
		return news.Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.Size() > maxFile {
		return news.Config{}, Problems{{file, 1, 1, "the file is larger than 4 MiB", "a configuration is not"}}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return news.Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(file, text, c)
}

// Parse reads a configuration from memory. Relative paths in it are relative to
// name's folder. The error is Problems.
func Parse(name string, text []byte, c Checks) (cfg news.Config, err error) {
	d := &decoder{file: name, checks: c}
	defer func() {
		if r := recover(); r != nil { // the parser's: a file must never end the program
			cfg, err = news.Config{}, Problems{{name, 1, 1, fmt.Sprintf("the file cannot be parsed (%v)", r), "look for a wrong indentation"}}
		}
	}()
	body := d.parse(text)
	if body != nil {
		d.document(value{d, body})
	}
	if len(d.problems) > 0 {
		return news.Config{}, d.sorted()
	}
	cfg = d.config
	cfg.File = name
	d.place(&cfg)
	return cfg, nil
}

// parse makes a tree of the text; nil when that failed.
func (d *decoder) parse(text []byte) ast.Node {
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	var syntax *yaml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		at := syntax.GetToken().Position
		d.problems = append(d.problems, Problem{d.file, at.Line, at.Column, syntax.GetMessage(), "check indentation, colons and quotes"})
		return nil
	case err != nil:
		d.problems = append(d.problems, Problem{d.file, 1, 1, err.Error(), ""})
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		d.problems = append(d.problems, Problem{d.file, 1, 1, "the file is empty", "the repository's config.yaml is a beginning"})
		return nil
	}
	if len(file.Docs) > 1 {
		d.at(file.Docs[1].Body, "a second document", "keep everything in one, without ---")
	}
	return file.Docs[0].Body
}

// place makes the data directory absolute. systemd's choice wins.
func (d *decoder) place(cfg *news.Config) {
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
