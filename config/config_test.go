package config

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"chinanews/news"
)

// columnError is a rule's error with its place.
type columnError int

func (e columnError) Error() string { return "no such word" }
func (e columnError) Column() int   { return int(e) }

func testChecks() Checks {
	return Checks{
		Selector: func(s string) error {
			if strings.Contains(s, "[[") || s == "" {
				return errors.New("no CSS selector")
			}
			return nil
		},
		Layout: func(l string) error {
			if l == "date" {
				return errors.New("no date layout")
			}
			return nil
		},
		Address: func(a string) error {
			if strings.Count(a, "{") != strings.Count(a, "}") {
				return errors.New("a brace without its pair")
			}
			return nil
		},
		Outgoing: func(allow []string, u *url.URL) error {
			if u.Scheme != "https" && !slices.Contains(allow, u.Host) {
				return errors.New("plain http")
			}
			return nil
		},
		Rule: func(rule string, words map[string][]string) error {
			if i := strings.Index(rule, "wrong"); i >= 0 {
				return columnError(utf8.RuneCountInString(rule[:i]) + 1)
			}
			return nil
		},
		Password: func(hash string) error {
			if !strings.HasPrefix(hash, "$argon2id$") {
				return errors.New("no hash")
			}
			return nil
		},
	}
}

// good is a small configuration; each case changes a line of it.
const good = `site:
  contact: ops@example.org
  base_url: https://news.example.org
fetch:
  hosts: {"*": {delay: 1s}}
words: {trade: [trade]}
sources:
  - id: a
    url: https://a.example/feed.xml
    tags: [x]
feeds:
  - id: f
    sources: [a]
`

func TestGood(t *testing.T) {
	cfg, err := Parse("dir/c.yaml", []byte(good), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	s, f := cfg.Sources[0], cfg.Feeds[0]
	if s.Interval.Std() != 30*time.Minute || s.Timezone != "Asia/Shanghai" || s.Rights != news.Media || s.Rank != 50 || !s.Robots || s.Kind != news.KindAuto || s.Origin != "a" {
		t.Errorf("defaults of a row: %+v", s)
	}
	if f.Limit != 100 || f.Content != news.Full || f.Link != news.LinkOriginal || !f.Provenance || f.Name != "f" || f.Title != "f" || f.Languages[0] != "en" {
		t.Errorf("defaults of a feed: %+v", f)
	}
	if cfg.Listen != "127.0.0.1:8080" || cfg.Admin != "127.0.0.1:8081" || cfg.Fetch.MaxBody != 10<<20 || cfg.Fetch.RuleFor("x").Delay.Std() != time.Second {
		t.Errorf("defaults: %+v", cfg)
	}
	if len(cfg.Warnings) != 1 || !strings.Contains(cfg.Warnings[0], `c.yaml:8:5: source a has no publisher: readers see "a"`) || !filepath.IsAbs(cfg.Data) || filepath.Base(filepath.Dir(cfg.Data)) != "dir" {
		t.Errorf("data %s, warnings %v", cfg.Data, cfg.Warnings)
	}
}

func TestAllProblemsAtOnceInOrder(t *testing.T) {
	text := strings.NewReplacer("tags: [x]", "rank: x\n    kind: y", "sources: [a]", "limit: z", "contact:", "contakt:").Replace(good)
	_, err := Parse("c.yaml", []byte(text), testChecks())
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "c.yaml:2:3: ") || !strings.HasPrefix(lines[3], "c.yaml:14:12: ") {
		t.Errorf("problems:\n%v", err)
	}
}

func TestWarnings(t *testing.T) {
	text := strings.NewReplacer("  contact: ops@example.org\n", "", "tags: [x]", "interval: 5s\n    robots: false", "words:", "desk: {}\ninclude: none/*.yaml\nwords:").Replace(good)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(cfg.Warnings, "\n")
	for _, want := range []string{`c.yaml:6:10: "none/*.yaml" matches no file`, "an interval of 5s is for tests", "robots.txt is not asked", "site.contact is empty: hosts that you poll cannot reach you; e.g. site: {contact: press@example.org}"} {
		if !strings.Contains(all, want) {
			t.Errorf("warnings lack %q:\n%s", want, all)
		}
	}
}

