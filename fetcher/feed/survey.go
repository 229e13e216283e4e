package feed

import (
	"fmt"
	"maps"

	"chinanews/news"
)

// The limits of a document, looked for in one pass before any parser sees it.
const (
	maxDepth      = 128
	maxTokens     = 300_000 // pieces of markup, attributes among them
	maxNamespaces = 64      // different ones
	maxDeclared   = 20_000  // namespace declarations in all: XHTML bodies repeat theirs
	maxAttrs      = 256     // of one element
	maxName       = 256     // bytes of a tag's name
	defaultItems  = 2000
)

// survey is what one pass over the markup of a feed shows.
type survey struct {
	end     int  // where the root element ends
	started int  // item and entry elements that begin
	cut     bool // the document ends before its root does
	run     bool // a text element runs on into its sibling
	bulk
}

// bulk is how much markup there is.
type bulk struct {
	tokens     int // pieces, attributes among them
	declared   int
	namespaces map[string]bool
}

// and is the most that two parts of a document have together.
func (b bulk) and(o bulk) bulk {
	all := maps.Clone(b.namespaces)
	maps.Copy(all, o.namespaces)
	return bulk{b.tokens + o.tokens, b.declared + o.declared, all}
}

func (b bulk) bounded() bool {
	return b.tokens <= maxTokens && b.declared <= maxDeclared && len(b.namespaces) <= maxNamespaces
}

// look walks a feed from its root element on and refuses what is beyond a limit.
func look(doc []byte) (survey, *news.Problem) {
	w := walk{survey: survey{bulk: bulk{namespaces: map[string]bool{}}}}
	s := scanner{doc: doc}
	for {
		t, ok := s.next()
		if !ok {
			break
		}
		if p := w.step(t); p != nil {
			return w.survey, p
		}
		if len(w.open) == 0 && w.tokens > 1 {
			w.end = s.pos
			return w.survey, nil
		}
	}
	w.end, w.cut = len(doc), true
	return w.survey, nil
}

type walk struct {
	survey
	open nesting
}

func (w *walk) step(t token) *news.Problem {
	w.tokens += 1 + len(t.attrs)
	if w.tokens > maxTokens {
		return large("has more than %d pieces of markup", maxTokens)
	}
	switch t.kind {
	case start:
		return w.start(t)
	case end:
		w.close(w.open.closes(t.name))
	}
	return nil
}

func (w *walk) start(t token) *news.Problem {
	r := roleOf(t.name)
	if prefix(t.name) != "" && len(w.open) > 0 && prefix(t.name) != prefix(w.open[0].name) {
		r = other
	}
	n := w.open.implied(t.name, r)
	w.run = w.run || n > 0 && w.open[len(w.open)-1].role == field
	w.close(n)
	if r == item {
		w.started++
	}
	if !t.empty && r != void {
		w.open = append(w.open, frame{name: t.name, role: r})
	}
	return w.check(t)
}

func (w *walk) close(n int) { w.open = w.open[:len(w.open)-n] }

func (w *walk) check(t token) *news.Problem {
	for _, a := range t.attrs {
		name := string(a.name)
		if name == "xmlns" || prefix(a.name) == "xmlns" {
			w.declared++
			w.namespaces[name+"="+string(a.value[:min(len(a.value), maxName)])] = true
		}
	}
	switch {
	case len(w.open) > maxDepth:
		return &news.Problem{Class: news.ClassTooDeep, Condition: news.Broken,
			Words: fmt.Sprintf("the feed nests more than %d elements; nothing of it was read", maxDepth)}
	case len(t.attrs) > maxAttrs:
		return large("has an element with more than %d attributes", maxAttrs)
	case len(t.name) > maxName:
		return large("has an element with a name of more than %d bytes", maxName)
	case len(w.namespaces) > maxNamespaces:
		return large("declares more than %d namespaces", maxNamespaces)
	case w.declared > maxDeclared:
		return large("declares namespaces more than %d times", maxDeclared)
	}
	return nil
}

func large(format string, n int) *news.Problem {
	return &news.Problem{Class: news.ClassTooLarge, Condition: news.Broken,
		Words: "the feed " + fmt.Sprintf(format, n) + "; nothing of it was read"}
}

func tooMany(n, most int) *news.Problem {
	return &news.Problem{Class: news.ClassTooLarge, Condition: news.Broken,
		Words: fmt.Sprintf("the feed has %d items, more than max_items (%d); raise fetch.max_items or ask the source for a shorter feed", n, most)}
}
