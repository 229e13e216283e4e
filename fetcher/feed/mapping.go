package feed

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// The bounds of an entry's parts. Texts are cut between graphemes; an address
// or id that is longer is dropped, for half of one is another.
const (
	maxTitle   = 1 << 10 // bytes
	maxURL     = 2 << 10
	maxID      = 1 << 10
	maxContent = 256 << 10
	maxTag     = 256
	maxTags    = 32
	maxAuthors = 16
	maxFiles   = 16
	maxWords   = 80 // runes of a title made of the text's first words
)

// mapping turns the drafts of one feed into entries.
type mapping struct {
	src     news.Source
	base    *url.URL
	now     time.Time
	listing *Listing
	told    map[string]int // warnings, counted so that a feed of bad items says it once
}

func (m *mapping) all(d drafts) {
	m.told = map[string]int{}
	if u := m.resolve(d.link); u != nil {
		m.base = u
	}
	undated := 0
	for _, it := range d.items {
		e := m.entry(it)
		if !e.Date.Known() && e.Date.Raw != "" {
			undated++
		}
		m.listing.Entries = append(m.listing.Entries, e)
	}
	if undated > 0 && undated == len(d.items) {
		m.listing.Warnings = append(m.listing.Warnings,
			fmt.Sprintf("none of the dates can be read, such as %q; set the row's date_layouts", cut(m.listing.Entries[0].Date.Raw, 60)))
	}
	for _, what := range sorted(m.told) {
		m.listing.Warnings = append(m.listing.Warnings, fmt.Sprintf("%s, in %d places", what, m.told[what]))
	}
}

func sorted(told map[string]int) []string {
	var keys []string
	for k := range told {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (m *mapping) entry(d draft) news.Entry {
	e := news.Entry{ID: m.id(d.id), Date: m.date(d.dates)}
	e.URL, e.RawURL = m.link(d.links)
	m.texts(&e, d)
	e.Title = m.title(d.title)
	if e.Title == "" {
		e.Title = firstWords(e)
	}
	e.Lang, e.Locale = news.Language(m.src.Language, e.Title+"\n"+e.Summary)
	e.Authors = m.names(d.authors, maxAuthors)
	e.Tags = m.names(d.tags, maxTags)
	e.Files = m.files(d.files)
	return e
}

// id is a declared id byte for byte but for what no record can hold.
func (m *mapping) id(raw string) string {
	if len(raw) > maxID {
		m.told["an id of more than 1 kB was dropped"]++
		return ""
	}
	return news.Legal(raw)
}

// names are short texts on one line each, without doubles and empty ones.
func (m *mapping) names(raw []string, most int) []string {
	var out []string
	for _, s := range raw {
		s = cut(news.Line(unescapeOnce(s)), maxTag)
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) > most {
		m.told["more tags or authors than are kept"]++
		out = out[:most]
	}
	return out
}

// unescapeOnce leaves texts alone that hold no reference.
func unescapeOnce(s string) string {
	if !strings.Contains(s, ";") {
		return s
	}
	return textOf(passage{s, maybe})
}

func (m *mapping) files(raw []attachment) []news.File {
	var out []news.File
	for _, a := range raw {
		u := m.address(a.url)
		if u == "" || slices.ContainsFunc(out, func(f news.File) bool { return f.URL == u }) {
			continue
		}
		size, err := strconv.ParseInt(strings.TrimSpace(a.size), 10, 64)
		if err != nil || size < 0 {
			size = 0
		}
		out = append(out, news.File{URL: u, Type: cut(news.Line(a.kind), 128), Title: cut(news.Line(a.title), maxTitle), Size: size})
	}
	if len(out) > maxFiles {
		m.told["more files than are kept"]++
		out = out[:maxFiles]
	}
	return out
}
