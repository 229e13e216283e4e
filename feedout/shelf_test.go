package feedout

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

const path = "/feeds/f.atom"

// then is when the document on the shelf changed: before any clock.
var then = time.Date(2020, 11, 23, 4, 0, 0, 0, time.UTC)

func shelf() *Shelf {
	s := NewShelf()
	put(s, "<feed>one</feed>", then)
	s.Put("/opml.xml", Sheet{Body: []byte("<opml/>"), ContentType: "text/x-opml; charset=utf-8", Cache: KeepAsset})
	return s
}

// put places a feed.
func put(s *Shelf, body string, at time.Time) {
	s.Put(path, Sheet{Body: []byte(body), ContentType: Atom.ContentType(), Cache: KeepFeed, Link: `<https://n.example/feeds/f.atom>; rel="self"`, Page: "/feeds/f/", Modified: at})
}

func ask(s *Shelf, method, target string, headers ...string) *http.Response {
	return answer(s, method, target, headers...)
}

func answer(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestServe(t *testing.T) {
	s := shelf()
	tag := ask(s, "GET", path).Header.Get("ETag")
	zipped := ask(s, "GET", path, "Accept-Encoding", "gzip").Header.Get("ETag")
	if tag == "" || tag == zipped || !strings.HasPrefix(tag, `"`) {
		t.Fatalf("ETags %s and %s, want two strong ones", tag, zipped)
	}
	for _, tt := range []struct {
		name, method, target string
		headers              []string
		status               int
		want                 map[string]string
	}{
		{"plain", "GET", path, nil, 200, map[string]string{"Content-Type": Atom.ContentType(), "ETag": tag, "Content-Encoding": "",
			"Last-Modified": "Mon, 23 Nov 2020 04:00:00 GMT", "Set-Cookie": "", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "X-Content-Type-Options": "", "Accept-Ranges": "", "Link": `<https://n.example/feeds/f.atom>; rel="self"`}},
		{"query", "GET", path + "?utm=1&x", nil, 200, map[string]string{"ETag": tag}},
		{"gzip", "GET", path, []string{"Accept-Encoding", "deflate, gzip;q=0.8"}, 200, map[string]string{"Content-Encoding": "gzip", "ETag": zipped}},
		{"no gzip", "GET", path, []string{"Accept-Encoding", "gzip;q=0"}, 200, map[string]string{"Content-Encoding": ""}},
		{"anything", "GET", path, []string{"Accept-Encoding", "*"}, 200, map[string]string{"Content-Encoding": "gzip", "ETag": zipped}},
		{"head", "HEAD", path, nil, 200, map[string]string{"Content-Length": "16", "ETag": tag}},
		{"known", "GET", path, []string{"If-None-Match", tag}, 304, map[string]string{"ETag": tag, "Cache-Control": "public, max-age=300, stale-while-revalidate=3600", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Content-Type": ""}},
		{"known and zipped", "GET", path, []string{"If-None-Match", zipped, "Accept-Encoding", "gzip"}, 304, map[string]string{"ETag": zipped,
			"Last-Modified": "Mon, 23 Nov 2020 04:00:00 GMT", "Content-Length": "", "Content-Encoding": ""}},
		{"known, asked for the head", "HEAD", path, []string{"If-None-Match", tag}, 304, map[string]string{"ETag": tag}},
		{"in a second header", "GET", path, []string{"If-None-Match", `"a"`, "If-None-Match", tag}, 304, nil},
		{"without quotes", "GET", path, []string{"If-None-Match", strings.Trim(tag, `"`)}, 200, nil},
		{"list", "GET", "/opml.xml", []string{"Sec-Fetch-Dest", "document"}, 200, map[string]string{"Vary": "Accept-Encoding", "Last-Modified": ""}},
		{"list since", "GET", "/opml.xml", []string{"If-Modified-Since", "Mon, 23 Nov 2020 04:00:00 GMT"}, 200, nil},
		{"known in the other encoding", "GET", path, []string{"If-None-Match", zipped}, 304, nil},
		{"weak", "GET", path, []string{"If-None-Match", "W/" + tag}, 304, nil},
		{"in a list", "GET", path, []string{"If-None-Match", `"a", ` + tag}, 304, nil},
		{"any", "GET", path, []string{"If-None-Match", "*"}, 304, nil},
		{"another", "GET", path, []string{"If-None-Match", `"a"`, "If-Modified-Since", "Mon, 23 Nov 2020 04:00:00 GMT"}, 200, nil},
		{"since", "GET", path, []string{"If-Modified-Since", "Mon, 23 Nov 2020 04:00:00 GMT"}, 304, nil},
		{"since earlier", "GET", path, []string{"If-Modified-Since", "Mon, 23 Nov 2020 03:59:59 GMT"}, 200, nil},
		{"since nonsense", "GET", path, []string{"If-Modified-Since", "yesterday"}, 200, nil},
		{"range", "GET", path, []string{"Range", "bytes=0-3"}, 200, map[string]string{"Content-Length": "16", "Accept-Ranges": "none"}},
		{"a browser's fetch", "GET", path, []string{"Sec-Fetch-Dest", "empty"}, 200, map[string]string{"X-Content-Type-Options": "nosniff"}},
		{"brotli", "GET", path, []string{"Accept-Encoding", "gzip, deflate, br, zstd"}, 200, map[string]string{"Content-Encoding": "br", "ETag": strings.TrimSuffix(tag, `"`) + `-br"`}},
		{"nothing that there is", "GET", path, []string{"Accept-Encoding", "identity;q=0, zstd"}, 406, map[string]string{"Vary": "Accept-Encoding, Sec-Fetch-Dest", "ETag": ""}},
		{"known, and a range", "GET", path, []string{"If-None-Match", tag, "Range", "bytes=0-3"}, 304, nil},
		{"range if", "GET", path, []string{"If-Range", tag, "Range", "bytes=0-3"}, 200, map[string]string{"Content-Range": "", "Accept-Ranges": "none"}},
		{"browser", "GET", path, []string{"Sec-Fetch-Dest", "document"}, 302, map[string]string{"Location": "/feeds/f/", "Cache-Control": "no-store", "Vary": "Accept-Encoding, Sec-Fetch-Dest"}},
		{"post", "POST", path, nil, 405, map[string]string{"Allow": "GET, HEAD"}},
		{"unknown", "GET", "/feeds/g.atom", nil, 404, nil},
	} {
		resp := ask(s, tt.method, tt.target, tt.headers...)
		if resp.StatusCode != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, resp.StatusCode, tt.status)
		}
		for h, want := range tt.want {
			if got := resp.Header.Get(h); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.name, h, got, want)
			}
		}
		if body, _ := io.ReadAll(resp.Body); (tt.status == 304 || tt.method == "HEAD") && len(body) > 0 {
			t.Errorf("%s: a body of %d bytes", tt.name, len(body))
		}
	}
}

