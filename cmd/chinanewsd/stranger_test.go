package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// outsider is somebody who knows every address that there is, and has no right
// to more than what is public.
type outsider struct {
	*toldSite
	site  http.Handler
	below string                 // path of the token that it has; empty: none
	items map[string]news.ItemID // by what the test calls them
	seen  map[string]string      // bodies and addresses led to, by what was asked
	code  map[string]int
}

const outsiderFeeds = "  - {id: open, title: Open, languages: all}\n  - {id: held, title: Held, languages: all, hold: true, limit: 100}\n" +
	"  - {id: zqoffice, was: [zqhush], title: ZqOfficeTitle, description: ZqOfficeWords, languages: all, access: token, tokens: [{name: ZqReader, token: " + officeToken + "}, {name: ZqEditor, token: " + bothToken + "}]}\n" +
	"  - {id: zqcellar, title: ZqCellarTitle, languages: all, access: token, tokens: [{name: ZqEditor, token: " + bothToken + "}]}\n"

func newOutsider(t *testing.T) *outsider {
	row := "  - {id: %[1]s, url: \"http://%[1]s.example/feed.xml\", kind: feed, language: en, rights: government, publisher: Ministry %[1]s}\n"
	file := newSite(t)
	file.write(fmt.Sprintf(row, "a")+fmt.Sprintf(row, "b"), outsiderFeeds)
	file.create()
	if err := file.open().close(); err != nil { // from its second start on, the record knows the feeds' ids
		t.Fatal(err)
	}
	s := &outsider{toldSite: &toldSite{t: t, h: file.open()}, items: make(map[string]news.ItemID), seen: make(map[string]string), code: make(map[string]int)}
	if err := s.h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	s.site = s.h.public()
	return s
}

// mark is a word that only the n-th reading of an item has.
func mark(name string, n int) string { return fmt.Sprintf("Zq%sn%d", name, n) }

