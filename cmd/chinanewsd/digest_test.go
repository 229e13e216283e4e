package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// dailySite is a site with a clock that is set, and a feed with a digest.
type dailySite struct {
	*siteFile
	o   *origin
	now time.Time
	h   *house
}

const dailyFeed = "  - {id: all, title: All, languages: all, digest: \"07:00\"}\n"

// newDaily opens such a site at noon in Beijing.
func newDaily(t *testing.T, feeds string) *dailySite {
	d := &dailySite{siteFile: newSite(t), o: newOrigin(t), now: time.Now().UTC().Truncate(24 * time.Hour).Add(4 * time.Hour)}
	d.configure(feeds)
	return d
}

// configure stops, and starts under another configuration.
func (d *dailySite) configure(feeds string) {
	d.t.Helper()
	d.write(feedRow("a", d.o.URL+"/feed.xml"), feeds)
	d.start()
}

// start stops, if it runs, and starts.
func (d *dailySite) start() {
	d.t.Helper()
	if d.h != nil {
		d.h.close()
	}
	cfg, err := config.Load(d.file, checks())
	if err != nil {
		d.t.Fatal(err)
	}
	clock := func() time.Time { return d.now }
	store, err := openWith(cfg, true, storage.Options{Now: clock, Features: curator.Features})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { store.Close() })
	d.h = &house{lasting: lasting{store: store, log: slog.New(slog.DiscardHandler)}, cfg: cfg}
	if err := d.h.join(context.Background(), settings{}); err != nil {
		d.t.Fatal(err)
	}
	d.h.flow.now = clock
	if err := d.h.publish(context.Background(), "http://news.example"); err != nil {
		d.t.Fatal(err)
	}
}