// In every coding it is the same document, with a length and an ETag of its own.
func TestCodingsAreTheSameDocument(t *testing.T) {
	for _, body := range []string{"", "x", strings.Repeat("<entry>国务院新闻办</entry>", 20_000), string(noise(1 << 20))} {
		s := NewShelf()
		put(s, body, then)
		tags := make(map[string]bool)
		for coding, open := range map[string]func(io.Reader) (io.Reader, error){
			"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
			"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
			"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		} {
			resp := ask(s, "GET", path, "Accept-Encoding", coding)
			sent, _ := io.ReadAll(resp.Body)
			r, err := open(bytes.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != body || resp.Header.Get("Content-Encoding") != coding || resp.Header.Get("Content-Length") != strconv.Itoa(len(sent)) {
				t.Errorf("%d bytes as %q: %d bytes, %v, %v", len(body), coding, len(got), err, resp.Header)
			}
			tags[resp.Header.Get("ETag")] = true
		}
		if len(tags) != 3 {
			t.Errorf("ETags %v, want three", tags)
		}
	}
}

// noise does not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{7}).Read(b)
	return b
}

func TestPutKeepsWhatIsEqual(t *testing.T) {
	s := shelf()
	before := ask(s, "GET", path).Header
	put(s, "<feed>one</feed>", then.Add(time.Hour))
	if after := ask(s, "GET", path).Header; after.Get("ETag") != before.Get("ETag") || after.Get("Last-Modified") != before.Get("Last-Modified") || after.Get("Link") == "" {
		t.Error("equal bytes changed the headers")
	}
	put(s, "<feed>two</feed>", then.Add(-48*time.Hour))
	after := ask(s, "GET", path).Header
	if after.Get("ETag") == before.Get("ETag") || after.Get("Last-Modified") != "Mon, 23 Nov 2020 04:00:01 GMT" {
		t.Error("Last-Modified went back or names two bodies, or the ETag stayed")
	}
	if !bytes.Equal(s.Body(path), []byte("<feed>two</feed>")) || s.Body("/none") != nil {
		t.Error("Body is wrong")
	}
	s.Put("/ahead", Sheet{Body: []byte("x"), Modified: time.Now().Add(time.Hour)})
	said := ask(s, "GET", "/ahead").Header.Get("Last-Modified")
	if at, err := http.ParseTime(said); err != nil || at.After(time.Now()) {
		t.Errorf("Last-Modified %v is ahead of the clock", at)
	}
	if resp := ask(s, "GET", "/ahead", "If-Modified-Since", said); resp.StatusCode != 200 {
		t.Errorf("%d: what was said while the clock was behind is believed", resp.StatusCode)
	}
}

