package validity

import (
	"encoding/json"
	"fmt"
)

// Page is one answer of a server: where it stood after redirects, and the body.
type Page struct {
	Address string
	Body    []byte
}

// Walk goes from a feed's current document through its whole archive, as a
// reader does that wants all of it (RFC 5005, section 4), or along next_url in
// JSON Feed. It returns the ids of the entries in the archive, in the order in
// which it met them, and all that any of the documents does against its format.
func Walk(format Format, start string, get func(address string) (Page, error)) ([]string, []Problem) {
	w := walk{format: format, start: start, get: get, pages: make(map[string]bool), seen: make(map[string]bool)}
	current, ok := w.fetch(start)
	for next := current.older; ok && next != ""; {
		var step chapter
		if step, ok = w.fetch(next); !ok {
			break
		}
		w.archived(step)
		next = step.older
	}
	return w.found, w.problems
}

// walk is how far somebody came in an archive.
type walk struct {
	format   Format
	start    string
	get      func(string) (Page, error)
	pages    map[string]bool // addresses where it was
	seen     map[string]bool // ids
	found    []string
	newer    string // the archive document that was read before
	problems []Problem
}

// chapter is what a walk needs of a document.
type chapter struct {
	Page
	archived                bool
	current, older, forward string
	ids                     []string
}

func (w *walk) report(where, what string, args ...any) {
	w.problems = append(w.problems, Problem{"walk", where, fmt.Sprintf(what, args...)})
}

func (w *walk) fetch(address string) (chapter, bool) {
	if w.pages[address] {
		w.report(address, "it was read before: the archive has a loop")
		return chapter{}, false
	}
	w.pages[address] = true
	p, err := w.get(address)
	if err != nil {
		w.report(address, "%v", err)
		return chapter{}, false
	}
	w.problems = append(w.problems, Check(Document{w.format, p.Address, p.Body})...)
	step, err := read(w.format, p)
	if err != nil {
		w.report(address, "%v", err)
	}
	return step, err == nil
}

func (w *walk) archived(step chapter) {
	for _, id := range step.ids {
		if w.seen[id] {
			w.report(step.Address, "%s stands in the archive twice", id)
		}
		w.seen[id] = true
	}
	w.found = append(w.found, step.ids...)
	if w.format == JSON {
		return
	}
	if !step.archived {
		w.report(step.Address, "it has no fh:archive")
	}
	if step.current != w.start {
		w.report(step.Address, "its current is %q, not %s", step.current, w.start)
	}
	w.back(step)
	w.newer = step.Address
}

// back judges that next-archive leads to where the walk came from. Of the
// newest document of the archive it may lead to the current one.
func (w *walk) back(step chapter) {
	if step.forward == "" {
		if w.newer != "" {
			w.report(step.Address, "it has no next-archive, and is not the newest")
		}
		return
	}
	p, err := w.get(step.forward)
	want := w.newer
	if want == "" {
		want = w.start
	}
	if err != nil || p.Address != want {
		w.report(step.Address, "its next-archive leads to %q, not to %s: %v", p.Address, want, err)
	}
}

func read(format Format, p Page) (chapter, error) {
	step := chapter{Page: p}
	if format == JSON {
		var f feed
		err := json.Unmarshal(p.Body, &f)
		step.older = f.Next
		for _, i := range f.Items {
			step.ids = append(step.ids, i.ID)
		}
		return step, err
	}
	root, err := parse(p.Body)
	if err != nil {
		return step, err
	}
	entry, id := "atom:entry", "atom:id"
	if format == RSS {
		entry, id = "item", "guid"
		for _, channel := range root.all("channel") {
			root = channel
		}
	}
	c := &checker{}
	target := func(rel string) string {
		for _, l := range c.related(root, rel) {
			return l.attrs["href"]
		}
		return ""
	}
	step.archived, step.current = len(root.all("fh:archive")) > 0, target("current")
	step.older, step.forward = target("prev-archive"), target("next-archive")
	for _, e := range root.all(entry) {
		step.ids = append(step.ids, e.first(id))
	}
	for _, e := range root.all("at:deleted-entry") {
		step.ids = append(step.ids, e.attrs["ref"])
	}
	return step, nil
}
