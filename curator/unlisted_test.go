package curator

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// listed lets the list name releases, the set of which is another one each
// time.
func (w *watched) listed(change func(*news.Batch), numbers ...int) news.Decision {
	w.now = w.now.Add(time.Hour)
	var entries []news.Entry
	for _, k := range numbers {
		e := w.entries[k]
		e.Digest, e.HTML = "", ""
		entries = append(entries, e)
	}
	b := listing(w.src, entries...)
	b.State.Set = fmt.Sprint(numbers, w.now)
	if change != nil {
		change(&b)
	}
	return w.accept(w.c, b)
}

// lookedAt are the releases that a decision wants to look at now.
func (w *watched) lookedAt(d news.Decision) (numbers []int) {
	for _, t := range d.Tasks {
		if t.Kind == news.TaskLook && t.Due.Equal(w.now) {
			numbers = append(numbers, slices.Index(w.ids, t.Item))
		}
	}
	slices.Sort(numbers)
	return numbers
}

func without(n int, gone ...int) (numbers []int) {
	for k := range n {
		if !slices.Contains(gone, k) {
			numbers = append(numbers, k)
		}
	}
	return numbers
}

// A release that its list does not name where it should is looked at, once;
// one that rolled off, and those of a list that became another, are not.
func TestVanishedFromTheList(t *testing.T) {
	backwards := without(12, 3)
	slices.Reverse(backwards)
	for _, tt := range []struct {
		name    string
		numbers []int
		change  func(*news.Batch)
		want    string
	}{
		{"one in the middle", without(12, 3), nil, "[3]"},
		{"the newest", without(12, 0), nil, "[0]"},
		{"three", without(12, 2, 3, 7), nil, "[2 3 7]"},
		{"the last ones roll off", without(12, 9, 10, 11), nil, "[]"},
		{"one before last is not certain", without(12, 10), nil, "[]"},
		{"two on top", append([]int{8, 11}, without(12, 3, 8, 11)...), nil, "[3]"},
		{"old ones on top, the rest rolled off", []int{9, 10, 11, 0, 1, 2, 3}, nil, "[]"},
		{"half of it", without(12, 1, 2, 3, 4, 5, 6), nil, "[]"},
		{"in no order", []int{4, 0, 7, 2, 9, 1, 8, 5, 11, 6}, nil, "[]"},
		{"oldest first", backwards, nil, "[]"},
		{"thin", without(12, 3), func(b *news.Batch) { b.Condition = news.Thin }, "[]"},
		{"a further page", without(12, 3), func(b *news.Batch) { b.Page = news.Page{N: 2, Of: b.URL} }, "[]"},
		{"empty", nil, nil, "[]"},
	} {
		w := watchedOf(t, 12, nil)
		w.listed(nil, without(12)...)
		d := w.listed(tt.change, tt.numbers...)
		if got := fmt.Sprint(w.lookedAt(d)); got != tt.want {
			t.Errorf("%s: looks at %s, want %s", tt.name, got, tt.want)
		}
		if again := w.listed(tt.change, tt.numbers...); len(w.lookedAt(again)) > 0 {
			t.Errorf("%s: looks again at %v", tt.name, w.lookedAt(again))
		}
	}
}

// One that is not listed and live is unlisted until it is named again; that is
// no removal. A source of several lists, and one whose texts are the feed's,
// say nothing by leaving out.
func TestUnlisted(t *testing.T) {
	w := watchedOf(t, 12, nil)
	w.listed(nil, without(12)...)
	w.listed(nil, without(12, 4)...)
	w.look(4, news.SawPage)
	if i := w.items[w.ids[4]]; i.Presence != news.Unlisted || len(i.Evidence) != 1 || len(w.notices) != 0 {
		t.Errorf("live: %q, evidence %v, notices %v", i.Presence, i.Evidence, w.notices)
	}
	w.listed(nil, without(12)...)
	if i := w.items[w.ids[4]]; i.Presence != news.Present {
		t.Errorf("named again: %q", i.Presence)
	}
	w.listed(nil, without(12, 5)...)
	w.look(5, news.SawNothing)
	if i := w.items[w.ids[5]]; i.Presence != news.Missing || i.Looks != 1 {
		t.Errorf("gone: %q after %d looks", i.Presence, i.Looks)
	}
	for name, change := range map[string]func(*news.Publication){
		"several lists":    func(p *news.Publication) { p.Sources[0].URLs = append(p.Sources[0].URLs, "https://moc.example/other") },
		"texts of a feed":  func(p *news.Publication) { p.Sources[0].Kind, p.Sources[0].Body = news.KindFeed, news.BodyFeed },
		"bulletins":        func(p *news.Publication) { p.Sources[0].Versions = news.VersionsItems },
		"not looked again": func(p *news.Publication) { p.Sources[0].Looks = []news.Duration{} },
	} {
		w := watchedOf(t, 12, change)
		w.listed(nil, without(12)...)
		if d := w.listed(nil, without(12, 3)...); len(d.Ruling.Removal) > 0 || len(w.lookedAt(d)) > 0 {
			t.Errorf("%s: %+v", name, d.Ruling.Removal)
		}
		for _, task := range w.tasks {
			if task.Kind == news.TaskLook && name != "several lists" {
				t.Errorf("%s: a look is planned", name)
			}
		}
	}
}

// A release that its list names at another address is looked at there and shown
// there, silently; its old address is not missed.
func TestAnotherAddress(t *testing.T) {
	w := watchedOf(t, 6, nil)
	w.listed(nil, without(6)...)
	w.entries[2].URL = "https://m.example/new/3.html"
	d := w.listed(nil, without(6)...)
	if got := fmt.Sprint(w.lookedAt(d)); got != "[2]" {
		t.Fatalf("looks at %s", got)
	}
	d = w.look(2, news.SawPage)
	if i := w.items[w.ids[2]]; classes(d) != "fill" || i.Shown.URL != w.entries[2].URL || len(d.Ruling.Updated) > 0 {
		t.Errorf("%q, shown at %s, updated %v", classes(d), i.Shown.URL, d.Ruling.Updated)
	}
	if next := w.tasks["look "+w.ids[2].String()]; next.URL != w.entries[2].URL {
		t.Errorf("the next look is at %s", next.URL)
	}
	if d := w.listed(nil, without(6)...); len(w.lookedAt(d)) > 0 {
		t.Error("it is looked at again")
	}
}
