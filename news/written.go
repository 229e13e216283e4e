package news

import "strings"

// Written is where keys of sources were written. What is not there is the
// program's own choice.
type Written struct {
	Defaults []WrittenKeys            // of keys that count for every row without its own
	Rows     map[string][]WrittenKeys // by id
}

// WrittenKeys are keys that stand at one place. Each source has several, and there
// may be very many sources, of which the most set the same keys.
type WrittenKeys struct {
	At   string // FILE:LINE, "defaults, FILE:LINE", or catalogue
	Keys string // their paths (list.item), a line each
}

// Of is where the keys of a source were written, by their paths; nil of one that
// has no row.
func (w Written) Of(id string) map[string]string {
	own, ok := w.Rows[id]
	if !ok {
		return nil
	}
	at := make(map[string]string)
	for _, list := range [...][]WrittenKeys{w.Defaults, own} {
		for _, p := range list {
			for key := range strings.SplitSeq(p.Keys, "\n") {
				at[key] = p.At
			}
		}
	}
	return at
}
