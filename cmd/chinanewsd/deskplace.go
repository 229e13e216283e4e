package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chinanews/config"
	"chinanews/feedout/desk"
	"chinanews/fetcher/induce"
	"chinanews/news"
)

// place reads a row as it will be configured, and says where it goes: into the
// look, with the row as it is written there. False where it cannot be used; the
// look says why.
func (s *scout) place(l *desk.Look, text string) (cfg news.Config, src news.Source, ok bool) {
	before := s.current()
	cfg, id, err := config.WithRow(s.house.Load().cfg.File, []byte(text), checks())
	var problems config.Problems
	switch {
	case errors.As(err, &problems):
		l.Row, l.Mistakes = text, mistakes(problems)
		return cfg, src, false
	case err != nil:
		l.Row, l.Trouble = text, err.Error()
		return cfg, src, false
	}
	src = cfg.Sources[slices.IndexFunc(cfg.Sources, func(s news.Source) bool { return s.ID == id })]
	p := &desk.RowPlace{Config: cfg.File, Check: "chinanewsd check --config " + shell(cfg.File), Reload: reloading(cfg.File)}
	indent, head := 0, ""
	if slices.ContainsFunc(before.Sources, func(s news.Source) bool { return s.ID == id }) {
		p.Was = rowPlace(before, id)
	} else {
		indent, head = settleRow(p, cfg, id)
	}
	settleFeed(p, cfg, src)
	p.Indented = head == "" && indent > 0
	l.Place, l.Row = p, head+asItem(text, indent)
	if at := p.After; at != nil && p.File == p.Config && at.Line >= p.Line { // where it is once the row is there
		p.Moved, p.Below = true, at.Line == p.Line
		if at.Line += strings.Count(l.Row, "\n"); p.Instead {
			at.Line--
		}
	}
	return cfg, src, true
}

func mistakes(problems config.Problems) []desk.Mistake {
	list := make([]desk.Mistake, len(problems))
	for n, p := range problems {
		list[n] = desk.Mistake{File: p.File, Line: p.Line, Col: p.Col, What: p.What, Hint: p.Hint}
		if p.File == config.Row {
			list[n].File = ""
		}
	}
	return list
}

// rowPlace is where the row of a source stands.
func rowPlace(cfg news.Config, id string) string {
	written := cfg.Written.Of(id)
	if at := written["id"]; strings.Contains(at, ":") {
		return at
	}
	for _, at := range written {
		if file, _, ok := strings.Cut(at, ":"); ok && !strings.Contains(file, ",") {
			return at
		}
	}
	return cfg.File
}

// settleRow says into which file a new row goes, how deep it stands there, and what
// is written above it. Where the configuration takes the rows of other files,
// that is a file of its own.
func settleRow(p *desk.RowPlace, cfg news.Config, id string) (indent int, head string) {
	folder := filepath.Dir(cfg.File)
	for _, pattern := range cfg.Included {
		if dir, name := filepath.Split(pattern); strings.Count(name, "*") == 1 && !strings.ContainsAny(dir+name, "?[\\") && !strings.Contains(dir, "*") {
			p.File, p.New = fresh(filepath.Join(folder, dir), name, id), true
			return 0, ""
		}
	}
	spot, err := config.End(cfg.File, "sources")
	switch {
	case err != nil || nowhere(spot):
		p.File, p.New = fresh(filepath.Join(folder, "sources"), "*.yaml", id), true
		p.Include = `"sources/*.yaml"`
		return 0, ""
	case spot.Absent || spot.Empty:
		head = "sources:\n"
	}
	p.File, p.Spot = cfg.File, desk.Spot{Line: spot.Line, Instead: spot.Empty, End: ends(cfg.File, spot.Line)}
	return spot.Indent, head
}

// ends reports whether nothing stands below a line of a file.
func ends(file string, line int) bool {
	text, err := os.ReadFile(file)
	lines := strings.SplitAfter(string(text), "\n")
	return err == nil && line <= len(lines) && strings.TrimSpace(strings.Join(lines[line:], "")) == ""
}

