package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chinanews/news"
)

func templates(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestKindAndSize(t *testing.T) {
	for _, c := range []struct {
		file       news.File
		kind, size string
	}{
		{news.File{URL: "https://a.example/x.pdf", Type: "application/pdf", Size: 1_234_567}, "PDF", "1.2 MB"}, {news.File{URL: "https://a.example/x.DocX?y=1", Size: 999}, "DOCX", "999 B"},
		{news.File{URL: "https://a.example/x", Type: "application/pdf; charset=x", Size: 1000}, "PDF", "1 kB"}, {news.File{URL: "https://a.example/x.xls", Type: "application/octet-stream", Size: 999_499}, "XLS", "999 kB"},
		{news.File{URL: "https://a.example/download.action", Size: -5}, "", ""}, {news.File{URL: "%zz"}, "", ""}, {news.File{URL: "https://a.example/x.<b>"}, "", ""}, {news.File{URL: "https://a.example/x.odt", Type: "nonsense"}, "ODT", ""},
		{news.File{URL: "https://a.example/x", Type: "application/vnd.oasis.opendocument.text"}, "application/vnd.oasis.opendocument.text", ""},
	} {
		if k, s := kind(c.file), size(c.file.Size); k != c.kind || s != c.size {
			t.Errorf("%+v: %q, %q, want %q, %q", c.file, k, s, c.kind, c.size)
		}
	}
}

// Folding hides only what is the same and stands apart from changes, and loses
// nothing.
func TestFolded(t *testing.T) {
	tags := regexp.MustCompile(`(?s)<summary.*?</summary>|</?details[^>]*>|\s`)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var b strings.Builder
		changed := 0
		for n := range r.IntN(30) {
			if r.IntN(6) == 0 {
				changed++
				fmt.Fprintf(&b, "<p>a%d <del>b</del><ins>c</ins></p>\n", n)
			} else {
				fmt.Fprintf(&b, "<p>same%d</p>\n", n)
			}
		}
		got := string(folded("en", b.String()))
		if tags.ReplaceAllString(got, "") != tags.ReplaceAllString(b.String(), "") {
			t.Fatalf("%s\nbecomes\n%s", b.String(), got)
		}
		for _, inside := range regexp.MustCompile(`(?s)<details.*?</details>`).FindAllString(got, -1) {
			if strings.Contains(inside, "<ins>") || strings.Count(inside, "<p>") == 0 {
				t.Fatalf("folded away:\n%s", inside)
			}
		}
	}
	long := strings.Repeat("<p>same</p>\n", 20)
	if got := string(folded("zh", long+"<p><ins>new</ins></p>"+long)); strings.Count(got, "<details") != 2 || !strings.Contains(got, "19段未变") {
		t.Errorf("two long runs become\n%s", got)
	}
	if got := string(folded("en", "<p>a</p><p>b</p><p><del>c</del></p>")); strings.Contains(got, "details") {
		t.Errorf("a short run is folded:\n%s", got)
	}
	if got := string(folded("en", `<p onclick="x()">a</p><script>x</script><img src="https://e.example/p.gif">`)); strings.Contains(got, "onclick") || strings.Contains(got, "<script") || strings.Contains(got, "<img") {
		t.Errorf("folding lets through\n%s", got)
	}
}

// A QR code is dark on light whatever the page is, with its quiet edge.
func TestCode(t *testing.T) {
	svg := string(code("https://news.example.org/feeds/china-news.atom", `a "label" <b>`))
	for _, want := range []string{`role="img"`, `aria-label="a &#34;label&#34; &lt;b&gt;"`, `<path fill="#fff" d="M0 0h41v41h-41z"/>`, `viewBox="0 0 41 41"`, "M4 4h7v1h-7z"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the code lacks %s:\n%s", want, svg)
		}
	}
	if strings.ContainsAny(regexp.MustCompile(`d="M[^"]*"`).ReplaceAllString(svg, ""), "{}") || strings.Contains(svg, "style") {
		t.Errorf("the code has a style:\n%s", svg)
	}
	if got := code("https://news.example.org/"+strings.Repeat("x", 5000), "x"); got != "" {
		t.Errorf("an address that is too long becomes %d bytes", len(got))
	}
}

func TestAbout(t *testing.T) {
	lib := library()
	lib.site = lib.Site()
	lib.site.About = map[string]string{"en": "First <b>words</b>.\n\nSecond\nwords.", "zh": "我们是谁。\n为什么。"}
	h := New(lib, Options{})
	en, zh := get(h, "GET", "/about").Body.String(), get(h, "GET", "/zh/about").Body.String()
	for page, want := range map[string][]string{en: {"<p>First &lt;b&gt;words&lt;/b&gt;.</p>\n<p>Second words.</p>", `<div class="text" lang="en"`, "chinanewsd verify", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"}, zh: {"<p>我们是谁。</p>\n<p>为什么。</p>", `lang="zh-CN"`}} {
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("the page lacks %s:\n%s", w, page)
			}
		}
	}
	lib.site.About = map[string]string{"en": "Only English."}
	if page := get(h, "GET", "/zh/about").Body.String(); !strings.Contains(page, `lang="en" dir="auto">`+"\n<p>Only English.</p>") {
		t.Error("words in the other language are not shown, or not as such")
	}
	lib.err = os.ErrInvalid
	if w := get(h, "GET", "/about"); w.Code != 200 {
		t.Errorf("while the record cannot be read: %d", w.Code)
	}
}

