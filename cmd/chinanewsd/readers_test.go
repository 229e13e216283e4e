package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// subscriber is a feed reader that knows entries by some of what they say, and
// shows its user every one that it does not know.
type subscriber struct {
	name  string
	feed  string // the format it reads
	key   func(monthEntry) string
	shown map[string]map[string]bool // mark -> keys
	most  func(*novelty) int         // how often it may show a release
}

// monthEntry is an entry as readers parse it.
type monthEntry struct {
	ID, Link, Title, Content, Published, Updated string
}

func sixReaders() []*subscriber {
	once := func(r *novelty) int { return 1 + r.parted }
	edits := func(r *novelty) int { return 1 + r.parted + r.edits }
	list := []*subscriber{
		{name: "GUID", feed: "rss", key: func(e monthEntry) string { return e.ID }, most: once},
		{name: "link", feed: "rss", key: func(e monthEntry) string { return e.Link }, most: once},
		{name: "GUID and updated", feed: "atom", key: func(e monthEntry) string { return e.ID + e.Updated }, most: edits},
		{name: "title and content", feed: "rss", key: func(e monthEntry) string { return e.Title + e.Content }, most: edits},
		{name: "id and title", feed: "json", key: func(e monthEntry) string { return e.ID + e.Title }, most: func(r *novelty) int { return 1 + r.parted + r.titles }},
		{name: "link and date", feed: "atom", key: func(e monthEntry) string { return e.Link + e.Published }, most: once},
	}
	for _, r := range list {
		r.shown = make(map[string]map[string]bool)
	}
	return list
}

var markExpr = regexp.MustCompile(`R\d{4}`)

// poll reads a document.
func (r *subscriber) poll(entries []monthEntry) {
	for _, e := range entries {
		mark := markExpr.FindString(e.Title)
		if r.shown[mark] == nil {
			r.shown[mark] = make(map[string]bool)
		}
		r.shown[mark][r.key(e)] = true
	}
}

// monthEntries parses a document as its format has it.
func monthEntries(t *testing.T, format, doc string) (list []monthEntry) {
	t.Helper()
	var rss struct {
		Items []struct {
			ID        string `xml:"guid"`
			Link      string `xml:"link"`
			Title     string `xml:"title"`
			Content   string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Published string `xml:"pubDate"`
		} `xml:"channel>item"`
	}
	var atom struct {
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
			Links []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Content   string `xml:"content"`
			Published string `xml:"published"`
			Updated   string `xml:"updated"`
		} `xml:"entry"`
	}
	var feed struct {
		Items []struct {
			ID        string `json:"id"`
			URL       string `json:"url"`
			Title     string `json:"title"`
			HTML      string `json:"content_html"`
			Published string `json:"date_published"`
			Updated   string `json:"date_modified"`
		} `json:"items"`
	}
	var err error
	switch format {
	case "rss":
		err = xml.Unmarshal([]byte(doc), &rss)
	case "atom":
		err = xml.Unmarshal([]byte(doc), &atom)
	case "json":
		err = json.Unmarshal([]byte(doc), &feed)
	}
	if err != nil {
		t.Fatal(format, err)
	}
	for _, i := range rss.Items {
		list = append(list, monthEntry{i.ID, i.Link, i.Title, i.Content, i.Published, ""})
	}
	for _, e := range atom.Entries {
		list = append(list, monthEntry{e.ID, e.Links[0].Href, e.Title, e.Content, e.Published, e.Updated})
	}
	for _, i := range feed.Items {
		list = append(list, monthEntry{i.ID, i.URL, i.Title, i.HTML, i.Published, i.Updated})
	}
	return list
}

