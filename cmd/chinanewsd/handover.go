package main

import (
	"fmt"
	"slices"
	"strings"

	"chinanews/config"
	"chinanews/feedout/desk"
	"chinanews/news"
)

// handover says how a row comes into the configuration, and its releases into
// a feed.
func handover(cfg news.Config, row string) string {
	with, id, err := config.WithRow(cfg.File, []byte(row), checks())
	if err != nil {
		return fmt.Sprintf("The row cannot be added to %s as it stands: %v\n", cfg.File, err)
	}
	src := with.Sources[slices.IndexFunc(with.Sources, func(s news.Source) bool { return s.ID == id })]
	var p desk.RowPlace
	indent, head := settleRow(&p, with, id)
	settleFeed(&p, with, src)
	at := " --config " + shell(cfg.File)
	if found, err := config.Find(""); err == nil && found == cfg.File {
		at = ""
	}
	return fmt.Sprintf("To add it:\n1. %s\n2. %s\n3. chinanewsd check%s, then chinanewsd reload%[3]s; where no daemon runs, chinanewsd run%[3]s.\n"+
		"Its desk does the same in a browser: \"Add a source\".\n", rowStep(p, cfg.File, indent, head), feedStep(p, cfg.File), at)
}

// rowStep says where the row goes.
func rowStep(p desk.RowPlace, file string, indent int, head string) string {
	place := fmt.Sprintf("behind line %d of %s", p.Line, file)
	switch {
	case p.Instead:
		place = fmt.Sprintf("in the place of line %d of %s", p.Line, file)
	case p.Line == 0:
		place = "into " + file
	}
	switch {
	case p.New && p.Include != "":
		return fmt.Sprintf("Keep the row in a new file, say %s, and write into %s: include: [%s]", p.File, file, p.Include)
	case p.New:
		return fmt.Sprintf("Keep the row in a new file, say %s.", p.File)
	case head != "":
		return fmt.Sprintf("Write %s the line %s and the row under it.", place, strings.TrimSpace(head))
	case indent > 0:
		return fmt.Sprintf("Write the row %s, with %s more before each of its lines.", place, count(indent, "space"))
	}
	return fmt.Sprintf("Write the row %s.", place)
}

// feedStep says which feeds take what it brings, or gives one that does.
func feedStep(p desk.RowPlace, file string) string {
	if len(p.Feeds) > 0 {
		return fmt.Sprintf("What it brings goes into %s, as far as the rules there let it in.", strings.Join(p.Feeds, ", "))
	}
	place, row := "at the end of feeds: in", strings.TrimRight(p.Feed, "\n")
	switch {
	case p.After == nil:
		place, row = "into the brackets behind feeds: in", strings.TrimSpace(p.Feed)
	case p.After.Instead:
		place = "in the place of the line feeds: of"
	case strings.HasPrefix(p.Feed, "feeds:"):
		place = "at the end of"
	}
	return fmt.Sprintf("No feed takes what it brings. Write %s %s\n%s", place, file, row)
}
