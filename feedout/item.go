package feedout

import (
	"bytes"
	"encoding/json"

	"chinanews/news"
)

// Item is a release as an item of the document in JSON, whether it stands in it
// or not.
func (d Document) Item(r news.Release) (json.RawMessage, error) { return d.jsonItem(r).alone() }

// DigestItem is a day's entry likewise.
func (d Document) DigestItem(g Digest) (json.RawMessage, error) { return d.jsonDigest(g).alone() }

func (i jsonItem) alone() (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(i)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
