package curator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// saying is an entry with another text.
func saying(e news.Entry, text string) news.Entry {
	e.HTML, e.Digest = "<p>"+text+"</p>", news.TextDigest(text)
	return e
}

// looked is a page whose text was read, and what looks at it say.
func looked(t *testing.T, text string) (m *memory, look func(news.Entry) news.Decision, read news.Entry) {
	t.Helper()
	src := page("moc")
	m, c := live(t, row("mer"), src)
	read = saying(entry(7, time.Hour), text)
	read.ID = ""
	id := m.accept(c, listing(src, read)).Ruling.Items[0].Item
	m.accept(c, reading(src, news.TaskArticle, id, read))
	return m, func(e news.Entry) news.Decision {
		m.now = m.now.Add(2 * time.Hour)
		return m.accept(c, reading(src, news.TaskLook, id, e))
	}, read
}

func TestWhatALookSays(t *testing.T) {
	const text = "Exports rose 12.4 percent in March. The minister said so."
	for _, tt := range []struct {
		name, now, class, edits string
		updated                 int
	}{
		{"the same", text, "", "", 0},
		{"markup", "<b>Exports</b> rose 12.4 percent in March. The minister said so.", "", "", 0},
		{"a counter", text + "</p><p>Views: 1,204", "", "", 0},
		{"quotes and dashes", "Exports rose 12.4 percent in March – The minister said so.", "slight", "typography", 0},
		{"only a comma", "Exports rose 12.4 percent, in March. The minister said so.", "slight", "typography", 0},
		{"order", "The minister said so. Exports rose 12.4 percent in March.", "slight", "moved", 0},
		{"a number", "Exports rose 14.2 percent in March. The minister said so.", "edit", "number", 1},
		{"a passage", "Exports rose 12.4 percent in March.", "edit", "passage removed", 1},
	} {
		_, look, e := looked(t, text)
		now := saying(e, tt.now)
		now.Digest = news.TextDigest(plain(now.HTML))
		d := look(now)
		edits := ""
		for _, r := range d.Ruling.Items {
			edits = strings.Join(strings.Fields(strings.Trim(fmt.Sprint(r.Edits), "[]")), " ")
		}
		if classes(d) != tt.class || edits != tt.edits || len(d.Ruling.Updated) != tt.updated || len(d.Ruling.Notices) != tt.updated {
			t.Errorf("%s: got %q %q, updated %v, notices %d", tt.name, classes(d), edits, d.Ruling.Updated, len(d.Ruling.Notices))
		}
	}
}

// A stated date that moves alone is silent; one that moves with the text is told.
func TestStatedDateOfAnEdit(t *testing.T) {
	_, look, e := looked(t, "Exports rose 12.4 percent.")
	e.Date.Time = e.Date.Time.Add(-48 * time.Hour)
	if d := look(e); classes(d) != "" {
		t.Errorf("a date that moves alone: %q", classes(d))
	}
	e.HTML = strings.ReplaceAll(e.HTML, ".</p>", "!</p>")
	if d := look(e); classes(d) != "slight" || !slices.Equal(d.Ruling.Items[0].Edits, []news.EditClass{news.EditTypography}) {
		t.Errorf("a date that moves with typography: %+v", d.Ruling.Items)
	}
	e.Date.Time = e.Date.Time.Add(-48 * time.Hour)
	if d := look(saying(e, "Exports rose 14.2 percent.")); classes(d) != "edit" || !slices.Equal(d.Ruling.Items[0].Edits, []news.EditClass{news.EditNumber, news.EditDate}) {
		t.Errorf("a date that moves with the text: %+v", d.Ruling.Items)
	}
}

// A notice tells the earlier title, when the earlier text was last seen, and the
// differences, the most telling first; its entry's `updated` may wait, it does
// not.
func TestNoticeOfAnEdit(t *testing.T) {
	m, look, e := looked(t, "Exports rose 12.4 percent. It was warm.")
	before := m.now
	now := saying(e, "Exports rose 14.2 percent. It was warm. "+strings.Repeat("One more thing. ", 40))
	now.Title = "Another title"
	d := look(now)
	if len(d.Ruling.Notices) != 1 {
		t.Fatalf("%d notices", len(d.Ruling.Notices))
	}
	n := d.Ruling.Notices[0]
	if n.Of != news.FeedEdits || n.Rev != 3 || n.Words.Title != "Another title" || n.Words.Was != e.Title || !n.Words.Seen.Equal(before) || n.Words.URL != e.URL {
		t.Errorf("notice %+v", n)
	}
	var told []news.EditClass
	for _, one := range n.Words.Differences {
		told = append(told, one.Class)
	}
	if want := []news.EditClass{news.EditHeadline, news.EditNumber, news.EditAdded}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if last := n.Words.Differences[2]; len([]rune(last.Now)) != maxSide || !strings.HasSuffix(last.Now, "…") {
		t.Errorf("a long side is %d characters", len([]rune(last.Now)))
	}
	m.now = m.now.Add(-110 * time.Minute)
	if d := look(saying(now, "Exports rose 15 percent.")); len(d.Ruling.Updated) != 0 || len(d.Ruling.Notices) != 1 {
		t.Errorf("a second edit within the hour: updated %v, %d notices", d.Ruling.Updated, len(d.Ruling.Notices))
	}
}

