package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
)

// Answers that rows share are held as far as there is room, through reloads too.
// Of one that has gone, the address is asked again.
func TestSharedAnswersAreBounded(t *testing.T) {
	var mu sync.Mutex
	asked := make(map[string]int)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		if r.URL.Path == "/down" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, strings.ReplaceAll(rivers(0, 1), "mm.", strings.Repeat("m", 100_000)))
	})
	options := func(o *Options) {
		o.Cached = 1 << 20
		for n := range 30 {
			o.Shared = append(o.Shared, fmt.Sprint(s.URL, "/", n))
		}
		o.Shared = append(o.Shared, s.URL+"/down")
	}
	f, src := newFetcher(t, options), row(s.URL)
	src.MinInterval = news.Duration(time.Hour)
	ask := func(path string) {
		t.Helper()
		fetch(t, f, src, listing(s.URL+path, news.FetchState{}))
		held := 0
		for _, k := range f.shared.kept {
			held += len(k.had.answer.body)
		}
		if held > 1<<20 || held > f.shared.last.size {
			t.Errorf("after %s, %d bytes are held, and %d counted", path, held, f.shared.last.size)
		}
	}
	for n := range 30 {
		ask(fmt.Sprint("/", n))
		ask(fmt.Sprint("/", n))
		ask("/down")
	}
	f = next(t, f, options)
	ask("/29")
	ask("/0")
	mu.Lock()
	defer mu.Unlock()
	for path, want := range map[string]int{"/0": 2, "/15": 1, "/29": 1} {
		if asked[path] != want {
			t.Errorf("%s was asked for %d times, want %d", path, asked[path], want)
		}
	}
}