// fresh is the path of a file that is not there, by a pattern with a star.
func fresh(folder, pattern, id string) string {
	for n := 1; ; n++ {
		name := id
		if n > 1 {
			name = fmt.Sprintf("%s-%d", id, n)
		}
		path := filepath.Join(folder, strings.Replace(pattern, "*", name, 1))
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) || n == 100 {
			return path
		}
	}
}

// settleFeed names the feeds that take what a source brings, as far as their rule
// lets it in; where there is none, it writes one.
func settleFeed(p *desk.RowPlace, cfg news.Config, src news.Source) {
	lang := news.Primary(src.Language)
	for _, f := range cfg.Feeds {
		tongue := lang == "" || lang == "auto" || slices.Contains(f.Languages, "all") || slices.Contains(f.Languages, lang)
		if tongue && slices.Contains(f.Sources, src.ID) {
			p.Feeds = append(p.Feeds, f.Title)
		}
	}
	if len(p.Feeds) > 0 {
		return
	}
	id := src.ID
	for slices.ContainsFunc(cfg.Feeds, func(f news.Feed) bool { return f.ID == id || slices.Contains(f.Was, id) }) {
		id += "-feed"
	}
	tongue := field{"language", scalar(src.Language)}
	if lang == "" || lang == "auto" {
		tongue = field{"languages", "all"}
	}
	title := src.PublisherIn("")
	if induce.Generic(title) {
		title = src.ID
	}
	fields := []field{{"id", id}, {"title", scalar(title)}, tongue, {"sources", "[" + src.ID + "]"}}
	const remark = "# id: becomes the address readers subscribe to, choose it now; title: what they see\n"
	note := "\n"
	if len(cfg.Feeds) == 0 { // the queue's own page offers a newcomer such a feed
		fields = append(fields, field{"hold", "true"})
		note = " # each release waits for your approval; without hold it appears at once\n"
	}
	row := braces(fields...) + note
	spot, err := config.End(cfg.File, "feeds")
	if err != nil || nowhere(spot) {
		p.Feed = remark + row
		return
	}
	if spot.Absent || spot.Empty {
		p.Feed = "feeds:\n"
	}
	indent := strings.Repeat(" ", spot.Indent)
	p.Feed += indent + remark + indent + "- " + row
	p.After = &desk.Spot{Line: spot.Line, Instead: spot.Empty}
}

// nowhere reports a list that has no lines to go on with.
func nowhere(s config.Spot) bool { return s.Line == 0 && !s.Absent }

// asItem is a row as an item of a list at a depth, whichever way it was
// written.
func asItem(text string, depth int) string {
	lines := strings.Split(strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\ufeff")), "\n "), "\n")
	first := slices.IndexFunc(lines, says)
	if first >= 0 && strings.TrimSpace(lines[first]) == "sources:" {
		lines = slices.Delete(lines, first, first+1)
		first = slices.IndexFunc(lines, says)
	}
	if first < 0 {
		return text
	}
	margin := len(lines[first]) - len(strings.TrimLeft(lines[first], " "))
	item := strings.HasPrefix(strings.TrimSpace(lines[first]), "-")
	for n, line := range lines {
		body := line[min(margin, len(line)-len(strings.TrimLeft(line, " "))):]
		switch {
		case body == "":
		case item || n < first:
		case n == first:
			body = "- " + body
		default:
			body = "  " + body
		}
		if lines[n] = ""; body != "" {
			lines[n] = strings.Repeat(" ", depth) + body
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// says reports whether a line of YAML is more than a comment.
func says(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && line[0] != '#'
}

// shell is a path as a word of a command line.
func shell(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return !strings.ContainsRune("/._-", r) && !letterOrDigit(r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

func letterOrDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// reloading is how the daemon is asked to read its configuration anew.
func reloading(file string) string {
	if os.Getenv("INVOCATION_ID") != "" { // of systemd
		return "sudo systemctl reload chinanewsd"
	}
	return "chinanewsd reload --config " + shell(file)
}
