package feed

import (
	"bytes"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"chinanews/news"
)

// drafts is a feed in the form that all formats share, its texts as they came.
type drafts struct {
	link   string // of the site, which relative addresses of RSS are meant from
	advice news.Advice
	items  []draft
}

type draft struct {
	id       string
	links    []string // candidates, best first
	title    passage
	dates    []string // candidates as written, best first
	summary  passage
	body     passage
	authors  []string
	tags     []string
	files    []attachment
	language string
}

type attachment struct {
	url, kind, title, size string
}

// passage is a text and what its format says of it.
type passage struct {
	text string
	form form
}

// form is how a text is to be understood.
type form uint8

const (
	maybe   form = iota // RSS does not say: markup when it looks like it
	plain               // text, in which markup is text
	inCDATA             // text out of a CDATA section: its entities are still to be read
	markup              // HTML or XHTML
)

// aboutMark is the isPermaLink of a guid that the repair made of an rdf:about.
const aboutMark = "about"

// parse reads a repaired document with the parser of its format.
func parse(doc []byte) (drafts, error) {
	notes := annotate(doc)
	if notes.atom {
		f, err := new(atom.Parser).Parse(bytes.NewReader(doc))
		if err != nil {
			return drafts{}, err
		}
		return fromAtom(f, notes.inOrder(len(f.Entries))), nil
	}
	f, err := new(rss.Parser).Parse(bytes.NewReader(doc))
	if err != nil {
		return drafts{}, err
	}
	return fromRSS(f, notes.inOrder(len(f.Items))), nil
}

// notes is what gofeed does not keep of each item.
type notes struct {
	atom  bool
	first []note // items in a channel or an Atom feed
	after []note // items beside the channel, which come after
}

type note struct {
	id      string // of Atom, before xml:base changed it
	title   form
	summary form
}

// inOrder gives the notes in the parser's order; zero ones when the two do not
// agree on how many items there are.
func (n notes) inOrder(count int) []note {
	all := append(n.first, n.after...)
	if len(all) != count {
		return make([]note, count)
	}
	return all
}

// annotate notes the forms of texts.
func annotate(doc []byte) notes {
	var n notes
	s := scanner{doc: doc}
	var open nesting
	var cur *note
	for {
		t, ok := s.next()
		if !ok {
			return n
		}
		switch t.kind {
		case start:
			role := roleOf(t.name)
			if len(open) == 0 {
				n.atom = local(t.name) == "feed"
			}
			if role == item && len(open) > 0 && (open[len(open)-1].role == root || open[len(open)-1].role == channel) {
				cur = n.add(open[len(open)-1].role == root && !n.atom)
			}
			if !t.empty && role != void {
				open = append(open, frame{name: t.name, role: role})
			}
			if cur != nil && !t.empty && open.item() == len(open)-2 {
				cur.element(t, s.doc[s.pos:])
			}
		case end:
			open = open[:len(open)-open.closes(t.name)]
		}
	}
}

func (n *notes) add(after bool) *note {
	if after {
		n.after = append(n.after, note{})
		return &n.after[len(n.after)-1]
	}
	n.first = append(n.first, note{})
	return &n.first[len(n.first)-1]
}

// element notes one child of an item, rest being what follows its start tag.
func (n *note) element(t token, rest []byte) {
	if prefix(t.name) != "" && prefix(t.name) != "atom" {
		return
	}
	switch local(t.name) {
	case "title":
		n.title = formOf(t, rest)
	case "summary", "description":
		n.summary = formOf(t, rest)
	case "id":
		if i := bytes.IndexByte(rest, '<'); i > 0 && bytes.HasPrefix(rest[i:], []byte("</")) {
			n.id = string(bytes.TrimSpace(rest[:i]))
		}
	}
}

func formOf(t token, rest []byte) form {
	kind := ""
	for _, a := range t.attrs {
		if string(a.name) == "type" {
			kind = strings.ToLower(string(a.value))
		}
	}
	switch {
	case strings.Contains(kind, "html"):
		return markup
	case bytes.HasPrefix(bytes.TrimLeft(rest[:min(len(rest), 256)], " \t\r\n"), []byte("<![CDATA[")):
		return inCDATA
	case kind == "text" || kind == "text/plain":
		return plain
	}
	return maybe
}
