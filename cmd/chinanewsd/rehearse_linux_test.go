package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"

	"chinanews/feedout/desk"
	"chinanews/news"
)

// BenchmarkRehearse rehearses a configuration over a whole record of texts of
// four kilobytes: a rule where there was none, another feed with a rule, one
// that takes everything, and one that holds.
func BenchmarkRehearse(b *testing.B) {
	n := 5_000
	if os.Getenv("CHINANEWS_LONG") != "" {
		n = 100_000
	}
	a := newArchive(b, 4_000)
	a.reopen(b, true)
	for a.next < n {
		a.accept(b, min(2_000, n-a.next), 0)
	}
	p := a.pub
	for k, f := range []news.Feed{{Where: `has(text, "海关总署") and near(text, "航班", "inspection", 3)`}, {Where: `any_of(title, "trade", "ports") or has(text, "关税")`}, {}, {Where: `has(text, "农产品 agreement")`, Hold: true}} {
		one := a.pub.Feeds[0]
		one.Where, one.Hold = f.Where, f.Hold
		if k > 0 {
			one.ID = fmt.Sprint("feed-", k)
			one.Name = news.FeedName(one.ID)
			p.Feeds = append(p.Feeds[:len(p.Feeds):len(p.Feeds)], one)
			continue
		}
		p.Feeds = []news.Feed{one}
	}
	h := &house{lasting: lasting{store: a.store}}
	defer spent(b)()
	for b.Loop() {
		said := 0
		err := h.rehearse(context.Background(), script{Publication: p}, func(r rehearsed) error {
			said += len(r.Gains) + len(r.Losses) + len(r.Waits)
			return nil
		})
		if err != nil || said == 0 {
			b.Fatal(said, err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB")
}

// BenchmarkLook looks at a whole record of texts of four kilobytes, as the desk
// does with every key that is pressed, and says how much it has time for.
func BenchmarkLook(b *testing.B) {
	n := 5_000
	if os.Getenv("CHINANEWS_LONG") != "" {
		n = 100_000
	}
	a := newArchive(b, 4_000)
	a.reopen(b, true)
	for a.next < n {
		a.accept(b, min(2_000, n-a.next), 0)
	}
	at := newWorkbench(&house{lasting: lasting{store: a.store}, cfg: news.Config{Publication: a.pub}})
	looked := 0
	defer spent(b)()
	for b.Loop() {
		s, err := at.Look(b.Context(), desk.Trial{Feed: a.pub.Feeds[0].ID, Where: `has(text, "海关总署") and near(text, "航班", "inspection", 3)`})
		if err != nil || s.Looked == 0 {
			b.Fatal(s, err)
		}
		looked += s.Looked
	}
	b.ReportMetric(float64(looked)/float64(b.N), "releases/op")
}
