package curator

import (
	"fmt"
	"testing"

	"chinanews/curator/sibling"
	"chinanews/news"
)

func recordedEntry() news.Entry {
	e := shelfEntry()
	e.Refs = []news.Ref{{Part: news.PartSummary, SHA256: "aa"}, {N: 1, Part: news.PartHTML, SHA256: "bb"}}
	return e
}

// An outline is found by what the record says, without the texts, and never for
// another entry.
func TestOutlinesTellEntriesApart(t *testing.T) {
	var o outlines
	e := recordedEntry()
	o.keep(e, sibling.Of(e))
	bare := e
	bare.Summary, bare.HTML = "", ""
	if o.of(bare) == "" {
		t.Error("the outline is not found without the texts")
	}
	for name, change := range map[string]func(*news.Entry){
		"title":     func(e *news.Entry) { e.Title += "!" },
		"language":  func(e *news.Entry) { e.Lang = "zh" },
		"time":      func(e *news.Entry) { e.Date.Time = e.Date.Time.AddDate(0, 0, 1) },
		"precision": func(e *news.Entry) { e.Date.Precision = news.Day },
		"zone":      func(e *news.Entry) { e.Date.Zone = "" },
		"text":      func(e *news.Entry) { e.Refs = []news.Ref{e.Refs[0], {Part: news.PartHTML, SHA256: "cc"}} },
		"part":      func(e *news.Entry) { e.Refs = []news.Ref{e.Refs[1], e.Refs[0]} },
		"no record": func(e *news.Entry) { e.Refs = nil },
	} {
		other := recordedEntry()
		change(&other)
		if o.of(other) != "" {
			t.Errorf("%s: another entry is taken for the first", name)
		}
	}
	o.keep(shelfEntry(), sibling.Of(shelfEntry()))
	if len(o.recent) != 1 {
		t.Error("an entry of no record is kept")
	}
}

func TestOutlinesAreBounded(t *testing.T) {
	e := recordedEntry()
	text := sibling.Of(e)
	each := len(text.Outlined()) + outlineSize
	for _, bound := range []int{4 << 20, 1 << 20} {
		o := outlines{most: bound}
		for n := 0; n < 2*bound/each || o.size < bound/4; n++ {
			e.Title = fmt.Sprint("Berth ", n)
			o.keep(e, text)
		}
		if n := len(o.recent) + len(o.before); n > bound/each+4 || n < bound/each/2 || o.of(e) == "" {
			t.Errorf("%d are kept, want %d at most, the last among them", n, bound/each)
		}
		all := len(o.recent) + len(o.before)
		for range 2 {
			o.rest()
			if n, want := len(o.recent)+len(o.before), min(all, outlinesAtRest/each+1); n != want {
				t.Errorf("%d are kept at rest, want %d", n, want)
			}
		}
	}
}