// reads records the n-th reading of an item, and with the first its story and
// the feeds that it enters.
func (s *outsider) reads(name string, n int, as news.As, feeds ...news.FeedName) {
	s.t.Helper()
	m, lang := mark(name, n), "en"
	if strings.HasSuffix(name, "zh") {
		lang = "zh"
	}
	e := news.Entry{ID: name, URL: "http://a.example/" + m + "url", Title: m + "title", Lang: lang, Tags: []string{m + "tag"},
		Files: []news.File{{URL: "http://a.example/" + m + "file", Type: "text/plain"}}, Summary: m + "summary", HTML: "<p>" + m + "text</p>", Digest: news.TextDigest(m)}
	id := news.NewItemID("a", news.ByID, name)
	r := news.Ruling{Items: []news.ItemRuling{{Item: id, How: news.ByID, Key: name, Rev: n, Class: news.Edit, State: news.Read}}}
	if n == 1 {
		s.items[name] = id
		r.Items[0].Class, r.Items[0].As = news.First, as
		r.Stories = []news.StoryRuling{{Item: id, Story: news.StoryID(id), Address: news.StoryID(id).Address(10)}}
	}
	b := news.Batch{Source: "a", Kind: news.TaskArticle, Item: id, URL: e.URL, Condition: news.OK, Entries: []news.Entry{e}}
	rand.Read(b.ID[:])
	_, err := s.h.store.Accept(context.Background(), b, func(l *storage.Ledger, _ news.Batch) news.Decision {
		for _, f := range feeds {
			r.Enter = append(r.Enter, entering(l, f, as, id, 0))
		}
		return news.Decision{Ruling: r, Keep: []int{0}}
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func entering(l *storage.Ledger, f news.FeedName, as news.As, id news.ItemID, rev int) news.Entering {
	state := l.Feed(f)
	i, _ := l.Item(id)
	return news.Entering{Feed: f, Story: news.StoryID(id), Seq: max(state.News, state.History) + 1, As: as, Published: l.At(), Link: i.Shown.URL, Lead: id, Rev: rev}
}

func (s *outsider) story(name string) news.StoryID { return news.StoryID(s.items[name]) }

// acts records an editor's act and what follows from it.
func (s *outsider) acts(name string, feed news.FeedName, act news.Act, args news.Args, r news.Ruling) {
	s.t.Helper()
	e := news.Editing{Who: "eve", Scope: news.Scope{Story: s.story(name), Feed: feed}, Act: act, Args: args}
	rand.Read(e.ID[:])
	_, err := s.h.store.Edit(context.Background(), e, func(*storage.Ledger, news.Editing) news.Decision { return news.Decision{Ruling: r} })
	if err != nil {
		s.t.Fatalf("%s of %s: %v", act, name, err)
	}
}

func (s *outsider) leaves(name, why string, feed news.FeedName) news.Ruling {
	return news.Ruling{Leave: []news.Leaving{{Feed: feed, Story: s.story(name), Why: why}}}
}

// approves puts a story's reading into the feed that holds.
func (s *outsider) approves(name string, rev int) {
	s.t.Helper()
	var e news.Entering
	s.view(func(l *storage.Ledger) { e = entering(l, "held", news.AsNews, s.items[name], rev) })
	s.acts(name, "held", news.ActApprove, news.Args{Rev: rev}, news.Ruling{Enter: []news.Entering{e}})
}

// tells records a notice of a change, or with rev 0 of a removal.
func (s *outsider) tells(name string, rev int, feeds ...news.FeedName) {
	s.t.Helper()
	n := news.Notice{Of: news.FeedEdits, Item: s.items[name], Rev: rev, Story: s.story(name), Feeds: feeds,
		Words: news.Telling{Title: mark(name, max(rev, 2)) + "told", URL: "http://a.example/" + mark(name, max(rev, 2)) + "told", Lang: "en", Differences: []news.Difference{{Class: news.EditName, Was: mark(name, 1), Now: mark(name, 2)}}}}
	if rev == 0 {
		n.Of, n.Nth, n.State = news.FeedRemovals, 1, news.Removed
	}
	s.rule(news.Ruling{Notices: []news.Notice{n}})
}

// ask is a request, and what came of it.
func (s *outsider) ask(target string) {
	if _, asked := s.code[target]; asked {
		return
	}
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://news.example"+target, nil))
	s.code[target], s.seen[target] = w.Code, w.Body.String()+"\n"+strings.Join(slices.Concat(w.Header()["Location"], w.Header()["Link"]), "\n")
	for _, next := range linked.FindAllStringSubmatch(s.seen[target], -1) {
		path, ours := strings.CutPrefix(strings.NewReplacer("&amp;", "&", "&#34;", "", "&#43;", "+").Replace(next[1]), "http://news.example")
		if ours || strings.HasPrefix(path, "/") {
			s.ask(path)
		}
	}
}

// linked is whatever looks like an address of ours, in any format.
var linked = regexp.MustCompile(`(http://news\.example/[^\s"'<>\\]*?(?:&amp;[^\s"'<>\\;]*)*|(?:href|src|action)="/[^"]*)(?:[\s"'<>\\]|&quot;|&#34;|&lt;|$)`)

// rummage asks for every address pattern there is, of everything that the
// record knows.
func (s *outsider) rummage() {
	for _, path := range []string{"/", "/en/", "/zh/", "/opml.xml", "/sitemap.xml", "/robots.txt", "/polling", "/about", "/search", "/hub", "/t/", "/desk/", "/desk/queue.atom", "/desk/events",
		"/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feeds", "/status.json", "/metrics", "/readyz"} {
		s.ask(s.below + path)
	}
	for _, f := range []string{"open", "held", "zqoffice", "zqhush", "zqcellar"} {
		for _, path := range []string{"", "/", ".rss", ".atom", ".json", "/?page=2", "/edits", "/edits/", "/edits.atom", "/edits.rss", "/edits.json", "/removals/", "/removals.atom", "/removals.rss", "/removals.json", "/archive/1-1.atom", "/2026/11/26/", "/health.atom"} {
			s.ask(s.below + "/feeds/" + f + path)
		}
	}
	for name, id := range s.items {
		for _, length := range []int{10, 25} {
			for _, page := range s.pages() {
				s.ask(s.below + "/stories/" + news.StoryID(id).Address(length) + page)
			}
		}
		for n := 1; n <= 3; n++ {
			for _, part := range []string{"", "title", "text", "summary", "tag", "url", "told", "note"} {
				q := url.QueryEscape(strings.ToUpper(mark(name, n) + part)) // what is found is told from what was asked by its case
				s.ask(s.below + "/search?q=" + q)
				s.ask(s.below + "/search.atom?q=" + q)
				s.ask(s.below + "/search.json?q=" + q + "&lang=en")
			}
		}
	}
}

// pages are all that there may be under an item's address, also as one of
// another item's story.
func (s *outsider) pages() (pages []string) {
	history := []string{"versions/1", "versions/2", "versions/3", "versions/1.txt", "versions/2.json", "versions/2.txt", "compare/1..2", "compare/2..3", "compare/1..3"}
	pages = []string{"", ".json", ".atom", "/", "/versions/", "/looks"}
	for _, page := range history {
		pages = append(pages, "/"+page)
		for _, other := range []string{"main", "merged", "privatemerged", "floodmerged", "kept", "private", "hidden"} {
			pages = append(pages, "/"+page+"?of="+s.story(other).Address(10), "/of/"+s.story(other).Address(10)+"/"+page)
		}
	}
	return pages
}

// scene is a record with all that can be public or not.
func (s *outsider) scene() {
	for _, name := range []string{"plain", "withdrawn", "hidden", "stopped", "retitled", "both", "pair", "merged", "main", "dropped", "prefer"} {
		s.reads(name, 1, news.AsNews, "open")
	}
	s.reads("noted", 1, news.AsNews, "open", "zqoffice")
	s.reads("cellar", 1, news.AsNews, "zqcellar")
	s.reads("shared", 1, news.AsHistory, "zqcellar", "zqoffice")
	s.reads("pairzh", 1, news.AsNews, "open")
	s.reads("old", 1, news.AsHistory, "open")
	for _, name := range []string{"unapproved", "unapprovedzh", "embargoed", "kept", "keptelsewhere", "keptgone"} {
		s.reads(name, 1, news.AsNews)
	}
	for _, name := range []string{"private", "privatemerged", "privatewithdrawn", "privatezh"} {
		s.reads(name, 1, news.AsNews, "zqoffice")
	}
	for _, name := range []string{"flood", "floodmerged"} {
		s.reads(name, 1, news.AsWaiting)
	}
	for _, name := range []string{"kept", "keptelsewhere", "keptgone", "both"} {
		s.approves(name, 1)
	}
	for _, name := range []string{"plain", "hidden", "withdrawn", "private", "kept", "keptelsewhere", "keptgone", "both", "merged"} {
		s.reads(name, 2, news.AsNews)
	}
	s.decide()
	s.tell()
	if _, err := s.h.store.Index(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	if err := s.h.press.print(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// decide is what editors did, and what was ruled on.
func (s *outsider) decide() {
	s.acts("hidden", "", news.ActHide, news.Args{}, s.leaves("hidden", news.LeftHidden, "open"))
	s.acts("stopped", "", news.ActHold, news.Args{}, s.leaves("stopped", news.LeftHeld, "open"))
	s.acts("embargoed", "", news.ActEmbargo, news.Args{Until: time.Now().Add(time.Hour)}, news.Ruling{Waits: []news.Wait{{Feed: "open", Story: s.story("embargoed"), Why: news.WaitEmbargo}}})
	s.acts("retitled", "", news.ActRetitle, news.Args{Text: "ZqeditedTitle"}, news.Ruling{Updated: []news.Update{{Feed: "open", Story: s.story("retitled")}}})
	s.acts("noted", "zqoffice", news.ActNote, news.Args{Text: "ZqofficeNote"}, news.Ruling{})
	s.acts("noted", "zqoffice", news.ActRetitle, news.Args{Text: "ZqofficeRetitled"}, news.Ruling{})
	s.acts("unapproved", "", news.ActNote, news.Args{Text: "ZqunapprovedNote"}, news.Ruling{})
	s.acts("withdrawn", "", news.ActWithdraw, news.Args{Reason: "A mistake."}, s.leaves("withdrawn", news.LeftWithdrawn, "open"))
	s.acts("privatewithdrawn", "", news.ActWithdraw, news.Args{Reason: "ZqprivateReason"}, s.leaves("privatewithdrawn", news.LeftWithdrawn, "zqoffice"))
	link := func(one, other string) news.SiblingRuling {
		return news.SiblingRuling{Item: s.items[one], Of: s.items[other]}
	}
	s.rule(news.Ruling{Siblings: []news.SiblingRuling{link("pair", "pairzh"), link("plain", "unapprovedzh"), link("main", "privatezh")}})
	var office news.Entering
	s.view(func(l *storage.Ledger) { office = entering(l, "zqoffice", news.AsNews, s.items["keptelsewhere"], 0) })
	merge := news.Ruling{Enter: []news.Entering{office}, Leave: s.leaves("merged", news.LeftMerged, "open").Leave,
		Updated: []news.Update{{Feed: "open", Story: s.story("pair")}}}
	merge.Leave = append(merge.Leave, news.Leaving{Feed: "zqoffice", Story: s.story("privatemerged"), Why: news.LeftMerged},
		news.Leaving{Feed: "open", Story: s.story("dropped"), Why: news.LeftRemoved}, news.Leaving{Feed: "held", Story: s.story("keptgone"), Why: news.LeftRemoved},
		news.Leaving{Feed: "open", Story: s.story("prefer"), Why: news.LeftSibling})
	for _, from := range []string{"merged", "privatemerged", "floodmerged"} {
		merge.Alias = append(merge.Alias, news.AliasRuling{From: s.story(from), To: s.story("main")})
	}
	s.rule(merge)
}

// tell records notices that nobody should read, and some that anybody may.
func (s *outsider) tell() {
	for _, name := range []string{"plain", "hidden", "withdrawn"} {
		s.tells(name, 2, "open")
	}
	s.tells("private", 2, "zqoffice")
	for _, name := range []string{"kept", "keptelsewhere", "keptgone"} {
		s.tells(name, 2, "held", "zqoffice")
		s.tells(name, 0, "held", "zqoffice")
	}
}

// What is not public is nowhere, whoever asks for whatever; what is, is there.
func TestStranger(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	s.rummage()
	if len(s.code) < 2000 {
		t.Errorf("only %d addresses were asked for", len(s.code))
	}
	all := strings.Join(slices.Collect(maps.Values(s.seen)), "\n")
	for _, word := range []string{"ZqOfficeTitle", "ZqOfficeWords", "ZqofficeNote", "ZqofficeRetitled", "ZqunapprovedNote", "ZqprivateReason", "ZqCellarTitle", "ZqReader", "ZqEditor", officeToken, bothToken} {
		s.nowhere(word)
	}
	for _, name := range []string{"hidden", "stopped", "unapproved", "unapprovedzh", "embargoed", "private", "privatewithdrawn", "privatezh", "flood", "floodmerged", "withdrawn", "prefer", "cellar", "shared"} {
		s.nowhere(mark(name, 1))
		s.nowhere(mark(name, 2))
	}
	for _, name := range []string{"kept", "keptelsewhere", "keptgone"} {
		s.nowhere(mark(name, 2))
	}
	for _, part := range []string{"title", "text", "summary", "tag", "file"} { // its address stands among the carriers
		s.nowhere(mark("privatemerged", 1) + part)
	}
	for _, word := range []string{"plainn2title", "plainn1text", "plainn2told", "pairzhn1title", "oldn1text", "keptn1text", "keptelsewheren1title", "keptgonen1text", "bothn2text", "bothn1title", "mergedn2text", "mainn1title", "droppedn1text", "editedTitle", "retitledn1title", "notedn1text"} {
		if !strings.Contains(all, "Zq"+word) {
			t.Errorf("nobody finds %s, which is public", word)
		}
	}
}

// nowhere wants a word in no answer.
func (s *outsider) nowhere(word string) {
	s.t.Helper()
	for _, target := range slices.Sorted(maps.Keys(s.seen)) {
		if at := strings.Index(s.seen[target], word); at >= 0 {
			s.t.Errorf("%s (%d) has %s: …%.200s", target, s.code[target], word, s.seen[target][max(0, at-80):])
			return
		}
	}
}

// What is not public has no page: that it was never there, or was withdrawn,
// is all that is said.
func TestStrangersAddresses(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	for name, want := range map[string]int{
		"plain": 200, "retitled": 200, "old": 200, "kept": 200, "keptelsewhere": 200, "keptgone": 200, "both": 200, "pairzh": 200, "main": 200, "merged": 301, "privatemerged": 301, "floodmerged": 301, "dropped": 200,
		"hidden": 404, "stopped": 404, "unapproved": 404, "embargoed": 404, "private": 404, "privatewithdrawn": 404, "cellar": 404, "shared": 404, "flood": 404, "prefer": 404, "withdrawn": 410,
	} {
		for _, page := range []string{"", ".json", "/versions/1", "/versions/1.txt", "/versions/1.json"} {
			w := s.get("/stories/" + s.story(name).Address(10) + page)
			if w.Code != want && (want != 301 || w.Code != 404) { // of a merged item that never led, there is no history
				t.Errorf("%s%s: %d, want %d", name, page, w.Code, want)
			}
		}
	}
	for target, want := range map[string]int{
		"kept/versions/2": 404, "kept/compare/1..2": 404, "kept/versions/2.json": 404, "keptelsewhere/versions/2": 404, "keptgone/versions/2": 404, "both/versions/2": 200, "both/compare/1..2": 200, "plain/compare/1..2": 200,
		"hidden/compare/1..2": 404, "withdrawn/compare/1..2": 410, "main/versions/1?of=privatemerged": 404, "main/versions/1?of=floodmerged": 404, "main/versions/2?of=merged": 301,
		"main/of/privatemerged/versions/1": 404, "main/of/floodmerged/versions/1": 404, "main/of/merged/versions/2": 200,
	} {
		name, page, _ := strings.Cut(target, "/")
		for _, of := range []string{"privatemerged", "floodmerged", "merged"} {
			address := s.story(of).Address(10)
			page = strings.ReplaceAll(strings.ReplaceAll(page, "of="+of, "of="+address), "of/"+of+"/", "of/"+address+"/")
		}
		if w := s.get("/stories/" + s.story(name).Address(10) + "/" + page); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
	if was := former(news.Bindings{Feeds: map[news.FeedName][]string{"zqoffice": {"zqolder", "zqoffice"}, "gone": {"gone"}}}, s.h.cfg.Feeds); len(was) != 1 {
		t.Errorf("ids that feeds had before lead to %v, want only the one of a feed that is gone", was)
	}
	for _, id := range []string{"zqoffice", "zqhush", "zqcellar"} {
		for _, page := range []string{"", "/", ".atom", ".rss", ".json", "/edits/", "/edits.atom", "/removals.json", "/removals/"} {
			if w := s.get("/feeds/" + id + page); w.Code != 404 {
				t.Errorf("/feeds/%s%s: %d %s, want 404", id, page, w.Code, w.Header().Get("Location"))
			}
		}
	}
}

// A feed that was private when it went is not said to have been there; one that
// was public is gone.
func TestStrangerAsksForFeedsThatWent(t *testing.T) {
	file := newSite(t)
	row := "  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en}\n"
	file.write(row, "  - {id: kept, title: Kept}\n  - {id: gone, title: Gone}\n  - {id: secret, title: Secret, access: token}\n")
	file.create()
	if err := file.open().close(); err != nil {
		t.Fatal(err)
	}
	file.write(row, "  - {id: kept, title: Kept}\n")
	s := &toldSite{t: t, h: file.open()}
	if err := s.h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{"kept": 200, "gone": 410, "secret": 404, "never": 404} {
		if w := s.get("/feeds/" + id + ".atom"); w.Code != want {
			t.Errorf("%s: %d, want %d", id, w.Code, want)
		}
	}
}

// A feed that holds shows what was approved, also of what another shows as it
// is now; the operator's export has everything.
func TestHeldFeedShowsWhatWasApproved(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	for _, format := range []string{"atom", "rss", "json"} {
		held, open := s.get("/feeds/held."+format).Body.String(), s.get("/feeds/open."+format).Body.String()
		if !strings.Contains(held, mark("both", 1)+"text") || strings.Contains(held, mark("both", 2)) || !strings.Contains(held, mark("kept", 1)+"title") {
			t.Errorf("the held feed as %s:\n%s", format, held)
		}
		if !strings.Contains(open, mark("both", 2)+"text") || strings.Contains(open, mark("both", 1)) {
			t.Errorf("the open feed as %s:\n%s", format, open)
		}
	}
	if page := s.get("/feeds/held/").Body.String(); !strings.Contains(page, mark("both", 1)+"title") || strings.Contains(page, mark("both", 2)) {
		t.Errorf("the held feed's page:\n%s", page)
	}
	for words, want := range map[string]bool{mark("both", 2) + "text": true, mark("kept", 2) + "text": false, mark("keptelsewhere", 2) + "title": false, mark("hidden", 2) + "text": false} {
		if found := s.get("/search.json?q=" + words).Body.String(); strings.Contains(found, `"id":`) != want {
			t.Errorf("a search for %s, which is to find something: %v:\n%s", words, want, found)
		}
	}
	var out bytes.Buffer
	if err := export(t.Context(), s.h.store, time.Time{}, &out); err != nil {
		t.Fatal(err)
	}
	for name := range s.items {
		if !strings.Contains(out.String(), mark(name, 1)+"title") {
			t.Errorf("the export lacks %s", name)
		}
	}
}