func TestHostsMostSpecificFirst(t *testing.T) {
	text := strings.Replace(good, `{"*": {delay: 1s}}`, `{"*.gov.cn": {delay: 3s}, "*": {connections: 2, delay: 1s}, "*.mfa.gov.cn": {retries: 3}}`, 1)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{"www.mfa.gov.cn": "1s 2 3", "www.mod.gov.cn": "3s 2 1", "a.example": "1s 2 1"} {
		r := cfg.Fetch.RuleFor(host)
		if got := strings.Join([]string{r.Delay.String(), string(rune('0' + r.Connections)), string(rune('0' + r.Retries))}, " "); got != want {
			t.Errorf("%s: delay, connections, retries %s, want %s", host, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("WHERE", "https://b.example/list")
	t.Setenv("STATE_DIRECTORY", "/var/lib/x:/other")
	cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "https://a.example/feed.xml", "${WHERE}", 1)), testChecks())
	if err != nil || cfg.Sources[0].URLs[0] != "https://b.example/list" || cfg.Data != "/var/lib/x" {
		t.Errorf("%v, data %s, %v", cfg.Sources, cfg.Data, err)
	}
}

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := Find(""); err == nil || !strings.Contains(err.Error(), "/etc/chinanewsd/config.yaml") {
		t.Errorf("error %v, want the places tried", err)
	}
	os.WriteFile("config.yaml", []byte(good), 0o600)
	if f, _ := Find(""); f != "config.yaml" {
		t.Errorf("found %q", f)
	}
	t.Setenv("CHINANEWSD_CONFIG", "env.yaml")
	if f, _ := Find(""); f != "env.yaml" {
		t.Errorf("found %q", f)
	}
	if f, _ := Find("flag.yaml"); f != "flag.yaml" {
		t.Errorf("found %q", f)
	}
	if _, err := Load("none.yaml", testChecks()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Load("config.yaml", testChecks()); err != nil {
		t.Error(err)
	}
	os.WriteFile("big.yaml", make([]byte, maxFile+1), 0o600)
	if _, err := Load("big.yaml", testChecks()); err == nil || !strings.Contains(err.Error(), "4 MiB") {
		t.Errorf("a large file: %v", err)
	}
}

// The configuration that ships must load, and teach no bad manners.
func TestShipped(t *testing.T) {
	cfg, err := Load("../config.yaml", testChecks())
	if err != nil {
		t.Fatal(err)
	}
	var ids, languages []string
	for _, f := range cfg.Feeds {
		ids = append(ids, f.ID)
	}
	for _, s := range cfg.Sources {
		if !slices.Contains(languages, s.Language) {
			languages = append(languages, s.Language)
		}
		if s.Publisher.In("en") == "" || s.Publisher.In("zh-CN") == "" || len(s.Tags) == 0 {
			t.Errorf("%s lacks a publisher in both languages, or a tag", s.ID)
		}
	}
	if len(cfg.Sources) != 28 || strings.Join(ids, " ") != "china-news china-news-zh diplomacy economy" || len(languages) != 2 {
		t.Errorf("%d sources in %v, feeds %v", len(cfg.Sources), languages, ids)
	}
	checkExamples(t, cfg)
	if len(cfg.Warnings) != 2 || cfg.Site.Contact != "" || cfg.Site.BaseURL != "" {
		t.Errorf("warnings %v, want those of contact and base_url", cfg.Warnings)
	}
}

