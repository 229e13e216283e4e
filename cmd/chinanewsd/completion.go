package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"chinanews/config"
	"chinanews/news"
)

// completions are what shells load, each under its name. They ask the program
// itself what may follow, so that they never fall behind it.
//
//go:embed completions
var completions embed.FS

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"Of which shell: bash, zsh or fish."`
}

// Run prints what a shell loads to complete command lines.
func (c completionCmd) Run(t *terminal) error {
	script, err := completions.ReadFile("completions/" + c.Shell)
	if err == nil {
		_, err = t.out.Write(script)
	}
	return err
}

type completeCmd struct {
	Words []string `arg:"" optional:""`
}

// Run prints what may stand in place of the last word of a command line, one a
// line, with a tab and what it is; :files or :folders where the shell knows
// better.
func (c completeCmd) Run(t *terminal, app *kong.Context) error {
	line := &commandLine{node: app.Model.Node, load: func(file string) news.Config {
		found, err := config.Find(file)
		if err != nil {
			return news.Config{}
		}
		cfg, _ := config.Load(found, checks()) // a wrong one has nothing to offer; check says why
		return cfg
	}}
	for _, s := range line.complete(c.Words) {
		if _, err := fmt.Fprintln(t.out, s); err != nil {
			return err
		}
	}
	return nil
}

// What a shell completes by itself, whatever is written of it.
const (
	offerFiles   = ":files"
	offerFolders = ":folders"
)

// commandLine is one that is being written.
type commandLine struct {
	node   *kong.Node // the command that it has come to
	at     int        // positional arguments of it that are written
	awaits *kong.Flag // whose value is to come
	plain  bool       // after --, nothing is a flag

	config string // what --config says
	load   func(file string) news.Config
}

// complete is what may stand in place of the last word.
func (l *commandLine) complete(words []string) []string {
	if len(words) == 0 {
		words = []string{""}
	}
	for _, w := range words[:len(words)-1] {
		l.take(w)
	}
	begun := words[len(words)-1]
	if begun == "=" && l.awaits != nil { // bash parts --feed=ID into three words
		begun = ""
	}
	offered := l.offers(begun)
	return slices.DeleteFunc(offered, func(s string) bool { return !strings.HasPrefix(s, begun) && !strings.HasPrefix(s, ":") })
}

// take goes on behind a word that is finished.
func (l *commandLine) take(word string) {
	name, value, set := strings.Cut(word, "=")
	switch {
	case l.awaits != nil && word == "=":
	case l.awaits != nil:
		l.given(l.awaits, word)
		l.awaits = nil
	case word == "--":
		l.plain = true
	case !l.plain && strings.HasPrefix(word, "-"):
		if f := l.flag(name); f != nil && set {
			l.given(f, value)
		} else if f != nil && !f.IsBool() {
			l.awaits = f
		}
	default:
		l.enter(word)
	}
}

func (l *commandLine) given(f *kong.Flag, value string) {
	if f.Name == "config" {
		l.config = value
	}
}

// enter takes a word that is no flag: a command, or an argument.
func (l *commandLine) enter(word string) {
	for _, c := range l.node.Children {
		if c.Name == word || c.Type == kong.ArgumentNode {
			l.node, l.at = c, 0
			return
		}
	}
	l.at++
}

// flags are those that may be written here.
func (l *commandLine) flags() []*kong.Flag { return slices.Concat(l.node.AllFlags(true)...) }

func (l *commandLine) flag(name string) *kong.Flag {
	for _, f := range l.flags() {
		if name == "--"+f.Name || f.Short != 0 && name == "-"+string(f.Short) {
			return f
		}
	}
	return nil
}

// offers are what may stand here, whatever it begins with.
func (l *commandLine) offers(begun string) (out []string) {
	name, _, set := strings.Cut(begun, "=")
	switch {
	case l.awaits != nil:
		return l.values(l.awaits.Value)
	case !l.plain && set && l.flag(name) != nil:
		out = l.values(l.flag(name).Value)
		for n, v := range out {
			if !strings.HasPrefix(v, ":") {
				out[n] = name + "=" + v
			}
		}
		return out
	case !l.plain && strings.HasPrefix(begun, "-"):
		for _, f := range l.flags() {
			out = append(out, "--"+f.Name+"\t"+f.Help)
		}
		return out
	}
	for _, c := range l.node.Children {
		if !c.Hidden && c.Type == kong.CommandNode {
			out = append(out, c.Name+"\t"+c.Help)
		}
	}
	if places := l.node.Positional; len(places) > 0 {
		last := len(places) - 1
		if l.at <= last || places[last].IsCumulative() {
			out = append(out, l.values(places[min(l.at, last)])...)
		}
	}
	return out
}

// values are those that a flag or an argument may have, by its name.
func (l *commandLine) values(v *kong.Value) (out []string) {
	switch {
	case v.Enum != "":
		return v.EnumSlice()
	case v.Tag.PlaceHolder == "DIR":
		return []string{offerFolders}
	case v.Tag.PlaceHolder == "FILE" || v.Name == "file":
		return []string{offerFiles}
	case v.Name == "feed":
		for _, f := range l.load(l.config).Feeds {
			out = append(out, f.ID+"\t"+f.Title)
		}
	case v.Name == "source" || strings.HasSuffix(v.Name, "|source"):
		for _, s := range l.load(l.config).Sources {
			out = append(out, s.ID+"\t"+s.PublisherIn("en"))
		}
	}
	return out
}
