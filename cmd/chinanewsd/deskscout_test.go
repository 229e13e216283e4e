package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/feedout/desk"
	"chinanews/news"
)

// scouting is a scout of a site, for an editor.
type scouting struct {
	*scout
	t    *testing.T
	file *siteFile
}

// newScouting opens a site that has a source of an origin's, and its scout.
func newScouting(t *testing.T, o *origin, change func(*siteFile)) scouting {
	t.Helper()
	file := newSite(t)
	file.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	if change != nil {
		change(file)
	}
	file.create()
	s := scouting{newScout(file.open()), t, file}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	return s
}

// look begins a quest and waits for what comes of it.
func (s scouting) look(q desk.Quest) desk.Look {
	s.t.Helper()
	if err := s.Begin("lin", q); err != nil {
		s.t.Fatal(err)
	}
	return s.over("lin")
}

func (s scouting) over(who string) desk.Look {
	s.t.Helper()
	for {
		l, ok := s.Seen(who)
		if !ok {
			s.t.Fatalf("nothing is begun for %s", who)
		}
		if l.Over {
			return l
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// followed does what a look says that is to be done, and reads the
// configuration that comes of it.
func (s scouting) followed(l desk.Look) news.Config {
	s.t.Helper()
	p := l.Place
	if p == nil {
		s.t.Fatalf("no place is said: %+v", l)
	}
	write := func(path, text string) {
		s.t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	text, err := os.ReadFile(p.Config)
	if err != nil {
		s.t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	put := func(at desk.Spot, text string) {
		lines = strings.SplitAfter(strings.Join(lines, ""), "\n")
		if at.Instead {
			at.Line--
			lines = slices.Delete(lines, at.Line, at.Line+1)
		}
		lines = slices.Insert(lines, at.Line, text)
	}
	if p.Indented != strings.HasPrefix(l.Row, " ") {
		s.t.Errorf("Indented is %v of the row\n%s", p.Indented, l.Row)
	}
	if p.New {
		write(p.File, l.Row)
	} else {
		put(p.Spot, l.Row)
	}
	if p.After != nil {
		put(*p.After, p.Feed)
	}
	if p.Include != "" {
		lines = append(lines, "include: ["+p.Include+"]\n")
	}
	write(p.Config, strings.Join(lines, ""))
	cfg, err := config.Load(p.Config, checks())
	if err != nil {
		s.t.Fatalf("what it says cannot be followed: %v\n%s", err, strings.Join(lines, ""))
	}
	return cfg
}

// What is found at an address has all that an editor needs, and what is said of
// its place can be followed to the letter, in every kind of configuration.
func TestScoutPlaces(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*siteFile)
		feed   bool // one is needed
	}{
		{"rows of the file", nil, false},
		{"rows that are not indented", func(s *siteFile) { s.set("sources:\n  ", "sources:\n") }, false},
		{"rows in brackets", func(s *siteFile) { s.set("sources:\n  - ", "sources: ["); s.set("feeds:", "]\nfeeds:") }, false},
		{"files beside it", func(s *siteFile) { s.set("feeds:", "include: [rows/*.yaml]\nfeeds:") }, false},
		{"files below it", func(s *siteFile) { s.set("feeds:", "include: [rows/*/*.yaml]\nfeeds:") }, false},
		{"no feed takes it", func(s *siteFile) { s.set("languages: all", "language: en, sources: [a]") }, true},
		{"no feed at all", func(s *siteFile) { s.set("feeds:\n"+allFeed, "") }, true},
		{"no feed yet", func(s *siteFile) { s.set("feeds:\n"+allFeed, "feeds: []\n") }, true},
		{"nothing yet", func(s *siteFile) {
			text, _ := os.ReadFile(s.file)
			s.set(string(text)[strings.Index(string(text), "sources:"):], "sources: []\nfeeds: []\n")
		}, true},
		{"nothing at all", func(s *siteFile) {
			text, _ := os.ReadFile(s.file)
			s.set(string(text)[strings.Index(string(text), "sources:"):], "# Nothing\n")
		}, true},
		{"comments at the end", func(s *siteFile) { s.set("feeds:", "\n# What is published\n\nfeeds:") }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrigin(t)
			ministryPages(o, "/xw/yw/", 15)
			s := newScouting(t, o, tt.change)
			l := s.look(desk.Quest{Address: o.URL + "/xw/yw/"})
			if l.Trouble != "" || l.Kind != "list" || l.Unsure || l.Sure < 50 || len(l.Reasons) == 0 || len(l.Mistakes) > 0 {
				t.Fatalf("it is %+v", l)
			}
			one := l.Listings[0]
			if len(one.Items) != 15 || one.Items[0].Date.Precision != news.Day || one.Items[0].Lang != "zh" || len(one.Articles) != maxReleases || !strings.HasPrefix(one.Articles[0].Text, "部长表示") {
				t.Errorf("it reads %d items, %d articles: %+v", len(one.Items), len(one.Articles), one.Articles)
			}
			if l.Asked[0] != o.URL+"/xw/yw/" || len(l.Asked) > 1+1+maxAsked+1+maxReleases {
				t.Errorf("it asked %v", l.Asked)
			}
			if (l.Place.Feed != "") != tt.feed || (len(l.Place.Feeds) == 0) != tt.feed {
				t.Errorf("feeds %v, or %q", l.Place.Feeds, l.Place.Feed)
			}
			cfg := s.followed(l)
			src := cfg.Sources[slices.IndexFunc(cfg.Sources, func(s news.Source) bool { return s.ID != "a" })]
			if src.URLs[0] != o.URL+"/xw/yw/" || !slices.ContainsFunc(cfg.Feeds, func(f news.Feed) bool { return slices.Contains(f.Sources, src.ID) }) {
				t.Errorf("the configuration has %+v, %+v", src, cfg.Feeds)
			}
			if again := s.look(desk.Quest{Row: l.Row}); again.Trouble != "" || len(again.Mistakes) > 0 || !strings.HasPrefix(again.Place.Was, "") || again.Place.Was == "" || len(again.Listings[0].Items) < 15 {
				t.Errorf("tried once it is configured: %+v", again)
			}
		})
	}
}

// Whatever an address is, it is said.
func TestScoutKinds(t *testing.T) {
	o := newOrigin(t)
	ministryPages(o, "/xw/", 4)
	o.set("/harbour.xml", rssOf("Harbour", 0, 5))
	o.set("/rows.json", fmt.Sprintf(`{"data":{"rows":[{"title":"The harbour opens","url":"/1.html","date":"%[1]s"},{"title":"The harbour closes","url":"/2.html","date":"%[1]s"},{"title":"The lake is frozen","url":"/3.html","date":"%[1]s"}]}}`, time.Now().Format(time.DateOnly)))
	o.set("/bare.json", `{"code":0,"data":{"rows":[{"name":"x"},{"name":"y"}]}}`)
	o.set("/wall", `<html><script>document.cookie="a=1";location.reload()</script></html>`)
	o.set("/app", `<html><head><title>News</title></head><body><div id="root"></div><script>fetch("/api/news/list?page=1").then(show)</script></body></html>`)
	o.set("/login", `<form><input name=u><input type="password" name=p></form>`)
	o.set("/blank", ``)
	o.set("/huge", `<html><body>`+strings.Repeat("<p>x</p>", 200_000)+`</body></html>`)
	s := newScouting(t, o, func(f *siteFile) { f.set("timeout: 5s", "timeout: 5s, max_body: 200KiB") })
	for path, want := range map[string]struct{ kind, words string }{
		"/harbour.xml": {"feed", ""},
		"/rows.json":   {"json", ""},
		"/bare.json":   {"json", "write a row of kind json"},
		"/wall":        {"wall", "bot wall"},
		"/app":         {"script", "filled by script"},
		"/login":       {"login", "password"},
		"/none":        {"other", "404"},
		"/a.xml":       {"other", "the source a"},
		"/huge":        {"other", "fetch.max_body"},
		"/xw/" + fmt.Sprintf("t%s_4000.html", time.Now().In(beijing).AddDate(0, 0, -1).Format("20060102")): {"article", "one release"},
	} {
		l := s.look(desk.Quest{Address: o.URL + path})
		if l.Trouble != "" || l.Kind != want.kind || !strings.Contains(l.Words, want.words) || (l.Row == "") != (want.words != "") || (l.Place == nil) != (l.Row == "") || (l.Already == "a") != (path == "/a.xml") || l.Unstarted {
			t.Errorf("%s: %+v, want %+v", path, l, want)
		}
	}
	if l := s.look(desk.Quest{Address: o.URL + "/app"}); !slices.ContainsFunc(l.Hints, func(h string) bool { return strings.Contains(h, "/api/news/list") }) {
		t.Errorf("the address of the JSON is no hint: %v", l.Hints)
	}
	if l := s.look(desk.Quest{Address: o.URL + "/blank"}); l.Row != "" || l.Words == "" {
		t.Errorf("of nothing it makes %+v", l)
	}
}

// What is not allowed to the daemon is not allowed to its editors.
func TestScoutRefused(t *testing.T) {
	o := newOrigin(t)
	ministryPages(o, "/xw/", 4)
	o.set("/robots.txt", "User-agent: *\nDisallow: /xw/\n")
	s := newScouting(t, o, nil)
	if l := s.look(desk.Quest{Address: o.URL + "/xw/"}); l.Row != "" || !strings.Contains(l.Words, "robots.txt") {
		t.Errorf("what robots.txt forbids: %+v", l)
	}
	row := "{id: b, url: \"" + o.URL + "/xw/\", kind: html, robots: false, list: {item: li}}"
	if l := s.look(desk.Quest{Row: row}); len(l.Listings) != 1 || l.Listings[0].State != news.RobotsRefused || !strings.Contains(strings.Join(l.Reasons, " "), "robots.txt is heeded here") {
		t.Errorf("a row that would not ask robots.txt: %+v", l)
	}
	asked := o.total()
	closed := newScouting(t, o, func(f *siteFile) { f.set("allow: [127.0.0.0/8]", "allow: []") })
	for _, q := range []desk.Quest{{Address: o.URL + "/"}, {Row: "{id: b, url: \"" + o.URL + "/\", kind: feed}"}, {Address: "http://[::1]/"}, {Address: "http://10.0.0.1/"}, {Address: "http://169.254.169.254/latest"}} {
		l := closed.look(q)
		words := l.Words
		for _, one := range l.Listings {
			words += one.Words
		}
		if !strings.Contains(words, "fetch: {allow: [") {
			t.Errorf("%+v: it says %+v", q, l)
		}
	}
	if o.total() != asked {
		t.Error("an address that is not allowed was asked")
	}
}

// A row can be changed and tried again; what is wrong with it has its line and
// column in it.
func TestScoutRows(t *testing.T) {
	o := newOrigin(t)
	ministryPages(o, "/xw/yw/", 6)
	o.set("/a.xml", rssOf("A", 0, 3))
	s := newScouting(t, o, nil)
	l := s.look(desk.Quest{Address: o.URL + "/xw/yw/"})
	bad := strings.Replace(l.Row, "    kind: html", "    kind: htlm", 1)
	if l := s.look(desk.Quest{Row: bad}); len(l.Mistakes) != 1 || l.Mistakes[0].File != "" || !strings.Contains(strings.Split(bad, "\n")[l.Mistakes[0].Line-1], "htlm") || l.Mistakes[0].Hint == "" || l.Row != bad || len(l.Asked) > 0 {
		t.Errorf("a mistake: %+v", l)
	}
	good := strings.Replace(l.Row, "rights: media", "rights: government", 1)
	if l := s.look(desk.Quest{Row: good}); l.Listings[0].State != news.OK || len(l.Listings[0].Items) == 0 || len(l.Listings[0].Articles) != 1 || l.Row != good {
		t.Errorf("the row again: %+v", l)
	}
	if l := s.look(desk.Quest{Source: "a"}); len(l.Listings) != 1 || len(l.Listings[0].Items) != 3 || l.Place != nil || l.Row != "" {
		t.Errorf("a source: %+v", l)
	}
	if l := s.look(desk.Quest{Source: "nobody"}); !strings.Contains(l.Trouble, "nobody") {
		t.Errorf("a source that is not there: %+v", l)
	}
	s.file.set("feeds:", "feed:")
	if l := s.look(desk.Quest{Row: good}); len(l.Mistakes) == 0 || !strings.HasSuffix(l.Mistakes[0].File, "config.yaml") {
		t.Errorf("beside a configuration that is broken: %+v", l)
	}
}

// An editor has one look at a time, another's is left alone, and none outlives
// the daemon.
func TestScoutOneAtATime(t *testing.T) {
	hung, release := make(chan bool, 10), make(chan bool)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hung <- true
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}))
	t.Cleanup(func() { close(release); slow.Close() })
	o := newOrigin(t)
	o.set("/feed.xml", rssOf("Harbour", 0, 5))
	s := newScouting(t, o, func(f *siteFile) { f.set("timeout: 5s", "timeout: 10m") })
	begin := func(who, address string) {
		t.Helper()
		if err := s.Begin(who, desk.Quest{Address: address}); err != nil {
			t.Fatal(err)
		}
	}
	begin("lin", slow.URL)
	<-hung
	if l, _ := s.Seen("lin"); l.Over || len(l.Asked) != 1 || l.Address != slow.URL {
		t.Errorf("on its way: %+v", l)
	}
	begin("mei", o.URL+"/feed.xml")
	if l := s.over("mei"); l.Kind != "feed" {
		t.Errorf("another's: %+v", l)
	}
	begin("lin", o.URL+"/feed.xml")
	if l := s.over("lin"); l.Kind != "feed" {
		t.Errorf("the next: %+v", l)
	}
	begin("lin", slow.URL)
	<-hung
	s.Abandon("lin")
	if _, ok := s.Seen("lin"); ok {
		t.Error("what was abandoned is there")
	}
	s.under.Wait()
	s.within = 50 * time.Millisecond
	begin("lin", slow.URL)
	if l := s.over("lin"); !strings.Contains(l.Trouble, "not done within") {
		t.Errorf("a site that hangs: %+v", l)
	}
	s.within = time.Hour
	begin("lin", slow.URL)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.run(ctx); err != nil {
		t.Fatal(err)
	}
	s.under.Wait()
	if err := s.Begin("lin", desk.Quest{Address: slow.URL}); err == nil {
		t.Error("one begins at the end")
	}
}