func TestUnwell(t *testing.T) {
	lib := library()
	lib.unwell = lib.lines[1:2]
	page := get(New(lib, Options{}), "GET", "/feeds/china-news/").Body.String()
	if !strings.Contains(page, "Not read well at the moment: Embassy in Torvia (its page has changed its form).") {
		t.Errorf("the page does not say so:\n%s", page)
	}
	var many []SourceLine
	for n := range 9 {
		many = append(many, SourceLine{Source: news.Source{ID: fmt.Sprint("s", n)}, Condition: news.Unreachable})
	}
	if got := unwell("zh", many); !strings.Contains(got, "另有6个") || strings.Contains(got, "s3") {
		t.Errorf("many: %s", got)
	}
	if got := unwell("en", append(lib.unwell, lib.unwell...)); strings.Count(got, "Torvia") != 1 {
		t.Errorf("two lists of one name: %s", got)
	}
}

// Each kind of page stays below 50 kB as it is sent, with as much as it is
// likely to have: forty long teasers, a white paper of thirty pages, a hundred
// sources, a difference in every paragraph.
func TestPagesAreLight(t *testing.T) {
	lib := heavy()
	h := New(lib, searchable(&finder{Results: Results{Items: lib.items[:30]}}))
	story := "/stories/" + lib.items[0].Address
	for _, target := range []string{"/", "/zh/", "/feeds/china-news/", "/feeds/china-news/?from=2000-01-01", "/feeds/china-news/2017/12/11/", story, story + "/versions/1", story + "/compare/1..2", "/feeds/edits/", "/feeds/removals/", "/polling", "/about", "/search?q=release", "/nothing", "/site.css", "/site.js"} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(get(h, "GET", target).Body.Bytes())
		z.Close()
		if b.Len() > 50_000 {
			t.Errorf("%s has %d bytes compressed", target, b.Len())
		}
	}
}

// prose is text of words that repeat as little as those of a language do.
func prose(r *rand.Rand, letters []rune, words, long int, between string) string {
	var b strings.Builder
	for range words {
		for range 1 + r.IntN(long) {
			b.WriteRune(letters[min(r.IntN(len(letters)), r.IntN(len(letters)))])
		}
		b.WriteString(between)
	}
	return b.String()
}

func heavy() *shelf {
	r := rand.New(rand.NewPCG(50, 50))
	latin, han := []rune("etaoinshrdlucmfwypvbgkqjxz"), []rune{}
	for c := '一'; c < '一'+2500; c++ {
		han = append(han, c)
	}
	lib := &shelf{}
	for n := range 60 {
		lib.items = append(lib.items, item(byte(n+1), "en", func(i *Item) {
			i.Lead.Shown.Title = prose(r, latin, 16, 9, " ")
			i.HTML = "<p>" + prose(r, latin, 60, 9, " ") + "</p>"
			i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Edit, Edits: []news.EditClass{news.EditNumber}, At: noon})
			for k := range 6 {
				i.Carriers = append(i.Carriers, news.Carrier{Item: i.Lead, Source: news.Source{ID: fmt.Sprint("c", k), Publisher: news.NamesOf(map[string]string{"": prose(r, latin, 4, 9, " ")}), Rights: news.Government}})
			}
		}))
		lib.told = append(lib.told, told(n+1, prose(r, latin, 14, 9, " "), "en", "<p>was: <del>"+prose(r, latin, 30, 9, " ")+"</del><br/>now: <ins>"+prose(r, latin, 30, 9, " ")+"</ins></p>"))
	}
	lib.gone = lib.told
	lib.items[0].HTML = ""
	for range 60 {
		lib.items[0].HTML += "<p>" + prose(r, han, 30, 6, "，") + "</p>"
	}
	for range 120 {
		lib.difference += "<p>" + prose(r, latin, 20, 9, " ") + "<del>" + prose(r, latin, 3, 9, " ") + "</del><ins>" + prose(r, latin, 3, 9, " ") + "</ins></p>"
	}
	for n := range 95 {
		lib.lines = append(lib.lines, SourceLine{Source: news.Source{ID: fmt.Sprint("s", n), Publisher: news.NamesOf(map[string]string{"": prose(r, latin, 5, 9, " ")}), URLs: []string{"https://" + prose(r, latin, 1, 20, "") + ".example/" + prose(r, latin, 3, 9, "/")}, Robots: true}, Condition: news.OK, LastGood: noon, Next: noon})
	}
	return lib
}
