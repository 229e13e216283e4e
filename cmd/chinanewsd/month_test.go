package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// month is a record that lives through a month of polls an hour apart: news,
// reposts by others, edits, migrations of sources, acts of editors, changed
// rules, restarts. What is true of it is known from how it was made.
type month struct {
	t       *testing.T
	dir     string
	now     time.Time
	rng     *rand.Rand
	store   *storage.Store
	curator *curator.Curator
	pub     news.Publication
	press   *press
	desks   []*bureau
	made    []*novelty
	hour    int
	later   []undoing
}

// bureau is a source: what it lists now, the newest first.
type bureau struct {
	row    news.Source
	listed []*copyOf
	made   int  // new ids that it has given to everything
	moved  bool // to another host
}

// novelty is a release, known by its mark in every text of it.
type novelty struct {
	mark    string
	title   string
	text    []string
	at      time.Time
	edits   int  // changes of its text that a source or editor made
	titles  int  // of its title
	secret  bool // an editor took it out before any reader could see it
	parted  int  // stories of it that readers may have had before they were one
	carried []*bureau
	acted   bool // the editor has done something to it
}

// copyOf is a release as one source has it.
type copyOf struct {
	of       *novelty
	id, path string
	title    string
	text     []string
	date     time.Time
}

func newMonth(t *testing.T, seed uint64) *month {
	m := &month{t: t, dir: filepath.Join(quickDisk(t), "data"), now: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), rng: rand.New(rand.NewPCG(seed, 6))}
	var ids []string
	for n := range 6 {
		m.desks = append(m.desks, &bureau{row: monthRow(fmt.Sprint("office-", n), n)})
		ids = append(ids, fmt.Sprint("office-", n))
	}
	m.pub.Site = news.Site{Title: "Month", BaseURL: "http://month.example", Language: "en"}
	m.pub.Feeds = []news.Feed{{ID: "all", Name: "all", Title: "All", Language: "en", Languages: []string{"all"}, Sources: ids, Limit: 100,
		Window: news.Duration(48 * time.Hour), Fresh: news.Duration(48 * time.Hour), Content: news.Full, Link: news.LinkOriginal, Dates: news.DatesRelease, Provenance: true}}
	store, err := storage.Create(m.dir, m.options())
	if err != nil {
		t.Fatal(err)
	}
	m.store = store
	m.pub.Site.ID = store.Site()
	m.configure()
	t.Cleanup(func() { m.store.Close() })
	return m
}

func (m *month) options() storage.Options {
	return storage.Options{Now: func() time.Time { return m.now }, Scratch: true, Features: curator.Features}
}

func monthRow(id string, rank int) news.Source {
	return news.Source{ID: id, Origin: news.Origin(id), Kind: news.KindFeed, Body: news.BodyFeed, Rank: 10 + rank, Rights: news.Government, Language: "en",
		URLs: []string{"https://" + id + ".example/feed.xml"}, Publisher: news.NamesOf(map[string]string{"en": "Office " + id}), Timezone: "Asia/Shanghai",
		Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour), WaitForText: news.Duration(30 * time.Minute)}
}

// configure puts the configuration as it is now into force.
func (m *month) configure() {
	m.t.Helper()
	m.pub.Sources = nil
	for _, o := range m.desks {
		m.pub.Sources = append(m.pub.Sources, o.row)
	}
	c, err := curator.New(m.pub, 0)
	if err != nil {
		m.t.Fatal(err)
	}
	m.curator = c
	if _, err := m.store.Configure(context.Background(), m.pub, "test", func(l *storage.Ledger) news.Decision { return c.Refold(l) }); err != nil {
		m.t.Fatal(err)
	}
	m.press = newPress(m.store, m.pub, byOrigin(m.pub.Sources))
}

