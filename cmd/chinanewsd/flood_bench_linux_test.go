package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"chinanews/news"
)

// flood is an asker whose listings have only what is new: releases of 2 kB, of
// which one in seven was carried by another source before, a little changed.
type flood struct {
	asked   uint64
	each    int
	stories int
}

var floodWords = strings.Fields("ministry announced harbour goods trade grew percent quarter fisheries licence regulation commission province railway energy grain reserve customs export import forest river council minister visit agreement signed standard quality inspection school hospital subsidy harvest drought flood relief budget bond tax rate survey census pilot zone tunnel bridge satellite launch rescue vessel border airport")

// floodRelease is the text of a story: the same for each number but for its end.
func floodRelease(story int, carrier int) (title, html string) {
	r := rand.New(rand.NewPCG(uint64(story), 7))
	words := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(floodWords[r.IntN(len(floodWords))])
			b.WriteByte(' ')
		}
		return b.String()
	}
	title = words(9)
	var b strings.Builder
	for range 8 {
		fmt.Fprintf(&b, "<p>%s %d.</p>", words(35), r.IntN(100000))
	}
	fmt.Fprintf(&b, "<p>Carried by office %d.</p>", carrier)
	return title, b.String()
}

func (s *flood) Fetch(_ context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	s.asked++
	b := news.Batch{Source: src.Origin, Kind: task.Kind, Fetched: now, URL: task.URL, Status: 200, Condition: news.OK, State: task.State}
	binary.BigEndian.PutUint64(b.ID[:], s.asked)
	b.State.Source, b.State.URL, b.State.LastGood = src.Origin, task.URL, now
	for n := range s.each {
		story := s.stories
		if n%7 == 3 && story > 500 {
			story = story - 500 + n // another's, of a while ago
		} else {
			s.stories++
		}
		title, html := floodRelease(story, int(s.asked))
		b.Entries = append(b.Entries, news.Entry{ID: fmt.Sprint(s.asked, "-", n), URL: fmt.Sprintf("%s/%d-%d", task.URL, s.asked, n), Title: title,
			Date: news.Date{Time: now, Precision: news.Minute}, Lang: "en", HTML: html, Digest: news.TextDigest(html)})
	}
	return b, nil
}

// BenchmarkFlood is what a poll costs beside its request that finds 35 releases,
// all new, of 200 sources: CPU time of the whole process for a release.
func BenchmarkFlood(b *testing.B) {
	var addresses []string
	for n := range 200 {
		addresses = append(addresses, fmt.Sprintf("http://127.0.0.%d/feed.xml", n+1))
	}
	h := benchHouse(b, addresses...)
	f := &flood{each: 35}
	h.ask = f
	var rows []*news.Source
	for _, src := range h.rows {
		rows = append(rows, src)
	}
	began := cpuTime(b)
	b.ReportAllocs()
	for b.Loop() {
		src := rows[int(f.asked)%len(rows)]
		task := news.Task{Kind: news.TaskListing, Source: src.Origin, URL: src.URLs[0]}
		if err := h.flow.handle(b.Context(), &handed{Task: task, queue: &queue{busy: 1}}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-began)/float64(b.N*f.each)/1e3, "cpu-us/release")
}

// cpuTime is what the process has used.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
