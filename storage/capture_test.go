package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"chinanews/news"
)

// answered is an answer of a site with a body.
func answered(url, body string) news.Capture {
	return news.Capture{URL: url, At: noon, Proto: "HTTP/1.1", Status: 200, Body: []byte(body), SHA256: digestOf([]byte(body)),
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"gzip"}, "Content-Length": {"7"}, "Set-Cookie": {"a=b", "c=d"}}}
}

// answeredBatch is a batch with the answer that it was read from.
func answeredBatch(id byte, body string, numbers ...int) news.Batch {
	b := batch(id, numbers...)
	b.Captures = []news.Capture{answered(fmt.Sprintf("https://a.example/%d", id), body)}
	b.Capture = b.Captures[0].SHA256
	return b
}

func sameCapture(a, b news.Capture) bool {
	return a.URL == b.URL && a.At.Equal(b.At) && a.Proto == b.Proto && a.Status == b.Status && a.Cut == b.Cut && a.SHA256 == b.SHA256 &&
		bytes.Equal(a.Body, b.Body) && maps.EqualFunc(a.Header, b.Header, func(x, y []string) bool { return strings.Join(x, "\n") == strings.Join(y, "\n") })
}

func TestCapturesAreKept(t *testing.T) {
	s, dir := create(t)
	first, second := answeredBatch(1, "<p>One.</p>", 1), answeredBatch(2, strings.Repeat("<p>Two.</p>", 5000), 2)
	second.Captures = append(second.Captures, answered("https://a.example/2_2", ""))
	accept(t, s, first)
	accept(t, s, second)
	s = reopen(t, s, dir)
	for _, want := range append(first.Captures, second.Captures...) {
		got, err := s.Capture(want.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Body) == 0 {
			want.Header["Content-Length"] = []string{"7"}
		}
		if !sameCapture(got, want) {
			t.Errorf("kept %+v\nof %+v", got, want)
		}
	}
	if _, err := s.Capture(digestOf([]byte("never seen"))); !errors.Is(err, ErrNotKept) {
		t.Errorf("a capture that never was: %v", err)
	}
	if r := verify(t, s); r.Captures != 3 || len(r.Notes) != 0 {
		t.Errorf("report %+v", r)
	}
}

