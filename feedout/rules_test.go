package feedout

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// node is an element with its children, as a validator looks at it.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n node) all(name string) []node {
	return slices.DeleteFunc(slices.Clone(n.Children), func(c node) bool { return c.XMLName.Local != name })
}

// one is the text of the only child of a name.
func (n node) one(name string) (string, error) {
	found := n.all(name)
	if len(found) != 1 {
		return "", fmt.Errorf("%s has %d elements %s, want 1", n.XMLName.Local, len(found), name)
	}
	return found[0].Text, nil
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// rules collects what a document does against its format.
type rules []error

func (r *rules) must(ok bool, format string, args ...any) {
	if !ok {
		*r = append(*r, fmt.Errorf(format, args...))
	}
}

func (r *rules) text(n node, name string) string {
	text, err := n.one(name)
	r.must(err == nil, "%v", err)
	r.must(strings.TrimSpace(text) != "", "%s is empty in %s", name, n.XMLName.Local)
	return text
}

func (r *rules) date(layout, text string) {
	_, err := time.Parse(layout, text)
	r.must(err == nil, "date %q: %v", text, err)
}

func (r *rules) link(text string) {
	u, err := url.Parse(text)
	r.must(err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil, "link %q is not absolute", text)
	for _, c := range []byte(text) {
		r.must(c > ' ' && c < 0x7f, "link %q has a byte %#x", text, c)
	}
}

// known says which children an element may have.
func (r *rules) known(n node, names string) {
	for _, c := range n.Children {
		r.must(slices.Contains(strings.Fields(names), c.XMLName.Local), "%s may have no %s", n.XMLName.Local, c.XMLName.Local)
	}
}

// atomRules are RFC 4287, sections 4.1.1 and 4.1.2, as far as we use them.
func (r *rules) atomRules(feed node) {
	r.known(feed, "title subtitle id updated link author rights generator archive entry")
	r.atomCommon(feed)
	self := slices.IndexFunc(feed.all("link"), func(l node) bool { return l.attr("rel") == "self" })
	r.must(self >= 0, "a feed should link to itself")
	ids := make(map[string]bool)
	for _, e := range feed.all("entry") {
		r.known(e, "title id published updated link author contributor category source summary content")
		r.atomCommon(e)
		r.date(time.RFC3339, r.text(e, "published"))
		id, _ := e.one("id")
		r.must(!ids[id], "id %s twice", id)
		ids[id] = true
		for _, c := range e.all("category") {
			r.must(c.attr("term") != "", "a category without term")
		}
		for _, s := range e.all("source") {
			r.known(s, "title id updated link")
			r.text(s, "title")
			r.date(time.RFC3339, r.text(s, "updated"))
		}
		r.must(len(e.all("summary")) < 2 && len(e.all("content")) < 2 && len(e.all("source")) < 2, "a summary, content or source twice")
	}
}

func (r *rules) atomCommon(n node) {
	r.text(n, "title")
	r.date(time.RFC3339, r.text(n, "updated"))
	r.must(strings.HasPrefix(r.text(n, "id"), "urn:uuid:"), "id is no URN")
	r.must(len(n.all("author")) == 1, "%s has no author", n.XMLName.Local)
	for _, a := range n.all("author") {
		r.text(a, "name")
	}
	alternates := 0
	for _, l := range n.all("link") {
		r.link(l.attr("href"))
		if l.attr("rel") == "alternate" {
			alternates++
		}
	}
	r.must(alternates == 1, "%s has %d alternate links of one type", n.XMLName.Local, alternates)
}

// rssRules are the RSS 2.0 specification and the RSS Advisory Board's profile.
func (r *rules) rssRules(root node) {
	r.must(root.attr("version") == "2.0" && len(root.all("channel")) == 1, "no RSS 2.0")
	channel := root.all("channel")[0]
	r.text(channel, "title")
	r.text(channel, "description")
	r.date(time.RFC1123, r.text(channel, "lastBuildDate"))
	ids := make(map[string]bool)
	for _, i := range channel.all("item") {
		r.known(i, "title link description encoded guid pubDate creator contributor category source enclosure content language")
		r.text(i, "title")
		r.link(r.text(i, "link"))
		r.date(time.RFC1123, r.text(i, "pubDate"))
		id := r.text(i, "guid")
		r.must(!ids[id] && i.all("guid")[0].attr("isPermaLink") == "false", "guid %s is twice or a permalink", id)
		ids[id] = true
		for _, s := range i.all("source") {
			r.link(s.attr("url"))
		}
		for _, e := range i.all("enclosure") {
			r.link(e.attr("url"))
			r.must(e.attr("length") != "" && strings.Contains(e.attr("type"), "/"), "enclosure lacks length or type")
		}
	}
}

// jsonRules are JSON Feed 1.1.
func (r *rules) jsonRules(body []byte) {
	var feed jsonFeed
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(&feed)
	r.must(err == nil, "%v", err)
	r.must(feed.Version == "https://jsonfeed.org/version/1.1" && feed.Title != "" && feed.Items != nil, "lacks version, title or items")
	r.link(feed.FeedURL)
	r.link(feed.HomePageURL)
	ids := make(map[string]bool)
	for _, i := range feed.Items {
		r.must(i.ID != "" && !ids[i.ID], "id %q is empty or twice", i.ID)
		ids[i.ID] = true
		r.must(i.Title != "" && (i.ContentHTML != "") != (i.ContentText != nil), "item needs a title and either text")
		r.link(i.URL)
		r.date(time.RFC3339, i.Published)
		r.date(time.RFC3339, i.Modified)
		for _, a := range i.Attachments {
			r.link(a.URL)
			r.must(strings.Contains(a.Type, "/"), "attachment type %q", a.Type)
		}
	}
}

// broken is what a document does against its format.
func broken(f Format, body []byte) rules {
	var r rules
	if f == JSON {
		r.jsonRules(body)
		return r
	}
	var root node
	if err := xml.Unmarshal(body, &root); err != nil {
		return rules{err}
	}
	if f == RSS {
		r.rssRules(root)
	} else {
		r.atomRules(root)
	}
	return r
}

// parsed is an XML document as a tree.
func parsed(t *testing.T, body []byte) (root node) {
	t.Helper()
	if err := xml.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

func checkRules(t *testing.T, d Document) {
	t.Helper()
	for _, f := range formats {
		body := render(t, d, f)
		for _, err := range broken(f, body) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

// hostile is an example whose every slot lies.
func hostile(s string) Document {
	d := example("en")
	d.Feed.Description, d.Feed.Copyright, d.Site.Publisher, d.Site.Title = s, s, s, s
	for n := range d.Releases {
		r := &d.Releases[n]
		e := &r.Lead.Shown
		e.Title, e.Tags, e.URL, e.Locale, e.Date = s, []string{s, s}, s, s, news.Date{Raw: s, Zone: s}
		e.Files = []news.File{{URL: s, Type: s, Title: s, Size: -1}, {URL: "https://x.example/" + s, Type: s, Size: 9}}
		r.HTML, r.Summary, r.Membership.Link = s, s, s
		for k := range r.Carriers {
			r.Carriers[k].Item.Shown.URL = s
			r.Carriers[k].Source.Publisher = map[string]string{s: s, "en": s}
			r.Carriers[k].Source.URLs = []string{s}
			r.Carriers[k].Source.Timezone = s
		}
	}
	return d
}

var lies = []string{
	"", " ", "javascript:alert(1)", "//evil.example/", "https://user:pass@x.example/ä b?q=中&\"<>#f", "data:text/html,x", "http://",
	"]]>", "]]]]>><![CDATA[", "\x00\x01\x0b\x1f", "\xff\xfe\xc0\x80", "\xed\xa0\x80", "\u202eabc\u2066", "\uFFFE\uFFFF\uFDD0", "\u0085\u2028",
	"&#8;&nbsp;&amp;amp;", "</item></entry>", "<!-- --> <?x?>", strings.Repeat("e\u0301", 2000), "https://x.example/%zz", "+99:99", "Local/../x",
}

func TestRules(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN", ""} {
		checkRules(t, example(lang))
	}
	for _, s := range lies {
		checkRules(t, hostile(s))
	}
	empty := example("en")
	empty.Releases, empty.Updated = nil, time.Time{}
	checkRules(t, empty)
}

func TestTheValidatorFindsFaults(t *testing.T) {
	for f, pairs := range map[Format][][2]string{
		Atom: {{"<published>2026-11-23T03:00:00Z", "<published>"}, {`rel="self"`, `rel="via"`}, {`term="talks"`, `label="talks"`}, {"https://moc.example/1.html", "/1.html"}},
		RSS:  {{`isPermaLink="false"`, ""}, {`length="4711"`, ""}, {"Mon, 23 Nov 2026 03", "23/11/2026"}, {`url="https://moc.example/news/"`, ""}},
		JSON: {{`"url": "https://moc.example/1.html"`, `"url": ""`}, {`"items"`, `"entries"`}, {"2026-11-23T03:00:00Z", "now"}},
	} {
		body := string(render(t, example("en"), f))
		for _, p := range pairs {
			if spoilt := strings.Replace(body, p[0], p[1], 1); spoilt == body || len(broken(f, []byte(spoilt))) == 0 {
				t.Errorf("%s with %q in place of %q passes", f, p[1], p[0])
			}
		}
	}
}

// TestXmllint lets another parser judge what ours calls well-formed.
func TestXmllint(t *testing.T) {
	need(t, "xmllint", have("xmllint"))
	for _, s := range lies {
		for _, f := range []Format{RSS, Atom} {
			cmd := exec.Command("xmllint", "--noout", "-")
			cmd.Stdin = bytes.NewReader(render(t, hostile(s), f))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s of %q: %v\n%s", f, s, err, out)
			}
		}
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	d := example("zh")
	for k := range d.Releases[0].Carriers {
		d.Releases[0].Carriers[k].Source.Publisher = map[string]string{"zh-TW": "甲", "zh-CN": "乙", "zh-HK": "丙", "en": "D", "": "E"}
	}
	want := render(t, d, Atom)
	for range 50 {
		if !bytes.Equal(render(t, d, Atom), want) {
			t.Fatal("the order of a map shows in a document")
		}
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/a?b=1#c": "https://x.example/a?b=1#c", "http://u:p@x.example/": "http://x.example/",
		"https://x.example/中 b?q=中": "https://x.example/%E4%B8%AD%20b?q=%E4%B8%AD", "https://x.example/%E4?x=%20": "https://x.example/%E4?x=%20",
		"javascript:alert(1)": "", "//x.example/": "", "/a": "", "": "", "ftp://x.example/": "", "https://x.example/%zz": "",
	} {
		if got := address(in); got != want {
			t.Errorf("address(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOPMLHasAFolderForEachLanguage(t *testing.T) {
	body, err := OPML(news.Site{BaseURL: "https://n.example"}, []news.Feed{
		{ID: "a", Title: "A\x00", Language: "en"}, {ID: "b", Title: "乙", Language: "zh-CN"}, {ID: "c", Title: "C", Language: "en-GB"}, {ID: "d", Language: ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	var root node
	if err := xml.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, folder := range root.all("body")[0].Children {
		for _, f := range folder.Children {
			got = append(got, folder.attr("text")+" "+f.attr("xmlUrl"))
		}
	}
	base := "https://n.example/feeds/"
	if want := []string{"English " + base + "a.atom", "English " + base + "c.atom", "中文 " + base + "b.atom", "– " + base + "d.atom"}; !slices.Equal(got, want) {
		t.Errorf("OPML has %q, want %q", got, want)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range lies {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkRules(t, hostile(s)) })
}