func TestMostThatANoticeTells(t *testing.T) {
	var was, now strings.Builder
	for n := range 20 {
		fmt.Fprintf(&was, "Region %s grew by %d percent. ", strings.Repeat("x", n+1), n+10)
		fmt.Fprintf(&now, "Region %s grew by %d percent. ", strings.Repeat("x", n+1), n+40)
	}
	_, look, e := looked(t, was.String())
	d := look(saying(e, now.String()))
	if w := d.Ruling.Notices[0].Words; len(w.Differences) != maxTold || w.More != 8 {
		t.Errorf("%d differences and %d more", len(w.Differences), w.More)
	}
}

// Under a new reader the older page is read again: an edit is what differs
// between the two, and the reader's own difference never.
func TestEditUnderANewReader(t *testing.T) {
	for _, tt := range []struct{ name, old, now, class string }{
		{"the reader alone", "Share. Exports rose 12.4 percent.", "Share. Exports rose 12.4 percent.", "reread"},
		{"nothing", "Exports rose 12.4 percent.", "Exports rose 12.4 percent.", ""},
		{"both", "Share. Exports rose 12.4 percent.", "Share. Exports rose 14.2 percent.", "reread edit"},
		{"the source alone", "Exports rose 12.4 percent.", "Exports rose 14.2 percent.", "reread edit"},
	} {
		src := page("moc")
		m, c := live(t, row("mer"), src)
		e := saying(entry(7, time.Hour), "Exports rose 12.4 percent.")
		e.ID = ""
		id := m.accept(c, listing(src, e)).Ruling.Items[0].Item
		m.accept(c, reading(src, news.TaskArticle, id, e))
		b := reading(src, news.TaskLook, id, saying(e, tt.old))
		b.Reader, b.Before, b.Entries = "r2", "capture", append(b.Entries, saying(e, tt.now))
		m.now = m.now.Add(time.Hour)
		d := m.accept(c, b)
		if classes(d) != tt.class {
			t.Errorf("%s: got %q, want %q", tt.name, classes(d), tt.class)
		}
		if tt.class == "reread edit" && (len(d.Ruling.Notices) != 1 || m.items[id].ShownRev != len(m.items[id].Revisions)) {
			t.Errorf("%s: %d notices, shown %d", tt.name, len(d.Ruling.Notices), m.items[id].ShownRev)
		}
		if tt.class == "reread" {
			d = m.accept(c, func() news.Batch {
				b := reading(src, news.TaskLook, id, saying(e, "Share. Exports rose 14.2 percent."))
				b.Reader = "r2"
				return b
			}())
			if classes(d) != "edit" || !slices.Equal(d.Ruling.Items[0].Edits, []news.EditClass{news.EditNumber}) {
				t.Errorf("an edit after it: %+v", d.Ruling.Items)
			}
		}
	}
}

