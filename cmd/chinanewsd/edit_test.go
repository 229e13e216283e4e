package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// editSite is a site with two feeds and a release that two sources have, and
// one that one has: their addresses.
func editSite(t *testing.T) (s *siteFile, both, alone string) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 3))
	o.set("/b.xml", rssOf("A", 1, 1))
	s.write(feedRow("a", o.URL+"/a.xml")+feedRow("b", o.URL+"/b.xml"), allFeed+"  - {id: english, title: English, language: en}\n")
	s.create()
	s.do(0, "poll")
	s.view(func(l *storage.Ledger) {
		for story := range l.Stories() {
			if len(story.Items) == 2 {
				both = story.Address
			} else {
				alone = story.Address
			}
		}
	})
	if both == "" || alone == "" {
		t.Fatalf("stories of both %q, of one %q", both, alone)
	}
	return s, both, alone
}

func (s *siteFile) view(f func(*storage.Ledger)) {
	s.t.Helper()
	h := s.open()
	defer h.close()
	if err := h.store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		s.t.Fatal(err)
	}
}

// decisions are what editors decided of a story, in a feed or (empty)
// everywhere.
func (s *siteFile) decisions(address string, feed news.FeedName) (d news.Decisions) {
	s.t.Helper()
	s.view(func(l *storage.Ledger) {
		story, _ := l.StoryAt(address)
		d = l.Decisions(news.Scope{Story: story.ID, Feed: feed})
	})
	return d
}

// Each act is recorded with who, what and where, also through the daemon that
// holds the record; show prints them all, and each is taken back.
func TestEditCommands(t *testing.T) {
	for name, running := range map[string]bool{"record": false, "daemon": true} {
		t.Run(name, func(t *testing.T) {
			s, both, alone := editSite(t)
			stop := func() {}
			if running {
				stop = runDaemon(t, s)
			}
			acts := []struct{ args, want, shown string }{
				{"hide --feed english", "hidden (record ", "hide in english"},
				{"pin --until 2050-12-01T08:00+08:00", "pinned", "pin until 2050-1"},
				{"hold", "held", "hold"},
				{"approve --feed all", "approved", "approve in all"},
				{"embargo --until 9d", "under embargo", "embargo until "},
				{"retitle Another <b>title</b>", "retitled", "retitle “Another <b>title</b>”"},
				{"summary What\tit\nsays", "summary written", "summary “What it says”"},
				{"note 按：已更正", "note written", "note “按：已更正”"},
				{"tag trade 外交 trade", "tagged", "tag trade, 外交"},
				{"merge " + alone, "merged", "merge with " + alone},
			}
			for _, a := range acts {
				args := append([]string{"edit", both}, strings.Split(a.args, " ")...)
				if out, _ := s.do(0, append(args, "--who", "eve")...); !strings.Contains(out, a.want) || !strings.Contains(out, both) {
					t.Errorf("%s: %s", a.args, out)
				}
			}
			shown, _ := s.do(0, "edit", both)
			for _, a := range acts {
				if !strings.Contains(shown, "  eve: "+a.shown) {
					t.Errorf("show has no %q:\n%s", a.shown, shown)
				}
			}
			if strings.Count(shown, "\nitem ") != 3 || !strings.Contains(shown, "  b  “A release 1”\n") {
				t.Errorf("show has not the items of both stories:\n%s", shown)
			}
			for range acts {
				if out, _ := s.do(0, "edit", both, "undo", "--who", "bob"); !strings.HasPrefix(out, "taken back: the ") {
					t.Errorf("undo: %s", out)
				}
			}
			if _, stderr := s.do(2, "edit", both, "undo"); !strings.Contains(stderr, "no act on it stands") {
				t.Errorf("undo of nothing: %s", stderr)
			}
			if shown, _ := s.do(0, "edit", both, "show"); strings.Count(shown, "(taken back by bob, record ") != len(acts) {
				t.Errorf("after the undos:\n%s", shown)
			}
			stop()
			d := s.decisions(both, "")
			if in := s.decisions(both, "english"); len(in.Acts) != 1 || in.Acts[0].Act != news.ActHide || in.Acts[0].Who != "eve" || in.Rev != 2 {
				t.Errorf("in english: %+v", in)
			}
			if i := slices.IndexFunc(d.Acts, func(a news.Acted) bool { return a.Act == news.ActPin }); i < 0 || d.Acts[i].Args.Until.UTC().Format("2006-01-02T15:04") != "2050-12-01T00:00" {
				t.Errorf("everywhere: %+v", d)
			}
			s.do(0, "verify")
		})
	}
}