// A look is kept for some hours.
func TestScoutForgets(t *testing.T) {
	o := newOrigin(t)
	s := newScouting(t, o, nil)
	s.look(desk.Quest{Source: "nobody"})
	s.now = func() time.Time { return time.Now().Add(lookKept + time.Minute) }
	if _, ok := s.Seen("lin"); ok {
		t.Error("it is kept for ever")
	}
}

func TestAsItem(t *testing.T) {
	const want = "    # c\n    - id: a\n      list: {item: li}\n\n      url: x\n"
	for name, text := range map[string]string{
		"item":     "# c\n- id: a\n  list: {item: li}\n\n  url: x",
		"indented": "  # c\n  - id: a\n    list: {item: li}\n\n    url: x\n\n",
		"mapping":  "# c\r\nid: a\r\nlist: {item: li}\r\n\r\nurl: x\r\n",
		"keyed":    "sources:\n  # c\n  - id: a\n    list: {item: li}\n\n    url: x\n",
	} {
		if got := asItem(text, 4); got != want {
			t.Errorf("%s:\n%s", name, got)
		}
	}
	if got := asItem("{id: a}", 2); got != "  - {id: a}\n" {
		t.Errorf("braces: %q", got)
	}
	for _, text := range []string{"", "#", "sources:", "\n\n", " - ", "\ufeff"} {
		asItem(text, 2)
	}
}
