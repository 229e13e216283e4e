package bare

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const document = `<rss version="2.0"><channel><title>Tides</title><item><title>One</title></item><item><title>Two</title></item></channel></rss>`

// ministry answers some feeds, with validators, and fails at others.
func ministry(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"v1"`)
	switch {
	case strings.HasPrefix(r.URL.Path, "/broken"):
		panic(http.ErrAbortHandler)
	case r.Header.Get("If-None-Match") == `"v1"`:
		w.WriteHeader(http.StatusNotModified)
	default:
		io.WriteString(w, document)
	}
}

func poll(t *testing.T, state string, parse bool, urls ...string) Cost {
	t.Helper()
	var c Cost
	p := &poller{parse: parse, said: make(map[string]validators), client: http.DefaultClient, cost: &c}
	if err := p.load(state); err != nil {
		t.Fatal(err)
	}
	p.all(urls, 4)
	if err := p.save(state); err != nil {
		t.Fatal(err)
	}
	return c
}

// The first round gets documents, the next is told that nothing is new; who has
// not kept what was said gets them again.
func TestPoll(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(ministry))
	defer s.Close()
	state := filepath.Join(t.TempDir(), "state")
	urls := []string{s.URL + "/a", s.URL + "/b", s.URL + "/broken"}
	if got, want := poll(t, state, true, urls...), (Cost{Done: 2, Items: 4, Failed: 1}); got != want {
		t.Errorf("first %+v, want %+v", got, want)
	}
	if got, want := poll(t, state, true, urls...), (Cost{Done: 2, Same: 2, Failed: 1}); got != want {
		t.Errorf("then %+v, want %+v", got, want)
	}
	if got, want := poll(t, state+" of another", false, urls...), (Cost{Done: 2, Bytes: 2 * int64(len(document)), Failed: 1}); got != want {
		t.Errorf("another %+v, want %+v", got, want)
	}
}

func TestPrepared(t *testing.T) {
	h := prepared([]byte("all of it"), []byte("less"))
	for _, c := range []struct {
		coding, tag string
		code        int
		body        string
	}{{"", "", 200, "all of it"}, {"gzip, br", "", 200, "less"}, {"gzip", `"prepared"`, 304, ""}, {"", `"old"`, 200, "all of it"}} {
		r := httptest.NewRequest("GET", "/any", nil)
		r.Header.Set("Accept-Encoding", c.coding)
		r.Header.Set("If-None-Match", c.tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.code || w.Body.String() != c.body {
			t.Errorf("%+v: %d %q", c, w.Code, w.Body)
		}
	}
}

// Callbacks confirm what they are asked, count what they are told, and hang when
// they are to.
func TestCallbacks(t *testing.T) {
	c := &callbacks{began: time.Now()}
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		c.ServeHTTP(w, r.WithContext(t.Context()))
		return w
	}
	if got := ask("GET", "/told/1?hub.challenge=tide", "").Body.String(); got != "tide" {
		t.Errorf("confirms %q", got)
	}
	ask("POST", "/told/1", "12345")
	ask("POST", "/hang/2", "1234567")
	first := c.take()
	if first.Posts != 2 || first.Bytes != 7 || first.Confirmed != 1 || first.First > first.Last {
		t.Errorf("came %+v", first)
	}
	if again := c.take(); again.Posts != 0 || again.Confirmed != 1 {
		t.Errorf("came again %+v", again)
	}
	ask("POST", "/told/1", "1")
	if both := first.And(c.take()); both.Posts != 3 || both.Bytes != 1 || both.First != first.First || both.Last < first.Last {
		t.Errorf("together %+v", both)
	}
	if none := (Came{}).And(first); none != first {
		t.Errorf("nothing and %+v is %+v", first, none)
	}
	c.hanging.Store(true)
	s := httptest.NewServer(c)
	defer s.Close()
	client := &http.Client{Timeout: 50 * time.Millisecond}
	if _, err := client.Post(s.URL+"/hang/2", "", strings.NewReader("1")); err == nil {
		t.Error("it answers, though it hangs")
	}
	if got := c.take().Posts; got != 0 {
		t.Errorf("%d that hung were counted", got)
	}
}

// No two hosts have one address, and no two subscribers one callback.
func TestAddresses(t *testing.T) {
	var all []string
	for n := range 10_000 {
		all = append(all, Callback(n, 1000, 80, n%7 == 0))
	}
	slices.Sort(all)
	if got := len(slices.Compact(all)); got != 10_000 {
		t.Errorf("%d callbacks", got)
	}
	hosts := make(map[string]bool)
	for n := range 1000 {
		hosts[CallbackHost(n)] = true
	}
	if len(hosts) != 1000 || hosts["127.20.0.0"] {
		t.Errorf("%d hosts", len(hosts))
	}
}

func TestRunKnowsItsTasks(t *testing.T) {
	for _, args := range [][]string{nil, {"-quick"}, {"poll"}} {
		if ran, err := Run(args); ran || err != nil {
			t.Errorf("%v: %v, %v", args, ran, err)
		}
	}
	if ran, err := Run([]string{"bare-poll", "-urls", "/nowhere/at/all"}); !ran || err == nil {
		t.Errorf("no file of addresses: %v, %v", ran, err)
	}
}
