package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// vault is a site with a feed, open, of many entries.
type vault struct {
	*outsider
	names []string
}

// newVault has so many entries, every third of them history, recorded a page or
// so at a time.
func newVault(t *testing.T, n int) *vault {
	v := &vault{outsider: newOutsider(t)}
	for first := 0; first < n; first += 40 {
		v.brings(first, min(40, n-first))
	}
	v.print()
	return v
}

func (v *vault) print() {
	v.t.Helper()
	if err := v.h.press.print(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
}

// brings records some entries in one batch.
func (v *vault) brings(first, n int) {
	v.t.Helper()
	b := news.Batch{Source: "a", Kind: news.TaskListing, Condition: news.OK}
	rand.Read(b.ID[:])
	for i := first; i < first+n; i++ {
		name := fmt.Sprint("n", i)
		v.names, v.items[name] = append(v.names, name), news.NewItemID("a", news.ByID, name)
		b.Entries = append(b.Entries, news.Entry{ID: name, URL: "http://a.example/" + name, Title: "Release " + name, Lang: "en",
			HTML: "<p>The text of " + name + ".</p>", Digest: news.TextDigest(name)})
	}
	_, err := v.h.store.Accept(v.t.Context(), b, func(l *storage.Ledger, b news.Batch) (d news.Decision) {
		state := l.Feed("open")
		seq := map[news.As]uint64{news.AsNews: state.News, news.AsHistory: state.History}
		for n, e := range b.Entries {
			id, as := v.items[e.ID], news.AsNews
			if (first+n)%3 == 0 {
				as = news.AsHistory
			}
			seq[as]++
			d.Keep = append(d.Keep, n)
			d.Ruling.Items = append(d.Ruling.Items, news.ItemRuling{N: n, Item: id, How: news.ByID, Key: e.ID, Rev: 1, Class: news.First, As: as, State: news.Read})
			d.Ruling.Stories = append(d.Ruling.Stories, news.StoryRuling{Item: id, Story: news.StoryID(id), Address: news.StoryID(id).Address(10)})
			d.Ruling.Enter = append(d.Ruling.Enter, news.Entering{Feed: "open", Story: news.StoryID(id), Seq: seq[as], As: as, Published: l.At(), Link: e.URL, Lead: id})
		}
		return d
	})
	if err != nil {
		v.t.Fatal(err)
	}
}

// churn has entries leave, come back, be withdrawn, merged and split.
func (v *vault) churn(n int) {
	v.t.Helper()
	out, merged := make(map[string]bool), make(map[string]bool)
	for range n {
		name, other := v.names[draw(len(v.names))], v.names[draw(len(v.names))]
		id := v.items[name]
		switch kind := draw(8); {
		case merged[name] || merged[other] || name == other:
		case out[name]:
			v.view(func(l *storage.Ledger) {
				e := entering(l, "open", []news.As{news.AsNews, news.AsHistory}[draw(2)], id, 0)
				defer func() { v.decide(news.Ruling{Enter: []news.Entering{e}}) }()
			})
			out[name] = false
		case kind < 3:
			v.decide(v.leaves(name, news.LeftRule, "open"))
			out[name] = true
		case kind == 3 && !v.withdrawn(name):
			v.acts(name, "", news.ActWithdraw, news.Args{Reason: "A mistake."}, v.leaves(name, news.LeftWithdrawn, "open"))
			merged[name] = true // and nothing is done with it any more
		case kind < 6 && !out[other]:
			r := v.leaves(name, news.LeftMerged, "open")
			r.Alias = []news.AliasRuling{{From: v.story(name), To: v.story(other)}}
			v.decide(r)
			merged[name] = true
			if kind == 5 { // and parted again
				e := news.Entering{}
				v.view(func(l *storage.Ledger) { e = entering(l, "open", news.AsNews, id, 0) })
				v.decide(news.Ruling{Stories: []news.StoryRuling{{Item: id, Story: v.story(name)}}, Enter: []news.Entering{e}})
				merged[name] = false
			}
		}
	}
}

// withdrawn reports whether a story is, perhaps as one that it was once merged
// into.
func (v *vault) withdrawn(name string) (is bool) {
	v.view(func(l *storage.Ledger) {
		s, _ := l.Story(news.StoryID(v.items[name]))
		_, is = l.Withdrawn(s.ID)
	})
	return is
}

func (v *vault) decide(r news.Ruling) {
	v.t.Helper()
	if _, err := v.h.store.Rule(v.t.Context(), func(*storage.Ledger) news.Decision { return news.Decision{Ruling: r} }); err != nil {
		v.t.Fatal(err)
	}
}

// draw is any number below n.
func draw(n int) int {
	var b [2]byte
	rand.Read(b[:])
	return (int(b[0])<<8 | int(b[1])) % n
}

func TestWalkingAnArchiveRebuildsItsFeed(t *testing.T) {
	members, changes := 260, 60
	if os.Getenv("CHINANEWS_LONG") != "" {
		members, changes = 10_000, 2000
	}
	v, a := newVault(t, members), newArchivist()
	a.visit(t, v.h.press, feedout.Atom, feedout.RSS)
	for range 3 {
		v.churn(changes / 3)
		a.visit(t, v.h.press, feedout.Atom, feedout.RSS)
	}
	if _, err := v.h.store.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.visit(t, v.h.press, feedout.Atom, feedout.RSS)
	t.Log(a)
}

// address is today's address of a page.
func (v *vault) address(n int) (path string) {
	v.view(func(l *storage.Ledger) {
		if p, ok := l.ArchivePage("open", n); ok {
			path = "/feeds/open/archive/" + archiveName(p) + ".atom"
		}
	})
	return path
}

func (v *vault) request(method, path string, headers ...string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(method, "http://news.example"+path, nil), httptest.NewRecorder()
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	v.site.ServeHTTP(w, r)
	return w
}

// configured puts a changed configuration into force.
func (v *vault) configured(change func(*news.Publication)) func() {
	return func() {
		v.t.Helper()
		pub := v.h.cfg.Publication
		pub.Feeds, pub.Sources = slices.Clone(pub.Feeds), slices.Clone(pub.Sources)
		change(&pub)
		if _, err := v.h.store.Configure(v.t.Context(), pub, "test", nil); err != nil {
			v.t.Fatal(err)
		}
		v.h.cfg.Publication = pub
		pub.Site.BaseURL = "http://news.example"
		v.h.press = newPress(v.h.store, pub, byOrigin(pub.Sources))
		v.site = v.h.public()
	}
}

// pruned throws the text of one entry away.
func (v *vault) pruned(name string) func() {
	return func() {
		v.t.Helper()
		all := make(map[news.ItemID]bool)
		for other, id := range v.items {
			all[id] = other != name
		}
		n, err := v.h.store.PruneTexts(v.t.Context(), time.Now().Add(time.Hour), func(*storage.Ledger) map[news.ItemID]bool { return all }, "test")
		if n == 0 || err != nil {
			v.t.Fatalf("%d texts were thrown away, %v", n, err)
		}
	}
}

// befalling is something that befalls an entry, and the first page of the
// archive that has another address since; 0: none has.
type befalling struct {
	what string
	do   func()
	from int
}

// befallings are of entries, and of what the configuration says of them.
func (v *vault) befallings() []befalling {
	act := func(name string, feed news.FeedName, act news.Act, args news.Args, r news.Ruling) func() {
		return func() { v.acts(name, feed, act, args, r) }
	}
	ruling := func(r news.Ruling) func() { return func() { v.decide(r) } }
	erase := news.Args{Reason: "A mistake.", Erase: true}
	return []befalling{
		{"a retitling", act("n60", "", news.ActRetitle, news.Args{Text: "Ours"}, news.Ruling{}), 2},
		{"a note in another feed", act("n60", "held", news.ActNote, news.Args{Text: "Ours"}, news.Ruling{}), 0},
		{"an edit of the source", func() { v.reads("n61", 2, news.AsNews) }, 2},
		{"a withdrawal", act("n62", "", news.ActWithdraw, news.Args{Reason: "A mistake."}, v.leaves("n62", news.LeftWithdrawn, "open")), 2},
		{"its erasure", act("n62", "", news.ActWithdraw, erase, news.Ruling{}), 2},
		{"the end of its stub", ruling(v.leaves("n62", news.LeftForGood, "open")), 2},
		{"a removal", ruling(news.Ruling{Removal: []news.Removal{{Item: v.items["n63"], State: news.Removed, Looks: 3}}}), 2},
		{"a text that is thrown away", v.pruned("n64"), 2},
		{"an update", ruling(news.Ruling{Updated: []news.Update{{Feed: "open", Story: v.story("n105")}}}), 3},
		{"a text that never came", ruling(news.Ruling{States: []news.StateRuling{{Item: v.items["n5"], State: news.Unreadable}}}), 1},
		{"a new title of the feed", v.configured(func(p *news.Publication) { p.Feeds[0].Title = "Another" }), 1},
		{"a new publisher", v.configured(func(p *news.Publication) { p.Sources[0].Publisher = news.NamesOf(map[string]string{"en": "Another"}) }), 1},
		{"another rhythm", v.configured(func(p *news.Publication) { p.Sources[0].Interval++ }), 0},
		{"another rule", v.configured(func(p *news.Publication) { p.Feeds[0].Where = `has(title, "x")` }), 0},
		{"a new row", v.configured(func(p *news.Publication) {
			p.Sources = append(p.Sources, news.Source{ID: "new", Origin: "new", URLs: []string{"http://new.example/"}})
		}), 0},
		{"a row that is gone", v.configured(func(p *news.Publication) { p.Sources = p.Sources[:len(p.Sources)-1] }), 1},
	}
}

// Whatever befalls an entry deep in the archive changes the ETag of the
// subscription document and the addresses of its page and of those after it.
func TestWhatChangesDeepInAnArchiveShows(t *testing.T) {
	v := newVault(t, 190)
	for _, c := range v.befallings() {
		var before []string
		for n := 1; n <= 4; n++ {
			before = append(before, v.address(n))
		}
		tag := v.request(http.MethodGet, "/feeds/open.atom").Header().Get("ETag")
		c.do()
		v.print()
		for n, was := range before {
			want := c.from > 0 && n+1 >= c.from
			if changed := v.address(n+1) != was; changed != want {
				t.Errorf("%s: the address of page %d changed: %v, want %v", c.what, n+1, changed, want)
			}
			if w := v.request(http.MethodGet, was); want && w.Code != http.StatusMovedPermanently || !want && w.Code != http.StatusOK {
				t.Errorf("%s: the old address of page %d answers %d", c.what, n+1, w.Code)
			}
		}
		if now := v.request(http.MethodGet, "/feeds/open.atom").Header().Get("ETag"); (now != tag) != (c.from > 0) {
			t.Errorf("%s: the ETag was %s, is %s", c.what, tag, now)
		}
	}
	if body := v.request(http.MethodGet, v.address(2)).Body.String(); strings.Contains(body, "text of n62.") || strings.Contains(body, "text of n64.") || !strings.Contains(body, "text of n65.") {
		t.Error("what was withdrawn or thrown away is on its page, or all is gone")
	}
}

func TestServingArchives(t *testing.T) {
	v := newVault(t, 120)
	old := v.address(2)
	v.acts("n60", "", news.ActNote, news.Args{Text: "Ours"}, news.Ruling{})
	v.print()
	today, newest := v.address(2), v.address(3)
	w := v.request(http.MethodGet, today)
	tag := w.Header().Get("ETag")
	if w.Code != http.StatusOK || tag == "" || w.Header().Get("Cache-Control") != keepArchive || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") || w.Header().Get("Last-Modified") == "" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	relative := func(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }
	future := strings.Replace(today, "/archive/", "/archive/9", 1)
	for _, c := range []struct {
		what, method, path string
		headers            []string
		code               int
		location           string
	}{
		{"HEAD", "HEAD", today, nil, 200, ""},
		{"its ETag", "GET", today, []string{"If-None-Match", tag}, 304, ""},
		{"POST", "POST", today, nil, 405, ""},
		{"a query", "GET", today + "?x=1", nil, 200, ""},
		{"RSS", "GET", strings.Replace(today, ".atom", ".rss", 1), nil, 200, ""},
		{"JSON", "GET", strings.Replace(today, ".atom", ".json", 1), nil, 200, ""},
		{"a browser", "GET", today, []string{"Sec-Fetch-Dest", "document"}, 302, "/feeds/open/"},
		{"an old generation", "GET", old, nil, 301, relative(today)},
		{"one that is not yet", "GET", future, nil, 302, relative(today)},
		{"no generation", "GET", "/feeds/open/archive/2.atom", nil, 302, relative(today)},
		{"after the newest", "GET", "/feeds/open/archive/4.atom", nil, 302, "../../open.atom"},
		{"after that", "GET", "/feeds/open/archive/5.atom", nil, 404, ""},
		{"a page of another record", "GET", "/feeds/open/archive/1-77.atom", nil, 302, relative(newest)},
		{"a page with leading zeros", "GET", "/feeds/open/archive/02.atom", nil, 404, ""},
		{"no page", "GET", "/feeds/open/archive/0.atom", nil, 404, ""},
		{"no format", "GET", "/feeds/open/archive/2", nil, 404, ""},
		{"another format", "GET", "/feeds/open/archive/2.xml", nil, 404, ""},
		{"a number that is too large", "GET", "/feeds/open/archive/99999999999999999999-1.atom", nil, 404, ""},
		{"the largest", "GET", "/feeds/open/archive/9999999999999999999-1.atom", nil, 302, relative(v.address(1))},
		{"no feed", "GET", "/feeds/none/archive/1.atom", nil, 404, ""},
		{"a feed that is not public", "GET", "/feeds/zqoffice/archive/1.atom", nil, 404, ""},
		{"a feed of notices", "GET", "/feeds/edits/archive/1.atom", nil, 404, ""},
		{"a page of another record where nothing ever was", "GET", "/feeds/held/archive/7-2.atom", nil, 302, "../../held.atom"},
		{"a feed in which nothing ever was", "GET", "/feeds/held/archive/2.atom", nil, 404, ""},
	} {
		w := v.request(c.method, c.path, c.headers...)
		if w.Code != c.code || w.Header().Get("Location") != c.location {
			t.Errorf("%s, %s: %d %q, want %d %q", c.what, c.path, w.Code, w.Header().Get("Location"), c.code, c.location)
		}
		if c.method == "HEAD" && w.Body.Len() > 0 || c.code == 304 && w.Header().Get("ETag") == "" {
			t.Errorf("%s: %d bytes, %v", c.what, w.Body.Len(), w.Header())
		}
	}
	if a, b := v.request("GET", "/feeds/zqoffice/archive/1.atom"), v.request("GET", "/feeds/none/archive/1.atom"); a.Body.String() != b.Body.String() {
		t.Error("a feed that is not public answers otherwise than one that is not there")
	}
}

func TestArchivesMoveWithTheirFeed(t *testing.T) {
	v := newVault(t, 60)
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, strings.Replace(v.address(1), "open", "once", 1), nil)
	moved("", map[string]string{"once": "open"}, v.site).ServeHTTP(w, r)
	if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != v.address(1) {
		t.Errorf("under the id that the feed had: %d %s", w.Code, w.Header().Get("Location"))
	}
}

// Two processes with the same record and configuration give the same bytes.
func TestArchivesOfOneRecordAreTheSame(t *testing.T) {
	v := newVault(t, 130)
	v.churn(30)
	v.print()
	a := newArchivist()
	a.visit(t, v.h.press, feedout.Atom, feedout.RSS)
	dir := t.TempDir()
	body, err := os.ReadFile(v.h.cfg.Data + "/news.db")
	if err == nil {
		err = os.WriteFile(dir+"/news.db", body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := storage.Open(dir, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	pub := v.h.press.pub
	before := len(a.seen)
	a.visit(t, newPress(s, pub, v.h.press.stand.rows), feedout.Atom, feedout.RSS)
	if len(a.seen) != before {
		t.Errorf("the other process has %d addresses more", len(a.seen)-before)
	}
}
