package site

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// told is what a feed of notices says, as package feedout writes it.
func told(n int, title, lang, html string) Notice {
	return Notice{Title: title, Lang: lang, HTML: html, Path: fmt.Sprintf("/stories/0400000000/compare/1..%d", n+1), At: noon.Add(time.Duration(-n) * time.Hour)}
}

func (s *shelf) Notices(feed string, of news.FeedName, number, size int) (Bulletin, error) {
	b := Bulletin{Feed: news.Feed{ID: string(of), Name: of, Title: "Lanshan Releases: what was changed", Description: "What they said and what they say.", Language: s.Site().Language}, Total: 2}
	list := s.told
	if of == news.FeedRemovals {
		b.Feed.Title, list = "Lanshan Releases: what is no longer online", s.gone
	}
	if feed != "" {
		for _, f := range s.Feeds() {
			if f.ID == feed {
				b.On = f
			}
		}
		if b.On.ID == "" {
			return b, ErrNotFound
		}
		b.Feed.ID, b.Feed.Language = feed+"/"+string(of), b.On.Language
	}
	from := min((number-1)*size, len(list))
	b.Notices = list[from:min(from+size, len(list))]
	return b, s.err
}

func (s *shelf) Version(address, of string, n int) (v Version, err error) {
	for _, i := range s.items {
		if i.Address == address || "a"+i.Address == address {
			if all := i.Lead.Versions(); n <= len(all) && (of == "" || i.Lead.ID.Named(of)) {
				v = Version{Item: i, Number: n, Revision: all[n-1], Batch: news.Batch{URL: i.Lead.Shown.URL, Capture: strings.Repeat("c4", 32)}}
				if n < len(all) {
					v.Until, v.HTML = all[n].Last, strings.ReplaceAll(v.HTML, "Menkaru", "Menkary")
				}
				v.Lead.Shown.Refs = []news.Ref{{Part: news.PartHTML, SHA256: strings.Repeat(fmt.Sprintf("%02x", n), 32)}}
				return v, s.err
			}
		}
	}
	return v, ErrNotFound
}

func (s *shelf) Comparison(address, of string, n, m int) (c Comparison, err error) {
	if c.Before, err = s.Version(address, of, n); err != nil {
		return c, err
	}
	c.After, err = s.Version(address, of, m)
	c.Before.Lead.Shown.Title = strings.Replace(c.Before.Lead.Shown.Title, "Ninth", "Eighth", 1)
	c.Title, c.HTML = "<p>On the Sidelines of the <del>Eighth</del><ins>Ninth</ins> Conference of the River States</p>", s.difference
	return c, err
}

// A release that is not where it was is told as what was seen, and nobody is
// accused.
func TestPresence(t *testing.T) {
	i := Item{}
	i.Lead = news.Item{FirstSeen: noon, Missed: noon.Add(48 * time.Hour), Revisions: []news.Revision{{At: noon}, {At: noon.Add(24 * time.Hour)}}}
	for _, tt := range []struct {
		state    news.Presence
		looks    int
		lastSeen time.Time
		en, zh   string
	}{
		{news.Present, 0, time.Time{}, "", ""},
		{news.Unlisted, 0, time.Time{}, "Still at its address, and no longer in its source's list.", "仍在原网址，但已不在来源的列表中。"},
		{news.Missing, 1, time.Time{}, "When last looked at (26 November 2026, 12:00 Beijing time), this page was not found at its address; that may pass. Text as last seen on 25 November 2026.",
			"最近一次查看时（2026年11月26日 12:00（北京时间）），未在原网址找到该页面，可能只是暂时的。此处为2026年11月25日最后所见的文本。"},
		{news.Missing, 3, time.Time{}, "When last looked at (3 looks in a row since 26 November 2026, 12:00 Beijing time), this page was not found at its address; that may pass. Text as last seen on 25 November 2026.", ""},
		{news.Removed, 3, noon.Add(47 * time.Hour), "No longer at its address since 26 November 2026, 12:00 Beijing time. Text as last seen on 26 November 2026.", "自2026年11月26日 12:00（北京时间）起已不在原网址。此处为2026年11月26日最后所见的文本。"},
		{news.Removed, 3, time.Time{}, "No longer at its address since 26 November 2026, 12:00 Beijing time. Text as last seen on 25 November 2026.", ""},
	} {
		i.Lead.Presence, i.Lead.Looks, i.LastSeen = tt.state, tt.looks, tt.lastSeen
		if got := presence("en", i); got != tt.en {
			t.Errorf("%s, %d looks: %q, want %q", tt.state, tt.looks, got, tt.en)
		}
		if got := presence("zh", i); tt.zh != "" && got != tt.zh {
			t.Errorf("%s, %d looks: %q, want %q", tt.state, tt.looks, got, tt.zh)
		}
	}
}

