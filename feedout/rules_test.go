package feedout

import (
	"bytes"
	"encoding/xml"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/validity"
	"chinanews/news"
)

// wrong is what a document does against its format, but for some rules.
func wrong(f Format, address string, body []byte, except ...string) []validity.Problem {
	found := validity.Check(validity.Document{Format: validity.Format(f), Address: address, Body: body})
	return slices.DeleteFunc(found, func(p validity.Problem) bool { return slices.Contains(except, p.Rule) })
}

// asWritten are the rules that a text keeps or breaks by itself: we publish
// only texts that were cleaned.
var asWritten = []string{"markup", "danger", "relative"}

func checkRules(t *testing.T, d Document, except ...string) {
	t.Helper()
	for _, f := range formats {
		for _, p := range wrong(f, d.self(f), render(t, d, f), except...) {
			t.Errorf("%s: %v", f, p)
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
			r.Carriers[k].Source.Publisher = news.NamesOf(map[string]string{s: s, "en": s})
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
		checkRules(t, withdrawn(lang))
		checkRules(t, curated(lang))
	}
	for _, s := range lies {
		checkRules(t, hostile(s), asWritten...)
		checkRules(t, cleaned(hostile(s)))
	}
	empty := example("en")
	empty.Releases, empty.Updated = nil, time.Time{}
	checkRules(t, empty)
}

// cleaned is a document whose texts are plain ones that say what their markup
// did.
func cleaned(d Document) Document {
	for n := range d.Releases {
		d.Releases[n].HTML = paragraph(news.Legal(d.Releases[n].HTML))
	}
	return d
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
		d.Releases[0].Carriers[k].Source.Publisher = news.NamesOf(map[string]string{"zh-TW": "甲", "zh-CN": "乙", "zh-HK": "丙", "en": "D", "": "E"})
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
		"https://x.example/?q=5%&r=%zz": "https://x.example/?q=5%25&r=%25zz",
		"javascript:alert(1)":           "", "//x.example/": "", "/a": "", "": "", "ftp://x.example/": "", "https://x.example/%zz": "",
	} {
		if got := address(in); got != want {
			t.Errorf("address(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOPMLHasAFolderForEachLanguage(t *testing.T) {
	body, err := OPML(news.Site{BaseURL: "https://n.example"}, []news.Feed{
		{ID: "a", Title: "A\x00", Language: "en"}, {ID: "b", Title: "乙", Language: "zh-CN"}, {ID: "c", Title: "C", Language: "en-GB"}, {ID: "d", Title: "D"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range wrong("opml", "", body) {
		t.Error(p)
	}
	var got struct {
		Folders []struct {
			Text  string `xml:"text,attr"`
			Feeds []struct {
				Address string `xml:"xmlUrl,attr"`
			} `xml:"outline"`
		} `xml:"body>outline"`
	}
	if err := xml.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, folder := range got.Folders {
		for _, f := range folder.Feeds {
			lines = append(lines, folder.Text+" "+f.Address)
		}
	}
	base := "https://n.example/feeds/"
	if want := []string{"English " + base + "a.atom", "English " + base + "c.atom", "中文 " + base + "b.atom", "– " + base + "d.atom"}; !slices.Equal(lines, want) {
		t.Errorf("OPML has %q, want %q", lines, want)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range lies {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkRules(t, hostile(s), asWritten...)
		e := new(Edition)
		sameAnew(t, e, example("en"))
		sameAnew(t, e, hostile(s))
	})
}
