package storage

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// filled sets everything in a value to something that is not zero.
func filled(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	case reflect.Float64:
		v.SetFloat(7)
	case reflect.String:
		v.SetString("seven \xff") // as bytes are
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			filled(v.Elem(), depth-1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), depth-1)
	case reflect.Array:
		for n := range v.Len() {
			filled(v.Index(n), depth)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon))
			return
		}
		for n := range v.NumField() {
			filled(v.Field(n), depth)
		}
	}
}

// All that an answer had comes to the one who rules, whatever is added to it:
// but captures and the page, which stay, and what was to be read anew.
func TestAMessageHasTheWholeAnswer(t *testing.T) {
	s, _ := create(t)
	var b news.Batch
	filled(reflect.ValueOf(&b).Elem(), 3)
	b.Entries = append(b.Entries, batch(1, 1).Entries...)
	want := b
	want.Captures, want.Seen, want.Hosts, want.Asked.Older, want.Asked.Text = nil, nil, nil, nil, ""
	want.Entries = append([]news.Entry{}, b.Entries...)
	d, err := s.Draft(t.Context(), b, func(*Ledger, news.Batch) news.Decision { return news.Decision{Keep: []int{1}} })
	if err != nil {
		t.Fatal(err)
	}
	m, err := decodeMessage(d.Message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.read(); err != nil {
		t.Fatal(err)
	}
	h, err := m.hear()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(h.Batch, want) {
		t.Errorf("it has\n%+v\nand was\n%+v", h.Batch, want)
	}
	if len(d.Message) > 8<<10 {
		t.Errorf("it has %d bytes", len(d.Message))
	}
}

func TestAMessageIsHeldAgainstItsTexts(t *testing.T) {
	s, _ := create(t)
	m, err := decodeMessage(mustDraft(t, s))
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*message){
		"another text": func(m *message) { m.Texts = []string{m.Texts[0], m.Texts[1] + "x"} },
		"one less":     func(m *message) { m.Texts = m.Texts[:1] },
		"one more":     func(m *message) { m.Texts = append(m.Texts[:2:2], "more") },
		"no JSON":      func(m *message) { m.Body = m.Body[1:] },
		"another kind": func(m *message) { m.Kind = kindMark },
		"no kind":      func(m *message) { m.Kind = 99 },
	} {
		spoiled := m
		spoil(&spoiled)
		data, err := spoiled.encode()
		if err != nil {
			t.Fatal(err)
		}
		_, err = listen(Said{Seq: 1, Data: data}, nil)
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a newer program adds to a message is left alone.
func TestFieldsOfANewerProgram(t *testing.T) {
	newer, err := encodeGob(struct {
		Kind  kind
		Body  []byte
		Other map[string]string
	}{kindConfig, []byte(`{}`), map[string]string{"a": "b"}})
	if err != nil {
		t.Fatal(err)
	}
	var m message
	if err := decodeGob(newer, &m); err != nil || m.Kind != kindConfig || string(m.Body) != "{}" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestAMessageThatUnpacksToTooMuch(t *testing.T) {
	enc, err := packer()
	if err != nil {
		t.Fatal(err)
	}
	bomb := enc.EncodeAll([]byte(strings.Repeat("a", maxUnpacked+1)), []byte{messageVersion})
	if _, err := decodeMessage(bomb); !errors.Is(err, ErrDamaged) {
		t.Errorf("%d bytes that unpack to %d: %v", len(bomb), maxUnpacked+1, err)
	}
}

func FuzzMessage(f *testing.F) {
	for _, seed := range seedMessages(f) {
		f.Add(seed)
	}
	enc, err := packer()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, said := range [][]byte{data, enc.EncodeAll(data, []byte{messageVersion})} {
			m, err := decodeMessage(said)
			if err != nil {
				continue
			}
			m.read()
			m.hear()
		}
	})
}

// seedMessages are messages of each kind, as they are and unpacked.
func seedMessages(f *testing.F) (seeds [][]byte) {
	m := message{Kind: kindBatch, Body: []byte(`{"id":"01000000000000000000000000000001","entries":[{"refs":[{"n":0,"part":"html"}]}]}`), Texts: []string{"text"}}
	h := heard{Batch: batch(1, 1), Keep: []int{0}, Before: &news.FetchState{Source: "a"}}
	var err error
	if m.Batch, err = encodeGob(h); err != nil {
		f.Fatal(err)
	}
	ruling := message{Kind: kindRuling, Body: []byte(`{"through":7,"notices":[{"refs":[]}]}`), LinkPos: 3}
	for _, m := range []message{m, ruling, {Kind: kindEdit, Body: []byte(`{}`)}, {Kind: kindPrune, Body: []byte(`{"texts":[[1,2]]}`)}} {
		said, err := m.encode()
		text, e := encodeGob(m)
		if err = errors.Join(err, e); err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, said, text)
	}
	return append(seeds, nil, []byte{0}, []byte{messageVersion}, []byte{messageVersion + 1, 1, 2})
}

func BenchmarkMessage(b *testing.B) {
	s, err := Create(b.TempDir(), Options{Scratch: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	x := batch(1, 1)
	var size int
	b.Run("draft", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			d, err := s.Draft(b.Context(), x, firstAll)
			if err != nil {
				b.Fatal(err)
			}
			size = len(d.Message)
		}
		b.ReportMetric(float64(size), "bytes")
	})
	d, err := s.Draft(b.Context(), x, firstAll)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("listen", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := listen(Said{Seq: 1, Data: d.Message}, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	m, err := decodeMessage(d.Message)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("hear", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := m.hear(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What a node follows, so many messages at once: answers with an entry each.
func BenchmarkFollow(b *testing.B) {
	for _, atOnce := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(atOnce), func(b *testing.B) {
			s, err := Create(b.TempDir(), Options{})
			if err == nil {
				err = joinLog(s)
			}
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			var list []Said
			for n := range b.N {
				x := batch(0, n)
				x.ID[1], x.ID[2], x.ID[3] = byte(n>>16), byte(n>>8), byte(n)
				d, err := s.Draft(b.Context(), x, func(*Ledger, news.Batch) news.Decision { return news.Decision{Keep: []int{0}} })
				if err != nil {
					b.Fatal(err)
				}
				list = append(list, Said{Seq: uint64(n + 1), At: time.Now(), Data: d.Message})
			}
			b.ResetTimer()
			for len(list) > 0 {
				some := list[:min(atOnce, len(list))]
				if _, err := s.Follow(b.Context(), some, nil); err != nil {
					b.Fatal(err)
				}
				list = list[len(some):]
			}
		})
	}
}
