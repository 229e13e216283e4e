package news

import (
	"encoding/json"
	"fmt"
)

// PruneReason says why something was thrown away.
type PruneReason string

// The reasons to throw away.
const (
	ByRetention PruneReason = "retention" // it was kept as long as the configuration says
	ByErasure   PruneReason = "erase"     // a person said so
)

// Prune is the record of what was thrown away. Items, their keys, dates and
// places in feeds stay, and so do the digests of the texts.
type Prune struct {
	Texts    []TextAt    `json:"texts,omitempty"`
	Captures string      `json:"captures,omitempty"` // days before this one, 2026-11-25
	Bodies   []string    `json:"bodies,omitempty"`   // of an erasure: the SHA-256 of each capture
	Story    StoryID     `json:"story,omitzero"`     // of an erasure
	Why      PruneReason `json:"why"`
	Who      string      `json:"who"`
}

// TextAt is where a text is in the record: of the record at Pos the one whose
// Ref has N. Its JSON is [Pos, N].
type TextAt struct {
	Pos uint64
	N   int
}

// MarshalJSON writes [Pos, N].
func (t TextAt) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%d,%d]", t.Pos, t.N), nil
}

// UnmarshalJSON reads [Pos, N].
func (t *TextAt) UnmarshalJSON(text []byte) error {
	var pair []json.Number
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("%s is no place of a text", text)
	}
	if _, err := fmt.Sscan(pair[0].String(), &t.Pos); err != nil {
		return err
	}
	_, err := fmt.Sscan(pair[1].String(), &t.N)
	return err
}
