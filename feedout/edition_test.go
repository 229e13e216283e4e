package feedout

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"
	"pgregory.net/rapid"

	"chinanews/news"
)

// wholeRSS is an RSS document as gorilla/feeds encodes it at once.
type wholeRSS struct {
	rssRoot
	Channel struct {
		rssChannel
		Items []rssItem `xml:"item"`
	} `xml:"channel"`
}

func (w wholeRSS) FeedXml() any { return w }

// wholeAtom is an Atom document likewise.
type wholeAtom struct {
	atomRoot
	Deleted []any
	Entries []any
}

func (w wholeAtom) FeedXml() any { return w }

// whole is a document of which no part was made by itself.
func whole(t interface{ Fatal(...any) }, d Document, f Format) []byte {
	d = d.ready(false)
	var b bytes.Buffer
	var err error
	switch f {
	case RSS:
		var w wholeRSS
		for _, l := range d.list {
			w.Channel.Items = append(w.Channel.Items, d.rssLine(l))
		}
		withMedia := slices.ContainsFunc(w.Channel.Items, func(i rssItem) bool { return len(i.Media) > 0 })
		w.rssRoot = d.rssRoot(withMedia)
		w.Channel.rssChannel = w.rssRoot.Channel
		err = feeds.WriteXML(w, &b)
		b.WriteByte('\n')
	case Atom:
		w := wholeAtom{atomRoot: d.atomRoot(len(d.Stubs) > 0)}
		for _, l := range d.list {
			if _, ok := l.of.(*news.Stub); ok {
				w.Deleted = append(w.Deleted, d.atomLine(l))
				continue
			}
			w.Entries = append(w.Entries, d.atomLine(l))
		}
		err = feeds.WriteXML(w, &b)
		b.WriteByte('\n')
	case JSON:
		root := d.jsonRoot()
		for _, l := range d.list {
			root.Items = append(root.Items, d.jsonLine(l))
		}
		err = jsonTo(&b, "").Encode(root)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sameAnew says where an edition, a rendering of its own and an encoding of the
// whole document differ.
func sameAnew(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, e *Edition, d Document) {
	bodies, err := e.Render(d, formats...)
	if err != nil {
		t.Fatal(err)
	}
	for n, f := range formats {
		anew, err := Render(d, f)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bodies[n], anew) {
			t.Errorf("%s: made from the last document, and anew: %s", f, parting(bodies[n], anew))
		}
		if want := whole(t, d, f); len(want) <= maxDocument && !bytes.Equal(anew, want) {
			t.Errorf("%s: made of parts, and at once: %s", f, parting(anew, want))
		}
	}
}

// parting is where two documents part.
func parting(a, b []byte) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	around := func(of []byte) []byte { return of[max(0, n-200):min(len(of), n+200)] }
	return fmt.Sprintf("%d bytes\n%s\n%d bytes\n%s", len(a), around(a), len(b), around(b))
}

// changed is a document after something happened to it.
func changed(t *rapid.T, d, other Document) Document {
	d.Releases, d.Stubs, d.Notices = slices.Clone(d.Releases), slices.Clone(d.Stubs), slices.Clone(d.Notices)
	switch rapid.IntRange(0, 8).Draw(t, "change") {
	case 0:
		d.Releases, d.Notices = slices.Concat(other.Releases, d.Releases), slices.Concat(other.Notices, d.Notices)
	case 1:
		slices.Reverse(d.Releases)
		slices.Reverse(d.Notices)
	case 2:
		d.Releases, d.Notices = d.Releases[:len(d.Releases)/2], d.Notices[len(d.Notices)/2:]
	case 3:
		d.Feed = other.Feed
	case 4:
		d.Site = other.Site
	case 5:
		d.Stubs = other.Stubs
	case 6:
		d.Archive, d.Search, d.Hub, d.Older = other.Archive, other.Search, other.Hub, other.Older
	case 7:
		d.Updated = other.Updated
	default:
		for n := range d.Releases {
			elsewise(t, reflect.ValueOf(&d.Releases[n]).Elem())
		}
		for n := range d.Notices {
			elsewise(t, reflect.ValueOf(&d.Notices[n]).Elem())
		}
	}
	return d
}

