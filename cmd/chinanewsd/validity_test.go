package main

import (
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/feedout/validity"
	"chinanews/news"
)

// visitor asks a public site. What it is answered with must be there.
type visitor struct {
	t   *testing.T
	ask func(address string) (*http.Response, error) // follows no redirect
}

// visiting asks a house that is in this process. The machine may be busy: a
// search that was cut is asked again.
func visiting(t *testing.T, h *house) visitor {
	site := h.public()
	return visitor{t, func(address string) (*http.Response, error) {
		w := httptest.NewRecorder()
		for range 20 {
			w = httptest.NewRecorder()
			site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
			if w.Code != http.StatusServiceUnavailable {
				break
			}
		}
		return w.Result(), nil
	}}
}

// visitingBy asks a server.
func visitingBy(t *testing.T) visitor {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return visitor{t, client.Get}
}

// get is what stands at an address, or where that leads.
func (v visitor) get(address string) (validity.Page, error) {
	for range 5 {
		resp, err := v.ask(address)
		if err != nil {
			return validity.Page{}, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		to, moved := resp.Header["Location"]
		switch {
		case err != nil:
			return validity.Page{}, err
		case moved:
			base, err := url.Parse(address)
			if err != nil {
				return validity.Page{}, err
			}
			next, err := base.Parse(to[0])
			if err != nil {
				return validity.Page{}, err
			}
			address = next.String()
		case resp.StatusCode != http.StatusOK:
			return validity.Page{}, fmt.Errorf("%s: status %d: %.200s", address, resp.StatusCode, body)
		default:
			return validity.Page{Address: address, Body: body}, nil
		}
	}
	return validity.Page{}, fmt.Errorf("%s: redirects without an end", address)
}

// document is a document of the site.
func (v visitor) document(format validity.Format, address string) validity.Document {
	v.t.Helper()
	p, err := v.get(address)
	if err != nil {
		v.t.Fatal(err)
	}
	return validity.Document{Format: format, Address: p.Address, Body: p.Body}
}

// documents are all that a site has for machines: its list of feeds, those in
// every format, a few searches, and its map where it has one.
func (v visitor) documents(base string, searches ...string) (list []validity.Document) {
	v.t.Helper()
	list = append(list, v.document(validity.OPML, base+"/opml.xml"))
	for _, feed := range v.feeds(base) {
		for _, f := range []validity.Format{validity.RSS, validity.Atom, validity.JSON} {
			list = append(list, v.document(f, feed+"."+string(f)))
		}
	}
	for _, q := range searches {
		for _, f := range []validity.Format{validity.RSS, validity.Atom, validity.JSON} {
			list = append(list, v.document(f, base+"/search."+string(f)+"?q="+url.QueryEscape(q)))
		}
	}
	if p, err := v.get(base + "/sitemap.xml"); err == nil {
		list = append(list, validity.Document{Format: validity.Sitemap, Address: p.Address, Body: p.Body})
	}
	return list
}

// feeds are the addresses of a site's feeds without a format, as its list of
// feeds has them, and those of the notices on each.
func (v visitor) feeds(base string) (list []string) {
	v.t.Helper()
	var outlines struct {
		All []struct {
			Address string `xml:"xmlUrl,attr"`
			Feeds   []struct {
				Address string `xml:"xmlUrl,attr"`
			} `xml:"outline"`
		} `xml:"body>outline"`
	}
	if err := xml.Unmarshal(v.document(validity.OPML, base+"/opml.xml").Body, &outlines); err != nil {
		v.t.Fatal(err)
	}
	add := func(address string) {
		feed := strings.TrimSuffix(address, ".atom")
		list = append(list, feed)
		for _, of := range []string{"/edits", "/removals"} {
			if _, err := v.get(feed + of + ".atom"); err == nil {
				list = append(list, feed+of)
			}
		}
	}
	for _, o := range outlines.All {
		for _, f := range o.Feeds {
			add(f.Address)
		}
		if o.Address != "" {
			add(o.Address)
		}
	}
	return list
}

// judge says what is wrong in documents: by our rules, and by the grammar of
// RFC 4287 where there is a tool that knows it.
func judge(t *testing.T, documents []validity.Document) {
	t.Helper()
	var atoms [][]byte
	for _, d := range documents {
		for _, p := range validity.Check(d) {
			t.Errorf("%s: %v", d.Address, p)
		}
		if d.Format == validity.Atom {
			atoms = append(atoms, d.Body)
		}
	}
	validity.Grammatical(t, atoms...)
}

// walked goes through the archive of every feed of a site in every format. On a
// site that changes meanwhile it begins again.
func (v visitor) walked(base string) {
	v.t.Helper()
	for _, feed := range v.feeds(base) {
		for _, f := range []validity.Format{validity.RSS, validity.Atom, validity.JSON} {
			var problems []validity.Problem
			for range 5 {
				if _, problems = validity.Walk(f, feed+"."+string(f), v.get); len(problems) == 0 {
					break
				}
			}
			for _, p := range problems {
				v.t.Errorf("archive of %s.%s: %v", feed, f, p)
			}
		}
	}
}

// agreed has every reader that is there read documents: it sees what is in them.
// Not under -short: the race detector sees nothing of other programs.
func agreed(t *testing.T, documents []validity.Document) {
	t.Helper()
	if testing.Short() {
		return
	}
	modules := os.Getenv("CHINANEWS_NPM")
	for _, r := range validity.Readers {
		if !r.There(modules) {
			if validity.Promised() {
				t.Errorf("%s is required here and missing", r.Name)
			}
			continue
		}
		var own []validity.Document
		for _, d := range documents {
			if r.Reads(d.Format) {
				own = append(own, d)
			}
		}
		said, err := r.Read("../../feedout/testdata/readers", modules, t.TempDir(), own)
		if err != nil {
			t.Error(err)
			continue
		}
		list, err := r.Disagreements(own, said)
		if err != nil {
			t.Error(err)
		}
		for _, what := range list {
			t.Error(what)
		}
	}
}

// publishedAreValid judges all that a record publishes, and walks through it.
func publishedAreValid(t *testing.T, s *siteFile, searches ...string) []validity.Document {
	t.Helper()
	const base = "http://news.example"
	within := searchWithin
	searchWithin = time.Minute
	defer func() { searchWithin = within }()
	h := s.open()
	defer h.close()
	if err := h.publish(t.Context(), base); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := visiting(t, h)
	documents := v.documents(base, searches...)
	judge(t, documents)
	v.walked(base)
	return documents
}

// written is what may stand in any field of a source's feed.
var written = rapid.Custom(func(t *rapid.T) string {
	pieces := rapid.SampledFrom([]string{"<p>", "</p>", "<b>", "</i>", "<a href='x?a=1&b=%'>", "<a href=\"javascript:a()\">", "<table><tr><td>", "</table>", "<ul><li>", "<img src=' //x.example/é.jpg'>",
		"<img src='data:image/png,a'>", "<img src=a.jpg width=100% alt>", "<iframe src='https://x.example/'>", "<script>a()</script>", "<style>p{}</style>", "<p style='color:red' onclick='a()'>", "<h1 id='a'>", "<br>", "<hr/>", "<svg><p>",
		"<!-- a -->", "&nbsp;", "&lt;b&gt;", "&#x202e;", "\u202e", "\ufffe", "]]>", "通航", "a\x01b", "<video src=a.mp4>", "<form><input>", "<o:p>", "<font color=red>", "<a name=b>", "<blockquote>", "<pre>\n\n", "<a href='https://x.example/a b\tc'>"})
	return strings.Join(rapid.SliceOfN(rapid.OneOf(pieces, rapid.String()), 0, 8).Draw(t, "pieces"), "")
})

// oddFeed is a feed of 20 items with whatever in them.
func oddFeed(seed int) string {
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>A</title>`)
	for n := range 20 {
		seed++
		fmt.Fprintf(&feed, "<item><guid>%d</guid><pubDate>%s</pubDate>", seed, time.Now().Add(-time.Duration(n)*time.Minute).UTC().Format(time.RFC1123))
		for k, name := range []string{"title", "link", "description", "content:encoded", "category", "category", "author"} {
			fmt.Fprintf(&feed, "<%s>", name)
			xml.EscapeText(&feed, []byte(written.Example(10*seed+k)))
			fmt.Fprintf(&feed, "</%s>", name)
		}
		fmt.Fprintf(&feed, "<enclosure url='%s' length='%d' type='image/jpeg'/></item>", html.EscapeString(news.Legal(written.Example(10*seed+8))), seed-50)
	}
	return feed.String() + "</channel></rss>"
}

// TestWhateverSourcesWrite polls feeds of any words and markup: what is
// published of it is valid.
func TestWhateverSourcesWrite(t *testing.T) {
	sources := 10
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		sources = 100
	case testing.Short():
		sources = 2
	}
	o, s := newOrigin(t), newSite(t)
	var rows strings.Builder
	for n := range sources {
		path := fmt.Sprintf("/%d.xml", n)
		o.set(path, oddFeed(1000*n))
		rows.WriteString(feedRow(fmt.Sprint("a", n), o.URL+path))
	}
	s.write(rows.String(), "  - {id: all, title: All, languages: all, limit: 500}\n  - {id: brief, title: Brief, languages: all, content: summary, link: story}\n")
	s.create()
	s.do(0, "poll")
	var entries int
	for _, d := range publishedAreValid(t, s, "a", "通航") {
		if strings.HasSuffix(d.Address, "/feeds/all.json") {
			entries = strings.Count(string(d.Body), `"content_`)
		}
	}
	if entries < sources {
		t.Errorf("%d entries of %d sources were published", entries, sources)
	}
}
