package config

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// files are the rows and profiles that come with the program.
//
//go:embed catalogue/*.yaml profiles/*.yaml
var files embed.FS

// Offer is a row of the catalogue: sources that a configuration takes by name.
type Offer struct {
	news.Source
	Group       string             // under which heading it is listed
	Unreachable string             // why it cannot be polled; empty: it can
	Written     []news.WrittenKeys // which keys it sets, as in news.Config
}

// Catalogue is every row that comes with the program, those that cannot be
// polled too, in the order in which they are listed. The error is Problems.
func Catalogue(c Checks) ([]Offer, error) {
	d := &decoder{reading: &reading{checks: c}}
	d.config.Profiles = d.profiles()
	var offers []Offer
	for _, s := range stock() {
		v, r := s.within(d.reading), newRow()
		d.fill(r, v)
		if r.Origin = news.Origin(r.ID); r.unreachable == "" {
			r.finish(v)
		}
		offers = append(offers, Offer{r.Source, s.title, r.unreachable, d.places(r.written)})
	}
	if len(d.problems) > 0 {
		return nil, d.problems.sorted("")
	}
	return offers, nil
}

// Profiles are the site families that come with the program. The error is
// Problems.
func Profiles(c Checks) ([]news.Profile, error) {
	d := &decoder{reading: &reading{checks: c}}
	profiles := d.profiles()
	if len(d.problems) > 0 {
		return nil, d.problems.sorted("")
	}
	return profiles, nil
}

// shelved is a row of the catalogue, parsed and not yet decoded.
type shelved struct {
	value
	title string // of its file
}

// within is a value that was parsed before, as one of a reading. What was
// wrong with its file is wrong with the reading.
func (v value) within(r *reading) value {
	r.problems = append(r.problems, v.problems...)
	return value{&decoder{reading: r, file: v.file, lines: v.lines, ours: v.ours}, v.node}
}

// stock is all rows of the catalogue, parsed once.
var stock = sync.OnceValue(func() []shelved {
	var all []shelved
	names, _ := fs.Glob(files, "catalogue/*.yaml") // the pattern is good
	for _, name := range names {
		title, rows := "", []value(nil)
		new(reading).shipped(name).mapping(keys{
			"title":   takes(func(v value) { v.string(&title) }),
			"sources": takes(func(v value) { rows = v.rows() }),
		})
		for _, v := range rows {
			v.ours = "catalogue"
			all = append(all, shelved{v, title})
		}
	}
	return all
})

// shipped parses a file that comes with the program.
func (r *reading) shipped(name string) value {
	d := &decoder{reading: r, file: name, ours: name}
	text, err := files.ReadFile(name)
	if err != nil {
		d.problem(1, 1, err.Error(), "")
	}
	body, _ := d.parse(text)
	return value{d, body}
}

func idOf(row ast.Node) string { return scalar(under(row, "id")) }

// under is what stands under a key of a mapping, nil when nothing does.
func under(n ast.Node, key string) ast.Node {
	entries, _ := pairs(n)
	for _, e := range entries {
		if scalar(e.Key) == key {
			return e.Value
		}
	}
	return nil
}

// offered finds the row of the catalogue that a word means.
func (v value) offered() (value, bool) {
	name, ok := v.text()
	if !ok {
		return v, false
	}
	var ids []string
	for _, s := range stock() {
		ids = append(ids, idOf(s.node))
	}
	i := slices.Index(ids, name)
	if i < 0 {
		hint := "chinanewsd sources lists its rows"
		if near := news.Nearest(name, ids); near != "" {
			hint = fmt.Sprintf("did you mean %s? %s", near, hint)
		}
		v.bad(fmt.Sprintf("%q is no row of the catalogue", name), hint)
		return v, false
	}
	found := stock()[i].within(v.reading)
	if why := under(found.node, "unreachable"); why != nil {
		v.bad(fmt.Sprintf("%s cannot be polled: %s", name, strings.TrimRight(scalar(why), ".")), "take the row out")
		return v, false
	}
	return found, true
}
