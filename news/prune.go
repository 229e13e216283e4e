package news

// Prune says what was destroyed on purpose: `verify` takes what is missing and
// named here for no damage.
type Prune struct {
	Texts    [][2]uint64 `json:"texts,omitempty"`           // position and number of each
	Captures []string    `json:"captures,omitempty"`        // SHA-256 of each body
	Before   string      `json:"captures_before,omitempty"` // the captures of all days before that one, but for those kept for ever
	Story    StoryID     `json:"story,omitzero"`            // of an erasure
	Why      string      `json:"why"`                       // PruneRetention or PruneErase
	Who      string      `json:"who"`
}

// The reasons to destroy.
const (
	PruneRetention = "retention"
	PruneErase     = "erase"
)
