package news

import "time"

// Capture is an answer as it came, kept as evidence of what is recorded of it.
type Capture struct {
	URL    string    // that was asked
	At     time.Time // when the answer had come
	Proto  string    // "HTTP/1.1"
	Status int
	Header map[string][]string // as received, but for what the transport took off
	Body   []byte              // without transfer and content encodings
	Cut    bool                // Body is only its beginning
	SHA256 string              // of Body, in hexadecimal
}

// CaptureURN is the id of a capture as a record of a WARC file; kind is the
// record's type.
func CaptureURN(kind string, c Capture) string {
	return urn("chinanews capture 1\n" + kind + "\n" + c.URL + "\n" + c.At.UTC().Format(time.RFC3339Nano) + "\n" + c.SHA256)
}
