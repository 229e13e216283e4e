package config

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// shipped are the rows and profiles that come with the program.
//
//go:embed catalogue/*.yaml profiles/*.yaml
var shipped embed.FS

// Offer is a row of the catalogue: sources that a configuration takes by name.
type Offer struct {
	news.Source
	Group       string            // under which heading it is listed
	Unreachable string            // why it cannot be polled; empty: it can
	Written     map[string]string // which keys it sets, as in news.Config
}

// Catalogue is every row that comes with the program, those that cannot be
// polled too, in the order in which they are listed. The error is Problems.
func Catalogue(c Checks) ([]Offer, error) {
	d := &decoder{reading: &reading{checks: c}}
	d.config.Profiles = d.profiles()
	var offers []Offer
	for _, s := range shelves() {
		for _, node := range s.rows {
			v := value{s.decoder(d.reading), node}
			r := newRow()
			d.fill(r, v)
			if r.Origin = news.Origin(r.ID); r.unreachable == "" {
				r.finish(v)
			}
			offers = append(offers, Offer{r.Source, s.title, r.unreachable, r.written})
		}
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

// shelf is one file of the catalogue, parsed and not yet decoded.
type shelf struct {
	file, title string
	lines       []string
	rows        []ast.Node
}

func (s *shelf) decoder(r *reading) *decoder {
	return &decoder{reading: r, file: s.file, lines: s.lines, ours: "catalogue"}
}

// shelves are the files of the catalogue, parsed once. A file that does not
// parse is a fault of the program, held by a test.
var shelves = sync.OnceValue(func() []*shelf {
	names, _ := fs.Glob(shipped, "catalogue/*.yaml")
	var all []*shelf
	for _, name := range names {
		d, body := open(&reading{}, name)
		s := &shelf{file: d.file, lines: d.lines}
		v := value{d, body}
		v.mapping(keys{"title": takes(func(v value) { v.string(&s.title) }), "sources": takes(func(v value) {
			for _, item := range v.rows() {
				s.rows = append(s.rows, item.node)
			}
		})})
		if len(d.problems) > 0 {
			panic(d.problems)
		}
		all = append(all, s)
	}
	return all
})

// open parses a file that comes with the program.
func open(r *reading, name string) (*decoder, ast.Node) {
	d := &decoder{reading: r, file: name, ours: name}
	text, err := shipped.ReadFile(name)
	if err != nil {
		panic(err)
	}
	body, ok := d.parse(text)
	if !ok || body == nil {
		panic(fmt.Sprintf("%s does not parse: %v", name, d.problems))
	}
	return d, body
}

// index finds the rows of the catalogue by their ids.
var index = sync.OnceValue(func() map[string]func(*reading) value {
	rows := make(map[string]func(*reading) value)
	for _, s := range shelves() {
		for _, node := range s.rows {
			rows[idOf(node)] = func(r *reading) value { return value{s.decoder(r), node} }
		}
	}
	return rows
})

// idOf is what stands under a row's id.
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
	row, ok := index()[name]
	if !ok {
		hint := "chinanewsd sources lists its rows"
		if near := nearest(name, slices.Sorted(maps.Keys(index()))); near != "" {
			hint = fmt.Sprintf("did you mean %s? %s", near, hint)
		}
		v.bad(fmt.Sprintf("%q is no row of the catalogue", name), hint)
		return v, false
	}
	found := row(v.reading)
	if why := under(found.node, "unreachable"); why != nil {
		v.bad(fmt.Sprintf("%s cannot be polled: %s", name, strings.TrimRight(scalar(why), ".")), "take the row out")
		return v, false
	}
	return found, true
}
