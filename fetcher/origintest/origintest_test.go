package origintest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// rude is a poller without manners: it asks every ten minutes, knows no
// validators and takes every answer for good.
func rude(o *Origin, days int) {
	for end := time.Now().AddDate(0, 0, days); time.Now().Before(end); time.Sleep(10 * time.Minute) {
		for _, s := range o.Subscriptions() {
			if heavy := []string{"stall-header", "drip", "endless", "huge", "bomb", "reset", "short", "chunk-cut", "http-1-0", "early-hints", "crowd"}; slices.Contains(heavy, s.Site) {
				continue
			}
			r := httptest.NewRequest("GET", s.URL, nil)
			r.Header.Set("Accept-Encoding", "gzip, br")
			r.Header.Set("If-Modified-Since", time.Now().UTC().Format(http.TimeFormat))
			o.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
}

// A score that no poller can fail says nothing.
func TestRudePollerScoresBadly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := New(Poller{MinInterval: 20 * time.Minute, Interval: time.Hour, Timeout: 30 * time.Second, Hour: time.Hour})
		rude(o, 3)
		table := o.Score()
		failed := table.Failed()
		for _, no := range []int{1, 3, 4, 8, 9, 10, 12, 13, 14, 17, 23, 24, 26, 28, 29, 30, 33, 34, 36, 37, 40, 42, 43, 44, 45, 47, 50, 67, 70, 72} {
			if !slices.ContainsFunc(failed, func(v Verdict) bool { return v.No == no }) {
				t.Errorf("check %d (%s) was not failed: %+v", no, checks[no], table.Verdicts[no-1])
			}
		}
		var b bytes.Buffer
		table.Print(&b)
		if n := strings.Count(b.String(), "\n"); n != Checks+1 {
			t.Errorf("the table has %d lines, want %d", n, Checks+1)
		}
	})
}

func TestChecksAreNamed(t *testing.T) {
	names := make(map[string]bool)
	for no := 1; no <= Checks; no++ {
		if checks[no] == "" || names[checks[no]] {
			t.Errorf("check %d has no name of its own: %q", no, checks[no])
		}
		names[checks[no]] = true
	}
}
