package feedout

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"chinanews/news"
)

// withdrawn is the example with its second story taken back, and another one
// that stood far behind.
func withdrawn(language string) Document {
	d := example(language)
	for n := range d.Releases {
		d.Releases[n].Membership.Seq = uint64(30 - n)
	}
	gone := d.Releases[1]
	d.Releases = append(d.Releases[:1:1], d.Releases[2])
	w := news.Withdrawal{At: noon.Add(2 * time.Hour), Who: "the editor", Reason: "Published by mistake: names of <private> people & more."}
	old := gone.Membership
	old.Story, old.Seq = news.StoryID{77}, 2
	d.Stubs = []news.Stub{{Membership: old, Address: "old", Withdrawal: w}, {Membership: gone.Membership, Address: gone.Address, Withdrawal: w}}
	return d
}

func TestStubsGolden(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		for _, f := range formats {
			got := render(t, withdrawn(lang), f)
			file := filepath.Join("testdata", "withdrawn-"+lang+"."+string(f)+".golden")
			golden(t, file, got)
		}
	}
}

// A stub keeps the entry's id and place, says that it was we who withdrew it
// and why, and has nothing of its text.
func TestStubs(t *testing.T) {
	d := withdrawn("en")
	id := d.stubID(d.Stubs[1])
	if before := example("en"); id != before.entryID(before.Releases[1]) {
		t.Fatalf("the stub's id is %s", id)
	}
	for _, f := range formats {
		body := string(render(t, d, f))
		if strings.Contains(body, "meeting") || f != JSON && strings.Contains(body, "<private>") {
			t.Errorf("%s: the stub says too much", f)
		}
		if strings.Count(body, id) != 1 || !strings.Contains(body, "We withdrew this entry on 23 November 2026. Published by mistake") {
			t.Errorf("%s: no stub with the id and the reason:\n%s", f, body)
		}
		feed, err := gofeed.NewParser().ParseString(body)
		if err != nil {
			t.Fatal(err)
		}
		if f == Atom {
			if len(feed.Items) != 2 || !strings.Contains(body, `<at:deleted-entry ref="`+id+`" when="2026-11-23T06:00:00Z">`) {
				t.Errorf("%d entries beside the tombstones", len(feed.Items))
			}
			continue
		}
		if len(feed.Items) != 4 || feed.Items[1].GUID != id || feed.Items[1].Title != "Withdrawn" || feed.Items[3].Title != "Withdrawn" {
			t.Errorf("%s: the entries are %v", f, feed.Items)
		}
	}
	if got, want := d.updated(), noon.Add(2*time.Hour); !got.Equal(want) {
		t.Errorf("the feed changed at %s, want %s", got, want)
	}
}

func TestStubsAreBounded(t *testing.T) {
	d := example("en")
	for n := range 3 * maxStubs {
		d.Stubs = append(d.Stubs, news.Stub{Membership: news.Membership{Entering: news.Entering{Story: news.StoryID{byte(n), byte(n >> 8)}, Seq: uint64(n)}}})
	}
	if got := len(d.lines()); got != len(d.Releases)+maxStubs {
		t.Errorf("%d lines", got)
	}
}
