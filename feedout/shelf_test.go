package feedout

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const path = "/feeds/f.atom"

func shelf() *Shelf {
	s := NewShelf()
	s.Put(path, []byte("<feed>one</feed>"), Atom.ContentType(), noon, `<https://n.example/feeds/f.atom>; rel="self"`)
	return s
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
		{"plain", "GET", path, nil, 200, map[string]string{"Content-Type": Atom.ContentType(), "ETag": tag, "Content-Encoding": "", "Last-Modified": "Mon, 23 Nov 2026 04:00:00 GMT", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "X-Content-Type-Options": "nosniff", "Link": `<https://n.example/feeds/f.atom>; rel="self"`}},
		{"query", "GET", path + "?utm=1&x", nil, 200, map[string]string{"ETag": tag}},
		{"gzip", "GET", path, []string{"Accept-Encoding", "br, gzip;q=0.8"}, 200, map[string]string{"Content-Encoding": "gzip", "ETag": zipped}},
		{"no gzip", "GET", path, []string{"Accept-Encoding", "gzip;q=0"}, 200, map[string]string{"Content-Encoding": ""}},
		{"anything", "GET", path, []string{"Accept-Encoding", "*"}, 200, map[string]string{"Content-Encoding": "gzip"}},
		{"head", "HEAD", path, nil, 200, map[string]string{"Content-Length": "16", "ETag": tag}},
		{"known", "GET", path, []string{"If-None-Match", tag}, 304, map[string]string{"ETag": tag, "Cache-Control": "public, max-age=300, stale-while-revalidate=3600", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Content-Type": ""}},
		{"known in the other encoding", "GET", path, []string{"If-None-Match", zipped}, 304, nil},
		{"weak", "GET", path, []string{"If-None-Match", "W/" + tag}, 304, nil},
		{"in a list", "GET", path, []string{"If-None-Match", `"a", ` + tag}, 304, nil},
		{"any", "GET", path, []string{"If-None-Match", "*"}, 304, nil},
		{"another", "GET", path, []string{"If-None-Match", `"a"`, "If-Modified-Since", "Mon, 23 Nov 2026 04:00:00 GMT"}, 200, nil},
		{"since", "GET", path, []string{"If-Modified-Since", "Mon, 23 Nov 2026 04:00:00 GMT"}, 304, nil},
		{"since earlier", "GET", path, []string{"If-Modified-Since", "Mon, 23 Nov 2026 03:59:59 GMT"}, 200, nil},
		{"since nonsense", "GET", path, []string{"If-Modified-Since", "yesterday"}, 200, nil},
		{"range", "GET", path, []string{"Range", "bytes=0-3"}, 200, map[string]string{"Content-Length": "16"}},
		{"browser", "GET", path, []string{"Sec-Fetch-Dest", "document"}, 302, map[string]string{"Location": "/feeds/f/", "Cache-Control": "no-store", "Vary": "Accept-Encoding, Sec-Fetch-Dest"}},
		{"post", "POST", path, nil, 405, map[string]string{"Allow": "GET, HEAD"}},
		{"unknown", "GET", "/feeds/g.atom", nil, 404, nil},
	} {
		resp := ask(s, tt.method, tt.target, tt.headers...)
		// The clock of the tests stands before the document's: Last-Modified may
		// not be ahead of it.
		if resp.StatusCode != tt.status && !(strings.HasPrefix(tt.name, "since") && time.Now().Before(noon)) {
			t.Errorf("%s: status %d, want %d", tt.name, resp.StatusCode, tt.status)
		}
		for h, want := range tt.want {
			if got := resp.Header.Get(h); got != want && !(h == "Last-Modified" && time.Now().Before(noon)) {
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
	s.Put(path, []byte("<feed>one</feed>"), Atom.ContentType(), noon.Add(time.Hour), "")
	if after := ask(s, "GET", path).Header; after.Get("ETag") != before.Get("ETag") || after.Get("Last-Modified") != before.Get("Last-Modified") || after.Get("Link") == "" {
		t.Error("equal bytes changed the headers")
	}
	s.Put(path, []byte("<feed>two</feed>"), Atom.ContentType(), noon.Add(-48*time.Hour), "")
	after := ask(s, "GET", path).Header
	if after.Get("ETag") == before.Get("ETag") || after.Get("Last-Modified") != before.Get("Last-Modified") {
		t.Error("Last-Modified went back, or the ETag stayed")
	}
	if !bytes.Equal(s.Body(path), []byte("<feed>two</feed>")) || s.Body("/none") != nil {
		t.Error("Body is wrong")
	}
	s.Put("/ahead", []byte("x"), "text/plain", time.Now().Add(time.Hour), "")
	at, err := http.ParseTime(ask(s, "GET", "/ahead").Header.Get("Last-Modified"))
	if err != nil || at.After(time.Now()) {
		t.Errorf("Last-Modified %v is ahead of the clock", at)
	}
}

func BenchmarkServe(b *testing.B) {
	s := NewShelf()
	s.Put(path, bytes.Repeat([]byte("<entry>text</entry>"), 10_000), Atom.ContentType(), noon, "")
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	for b.Loop() {
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
}