// restart closes the record and opens it again.
func (m *month) restart() {
	m.t.Helper()
	err := m.store.Close()
	if err == nil {
		m.store, err = storage.Open(m.dir, m.options())
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.configure()
}

// compose writes a release that resembles no other.
func (m *month) compose() *novelty {
	r := &novelty{mark: fmt.Sprintf("R%04d", len(m.made)), at: m.now}
	r.title = fmt.Sprintf("%s %s, notice %s", m.words(5), m.words(2), r.mark)
	for range 5 {
		r.text = append(r.text, m.words(28)+".")
	}
	r.text[1] += fmt.Sprintf(" The sum is %d yuan.", 1000+m.rng.IntN(1_000_000))
	m.made = append(m.made, r)
	return r
}

const syllables = "ba be bi bo da de di do fa fe ga go ka ke ki la le li lo ma me mi mo na ne no pa pe ra re ri sa se si so ta te ti to va ve"

// words are so many made-up words.
func (m *month) words(n int) string {
	parts := strings.Fields(syllables)
	var out []string
	for range n {
		w := ""
		for range 2 + m.rng.IntN(3) {
			w += parts[m.rng.IntN(len(parts))]
		}
		out = append(out, w)
	}
	return strings.ToUpper(out[0][:1]) + strings.Join(out, " ")[1:]
}

// carry has an office list a release from now on.
func (m *month) carry(o *bureau, r *novelty) {
	c := &copyOf{of: r, id: fmt.Sprintf("%s-%s", o.row.ID, r.mark), path: "/" + r.mark + ".html", title: r.title, text: slices.Clone(r.text), date: m.now}
	if len(r.carried) > 0 { // another site's frame
		c.text = append([]string{"Published by " + o.row.ID + ", taken from the office concerned."}, append(c.text, "Contact us, all rights reserved, "+o.row.ID+".")...)
	}
	r.carried = append(r.carried, o)
	o.listed = append([]*copyOf{c}, o.listed...)
	o.listed = o.listed[:min(len(o.listed), 30)]
}

// entries is what an office's feed says now.
func (o *bureau) entries() (list []news.Entry) {
	host := "https://" + o.row.ID + ".example"
	if o.moved {
		host = "https://new." + o.row.ID + ".example/n"
	}
	for _, c := range o.listed {
		html := "<p>" + strings.Join(c.text, "</p><p>") + "</p>"
		list = append(list, news.Entry{ID: fmt.Sprintf("%s#%d", c.id, o.made), URL: host + c.path, Title: c.title, Lang: o.row.Language, Locale: o.row.Language, HTML: html,
			Digest: news.TextDigest(news.PlainText(html)), Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: c.date, Origin: news.FromFeed}})
	}
	return list
}

// poll hears what an office says, as after an answer of its feed.
func (m *month) poll(o *bureau) news.Ruling {
	m.t.Helper()
	url := o.row.URLs[0]
	b := news.Batch{Source: o.row.Origin, Kind: news.TaskListing, URL: url, Reader: "r1", Condition: news.OK, Fetched: m.now, ReadAs: news.KindFeed, Entries: o.entries()}
	m.fillID(b.ID[:])
	b.State = news.FetchState{Source: o.row.Origin, URL: url, Condition: news.OK, LastGood: m.now, LastTry: m.now, Set: fmt.Sprint(len(o.listed), o.made)}
	rc, err := m.store.Accept(context.Background(), b, func(l *storage.Ledger, b news.Batch) news.Decision { return m.curator.Accept(l, b) })
	if err != nil {
		m.t.Fatal(err)
	}
	return rc.Ruling
}

func (m *month) fillID(id []byte) {
	for n := range id {
		id[n] = byte(m.rng.Uint32())
	}
}

// due does what falls due.
func (m *month) due() {
	m.t.Helper()
	var due []news.Task
	m.view(func(l *storage.Ledger) {
		for t := range l.Tasks() {
			if t.Kind == news.TaskDecide && !t.Due.After(m.now) {
				due = append(due, t)
			}
		}
	})
	for _, task := range due {
		m.rule(func(l *storage.Ledger) news.Decision {
			d := m.curator.Decide(l, task)
			d.Done = append(d.Done, task)
			return d
		})
	}
}

func (m *month) rule(decide func(*storage.Ledger) news.Decision) {
	m.t.Helper()
	if _, err := m.store.Rule(context.Background(), decide); err != nil {
		m.t.Fatal(err)
	}
}

func (m *month) view(f func(*storage.Ledger)) {
	m.t.Helper()
	if err := m.store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		m.t.Fatal(err)
	}
}

// act is an editor's act; the receipt's position is 0 when it was refused.
func (m *month) act(e news.Editing) storage.Receipt {
	m.t.Helper()
	e.Who = "the editor"
	m.fillID(e.ID[:])
	rc, err := m.store.Edit(context.Background(), e, func(l *storage.Ledger, e news.Editing) news.Decision { return m.curator.Edit(l, e) })
	if err != nil {
		m.t.Fatalf("%s: %v", e.Act, err)
	}
	return rc
}

// storyOf is the story that an office's copy of a release is in.
func (m *month) storyOf(o *bureau, r *novelty) (s news.Story, i news.Item) {
	m.view(func(l *storage.Ledger) {
		for i = range l.Items(o.row.Origin, time.Time{}) {
			if strings.Contains(i.Shown.Title, r.mark) {
				s, _ = l.Story(i.Story)
				return
			}
		}
		m.t.Fatalf("%s has no item of %s", o.row.ID, r.mark)
	})
	return s, i
}

// documents are the feed's documents as they are now.
func (m *month) documents() map[string]string {
	m.t.Helper()
	if err := m.press.print(context.Background()); err != nil {
		m.t.Fatal(err)
	}
	docs := make(map[string]string)
	for _, f := range []string{"rss", "atom", "json"} {
		docs[f] = string(m.press.shelf.Body("/feeds/all." + f))
	}
	return docs
}