// Nothing that the program says of itself accuses anybody.
func TestNoWordAccuses(t *testing.T) {
	for en, zh := range chinese {
		for _, word := range []string{"removed", "delet", "censor", "scrub", "erase", "silently", "删", "撤回", "屏蔽", "审查"} {
			if strings.Contains(strings.ToLower(en), word) || strings.Contains(strings.ReplaceAll(zh, "删除线", ""), word) {
				t.Errorf("%q (%q) says %q", en, zh, word)
			}
		}
	}
	for _, words := range []map[string]bool{said(sightings), said(edits), said(changes)} {
		for en := range words {
			if chinese[en] == "" {
				t.Errorf("%q has no Chinese words", en)
			}
		}
	}
}

func said[K comparable](m map[K]string) map[string]bool {
	out := make(map[string]bool)
	for _, words := range m {
		out[words] = true
	}
	return out
}

func TestHistoryAddresses(t *testing.T) {
	lib := library()
	h := New(lib, Options{})
	a := lib.items[0].Address
	story := "/stories/" + a
	for _, tt := range []struct {
		target   string
		status   int
		location string
	}{
		{story + "/versions/1", 200, ""}, {story + "/versions/2", 200, ""}, {story + "/versions/2.json", 200, ""}, {story + "/versions/2.txt", 200, ""}, {story + ".json", 200, ""},
		{story + "/versions/3", 404, ""}, {story + "/versions/0", 404, ""}, {story + "/versions/-1", 404, ""}, {story + "/versions/01", 404, ""}, {story + "/versions/1.html", 404, ""}, {story + "/versions/1.", 404, ""},
		{story + "/versions/.json", 404, ""}, {story + "/versions/", 404, ""}, {story + "/versions", 404, ""}, {story + "/versions/99999999999999999999", 404, ""}, {story + "/versions/1.json.txt", 404, ""}, {story + "/versions/1/x", 404, ""},
		{story + "/compare/1..2", 200, ""}, {story + "/compare/2..1", 404, ""}, {story + "/compare/1..1", 404, ""}, {story + "/compare/1..3", 404, ""}, {story + "/compare/1", 404, ""}, {story + "/compare/..", 404, ""},
		{story + "/compare/1..", 404, ""}, {story + "/compare/..2", 404, ""}, {story + "/compare/1..2..3", 404, ""}, {story + "/compare/1...2", 404, ""},
		{"/stories/" + strings.ToUpper(a) + "/versions/1", 301, story + "/versions/1"}, {"/stories/" + strings.ToUpper(a) + ".json", 301, story + ".json"}, {"/stories/a" + a + "/versions/2.txt", 301, story + "/versions/2.txt"},
		{story + "/versions/1?of=" + a, 301, story + "/versions/1"}, {story + "/versions/1?of=zzzzzzzzzz", 404, ""}, {story + "/versions/1?utm=1", 200, ""},
		{"/stories/none/versions/1", 404, ""}, {"/stories/" + strings.Repeat("a", 12) + "/versions/1", 404, ""}, {"/stories/" + strings.Repeat("a", 12) + ".json", 404, ""}, {"/stories/.json", 404, ""},
		{"/feeds/edits/", 200, ""}, {"/feeds/removals/", 200, ""}, {"/feeds/zh/edits/", 200, ""}, {"/feeds/china-news/removals/", 200, ""}, {"/feeds/none/edits/", 404, ""}, {"/feeds/edits/edits/", 404, ""},
		{"/feeds/edits/?page=2", 404, ""}, {"/feeds/edits/page/2/", 404, ""}, {"/feeds/edits/page/1/", 301, "/feeds/edits/"}, {"/feeds/zh/edits/page/1/", 301, "/feeds/zh/edits/"}, {"/feeds/zh/removals/?page=1", 301, "/feeds/zh/removals/"}, {"/feeds/edits", 301, "/feeds/edits/"}, {"/feeds/removals", 301, "/feeds/removals/"},
	} {
		w := get(h, "GET", tt.target)
		if w.Code != tt.status || w.Header().Get("Location") != tt.location {
			t.Errorf("%s: %d %s, want %d %s", tt.target, w.Code, w.Header().Get("Location"), tt.status, tt.location)
		}
	}
}