// elsewise changes one thing somewhere in a value, if there is any that can be.
func elsewise(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.SampledFrom([]string{"", "en", "zh-CN", "https://x.example/z", "removed", "full", v.String() + "x"}).Draw(t, "string"))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(v.Uint() ^ 1)
	case reflect.Struct:
		if at, ok := reflect.TypeAssert[time.Time](v); ok {
			v.Set(reflect.ValueOf(at.Add(rapid.SampledFrom([]time.Duration{time.Second, -25 * time.Hour}).Draw(t, "later"))))
			return
		}
		elsewise(t, v.Field(rapid.IntRange(0, v.NumField()-1).Draw(t, "field")))
	case reflect.Slice:
		if v.Len() > 0 {
			v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)) // others have the same
		}
		fallthrough
	case reflect.Array:
		if v.Len() > 0 {
			elsewise(t, v.Index(rapid.IntRange(0, v.Len()-1).Draw(t, "index")))
		}
	}
}

// Whatever an edition made before, what it makes is what a rendering of its own
// makes, and that is what an encoder makes of the whole document.
func TestEditionIsAsAnew(t *testing.T) {
	for name, draw := range map[string]func(*rapid.T) Document{"releases": anyDocument, "notices": anyNotices} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				e, d := new(Edition), draw(t)
				sameAnew(t, e, d)
				for range rapid.IntRange(1, 4).Draw(t, "changes") {
					d = changed(t, d, draw(t))
					sameAnew(t, e, d)
				}
			})
		})
	}
}

func TestEditionOfEveryKind(t *testing.T) {
	e := new(Edition)
	for _, lang := range []string{"en", "zh-CN", "en"} {
		for _, d := range []Document{example(lang), withdrawn(lang), curated(lang), edited(lang), digests(lang), page(lang), {}, example(lang)} {
			sameAnew(t, e, d)
			sameAnew(t, e, d)
		}
	}
	for _, s := range lies {
		sameAnew(t, e, hostile(s))
	}
	if _, err := e.Render(example("en"), RSS, "pdf"); err == nil {
		t.Error("an unknown format was rendered")
	}
}

// A document that is too large is cut the same way from another.
func TestEditionOfLargeDocuments(t *testing.T) {
	e, d := new(Edition), example("en")
	sameAnew(t, e, d)
	for n := range d.Releases {
		d.Releases[n].HTML = "<p>" + string(bytes.Repeat([]byte("long "), 300_000)) + "</p>"
		sameAnew(t, e, d)
	}
	d.Releases = d.Releases[:1]
	sameAnew(t, e, d)
}

// What did not change is copied, and held once.
func TestEditionRendersOnlyWhatIsNew(t *testing.T) {
	e := new(Edition)
	d := busy(releases(60), 0)
	first, _ := e.Render(d, formats...)
	again, _ := e.Render(busy(releases(60), 0), formats...)
	for n, f := range formats {
		if &again[n][0] != &first[n][0] {
			t.Errorf("%s: the same bytes are held twice", f)
		}
	}
	anew := testing.AllocsPerRun(5, func() { new(Edition).Render(d, formats...) })
	docs, n := []Document{d, busy(releases(60), 1)}, 0
	some := testing.AllocsPerRun(5, func() { n++; e.Render(docs[n%2], formats...) })
	if some*5 > anew {
		t.Errorf("one new entry of 50 takes %v allocations, all of them %v", some, anew)
	}
}