// Two changes within a second: whoever got the first by its date gets the second.
func TestModifiedNamesOneBody(t *testing.T) {
	s := NewShelf()
	for i, ms := range []int{100, 200, 900, 900, 1000, 1001} {
		put(s, strings.Repeat("x", i), then.Add(time.Duration(ms)*time.Millisecond))
		before := ask(s, "GET", path).Header.Get("Last-Modified")
		put(s, strings.Repeat("y", i+1), then.Add(time.Duration(ms)*time.Millisecond))
		if resp := ask(s, "GET", path, "If-Modified-Since", before); resp.StatusCode != 200 || resp.Header.Get("Last-Modified") <= before {
			t.Errorf("change %d: %d, %s after %s", i, resp.StatusCode, resp.Header.Get("Last-Modified"), before)
		}
	}
}

func TestRemove(t *testing.T) {
	s := shelf()
	s.Remove(path)
	s.Remove("/none")
	if resp := ask(s, "GET", path); resp.StatusCode != 404 || s.Body(path) != nil {
		t.Errorf("%d after it was removed", resp.StatusCode)
	}
}

// What is on the shelf is served before all else; next has the rest, and
// addresses that are written in another way.
func TestBefore(t *testing.T) {
	h := shelf().Before(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for target, want := range map[string]int{path: 200, path + "?a=%2f": 200, "/opml.xml": 200, "/": 418, "/feeds/g.atom": 418, "/feeds%2Ff.atom": 418, "/feeds/%66.atom": 418, "/feeds/../feeds/f.atom": 418} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

// What is on no shelf is served alike, but as Brotli.
func TestServeAlone(t *testing.T) {
	sheet := Sheet{Body: []byte("<feed>one</feed>"), ContentType: Atom.ContentType(), Cache: KeepEver, Link: "<a>; rel=current", Page: "/feeds/f/", Modified: then}
	s := NewShelf()
	s.Put(path, sheet)
	for _, headers := range [][]string{nil, {"Accept-Encoding", "gzip"}, {"If-None-Match", "*"}, {"Sec-Fetch-Dest", "document"}, {"Accept-Encoding", "*;q=0"}, {"Range", "bytes=0-1"}} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			want := ask(s, method, path, headers...)
			for name, h := range map[string]http.Handler{"alone": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Serve(w, r, sheet) }), "fixed": Fixed(sheet)} {
				got := answer(h, method, path, headers...)
				a, _ := io.ReadAll(got.Body)
				b, _ := io.ReadAll(ask(s, method, path, headers...).Body)
				if got.StatusCode != want.StatusCode || !reflect.DeepEqual(got.Header, want.Header) || !bytes.Equal(a, b) {
					t.Errorf("%s, %s %v: %d %v; a shelf says %d %v", name, method, headers, got.StatusCode, got.Header, want.StatusCode, want.Header)
				}
			}
		}
	}
	if got := answer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Serve(w, r, sheet) }), "GET", path, "Accept-Encoding", "br, gzip"); got.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("compressed for one request as %q", got.Header.Get("Content-Encoding"))
	}
}

