package fetcher

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

func sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}

func look(src news.Source, url string) news.Task {
	task := article(src, url)
	task.Kind = news.TaskLook
	return task
}

func TestAnAnswerIsCaptured(t *testing.T) {
	page := []byte(`<h1>The conference</h1><div id="b"><p>One answer.</p></div>`)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header()["X-Twice"] = []string{"a", "b"}
		z := gzip.NewWriter(w)
		z.Write(page)
		z.Close()
	})
	src := articleRow(s.URL)
	src.Headers = map[string]string{"Authorization": "Bearer verysecret"}
	b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
	if len(b.Captures) != 1 {
		t.Fatalf("%d captures, problem %v", len(b.Captures), b.Problem)
	}
	c := b.Captures[0]
	if !bytes.Equal(c.Body, page) || c.SHA256 != sum(page) || b.Capture != c.SHA256 || b.Pages != nil {
		t.Errorf("capture of %q, digest %s, the batch says %s and %v", c.Body, c.SHA256, b.Capture, b.Pages)
	}
	if c.URL != s.URL+"/c/t1.html" || c.Status != 200 || c.Proto != "HTTP/1.1" || c.At.Before(noon) || c.At.After(noon.Add(time.Minute)) {
		t.Errorf("capture %s %d %s at %s", c.URL, c.Status, c.Proto, c.At)
	}
	if fmt.Sprint(c.Header["X-Twice"], c.Header["Content-Encoding"]) != "[a b] [gzip]" {
		t.Errorf("headers %v are not as they came", c.Header)
	}
	if text := fmt.Sprint(c.Header); strings.Contains(text, "verysecret") {
		t.Errorf("a secret of the request is in %s", text)
	}
}

func TestCapturesOfSeveralPages(t *testing.T) {
	s := conference(t, 3, nil)
	src := articleRow(s.URL)
	b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
	if len(b.Captures) != 3 || len(b.Pages) != 3 {
		t.Fatalf("%d captures, %d pages", len(b.Captures), len(b.Pages))
	}
	for n, c := range b.Captures {
		if c.SHA256 != b.Pages[n] || !strings.Contains(string(c.Body), fmt.Sprintf("number %d", n+1)) {
			t.Errorf("page %d is %q", n+1, c.Body)
		}
	}
	if b.Capture != sum([]byte(strings.Join(b.Pages, "\n"))) {
		t.Error("the batch's capture is not the digest of its pages'")
	}
}

func TestWhatIsNotCaptured(t *testing.T) {
	f := newFetcher(t)
	s := serve(t, text(`<ul><li><a href="/a.html">A title that is long enough</a> 2026-11-20</li></ul>`, "ETag", `"1"`))
	src := row(s.URL)
	src.Kind, src.List.Item = news.KindHTML, []string{"li"}
	b := fetch(t, f, src, listing(s.URL, news.FetchState{}))
	if len(b.Captures) != 1 {
		t.Fatalf("%d captures of a listing (%v)", len(b.Captures), b.Problem)
	}
	if again := fetch(t, f, src, listing(s.URL, b.State)); !again.Unchanged || len(again.Captures) != 0 {
		t.Errorf("unchanged %v, %d captures", again.Unchanged, len(again.Captures))
	}
	src.List.Item = []string{"#none"}
	if bad := fetch(t, f, src, listing(s.URL, news.FetchState{})); bad.Problem == nil || len(bad.Captures) != 0 {
		t.Errorf("problem %v, %d captures of a listing that gave no entries", bad.Problem, len(bad.Captures))
	}
	gone := serve(t, http.NotFound)
	src = articleRow(gone.URL)
	if bad := fetch(t, f, src, article(src, gone.URL+"/c")); bad.Problem == nil || len(bad.Captures) != 0 || bad.Capture != "" {
		t.Errorf("problem %v, %d captures of an article that was never there", bad.Problem, len(bad.Captures))
	}
}

func TestALookCapturesWhatItFoundInstead(t *testing.T) {
	large := strings.Repeat("x", maxFound+10)
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		status int
		body   string
		cut    bool
	}{
		{"not found", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); fmt.Fprint(w, "no such page") }, 404, "no such page", false},
		{"gone without a word", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, 410, "", false},
		{"another page", text(`<h1>Something else</h1>`), 200, "<h1>Something else</h1>", false},
		{"a wall", text(`<script>document.cookie="a=b";location.reload()</script>`), 200, `<script>document.cookie="a=b";location.reload()</script>`, false},
		{"much", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); fmt.Fprint(w, large) }, 404, large[:maxFound], true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.answer)
			src := articleRow(s.URL)
			f := newFetcher(t, func(o *Options) { o.Fetching.MaxBody = 4 << 20 })
			b := fetch(t, f, src, look(src, s.URL+"/c/t1.html"))
			if b.Problem == nil || len(b.Captures) != 1 {
				t.Fatalf("problem %v, %d captures", b.Problem, len(b.Captures))
			}
			c := b.Captures[0]
			if c.Status != tt.status || string(c.Body) != tt.body || c.Cut != tt.cut || c.SHA256 != sum(c.Body) || b.Capture != c.SHA256 {
				t.Errorf("captured %d, %d bytes, cut %v, %s; the batch says %s", c.Status, len(c.Body), c.Cut, c.SHA256, b.Capture)
			}
		})
	}
}