func TestOnlyWhatIsRecordedIsCaptured(t *testing.T) {
	s, dir := create(t)
	nothing := func(*Ledger, news.Batch) news.Decision { return news.Decision{} }
	b := answeredBatch(1, "<p>Nothing new.</p>", 1)
	accept(t, s, batch(9))
	if rc, err := s.Accept(context.Background(), b, nothing); err != nil || rc.Pos != 0 {
		t.Fatal(rc, err)
	}
	if _, err := os.Stat(filepath.Join(dir, captureDir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a batch of which nothing was recorded left captures: %v", err)
	}
	b = answeredBatch(2, "<p>News.</p>", 1)
	accept(t, s, b)
	if rc := accept(t, s, b); !rc.Duplicate {
		t.Error("a batch was taken twice")
	}
	if r := verify(t, s); r.Captures != 1 {
		t.Errorf("%d captures of one batch", r.Captures)
	}
}

func TestABodyIsWrittenOnceADay(t *testing.T) {
	now := noon
	dir := t.TempDir()
	s, err := Create(dir, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	body := strings.Repeat("<p>The page that is not there.</p>", 100)
	var files []string
	for id := byte(1); id <= 4; id++ {
		accept(t, s, answeredBatch(id, body, int(id)))
		if id == 2 {
			now = now.Add(24 * time.Hour)
		}
	}
	var kinds []string
	s.db.View(func(tx *bbolt.Tx) error {
		files = indexOf(tx).files()
		return indexOf(tx).each("", func(p placed) error {
			kinds = append(kinds, fmt.Sprint(p.Revisit, p.Pos > 0))
			return nil
		})
	})
	if got, want := fmt.Sprint(kinds), "[false false false true true true false false false true true true]"; got != want {
		t.Errorf("records are %s, want %s: a beginning, a response and a revisit a day", got, want)
	}
	if fmt.Sprint(files) != "[2026-11-23.warc.gz 2026-11-24.warc.gz]" {
		t.Errorf("files %v", files)
	}
	if c, err := s.Capture(digestOf([]byte(body))); err != nil || string(c.Body) != body {
		t.Errorf("capture %.20q, %v", c.Body, err)
	}
	verify(t, s)
}

// What a crash between the captures and their batch left is cut off, whole or
// torn, and is no damage.
func TestWhatACrashLeftIsCutOff(t *testing.T) {
	for _, left := range []string{"a torn member", "whole"} {
		s, dir := create(t)
		accept(t, s, answeredBatch(1, "<p>One.</p>", 1))
		path := filepath.Join(dir, captureDir, "2026-11-23.warc.gz")
		if left == "whole" {
			record, err := response(answered("https://a.example/lost", "<p>Lost.</p>"))
			if err != nil {
				t.Fatal(err)
			}
			left = string(record)
		}
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString(left)
		f.Close()
		s = reopen(t, s, dir)
		if r := verify(t, s); len(r.Notes) != 1 || !strings.Contains(r.Notes[0], fmt.Sprint(len(left), " bytes after its last capture")) {
			t.Errorf("notes %q", r.Notes)
		}
		accept(t, s, answeredBatch(2, "<p>Two.</p>", 2))
		if r := verify(t, s); len(r.Notes) != 0 || r.Captures != 2 {
			t.Errorf("%d captures, notes %q", r.Captures, r.Notes)
		}
	}
}

// A batch whose rule fails takes nothing of the others with it.
func TestCapturesOfAGroup(t *testing.T) {
	s, _ := create(t)
	var all sync.WaitGroup
	for id := byte(1); id <= 60; id++ {
		all.Go(func() {
			b := answeredBatch(id, fmt.Sprintf("<p>Answer %d.</p>", id%40), int(id))
			s.Accept(context.Background(), b, func(l *Ledger, b news.Batch) news.Decision {
				if id%7 == 0 {
					panic("no")
				}
				return firstAll(l, b)
			})
		})
	}
	all.Wait()
	r := verify(t, s)
	if want := 60 - 60/7; r.Captures != want || len(r.Notes) != 0 {
		t.Errorf("%d captures, want %d; notes %q", r.Captures, want, r.Notes)
	}
	for id := byte(1); id < 40; id++ {
		body := fmt.Sprintf("<p>Answer %d.</p>", id)
		if c, err := s.Capture(digestOf([]byte(body))); id%7 != 0 && (err != nil || string(c.Body) != body) {
			t.Errorf("answer %d is %q, %v", id, c.Body, err)
		}
	}
}

// Captures that cannot be written fail the batch as a whole.
func TestCapturesThatCannotBeWritten(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	if err := os.WriteFile(filepath.Join(dir, captureDir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tip, _ := s.Tip()
	_, err := s.Accept(context.Background(), answeredBatch(2, "<p>Two.</p>", 2), firstAll)
	if after, _ := s.Tip(); err == nil || after != tip || !strings.Contains(err.Error(), "nothing was changed") {
		t.Fatalf("error %v, tip %d, was %d", err, after.Pos, tip.Pos)
	}
	os.Remove(filepath.Join(dir, captureDir))
	accept(t, s, answeredBatch(2, "<p>Two.</p>", 2))
	if r := verify(t, s); r.Captures != 1 {
		t.Errorf("%d captures", r.Captures)
	}
}

// A file that lost its end is left as it is for its damage to be seen, and a
// new one begun.
func TestAShortFileIsNotWrittenOver(t *testing.T) {
	s, dir := create(t)
	accept(t, s, answeredBatch(1, "<p>One.</p>", 1))
	path := filepath.Join(dir, captureDir, "2026-11-23.warc.gz")
	if err := os.Truncate(path, 700); err != nil {
		t.Fatal(err)
	}
	accept(t, s, answeredBatch(2, "<p>Two.</p>", 2))
	if c, err := s.Capture(digestOf([]byte("<p>Two.</p>"))); err != nil || string(c.Body) != "<p>Two.</p>" {
		t.Errorf("capture %q, %v", c.Body, err)
	}
	if _, err := s.Verify(t.Context()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "capture of record 2, captures/2026-11-23.warc.gz at ") {
		t.Errorf("error %v", err)
	}
	os.Remove(path)
	if r := verify(t, s); len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "is not there") {
		t.Errorf("notes %q", r.Notes)
	}
}

// Any byte of any file that is turned over is named by file, offset and record.
func TestVerifyNamesAnyFlippedByteOfACapture(t *testing.T) {
	s, dir := create(t)
	for id := byte(1); id <= 5; id++ {
		accept(t, s, answeredBatch(id, strings.Repeat(fmt.Sprintf("<p>Answer %d.</p>", id%4), 30), int(id)))
	}
	path := filepath.Join(dir, captureDir, "2026-11-23.warc.gz")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	step := 1 + len(whole)/60
	if long() {
		step = 1
	}
	flips := 0
	for at := 0; at < len(whole); at += step {
		bad := bytes.Clone(whole)
		bad[at] ^= 1 << (at % 8)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Verify(t.Context()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "captures/2026-11-23.warc.gz at ") {
			t.Errorf("byte %d: %v", at, err)
		}
		flips++
	}
	os.WriteFile(path, whole, 0o600)
	verify(t, s)
	t.Logf("%d bytes flipped, each named", flips)
}

// What is written is read back as it was, whatever a site sends.
func TestMembersRoundTrip(t *testing.T) {
	text := rapid.StringMatching(`[ -~]{0,40}`)
	rapid.Check(t, func(rt *rapid.T) {
		c := answered("https://a.example/"+rapid.StringMatching(`[a-z0-9/?=&%]{0,30}`).Draw(rt, "url"), string(rapid.SliceOf(rapid.Byte()).Draw(rt, "body")))
		c.Status = rapid.IntRange(100, 999).Draw(rt, "status")
		c.Proto = rapid.SampledFrom([]string{"HTTP/1.0", "HTTP/1.1", "HTTP/2.0"}).Draw(rt, "proto")
		c.At = noon.Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(rt, "at")))
		c.Cut = rapid.Bool().Draw(rt, "cut")
		for _, name := range []string{"X-A", "Server", "Transfer-Encoding"} {
			if rapid.Bool().Draw(rt, name) {
				c.Header[name] = []string{strings.TrimSpace(text.Draw(rt, "value"))}
			}
		}
		record, err := response(c)
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := readMember(record); err != nil || !sameCapture(got, c) {
			rt.Fatalf("read %+v, %v\nof %+v", got, err, c)
		}
		if again, _ := response(c); !bytes.Equal(again, record) {
			rt.Fatal("the same answer gave other bytes")
		}
	})
}

func FuzzMember(f *testing.F) {
	record, _ := response(answered("https://a.example/", "<p>One.</p>"))
	f.Add(record)
	begin, _ := info("2026-11-23.warc.gz", noon, "test")
	f.Add(begin)
	f.Fuzz(func(t *testing.T, record []byte) {
		if c, err := readMember(record); err == nil && c.SHA256 != digestOf(c.Body) {
			t.Errorf("a body with another digest: %+v", c)
		}
	})
}

// The answer of a look that found nothing new is kept when something is ruled on
// it, and with nothing else.
func TestCapturesOfWhatIsUnchanged(t *testing.T) {
	for _, ruled := range []bool{false, true} {
		s, _ := create(t)
		accept(t, s, answeredBatch(1, "<p>First.</p>", 1))
		var id news.ItemID
		view(t, s, func(l *Ledger) {
			for i := range l.Items("a", time.Time{}) {
				id = i.ID
			}
		})
		b := answeredBatch(2, "<p>As it is shown.</p>")
		b.Kind, b.Item, b.Unchanged, b.Saw = news.TaskLook, id, true, news.SawPage
		_, err := s.Accept(context.Background(), b, func(*Ledger, news.Batch) (d news.Decision) {
			if ruled {
				d.Ruling.Removal = []news.Removal{{Item: id, State: news.Present, Saw: news.SawPage}}
			}
			return d
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Capture(b.Captures[0].SHA256)
		if kept := err == nil && string(c.Body) == "<p>As it is shown.</p>"; kept != ruled || !ruled && !errors.Is(err, ErrNotKept) {
			t.Errorf("ruled on %v: kept %v (%v)", ruled, kept, err)
		}
	}
}
