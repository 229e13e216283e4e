package jetstream_test

import (
	"bytes"
	"testing"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

func FuzzCell(f *testing.F) {
	for _, c := range []news.Cell{
		{}, {Bucket: "polls", Key: []byte("k"), Value: []byte("v")}, {Bucket: "tasks", Key: []byte{0}, Value: []byte{}}, {Bucket: "数据", Key: nil},
	} {
		f.Add(jetstream.EncodeCell(c))
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := jetstream.DecodeCell(b)
		if err != nil {
			return
		}
		again, err := jetstream.DecodeCell(jetstream.EncodeCell(c))
		if err != nil || again.Bucket != c.Bucket || !bytes.Equal(again.Key, c.Key) || !bytes.Equal(again.Value, c.Value) || (again.Value == nil) != (c.Value == nil) {
			t.Errorf("%v became %v, %v", c, again, err)
		}
	})
}
