package validity

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// library is a feed with an archive of three documents, the oldest 1, as a
// server has it: addresses to documents or, after ">", to other addresses.
type library map[string]string

const base = "https://news.example/feeds/harbour"

func shelf(f Format) library {
	l := make(library)
	for n := 1; n <= 4; n++ {
		address, links := fmt.Sprintf("%s/archive/%d.%s", base, n, f), ""
		relate := func(rel, to string) {
			links += fmt.Sprintf(`<atom:link rel="%s" href="%s.%s"/>`, rel, to, f)
		}
		if n == 4 {
			address = base + "." + string(f)
		} else {
			relate("current", base)
			relate("next-archive", fmt.Sprint(base, "/later/", n+1))
			links += "<fh:archive/>"
		}
		l[fmt.Sprintf("%s/later/%d.%s", base, n, f)] = ">" + address
		if n > 1 {
			relate("prev-archive", fmt.Sprintf("%s/archive/%d", base, n-1))
		}
		l[address] = bound(f, n, address, links)
	}
	return l
}

// bound is document n, with one entry.
func bound(f Format, n int, address, links string) string {
	switch f {
	case JSON:
		next := ""
		if n > 1 {
			next = fmt.Sprintf(`"next_url": "%s/archive/%d.json",`, base, n-1)
		}
		return fmt.Sprintf(`{"version": "https://jsonfeed.org/version/1.1", "title": "H", "home_page_url": "%s/", "feed_url": "%s", %s
			"items": [{"id": "urn:%d", "url": "https://news.example/%d", "content_text": "A", "date_published": "2026-11-22T03:00:00Z"}]}`, base, address, next, n, n)
	case RSS:
		return fmt.Sprintf(`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"><channel><title>H</title><link>%s/</link>
			<description>H</description><atom:link rel="self" type="application/rss+xml" href="%s"/>%s<item><title>A</title><guid isPermaLink="false">urn:%d</guid>
			<pubDate>Sun, 22 Nov 2026 03:00:00 GMT</pubDate></item></channel></rss>`, base, address, links, n)
	}
	return fmt.Sprintf(`<atom:feed xmlns:atom="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"><atom:title>H</atom:title><atom:id>urn:f</atom:id>
		<atom:updated>2026-11-22T03:00:00Z</atom:updated><atom:author><atom:name>E</atom:name></atom:author><atom:link href="%s/"/>
		<atom:link rel="self" type="application/atom+xml" href="%s"/>%s<atom:entry><atom:title>A</atom:title><atom:id>urn:%d</atom:id><atom:link href="https://news.example/%d"/>
		<atom:updated>2026-11-22T03:00:00Z</atom:updated><atom:published>2026-11-22T03:00:00Z</atom:published><atom:author><atom:name>E</atom:name></atom:author></atom:entry></atom:feed>`,
		base, address, links, n, n)
}

func (l library) get(address string) (Page, error) {
	body, ok := l[address]
	if to, moved := strings.CutPrefix(body, ">"); moved {
		return l.get(to)
	}
	if !ok {
		return Page{}, errors.New("404")
	}
	return Page{address, []byte(body)}, nil
}

func TestWalk(t *testing.T) {
	for _, f := range []Format{RSS, Atom, JSON} {
		ids, problems := Walk(f, base+"."+string(f), shelf(f).get)
		if want := []string{"urn:3", "urn:2", "urn:1"}; !slices.Equal(ids, want) || problems != nil {
			t.Errorf("%s: the archive has %q, want %q; %v", f, ids, want, problems)
		}
	}
}

func TestWalkFindsFaults(t *testing.T) {
	page := func(n int) string { return fmt.Sprintf("%s/archive/%d.atom", base, n) }
	for name, spoil := range map[string]func(l library){
		"a document is missing":          func(l library) { delete(l, page(2)) },
		"a document is broken":           func(l library) { l[page(2)] += "<" },
		"an entry stands twice":          func(l library) { l[page(1)] = strings.Replace(l[page(1)], "urn:1", "urn:3", 1) },
		"a loop":                         func(l library) { l[page(2)] = strings.Replace(l[page(2)], page(1), page(3), 1) },
		"no mark":                        func(l library) { l[page(2)] = strings.Replace(l[page(2)], "<fh:archive/>", "", 1) },
		"another current":                func(l library) { l[page(2)] = strings.Replace(l[page(2)], base+".atom", base+"-2.atom", 1) },
		"next-archive leads elsewhere":   func(l library) { l[base+"/later/2.atom"] = ">" + page(3) },
		"next-archive leads nowhere":     func(l library) { delete(l, base+"/later/2.atom") },
		"the newest's leads elsewhere":   func(l library) { l[base+"/later/4.atom"] = ">" + page(1) },
		"no next-archive":                func(l library) { l[page(1)] = strings.Replace(l[page(1)], "next-archive", "via", 1) },
		"a document breaks another rule": func(l library) { l[page(1)] = strings.Replace(l[page(1)], "<atom:title>A", "<atom:title>", 1) },
	} {
		l := shelf(Atom)
		spoil(l)
		if _, problems := Walk(Atom, base+".atom", l.get); len(problems) == 0 {
			t.Errorf("%s: the walk finds nothing", name)
		}
	}
}

func TestReadersThatDisagree(t *testing.T) {
	d := Document{Format: RSS, Body: []byte(whole(t, RSS))}
	entries, err := Entries(RSS, d.Body)
	if err != nil {
		t.Fatal(err)
	}
	said := func() (list []Said) {
		for _, e := range entries {
			list = append(list, Said{ID: e.ID, Title: e.Title, Link: e.Link, Time: e.Published.Unix(), Content: &e.Content, Categories: &e.Categories, Enclosures: &e.Files})
		}
		return list
	}
	var r Reader
	if list, err := r.Disagreements([]Document{d}, said()); err != nil || list != nil {
		t.Errorf("a reader that sees the same disagrees: %v, %v", list, err)
	}
	other := "other"
	for n, spoil := range []func([]Said) []Said{
		func(s []Said) []Said { return s[1:] },
		func(s []Said) []Said { s[0].File = 1; return s },
		func(s []Said) []Said { s[0].ID = other; return s },
		func(s []Said) []Said { s[0].Title = other; return s },
		func(s []Said) []Said { s[0].Link = other; return s },
		func(s []Said) []Said { s[0].Time++; return s },
		func(s []Said) []Said { s[0].Content = &other; return s },
		func(s []Said) []Said { s[0].Categories = &[]string{other}; return s },
		func(s []Said) []Said { s[0].Enclosures = &[]string{}; return s },
	} {
		if list, _ := r.Disagreements([]Document{d}, spoil(said())); len(list) == 0 {
			t.Errorf("disagreement %d is not seen", n)
		}
	}
}
