package main

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// archivist remembers what every address of an archive ever answered: the same
// address answers the same for ever, or leads to what the page is today.
type archivist struct {
	seen  map[string]string // address -> its bytes
	kept  int               // addresses that walks found as they were before
	moved int               // addresses that lead to others
}

func newArchivist() *archivist { return &archivist{seen: make(map[string]string)} }

// historied is what an ordinary XML parser finds of RFC 5005 in a document.
type historied struct {
	Links   []link `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID string `xml:"id"`
	} `xml:"entry"`
	Deleted []struct {
		Ref string `xml:"ref,attr"`
	} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
	Archive *struct{} `xml:"http://purl.org/syndication/history/1.0 archive"`
	Channel *struct {
		Links   []link    `xml:"http://www.w3.org/2005/Atom link"`
		Archive *struct{} `xml:"http://purl.org/syndication/history/1.0 archive"`
		Items   []struct {
			ID    string `xml:"guid"`
			Title string `xml:"title"`
		} `xml:"item"`
	} `xml:"channel"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

// chapter is a document of a feed with its history, whatever its format.
type chapter struct {
	links   map[string]string
	ids     []string
	archive bool
}

func readChapter(t *testing.T, body string) chapter {
	t.Helper()
	var h historied
	if err := xml.Unmarshal([]byte(body), &h); err != nil {
		t.Fatalf("%v:\n%.2000s", err, body)
	}
	c := chapter{links: make(map[string]string), archive: h.Archive != nil}
	for _, e := range h.Entries {
		c.ids = append(c.ids, e.ID)
	}
	links := h.Links
	if h.Channel != nil {
		links, c.archive = h.Channel.Links, h.Channel.Archive != nil
		for _, i := range h.Channel.Items {
			if i.Title != "Withdrawn" {
				c.ids = append(c.ids, i.ID)
			}
		}
	}
	for _, l := range links {
		c.links[l.Rel] = l.Href
	}
	return c
}

// asked asks a press for a document as its server would.
func asked(p *press, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	if m, ok := archiveAt(r.URL.Path); ok {
		p.serveArchive(w, r, m)
	} else {
		p.shelf.ServeHTTP(w, r)
	}
	return w
}

// visit walks all archives from their subscription documents, compares them with
// what is in the feeds, and asks again for all that it ever saw.
func (a *archivist) visit(t *testing.T, p *press, formats ...feedout.Format) {
	t.Helper()
	if err := p.print(t.Context()); err != nil {
		t.Fatal(err)
	}
	today := make(map[string]bool)
	for _, f := range p.pub.Feeds {
		members := membersOf(t, p, f)
		for _, format := range formats {
			a.walk(t, p, f, format, members, today)
		}
	}
	for address, was := range a.seen {
		if !today[address] {
			a.lead(t, p, address, was, today)
		}
	}
}

// membersOf are the ids of what is in a feed.
func membersOf(t *testing.T, p *press, f news.Feed) (ids []string) {
	t.Helper()
	err := p.store.View(t.Context(), func(l *storage.Ledger) error {
		for _, as := range []news.As{news.AsNews, news.AsHistory} {
			for m := range l.Entries(f.Name, as) {
				ids = append(ids, news.EntryURN(p.pub.Site.ID, m.Story))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

// walk goes from document to document as RFC 5005 says, and back.
func (a *archivist) walk(t *testing.T, p *press, f news.Feed, format feedout.Format, members []string, today map[string]bool) {
	t.Helper()
	current := p.pub.Site.BaseURL + "/feeds/" + f.ID + "." + string(format)
	now := readChapter(t, asked(p, current).Body.String())
	if now.archive {
		t.Errorf("%s says that it is of the archive", current)
	}
	var ids []string
	after := current
	for address := now.links["prev-archive"]; address != ""; {
		c := readChapter(t, a.read(t, p, address, today))
		if format == feedout.Atom {
			a.read(t, p, strings.TrimSuffix(address, ".atom")+".json", today)
		}
		if !c.archive || c.links["current"] != current || c.links["self"] != address {
			t.Errorf("%s: archive %v, links %v", address, c.archive, c.links)
		}
		if next := target(p, c.links["next-archive"]); next != after {
			t.Errorf("from %s next-archive leads to %s, want %s", address, next, after)
		}
		ids = append(ids, c.ids...)
		after, address = address, c.links["prev-archive"]
	}
	slices.Sort(ids)
	if !slices.Equal(ids, members) {
		t.Errorf("the archive of %s has %d entries, the feed %d: %v", current, len(ids), len(members), differing(ids, members))
	}
}

// read asks for an address of today.
func (a *archivist) read(t *testing.T, p *press, address string, today map[string]bool) string {
	t.Helper()
	w := asked(p, address)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", address, w.Code, w.Header().Get("Location"))
	}
	body := w.Body.String()
	if was, known := a.seen[address]; known && was != body {
		t.Errorf("%s had other bytes before:\n%s", address, differing(strings.Split(body, "\n"), strings.Split(was, "\n")))
	} else if known {
		a.kept++
	}
	a.seen[address], today[address] = body, true
	return body
}

// target is where an address leads at once.
func target(p *press, address string) string {
	w := asked(p, address)
	to := w.Header().Get("Location")
	if to == "" {
		return address
	}
	base, _ := path.Split(address)
	for strings.HasPrefix(to, "../") {
		to, base = to[3:], base[:strings.LastIndexByte(base[:len(base)-1], '/')+1]
	}
	return base + to
}

// lead asks for an address that no walk finds any more.
func (a *archivist) lead(t *testing.T, p *press, address, was string, today map[string]bool) {
	t.Helper()
	w := asked(p, address)
	switch {
	case w.Code == http.StatusOK && w.Body.String() == was:
	case w.Code == http.StatusMovedPermanently && today[target(p, address)]:
		a.moved++
	default:
		t.Errorf("%s, once served, answers %d %s", address, w.Code, w.Header().Get("Location"))
	}
}

func (a *archivist) String() string {
	return fmt.Sprintf("%d addresses of archives, %d found again, %d asked for that led on", len(a.seen), a.kept, a.moved)
}