// A feed's entries are compared as pages are; a body where there was a summary
// only is no edit, nor is its going.
func TestWhatAFeedSaysAgain(t *testing.T) {
	src := row("mer")
	m, c := live(t, src)
	say := func(e news.Entry) string {
		m.now = m.now.Add(2 * time.Hour)
		return classes(m.accept(c, listing(src, e)))
	}
	short := entry(2, time.Hour)
	short.HTML, short.Summary, short.Digest = "", "The lake opens at noon.", news.TextDigest("The lake opens at noon.")
	for _, step := range []struct {
		name string
		e    news.Entry
		want string
	}{
		{"first", short, "first"},
		{"again", short, ""},
		{"a body", saying(short, "The lake opens at noon. All may come."), "fill"},
		{"a comma", saying(short, "The lake opens, at noon. All may come."), "slight"},
		{"a comma again", saying(short, "The lake opens, at noon. All may come."), ""},
		{"an hour", saying(short, "The lake opens at midnight. All may come."), "edit"},
		{"no body", short, ""},
	} {
		if got := say(step.e); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
}

// What nobody could read in a feed is not told of.
func TestNoNoticeOfWhatNoFeedCarries(t *testing.T) {
	src := row("mer")
	c := curate(t, publication(src))
	m := newMemory(t, start)
	m.accept(c, listing(src, entry(1, time.Hour)))
	m.now = m.now.Add(time.Hour)
	d := m.accept(c, listing(src, saying(entry(1, time.Hour), "Another text.")))
	if classes(d) != "edit" || len(d.Ruling.Notices) != 0 {
		t.Errorf("got %q and %d notices", classes(d), len(d.Ruling.Notices))
	}
}

// Of what retention took nobody can say how it changed, and what comes then is
// not its first text; a title is in the log still.
func TestEditOfALostText(t *testing.T) {
	const text = "Exports rose 12.4 percent in March."
	for _, tt := range []struct{ name, title, text, class, edits string }{
		{"the same", "", text, "", ""},
		{"another text", "", "Exports rose 14.2 percent in March.", "reread", ""},
		{"another title", "Another title", "Exports rose 14.2 percent in March.", "edit", "headline"},
	} {
		m, look, e := looked(t, text)
		m.prune()
		e = saying(e, tt.text)
		e.Title = cmp.Or(tt.title, e.Title)
		d := look(e)
		edits := ""
		for _, n := range d.Ruling.Notices {
			for _, x := range n.Words.Differences {
				edits += string(x.Class)
			}
		}
		if classes(d) != tt.class || edits != tt.edits {
			t.Errorf("%s: %q, told %q; want %q, %q", tt.name, classes(d), edits, tt.class, tt.edits)
		}
	}
}

// A changed rule lets stories stay that it cannot judge any more.
func TestLostTextsStayInFeeds(t *testing.T) {
	p := publication(page("moc"))
	for _, where := range []string{`has(text, "announces")`, `has(text, "nowhere")`} {
		for _, lost := range []bool{false, true} {
			w := watchedOf(t, 3, func(q *news.Publication) { q.Feeds[0].Where = "" })
			if lost {
				w.prune()
			}
			p.Feeds[0].Where = where
			d := w.rule(curate(t, p).Refold(w.memory))
			if want := !lost && where == `has(text, "nowhere")`; len(d.Ruling.Leave) > 0 != want {
				t.Errorf("%s, lost %v: left %+v", where, lost, d.Ruling.Leave)
			}
		}
	}
}

// An old release that comes back into a listing was not in the one before: no
// notice says that its earlier text was seen there.
func TestLastSeenInAListing(t *testing.T) {
	src := row("moc")
	m, c := live(t, src)
	poll := func(set string, entries ...news.Entry) news.Decision {
		m.now = m.now.Add(time.Hour)
		b := listing(src, entries...)
		b.Last, b.State.Set = m.now.Add(-time.Hour), set
		return m.accept(c, b)
	}
	e := entry(7, time.Hour)
	first := m.now.Add(time.Hour)
	poll("7", e)
	poll("7", e)
	same := poll("7", saying(e, "Exports rose 12 percent."))
	at := m.now
	poll("8", entry(8, 0))
	other := poll("7", saying(e, "Exports rose 14 percent."))
	for _, tt := range []struct {
		name   string
		d      news.Decision
		seen   time.Time
		unsure bool
	}{{"the same entries as before", same, first.Add(time.Hour), false}, {"others", other, at, true}} {
		if n := tt.d.Ruling.Notices; len(n) != 1 || !n[0].Words.Seen.Equal(tt.seen) || tt.d.Ruling.Items[0].Unsure != tt.unsure {
			t.Errorf("%s: %+v; want seen %v", tt.name, tt.d.Ruling, tt.seen)
		}
	}
}

// Servers that do not agree are told of a few times; the record has it all, and
// the shown text follows.
func TestATextThatWavers(t *testing.T) {
	m, look, e := looked(t, "Exports rose 12 percent.")
	other := saying(e, "Exports rose 14 percent.")
	told := 0
	for n := range 20 {
		now := []news.Entry{other, e}[n%2]
		d := look(now)
		told += len(d.Ruling.Notices)
		if i := m.items[m.order[len(m.order)-1]]; len(d.Ruling.Items) != 1 || i.Shown.Digest != now.Digest {
			t.Fatalf("look %d: %+v, shown %q", n, d.Ruling.Items, i.Shown.Digest)
		}
	}
	if told < 2 || told > 4 {
		t.Errorf("told %d times", told)
	}
	if d := look(saying(e, "Exports rose 15 percent.")); classes(d) != "edit" || len(d.Ruling.Notices) != 1 {
		t.Errorf("a new text after that: %s", classes(d))
	}
}

// What is another at every request is kept once a day after a while, and asks
// for its page no oftener.
func TestRestlessItemsAreBounded(t *testing.T) {
	for _, tt := range []struct {
		name  string
		src   news.Source
		polls int
		most  int
	}{{"a feed's text", row("moc"), 3000, maxRevisions + 3000/24 + 1}, {"a listing's words", page("moc"), 300, maxRestless + 300/24 + 2}} {
		m, c := live(t, tt.src)
		tasks := 0
		for n := range tt.polls {
			m.now = m.now.Add(time.Hour)
			e := saying(entry(7, time.Hour), fmt.Sprintf("Exports rose %d percent.", n))
			d := m.accept(c, listing(tt.src, e))
			if tasks += len(d.Tasks); n == 0 && tt.src.Body == news.BodyPage {
				m.accept(c, reading(tt.src, news.TaskArticle, m.order[len(m.order)-1], entry(7, time.Hour)))
			}
		}
		i := m.items[m.order[len(m.order)-1]]
		if len(i.Revisions) > tt.most || tasks > tt.most+2 {
			t.Errorf("%s: %d revisions, %d tasks after %d polls, want at most %d", tt.name, len(i.Revisions), tasks, tt.polls, tt.most)
		}
	}
}