// checkExamples holds the rows that are written out to teach to those that the
// catalogue has under the same id.
func checkExamples(t *testing.T, cfg news.Config) {
	t.Helper()
	offers, err := Catalogue(testChecks())
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for _, s := range cfg.Sources {
		if cfg.Written.Of(s.ID)["use"] != "" || cfg.Written.Of(s.ID)["id"] == "catalogue" {
			continue
		}
		written++
		i := slices.IndexFunc(offers, func(o Offer) bool { return o.ID == s.ID })
		if i < 0 || !reflect.DeepEqual(offers[i].Source, s) {
			t.Errorf("%s differs from the row of the catalogue", s.ID)
		}
	}
	if written != 3 {
		t.Errorf("%d rows are written out, want 3", written)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	if text, err := os.ReadFile("../config.yaml"); err == nil {
		f.Add(string(text))
	}
	for _, seed := range []string{"a: &x [*x]", "- a\n- b", "sources: {a: b}", "? x\n: y", "%YAML 1.2\n---\na: b", "sources:\n  - [1, 2]", "feeds: 5", "!!binary x", "<<: {a: b}"} {
		f.Add(seed)
	}
	f.Add("sources: [mfa-en-top, {use: mnd-zh, list: {limit: 5}}]\ninclude: [x/*.yaml]\nfeeds: [{id: f}]")
	f.Chdir(f.TempDir())
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse("c.yaml", []byte(text), testChecks())
		var problems Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("error %v is not a list of problems", err)
		}
		for _, p := range problems {
			lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\ufeff")), "\n")
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > utf8.RuneCountInString(lines[p.Line-1])+1 || p.What == "" {
				t.Errorf("problem %+v has no words, or a place outside the file", p)
			}
		}
	})
}

// No nesting may cost the parser its stack, or a person minutes.
func TestDeeplyNested(t *testing.T) {
	for _, part := range []string{"[", "{", "{a: ", "- ", "? ", "&a ", "!a "} {
		_, err := Parse("c.yaml", []byte(strings.Repeat(part, 50_000)), testChecks())
		if err == nil || !strings.Contains(err.Error(), "c.yaml:1:") {
			t.Errorf("%q without end: %v", part, err)
		}
	}
}

// Files as editors on other systems save them.
func TestLineEndsAndMarks(t *testing.T) {
	bad := strings.Replace(good, "tags", "tgas", 1)
	for _, text := range []string{"\ufeff" + bad, strings.ReplaceAll(bad, "\n", "\r\n"), strings.ReplaceAll(bad, "\n", "\r"), "---\n" + bad + "...\n"} {
		_, err := Parse("c.yaml", []byte(text), testChecks())
		if err == nil || !strings.Contains(err.Error(), "unknown key tgas; did you mean tags?") {
			t.Errorf("%.10q: %v", text, err)
		}
	}
}

func TestNormalised(t *testing.T) {
	text := strings.NewReplacer("base_url: https://news.example.org", "base_url: https://news.example.org/", "tags: [x]", "publisher: \"\"\n    headers: {Referer: https://a.example/}\n  - {id: b-1, was: [old], url: https://b.example/, language: zh-CN, tags: y}",
		"sources: [a]", "sources: [\"tag:y\", \"b-*\", a]\n    languages: [zh-CN, en]").Replace(good)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	a, f := cfg.Sources[0], cfg.Feeds[0]
	if cfg.Site.BaseURL != "https://news.example.org" || cfg.Fetch.Contact != "ops@example.org" {
		t.Errorf("base_url %q, contact %q", cfg.Site.BaseURL, cfg.Fetch.Contact)
	}
	if a.PublisherIn("en") != "a" || a.Headers["Referer"] != "https://a.example/" {
		t.Errorf("source %+v, want its id as publisher, and the header", a)
	}
	if !slices.Equal(f.Sources, []string{"a", "b-1"}) || !slices.Equal(f.Languages, []string{"zh", "en"}) {
		t.Errorf("sources %v, languages %v", f.Sources, f.Languages)
	}
}

func TestHostBeforeThePatternThatCoversIt(t *testing.T) {
	text := strings.Replace(good, `{"*": {delay: 1s}}`, `{"*.gov.cn": {delay: 3s}, "w.gov.cn": {delay: 9s}}`, 1)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	if err != nil || cfg.Fetch.RuleFor("w.gov.cn").Delay.String() != "9s" {
		t.Errorf("rules %+v, %v; want the host's own first", cfg.Fetch.Hosts, err)
	}
}

