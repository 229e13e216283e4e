package curator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"chinanews/news"
)

// shortened is an entry as it comes when its bytes were not parsed again.
func shortened(e news.Entry) news.Entry {
	s := news.Entry{Short: true, ID: e.ID, URL: e.URL, Title: e.Title, Date: e.Date, Digest: e.Digest}
	s.Date.Raw = ""
	if e.HTML != "" {
		sum := sha256.Sum256([]byte(e.HTML))
		s.Refs = []news.Ref{{Part: news.PartHTML, SHA256: hex.EncodeToString(sum[:])}}
	}
	return s
}

// A short entry is enough for what is listed again as before. Of another it is
// said that the whole is wanted, and nothing is decided on it: its texts would
// be lost.
func TestShortEntries(t *testing.T) {
	text := "The gauges of the river stand below the marks."
	old, silent := saying(entry(1, time.Hour), text), entry(2, time.Hour)
	silent.HTML, silent.Summary, silent.Digest = "", "", ""
	for name, tt := range map[string]struct {
		change func(*news.Entry)
		whole  bool
	}{
		"as before":       {func(*news.Entry) {}, false},
		"another tag":     {func(e *news.Entry) { e.Tags = []string{"new"} }, false},
		"another text":    {func(e *news.Entry) { *e = saying(*e, text+" No more.") }, true},
		"other letters":   {func(e *news.Entry) { e.HTML += " " }, true},
		"another title":   {func(e *news.Entry) { e.Title += ", corrected" }, true},
		"another id":      {func(e *news.Entry) { e.ID = "other" }, true},
		"another address": {func(e *news.Entry) { e.URL += "?moved" }, false},
		"not known":       {func(e *news.Entry) { *e = saying(entry(3, 0), text) }, true},
	} {
		m, c := live(t, row("mer"))
		src := row("mer")
		m.accept(c, listing(src, old, silent))
		m.now = m.now.Add(time.Hour)
		e := old
		tt.change(&e)
		d := m.accept(c, listing(src, shortened(e), shortened(silent)))
		if d.Whole != tt.whole || !d.Ruling.Empty() || len(d.Keep)+len(d.Tasks) > 0 {
			t.Errorf("%s: decided %+v, want the whole: %v", name, d, tt.whole)
		}
	}
}

// Beside short entries, what is new is as new as beside full ones.
func TestNewsBesideShortEntries(t *testing.T) {
	src := row("mer")
	var said [2]string
	for n := range said {
		m, c := live(t, src)
		var before, now []news.Entry
		for k := range 12 {
			before = append(before, entry(k+1, time.Duration(k+1)*time.Hour))
		}
		m.accept(c, listing(src, before...))
		m.now = m.now.Add(time.Hour)
		for _, e := range before {
			if n > 0 {
				e = shortened(e)
			}
			now = append(now, e)
		}
		said[n] = fmt.Sprintf("%+v", m.accept(c, listing(src, append([]news.Entry{entry(20, 0)}, now[:11]...)...)))
	}
	if said[0] != said[1] {
		t.Errorf("decided\n%s\nwant\n%s", said[1], said[0])
	}
}

// What another reader has read anew is not shown, and as good to compare with.
func TestShortEntriesAfterAnotherReader(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	text := "The gauges of the river stand below the marks."
	m.accept(c, listing(src, saying(entry(2, 0), text)))
	again := func(e news.Entry) news.Decision {
		m.now = m.now.Add(time.Hour)
		b := listing(src, e)
		b.Reader = "r2"
		return m.accept(c, b)
	}
	e := saying(entry(2, 0), text+" Source: the office of rivers.")
	if d := again(e); classes(d) != string(news.Reread) {
		t.Fatalf("another reader's reading is %+v", d)
	}
	for range 2 {
		if d := again(shortened(e)); d.Whole || !d.Ruling.Empty() || len(d.Keep) > 0 {
			t.Errorf("as before: decided %+v", d)
		}
	}
	e.HTML += " "
	if d := again(shortened(e)); !d.Whole || !d.Ruling.Empty() {
		t.Errorf("other letters: decided %+v", d)
	}
}