// TestSixReaders has readers with six ideas of what is one entry poll a feed
// every hour for a month of all that may happen: none sees anything twice that
// was not changed for its readers, and none misses anything.
func TestSixReaders(t *testing.T) {
	days := 4
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		days = 30
	case testing.Short():
		days = 1
	}
	m := newMonth(t, 1)
	m.begin()
	readers := sixReaders()
	for m.hour = 1; m.hour <= 24*days; m.hour++ {
		m.now = m.now.Add(time.Hour)
		m.happen()
		for _, o := range m.desks {
			m.poll(o)
		}
		m.edit()
		m.due()
		docs := m.documents()
		for _, r := range readers {
			r.poll(monthEntries(t, r.feed, docs[r.feed]))
		}
	}
	for _, r := range readers {
		lost, twice := 0, 0
		for _, n := range m.made {
			shown := len(r.shown[n.mark])
			switch {
			case shown == 0 && !n.secret:
				lost++
				t.Errorf("%s: %s was never shown", r.name, n.mark)
			case shown > r.most(n):
				twice++
				t.Errorf("%s: %s was shown %d times, want at most %d: %v", r.name, n.mark, shown, r.most(n), slices.Sorted(maps.Keys(r.shown[n.mark])))
			}
		}
		t.Logf("%-18s %d releases, %d lost, %d shown too often", r.name, len(m.made), lost, twice)
	}
}

// begin gives the offices a past, and the feed its first contents.
func (m *month) begin() {
	for _, o := range m.desks {
		for range 3 {
			m.carry(o, m.compose())
		}
		m.poll(o)
	}
	m.rule(func(l *storage.Ledger) news.Decision { return m.curator.Fill(l) })
	m.documents()
}

// happen is what the world does in an hour.
func (m *month) happen() {
	for range 1 + m.rng.IntN(2) {
		m.carry(m.desks[m.rng.IntN(len(m.desks))], m.compose())
	}
	if m.rng.IntN(3) == 0 {
		m.repost()
	}
	if m.rng.IntN(4) == 0 {
		m.correct()
	}
	o := m.desks[m.hour/120%len(m.desks)] // another every five days
	switch m.hour % 120 {
	case 30: // it gives everything a new id
		o.made++
	case 40: // it moves to a new host, with new ids
		o.moved, o.made = !o.moved, o.made+1
	case 50: // it dates everything today
		for _, c := range o.listed {
			c.date = m.now
		}
	case 60: // it lists in another order
		slices.Reverse(o.listed)
	case 65: // its row has another name
		o.row.Was = append(o.row.Was, o.row.ID)
		o.row.ID += "x"
		m.pub.Feeds[0].Sources = nil
		for _, o := range m.desks {
			m.pub.Feeds[0].Sources = append(m.pub.Feeds[0].Sources, o.row.ID)
		}
		m.configure()
	case 70:
		m.restart()
	case 75:
		m.join()
	case 80: // a rule that everything passes, and none again
		m.pub.Feeds[0].Where = `has(title, "notice") or has(title, "editor")`
		m.configure()
	case 85:
		m.pub.Feeds[0].Where = ""
		m.configure()
	case 90: // a rule that nothing passes, and none again
		m.pub.Feeds[0].Where = `has(title, "elsewhere")`
		m.configure()
		m.pub.Feeds[0].Where = ""
		m.configure()
	}
}

// join adds an office, with a past that is none of our news.
func (m *month) join() {
	id := fmt.Sprint("late-", m.hour)
	o := &bureau{row: monthRow(id, 9)}
	for n := range 30 {
		r := m.compose()
		r.secret = true
		m.carry(o, r)
		o.listed[0].date = m.now.Add(-time.Duration(100+n) * time.Hour)
	}
	m.desks = append(m.desks, o)
	m.pub.Feeds[0].Sources = append(m.pub.Feeds[0].Sources, id)
	m.configure()
}

// repost has another office list something of the last two days.
func (m *month) repost() {
	r := m.made[len(m.made)-1-m.rng.IntN(min(len(m.made), 20))]
	o := m.desks[m.rng.IntN(len(m.desks))]
	if len(r.carried) > 0 && !slices.Contains(r.carried, o) && m.now.Sub(r.at) < 48*time.Hour && !r.secret {
		m.carry(o, r)
	}
}

