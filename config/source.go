package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unique"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// row is a source while it is read: first what the program means, then what
// defaults say, then the catalogue, then the row itself.
type row struct {
	news.Source
	written     map[string]string // where each key was last set, but for those of defaults
	unreachable string            // of a row of the catalogue: why it cannot be polled
	id          value             // where its id stands, else the row
	roster      *roster
}

func newRow() *row {
	return &row{Source: news.Source{Kind: news.KindAuto, Profile: profileAuto, Rights: news.Media, Rank: 50, Robots: true, Timezone: "Asia/Shanghai",
		Interval: hours(0.5), MinInterval: hours(1.0 / 6), Fresh: hours(48), MaxAge: hours(30 * 24), WaitForText: hours(0.5), Looks: news.UsualLooks, Versions: news.VersionsRevise},
		written: make(map[string]string), roster: newRoster("source")}
}

// sources takes the rows of one file.
func (d *decoder) sources(v value, base *row, ids *roster) {
	for _, item := range v.rows() {
		if !d.yields(item.node) {
			d.source(item, base, ids)
		}
	}
}

func (d *decoder) source(item value, base *row, ids *roster) {
	r := &row{Source: base.Source, written: make(map[string]string), roster: ids}
	if !d.fill(r, item) {
		d.lacking = true
		return
	}
	ids.add(r.id, r.ID, again(item))
	r.finish(item)
	d.config.Sources = append(d.config.Sources, r.Source)
	d.note(r)
}

// again says what to do when one row of the catalogue is used twice.
func again(item value) string {
	if _, word := item.node.(*ast.StringNode); word || under(item.node, "use") != nil {
		return "; to use a row of the catalogue twice, give one an id of its own"
	}
	return ""
}

// fill sets what a row says, on top of what it holds: of a word, or with use,
// first what the catalogue says. It reports whether there is a row with an id.
func (d *decoder) fill(r *row, item value) bool {
	r.id = item
	name := item
	if _, word := item.node.(*ast.StringNode); !word {
		name.node = under(item.node, "use")
	}
	if name.node != nil {
		offer, ok := name.offered()
		if !ok {
			return false
		}
		r.take(offer)
		r.id = name
		if name.node == item.node {
			return true
		}
	}
	if !r.take(item) {
		return false
	}
	if r.ID == "" {
		item.bad("a source has no id", "write id: lower-case-name")
	}
	return r.ID != ""
}

// take sets what one mapping says. Within it, url and urls are one list.
func (r *row) take(v value) bool {
	before := r.URLs
	r.URLs = nil
	ok := v.mapping(r.keys(v.ours != ""))
	if r.URLs == nil {
		r.URLs = before
	}
	r.trace(v, "")
	return ok
}

// trace notes where the keys of a mapping stand.
func (r *row) trace(v value, prefix string) { r.traceUnder("", v, prefix) }

func (r *row) traceUnder(path string, v value, prefix string) {
	entries, _ := pairs(v.node)
	for _, e := range entries {
		key := path + scalar(e.Key)
		if key == "url" {
			key = "urls"
		}
		if nested, ok := pairs(e.Value); ok && len(nested) > 0 {
			r.traceUnder(key+".", value{v.decoder, e.Value}, prefix)
			continue
		}
		r.written[key] = prefix + v.place(e.Key)
	}
}

// note keeps where the keys of a row were written.
func (d *decoder) note(r *row) {
	if d.config.Written.Rows == nil {
		d.config.Written.Rows = make(map[string][]news.WrittenKeys)
	}
	d.config.Written.Rows[r.ID] = d.places(r.written)
}

// places are where keys stand, as seen from the configuration's folder. What many
// rows have in common is in memory once.
func (d *decoder) places(written map[string]string) []news.WrittenKeys {
	folder := filepath.Dir(d.config.File) + "/"
	at := make(map[string][]string)
	for _, key := range slices.Sorted(maps.Keys(written)) {
		place := strings.Replace(written[key], folder, "", 1)
		at[place] = append(at[place], key)
	}
	var list []news.WrittenKeys
	for _, place := range slices.Sorted(maps.Keys(at)) {
		list = append(list, news.WrittenKeys{At: unique.Make(place).Value(), Keys: unique.Make(strings.Join(at[place], "\n")).Value()})
	}
	return slices.Clip(list)
}

// finish checks a row as a whole.
func (r *row) finish(v value) {
	if len(r.URLs) == 0 {
		v.bad(fmt.Sprintf("source %s has no url", r.ID), "")
	}
	if r.Kind == news.KindHTML && len(r.List.Item) == 0 && r.List.LinkMatch == "" && !v.listed(r.Profile) {
		v.bad(fmt.Sprintf("source %s is a page, and nothing says which of its links are items", r.ID), "write list.item or list.link_match, or profile: auto")
	}
	if r.Pages.Pattern != "" && r.Pages.Max < r.Pages.First {
		v.bad(fmt.Sprintf("source %s: pages.max is below pages.first", r.ID), "")
	}
	r.finishJSON(v)
	if len(r.Publisher) == 0 {
		v.warn(v.node, "source %s has no publisher: readers see %q in its place", r.ID, r.PublisherIn(""))
	}
	if r.MinInterval > r.Interval {
		r.MinInterval = r.Interval
	}
	r.Origin = news.Origin(r.ID)
}

// finishJSON checks that a listing in JSON says what its items are.
func (r *row) finishJSON(v value) {
	j := r.JSON
	switch {
	case r.Kind != news.KindJSON && j != (news.JSON{}):
		v.bad(fmt.Sprintf("source %s has json and is of kind %s", r.ID, r.Kind), "write kind: json")
	case r.Kind != news.KindJSON || j.HTML != "":
	case j.Title == "":
		v.bad(fmt.Sprintf("source %s is JSON, and nothing says where the titles are", r.ID), "write json.title, or json.html for markup in it")
	case j.Link == "" && j.LinkTemplate == "":
		v.bad(fmt.Sprintf("source %s is JSON, and nothing says where its items are to be read", r.ID), "write json.link, or json.link_template")
	}
}

// listed reports whether a profile may say which links of a page are items.
func (d *decoder) listed(profile string) bool {
	i := slices.IndexFunc(d.config.Profiles, func(p news.Profile) bool { return p.Name == profile })
	return profile == profileAuto || i >= 0 && (len(d.config.Profiles[i].List.Item) > 0 || d.config.Profiles[i].List.LinkMatch != "")
}
