package feed

import (
	"bytes"
	"slices"
)

// nesting is the elements that are open, outermost first. It forgives: an end
// tag closes what somebody forgot to close, and one that closes nothing is
// ignored.
type nesting []frame

type frame struct {
	name []byte
	role role
	at   int // where it starts in the document, or in the repaired one
}

// role is what an element means for the shape of a feed.
type role uint8

const (
	other role = iota
	root
	channel
	item  // an item or entry
	field // a text element of an item, which holds no other of its kind
	flow  // one that HTML lets end by the next of its name
	void  // one that HTML never closes
)

func roleOf(name []byte) role {
	switch local(name) {
	case "rss", "feed", "rdf":
		return root
	case "channel":
		return channel
	case "item", "entry":
		return item
	case "title", "guid", "pubdate", "id", "updated", "published", "modified", "issued", "comments":
		return field
	case "p", "li", "td", "tr", "option", "dd", "dt":
		return flow
	case "br", "hr", "img", "input", "meta", "wbr", "col", "area", "base", "embed", "param":
		return void
	}
	return other
}

// item is the position of the open item in the nesting, -1 when none is.
func (n nesting) item() int {
	return slices.IndexFunc(n, func(f frame) bool { return f.role == item })
}

// implied says how many elements a start tag closes before it opens its own.
func (n nesting) implied(name []byte, r role) int {
	if len(n) == 0 {
		return 0
	}
	top, at := n[len(n)-1], n.item()
	switch {
	case r == item && at >= 0:
		return len(n) - at
	case r == flow && bytes.EqualFold(top.name, name):
		return 1
	case top.role == field && at == len(n)-2 && (r == field || beside(name)):
		return 1
	}
	return 0
}

// beside reports whether an element stands beside a text element of an item,
// never in it.
func beside(name []byte) bool {
	switch local(name) {
	case "link", "description", "author", "creator", "encoded", "content", "category", "enclosure", "summary":
		return true
	}
	return false
}

// closes says how many elements an end tag closes; 0 when it belongs to none.
// Only the end of a structural element reaches beyond the open item.
func (n nesting) closes(name []byte) int {
	r := roleOf(name)
	for i := len(n) - 1; i >= 0; i-- {
		if bytes.EqualFold(n[i].name, name) {
			return len(n) - i
		}
		if n[i].role == item && r != root && r != channel && r != item {
			return 0
		}
	}
	return 0
}
