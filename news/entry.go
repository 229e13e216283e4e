package news

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Entry is what one answer says of one release.
type Entry struct {
	ID      string   `json:"id,omitempty"`      // as the source declares it, byte for byte
	URL     string   `json:"url,omitempty"`     // absolute, rewritten, host in ASCII
	RawURL  string   `json:"raw_url,omitempty"` // as the source wrote it, when that differs
	Title   string   `json:"title,omitempty"`   // plain text
	Date    Date     `json:"date,omitzero"`
	Lang    string   `json:"lang,omitempty"`   // primary subtag
	Locale  string   `json:"locale,omitempty"` // whole tag
	Authors []string `json:"authors,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Files   []File   `json:"files,omitempty"`
	Digest  string   `json:"digest,omitempty"` // TextDigest of the body, else of the summary; empty: no text
	Refs    []Ref    `json:"refs,omitempty"`   // written by storage when the texts are kept

	Summary string `json:"-"` // plain text; kept beside the record
	HTML    string `json:"-"` // sanitised body; kept beside the record

	Short bool `json:"-"` // of a listing: its bytes are as in the last good answer, and only ID, URL, Title, Date without Raw, and Digest are said; Refs has the digest of HTML, else of Summary
}

// File is something that comes with a release: a document, a picture.
type File struct {
	URL   string `json:"url"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size,omitempty"` // bytes; 0 unknown
}

// TextPart says which text of an entry a Ref leads to.
type TextPart string

// The texts of an entry.
const (
	PartSummary TextPart = "summary"
	PartHTML    TextPart = "html"
	PartTelling TextPart = "telling" // what a notice says, as JSON
)

// Ref leads from an entry in a record to one of its texts.
type Ref struct {
	N      int      `json:"n"` // number of the text within its record
	Part   TextPart `json:"part"`
	SHA256 string   `json:"sha256"`
	Len    int      `json:"len"`
}

// TextDigest is the digest under which two texts are the same text, as Folded
// has them. It is empty for a text without letters and digits.
func TextDigest(text string) string {
	b := folded(text)
	if len(b) == 0 {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Fingerprint is a short digest of what a source says of an entry: its title
// and text. A date that moves alone is no news and is not part of it.
func (e Entry) Fingerprint() string {
	h := sha256.New()
	io.WriteString(h, Folded(e.Title)+"\n"+e.Digest)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Lost reports that a text which the entry had when it was recorded is not
// there any more.
func (e Entry) Lost() bool {
	for _, ref := range e.Refs {
		if ref.Part == PartHTML && e.HTML == "" || ref.Part == PartSummary && e.Summary == "" {
			return true
		}
	}
	return false
}

// Canonical is the entry's canonical address, empty when it has none.
func (e Entry) Canonical() string {
	if e.URL == "" {
		return ""
	}
	return CanonicalURL(e.URL)
}