// poll has the source list n releases, and reads them.
func (d *dailySite) poll(n int) {
	d.t.Helper()
	var items strings.Builder
	for i := n; i > 0; i-- {
		fmt.Fprintf(&items, `<item><title>Release %[1]d</title><link>/%[1]d.html</link><guid isPermaLink="false">a-%[1]d</guid><pubDate>%[2]s</pubDate><description>Words %[1]d of the office.</description></item>`,
			i, d.now.Format(time.RFC1123))
	}
	d.o.set("/feed.xml", `<rss version="2.0"><channel><title>A</title><link>/</link><description>d</description>`+items.String()+`</channel></rss>`)
	if err := d.h.flow.load(context.Background(), true); err != nil {
		d.t.Fatal(err)
	}
	d.run()
	if err := d.h.flow.fill(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

// run does what is due, and prints.
func (d *dailySite) run() {
	d.t.Helper()
	f := d.h.flow
	f.idle = func() bool { return f.table.idle(f.now()) && f.table.pending(news.TaskDecide, f.now()) == 0 }
	for _, do := range []func(context.Context) error{f.run, d.h.press.print} {
		if err := do(context.Background()); err != nil {
			d.t.Fatal(err)
		}
	}
}

// wait goes on to a moment, without polling.
func (d *dailySite) wait(hours int) {
	d.now = d.now.Add(time.Duration(hours) * time.Hour)
	d.run()
}

func (d *dailySite) get(path string) string {
	w := httptest.NewRecorder()
	d.h.public().ServeHTTP(w, httptest.NewRequest("GET", "http://news.example"+path, nil))
	return w.Body.String()
}

// expect checks the titles of the document, newest first.
func (d *dailySite) expect(when string, want ...string) {
	d.t.Helper()
	var got []string
	for _, part := range strings.Split(d.get("/feeds/all.rss"), "<item>")[1:] {
		title, _, _ := strings.Cut(part, "</title>")
		got = append(got, strings.TrimSpace(title)[len("<title>"):])
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		d.t.Errorf("%s: %q, want %q", when, got, want)
	}
}

func (d *dailySite) day(after int, n string) string {
	at := d.now.In(time.FixedZone("", 8*3600))
	return "All, " + at.AddDate(0, 0, after).Format("2 January 2006") + ": " + n
}

func TestAFeedWithADigest(t *testing.T) {
	d := newDaily(t, dailyFeed)
	today := d.day(0, "2 releases")
	d.poll(2)
	d.expect("before it closes")
	if said := d.explained("Release 1").Story.Feeds[0]; !said.Has || !strings.Contains(said.Digest, "will be in the digest that is made at 07:00") {
		t.Errorf("explained: %+v", said)
	}
	moved := d.state().Moved
	d.wait(19) // 07:00
	d.expect("when it has closed", today)
	if s := d.state(); s.Moved <= moved || s.Digests != 1 {
		t.Errorf("subscribers are not told: %+v, before %d", s, moved)
	}
	if body := d.get("/feeds/all.json"); !strings.Contains(body, "Words 1 of the office.") || !strings.Contains(body, "/feeds/all/"+d.now.Format("2006/01/02")+"/") {
		t.Errorf("it says\n%s", body)
	}
	if said := d.explained("Release 1").Story.Feeds[0]; !strings.Contains(said.Digest, "it is in digest no. 1, of ") {
		t.Errorf("explained: %+v", said)
	}
	before := d.get("/feeds/all.atom")
	d.start()
	if d.get("/feeds/all.atom") != before {
		t.Error("a restart changed the document")
	}
	if err := d.h.flow.load(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	d.wait(72)
	d.expect("after days in which nothing came", today)
	before = d.get("/feeds/all.atom")
	d.poll(3)
	if d.get("/feeds/all.atom") != before {
		t.Error("what entered the feed changed its document before the digest is made")
	}
	next := d.day(0, "1 release")
	d.wait(24)
	d.expect("then", next, today)
}

func (d *dailySite) state() (s news.FeedState) {
	d.t.Helper()
	if err := d.h.store.View(context.Background(), func(l *storage.Ledger) error { s = l.Feed("all"); return nil }); err != nil {
		d.t.Fatal(err)
	}
	return s
}

// explained asks the running house.
func (d *dailySite) explained(what string) explained {
	d.t.Helper()
	said, err := d.h.explain(context.Background(), what, "all")
	if err != nil || said.Story == nil {
		d.t.Fatalf("%+v, %v", said, err)
	}
	return said
}

// What was lost with the tasks of the store is made again at a start; days
// offline are one digest; and what came at the start is in the next.
func TestADigestAfterDaysOffline(t *testing.T) {
	d := newDaily(t, dailyFeed)
	first := d.day(0, "2 releases")
	d.poll(2)
	if err := d.h.store.SaveTasks(context.Background(), nil, []news.Task{{Kind: news.TaskDecide, Feed: "all"}}); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.AddDate(0, 0, 6)
	d.start()
	d.poll(4)
	d.expect("at the start", first)
	second := d.day(0, "2 releases")
	d.wait(24)
	d.expect("a day later", second, first)
}

// An editor's acts take a release out of a digest that is made, and put it back
// into it, without telling anybody.
func TestActsAndDigests(t *testing.T) {
	d := newDaily(t, dailyFeed)
	one, two := d.day(0, "1 release"), d.day(0, "2 releases")
	d.poll(2)
	d.wait(20)
	moved := d.state().Moved
	address := d.explained("Release 1").Story.Address
	act := func(w wish) {
		t.Helper()
		d.now = d.now.Add(time.Minute)
		w.Story, w.Who = "http://news.example/stories/"+address, "eve"
		if _, err := d.h.edit(context.Background(), w); err != nil {
			t.Fatal(err)
		}
		d.run()
	}
	for _, a := range []news.Act{news.ActHide, news.ActHold} {
		act(wish{Act: a})
		d.expect(string(a), one)
		if body := d.get("/feeds/all.json"); strings.Contains(body, "Release 1") {
			t.Errorf("%s: it is there still", a)
		}
		act(wish{Act: actUndo})
		d.expect(string(a)+" taken back", two)
	}
	act(wish{Act: news.ActWithdraw, Args: news.Args{Reason: "A mistake."}})
	d.expect("withdrawn", one)
	if s := d.state(); s.Moved != moved || s.Digests != 1 {
		t.Errorf("subscribers were told of it: %+v, before %d", s, moved)
	}
	d.wait(48)
	d.expect("days later", one)
	address = d.explained("Release 2").Story.Address
	act(wish{Act: news.ActHide})
	d.expect("when nothing is left of it")
}

func TestADigestBeginsAndEnds(t *testing.T) {
	d := newDaily(t, allFeed)
	d.poll(2)
	d.expect("without", "Release 2", "Release 1")
	d.configure(dailyFeed)
	d.expect("when it begins")
	d.poll(3)
	title := d.day(0, "1 release")
	d.wait(24)
	d.expect("a day later", title)
	d.configure(strings.Replace(dailyFeed, "07:00", "18:00", 1))
	d.poll(3)
	d.wait(24)
	d.expect("with another hour", title)
	d.configure(allFeed)
	d.expect("when it has ended", "Release 3", "Release 2", "Release 1")
	d.poll(4)
	d.configure(dailyFeed)
	d.wait(24)
	d.expect("when it begins again", title)
	d.configure(allFeed)
	if err := d.h.flow.load(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	d.wait(48)
	err := d.h.store.View(context.Background(), func(l *storage.Ledger) error {
		for task := range l.Tasks() {
			if task.Feed != "" {
				t.Errorf("a task of a digest is left: %+v", task)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