// What this version does anyway is silent; what it leaves out is told.
func TestKeysOfOtherVersions(t *testing.T) {
	text := strings.NewReplacer("tags: [x]", "profile: auto\n    cookies: false\n    versions: revisions\n    stale_after: \"\"",
		"sources: [a]", "on_removal: mark\n    same_release: once\n    images: source",
		"words:", "retention: {items: all}\nwords:").Replace(good)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	want := []string{`c.yaml:9:5: source a has no publisher: readers see "a" in its place`, "c.yaml:19:5: images has no effect in this version"}
	if err != nil || !slices.Equal(cfg.Warnings, want) {
		t.Errorf("warnings %q, %v; want %q", cfg.Warnings, err, want)
	}
}

// What a feed of an editor's, of one language or of some readers is.
func TestFeedsOfEditors(t *testing.T) {
	for written, want := range map[string]news.Feed{
		"sources: [a]":                              {Languages: []string{"en"}, Dates: news.DatesRelease},
		"hold: true":                                {Languages: []string{"en"}, Dates: news.DatesEntered, Hold: true},
		"hold: false":                               {Languages: []string{"en"}, Dates: news.DatesRelease},
		"hold: true\n    dates: release":            {Languages: []string{"en"}, Dates: news.DatesRelease, Hold: true},
		"access: public":                            {Languages: []string{"en"}, Dates: news.DatesRelease, Access: news.AccessPublic},
		"access: token":                             {Languages: []string{"en"}, Dates: news.DatesRelease, Access: news.AccessToken},
		"languages: prefer en":                      {Languages: []string{"all"}, Dates: news.DatesRelease, Prefer: "en"},
		"languages: \"prefer zh-CN\"":               {Languages: []string{"all"}, Dates: news.DatesRelease, Prefer: "zh"},
		"languages: all":                            {Languages: []string{"all"}, Dates: news.DatesRelease},
		"languages: [en, zh-CN]\n    access: token": {Languages: []string{"en", "zh"}, Dates: news.DatesRelease, Access: news.AccessToken},
	} {
		cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "sources: [a]", written, 1)), testChecks())
		if err != nil || len(cfg.Feeds) != 1 {
			t.Errorf("%s: %v", written, err)
			continue
		}
		f := cfg.Feeds[0]
		if !slices.Equal(f.Languages, want.Languages) || f.Dates != want.Dates || f.Hold != want.Hold || f.Access != want.Access || f.Prefer != want.Prefer {
			t.Errorf("%s: %+v, want %+v", written, f, want)
		}
		warned := strings.Contains(strings.Join(cfg.Warnings, "\n"), "nobody can read feed f, which has access: token and no tokens")
		if private := want.Access == news.AccessToken; warned != private || f.Public() == private {
			t.Errorf("%s: warned %v, public %v", written, warned, f.Public())
		}
	}
}

func TestDigestOfAFeed(t *testing.T) {
	for written, want := range map[string]string{`digest: "07:00"`: "07:00", "digest: 07:00": "07:00", `digest: ""`: "", "limit: 10": ""} {
		cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "sources: [a]", written, 1)), testChecks())
		if err != nil || cfg.Feeds[0].Digest != want || slices.ContainsFunc(cfg.Warnings, func(w string) bool { return strings.Contains(w, "digest") }) {
			t.Errorf("%s: %q, %v %q; want %q", written, cfg.Feeds[0].Digest, err, cfg.Warnings, want)
		}
	}
	for _, written := range []string{"digest: 7am", "digest: 24:00", "digest: 7:00", "digest: 700", "digest: yes", "digest: [07:00]"} {
		_, err := Parse("c.yaml", []byte(strings.Replace(good, "sources: [a]", written, 1)), testChecks())
		if err == nil || !strings.Contains(err.Error(), "c.yaml:13:13:") {
			t.Errorf("%s: %v, want a problem at its place", written, err)
		}
	}
}
