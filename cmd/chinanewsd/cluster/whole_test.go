package cluster

import (
	"testing"
	"time"

	"chinanews/news"
)

// TestWhole: a record notes now and then that it has all that is remembered, news
// or not; and not while it may lack something.
func TestWhole(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, _ := three(t)
		noted := func() time.Duration {
			t.Helper()
			c, err := b.store.Cursor()
			if err != nil || c.Whole.IsZero() {
				t.Fatalf("%+v, %v", c, err)
			}
			return time.Since(c.Whole)
		}
		for n := range 6 {
			if err := a.store.SavePoll(t.Context(), news.FetchState{Source: "harbours", URL: "u", Failures: n}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(wholeEvery)
		}
		if ago := noted(); ago > wholeEvery+time.Minute {
			t.Errorf("it was whole %v ago", ago)
		}
		b.sever()
		time.Sleep(2 * wholeEvery)
		before := noted()
		if before < 2*wholeEvery {
			t.Errorf("it was whole %v ago, and hears of nobody", before)
		}
		head := b.along.snapshot().state + 1
		b.Node.whole(t.Context(), time.Now(), head)
		if ago := noted(); ago != before {
			t.Errorf("it was whole %v ago, and lacks a cell", ago)
		}
		time.Sleep(time.Minute)
		b.along.change(func(p *position) { p.state = head }) // others go on
		b.Node.whole(t.Context(), time.Now(), head+1)
		if ago := noted(); ago != time.Minute {
			t.Errorf("it was whole %v ago, want a minute: then it had asked how much there is", ago)
		}
	})
}
