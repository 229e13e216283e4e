package validity

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// own are the addresses at which the whole examples say that they are.
var own = map[Format]string{
	RSS:     "https://news.example/feeds/harbour/archive/9-2.rss",
	Atom:    "https://news.example/feeds/harbour.atom",
	JSON:    "https://news.example/feeds/harbour.json",
	Sitemap: "https://news.example/sitemap.xml",
}

func whole(t *testing.T, f Format) string {
	t.Helper()
	body, err := os.ReadFile("testdata/whole." + string(f))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func check(f Format, body string) []Problem {
	return Check(Document{Format: f, Address: own[f], Body: []byte(body)})
}

func TestWholeDocumentsAreValid(t *testing.T) {
	for _, f := range []Format{RSS, Atom, JSON, OPML, Sitemap} {
		for _, p := range check(f, whole(t, f)) {
			t.Errorf("%s: %v", f, p)
		}
	}
}

// TestEachRuleCatches breaks each rule at least once.
func TestEachRuleCatches(t *testing.T) {
	caught := map[string]bool{"walk": true} // TestWalk breaks it
	for _, b := range broken {
		body := whole(t, b.format)
		spoilt := strings.Replace(body, b.was, b.now, 1)
		found := check(b.format, spoilt)
		switch named := slices.ContainsFunc(found, func(p Problem) bool { return p.Rule == b.rule }); {
		case spoilt == body:
			t.Errorf("%s has no %q", b.format, b.was)
		case !named:
			t.Errorf("%s with %q in place of %q passes %s: %v", b.format, b.now, b.was, b.rule, found)
		}
		caught[b.rule] = true
	}
	for rule := range rules {
		if !caught[rule] {
			t.Errorf("no example breaks the rule %s", rule)
		}
	}
}

func TestManyProblems(t *testing.T) {
	items := strings.Repeat(`<item><title>a</title><guid>a</guid><pubDate>now</pubDate></item>`, 200)
	if found := check(RSS, strings.Replace(whole(t, RSS), "<item>", items+"<item>", 1)); len(found) != most {
		t.Errorf("%d problems, want the first %d", len(found), most)
	}
	if Check(Document{Format: "pdf"}) == nil {
		t.Error("a format that is not known passes")
	}
	long := "<loc>https://news.example/" + strings.Repeat("a", sitemapAddress) + "</loc>"
	if check(Sitemap, strings.Replace(whole(t, Sitemap), "<loc>https://news.example/stories/2</loc>", long, 1)) == nil {
		t.Error("a sitemap with a very long address passes")
	}
	var urls strings.Builder
	for n := range sitemapEntries {
		fmt.Fprintf(&urls, "<url><loc>https://news.example/%d</loc></url>", n)
	}
	if check(Sitemap, strings.Replace(whole(t, Sitemap), "<url>", urls.String()+"<url>", 1)) == nil {
		t.Error("a sitemap of too many addresses passes")
	}
}

// inGrammar are broken documents that the grammar of RFC 4287 must refuse.
var inGrammar = [][2]string{
	{"<updated>2026-11-23T05:00:00Z</updated>", ""},
	{"<updated>2026-11-23T05:00:00Z", "<updated>"},
	{"<title>Harbour Notices</title>", ""},
	{"<title>Harbour Notices</title>", "<title>A</title><title>B</title>"},
	{"<id>urn:uuid:0</id>", ""},
	{"<id>urn:uuid:0", "<id>0"},
	{`term="locks"`, `label="locks"`},
	{`<name>Lanshan Wire</name>`, ``},
	{`type="html"`, `type="markdown"`},
	{`rel="enclosure"`, `rel="an enclosure"`},
	{`type="application/pdf"`, `type="pdf"`},
	{`length="4711"`, `length="much"`},
	{`hreflang="en"`, `hreflang="in English"`},
	{`ref="urn:uuid:9" `, ``},
	{`when="2026-11-23T04:00:00Z"`, `when="yesterday"`},
	{`<at:comment>`, `<at:remark/><at:comment>`},
	{`<author><name>The editors</name></author>`, `<author><name>The editors</name></author><fh:archives xmlns:fh="http://purl.org/syndication/history/1.0"/>`},
	{`<author><name>The editors</name></author>`, `<author><name>The editors</name></author><entries/>`},
	{`</entry>`, `</entry><rights>late</rights>`},
	{`<title>Harbour Notices</title>`, `<title><b>Harbour</b> Notices</title>`},
}

func TestGrammar(t *testing.T) {
	for _, tool := range Tools {
		t.Run(tool, func(t *testing.T) {
			if _, err := exec.LookPath(tool); err != nil {
				if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "readers") {
					t.Fatal(err)
				}
				t.Skipf("needs %s, which is not installed", tool)
			}
			documents := [][]byte{[]byte(whole(t, Atom))}
			for _, d := range goldens(t) {
				if d.Format == Atom {
					documents = append(documents, d.Body)
				}
			}
			whole := len(documents)
			for _, b := range inGrammar {
				documents = append(documents, []byte(strings.Replace(string(documents[0]), b[0], b[1], 1)))
			}
			faults, err := Grammar(tool, t.TempDir(), documents...)
			if err != nil {
				t.Fatal(err)
			}
			for n := range documents {
				switch {
				case n < whole && faults[n] != "":
					t.Errorf("%s of %.60q: %s", tool, documents[n], faults[n])
				case n >= whole && faults[n] == "":
					t.Errorf("%s takes %q", tool, inGrammar[n-whole])
				}
			}
		})
	}
}