// correct has the first office that has a release change a sum in it.
func (m *month) correct() {
	o := m.desks[m.rng.IntN(len(m.desks))]
	if len(o.listed) == 0 {
		return
	}
	c := o.listed[m.rng.IntN(len(o.listed))]
	if n := len(c.text); n > 1 && !c.of.secret {
		c.text[n-2] += fmt.Sprintf(" Another %d yuan were added.", m.rng.IntN(1_000_000))
		c.of.edits++
	}
}

// edit is what the editor does in an hour, before readers poll.
func (m *month) edit() {
	m.undo()
	r := m.made[m.rng.IntN(len(m.made))]
	if r.secret || r.acted || len(r.carried) == 0 || m.now.Sub(r.at) > 40*time.Hour {
		return
	}
	s, i := m.storyOf(r.carried[0], r)
	story := news.Scope{Story: s.ID}
	r.acted = true
	back := func(rc storage.Receipt, edits, titles int) {
		m.later = append(m.later, undoing{m.now.Add(3 * time.Hour), news.Editing{Scope: news.Scope{Story: s.ID}, Undoes: rc.Pos}, r, edits, titles})
	}
	switch m.rng.IntN(9) {
	case 0:
		r.edits, r.titles = r.edits+1, r.titles+1
		back(m.act(news.Editing{Scope: story, Act: news.ActRetitle, Args: news.Args{Text: "In the editor's words, " + r.mark}}), 1, 1)
	case 1:
		r.edits++
		back(m.act(news.Editing{Scope: story, Act: news.ActNote, Args: news.Args{Text: "A note of the editor's."}}), 1, 0)
	case 2:
		m.act(news.Editing{Scope: news.Scope{Story: s.ID, Feed: "all"}, Act: news.ActPin, Args: news.Args{Until: m.now.Add(5 * time.Hour)}})
	case 3:
		back(m.act(news.Editing{Scope: story, Act: news.ActHide}), 0, 0)
	case 4:
		if m.now.Equal(r.at) { // no reader has seen it
			m.act(news.Editing{Scope: story, Act: news.ActEmbargo, Args: news.Args{Until: m.now.Add(5 * time.Hour)}})
		}
	case 5:
		if m.now.Equal(r.at) {
			m.act(news.Editing{Scope: story, Act: news.ActHide})
			r.secret = true
		}
	case 6:
		if other := slices.IndexFunc(s.Items, func(id news.ItemID) bool { return id != i.ID }); other >= 0 {
			r.parted += 2 // two stories, and two leads
			r.edits += 2
			back(m.act(news.Editing{Scope: story, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{s.Items[other]}}}), 2, 0)
		}
	case 7: // it is taken for another release for a while
		if other := m.made[m.rng.IntN(len(m.made))]; other != r && !other.secret && !other.acted && m.now.Sub(other.at) > time.Hour && m.now.Sub(r.at) > time.Hour {
			t, _ := m.storyOf(other.carried[0], other)
			other.acted = true
			back(m.act(news.Editing{Scope: story, Act: news.ActMerge, Args: news.Args{Story: t.ID}}), 2, 0)
			r.edits, other.edits = r.edits+2, other.edits+2
		}
	case 8:
		m.act(news.Editing{Scope: story, Act: news.ActTag, Args: news.Args{Tags: []string{"of-note"}}})
	}
}

// undoing is an act that is to be taken back.
type undoing struct {
	at            time.Time
	e             news.Editing
	of            *novelty
	edits, titles int
}

func (m *month) undo() {
	for len(m.later) > 0 && !m.later[0].at.After(m.now) {
		u := m.later[0]
		m.later = m.later[1:]
		u.of.edits, u.of.titles = u.of.edits+u.edits, u.of.titles+u.titles
		m.act(u.e)
	}
}
