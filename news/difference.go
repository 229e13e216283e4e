package news

import "slices"

// EditClass says what of a release an edit touched.
type EditClass string

// The classes of edits, the most telling first.
const (
	EditHeadline   EditClass = "headline"
	EditNumber     EditClass = "number"
	EditName       EditClass = "name"
	EditDate       EditClass = "date"
	EditRemoved    EditClass = "passage removed"
	EditAdded      EditClass = "passage added"
	EditMoved      EditClass = "moved"      // the same words in another order of sentences
	EditTypography EditClass = "typography" // the same words, written differently
)

// classes are all, as they are declared.
var classes = []EditClass{EditHeadline, EditNumber, EditName, EditDate, EditRemoved, EditAdded, EditMoved, EditTypography}

// Rank is smaller, the more telling a class is.
func (c EditClass) Rank() int { return slices.Index(classes, c) }

// Told reports whether an edit of that class is told to subscribers. The
// others are kept and shown, in silence.
func (c EditClass) Told() bool { return c != EditMoved && c != EditTypography }

// Difference is one place at which a reading differs from the one before, in
// plain text. A passage that was added has no Was, one that was removed no Now.
type Difference struct {
	Class EditClass `json:"class"`
	Was   string    `json:"was,omitempty"`
	Now   string    `json:"now,omitempty"`
}