// Entity tags, however they are written (RFC 9110, section 8.8.3).
func TestNamed(t *testing.T) {
	p := &printed{forms: []form{{etag: []string{`"a-br"`}}, {etag: []string{`"a"`}}}}
	for list, want := range map[string]bool{
		`"a"`: true, `W/"a"`: true, `"a-br"`: true, `*`: true, ` * `: true, `"x", "a"`: true, `"x","a"`: true, `"x",, ,W/"a"`: true, "\t\"a\" ,": true,
		`"x,y", "a"`: true, `"x, \"", "a"`: false, `"x"; "a"`: false, `a`: false, `"a`: false, `'a'`: false, `"A"`: false, `w/"a"`: false, `"b"`: false, `""`: false, ``: false, `,`: false,
		`"a,b"`: false, `"b,"a""`: false, `**`: false, `"*"`: false, `*, "b"`: false, `"x" "a"`: true,
	} {
		if got := p.named(list); got != want {
			t.Errorf("If-None-Match: %s: %v, want %v", list, got, want)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	for _, s := range []string{"", `"`, `W/`, `"a","b"`, "*", "gzip;q=", ";q=0", "br;q=1e-9", "Mon, 23 Nov 2020 04:00:00 GMT"} {
		f.Add(s, s, s)
	}
	s := shelf()
	tag := ask(s, "GET", path).Header.Get("ETag")
	f.Fuzz(func(t *testing.T, match, accept, since string) {
		r := httptest.NewRequest("GET", path, nil)
		r.Header = http.Header{"If-None-Match": {match}, "Accept-Encoding": {accept}, "If-Modified-Since": {since}}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		known := strings.Contains(match, strings.Trim(tag, `"`)) || strings.Contains(match, "*")
		if w.Code != 200 && w.Code != 406 && (w.Code != 304 || !known) {
			t.Errorf("%d for If-None-Match: %q, Accept-Encoding: %q", w.Code, match, accept)
		}
	})
}

// TestReadersMeetWholeDocuments swaps documents under readers: each must get a
// body that is the one its ETag names, whoever had it compressed.
func TestReadersMeetWholeDocuments(t *testing.T) {
	s := shelf()
	var readers sync.WaitGroup
	for n := range 6 {
		readers.Go(func() {
			known := make(map[string]string)
			for range 200 {
				resp := ask(s, "GET", path, "Accept-Encoding", []string{"identity", "gzip", "br"}[n%3])
				body, err := io.ReadAll(resp.Body)
				tag := resp.Header.Get("ETag")
				if before, met := known[tag]; err != nil || met && before != string(body) || resp.Header.Get("Content-Length") != strconv.Itoa(len(body)) {
					t.Errorf("ETag %s names two bodies, or %v, or %v", tag, err, resp.Header)
				}
				known[tag] = string(body)
			}
		})
	}
	for i := range 50 {
		put(s, strings.Repeat(string(byte('a'+i%3)), 100+i), then)
	}
	readers.Wait()
}

// A document and its digest are of one another, whatever is put meanwhile.
func TestDigested(t *testing.T) {
	s := shelf()
	if body, digest := s.Digested("/none"); body != nil || digest != "" {
		t.Errorf("of no document: %q, %q", body, digest)
	}
	var putting sync.WaitGroup
	putting.Go(func() {
		for n := range 2000 {
			put(s, strconv.Itoa(n), then)
		}
	})
	for range 2000 {
		body, digest := s.Digested(path)
		if sum := sha256.Sum256(body); digest != hex.EncodeToString(sum[:8]) {
			t.Fatalf("%q has the digest %s", body, digest)
		}
	}
	putting.Wait()
}

// What nobody asks for is not compressed; what somebody did is, once.
func TestCompressedWhenAskedFor(t *testing.T) {
	s := shelf()
	tag := ask(s, "GET", path).Header.Get("ETag")
	ask(s, "GET", path, "Accept-Encoding", "br, gzip", "If-None-Match", tag)
	made := func() (list []string) {
		for i := range s.at(path).forms {
			if f := &s.at(path).forms[i]; f.body != nil {
				list = append(list, f.coding)
			}
		}
		return list
	}
	if got := made(); !slices.Equal(got, []string{"identity"}) {
		t.Errorf("%v were made before anybody asked for more than the identity", got)
	}
	zipped := make(map[*byte]bool)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() { ask(s, "HEAD", path, "Accept-Encoding", "gzip") })
	}
	readers.Wait()
	for range 2 {
		ask(s, "GET", path, "Accept-Encoding", "gzip")
		zipped[&s.at(path).forms[1].body[0]] = true
	}
	if got := made(); !slices.Equal(got, []string{"gzip", "identity"}) || len(zipped) != 1 {
		t.Errorf("%v were made, gzip %d times", got, len(zipped))
	}
}

// nowhere is where answers of benchmarks go: it makes nothing itself.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

// serving are requests for a document of 190 kB.
func serving() (*Shelf, map[string]*http.Request) {
	s := NewShelf()
	put(s, strings.Repeat("<entry>text</entry>", 10_000), then)
	requests := make(map[string]*http.Request)
	for name, headers := range map[string][2]string{
		"gzip": {"gzip, deflate"}, "br": {"gzip, deflate, br, zstd"}, "identity": {"identity"}, "304": {"gzip", `W/"other", ` + ask(s, "GET", path).Header.Get("ETag")},
	} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", headers[0])
		if headers[1] != "" {
			r.Header.Set("If-None-Match", headers[1])
		}
		requests[name] = r
	}
	return s, requests
}

// A request allocates nothing: all that its answer says was made before.
func TestServingAllocatesNothing(t *testing.T) {
	s, requests := serving()
	w := nowhere{make(http.Header)}
	for name, r := range requests {
		if n := testing.AllocsPerRun(100, func() { s.ServeHTTP(w, r) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkServe(b *testing.B) {
	s, requests := serving()
	for name, r := range requests {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w := nowhere{make(http.Header)}
			for b.Loop() {
				clear(w.header)
				s.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkPut is what a change of one format of a feed costs after rendering.
func BenchmarkPut(b *testing.B) {
	s := NewShelf()
	for n := 0; b.Loop(); n++ {
		put(s, strings.Repeat("<entry>text of a release</entry>\n", 6_000)+strconv.Itoa(n), then)
	}
}
