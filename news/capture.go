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