// What a version is served as, and for how long it may be kept.
func TestVersionHeaders(t *testing.T) {
	lib := library()
	h := New(lib, Options{})
	story := "/stories/" + lib.items[0].Address
	for target, want := range map[string][2]string{
		story + "/versions/1": {"text/html; charset=utf-8", "public, max-age=86400"}, story + "/versions/1.txt": {"text/plain; charset=utf-8", "public, max-age=86400"},
		story + "/versions/1.json": {"application/json; charset=utf-8", "public, max-age=86400"}, story + "/compare/1..2": {"text/html; charset=utf-8", "public, max-age=86400"},
		story + ".json": {"application/json; charset=utf-8", "public, max-age=60"}, "/feeds/edits/": {"text/html; charset=utf-8", "public, max-age=60"},
	} {
		w := get(h, "GET", target)
		if got := [2]string{w.Header().Get("Content-Type"), w.Header().Get("Cache-Control")}; got != want || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s is served as %v, want %v", target, got, want)
		}
		if again := get(h, "GET", target, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
			t.Errorf("%s again: %d, want 304", target, again.Code)
		}
	}
}

// The rights of a source bind versions and comparisons in every form.
func TestHistoryRights(t *testing.T) {
	for rights, want := range map[news.Rights]struct{ in, out string }{
		news.Government: {"Text of the release", "terms allow"}, news.Media: {"Short summary", "Text of the release"}, "": {"Short summary", "Text of the release"}, news.Restricted: {"Release 1", "ummary."},
	} {
		i := item(1, "en", func(i *Item) {
			i.Summary = "Short summary."
			i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Edit, At: noon})
		})
		i.Carriers[0].Source.Rights = rights
		h := New(&shelf{items: []Item{i}, difference: "<p>Text of the release</p>"}, Options{})
		for _, page := range []string{"/versions/1", "/versions/1.txt", "/versions/1.json", "/versions/2", ".json"} {
			body := get(h, "GET", "/stories/"+i.Address+page).Body.String()
			if !strings.Contains(body, want.in) || strings.Contains(body, want.out) {
				t.Errorf("%s %s: must have %q and not %q:\n%s", rights, page, want.in, want.out, body)
			}
		}
		body := get(h, "GET", "/stories/"+i.Address+"/compare/1..2").Body.String()
		if full := rights.Most() == news.Full; strings.Contains(body, "Text of the release") != full {
			t.Errorf("%s: the comparison shows the text: %v", rights, !full)
		}
	}
}

// A citation has all that a reader needs to find and check a version.
func TestCitation(t *testing.T) {
	lib := library()
	h := New(lib, Options{})
	var v struct{ Citation, SHA256, Capture_SHA256, Address, First_Seen, Before_Last_Seen string }
	body := get(h, "GET", "/stories/"+lib.items[0].Address+"/versions/2.json").Body.Bytes()
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	for _, want := range []string{"Ministry of Commerce. Minister Arel Vantis", "24 November 2026, 09:30 Beijing time", "Version 2 as seen on 2026-11-24 05:00 (UTC)", "SHA-256 0202", "https://moc.example/1.html", "https://news.example.org/stories/" + lib.items[0].Address + "/versions/2"} {
		if !strings.Contains(v.Citation, want) {
			t.Errorf("the citation lacks %q: %s", want, v.Citation)
		}
	}
	if v.SHA256 == "" || v.Capture_SHA256 == "" || v.Address == "" || v.First_Seen != "2026-11-24T05:00:00Z" || v.Before_Last_Seen != "2026-11-24T04:50:00Z" {
		t.Errorf("the version says %+v", v)
	}
}

