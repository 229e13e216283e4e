package feedout

import (
	"bytes"
	"encoding/json"

	"chinanews/news"
)

// Item is a release as an item of the document in JSON, whether it stands in it
// or not.
func (d Document) Item(r news.Release) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(d.jsonItem(r))
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
