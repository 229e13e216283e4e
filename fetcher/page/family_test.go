package page

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// families are the profiles that the program comes with.
func families(t testing.TB) []news.Profile {
	t.Helper()
	text, err := os.ReadFile("../../config/profiles/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var profiles []news.Profile
	if err := json.Unmarshal(asJSON, &profiles); err != nil {
		t.Fatal(err)
	}
	return profiles
}

// fixture is a page of a family, written for the purpose; its first comment is
// its address.
type fixture struct {
	family, file string
	text         []byte
	base         *url.URL
}

var address = regexp.MustCompile(`<!-- (\S+) -->`)

func fixturesOf(t testing.TB, name string) []fixture {
	t.Helper()
	files, err := filepath.Glob("../../config/profiles/*/" + name)
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var out []fixture
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		base, err := url.Parse(string(address.FindSubmatch(text)[1]))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fixture{filepath.Base(filepath.Dir(f)), f, text, base})
	}
	return out
}

var update = flag.Bool("update", false, "write the golden files of the families' pages")

// golden compares what was read with the file beside a fixture.
func (f fixture) golden(t *testing.T, got string) {
	t.Helper()
	name := strings.TrimSuffix(f.file, ".html") + ".golden"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is read as\n%s\nwant\n%s", f.file, got, want)
	}
}

// date is a date as a golden file has it.
func date(d news.Date) string {
	if d.Precision == news.Minute {
		return d.In().Format("2006-01-02 15:04")
	}
	return d.Day()
}

func TestFamilyLists(t *testing.T) {
	profiles := families(t)
	for _, f := range fixturesOf(t, "list.html") {
		l, p := List(f.text, news.Source{}, f.base, Options{Now: now, Profiles: profiles})
		if p != nil || l.Profile != f.family || len(l.Warnings) > 0 {
			t.Errorf("%s: read by %q, %v, %v", f.file, l.Profile, l.Warnings, p)
			continue
		}
		var b strings.Builder
		for _, e := range l.Entries {
			fmt.Fprintf(&b, "%s\n  %s\n  %s\n", e.Title, e.URL, date(e.Date))
		}
		f.golden(t, b.String())
		named, _ := List(f.text, news.Source{Profile: f.family}, f.base, Options{Now: now, Profiles: profiles})
		if len(named.Entries) != len(l.Entries) {
			t.Errorf("%s: by name %d entries, want %d", f.file, len(named.Entries), len(l.Entries))
		}
	}
}

func TestFamilyArticles(t *testing.T) {
	profiles := families(t)
	for _, f := range fixturesOf(t, "article.html") {
		r, p := Article(f.text, news.Source{}, news.Task{Listed: news.Entry{URL: f.base.String()}}, f.base, Options{Now: now, Profiles: profiles})
		if p != nil || r.Profile != f.family || len(r.Warnings) > 0 {
			t.Errorf("%s: read by %q, %v, %v", f.file, r.Profile, r.Warnings, p)
			continue
		}
		e := r.Entry
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n%s\n%s\n", e.Title, date(e.Date), strings.Join(e.Authors, ", "))
		for _, file := range e.Files {
			fmt.Fprintf(&b, "+ %s (%s)\n", file.URL, file.Title)
		}
		for _, m := range regexp.MustCompile(`<img src="([^"]*)"`).FindAllStringSubmatch(e.HTML, -1) {
			fmt.Fprintf(&b, "* %s\n", m[1])
		}
		fmt.Fprintf(&b, "\n%s\n", clean.Text(e.HTML))
		f.golden(t, b.String())
	}
}

// Each profile says what it is, and has pages to show that it works.
func TestFamiliesAreWhole(t *testing.T) {
	var shown []string
	for _, f := range fixturesOf(t, "*.html") {
		shown = append(shown, f.family)
	}
	seen := make(map[string]bool)
	for _, p := range families(t) {
		if p.Name == "" || p.About == "" || len(p.Signs) == 0 || seen[p.Name] || !slices.Contains(shown, p.Name) {
			t.Errorf("profile %q: its name is taken, or it has no about, signs or pages", p.Name)
		}
		seen[p.Name] = true
	}
	for _, name := range shown {
		if !seen[name] {
			t.Errorf("pages of %q, which is no profile", name)
		}
	}
}

func FuzzFamilies(f *testing.F) {
	for _, name := range []string{"list.html", "article.html"} {
		for _, x := range fixturesOf(f, name) {
			f.Add(string(x.text))
		}
	}
	o := Options{Now: now, MaxItems: 50, Profiles: families(f)}
	base := &url.URL{Scheme: "https", Host: "m.example", Path: "/art/2026/11/20/art_1.html"}
	f.Fuzz(func(t *testing.T, page string) {
		l, p := List([]byte(page), news.Source{}, base, o)
		if p == nil && (len(l.Entries) == 0 || l.Profile == "") || len(l.Entries) > 50 {
			t.Errorf("%d entries by %q, %v", len(l.Entries), l.Profile, p)
		}
		r, p := Article([]byte(page), news.Source{}, news.Task{}, base, o)
		if p == nil && clean.Text(r.Entry.HTML) == "" {
			t.Error("neither text nor problem")
		}
		for _, text := range append(r.Entry.Authors, r.Entry.Title, r.Profile) {
			if text != news.Line(text) {
				t.Errorf("%q is no line", text)
			}
		}
	})
}

// What is asked of each line and element of a page is asked of little of it:
// none of these takes long.
func TestHostilePages(t *testing.T) {
	o := Options{Now: now, MaxItems: 2000, Profiles: families(t)}
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	sentence := many("说", 60)
	for name, page := range map[string]string{
		"a title in every line":     "<title>" + many("abcdef ", 25_000) + "</title>" + many("<p>abcdef abcdef</p>", 8_000),
		"a date in every line":      "<title>Title of it</title>" + many("<p>Title of it</p><p>时间：2026-99-99</p>", 5_000),
		"lists in lists":            many("<li>", 500) + many("<a href=/1>x</a> "+sentence, 5_000),
		"links beside one another":  "<div>" + many("<a href=/t20261120_1.html>x</a>", 15_000) + "</div>",
		"widgets in widgets":        "<div class=TRS_Editor>" + many("<div class=share>", 400) + many("<p>"+sentence+"</p>", 5_000),
		"texts in texts":            many("<div>", 500) + many("<p>"+sentence+"。</p>", 5_000),
		"bodies without text":       many("<div class=TRS_Editor></div>", 15_000) + "<p>x",
		"one line":                  "<div class=TRS_Editor>" + many("打印 ", 100_000),
		"headings without an end":   many("<h2>", 500) + many("<p>"+sentence+"</p>", 5_000),
		"records without an end":    `<script type="text/xml"><datastore>` + many("<record><![CDATA[<li><a href=/art/2026/11/20/art_1.html>", 5_000),
		"what is described is deep": `<script type="application/ld+json">` + many(`[`, 100_000) + `</script><p>x`,
	} {
		base := at(t, "https://m.example/x.html")
		List([]byte(page), news.Source{}, base, o)
		List([]byte(page), news.Source{List: news.List{Item: []string{"li"}}}, base, o)
		List([]byte(page), news.Source{List: news.List{LinkMatch: "."}}, base, o)
		Article([]byte(page), news.Source{}, news.Task{}, base, o)
		t.Log(name)
	}
}
