package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// ruled records rulings on a site, as the curator would.
func (s *siteFile) ruled(rulings ...func(*storage.Ledger) news.Ruling) {
	s.t.Helper()
	h := s.open()
	defer h.close()
	for _, r := range rulings {
		if _, err := h.store.Rule(context.Background(), func(l *storage.Ledger) news.Decision { return news.Decision{Ruling: r(l)} }); err != nil {
			s.t.Fatal(err)
		}
	}
}

// flood has a source's releases held back on a day.
func (s *siteFile) flood(n int) (day string) {
	s.t.Helper()
	h := s.open()
	defer h.close()
	b := news.Batch{ID: news.BatchID{7}, Source: "a", Kind: news.TaskListing, Condition: news.OK}
	var items []news.ItemRuling
	for i := range n {
		b.Entries = append(b.Entries, news.Entry{ID: string(rune('p' + i)), Title: "Old"})
		key := b.Entries[i].ID
		items = append(items, news.ItemRuling{N: i, Item: news.NewItemID("a", news.ByID, key), How: news.ByID, Key: key, Rev: 1, Class: news.First, As: news.AsWaiting, State: news.Read})
	}
	rc, err := h.store.Accept(context.Background(), b, func(*storage.Ledger, news.Batch) news.Decision {
		d := news.Decision{Ruling: news.Ruling{Items: items}}
		for i := range items {
			d.Keep = append(d.Keep, i)
		}
		return d
	})
	if err != nil || rc.Pos == 0 {
		s.t.Fatal(rc, err)
	}
	return rc.At.UTC().Format("2006-01-02")
}

func TestQueue(t *testing.T) {
	s, both, alone := editSite(t)
	if out, stderr := s.do(0, "queue"); out != "" || stderr != "nothing waits\n" {
		t.Errorf("an empty queue: %q %q", out, stderr)
	}
	s.do(0, "edit", both, "retitle", "Our title", "--who", "eve")
	s.do(0, "edit", both, "hold", "--who", "eve")
	s.do(0, "edit", alone, "embargo", "--until", "2050-12-01", "--who", "eve")
	id := func(l *storage.Ledger, address string) news.StoryID { s, _ := l.StoryAt(address); return s.ID }
	wait := func(feed news.FeedName, address string, why news.Why) func(*storage.Ledger) news.Ruling {
		return func(l *storage.Ledger) news.Ruling {
			return news.Ruling{Waits: []news.Wait{{Feed: feed, Story: id(l, address), Why: why}}}
		}
	}
	s.ruled(wait("all", both, news.WaitConflict), wait("english", both, news.WaitChange), wait("", alone, news.WaitEmbargo), wait("all", alone, news.WaitApproval), wait("", both, news.WaitHold))
	day := s.flood(3)
	wants := []string{
		"  all  its source has changed, an editor's title stands over it  now “A release 1”, ours “Our title”  " + both,
		"  english  it has changed since it was approved  “A release 1”  " + both,
		"  every feed  embargo until 2050-12-01 00:00, by eve  “A release ",
		"  all  nobody has approved it  “A release ",
		"  every feed  held by eve  “A release 1”  " + both,
		"  no feed  flood: 3 releases came at once and have old dates or none  a/" + day,
	}
	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = runDaemon(t, s)
		}
		out, _ := s.do(0, "queue")
		lines := strings.Split(strings.TrimSpace(out), "\n")
		machine, _ := s.do(0, "queue", "--json")
		objects := json.NewDecoder(strings.NewReader(machine))
		for _, want := range wants {
			var w waiting
			if err := objects.Decode(&w); err != nil || w.Since.IsZero() || w.Pos == 0 || w.Name == "" || w.Why == "" {
				t.Errorf("as JSON %+v (%v)", w, err)
			}
			if !strings.Contains(out, want) {
				t.Errorf("the queue has no %q:\n%s", want, out)
			}
		}
		own := slices.IndexFunc(lines, func(line string) bool { return strings.HasSuffix(line, both) })
		if own < 0 || own+3 > len(lines) || !strings.HasSuffix(lines[own+1], both) || !strings.HasSuffix(lines[own+2], both) {
			t.Errorf("what one story waits for is not together:\n%s", out)
		}
		if len(lines) != len(wants) || !strings.Contains(lines[0], "flood") {
			t.Errorf("the queue:\n%s", out)
		}
		if shown, _ := s.do(0, "edit", alone); !strings.Contains(shown, ": embargo until 2050-12-01 00:00, by eve") || !strings.Contains(shown, ": nobody has approved it") {
			t.Errorf("show: %s", shown)
		}
		if status, _ := s.do(0, "status"); !strings.Contains(status, "Editor     6 waiting; `chinanewsd queue` lists what") {
			t.Errorf("status: %s", status)
		}
		stop()
	}
	s.floodDecided("a/" + day)
}

// The newest release is first at the desk, in the command and in the feed of the
// queue, whatever it waits for and since when.
func TestQueueOrder(t *testing.T) {
	s := sitDown(t)
	s.from.set("/a.xml", rssOf("A", 20, 6)) // an hour apart
	s.poll()
	s.open()
	list, err := s.h.queue(t.Context())
	if err != nil || len(list) < 6 {
		t.Fatal(list, err)
	}
	s.done("eve", list[len(list)-1].Name, "hold")
	list, err = s.h.queue(t.Context())
	feed, problem := s.h.waits(t.Context())
	if err != nil || problem != nil {
		t.Fatal(err, problem)
	}
	var names, command, reader []string
	for n, q := range list {
		names = append(names, q.Name)
		if strings.HasPrefix(q.Title, "A release 2") && q.Title != "A release 2" {
			command = append(command, q.Title)
		}
		if reader = append(reader, feed[n].Title); feed[n].Title != q.Title {
			t.Errorf("the feed has %q where the command has %q", feed[n].Title, q.Title)
		}
	}
	want := []string{"A release 25", "A release 24", "A release 23", "A release 22", "A release 21", "A release 20"}
	if !slices.Equal(command, want) || !slices.Equal(s.waits(), names) {
		t.Errorf("the command has %q, the feed %q, the desk %q of %q; want %q", command, reader, s.waits(), names, want)
	}
}

// The log of an act names the story and the feed as editors do.
func TestActIsLogged(t *testing.T) {
	s := sitDown(t)
	var log bytes.Buffer
	s.h.log = slog.New(slog.NewTextHandler(&log, nil))
	name := s.first()
	s.done("eve", name, "approve", "feed", "held")
	if line := log.String(); !strings.Contains(line, "who=eve act=approve on="+name+" feed=held record=") {
		t.Errorf("it says %s", line)
	}
}

// floodDecided lets a flood in, leaves it out, and undoes both.
func (s *siteFile) floodDecided(name string) {
	s.t.Helper()
	for _, act := range []string{"approve", "hide"} {
		if shown, _ := s.do(0, "edit", name); !strings.Contains(shown, ": flood: 3 releases") {
			s.t.Errorf("show: %s", shown)
		}
		s.do(0, "edit", name, act)
		if out, _ := s.do(0, "queue"); strings.Contains(out, "flood") {
			s.t.Errorf("after %s: %s", act, out)
		}
		s.do(0, "edit", name, "undo")
	}
	if shown, _ := s.do(0, "edit", name, "show"); strings.Count(shown, "taken back by") != 2 || !strings.Contains(shown, "revision 4 everywhere") {
		s.t.Errorf("show: %s", shown)
	}
}