// Hostile words in titles, differences and texts do nothing in any form.
func TestHistoryEscapes(t *testing.T) {
	evil := `</title><script>alert(1)</script>`
	i := item(1, "en", func(i *Item) {
		i.Lead.Shown.Title, i.HTML = evil, "<p>x</p>"+evil
		i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Edit, Edits: []news.EditClass{"<script>"}, Reader: evil, At: noon})
	})
	h := New(&shelf{items: []Item{i}, difference: "<p>x</p>" + evil, told: []Notice{told(1, evil, evil, evil)}, gone: []Notice{told(1, evil, evil, evil)}}, Options{})
	story := "/stories/" + i.Address
	for _, target := range []string{story, story + "/versions/2", story + "/compare/1..2", "/feeds/edits/", "/feeds/removals/"} {
		body := get(h, "GET", target).Body.String()
		if strings.Contains(ourScripts.ReplaceAllString(body, ""), "<script") || strings.Count(body, "</title>") != 1 {
			t.Errorf("%s lets markup through:\n%s", target, body)
		}
		wellFormed(t, target, body)
	}
}

// A text that retention took is said to be lost: it reads neither as one that
// never came nor as one that its source took away.
func TestLostTexts(t *testing.T) {
	i := item(1, "en", func(i *Item) {
		i.HTML = ""
		i.Lead.Shown.Refs = []news.Ref{{Part: news.PartHTML, SHA256: "01"}}
		i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Edit, At: noon})
	})
	const lost = "The text is no longer kept here."
	for rights, want := range map[news.Rights]bool{news.Government: true, news.Media: true, news.Restricted: false} {
		for _, state := range []news.ItemState{news.Read, news.Unreadable} {
			i.Carriers[0].Source.Rights, i.Lead.State = rights, state
			h := New(&shelf{items: []Item{i}, difference: "<p><ins>All of it</ins></p>"}, Options{})
			for _, page := range []string{"", "/versions/1", "/versions/2.txt"} {
				body := get(h, "GET", "/stories/"+i.Address+page).Body.String()
				if strings.Contains(body, lost) != want || want && strings.Contains(body, "not available yet") || want && strings.Contains(body, "at the original.") {
					t.Errorf("%s %s %q: want it to say that the text is lost: %v\n%s", rights, state, page, want, body)
				}
			}
			if body := get(h, "GET", "/stories/"+i.Address+"/versions/1.json").Body.String(); strings.Contains(body, `"lost": true`) != want {
				t.Errorf("%s %s: %s", rights, state, body)
			}
			body := get(h, "GET", "/stories/"+i.Address+"/compare/1..2").Body.String()
			if full := rights == news.Government; strings.Contains(body, "The text of version 1 is no longer kept here.") != full || strings.Contains(body, "All of it") {
				t.Errorf("%s: the comparison\n%s", rights, body)
			}
		}
	}
}

// A release that moved did not get its text only then.
func TestMovedIsNoText(t *testing.T) {
	i := item(1, "en", nil)
	i.Lead.Revisions = []news.Revision{{Class: news.First, Fingerprint: "a"}, {Class: news.Fill, Kind: news.TaskArticle, Fingerprint: "b"}, {Class: news.Reread, Fingerprint: "c"},
		{Class: news.Fill, Kind: news.TaskLook, Fingerprint: "b"}, {Class: news.Fill, Kind: news.TaskLook, Fingerprint: "d"}}
	for n, want := range []string{"as first seen", "its text came", "found at another address", "its text came"} {
		if got := touched("en", i, n+1); got != want {
			t.Errorf("version %d: %q, want %q", n+1, got, want)
		}
	}
}
