package news

import (
	"encoding/json"
	"unicode/utf8"
)

// Octets is a text of any bytes that JSON keeps byte for byte: as a string when
// it is UTF-8, else in base64 within an array.
type Octets string

// MarshalJSON implements json.Marshaler.
func (o Octets) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(o)) {
		return json.Marshal(string(o))
	}
	return json.Marshal([][]byte{[]byte(o)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *Octets) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] != '[' {
		return json.Unmarshal(data, (*string)(o))
	}
	var bytes [][]byte
	if err := json.Unmarshal(data, &bytes); err != nil || len(bytes) == 0 {
		return err
	}
	*o = Octets(bytes[0])
	return nil
}