// A split names its items by id or source; an address that all of them have is
// no split.
func TestSplitNamesItems(t *testing.T) {
	s, both, _ := editSite(t)
	var item news.Item // of b
	s.view(func(l *storage.Ledger) {
		for i := range l.Items("b", time.Time{}) {
			item = i
		}
	})
	for _, name := range []string{"b", strings.ToUpper(item.ID.String())} {
		out, _ := s.do(0, "edit", both, "split", name)
		d := s.decisions(both, "")
		last := d.Acts[len(d.Acts)-1]
		var left []news.ItemID // the story's first item stays, whichever was named
		s.view(func(l *storage.Ledger) {
			for _, source := range []news.Origin{"a", "b"} {
				for x := range l.Items(source, time.Time{}) {
					if x.Shown.Title == item.Shown.Title && x.Story.Address(news.AddressLength) != both {
						left = append(left, x.ID)
					}
				}
			}
		})
		if !strings.HasPrefix(out, "split (record ") || last.Act != news.ActSplit || len(left) != 1 || !slices.Equal(last.Args.Items, left) {
			t.Errorf("split %s: %s%+v", name, out, last)
		}
		s.do(0, "edit", both, "undo")
	}
	if _, stderr := s.do(2, "edit", both, "split", item.Shown.URL); !strings.Contains(stderr, "all of its items") {
		t.Errorf("split by the address of both: %s", stderr)
	}
}

// What cannot be done says why and what to do, and records nothing.
func TestBadEdits(t *testing.T) {
	s, both, alone := editSite(t)
	before := tip(s)
	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = runDaemon(t, s)
		}
		for _, tt := range []struct {
			args []string
			want string
		}{
			{[]string{both, "burn"}, "unexpected argument burn"},
			{[]string{both, "hied"}, `did you mean one of "hide"`},
			{[]string{"nowhere", "hide"}, `no story is known as "nowhere": it is no address`},
			{[]string{" ", "show"}, "no story is known as"},
			{[]string{"http://127.0.0.1:1/not-there", "hide"}, "no ministry's address"},
			{[]string{"urn:uuid:00000000-0000-4000-8000-000000000000", "hide"}, "no id of an entry"},
			{[]string{strings.Repeat("0", 32), "hide"}, "no story is known"},
			{[]string{both, "hide", "--feed", "englsh"}, `no feed "englsh" in ` + s.file + "; did you mean english?"},
			{[]string{both, "hide", "--feed", "x"}, "known here: all, english"},
			{[]string{both, "pin"}, "missing flags: --until=T"},
			{[]string{both, "pin", "--until", "soon"}, `--until: "soon" is no moment; write 2026-12-01`},
			{[]string{both, "pin", "--until", "2026-02-30"}, "is no moment"},
			{[]string{both, "pin", "--until", "0d"}, "is over"},
			{[]string{both, "embargo", "--until", "1999-12-31"}, "--until: 1999-12-31 00:00 "},
			{[]string{both, "embargo", "--until", "-3d"}, "--until"},
			{[]string{both, "retitle"}, "expected "},
			{[]string{both, "retitle", " \t\x1b"}, "the text of retitle is empty"},
			{[]string{both, "retitle", strings.Repeat("题", 301)}, "the text of retitle has 301 characters; the most is 300"},
			{[]string{both, "summary", strings.Repeat("a", 2001)}, "the most is 2000"},
			{[]string{both, "note", ""}, "the text of note is empty"},
			{[]string{both, "tag", "good", " "}, "a tag is empty"},
			{[]string{both, "tag", strings.Repeat("t", 51)}, "the most is 50"},
			{append([]string{both, "tag"}, strings.Split("a b c d e f g h i j k l m n o p q r s t u", " ")...), "21 tags; give 1 to 20"},
			{[]string{both, "merge", both}, "one story already"},
			{[]string{both, "merge", "nowhere"}, `no story is known as "nowhere"`},
			{[]string{both, "split", "c"}, `"c" is no item of this story, nor a source of one; they are `},
			{[]string{both, "split", "a", "b"}, "a split leaves something behind"},
			{[]string{alone, "split", "a"}, "a split leaves something behind"},
			{[]string{both, "undo"}, "no act on it stands"},
			{[]string{both, "undo", "1"}, "record 1 is no act on it"},
			{[]string{both, "undo", "-1"}, "-1"},
			{[]string{both, "hide", "--rev=-1"}, "counts from 1"},
			{[]string{both, "hide", "--rev", "x"}, "--rev"},
			{[]string{both, "hide", "--who", strings.Repeat("w", 101)}, "--who has 101 characters"},
			{[]string{"a/2026-11-26", "approve"}, "nothing was held back of that source on that day"},
			{[]string{"a/2026-11-26", "note", "x"}, "a/2026-11-26 is a flood: approve lets it in"},
			{[]string{"a/2026-11-26", "hide", "--feed", "all"}, "--feed: a flood"},
		} {
			if _, stderr := s.do(2, append([]string{"edit"}, tt.args...)...); !strings.Contains(stderr, tt.want) {
				t.Errorf("%.80q: %s, want %q", tt.args, stderr, tt.want)
			}
		}
		stop()
	}
	if after := tip(s); after != before {
		t.Errorf("the tip moved from %d to %d", before.Pos, after.Pos)
	}
}

