package news

// Written is where keys of sources were written. What is not there is the
// program's own choice.
type Written struct {
	Defaults []WrittenKey            // of keys that count for every row without its own
	Rows     map[string][]WrittenKey // by id
}

// WrittenKey is where one key was written. Each source has several, and there may
// be very many sources.
type WrittenKey struct {
	Key string // its path: list.item
	At  string // FILE:LINE, "defaults, FILE:LINE", or catalogue
}

// Of is where the keys of a source were written, by their paths; nil of one that
// has no row.
func (w Written) Of(id string) map[string]string {
	own, ok := w.Rows[id]
	if !ok {
		return nil
	}
	at := make(map[string]string)
	for _, list := range [...][]WrittenKey{w.Defaults, own} {
		for _, p := range list {
			at[p.Key] = p.At
		}
	}
	return at
}
