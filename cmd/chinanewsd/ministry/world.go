// Package ministry is the demo's world: three fictional ministries that live
// in the binary, publish releases written for this project, and change as a
// script says. One publishes a feed, one an HTML list in English, one an HTML
// list in GB18030.
package ministry

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed releases/*.txt
var files embed.FS

// release is one text of one ministry.
type release struct {
	id         string
	title      string
	paragraphs []string
	at         time.Time
}

// Event is something that a ministry does.
type Event struct {
	At    time.Duration // after the world's beginning
	Words string        // for a person who watches

	happen func(w *World, now time.Time)
}

// World is the three ministries. It is safe for concurrent use.
type World struct {
	start time.Time

	mu     sync.RWMutex
	shown  map[string][]release // by ministry, newest first
	later  map[string]release   // not published yet
	events []Event              // to come
}

// New makes the world as it is when the demo starts: most releases are of the
// last two days.
func New(start time.Time) *World {
	w := &World{start: start, shown: make(map[string][]release), later: make(map[string]release), events: script()}
	entries, err := files.ReadDir("releases")
	if err != nil {
		panic(err) // the files are embedded
	}
	for _, e := range entries {
		text, err := files.ReadFile(path.Join("releases", e.Name()))
		if err != nil {
			panic(err)
		}
		r, age := parse(strings.TrimSuffix(e.Name(), ".txt"), text)
		if age == 0 {
			w.later[r.id] = r
			continue
		}
		r.at = start.Add(-time.Duration(age) * time.Hour).Truncate(time.Minute)
		w.shown[r.id[:1]] = append(w.shown[r.id[:1]], r)
	}
	for _, list := range w.shown {
		slices.SortFunc(list, func(a, b release) int { return b.at.Compare(a.at) })
	}
	return w
}

// parse reads a release: its title, its age in hours (0: not yet), paragraphs.
func parse(id string, text []byte) (r release, age int) {
	parts := strings.Split(string(bytes.TrimSpace(text)), "\n\n")
	title, hours, _ := strings.Cut(parts[0], "\n")
	age, err := strconv.Atoi(hours)
	if err != nil {
		panic(fmt.Sprintf("release %s: %v", id, err))
	}
	return release{id: id, title: title, paragraphs: parts[1:]}, age
}

// publish makes a release public.
func publish(id string) func(*World, time.Time) {
	return func(w *World, now time.Time) {
		r := w.later[id]
		r.at = now
		w.shown[id[:1]] = append([]release{r}, w.shown[id[:1]]...)
	}
}

// repost lets ministry B carry a release of A, with a line of its own above the
// title and the text.
func repost(id, as string) func(*World, time.Time) {
	return func(w *World, now time.Time) {
		for _, r := range w.shown[id[:1]] {
			if r.id == id {
				r.id, r.at = as, now
				r.title = "From the Ministry of External Relations: " + r.title
				r.paragraphs = append([]string{"(Carried from the Ministry of External Relations of Lanshan.)"}, r.paragraphs...)
				w.shown[as[:1]] = append([]release{r}, w.shown[as[:1]]...)
			}
		}
	}
}

// change replaces words in a release.
func change(id string, words ...string) func(*World, time.Time) {
	return func(w *World, _ time.Time) {
		for n, r := range w.shown[id[:1]] {
			if r.id == id {
				replace := strings.NewReplacer(words...)
				changed := make([]string, len(r.paragraphs))
				for i, p := range r.paragraphs {
					changed[i] = replace.Replace(p)
				}
				w.shown[id[:1]][n].paragraphs = changed
			}
		}
	}
}

// remove takes a release off the list and its page away.
func remove(id string) func(*World, time.Time) {
	return func(w *World, _ time.Time) {
		w.shown[id[:1]] = slices.DeleteFunc(w.shown[id[:1]], func(r release) bool { return r.id == id })
	}
}

// script is what happens, in demo time.
func script() []Event {
	s := func(n int) time.Duration { return time.Duration(n) * time.Second }
	return []Event{
		{s(6), `External Relations publishes "Lanshan and Torvia Agree on a Common Permit for River Carriers"`, publish("a20")},
		{s(10), `Commerce and Works carries that release too, under a header and at an address of its own`, repost("a20", "b90")},
		{s(14), `External Relations changes a number in "Lanshan Sends Relief Goods ...": 12,400 households become 14,200`, change("a03", "12,400", "14,200")},
		{s(18), `北岭国外交部 publishes "北岭国外交部发言人就渔业协议续签答记者问"`, publish("c20")},
		{s(22), `Commerce and Works takes "Minister Tobren Aske Visits Glassworks ..." off its site`, remove("b03")},
		{s(26), `External Relations publishes "Lanshan and Beiling to Open 14 Border Crossings on 15 December 2026"`, publish("a23")},
		{s(28), `北岭国外交部 publishes the same in Chinese, "北岭国与兰山国2026年12月15日起开放14个边境口岸"`, publish("c22")},
		{s(32), `Commerce and Works publishes "New Quay Opened at the Port of Orun"`, publish("b20")},
		{s(45), `External Relations publishes "Spokesperson on the Third Relief Convoy for Sael"`, publish("a21")},
		{s(60), `北岭国外交部 publishes "北岭国举行青年工程师培训班开班仪式"`, publish("c21")},
		{s(80), `External Relations publishes "Foreign Minister Vantis to Visit the Island Communities"`, publish("a22")},
	}
}

// Advance lets happen what is due and returns it.
func (w *World) Advance(now time.Time) []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for n < len(w.events) && !w.start.Add(w.events[n].At).After(now) {
		w.events[n].happen(w, now)
		n++
	}
	happened := w.events[:n:n]
	w.events = w.events[n:]
	return happened
}

// Over reports that nothing more will happen.
func (w *World) Over() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return len(w.events) == 0
}

// releases are a ministry's, newest first.
func (w *World) releases(ministry string) []release {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clone(w.shown[ministry])
}

// Ministry is one sample ministry.
type Ministry struct {
	ID      string
	Handler http.Handler
	row     string
}

// Row is its row for config.yaml, when it is served at base (http://host:port).
func (m Ministry) Row(base string) string { return strings.ReplaceAll(m.row, "BASE", base) }

// Ministries are the three of them.
func (w *World) Ministries() []Ministry {
	return []Ministry{
		{"lanshan-external-relations", w.feedSite(), feedRow},
		{"lanshan-commerce", w.pageSite(), pageRow},
		{"beiling-waijiaobu", w.chineseSite(), chineseRow},
	}
}