// Of two editors who saw the same, the second is told of the first.
func TestTwoEditors(t *testing.T) {
	s, both, _ := editSite(t)
	defer runDaemon(t, s)()
	if _, stderr := s.do(1, "edit", both, "hide", "--rev", "1", "--who", "eve"); !strings.Contains(stderr, "nobody has acted on it yet, so it is at revision 0") {
		t.Errorf("a revision that never was: %s", stderr)
	}
	s.do(0, "edit", both, "hide", "--rev", "0", "--who", "eve")
	_, stderr := s.do(1, "edit", both, "pin", "--until", "3d", "--rev", "0", "--who", "bob")
	if !strings.Contains(stderr, "--rev 0: it is at revision 1: hide, by eve on ") {
		t.Errorf("the second editor: %s", stderr)
	}
	if shown, _ := s.do(0, "edit", both); !strings.Contains(shown, "revision 1 everywhere") || strings.Contains(shown, "pin") {
		t.Errorf("show: %s", shown)
	}
	s.do(0, "edit", both, "pin", "--until", "3d", "--rev", "1", "--who", "bob")
	s.do(0, "edit", both, "hold", "--who", "bob")
	s.do(0, "edit", both, "undo", "--who", "eve")
	if _, stderr := s.do(1, "edit", both, "note", "x", "--rev", "3"); !strings.Contains(stderr, "it is at revision 4: undo of hold, by eve") {
		t.Errorf("after an undo: %s", stderr)
	}
	s.do(0, "edit", both, "approve", "--feed", "all", "--rev", "0") // of another scope
}

// Acts at once are recorded one after the other, none twice, none lost.
func TestEditorsAtOnce(t *testing.T) {
	s, both, _ := editSite(t)
	stop := runDaemon(t, s)
	var all sync.WaitGroup
	const editors = 8
	for n := range editors {
		all.Go(func() { s.do(0, "edit", both, "note", fmt.Sprint("Note ", n)) })
	}
	all.Wait()
	stop()
	d, texts := s.decisions(both, ""), make(map[string]bool)
	for n, a := range d.Acts {
		texts[a.Args.Text] = true
		if a.Rev != n+1 {
			t.Errorf("act %d has revision %d", n, a.Rev)
		}
	}
	if len(d.Acts) != editors || len(texts) != editors || d.Rev != editors {
		t.Errorf("%+v", d)
	}
}

func TestUndo(t *testing.T) {
	s, both, alone := editSite(t)
	s.do(0, "edit", both, "hide")
	s.do(0, "edit", alone, "hide")
	s.do(0, "edit", both, "note", "One")
	acts := s.decisions(both, "").Acts
	hide, note := fmt.Sprint(acts[0].Pos), fmt.Sprint(acts[1].Pos)
	out, _ := s.do(0, "edit", both, "undo", hide)
	if !strings.HasPrefix(out, "taken back: the hide of record "+hide) {
		t.Errorf("an older act: %s", out)
	}
	undo := fmt.Sprint(s.decisions(both, "").Acts[0].Undone)
	for pos, want := range map[string]string{
		hide: "the hide of record " + hide + " was taken back already, in record " + undo,
		undo: "took an act back, which cannot be taken back; hide it once more instead",
		fmt.Sprint(s.decisions(alone, "").Acts[0].Pos): "is no act on it; `chinanewsd edit " + both + " show` lists them",
		"99999": "record 99999 is no act on it",
	} {
		if _, stderr := s.do(2, "edit", both, "undo", pos); !strings.Contains(stderr, want) {
			t.Errorf("undo %s: %s", pos, stderr)
		}
	}
	s.do(0, "withdraw", both, "--reason", "A mistake.")
	withdrawal := fmt.Sprint(s.decisions(both, "").Withdrawn.Pos)
	if _, stderr := s.do(2, "edit", both, "undo", withdrawal); !strings.Contains(stderr, "a withdrawal cannot be taken back") {
		t.Errorf("undo of a withdrawal: %s", stderr)
	}
	for _, args := range [][]string{{"undo", note}, {"hide"}} {
		if _, stderr := s.do(1, append([]string{"edit", both}, args...)...); !strings.Contains(stderr, "withdrawn already") {
			t.Errorf("%v of what is withdrawn: %s", args, stderr)
		}
	}
	if shown, _ := s.do(0, "edit", both); !strings.Contains(shown, "withdraw “A mistake.”") || !strings.Contains(shown, "in no feed") {
		t.Errorf("show: %s", shown)
	}
}
