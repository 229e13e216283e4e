package news

// Versions are the readings of an item that were shown, oldest first: version
// N is Versions()[N-1]. Readings by another reader are none.
func (i Item) Versions() []Revision {
	var out []Revision
	for _, r := range i.Revisions {
		if r.Class != Reread {
			out = append(out, r)
		}
	}
	return out
}

// Version is the number of the version that was shown as of a revision; 0
// before the first.
func (i Item) Version(rev int) int {
	n := 0
	for _, r := range i.Versions() {
		if r.Rev <= rev {
			n++
		}
	}
	return n
}

// HistoryPath is the path of a page of an item's history, such as
// "versions/2", under the address of a story that has it. The item after which
// a story is named needs no name of its own.
func HistoryPath(address string, item ItemID, page string) string {
	path := "/stories/" + address + "/"
	if name := StoryID(item).Address(min(len(address), maxAddress)); name != address {
		path += "of/" + StoryID(item).Address(AddressLength) + "/"
	}
	return path + page
}

// maxAddress is the length of the longest address.
const maxAddress = 25

// Named reports whether an item is the one that a name in a HistoryPath, or
// an address, means.
func (i ItemID) Named(name string) bool {
	return len(name) >= AddressLength && len(name) <= maxAddress && StoryID(i).Address(len(name)) == name
}