func TestALookOfWhichNothingCame(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	src := articleRow(s.URL)
	if b := fetch(t, newFetcher(t), src, look(src, s.URL+"/c")); b.Problem == nil || len(b.Captures) != 0 || b.Capture != "" {
		t.Errorf("problem %v, %d captures of no answer", b.Problem, len(b.Captures))
	}
}

func TestTheOlderCaptureIsReadAgain(t *testing.T) {
	f := newFetcher(t)
	s := serve(t, text(`<div id="b"><p>Twelve people met.</p></div><div id="c"><p>A note.</p></div>`))
	src := articleRow(s.URL)
	src.Article.Body = []string{"#b"}
	url := s.URL + "/c/t1.html"
	older := news.Capture{URL: url, Status: 200, Body: []byte(`<div id="b"><p>Eleven people met.</p></div><div id="c"><p>An older note.</p></div>`)}
	older.SHA256 = sum(older.Body)
	task := look(src, url)
	task.Older = []news.Capture{older}
	b := fetch(t, f, src, task)
	if len(b.Entries) != 2 || b.Before != older.SHA256 {
		t.Fatalf("%d entries, before %q (%v)", len(b.Entries), b.Before, b.Problem)
	}
	if was, now := Text(b.Entries[0].HTML), Text(b.Entries[1].HTML); was != "Eleven people met." || now != "Twelve people met." {
		t.Errorf("was %q, now %q", was, now)
	}
	if len(b.Captures) != 1 || b.Captures[0].SHA256 != b.Capture {
		t.Errorf("%d captures; the older one is kept already", len(b.Captures))
	}
	for name, body := range map[string]string{"unreadable": `<div id="d">Nothing.</div>`, "hostile": strings.Repeat("<i>", 100000)} {
		task.Older = []news.Capture{{URL: url, Status: 200, Body: []byte(body), SHA256: "x"}}
		if b := fetch(t, f, src, task); len(b.Entries) != 1 || b.Before != "" || Text(b.Entries[0].HTML) != "Twelve people met." {
			t.Errorf("%s: %d entries, before %q", name, len(b.Entries), b.Before)
		}
	}
}

func TestOlderCapturesOfSeveralPages(t *testing.T) {
	s := conference(t, 3, nil)
	src := articleRow(s.URL)
	f := newFetcher(t)
	url := s.URL + "/c/t1.html"
	first := fetch(t, f, src, article(src, url))
	task := look(src, url)
	task.Older = first.Captures
	b := fetch(t, f, src, task)
	if len(b.Entries) != 2 || b.Before != first.Capture || b.Entries[0].Digest != first.Entries[0].Digest {
		t.Fatalf("%d entries, before %q, want %q", len(b.Entries), b.Before, first.Capture)
	}
	task.Older = first.Captures[:2]
	if b := fetch(t, f, src, task); len(b.Entries) != 1 || b.Before != "" {
		t.Errorf("half of the older pages passed for all of them: %d entries", len(b.Entries))
	}
}

// Of an answer that is very large the beginning is kept, under its own digest.
func TestALargeAnswerIsCut(t *testing.T) {
	s := serve(t, text(`<h1>The conference</h1><div id="b"><p>One answer.</p></div>`+strings.Repeat(" ", maxTaken)))
	src := articleRow(s.URL)
	f := newFetcher(t, func(o *Options) { o.Fetching.MaxBody = 2 * maxTaken })
	b := fetch(t, f, src, article(src, s.URL+"/c/t1.html"))
	if len(b.Captures) != 1 {
		t.Fatalf("%d captures (%v)", len(b.Captures), b.Problem)
	}
	if c := b.Captures[0]; !c.Cut || len(c.Body) != maxTaken || c.SHA256 != sum(c.Body) || b.Capture == c.SHA256 {
		t.Errorf("kept %d bytes, cut %v, %s of %s", len(c.Body), c.Cut, c.SHA256, b.Capture)
	}
}
