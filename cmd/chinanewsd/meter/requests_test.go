package meter

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func kindFeed(string) Kind { return OfFeed }

func TestAnswersAreCounted(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		code    string
		bytes   uint64
	}{
		{"says nothing", func(http.ResponseWriter, *http.Request) {}, "2xx", 0},
		{"writes", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("12345")); io.WriteString(w, "678") }, "2xx", 8},
		{"not modified", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, "304", 0},
		{"moved", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) }, "3xx", 0},
		{"not there", http.NotFound, "4xx", 19},
		{"broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "5xx", 0},
		{"says twice", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) }, "4xx", 0},
		{"hints", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(404) }, "4xx", 0},
	} {
		var q Requests
		q.Before(kindFeed, tt.handler).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		for code, name := range codeNames {
			if got := q.answers[OfFeed][code].Load(); (got == 1) != (name == tt.code) {
				t.Errorf("%s: %d of %s", tt.name, got, name)
			}
		}
		if got := q.bytes[OfFeed].Load(); got != tt.bytes {
			t.Errorf("%s: %d bytes, want %d", tt.name, got, tt.bytes)
		}
	}
}

// A handler that breaks off is counted, and nothing of it comes into the next
// answer.
func TestAPanicIsCounted(t *testing.T) {
	var q Requests
	h := q.Before(kindFeed, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500); panic(http.ErrAbortHandler) }))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is swallowed")
			}
		}()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
	if n := q.answers[OfFeed][4].Load(); n != 1 {
		t.Errorf("counted %d", n)
	}
}

// What streams, and sets its own deadlines, can: over a real connection.
func TestAControllerReachesTheConnection(t *testing.T) {
	var q Requests
	server := httptest.NewServer(q.Before(kindFeed, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		if err := c.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, "one")
		if err := c.Flush(); err != nil {
			t.Error(err)
		}
	})))
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// null answers nobody.
type null struct{ h http.Header }

func (n null) Header() http.Header         { return n.h }
func (n null) Write(b []byte) (int, error) { return len(b), nil }
func (n null) WriteHeader(int)             {}

var body = make([]byte, 50_000)

func document(w http.ResponseWriter, _ *http.Request) { w.Write(body) }

func TestCountingAllocatesNothing(t *testing.T) {
	var q Requests
	h := q.Before(kindFeed, http.HandlerFunc(document))
	w, r := null{make(http.Header)}, httptest.NewRequest("GET", "/feeds/all.atom", nil)
	h.ServeHTTP(w, r)
	if n := testing.AllocsPerRun(1000, func() { h.ServeHTTP(w, r) }); n >= 1 { // the pool is emptied now and then
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCounting(b *testing.B) {
	var q Requests
	for name, h := range map[string]http.Handler{"bare": http.HandlerFunc(document), "counted": q.Before(kindFeed, http.HandlerFunc(document))} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w, r := null{make(http.Header)}, httptest.NewRequest("GET", "/feeds/all.atom", nil)
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}
