package news

import (
	"encoding/json"
	"slices"
	"strings"
)

// Names are those of one publisher, each with its BCP 47 tag before it, or "" of a
// name in no language: sorted by tag, each tag once. They are shared by all who
// have them: nobody may change them. In JSON they are an object, by tag.
type Names [][2]string

// NamesOf are names by their tags.
func NamesOf(byTag map[string]string) (n Names) {
	for tag, name := range byTag {
		n = append(n, [2]string{tag, name})
	}
	slices.SortFunc(n, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return n
}

// In is the name with this very tag; empty: there is none.
func (n Names) In(tag string) string {
	for _, name := range n {
		if name[0] == tag {
			return name[1]
		}
	}
	return ""
}

// With are the names, and this one in place of the tag's; an empty one is none.
func (n Names) With(tag, name string) Names {
	byTag := n.ByTag()
	if byTag[tag] = name; name == "" {
		delete(byTag, tag)
	}
	return NamesOf(byTag)
}

// ByTag are the names as a map of the caller's own.
func (n Names) ByTag() map[string]string {
	byTag := make(map[string]string, len(n)+1)
	for _, name := range n {
		byTag[name[0]] = name[1]
	}
	return byTag
}

// MarshalJSON is part of json.Marshaler.
func (n Names) MarshalJSON() ([]byte, error) {
	if n == nil {
		return []byte("null"), nil
	}
	return json.Marshal(n.ByTag())
}

// UnmarshalJSON is part of json.Unmarshaler.
func (n *Names) UnmarshalJSON(text []byte) error {
	var byTag map[string]string
	if err := json.Unmarshal(text, &byTag); err != nil {
		return err
	}
	*n = NamesOf(byTag)
	return nil
}