// No two of these are spelled alike.
func TestSpelling(t *testing.T) {
	one, two := 1, 2
	seen := make(map[string]string)
	for _, of := range []any{
		[]string(nil), []string{}, []string{""}, []string{"", ""}, []string{"a", "b"}, []string{"ab", ""}, []string{"", "ab"}, []string{"\x01a"},
		map[string]int(nil), map[string]int{}, map[string]int{"a": 1, "b": 2}, map[string]int{"a": 2, "b": 1},
		&one, &two, (*int)(nil), any(int8(1)), []any{nil}, []any{0}, []any{uint(0)}, []byte{1, 2}, [2]byte{1, 2}, true, false, 0.5, -0.5,
		noon, noon.Add(1), noon.In(time.FixedZone("", 3600)), time.Time{},
	} {
		spelled := fmt.Sprintf("%T %x", of, spell(nil, reflect.ValueOf(of)))
		if before, ok := seen[spelled]; ok {
			t.Errorf("%#v is spelled like %s", of, before)
		}
		seen[spelled] = fmt.Sprintf("%#v", of)
	}
	many := map[string]int{}
	for n := range 50 {
		many[fmt.Sprint(n)] = n
	}
	want := spell(nil, reflect.ValueOf(many))
	for range 20 {
		if !bytes.Equal(spell(nil, reflect.ValueOf(many)), want) {
			t.Fatal("the order of a map shows")
		}
	}
}

// Everything that documents are made of can be spelled.
func TestEveryTypeIsSpelled(t *testing.T) {
	seen := make(map[reflect.Type]bool)
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		if seen[of] || of == reflect.TypeFor[time.Time]() {
			return
		}
		seen[of] = true
		switch of.Kind() {
		case reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Uintptr, reflect.Complex64, reflect.Complex128:
			t.Errorf("%s cannot be spelled", of)
		case reflect.Struct:
			for n := range of.NumField() {
				if f := of.Field(n); !f.IsExported() && f.Type == reflect.TypeFor[time.Time]() {
					t.Errorf("%s.%s cannot be read", of, f.Name)
				}
				walk(of.Field(n).Type)
			}
		case reflect.Map:
			walk(of.Key())
			walk(of.Elem())
		case reflect.Slice, reflect.Array, reflect.Pointer:
			walk(of.Elem())
		}
	}
	for _, of := range []reflect.Type{reflect.TypeFor[news.Release](), reflect.TypeFor[news.Stub](), reflect.TypeFor[Told](), reflect.TypeFor[Digest](), reflect.TypeFor[news.Site](), reflect.TypeFor[news.Feed]()} {
		walk(of)
	}
}

// prose is markup of so many bytes that compresses about as releases do: of
// phrases, of which few are frequent and many rare, in English or in Chinese.
func prose(seed uint64, size int) string {
	random := rand.New(rand.NewPCG(seed, 1))
	rank := rand.NewZipf(random, 1.1, 8, 1999)
	var b strings.Builder
	for b.Len() < size {
		b.WriteString("<p>")
		for range 12 {
			b.WriteString(phrase(rank.Uint64(), seed%2 == 0))
		}
		b.WriteString(".</p>")
	}
	return b.String()
}

// phrase is a few words that stand for a number.
func phrase(n uint64, english bool) string {
	random := rand.New(rand.NewPCG(n, 3))
	rank := rand.NewZipf(random, 1.1, 3, 2999)
	var b strings.Builder
	for range 2 + n%3 {
		if english {
			b.WriteString(latin(rank.Uint64()) + " ")
		} else {
			b.WriteRune(rune(0x4e00 + rank.Uint64()))
		}
	}
	return b.String()
}

// latin is a word that stands for a number: the shorter, the smaller that is.
func latin(n uint64) (word string) {
	syllables := strings.Fields("the of ka re ton mi es la vor in pel shi ana du tri ment sol ber ique fa")
	for n++; n > 0; n /= uint64(len(syllables)) {
		word += syllables[n%uint64(len(syllables))]
	}
	return word
}

// busy is a feed of 50 releases with texts of 4 kB, of which the newest is
// number n.
func busy(all []news.Release, n int) Document {
	d := example("en")
	d.Releases = nil
	for k := range 50 {
		d.Releases = append(d.Releases, all[(n+50-k)%len(all)])
	}
	return d
}

func releases(n int) (all []news.Release) {
	for k := range n {
		r := example("en").Releases[k%2*2]
		r.Story, r.HTML = news.StoryID{byte(k), 7}, prose(uint64(k), 4000)
		r.Membership.Story = r.Story
		r.Membership.Seq = uint64(k)
		all = append(all, r)
	}
	return all
}
