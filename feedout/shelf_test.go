package feedout

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
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
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
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
			"Last-Modified": "Mon, 23 Nov 2020 04:00:00 GMT", "Set-Cookie": "", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "X-Content-Type-Options": "nosniff", "Link": `<https://n.example/feeds/f.atom>; rel="self"`}},
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
		{"range", "GET", path, []string{"Range", "bytes=0-3"}, 200, map[string]string{"Content-Length": "16"}},
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

func TestGzipIsTheSameDocument(t *testing.T) {
	z, err := gzip.NewReader(ask(shelf(), "GET", path, "Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(z); err != nil || string(body) != "<feed>one</feed>" {
		t.Errorf("unzipped to %q, %v", body, err)
	}
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
	at, err := http.ParseTime(ask(s, "GET", "/ahead").Header.Get("Last-Modified"))
	if err != nil || at.After(time.Now()) {
		t.Errorf("Last-Modified %v is ahead of the clock", at)
	}
}

// TestReadersMeetWholeDocuments swaps documents under readers: each must get a
// body that is the one its ETag names.
func TestReadersMeetWholeDocuments(t *testing.T) {
	s := shelf()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			known := make(map[string]string)
			for range 200 {
				resp := ask(s, "GET", path)
				body, err := io.ReadAll(resp.Body)
				tag := resp.Header.Get("ETag")
				if before, met := known[tag]; err != nil || met && before != string(body) {
					t.Errorf("ETag %s names two bodies, or %v", tag, err)
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

func BenchmarkServe(b *testing.B) {
	s := NewShelf()
	put(s, strings.Repeat("<entry>text</entry>", 10_000), then)
	tag := ask(s, "GET", path).Header.Get("ETag")
	for name, header := range map[string]string{"200": "Accept", "304": "If-None-Match"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			r.Header.Set(header, tag)
			b.ReportAllocs()
			for b.Loop() {
				s.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
