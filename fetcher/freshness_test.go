package fetcher

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"chinanews/news"
)

// A confirmation that says nothing of how long it lives leaves that as it was.
func TestFreshnessIsConfirmed(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Cache-Control", "max-age=7200")
		fmt.Fprint(w, oneItem)
	})
	f := newFetcher(t)
	b := fetch(t, f, row(s.URL+"/f"), listing(s.URL+"/f", news.FetchState{}))
	for n := range 3 {
		if got := b.State.Advice.Fresh.Sub(noon); got != 2*time.Hour {
			t.Fatalf("after answer %d fresh for %v, want 2 h", n+1, got)
		}
		b = fetch(t, f, row(s.URL+"/f"), listing(s.URL+"/f", b.State))
	}
}

func TestFreshUntil(t *testing.T) {
	date := func(d time.Duration) string { return noon.Add(d).UTC().Format(http.TimeFormat) }
	for _, tt := range []struct {
		name   string
		header http.Header
		want   time.Duration // 0: not fresh
	}{
		{"nothing", nil, 0},
		{"max-age", http.Header{"Cache-Control": {"public, max-age=600"}}, 10 * time.Minute},
		{"upper case and blanks", http.Header{"Cache-Control": {"Public ,  MAX-AGE = 600"}}, 10 * time.Minute},
		{"quoted", http.Header{"Cache-Control": {`max-age="600"`}}, 10 * time.Minute},
		{"two lines, the first counts", http.Header{"Cache-Control": {"max-age=600", "max-age=6000"}}, 10 * time.Minute},
		{"negative", http.Header{"Cache-Control": {"max-age=-600"}}, 0},
		{"fractional", http.Header{"Cache-Control": {"max-age=600.5"}}, 0},
		{"no number", http.Header{"Cache-Control": {"max-age"}}, 0},
		{"overflow", http.Header{"Cache-Control": {"max-age=99999999999999999999999"}}, mostSeconds * time.Second},
		{"s-maxage alone", http.Header{"Cache-Control": {"s-maxage=600"}}, 0},
		{"s-maxage beside", http.Header{"Cache-Control": {"s-maxage=9000, max-age=600"}}, 10 * time.Minute},
		{"no-cache", http.Header{"Cache-Control": {"max-age=600, no-cache"}}, 0},
		{"no-store", http.Header{"Cache-Control": {"no-store"}, "Expires": {date(time.Hour)}}, 0},
		{"max-age beats Expires", http.Header{"Cache-Control": {"max-age=600"}, "Expires": {date(time.Hour)}}, 10 * time.Minute},
		{"max-age=0 beats Expires", http.Header{"Cache-Control": {"max-age=0"}, "Expires": {date(time.Hour)}}, 0},
		{"Age", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"60"}}, 9 * time.Minute},
		{"Age beyond", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"6000"}}, 0},
		{"Age garbage", http.Header{"Cache-Control": {"max-age=600"}, "Age": {"-5"}}, 10 * time.Minute},
		{"Expires", http.Header{"Expires": {date(time.Hour)}}, time.Hour},
		{"Expires by a clock that is a year behind", http.Header{"Expires": {date(time.Hour - 365*24*time.Hour)}, "Date": {date(-365 * 24 * time.Hour)}}, time.Hour},
		{"Expires: 0", http.Header{"Expires": {"0"}}, 0},
		{"Expires in the past", http.Header{"Expires": {date(-time.Hour)}}, 0},
		{"Expires as text", http.Header{"Expires": {"tomorrow"}}, 0},
	} {
		want := time.Time{}
		if tt.want > 0 {
			want = noon.Add(tt.want)
		}
		if got := freshUntil(tt.header, noon); !got.Equal(want) {
			t.Errorf("%s: fresh until %v, want %v", tt.name, got, want)
		}
	}
}
