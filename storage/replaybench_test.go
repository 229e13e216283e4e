package storage

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// replayed is how many items BenchmarkReplay has: CHINANEWS_ITEMS, or few.
func replayed(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("CHINANEWS_ITEMS"))
	if err != nil {
		n = 10000
	}
	b.ReportMetric(float64(n), "items")
	return n
}

// wordy is a text of about 3 kB, another for each seed.
func wordy(seed uint64) string {
	words := []string{"the ministry", "announced", "trade", "harbour", "of goods", "grew by", "percent", "compared with", "last year", "fisheries", "licences", "the commission", "regulation", "shall apply", "from", "数据", "货物贸易", "增长", "公告", "港口"}
	r := rand.New(rand.NewPCG(seed, 1))
	var t strings.Builder
	for t.Len() < 3000 {
		fmt.Fprintf(&t, "%s %d ", words[r.IntN(len(words))], r.IntN(1000))
	}
	return "<p>" + t.String() + "</p>"
}

// replayLog hands answers of ten items each, and the rulings on them, to follow as
// they come.
func replayLog(b *testing.B, s *Store, items int, follow func([]Said) []Followed) {
	const each = 10
	seq := uint64(0)
	say := func(data []byte) []Followed {
		seq++
		return follow([]Said{{Seq: seq, At: noon.Add(time.Duration(seq) * time.Second), Data: data}})
	}
	for n := 0; n < items; n += each {
		answer := batch(0)
		for k := range 8 {
			answer.ID[1+k] = byte(n >> (8 * k))
		}
		for k := n; k < n+each; k++ {
			text := wordy(uint64(k))
			answer.Entries = append(answer.Entries, news.Entry{ID: fmt.Sprint("id-", k), URL: fmt.Sprintf("https://a.example/%d", k), Title: fmt.Sprint("Release ", k),
				Date: news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: noon}, HTML: text, Digest: news.TextDigest(text)})
		}
		d, err := s.Draft(b.Context(), answer, firstAll)
		if err != nil {
			b.Fatal(err)
		}
		done := say(d.Message)
		v, ok, err := s.Consider(b.Context(), done[0].Pos-1, firstJudge)
		if !ok || err != nil {
			b.Fatal(ok, err)
		}
		say(v.Message)
	}
}

// BenchmarkReplay is a node that follows a log from its first message, 256 at
// once, and then folds what it has anew.
func BenchmarkReplay(b *testing.B) {
	items := replayed(b)
	for b.Loop() {
		b.StopTimer()
		author := replaying(b)
		follower := adopted(b, author, Options{Scratch: true})
		var took time.Duration
		var waiting []Said
		catchUp := func() {
			began := time.Now()
			if _, err := follower.Follow(b.Context(), waiting, nil); err != nil {
				b.Fatal(err)
			}
			took, waiting = took+time.Since(began), nil
		}
		replayLog(b, author, items, func(some []Said) []Followed {
			done, err := author.Follow(b.Context(), some, nil)
			if err != nil {
				b.Fatal(err)
			}
			if waiting = append(waiting, some...); len(waiting) == 256 {
				catchUp()
			}
			return done
		})
		catchUp()
		b.ReportMetric(float64(items)/took.Seconds(), "followed/s")
		began := time.Now()
		b.StartTimer()
		if _, err := follower.Rebuild(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(items)/time.Since(began).Seconds(), "rebuilt/s")
	}
}

// replaying is a record that follows a log and has nothing.
func replaying(b *testing.B) *Store {
	s, err := Create(b.TempDir(), Options{Scratch: true})
	if err == nil {
		b.Cleanup(func() { s.Close() })
		err = joinLog(s)
	}
	if err != nil {
		b.Fatal(err)
	}
	return s
}
